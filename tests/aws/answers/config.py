"""Config: rules, verdicts and queries over what the seed wrote; moto evaluates nothing and has none of these rules."""

from __future__ import annotations

import json
import re
from typing import Any

from answers import answers, page
from model import WORLD
from protocol import ApiError, Call, present

SELECT = re.compile(r"\s*SELECT\s+(?P<fields>.+?)(?:\s+WHERE\s+(?P<where>.+?))?\s*;?\s*", re.IGNORECASE | re.DOTALL)
CONDITION = re.compile(r"(?P<path>[\w.]+)\s*(?:=\s*(?P<one>'[^']*')|IN\s*\((?P<many>[^)]*)\))", re.IGNORECASE)


def rules(call: Call) -> list[dict[str, Any]]:
    found = WORLD.config_rules.get((call.account, call.region), [])
    names = call.params.get("ConfigRuleNames") or (
        [call.params["ConfigRuleName"]] if "ConfigRuleName" in call.params else []
    )
    for name in names:
        if not any(r["rule"]["ConfigRuleName"] == name for r in found):
            raise ApiError("NoSuchConfigRuleException", f"The ConfigRule '{name}' provided in the request is invalid.")
    return [r for r in found if not names or r["rule"]["ConfigRuleName"] in names]


def paged(call: Call, name: str, items: list[Any], size: int) -> dict[str, Any]:
    part, more = page(items, call.params.get("NextToken"), size, "InvalidNextTokenException")
    return present({name: list(part), "NextToken": more})


@answers("config", "DescribeConfigRules")
def describe_config_rules(call: Call) -> dict[str, Any]:
    return paged(call, "ConfigRules", [r["rule"] for r in rules(call)], 25)


@answers("config", "DescribeComplianceByConfigRule")
def describe_compliance_by_config_rule(call: Call) -> dict[str, Any]:
    wanted = call.params.get("ComplianceTypes")
    rows = []
    for rule in rules(call):
        failing = [r for r in rule["results"] if r["ComplianceType"] == "NON_COMPLIANT"]
        kind = "NON_COMPLIANT" if failing else "COMPLIANT" if rule["results"] else "INSUFFICIENT_DATA"
        compliance: dict[str, Any] = {"ComplianceType": kind}
        if failing:
            compliance["ComplianceContributorCount"] = {
                "CappedCount": min(len(failing), 25),
                "CapExceeded": len(failing) > 25,
            }
        if not wanted or kind in wanted:
            rows.append({"ConfigRuleName": rule["rule"]["ConfigRuleName"], "Compliance": compliance})
    return paged(call, "ComplianceByConfigRules", rows, 25)


@answers("config", "GetComplianceDetailsByConfigRule")
def get_compliance_details_by_config_rule(call: Call) -> dict[str, Any]:
    wanted = call.params.get("ComplianceTypes")
    size = call.limit("Limit", 10, 100, "InvalidParameterValueException")
    found = [r for rule in rules(call) for r in rule["results"] if not wanted or r["ComplianceType"] in wanted]
    return paged(call, "EvaluationResults", found, size)


@answers("config", "DescribeConfigurationAggregators")
def describe_configuration_aggregators(call: Call) -> dict[str, Any]:
    found = WORLD.aggregators.get((call.account, call.region), [])
    return paged(call, "ConfigurationAggregators", found, 20)


def reach(row: dict[str, Any], path: str) -> Any:
    value: Any = row
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def keeps(row: dict[str, Any], where: str) -> bool:
    for text in re.split(r"\s+AND\s+", where.strip(), flags=re.IGNORECASE):
        found = CONDITION.fullmatch(text.strip())
        if not found:
            raise ApiError("InvalidExpressionException", f"Unable to parse the condition: {text}")
        wanted = re.findall(r"'([^']*)'", found["one"] or found["many"])
        if str(reach(row, found["path"])) not in wanted:
            return False
    return True


def narrow(row: dict[str, Any], paths: list[str]) -> dict[str, Any]:
    """The fields asked for, nested as they are in the row; what a resource lacks is left away."""
    out: dict[str, Any] = {}
    for path in paths:
        value = reach(row, path)
        if value is None:
            continue
        target = out
        *outer, last = path.split(".")
        for part in outer:
            target = target.setdefault(part, {})
        target[last] = value
    return out


def select(call: Call, rows: list[dict[str, Any]]) -> dict[str, Any]:
    expression = call.params.get("Expression", "")
    found = SELECT.fullmatch(expression)
    if not found or "(" in found["fields"] or len(expression) > 4096:
        raise ApiError("InvalidExpressionException", "Unable to parse the expression.")
    size = call.limit("Limit", 25, 100, "InvalidLimitException")
    paths = [p.strip() for p in found["fields"].split(",")]
    names = sorted({k for row in rows for k in row}) if paths == ["*"] else paths
    kept = [row for row in rows if not found["where"] or keeps(row, found["where"])]
    part, more = page(kept, call.params.get("NextToken"), size, "InvalidNextTokenException")
    return present(
        {
            "Results": [json.dumps(narrow(row, names)) for row in part],
            "QueryInfo": {"SelectFields": [{"Name": name} for name in names]},
            "NextToken": more,
        }
    )


@answers("config", "SelectResourceConfig")
def select_resource_config(call: Call) -> dict[str, Any]:
    here = (call.account, call.region)
    return select(call, [r for r in WORLD.config_rows if (r["accountId"], r["awsRegion"]) == here])


@answers("config", "SelectAggregateResourceConfig")
def select_aggregate_resource_config(call: Call) -> dict[str, Any]:
    name = call.params.get("ConfigurationAggregatorName")
    known = WORLD.aggregators.get((call.account, call.region), [])
    if not any(a["ConfigurationAggregatorName"] == name for a in known):
        raise ApiError(
            "NoSuchConfigurationAggregatorException",
            "The configuration aggregator does not exist. Check the configuration aggregator name and try again.",
        )
    return select(call, WORLD.config_rows)
