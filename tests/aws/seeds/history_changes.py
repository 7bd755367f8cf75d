"""What was made and changed, what belongs to other services, and what a rule says of who and what never came up."""

from __future__ import annotations

from typing import Any

from model import AP, EU, HOME, MEMBER, PARTITION, US, WORLD, ago, iso, letters, secrets_of
from seeds.history import (
    OFFICE,
    VENDOR,
    add,
    arn,
    fails,
    later,
    role,
    role_arn,
    user,
    with_session,
)
from seeds.history_home import ADMINISTRATORS

STACKS = "cloudformation.amazonaws.com"
CONSOLE = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"


def births() -> None:
    """What is younger than the window was made by a stack, but for two secrets that persons clicked together."""
    by_hand = {
        (US, "prod/feeds/weather-api-key"): "alice",
        (EU, "prod/identity/session-key"): "alice",
    }
    stack = user("ci-deployer", invokedBy=STACKS)
    for account, region in ((HOME, EU), (HOME, US), (HOME, AP), (MEMBER, EU)):
        for secret in list(secrets_of(account, region).values()):
            replica = secret.primary_region not in (None, region)
            if secret.created_date < ago(90) or replica:
                continue
            params = {"name": secret.name, "clientRequestToken": "x"}
            response = {"arn": secret.arn, "name": secret.name}
            more: dict[str, Any] = {"region": region, "account": account, "response": response}
            time = iso(secret.created_date)
            if person := by_hand.get((region, secret.name)):
                who = with_session(person, time, True)
                made = add(
                    time, "CreateSecret", who, params, agent=CONSOLE, sessionCredentialFromConsole="true", **more
                )
                fails("created-by-hand", secret=secret.arn, principal=who["arn"], event_id=made["eventID"])
            elif account == MEMBER:
                # A service that acts for a role, in whose name the records stand.
                who = role("team-000", "AWSCloudFormation", MEMBER, invokedBy=STACKS)
                add(time, "CreateSecret", who, params, ip=STACKS, agent=STACKS, **more)
            else:
                add(time, "CreateSecret", stack, params, ip=STACKS, agent=STACKS, **more)
    session = arn("prod/identity/session-key")
    regions = {"secretId": session, "addReplicaRegions": [{"region": US}]}
    add("2026-10-27T00:05:00Z", "ReplicateSecretToRegions", user("ci-deployer"), regions, response={"arn": session})


def changes() -> None:
    signed_on, deployer = role(ADMINISTRATORS, "alice@example.com"), user("ci-deployer")
    sealed = arn("prod/feeds/sealed-token", US)
    policy = {
        "secretId": sealed,
        "resourcePolicy": '{"Version":"2012-10-17","Statement":[]}',
        "blockPublicPolicy": True,
    }
    alice = with_session("alice", "2026-10-31T11:50:00Z", True)
    add("2026-10-31T12:00:00Z", "PutResourcePolicy", alice, policy, region=US, agent=CONSOLE, response={"arn": sealed})
    # Edited by hand somewhere: the policy is an object.
    policy = {"secretId": "test", "resourcePolicy": {"Version": "2012-10-17", "Statement": []}}
    add("2026-09-02T12:00:00Z", "PutResourcePolicy", alice, policy, region=US, trimmed=True)
    add("2026-09-03T12:00:00Z", "DeleteResourcePolicy", alice, {"secretId": "test"}, region=US)
    signing = arn("prod/checkout/session-signing-key")
    stage = {"secretId": signing, "versionStage": "AWSCURRENT"}
    add("2026-10-26T15:00:00Z", "UpdateSecretVersionStage", signed_on, stage, response={"ARN": signing})
    bank = "prod/billing/bank-sftp-password"
    add("2026-10-22T10:00:00Z", "CancelRotateSecret", deployer, {"secretId": bank}, response={"arn": arn(bank)})
    for number, name in enumerate(("prod/billing/legacy-erp-password", bank)):
        params = {"secretId": name, "clientRequestToken": "x"}
        add(later("2026-10-22T00:00:00Z", number), "PutSecretValue", deployer, params, response={"arn": arn(name)})
    tagged = {"secretId": signing, "tags": [{"key": "Environment", "value": "prod"}]}
    add("2026-10-20T09:00:00Z", "TagResource", deployer, tagged)
    add("2026-10-20T09:00:01Z", "UntagResource", deployer, {"secretId": signing, "tagKeys": ["env"]})
    add("2026-10-20T09:00:02Z", "UpdateSecret", deployer, {"secretId": signing, "description": "Kept."})
    rotate = {"secretId": signing, "rotationRules": {"automaticallyAfterDays": 30}, "rotateImmediately": False}
    add("2026-10-20T09:00:03Z", "RotateSecret", deployer, rotate, response={"arn": signing})
    sms = arn("prod/support/sms-token")
    answer = {"arn": sms, "name": "prod/support/sms-token", "deletionDate": "Nov 4, 2026, 9:00:00 AM"}
    window = {"secretId": sms, "recoveryWindowInDays": 30}
    add("2026-10-05T09:00:00Z", "DeleteSecret", signed_on, window, response=answer)
    add("2026-10-05T09:30:00Z", "RestoreSecret", signed_on, {"secretId": sms}, response={"arn": sms})


