"""The principals of the seed `reach`, and what their own policies say; `reach_home` says what comes of it."""

from __future__ import annotations

import json
from typing import Any

from model import EU, HOME, MEMBER, US, iam_of
from seeds import people
from seeds.keys import key_arn
from seeds.people import allow, aws_policy, document, group, policy, trust
from seeds.reach_names import GET, PUT, SERVICE_ROLE, role, secret, text

TASKS = trust({"Service": "ecs-tasks.amazonaws.com"})
TEAM_VARIABLE = secret("team/${aws:PrincipalTag/team}/*")


def deny(action: Any, resource: Any = "*") -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource}


def tag(team: str) -> list[dict[str, str]]:
    return [{"Key": "team", "Value": team}]


def person(name: str, *inline: Any, groups: tuple[str, ...] = (), team: str | None = None) -> Any:
    """A user of HOME, with one inline policy of these statements if there are any."""
    made = people.user(HOME, name, 300, groups, tag(team) if team else None)
    if inline:
        made.put_policy("own", document(*inline))
    return made


def worker(name: str, *inline: Any, account: str = HOME, boundary: str | None = None, team: str | None = None) -> Any:
    """A role, with one inline policy of these statements if there are any."""
    made = people.role(account, name, TASKS, boundary=boundary)
    if team:
        made.tags = tag(team)
    if inline:
        made.put_policy("own", document(*inline))
    return made


def everything() -> None:
    administrators = group(HOME, "administrators")
    aws_policy(HOME, "AdministratorAccess", text(allow("*"))).attach_to(administrators)
    person("alice", groups=("administrators",))
    # As AWS's, as far as it has to do with secrets: no word of decryption.
    managed = text(
        [
            {
                "Sid": "BasePermissions",
                **allow(["secretsmanager:*", "kms:DescribeKey", "kms:ListAliases", "kms:ListKeys"]),
            },
            allow("lambda:GetPolicy", "arn:aws:lambda:*:*:function:SecretsManager*"),
        ]
    )
    aws_policy(HOME, "SecretsManagerReadWrite", managed).attach_to(worker("secrets-operator"))


def names() -> None:
    readers = group(HOME, "app-readers")
    readers.put_policy("read-app", text([allow("secretsmanager:Get*", [secret("prod/app/*")])]))
    person("gina", groups=("app-readers",))
    person("dan", deny("secretsmanager:GetSecretValue"), groups=("app-readers",))
    dora = person("dora")
    dora.put_policy("exact", text(allow("SecretsManager:getsecretvalue", secret("prod/app/db-password-??????"))))
    person("ned", allow(GET, secret("prod/app/db-password")))
    server = policy(
        HOME,
        "read-app-db",
        document(allow([GET, "secretsmanager:DescribeSecret"], secret("prod/app/db-password-*", region=EU))),
    )
    server.attach_to(worker("app-server"))
    worker("app-sweeper", allow([GET, "secretsmanager:DeleteSecret"], secret("prod/app*")))
    retired = policy(HOME, "read-app-no-more", document(allow("secretsmanager:ListSecrets")))
    iam_of(HOME).create_policy_version(retired.arn, document(allow(GET)), False)
    retired.attach_to(worker("app-retired"))


def negations() -> None:
    apples = secret("prod/apple/*")
    kept = ["secretsmanager:Delete*", "secretsmanager:*ResourcePolicy"]
    worker("apple-all-but", {"Effect": "Allow", "NotAction": kept, "Resource": apples})
    worker("apple-keeper", {"Effect": "Allow", "NotAction": "secretsmanager:Get*", "Resource": [apples]})
    elsewhere = [secret("prod/*", "*"), secret("team/*", "*")]
    worker("not-prod", {"Effect": "Allow", "Action": GET, "NotResource": elsewhere})
    worker(
        "staging-fenced",
        allow(GET, secret("staging/*")),
        {"Effect": "Deny", "Action": "secretsmanager:*", "NotResource": secret("staging/mail/*")},
    )


def boundaries() -> None:
    storage = policy(HOME, "only-storage", document(allow("s3:*"))).arn
    reading = policy(HOME, "only-reading", text(allow(["secretsmanager:Get*", "s3:*"]))).arn
    wanted = allow([GET, "secretsmanager:DeleteResourcePolicy"], secret("*/billing/*"))
    worker("billing-cut", wanted, boundary=storage)
    worker("billing-kept", wanted, boundary=reading)
    worker("billing-named")
    worker("billing-named-cut", boundary=storage)
    person("bea").permissions_boundary_arn = storage


def variables() -> None:
    own = policy(HOME, "own-secrets", document(allow(GET, secret("team/${aws:username}/*"))))
    own.attach_to(group(HOME, "staff"))
    person("uma", groups=("staff",))
    person("vic", groups=("staff",))
    own.attach_to(worker("uma-imitator"))
    shared = policy(HOME, "team-secrets", text(allow([GET], [TEAM_VARIABLE])))
    shared.attach_to(person("tara", team="payments"))
    shared.attach_to(person("theo", team="search"))
    shared.attach_to(worker("payments-worker", team="payments"))
    shared.attach_to(worker("untagged-worker"))
    # No Version, which means the one of 2008.
    person("vera", team="payments").put_policy("old", json.dumps({"Statement": [allow(GET, TEAM_VARIABLE)]}))


