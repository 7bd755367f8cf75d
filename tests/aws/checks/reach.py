"""The seed `reach`, on a server of its own: its truth speaks of what is there, and what it rests on is answered."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from checks import Asker, check, pages
from model import EU, HOME, MEMBER, STRANGER, US

SERVER = Path(__file__).parent.parent / "server.py"
LEVELS = ["read", "write", "delete", "permissions"]


@contextmanager
def reach(ask: Asker) -> Iterator[Asker]:
    # moto's backends are one to a process, and the checks run in the company's.
    command = [sys.executable, str(SERVER), "--seed", "reach"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin and server.stdout
        try:
            yield Asker(json.loads(server.stdout.readline())["port"], ask.name)
        finally:
            server.stdin.close()


def people_of(ask: Asker) -> dict[str, dict[str, Any]]:
    found = ask.client("iam").get_account_authorization_details(MaxItems=1000)
    return {p["Arn"]: p for p in (*found["UserDetailList"], *found["RoleDetailList"])}


@check
def the_readers_are_people_and_their_secrets_exist(ask: Asker) -> None:
    with reach(ask) as here:
        there = here.assume("audit")
        known = people_of(here).keys() | people_of(there).keys()
        secrets = {
            row["ARN"]
            for asker in (here, there)
            for region in (EU, US)
            for row in pages(asker.client("secretsmanager", region), "list_secrets", "SecretList")[1]
        }
        truth = here.control("truth")["readers"]
    assert len(truth) == 20 and {entry["secret"] for entry in truth} == secrets
    named: set[str] = set()
    for entry in truth:
        principals = [row["principal"] for row in entry["readers"]]
        assert len(principals) == len(set(principals)), entry["secret"]
        named.update(principals)
        for row in entry["readers"]:
            assert row.keys() == {"principal", "decision", "access"} and row["decision"] in ("Allowed", "Conditional")
            assert row["access"][0] == "read" and row["access"] == [x for x in LEVELS if x in row["access"]], row
    strangers = named - known
    assert not any(f":{account}:" in one for one in strangers for account in (HOME, MEMBER)), strangers
    assert {one for one in strangers if not one.startswith("arn:")} == {
        "*",
        "events.amazonaws.com",
        "firehose.amazonaws.com",
    }
    # Those who are there to be left out.
    assert len(known - named) > 20, known - named


@check
def what_reading_depends_on_is_answered(ask: Asker) -> None:
    with reach(ask) as here:
        there = here.assume("audit")
        people = people_of(here)
        bound = people[f"arn:aws:iam::{HOME}:user/bea"]["PermissionsBoundary"]["PermissionsBoundaryArn"]
        assert bound.endswith(":policy/only-storage")
        for kind, name in (("user", "tara"), ("role", "payments-worker")):
            assert people[f"arn:aws:iam::{HOME}:{kind}/{name}"]["Tags"] == [{"Key": "team", "Value": "payments"}]
        vera = people[f"arn:aws:iam::{HOME}:user/vera"]["UserPolicyList"][0]["PolicyDocument"]
        assert "Version" not in vera and "${aws:PrincipalTag/team}" in json.dumps(vera)
        assert any("/aws-service-role/" in arn for arn in people_of(there))
        manager = here.client("secretsmanager")
        row = manager.describe_secret(SecretId="prod/orders/db-password")
        kms = here.client("kms")
        grants = {g["GranteePrincipal"].rsplit("/", 1)[1]: g for g in kms.list_grants(KeyId=row["KmsKeyId"])["Grants"]}
        assert grants["orders-granted"]["Constraints"] == {"EncryptionContextSubset": {"SecretARN": row["ARN"]}}
        assert "Decrypt" not in grants["orders-granted-encrypt"]["Operations"]
        assert grants["orders-granted-elsewhere"]["Constraints"]["EncryptionContextSubset"]["SecretARN"] != row["ARN"]
        hsm = manager.describe_secret(SecretId="prod/hsm/root-of-trust")["KmsKeyId"]
        assert f"{HOME}:root" not in kms.get_key_policy(KeyId=hsm)["Policy"]
        policy = manager.get_resource_policy(SecretId="prod/partner/export-key")["ResourcePolicy"]
        assert STRANGER in policy and re.search(r'"AROA[A-Z2-7]{17}"', policy)
        organizations = here.client("organizations", US)
        for kind, names in (
            ("SERVICE_CONTROL_POLICY", {"FullAWSAccess", "member-limits"}),
            ("RESOURCE_CONTROL_POLICY", {"RCPFullAWSAccess"}),
        ):
            found = organizations.list_policies_for_target(TargetId=MEMBER, Filter=kind)["Policies"]
            assert {p["Name"] for p in found} == names
        assert organizations.describe_organization()["Organization"]["MasterAccountId"] == HOME
