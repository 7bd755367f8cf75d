"""CloudTrail's Event history and its event data stores; moto has neither."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Any

from answers import answers, page
from model import AS_OF, DAY, WORLD, digest
from protocol import ApiError, Call, present

KEPT = 90 * DAY
SIZE = 50


def seconds(record: dict[str, Any]) -> float:
    return datetime.fromisoformat(record["eventTime"].replace("Z", "+00:00")).timestamp()


def username(identity: dict[str, Any]) -> str | None:
    """Source: the Username of Event history, "Working with CloudTrail Event history"."""
    kind = identity.get("type")
    if kind == "Root":
        return "root"
    if kind in ("AssumedRole", "FederatedUser") and "arn" in identity:
        return identity["arn"].rsplit("/", 1)[-1]
    return identity.get("userName")


def resources(record: dict[str, Any]) -> list[dict[str, str]]:
    """Records of Secrets Manager name no resources, so that nobody finds its events by them."""
    found = record.get("resources") or []
    return [present({"ResourceType": r.get("type"), "ResourceName": r.get("ARN")}) for r in found]


def shown(record: dict[str, Any]) -> dict[str, Any]:
    return present(
        {
            "EventId": record["eventID"],
            "EventName": record["eventName"],
            "ReadOnly": str(record["readOnly"]).lower(),
            "AccessKeyId": record["userIdentity"].get("accessKeyId"),
            "EventTime": seconds(record),
            "EventSource": record["eventSource"],
            "Username": username(record["userIdentity"]),
            "Resources": resources(record),
            "CloudTrailEvent": json.dumps(record, ensure_ascii=False),
        }
    )


ATTRIBUTES = {
    name: (lambda event, name=name: [event.get(name)])
    for name in ("AccessKeyId", "EventId", "EventName", "EventSource", "ReadOnly", "Username")
} | {
    name: (lambda event, name=name: [r.get(name) for r in event["Resources"]])
    for name in ("ResourceName", "ResourceType")
}


def attribute(call: Call) -> tuple[str, str] | None:
    given = call.params.get("LookupAttributes") or []
    if not isinstance(given, list) or len(given) > 1:
        text = "You can only specify one LookupAttribute."
        raise ApiError("InvalidLookupAttributesException", text)
    if not given:
        return None
    key, value = given[0].get("AttributeKey"), given[0].get("AttributeValue")
    if key not in ATTRIBUTES or not isinstance(value, str) or not 1 <= len(value) <= 2000:
        raise ApiError("InvalidLookupAttributesException", f"Invalid lookup attribute: {key}.")
    return key, value


def span(call: Call) -> tuple[float, float]:
    start, end = (call.params.get(name) for name in ("StartTime", "EndTime"))
    if start is not None and end is not None and start > end:
        raise ApiError("InvalidTimeRangeException", "The start time must be before the end time.")
    return max(start or 0, AS_OF - KEPT), min(AS_OF if end is None else end, AS_OF)


def opened(call: Call, question: str) -> str | None:
    """A token goes with the question that it was an answer to."""
    token = call.params.get("NextToken")
    if token is None:
        return None
    try:
        asked, inner = base64.urlsafe_b64decode(token).decode().split(" ")
    except (binascii.Error, ValueError):
        asked = inner = ""
    if asked != question:
        raise ApiError("InvalidNextTokenException", "The NextToken that you specified is not valid.")
    return inner


@answers("cloudtrail", "LookupEvents")
def lookup_events(call: Call) -> dict[str, Any]:
    size = call.limit("MaxResults", SIZE, SIZE, "InvalidMaxResultsException")
    wanted, (start, end) = attribute(call), span(call)
    category = call.params.get("EventCategory")
    if category not in (None, "insight"):
        raise ApiError("InvalidEventCategoryException", f"Invalid event category: {category}")
    question = digest(call.account, call.region, wanted, call.params.get("StartTime"), call.params.get("EndTime"))
    token = opened(call, question)
    here = (call.account, call.region, "Management")
    found = [
        record
        for record in WORLD.events
        if category is None
        and (record["recipientAccountId"], record["awsRegion"], record.get("eventCategory", "Management")) == here
        and start <= seconds(record) <= end
    ]
    events = [e for e in map(shown, found) if not wanted or wanted[1] in ATTRIBUTES[wanted[0]](e)]
    events.sort(key=lambda e: (e["EventTime"], e["EventId"]), reverse=True)
    part, more = page(events, token, size, "InvalidNextTokenException")
    outer = more and base64.urlsafe_b64encode(f"{question} {more}".encode()).decode()
    return present({"Events": list(part), "NextToken": outer})


def stores(call: Call) -> list[dict[str, Any]]:
    return [s for s in WORLD.event_data_stores if (s["account"], s["region"]) == (call.account, call.region)]


@answers("cloudtrail", "ListEventDataStores")
def list_event_data_stores(call: Call) -> dict[str, Any]:
    """AWS says here the ARN and the name and leaves the rest away; its fields for the rest are deprecated."""
    size = call.limit("MaxResults", 25, 1000, "InvalidMaxResultsException")
    rows = [{k: s["description"][k] for k in ("EventDataStoreArn", "Name")} for s in stores(call)]
    part, more = page(rows, call.params.get("NextToken"), size, "InvalidNextTokenException")
    return present({"EventDataStores": list(part), "NextToken": more})


@answers("cloudtrail", "GetEventDataStore")
def get_event_data_store(call: Call) -> dict[str, Any]:
    given = call.params.get("EventDataStore", "")
    for store in stores(call):
        arn = store["description"]["EventDataStoreArn"]
        if given in (arn, arn.rsplit("/", 1)[-1]):
            return store["description"]
    raise ApiError("EventDataStoreNotFoundException", f"The event data store {given} was not found.")
