//! Who can read what, in two accounts where every way in stands beside a near miss: the answers are the truth of the
//! seed `reach`, and the three verbs agree with each other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::aws::Server;
use crate::support::{Command, folder};

/// Both accounts of the seed.
const BOTH: [&str; 2] = [
    "--assume-role=arn:aws:iam::123456789012:role/audit",
    "--assume-role=arn:aws:iam::210987654321:role/audit",
];

/// A snapshot of the seed, and what is true of it.
struct Seeded {
    snapshot: TempDir,
    truth: Value,
}

static SEEDED: LazyLock<Seeded> = LazyLock::new(|| {
    let server = Server::start("reach");
    let session = server.session("reach");
    let snapshot = folder();
    let to = snapshot.path().join("snapshot");
    let run = Command::new(["collect", "--quiet", "--to"])
        .arg(&to)
        .args(BOTH)
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ENDPOINT_URL", session.endpoint())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .run();
    assert_eq!(run.code, Some(0), "{run}");
    Seeded { snapshot, truth: server.truth()["readers"].clone() }
});

/// What the program answers, as JSON.
fn ask<const N: usize>(arguments: [&str; N]) -> Value {
    let snapshot = SEEDED.snapshot.path().join("snapshot");
    Command::new(arguments).args(["--format", "json", "--snapshot"]).arg(snapshot).run().json()
}

/// A principal, its decision and its access.
type Row = (String, String, Vec<String>);

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn row(of: &str, reader: &Value) -> Row {
    let access = reader["access"].as_array().unwrap().iter().map(text).collect();
    (text(&reader[of]), text(&reader["decision"]), access)
}

fn rows(of: &str, readers: &Value) -> BTreeSet<Row> {
    readers.as_array().unwrap().iter().map(|reader| row(of, reader)).collect()
}

fn secrets() -> impl Iterator<Item = (&'static str, &'static Value)> {
    let truth = SEEDED.truth.as_array().unwrap().iter();
    truth.map(|entry| (entry["secret"].as_str().unwrap(), &entry["readers"]))
}

#[test]
fn who_can_lists_exactly_who_can() {
    let mut wrong = BTreeMap::new();
    for (secret, readers) in secrets() {
        let (found, expected) =
            (rows("principal", &ask(["who-can", secret])["readers"]), rows("principal", readers));
        if found != expected {
            let missing: Vec<Row> = expected.difference(&found).cloned().collect();
            let surplus: Vec<Row> = found.difference(&expected).cloned().collect();
            wrong.insert(secret, (missing, surplus));
        }
    }
    assert!(secrets().count() >= 20);
    assert!(wrong.is_empty(), "missing and surplus: {wrong:#?}");
}

/// The ARN of the secret with this name.
fn secret(name: &str) -> &'static str {
    let is_named =
        |arn: &str| arn.rsplit_once('-').is_some_and(|(base, _)| base.ends_with(&format!(":secret:{name}")));
    secrets().map(|(arn, _)| arn).find(|arn| is_named(arn)).unwrap()
}

#[test]
fn why_tells_what_a_near_miss_lacks() {
    let home = |name: &str| format!("arn:aws:iam::123456789012:{name}");
    let misses = [
        (
            "user/dora",
            "prod/app/db-password-old",
            "ImplicitlyDenied",
            "no policy of the user allows secretsmanager:GetSecretValue, nor does the resource policy",
        ),
        (
            "role/orders-without-key",
            "prod/orders/db-password",
            "ImplicitlyDenied",
            "the key policy leaves kms:Decrypt to policies of IAM, and none of the role allows it",
        ),
        (
            "user/dan",
            "prod/app/db-password",
            "ExplicitlyDenied",
            "statement 1 of inline policy own denies it",
        ),
    ];
    for (principal, name, decision, reason) in misses {
        let why = ask(["why", &home(principal), secret(name)]);
        assert_eq!(
            (&why["decision"], &why["reason"]),
            (&decision.into(), &reason.into()),
            "{principal}: {why:#}"
        );
        let readers = rows("principal", &ask(["who-can", secret(name)])["readers"]);
        assert!(!readers.iter().any(|(reader, ..)| *reader == home(principal)), "{principal}");
    }
}

#[test]
fn why_and_who_can_decide_alike() {
    for name in ["prod/vault/master-key", "prod/partner/export-key"] {
        let who_can = ask(["who-can", secret(name)]);
        for reader in who_can["readers"].as_array().unwrap() {
            let principal = reader["principal"].as_str().unwrap();
            let why = ask(["why", principal, secret(name)]);
            assert_eq!(why["decision"], reader["decision"], "{principal}");
            assert_eq!(why["conditions"], reader["conditions"], "{principal}");
        }
    }
}

#[test]
fn reach_lists_the_secrets_of_which_somebody_is_a_reader() {
    for principal in ["arn:aws:iam::123456789012:role/app-sweeper", "arn:aws:iam::123456789012:user/alice"] {
        let readers = secrets().flat_map(|(secret, readers)| {
            let own = readers.as_array().unwrap().iter().filter(|reader| reader["principal"] == principal);
            own.map(move |reader| (secret.to_owned(), text(&reader["decision"]), row("principal", reader).2))
        });
        let expected: BTreeSet<Row> = readers.collect();
        let reached = rows("secret", &ask(["reach", principal])["secrets"]);
        let reads = |row: &Row| row.2.contains(&"read".to_owned());
        assert_eq!(reached.into_iter().filter(reads).collect::<BTreeSet<Row>>(), expected, "{principal}");
    }
}
