"""What CloudTrail recorded in the sample: who read which secret, what was changed, and how far back that is known.

Event history of 90 days, but for one Region in which the budget ran out. Reads repeat week by week up to the day of the
last access, so the two never contradict each other.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

AS_OF = datetime.fromisoformat("2026-11-01T06:00:00+00:00")
WINDOW = 90

PROD, DEV, LEGACY, VENDOR = "111122223333", "444455556666", "777788889999", "999988887777"
EU, US, AP = "eu-west-1", "us-east-1", "ap-southeast-2"

OFFICE, HOTEL, STRANGE, RUNNER = "203.0.113.24", "198.51.100.181", "192.0.2.99", "203.0.113.77"


def role_arn(name: str, account: str = PROD) -> str:
    paths = (("AWSReservedSSO_", f"aws-reserved/sso.amazonaws.com/{EU}/"), ("shop-", "shops/" if account == PROD else ""))
    path = next((path for start, path in paths if name.startswith(start)), "")
    return f"arn:aws:iam::{account}:role/{path}{name}"


def role(name: str, account: str = PROD, person: bool | None = None) -> dict[str, Any]:
    found = {"principal": role_arn(name, account), "identity": "AssumedRole", "account": account}
    return found if person is None else {**found, "person": person}


def user(name: str, account: str = PROD) -> dict[str, Any]:
    return {"principal": f"arn:aws:iam::{account}:user/{name}", "identity": "IAMUser", "account": account}


def root(account: str) -> dict[str, Any]:
    return {"principal": f"arn:aws:iam::{account}:root", "identity": "Root", "account": account, "person": True}


def service(name: str) -> dict[str, Any]:
    return {"principal": f"{name}.amazonaws.com", "identity": "AWSService", "person": False}


# The shops whose agents report; those of Bergen and Cork are closed.
SHOPS = (
    "adelaide", "amsterdam", "antwerp", "auckland", "bordeaux", "boston", "bremen", "bristol", "chicago", "dublin",
    "galway", "gdansk", "genoa", "ghent", "hamburg", "hobart", "lisbon", "marseille", "melbourne", "nantes",
    "portland", "porto", "rotterdam", "seattle", "sydney", "trieste",
)

# Who reads what, day after day: account, names, who, from where.
READERS: list[tuple[str, str, dict[str, Any], str]] = [
    (PROD, "prod/payments/*", role("payments-app"), "10.20.1.15"),
    (PROD, "prod/payments/adyen-*", role("checkout-app"), "10.20.1.31"),
    (PROD, "prod/checkout/*", role("checkout-app"), "10.20.1.31"),
    (PROD, "prod/catalog/*", role("catalog-app"), "10.20.2.8"),
    (PROD, "prod/catalog/search-admin", role("search-index-copy"), "10.20.9.4"),
    (PROD, "prod/shipping/*", role("shipping-app"), "10.20.3.2"),
    (PROD, "prod/partners/sftp*", role("shipping-app"), "10.20.3.2"),
    (PROD, "prod/partners/customs-broker", role("broker-sync", VENDOR), "198.51.100.12"),
    (PROD, "prod/billing/*", role("billing-app"), "10.20.4.6"),
    (PROD, "prod/loyalty/*", role("loyalty-app"), "10.20.5.1"),
    (PROD, "prod/marketing/*", role("marketing-app"), "10.20.6.3"),
    (PROD, "prod/treasury/*", role("bank-signer"), "10.20.7.7"),
    (PROD, "prod/apac-store/db", role("apac-store-app"), "10.40.1.2"),
    (PROD, "prod/us-store/*", role("us-store-app"), "10.30.1.2"),
    *((PROD, "prod/observability/datadog-api-key", role(f"shop-{shop}"), f"10.20.8.{place + 10}")
      for place, shop in enumerate(SHOPS)),
    (PROD, "prod/ci/*", user("ci-deployer"), RUNNER),
    (PROD, "prod/*", role("github-actions-deploy", person=False), RUNNER),
    (PROD, "rds!*", service("rds"), "rds.amazonaws.com"),
    (PROD, "appflow!*", service("appflow"), "appflow.amazonaws.com"),
    (DEV, "dev/*", role("dev-apps", DEV), "10.60.1.2"),
    (DEV, "staging/*", role("dev-apps", DEV), "10.60.1.2"),
    (DEV, "staging/search/*", role("search-index-copy"), "10.20.9.4"),
    (DEV, "rds!*", service("rds"), "rds.amazonaws.com"),
    (LEGACY, "*", role("shop-ec2", LEGACY), "10.80.1.9"),
]

# Rotating secrets that nobody reads but their rotation.
LEFT_ALONE = {"prod/apac-store/reporting-db", "prod/wholesale/db"}
# Of many secrets the pipeline reads these only.
PIPELINE = {"prod/ci/github-deploy-token", "prod/edge/cdn-signing-key", "prod/search/opensearch-master",
            "prod/identity/saml-signing-certificate", "prod/edge/tls-certificate"}


def at(days: int, *what: object, hour: int | None = None) -> datetime:
    """An instant of a day so many days back, the same in every run."""
    seed = sum((place + 1) * ord(letter) for place, letter in enumerate("/".join(map(str, what))))
    start = (AS_OF - timedelta(days=days)).replace(hour=0, minute=0, second=0)
    latest = 5 if days == 0 else 23
    return start + timedelta(hours=seed % (latest + 1) if hour is None else hour, minutes=seed % 59, seconds=seed % 53)


def iso(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def via(source: str) -> str:
    if source.endswith(".amazonaws.com"):
        return "service"
    return "private" if source.startswith("10.") else "endpoint" if source.startswith("vpce-") else "public"


def group(secret: str, actor: dict[str, Any], times: list[datetime], source: str, **more: Any) -> dict[str, Any]:
    """Calls that ended alike."""
    hours: dict[str, int] = {}
    for time in sorted(times):
        hour = time.strftime("%Y-%m-%dT%H")
        hours[hour] = hours.get(hour, 0) + 1
    fields = {
        "secret": secret, "actor": actor, "event": "GetSecretValue", "outcome": "allowed", "error": None,
        "via": via(source), "count": len(times), "first": iso(min(times)), "last": iso(max(times)), "hours": hours,
        "sources": [source], **more,
    }
    return {key: value for key, value in fields.items() if value is not None}


def merged(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Groups of the same key as one, as the reader of trails makes them."""
    found: dict[str, dict[str, Any]] = {}
    for one in groups:
        apart = ("secret", "actor", "event", "outcome", "error", "via")
        known = found.setdefault(repr([one.get(name) for name in apart]), one)
        if known is one:
            continue
        known["count"] += one["count"]
        known["first"], known["last"] = min(known["first"], one["first"]), max(known["last"], one["last"])
        for hour, count in one["hours"].items():
            known["hours"][hour] = known["hours"].get(hour, 0) + count
        known["hours"] = dict(sorted(known["hours"].items()))
        for name in ("sources", "sessions", "reasons"):
            both = sorted({*known.get(name, []), *one.get(name, [])})
            if both:
                known[name] = both
    return list(found.values())


