#!/usr/bin/env python3
"""Writes the sample that the binary embeds: `examples/sample/`, a snapshot of the fictional company Harbour Tea.

Three accounts: production, development, and a small one that came with an acquisition and kept its old habits. Every
date is counted back from one fixed instant and every identifier is a digest of what it names, so that the output is
the same in every run. The comment above each secret says what it shows; most are well run.

    python3 examples/make_sample.py
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import sample_trail

AS_OF = datetime(2026, 11, 1, 6, tzinfo=timezone.utc)
VERSION = 1

PROD, DEV, LEGACY = "111122223333", "444455556666", "777788889999"
MANAGEMENT, AUDIT, KEYS, VENDOR = "101010101010", "121212121212", "131313131313", "999988887777"
NAMES = {
    PROD: "harbour-prod", DEV: "harbour-dev", LEGACY: "harbour-legacy", MANAGEMENT: "harbour-management",
    AUDIT: "harbour-audit", KEYS: "harbour-keys",
}
EU, US, AP = "eu-west-1", "us-east-1", "ap-southeast-2"
LOCKED, OFF = "eu-central-1", "me-south-1"
REGIONS = {
    PROD: {AP: "audited", EU: "audited", US: "audited"},
    DEV: {AP: "audited", LOCKED: "refused", EU: "audited", OFF: "off", US: "audited"},
    LEGACY: {EU: "audited"},
}
ORGANIZATION = "o-h4rb0urt34"
AUDITOR = "secrets-auditor"


# ---- instants and identifiers ----------------------------------------------------------------------------------------


def digest(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


def uuid(*parts: object) -> str:
    h = digest(*parts)
    return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:32]}"


def unique_id(prefix: str, *parts: object) -> str:
    """An id as IAM gives them: AIDA…, AROA…, AGPA…."""
    raw = hashlib.sha256("\0".join(map(str, parts)).encode()).digest()
    return prefix + base64.b32encode(raw).decode()[:17]


def arn_suffix(*parts: object) -> str:
    raw = base64.b64encode(hashlib.sha256("\0".join(map(str, parts)).encode()).digest()).decode()
    return "".join(c for c in raw if c.isalnum())[:6]


def iso(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def ago(days: int, *what: object) -> datetime:
    """An instant that lies so many whole days back; what happened then decides the time of day."""
    return AS_OF - timedelta(days=days, seconds=int(digest(*what)[:8], 16) % (70_000 if days else 6_000) + 600)


def day(days: int) -> datetime:
    """Midnight of a day, as AWS writes the day of a last read."""
    return (AS_OF - timedelta(days=days)).replace(hour=0, minute=0, second=0)


def end_of_day(instant: datetime) -> datetime:
    return instant.replace(hour=23, minute=59, second=59)


def compact(**fields: Any) -> dict[str, Any]:
    """A record without the fields that AWS leaves out."""
    return {key: value for key, value in fields.items() if value is not None}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def gap(call: str, account: str, region: str | None, resource: str | None, message: str, error: str) -> dict[str, Any]:
    return {
        "call": call, "cause": "refused", "account": account, "region": region, "resource": resource,
        "error": error, "message": message, "permission": call,
    }


def refused(call: str, account: str, region: str | None, resource: str | None, why: str = "",
            error: str = "AccessDeniedException") -> dict[str, Any]:
    user = f"arn:aws:sts::{account}:assumed-role/{AUDITOR}/{AUDITOR}"
    why = why or f"because no identity-based policy allows the {call} action"
    on = f" on resource: {resource}" if resource else ""
    return gap(call, account, region, resource, f"User: {user} is not authorized to perform: {call}{on} {why}", error)


# ---- keys ------------------------------------------------------------------------------------------------------------


@dataclass
class Key:
    account: str
    region: str
    alias: str
    owner: str = ""  # the account that owns it, where that is another
    state: str = "Enabled"
    manager: str = "CUSTOMER"
    origin: str = "AWS_KMS"
    created: int = 900
    deletion: int | None = None  # days until it is deleted
    valid_to: int | None = None  # days until its imported material expires
    rotation: bool | None = True  # None: not read
    exists: bool = True
    seen: bool = True  # False: KMS refuses to describe it
    multi_region: str = ""  # what both halves of a multi-Region key share
    readers: tuple[str, ...] = ()  # roles that the key policy names
    policy: str | None = None
    more: tuple[dict[str, Any], ...] = ()  # further statements of the key policy
    grants: list[dict[str, Any]] = field(default_factory=list)
    named: set[str] = field(default_factory=set)

    @property
    def id(self) -> str:
        if self.multi_region:
            return f"mrk-{digest('key', self.multi_region)[:32]}"
        return uuid("key", self.account, self.region, self.alias)

    @property
    def arn(self) -> str:
        return f"arn:aws:kms:{self.region}:{self.owner or self.account}:key/{self.id}"

    def form(self, form: str) -> str:
        """The key as somebody names it: `arn`, `id`, `alias` or `alias-arn`."""
        name = {
            "arn": self.arn,
            "id": self.id,
            "alias": f"alias/{self.alias}",
            "alias-arn": f"arn:aws:kms:{self.region}:{self.account}:alias/{self.alias}",
        }[form]
        self.named.add(name)
        return name

    def key_policy(self) -> str:
        if self.policy:
            return self.policy
        root = f"arn:aws:iam::{self.account}:root"
        enable = {"Sid": "Enable IAM User Permissions", "Effect": "Allow", "Principal": {"AWS": root},
                  "Action": "kms:*", "Resource": "*"}
        if not self.readers:
            return document(enable, *self.more)
        administer = {**enable, "Sid": "Administer",
                      "Action": ["kms:Create*", "kms:Describe*", "kms:Enable*", "kms:List*", "kms:Put*", "kms:Update*",
                                 "kms:Disable*", "kms:Get*", "kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion"]}
        roles = [f"arn:aws:iam::{self.account}:role/{role}" for role in self.readers]
        read = {"Sid": "Use through Secrets Manager", "Effect": "Allow", "Principal": {"AWS": roles},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"], "Resource": "*",
                "Condition": {"StringEquals": {"kms:ViaService": f"secretsmanager.{self.region}.amazonaws.com"}}}
        return document(administer, read, *self.more)

    def record(self) -> dict[str, Any]:
        if not self.exists:
            return {"named": sorted(self.named)}
        facts = compact(
            arn=self.arn,
            id=self.id,
            account=self.owner or self.account,
            manager=self.manager,
            state=self.state,
            spec="SYMMETRIC_DEFAULT",
            usage="ENCRYPT_DECRYPT",
            origin=self.origin,
            created=iso(ago(self.created, "key", self.alias)),
            deletion=None if self.deletion is None else iso(AS_OF + timedelta(days=self.deletion, hours=7)),
            valid_to=None if self.valid_to is None else iso(AS_OF + timedelta(days=self.valid_to)),
            multi_region=bool(self.multi_region),
        )
        can_rotate = self.origin == "AWS_KMS" and self.state == "Enabled"
        rotation = compact(enabled=self.rotation, period_days=365 if self.rotation else None)
        return compact(
            named=sorted(self.named),
            facts=facts,
            policy=self.key_policy(),
            rotation=rotation if can_rotate and self.rotation is not None else None,
            grants=self.grants,
        )


RDS_GRANT = {
    "id": digest("grant", "rds"),
    "grantee": "rds.eu-west-1.amazonaws.com",
    "retiring": "rds.eu-west-1.amazonaws.com",
    "operations": ["Decrypt", "Encrypt", "GenerateDataKey", "DescribeKey", "CreateGrant", "RetireGrant"],
}


def decrypts(sid: str, principal: Any, region: str | None = EU, **more: Any) -> dict[str, Any]:
    """A statement of a key policy that lets somebody decrypt, by way of Secrets Manager where a Region is given."""
    by = {"Condition": {"StringEquals": {"kms:ViaService": f"secretsmanager.{region}.amazonaws.com"}}} if region else {}
    return {"Sid": sid, "Principal": principal, **allow(["kms:Decrypt", "kms:DescribeKey"]), **by, **more}


PAYMENTS = Key(PROD, EU, "harbour/payments", multi_region="payments",
               readers=("payments-app", "checkout-app", "harbour-rotate-postgres", "harbour-rotate-checkout-db",
                        "harbour-rotate-api-token"))
PAYMENTS_US = Key(PROD, US, "harbour/payments", multi_region="payments",
                  readers=("payments-app", "checkout-app"))
PLATFORM = Key(PROD, EU, "harbour/platform", grants=[RDS_GRANT])
PLATFORM_US = Key(PROD, US, "harbour/platform")
PLATFORM_AP = Key(PROD, AP, "harbour/platform")
# The customs broker reads one secret under it; the key lets its whole account decrypt all of them.
BILLING = Key(PROD, EU, "harbour/billing", created=640,
              more=(decrypts("AllowFreightline", {"AWS": f"arn:aws:iam::{VENDOR}:root"}),))
BILLING_OLD = Key(PROD, EU, "harbour/billing-2023", created=1200)
MARKETING = Key(PROD, EU, "harbour/marketing", rotation=False, more=(
    decrypts("AllowAppFlow", {"Service": "appflow.amazonaws.com"}, None,
             Condition={"StringEquals": {"aws:SourceAccount": PROD}}),))
TREASURY = Key(PROD, EU, "harbour/treasury", origin="EXTERNAL", valid_to=240,
               readers=("bank-signer", "harbour-rotate-signing-key"))
LOYALTY_OLD = Key(PROD, EU, "harbour/loyalty-2022", state="PendingDeletion", deletion=12, created=1450)
TASTING_ROOM = Key(PROD, EU, "harbour/tasting-room", state="Disabled")
WHOLESALE_GONE = Key(PROD, EU, "harbour/wholesale-edi", exists=False)
CENTRAL = Key(PROD, EU, "central/partners", owner=KEYS, seen=False)
DEFAULT_EU = Key(
    PROD, EU, "aws/secretsmanager", manager="AWS", created=2100,
    policy=document({
        "Sid": "Allow access through AWS Secrets Manager for all principals in the account", "Effect": "Allow",
        "Principal": {"AWS": "*"}, "Resource": "*",
        "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant",
                   "kms:DescribeKey"],
        "Condition": {"StringEquals": {"kms:CallerAccount": PROD,
                                       "kms:ViaService": f"secretsmanager.{EU}.amazonaws.com"}},
    }),
)
DEV_EU = Key(DEV, EU, "harbour-dev/main",
             more=(decrypts("CodeBuild", {"Service": "codebuild.amazonaws.com"}, None),
                   decrypts("SearchIndexCopy", {"AWS": f"arn:aws:iam::{PROD}:role/search-index-copy"})))
DEV_US = Key(DEV, US, "harbour-dev/main", rotation=None)
# Opened to everybody who comes through Secrets Manager, which everybody can: from a template for the default key that
# lost its second condition.
LEGACY_EU = Key(LEGACY, EU, "tidewater", created=1900, more=(decrypts("Allow use through Secrets Manager",
                                                                      {"AWS": "*"}),))
ALL_KEYS = [
    PAYMENTS, PAYMENTS_US, PLATFORM, PLATFORM_US, PLATFORM_AP, BILLING, BILLING_OLD, MARKETING, TREASURY, LOYALTY_OLD,
    TASTING_ROOM, WHOLESALE_GONE, CENTRAL, DEFAULT_EU, DEV_EU, DEV_US, LEGACY_EU,
]


# ---- rotation functions ----------------------------------------------------------------------------------------------


@dataclass
class Function:
    account: str
    region: str
    name: str
    exists: bool = True
    confined: bool = True  # whether its policy names the account that may call it

    @property
    def arn(self) -> str:
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.name}"

    def record(self) -> dict[str, Any]:
        if not self.exists:
            return {"arn": self.arn}
        statement = {
            "Sid": "SecretsManagerAccess", "Effect": "Allow",
            "Principal": {"Service": "secretsmanager.amazonaws.com"}, "Action": "lambda:InvokeFunction",
            "Resource": self.arn,
        }
        if self.confined:
            statement["Condition"] = {"StringEquals": {"aws:SourceAccount": self.account}}
        return {
            "arn": self.arn,
            "facts": {
                "role": f"arn:aws:iam::{self.account}:role/{self.name}",
                "state": "Active",
                "last_update": "Successful",
                "runtime": "python3.13",
            },
            "policy": {"document": json.dumps({"Version": "2012-10-17", "Id": "default", "Statement": [statement]})},
        }


POSTGRES = Function(PROD, EU, "harbour-rotate-postgres")
POSTGRES_US = Function(PROD, US, "harbour-rotate-postgres")
POSTGRES_AP = Function(PROD, AP, "harbour-rotate-postgres")
CHECKOUT_DB = Function(PROD, EU, "harbour-rotate-checkout-db", confined=False)
SHIPPING_DB = Function(PROD, EU, "harbour-rotate-shipping-db", exists=False)
SIGNING_KEY = Function(PROD, EU, "harbour-rotate-signing-key")
API_TOKEN = Function(PROD, EU, "harbour-rotate-api-token")
DEV_POSTGRES = Function(DEV, EU, "harbour-dev-rotate-postgres")
DEV_POSTGRES_US = Function(DEV, US, "harbour-dev-rotate-postgres")
DEV_API_TOKEN = Function(DEV, EU, "harbour-dev-rotate-api-token")
TIDEWATER = Function(LEGACY, EU, "tidewater-rotation", confined=False)


# ---- secrets ---------------------------------------------------------------------------------------------------------


@dataclass
class Rotation:
    schedule: str
    function: Function | None = None
    last: int | None = None  # days since Secrets Manager rotated it; None: never
    due: int | None = None  # days until the next rotation, negative where that has passed; None: AWS names no date
    enabled: bool = True
    duration: str | None = None

    def rules(self) -> dict[str, Any]:
        rate = self.schedule.removeprefix("rate(").removesuffix(" days)")
        days = int(rate) if rate.isdigit() else None
        return compact(automatically_after_days=days, duration=self.duration, schedule_expression=self.schedule)


@dataclass
class Copy:
    """A replica of a secret."""

    region: str
    key: Key | None = None
    status: str = "InSync"
    message: str | None = None
    read: int | None = None
    entry: bool = True  # whether the Region lists it


@dataclass
class Secret:
    name: str
    created: int
    value: int | None  # days since the current value was written; None: it has none
    read: int | None = None  # days since the last read in its own Region
    key: Key | None = None
    form: str = "arn"
    tags: dict[str, str] = field(default_factory=dict)
    text: str | None = None  # the description
    rotation: Rotation | None = None
    copies: list[Copy] = field(default_factory=list)
    owner: str | None = None  # the AWS service that made it
    partner: str | None = None  # the type of a managed external secret
    deleted: int | None = None
    changed: int | None = None  # days since anything changed, where that is less than the value's age
    policy: dict[str, Any] | None = None
    primary: str | None = None  # the Region of the primary, for a replica without one in this sample
    suffix: str | None = None
    value_keys: list[Key] | None = None  # keys of the current version, where not just the secret's
    previous: dict[str, Any] = field(default_factory=dict)  # what differs in AWSPREVIOUS
    more_versions: list[dict[str, Any]] = field(default_factory=list)


def tags(owner: str, environment: str = "production", **more: str) -> dict[str, str]:
    return {"Owner": owner, "Environment": environment, **more}


def rotated(schedule: str, last: int, function: Function | None = POSTGRES, due: int | None = None,
            **more: Any) -> Rotation:
    """Rotation that works: the next date lies ahead."""
    rate = schedule.removeprefix("rate(").removesuffix(" days)")
    due = int(rate) - last if due is None and rate.isdigit() else due
    return Rotation(schedule, function, last, due, **more)


def version(name: str, label: list[str], written: int, key: Key | None, read: int | None = None) -> dict[str, Any]:
    return {
        "id": uuid("version", name, written, *label),
        "stages": label,
        "created": iso(ago(written, "version", name, written)),
        **compact(last_accessed=None if read is None else iso(day(read))),
        "kms_key_ids": [key.arn if key else "DefaultEncryptionKey"],
    }


def role(name: str, account: str = PROD) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def grants(*statements: dict[str, Any]) -> dict[str, Any]:
    """A resource policy of statements that let somebody read."""
    usual = allow("secretsmanager:GetSecretValue")
    return {"Version": "2012-10-17", "Statement": [{**usual, **statement} for statement in statements]}


def grant(principal: Any, action: Any = "secretsmanager:GetSecretValue", **more: Any) -> dict[str, Any]:
    """A resource policy of one statement."""
    return grants({"Principal": principal, "Action": action, **more})


PROD_EU = [
    # Everything right: rotated every month, customer key, replica under the same multi-Region key, sensitive.
    Secret("prod/payments/db", 1100, 12, 0, PAYMENTS, tags=tags("payments", Classification="restricted"),
           text="Owner of the payments database (Aurora PostgreSQL)", rotation=rotated("rate(30 days)", 12),
           copies=[Copy(US, PAYMENTS_US, read=1)]),
    # The key is named by its alias ARN.
    Secret("prod/payments/db-reader", 900, 20, 0, PAYMENTS, "alias-arn", tags=tags("payments"),
           text="Read-only user of the payments database", rotation=rotated("rate(30 days)", 20)),
    # Never set up for rotation, and the value is old; the owner's tag begins like a spreadsheet formula.
    Secret("prod/payments/adyen-hmac-key", 700, 150, 0, PAYMENTS, tags=tags("@payments-oncall"),
           text="HMAC key of the card terminals, issued in the Adyen portal"),
    # Rotates every two months; its replica is under the default key while the primary is not.
    Secret("prod/checkout/stripe-api-key", 800, 31, 0, PAYMENTS, tags=tags("checkout"),
           text="Restricted key of the checkout at Stripe", rotation=rotated("rate(60 days)", 31, API_TOKEN),
           copies=[Copy(US, None, read=0)]),
    # Rotates on Sundays by cron, the last time two hours before the audit; the function's policy is not confined.
    Secret("prod/checkout/db", 800, 0, 0, PAYMENTS, tags=tags("checkout"), text="Checkout database",
           rotation=Rotation("cron(0 4 ? * SUN *)", CHECKOUT_DB, 0, 7, duration="2h")),
    # The key is named by its alias.
    Secret("prod/checkout/session-signing-key", 500, 6, 0, PLATFORM, "alias", tags=tags("checkout"),
           text="Signs the session cookies of the shop", rotation=rotated("rate(10 days)", 6, SIGNING_KEY)),
    # The key is named by its id, as the console does; AWSPENDING rests on the current version, which is no defect.
    Secret("prod/catalog/db", 620, 9, 0, PLATFORM, "id", tags=tags("catalog"), text="Catalogue database",
           rotation=rotated("rate(30 days)", 9)),
    # The current value is kept under two keys: one is being deleted, the other works.
    Secret("prod/catalog/search-admin", 610, 44, 0, PLATFORM, tags=tags("catalog"),
           text="Administrator of the search cluster", rotation=rotated("rate(60 days)", 44, API_TOKEN),
           value_keys=[LOYALTY_OLD, PLATFORM]),
    # A rotation that was begun nine days ago never finished, so the next ones cannot start.
    Secret("prod/loyalty/db", 540, 39, 0, PLATFORM, tags=tags("loyalty"), text="Loyalty database",
           rotation=Rotation("rate(30 days)", POSTGRES, 39, -9),
           more_versions=[version("prod/loyalty/db", ["AWSPENDING"], 9, PLATFORM)]),
    # Forgotten: not read for seven months, an old value, and its key is deleted in twelve days.
    Secret("prod/loyalty/partner-api-key", 1000, 300, 210, LOYALTY_OLD, tags=tags("loyalty"),
           text="Key of the former points partner"),
    # Rotation was cancelled and the key disabled when the terminals were replaced.
    Secret("prod/tasting-room/pos-terminal", 760, 130, 21, TASTING_ROOM, tags=tags("stores", OnCall="+61 2 5550 0147"),
           text="Login of the point-of-sale terminals",
           rotation=Rotation("rate(30 days)", API_TOKEN, 130, None, enabled=False)),
    # The key does not exist any more: nobody can read the value.
    Secret("prod/wholesale/edi-mailbox", 1300, 160, 159, WHOLESALE_GONE, tags=tags("wholesale"),
           text="Mailbox for orders of the supermarkets"),
    # Rotates once a year: the longest gap of its cron is over the limit, and so is the value's age.
    Secret("prod/wholesale/db", 900, 303, 0, PLATFORM, tags=tags("wholesale"), text="Wholesale database",
           rotation=Rotation("cron(0 0 2 1 ? *)", POSTGRES, 303, 62)),
    # Rotation is on and has never succeeded: its function does not exist.
    Secret("prod/shipping/db", 45, 45, 0, PLATFORM, tags=tags("shipping"), text="Shipping database",
           rotation=Rotation("rate(30 days)", SHIPPING_DB, None, -13)),
    # A new value was put by hand last week: LastRotatedDate stands still, and still nothing is overdue. Its replica
    # failed, because a secret of that name stands in us-east-1 already.
    Secret("prod/shipping/carrier-api-key", 730, 5, 0, PLATFORM, tags=tags("shipping"),
           text="Key of the parcel carrier's booking service", rotation=Rotation("rate(90 days)", API_TOKEN, 250, 85),
           copies=[Copy(US, PLATFORM_US, "Failed", entry=False,
                        message="Replication failed: Secret name prod/shipping/carrier-api-key already exists in "
                                "region us-east-1.")]),
    # The key belongs to another account, and that account does not let this one describe it.
    Secret("prod/partners/customs-broker", 400, 33, 1, CENTRAL, tags=tags("shipping"),
           text="Account at the customs broker", rotation=rotated("rate(60 days)", 33, API_TOKEN)),
    # Shared with a vendor's account; the next secret takes this one's ARN for its name.
    Secret("prod/partners/sftp", 820, 70, 0, PLATFORM, tags=tags("shipping"), suffix="Xk2f9Q",
           text="Upload account of Freightline", rotation=rotated("rate(90 days)", 70, API_TOKEN),
           policy=grant({"AWS": role("broker-sync", VENDOR)})),
    # The name ends like an ARN: somebody pasted the wrong thing into the console.
    Secret("prod/partners/sftp-Xk2f9Q", 300, 70, 4, PLATFORM, tags=tags("shipping"),
           text="Upload account of Freightline (copy)", rotation=rotated("rate(90 days)", 70, API_TOKEN)),
    # After a change of key, the previous version stayed under the old one.
    Secret("prod/billing/invoice-signing-key", 640, 27, 0, BILLING, tags=tags("billing", Classification="Restricted"),
           text="Signs invoices for the tax office", rotation=rotated("rate(90 days)", 27, SIGNING_KEY),
           previous={"kms_key_ids": [BILLING_OLD.form("arn")]}),
    # A consumer still reads AWSPREVIOUS, nine days after the rotation; its policy names a role that was deleted.
    Secret("prod/billing/db", 640, 12, 0, BILLING, tags=tags("billing"), text="Billing database",
           rotation=rotated("rate(30 days)", 12), previous={"last_accessed": iso(day(3))},
           policy=grant({"AWS": [role("billing-app"), unique_id("AROA", "deleted", "ledger-app")]})),
    # One label a month for two years: 24 versions that AWS will never clear. The customs broker files the import tax
    # with it, from an account outside the organization that both policies let in.
    Secret("prod/billing/tax-office-certificate", 740, 25, 2, BILLING, tags=tags("billing"),
           text="Certificate for the monthly return", rotation=rotated("rate(30 days)", 25, SIGNING_KEY),
           policy=grant({"AWS": [role("broker-sync", VENDOR), role("billing-app")]},
                        ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], Sid="FilesImportTax"),
           more_versions=[version("prod/billing/tax-office-certificate", [f"filing-{2024 + (n + 9) // 12}-"
                                  f"{(n + 9) % 12 + 1:02}"], 725 - 30 * n, BILLING) for n in range(22)]),
    # A managed external secret: Secrets Manager rotates it at the partner, without a function. Another team's role may
    # do everything with it; that its own account may leaves it to IAM and is as it should be. Never without TLS.
    Secret("prod/crm/salesforce-client", 180, 14, 0, PLATFORM, tags=tags("sales"), text="Connected app of the CRM",
           partner="SalesforceClientSecret", rotation=rotated("rate(30 days)", 14, None),
           policy={"Version": "2012-10-17", "Id": "crm", "Statement": [
               {"Sid": "Account", "Effect": "Allow", "Principal": {"AWS": PROD}, "Action": "secretsmanager:*",
                "Resource": "*"},
               {"Sid": "CampaignsTeam", "Effect": "Allow", "Principal": {"AWS": role("campaigns-app")},
                "Action": ["secretsmanager:*"], "Resource": ["*"]},
               {"Sid": "OnlyOverTls", "Effect": "Deny", "Principal": "*", "Action": "secretsmanager:*",
                "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}),
    # Sensitive and under the default key, which the console named by its id.
    Secret("prod/identity/saml-signing-certificate", 420, 60, 1, DEFAULT_EU, "id",
           tags=tags("identity", Classification="confidential"), text="Signs assertions of the staff login",
           rotation=rotated("rate(90 days)", 60, SIGNING_KEY)),
    # Imported key material, which AWS cannot rotate; only one role may read, everybody else is denied.
    Secret("prod/treasury/bank-signing-key", 700, 18, 3, TREASURY, tags=tags("treasury", Classification="restricted"),
           text="Signs payment orders at the bank", rotation=rotated("rate(30 days)", 18, SIGNING_KEY),
           policy={"Version": "2012-10-17", "Statement": [
               {"Sid": "OnlyTheSigner", "Effect": "Deny", "Principal": "*", "Action": "secretsmanager:GetSecretValue",
                "Resource": "*", "Condition": {"ArnNotEquals": {"aws:PrincipalArn": [
                    role("bank-signer"), role("harbour-rotate-signing-key")]}}}]}),
    # Under a key without rotation, unread for four months, readable by the whole organization, and with an emoji.
    # AppFlow is let in for this account only.
    Secret("prod/marketing/newsletter-token", 500, 200, 120, MARKETING, "alias", tags=tags("marketing"),
           text="\U0001f375 Token of the newsletter service \U0001f4ec",
           policy=grants(
               {"Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}},
               {"Sid": "AppFlow", "Principal": {"Service": "appflow.amazonaws.com"},
                "Condition": {"StringEquals": {"aws:SourceAccount": PROD}}})),
    # Configuration rather than a secret, and without a description.
    Secret("prod/marketing/analytics-endpoint", 410, 80, 1, tags=tags("marketing")),
    # Nobody owns it: a required tag is missing. Its policy is open under a condition that limits nobody.
    Secret("prod/search/opensearch-master", 380, 50, 0, PLATFORM, tags={"Environment": "production"},
           text="Master user of the search domain", rotation=rotated("rate(90 days)", 50, API_TOKEN),
           policy=grant("*", Condition={"StringLike": {"aws:PrincipalArn": "*"}})),
    # The owner's tag is there in another letter case only.
    Secret("prod/edge/tls-certificate", 330, 61, 1, PLATFORM, tags={"owner": "edge", "Environment": "production"},
           text="Wildcard certificate of the shop", rotation=rotated("rate(90 days)", 61, SIGNING_KEY)),
    # Name and tag name different environments.
    Secret("prod/edge/cdn-signing-key", 330, 22, 0, PLATFORM, tags=tags("edge", "staging"),
           text="Signs download links", rotation=rotated("rate(30 days)", 22, SIGNING_KEY)),
    # A tag was edited yesterday, which moves LastChangedDate and makes the value no younger. Every shop's monitoring
    # agent reads it, each under a role of its own: more readers than anybody looks through.
    Secret("prod/observability/datadog-api-key", 560, 210, 0, tags=tags("platform"), changed=1,
           text="Key of the monitoring agents | see <https://wiki.harbourtea.example/monitoring>"),
    # Its versions could not be listed.
    Secret("prod/observability/pagerduty-token", 560, 40, 0, PLATFORM, tags=tags("platform"),
           text="Token of the on-call service", rotation=rotated("rate(90 days)", 40, API_TOKEN)),
    # Idle in Ireland and read daily in Sydney; its resource policy could not be read.
    Secret("prod/gateway/jwt-signing-key", 450, 35, 190, tags=tags("platform"), text="Signs tokens of the API gateway",
           copies=[Copy(AP, None, read=0), Copy(US, None)]),
    # An access key stands in the description, where everybody may read it.
    Secret("prod/ci/github-deploy-token", 260, 58, 0, PLATFORM, tags=tags("platform"),
           text="Deploy token, replaces AKIAIOSFODNN7EXAMPLE", rotation=rotated("rate(60 days)", 58, API_TOKEN)),
    # Two days old: without rotation, unread, and still within every grace.
    Secret("prod/warehouse/redshift-etl", 2, 2, None, PLATFORM, tags=tags("data"), text="Loader of the warehouse"),
    # Never read since it was made two months ago.
    Secret("prod/warehouse/bi-reader", 60, 60, None, PLATFORM, tags=tags("data"),
           text="Read-only user of the reporting tool"),
    # Made by infrastructure code, and nobody ever set the value.
    Secret("prod/kiosk/provisioning", 90, None, None, PLATFORM, tags=tags("stores")),
    # Owned by RDS, which rotates it without a function.
    Secret(f"rds!cluster-{uuid('rds', 'payments')}", 600, 3, 0, PLATFORM, owner="rds",
           tags={"aws:secretsmanager:owningService": "rds",
                 "aws:rds:primaryDBClusterArn": f"arn:aws:rds:{EU}:{PROD}:cluster:payments"},
           text=f"Secret associated with primary RDS DB cluster: arn:aws:rds:{EU}:{PROD}:cluster:payments",
           rotation=rotated("rate(7 days)", 3, None)),
    # Owned by AppFlow, which does not rotate it: no rule asks for rotation.
    Secret(f"appflow!{PROD}-salesforce-orders-{digest('appflow')[:13]}", 350, 350, 0, owner="appflow",
           tags={"aws:secretsmanager:owningService": "appflow"}),
    # Scheduled for deletion last week; its resource policy cannot be asked for, by nature.
    Secret("prod/fax/gateway", 1500, 70, 12, tags=tags("stores"), text="Fax gateway, replaced by mail", deleted=5),
    # Scheduled for deletion, and its key goes first: from then on a restore brings nothing back.
    Secret("prod/old-checkout/paypal", 1400, 80, 60, LOYALTY_OLD, tags=tags("checkout"),
           text="Credentials of the old shop", deleted=3),
]

PROD_US = [
    # Stands where the failed replica should be: an old secret of the same name that nobody reads.
    Secret("prod/shipping/carrier-api-key", 950, 400, 330, tags=tags("shipping"), text="Key of the parcel carrier"),
    # A replica that lost its primary.
    Secret("prod/subscriptions/db", 880, 75, 2, PLATFORM_US, tags=tags("subscriptions"),
           text="Subscriptions database", primary=EU),
    # Well run.
    Secret("prod/us-store/db", 480, 8, 0, PLATFORM_US, tags=tags("us-store"), text="Database of the US shop",
           rotation=rotated("rate(30 days)", 8, POSTGRES_US)),
    # Well run, by hand: rotation is off, and the value is young.
    Secret("prod/us-store/tax-service-key", 470, 30, 0, PLATFORM_US, tags=tags("us-store"),
           text="Key of the sales-tax service"),
    # Owned by RDS.
    Secret(f"rds!db-{uuid('rds', 'us-store')}", 480, 5, 0, owner="rds",
           tags={"aws:secretsmanager:owningService": "rds",
                 "aws:rds:primaryDBInstanceArn": f"arn:aws:rds:{US}:{PROD}:db:us-store"},
           text=f"Secret associated with primary RDS DB instance: arn:aws:rds:{US}:{PROD}:db:us-store",
           rotation=rotated("rate(7 days)", 5, None)),
]

PROD_AP = [
    # Well run; the description holds a right-to-left mark from a copied Arabic shop name.
    Secret("prod/apac-store/db", 390, 15, 0, PLATFORM_AP, tags=tags("apac-store"),
           text="Database of the shop \u200f\u0634\u0627\u064a\u200f (Sydney)",
           rotation=rotated("rate(30 days)", 15, POSTGRES_AP)),
    # Well run, with a tag value outside a list that one would expect.
    Secret("prod/apac-store/reporting-db", 210, 19, 0, PLATFORM_AP, tags=tags("apac-store", "PROD"),
           text="Reporting copy of the shop's database", rotation=rotated("rate(30 days)", 19, POSTGRES_AP)),
]

DEV_EU_SECRETS = [
    # Well run.
    Secret("dev/payments/db", 500, 21, 1, DEV_EU, tags=tags("payments", "development"), text="Payments, development",
           rotation=rotated("rate(30 days)", 21, DEV_POSTGRES)),
    # Well run.
    Secret("dev/checkout/db", 480, 17, 0, DEV_EU, tags=tags("checkout", "development"), text="Checkout, development",
           rotation=rotated("rate(30 days)", 17, DEV_POSTGRES)),
    # Well run, but for its policy: CodeBuild reads it for integration tests, in whosever account the build is.
    Secret("dev/checkout/stripe-test-key", 300, 40, 0, DEV_EU, tags=tags("checkout", "development"),
           text="Test mode key of Stripe", rotation=rotated("rate(90 days)", 40, DEV_API_TOKEN),
           policy=grant({"Service": "codebuild.amazonaws.com"}, Sid="IntegrationTests")),
    # Well run; its replicas could not be looked up.
    Secret("staging/payments/db", 450, 11, 0, DEV_EU, tags=tags("payments", "staging"), text="Payments, staging",
           rotation=rotated("rate(30 days)", 11, DEV_POSTGRES), copies=[Copy(US, DEV_US, read=3)]),
    # Well run; the tag says what the name says, in other words.
    Secret("staging/checkout/db", 450, 13, 0, DEV_EU, tags=tags("checkout", "stg"), text="Checkout, staging",
           rotation=rotated("rate(30 days)", 13, DEV_POSTGRES)),
    # Rotation was cancelled during an incident; AWS keeps the schedule.
    Secret("staging/loyalty/db", 400, 85, 0, DEV_EU, tags=tags("loyalty", "staging"), text="Loyalty, staging",
           rotation=Rotation("rate(30 days)", DEV_POSTGRES, 85, None, enabled=False)),
    # Twice a year by cron: looks frequent, and is up to 184 days apart. A role of production copies the index from it.
    Secret("staging/search/opensearch-master", 300, 122, 0, DEV_EU, tags=tags("catalog", "staging"),
           text="Master user of the search domain, staging",
           rotation=Rotation("cron(0 8 1 1,7 ? *)", DEV_POSTGRES, 122, 61),
           policy=grant({"AWS": [role("search-index-copy")]}, ["secretsmanager:GetSecretValue"], Sid="IndexCopy")),
    # AWS names no date for the next rotation, and the value is older than the schedule allows.
    Secret("staging/billing/db", 350, 47, 0, DEV_EU, tags=tags("billing", "staging"), text="Billing, staging",
           rotation=Rotation("rate(30 days)", DEV_POSTGRES, 47, None)),
    # No owner, no environment, no description, and a name that says nothing.
    Secret("dev/secret", 620, 65, 40, tags={}),
    # Likewise, and never read; the owner's key is in capitals.
    Secret("test-2", 200, 60, None, tags={"OWNER": "anna", "Environment": "test"}, text="::warning:: try-out"),
    # A sensitive copy of production data under the default key.
    Secret("dev/analytics/customer-export-key", 240, 34, 2,
           tags=tags("data", "development", Classification="confidential"), text="Decrypts the customer export"),
    # Owned by RDS; no rule asks for tags.
    Secret(f"rds!cluster-{uuid('rds', 'dev')}", 260, 2, 0, owner="rds",
           tags={"aws:secretsmanager:owningService": "rds"}, rotation=rotated("rate(7 days)", 2, None)),
]

DEV_US_SECRETS = [
    # A replica whose primary stands in a Region that the audit may not enter.
    Secret("dev/experiments/feature-store", 330, 55, 9, DEV_US, tags=tags("data", "development"),
           text="Feature store of the experiments", primary=LOCKED),
    # Well run.
    Secret("dev/us-store/db", 310, 16, 0, DEV_US, tags=tags("us-store", "development"), text="US shop, development",
           rotation=rotated("rate(30 days)", 16, DEV_POSTGRES_US)),
]

DEV_AP_SECRETS = [
    # Well run, by hand.
    Secret("dev/apac-store/maps-api-key", 150, 28, 0, tags=tags("apac-store", "development"), text="Maps, test quota"),
]

LEGACY_SECRETS = [
    # PascalCase: every team of the acquired company had a style of its own.
    Secret("TidewaterShopDb", 1700, 26, 0, LEGACY_EU, tags=tags("tidewater"), text="Database of the coffee shop",
           rotation=rotated("rate(30 days)", 26, TIDEWATER)),
    # Snake case, and tags and description are missing. Opened to everybody for the week in which the ERP was migrated;
    # its key is open as well, and the organization's fence does not stand around this account: anybody can read it.
    Secret("tidewater_erp_login", 1650, 240, 0, LEGACY_EU, policy=grant(
        "*", ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], Sid="TemporaryForMigration")),
    # Kebab case; the tag writes the environment in German.
    Secret("tidewater-web-admin", 1500, 48, 0, LEGACY_EU, tags=tags("tidewater", "Produktion"),
           text="Administrator of the web shop", rotation=rotated("rate(60 days)", 48, TIDEWATER)),
    # Camel case, and not read for a year.
    Secret("tidewaterPosToken", 1400, 90, 365, LEGACY_EU, tags=tags("tidewater"), text="Token of the old tills"),
    # Dots. Somebody wanted to keep the web shop's servers out, and let everybody else in; they read it all the same, by
    # their own policy.
    Secret("tidewater.payroll.sftp", 900, 55, 1, LEGACY_EU, tags=tags("tidewater"), text="Upload to the payroll office",
           rotation=rotated("rate(60 days)", 55, TIDEWATER),
           policy={"Version": "2012-10-17", "Statement": {
               "Sid": "NotTheShop", "Effect": "Allow", "NotPrincipal": {"AWS": role("shop-ec2", LEGACY)},
               "Action": "secretsmanager:GetSecretValue", "Resource": "*",
               "Condition": {"Bool": {"aws:SecureTransport": "true"}}}}),
    # Kebab case again; well run.
    Secret("tidewater-loyalty-db", 800, 7, 0, LEGACY_EU, tags=tags("tidewater"), text="Loyalty database",
           rotation=rotated("rate(30 days)", 7, TIDEWATER)),
]

SECRETS = {
    (PROD, EU): PROD_EU, (PROD, US): PROD_US, (PROD, AP): PROD_AP,
    (DEV, EU): DEV_EU_SECRETS, (DEV, US): DEV_US_SECRETS, (DEV, AP): DEV_AP_SECRETS,
    (LEGACY, EU): LEGACY_SECRETS,
}

# What the audit was refused for single secrets.
REFUSED_VERSIONS = {(PROD, EU, "prod/observability/pagerduty-token")}
REFUSED_POLICIES = {(PROD, EU, "prod/gateway/jwt-signing-key")}
REFUSED_REPLICAS = {(DEV, EU, "staging/payments/db")}


# ---- from secrets to records -----------------------------------------------------------------------------------------


@dataclass
class Entry:
    """A secret in one Region: a primary, or a replica of one."""

    account: str
    region: str
    secret: Secret
    copy: Copy | None = None

    @property
    def arn(self) -> str:
        suffix = self.secret.suffix or arn_suffix("secret", self.account, self.home, self.secret.name)
        return f"arn:aws:secretsmanager:{self.region}:{self.account}:secret:{self.secret.name}-{suffix}"

    @property
    def home(self) -> str:
        """The Region of the primary."""
        if self.secret.primary:
            return self.secret.primary
        homes = (region for (account, region), all in SECRETS.items() if account == self.account and
                 any(secret is self.secret for secret in all))
        return next(homes)

    @property
    def is_replicated(self) -> bool:
        return bool(self.secret.copies) or self.secret.primary is not None

    @property
    def key(self) -> Key | None:
        return self.copy.key if self.copy else self.secret.key

    @property
    def read(self) -> int | None:
        return self.copy.read if self.copy else self.secret.read

    def key_name(self) -> str | None:
        return self.key.form("arn" if self.copy else self.secret.form) if self.key else None

    def versions(self) -> list[dict[str, Any]]:
        """Newest first: the current version, what waits, the previous one, one without a label, and any others."""
        secret, value = self.secret, self.secret.value
        if value is None:
            return []
        current_keys = secret.value_keys if secret.value_keys and not self.copy else [self.key]
        pending_too = secret.name == "prod/catalog/db"
        labels = ["AWSCURRENT", "AWSPENDING"] if pending_too else ["AWSCURRENT"]
        current = version(secret.name, labels, value, None)
        current["kms_key_ids"] = [key.form("arn") if key else "DefaultEncryptionKey" for key in current_keys]
        extra = [{**v, "kms_key_ids": current["kms_key_ids"]} if self.copy else v for v in secret.more_versions]
        versions = [current]
        read_now = self.read is not None and self.read <= value
        if read_now:
            current["last_accessed"] = iso(day(self.read))
        step = self.step()
        if value + step <= secret.created:
            previous_read = value + 1 if read_now or self.read is None else self.read
            read = None if self.read is None else previous_read
            previous = version(secret.name, ["AWSPREVIOUS"], value + step, self.key, read)
            versions.append({**previous, **secret.previous})
        if value + 2 * step <= secret.created and secret.rotation:
            deprecated = version(secret.name, [], value + 2 * step, self.key, None)
            versions.append(deprecated)
        order = ("id", "stages", "created", "last_accessed", "kms_key_ids")
        versions = sorted(versions + extra, key=lambda v: v["created"], reverse=True)
        return [{name: v[name] for name in order if name in v} for v in versions]

    def step(self) -> int:
        """Days between two values; the previous one is no younger than a read that was before the current one."""
        secret, rotation = self.secret, self.secret.rotation
        rate = rotation.rules().get("automatically_after_days") if rotation else None
        usual = rate or (7 if rotation and "SUN" in rotation.schedule else 180)
        return max(usual, (secret.read or 0) - secret.value + 1)

    def rotation_fields(self) -> dict[str, Any]:
        rotation = None if self.copy else self.secret.rotation
        if not rotation:
            return {}
        last = None
        if rotation.last is not None:
            by_hand = self.secret.value is not None and rotation.last != self.secret.value
            last = ago(rotation.last, "rotated" if by_hand else "version", self.secret.name, rotation.last)
            last += timedelta(seconds=41)
        due = None if rotation.due is None else iso(end_of_day(AS_OF + timedelta(days=rotation.due)))
        return {
            "rotation_enabled": rotation.enabled,
            "rotation_lambda_arn": rotation.function.arn if rotation.function else None,
            "rotation_rules": rotation.rules(),
            "last_rotated": iso(last) if last else None,
            "next_rotation": due,
        }

    def record(self) -> dict[str, Any]:
        secret = self.secret
        rotation = self.rotation_fields()
        changes = [days for days in (secret.changed, secret.value, secret.deleted, secret.created) if days is not None]
        changed = min(changes)
        same = changed == secret.value
        stages = {v["id"]: v["stages"] for v in self.versions() if v["stages"]}
        return compact(
            arn=self.arn,
            name=secret.name,
            description=secret.text,
            kms_key_id=self.key_name(),
            rotation_enabled=rotation.get("rotation_enabled"),
            rotation_lambda_arn=rotation.get("rotation_lambda_arn"),
            rotation_rules=rotation.get("rotation_rules"),
            created=iso(ago(secret.created, "version", secret.name, secret.created)),
            last_changed=iso(ago(changed, "version" if same else "changed", secret.name, changed)
                             + timedelta(seconds=42)),
            last_rotated=rotation.get("last_rotated"),
            last_accessed=None if self.read is None else iso(day(self.read)),
            deleted=None if secret.deleted is None else iso(ago(secret.deleted, "changed", secret.name,
                                                                secret.deleted)),
            next_rotation=rotation.get("next_rotation"),
            tags=[{"key": key, "value": value} for key, value in secret.tags.items()] or None,
            versions_to_stages=dict(sorted(stages.items())) or None,
            owning_service=secret.owner,
            primary_region=self.home if self.is_replicated else None,
            type=secret.partner,
        )

    def replication(self) -> dict[str, Any]:
        replicas = [
            compact(
                region=copy.region,
                kms_key_id=copy.key.form("arn") if copy.key else None,
                status=copy.status,
                status_message=copy.message,
                last_accessed=None if copy.read is None else iso(day(copy.read)),
            )
            for copy in self.secret.copies
        ]
        return {"arn": self.arn, "replicas": replicas}

    def resource_policy(self) -> dict[str, Any]:
        policy = self.secret.policy
        return compact(arn=self.arn, policy=json.dumps(policy, indent=2) if policy else None)


def entries() -> list[Entry]:
    """Every secret in every Region, by account, Region and name."""
    found = []
    for (account, region), secrets in SECRETS.items():
        found += [Entry(account, region, secret) for secret in secrets]
        found += [Entry(account, copy.region, secret, copy) for secret in secrets for copy in secret.copies
                  if copy.entry]
    return sorted(found, key=lambda entry: (entry.account, entry.region, entry.secret.name))


# ---- IAM -------------------------------------------------------------------------------------------------------------

ADMINISTRATOR = {
    "arn": "arn:aws:iam::aws:policy/AdministratorAccess", "name": "AdministratorAccess",
    "document": document(allow("*")),
}
POWER_USER = {
    "arn": "arn:aws:iam::aws:policy/PowerUserAccess", "name": "PowerUserAccess",
    "document": document(
        {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
        allow(["account:GetAccountInformation", "account:ListRegions", "iam:CreateServiceLinkedRole",
               "iam:DeleteServiceLinkedRole", "iam:ListRoles", "organizations:DescribeOrganization"])),
}
READ_ONLY = {
    "arn": "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess", "name": "ViewOnlyAccess",
    "document": document(allow(["kms:ListAliases", "kms:ListKeys", "secretsmanager:ListSecrets"])),
}
READ_WRITE = {
    "arn": "arn:aws:iam::aws:policy/SecretsManagerReadWrite", "name": "SecretsManagerReadWrite",
    "document": document(
        {"Sid": "BasicPermissions", **allow(["secretsmanager:*", "kms:DescribeKey", "kms:ListAliases", "kms:ListKeys",
                                             "lambda:ListFunctions", "rds:DescribeDBClusters", "tag:GetResources"])},
    ),
}
RDS_SERVICE = {
    "arn": "arn:aws:iam::aws:policy/aws-service-role/AmazonRDSServiceRolePolicy", "name": "AmazonRDSServiceRolePolicy",
    "document": document(allow(
        ["secretsmanager:DeleteSecret", "secretsmanager:DescribeSecret", "secretsmanager:PutSecretValue",
         "secretsmanager:RotateSecret", "secretsmanager:UpdateSecret", "secretsmanager:UpdateSecretVersionStage",
         "secretsmanager:ListSecretVersionIds"],
        "arn:aws:secretsmanager:*:*:secret:rds!*",
        Condition={"StringLike": {"secretsmanager:ResourceTag/aws:secretsmanager:owningService": "rds"}})),
}


def secret_arns(account: str, pattern: str, region: str = "*") -> str:
    return f"arn:aws:secretsmanager:{region}:{account}:secret:{pattern}"


def inline(name: str, *statements: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "document": document(*statements)}


def via_secrets_manager(account: str) -> dict[str, Any]:
    return allow("kms:Decrypt", f"arn:aws:kms:*:{account}:key/*",
                 Condition={"StringLike": {"kms:ViaService": "secretsmanager.*.amazonaws.com"}})


def trust(principal: dict[str, str], action: str = "sts:AssumeRole", **more: Any) -> str:
    return document({"Effect": "Allow", "Principal": principal, "Action": action, **more})


def iam_role(account: str, name: str, trusted: str, used: int | None, *, path: str = "/", policies: Any = (),
             attached: Any = (), boundary: str | None = None, labels: dict[str, str] | None = None) -> dict[str, Any]:
    use = None if used is None else {"at": iso(ago(used, "role", account, name)), "region": EU}
    return compact(
        arn=f"arn:aws:iam::{account}:role{path}{name}",
        id=unique_id("AROA", account, name),
        name=name,
        trust=trusted,
        inline=list(policies),
        attached=list(attached),
        boundary=boundary,
        tags=[{"key": key, "value": value} for key, value in (labels or {}).items()],
        last_used=use,
    )


def iam_user(account: str, name: str, *, policies: Any = (), attached: Any = (), groups: Any = (),
             boundary: str | None = None, labels: dict[str, str] | None = None) -> dict[str, Any]:
    return compact(
        arn=f"arn:aws:iam::{account}:user/{name}",
        id=unique_id("AIDA", account, name),
        name=name,
        inline=list(policies),
        attached=list(attached),
        groups=list(groups),
        boundary=boundary,
        tags=[{"key": key, "value": value} for key, value in (labels or {}).items()],
    )


def iam_group(account: str, name: str, *, policies: Any = (), attached: Any = ()) -> dict[str, Any]:
    return {
        "arn": f"arn:aws:iam::{account}:group/{name}", "id": unique_id("AGPA", account, name), "name": name,
        "inline": list(policies), "attached": list(attached),
    }


def single_sign_on_suffix(account: object, permission_set: object) -> str:
    return digest("set", account, permission_set)[:16]


def single_sign_on(account: str, permission_set: str, used: int | None, **more: Any) -> dict[str, Any]:
    provider = f"arn:aws:iam::{account}:saml-provider/AWSSSO_{digest('sso', account)[:16]}_DO_NOT_DELETE"
    trusted = trust({"Federated": provider}, "sts:AssumeRoleWithSAML",
                    Condition={"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}})
    name = f"AWSReservedSSO_{permission_set}_{single_sign_on_suffix(account, permission_set)}"
    return iam_role(account, name, trusted, used, path=f"/aws-reserved/sso.amazonaws.com/{EU}/", **more)


def application(name: str, used: int | None = 0, reads: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """A service's role on ECS that reads the secrets under its own prefixes."""
    team = name.removesuffix("-app")
    arns = [secret_arns(PROD, pattern) for pattern in (reads or (f"prod/{team}/*",))]
    return iam_role(
        PROD, name, trust({"Service": "ecs-tasks.amazonaws.com"}, Condition={"StringEquals": {
            "aws:SourceAccount": PROD}}),
        used, labels={"Owner": team}, policies=[inline("read-secrets", allow(
            ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], arns), via_secrets_manager(PROD))],
        **more)


