"""Many well-run secrets in one account, to see how an audit behaves at size."""

from __future__ import annotations

import json

from model import AP, EU, HOME, PARTITION, US, WORLD
from seeds import keys, people
from seeds.defaults import rotated

POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{PARTITION}:iam::{HOME}:root"},
                "Action": "secretsmanager:GetSecretValue",
                "Resource": "*",
            }
        ],
    }
)


def seed(count: int, regions: list[str] | None) -> None:
    regions = regions or [EU, US, AP]
    WORLD.regions = {name: "ENABLED_BY_DEFAULT" if name in regions else "DISABLED" for name in WORLD.regions}
    people.minimal()
    for region in regions:
        keys.service_key(HOME, region)
        keys.customer_key(HOME, region, "company", alias="company-secrets")
    for number in range(count):
        region = regions[number % len(regions)]
        WORLD.add(
            rotated(
                f"prod/app-{number // 10:05}/db-password-{number % 10}",
                keys.key_arn("company", region),
                region=region,
                policy=POLICY if number % 10 == 0 else None,
            )
        )
    WORLD.truth["accounts"] = [{"account": HOME, "fails": [], "unknown": []}]
