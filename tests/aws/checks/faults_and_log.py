"""Every fault in every protocol, and the log of the calls."""

from __future__ import annotations

import http.client
import time
import urllib.error
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from checks import Asker, check, refused, secret
from model import EU, HOME, MEMBER, US
from seeds.keys import key_id

SERVICES: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("secretsmanager", lambda c: c.describe_secret(SecretId="prod/search/index-api-key")),
    ("kms", lambda c: c.describe_key(KeyId=key_id(HOME, EU, "company"))),
    ("organizations", lambda c: c.list_accounts()),
    ("cloudtrail", lambda c: c.describe_trails()),
    ("config", lambda c: c.describe_config_rules()),
    ("iam", lambda c: c.get_account_authorization_details()),
    ("sts", lambda c: c.get_caller_identity()),
    ("lambda", lambda c: c.get_policy(FunctionName="rotate-secret")),
    ("account", lambda c: c.list_regions()),
    ("events", lambda c: c.list_rules()),
    ("logs", lambda c: c.describe_metric_filters()),
)


def expected(action: str, service: str) -> tuple[str, int]:
    """What each family of protocols answers: a code and a status."""
    query, rest = service in ("iam", "sts"), service in ("lambda", "account")
    if action == "deny":
        return ("AccessDenied", 403) if query else ("AccessDeniedException", 403 if rest else 400)
    if action == "throttle":
        return (
            ("Throttling", 400)
            if query
            else ("TooManyRequestsException", 429)
            if rest
            else ("ThrottlingException", 400)
        )
    if action == "expired-token":
        return ("ExpiredToken", 403) if query else ("ExpiredTokenException", 403 if rest else 400)
    return ("InvalidClientTokenId", 403) if query else ("UnrecognizedClientException", 403 if rest else 400)


@check
def refusals_in_every_protocol(ask: Asker) -> None:
    for service, request in SERVICES:
        client = ask.client(service)
        for action in ("deny", "throttle", "expired-token", "invalid-token", "region-off"):
            ask.faults({"service": service, "action": action})
            code, status = expected(action, service)
            with refused(
                code,
                {"deny": "is not authorized to perform: ", "throttle": "Rate exceeded"}.get(action, ""),
                status,
            ):
                request(client)
        for action, least in (("not-found", 400), ("internal", 500)):
            ask.faults({"service": service, "action": action})
            try:
                request(client)
            except ClientError as e:
                assert e.response["ResponseMetadata"]["HTTPStatusCode"] >= least and e.response["Error"]["Message"]
                continue
            raise AssertionError(f"{service} {action}")
        ask.faults()
        request(client)


@check
def refusals_say_who_and_what(ask: Asker) -> None:
    client = ask.client("secretsmanager")
    ask.faults({"action": "deny"})
    why = "because no identity-based policy allows the secretsmanager:"
    with refused("AccessDeniedException", f"User: arn:aws:iam::{HOME}:user/auditor is not authorized"):
        client.list_secrets()
    with refused("AccessDeniedException", f"GetResourcePolicy on resource: some/secret {why}GetResourcePolicy action"):
        client.get_resource_policy(SecretId="some/secret")
    ask.faults()
    there = ask.assume("audit")
    ask.faults({"action": "deny", "account": MEMBER})
    with refused("AccessDeniedException", f"arn:aws:sts::{MEMBER}:assumed-role/audit/check is not"):
        there.client("kms").describe_key(KeyId="alias/warehouse")
    client.list_secrets()


@check
def broken_answers(ask: Asker) -> None:
    client = ask.client("secretsmanager")
    for action in ("html", "drop"):
        ask.faults({"action": action})
        try:
            client.list_secrets()
        except (ClientError, BotoCoreError, ResponseParserError):
            continue
        raise AssertionError(action)
    ask.faults({"action": "truncate"})
    # By hand: botocore takes half a document for a message.
    try:
        ask.signed("secretsmanager", "secretsmanager.ListSecrets")
    except http.client.IncompleteRead as e:
        assert e.partial.startswith(b'{"SecretList"') and len(e.partial) <= (e.expected or 0) + 1
    else:
        raise AssertionError("truncate")
    ask.faults({"action": "delay", "seconds": 0.2}, {"action": "throttle", "operation": "DescribeSecret"})
    started = time.monotonic()
    client.list_secrets()
    assert time.monotonic() - started >= 0.2
    with refused("ThrottlingException"):
        secret(ask, "test")


