"""Who watches: event data stores beside the trails, and what tells somebody when an event comes.

Written by hand beside each is whom it covers. An alert that tells nobody is none: a rule that is off or has no target,
a filter without an alarm, an alarm whose actions are off.
"""

from __future__ import annotations

import json
from typing import Any

from model import AP, EU, HOME, MEMBER, PARTITION, US, WORLD, ago, uuid

OURS = ["aws.secretsmanager"]
EVERYTHING = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


def topic(account: str, region: str) -> str:
    return f"arn:{PARTITION}:sns:{region}:{account}:security"


def group_arn(name: str, region: str = EU, account: str = HOME) -> str:
    return f"arn:{PARTITION}:logs:{region}:{account}:log-group:{name}:*"


def management(*more: dict[str, Any]) -> list[dict[str, Any]]:
    fields = [{"Field": "eventCategory", "Equals": ["Management"]}, *more]
    return [{"Name": "Management events selector", "FieldSelectors": fields}]


def store(account: str, region: str, name: str, status: str, selectors: list[dict[str, Any]], **more: Any) -> None:
    arn = f"arn:{PARTITION}:cloudtrail:{region}:{account}:eventdatastore/{uuid(account, region, name)}"
    description = {
        "EventDataStoreArn": arn,
        "Name": name,
        "Status": status,
        "AdvancedEventSelectors": selectors,
        "MultiRegionEnabled": False,
        "OrganizationEnabled": False,
        "RetentionPeriod": 366,
        "TerminationProtectionEnabled": True,
        "CreatedTimestamp": ago(500),
        "UpdatedTimestamp": ago(300),
        "BillingMode": "EXTENDABLE_RETENTION_PRICING",
    }
    WORLD.event_data_stores.append({"account": account, "region": region, "description": description | more})


def stores() -> None:
    writes = management({"Field": "readOnly", "Equals": ["false"]})
    # The trail there records no reads, and neither of these does.
    store(HOME, AP, "changes", "ENABLED", writes)
    store(HOME, AP, "all-of-last-year", "STOPPED_INGESTION", management())
    # The same Region of the other account is recorded by this one alone.
    store(MEMBER, AP, "warehouse-lake", "ENABLED", management(), RetentionPeriod=2557)
    # Data events only, in a Region where a trail records.
    objects = [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
    ]
    store(HOME, EU, "objects", "ENABLED", [{"Name": "objects", "FieldSelectors": objects}], MultiRegionEnabled=True)


def rule(
    account: str, region: str, name: str, pattern: Any, state: str = "ENABLED", told: bool = True, **more: Any
) -> None:
    WORLD.event_rules.setdefault((account, region), []).append(
        {
            "rule": {
                "Name": name,
                "Arn": f"arn:{PARTITION}:events:{region}:{account}:rule/{name}",
                "State": state,
                "EventBusName": "default",
                **({"EventPattern": json.dumps(pattern)} if pattern else {}),
                **more,
            },
            "targets": [{"Id": "security", "Arn": topic(account, region)}] if told else [],
        }
    )


def pattern(*names: Any, source: Any = OURS, **detail: Any) -> dict[str, Any]:
    wanted = {
        "eventSource": ["secretsmanager.amazonaws.com"],
        **({"eventName": list(names)} if names else {}),
        **detail,
    }
    return {"source": source, "detail": wanted}


def metric(account: str, region: str, group: str, name: str, text: str) -> None:
    transformation = {"metricName": name, "metricNamespace": "Trail", "metricValue": "1"}
    WORLD.metric_filters.setdefault((account, region), []).append(
        {
            "filterName": name,
            "filterPattern": text,
            "metricTransformations": [transformation],
            "creationTime": int(ago(300) * 1000),
            "logGroupName": group,
        }
    )


def alarm(account: str, region: str, name: str, metric_name: str, enabled: bool = True, told: bool = True) -> None:
    WORLD.alarms.setdefault((account, region), []).append(
        {
            "type": "MetricAlarm",
            "alarm": {
                "AlarmName": name,
                "AlarmArn": f"arn:{PARTITION}:cloudwatch:{region}:{account}:alarm:{name}",
                "AlarmConfigurationUpdatedTimestamp": ago(300),
                "ActionsEnabled": enabled,
                "OKActions": [],
                "AlarmActions": [topic(account, region)] if told else [],
                "InsufficientDataActions": [],
                "StateValue": "OK",
                "StateReason": "Threshold Crossed: no datapoints were received for 1 period.",
                "StateUpdatedTimestamp": ago(100),
                "MetricName": metric_name,
                "Namespace": "Trail",
                "Statistic": "Sum",
                "Dimensions": [],
                "Period": 300,
                "EvaluationPeriods": 1,
                "Threshold": 1.0,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "TreatMissingData": "notBreaching",
            },
        }
    )


