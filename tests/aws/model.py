"""What the seeds write and the answers read: moto's own backends, and beside them what moto has no place for.

Dates are seconds since the epoch, counted back from one fixed instant, so that no answer depends on the clock.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.secretsmanager import models as moto_secrets

PARTITION = "aws"
HOME = "123456789012"
MEMBER = "210987654321"
SUSPENDED = "109876543210"
STRANGER = "345678901234"

EU, US, AP, EMPTY = "eu-west-1", "us-east-1", "ap-southeast-2", "eu-central-1"

AS_OF_TEXT = "2026-11-01T00:00:00Z"
AS_OF = datetime(2026, 11, 1, tzinfo=timezone.utc).timestamp()
DAY = 86400.0

# AWS never disables most of these; a short list of enabled ones keeps an audit over every region quick.
REGIONS = {
    **dict.fromkeys(
        (
            "af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 "
            "ap-southeast-1 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 "
            "ca-central-1 ca-west-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-2 eu-west-3 il-central-1 "
            "me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-2 us-west-1 us-west-2"
        ).split(),
        "DISABLED",
    ),
    EU: "ENABLED_BY_DEFAULT",
    US: "ENABLED_BY_DEFAULT",
    AP: "ENABLED_BY_DEFAULT",
    EMPTY: "ENABLED",
}


def ago(days: float = 0, hours: float = 0) -> float:
    """The instant that lies so far before the fixed one; negative numbers lie after it."""
    return AS_OF - days * DAY - hours * 3600


def day_of(seconds: float) -> float:
    """LastAccessedDate is a stamp of the day."""
    return seconds // DAY * DAY


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def naive(seconds: float) -> datetime:
    """moto keeps its own dates without a time zone."""
    return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)


def digest(*parts: object, length: int = 32) -> str:
    """Identifiers that look random and are the same in every run."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:length]


def uuid(*parts: object) -> str:
    h = digest(*parts)
    return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:32]}"


def letters(*parts: object, length: int) -> str:
    """Upper-case base32, the alphabet of AWS's identifiers of principals and keys."""
    raw = hashlib.sha256("\0".join(map(str, parts)).encode()).digest()
    return base64.b32encode(raw).decode()[:length]


def alphanumeric(*parts: object, length: int) -> str:
    raw = base64.b64encode(hashlib.sha256("\0".join(map(str, parts)).encode()).digest()).decode()
    return "".join(c for c in raw if c.isalnum())[:length]


def secrets_of(account: str, region: str) -> Any:
    return moto_secrets.secretsmanager_backends[account][region].secrets


def keys_of(account: str, region: str) -> Any:
    return kms_backends[account][region]


def iam_of(account: str) -> Any:
    return iam_backends[account][PARTITION]


@dataclass
class Version:
    """One version of a secret, with what ListSecretVersionIds says of it and moto does not keep."""

    created: float
    stages: tuple[str, ...] = ("AWSCURRENT",)
    accessed: float | None = None
    keys: tuple[str, ...] | None = None


@dataclass
class Rotation:
    """The rotation settings of a secret; `enabled` is false where rotation was cancelled and its rules are kept."""

    enabled: bool = True
    days: int | None = 30
    schedule: str | None = None
    duration: str | None = None
    function: str | None = None
    last: float | None = None
    next: float | None = None

    def rules(self) -> dict[str, Any]:
        rules = {
            "AutomaticallyAfterDays": self.days,
            "ScheduleExpression": self.schedule,
            "Duration": self.duration,
        }
        return {k: v for k, v in rules.items() if v is not None}


@dataclass(kw_only=True)
class Spec:
    """One row of ListSecrets as a seed defines it, and the rules that have a verdict other than a pass on it."""

    name: str
    account: str = HOME
    region: str = EU
    description: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    kms_key_id: str | None = None
    versions: list[Version] = field(default_factory=list)
    rotation: Rotation | None = None
    created: float = 0.0
    changed: float | None = None
    accessed: float | None = None
    deleted: float | None = None
    type: str | None = None
    external_metadata: dict[str, str] | None = None
    external_role: str | None = None
    primary_region: str | None = None
    replication: list[dict[str, Any]] = field(default_factory=list)
    policy: str | None = None
    suffix: str | None = None
    fails: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def arn(self) -> str:
        # A replica keeps the suffix of its primary, so the region has no part in it.
        suffix = self.suffix or alphanumeric(self.account, self.name, length=6)
        return f"arn:{PARTITION}:secretsmanager:{self.region}:{self.account}:secret:{self.name}-{suffix}"


