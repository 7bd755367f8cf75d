"""The secrets of the company's own account: one style of names, mostly one defect each.

`fails` and `unknown` say what the rules mean for each, with their default parameters; see `seeds/defaults.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from model import AP, EMPTY, EU, HOME, MEMBER, PARTITION, STRANGER, US, Spec, Version, ago, letters, uuid
from seeds.defaults import (
    DEFAULT_KEY,
    MANAGED_ALIAS,
    READ_BY_WHOM,
    SAID_BY_POLICY,
    manual,
    owned,
    pair,
    replica,
    rotated,
    rotation,
    young,
)
from seeds.estate import ORGANIZATION
from seeds.keys import key_arn, key_id

ROOT = f"arn:{PARTITION}:iam::{HOME}:root"
ALIAS_ARN = f"arn:{PARTITION}:kms:{EU}:{HOME}:alias/company-secrets"

# Put together here, so that no scanner of this repository takes it for a key.
KEY_SHAPED = "AKIA" + "Q3EGRZ7TL5XW2VYB"

ONE_OBJECT = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": ROOT},
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
    },
}
PUBLIC = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}],
}
PARTNER = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Partner",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:{PARTITION}:iam::{STRANGER}:root"},
            "Action": "secretsmanager:GetSecretValue",
            "Resource": "*",
        }
    ],
}

OURS = {"aws:PrincipalOrgID": ORGANIZATION}
PAYMENTS = f"arn:{PARTITION}:iam::{HOME}:role/payments-app"
# What AWS shows in place of a role that was deleted.
DELETED_ROLE = "AROA" + letters(HOME, "deleted", length=17)


def well_run() -> Iterator[Spec]:
    """Nothing to find, though each stands close to something that is one."""
    # A finished rotation leaves AWSPENDING on the current version, and a change of key a version under both.
    both = (key_arn("going"), key_arn("company"))
    yield rotated(
        "prod/payments/stripe-api-key",
        policy=json.dumps(ONE_OBJECT | {"Statement": [ONE_OBJECT["Statement"]]}, indent=2),
        versions=[
            Version(ago(7), ("AWSCURRENT", "AWSPENDING"), ago(1), both),
            Version(ago(37), ("AWSPREVIOUS",), ago(7), (key_arn("retired"), key_arn("company"))),
        ],
    )
    # Read under the old value for one more day, which the grace allows.
    yield rotated(
        "prod/payments/ledger-db-password",
        kms_key_id="alias/company-secrets",
        tags={"Environment": "production", "Classification": "restricted"},
        description="The password of the ledger, rotated by the payments team.",
        policy=json.dumps(ONE_OBJECT),
        versions=[Version(ago(7), accessed=ago(1)), Version(ago(37), ("AWSPREVIOUS",), ago(6))],
    )
    # A rotation that is under way.
    yield rotated(
        "prod/orders/db-password",
        kms_key_id=ALIAS_ARN,
        rotation=rotation(ago(30), ago(-1) - 1),
        versions=[Version(ago(hours=5), ("AWSPENDING",)), *pair(ago(30), ago(60))],
    )
    # Due twelve hours ago. Its policy is no policy, so nobody knows what it says.
    yield rotated(
        "staging/orders/db-password",
        kms_key_id=key_id(HOME, EU, "company"),
        rotation=rotation(ago(30), ago(hours=12)),
        versions=pair(ago(30), ago(60)),
        policy="{}",
        unknown=(*READ_BY_WHOM, *SAID_BY_POLICY),
    )
    # Nobody has read it yet, and it is younger than the grace.
    yield rotated(
        "dev/orders/db-password",
        None,
        created=ago(20),
        accessed=None,
        unknown=(),
        versions=pair(ago(7), ago(20), None),
    )
    # No rotation yet, a day before the grace ends.
    yield young("prod/search/index-api-key", created=ago(6))


def rotation_defects() -> Iterator[Spec]:
    # Its key is never rotated, which is the key's defect.
    yield manual("prod/billing/legacy-erp-password", key_arn("unrotated"))
    yield rotated(
        "prod/billing/bank-sftp-password",
        rotation=rotation(ago(40), None, enabled=False),
        versions=pair(ago(10), ago(40)),
        fails=("rotation-cancelled",),
        unknown=(),
    )
    # Rotated on time, then the old value was made current again.
    yield rotated(
        "prod/checkout/session-signing-key",
        versions=[Version(ago(120), accessed=ago(1)), Version(ago(7), ("AWSPREVIOUS",))],
        fails=("stale-value",),
    )
    yield manual(
        "prod/archive/ftp-password",
        created=ago(800),
        changed=ago(2),
        accessed=ago(200),
        versions=[Version(ago(400), accessed=ago(200))],
        fails=("rotation-off", "stale-value", "unused-secret"),
    )
    yield rotated(
        "prod/inventory/db-password",
        rotation=rotation(ago(40), ago(10)),
        versions=pair(ago(40), ago(70)),
        fails=("rotation-overdue",),
    )
    # Overdue by its interval alone: AWS gives no next date.
    yield rotated(
        "prod/inventory/cache-auth-token",
        rotation=rotation(ago(50), None),
        versions=pair(ago(50), ago(80)),
        fails=("rotation-overdue",),
    )
    yield rotated(
        "prod/shipping/carrier-api-key",
        created=ago(45),
        rotation=rotation(None, ago(15)),
        versions=[Version(ago(45), accessed=ago(1))],
        fails=("rotation-never-completed", "rotation-overdue"),
    )
    yield rotated(
        "prod/shipping/label-printer-password",
        rotation=rotation(ago(20), ago(-10)),
        versions=[Version(ago(3), ("AWSPENDING",)), *pair(ago(20), ago(50))],
        fails=("rotation-stuck",),
    )
    yield rotated(
        "prod/crm/oauth-client-secret",
        rotation=rotation(next=ago(-174) - 1, days=180, function="rotate-forgotten"),
        fails=("long-rotation-interval", "rotation-function-missing"),
    )
    yield rotated(
        "prod/crm/saml-signing-key",
        rotation=rotation(
            function="rotate-open", next=ago(-62) - 1, days=184, schedule="cron(0 8 1 1,7 ? *)", duration="4h"
        ),
        fails=("long-rotation-interval", "rotation-function-confused-deputy"),
    )
    # The first Sundays of two quarters lie at least 91 days apart.
    yield rotated(
        "prod/crm/mail-relay-password",
        rotation=rotation(next=ago(-64) - 1, days=91, schedule="cron(0 1 ? 1/3 SUN#1 *)"),
        fails=("long-rotation-interval",),
    )
    yield rotated(
        "prod/loyalty/partner-api-key",
        versions=[Version(ago(7), accessed=ago(1)), Version(ago(37), ("AWSPREVIOUS",), ago(2))],
        fails=("old-version-still-read",),
    )
    yield manual(
        "prod/loyalty/points-api-key",
        created=ago(20),
        changed=ago(20),
        accessed=None,
        versions=[],
        fails=("rotation-off", "value-never-set"),
    )


def ownership_defects() -> Iterator[Spec]:
    yield rotated("prod/media/cdn-signing-key", tags={"Owner": None}, fails=("missing-required-tags",))
    # An owner without a name is no owner.
    yield rotated("prod/media/upload-token", tags={"Owner": ""}, fails=("missing-required-tags",))
    yield rotated(
        "prod/media/transcoder-license-key",
        tags={"Owner": None, "owner": "media"},
        fails=("tag-case-variant",),
    )
    yield rotated("prod/media/thumbnailer-token", tags={"Environment": "dev"}, fails=("environment-mismatch",))
    yield rotated("dev/media/thumbnailer-token", tags={"Environment": "production"}, fails=("environment-mismatch",))
    yield rotated("prod/media/subtitle-api-key", description="", fails=("missing-description",))
    yield rotated("prod/media/player-drm-x7k2p9", fails=("name-ends-like-arn-suffix",))
    # The name of the second is the ARN of the first without its suffix.
    yield rotated("prod/media/player-drm", suffix="qzwkvh")
    yield rotated("prod/media/player-drm-qzwkvh", fails=("name-ends-like-arn-suffix",))
    # A name that says nothing but, to some, an environment, so its tag says the same.
    yield rotated("test", key_arn("company", US), region=US, tags={"Environment": "test"}, fails=("vague-name",))
    yield rotated("3f0c9a52-7d1e-4b86-9c55-0f6a2d1be7c4", key_arn("company", AP), region=AP, fails=("vague-name",))
    yield rotated("prod/support/sms-token", tags={"Integration": KEY_SHAPED}, fails=("secret-in-metadata",))


def encryption_defects() -> Iterator[Spec]:
    yield rotated(
        "prod/hr/payroll-db-password",
        None,
        tags={"Classification": "restricted"},
        fails=("default-key-on-sensitive",),
    )
    # The same key by its identifier, as the console writes it.
    yield rotated(
        "prod/hr/benefits-api-key",
        None,
        kms_key_id=key_id(HOME, EU, MANAGED_ALIAS),
        tags={"Classification": "confidential"},
        fails=("default-key-on-sensitive",),
    )
    yield rotated("prod/legacy/mainframe-password", key_arn("going"), fails=("key-pending-deletion",))
    yield rotated("prod/legacy/fax-password", key_arn("disabled"), fails=("key-disabled",))
    yield rotated("prod/legacy/edi-password", key_arn("expired"), fails=("key-disabled",))
    yield rotated(
        "prod/legacy/report-token",
        versions=[
            Version(ago(7), accessed=ago(1)),
            Version(ago(37), ("AWSPREVIOUS",), ago(7), (DEFAULT_KEY,)),
        ],
        fails=("version-under-old-key",),
    )
    # What a key of somebody else's account is worth, its owner alone knows. No policy names this secret by its name.
    yield rotated(
        "prod/partners/clearing-house-key",
        key_arn("clearing-house", EU, STRANGER),
        fails=("key-in-other-account",),
        unknown=(
            "key-disabled",
            "key-missing",
            "key-pending-deletion",
            "policy-blocks-everyone",
            "rotation-role-underpowered",
            *READ_BY_WHOM,
        ),
    )


def allows(principal: Any, action: str = "secretsmanager:GetSecretValue", **conditions: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
    return statement | ({"Condition": conditions} if conditions else {})


def denies(**conditions: Any) -> dict[str, Any]:
    return allows("*", "secretsmanager:*", **conditions) | {"Effect": "Deny"}


def feed(name: str, *statements: dict[str, Any], key: str = key_arn("company", US), **changes: Any) -> Spec:
    """A secret of this week in another region, with these statements for its policy."""
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements}) if statements else None
    return young(f"prod/feeds/{name}", key, region=US, policy=policy, **changes)


def access_defects() -> Iterator[Spec]:
    # A grant on the key lets the stranger decrypt, so these two policies let the stranger read.
    yield rotated(
        "shared/observability/webhook-url",
        policy=json.dumps(PUBLIC),
        fails=("public-policy", "readable-outside-org"),
    )
    yield rotated(
        "prod/crm/salesforce-integration",
        type="SalesforceClientSecret",
        external_metadata={"apiVersion": "v65.0", "adminSecretArn": "crm-admin"},
        external_role=f"arn:{PARTITION}:iam::{HOME}:role/crm-rotation",
        rotation=rotation(function=None),
        policy=json.dumps(PARTNER),
        fails=("readable-outside-org",),
    )
    # From here on all lies in another region, where no stranger has a grant.
    plain = allows("*", Bool={"aws:SecureTransport": "true"})
    yield feed("weather-api-key", plain, fails=("weakly-conditioned-policy",))
    yield feed("traffic-api-key", allows("*", StringEquals=OURS), fails=("readable-by-whole-org",))
    # Some of the organization, and the own account by way of a Deny for all others.
    loaders = {"aws:PrincipalArn": f"arn:{PARTITION}:iam::{MEMBER}:role/warehouse-loader"}
    yield feed("parking-api-key", allows("*", StringEquals=OURS, ArnEquals=loaders))
    others = denies(StringNotEquals={"aws:PrincipalAccount": HOME})
    yield feed("transit-api-key", allows("*"), others)
    # The organization again, only said the other way round.
    yield feed("tides-api-key", allows("*"), denies(StringNotEquals=OURS), fails=("readable-by-whole-org",))
    but_one = allows("*", StringEquals={"aws:PrincipalAccount": HOME})
    del but_one["Principal"]
    but_one["NotPrincipal"] = {"AWS": f"arn:{PARTITION}:iam::{HOME}:role/orders-app"}
    yield feed("pollen-api-key", but_one, fails=("not-principal-allow",))
    neighbour = {"AWS": f"arn:{PARTITION}:iam::{MEMBER}:root"}
    yield feed("ferry-api-key", allows(neighbour, "secretsmanager:*"), fails=("wildcard-action-in-policy",))
    yield feed("tram-api-key", allows({"AWS": [PAYMENTS, DELETED_ROLE]}), fails=("policy-names-deleted-principal",))
    appflow = {"Service": "appflow.amazonaws.com"}
    guarded = key_arn("guarded", US)
    yield feed("crm-export-token", allows(appflow), key=guarded, fails=("service-principal-without-source",))
    yield feed("crm-import-token", allows(appflow, StringEquals={"aws:SourceAccount": HOME}), key=guarded)
    yield feed("sealed-token", denies(), fails=("policy-blocks-everyone",))
    # All are denied it but one, who is an administrator.
    alice = {"aws:PrincipalArn": f"arn:{PARTITION}:iam::{HOME}:user/alice"}
    yield feed("master-token", denies(ArnNotEquals=alice))
    yield feed("map-tiles-token", key=key_arn("careless", US))
    yield feed("geocoder-token", key=guarded)
    yield rotated(
        "prod/returns/db-password",
        key_arn("company", US),
        region=US,
        rotation=rotation(function="rotate-returns"),
        fails=("rotation-role-underpowered",),
    )


def replicated() -> Iterator[Spec]:
    """Replicas in sync, and what can go wrong with them; a weak or failed replica is the fault of its primary's row."""
    strong = young("prod/identity/jwt-signing-key", key_arn("replicated"))
    yield replica(strong, US, key_arn("replicated", US))
    yield strong
    weak = young("prod/identity/session-key", fails=("replica-with-weaker-key",))
    yield replica(weak, US)
    yield weak
    failed = {
        "Region": US,
        "KmsKeyId": key_arn("company", US),
        "Status": "Failed",
        "StatusMessage": "Replication failed: Secret name simple already exists in region us-east-1.",
    }
    yield young("prod/identity/otp-seed", primary_region=EU, replication=[failed], fails=("replica-failed",))
    yield rotated("prod/identity/otp-seed", key_arn("company", US), region=US)
    # Idle at home for 200 days, read in the other region yesterday.
    elsewhere = manual(
        "prod/identity/hr-sync-password",
        created=ago(400),
        accessed=ago(200),
        versions=[Version(ago(10)), Version(ago(400), ("AWSPREVIOUS",), ago(200))],
    )
    yield replica(elsewhere, US, key_arn("company", US))
    yield elsewhere
    # Replicas that outlived their primary: one in a region that is looked at, one in a region that is switched off.
    for name, region, gone, verdict in (
        ("prod/identity/ldap-bind-password", US, EMPTY, {"fails": ("orphan-replica",)}),
        ("prod/identity/radius-password", AP, "eu-north-1", {"unknown": ("orphan-replica",)}),
    ):
        yield young(
            name,
            None,
            region=region,
            primary_region=gone,
            kms_key_id=MANAGED_ALIAS,
            created=ago(300),
            **verdict,
        )


