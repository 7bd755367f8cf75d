"""Annotations as the runner of GitHub Actions reads them (actions/runner, src/Runner.Common/ActionCommand.cs)."""

import re
from collections import Counter

from common import files, is_harmless, require

SHOWN = 10
COMMAND = re.compile(r"::(?P<kind>error|warning|notice) (?P<properties>[^:]*)::(?P<message>.*)")


def check(line: str, where: str) -> str:
    command = COMMAND.fullmatch(line)
    require(command, f"{where}: no annotation: {line!r}")
    properties = dict(part.split("=", 1) for part in command["properties"].split(","))
    require(properties.keys() <= {"file", "line", "title"}, f"{where}: {properties}")
    require("title" in properties and properties.get("line", "1").isdigit(), f"{where}: {properties}")
    for value in [*properties.values(), command["message"]]:
        require(re.fullmatch(r"(?:[^%]|%25|%0D|%0A|%3A|%2C)*", value), f"{where}: a lone %: {value!r}")
    require(is_harmless(line), f"{where}: {line!r}")
    return command["kind"]


def main() -> None:
    for path in files(".github.txt"):
        lines = path.read_text("utf-8").splitlines()
        kinds = Counter(check(line, str(path)) for line in lines)
        require(max(kinds.values()) <= SHOWN, f"{path}: {kinds}")
    print(", ".join(f"{count} of kind {kind}" for kind, count in sorted(kinds.items())))


main()