def weekly(last: int, *what: object, first: int = WINDOW - 1) -> list[datetime]:
    return [at(days, *what) for days in range(last, first + 1, 7)]


def rotations(entry: Any) -> list[int]:
    """How many days back its rotations lie that Event history still holds."""
    rotation = entry.secret.rotation
    if entry.copy or not rotation or rotation.last is None or not rotation.enabled:
        return []
    step = rotation.rules().get("automatically_after_days") or (7 if "SUN" in rotation.schedule else 180)
    return list(range(rotation.last, WINDOW, max(step, 1)))


def readers(entry: Any) -> list[tuple[dict[str, Any], str]]:
    name = entry.secret.name
    found = [(who, source) for account, names, who, source in READERS
             if account == entry.account and fnmatchcase(name, names)]
    pipeline = role_arn("github-actions-deploy")
    return [(who, source) for who, source in found if who["principal"] != pipeline or name in PIPELINE]


def usual(entry: Any) -> list[dict[str, Any]]:
    """The reads of applications, and those of the rotation function."""
    name, groups = entry.secret.name, []
    last = entry.read
    if last is not None and last < WINDOW and entry.secret.deleted is None and name not in LEFT_ALONE:
        oldest = min(WINDOW - 1, entry.secret.created)
        for who, source in readers(entry):
            times = [time for time in weekly(last, name, who["principal"], first=oldest)]
            if times:
                groups.append(group(entry.arn, who, times, source))
    function = entry.secret.rotation.function if entry.secret.rotation else None
    days = rotations(entry)
    if function and days:
        who = role(function.name, entry.account)
        times = [at(day, name, "rotation", count) for day in days for count in range(2)]
        sessions = {"sessions": [function.name]}
        groups.append(group(entry.arn, who, times, "10.20.250.4", **sessions))
    return groups


