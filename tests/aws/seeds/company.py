"""A fictional company of two accounts, with every kind of defect once and the truth about each beside it."""

from __future__ import annotations

from model import HOME, MEMBER, WORLD
from seeds import (
    alerts,
    estate,
    history_changes,
    history_home,
    history_member,
    home_secrets,
    keys,
    member_secrets,
    people,
)


def seed() -> None:
    people.seed()
    keys.seed()
    estate.organization()
    estate.trails()
    estate.functions()
    estate.config([WORLD.add(spec) for module in (home_secrets, member_secrets) for spec in module.secrets()])
    WORLD.truth["accounts"] = [
        {"account": HOME, "fails": ["administrators-read-everything"], "unknown": []},
        {"account": MEMBER, "fails": ["administrators-read-everything", "mixed-naming"], "unknown": []},
    ]
    alerts.seed()
    for history in (history_home, history_member, history_changes):
        history.seed()
    WORLD.truth["use"] |= alerts.TRUTH
    _settle()


def _settle() -> None:
    """What was open before anybody read Event history, and what it leaves open itself."""
    read = {entry["secret"] for entry in WORLD.truth["reads"]
            if entry["outcome"] == "allowed" and ":role/rotate" not in entry["principal"]}
    unread = {entry["secret"] for entry in WORLD.truth["use_undecided"]["unused-secret"]}
    failing = {rule: {entry["secret"] for entry in WORLD.truth["use"][rule]} for rule in ("never-read", "unused-secret")}
    for secret in WORLD.truth["secrets"]:
        settled = set()
        if secret["arn"] in read:
            settled = {"never-read", "unused-secret"}
        elif secret["arn"] in unread:
            settled = {"unused-secret"}
        settled |= {rule for rule, arns in failing.items() if secret["arn"] in arns}
        secret["unknown"] = sorted(set(secret["unknown"]) - settled)
    # A stranger of whom only a unique id is known: nobody knows whether that is a person.
    for secret in WORLD.truth["secrets"]:
        if secret["name"] == "prod/crm/salesforce-integration":
            secret["unknown"] = sorted({*secret["unknown"], "person-read-production"})
    # Whether these can read anything at all depends on policies that are out of sight.
    for principal in WORLD.truth["principals"]:
        name = principal["arn"].split(":", 5)[-1]
        if f":{HOME}:" in principal["arn"] and name in ("role/audit", "role/needs-external-id", "user/auditor"):
            principal["unknown"] = sorted({*principal["unknown"], "unused-read-access"})
