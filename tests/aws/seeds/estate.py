"""What surrounds the secrets: the organization, trails, Config, and the rotation functions."""

from __future__ import annotations

import json
from typing import Any

from moto.organizations.models import organizations_backends

from model import (
    AP,
    EU,
    HOME,
    MEMBER,
    PARTITION,
    SUSPENDED,
    US,
    WORLD,
    Spec,
    ago,
    day_of,
    iso,
    naive,
    uuid,
)  # fmt: skip
from seeds.defaults import function_arn

ORGANIZATION, ROOT_ID = "o-exampleorg1", "r-ex01"


def organization() -> None:
    backend = organizations_backends[HOME][PARTITION]
    backend.create_organization("us-east-1", FeatureSet="ALL")
    WORLD.management_account = HOME
    backend.org.id, backend.org.root_id = ORGANIZATION, ROOT_ID
    backend.org.master_account_email = "aws@example.com"
    root = backend.ou[0]
    root.id, root.organization_id = ROOT_ID, ORGANIZATION
    root.policy_types = [
        {"Type": kind, "Status": "ENABLED"} for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
    ]
    units = {name: unit(backend, ROOT_ID, name) for name in ("workloads", "sandbox")}
    units["data"] = unit(backend, units["workloads"].id, "data")
    management = backend.accounts[0]
    management.name, management.joined_method, management.email = "company", "INVITED", "aws@example.com"
    management.organization_id, management.parent_id = ORGANIZATION, ROOT_ID
    management.create_time = naive(ago(2000))
    account(backend, MEMBER, "warehouse", units["data"].id, 900)
    account(backend, SUSPENDED, "closed-trial", units["sandbox"].id, 800).close()
    for one in backend.policies:
        one.organization_id = ORGANIZATION
    deny_leaving = {"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}
    keep_regions = {
        "Effect": "Deny",
        "NotAction": ["iam:*", "sts:*", "organizations:*", "account:*", "kms:*", "secretsmanager:*"],
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": [EU, US, AP]}},
    }
    no_force = {
        "Effect": "Deny",
        "Action": "secretsmanager:DeleteSecret",
        "Resource": "*",
        "Condition": {"Bool": {"secretsmanager:ForceDeleteWithoutRecovery": "true"}},
    }
    ours = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "secretsmanager:*",
        "Resource": "*",
        "Condition": {
            "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
    }
    control(backend, "guardrails", "SERVICE_CONTROL_POLICY", [deny_leaving, keep_regions], ROOT_ID)
    control(backend, "no-force-delete", "SERVICE_CONTROL_POLICY", [no_force], units["workloads"].id)
    control(backend, "secrets-stay-home", "RESOURCE_CONTROL_POLICY", [ours], units["data"].id)


def unit(backend: Any, parent: str, name: str) -> Any:
    made = backend.create_organizational_unit(Name=name, ParentId=parent)["OrganizationalUnit"]
    found = backend.get_organizational_unit_by_id(made["Id"])
    found.id, found.organization_id = f"ou-ex01-{uuid(name)[:8]}", ORGANIZATION
    return found


def account(backend: Any, number: str, name: str, parent: str, days: float) -> Any:
    backend.create_account(AccountName=name, Email=f"aws+{name}@example.com", Tags=[])
    made = backend.accounts[-1]
    organizations_backends.master_accounts.pop(made.id, None)
    made.id, made.parent_id, made.organization_id = number, parent, ORGANIZATION
    made.create_time = naive(ago(days))
    organizations_backends.master_accounts[number] = (HOME, PARTITION)
    return made


def control(backend: Any, name: str, kind: str, statements: list[dict[str, Any]], target: str) -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    made = backend.create_policy(Name=name, Type=kind, Description=f"The company's {name}", Content=text, Tags=[])
    found = backend.get_policy_by_id(made["Policy"]["PolicySummary"]["Id"])
    found.id = f"p-{uuid(name)[:8]}"
    backend.attach_policy(PolicyId=found.id, TargetId=target)


def trails() -> None:
    def trail(name: str, region: str, logging: bool, **more: Any) -> dict[str, Any]:
        description = {
            "Name": name,
            "S3BucketName": "company-trail-logs" if name.startswith("company") else f"{name}-logs",
            "IncludeGlobalServiceEvents": True,
            "IsMultiRegionTrail": False,
            "HomeRegion": region,
            "TrailARN": f"arn:{PARTITION}:cloudtrail:{region}:{HOME}:trail/{name}",
            "LogFileValidationEnabled": False,
            "HasCustomEventSelectors": False,
            "HasInsightSelectors": False,
            "IsOrganizationTrail": False,
        }
        status = {"IsLogging": logging, "StartLoggingTime": ago(700), "LatestDeliveryTime": ago(hours=1)}
        if not logging:
            status |= {
                "StopLoggingTime": ago(30),
                "LatestDeliveryTime": ago(30),
                "LatestDeliveryError": "AccessDenied",
            }
        return {"account": HOME, "description": description | more, "status": status}

    def writes_only() -> dict[str, Any]:
        fields = [{"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "readOnly", "Equals": ["false"]}]
        return {"AdvancedEventSelectors": [{"Name": "Management events selector", "FieldSelectors": fields}]}

    def log_group(name: str, region: str) -> dict[str, str]:
        return {
            "CloudWatchLogsLogGroupArn": f"arn:{PARTITION}:logs:{region}:{HOME}:log-group:{name}:*",
            "CloudWatchLogsRoleArn": f"arn:{PARTITION}:iam::{HOME}:role/trail-to-logs",
        }

    # One trail of the organization for each Region that is in use: one as it should be, one that is not validated and
    # whose last delivery failed, one that leaves reads out.
    good = trail(
        "company-trail",
        EU,
        True,
        IsOrganizationTrail=True,
        LogFileValidationEnabled=True,
        **log_group("company-trail", EU),
    )
    failing = trail("company-trail-us", US, True, IsOrganizationTrail=True, **log_group("company-trail-us", US))
    failing["status"] |= {"LatestDeliveryError": "AccessDenied", "LatestDeliveryAttemptTime": iso(ago(hours=0.2))}
    blind = trail(
        "company-trail-ap",
        AP,
        True,
        IsOrganizationTrail=True,
        LogFileValidationEnabled=True,
        HasCustomEventSelectors=True,
    )
    blind["selectors"] = writes_only()
    legacy = trail("legacy-trail", US, False, HasCustomEventSelectors=True)
    legacy["selectors"] = writes_only()
    WORLD.trails = [good, failing, blind, legacy]


def functions() -> None:
    for account_id, name, regions, guarded in (
        (HOME, "rotate-secret", (EU, US, AP), True),
        (HOME, "rotate-open", (EU,), False),
        (HOME, "rotate-returns", (US,), True),
        (MEMBER, "rotate_warehouse", (EU, US, AP), True),
    ):
        for region in regions:
            arn = function_arn(name, region, account_id)
            statement = {
                "Sid": "SecretsManager",
                "Effect": "Allow",
                "Principal": {"Service": "secretsmanager.amazonaws.com"},
                "Action": "lambda:InvokeFunction",
                "Resource": arn,
            }
            if guarded:
                statement["Condition"] = {"StringEquals": {"AWS:SourceAccount": account_id}}
            policy = {"Version": "2012-10-17", "Id": "default", "Statement": [statement]}
            role = "rotate-secret" if name == "rotate-open" else name
            WORLD.functions.setdefault((account_id, region), {})[name] = {
                "policy": json.dumps(policy),
                "configuration": {
                    "FunctionName": name,
                    "FunctionArn": arn,
                    "Runtime": "python3.13",
                    "Role": f"arn:{PARTITION}:iam::{account_id}:role/{role}",
                    "Handler": "lambda_function.lambda_handler",
                    "CodeSize": 2048,
                    "Description": "Turns the credentials of a service",
                    "Timeout": 30,
                    "MemorySize": 128,
                    "LastModified": iso(ago(300)).replace("Z", ".000+0000"),
                    "Version": "$LATEST",
                    "State": "Active",
                    "LastUpdateStatus": "Successful",
                    "PackageType": "Zip",
                    "Architectures": ["arm64"],
                    "RevisionId": uuid(arn),
                },
            }


def config(specs: list[Spec]) -> None:
    """Config sees what it recorded; its verdicts are its own, and on one secret they are out of date."""
    WORLD.config_rows = [config_row(s) for s in specs]
    arn = f"arn:{PARTITION}:config:{EU}:{HOME}:config-aggregator/config-aggregator-company1"
    WORLD.aggregators[HOME, EU] = [
        {
            "ConfigurationAggregatorName": "company",
            "ConfigurationAggregatorArn": arn,
            "OrganizationAggregationSource": {
                "RoleArn": f"arn:{PARTITION}:iam::{HOME}:role/config-aggregator",
                "AllAwsRegions": True,
            },
            "CreationTime": ago(600),
            "LastUpdatedTime": ago(600),
        }
    ]
    here = [s for s in specs if (s.account, s.region) == (HOME, EU) and not s.deleted]
    rule("secretsmanager-rotation-enabled-check", "SECRETSMANAGER_ROTATION_ENABLED_CHECK", [
        (s, bool(s.rotation and s.rotation.enabled)) for s in here
    ])  # fmt: skip
    rule("secretsmanager-using-cmk", "SECRETSMANAGER_USING_CMK", [(s, s.kms_key_id is not None) for s in here])
    rule("unused-secrets", "SECRETSMANAGER_SECRET_UNUSED", [
        (s, s.accessed is None or s.accessed > ago(90) or s.name == "prod/archive/ftp-password") for s in here
    ])  # fmt: skip
    rule(
        "secretsmanager-scheduled-rotation-success-check",
        "SECRETSMANAGER_SCHEDULED_ROTATION_SUCCESS_CHECK",
        [],
    )


    # One that is going does not count; the member's Region has all five.
    rule("rotated-in-time", "SECRETSMANAGER_SECRET_PERIODIC_ROTATION", [], state="DELETING")
    for identifier in (
        "SECRETSMANAGER_ROTATION_ENABLED_CHECK",
        "SECRETSMANAGER_SCHEDULED_ROTATION_SUCCESS_CHECK",
        "SECRETSMANAGER_SECRET_PERIODIC_ROTATION",
        "SECRETSMANAGER_SECRET_UNUSED",
        "SECRETSMANAGER_USING_CMK",
    ):
        rule(f"company-{identifier.lower()}", identifier, [], (MEMBER, EU))


def rule(
    name: str,
    identifier: str,
    verdicts: list[tuple[Spec, bool]],
    place: tuple[str, str] = (HOME, EU),
    state: str = "ACTIVE",
) -> None:
    short = f"config-rule-{uuid(name)[:6]}"
    results = [
        {
            "EvaluationResultIdentifier": {
                "EvaluationResultQualifier": {
                    "ConfigRuleName": name,
                    "ResourceType": "AWS::SecretsManager::Secret",
                    "ResourceId": spec.arn,
                    "EvaluationMode": "DETECTIVE",
                },
                "OrderingTimestamp": ago(2),
            },
            "ComplianceType": "COMPLIANT" if good else "NON_COMPLIANT",
            "ResultRecordedTime": ago(2) + 60,
            "ConfigRuleInvokedTime": ago(2) + 30,
        }
        for spec, good in verdicts
    ]
    account, region = place
    WORLD.config_rules.setdefault(place, []).append(
        {
            "rule": {
                "ConfigRuleName": name,
                "ConfigRuleArn": f"arn:{PARTITION}:config:{region}:{account}:config-rule/{short}",
                "ConfigRuleId": short,
                "Scope": {"ComplianceResourceTypes": ["AWS::SecretsManager::Secret"]},
                "Source": {"Owner": "AWS", "SourceIdentifier": identifier},
                "ConfigRuleState": state,
                "EvaluationModes": [{"Mode": "DETECTIVE"}],
            },
            "results": results,
        }
    )


def config_row(spec: Spec) -> dict[str, Any]:
    replicas = [{"Region": r["Region"], "KmsKeyId": r["KmsKeyId"]} for r in spec.replication]
    configuration = {
        "Id": spec.arn,
        "Name": spec.name,
        "Description": spec.description or None,
        "KmsKeyId": spec.kms_key_id,
        "ReplicaRegions": replicas or None,
        "Tags": [{"Key": k, "Value": v} for k, v in spec.tags.items()] or None,
    }
    return {
        "accountId": spec.account,
        "arn": spec.arn,
        "awsRegion": spec.region,
        "availabilityZone": "Regional",
        "configuration": {k: v for k, v in configuration.items() if v is not None},
        "configurationItemCaptureTime": iso(day_of(spec.changed or spec.created)),
        "configurationItemStatus": "OK",
        "resourceCreationTime": iso(spec.created),
        "resourceId": spec.arn,
        "resourceName": spec.name,
        "resourceType": "AWS::SecretsManager::Secret",
        "tags": [{"key": k, "tag": f"{k}={v}", "value": v} for k, v in spec.tags.items()],
    }