def tags() -> None:
    def tagged(value: str) -> dict[str, Any]:
        return allow(GET, Condition={"StringEquals": {"secretsmanager:ResourceTag/team": [value]}})

    worker("search-by-tag", tagged("search"))
    worker("search-by-wrong-case", tagged("Search"))
    same = {
        "StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"},
        "Null": {"aws:PrincipalTag/team": False},
    }
    shared = policy(HOME, "by-own-tag", document(allow(GET, Condition=same)))
    shared.attach_to(worker("search-by-own-tag", team="search"))
    shared.attach_to(worker("search-without-tag"))


def circumstances() -> None:
    mail = secret("prod/mail/*")
    with_device = {"Bool": {"aws:MultiFactorAuthPresent": True}}
    person("mia", allow(GET, mail, Condition=with_device))
    person("mo", allow(GET, mail, Condition={**with_device, "StringEquals": {"aws:username": "mia"}}))
    office = policy(
        HOME,
        "from-the-office",
        document(allow(GET, mail, Condition={"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}})),
    )
    office.attach_to(worker("office-app"))
    barred = worker("office-barred", deny(["secretsmanager:GetSecretValue"], [mail]))
    office.attach_to(barred)
    worker("vault-app", allow(GET, secret("prod/vault/*")))
    worker("vault-break-glass", allow([GET, "secretsmanager:PutResourcePolicy"], secret("prod/vault/*")))


def decryption() -> None:
    orders, key = secret("prod/orders/*"), key_arn("orders")

    def through(service: str) -> dict[str, Any]:
        return {"StringEquals": {"kms:ViaService": f"{service}.{EU}.amazonaws.com"}}

    worker("orders-app", allow([GET, PUT], orders), allow("kms:Decrypt", key))
    worker(
        "orders-rotator",
        allow([GET, "secretsmanager:UpdateSecret"], orders),
        allow(["kms:Decrypt", "kms:GenerateDataKey"], [key], Condition=through("secretsmanager")),
    )
    worker("orders-other-service", allow(GET, orders), allow("kms:Decrypt", key, Condition=through("ssm")))
    for name in ("orders-without-key", "orders-granted", "orders-granted-encrypt", "orders-granted-elsewhere"):
        worker(name, allow(GET, orders))
    for name in ("hsm-custodian", "hsm-hopeful"):
        worker(name, allow(GET, secret("prod/hsm/*")), allow("kms:Decrypt"))


def abroad() -> None:
    """Principals of HOME with an eye on MEMBER's secrets."""
    wide = secret("prod/warehouse/org-wide-??????", MEMBER, EU)
    worker("org-reader", allow(GET, wide), allow("kms:Decrypt", key_arn("warehouse", EU, MEMBER)))
    worker("org-without-key", allow(GET, wide))
    there = secret("prod/warehouse/*", MEMBER, US)
    worker("us-operator", allow(GET, there), allow("kms:Decrypt", key_arn("warehouse", US, MEMBER)))


def member() -> None:
    administrator = people.role(MEMBER, "OrganizationAccountAccessRole", trust({"AWS": role("audit")}))
    aws_policy(MEMBER, "AdministratorAccess", document(allow("*"))).attach_to(administrator)
    shared, decrypt = key_arn("shared"), "kms:Decrypt"
    feed, lake, own = secret("prod/feed/*"), secret("prod/lake/*"), secret("prod/warehouse/*", MEMBER)
    worker("feed-loader", allow(GET, feed), allow(decrypt, shared), account=MEMBER)
    worker("feed-without-key", allow(GET, feed), account=MEMBER)
    worker("lake-reader", allow(GET, lake), allow(decrypt, shared), account=MEMBER)
    worker("lake-idle", allow(decrypt, shared), account=MEMBER)
    worker("etl-runner", allow(GET, own), allow(decrypt), account=MEMBER)
    worker("etl-denied", allow(GET, own), deny("secretsmanager:Get*"), account=MEMBER)
    storage = policy(MEMBER, "only-storage", document(allow("s3:*"))).arn
    worker("boxed", boundary=storage, account=MEMBER)
    path, name = SERVICE_ROLE.rsplit("/", 1)
    linked = people.role(MEMBER, name, trust({"Service": "warehouse.amazonaws.com"}), f"/{path}/")
    aws_policy(MEMBER, "AWSWarehouseServiceRolePolicy", text([allow(GET, own), allow(decrypt)])).attach_to(linked)


def report() -> None:
    """Nobody but the auditor has a password or a key."""
    rows = [people.root_entry(HOME), people.entry("auditor", HOME, 300, **people.access_key(1, 30, 0))]
    users = [u.name for u in iam_of(HOME).users.values() if u.name != "auditor"]
    people.report(HOME, [*rows, *(people.entry(name, HOME, 300) for name in users)])


def seed() -> None:
    people.minimal()
    everything()
    names()
    negations()
    boundaries()
    variables()
    tags()
    circumstances()
    decryption()
    abroad()
    member()
    report()