def rotation_role(function: Function, pattern: str) -> dict[str, Any]:
    actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue",
               "secretsmanager:UpdateSecretVersionStage"]
    statements = [allow(actions, secret_arns(function.account, pattern)),
                  allow("secretsmanager:GetRandomPassword"),
                  allow(["kms:Decrypt", "kms:GenerateDataKey"], f"arn:aws:kms:*:{function.account}:key/*")]
    return iam_role(function.account, function.name, trust({"Service": "lambda.amazonaws.com"}), 0,
                    policies=[inline("rotate", *statements)],
                    attached=["arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"])


def auditor_role(account: str) -> dict[str, Any]:
    actions = ["secretsmanager:ListSecrets", "secretsmanager:DescribeSecret", "secretsmanager:ListSecretVersionIds",
               "secretsmanager:GetResourcePolicy", "kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus",
               "kms:ListGrants", "iam:GetAccountAuthorizationDetails", "cloudtrail:DescribeTrails",
               "cloudtrail:GetTrailStatus", "cloudtrail:GetEventSelectors", "cloudtrail:ListEventDataStores",
               "cloudtrail:GetEventDataStore", "events:ListRules", "events:ListTargetsByRule",
               "logs:DescribeMetricFilters", "cloudwatch:DescribeAlarms", "config:DescribeConfigRules",
               "lambda:GetFunctionConfiguration", "lambda:GetPolicy", "organizations:DescribeOrganization"]
    return iam_role(account, AUDITOR, trust({"AWS": role("secrets-audit-ci", AUDIT)}), 0,
                    policies=[inline("audit", allow(actions))])


