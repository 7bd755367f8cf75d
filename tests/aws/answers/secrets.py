"""Secrets Manager: moto's secrets with the fields, pages and refusals of AWS."""

from __future__ import annotations

from typing import Any

from moto.secretsmanager.models import _filter_functions

from answers import answers, page
from model import secrets_of
from protocol import ApiError, Call, present

SORT_KEYS = {
    "created-date": "created_date",
    "last-accessed-date": "last_accessed_date",
    "last-changed-date": "last_changed_date",
    "name": "name",
}


def by_primary_region(secret: Any, values: list[str]) -> bool:
    # moto knows no primary but that of its own replicas.
    region = getattr(secret, "primary_region", None)
    wanted = [v for v in values if not v.startswith("!")]
    return region is not None and f"!{region}" not in values and (not wanted or region in wanted)


_filter_functions["primary-region"] = by_primary_region


def fields(secret: Any) -> dict[str, Any]:
    """What ListSecrets and DescribeSecret share. moto sends null, "" and half of the rotation rules."""
    rotation = getattr(secret, "rotation", None)
    external = getattr(secret, "external_metadata", None)
    return present(
        {
            "ARN": secret.arn,
            "Name": secret.name,
            "Type": getattr(secret, "type", None),
            "Description": secret.description or None,
            "KmsKeyId": secret.kms_key_id,
            "RotationEnabled": secret.rotation_enabled if secret.rotation_requested else None,
            "RotationLambdaARN": secret.rotation_lambda_arn or None,
            "RotationRules": rotation.rules() if rotation else None,
            "ExternalSecretRotationMetadata": external and [{"Key": k, "Value": v} for k, v in external.items()],
            "ExternalSecretRotationRoleArn": getattr(secret, "external_role", None),
            "LastRotatedDate": secret.last_rotation_date,
            "LastChangedDate": secret.last_changed_date,
            "LastAccessedDate": getattr(secret, "last_accessed_date", None),
            "DeletedDate": secret.deleted_date,
            "NextRotationDate": secret.next_rotation_date,
            "Tags": secret.tags or [],
            "OwningService": secret.owning_service,
            "CreatedDate": secret.created_date,
            "PrimaryRegion": getattr(secret, "primary_region", None),
        }
    )


def labelled(secret: Any) -> dict[str, list[str]] | None:
    found = {k: v["version_stages"] for k, v in secret.versions.items() if v["version_stages"]}
    return found or None


def find(call: Call, account: str | None = None, region: str | None = None) -> Any:
    secret = secrets_of(account or call.account, region or call.region).get(call.params.get("SecretId", ""))
    if secret is None:
        raise ApiError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
    return secret


@answers("secretsmanager", "ListSecrets")
def list_secrets(call: Call) -> dict[str, Any]:
    """moto describes every secret for every page, counts pages in plain numbers and takes any page size."""
    size = call.limit("MaxResults", 100, 100, "InvalidParameterException")
    filters = call.params.get("Filters") or []
    for one in filters:
        if one.get("Key") not in _filter_functions:
            raise ApiError("InvalidParameterException", "Invalid filter key")
    planned = bool(call.params.get("IncludePlannedDeletion"))
    found = [
        s
        for s in secrets_of(call.account, call.region).values()
        if (planned or not s.deleted_date)
        and all(_filter_functions[f["Key"]](s, f.get("Values") or []) for f in filters)
    ]
    if "SortBy" in call.params or "SortOrder" in call.params:
        attribute = SORT_KEYS.get(call.params.get("SortBy", "created-date"), "created_date")
        found.sort(key=lambda s: getattr(s, attribute, None) or 0, reverse=call.params.get("SortOrder") != "asc")
    part, more = page(found, call.params.get("NextToken"), size, "InvalidNextTokenException")
    rows = [present({**fields(s), "SecretVersionsToStages": labelled(s)}) for s in part]
    return present({"SecretList": rows, "NextToken": more})


@answers("secretsmanager", "DescribeSecret")
def describe_secret(call: Call) -> dict[str, Any]:
    """moto's replicas never fail, and all stand under the default key."""
    secret = find(call)
    replication = getattr(secret, "replication", None) or [replica.config for replica in secret.replicas]
    return present({**fields(secret), "VersionIdsToStages": labelled(secret), "ReplicationStatus": replication or None})


@answers("secretsmanager", "ListSecretVersionIds")
def list_secret_version_ids(call: Call) -> dict[str, Any]:
    """moto gives every version the present as its dates, no keys, and the name as ARN."""
    secret = find(call)
    size = call.limit("MaxResults", 100, 100, "InvalidParameterException")
    deprecated = bool(call.params.get("IncludeDeprecated"))
    found = [v for v in secret.versions.values() if deprecated or v["version_stages"]]
    part, more = page(found, call.params.get("NextToken"), size, "InvalidNextTokenException")
    rows = [
        present(
            {
                "VersionId": v["version_id"],
                "VersionStages": v["version_stages"] or None,
                "LastAccessedDate": v.get("last_accessed"),
                "CreatedDate": v.get("createdate"),
                "KmsKeyIds": v.get("kms_key_ids", ["DefaultEncryptionKey"]),
            }
        )
        for v in part
    ]
    return present({"ARN": secret.arn, "Name": secret.name, "Versions": rows, "NextToken": more})


@answers("secretsmanager", "GetResourcePolicy")
def get_resource_policy(call: Call) -> dict[str, Any]:
    """moto answers for deleted secrets and refuses replicas; AWS the other way round."""
    secret = find(call)
    if secret.deleted_date:
        raise ApiError(
            "InvalidRequestException",
            "You can't perform this operation on the secret because it was marked for deletion.",
        )
    policy, primary = secret.policy, getattr(secret, "primary_region", None)
    if primary and primary != call.region:
        source = secrets_of(call.account, primary).get(secret.name)
        policy = source.policy if source is not None else policy
    return present({"ARN": secret.arn, "Name": secret.name, "ResourcePolicy": policy})
