"""Event data stores, rules, metric filters and alarms, page by page."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import cbor
from checks import Asker, check, pages, refused
from model import AP, EU, HOME, US


@check
def event_data_stores(ask: Asker) -> None:
    client = ask.client("cloudtrail", AP)
    first = client.list_event_data_stores(MaxResults=1)
    assert len(first["EventDataStores"]) == 1
    second = client.list_event_data_stores(MaxResults=1, NextToken=first["NextToken"])
    assert "NextToken" not in second
    arns = [s["EventDataStoreArn"] for s in (*first["EventDataStores"], *second["EventDataStores"])]
    found = [client.get_event_data_store(EventDataStore=arn) for arn in arns]
    assert [s["Status"] for s in found] == ["ENABLED", "STOPPED_INGESTION"]
    assert found[0]["AdvancedEventSelectors"][0]["FieldSelectors"][1] == {"Field": "readOnly", "Equals": ["false"]}
    assert (found[0]["MultiRegionEnabled"], found[0]["OrganizationEnabled"], found[0]["RetentionPeriod"]) == (
        False, False, 366,
    )  # fmt: skip
    [there] = ask.assume("audit").client("cloudtrail", AP).list_event_data_stores()["EventDataStores"]
    with refused("EventDataStoreNotFoundException"):
        client.get_event_data_store(EventDataStore=there["EventDataStoreArn"])
    with refused("InvalidNextTokenException"):
        client.list_event_data_stores(NextToken="page2")


@check
def rules_and_their_targets(ask: Asker) -> None:
    client = ask.client("events")
    first = client.list_rules()
    second = client.list_rules(NextToken=first["NextToken"])
    found = {r["Name"]: r for r in (*first["Rules"], *second["Rules"])}
    assert len(first["Rules"]) == 100 and len(found) == 105 and "NextToken" not in second
    rule = found["rotation-failed"]
    assert "RotationFailed" in json.loads(rule["EventPattern"])["detail"]["eventName"] and rule["State"] == "ENABLED"
    assert "EventPattern" not in found["nightly-000"]
    assert client.list_targets_by_rule(Rule="rotation-failed")["Targets"][0]["Arn"].startswith("arn:aws:sns:")
    assert not ask.client("events", US).list_targets_by_rule(Rule="secret-deleted")["Targets"]
    assert [r["Name"] for r in client.list_rules(NamePrefix="rotation")["Rules"]] == ["rotation-failed"]
    assert not ask.assume("audit").client("events", AP).list_rules()["Rules"]
    with refused("ResourceNotFoundException"):
        client.list_targets_by_rule(Rule="absent")
    with refused("ValidationException"):
        client.list_rules(NextToken="page100")


@check
def metric_filters(ask: Asker) -> None:
    client = ask.client("logs")
    count, found = pages(client, "describe_metric_filters", "metricFilters", logGroupName="company-trail")
    assert count == 2 and len(found) == 55
    one = found[0]
    assert one["metricTransformations"][0]["metricNamespace"] == "Trail" and one["filterPattern"].startswith("{")
    with refused("ResourceNotFoundException"):
        client.describe_metric_filters(logGroupName="absent")


def in_cbor(ask: Asker, **arguments: Any) -> tuple[int, dict[str, Any]]:
    """DescribeAlarms as the SDK for Rust asks it; botocore prefers JSON."""
    scope = f"Credential={ask.keys[0]}/20261101/{EU}/monitoring/aws4_request"
    headers = {
        "Content-Type": "application/cbor",
        "smithy-protocol": "rpc-v2-cbor",
        "Authorization": f"AWS4-HMAC-SHA256 {scope}, Signature=0",
    }
    url = f"{ask.root}/~{ask.name}/service/GraniteServiceVersion20100801/operation/DescribeAlarms"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, cbor.dumps(arguments), headers)) as answer:
            assert answer.headers["smithy-protocol"] == "rpc-v2-cbor"
            return answer.status, cbor.loads(answer.read())
    except urllib.error.HTTPError as e:
        assert e.headers["x-amzn-query-error"].endswith(";Sender")
        return e.code, cbor.loads(e.read())


@check
def alarms(ask: Asker) -> None:
    client = ask.client("cloudwatch")
    count, found = pages(client, "describe_alarms", "MetricAlarms")
    assert count == 2 and len(found) == 55
    one = found[0]
    assert one["ActionsEnabled"] and one["AlarmActions"] and one["Threshold"] == 1.0 and one["Namespace"] == "Trail"
    assert one["StateUpdatedTimestamp"].year == 2026
    [named] = client.describe_alarms(AlarmNames=["alarm-secret-policy"])["MetricAlarms"]
    assert named["MetricName"] == "secret-policy"
    assert not client.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    there = ask.client("cloudwatch", US).describe_alarms()["MetricAlarms"]
    assert {a["AlarmName"]: (a["ActionsEnabled"], bool(a["AlarmActions"])) for a in there} == {
        "alarm-rotation-failed": (False, True),
        "alarm-secret-deleted": (True, True),
        "alarm-secret-policy": (True, False),
    }
    with refused("InvalidNextToken"):
        client.describe_alarms(NextToken="page50")


@check
def alarms_in_cbor(ask: Asker) -> None:
    status, first = in_cbor(ask)
    status, second = in_cbor(ask, NextToken=first["NextToken"])
    names = [a["AlarmName"] for a in (*first["MetricAlarms"], *second["MetricAlarms"])]
    assert status == 200 and len(set(names)) == 55 and "NextToken" not in second
    assert first["MetricAlarms"][0]["StateUpdatedTimestamp"].year == 2026
    status, named = in_cbor(ask, AlarmNames=["alarm-secret-policy"], MaxRecords=1)
    assert [a["ActionsEnabled"] for a in named["MetricAlarms"]] == [True]
    for action, code, wanted in (("deny", "AccessDenied", 403), ("throttle", "Throttling", 400)):
        ask.faults({"service": "cloudwatch", "action": action})
        status, error = in_cbor(ask)
        assert status == wanted and error["__type"] == f"com.amazonaws.cloudwatch#{code}" and error["message"], error
    ask.faults()
    status, error = in_cbor(ask, NextToken="page50")
    assert (status, error["__type"].split("#")[1]) == (400, "InvalidNextToken")
    fields = ("service", "operation", "region", "account")
    assert tuple(ask.calls()[0][f] for f in fields) == ("cloudwatch", "DescribeAlarms", EU, HOME)
