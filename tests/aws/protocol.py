"""What a request asks for, and how AWS words an answer: awsJson1_1, query with XML, restJson1, S3, RPC v2 in CBOR."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote
from uuid import uuid4
from xml.sax.saxutils import escape

from moto.iam.models import get_account_id_from
from moto.sts.models import sts_backends

import cbor
from model import PARTITION

CREDENTIAL = re.compile(r"Credential=([^/,]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")

NAMESPACES = {
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
}

REST = {
    "account": [
        ("POST", r"/listRegions", "ListRegions"),
        ("POST", r"/getRegionOptStatus", "GetRegionOptStatus"),
    ],
    "securityhub": [
        ("POST", r"/findings/import", "BatchImportFindings"),
        ("POST", r"/findings", "GetFindings"),
    ],
    "lambda": [
        ("GET", r"/2015-03-31/functions/?", "ListFunctions"),
        ("GET", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)", "GetFunction"),
        ("GET", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)/configuration", "GetFunctionConfiguration"),
        ("GET", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)/policy", "GetPolicy"),
    ],
}

# Amazon S3 tells operations of one method apart by a key of the query; the first that is there decides.
BUCKET = {
    "GET": (("list-type", "ListObjectsV2"), ("location", "GetBucketLocation"), ("", "ListObjects")),
    "HEAD": (("", "HeadBucket"),),
    "PUT": (("", "CreateBucket"),),
}
OBJECT = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject"}

# Services that sign under another name than that of their actions in IAM.
SIGNED_AS = {"monitoring": "cloudwatch"}

RPC = re.compile(r"/service/(?P<service>[^/]+)/operation/(?P<operation>[^/]+)")

# The first of these that a request has is the resource it is about.
RESOURCE_KEYS = (
    "SecretId KeyId RoleArn FunctionName PolicyId PolicyArn TargetId ParentId ChildId TrailName ConfigRuleName "
    "ConfigurationAggregatorName RoleName UserName RegionName EventDataStore logGroupName QueryExecutionId TableName "
    "Rule Name"
).split()


class ApiError(Exception):
    """An error of the service, as its answers raise it."""

    def __init__(self, code: str, message: str, status: int | None = None):
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass
class Call:
    """One request, as the log shows it and the answers read it."""

    session: str | None
    service: str
    operation: str
    region: str
    account: str
    access_key: str
    protocol: str
    params: dict[str, Any]
    body: bytes
    path: str
    # The bytes of an object that are asked for.
    range: str | None = None
    # The fault that an answer has to heed itself.
    fault: str | None = None
    fault_reason: str | None = None

    @property
    def resource(self) -> str | None:
        if self.service == "s3":
            path = unquote(self.path.split("?", 1)[0]).strip("/")
            return "/".join(filter(None, (path, self.params.get("prefix")))) or None
        return next((str(self.params[k]) for k in RESOURCE_KEYS if self.params.get(k)), None)

    @property
    def caller(self) -> str:
        """The ARN of the caller; keys that moto does not know are the auditor's own."""
        for role in sts_backends[self.account][PARTITION].assumed_roles:
            if role.access_key_id == self.access_key:
                return role.arn
        return f"arn:{PARTITION}:iam::{self.account}:user/auditor"

    def log(self) -> dict[str, Any]:
        fields = ("service", "operation", "region", "account", "resource")
        return {name: getattr(self, name) for name in fields}

    def limit(self, name: str, default: int, most: int, error: str) -> int:
        """A page size, refused as AWS refuses it where it is out of bounds."""
        value = self.params.get(name)
        if value is None:
            return default
        if not 1 <= int(value) <= most:
            raise ApiError(error, f"Value '{value}' at '{name}' must be between 1 and {most}.")
        return int(value)


def identify(session: str | None, environ: dict[str, Any], raw_path: str, body: bytes) -> Call | None:
    """The call that a request makes; none where it is not signed."""
    signed = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if not signed:
        return None
    access_key, region, signed_as = signed.groups()
    service = SIGNED_AS.get(signed_as, signed_as)
    target = environ.get("HTTP_X_AMZ_TARGET")
    params: dict[str, Any] = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    if target:
        protocol, operation = "json", target.rsplit(".", 1)[-1]
        params.update(loads(body))
    elif environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        params.update(parse_qsl(body.decode(), keep_blank_values=True))
        protocol, operation = "query", params.get("Action", "")
    elif found := RPC.fullmatch(raw_path.split("?", 1)[0]):
        protocol, operation = "cbor", found["operation"]
        params.update(cbor.loads(body))
    elif service == "s3":
        protocol, operation = "s3", of_s3(environ["REQUEST_METHOD"], raw_path, params)
    else:
        protocol, operation = "rest", ""
        path = raw_path.split("?", 1)[0]
        for method, pattern, name in REST.get(service, ()):
            found = re.fullmatch(pattern, path)
            if found and method == environ["REQUEST_METHOD"]:
                operation = name
                params.update({k: unquote(v) for k, v in found.groupdict().items()})
        operation = operation or f"{environ['REQUEST_METHOD']} {path}"
        params.update(loads(body))
    account = get_account_id_from(access_key)
    part = environ.get("HTTP_RANGE")
    return Call(session, service, operation, region, account, access_key, protocol, params, body, raw_path, part)


