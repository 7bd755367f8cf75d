"""What happened in the member account, and between the two."""

from __future__ import annotations

from model import AP, EU, HOME, MEMBER, US, ago, letters, secrets_of
from seeds.history import (
    FUNCTIONS,
    TASKS,
    add,
    arn,
    expect,
    fails,
    get,
    later,
    refused,
    role,
    role_arn,
    service_event,
    shared,
    stranger,
    user_agent,
)
from seeds.history_home import PAYMENTS, named

LOADER = role_arn("warehouse-loader", MEMBER)
WAREHOUSE = "prod/warehouse/db-password"
# The rotation function alone reads the one, the teams the other.
OTHERS_READ = ("staging/warehouse/db-password", "TeamCalendarToken")
TEAMS = 110


def loading() -> None:
    """The loader read everything until its policy was narrowed, so that most of this it could not do today."""
    loader = role("warehouse-loader", "glue-1", MEMBER)
    for region in (EU, US, AP):
        read = [s for s in secrets_of(MEMBER, region).values() if s.last_accessed_date == ago(1)]
        for number, secret in enumerate(s for s in read if s.name not in OTHERS_READ):
            times = [later(f"2026-10-{day}T01:00:00Z", 1800 * number) for day in (12, 31)]
            for time in times:
                name, agent = named(number, secret.name, region, MEMBER), user_agent(number)
                get(time, loader, name, region=region, account=MEMBER, ip="10.30.1.1", agent=agent)
            expect(secret.arn, LOADER, 2, times[0], times[1])
    old = "OldAdServerPassword"
    get("2026-10-02T09:00:00Z", loader, old, account=MEMBER, ip="10.30.1.1")
    expect(arn(old, EU, MEMBER), LOADER, 1, "2026-10-02T09:00:00Z")
    whole = arn(old, EU, MEMBER)
    window = {"secretId": whole, "recoveryWindowInDays": 30}
    answer = {"aRN": whole, "name": old, "deletionDate": "Nov 13, 2026, 12:00:00 AM"}
    by = role("team-000", "console", MEMBER)
    add("2026-10-14T00:00:00Z", "DeleteSecret", by, window, account=MEMBER, response=answer)


def teams() -> None:
    """Four of the teams read the one secret that is open to all of them; the others never did."""
    calendar = arn("TeamCalendarToken", EU, MEMBER)
    for number in range(1, 5):
        time, name = f"2026-10-{32 - number}T09:00:00Z", f"team-{number:03}"
        get(time, role(name, "calendar", MEMBER), calendar, account=MEMBER, ip="10.30.2.2")
        expect(calendar, role_arn(name, MEMBER), 1, time)
    for number in (0, *range(5, TEAMS)):
        fails("unused-read-access", principal=role_arn(f"team-{number:03}", MEMBER))
    curious = role("team-050", "calendar", MEMBER)
    refused("2026-09-12T09:00:00Z", curious, "WarehouseApiKey", account=MEMBER, ip="10.30.2.2")
    expect(
        arn("WarehouseApiKey", EU, MEMBER), role_arn("team-050", MEMBER), 1, "2026-09-12T09:00:00Z", outcome="refused"
    )


def turning() -> None:
    """Every four hours, and nobody reads what comes of it."""
    whole, rotator = arn("staging/warehouse/db-password", EU, MEMBER), role("rotate_warehouse", "rotate", MEMBER)
    for time in ("2026-10-12T05:00:00Z", "2026-10-31T17:00:00Z", "2026-10-31T21:00:00Z"):
        service_event(time, "RotationStarted", whole, account=MEMBER)
        for seconds, stage in ((1, "AWSCURRENT"), (2, "AWSPENDING")):
            get(later(time, seconds), rotator, whole, stage, account=MEMBER, ip=FUNCTIONS)
        service_event(later(time, 3), "RotationSucceeded", whole, account=MEMBER)
    expect(whole, role_arn("rotate_warehouse", MEMBER), 6, "2026-10-12T05:00:01Z", "2026-10-31T21:00:02Z")


def across() -> None:
    """An application of the one account reads from the other: two records of each request, and one read.

    Whoever owns the secret sees a number in place of a name. The key let it in once, and does no more.
    """
    secret, session = arn(WAREHOUSE, EU, MEMBER), "ecs-task-7"
    here = role("payments-app", session)
    there = stranger(f"AROA{letters(HOME, 'payments-app', length=17)}:{session}", HOME)
    no = ("AccessDenied", "Access to KMS is not allowed")
    for day, error in (("07", None), ("08", None), ("29", no), ("30", no), ("31", no)):
        time = f"2026-10-{day}T05:00:00Z"
        owner = get(time, there, secret, account=MEMBER, ip=TASKS, error=error)
        shared(owner, get(time, here, secret, ip=TASKS, error=error))
    expect(secret, PAYMENTS, 2, "2026-10-07T05:00:00Z", "2026-10-08T05:00:00Z")
    expect(secret, PAYMENTS, 3, "2026-10-29T05:00:00Z", "2026-10-31T05:00:00Z", outcome="refused")
    fails("read-refused", principal=PAYMENTS, secret=secret)


def seed() -> None:
    for story in (loading, teams, turning, across):
        story()
