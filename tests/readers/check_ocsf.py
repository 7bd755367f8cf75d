"""OCSF events by the schema of their version, and by what it cannot say: instants in milliseconds, identities once."""

import json
from datetime import datetime

from common import beside, files, is_harmless, require
from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

CLASS = "compliance_finding"
PROFILES = ["cloud", "datetime"]


def official(version: str) -> tuple[dict, str]:
    path = beside(f"ocsf-{version}-{CLASS}-{'-'.join(PROFILES)}.schema.json")
    if path:
        return json.loads(path.read_text("utf-8")), "a file beside the checkout"
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=version))
    return schema.get_class_schema(class_name=CLASS, profiles=PROFILES), "ocsf-json-schema"


def check_instants(event: dict, where: str) -> None:
    for holder in (event, event["finding_info"]):
        for name in [name for name in holder if name.endswith("_dt")]:
            told = datetime.fromisoformat(holder[name].replace("Z", "+00:00")).timestamp() * 1000
            require(abs(holder[name.removesuffix("_dt")] - told) < 1000, f"{where}: {name}")


def main() -> None:
    validators, sources, events = {}, set(), 0
    for path in files(".ocsf.ndjson"):
        text = path.read_text("utf-8")
        require(is_harmless(text), f"{path}: unsafe characters")
        seen = set()
        for number, line in enumerate(text.splitlines(), 1):
            event, where = json.loads(line), f"{path}:{number}"
            version = event["metadata"]["version"]
            if version not in validators:
                schema, source = official(version)
                validators[version] = Draft202012Validator(schema)
                sources.add(source)
            error = next(validators[version].iter_errors(event), None)
            require(error is None, f"{where}: {error and error.message}")
            require(event["type_uid"] == event["class_uid"] * 100 + event["activity_id"], f"{where}: type_uid")
            require(event["metadata"]["uid"] not in seen, f"{where}: the same uid twice")
            seen.add(event["metadata"]["uid"])
            check_instants(event, where)
            events += 1
    print(f"{events} events, valid by OCSF {' and '.join(sorted(validators))} (from {' and '.join(sorted(sources))})")


main()
