"""The stream by our schema and by Python's own reader, line by line."""

import json

from common import HERE, files, is_harmless, require
from jsonschema import Draft202012Validator


def main() -> None:
    schema = json.loads((HERE.parent.parent / "reports/schema/ndjson.schema.json").read_text("utf-8"))
    validator = Draft202012Validator(schema)
    count = 0
    for path in files(".ndjson"):
        if path.name.endswith(".ocsf.ndjson"):
            continue
        text = path.read_text("utf-8")
        require(is_harmless(text), f"{path}: unsafe characters")
        lines = [json.loads(line) for line in text.splitlines()]
        for number, line in enumerate(lines, 1):
            error = next(validator.iter_errors(line), None)
            require(error is None, f"{path}:{number}: {error and error.message}")
        kinds = [line["kind"] for line in lines]
        require(kinds[0] == "run" and kinds.index("summary") == len(kinds) - 1, f"{path}: {kinds[0]}, {kinds[-1]}")
        count += kinds.count("finding")
    print(f"{count} findings, valid by ndjson.schema.json")


main()
