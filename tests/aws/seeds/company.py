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
