"""The part of `check` that reads files: what Terraform names, the action as a workflow, scripts, and formats."""

import json
import pathlib
import re
import sys

import hcl2
import yaml


def terraform(folder):
    """Every variable that is named is declared and used, and so is every resource and data source."""
    declared, text = set(), ""
    for path in sorted(pathlib.Path(folder).glob("*.tf")):
        source = path.read_text()
        document = hcl2.loads(source)
        text += source
        for block in document.get("variable", []):
            declared |= {f"var.{strip(name)}" for name in block}
        for kind, prefix in (("resource", ""), ("data", "data.")):
            for block in document.get(kind, []):
                for type_name, named in block.items():
                    names = (name for name in named if not name.startswith("__"))
                    declared |= {f"{prefix}{strip(type_name)}.{strip(name)}" for name in names}
    named = set(re.findall(r"\bvar\.\w+|\bdata\.aws_\w+\.\w+|(?<![.\w])aws_\w+\.\w+", text))
    unknown = {name for name in named if name not in declared}
    unused = {name for name in declared if name.startswith("var.") and name not in named}
    assert declared and not unknown and not unused, f"unknown: {unknown}, unused: {unused}"


def strip(name):
    return name.strip('"')


def workflow(path):
    """The steps of a composite action as the one job of a workflow, as JSON, which is YAML."""
    action = yaml.safe_load(pathlib.Path(path).read_text())
    inputs = {name: {"type": "string"} for name in action["inputs"]}
    job = {"runs-on": "ubuntu-latest", "steps": action["runs"]["steps"]}
    print(json.dumps({"on": {"workflow_call": {"inputs": inputs}}, "jobs": {"action": job}}, indent=1))


def scripts(action, job, folder):
    """The scripts of the action and of the job, each as a file."""
    steps = yaml.safe_load(pathlib.Path(action).read_text())["runs"]["steps"]
    for place, step in enumerate(step for step in steps if "run" in step):
        write(folder, f"action-{place}", "bash", [], step["run"])
    job = yaml.safe_load(pathlib.Path(job).read_text())["secrets-auditor"]
    # The arguments are words on purpose.
    lines = "\n".join(job["script"] + job["after_script"])
    write(folder, "gitlab", "sh", ["SC2086"], lines)


def write(folder, name, shell, disabled, text):
    notes = "".join(f"# shellcheck disable={code}\n" for code in disabled)
    pathlib.Path(folder, f"{name}.sh").write_text(f"#!/usr/bin/env {shell}\n{notes}{text}\n")


def formats(help_file, *files):
    """Every format that is asked for is one of `--format`."""
    text = pathlib.Path(help_file).read_text()
    listed = text.split("--format <FORMAT>", 1)[1].split("[default:", 1)[0]
    known = set(re.findall(r"^\s+- (\w+):", listed, re.MULTILINE))
    asked = set()
    for path in files:
        text = pathlib.Path(path).read_text()
        asked |= set(re.findall(r"--output \"?(\w+)=", text)) | set(re.findall(r"--format (\w+)", text))
        asked |= set(re.findall(r"^ +(\w+)=report\.", text, re.MULTILINE))
    assert known and asked and asked <= known, f"not known: {asked - known}; known: {known}"


if __name__ == "__main__":
    {"terraform": terraform, "workflow": workflow, "scripts": scripts, "formats": formats}[sys.argv[1]](*sys.argv[2:])