def watched() -> None:
    """Where all three are seen: by rules and by filters, by a rule that takes everything, and by one for each."""
    rule(HOME, EU, "rotation-failed", pattern("RotationFailed", "RotationAbandoned"))
    metric(HOME, EU, "company-trail", "secret-deleted", '{ ($.eventName = "DeleteSecret") }')
    metric(
        HOME, EU, "company-trail", "deleted-secret-read",
        '{ ($.eventName = "GetSecretValue") && ($.errorMessage = "*marked for deletion*") }',
    )  # fmt: skip
    changed = "{ ($.eventSource = secretsmanager.amazonaws.com) && (($.eventName = PutResourcePolicy) || "
    metric(HOME, EU, "company-trail", "secret-policy", changed + "($.eventName = DeleteResourcePolicy)) }")
    for name in ("secret-deleted", "deleted-secret-read", "secret-policy"):
        alarm(HOME, EU, f"alarm-{name}", name)
    rule(MEMBER, US, "all-of-secrets-manager", {"source": OURS}, EVERYTHING)
    rule(MEMBER, EU, "rotation", pattern({"prefix": "Rotation"}))
    rule(MEMBER, EU, "secret-deleted", pattern("DeleteSecret"))
    marked = {"errorMessage": [{"wildcard": "*marked for deletion*"}]}
    rule(MEMBER, EU, "deleted-secret-read", pattern("GetSecretValue", **marked), EVERYTHING)
    rule(
        MEMBER,
        EU,
        "policy",
        pattern({"anything-but": ["GetSecretValue", "DescribeSecret"]}, source=[{"prefix": "aws."}]),
    )


def unwatched() -> None:
    """Where none of the three is seen, though each is close to it; in the member's last Region there is nothing."""
    rule(HOME, US, "rotation-failed", pattern("RotationFailed"), "DISABLED")
    metric(HOME, US, "company-trail-us", "rotation-failed", '{ $.eventName = "RotationFailed" }')
    alarm(HOME, US, "alarm-rotation-failed", "rotation-failed", enabled=False)
    rule(HOME, US, "secret-deleted", pattern("DeleteSecret"), told=False)
    # The log group is no trail's.
    metric(HOME, US, "application", "secret-deleted", '{ $.eventName = "DeleteSecret" }')
    alarm(HOME, US, "alarm-secret-deleted", "secret-deleted")
    metric(HOME, US, "company-trail-us", "secret-policy", '{ $.eventName = "PutResourcePolicy" }')
    alarm(HOME, US, "alarm-secret-policy", "secret-policy", told=False)
    # Reads reach no rule that is merely on.
    rule(HOME, AP, "deleted-secret-read", pattern("GetSecretValue", errorCode=["InvalidRequestException"]))
    # Another service's events of the same names.
    rule(HOME, AP, "other", {"source": ["aws.kms"], "detail": {"eventName": ["RotationFailed", "PutResourcePolicy"]}})


def everyday() -> None:
    """Enough of what has to do with no secret for a second page of each."""
    for number in range(104):
        rule(HOME, EU, f"nightly-{number:03}", None, told=False, ScheduleExpression="rate(1 day)")
    for number in range(52):
        metric(HOME, EU, "company-trail", f"console-{number:02}", f'{{ $.eventName = "ConsoleLogin{number}" }}')
        alarm(HOME, EU, f"alarm-console-{number:02}", f"console-{number:02}")


def seed() -> None:
    stores()
    watched()
    unwatched()
    everyday()


def here(account: str, region: str) -> dict[str, str]:
    return {"account": account, "region": region}


UNALERTED = [here(HOME, US), here(HOME, AP), here(MEMBER, AP)]

TRUTH: dict[str, list[dict[str, str]]] = {
    "no-alert-on-rotation-failure": UNALERTED,
    "no-alert-on-deletion": UNALERTED,
    "no-alert-on-policy-change": UNALERTED,
    "config-rule-missing": [here(HOME, EU), here(HOME, US), here(HOME, AP), here(MEMBER, US), here(MEMBER, AP)],
    "reads-not-recorded": [here(HOME, AP)],
    "trail-without-validation": [{"trail": f"arn:{PARTITION}:cloudtrail:{US}:{HOME}:trail/company-trail-us"}],
    "trail-delivery-failing": [{"trail": f"arn:{PARTITION}:cloudtrail:{US}:{HOME}:trail/company-trail-us"}],
}
