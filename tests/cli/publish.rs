//! Findings on their way to AWS Security Hub, against a server that takes what AWS takes.

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::aws::{Server, Session, company};
use crate::support::{Command, Run};

/// The accounts of the company by their roles.
const BOTH: [&str; 2] = [
    "--assume-role=arn:aws:iam::123456789012:role/audit",
    "--assume-role=arn:aws:iam::210987654321:role/audit",
];

/// An audit of a few rules in two Regions.
const FEW: [&str; 7] = [
    "--as-of=2026-11-01T00:00:00Z",
    "--trail=none",
    "--only=stale-value",
    "--only=rotation-off",
    "--only=policy-blocks-everyone",
    "--region=eu-west-1",
    "--region=us-east-1",
];

fn command(session: &Session, arguments: &[&str]) -> Command {
    Command::new(["publish", "security-hub", "--quiet"])
        .args(arguments)
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ENDPOINT_URL", session.endpoint())
        .env("AWS_EC2_METADATA_DISABLED", "true")
}

fn publish(session: &Session, arguments: &[&str]) -> Run {
    command(session, &[&FEW[..], arguments].concat()).run()
}

/// How often a session was asked for something.
fn asked(session: &Session, operation: &str) -> usize {
    session.calls().iter().filter(|call| call.operation == operation).count()
}

