"""IAM, STS, the account, the organization, trails, functions and Config, answer by answer."""

from __future__ import annotations

import json
from typing import Any

from checks import Asker, check, pages, refused
from model import AP, AS_OF, EMPTY, EU, HOME, MEMBER, US


@check
def roles_are_assumed_only_where_they_are(ask: Asker) -> None:
    there = ask.assume("audit")
    me = there.client("sts").get_caller_identity()
    assert me["Account"] == MEMBER and ":assumed-role/audit/check" in me["Arn"]
    assert ask.client("sts").get_caller_identity()["Arn"] == f"arn:aws:iam::{HOME}:user/auditor"
    assert len(there.client("secretsmanager").list_secrets()["SecretList"]) == 11
    ask.assume("needs-external-id", ExternalId="example")
    for role, more in (
        ("needs-external-id", {}),
        ("needs-external-id", {"ExternalId": "wrong"}),
        ("absent", {}),
    ):
        with refused("AccessDenied", "is not authorized to perform: sts:AssumeRole on resource", 403):
            ask.assume(role, **more)


@check
def authorization_details_are_complete_and_paged(ask: Asker) -> None:
    client = ask.client("iam")
    found = client.get_account_authorization_details()
    assert not found["IsTruncated"]
    users = {u["UserName"]: u for u in found["UserDetailList"]}
    assert users["bob"]["PermissionsBoundary"]["PermissionsBoundaryArn"].endswith("developer-boundary")
    assert users["bob"]["GroupList"] == ["developers"] and users["alice"]["Tags"][0]["Key"] == "BreakGlass"
    assert users["ci-deployer"]["UserPolicyList"][0]["PolicyDocument"]["Statement"]
    policies = {p["PolicyName"]: p for p in found["Policies"]}
    assert policies["read-payments-secrets"]["PolicyId"].startswith("ANPA")
    assert len(policies["read-payments-secrets"]["PolicyVersionList"]) == 2
    assert policies["developer-boundary"]["PermissionsBoundaryUsageCount"] == 2
    assert policies["AdministratorAccess"]["Arn"].startswith("arn:aws:iam::aws:")
    roles = {r["RoleName"]: r for r in found["RoleDetailList"]}
    assert roles["payments-app"]["AssumeRolePolicyDocument"]["Statement"] and roles["audit"]["RoleLastUsed"]
    assert roles["audit"]["RoleLastUsed"]["LastUsedDate"].timestamp() < AS_OF
    only = client.get_account_authorization_details(Filter=["LocalManagedPolicy"])
    assert {p["PolicyName"] for p in only["Policies"]} == {"developer-boundary", "read-payments-secrets"}
    there = ask.assume("audit").client("iam")
    count, rows = pages(there, "get_account_authorization_details", "RoleDetailList")
    assert count == 2 and len(rows) == 115, (count, len(rows))


@check
def credential_report_is_made_first(ask: Asker) -> None:
    client = ask.client("iam")
    with refused("ReportNotPresent", status=410):
        client.get_credential_report()
    assert client.generate_credential_report()["State"] == "STARTED"
    assert client.generate_credential_report()["State"] == "COMPLETE"
    found = client.get_credential_report()
    assert found["GeneratedTime"].timestamp() == AS_OF - 3 * 3600
    head, *rows = [line.split(",") for line in found["Content"].decode().split("\n")]
    table = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert table["<root_account>"]["mfa_active"] == "true" and table["bob"]["mfa_active"] == "false"
    assert table["bob"]["access_key_1_active"] == "true"
    assert table["bob"]["access_key_1_last_rotated"] == "2025-09-27T00:00:00+00:00"


