"""KMS keys with fixed identifiers and dates, in moto's backend."""

from __future__ import annotations

import json
from typing import Any

from model import AP, EU, HOME, MEMBER, PARTITION, STRANGER, US, WORLD, ago, digest, keys_of, naive, uuid


def key_id(account: str, region: str, name: str) -> str:
    if name == "replicated":
        return f"mrk-{digest('key', account, name)}"
    return uuid("key", account, region, name)


def key_arn(name: str, region: str = EU, account: str = HOME) -> str:
    return f"arn:{PARTITION}:kms:{region}:{account}:key/{key_id(account, region, name)}"


def make(account: str, region: str, name: str, description: str, **changes: Any) -> Any:
    backend = keys_of(account, region)
    key = backend.create_key(None, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", description, None)
    # moto draws the identifier; everything that names the key has to know it beforehand.
    del backend.keys[key.id]
    key.id = key_id(account, region, name)
    key.arn = key_arn(name, region, account)
    backend.keys[key.id] = key
    key.creation_date = ago(500)
    key.rotation_period = 365
    for field, value in changes.items():
        setattr(key, field, value)
    return key


def customer_key(account: str, region: str, name: str, fails: tuple[str, ...] = (), **changes: Any) -> Any:
    alias = changes.pop("alias", None)
    key = make(account, region, name, f"Secrets of {name}", **{"key_rotation_status": True, **changes})
    if alias:
        keys_of(account, region).create_alias(key.id, f"alias/{alias}")
    WORLD.truth["keys"].append({"arn": key.arn, "fails": sorted(fails), "unknown": []})
    return key


def key_policy(account: str, *statements: dict[str, Any]) -> str:
    """What KMS gives a new key, and more."""
    root = {"AWS": f"arn:{PARTITION}:iam::{account}:root"}
    first = {"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [first, *statements]})


def service_key(account: str, region: str, alias: str = "alias/aws/secretsmanager") -> Any:
    """The key of a service: AWS's to manage, and usable by the whole account through that service."""
    service = alias.removeprefix("alias/aws/")
    policy = {
        "Version": "2012-10-17",
        "Id": f"auto-{service}-2",
        "Statement": [
            {
                "Sid": "Allow access through the service for all principals in the account",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": [
                    "kms:Encrypt",
                    "kms:Decrypt",
                    "kms:ReEncrypt*",
                    "kms:CreateGrant",
                    "kms:DescribeKey",
                ],
                "Resource": "*",
                "Condition": {
                    "StringEquals": {
                        "kms:CallerAccount": account,
                        "kms:ViaService": f"{service}.{region}.amazonaws.com",
                    }
                },
            },
            {
                "Sid": "Allow direct access to key metadata to the account",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{PARTITION}:iam::{account}:root"},
                "Action": ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
                "Resource": "*",
            },
        ],
    }
    key = make(
        account,
        region,
        alias,
        "Default key that protects my secrets when no other key is defined",
        key_manager="AWS",
        key_rotation_status=True,
        policy=json.dumps(policy),
    )
    keys_of(account, region).create_alias(key.id, alias)
    return key


def replicated_keys() -> None:
    """One multi-Region key: the same identifier in two regions, each with its own ARN."""
    shared = {
        "MultiRegionKeyType": "PRIMARY",
        "PrimaryKey": {"Arn": key_arn("replicated"), "Region": EU},
        "ReplicaKeys": [{"Arn": key_arn("replicated", US), "Region": US}],
    }
    for region in (EU, US):
        customer_key(HOME, region, "replicated", multi_region=True, multi_region_configuration=shared)


def grant(
    key: Any, number: int, grantee: str, operations: list[str], constraints: dict[str, Any] | None = None
) -> None:
    made = key.add_grant(f"grant-{number}", grantee, operations, constraints, None)
    made.aws_id = digest("grant", key.id, number, length=64)
    made.created = ago(100) + number


def seed() -> None:
    for region in WORLD.regions:
        if WORLD.regions[region] != "DISABLED":
            service_key(HOME, region)
            service_key(MEMBER, region)
    # A grant lets a stranger decrypt.
    main = customer_key(HOME, EU, "company", alias="company-secrets", fails=("key-usable-outside-org",))
    customer_key(HOME, US, "company", alias="company-secrets")
    customer_key(HOME, AP, "company", alias="company-secrets")
    customer_key(HOME, EU, "retired", creation_date=ago(900))
    # Imported material, because KMS shows the rotation of a key that is about to go as off.
    customer_key(
        HOME,
        EU,
        "going",
        origin="EXTERNAL",
        key_rotation_status=False,
        key_state="PendingDeletion",
        enabled=False,
        deletion_date=naive(ago(-9)),
    )
    customer_key(HOME, EU, "disabled", key_state="Disabled", enabled=False)
    customer_key(
        HOME,
        EU,
        "expired",
        origin="EXTERNAL",
        key_rotation_status=False,
        key_state="PendingImport",
        enabled=False,
    )
    customer_key(HOME, EU, "unrotated", fails=("key-rotation-off",), key_rotation_status=False)
    # Everybody may decrypt with the one, whatever the account; with the other everybody of the account.
    anybody = {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}
    own = anybody | {"Condition": {"StringEquals": {"kms:CallerAccount": HOME}}}
    wide_open = ("key-policy-public", "key-usable-outside-org")
    customer_key(HOME, US, "careless", policy=key_policy(HOME, anybody), fails=wide_open)
    service = own | {"Principal": {"Service": "appflow.amazonaws.com"}}
    service["Condition"] = {"StringEquals": {"aws:SourceAccount": HOME}}
    customer_key(HOME, US, "guarded", policy=key_policy(HOME, own, service))
    # A secret names it, but its account is out of sight: nobody here can say whether it rotates, or whom it lets in.
    foreign = key_arn("clearing-house", EU, STRANGER)
    unseen = ["key-policy-public", "key-rotation-off", "key-usable-outside-org"]
    WORLD.truth["keys"].append({"arn": foreign, "fails": [], "unknown": unseen})
    # No key of a secret, and of no kind that could be.
    make(HOME, EU, "signing", "Release signing", key_usage="SIGN_VERIFY", key_spec="RSA_4096")
    replicated_keys()
    for region in (EU, US, AP):
        customer_key(MEMBER, region, "warehouse", alias="warehouse")
    customer_key(MEMBER, EU, "retired", creation_date=ago(900))
    grant(main, 0, f"arn:{PARTITION}:iam::{HOME}:role/payments-app", ["Decrypt", "DescribeKey"])
    grant(main, 1, f"arn:{PARTITION}:iam::{STRANGER}:root", ["Decrypt"])
    busy = keys_of(HOME, EU).keys[key_id(HOME, EU, "replicated")]
    for number in range(120):
        grant(busy, number, f"arn:{PARTITION}:iam::{HOME}:role/worker-{number % 7}", ["Decrypt"])
