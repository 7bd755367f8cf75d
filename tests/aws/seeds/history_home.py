"""What happened in the company's own account: who read, who was refused, what was made, turned and deleted."""

from __future__ import annotations

from model import AP, EU, HOME, PARTITION, STRANGER, US, WORLD, ago, alphanumeric, letters, secrets_of, uuid
from seeds.history import (
    FUNCTIONS,
    HOTEL,
    PARTNER,
    STOLEN,
    TASKS,
    VENDOR,
    add,
    arn,
    decrypt,
    expect,
    fails,
    federated,
    get,
    later,
    refused,
    role,
    role_arn,
    root,
    service,
    service_event,
    stranger,
    user,
    user_agent,
    user_arn,
    with_session,
)
from seeds.keys import key_arn

CI, BOB, ALICE, CAROL = (user_arn(name) for name in ("ci-deployer", "bob", "alice", "carol"))
PAYMENTS, ROTATOR = role_arn("payments-app"), role_arn("rotate-secret")
VENDOR_ROLE, GITHUB = role_arn("vendor-support"), role_arn("github-actions")
ADMINISTRATORS = "AWSReservedSSO_Administrators_0123456789abcdef"
ENDPOINT = "vpce-0a1b2c3d4e5f60718"

STRIPE, LEDGER = "prod/payments/stripe-api-key", "prod/payments/ledger-db-password"
# Nobody but those of whom a story tells reads these.
OTHERS_READ = {
    (EU, "prod/shipping/carrier-api-key"),
    (US, "prod/feeds/master-token"),
    (US, "prod/feeds/crm-import-token"),
}
# A name that ends like an ARN makes a partial ARN somebody else's whole one.
MISREAD = ("prod/media/player-drm", "prod/media/player-drm-x7k2p9", "prod/media/player-drm-qzwkvh")
BULK = 24


def named(number: int, name: str, region: str, account: str = HOME) -> str:
    """The three ways to name a secret in turn: its ARN, its name, its ARN without the suffix."""
    whole = arn(name, region, account)
    return whole if name in MISREAD else (whole, name, whole[:-7])[number % 3]


def deployments() -> None:
    """The deployer reads everything, a few an hour: all that is old on two days, all that is read at all on the last.

    One night somebody else has its key, and reads two dozen in three quarters of an hour.
    """
    deployer, stolen = user("ci-deployer"), 0
    extra: dict[str, list[str]] = {
        # Under the value before: within the days of grace for the one, past them for the other.
        LEDGER: ["2026-10-26T08:00:00Z"],
        "prod/loyalty/partner-api-key": ["2026-10-30T08:00:00Z", "2026-10-30T08:30:00Z"],
        "shared/observability/webhook-url": ["2026-10-14T10:00:00Z"],
    }
    for region in (EU, US, AP):
        read = [s for s in secrets_of(HOME, region).values() if s.last_accessed_date == ago(1)]
        for number, secret in enumerate(s for s in read if (region, s.name) not in OTHERS_READ):
            times = [later("2026-10-31T00:10:00Z", 1200 * number)]
            get(times[0], deployer, named(number, secret.name, region), region=region)
            if secret.created_date < ago(30):
                times.append(later("2026-10-12T00:10:00Z", 1200 * number))
                get(times[-1], deployer, named(number + 1, secret.name, region), region=region, trimmed=number % 7 == 0)
                if region == EU and stolen < BULK:
                    times.append(later("2026-10-20T02:00:00Z", 110 * stolen))
                    agent = "python-requests/2.32.5 \u202eevil\x1b[31m"
                    get(times[-1], deployer, secret.arn, region=region, ip=STOLEN, agent=agent)
                    fails("read-from-unknown-network", principal=CI, secret=secret.arn)
                    stolen += 1
            if region == EU:
                times += extra.get(secret.name, [])
            expect(secret.arn, CI, len(times), min(times), max(times))
    fails("bulk-read", principal=CI, account=HOME, region=EU, hour="2026-10-20T02:00:00Z", secrets=BULK)
    get(extra[LEDGER][0], deployer, arn(LEDGER), "AWSPREVIOUS")
    loyal = "prod/loyalty/partner-api-key"
    get(extra[loyal][0], deployer, loyal, "AWSPREVIOUS")
    get(extra[loyal][1], deployer, arn(loyal), version=uuid(HOME, loyal, 1))
    fails("old-version-still-read", secret=arn(loyal))
    webhook = "shared/observability/webhook-url"
    get(extra[webhook][0], federated("reporting", "ci-deployer"), arn(webhook))


