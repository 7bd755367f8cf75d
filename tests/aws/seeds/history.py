"""CloudTrail records of the company, as CloudTrail writes them, and what they are meant to say.

Each story in `history_home.py` and `history_member.py` writes its records and, beside them and by hand, the reads that
somebody should make of them; nothing computes the one from the other. Shapes of records follow AWS's documentation and
records seen in the wild, their traps included.

Source: AWS CloudTrail user guide, "CloudTrail record contents" and "CloudTrail userIdentity element"; AWS Secrets
Manager user guide, "Log AWS Secrets Manager events with AWS CloudTrail".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from model import EU, HOME, PARTITION, WORLD, digest, letters, uuid

Record = dict[str, Any]
Identity = dict[str, Any]

SECRETS = "secretsmanager.amazonaws.com"
OFFICE, TASKS, FUNCTIONS = "203.0.113.10", "10.20.1.15", "10.20.9.9"
STOLEN, VENDOR, PARTNER, HOTEL = "192.0.2.77", "198.51.100.7", "198.51.100.99", "2001:db8:77::5"

# Management events that change nothing.
READS = (
    "GetSecretValue BatchGetSecretValue DescribeSecret ListSecrets ListSecretVersionIds GetResourcePolicy "
    "GetRandomPassword Decrypt"
).split()
VERSIONS = ("1.08", "1.09", "1.11", "1.10", "1.05")


def arn(name: str, region: str = EU, account: str = HOME) -> str:
    """The ARN of a secret that is there."""
    rows = WORLD.truth["secrets"]
    return next(s["arn"] for s in rows if (s["name"], s["region"], s["account"]) == (name, region, account))


def later(time: str, seconds: int) -> str:
    moved = datetime.fromisoformat(time.replace("Z", "+00:00")) + timedelta(seconds=seconds)
    return moved.strftime("%Y-%m-%dT%H:%M:%SZ")


def role_arn(name: str, account: str = HOME) -> str:
    path = "aws-reserved/sso.amazonaws.com/" if name.startswith("AWSReservedSSO_") else ""
    return f"arn:{PARTITION}:iam::{account}:role/{path}{name}"


def user_arn(name: str) -> str:
    return f"arn:{PARTITION}:iam::{HOME}:user/{name}"


def attributes(time: str, mfa: bool = False) -> dict[str, str]:
    return {"creationDate": time, "mfaAuthenticated": str(mfa).lower()}


def user(name: str, **more: Any) -> Identity:
    return {
        "type": "IAMUser",
        "principalId": "AIDA" + letters(HOME, name, length=17),
        "arn": user_arn(name),
        "accountId": HOME,
        "accessKeyId": "AKIA" + letters("key", name, length=16),
        "userName": name,
        **more,
    }


def with_session(name: str, time: str, mfa: bool = False) -> Identity:
    """A user with temporary credentials, whose session has an issuer that is empty."""
    context = {"sessionIssuer": {}, "webIdFederationData": {}, "attributes": attributes(time, mfa)}
    return user(name, accessKeyId="ASIA" + letters("key", name, length=16), sessionContext=context)


def role(name: str, session: str, account: str = HOME, provider: str | None = None, **more: Any) -> Identity:
    unique = "AROA" + letters(account, name, length=17)
    federation = {"federatedProvider": provider, "attributes": {}} if provider else {}
    return {
        "type": "AssumedRole",
        "principalId": f"{unique}:{session}",
        "arn": f"arn:{PARTITION}:sts::{account}:assumed-role/{name}/{session}",
        "accountId": account,
        "accessKeyId": "ASIA" + letters("key", name, session, length=16),
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": unique,
                "arn": role_arn(name, account),
                "accountId": account,
                "userName": name,
            },
            "webIdFederationData": federation,
            "attributes": attributes("2026-08-01T00:00:00Z"),
        },
        **more,
    }


def root() -> Identity:
    return {
        "type": "Root",
        "principalId": HOME,
        "arn": f"arn:{PARTITION}:iam::{HOME}:root",
        "accountId": HOME,
        "accessKeyId": "ASIA" + letters("key", "root", length=16),
        "sessionContext": {"attributes": attributes("2026-09-01T07:55:00Z", True)},
    }


def federated(name: str, issuer: str) -> Identity:
    return {
        "type": "FederatedUser",
        "principalId": f"{HOME}:{name}",
        "arn": f"arn:{PARTITION}:sts::{HOME}:federated-user/{name}",
        "accountId": HOME,
        "accessKeyId": "ASIA" + letters("key", name, length=16),
        "sessionContext": {
            "sessionIssuer": {
                "type": "IAMUser",
                "principalId": "AIDA" + letters(HOME, issuer, length=17),
                "arn": user_arn(issuer),
                "accountId": HOME,
                "userName": issuer,
            },
            "attributes": attributes("2026-10-14T09:00:00Z"),
        },
    }


def stranger(principal: str, account: str) -> Identity:
    """Somebody of another account, as the account of the secret sees them."""
    return {"type": "AWSAccount", "principalId": principal, "accountId": account}


def service(name: str) -> Identity:
    return {"type": "AWSService", "invokedBy": name}


def add(
    time: str,
    name: str,
    who: Identity,
    params: Any = None,
    *,
    region: str = EU,
    account: str = HOME,
    source: str = SECRETS,
    ip: str = OFFICE,
    agent: str = "aws-cli/2.31.2 md/awscrt#0.28.2 ua/2.1 os/linux#6.12 lang/python#3.13",
    response: Any = None,
    error: tuple[str, str] | None = None,
    trimmed: bool = False,
    **more: Any,
) -> Record:
    """One record; `trimmed` leaves away what anonymised and re-exported records often lack."""
    number = len(WORLD.events)
    # Refusals name their secret nowhere but in the message since 1.09.
    version = "1.09" if error and params is None else VERSIONS[number % len(VERSIONS)]
    record: Record = {
        "eventVersion": version,
        "userIdentity": who,
        "eventTime": time,
        "eventSource": source,
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": ip,
        "userAgent": agent,
        **({"errorCode": error[0], "errorMessage": error[1]} if error else {}),
        "requestParameters": params,
        "responseElements": response,
        "requestID": uuid("request", number),
        "eventID": uuid("event", number),
        "readOnly": name in READS,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": f"{source.split('.')[0]}.{region}.amazonaws.com",
        },
        **more,
    }
    if version == "1.05":
        for later_field in ("managementEvent", "eventCategory", "tlsDetails"):
            record.pop(later_field)
    if trimmed:
        for dropped in ("userAgent", "requestID", "tlsDetails", "responseElements"):
            record.pop(dropped, None)
    WORLD.events.append(record)
    return record


def get(
    time: str, who: Identity, secret: str, stage: str | None = None, version: str | None = None, **more: Any
) -> Record:
    params = {"secretId": secret, "versionStage": stage, "versionId": version}
    return add(time, "GetSecretValue", who, {k: v for k, v in params.items() if v is not None}, **more)


def refused(time: str, who: Identity, resource: str | None, action: str = "GetSecretValue", **more: Any) -> Record:
    """Says which secret in the message only, and there as the caller named it."""
    principal = who["arn"]
    text = f"User: {principal} is not authorized to perform: secretsmanager:{action}"
    text += f" on resource: {resource}" if resource else ""
    text += f" because no identity-based policy allows the secretsmanager:{action} action"
    return add(time, action, who, None, error=("AccessDenied", text), **more)


def service_event(
    time: str, name: str, secret: str, *, account: str = HOME, details: str = "SecretId", **more: Any
) -> Record:
    """What Secrets Manager does by itself: an identity without a type, and the secret in one of three places."""
    region = secret.split(":")[3]
    made = add(
        time,
        name,
        {"accountId": account, "invokedBy": SECRETS},
        None,
        region=region,
        account=account,
        ip=SECRETS,
        agent=SECRETS,
    )
    made |= {"eventType": "AwsServiceEvent", "requestID": f"Rotation-{secret}-{uuid('rotation', made['eventID'])}"}
    if details == "serviceEventDetails":
        made["serviceEventDetails"] = {"secretId": secret}
    elif details == "ARN":
        made["additionalEventData"] = {"ARN": secret, "Name": secret.split(":secret:")[1][:-7]}
    else:
        made["additionalEventData"] = {"SecretId": secret}
    made |= more
    return made


def decrypt(time: str, who: Identity, secret: str, key: str, version: str, **more: Any) -> Record:
    """The second record of one read: Secrets Manager decrypts in the name of the reader."""
    context = {"SecretARN": secret, "SecretVersionId": version}
    params = {"encryptionContext": context, "encryptionAlgorithm": "SYMMETRIC_DEFAULT"}
    resources = [{"accountId": key.split(":")[4], "type": "AWS::KMS::Key", "ARN": key}]
    return add(
        time,
        "Decrypt",
        {**who, "invokedBy": SECRETS},
        params,
        region=secret.split(":")[3],
        source="kms.amazonaws.com",
        ip=SECRETS,
        agent=SECRETS,
        resources=resources,
        **more,
    )


def shared(copy: Record, twin: Record) -> None:
    """Two records of one request, each in the account that received it."""
    both = uuid("shared", copy["eventID"])
    copy["sharedEventID"] = twin["sharedEventID"] = both


def expect(
    secret: str,
    principal: str,
    count: int,
    first: str,
    last: str | None = None,
    *,
    event: str = "GetSecretValue",
    outcome: str = "allowed",
    where: tuple[str, str] | None = None,
    into: str = "reads",
    **more: Any,
) -> None:
    """What a story should come to, once joined and counted."""
    region, account = where or (secret.split(":")[3], secret.split(":")[4])
    WORLD.truth.setdefault(into, []).append(
        {
            "account": account,
            "region": region,
            "secret": secret,
            "principal": principal,
            "event": event,
            "outcome": outcome,
            "count": count,
            "first": first,
            "last": last or first,
            # The trail of this Region leaves reads out, so that its bucket has none of them.
            "archive": into != "reads" or region != "ap-southeast-2",
            **more,
        }
    )


def fails(rule: str, **about: Any) -> None:
    """What a rule must say about the company, with its default parameters or those of `use_parameters`."""
    WORLD.truth.setdefault("use", {}).setdefault(rule, []).append(about)


def user_agent(number: int) -> str:
    sdk = f"Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux md/arch#aarch64 lang/python#3.13.{number % 9}"
    return f"{sdk} m/{digest(number, length=1)}"
