"""The keys of the seed `reach`, their policies and their grants."""

from __future__ import annotations

from typing import Any

from model import EU, HOME, MEMBER, STRANGER, US, keys_of
from seeds.estate import ORGANIZATION
from seeds.keys import customer_key, grant, key_id, service_key
from seeds.reach_home import FEED, ORDERS
from seeds.reach_names import VENDOR, role, root, text, to


def by_iam(account: str) -> dict[str, Any]:
    """Hands the key over to the account's own policies."""
    return to({"AWS": root(account)}, "kms:*", Sid="Enable IAM User Permissions")


def seed() -> None:
    for account in (HOME, MEMBER):
        for region in (EU, US):
            service_key(account, region)
    customer_key(HOME, EU, "orders", policy=text(by_iam(HOME)))
    # Without a word about the account, so that no policy of IAM opens it.
    customer_key(HOME, EU, "hsm", policy=text(to({"AWS": [role("hsm-custodian")]}, "kms:*")))
    customer_key(
        HOME, EU, "shared", policy=text([by_iam(HOME), to({"AWS": MEMBER}, ["kms:Decrypt", "kms:DescribeKey"])])
    )
    outside = [role("importer", STRANGER), root(VENDOR)]
    services = ["events.amazonaws.com", "firehose.amazonaws.com"]
    customer_key(
        HOME,
        EU,
        "partner",
        policy=text([by_iam(HOME), to({"AWS": outside}, "kms:Decrypt"), to({"Service": services}, "kms:Decrypt")]),
    )
    ours = to("*", ["kms:Decrypt"], Condition={"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}})
    stranger = to({"AWS": role("importer", STRANGER)}, "kms:Decrypt")
    customer_key(MEMBER, EU, "warehouse", policy=text([by_iam(MEMBER), ours, stranger]))
    operator = to({"AWS": role("us-operator")}, "kms:Decrypt")
    customer_key(MEMBER, US, "warehouse", policy=text([by_iam(MEMBER), operator]))


def grants() -> None:
    """Made last, since two of them name the ARN of a secret."""
    orders = keys_of(HOME, EU).keys[key_id(HOME, EU, "orders")]
    for number, (name, operations, encrypted) in enumerate(
        (
            ("orders-granted", ["Decrypt", "DescribeKey"], ORDERS),
            ("orders-granted-encrypt", ["Encrypt", "GenerateDataKey"], ORDERS),
            ("orders-granted-elsewhere", ["Decrypt"], FEED),
        )
    ):
        grant(orders, number, role(name), operations, {"EncryptionContextSubset": {"SecretARN": encrypted.arn}})