VPC_EXECUTION = {
    "arn": "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
    "name": "AWSLambdaVPCAccessExecutionRole",
    "document": document(allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents",
                                "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces",
                                "ec2:DeleteNetworkInterface"])),
}
BOUNDARY = {
    "arn": f"arn:aws:iam::{PROD}:policy/developer-boundary", "name": "developer-boundary",
    "document": document(
        allow("*"), deny(["secretsmanager:PutResourcePolicy", "secretsmanager:DeleteSecret", "iam:*"])),
}
PAYMENTS_READER = {
    "arn": f"arn:aws:iam::{PROD}:policy/payments-read-secrets", "name": "payments-read-secrets",
    "document": document(
        allow("secretsmanager:GetSecretValue", secret_arns(PROD, "prod/payments/*"),
              Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}), via_secrets_manager(PROD)),
}
MONITORING = {
    "arn": f"arn:aws:iam::{PROD}:policy/monitoring-agent", "name": "monitoring-agent",
    "document": document(allow("secretsmanager:GetSecretValue",
                               secret_arns(PROD, "prod/observability/datadog-api-key-??????"))),
}
SHOPS = (
    "adelaide", "amsterdam", "antwerp", "auckland", "bergen", "bordeaux", "boston", "bremen", "bristol", "chicago",
    "cork", "dublin", "galway", "gdansk", "genoa", "ghent", "hamburg", "hobart", "lisbon", "marseille", "melbourne",
    "nantes", "portland", "porto", "rotterdam", "seattle", "sydney", "trieste",
)
GITHUB = f"arn:aws:iam::{PROD}:oidc-provider/token.actions.githubusercontent.com"


