"""KMS: keys found as AWS finds them, with rotation periods and pages."""

from __future__ import annotations

from typing import Any

from moto.kms.utils import RESERVED_ALIASES

from answers import answers, page
from model import DAY, PARTITION, ago, digest, keys_of
from protocol import ApiError, Call, present


def find(call: Call, aliases: bool = False) -> Any:
    """The key of a call. Only DescribeKey takes aliases; a key of another account stays out of sight."""
    given = call.params.get("KeyId", "")
    arn = given if given.startswith("arn:") else None
    if arn:
        _, _, _, region, account, given = (arn.split(":", 5) + [""] * 6)[:6]
        if account != call.account:
            raise ApiError(
                "AccessDeniedException",
                f"User: {call.caller} is not authorized to perform: kms:{call.operation} on resource: {arn} because "
                "the resource does not exist in this Region, no resource-based policies allow access, or a "
                "resource-based policy explicitly denies access",
            )
        if region != call.region:
            raise ApiError("NotFoundException", f"Invalid arn {region}")
    backend = keys_of(call.account, call.region)
    prefix = f"arn:{PARTITION}:kms:{call.region}:{call.account}:"
    if given.startswith("alias/"):
        if not aliases:
            raise ApiError("NotFoundException", f"Invalid keyId {call.params['KeyId']}")
        for key in list(backend.keys.values()):
            if given in key.aliases:
                return key
        if given in RESERVED_ALIASES:
            return managed_key(call.account, call.region, given)
        raise ApiError("NotFoundException", f"Alias {prefix}{given} is not found.")
    key = backend.keys.get(given.removeprefix("key/"))
    if key is None:
        raise ApiError("NotFoundException", f"Key '{prefix}key/{given.removeprefix('key/')}' does not exist")
    return key


def managed_key(account: str, region: str, alias: str = "alias/aws/secretsmanager") -> Any:
    """The key that AWS makes on first use. moto's is the customer's, with a policy that names the root only."""
    from seeds.keys import service_key

    backend = keys_of(account, region)
    for key in list(backend.keys.values()):
        if alias in key.aliases:
            return key
    return service_key(account, region, alias)


@answers("kms", "DescribeKey")
def describe_key(call: Call) -> dict[str, Any]:
    """moto asks the key policy, sends null, and calls the primary a replica once it has one."""
    key = find(call, aliases=True)
    metadata = present(key.to_dict()["KeyMetadata"])
    if key.multi_region:
        primary = key.multi_region_configuration["PrimaryKey"]["Arn"] == key.arn
        kind = "PRIMARY" if primary else "REPLICA"
        metadata["MultiRegionConfiguration"] = {**key.multi_region_configuration, "MultiRegionKeyType": kind}
    return {"KeyMetadata": metadata}


@answers("kms", "GetKeyRotationStatus")
def get_key_rotation_status(call: Call) -> dict[str, Any]:
    """moto leaves the period and the next date away, and rotates keys that are about to go."""
    key = find(call)
    on = key.key_rotation_status and key.key_state != "PendingDeletion"
    period = getattr(key, "rotation_period", 365)
    # KMS counts from the creation, whole periods at a time.
    passed = int((ago() - key.creation_date) // (period * DAY)) + 1
    return present(
        {
            "KeyId": key.arn,
            "KeyRotationEnabled": on,
            "RotationPeriodInDays": period if on else None,
            "NextRotationDate": key.creation_date + passed * period * DAY if on else None,
        }
    )


@answers("kms", "GetKeyPolicy")
def get_key_policy(call: Call) -> dict[str, Any]:
    """moto looks at the key id only, so it would read a key of another account."""
    return {"Policy": find(call).policy, "PolicyName": "default"}


def marked(call: Call, name: str, items: list[Any], size: int) -> dict[str, Any]:
    part, more = page(items, call.params.get("Marker"), size, "InvalidMarkerException")
    return present({name: list(part), "Truncated": more is not None, "NextMarker": more})


@answers("kms", "ListGrants")
def list_grants(call: Call) -> dict[str, Any]:
    """moto ignores Limit and never truncates."""
    key = find(call)
    size = call.limit("Limit", 50, 100, "ValidationException")
    wanted, grantee = call.params.get("GrantId"), call.params.get("GranteePrincipal")
    grants = [
        present(
            {
                **grant.to_json(),
                "KeyId": key.arn,
                # Kept apart from moto's own number, which changes with the order of creation.
                "GrantId": getattr(grant, "aws_id", grant.id),
                "IssuingAccount": f"arn:{PARTITION}:iam::{key.account_id}:root",
                "CreationDate": getattr(grant, "created", key.creation_date),
            }
        )
        for grant in key.grants.values()
    ]
    grants = [g for g in grants if wanted in (None, g["GrantId"]) and grantee in (None, g["GranteePrincipal"])]
    return marked(call, "Grants", grants, size)


@answers("kms", "ListAliases")
def list_aliases(call: Call) -> dict[str, Any]:
    """moto adds the reserved aliases of keys that do not exist."""
    backend = keys_of(call.account, call.region)
    keys = [find(call)] if call.params.get("KeyId") else list(backend.keys.values())
    aliases = [
        {
            "AliasName": alias.alias_name,
            "AliasArn": alias.alias_arn,
            "TargetKeyId": key.id,
            "CreationDate": key.creation_date,
            "LastUpdatedDate": key.creation_date,
        }
        for key in keys
        for alias in key.aliases.values()
    ]
    return marked(call, "Aliases", aliases, call.limit("Limit", 50, 100, "ValidationException"))


@answers("kms", "ListKeys")
def list_keys(call: Call) -> dict[str, Any]:
    """moto ignores Limit."""
    keys = [{"KeyId": k.id, "KeyArn": k.arn} for k in list(keys_of(call.account, call.region).keys.values())]
    return marked(call, "Keys", keys, call.limit("Limit", 100, 1000, "ValidationException"))


def grant_id(*parts: object) -> str:
    return digest(*parts, length=64)
