"""Organizations: moto answers members and strangers with empty lists, which reads as an organization of nobody."""

from __future__ import annotations

from moto.organizations.models import organizations_backends

from answers import answers
from model import WORLD
from protocol import ApiError, Call

READS = (
    "ListAccounts ListRoots ListOrganizationalUnitsForParent ListAccountsForParent ListChildren ListParents "
    "ListPolicies ListPoliciesForTarget ListTargetsForPolicy DescribePolicy DescribeAccount "
    "DescribeOrganizationalUnit ListDelegatedAdministrators"
).split()


@answers("organizations", *READS)
def guard(call: Call) -> None:
    if call.account == WORLD.management_account:
        return
    if call.account not in organizations_backends.master_accounts:
        text = "Your account is not a member of an organization."
        raise ApiError("AWSOrganizationsNotInUseException", text)
    raise ApiError("AccessDeniedException", "You don't have permissions to access this resource.")
