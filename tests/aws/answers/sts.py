"""STS: who is calling, and which roles let themselves be assumed."""

from __future__ import annotations

from typing import Any

from answers import answers
from model import iam_of, letters
from protocol import ApiError, Call

EXTERNAL_IDS = {"needs-external-id": "example"}


@answers("sts", "GetCallerIdentity")
def get_caller_identity(call: Call) -> dict[str, Any] | None:
    """moto calls keys that it did not hand out an STS user named moto."""
    if ":assumed-role/" in call.caller:
        return None
    return {
        "UserId": "AIDA" + letters(call.account, "auditor", length=17),
        "Account": call.account,
        "Arn": call.caller,
    }


@answers("sts", "AssumeRole")
def assume_role(call: Call) -> None:
    """moto assumes roles that do not exist, and takes any ExternalId."""
    arn = call.params.get("RoleArn", "")
    account, name = arn.split(":")[4:5], arn.rsplit("/", 1)[-1]
    known = bool(account) and any(role.arn == arn for role in iam_of(account[0]).get_roles())
    if not known or EXTERNAL_IDS.get(name, call.params.get("ExternalId")) != call.params.get("ExternalId"):
        raise ApiError(
            "AccessDenied",
            f"User: {call.caller} is not authorized to perform: sts:AssumeRole on resource: {arn}",
            403,
        )
