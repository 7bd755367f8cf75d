"""The secrets of HOME in the seed `reach`, each with everybody who reads it; whoever is left out has a comment.

HOME manages the organization, so neither service nor resource control policies apply here.
"""

from __future__ import annotations

from collections.abc import Iterator

from model import EU, HOME, MEMBER, PARTITION, STRANGER, Spec, letters
from seeds.defaults import young
from seeds.keys import key_arn
from seeds.reach_names import (
    ALL,
    GET,
    KEYLESS_VENDOR,
    PUT,
    VENDOR,
    Row,
    may_read,
    reads,
    role,
    root,
    text,
    to,
    user,
)

# Everybody whose own policies give every secret of the account: `alice` with every key that the account's policies
# open, `secrets-operator` with AWS's own key only, for it may not decrypt.
ALICE = reads(user("alice"), *ALL)
BROAD = [ALICE, reads(role("secrets-operator"), *ALL)]
BROAD_MAYBE = [may_read(row["principal"], *ALL) for row in BROAD]

LOADERS = [role("feed-loader", MEMBER), role("feed-without-key", MEMBER)]

ORDERS = young("prod/orders/db-password", key_arn("orders"))
FEED = young("prod/feed/customer-key", key_arn("shared"), policy=text([to({"AWS": LOADERS})]))


def names() -> Iterator[tuple[Spec, list[Row]]]:
    # Not ned: his pattern ends before the suffix, and no ARN does.
    # Not dan: his own Deny beats what his group allows.
    # Not app-retired: the version of its policy that allows is not the default one.
    yield (
        young("prod/app/db-password", None),
        [
            *BROAD,
            reads(user("dora")),
            reads(user("gina")),
            reads(role("app-server")),
            reads(role("app-sweeper"), "delete"),
        ],
    )
    # Not dora: six question marks are the suffix, and this name goes on before it.
    # Not dan: as above.
    # Not the account's other principals: naming the account itself leaves it to their own policies.
    yield (
        young("prod/app/db-password-old", None, policy=text(to({"AWS": root(HOME)}))),
        [
            *BROAD,
            reads(user("gina")),
            reads(role("app-server")),
            reads(role("app-sweeper"), "delete"),
        ],
    )
    # app-sweeper: `prod/app*` was meant for `prod/app/` and reaches another team.
    # Not gina, not dan: `prod/app/*` has the slash that `prod/apple` lacks.
    # Not apple-keeper: NotAction leaves out what begins with Get.
    yield (
        young("prod/apple/api-key", None),
        [
            *BROAD,
            reads(role("app-sweeper"), "delete"),
            reads(role("apple-all-but"), "write"),
        ],
    )


def negations() -> Iterator[tuple[Spec, list[Row]]]:
    # Everybody perhaps: whether a call comes over TLS is known only when it comes.
    # Not staging-fenced: its Deny holds for whatever is not under `staging/mail/`.
    unencrypted = to({"AWS": "*"}, "secretsmanager:*", "Deny", Condition={"Bool": {"aws:SecureTransport": False}})
    yield (
        young("staging/search/api-key", None, policy=text(unencrypted)),
        [*BROAD_MAYBE, may_read(role("not-prod"))],
    )


def boundaries() -> Iterator[tuple[Spec, list[Row]]]:
    # bea: a boundary does not limit what a resource's policy gives to a user by ARN.
    # billing-kept: the boundary leaves reading, and takes DeleteResourcePolicy away.
    # Not billing-cut: the boundary has nothing but storage.
    # Not billing-named-cut: a boundary does limit what a resource's policy gives to a role.
    named = [user("bea"), role("billing-named"), role("billing-named-cut")]
    yield (
        young("prod/billing/ledger-key", None, policy=text([to({"AWS": named}, [GET])])),
        [*BROAD, reads(user("bea")), reads(role("billing-kept")), reads(role("billing-named"))],
    )


def variables() -> Iterator[tuple[Spec, list[Row]]]:
    # Not vic: the variable is his own name.
    # Not uma-imitator: a role has no user name, so the pattern matches nothing.
    yield young("team/uma/token", None), [*BROAD, reads(user("uma"))]
    # Not theo: his tag names another team.
    # Not untagged-worker: a variable without a value matches nothing.
    # Not vera: without a Version the variable is plain text.
    yield (
        young("team/payments/api-key", None),
        [*BROAD, reads(user("tara")), reads(role("payments-worker"))],
    )


def tags() -> Iterator[tuple[Spec, list[Row]]]:
    # Not search-by-wrong-case: values are compared in their case.
    # Not search-without-tag: there is nothing to compare with.
    # Not theo: his tag fits, but his policy is about names.
    yield (
        young("prod/search/index-key", None, tags={"team": "search"}),
        [*BROAD, reads(role("search-by-tag")), reads(role("search-by-own-tag"))],
    )