@check
def regions_come_in_pages_and_by_status(ask: Asker) -> None:
    client = ask.client("account", US)
    count, rows = pages(client, "list_regions", "Regions")
    assert count == 2 and len(rows) == 34, (count, len(rows))
    on = pages(client, "list_regions", "Regions", RegionOptStatusContains=["ENABLED", "ENABLED_BY_DEFAULT"])[1]
    assert sorted(r["RegionName"] for r in on) == sorted((EU, US, AP, EMPTY))
    assert client.get_region_opt_status(RegionName="eu-north-1")["RegionOptStatus"] == "DISABLED"
    with refused("UnrecognizedClientException", "security token", 400):
        ask.client("secretsmanager", "eu-north-1").list_secrets()


@check
def organization(ask: Asker) -> None:
    client = ask.client("organizations", US)
    assert client.describe_organization()["Organization"]["Id"] == "o-exampleorg1"
    accounts = pages(client, "list_accounts", "Accounts", PaginationConfig={"PageSize": 1})[1]
    assert {a["Id"]: a["Status"] for a in accounts} == {
        HOME: "ACTIVE",
        MEMBER: "ACTIVE",
        "109876543210": "SUSPENDED",
    }
    [root] = client.list_roots()["Roots"]
    assert {p["Type"] for p in root["PolicyTypes"]} == {"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"}
    units = client.list_organizational_units_for_parent(ParentId=root["Id"])["OrganizationalUnits"]
    workloads = next(u["Id"] for u in units if u["Name"] == "workloads")
    [data] = client.list_organizational_units_for_parent(ParentId=workloads)["OrganizationalUnits"]
    assert [a["Id"] for a in client.list_accounts_for_parent(ParentId=data["Id"])["Accounts"]] == [MEMBER]
    assert [a["Id"] for a in client.list_accounts_for_parent(ParentId=root["Id"])["Accounts"]] == [HOME]
    for kind, names in (
        ("SERVICE_CONTROL_POLICY", {"FullAWSAccess", "guardrails", "no-force-delete"}),
        ("RESOURCE_CONTROL_POLICY", {"RCPFullAWSAccess", "secrets-stay-home"}),
    ):
        found = client.list_policies(Filter=kind)["Policies"]
        assert {p["Name"] for p in found} == names
        for one in found:
            assert json.loads(client.describe_policy(PolicyId=one["Id"])["Policy"]["Content"])["Statement"]
            assert client.list_targets_for_policy(PolicyId=one["Id"])["Targets"]
        assert client.list_policies_for_target(TargetId=MEMBER, Filter=kind)["Policies"]
    there = ask.assume("audit").client("organizations", US)
    assert there.describe_organization()["Organization"]["MasterAccountId"] == HOME
    with refused("AccessDeniedException", "You don't have permissions to access this resource.", 400):
        there.list_accounts()


@check
def trails(ask: Asker) -> None:
    client = ask.client("cloudtrail")
    [trail] = client.describe_trails()["trailList"]
    assert trail["IsOrganizationTrail"] and trail["LogFileValidationEnabled"] and "KmsKeyId" not in trail
    status = client.get_trail_status(Name=trail["TrailARN"])
    assert status["IsLogging"] and status["LatestDeliveryTime"].timestamp() == AS_OF - 3600
    [selector] = client.get_event_selectors(TrailName=trail["Name"])["EventSelectors"]
    assert selector["ReadWriteType"] == "All" and selector["IncludeManagementEvents"]
    there = ask.client("cloudtrail", US)
    found = {t["Name"]: t for t in there.describe_trails()["trailList"]}
    assert set(found) == {"company-trail-us", "legacy-trail"}
    failing = there.get_trail_status(Name="company-trail-us")
    assert failing["IsLogging"] and failing["LatestDeliveryError"] == "AccessDenied"
    assert failing["LatestDeliveryAttemptTime"] == "2026-10-31T23:48:00Z"
    assert not there.get_trail_status(Name="legacy-trail")["IsLogging"]
    assert there.get_event_selectors(TrailName="legacy-trail")["AdvancedEventSelectors"]
    shown = ask.assume("audit").client("cloudtrail").describe_trails()["trailList"]
    assert [t["TrailARN"] for t in shown] == [trail["TrailARN"]]
    with refused("TrailNotFoundException", status=400):
        client.get_trail_status(Name="absent")


