"""Security Hub: moto keeps the findings, and takes any number of any size from anybody, and filters none."""

from __future__ import annotations

import json
from typing import Any

from answers import answers, page
from moto.securityhub.models import securityhub_backends
from protocol import ApiError, Call

REQUIRED = (
    "SchemaVersion Id ProductArn GeneratorId AwsAccountId CreatedAt UpdatedAt Title Description Resources"
).split()
LONGEST = {"Id": 512, "Title": 256, "Description": 1024, "GeneratorId": 512}
FILTERS = {"ProductArn", "AwsAccountId", "RecordState", "GeneratorId"}


def invalid(message: str) -> ApiError:
    return ApiError("InvalidInputException", message, 400)


def wrong(finding: dict[str, Any], call: Call) -> str | None:
    """What AWS would not take of a finding; source: AWS Security Finding Format, limits of its attributes."""
    if missing := [name for name in REQUIRED if not finding.get(name)]:
        return f"missing {missing}"
    if len(json.dumps(finding, ensure_ascii=False).encode()) > 240 * 1024:
        return "larger than 240 KB"
    if too_long := [name for name, most in LONGEST.items() if len(finding[name]) > most]:
        return f"too long: {too_long}"
    if finding["ProductArn"] != f"arn:aws:securityhub:{call.region}:{call.account}:product/{call.account}/default":
        return "another product"
    if finding["AwsAccountId"] != call.account:
        return "another account"
    if len(finding.get("ProductFields", {})) > 50:
        return "too many product fields"
    if any(len(value) > 64 for value in finding.get("Compliance", {}).get("RelatedRequirements", [])):
        return "a requirement is too long"
    return None


@answers("securityhub", "BatchImportFindings")
def batch_import_findings(call: Call) -> dict[str, Any]:
    findings = call.params.get("Findings") or []
    if not 1 <= len(findings) <= 100:
        raise invalid(f"{len(findings)} findings, allowed are 1 to 100")
    if len(call.body) > 6 * 1024 * 1024:
        raise ApiError("RequestEntityTooLargeException", "larger than 6 MB", 413)
    failed, taken = [], []
    for place, finding in enumerate(findings):
        if call.fault == "reject-finding" and place == 0:
            code = call.fault_reason or "InvalidInput"
            failed.append({"Id": finding["Id"], "ErrorCode": code, "ErrorMessage": "not this one"})
        elif reason := wrong(finding, call):
            failed.append({"Id": finding.get("Id", ""), "ErrorCode": "InvalidInput", "ErrorMessage": reason})
        else:
            taken.append(finding)
    securityhub_backends[call.account][call.region].batch_import_findings(taken)
    return {"FailedCount": len(failed), "SuccessCount": len(taken), "FailedFindings": failed}


def holds(finding: dict[str, Any], name: str, conditions: list[dict[str, str]]) -> bool:
    value = str(finding.get(name, ""))
    found = []
    for condition in conditions:
        if condition["Comparison"] not in ("EQUALS", "PREFIX"):
            raise invalid(f"{condition['Comparison']} is not played here")
        is_prefix = condition["Comparison"] == "PREFIX"
        found.append(value.startswith(condition["Value"]) if is_prefix else value == condition["Value"])
    return any(found)


@answers("securityhub", "GetFindings")
def get_findings(call: Call) -> dict[str, Any]:
    filters = call.params.get("Filters") or {}
    if unknown := set(filters) - FILTERS:
        raise invalid(f"filters {sorted(unknown)} are not played here")
    size = call.limit("MaxResults", 10, 100, "InvalidInputException")
    kept = securityhub_backends[call.account][call.region].findings
    chosen = [f.data for f in kept if all(holds(f.data, name, values) for name, values in filters.items())]
    chosen.sort(key=lambda finding: finding["Id"])
    items, token = page(chosen, call.params.get("NextToken"), size, "InvalidInputException")
    return {"Findings": list(items), "NextToken": token} if token else {"Findings": list(items)}
