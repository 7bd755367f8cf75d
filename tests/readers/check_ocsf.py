"""OCSF events by the schema of their version, and by what it cannot say: instants in milliseconds, identities once."""

import json
from datetime import datetime

from common import beside, is_harmless, require
from optional import present
from jsonschema import Draft202012Validator


def check_instants(event: dict, where: str) -> None:
    for holder in (event, event["finding_info"]):
        for name in [name for name in holder if name.endswith("_dt")]:
            told = datetime.fromisoformat(holder[name].replace("Z", "+00:00")).timestamp() * 1000
            require(abs(holder[name.removesuffix("_dt")] - told) < 1000, f"{where}: {name}")


def main() -> None:
    validators, events = {}, 0
    for path in present(".ocsf.ndjson"):
        text = path.read_text("utf-8")
        require(is_harmless(text), f"{path}: unsafe characters")
        seen = set()
        for number, line in enumerate(text.splitlines(), 1):
            event, where = json.loads(line), f"{path}:{number}"
            version = event["metadata"]["version"]
            if version not in validators:
                schema = beside(f"ocsf-{version}-compliance_finding-cloud-datetime.schema.json")
                validators[version] = schema and Draft202012Validator(json.loads(schema.read_text("utf-8")))
            if validators[version]:
                error = next(validators[version].iter_errors(event), None)
                require(error is None, f"{where}: {error and error.message}")
            require(event["type_uid"] == event["class_uid"] * 100 + event["activity_id"], f"{where}: type_uid")
            require(event["metadata"]["uid"] not in seen, f"{where}: the same uid twice")
            seen.add(event["metadata"]["uid"])
            check_instants(event, where)
            events += 1
    valid = sorted(version for version, validator in validators.items() if validator)
    by = f"valid by OCSF {' and '.join(valid)}" if valid else "the schemas of OCSF are not here"
    print(f"{events} events, {by}")


main()