def stories(entries: dict[tuple[str, str, str], Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """What stands out: account, Region, calls."""

    def arn(name: str, account: str = PROD, region: str = EU) -> str:
        return entries[account, region, name].arn

    developer = role("AWSReservedSSO_PaymentsDeveloper_" + entries["suffix", PROD, "PaymentsDeveloper"], person=True)
    denied = {"outcome": "refused", "error": "AccessDenied"}
    pending = {"outcome": "failed", "error": "InvalidRequestException"}
    found = [
        (PROD, EU, group(arn("prod/checkout/session-signing-key"), developer, [at(20, "incident"), at(20, "again")], HOTEL,
                         sessions=["kim.vos@harbour.example"])),
        (PROD, EU, group(arn("prod/checkout/db"), user("finn.larsen"), [at(2, "curious"), at(2, "still")], OFFICE,
                         reasons=["no identity-based policy allows it"], **denied)),
        (PROD, EU, group(arn("prod/payments/db-reader"), user("anna.keller"), [at(5, "no factor")], OFFICE,
                         reasons=["no identity-based policy allows it"], **denied)),
        # Asked for after its deletion was asked for.
        (PROD, EU, group(arn("prod/fax/gateway"), role("billing-app"), [at(1, "fax"), at(2, "fax"), at(4, "fax")],
                         "10.20.4.6", **pending)),
        # Read by a role that is gone.
        (PROD, EU, group(arn("prod/catalog/db"), role("catalog-importer"), weekly(41, "importer"), "10.20.2.9")),
        # The first read of somebody who may, but never did.
        (PROD, EU, group(arn("prod/marketing/analytics-endpoint"), role("AWSReservedSSO_AdministratorAccess_" + entries[
            "suffix", PROD, "AdministratorAccess"], person=True), [at(3, "look")], OFFICE,
                         sessions=["lea.brandt@harbour.example"])),
        (LEGACY, EU, group(arn("tidewater_erp_login", LEGACY), root(LEGACY), [at(12, "root")], HOTEL)),
        (DEV, EU, group(arn("staging/payments/db", DEV), user("load-test", DEV), [at(9, "load")], RUNNER)),
    ]
    # Somebody carries off whatever the pipeline may read and decrypt, in one hour of one night.
    closed = {*LEFT_ALONE, "prod/partners/customs-broker"}
    thief = role("github-actions-deploy", person=False)
    for place, entry in sorted((place, entry) for place, entry in entries.items() if place[0] == PROD):
        name, key = entry.secret.name, entry.key
        read_since = entry.read is not None and entry.read <= 2
        if name.startswith("prod/") and read_since and not entry.copy and not (key and key.readers) and name not in closed:
            found.append((PROD, entry.region, group(entry.arn, thief, [at(2, name, hour=3)], STRANGE)))
    return found


def change(time: datetime, event: str, secret: str, actor: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"time": iso(time), "event": event, "secret": secret, "actor": actor, "outcome": "allowed", **more}


def lifecycle(account: str, region: str, here: list[Any], identify: Any) -> list[dict[str, Any]]:
    rotator = service("secretsmanager")
    found = []
    for entry in here:
        name = entry.secret.name
        days = rotations(entry)
        failing = name == "prod/loyalty/db"
        found += [change(at(day, name, "rotated"), "RotationSucceeded", entry.arn, rotator) for day in days]
        if failing:
            found += [change(at(day, name, "failed"), "RotationFailed", entry.arn, rotator, outcome="failed",
                             message="Pending secret version for Secret " + entry.arn + " has no AWSPENDING value.")
                      for day in range(1, 9)]
        if entry.secret.deleted is not None:
            found.append(change(at(entry.secret.deleted, name, "deleted"), "DeleteSecret", entry.arn,
                                role("github-actions-deploy", person=False), recovery_days=30))
        if not entry.copy and entry.secret.created < WINDOW and not entry.secret.owner:
            console = name == "prod/warehouse/bi-reader"
            who = (role("AWSReservedSSO_AdministratorAccess_" + identify(PROD, "AdministratorAccess"), person=True)
                   if console else role("github-actions-deploy", person=False))
            session = {"session": "lea.brandt@harbour.example"} if console else {"session": "deploy"}
            found.append(change(at(entry.secret.created, name, "created"), "CreateSecret", entry.arn, who,
                                console=console, **session))
    if (account, region) == (PROD, EU):
        gone = f"arn:aws:secretsmanager:{EU}:{PROD}:secret:prod/temp/gift-card-import-Qz81Lm"
        found.append(change(at(33, "gone"), "DeleteSecret", gone, user("ci-deployer"), forced=True))
    if account == LEGACY:
        found.append(change(at(6, "batch"), "BatchGetSecretValue", "", role("shop-ec2", LEGACY), session="i-0f3a",
                            catch_all=True))
    found.sort(key=lambda event: (event["time"], event["event"], event["secret"]))
    return [{**event, "id": identify(account, region, event["time"], event["event"], event["secret"])} for event in found]


def evidence(account: str, region: str, here: list[Any], every: dict[Any, Any], identify: Any) -> dict[str, Any]:
    """Kind to records and gaps."""
    accesses = [found for entry in here for found in usual(entry)]
    accesses += [found for place, where, found in stories(every) if (place, where) == (account, region)]
    days, gaps = WINDOW, []
    if (account, region) == (DEV, US):
        days = 40
        start = iso(AS_OF - timedelta(days=days))
        gaps = [{
            "call": "cloudtrail:LookupEvents", "cause": "not-collected", "account": account, "region": region,
            "resource": None, "error": "budget", "permission": None,
            "message": f"events before {start} were not reached within the budget of 300 s",
        }]
    oldest = iso(AS_OF - timedelta(days=days))
    accesses = merged([found for found in accesses if found["first"] >= oldest])
    changes = [event for event in lifecycle(account, region, here, identify) if event["time"] >= oldest]
    accesses.sort(key=lambda found: (found["secret"], found["actor"]["principal"], found["outcome"], found["first"]))
    records = sum(found["count"] for found in accesses) + len(changes)
    coverage = {"source": "lookup", "spans": [{"from": oldest, "to": iso(AS_OF)}], "reads": True,
                "counts": {"records": records}}
    return {"accesses": (accesses, []), "lifecycle": (changes, []), "coverage": ([coverage], gaps)}
