//! Archives that lie in AWS: one archive read as a folder, through Amazon S3 and through Amazon Athena says one thing, and
//! what keeps it from being read is told.

mod bucket;
mod same;
mod table;

use std::collections::BTreeSet;
use std::path::Path;

use secrets_auditor::aws::Purpose;
use serde_json::{Value, json};

use crate::aws::{Session, company};
use crate::support::{Command, Run};
use crate::trail_archive::archives::generator;

/// The instant for which the company's archive was made.
const AS_OF: &str = "2026-11-01T00:00:00Z";
const SINCE: &str = "2026-08-03";

/// A session of the company whose bucket and table show a folder.
fn showing(name: &str, folder: &Path) -> Session {
    let session = company().session(name);
    session.archive(&json!({ "directory": folder }));
    session
}

/// A session with the archive of the company, and its folder.
fn company_archive(name: &str) -> (Session, String) {
    let session = company().session(name);
    let made = session.archive(&json!({ "company": true }));
    (session, made["directory"].as_str().unwrap().to_owned())
}

/// A command that asks the session.
fn command(session: &Session, arguments: &[&str]) -> Command {
    Command::new(arguments.iter().copied())
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ENDPOINT_URL", session.endpoint())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
}

/// `reads` of the company's time, by one source.
fn run(session: &Session, trail: &str, more: &[&str]) -> Run {
    let fixed = ["reads", "--trail", trail, "--format=json", "--quiet", "--as-of", AS_OF, "--since", SINCE];
    command(session, &[&fixed, more].concat()).run()
}

fn reads(session: &Session, trail: &str, more: &[&str]) -> Value {
    let run = run(session, trail, more);
    assert_eq!(run.code, Some(0), "{run}");
    run.json()
}

/// What is missing, in one line each.
fn gaps(reads: &Value) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let line = |gap: &Value| {
        let [cause, error, resource, permission, message] =
            ["cause", "error", "resource", "permission", "message"].map(|field| word(&gap[field]));
        format!("{cause} | {error} | {resource} | {permission} | {message}")
    };
    reads["gaps"].as_array().unwrap().iter().map(line).collect()
}

/// The days that are covered in a place, as spans.
fn spans(reads: &Value) -> Vec<Value> {
    let covered = reads["coverage"].as_array().unwrap().iter();
    covered.map(|place| json!([place["account"], place["region"], place["spans"]])).collect()
}

/// Every call that a session saw is on the list of a purpose; `permissions` prints that list.
fn calls_are_listed(session: &Session, purpose: Purpose, name: &str) {
    let asked: BTreeSet<String> =
        session.calls().iter().map(|call| format!("{}:{}", call.service, call.operation)).collect();
    let mut listed: BTreeSet<String> =
        purpose.operations().map(|operation| format!("{}:{}", operation.service, operation.name)).collect();
    if name == "athena-stopped" {
        listed.remove("athena:GetQueryResults");
    }
    assert_eq!(asked, listed, "left: what was asked; right: the list");
    let policy = Command::new(["permissions", "--for", purpose.as_str(), "--format=json"]).run();
    assert!(policy.stderr.starts_with("put the real names in the place of TRAIL-BUCKET"), "{policy}");
    let allowed: BTreeSet<String> = policy.json()["Statement"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|statement| statement["Effect"] == "Allow")
        .flat_map(|statement| statement["Action"].as_array().unwrap().clone())
        .map(|action| action.as_str().unwrap().to_owned())
        .collect();
    let implied = purpose.implied().iter().map(|implied| implied.action);
    let actions: BTreeSet<String> =
        purpose.operations().map(|operation| operation.action).chain(implied).map(str::to_owned).collect();
    assert_eq!(allowed, actions);
}
