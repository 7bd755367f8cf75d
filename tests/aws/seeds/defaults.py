"""Secrets as they should be, so that a seed writes down what is wrong with one and nothing else.

`fails` and `unknown` are written by hand from the meaning of the rules: they are what the auditor is measured by, so
nothing here computes them.
"""

from __future__ import annotations

from typing import Any

from model import EU, HOME, PARTITION, Rotation, Spec, Version, ago, day_of
from seeds.keys import key_arn

MANAGED_ALIAS = "alias/aws/secretsmanager"
DEFAULT_KEY = "DefaultEncryptionKey"

# Who read a rotating secret, its users or its rotation function, only a trail could tell.
READ_BY_WHOM = ("never-read", "unused-secret")

# What a resource policy decides, alone or with others.
SAID_BY_POLICY = (
    "not-principal-allow",
    "policy-blocks-everyone",
    "policy-names-deleted-principal",
    "public-policy",
    "readable-by-whole-org",
    "readable-outside-org",
    "reader-cannot-decrypt",
    "rotation-role-underpowered",
    "service-principal-without-source",
    "too-many-readers",
    "weakly-conditioned-policy",
    "wildcard-action-in-policy",
)


def function_arn(name: str, region: str = EU, account: str = HOME) -> str:
    return f"arn:{PARTITION}:lambda:{region}:{account}:function:{name}"


def tags_for(name: str) -> dict[str, str]:
    first, *rest = name.split("/")
    environment = first if first in ("prod", "staging", "dev") else "prod"
    return {"Owner": rest[0] if len(rest) > 1 else "platform", "Environment": environment}


def spec(name: str, key: str | None, changes: dict[str, Any]) -> Spec:
    """Fills in what every secret has; versions are encrypted under the secret's key unless they say otherwise."""
    changes.setdefault("description", "Kept by its owning team, see the runbook.")
    changes["tags"] = {**tags_for(name), **changes.get("tags", {})}
    changes["tags"] = {k: v for k, v in changes["tags"].items() if v is not None}
    changes.setdefault("kms_key_id", key)
    turned = changes.get("rotation")
    if turned and turned.function:
        turned.function = function_arn(turned.function, changes.get("region", EU), changes.get("account", HOME))
    for version in changes["versions"]:
        version.keys = version.keys or (key or DEFAULT_KEY,)
    return Spec(name=name, **changes)


def pair(current: float, previous: float, read: float | None = ago(1)) -> list[Version]:
    """A value and the one before it, which was read for the last time on the day of the change."""
    return [
        Version(current, accessed=read),
        Version(previous, ("AWSPREVIOUS",), accessed=day_of(current) if read else None),
    ]


def rotation(last: float | None = ago(7), next: float | None = ago(-24) - 1, **changes: Any) -> Rotation:
    return Rotation(**{"function": "rotate-secret", "last": last, "next": next, **changes})


def rotated(name: str, key: str | None = key_arn("company"), **changes: Any) -> Spec:
    """A year old, rotated a week ago by a function, read yesterday."""
    changes.setdefault("created", ago(400))
    changes.setdefault("changed", ago(7))
    changes.setdefault("accessed", ago(1))
    changes.setdefault("rotation", rotation())
    changes.setdefault("versions", pair(ago(7), ago(37)))
    changes.setdefault("unknown", READ_BY_WHOM)
    return spec(name, key, changes)


def young(name: str, key: str | None = key_arn("company"), **changes: Any) -> Spec:
    """Made this week, so that it may still wait for its rotation, and read yesterday."""
    changes.setdefault("created", ago(5))
    changes.setdefault("accessed", ago(1))
    changes.setdefault("versions", [Version(changes["created"], accessed=ago(1))])
    return spec(name, key, changes)


def manual(name: str, key: str | None = key_arn("company"), **changes: Any) -> Spec:
    """Two months old, its value put by hand ten days ago, rotation never set up."""
    changes.setdefault("created", ago(60))
    changes.setdefault("changed", ago(10))
    changes.setdefault("accessed", ago(1))
    changes.setdefault("versions", pair(ago(10), ago(60)))
    changes.setdefault("fails", ("rotation-off",))
    return spec(name, key, changes)


def owned(name: str, service: str, **changes: Any) -> Spec:
    """A secret that an AWS service made and looks after."""
    changes.setdefault("tags", {})
    changes["tags"] = {
        "aws:secretsmanager:owningService": service,
        "Owner": None,
        "Environment": None,
        **changes["tags"],
    }
    changes.setdefault("description", "")
    changes.setdefault("created", ago(300))
    changes.setdefault("accessed", ago(1))
    return spec(name, None, changes)


def replica(primary: Spec, region: str, key: str | None = None, read: float | None = ago(1)) -> Spec:
    """A replica in sync, entered at its primary too; under AWS's own key if none is given."""
    shown = key or MANAGED_ALIAS
    primary.primary_region = primary.region
    primary.replication.append(
        {
            "Region": region,
            "KmsKeyId": shown,
            "Status": "InSync",
            "StatusMessage": "Replication succeeded",
            **({"LastAccessedDate": read} if read else {}),
        }
    )
    return Spec(
        name=primary.name,
        account=primary.account,
        region=region,
        description=primary.description,
        tags=primary.tags,
        kms_key_id=shown,
        versions=[
            Version(v.created, v.stages, read if "AWSCURRENT" in v.stages else None, (key or DEFAULT_KEY,))
            for v in primary.versions
        ],
        created=primary.created,
        changed=primary.changed,
        accessed=read,
        primary_region=primary.region,
        suffix=primary.suffix,
    )