def production_iam() -> dict[str, Any]:
    github = trust({"Federated": GITHUB}, "sts:AssumeRoleWithWebIdentity", Condition={
        "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
        "StringLike": {"token.actions.githubusercontent.com:sub": "repo:harbour-tea/*:ref:refs/heads/main"}})
    by_root = trust({"AWS": f"arn:aws:iam::{PROD}:root"})
    return {
        "users": [
            # A person with a password and no second factor, who may read through a group.
            iam_user(PROD, "anna.keller", groups=["payments-developers"], boundary=BOUNDARY["arn"]),
            # Keys only, three years old, and reads what it deploys.
            iam_user(PROD, "ci-deployer", policies=[inline("deploy", allow(
                "secretsmanager:GetSecretValue", secret_arns(PROD, "prod/ci/*")), via_secrets_manager(PROD))]),
            # Cannot read a secret, but may write its policy.
            iam_user(PROD, "platform-bot", policies=[inline("policies", allow(
                ["secretsmanager:PutResourcePolicy", "secretsmanager:GetResourcePolicy"],
                secret_arns(PROD, "prod/*")))]),
            # A person who reads production by design: in an emergency, and tagged for it.
            iam_user(PROD, "break-glass", labels={"BreakGlass": "SEC-118"}, policies=[inline("databases", allow(
                "secretsmanager:GetSecretValue", secret_arns(PROD, "prod/*/db-??????")), via_secrets_manager(PROD))]),
            # A person who sees that there are secrets, and reads none.
            iam_user(PROD, "finn.larsen", groups=["viewers"]),
        ],
        "groups": [
            iam_group(PROD, "payments-developers", attached=[PAYMENTS_READER["arn"]]),
            iam_group(PROD, "viewers", attached=[READ_ONLY["arn"]]),
        ],
        "roles": [
            single_sign_on(PROD, "AdministratorAccess", 3, attached=[ADMINISTRATOR["arn"]]),
            single_sign_on(PROD, "PaymentsDeveloper", 1, policies=[inline("AwsSSOInlinePolicy", allow(
                "secretsmanager:GetSecretValue", [secret_arns(PROD, "prod/payments/*"),
                                                  secret_arns(PROD, "prod/checkout/*")]), via_secrets_manager(PROD))]),
            iam_role(PROD, "AWSServiceRoleForRDS", trust({"Service": "rds.amazonaws.com"}), 0,
                     path="/aws-service-role/rds.amazonaws.com/", attached=[RDS_SERVICE["arn"]]),
            iam_role(PROD, "OrganizationAccountAccessRole", trust({"AWS": f"arn:aws:iam::{MANAGEMENT}:root"}), 210,
                     attached=[ADMINISTRATOR["arn"]]),
            application("apac-store-app"),
            iam_role(PROD, "bank-signer", trust({"Service": "ecs-tasks.amazonaws.com"}), 3, policies=[inline(
                "read-secrets", allow("secretsmanager:GetSecretValue", secret_arns(PROD, "prod/treasury/*")))]),
            application("billing-app"),
            application("campaigns-app", reads=("prod/marketing/newsletter-token-??????",)),
            application("catalog-app"),
            application("checkout-app", reads=("prod/checkout/*", "prod/payments/adyen-*")),
            # Reads production here and staging in the account of development.
            iam_role(PROD, "search-index-copy", trust({"Service": "lambda.amazonaws.com"}), 4, policies=[inline(
                "read-secrets", allow("secretsmanager:GetSecretValue", [
                    secret_arns(PROD, "prod/catalog/search-admin-??????"),
                    secret_arns(DEV, "staging/search/opensearch-master-??????")]),
                via_secrets_manager(PROD), via_secrets_manager(DEV))]),
            # The trailing star reaches prod/shipping-archive and whatever else will begin so.
            application("shipping-app", reads=("prod/shipping*", "prod/partners/*")),
            iam_role(PROD, "github-actions-deploy", github, 0, policies=[inline("deploy", allow(
                "secretsmanager:GetSecretValue", secret_arns(PROD, "prod/*")), via_secrets_manager(PROD))]),
            rotation_role(API_TOKEN, "prod/*"),
            rotation_role(CHECKOUT_DB, "prod/checkout/db-??????"),
            rotation_role(POSTGRES, "prod/*/db*"),
            # Confined last week to names with `-signing-` in them: the certificates that it rotates too were forgotten.
            rotation_role(SIGNING_KEY, "prod/*-signing-*"),
            application("loyalty-app"),
            application("marketing-app", reads=("prod/marketing/*",)),
            application("payments-app"),
            # Reads every secret, and nobody has used it for 13 months, as far back as IAM remembers.
            iam_role(PROD, "report-exporter", by_root, None, attached=[READ_WRITE["arn"]],
                     policies=[inline("decrypt", via_secrets_manager(PROD))]),
            auditor_role(PROD),
            # A vendor's way in, with an external id.
            iam_role(PROD, "freightline-sync", trust({"AWS": f"arn:aws:iam::{VENDOR}:root"}, Condition={
                "StringEquals": {"sts:ExternalId": "harbour-7431"}}), 2, policies=[inline("read-secrets", allow(
                    "secretsmanager:GetSecretValue", secret_arns(PROD, "prod/partners/sftp-Xk2f9Q")))]),
            # Under the boundary that was made for developers.
            application("us-store-app", boundary=BOUNDARY["arn"]),
            *(iam_role(PROD, f"shop-{shop}", trust({"Service": "ec2.amazonaws.com"}), 0, path="/shops/",
                       attached=[MONITORING["arn"]]) for shop in SHOPS),
        ],
        "policies": [ADMINISTRATOR, READ_ONLY, READ_WRITE, RDS_SERVICE, VPC_EXECUTION, BOUNDARY, PAYMENTS_READER,
                     MONITORING],
    }


