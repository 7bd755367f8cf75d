"""Findings of Security Hub by the model of BatchImportFindings, in pages as it takes them, and by its limits."""

import json

from common import beside, is_harmless, require
from optional import present
from jsonschema import Draft202012Validator

PAGE = 100
LONGEST = {"Title": 256, "Description": 1024, "Id": 512, "GeneratorId": 512}


def check_limits(finding: dict, where: str) -> None:
    require(len(json.dumps(finding, ensure_ascii=False).encode()) <= 240_000, f"{where}: too large")
    for name, most in LONGEST.items():
        require(len(finding[name]) <= most, f"{where}: {name} is too long")
    compliance = finding["Compliance"]
    require(all(len(text) <= 64 for text in compliance["RelatedRequirements"]), f"{where}: a requirement")
    require(len(compliance["AssociatedStandards"]) <= 20, f"{where}: standards")
    text = finding.get("Remediation", {}).get("Recommendation", {}).get("Text", "")
    require(len(text) <= 512, f"{where}: the recommendation")
    require(len(finding["ProductFields"]) <= 50, f"{where}: product fields")
    account, region = finding["AwsAccountId"], finding["ProductArn"].split(":")[3]
    product = f"securityhub:{region}:{account}:product/{account}/default"
    require(finding["ProductArn"].split(":", 2)[2] == product, f"{where}: {finding['ProductArn']}")


def main() -> None:
    schema = beside("asff-batchimportfindings.schema.json")
    validator = schema and Draft202012Validator(json.loads(schema.read_text("utf-8")))
    count = details = 0
    for path in present(".asff.json"):
        text = path.read_text("utf-8")
        require(is_harmless(text), f"{path}: unsafe characters")
        findings = json.loads(text)
        for start in range(0, len(findings), PAGE):
            page = findings[start : start + PAGE]
            error = next(validator.iter_errors(page), None) if validator else None
            require(error is None, f"{path}: {error and list(error.absolute_path)}: {error and error.message}")
        for number, finding in enumerate(findings):
            check_limits(finding, f"{path}: finding {number}")
            details += "AwsSecretsManagerSecret" in finding["Resources"][0].get("Details", {})
        ids = [(finding["ProductArn"], finding["Id"]) for finding in findings]
        require(len(ids) == len(set(ids)), f"{path}: one identity twice")
        count += len(findings)
    by = "valid by the model of BatchImportFindings" if schema else "the schema is not here"
    print(f"{count} findings, {details} with the details of a secret, {by}")


main()
