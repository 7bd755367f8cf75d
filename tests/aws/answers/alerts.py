"""Who is told: EventBridge's rules, metric filters of CloudWatch Logs, and CloudWatch's alarms.

moto has all of them, but pages by plain numbers, keeps no managed rules, and knows no CBOR.
"""

from __future__ import annotations

from typing import Any

import cbor
from answers import answers, page
from model import WORLD, iso
from protocol import ApiError, Call, listed, present


def here(call: Call, found: dict[tuple[str, str], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return found.get((call.account, call.region), [])


def rules(call: Call) -> list[dict[str, Any]]:
    bus = call.params.get("EventBusName", "default").rsplit("/", 1)[-1]
    return [r for r in here(call, WORLD.event_rules) if r["rule"]["EventBusName"] == bus]


@answers("events", "ListRules")
def list_rules(call: Call) -> dict[str, Any]:
    size = call.limit("Limit", 100, 100, "ValidationException")
    prefix = call.params.get("NamePrefix", "")
    found = [r["rule"] for r in rules(call) if r["rule"]["Name"].startswith(prefix)]
    part, more = page(found, call.params.get("NextToken"), size, "ValidationException")
    return present({"Rules": list(part), "NextToken": more})


@answers("events", "ListTargetsByRule")
def list_targets_by_rule(call: Call) -> dict[str, Any]:
    size = call.limit("Limit", 100, 100, "ValidationException")
    name = call.params.get("Rule")
    for one in rules(call):
        if one["rule"]["Name"] == name:
            part, more = page(one["targets"], call.params.get("NextToken"), size, "ValidationException")
            return present({"Targets": list(part), "NextToken": more})
    raise ApiError("ResourceNotFoundException", f"Rule {name} does not exist on EventBus default.")


@answers("logs", "DescribeMetricFilters")
def describe_metric_filters(call: Call) -> dict[str, Any]:
    size = call.limit("limit", 50, 50, "InvalidParameterException")
    group, prefix = call.params.get("logGroupName"), call.params.get("filterNamePrefix", "")
    filters = here(call, WORLD.metric_filters)
    groups = {f["logGroupName"] for f in filters}
    if group is not None and group not in groups:
        raise ApiError("ResourceNotFoundException", "The specified log group does not exist.")
    found = [f for f in filters if group in (None, f["logGroupName"]) and f["filterName"].startswith(prefix)]
    part, more = page(found, call.params.get("nextToken"), size, "InvalidParameterException")
    return present({"metricFilters": list(part), "nextToken": more})


def of_query(call: Call) -> dict[str, Any]:
    """Older SDKs ask in the query protocol, with numbers as text and lists in pieces."""
    if call.protocol != "query":
        return call.params
    lists = {name: listed(call.params, name) or None for name in ("AlarmNames", "AlarmTypes")}
    return call.params | present(lists)


@answers("cloudwatch", "DescribeAlarms")
def describe_alarms(call: Call) -> dict[str, Any]:
    size = call.limit("MaxRecords", 50, 100, "ValidationError")
    params = of_query(call)
    names, prefix = params.get("AlarmNames"), params.get("AlarmNamePrefix", "")
    # Without a type AWS gives metric alarms only.
    wanted = params.get("AlarmTypes") or ["MetricAlarm"]
    found = [
        a
        for a in here(call, WORLD.alarms)
        if a["type"] in wanted
        and (not names or a["alarm"]["AlarmName"] in names)
        and a["alarm"]["AlarmName"].startswith(prefix)
    ]
    part, more = page(found, params.get("NextToken"), size, "InvalidNextToken")
    return present(
        {
            "MetricAlarms": [timed(call, a["alarm"]) for a in part if a["type"] == "MetricAlarm"],
            "CompositeAlarms": [timed(call, a["alarm"]) for a in part if a["type"] == "CompositeAlarm"],
            "NextToken": more,
        }
    )


def timed(call: Call, alarm: dict[str, Any]) -> dict[str, Any]:
    stamp = {"cbor": cbor.Timestamp, "json": float}.get(call.protocol, iso)
    return {k: stamp(v) if k.endswith("Timestamp") else v for k, v in alarm.items()}