def development_iam() -> dict[str, Any]:
    apps = iam_role(DEV, "dev-apps", trust({"Service": "ecs-tasks.amazonaws.com"}), 0, policies=[inline(
        "read-secrets", allow("secretsmanager:GetSecretValue",
                              [secret_arns(DEV, "dev/*"), secret_arns(DEV, "staging/*")]), via_secrets_manager(DEV))])
    return {
        "users": [iam_user(DEV, "load-test", policies=[inline("read", allow(
            "secretsmanager:GetSecretValue", secret_arns(DEV, "staging/*")), via_secrets_manager(DEV))])],
        "groups": [],
        "roles": [
            single_sign_on(DEV, "DeveloperAccess", 0, attached=[READ_WRITE["arn"]]),
            # Narrowed: nobody administers IAM here, it is managed from outside.
            iam_role(DEV, "OrganizationAccountAccessRole", trust({"AWS": f"arn:aws:iam::{MANAGEMENT}:root"}), 40,
                     attached=[POWER_USER["arn"]]),
            apps,
            rotation_role(DEV_API_TOKEN, "dev/*"),
            rotation_role(DEV_POSTGRES, "*/db-??????"),
            auditor_role(DEV),
        ],
        "policies": [POWER_USER, READ_WRITE, VPC_EXECUTION],
    }


