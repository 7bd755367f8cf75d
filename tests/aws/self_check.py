"""Runs every check once, each in a session of its own."""

from __future__ import annotations

import traceback

from checks import (
    CHECKS,
    Asker,
    account_and_estate,
    alerts,
    archive,
    faults_and_log,
    findings,
    history,
    pricing,
    reach,
    secrets_and_keys,
    seed,
)

MODULES = (secrets_and_keys, account_and_estate, faults_and_log, seed, history, archive, alerts, reach, pricing)


def run(port: int) -> int:
    failed = 0
    for one in CHECKS:
        name = one.__name__
        try:
            one(Asker(port, name))
        except Exception:
            failed += 1
            print(f"FAILED {name}\n{traceback.format_exc()}")
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return int(failed > 0)
