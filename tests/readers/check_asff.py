"""Findings of Security Hub by the model of BatchImportFindings, in pages as it takes them, and by its limits."""

import json
from collections.abc import Callable

import botocore.session
from botocore.validate import ParamValidator
from common import beside, files, is_harmless, require
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


def by_sdk() -> Callable[[list], str]:
    """What AWS's SDK for Python has against a page: unknown members, wrong types, members that are missing."""
    service = botocore.session.get_session().get_service_model("securityhub")
    shape = service.operation_model("BatchImportFindings").input_shape
    return lambda page: ParamValidator().validate({"Findings": page}, shape).generate_report()


def by_schema() -> Callable[[list], str] | None:
    """What the model as JSON Schema has against a page, patterns and lengths included."""
    schema = beside("asff-batchimportfindings.schema.json")
    if not schema:
        return None
    validator = Draft202012Validator(json.loads(schema.read_text("utf-8")))

    def first(page: list) -> str:
        error = next(validator.iter_errors(page), None)
        return f"{error.json_path}: {error.message}" if error else ""

    return first


def main() -> None:
    readers = {"botocore": by_sdk(), "a schema beside the checkout": by_schema()}
    readers = {name: reader for name, reader in readers.items() if reader}
    count = details = 0
    for path in files(".asff.json"):
        text = path.read_text("utf-8")
        require(is_harmless(text), f"{path}: unsafe characters")
        findings = json.loads(text)
        for start in range(0, len(findings), PAGE):
            page = findings[start : start + PAGE]
            for name, reader in readers.items():
                wrong = reader(page)
                require(not wrong, f"{path}: by {name}: {wrong}")
        for number, finding in enumerate(findings):
            check_limits(finding, f"{path}: finding {number}")
            details += "AwsSecretsManagerSecret" in finding["Resources"][0].get("Details", {})
        ids = [(finding["ProductArn"], finding["Id"]) for finding in findings]
        require(len(ids) == len(set(ids)), f"{path}: one identity twice")
        count += len(findings)
    by = " and ".join(readers)
    print(f"{count} findings, {details} with the details of a secret, valid by the model of BatchImportFindings (from {by})")


main()