def everyday() -> None:
    """Questions about secrets by every kind of identity, and other services' events, some with our name in them."""
    auditor = user("auditor")
    for time in ("2026-08-02T23:59:59Z", "2026-08-03T00:00:00Z", "2026-10-24T08:00:00Z"):
        add(time, "ListSecrets", auditor, {"maxResults": 100, "includePlannedDeletion": True})
    add("2026-10-24T08:00:01Z", "DescribeSecret", auditor, {"secretId": arn("prod/search/index-api-key")})
    center = {
        "type": "IdentityCenterUser",
        "accountId": HOME,
        "onBehalfOf": {"userId": "u-1", "identityStoreArn": f"arn:{PARTITION}:identitystore::{HOME}:identitystore/d-1"},
        "credentialId": "c-1",
    }
    mere = {
        "type": "Role",
        "principalId": "AROA" + letters(HOME, "audit", length=17),
        "arn": role_arn("audit"),
        "accountId": HOME,
    }
    directory = {"type": "Directory", "accountId": HOME, "userName": "carol"}
    unknown = {"type": "Unknown", "principalId": "?", "accountId": HOME}
    for number, who in enumerate((center, mere, directory, unknown)):
        add(later("2026-10-24T09:00:00Z", number), "ListSecrets", who, {"filters": []}, trimmed=number % 2 == 1)
    saml = {
        "type": "SAMLUser",
        "principalId": "x:alice@example.com",
        "userName": "alice@example.com",
        "identityProvider": "x",
    }
    web = {
        "type": "WebIdentityUser",
        "principalId": "github:repo",
        "userName": "repo:company/app",
        "identityProvider": "github",
    }
    for who, name in ((saml, "AssumeRoleWithSAML"), (web, "AssumeRoleWithWebIdentity")):
        params = {"roleArn": role_arn(ADMINISTRATORS), "roleSessionName": "x"}
        add("2026-10-28T09:59:00Z", name, who, params, source="sts.amazonaws.com", ip=VENDOR)
    quoted = {
        "policyDocument": '{"Principal":{"Service":"secretsmanager.amazonaws.com"}}',
        "functionName": "rotate-secret",
    }
    lambdas = "lambda.amazonaws.com"
    add("2026-10-24T10:00:00Z", "AddPermission20150331v2", user("alice"), quoted, source=lambdas, ip=OFFICE)
    for number in range(12):
        time, who = later("2026-10-30T20:00:00Z", number * 60), role("payments-app", "ecs-task-1")
        add(time, "DescribeInstances", who, {"maxResults": 5}, source="ec2.amazonaws.com")


def silence() -> None:
    """Who never read though it may, and what nobody read though it is there."""
    # Secrets that are younger than the window, the teams' calendar too.
    for name in ("orders-app", "policy-keeper"):
        fails("unused-read-access", principal=role_arn(name))
    fails("never-read", secret=arn("prod/audit/evidence-signing-key"))
    for name in ("prod/archive/ftp-password", "appflow!123456789012-crm-export", "prod/old/ab-split-token"):
        fails("unused-secret", secret=arn(name))
    legacy = f"arn:{PARTITION}:cloudtrail:{US}:{HOME}:trail/legacy-trail"
    WORLD.truth["use_undecided"] = {
        # Nobody but its function has read it since Event history begins; what was before that, it does not say.
        "unused-secret": [{"secret": arn("staging/warehouse/db-password", EU, MEMBER)}],
        "never-read": [{"secret": arn("staging/warehouse/db-password", EU, MEMBER)}],
        # It covers no reads, so it is a question of words whether it is a covering trail that stopped.
        "trail-delivery-failing": [{"trail": legacy}],
        "trail-without-validation": [{"trail": legacy}],
    }
    WORLD.truth["use_parameters"] = {
        "read-from-unknown-network": {"networks": ["203.0.113.0/24", "10.0.0.0/8"]},
        "not-rotated-after-exposure": {"exposed": [f"arn:{PARTITION}:iam::{HOME}:user/bob"]},
    }


def seed() -> None:
    for story in (births, changes, everyday, silence):
        story()