/// The findings that Security Hub has of the home account in a Region.
fn there(session: &Session, region: &str) -> Vec<Value> {
    let scope = format!("Credential=AKIAIOSFODNN7EXAMPLE/20261101/{region}/securityhub/aws4_request");
    let answer = minreq::post(format!("{}/findings", session.endpoint()))
        .with_header("Authorization", format!("AWS4-HMAC-SHA256 {scope}, Signature=0"))
        .with_body("{\"MaxResults\":100}")
        .send()
        .unwrap();
    let answer: Value = serde_json::from_slice(answer.as_bytes()).unwrap();
    answer["Findings"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
}

#[test]
fn a_finding_keeps_its_first_day_and_has_the_facts_of_its_secret() {
    let server = Server::start("company");
    let session = server.session("days");
    publish(&session, &["--yes"]);
    let later = ["--yes", "--trail=none", "--only=stale-value", "--region=eu-west-1", "--as-of=2026-11-08"];
    let run = command(&session, &later).run();
    assert_eq!(run.code, Some(0), "{run}");
    let findings = there(&session, "eu-west-1");
    let stale: Vec<&Value> =
        findings.iter().filter(|finding| finding["GeneratorId"] == "secrets-auditor/stale-value").collect();
    assert_eq!(stale.iter().filter(|finding| finding["CreatedAt"] == "2026-11-01T00:00:00Z").count(), 2);
    for finding in stale {
        assert_eq!(finding["UpdatedAt"], "2026-11-08T00:00:00Z");
        assert_eq!(finding["RecordState"], "ACTIVE");
        let secret = &finding["Resources"][0]["Details"]["AwsSecretsManagerSecret"];
        assert!(secret["Name"].is_string() && secret["RotationEnabled"].is_boolean(), "{finding}");
        assert!(finding.get("Workflow").is_none() && finding.get("Note").is_none(), "not ours to change");
    }
}

#[test]
fn without_yes_nothing_is_sent() {
    let session = company().session("publish-dry");
    let run = publish(&session, &BOTH);
    assert_snapshot!(run, @"
    exit: 0
    -- stdout --
    account       Region             new   known   fixed
    123456789012  eu-west-1            8       0       0
    123456789012  us-east-1            1       0       0
    210987654321  eu-west-1            1       0       0

    nothing was sent: `--yes` sends 10 findings and archives 0 findings
    ");
    assert_eq!(asked(&session, "BatchImportFindings"), 0);
    assert!(asked(&session, "GetFindings") > 0);
}

/// From nothing to everything, over what fails on the way.
#[test]
fn findings_are_sent_once_and_archived_when_they_are_fixed() {
    let server = Server::start("company");
    let first = publish(&server.session("first"), &[&BOTH[..], &["--yes"]].concat());
    assert_snapshot!(first, @"
    exit: 0
    -- stdout --
    account       Region             new   known   fixed
    123456789012  eu-west-1            8       0       0
    123456789012  us-east-1            1       0       0
    210987654321  eu-west-1            1       0       0

    AWS Security Hub took 10 findings, 0 of them archived
    ");
    let again = publish(&server.session("again"), &[&BOTH[..], &["--yes"]].concat());
    assert_snapshot!(again, @"
    exit: 0
    -- stdout --
    account       Region             new   known   fixed
    123456789012  eu-west-1            0       8       0
    123456789012  us-east-1            0       1       0
    210987654321  eu-west-1            0       1       0

    AWS Security Hub took 10 findings, 0 of them archived
    ");

    // What the rules of today do not look at is not known to be fixed.
    let session = server.session("rule");
    let other = publish(&session, &[&BOTH[..], &["--yes", "--skip=rotation-off"]].concat());
    assert_snapshot!(other, @"
    exit: 0
    -- stdout --
    account       Region             new   known   fixed
    123456789012  eu-west-1            0       4       0
        not archived: 4 findings: the present audit ran without the rule
    123456789012  us-east-1            0       1       0
    210987654321  eu-west-1            0       1       0

    AWS Security Hub took 6 findings, 0 of them archived
    ");

    // Nothing is too old any more where values may be a thousand years old.
    let lenient = ["--yes", "--set=stale-value.max_age_days=3650"];
    let fixed = publish(&server.session("fixed"), &[&BOTH[..], &lenient].concat());
    assert_snapshot!(fixed, @"
    exit: 0
    -- stdout --
    account       Region             new   known   fixed
    123456789012  eu-west-1            0       6       2
    123456789012  us-east-1            0       1       0
    210987654321  eu-west-1            0       1       0

    AWS Security Hub took 10 findings, 2 of them archived
    ");
    let gone = publish(&server.session("gone"), &[&BOTH[..], &lenient].concat());
    assert_snapshot!(gone, @"
    exit: 0
    -- stdout --
    account       Region             new   known   fixed
    123456789012  eu-west-1            0       6       0
    123456789012  us-east-1            0       1       0
    210987654321  eu-west-1            0       1       0

    AWS Security Hub took 8 findings, 0 of them archived
    ");

    // Narrowed to some secrets, or told to leave them, it archives nothing.
    let narrowed = publish(&server.session("narrowed"), &["--yes", "--select=prod/search/*"]);
    assert_snapshot!(narrowed, @"
    exit: 0
    -- stdout --
    account       Region             new   known   fixed
    123456789012  eu-west-1            0       0       0
        not archived: 6 findings: the present audit was narrowed to prod/search/*
    123456789012  us-east-1            0       0       0
        not archived: 1 finding: the present audit was narrowed to prod/search/*

    AWS Security Hub took 0 findings, 0 of them archived
    ");
    let left = publish(&server.session("left"), &["--yes", "--no-archive", "--only=rotation-off"]);
    assert!(!left.stdout.contains("not archived"), "{left}");
}

#[test]
fn what_is_not_taken_is_named_and_the_rest_is_sent() {
    let server = Server::start("company");
    let session = server.session("rejected");
    session.faults(&json!([
        { "operation": "BatchImportFindings", "region": "us-east-1", "action": "throttle", "times": 2 },
        { "operation": "BatchImportFindings", "region": "eu-west-1", "action": "reject-finding", "times": 1 },
        { "operation": "BatchImportFindings", "region": "us-east-1", "action": "reject-finding", "reason": "InternalError", "times": 1 },
    ]));
    let run = publish(&session, &["--yes"]);
    assert_snapshot!(run, @"
    exit: 3
    -- stdout --
    account       Region             new   known   fixed
    123456789012  eu-west-1            8       0       0
        not taken: secrets-auditor/d7780fd824907ce6: InvalidInput: not this one
    123456789012  us-east-1            1       0       0

    AWS Security Hub took 8 findings; 1 was not
    ");
}

/// More than GetFindings has on a page, and than BatchImportFindings takes at once.
#[test]
fn many_findings_go_in_batches_and_come_back_in_pages() {
    let server = Server::start("company");
    let all = ["--yes", "--trail=none", "--region=eu-west-1", "--as-of=2026-11-01T00:00:00Z"];
    let session = server.session("many");
    let first = command(&session, &all).run();
    assert_eq!(first.code, Some(0), "{first}");
    let sent = asked(&session, "BatchImportFindings");
    assert!(sent >= 3, "{sent} batches: {first}");
    let session = server.session("pages");
    let again = command(&session, &all).run();
    assert!(asked(&session, "GetFindings") >= 3, "{again}");
    let counts = |run: &Run| {
        run.stdout.lines().nth(1).unwrap().split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let (first, again) = (counts(&first), counts(&again));
    assert_eq!((&first[2], &first[3]), (&again[3], &again[2]), "what was new is known");
}

#[test]
fn an_account_that_refuses_does_not_stop_the_others() {
    let server = Server::start("company");
    let session = server.session("refused");
    session.faults(&json!([
        { "operation": "BatchImportFindings", "account": "210987654321", "region": "eu-west-1", "action": "deny" },
        { "operation": "GetFindings", "account": "123456789012", "region": "us-east-1", "action": "not-subscribed" },
    ]));
    let run = publish(&session, &[&BOTH[..], &["--yes"]].concat());
    assert_snapshot!(run, @"
    exit: 3
    -- stdout --
    account       Region             new   known   fixed
    123456789012  eu-west-1            8       0       0
    123456789012  us-east-1            1       0       0
        securityhub:GetFindings failed with InvalidAccessException: Account 123456789012 is not subscribed to AWS Security Hub; switch Security Hub on there
    210987654321  eu-west-1            1       0       0
        securityhub:BatchImportFindings failed with AccessDeniedException: User: arn:aws:sts::210987654321:assumed-role/audit/secrets-auditor is not authorized to perform: securityhub:BatchImportFindings on resource: * because no identity-based policy allows the securityhub:BatchImportFindings action; allow securityhub:BatchImportFindings

    AWS Security Hub took 8 findings; 2 were not
    ");
}

#[test]
fn a_run_that_is_killed_is_finished_by_the_next() {
    let server = Server::start("company");
    let session = server.session("killed");
    session.faults(&json!([
        { "operation": "BatchImportFindings", "region": "us-east-1", "action": "delay", "seconds": 60 },
    ]));
    let (mut child, _home) = command(&session, &[&FEW[..], &["--yes"]].concat()).spawn();
    let is_halfway = || asked(&session, "BatchImportFindings") == 2;
    assert!((0..1_200).any(|_| is_halfway() || {
        std::thread::sleep(Duration::from_millis(50));
        false
    }));
    child.kill().unwrap();
    child.wait().unwrap();
    let between = publish(&server.session("between"), &[]);
    assert_snapshot!(between, @"
    exit: 0
    -- stdout --
    account       Region             new   known   fixed
    123456789012  eu-west-1            0       8       0
    123456789012  us-east-1            1       0       0

    nothing was sent: `--yes` sends 9 findings and archives 0 findings
    ");
    let next = publish(&server.session("next"), &["--yes"]);
    assert_eq!(next.code, Some(0), "{next}");
    let whole = publish(&server.session("whole"), &[]);
    assert_snapshot!(whole, @"
    exit: 0
    -- stdout --
    account       Region             new   known   fixed
    123456789012  eu-west-1            0       8       0
    123456789012  us-east-1            0       1       0

    nothing was sent: `--yes` sends 9 findings and archives 0 findings
    ");
}

#[test]
fn a_snapshot_is_judged_offline_and_sent_with_the_callers_credentials() {
    let server = Server::start("company");
    let session = server.session("snapshot");
    let few = ["--sample", "--only=stale-value", "--yes", "--region=eu-west-1"];
    let run = command(&session, &few).run();
    assert_snapshot!(run, @"
    exit: 3
    -- stdout --
    account       Region             new   known   fixed
    111122223333  eu-west-1            8       0       0
        no role leads into the account; name one with `--assume-role`
    444455556666  eu-west-1            1       0       0
        no role leads into the account; name one with `--assume-role`
    777788889999  eu-west-1            1       0       0
        no role leads into the account; name one with `--assume-role`

    AWS Security Hub took 0 findings; 10 were not
    ");
    assert_eq!(asked(&session, "ListSecrets"), 0);
    let roles = ["111122223333", "444455556666", "777788889999"];
    let roles = roles.map(|account| format!("--assume-role=arn:aws:iam::{account}:role/audit"));
    let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
    let refused = command(&server.session("roles"), &[&few[..], &roles].concat()).run();
    assert_eq!(refused.code, Some(3), "{refused}");
    assert!(refused.stdout.contains("sts:AssumeRole failed with AccessDenied"), "{refused}");
}

#[test]
fn without_credentials_it_says_so() {
    let session = company().session("publish-nobody");
    let run = Command::new(["publish", "security-hub", "--sample", "--only=stale-value"])
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ENDPOINT_URL", session.endpoint())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .run();
    assert_eq!(run.code, Some(2), "{run}");
    assert_snapshot!(run.stderr, @"
    error: cannot find out who asks: CredentialsError: neither the environment nor the AWS configuration files nor this machine has any
    help: check the credentials with `aws sts get-caller-identity`, and `--profile`
    ");
}

#[test]
fn its_permissions_are_what_it_asks_for() {
    let run = Command::new(["permissions", "--for=publish"]).run();
    let policy: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let allowed: Vec<&str> = policy["Statement"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|statement| statement["Effect"] == "Allow")
        .flat_map(|statement| statement["Action"].as_array().unwrap())
        .map(|action| action.as_str().unwrap())
        .collect();
    assert_snapshot!(allowed.join(" "), @"securityhub:BatchImportFindings securityhub:GetFindings sts:GetCallerIdentity sts:AssumeRole");
}
