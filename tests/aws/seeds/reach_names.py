"""ARNs, and the rows of the truth."""

from __future__ import annotations

import json
from typing import Any

from model import HOME, PARTITION

# Accounts that nobody audits, beside `STRANGER`; the second one is let in by secrets and not by their keys.
VENDOR, KEYLESS_VENDOR = "456789012345", "567890123456"

GET, PUT = "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"

SERVICE_ROLE = "aws-service-role/warehouse.amazonaws.com/AWSServiceRoleForWarehouse"

ALL = ("write", "delete", "permissions")

Row = dict[str, Any]


def user(name: str, account: str = HOME) -> str:
    return f"arn:{PARTITION}:iam::{account}:user/{name}"


def role(name: str, account: str = HOME) -> str:
    return f"arn:{PARTITION}:iam::{account}:role/{name}"


def root(account: str) -> str:
    return f"arn:{PARTITION}:iam::{account}:root"


def secret(pattern: str, account: str = HOME, region: str = "*") -> str:
    return f"arn:{PARTITION}:secretsmanager:{region}:{account}:secret:{pattern}"


def reads(principal: str, *more: str) -> Row:
    return {"principal": principal, "decision": "Allowed", "access": ["read", *more]}


def may_read(principal: str, *more: str) -> Row:
    return {**reads(principal, *more), "decision": "Conditional"}


def text(statement: Any) -> str:
    """A document with this statement, or these: AWS takes an object as well as a list."""
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def to(principal: Any, action: Any = GET, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    """A statement of a resource's policy."""
    return {"Effect": effect, "Principal": principal, "Action": action, "Resource": "*", **more}
