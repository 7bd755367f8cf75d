"""The secrets of the member account: three styles of names, and what strangers may write into metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from model import AP, EU, HOME, MEMBER, PARTITION, US, Spec, Version, ago, uuid
from seeds.defaults import (
    READ_BY_WHOM,
    manual,
    owned,
    pair,
    rotated,
    rotation,
    young,
)
from seeds.keys import key_arn

# Put together here, so that no scanner of this repository takes them for credentials.
TOKEN_SHAPED = "ghp_" + "hT9Lq2Vb7Xn4Kc8Rw1Zs6Yd3Jf5Gm0PaEuQo"
PASSWORD_SHAPED = "Login with password" + "=Tr0ub4dor-and-3"

HOSTILE_TEXT = (
    "\x1b[31mred\x1b[0m \x07bell\r\n::error::forged log line\n<script>alert(1)</script> | pipe ` tick \u202egnirts "
    '\u200bzero =HYPERLINK("http://example.invalid") 🔑 \\ \' " &amp; %s ${x} \u2028 end'
)
LONG_NAME = ("analytics/" + "/".join(f"deeply-nested-vault-part-{n:02}" for n in range(30)))[:508] + "/end"

SHARED = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:{PARTITION}:iam::{HOME}:role/payments-app"},
            "Action": "secretsmanager:GetSecretValue",
            "Resource": "*",
        }
    ],
}
TEAMS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": "*",
            "Condition": {"ArnLike": {"aws:PrincipalArn": f"arn:{PARTITION}:iam::{MEMBER}:role/team-*"}},
        }
    ],
}


def there(region: str = EU) -> dict[str, Any]:
    return {"account": MEMBER, "region": region, "key": key_arn("warehouse", region, MEMBER)}


def turning(**changes: Any) -> Any:
    return rotation(**{"function": "rotate_warehouse", **changes})


def secrets() -> Iterator[Spec]:
    # Policies of both sides let the neighbour in, and nobody told the key.
    yield rotated(
        "prod/warehouse/db-password",
        **there(),
        rotation=turning(),
        policy=json.dumps(SHARED),
        fails=("reader-cannot-decrypt",),
    )
    yield rotated(
        "staging/warehouse/db-password",
        **there(),
        rotation=turning(last=ago(hours=3), next=ago(hours=-1), days=1, schedule="rate(4 hours)"),
        versions=pair(ago(hours=3), ago(hours=7)),
    )
    yield rotated("WarehouseApiKey", **there(), rotation=turning())
    yield rotated(
        "ReportingServiceToken",
        **there(US),
        rotation=turning(next=ago(-30) - 1, days=31, schedule="cron(0 17 L * ? *)", duration="3h"),
    )
    yield rotated(
        "reporting_db_password",
        **there(US),
        rotation=turning(next=ago(-84) - 1, days=90, schedule="rate(90 days)"),
    )
    yield rotated(
        "nightly_export_key",
        **there(),
        rotation=turning(),
        versions=[*pair(ago(7), ago(37)), *(Version(ago(40 + n), (f"release-{n}",)) for n in range(23))],
        fails=("versions-piled-up",),
    )
    # Versions without a label are AWS's to clear away, whatever their number and key.
    old = (key_arn("retired", EU, MEMBER),)
    yield rotated(
        "data_lake_reader_password",
        **there(),
        rotation=turning(schedule="cron(0 0 ? * SUN#1 *)", days=30, next=ago(-1) - 1),
        versions=[*pair(ago(7), ago(37)), *(Version(ago(40 + n), (), None, old) for n in range(130))],
    )
    yield rotated(
        "DataScience/NotebookToken",
        **there(),
        rotation=turning(),
        description=PASSWORD_SHAPED,
        fails=("secret-in-metadata",),
    )
    yield rotated(f"ci/{TOKEN_SHAPED}", **there(), rotation=turning(), fails=("secret-in-metadata",))
    yield rotated(LONG_NAME, **there(AP), rotation=turning())
    yield rotated(
        "Ops/a+b=c.d@e!f_g",
        **there(AP),
        rotation=turning(),
        description=HOSTILE_TEXT,
        tags={"Note": HOSTILE_TEXT[:120], "=cmd|' /C calc'!A0": "@SUM(1+1)", "🔑": "\u202eabc"},
    )
    yield rotated(
        "etl_password",
        **there(),
        rotation=turning(),
        versions=[
            Version(ago(7), accessed=ago(1)),
            Version(ago(37), ("AWSPREVIOUS",), ago(7), (key_arn("retired", EU, MEMBER),)),
        ],
        fails=("version-under-old-key",),
    )
    yield rotated(
        "prod/warehouse/pager-token",
        account=MEMBER,
        key=key_arn("gone", EU, MEMBER),
        rotation=turning(),
        fails=("key-missing", "policy-blocks-everyone", "rotation-role-underpowered"),
    )
    yield rotated("warehouse/db-host", **there(), rotation=turning(), fails=("config-in-a-secret",))
    yield manual(
        "OldAdServerPassword",
        **there(),
        created=ago(200),
        accessed=ago(30),
        versions=[Version(ago(200), accessed=ago(30))],
        deleted=ago(-12),
        fails=(),
    )
    # Each of the teams' roles reads it, by their names and AWS's own key.
    yield young(
        "TeamCalendarToken",
        None,
        account=MEMBER,
        policy=json.dumps(TEAMS),
        fails=("too-many-readers",),
    )
    yield owned(
        f"rds!cluster-{uuid('rds', MEMBER)}",
        "rds",
        account=MEMBER,
        region=AP,
        tags={"aws:rds:primaryDBClusterArn": f"arn:{PARTITION}:rds:{AP}:{MEMBER}:cluster:warehouse"},
        rotation=rotation(ago(3), ago(-5) - 1, days=7, function=None),
        versions=pair(ago(3), ago(10)),
        unknown=READ_BY_WHOM,
    )