def payments() -> None:
    """An application that reads two secrets every morning, some of it in one request, all of it through an endpoint."""
    app = role("payments-app", "ecs-task-4711")
    for number, day in enumerate(range(20, 32)):
        time = f"2026-10-{day}T06:00:05Z"
        agent = user_agent(number)
        get(time, app, arn(STRIPE), ip=TASKS, agent=agent, vpcEndpointId=ENDPOINT)
        get(later(time, 1), app, LEDGER, ip=TASKS, agent=agent, vpcEndpointId=ENDPOINT)
        if number % 4 == 0:
            # There are fewer of these than of reads.
            decrypt(later(time, 1), app, arn(LEDGER), key_arn("company"), uuid(HOME, LEDGER, 0))
    expect(arn(STRIPE), PAYMENTS, 12, "2026-10-20T06:00:05Z", "2026-10-31T06:00:05Z")
    expect(arn(LEDGER), PAYMENTS, 12, "2026-10-20T06:00:06Z", "2026-10-31T06:00:06Z")
    both = {"secretIdList": [arn(STRIPE), LEDGER]}
    add("2026-10-25T06:00:04Z", "BatchGetSecretValue", app, both, ip=TASKS, vpcEndpointId=ENDPOINT)
    # Alone, so that it is the read.
    alone = {"secretIdList": [arn(LEDGER)]}
    add("2026-10-23T18:00:00Z", "BatchGetSecretValue", app, alone, ip=TASKS)
    expect(arn(LEDGER), PAYMENTS, 1, "2026-10-23T18:00:00Z", event="BatchGetSecretValue")
    # Seen by the key alone.
    decrypt("2026-10-12T15:00:00Z", app, arn(LEDGER), key_arn("company"), uuid(HOME, LEDGER, 1))
    expect(arn(LEDGER), PAYMENTS, 1, "2026-10-12T15:00:00Z", event="Decrypt", into="reads_of_keys")
    # An export that left away what was asked for.
    blank = add("2026-10-16T06:00:05Z", "GetSecretValue", app, None, ip=TASKS, trimmed=True)
    WORLD.truth["unjoined"] = [blank["eventID"]]
    missing = "prod/payments/old-gateway-key"
    error = ("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
    for time in ("2026-10-17T06:00:07Z", "2026-10-18T06:00:07Z"):
        get(time, app, missing, ip=TASKS, error=error)
    expect(missing, PAYMENTS, 2, "2026-10-17T06:00:07Z", "2026-10-18T06:00:07Z", outcome="failed", where=(EU, HOME))
    # What a policy of the endpoint saw of it is no second read.
    for time, more in (("2026-10-30T06:00:05Z", {}), ("2026-10-30T07:00:00Z", {"errorCode": "VpceAccessDenied"})):
        made = get(time, app, arn(STRIPE), ip=TASKS, vpcEndpointId=ENDPOINT)
        made |= {"eventType": "AwsVpceEvent", "eventCategory": "NetworkActivity", "vpcEndpointAccountId": HOME, **more}
        made["managementEvent"] = False


def people() -> None:
    """Persons at production secrets, and one at a secret of no production."""
    signed_on = role(ADMINISTRATORS, "alice@example.com")
    for time in ("2026-09-28T10:00:00Z", "2026-10-28T10:00:00Z"):
        get(time, signed_on, arn(LEDGER))
    administrators = role_arn(ADMINISTRATORS)
    expect(arn(LEDGER), administrators, 2, "2026-09-28T10:00:00Z", "2026-10-28T10:00:00Z")
    fails("person-read-production", principal=administrators, secret=arn(LEDGER))
    staging = "staging/orders/db-password"
    get("2026-09-28T10:05:00Z", signed_on, staging)
    expect(arn(staging), administrators, 1, "2026-09-28T10:05:00Z")

    master = "prod/feeds/master-token"
    for time in ("2026-10-29T11:00:00Z", "2026-10-31T11:00:00Z"):
        get(time, with_session("alice", time, True), master, region=US, sessionCredentialFromConsole="true")
    expect(arn(master, US), ALICE, 2, "2026-10-29T11:00:00Z", "2026-10-31T11:00:00Z")
    fails("person-read-production", principal=ALICE, secret=arn(master, US))

    weather, time = "prod/feeds/weather-api-key", "2026-10-31T13:00:00Z"
    get(time, with_session("carol", time, True), weather, region=US, ip=HOTEL)
    expect(arn(weather, US), CAROL, 1, time)
    fails("person-read-production", principal=CAROL, secret=arn(weather, US))
    fails("read-from-unknown-network", principal=CAROL, secret=arn(weather, US))

    # The value of the one was changed since, that of the other was not.
    payroll, benefits = "prod/hr/payroll-db-password", "prod/hr/benefits-api-key"
    get("2026-10-12T09:00:00Z", user("bob"), payroll)
    expect(arn(payroll), BOB, 1, "2026-10-12T09:00:00Z")
    for time in ("2026-09-20T09:00:00Z", "2026-10-29T09:00:00Z"):
        get(time, user("bob"), arn(benefits))
    expect(arn(benefits), BOB, 2, "2026-09-20T09:00:00Z", "2026-10-29T09:00:00Z")
    for name in (payroll, benefits):
        fails("person-read-production", principal=BOB, secret=arn(name))
    fails("not-rotated-after-exposure", principal=BOB, secret=arn(benefits))

    get("2026-09-01T08:00:00Z", root(), "test", region=US, sessionCredentialFromConsole="true")
    expect(arn("test", US), root()["arn"], 1, "2026-09-01T08:00:00Z")
    fails("root-read", principal=root()["arn"], secret=arn("test", US))


def outsiders() -> None:
    """A vendor that asks for everything, a partner of another account, and a service."""
    radius = "prod/identity/radius-password"
    vendor = role("vendor-support", "case-99", sourceIdentity="helpdesk")
    everything = {"filters": [{"key": "name", "values": ["!neverExists"]}], "maxResults": 20}
    batch = add("2026-10-27T03:00:00Z", "BatchGetSecretValue", vendor, everything, region=AP, ip=VENDOR)
    get("2026-10-27T03:00:00Z", vendor, arn(radius, AP), region=AP, ip=VENDOR)
    expect(arn(radius, AP), VENDOR_ROLE, 1, "2026-10-27T03:00:00Z")
    fails("bulk-read", principal=VENDOR_ROLE, account=HOME, region=AP, event_id=batch["eventID"])
    fails("new-reader", principal=VENDOR_ROLE, secret=arn(radius, AP))
    fails("read-from-unknown-network", principal=VENDOR_ROLE, secret=arn(radius, AP))

    sales, partner = "prod/crm/salesforce-integration", f"AROA{letters(STRANGER, 'partner-sync', length=17)}:sync"
    for day in (11, 18, 25):
        get(f"2026-10-{day}T04:00:00Z", stranger(partner, STRANGER), arn(sales), ip=PARTNER)
    expect(arn(sales), partner, 3, "2026-10-11T04:00:00Z", "2026-10-25T04:00:00Z")
    fails("read-from-unknown-network", principal=partner, secret=arn(sales))

    flow, name = "appflow.amazonaws.com", "prod/feeds/crm-import-token"
    for day in (30, 31):
        get(f"2026-10-{day}T04:00:00Z", service(flow), arn(name, US), region=US, ip=flow, agent=flow)
    expect(arn(name, US), flow, 2, "2026-10-30T04:00:00Z", "2026-10-31T04:00:00Z")


def refusals() -> None:
    """Refused in the last week by ARN and by name, refused long ago by half an ARN, and refused without a secret."""
    issuer = f"arn:{PARTITION}:iam::{HOME}:oidc-provider/token.actions.githubusercontent.com"
    deploy = role("github-actions", "run-1", provider=issuer)
    orders = "prod/orders/db-password"
    for time in ("2026-10-29T14:00:00Z", "2026-10-29T14:05:00Z"):
        refused(time, deploy, arn(orders))
    expect(arn(orders), GITHUB, 2, "2026-10-29T14:00:00Z", "2026-10-29T14:05:00Z", outcome="refused")
    fails("read-refused", principal=GITHUB, secret=arn(orders))
    # Of what it may read, it has read nothing.
    fails("unused-read-access", principal=GITHUB)

    ferry, keeper = "prod/feeds/ferry-api-key", role("policy-keeper", "task")
    refused("2026-10-30T16:00:00Z", keeper, ferry, region=US, ip=TASKS)
    expect(arn(ferry, US), role_arn("policy-keeper"), 1, "2026-10-30T16:00:00Z", outcome="refused")
    fails("read-refused", principal=role_arn("policy-keeper"), secret=arn(ferry, US))

    refused("2026-09-22T16:00:00Z", role("vendor-support", "case-12"), arn(STRIPE)[:-7])
    expect(arn(STRIPE), VENDOR_ROLE, 1, "2026-09-22T16:00:00Z", outcome="refused")
    refused("2026-10-30T13:00:00Z", user("carol"), None, "ListSecrets", region=US)


def rotation(
    name: str, time: str, worked: bool = True, region: str = EU, function: str = "rotate-secret", **more: str
) -> None:
    """One rotation: the function reads once or, where it gets that far, twice."""
    whole, function_role = arn(name, region), role(function, function)
    service_event(time, "RotationStarted", whole)
    get(later(time, 2), function_role, whole, "AWSCURRENT", region=region, ip=FUNCTIONS)
    if not worked:
        message = f"Failed to rotate secret {whole}: the Lambda function {function} failed at step setSecret"
        service_event(later(time, 6), "RotationFailed", whole, errorMessage=message)
        return
    new = uuid(HOME, name, 0)
    params = {"secretId": whole, "clientRequestToken": new, "versionStages": ["AWSPENDING"]}
    add(later(time, 3), "PutSecretValue", function_role, params, region=region, ip=FUNCTIONS, response={"arn": whole})
    get(later(time, 4), function_role, whole, "AWSPENDING", new, region=region, ip=FUNCTIONS)
    stage = {"secretId": whole, "versionStage": "AWSCURRENT", "moveToVersionId": new}
    add(later(time, 5), "UpdateSecretVersionStage", function_role, stage, region=region, ip=FUNCTIONS)
    service_event(later(time, 6), "RotationSucceeded", whole, **more)


def rotations() -> None:
    rotation(LEDGER, "2026-09-25T00:00:00Z")
    rotation(LEDGER, "2026-10-25T00:00:00Z", details="serviceEventDetails")
    expect(arn(LEDGER), ROTATOR, 4, "2026-09-25T00:00:02Z", "2026-10-25T00:00:04Z")
    # It failed once, and worked the day after.
    rotation(STRIPE, "2026-09-25T00:00:00Z")
    rotation(STRIPE, "2026-10-24T00:00:00Z", False)
    rotation(STRIPE, "2026-10-25T00:00:00Z")
    expect(arn(STRIPE), ROTATOR, 5, "2026-09-25T00:00:02Z", "2026-10-25T00:00:04Z")
    # It has never worked, and nobody but the function has read this secret since it was made 45 days ago.
    carrier = "prod/shipping/carrier-api-key"
    for day in (17, 24, 31):
        rotation(carrier, f"2026-10-{day}T00:00:00Z", False)
    expect(arn(carrier), ROTATOR, 3, "2026-10-17T00:00:02Z", "2026-10-31T00:00:02Z")
    fails("never-read", secret=arn(carrier))
    printer = "prod/shipping/label-printer-password"
    rotation(printer, "2026-10-12T00:00:00Z")
    rotation(printer, "2026-10-29T00:00:00Z", False)
    expect(arn(printer), ROTATOR, 3, "2026-10-12T00:00:02Z", "2026-10-29T00:00:02Z")
    inventory, cache = "prod/inventory/db-password", "prod/inventory/cache-auth-token"
    service_event("2026-10-22T00:00:00Z", "RotationStarted", arn(inventory))
    service_event("2026-10-22T12:00:00Z", "RotationAbandoned", arn(inventory))
    for name in (carrier, printer, inventory):
        fails("rotation-failing", secret=arn(name))
    # Too long ago to be news.
    rotation(cache, "2026-09-22T00:00:00Z", False)
    expect(arn(cache), ROTATOR, 1, "2026-09-22T00:00:02Z")
    returns = "prod/returns/db-password"
    for time in ("2026-09-25T00:00:00Z", "2026-10-25T00:00:00Z"):
        rotation(returns, time, region=US, function="rotate-returns")
    expect(arn(returns, US), role_arn("rotate-returns"), 4, "2026-09-25T00:00:02Z", "2026-10-25T00:00:04Z")


def endings() -> None:
    """Secrets that are about to go, and some that are gone."""
    split, deployer = "prod/old/ab-split-token", user("ci-deployer")
    week = {"secretId": split, "recoveryWindowInDays": 7}
    answer = {"arn": arn(split), "name": split, "deletionDate": "Nov 6, 2026, 12:00:00 AM"}
    deletion = add("2026-10-30T00:00:00Z", "DeleteSecret", deployer, week, response=answer)
    fails("deleted-without-recovery", secret=arn(split), event_id=deletion["eventID"])
    marked = "You can't perform this operation on the secret because it was marked for deletion."
    for time in ("2026-10-31T09:00:00Z", "2026-10-31T09:05:00Z"):
        get(time, deployer, split, error=("InvalidRequestException", marked))
    expect(arn(split), CI, 2, "2026-10-31T09:00:00Z", "2026-10-31T09:05:00Z", outcome="failed")
    fails("deleted-but-wanted", secret=arn(split), principal=CI)

    temporary = "prod/temp/import-token"
    gone = f"arn:{PARTITION}:secretsmanager:{EU}:{HOME}:secret:{temporary}-{alphanumeric(temporary, length=6)}"
    add(
        "2026-09-12T08:00:00Z", "CreateSecret", deployer, {"name": temporary}, response={"arn": gone, "name": temporary}
    )
    app = role("payments-app", "ecs-task-12")
    for time in ("2026-09-17T08:00:00Z", "2026-09-18T08:00:00Z"):
        get(time, app, gone, ip=TASKS)
    expect(gone, PAYMENTS, 2, "2026-09-17T08:00:00Z", "2026-09-18T08:00:00Z")
    forced = {"secretId": gone, "forceDeleteWithoutRecovery": True}
    answer = {"aRN": gone, "name": temporary, "deletionDate": "Oct 22, 2026, 7:00:00 AM"}
    by = role(ADMINISTRATORS, "alice@example.com")
    deletion = add("2026-10-22T07:00:00Z", "DeleteSecret", by, forced, response=answer)
    fails("deleted-without-recovery", secret=gone, event_id=deletion["eventID"])
    service_event("2026-10-22T07:00:10Z", "StartSecretVersionDelete", gone, details="ARN")
    service_event("2026-10-22T07:00:20Z", "EndSecretVersionDelete", gone, details="ARN")
    # Gone, and nothing is left that would tell its ARN.
    forgotten = "prod/temp/beta-flag-token"
    get("2026-08-20T10:00:00Z", app, forgotten, ip=TASKS)
    expect(forgotten, PAYMENTS, 1, "2026-08-20T10:00:00Z", where=(EU, HOME))


def before_the_window() -> None:
    """Older than Event history goes back; the bucket has them."""
    deployer, flow = user("ci-deployer"), "appflow.amazonaws.com"
    for name, time in (
        ("prod/archive/ftp-password", "2026-04-15T10:00:00Z"),
        ("prod/identity/hr-sync-password", "2026-04-15T11:00:00Z"),
        ("prod/old/ab-split-token", "2026-06-04T10:00:00Z"),
    ):
        get(time, deployer, name)
        expect(arn(name), CI, 1, time, into="reads_before_window")
    export = arn("appflow!123456789012-crm-export")
    get("2026-06-04T04:00:00Z", service(flow), export, ip=flow, agent=flow)
    expect(export, flow, 1, "2026-06-04T04:00:00Z", into="reads_before_window")


def seed() -> None:
    for story in (deployments, payments, people, outsiders, refusals, rotations, endings, before_the_window):
        story()
