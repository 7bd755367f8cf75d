"""A fictional company of two accounts, with every kind of defect once and the truth about each beside it."""

from __future__ import annotations

from model import HOME, MEMBER, PARTITION, WORLD
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
    _compare()


# Which of our rules judge the same as a rule of AWS Config; `default-key` is off unless chosen.
COUNTERPARTS = {
    "SECRETSMANAGER_ROTATION_ENABLED_CHECK": ("rotation-off", "rotation-cancelled"),
    "SECRETSMANAGER_SCHEDULED_ROTATION_SUCCESS_CHECK": (
        "rotation-overdue",
        "rotation-never-completed",
        "rotation-failing",
    ),
    "SECRETSMANAGER_SECRET_PERIODIC_ROTATION": ("stale-value",),
    "SECRETSMANAGER_SECRET_UNUSED": ("unused-secret", "never-read"),
    "SECRETSMANAGER_USING_CMK": (),
}


def _compare() -> None:
    """Where AWS Config says otherwise than the truth about our rules."""
    secrets = {secret["arn"]: secret for secret in WORLD.truth["secrets"]}
    by_use = {
        (rule, entry["secret"]) for rule, entries in WORLD.truth["use"].items() for entry in entries if "secret" in entry
    }
    disagree = set()
    for found in (rule for rules in WORLD.config_rules.values() for rule in rules):
        ours = COUNTERPARTS[found["rule"]["Source"]["SourceIdentifier"]]
        for result in found["results"] if ours else []:
            arn = result["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ResourceId"]
            secret = secrets[arn]
            fails = any(rule in secret["fails"] or (rule, arn) in by_use for rule in ours)
            if not fails and any(rule in secret["unknown"] for rule in ours):
                secret["unknown"] = sorted({*secret["unknown"], "config-disagrees"})
            elif fails == (result["ComplianceType"] == "COMPLIANT"):
                disagree.add(arn)
    WORLD.truth["use"]["config-disagrees"] = [{"secret": arn} for arn in sorted(disagree)]


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
        if secret["arn"] in failing["never-read"]:
            settled = {"never-read", "unused-secret"}
        if secret["arn"] in failing["unused-secret"]:
            settled |= {"unused-secret"}
        secret["unknown"] = sorted(set(secret["unknown"]) - settled)
    # A stranger of whom only a unique id is known: nobody knows whether that is a person.
    for secret in WORLD.truth["secrets"]:
        if secret["name"] == "prod/crm/salesforce-integration":
            secret["unknown"] = sorted({*secret["unknown"], "person-read-production"})
    # Whether these can read anything at all depends on policies that are out of sight.
    for name in ("role/audit", "role/needs-external-id", "user/auditor"):
        principal = f"arn:{PARTITION}:iam::{HOME}:{name}"
        WORLD.truth["principals"].append({"arn": principal, "fails": [], "unknown": ["unused-read-access"]})
