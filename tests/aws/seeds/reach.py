"""Who reaches which secret: two accounts of one organization, where every way in stands beside a near miss.

The truth was derived by hand from AWS's rules of evaluation, and stands beside each secret with the reason why its
near misses do not read it. Principals are named for what they try.
"""

from __future__ import annotations

from typing import Any

from moto.organizations.models import organizations_backends

from model import HOME, MEMBER, PARTITION, US, WORLD
from seeds import estate, reach_home, reach_keys, reach_member, reach_people


def limits_of_member() -> None:
    """The management account is exempt from these, its principals in other accounts too."""
    backend = organizations_backends[HOME][PARTITION]
    no_deletion = {"Effect": "Deny", "Action": "secretsmanager:DeleteSecret", "Resource": "*"}
    not_there = {
        "Effect": "Deny",
        "Action": ["secretsmanager:*"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:RequestedRegion": US}},
    }
    estate.control(backend, "member-limits", "SERVICE_CONTROL_POLICY", [no_deletion, not_there], MEMBER)


def seed() -> None:
    reach_people.seed()
    reach_keys.seed()
    estate.organization()
    limits_of_member()
    truth: list[dict[str, Any]] = []
    for module in (reach_home, reach_member):
        for spec, readers in module.secrets():
            truth.append({"secret": WORLD.add(spec).arn, "readers": readers})
    reach_keys.grants()
    WORLD.truth["readers"] = truth
    WORLD.truth["accounts"] = [{"account": account, "fails": [], "unknown": []} for account in (HOME, MEMBER)]