def of_s3(method: str, raw_path: str, params: dict[str, Any]) -> str:
    """The operation of a request in path style."""
    path = raw_path.split("?", 1)[0]
    bucket, _, key = path.lstrip("/").partition("/")
    if key:
        return OBJECT.get(method, f"{method} {path}")
    if not bucket:
        return "ListBuckets"
    choices = BUCKET.get(method, ())
    return next((name for marker, name in choices if not marker or marker in params), f"{method} {path}")


def loads(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def listed(params: dict[str, Any], name: str) -> list[str]:
    """A list of the query protocol: `Name.member.1`, `Name.member.2`, …"""
    found = []
    while (value := params.get(f"{name}.member.{len(found) + 1}")) is not None:
        found.append(value)
    return found


def present(fields: dict[str, Any]) -> dict[str, Any]:
    """AWS leaves a field away where it has no value; moto sends null."""
    return {k: v for k, v in fields.items() if v is not None}


def xml(value: Any) -> str:
    if isinstance(value, dict):
        return "".join(f"<{k}>{xml(v)}</{k}>" for k, v in value.items() if v is not None)
    if isinstance(value, (list, tuple)):
        return "".join(f"<member>{xml(v)}</member>" for v in value)
    if isinstance(value, bool):
        return str(value).lower()
    return escape(str(value))


CBOR = ("smithy-protocol", "rpc-v2-cbor")


def headers(content_type: str, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Content-Type", content_type), ("x-amzn-RequestId", str(uuid4())), *more]


def result(call: Call, fields: dict[str, Any]) -> Answer:
    """A successful answer in the protocol of the call."""
    if call.protocol == "query":
        op, ns = call.operation, NAMESPACES.get(call.service, "")
        inner = f"<{op}Result>{xml(fields)}</{op}Result>"
        tail = f"<ResponseMetadata><RequestId>{uuid4()}</RequestId></ResponseMetadata>"
        body = f'<{op}Response xmlns="{ns}">{inner}{tail}</{op}Response>'
        return Answer(200, headers("text/xml"), body.encode())
    if call.protocol == "cbor":
        return Answer(200, headers("application/cbor", CBOR), cbor.dumps(fields))
    kind = "application/x-amz-json-1.1" if call.protocol == "json" else "application/json"
    return Answer(200, headers(kind), json.dumps(fields).encode())


def failure(call: Call, code: str, message: str, status: int | None = None) -> Answer:
    """An error in the protocol of the call."""
    if call.protocol == "query":
        status = status or 400
        kind = "Sender" if status < 500 else "Receiver"
        fields = {"Error": {"Type": kind, "Code": code, "Message": message}, "RequestId": str(uuid4())}
        body = f'<ErrorResponse xmlns="{NAMESPACES.get(call.service, "")}">{xml(fields)}</ErrorResponse>'
        return Answer(status, headers("text/xml"), body.encode())
    if call.protocol == "s3":
        fields = {"Code": code, "Message": message, "Resource": call.path.split("?", 1)[0], "RequestId": str(uuid4())}
        body = b'<?xml version="1.0" encoding="UTF-8"?>\n' + f"<Error>{xml(fields)}</Error>".encode()
        return Answer(status or 400, headers("application/xml"), body)
    if call.protocol == "cbor":
        body = cbor.dumps({"__type": f"com.amazonaws.{call.service}#{code}", "message": message})
        kind = "Sender" if (status or 400) < 500 else "Receiver"
        # CloudWatch spoke the query protocol once, and says its codes of then beside those of now.
        compatible = ("x-amzn-query-error", f"{code};{kind}")
        return Answer(status or 400, headers("application/cbor", CBOR, compatible), body)
    named = ("x-amzn-ErrorType", code)
    if call.protocol == "json":
        # Secrets Manager writes Message for refusals of the front door and message for its own errors; SDKs read both.
        key = "Message" if code.startswith("AccessDenied") else "message"
        body = json.dumps({"__type": code, key: message}).encode()
        return Answer(status or 400, headers("application/x-amz-json-1.1", named), body)
    body = json.dumps({"Type": "User", "message": message}).encode()
    return Answer(status or 400, headers("application/json", named), body)
