"""IAM: the authorization details and the credential report, from moto's users, groups, roles and policies."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

from answers import answers, page
from model import WORLD, ago, iam_of, iso
from protocol import ApiError, Call, listed, present

# A report is made once for each session, so that one test's report does not answer another's first question.
REPORTED: set[tuple[str | None, str]] = set()


def date(moment: Any) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def boundary(arn: str | None) -> dict[str, str] | None:
    if arn is None:
        return None
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}


def inline(holder: Any) -> list[dict[str, str]]:
    return [{"PolicyName": k, "PolicyDocument": quote(v)} for k, v in holder.policies.items()]


def attached(holder: Any) -> list[dict[str, str]]:
    return [{"PolicyName": p.name, "PolicyArn": p.arn} for p in holder.managed_policies.values()]


def user_detail(user: Any) -> dict[str, Any]:
    return present(
        {
            "Path": user.path,
            "UserName": user.name,
            "UserId": user.id,
            "Arn": user.arn,
            "CreateDate": date(user.create_date),
            "UserPolicyList": inline(user),
            "GroupList": user.group_list,
            "AttachedManagedPolicies": attached(user),
            "PermissionsBoundary": boundary(getattr(user, "permissions_boundary_arn", None)),
            "Tags": user.tags or [],
        }
    )


def group_detail(group: Any) -> dict[str, Any]:
    return {
        "Path": group.path,
        "GroupName": group.name,
        "GroupId": group.id,
        "Arn": group.arn,
        "CreateDate": date(group.create_date),
        "GroupPolicyList": inline(group),
        "AttachedManagedPolicies": attached(group),
    }


def role_detail(role: Any) -> dict[str, Any]:
    used = role.last_used and {"LastUsedDate": date(role.last_used), "Region": role.last_used_region}
    return present(
        {
            "Path": role.path,
            "RoleName": role.name,
            "RoleId": role.id,
            "Arn": role.arn,
            "CreateDate": date(role.create_date),
            "AssumeRolePolicyDocument": quote(role.assume_role_policy_document),
            "InstanceProfileList": [],
            "RolePolicyList": inline(role),
            "AttachedManagedPolicies": attached(role),
            "PermissionsBoundary": boundary(role.permissions_boundary_arn),
            "Tags": list(role.tags.values()) if isinstance(role.tags, dict) else role.tags or [],
            "RoleLastUsed": used or {},
        }
    )


def policy_detail(policy: Any, boundaries: list[str | None]) -> dict[str, Any]:
    return {
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": policy.default_version_id,
        "AttachmentCount": policy.attachment_count,
        "PermissionsBoundaryUsageCount": boundaries.count(policy.arn),
        "IsAttachable": True,
        "CreateDate": date(policy.create_date),
        "UpdateDate": date(policy.update_date),
        "PolicyVersionList": [
            {
                "Document": quote(version.document),
                "VersionId": version.version_id,
                "IsDefaultVersion": version.is_default,
                "CreateDate": date(version.create_date),
            }
            for version in policy.versions
        ],
    }


@answers("iam", "GetAccountAuthorizationDetails")
def get_account_authorization_details(call: Call) -> dict[str, Any]:
    """moto leaves the names of policies and the boundaries of users away and ignores MaxItems."""
    backend = iam_of(call.account)
    wanted = listed(call.params, "Filter")
    holders = [*backend.users.values(), *backend.roles.values()]
    boundaries = [getattr(h, "permissions_boundary_arn", None) for h in holders]
    found: list[tuple[str, str, dict[str, Any]]] = [
        *(("User", "UserDetailList", user_detail(u)) for u in backend.users.values()),
        *(("Group", "GroupDetailList", group_detail(g)) for g in backend.groups.values()),
        *(("Role", "RoleDetailList", role_detail(r)) for r in backend.roles.values()),
        *(
            (
                "AWSManagedPolicy" if ":iam::aws:" in p.arn else "LocalManagedPolicy",
                "Policies",
                policy_detail(p, boundaries),
            )
            for p in backend.managed_policies.values()
        ),
    ]
    found = [one for one in found if not wanted or one[0] in wanted]
    size = call.limit("MaxItems", 100, 1000, "ValidationError")
    part, more = page(found, call.params.get("Marker"), size, "InvalidInput")
    lists: dict[str, Any] = {
        name: [detail for _, kind, detail in part if kind == name]
        for name in ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
    }
    return present({**lists, "IsTruncated": more is not None, "Marker": more})


@answers("iam", "GenerateCredentialReport")
def generate_credential_report(call: Call) -> dict[str, Any]:
    """moto keeps one report for all callers and stamps it with the present."""
    key = (call.session, call.account)
    if key in REPORTED:
        return {"State": "COMPLETE"}
    REPORTED.add(key)
    return {"State": "STARTED", "Description": "No report exists. Starting a new report generation task"}


@answers("iam", "GetCredentialReport")
def get_credential_report(call: Call) -> dict[str, Any]:
    if (call.session, call.account) not in REPORTED:
        raise ApiError("ReportNotPresent", "No report exists. Please generate a report.", 410)
    content = WORLD.credential_reports.get(call.account, "")
    return {
        "Content": base64.b64encode(content.encode()).decode(),
        "ReportFormat": "text/csv",
        "GeneratedTime": iso(ago(hours=3)),
    }
