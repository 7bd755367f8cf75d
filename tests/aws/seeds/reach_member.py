"""The secrets of MEMBER in the seed `reach`, each with everybody who reads it; whoever is left out has a comment.

Service control policies take DeleteSecret away from MEMBER's principals, and everything in one Region. A resource
control policy keeps whoever is not of the organization away from MEMBER's secrets.
"""

from __future__ import annotations

from collections.abc import Iterator

from model import EU, MEMBER, STRANGER, US, Spec
from seeds.defaults import young
from seeds.estate import ORGANIZATION
from seeds.keys import key_arn
from seeds.reach_names import SERVICE_ROLE, Row, may_read, reads, role, text, to, user

ADMINISTRATOR = reads(role("OrganizationAccountAccessRole", MEMBER), "write", "permissions")
SERVICE = reads(role(SERVICE_ROLE, MEMBER))
KEY = key_arn("warehouse", EU, MEMBER)


def secrets() -> Iterator[tuple[Spec, list[Row]]]:
    # Not importer: the policy and the key let it in, the resource control policy does not.
    # Not alice: an administrator of another account whom this policy does not name.
    # Not etl-denied: its own Deny beats its own Allow.
    yield (
        young(
            "prod/warehouse/etl-password",
            KEY,
            account=MEMBER,
            policy=text([to({"AWS": role("importer", STRANGER)})]),
        ),
        [ADMINISTRATOR, SERVICE, reads(role("etl-runner", MEMBER))],
    )
    # Everybody of MEMBER: "*" is a grant to each of them, which not even the boundary of boxed limits.
    # alice, org-reader: of the organization, and their own policies have both the secret and the key.
    # "*": the organization has other accounts, which nobody audits here.
    # Not etl-denied: its own Deny beats the grant.
    # Not org-without-key: in another account its own policy has to speak of the key.
    # Not secrets-operator: likewise, its policy has every secret and no key.
    ours = {"StringEquals": {"aws:PrincipalOrgID": [ORGANIZATION]}}
    granted = "audit boxed etl-runner feed-loader feed-without-key lake-idle lake-reader needs-external-id".split()
    yield (
        young(
            "prod/warehouse/org-wide",
            KEY,
            account=MEMBER,
            policy=text(to({"AWS": "*"}, Condition=ours)),
        ),
        [
            ADMINISTRATOR,
            SERVICE,
            *(reads(role(name, MEMBER)) for name in granted),
            reads(user("alice")),
            reads(role("org-reader")),
            may_read("*"),
        ],
    )
    # us-operator: the management account's principals are exempt, in MEMBER too.
    # The service's role: service control policies do not limit it.
    # Not MEMBER's administrator, not etl-runner: the service control policy denies the Region.
    yield (
        young(
            "prod/warehouse/us-password",
            key_arn("warehouse", US, MEMBER),
            account=MEMBER,
            region=US,
            policy=text([to({"AWS": [role("us-operator")]})]),
        ),
        [SERVICE, reads(role("us-operator"))],
    )
