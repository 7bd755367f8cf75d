"""What the checks share: clients of the server through botocore, which reads the protocols as the AWS SDKs do."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from model import EU, HOME, MEMBER

CHECKS: list[Callable[[Any], None]] = []


def check(function: Callable[[Any], None]) -> Callable[[Any], None]:
    CHECKS.append(function)
    return function


class Asker:
    """Clients of one session of the server, without retries."""

    def __init__(self, port: int, name: str):
        self.root, self.name, self.keys = (
            f"http://127.0.0.1:{port}",
            name,
            ("AKIAIOSFODNN7EXAMPLE", "secret", None),
        )

    def client(self, service: str, region: str = EU) -> Any:
        key, secret, token = self.keys
        return botocore.session.get_session().create_client(
            service,
            region_name=region,
            endpoint_url=f"{self.root}/~{self.name}",
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=Config(retries={"total_max_attempts": 1}, max_pool_connections=20, read_timeout=5),
        )

    def assume(self, role: str, account: str = MEMBER, **more: str) -> Asker:
        arn = f"arn:aws:iam::{account}:role/{role}"
        found = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="check", **more)["Credentials"]
        other = Asker(0, self.name)
        other.root = self.root
        other.keys = (found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
        return other

    def signed(self, service: str, target: str) -> bytes:
        scope = f"Credential={self.keys[0]}/20261101/{EU}/{service}/aws4_request"
        headers = {"X-Amz-Target": target, "Authorization": f"AWS4-HMAC-SHA256 {scope}, Signature=0"}
        request = urllib.request.Request(f"{self.root}/~{self.name}/", b"{}", headers)
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def control(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self.root}/~control/{path}", data) as answer:
            return json.loads(answer.read())

    def faults(self, *faults: dict[str, Any]) -> None:
        self.control(f"{self.name}/faults", list(faults))

    def calls(self) -> list[dict[str, Any]]:
        return self.control(f"{self.name}/calls")

    def truth(self, name: str, region: str = EU, account: str = HOME) -> dict[str, Any]:
        rows = self.control("truth")["secrets"]
        return next(s for s in rows if (s["name"], s["region"], s["account"]) == (name, region, account))


@contextmanager
def refused(code: str, text: str = "", status: int | None = None) -> Iterator[None]:
    try:
        yield
    except ClientError as e:
        assert e.response["Error"]["Code"] == code, e
        assert text in e.response["Error"]["Message"], e
        got = e.response["ResponseMetadata"]["HTTPStatusCode"]
        assert status in (None, got), (got, e)
        return
    raise AssertionError(f"not refused with {code}")


def secret(ask: Asker, name: str, region: str = EU) -> dict[str, Any]:
    return ask.client("secretsmanager", region).describe_secret(SecretId=name)


def pages(client: Any, operation: str, result: str, **arguments: Any) -> tuple[int, list[Any]]:
    found = list(client.get_paginator(operation).paginate(**arguments))
    return len(found), [row for page in found for row in page.get(result, [])]
