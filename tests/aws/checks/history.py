"""Event history: its questions, its limits, and that a plain reader of it comes to what the stories meant."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from checks import Asker, check, pages, refused
from model import AP, AS_OF, DAY, EU, HOME, MEMBER, US

SECRETS = {"AttributeKey": "EventSource", "AttributeValue": "secretsmanager.amazonaws.com"}
REFUSED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")
RESOURCE = re.compile(r"on resource: (\S+)")


def looked_up(ask: Asker, region: str = EU, **arguments: Any) -> list[dict[str, Any]]:
    return pages(ask.client("cloudtrail", region), "lookup_events", "Events", **arguments)[1]


def secret_of(record: dict[str, Any]) -> str | None:
    found = (record.get("requestParameters") or {}).get("secretId")
    told = RESOURCE.search(record.get("errorMessage", ""))
    return found or (told[1] if told else None)


def principal_of(identity: dict[str, Any]) -> str:
    issuer = identity.get("sessionContext", {}).get("sessionIssuer", {}).get("arn")
    return issuer or identity.get("arn") or identity.get("invokedBy") or identity["principalId"]


def outcome_of(record: dict[str, Any]) -> str:
    code = record.get("errorCode")
    return "allowed" if code is None else "refused" if code in REFUSED else "failed"


class Join:
    """Names and parts of ARNs to ARNs; what is not known stays as it was written."""

    def __init__(self, ask: Asker):
        self.rows = ask.control("truth")["secrets"]
        self.arns = {s["arn"] for s in self.rows}

    def __call__(self, given: str, account: str, region: str) -> str:
        if given in self.arns:
            return given
        for row in self.rows:
            named = (row["name"], row["account"], row["region"]) == (given, account, region)
            if named or (given.startswith("arn:") and row["arn"][:-7] == given):
                return row["arn"]
        return given


def distinct(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One of each event, and of two accounts' records of one request that which knows the name of the caller."""
    kept: dict[str, dict[str, Any]] = {}
    for record in records:
        if record.get("eventCategory", "Management") != "Management":
            continue
        key = record.get("sharedEventID") or record["eventID"]
        if key not in kept or "arn" in record["userIdentity"]:
            kept[key] = record
    return list(kept.values())