def owned_and_odd() -> Iterator[Spec]:
    yield owned(
        "appflow!123456789012-crm-export",
        "appflow",
        accessed=ago(150),
        versions=[Version(ago(300), accessed=ago(150))],
        fails=("unused-secret",),
    )
    yield owned(
        f"rds!db-{uuid('rds', HOME)}",
        "rds",
        tags={"aws:rds:primaryDBInstanceArn": f"arn:{PARTITION}:rds:{EU}:{HOME}:db:orders"},
        rotation=rotation(ago(12), ago(5), days=7, function=None),
        versions=pair(ago(12), ago(19)),
        fails=("rotation-overdue",),
        unknown=READ_BY_WHOM,
    )
    # Its function never touched it either, or there would be a date.
    yield rotated(
        "prod/audit/evidence-signing-key",
        accessed=None,
        versions=pair(ago(7), ago(37), None),
        fails=("never-read",),
        unknown=(),
    )
    yield manual(
        "prod/old/ab-split-token",
        created=ago(300),
        accessed=ago(150),
        versions=[Version(ago(300), accessed=ago(150))],
        deleted=ago(-5),
        fails=("unused-secret",),
    )


def secrets() -> Iterator[Spec]:
    for group in (
        well_run,
        rotation_defects,
        ownership_defects,
        encryption_defects,
        access_defects,
        replicated,
        owned_and_odd,
    ):
        yield from group()
