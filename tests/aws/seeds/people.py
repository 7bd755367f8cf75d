"""Who works at the company: users, groups, roles, policies, boundaries, and the credential report."""

from __future__ import annotations

import json
from typing import Any

from moto.iam.models import AWSManagedPolicy

from model import HOME, MEMBER, PARTITION, STRANGER, US, WORLD, ago, iam_of, iso, letters, naive

COLUMNS = (
    "user arn user_creation_time password_enabled password_last_used password_last_changed password_next_rotation "
    "mfa_active access_key_1_active access_key_1_last_rotated access_key_1_last_used_date "
    "access_key_1_last_used_region access_key_1_last_used_service access_key_2_active access_key_2_last_rotated "
    "access_key_2_last_used_date access_key_2_last_used_region access_key_2_last_used_service cert_1_active "
    "cert_1_last_rotated cert_2_active cert_2_last_rotated"
).split()

# Who reads production may also read staging: the policy of staging/orders/db-password cannot be read.
LET_IN_PERHAPS = ("reads-across-environments",)

READ = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trust(principal: dict[str, Any], action: str = "sts:AssumeRole", **more: Any) -> str:
    return document({"Effect": "Allow", "Principal": principal, "Action": action, **more})


def user(account: str, name: str, days: float, groups: tuple[str, ...] = (), tags: Any = None) -> Any:
    backend = iam_of(account)
    made = backend.create_user("us-east-1", name, "/", tags or [])
    made.id = "AIDA" + letters(account, name, length=17)
    made.create_date = naive(ago(days))
    for group in groups:
        backend.add_user_to_group(group, name)
    return made


def group(account: str, name: str) -> Any:
    made = iam_of(account).create_group(name)
    made.id = "AGPA" + letters(account, name, length=17)
    made.create_date = naive(ago(700))
    return made


def role(account: str, name: str, trusted: str, path: str = "/", boundary: str | None = None, used: float = 1) -> Any:
    made = iam_of(account).create_role(name, trusted, path, boundary, "", [], "3600")
    backend = iam_of(account)
    # moto files roles under the identifier that it drew.
    backend.roles.pop(made.id)
    made.id = "AROA" + letters(account, name, length=17)
    backend.roles[made.id] = made
    made.create_date = naive(ago(600))
    made.last_used, made.last_used_region = naive(ago(used)), "eu-west-1"
    return made


def judged(made: Any, fails: tuple[str, ...] = (), unknown: tuple[str, ...] = ()) -> Any:
    """Puts what is true of a user or role into the truth; whoever is not in there passes every rule."""
    WORLD.truth["principals"].append({"arn": made.arn, "fails": sorted(fails), "unknown": sorted(unknown)})
    return made


def policy(account: str, name: str, text: str, days: float = 500) -> Any:
    made = iam_of(account).create_policy("", "/", text, name, [])
    made.id = "ANPA" + letters(account, name, length=17)
    made.create_date = made.update_date = made.versions[0].create_date = naive(ago(days))
    return made


def aws_policy(account: str, name: str, text: str) -> Any:
    """A managed policy of AWS; moto has them all or none, and all take seconds to load."""
    made = AWSManagedPolicy(
        name,
        account_id=account,
        region="us-east-1",
        default_version_id="v1",
        path="/",
        document=text,
        create_date=naive(ago(4000)),
        update_date=naive(ago(4000)),
    )
    made.id = "ANPA" + letters("aws", name, length=17)
    iam_of(account).managed_policies[made.arn] = made
    return made


def report(account: str, rows: list[dict[str, str]]) -> None:
    """The credential report; `N/A` and `false` where a row says nothing, as in AWS's."""
    lines = [",".join(COLUMNS)]
    for row in rows:
        blank = {c: "false" if c.endswith(("_active", "_enabled")) else "N/A" for c in COLUMNS}
        lines.append(",".join({**blank, **row}[c] for c in COLUMNS))
    WORLD.credential_reports[account] = "\n".join(lines)


def entry(name: str, account: str, created: float, **more: str) -> dict[str, str]:
    return {
        "user": name,
        "arn": f"arn:{PARTITION}:iam::{account}:user/{name}",
        "user_creation_time": stamp(created),
        **more,
    }


def root_entry(account: str) -> dict[str, str]:
    return {
        "user": "<root_account>",
        "arn": f"arn:{PARTITION}:iam::{account}:root",
        "user_creation_time": stamp(2000),
        "password_enabled": "not_supported",
        "password_last_used": "no_information",
        "password_last_changed": "not_supported",
        "password_next_rotation": "not_supported",
        "mfa_active": "true",
    }


def stamp(days: float) -> str:
    return iso(ago(days)).replace("Z", "+00:00")


