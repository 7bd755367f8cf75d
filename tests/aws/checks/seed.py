"""The company: within AWS's limits, and with a truth about every rule."""

from __future__ import annotations

import re

from checks import Asker, check, pages
from model import AP, EU, HOME, MEMBER, US

RULES = """
rotation-off rotation-cancelled stale-value rotation-overdue rotation-never-completed rotation-stuck
long-rotation-interval versions-piled-up old-version-still-read value-never-set missing-required-tags tag-case-variant
environment-mismatch missing-description name-ends-like-arn-suffix vague-name secret-in-metadata
default-key-on-sensitive key-pending-deletion key-disabled key-missing version-under-old-key replica-with-weaker-key
key-in-other-account unused-secret never-read config-in-a-secret replica-failed orphan-replica
rotation-function-missing rotation-function-confused-deputy rotation-role-underpowered
public-policy weakly-conditioned-policy readable-by-whole-org readable-outside-org not-principal-allow
wildcard-action-in-policy policy-names-deleted-principal service-principal-without-source policy-blocks-everyone
too-many-readers reader-cannot-decrypt
""".split()

ABOUT_PRINCIPALS = """
reads-every-secret reads-across-environments long-lived-key-reads person-reads-production can-grant-itself-read
can-delete-without-recovery
""".split()


@check
def the_seed_obeys_awss_limits(ask: Asker) -> None:
    for asker in (ask, ask.assume("audit")):
        for region in (EU, US, AP):
            rows = pages(asker.client("secretsmanager", region), "list_secrets", "SecretList")[1]
            for row in rows:
                name = row["Name"]
                owned = "OwningService" in row
                assert re.fullmatch(r"[A-Za-z0-9/_+=.@!-]{1,512}", name), name
                assert "!" not in name or owned or name == "Ops/a+b=c.d@e!f_g", name
                assert re.fullmatch(re.escape(name) + "-[A-Za-z0-9]{6}", row["ARN"].split(":", 6)[6])
                assert len(row.get("Description", "")) <= 2048 and len(row["Tags"]) <= 50
                assert all(0 < len(t["Key"]) <= 128 and len(t["Value"]) <= 256 for t in row["Tags"])
                stages = [s for v in row.get("SecretVersionsToStages", {}).values() for s in v]
                assert stages.count("AWSCURRENT") <= 1 and len(stages) == len(set(stages)), name


@check
def the_truth_covers_every_rule(ask: Asker) -> None:
    truth = ask.control("truth")
    assert truth["as_of"] == "2026-11-01T00:00:00Z" and 45 <= len(truth["secrets"]) <= 90, len(truth["secrets"])
    for rule in RULES:
        failing = [s for s in truth["secrets"] if rule in s["fails"]]
        assert 0 < len(failing) < len(truth["secrets"]), rule
    named = {rule for s in truth["secrets"] for rule in (*s["fails"], *s["unknown"])}
    # Of a stranger who has nothing but a unique id nobody knows whether that is a person.
    of_reads = {"person-read-production"}
    assert named == set(RULES) | of_reads, named ^ set(RULES)
    assert not any(set(s["fails"]) & set(s["unknown"]) for s in truth["secrets"])
    assert {rule for p in truth["principals"] for rule in p["fails"]} == set(ABOUT_PRINCIPALS)
    of_keys = {rule for k in truth["keys"] for rule in k["fails"]}
    assert of_keys == {"key-rotation-off", "key-policy-public", "key-usable-outside-org"}
    everywhere = "administrators-read-everything"
    assert {a["account"]: a["fails"] for a in truth["accounts"]} == {
        HOME: [everywhere],
        MEMBER: [everywhere, "mixed-naming"],
    }
