"""Secrets Manager and KMS, answer by answer."""

from __future__ import annotations

from typing import Any

from checks import Asker, check, pages, refused, secret
from model import AS_OF, DAY, EMPTY, EU, HOME, MEMBER, STRANGER, US
from seeds.keys import key_arn, key_id


@check
def list_secrets_has_awss_fields_and_no_others(ask: Asker) -> None:
    rows = {s["Name"]: s for s in pages(ask.client("secretsmanager"), "list_secrets", "SecretList")[1]}
    plain = rows["prod/payments/stripe-api-key"]
    assert plain["RotationEnabled"] and plain["RotationRules"] == {"AutomaticallyAfterDays": 30}
    assert plain["LastAccessedDate"].timestamp() == AS_OF - DAY
    assert plain["LastRotatedDate"].timestamp() == AS_OF - 7 * DAY
    assert "PrimaryRegion" not in plain and "OwningService" not in plain and "ReplicationStatus" not in plain
    assert rows["prod/crm/saml-signing-key"]["RotationRules"]["Duration"] == "4h"
    assert rows["prod/crm/saml-signing-key"]["RotationRules"]["ScheduleExpression"] == "cron(0 8 1 1,7 ? *)"
    external = rows["prod/crm/salesforce-integration"]
    assert external["Type"] == "SalesforceClientSecret" and "RotationLambdaARN" not in external
    assert external["ExternalSecretRotationMetadata"] and external["ExternalSecretRotationRoleArn"]
    never = rows["prod/search/index-api-key"]
    assert not {"RotationEnabled", "RotationRules", "LastRotatedDate", "NextRotationDate"} & set(never)
    assert not rows["prod/billing/bank-sftp-password"]["RotationEnabled"]
    assert "RotationRules" in rows["prod/billing/bank-sftp-password"]
    assert any(s.get("OwningService") == "rds" for s in rows.values())
    assert "SecretVersionsToStages" not in rows["prod/loyalty/points-api-key"]
    assert "prod/old/ab-split-token" not in rows


@check
def list_secrets_pages_and_filters(ask: Asker) -> None:
    client = ask.client("secretsmanager")
    count, rows = pages(client, "list_secrets", "SecretList", PaginationConfig={"PageSize": 10})
    assert count == 5 and len({s["ARN"] for s in rows}) == len(rows) == 45, (count, len(rows))
    assert len(pages(client, "list_secrets", "SecretList", IncludePlannedDeletion=True)[1]) == 46
    names = [{"Key": "name", "Values": ["prod/media/"]}]
    assert len(client.list_secrets(Filters=names)["SecretList"]) == 8
    primaries = [{"Key": "primary-region", "Values": [EU]}]
    assert len(client.list_secrets(Filters=primaries)["SecretList"]) == 4
    there = ask.client("secretsmanager", US).list_secrets(Filters=primaries)["SecretList"]
    assert len(there) == 3 and all(s["PrimaryRegion"] == EU for s in there)
    assert not ask.client("secretsmanager", EMPTY).list_secrets()["SecretList"]
    for arguments, code in (
        ({"MaxResults": 101}, "InvalidParameterException"),
        ({"NextToken": "7"}, "InvalidNextTokenException"),
    ):
        with refused(code):
            unchecked(client).list_secrets(**arguments)


def unchecked(client: Any) -> Any:
    """A client that sends what botocore's own model would refuse."""
    client.meta.service_model.operation_model("ListSecrets").input_shape.members["MaxResults"].metadata.clear()
    return client


@check
def describe_secret_knows_replicas(ask: Asker) -> None:
    strong = secret(ask, "prod/identity/jwt-signing-key")
    assert strong["PrimaryRegion"] == EU
    [status] = strong["ReplicationStatus"]
    assert (
        status["Status"] == "InSync" and status["KmsKeyId"] == key_arn("replicated", US) and status["LastAccessedDate"]
    )
    [failed] = secret(ask, "prod/identity/otp-seed")["ReplicationStatus"]
    assert failed["Status"] == "Failed" and "already exists" in failed["StatusMessage"]
    there = secret(ask, "prod/identity/session-key", US)
    assert there["PrimaryRegion"] == EU and there["KmsKeyId"] == "alias/aws/secretsmanager"
    assert there["ARN"].rsplit("-", 1)[1] == secret(ask, "prod/identity/session-key")["ARN"].rsplit("-", 1)[1]
    assert "VersionIdsToStages" in there and "ReplicationStatus" not in there
    assert secret(ask, "prod/old/ab-split-token")["DeletedDate"].timestamp() == AS_OF + 5 * DAY


@check
def secrets_are_found_by_name_arn_and_partial_arn(ask: Asker) -> None:
    arn = ask.truth("prod/payments/stripe-api-key")["arn"]
    for given in (arn, arn.rsplit("-", 1)[0], "prod/payments/stripe-api-key"):
        assert secret(ask, given)["ARN"] == arn
    for given in ("absent", arn[:-1] + "0", arn.replace(EU, US)):
        with refused("ResourceNotFoundException", "can't find the specified secret", 400):
            secret(ask, given)