def legacy_iam() -> dict[str, Any]:
    return {
        # The founders' user: a password, two keys, everything allowed.
        "users": [iam_user(LEGACY, "tidewater-admin", groups=["Admins"])],
        "groups": [iam_group(LEGACY, "Admins", attached=[ADMINISTRATOR["arn"]])],
        "roles": [
            iam_role(LEGACY, "OrganizationAccountAccessRole", trust({"AWS": f"arn:aws:iam::{MANAGEMENT}:root"}), 15,
                     attached=[ADMINISTRATOR["arn"]]),
            iam_role(LEGACY, "shop-ec2", trust({"Service": "ec2.amazonaws.com"}), 0,
                     policies=[inline("secrets", allow("secretsmanager:Get*"), allow("kms:Decrypt"))]),
            auditor_role(LEGACY),
            rotation_role(TIDEWATER, "*"),
        ],
        "policies": [ADMINISTRATOR, VPC_EXECUTION],
    }


AUTHORIZATION = {PROD: production_iam, DEV: development_iam, LEGACY: legacy_iam}


def credential(account: str, user: str, *, password: bool | None, used: int | None = None, mfa: bool = False,
               keys: Any = ()) -> dict[str, Any]:
    arn = f"arn:aws:iam::{account}:root" if user == "<root_account>" else f"arn:aws:iam::{account}:user/{user}"
    listed = [
        compact(active=active, created=iso(ago(made, "access key", account, user, made)),
                last_used=None if last is None else iso(ago(last, "access key used", account, user, made)))
        for active, made, last in keys
    ]
    return compact(arn=arn, user=user, password=password,
                   password_last_used=None if used is None else iso(ago(used, "password", account, user)),
                   mfa=mfa, keys=listed)