def password(last_used: float, changed: float, mfa: bool) -> dict[str, str]:
    return {
        "password_enabled": "true",
        "password_last_used": stamp(last_used),
        "password_last_changed": stamp(changed),
        "password_next_rotation": "N/A",
        "mfa_active": str(mfa).lower(),
    }


def access_key(number: int, rotated: float, used: float, active: bool = True) -> dict[str, str]:
    prefix = f"access_key_{number}_"
    return {
        f"{prefix}active": str(active).lower(),
        f"{prefix}last_rotated": stamp(rotated),
        f"{prefix}last_used_date": stamp(used),
        f"{prefix}last_used_region": "eu-west-1",
        f"{prefix}last_used_service": "secretsmanager",
    }


def minimal() -> None:
    """The auditor, and the roles that every seed lets it assume."""
    for account in (HOME, MEMBER):
        trusted = trust({"AWS": f"arn:{PARTITION}:iam::{HOME}:root"})
        role(account, "audit", trusted)
        role(
            account,
            "needs-external-id",
            trust(
                {"AWS": f"arn:{PARTITION}:iam::{HOME}:root"},
                Condition={"StringEquals": {"sts:ExternalId": "example"}},
            ),
        )
    user(HOME, "auditor", 300)
    report(HOME, [root_entry(HOME), entry("auditor", HOME, 300, **access_key(1, 30, 0))])
    report(MEMBER, [root_entry(MEMBER)])


def home() -> None:
    everything = document(allow("*"))
    admin = aws_policy(HOME, "AdministratorAccess", everything)
    reader = aws_policy(HOME, "SecretsManagerReadWrite", document(allow("secretsmanager:*")))
    audit = aws_policy(
        HOME,
        "SecurityAudit",
        document(allow(["secretsmanager:List*", "secretsmanager:Describe*", "kms:List*"])),
    )
    limit = policy(
        HOME,
        "developer-boundary",
        document(allow(["secretsmanager:Get*", "secretsmanager:List*", "kms:Decrypt"])),
    )
    payments = policy(
        HOME,
        "read-payments-secrets",
        document(
            allow(READ, f"arn:{PARTITION}:secretsmanager:*:{HOME}:secret:prod/payments/*"),
            allow(READ, f"arn:{PARTITION}:secretsmanager:*:{MEMBER}:secret:prod/warehouse/db-password-??????"),
            allow("kms:Decrypt"),
        ),
    )
    older = iam_of(HOME).create_policy_version(payments.arn, document(allow(READ)), False)
    older.create_date = naive(ago(480))

    developers, security = group(HOME, "developers"), group(HOME, "security")
    developers.put_policy("read-dev", document(allow(READ, f"arn:{PARTITION}:secretsmanager:*:*:secret:dev/*")))
    admin.attach_to(security)
    audit.attach_to(iam_of(HOME).get_user("auditor"))
    user(HOME, "alice", 900, ("security",), [{"Key": "BreakGlass", "Value": "yes"}])
    bob = user(HOME, "bob", 800, ("developers",))
    bob.permissions_boundary_arn = limit.arn
    reader.attach_to(bob)
    # Without kms:Decrypt of his own he reads what lies under AWS's key, of production and of development.
    judged(bob, ("long-lived-key-reads", "person-reads-production", "reads-across-environments"))
    ci = user(HOME, "ci-deployer", 700)
    ci.put_policy("read-all", document(allow("secretsmanager:GetSecretValue"), allow("kms:Decrypt")))
    # Its old key is switched off.
    judged(ci, ("reads-every-secret", "reads-across-environments"))
    carol = user(HOME, "carol", 200)
    second_factor = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    carol.put_policy(
        "read-feeds-with-mfa",
        document(
            allow(READ, f"arn:{PARTITION}:secretsmanager:{US}:{HOME}:secret:prod/feeds/*", Condition=second_factor),
            allow("kms:Decrypt", f"arn:{PARTITION}:kms:{US}:{HOME}:key/*", Condition=second_factor),
        ),
    )
    judged(carol, unknown=LET_IN_PERHAPS)
    report(
        HOME,
        [
            root_entry(HOME),
            entry("auditor", HOME, 300, **access_key(1, 30, 0)),
            entry("alice", HOME, 900, **password(2, 60, True)),
            entry("bob", HOME, 800, **password(40, 700, False), **access_key(1, 400, 3)),
            entry("carol", HOME, 200, **password(3, 30, True)),
            entry("ci-deployer", HOME, 700, **access_key(1, 20, 0), **access_key(2, 500, 200, False)),
        ],
    )
    application_roles(admin, payments, limit)