@check
def versions_have_dates_keys_and_pages(ask: Asker) -> None:
    client = ask.client("secretsmanager")
    found = client.list_secret_version_ids(SecretId="prod/legacy/report-token")
    assert found["ARN"] == ask.truth("prod/legacy/report-token")["arn"]
    current, previous = found["Versions"]
    assert current["KmsKeyIds"] == [key_arn("company")] and previous["KmsKeyIds"] == ["DefaultEncryptionKey"]
    assert current["CreatedDate"].timestamp() == AS_OF - 7 * DAY
    assert current["LastAccessedDate"].timestamp() == AS_OF - DAY
    there = ask.assume("audit").client("secretsmanager")
    name = "data_lake_reader_password"
    assert len(there.list_secret_version_ids(SecretId=name)["Versions"]) == 2
    first = there.list_secret_version_ids(SecretId=name, IncludeDeprecated=True)
    rest = there.list_secret_version_ids(SecretId=name, IncludeDeprecated=True, NextToken=first["NextToken"])
    assert (len(first["Versions"]), len(rest["Versions"])) == (100, 32) and "NextToken" not in rest
    assert sum("VersionStages" not in v for v in first["Versions"] + rest["Versions"]) == 130
    assert not client.list_secret_version_ids(SecretId="prod/loyalty/points-api-key")["Versions"]
    assert client.list_secret_version_ids(SecretId="prod/old/ab-split-token")["Versions"]


@check
def resource_policies(ask: Asker) -> None:
    client = ask.client("secretsmanager")
    assert "\n" in client.get_resource_policy(SecretId="prod/payments/stripe-api-key")["ResourcePolicy"]
    assert client.get_resource_policy(SecretId="staging/orders/db-password")["ResourcePolicy"] == "{}"
    assert "ResourcePolicy" not in client.get_resource_policy(SecretId="prod/search/index-api-key")
    client.put_resource_policy(SecretId="prod/identity/session-key", ResourcePolicy='{"Statement": []}')
    there = ask.client("secretsmanager", US).get_resource_policy(SecretId="prod/identity/session-key")
    assert there["ResourcePolicy"] == '{"Statement": []}' and US in there["ARN"]
    client.delete_resource_policy(SecretId="prod/identity/session-key")
    with refused("InvalidRequestException", "because it was marked for deletion", 400):
        client.get_resource_policy(SecretId="prod/old/ab-split-token")


@check
def keys_are_found_in_four_forms(ask: Asker) -> None:
    client, arn = ask.client("kms"), key_arn("company")
    alias = f"arn:aws:kms:{EU}:{HOME}:alias/company-secrets"
    for given in (arn, key_id(HOME, EU, "company"), "alias/company-secrets", alias):
        assert client.describe_key(KeyId=given)["KeyMetadata"]["Arn"] == arn
    managed = client.describe_key(KeyId="alias/aws/secretsmanager")["KeyMetadata"]
    assert managed["KeyManager"] == "AWS" and managed["KeyId"] == key_id(HOME, EU, "alias/aws/secretsmanager")
    assert "kms:ViaService" in client.get_key_policy(KeyId=managed["KeyId"])["Policy"]
    with refused("NotFoundException", "does not exist", 400):
        client.describe_key(KeyId=key_arn("absent"))
    with refused("NotFoundException", "is not found"):
        client.describe_key(KeyId="alias/absent")
    with refused("NotFoundException", "Invalid arn us-east-1"):
        client.describe_key(KeyId=key_arn("company", US))
    for account in (STRANGER, MEMBER):
        for ask_for in (client.describe_key, client.get_key_rotation_status, client.list_grants):
            with refused("AccessDeniedException", "does not exist in this Region", 400):
                ask_for(KeyId=key_arn("warehouse", EU, account))


@check
def keys_have_states_and_kinds(ask: Asker) -> None:
    client = ask.client("kms")
    state = {
        n: client.describe_key(KeyId=key_arn(n))["KeyMetadata"] for n in ("going", "disabled", "expired", "signing")
    }
    assert state["going"]["KeyState"] == "PendingDeletion"
    assert state["going"]["DeletionDate"].timestamp() == AS_OF + 9 * DAY
    assert state["disabled"]["KeyState"] == "Disabled" and not state["disabled"]["Enabled"]
    assert (state["expired"]["KeyState"], state["expired"]["Origin"]) == ("PendingImport", "EXTERNAL")
    assert state["signing"]["KeyUsage"] == "SIGN_VERIFY" and state["signing"]["KeySpec"] == "RSA_4096"
    for region, kind in ((EU, "PRIMARY"), (US, "REPLICA")):
        key = ask.client("kms", region).describe_key(KeyId=key_arn("replicated", region))["KeyMetadata"]
        assert key["MultiRegion"] and key["MultiRegionConfiguration"]["MultiRegionKeyType"] == kind
        assert key["KeyId"].startswith("mrk-")


@check
def key_rotation_has_a_period_and_a_next_date(ask: Asker) -> None:
    client = ask.client("kms")
    on = client.get_key_rotation_status(KeyId=key_arn("company"))
    assert on["KeyRotationEnabled"] and on["RotationPeriodInDays"] == 365
    assert AS_OF < on["NextRotationDate"].timestamp() <= AS_OF + 365 * DAY
    for name in ("unrotated", "going", "expired"):
        off = client.get_key_rotation_status(KeyId=key_arn(name))
        assert not off["KeyRotationEnabled"] and "NextRotationDate" not in off


@check
def grants_aliases_and_keys_come_in_pages(ask: Asker) -> None:
    client = ask.client("kms")
    first = client.list_grants(KeyId=key_arn("replicated"))
    assert first["Truncated"] and len(first["Grants"]) == 50 and first["Grants"][0]["KeyId"] == key_arn("replicated")
    assert len(pages(client, "list_grants", "Grants", KeyId=key_arn("replicated"))[1]) == 120
    assert len(pages(client, "list_keys", "Keys", PaginationConfig={"PageSize": 3})[1]) == 9
    names = {a["AliasName"] for a in pages(client, "list_aliases", "Aliases")[1]}
    assert names == {"alias/aws/secretsmanager", "alias/company-secrets"}