@check
def faults_match_all_their_fields(ask: Asker) -> None:
    wanted = {"service": "secretsmanager", "operation": "DescribeSecret", "region": EU, "account": HOME}
    ask.faults({**wanted, "resource_contains": "/media/", "action": "deny"})
    with refused("AccessDeniedException"):
        secret(ask, "prod/media/cdn-signing-key")
    secret(ask, "prod/search/index-api-key")
    secret(ask, "test", US)
    ask.faults({"action": "throttle", "times": 2}, {"action": "deny", "every": 3})
    outcomes = []
    for _ in range(8):
        try:
            secret(ask, "prod/search/index-api-key")
            outcomes.append("ok")
        except ClientError as e:
            outcomes.append(e.response["Error"]["Code"][0])
    assert "".join(o[0] for o in outcomes) == "TTooAooA", outcomes
    for wrong in (
        [{"action": "dney"}],
        [{"action": "deny", "regoin": EU}],
        {"action": "deny"},
        [{"action": "rate"}],
    ):
        try:
            ask.control(f"{ask.name}/faults", wrong)
        except urllib.error.HTTPError as e:
            assert e.code == 400
            continue
        raise AssertionError(wrong)


@check
def the_rate_is_a_bucket_for_each_account_and_region(ask: Asker) -> None:
    # Without the delay it is chance whether two calls meet.
    slow = {"operation": "GetResourcePolicy", "action": "delay", "seconds": 0.05}
    ask.faults(slow, {"operation": "GetResourcePolicy", "action": "rate", "per_second": 5})
    here, there = ask.client("secretsmanager"), ask.client("secretsmanager", US)

    def passes(client: Any, name: str) -> bool:
        try:
            client.get_resource_policy(SecretId=name)
        except ClientError:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        passed = sum(pool.map(lambda _: passes(here, "prod/search/index-api-key"), range(20)))
    assert 5 <= passed <= 8, passed
    assert passes(there, "test")
    time.sleep(0.5)
    assert passes(here, "prod/search/index-api-key")
    stats = ask.control(f"{ask.name}/stats")
    assert stats["count"] == 22 and 1 < stats["peak_concurrent"] <= 10, stats
    peaks = {(p["operation"], p["region"]): p["peak"] for p in stats["peak_per_second"]}
    assert 20 <= peaks["GetResourcePolicy", EU] <= 22 and peaks["GetResourcePolicy", US] == 1


@check
def calls_are_logged_in_order(ask: Asker) -> None:
    ask.faults({"operation": "DescribeKey", "action": "delay", "seconds": 0.01})
    secret(ask, "prod/search/index-api-key")
    ask.client("kms", US).describe_key(KeyId="alias/company-secrets")
    ask.assume("audit").client("iam").list_account_aliases()
    ask.client("lambda").get_policy(FunctionName="rotate-secret")
    ask.client("account", US).list_regions()
    with refused("UnknownOperationException"):
        ask.client("kms").list_resource_tags(KeyId=key_id(HOME, EU, "company")) and ask.client(
            "config"
        ).list_stored_queries()
    fields = ("service", "operation", "region", "account", "resource")
    assert [tuple(c[f] for f in fields) for c in ask.calls()][:6] == [
        ("secretsmanager", "DescribeSecret", EU, HOME, "prod/search/index-api-key"),
        ("kms", "DescribeKey", US, HOME, "alias/company-secrets"),
        ("sts", "AssumeRole", EU, HOME, f"arn:aws:iam::{MEMBER}:role/audit"),
        ("iam", "ListAccountAliases", EU, MEMBER, None),
        ("lambda", "GetPolicy", EU, HOME, "rotate-secret"),
        ("account", "ListRegions", US, HOME, None),
    ], ask.calls()
    assert ask.calls()[1]["fault"] == "delay"
    assert not ask.control("somebody-else/calls")