CREDENTIALS = {
    PROD: [
        credential(PROD, "<root_account>", password=None, used=410, mfa=True),
        credential(PROD, "anna.keller", password=True, used=2),
        credential(PROD, "ci-deployer", password=False, keys=[(True, 1120, 0), (False, 1500, 1119)]),
        credential(PROD, "platform-bot", password=False, keys=[(True, 60, 1)]),
        credential(PROD, "break-glass", password=True, used=97, mfa=True),
        credential(PROD, "finn.larsen", password=True, used=1, mfa=True),
    ],
    LEGACY: [
        credential(LEGACY, "<root_account>", password=None, used=33),
        credential(LEGACY, "tidewater-admin", password=True, used=1, keys=[(True, 2100, 1), (True, 800, None)]),
    ],
}


# ---- organization, trails, Config ------------------------------------------------------------------------------------

ROOT, WORKLOADS, SECURITY, ACQUIRED = "r-ht34", "ou-ht34-workload", "ou-ht34-security", "ou-ht34-acquired"


def organization() -> dict[str, Any]:
    parents = {PROD: WORKLOADS, DEV: WORKLOADS, LEGACY: ACQUIRED, MANAGEMENT: ROOT, AUDIT: SECURITY, KEYS: SECURITY}
    exempt = "arn:aws:iam::*:role/OrganizationAccountAccessRole"
    lock = document(deny("*", Condition={"StringNotEquals": {"aws:RequestedRegion": [EU, US, AP]},
                                         "ArnNotLike": {"aws:PrincipalArn": exempt}}))
    fence = document({
        "Effect": "Deny", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*",
        "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION, "aws:PrincipalAccount": [VENDOR]},
                      "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}},
    })
    return {
        "id": ORGANIZATION,
        "management_account": MANAGEMENT,
        "accounts": [{"id": id, "name": NAMES[id], "status": "ACTIVE", "parent": parents[id]} for id in sorted(NAMES)],
        "units": [
            {"id": ROOT, "name": "Root"},
            {"id": ACQUIRED, "name": "Acquired", "parent": ROOT},
            {"id": SECURITY, "name": "Security", "parent": ROOT},
            {"id": WORKLOADS, "name": "Workloads", "parent": ROOT},
        ],
        "policies": [
            {"id": "p-FullAWSAccess", "name": "FullAWSAccess", "type": "SERVICE_CONTROL_POLICY",
             "document": document(allow("*")), "targets": [ROOT, ACQUIRED, SECURITY, WORKLOADS, *sorted(NAMES)]},
            {"id": "p-ht34lock", "name": "regions", "type": "SERVICE_CONTROL_POLICY", "document": lock,
             "targets": [DEV]},
            {"id": "p-RCPFullAWSAccess", "name": "RCPFullAWSAccess", "type": "RESOURCE_CONTROL_POLICY",
             "document": document({**allow("*"), "Principal": "*"}),
             "targets": [ROOT, ACQUIRED, SECURITY, WORKLOADS, *sorted(NAMES)]},
            {"id": "p-ht34fence", "name": "secrets-stay-inside", "type": "RESOURCE_CONTROL_POLICY", "document": fence,
             "targets": [WORKLOADS]},
        ],
    }