@check
def functions(ask: Asker) -> None:
    client = ask.client("lambda")
    arn = f"arn:aws:lambda:{EU}:{HOME}:function:rotate-secret"
    for given in ("rotate-secret", arn):
        assert client.get_function_configuration(FunctionName=given)["State"] == "Active"
        assert "AWS:SourceAccount" in client.get_policy(FunctionName=given)["Policy"]
    assert "SourceAccount" not in client.get_policy(FunctionName="rotate-open")["Policy"]
    assert client.get_function(FunctionName="rotate-open")["Configuration"]["Role"]
    assert len(client.list_functions()["Functions"]) == 2
    with refused("ResourceNotFoundException", "Function not found", 404):
        client.get_function_configuration(FunctionName="rotate-forgotten")


@check
def config_rules_and_verdicts(ask: Asker) -> None:
    client = ask.client("config")
    rules = client.describe_config_rules()["ConfigRules"]
    assert "SECRETSMANAGER_USING_CMK" in {r["Source"]["SourceIdentifier"] for r in rules}
    by_rule = pages(client, "describe_compliance_by_config_rule", "ComplianceByConfigRules")[1]
    kinds = {c["ConfigRuleName"]: c["Compliance"]["ComplianceType"] for c in by_rule}
    assert kinds["secretsmanager-scheduled-rotation-success-check"] == "INSUFFICIENT_DATA"
    name = "secretsmanager-rotation-enabled-check"
    assert kinds[name] == "NON_COMPLIANT"
    count, rows = pages(client, "get_compliance_details_by_config_rule", "EvaluationResults", ConfigRuleName=name)
    assert count == 5 and len(rows) == 45
    bad = client.get_compliance_details_by_config_rule(
        ConfigRuleName=name, ComplianceTypes=["NON_COMPLIANT"], Limit=100
    )
    assert 0 < len(bad["EvaluationResults"]) < 45 and "NextToken" not in bad
    with refused("NoSuchConfigRuleException"):
        client.get_compliance_details_by_config_rule(ConfigRuleName="absent")


@check
def config_queries(ask: Asker) -> None:
    client = ask.client("config")
    where = "WHERE resourceType = 'AWS::SecretsManager::Secret'"
    query = f"SELECT arn, configuration.KmsKeyId, tags {where}"
    count, rows = pages(client, "select_resource_config", "Results", Expression=query)
    found = [json.loads(r) for r in rows]
    assert count == 2 and len(found) == 46 and all(set(r) <= {"arn", "configuration", "tags"} for r in found)
    assert all(set(r.get("configuration", {})) <= {"KmsKeyId"} for r in found)
    everywhere = pages(
        client,
        "select_aggregate_resource_config",
        "Results",
        Expression=query,
        ConfigurationAggregatorName="company",
    )[1]
    assert len(everywhere) == len(ask.control("truth")["secrets"])
    one = client.select_resource_config(
        Expression=f"SELECT * {where} AND resourceName IN ('test', 'prod/old/ab-split-token')"
    )
    assert len(one["Results"]) == 1 and "SecretString" not in one["Results"][0]
    with refused("InvalidExpressionException"):
        client.select_resource_config(Expression="SELEKT arn")
    with refused("InvalidLimitException"):
        unbounded(client).select_resource_config(Expression=query, Limit=101)
    with refused("NoSuchConfigurationAggregatorException"):
        client.select_aggregate_resource_config(Expression=query, ConfigurationAggregatorName="absent")


def unbounded(client: Any) -> Any:
    client.meta.service_model.operation_model("SelectResourceConfig").input_shape.members["Limit"].metadata.clear()
    return client
