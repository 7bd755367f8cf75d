"""What a session may ask the server to do wrong, and how AWS would say it.

A fault is an object. `service`, `operation`, `region` and `account` are compared, `resource_contains` is looked for in
the resource of the call; those that are given must all match. `times` ends a fault after so many calls, `every` lets it
hit each n-th matching call only. `action` is one of

    deny throttle not-found expired-token invalid-token region-off internal   an error, in the protocol of the call
    html          500 with a page, as a load balancer answers
    drop          the connection is closed without an answer
    truncate      half of the true answer under the length of the whole
    delay         the answer comes `seconds` later; further faults apply as well
    rate          throttled beyond `per_second`: a token bucket for each account and region
    elsewhere     the bucket of Amazon S3 is in the region `to`, and the request is to go there
    fail-query    StartQueryExecution of Athena takes the query, which fails afterwards, because of `reason` if given
    cancel-query  the same, and somebody cancels it
    hang-query    StartQueryExecution of Athena takes the query, which runs until it is stopped
    not-subscribed  Security Hub is off
    reject-finding  BatchImportFindings does not take the first finding of a batch, with the code `reason` if given

The first fault that hits decides, delays aside.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from protocol import Answer, Call, failure, headers

FIELDS = {"service", "operation", "region", "account", "resource_contains"}
MATCHED = FIELDS - {"resource_contains"}
ACTIONS = {
    "deny", "throttle", "not-found", "expired-token", "invalid-token", "region-off", "internal", "html", "drop",
    "delay", "truncate", "rate", "elsewhere", "fail-query", "cancel-query", "hang-query",
    "not-subscribed", "reject-finding",
}  # fmt: skip

# The answer is what they change.
HEEDED = {"fail-query", "cancel-query", "hang-query", "reject-finding"}

INVALID_TOKEN = "The security token included in the request is invalid."
RATE_EXCEEDED = "Rate exceeded"

NOT_FOUND = {
    "secretsmanager": ("ResourceNotFoundException", "Secrets Manager can't find the specified secret.", 400),
    "kms": ("NotFoundException", "Key '{resource}' does not exist", 400),
    "iam": ("NoSuchEntity", "The entity with name {resource} cannot be found.", 404),
    "organizations": (
        "AWSOrganizationsNotInUseException",
        "Your account is not a member of an organization.",
        400,
    ),
    "cloudtrail": ("TrailNotFoundException", "Unknown trail: {resource}", 400),
    "config": (
        "NoSuchConfigRuleException",
        "The ConfigRule '{resource}' provided in the request is invalid.",
        400,
    ),
    "lambda": ("ResourceNotFoundException", "Function not found: {resource}", 404),
    "account": ("ResourceNotFoundException", "The resource {resource} was not found.", 404),
    "s3": ("NoSuchBucket", "The specified bucket does not exist", 404),
    "athena": ("MetadataException", "EntityNotFoundException: {resource} not found.", 400),
    "events": ("ResourceNotFoundException", "{resource} does not exist.", 400),
    "logs": ("ResourceNotFoundException", "The specified log group does not exist.", 400),
    "cloudwatch": ("ResourceNotFound", "{resource} does not exist.", 404),
    "securityhub": ("ResourceNotFoundException", "{resource} does not exist.", 404),
}

INTERNAL = {
    "secretsmanager": "InternalServiceError",
    "kms": "KMSInternalException",
    "iam": "ServiceFailure",
    "organizations": "ServiceException",
    "lambda": "ServiceException",
    "account": "InternalServerException",
    "s3": "InternalError",
    "athena": "InternalServerException",
    "events": "InternalException",
    "logs": "ServiceUnavailableException",
    "cloudwatch": "InternalServiceFault",
    "securityhub": "InternalException",
}


class Invalid(ValueError):
    """A fault that a test wrote wrongly: said at once, since it would silently never match."""


@dataclass
class Fault:
    action: str
    match: dict[str, str]
    resource_contains: str | None = None
    times: int | None = None
    every: int = 1
    seconds: float = 0.0
    per_second: float = 0.0
    to: str = ""
    reason: str | None = None
    matched: int = 0
    applied: int = 0
    buckets: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def parse(cls, given: Any) -> Fault:
        if not isinstance(given, dict):
            raise Invalid(f"a fault is an object, not {given!r}")
        rest = dict(given)
        action = rest.pop("action", None)
        if action not in ACTIONS:
            raise Invalid(f"unknown action {action!r}, known are {sorted(ACTIONS)}")
        fault = cls(action, {k: rest.pop(k) for k in MATCHED & set(rest)}, rest.pop("resource_contains", None))
        for name, wanted in (("delay", "seconds"), ("rate", "per_second")):
            if (action == name) != (wanted in rest):
                raise Invalid(f"{wanted!r} goes with {name!r} and only there")
        fault.seconds, fault.per_second = float(rest.pop("seconds", 0)), float(rest.pop("per_second", 0))
        if (action == "elsewhere") != ("to" in rest):
            raise Invalid("'to' goes with 'elsewhere' and only there")
        if "reason" in rest and action not in ("fail-query", "reject-finding"):
            raise Invalid("'reason' goes with 'fail-query' and 'reject-finding' only")
        fault.to, fault.reason = rest.pop("to", ""), rest.pop("reason", None)
        fault.times, fault.every = rest.pop("times", None), int(rest.pop("every", 1))
        if rest:
            raise Invalid(f"unknown fields {sorted(rest)}")
        if fault.every < 1:
            raise Invalid("'every' is at least 1")
        return fault

    def hits(self, call: Call) -> bool:
        """Whether the fault applies to this call; counts it, so it is to be asked once a call."""
        if any(getattr(call, name) != value for name, value in self.match.items()):
            return False
        if self.resource_contains is not None and self.resource_contains not in (call.resource or ""):
            return False
        self.matched += 1
        if self.matched % self.every or (self.times is not None and self.applied >= self.times):
            return False
        if self.action == "rate" and self.take((call.account, call.region)):
            return False
        self.applied += 1
        return True

    def take(self, quota: tuple[str, str]) -> bool:
        """A token bucket for each account and region, as AWS keeps its quotas."""
        now = time.monotonic()
        # A rate below one a second still lets one through.
        size = max(1.0, self.per_second)
        tokens, since = self.buckets.get(quota, (size, now))
        tokens = min(size, tokens + (now - since) * self.per_second)
        enough = tokens >= 1
        self.buckets[quota] = (tokens - 1 if enough else tokens, now)
        return enough


def full_resource(call: Call) -> str:
    """The resource as the refusal names it."""
    resource = call.resource
    if not resource:
        return "*"
    if call.service == "kms" and not resource.startswith("arn:"):
        kind = "" if resource.startswith("alias/") else "key/"
        return f"arn:aws:kms:{call.region}:{call.account}:{kind}{resource}"
    if call.service == "lambda" and not resource.startswith("arn:"):
        return f"arn:aws:lambda:{call.region}:{call.account}:function:{resource}"
    if call.service == "s3":
        return f"arn:aws:s3:::{resource}"
    return resource


def denied(call: Call) -> Answer:
    action = f"{call.service}:{call.operation}"
    text = f"User: {call.caller} is not authorized to perform: {action}"
    if call.service == "sts":
        text += f" on resource: {full_resource(call)}"
    elif call.service == "secretsmanager" and not call.resource:
        text += f" because no identity-based policy allows the {action} action"
    else:
        text += f" on resource: {full_resource(call)} because no identity-based policy allows the {action} action"
    if call.protocol == "s3":
        action = "s3:ListBucket" if call.operation == "ListObjectsV2" else f"s3:{call.operation}"
        text = f'User: {call.caller} is not authorized to perform: {action} on resource: "{full_resource(call)}" '
        text += f"because no identity-based policy allows the {action} action"
    if call.protocol in ("query", "s3", "cbor"):
        return failure(call, "AccessDenied", text, 403)
    return failure(call, "AccessDeniedException", text, 403 if call.protocol == "rest" else 400)


def throttled(call: Call) -> Answer:
    if call.protocol == "s3":
        return failure(call, "SlowDown", "Please reduce your request rate.", 503)
    if call.service == "athena":
        return failure(call, "TooManyRequestsException", RATE_EXCEEDED, 400)
    if call.protocol in ("query", "cbor"):
        return failure(call, "Throttling", RATE_EXCEEDED, 400)
    if call.protocol == "rest":
        return failure(call, "TooManyRequestsException", RATE_EXCEEDED, 429)
    return failure(call, "ThrottlingException", RATE_EXCEEDED, 400)


def token(call: Call, code: str, query_code: str, message: str) -> Answer:
    status = 400 if call.protocol == "json" else 403
    if call.protocol == "s3":
        s3_code = "ExpiredToken" if query_code == "ExpiredToken" else "InvalidAccessKeyId"
        return failure(call, s3_code, message, 403)
    return failure(call, query_code if call.protocol in ("query", "cbor") else code, message, status)


def elsewhere(call: Call, region: str) -> Answer:
    """Source: Amazon S3 API reference, "Error responses", `PermanentRedirect`."""
    text = "The bucket you are attempting to access must be addressed using the specified endpoint."
    wrong = failure(call, "PermanentRedirect", text, 301)
    return Answer(wrong.status, [*wrong.headers, ("x-amz-bucket-region", region)], wrong.body)


def answer(action: str, call: Call) -> Answer:
    """The wrong answer; `drop`, `delay` and `truncate` are no answers and are up to the gateway."""
    if action == "deny":
        return denied(call)
    if action in ("throttle", "rate"):
        return throttled(call)
    if action == "not-subscribed":
        text = f"Account {call.account} is not subscribed to AWS Security Hub"
        return failure(call, "InvalidAccessException", text, 401)
    if action == "not-found":
        code, message, status = NOT_FOUND.get(call.service, ("NoSuchEntity", "{resource} cannot be found.", 404))
        return failure(call, code, message.format(resource=full_resource(call)), status)
    if action == "expired-token":
        text = "The security token included in the request is expired"
        return token(call, "ExpiredTokenException", "ExpiredToken", text)
    if action in ("invalid-token", "region-off"):
        return token(call, "UnrecognizedClientException", "InvalidClientTokenId", INVALID_TOKEN)
    if action == "internal":
        return failure(
            call, INTERNAL.get(call.service, "InternalFailure"), "An error occurred on the server side.", 500
        )
    page = b"<html><head><title>500</title></head><body><h1>500 Internal Server Error</h1></body></html>"
    return Answer(500, headers("text/html"), page)