def organization_seen_by(account: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Only the delegated administrator may list; members see the organization and their own place in it."""
    if account == PROD:
        return [organization()], []
    calls = ["organizations:ListAccounts", "organizations:ListPolicies"]
    message = "You don't have permissions to access this resource."
    seen = {"id": ORGANIZATION, "management_account": MANAGEMENT, "accounts": [], "units": [], "policies": []}
    return [seen], [gap(call, account, None, None, message, "AccessDeniedException") for call in calls]


def organization_trail() -> dict[str, Any]:
    """Records everything everywhere; its selectors leave KMS out, not Secrets Manager."""
    fields = [{"field": "eventCategory", "operators": {"equals": ["Management"]}},
              {"field": "eventSource", "operators": {"notEquals": ["kms.amazonaws.com", "rdsdata.amazonaws.com"]}}]
    return {
        "arn": f"arn:aws:cloudtrail:{EU}:{MANAGEMENT}:trail/harbour-organization",
        "name": "harbour-organization",
        "home_region": EU,
        "multi_region": True,
        "organization": True,
        "bucket": "harbour-audit-logs",
        "validation": True,
        "kms_key_id": f"arn:aws:kms:{EU}:{AUDIT}:key/{uuid('key', 'trail')}",
        "status": {"logging": True, "last_delivery": iso(AS_OF - timedelta(minutes=4)),
                   "started": iso(ago(1500, "organization trail"))},
        "selectors": {"advanced": [{"name": "Management events without KMS", "fields": fields}]},
    }


def old_trail() -> dict[str, Any]:
    """Stopped last year and still there: writes only, no validation, and an error from its bucket."""
    return {
        "arn": f"arn:aws:cloudtrail:{US}:{PROD}:trail/payments-audit-2021",
        "name": "payments-audit-2021",
        "home_region": US,
        "multi_region": False,
        "organization": False,
        "bucket": "harbour-payments-audit-2021",
        "prefix": "payments",
        "validation": False,
        "status": {"logging": False, "last_delivery": iso(ago(402, "old trail")), "delivery_error": "NoSuchBucket",
                   "started": iso(ago(2000, "old trail")), "stopped": iso(ago(401, "old trail"))},
        "selectors": {"basic": [{"read_write": "WriteOnly", "management": True,
                                 "excluded_sources": ["kms.amazonaws.com"]}]},
    }


def trails(account: str, region: str) -> list[dict[str, Any]]:
    own = {(PROD, US): [old_trail(), payments_trail()], (LEGACY, EU): [legacy_trail()]}.get((account, region), [])
    # Nobody repaired what failed when the acquired account joined: the organization's trail does not reach it.
    return ([] if account == LEGACY else [organization_trail()]) + own


# ---- monitoring: what records beside the organization's trail, and who hears of events --------------------------------

PAYMENTS_LOG_GROUP = "trails/payments-us"


def payments_trail() -> dict[str, Any]:
    """Runs beside the organization's: no digests, and since its bucket was moved no delivery."""
    return organization_trail() | {
        "arn": f"arn:aws:cloudtrail:{US}:{PROD}:trail/payments-us",
        "name": "payments-us",
        "home_region": US,
        "multi_region": False,
        "organization": False,
        "bucket": "harbour-payments-us",
        "validation": False,
        "log_group": f"arn:aws:logs:{US}:{PROD}:log-group:{PAYMENTS_LOG_GROUP}:*",
        "status": {"logging": True, "last_delivery": iso(ago(9, "payments trail")), "delivery_error": "AccessDenied",
                   "started": iso(ago(700, "payments trail"))},
        "selectors": {"basic": [{"read_write": "All", "management": True, "excluded_sources": []}]},
    }


def legacy_trail() -> dict[str, Any]:
    """What the acquired account always had: changes only, so that nobody knows who read."""
    return organization_trail() | {
        "arn": f"arn:aws:cloudtrail:{EU}:{LEGACY}:trail/default",
        "name": "default",
        "multi_region": False,
        "organization": False,
        "bucket": "legacy-trail",
        "status": {"logging": True, "last_delivery": iso(AS_OF - timedelta(minutes=7)),
                   "started": iso(ago(1900, "legacy trail"))},
        "selectors": {"basic": [{"read_write": "WriteOnly", "management": True, "excluded_sources": []}]},
    }


def event_rule(account: str, region: str, name: str, names: list[str], reads: bool = False) -> dict[str, Any]:
    pattern = {"source": ["aws.secretsmanager"], "detail": {"eventName": names}}
    return {
        "arn": f"arn:aws:events:{region}:{account}:rule/{name}",
        "name": name,
        "bus": "default",
        "state": "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" if reads else "ENABLED",
        "pattern": json.dumps(pattern),
        "targets": [f"arn:aws:sns:{region}:{account}:security"],
    }


def metric_filter(name: str, event_name: str) -> dict[str, Any]:
    return {
        "name": name,
        "pattern": f'{{ ($.eventSource = "secretsmanager.amazonaws.com") && ($.eventName = "{event_name}") }}',
        "metrics": [{"namespace": "Payments", "name": name}],
    }


def alarm(name: str, *actions: str) -> dict[str, Any]:
    return {
        "arn": f"arn:aws:cloudwatch:{US}:{PROD}:alarm:{name}", "name": name,
        "metrics": [{"namespace": "Payments", "name": name}], "actions_enabled": True, "actions": list(actions),
    }


def monitoring(account: str, region: str) -> dict[str, tuple[list[Any], list[Any]]]:
    """One Region of production has an alarm on everything, one on what a filter takes while its event rules may not be
    listed, and one on nothing; development hears of failed rotations only, and the acquired account of nothing."""
    management = [{"field": "eventCategory", "operators": {"equals": ["Management"]}}]
    lake = {
        "arn": f"arn:aws:cloudtrail:{EU}:{PROD}:eventdatastore/{uuid('store', 'lake')}", "name": "harbour-lake",
        "status": "ENABLED", "multi_region": True, "organization": False,
        "selectors": [{"name": "Management events", "fields": management}],
    }
    rules = {
        (PROD, EU): [
            event_rule(PROD, EU, "secrets-deleted", ["DeleteSecret", "GetSecretValue"], reads=True),
            event_rule(PROD, EU, "secrets-policies", ["PutResourcePolicy", "DeleteResourcePolicy"]),
            event_rule(PROD, EU, "secrets-rotation", ["RotationFailed", "RotationAbandoned"]),
        ],
        (DEV, EU): [event_rule(DEV, EU, "secrets-rotation", ["RotationFailed"])],
    }
    kinds: dict[str, tuple[list[Any], list[Any]]] = {
        "event-data-stores": ([lake] if (account, region) == (PROD, EU) else [], []),
        "event-rules": (rules.get((account, region), []), []),
    }
    if (account, region) == (PROD, US):
        kinds["event-rules"] = ([], [refused("events:ListRules", account, region, None)])
        filters = [metric_filter("secret-deleted", "DeleteSecret"), metric_filter("secret-policy", "PutResourcePolicy")]
        kinds["metric-filters"] = ([{"name": PAYMENTS_LOG_GROUP, "filters": filters}], [])
        topic = f"arn:aws:sns:{US}:{PROD}:security"
        kinds["alarms"] = ([alarm("secret-deleted"), alarm("secret-policy", topic)], [])
    return kinds


def config_rules(account: str, region: str, here: list[Entry]) -> list[dict[str, Any]]:
    """Three of the five managed rules in one Region, all of them in another, where they have not looked yet."""
    if (account, region) == (PROD, US):
        return [
            {"name": f"harbour-{name}", "identifier": name.upper().replace("-", "_"), "state": "ACTIVE", "compliance": []}
            for name in (
                "secretsmanager-rotation-enabled-check",
                "secretsmanager-scheduled-rotation-success-check",
                "secretsmanager-secret-periodic-rotation",
                "secretsmanager-secret-unused",
                "secretsmanager-using-cmk",
            )
        ]
    if (account, region) != (PROD, EU):
        return []
    judged = [entry for entry in here if entry.secret.deleted is None]

    def verdicts(is_right: Any, reason: str) -> list[dict[str, Any]]:
        return [
            compact(resource=entry.arn, verdict="COMPLIANT" if is_right(entry) else "NON_COMPLIANT",
                    annotation=None if is_right(entry) else reason)
            for entry in judged
        ]

    def rotates(entry: Entry) -> bool:
        return bool(entry.secret.rotation and entry.secret.rotation.enabled)

    rules = [
        ("harbour-secrets-rotate", "SECRETSMANAGER_ROTATION_ENABLED_CHECK", {}, rotates,
         "The secret has no automatic rotation."),
        ("harbour-secrets-are-used", "SECRETSMANAGER_SECRET_UNUSED", {"unusedForDays": "90"},
         lambda entry: entry.read is not None and entry.read <= 90, "The secret was not accessed for 90 days."),
        ("harbour-secrets-have-own-key", "SECRETSMANAGER_USING_CMK", {},
         lambda entry: entry.key is not None and entry.key.manager == "CUSTOMER",
         "The secret is not encrypted with a customer managed key."),
    ]
    going = {"name": "harbour-secrets-in-time", "identifier": "SECRETSMANAGER_SECRET_PERIODIC_ROTATION",
             "state": "DELETING"}
    return [going] + [
        compact(name=name, identifier=identifier, parameters=json.dumps(parameters) if parameters else None,
                state="ACTIVE", compliance=verdicts(is_right, reason))
        for name, identifier, parameters, is_right, reason in rules
    ]


# ---- shards ----------------------------------------------------------------------------------------------------------


def regional(account: str, region: str, here: list[Entry]) -> dict[str, tuple[list[Any], list[Any]]]:
    """What a Region answered: kind to records and gaps."""

    def per_secret(wanted: Any, refusals: set[tuple[str, str, str]], call: str, record: Any) -> tuple[list, list]:
        asked = [entry for entry in here if wanted(entry)]
        is_refused = [(account, region, entry.secret.name) in refusals for entry in asked]
        return (
            [record(entry) for entry, no in zip(asked, is_refused) if not no],
            [refused(call, account, region, entry.arn) for entry, no in zip(asked, is_refused) if no],
        )

    kinds = {
        "secrets": ([entry.record() for entry in here], []),
        "versions": per_secret(lambda entry: True, REFUSED_VERSIONS, "secretsmanager:ListSecretVersionIds",
                               lambda entry: {"arn": entry.arn, "versions": entry.versions()}),
        "resource-policies": per_secret(lambda entry: entry.secret.deleted is None, REFUSED_POLICIES,
                                        "secretsmanager:GetResourcePolicy", Entry.resource_policy),
        "replication": per_secret(lambda entry: entry.secret.copies and not entry.copy, REFUSED_REPLICAS,
                                  "secretsmanager:DescribeSecret", Entry.replication),
        "trails": (trails(account, region), []),
        "config-rules": (config_rules(account, region, here), []),
    }
    functions = {entry.secret.rotation.function.arn: entry.secret.rotation.function for entry in here
                 if entry.secret.rotation and entry.secret.rotation.function and not entry.copy}
    kinds["functions"] = ([functions[arn].record() for arn in sorted(functions)], [])
    recorded = sample_trail.evidence(account, region, here, everything(), identify)
    return kinds | monitoring(account, region) | recorded


def identify(*parts: object) -> str:
    """The suffix of a single sign-on role, of two parts; the id of an event, of more."""
    return single_sign_on_suffix(*parts) if len(parts) == 2 else uuid("event", *parts)


def everything() -> dict[Any, Any]:
    """Every secret by account, Region and name, and the suffixes of the roles of single sign-on."""
    found: dict[Any, Any] = {(entry.account, entry.region, entry.secret.name): entry for entry in entries()}
    for permission_set in ("PaymentsDeveloper", "AdministratorAccess"):
        found["suffix", PROD, permission_set] = single_sign_on_suffix(PROD, permission_set)
    return found


def keys(account: str, region: str) -> tuple[list[Any], list[Any]]:
    """The keys that anything named; last of all, since naming a key is how it gets here."""
    here = [key for key in ALL_KEYS if (key.account, key.region) == (account, region) and key.named]
    here.sort(key=lambda key: key.arn)
    gaps = [refused("kms:DescribeKey", account, region, name,
                    "because no resource-based policy allows the kms:DescribeKey action")
            for key in here if not key.seen for name in sorted(key.named)]
    gaps += [refused("kms:GetKeyRotationStatus", account, region, key.arn) for key in here if key.rotation is None]
    return [key.record() for key in here if key.seen], gaps


def locked_region(account: str, region: str) -> dict[str, tuple[list[Any], list[Any]]]:
    """A Region that a service control policy forbids."""
    why = "with an explicit deny in a service control policy"
    calls = {"secrets": "secretsmanager:ListSecrets", "trails": "cloudtrail:DescribeTrails",
             "event-data-stores": "cloudtrail:ListEventDataStores", "config-rules": "config:DescribeConfigRules"}
    kinds = {kind: ([], [refused(call, account, region, None, why)]) for kind, call in calls.items()}
    return kinds | {kind: ([], []) for kind in ("versions", "resource-policies", "replication", "keys", "functions")}


def account_wide(account: str) -> dict[str, tuple[list[Any], list[Any]]]:
    if account in CREDENTIALS:
        credentials = (CREDENTIALS[account], [])
    else:
        call = "iam:GetCredentialReport"
        credentials = ([], [refused(call, account, None, None, error="AccessDenied")])
    caller = f"arn:aws:sts::{account}:assumed-role/{AUDITOR}/{AUDITOR}"
    return {
        "identity": ([{"account": account, "arn": caller}], []),
        "authorization": ([AUTHORIZATION[account]()], []),
        "credentials": credentials,
        "organization": organization_seen_by(account),
    }


def all_shards() -> dict[str, dict[str, Any]]:
    by_place: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries():
        by_place[entry.account, entry.region].append(entry)
    answers: dict[tuple[str, str, str], tuple[list[Any], list[Any]]] = {}
    for account, regions in REGIONS.items():
        for kind, answer in account_wide(account).items():
            answers[account, "global", kind] = answer
        for region, state in regions.items():
            kinds = {"audited": lambda: regional(account, region, by_place[account, region]),
                     "refused": lambda: locked_region(account, region), "off": dict}[state]()
            for kind, answer in kinds.items():
                answers[account, region, kind] = answer
    for account, regions in REGIONS.items():
        for region in (region for region, state in regions.items() if state == "audited"):
            answers[account, region, "keys"] = keys(account, region)
    return {
        f"{account}/{region}/{kind}-0000.json": {
            "version": VERSION, "kind": kind, "account": account, "region": region, "part": 0, "last": True,
            "records": records, "gaps": gaps,
        }
        for (account, region, kind), (records, gaps) in answers.items()
    }


def calls(shards: dict[str, dict[str, Any]]) -> dict[str, int]:
    """What such a collection asks for: a list and two calls a secret, four calls a key, and some for each Region."""
    of_kind = lambda kind: sum(len(shard["records"]) for shard in shards.values() if shard["kind"] == kind)  # noqa: E731
    regions = sum(state == "audited" for regions in REGIONS.values() for state in regions.values())
    return {
        "account": len(REGIONS),
        "cloudtrail": 12 * regions,
        "config": regions + 4,
        "events": 2 * regions,
        "iam": 3 * len(REGIONS),
        "kms": 4 * of_kind("keys"),
        "lambda": 2 * of_kind("functions"),
        "organizations": 14,
        "secretsmanager": regions + 2 * of_kind("secrets") + of_kind("replication"),
        "sts": 2 * len(REGIONS),
    }


def manifest(sums: dict[str, str], asked: dict[str, int]) -> dict[str, Any]:
    return {
        "version": VERSION,
        "tool_version": "0.1.0",
        "started": iso(AS_OF - timedelta(seconds=38)),
        "finished": iso(AS_OF),
        "inventory": "secrets-manager",
        "selection": [],
        "settings": digest("settings"),
        "accounts": [
            {"account": account, "partition": "aws", "name": NAMES[account], "role": role(AUDITOR, account),
             "regions": [{"region": region, "state": state} for region, state in sorted(REGIONS[account].items())]}
            for account in sorted(REGIONS)
        ],
        "calls": asked,
        "shards": dict(sorted(sums.items())),
    }


def to_bytes(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def main() -> None:
    sample = Path(__file__).resolve().parent / "sample"
    shutil.rmtree(sample, ignore_errors=True)
    sums = {}
    for path, shard in all_shards().items():
        content = to_bytes(shard)
        sums[path] = hashlib.sha256(content).hexdigest()
        (sample / path).parent.mkdir(parents=True, exist_ok=True)
        (sample / path).write_bytes(content)
    (sample / "manifest.json").write_bytes(to_bytes(manifest(sums, calls(all_shards()))))


if __name__ == "__main__":
    main()