def circumstances() -> Iterator[tuple[Spec, list[Row]]]:
    # Not mo: whatever device he has, he is not mia.
    # Not office-barred: its own Deny holds in the office too.
    yield (
        young("prod/mail/smtp-password", None),
        [*BROAD, may_read(user("mia")), may_read(role("office-app"))],
    )
    # vault-break-glass: the Deny excepts it. For everybody else the endpoint decides, about reading only.
    # Nobody by the policy alone: it denies and allows nothing.
    outside = {
        "StringNotEquals": {"aws:SourceVpce": "vpce-0a1b2c3d4e5f60718"},
        "ArnNotEquals": {"aws:PrincipalArn": role("vault-break-glass")},
    }
    yield (
        young("prod/vault/master-key", None, policy=text([to("*", GET, "Deny", Condition=outside)])),
        [*BROAD_MAYBE, may_read(role("vault-app")), reads(role("vault-break-glass"), "permissions")],
    )


def keys() -> Iterator[tuple[Spec, list[Row]]]:
    # orders-app: may put a value, but not encrypt it.
    # Not secrets-operator, not orders-without-key: no kms:Decrypt from anywhere.
    # Not orders-other-service: its kms:Decrypt is for what Parameter Store asks.
    # Not orders-granted-encrypt: its grant has no Decrypt.
    # Not orders-granted-elsewhere: its grant is for the ciphertext of another secret.
    yield (
        ORDERS,
        [
            ALICE,
            reads(role("orders-app")),
            reads(role("orders-rotator"), "write"),
            reads(role("orders-granted")),
        ],
    )
    # Not alice, not hsm-hopeful: the key's policy leaves nothing to policies of IAM, not even an administrator's.
    # Not secrets-operator: no kms:Decrypt.
    yield young("prod/hsm/root-of-trust", key_arn("hsm")), [reads(role("hsm-custodian"))]


def other_audited_account() -> Iterator[tuple[Spec, list[Row]]]:
    # Not feed-without-key: the key lets MEMBER in, but its own policy says nothing of the key.
    # Not MEMBER's administrator: the policy names two roles, not the account.
    yield FEED, [ALICE, reads(role("feed-loader", MEMBER))]
    # Not feed-loader: AWS's own key never works for another account.
    # Nobody by "*": neither account is in that organization, and for those that are the key is AWS's own.
    foreign = to("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-otherorg99"}})
    yield young("prod/feed/default-key", None, policy=text([to({"AWS": LOADERS[0]}), foreign])), BROAD
    # MEMBER's administrator: the policy offers all three; the key gives MEMBER no GenerateDataKey, and the service
    # control policy takes DeleteSecret away.
    # Not lake-idle: the account is named, but its own policy has the key only.
    # Not feed-loader: its own policy is about other secrets.
    offered = [GET, PUT, "secretsmanager:DeleteSecret"]
    yield (
        young("prod/lake/ingest-token", key_arn("shared"), policy=text(to({"AWS": [MEMBER]}, offered))),
        [ALICE, reads(role("lake-reader", MEMBER)), reads(role("OrganizationAccountAccessRole", MEMBER))],
    )


def outsiders() -> Iterator[tuple[Spec, list[Row]]]:
    # importer and VENDOR: perhaps, since only their own accounts know.
    # Not importer-old, not KEYLESS_VENDOR: the key does not let them in.
    # Not the identifier: it is what AWS leaves of a role that was deleted.
    deleted = "AROA" + letters(HOME, "partner-sync", "deleted", length=17)
    named = [role("importer", STRANGER), role("importer-old", STRANGER), VENDOR, root(KEYLESS_VENDOR), deleted]
    yield (
        young("prod/partner/export-key", key_arn("partner"), policy=text([to({"AWS": named}, [GET])])),
        [ALICE, may_read(role("importer", STRANGER)), may_read(root(VENDOR))],
    )
    # firehose: perhaps, since on whose behalf it calls is known only when it does.
    # Not scheduler: the key does not let it in.
    ours = {
        "StringEquals": {"aws:SourceAccount": HOME},
        "ArnLike": {"aws:SourceArn": f"arn:{PARTITION}:firehose:{EU}:{HOME}:*"},
    }
    statements = [
        to({"Service": ["events.amazonaws.com", "scheduler.amazonaws.com"]}),
        to({"Service": "firehose.amazonaws.com"}, Condition=ours),
    ]
    yield (
        young("prod/pipes/stream-token", key_arn("partner"), policy=text(statements)),
        [ALICE, reads("events.amazonaws.com"), may_read("firehose.amazonaws.com")],
    )


def secrets() -> Iterator[tuple[Spec, list[Row]]]:
    for group in (
        names,
        negations,
        boundaries,
        variables,
        tags,
        circumstances,
        keys,
        other_audited_account,
        outsiders,
    ):
        yield from group()