class Secret(moto_secrets.FakeSecret):
    """moto's secret without its constructor, which draws a random ARN and stamps the present."""

    # moto finds the service of a class in the name of its module.
    __module__ = moto_secrets.__name__

    def __init__(self, spec: Spec):
        self.arn, self.name, self.secret_id = spec.arn, spec.name, spec.name
        self.account_id, self.region = spec.account, spec.region
        self.description = spec.description
        self.tags = [{"Key": k, "Value": v} for k, v in spec.tags.items()]
        self.kms_key_id = spec.kms_key_id
        self.created_date = spec.created
        self.last_changed_date = spec.changed if spec.changed is not None else spec.created
        self.last_accessed_date = spec.accessed
        self.deleted_date = spec.deleted
        self.policy = spec.policy
        self.rotation = spec.rotation
        self.rotation_requested = spec.rotation is not None
        self.rotation_enabled = bool(spec.rotation and spec.rotation.enabled)
        self.rotation_lambda_arn = (spec.rotation and spec.rotation.function) or ""
        self.auto_rotate_after_days = (spec.rotation and spec.rotation.days) or 0
        self.last_rotation_date = spec.rotation and spec.rotation.last
        self.next_rotation_date = spec.rotation and spec.rotation.next
        self.type = spec.type
        self.external_metadata = spec.external_metadata
        self.external_role = spec.external_role
        self.primary_region = spec.primary_region
        self.replication = spec.replication
        self.replicas: list[Any] = []
        self.default_version_id: str | None = None
        self.versions: dict[str, dict[str, Any]] = {}
        for number, version in enumerate(spec.versions):
            version_id = uuid(spec.account, spec.name, number)
            if "AWSCURRENT" in version.stages:
                self.default_version_id = version_id
            self.versions[version_id] = {
                "version_id": version_id,
                "version_stages": list(version.stages),
                "createdate": version.created,
                "last_accessed": version.accessed,
                "kms_key_ids": list(version.keys or ("DefaultEncryptionKey",)),
                # A value that must never reach any output.
                "secret_string": f"canary-{version_id}",
            }
        self.version_stages = ["AWSCURRENT"]
        self.secret_string, self.secret_binary = None, None


class IndexedStore(moto_secrets.SecretsStore):
    """moto compares the identifier with every secret in turn, which is minutes over an audit of thousands."""

    def __init__(self) -> None:
        super().__init__()
        self.keys_by_id: dict[str, str] = {}

    def _key(self, identifier: str) -> str:
        # A caller may leave the suffix of an ARN away, which leaves the name.
        partial = identifier.split(":secret:", 1)[-1] if identifier.startswith("arn:") else identifier
        return self.keys_by_id.get(identifier) or self.keys_by_id.get(partial, partial)

    def __setitem__(self, key: str, value: Any) -> None:
        dict.__setitem__(self, key, value)
        self.keys_by_id[value.arn] = self.keys_by_id[value.name] = key

    def __getitem__(self, key: str) -> Any:
        return dict.__getitem__(self, self._key(key))

    def __contains__(self, key: object) -> bool:
        return dict.__contains__(self, self._key(str(key)))

    def get(self, key: str) -> Any:  # type: ignore[override]
        return dict.get(self, self._key(key))

    def pop(self, key: str) -> Any:  # type: ignore[override]
        found = dict.pop(self, self._key(key), None)
        if found is not None:
            self.keys_by_id.pop(found.arn, None)
            self.keys_by_id.pop(found.name, None)
        return found


@dataclass
class World:
    """What a seed leaves behind, apart from moto's backends."""

    regions: dict[str, str] = field(default_factory=lambda: dict(REGIONS))
    functions: dict[tuple[str, str], dict[str, dict[str, Any]]] = field(default_factory=dict)
    trails: list[dict[str, Any]] = field(default_factory=list)
    config_rules: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    config_rows: list[dict[str, Any]] = field(default_factory=list)
    aggregators: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    credential_reports: dict[str, str] = field(default_factory=dict)
    management_account: str | None = None
    # CloudTrail records, and what CloudTrail Lake, EventBridge, CloudWatch Logs and CloudWatch have beside them.
    events: list[dict[str, Any]] = field(default_factory=list)
    event_data_stores: list[dict[str, Any]] = field(default_factory=list)
    event_rules: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    metric_filters: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    alarms: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    truth: dict[str, Any] = field(
        default_factory=lambda: {"as_of": AS_OF_TEXT, "secrets": [], "keys": [], "accounts": [], "principals": []}
    )

    def add(self, spec: Spec) -> Spec:
        """Puts a secret into moto's store and what is true of it into the truth."""
        store = secrets_of(spec.account, spec.region)
        # INVARIANT: names are unique in an account and region, as they are in AWS.
        assert spec.name not in store, spec.name
        store[spec.name] = Secret(spec)
        self.truth["secrets"].append(
            {
                "arn": spec.arn,
                "name": spec.name,
                "account": spec.account,
                "region": spec.region,
                "fails": sorted(spec.fails),
                "unknown": sorted(spec.unknown),
            }
        )
        return spec


WORLD = World()


def install() -> None:
    """The patches that everything else rests on; to be called before a backend is made."""
    moto_secrets.SecretsStore = IndexedStore  # type: ignore[misc]
    from moto.iam import models as moto_iam

    # moto stamps the role of every caller with the present, and RoleLastUsed would follow the clock.
    moto_iam.mark_account_as_visited = lambda **_: None  # type: ignore[assignment]
    from moto.kms import models as moto_kms

    # moto draws an RSA key for every key, symmetric ones too; metadata is all that is asked for here.
    moto_kms.generate_private_key = lambda _: None  # type: ignore[assignment]
    from moto.moto_api._internal import mock_random

    mock_random.seed(20261101)
