"""GitLab Code Quality by its schema."""

import json

import jsonschema
from common import HERE, files, is_harmless, require


def main() -> None:
    schema = json.loads((HERE / "schemas/gitlab-codequality.schema.json").read_text("utf-8"))
    count = 0
    for path in files(".gitlab.json"):
        text = path.read_text("utf-8")
        require(is_harmless(text), f"{path}: unsafe characters")
        issues = json.loads(text)
        jsonschema.Draft202012Validator(schema).validate(issues)
        fingerprints = {issue["fingerprint"] for issue in issues}
        require(len(fingerprints) == len(issues), f"{path}: two issues of one fingerprint")
        count += len(issues)
    print(f"{count} issues")


main()