def application_roles(admin: Any, payments: Any, limit: Any) -> None:
    tasks = trust({"Service": "ecs-tasks.amazonaws.com"})
    application = role(HOME, "payments-app", tasks)
    payments.attach_to(application)
    judged(application, unknown=LET_IN_PERHAPS)
    orders = role(HOME, "orders-app", tasks, boundary=limit.arn, used=200)
    orders.put_policy("read-orders", document(allow(READ, f"arn:{PARTITION}:secretsmanager:*:*:secret:*/orders/*")))
    rotator = role(HOME, "rotate-secret", trust({"Service": "lambda.amazonaws.com"}))
    rotator.put_policy(
        "rotate",
        document(allow([*READ, "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage", "kms:*"])),
    )
    judged(rotator, ("reads-every-secret", "reads-across-environments"))
    limited = role(HOME, "rotate-returns", trust({"Service": "lambda.amazonaws.com"}))
    limited.put_policy(
        "rotate-returns",
        document(
            allow(
                [*READ, "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"],
                f"arn:{PARTITION}:secretsmanager:{US}:{HOME}:secret:prod/returns/*",
            ),
            # To put a value takes kms:GenerateDataKey.
            allow("kms:Decrypt", f"arn:{PARTITION}:kms:{US}:{HOME}:key/*"),
        ),
    )
    judged(limited, unknown=LET_IN_PERHAPS)
    keeper = role(HOME, "policy-keeper", tasks)
    feeds = f"arn:{PARTITION}:secretsmanager:{US}:{HOME}:secret:prod/feeds/*"
    keys = f"arn:{PARTITION}:kms:{US}:{HOME}:key/*"
    keeper.put_policy(
        "keep-policies", document(allow("secretsmanager:PutResourcePolicy", feeds), allow("kms:Decrypt", keys))
    )
    judged(keeper, ("can-grant-itself-read",), LET_IN_PERHAPS)
    saml = {"Federated": f"arn:{PARTITION}:iam::{HOME}:saml-provider/AWSSSO_1234567890abcdef_DO_NOT_DELETE"}
    signed_on = role(
        HOME,
        "AWSReservedSSO_Administrators_0123456789abcdef",
        trust(saml, "sts:AssumeRoleWithSAML"),
        "/aws-reserved/sso.amazonaws.com/",
    )
    admin.attach_to(signed_on)
    # A second factor would be asked for where people sign on.
    judged(signed_on, unknown=("person-reads-production",))
    github = {"Federated": f"arn:{PARTITION}:iam::{HOME}:oidc-provider/token.actions.githubusercontent.com"}
    deploy = role(HOME, "github-actions", trust(github, "sts:AssumeRoleWithWebIdentity"))
    staging = f"arn:{PARTITION}:secretsmanager:*:{HOME}:secret:staging/*"
    only_staging = {"StringLike": {"kms:EncryptionContext:SecretARN": staging}}
    deploy.put_policy("read-staging", document(allow(READ, staging), allow("kms:Decrypt", Condition=only_staging)))
    vendor = role(HOME, "vendor-support", trust({"AWS": f"arn:{PARTITION}:iam::{STRANGER}:root"}))
    vendor.put_policy("all-but", json.dumps({"Version": "2012-10-17", "Statement": allow(["secretsmanager:*"], "*")}))
    # Secrets under keys of the company stay closed to it, whatever policy it writes for them.
    judged(vendor, ("can-delete-without-recovery", "reads-across-environments"))
    role(
        HOME,
        "AWSServiceRoleForRDS",
        trust({"Service": "rds.amazonaws.com"}),
        "/aws-service-role/rds.amazonaws.com/",
    )


def member() -> None:
    aws_policy(MEMBER, "SecurityAudit", document(allow("secretsmanager:List*"))).attach_to(
        iam_of(MEMBER).get_role("audit")
    )
    trusted = trust({"AWS": f"arn:{PARTITION}:iam::{HOME}:root"})
    access = aws_policy(MEMBER, "AdministratorAccess", document(allow("*")))
    access.attach_to(role(MEMBER, "OrganizationAccountAccessRole", trusted, used=90))
    loader = role(MEMBER, "warehouse-loader", trust({"Service": "glue.amazonaws.com"}))
    warehouse = f"arn:{PARTITION}:secretsmanager:*:{MEMBER}:secret:prod/warehouse/*"
    loader.put_policy("read", document(allow(READ, warehouse), allow("kms:Decrypt")))
    rotator = role(MEMBER, "rotate_warehouse", trust({"Service": "lambda.amazonaws.com"}))
    rotator.put_policy("rotate", document(allow(["secretsmanager:*", "kms:*"])))
    # The organization lets nobody here delete without a recovery window.
    judged(rotator, ("reads-every-secret", "reads-across-environments"))
    # Enough principals for a second page of the authorization details.
    for number in range(110):
        role(MEMBER, f"team-{number:03}", trusted, used=number)


def seed() -> None:
    minimal()
    home()
    member()