def reads(records: Iterable[dict[str, Any]], join: Join, keys: bool = False) -> list[tuple[Any, ...]]:
    """What a plain reader makes of records: the columns of the truth, sorted."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    witnesses: list[tuple[str, ...]] = []
    for record in distinct(records):
        name, account, region = record["eventName"], record["recipientAccountId"], record["awsRegion"]
        params = record.get("requestParameters") or {}
        given: list[str] = []
        if name == "GetSecretValue" and (one := secret_of(record)):
            given = [one]
        elif name == "BatchGetSecretValue":
            given = params.get("secretIdList", [])
        elif name == "Decrypt" and keys:
            given = [params["encryptionContext"]["SecretARN"]]
        for one in given:
            key = (join(one, account, region), principal_of(record["userIdentity"]), name, outcome_of(record))
            if name == "GetSecretValue":
                groups[key].append(record["eventTime"])
            else:
                witnesses.append((*key, record["eventTime"]))
    for secret, principal, name, outcome, time in witnesses:
        hours = {t[:13] for t in groups.get((secret, principal, "GetSecretValue", outcome), ())}
        at = datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp() // 3600 * 3600
        around = {datetime.fromtimestamp(at + d, timezone.utc).strftime("%Y-%m-%dT%H") for d in (-3600, 0, 3600)}
        if not hours & around:
            groups[secret, principal, name, outcome].append(time)
    return sorted((*key, len(times), min(times), max(times)) for key, times in groups.items())


def meant(ask: Asker, *kinds: str, archive: bool = False) -> list[tuple[Any, ...]]:
    rows = [r for kind in kinds for r in ask.control("truth")[kind] if r["archive"] or not archive]
    columns = ("secret", "principal", "event", "outcome", "count", "first", "last")
    return sorted(tuple(r[c] for c in columns) for r in rows)


def same(found: list[tuple[Any, ...]], wanted: list[tuple[Any, ...]]) -> None:
    odd = sorted(set(found) ^ set(wanted))
    assert not odd, [("found" if row in found else "meant", row) for row in odd]


def history(ask: Asker, **arguments: Any) -> list[dict[str, Any]]:
    there = ask.assume("audit")
    return [
        json.loads(event["CloudTrailEvent"])
        for asker in (ask, there)
        for region in (EU, US, AP)
        for event in looked_up(asker, region, **arguments)
    ]


@check
def events_come_newest_first_in_pages(ask: Asker) -> None:
    client = ask.client("cloudtrail")
    count, events = pages(client, "lookup_events", "Events", LookupAttributes=[SECRETS])
    assert count == -(-len(events) // 50) >= 4, count
    times = [e["EventTime"].timestamp() for e in events]
    assert times == sorted(times, reverse=True) and AS_OF - 90 * DAY == times[-1] and times[0] < AS_OF
    assert len({e["EventId"] for e in events}) == len(events)
    for event in events:
        record = json.loads(event["CloudTrailEvent"])
        assert (record["recipientAccountId"], record["awsRegion"]) == (HOME, EU)
        assert record["eventID"] == event["EventId"] and event["ReadOnly"] == str(record["readOnly"]).lower()
        assert event["EventSource"] == "secretsmanager.amazonaws.com" and event["Resources"] == []
        assert record.get("eventCategory") != "NetworkActivity"
    # Both accounts' records of one request, in each account one.
    there = looked_up(ask.assume("audit"), EU, LookupAttributes=[SECRETS])
    shared = [
        {json.loads(e["CloudTrailEvent"]).get("sharedEventID") for e in found} - {None} for found in (events, there)
    ]
    assert shared[0] == shared[1] and len(shared[0]) == 5
    assert not {e["EventId"] for e in events} & {e["EventId"] for e in there}


@check
def events_are_found_by_one_attribute(ask: Asker) -> None:
    everything = looked_up(ask)
    one = next(e for e in everything if e["EventSource"] == "kms.amazonaws.com")
    record = json.loads(one["CloudTrailEvent"])
    key = record["resources"][0]["ARN"]
    for name, value in (
        ("AccessKeyId", record["userIdentity"]["accessKeyId"]),
        ("EventId", one["EventId"]),
        ("EventName", "Decrypt"),
        ("EventSource", "kms.amazonaws.com"),
        ("ReadOnly", "true"),
        ("ResourceName", key),
        ("ResourceType", "AWS::KMS::Key"),
        ("Username", "ecs-task-4711"),
    ):
        found = looked_up(ask, LookupAttributes=[{"AttributeKey": name, "AttributeValue": value}])
        assert one["EventId"] in {e["EventId"] for e in found} and len(found) < len(everything), name
    start, end = datetime(2026, 10, 30, tzinfo=timezone.utc), datetime(2026, 10, 31, tzinfo=timezone.utc)
    day = looked_up(ask, StartTime=start, EndTime=end)
    assert day and all(start <= e["EventTime"] <= end for e in day)
    assert not looked_up(ask, "eu-central-1") and not looked_up(ask, EventCategory="insight")


@check
def event_history_refuses_what_it_does_not_know(ask: Asker) -> None:
    client = ask.client("cloudtrail")
    with refused("InvalidLookupAttributesException", status=400):
        client.lookup_events(LookupAttributes=[SECRETS, {"AttributeKey": "ReadOnly", "AttributeValue": "true"}])
    with refused("InvalidLookupAttributesException"):
        client.lookup_events(LookupAttributes=[{"AttributeKey": "Colour", "AttributeValue": "red"}])
    with refused("InvalidTimeRangeException"):
        client.lookup_events(StartTime=AS_OF, EndTime=AS_OF - 1)
    with refused("InvalidMaxResultsException"):
        client.lookup_events(MaxResults=51)
    with refused("InvalidNextTokenException"):
        client.lookup_events(NextToken="1")
    token = client.lookup_events(LookupAttributes=[SECRETS], MaxResults=1)["NextToken"]
    with refused("InvalidNextTokenException"):
        client.lookup_events(NextToken=token)
    ask.faults({"operation": "LookupEvents", "action": "rate", "per_second": 2})
    outcomes = []
    for _ in range(4):
        try:
            client.lookup_events(MaxResults=1)
            outcomes.append("ok")
        except ClientError as e:
            outcomes.append(e.response["Error"]["Code"])
    assert outcomes.count("ThrottlingException") >= 1 and outcomes[:2] == ["ok", "ok"], outcomes


@check
def a_plain_reader_of_event_history_comes_to_what_was_meant(ask: Asker) -> None:
    join = Join(ask)
    records = history(ask, LookupAttributes=[SECRETS])
    same(reads(records, join), meant(ask, "reads"))
    same(reads(history(ask), join, True), meant(ask, "reads", "reads_of_keys"))
    [blank] = ask.control("truth")["unjoined"]
    assert [r["eventID"] for r in records if r["eventName"] == "GetSecretValue" and not secret_of(r)] == [blank]


@check
def the_archive_holds_the_same_and_what_is_older(ask: Asker) -> None:
    made = ask.control(f"{ask.name}/archive", {"company": True})
    files = sorted(Path(made["directory"]).rglob("*.json.gz"))
    records, delivered = [], 0
    for file in files:
        held = json.loads(gzip.decompress(file.read_bytes()))
        if "Records" not in held:
            assert "/CloudTrail-Digest/" in file.as_posix() and held["logFiles"]
            continue
        delivered += len(held["Records"])
        records += held["Records"]
        for record in held["Records"]:
            folder = f"/AWSLogs/o-exampleorg1/{record['recipientAccountId']}/CloudTrail/{record['awsRegion']}/"
            assert f"{folder}{record['eventTime'][:10].replace('-', '/')}/" in file.as_posix(), file
    assert delivered > len({r["eventID"] for r in records}) and any(r["eventVersion"] == "1.05" for r in records)
    assert {next(iter(r)) for r in records} >= {"eventVersion", "awsRegion"}
    assert any(r.get("eventCategory") == "NetworkActivity" for r in records)
    kinds = {r["userIdentity"].get("type") for r in records}
    assert kinds >= {
        None, "Root", "IAMUser", "AssumedRole", "Role", "FederatedUser", "AWSAccount", "AWSService", "Directory",
        "Unknown", "IdentityCenterUser", "SAMLUser", "WebIdentityUser",
    }  # fmt: skip
    assert not [r for r in records if r["awsRegion"] == AP and r["readOnly"]]
    join = Join(ask)
    wanted = meant(ask, "reads", "reads_of_keys", "reads_before_window", archive=True)
    merged: dict[tuple[Any, ...], list[Any]] = {}
    for *key, count, first, last in wanted:
        held = merged.setdefault(tuple(key), [0, first, last])
        merged[tuple(key)] = [held[0] + count, min(held[1], first), max(held[2], last)]
    same(reads(records, join, True), sorted((*k, *v) for k, v in merged.items()))


@check
def the_truth_about_use_names_what_is_there(ask: Asker) -> None:
    truth = ask.control("truth")
    wanted = """
    read-refused new-reader bulk-read person-read-production root-read read-from-unknown-network deleted-but-wanted
    deleted-without-recovery created-by-hand rotation-failing not-rotated-after-exposure unused-read-access
    unused-secret never-read old-version-still-read reads-not-recorded trail-without-validation
    trail-delivery-failing no-alert-on-rotation-failure no-alert-on-deletion no-alert-on-policy-change config-rule-missing
    config-disagrees
    """.split()
    assert sorted(truth["use"]) == sorted(wanted), set(truth["use"]) ^ set(wanted)
    read = {r["principal"] for r in truth["reads"] if r["outcome"] == "allowed"}
    assert not read & {f["principal"] for f in truth["use"]["unused-read-access"]}
    ids = {r["eventID"] for r in history(ask)}
    for rule, rows in truth["use"].items():
        assert rows and all(row for row in rows), rule
        assert all(row["event_id"] in ids for row in rows if "event_id" in row), rule
    known = {s["arn"] for s in truth["secrets"]}
    for rule in ("rotation-failing", "never-read", "unused-secret", "old-version-still-read", "new-reader", "config-disagrees"):
        assert {row["secret"] for row in truth["use"][rule]} <= known, rule
    accounts = {r["account"] for r in truth["reads"]}
    assert accounts == {HOME, MEMBER}
