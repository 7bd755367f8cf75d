//! CloudTrail's Event history: asked anew, from the cache, slowly, and not at all.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::aws::{Session, company};
use crate::support::{Command, Run, folder};

/// The instant for which the company was made, and a later one, by when little can have happened.
const AS_OF: &str = "2026-11-01T00:00:00Z";
const LATER: &str = "2026-11-01T12:00:00Z";

fn run(session: &Session, as_of: &str, more: &[&str]) -> Run {
    Command::new([
        "reads",
        "--trail=lookup",
        "--region=eu-west-1",
        "--format=json",
        "--quiet",
        "--as-of",
        as_of,
    ])
    .args(more)
    .env("AWS_REGION", "eu-west-1")
    .env("AWS_ENDPOINT_URL", session.endpoint())
    .env("AWS_EC2_METADATA_DISABLED", "true")
    .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    .run()
}

fn reads(session: &Session, as_of: &str, more: &[&str]) -> Value {
    let run = run(session, as_of, more);
    assert_eq!(run.code, Some(0), "{run}");
    run.json()
}

fn lookups(session: &Session) -> usize {
    session.calls().iter().filter(|call| call.operation == "LookupEvents").count()
}

fn cached(folder: &Path) -> PathBuf {
    folder.join("event-history/123456789012/eu-west-1.json")
}

/// The part of an answer that does not tell how it was come by.
fn told(answer: &Value) -> (&Value, &Value) {
    (&answer["reads"], &answer["coverage"])
}

#[test]
fn the_next_run_asks_only_for_what_is_new() {
    let folder = folder();
    let cache = ["--cache", folder.path().to_str().unwrap()];
    let [plain, first, second] =
        ["plain", "first", "second"].map(|name| company().session(&format!("history-{name}")));
    let anew = reads(&plain, AS_OF, &[]);
    assert_eq!(told(&reads(&first, AS_OF, &cache)), told(&anew));
    assert!(lookups(&first) > 3, "the history of the company has some pages");
    assert_eq!(lookups(&first), lookups(&plain));
    assert_eq!(told(&reads(&second, AS_OF, &cache)), told(&anew));
    assert_eq!(lookups(&second), 1, "the last hour fits in a page");

    let [plain, third] = ["plain-later", "third"].map(|name| company().session(&format!("history-{name}")));
    let (later, kept) = (reads(&plain, LATER, &[]), reads(&third, LATER, &cache));
    assert_eq!(told(&kept), told(&later), "the window has moved on");
    assert_eq!(lookups(&third), 1);
}

#[test]
fn a_cache_that_cannot_be_read_is_as_none() {
    let folder = folder();
    let cache = ["--cache", folder.path().to_str().unwrap()];
    let session = company().session("history-torn");
    let anew = reads(&session, AS_OF, &cache);
    let whole = fs::read(cached(folder.path())).unwrap();
    for torn in
        [whole[..whole.len() / 2].to_vec(), Vec::new(), br#"{"version":999,"spans":[],"events":[]}"#.to_vec()]
    {
        fs::write(cached(folder.path()), torn).unwrap();
        assert_eq!(told(&reads(&session, AS_OF, &cache)), told(&anew));
        assert_eq!(fs::read(cached(folder.path())).unwrap(), whole);
    }
}

/// The newest is read first; what was not reached is told, and the next run goes on there.
#[test]
fn a_budget_that_is_used_up_leaves_a_gap_for_the_next_run() {
    let folder = folder();
    let cache = ["--cache", folder.path().to_str().unwrap(), "--trail-budget=1s"];
    let session = company().session("history-budget");
    session.faults(&json!([{ "operation": "LookupEvents", "action": "delay", "seconds": 0.6 }]));
    let part = reads(&session, AS_OF, &cache);
    let message = part["gaps"][0]["message"].as_str().unwrap();
    let reached = message.strip_prefix("events before ").unwrap();
    let reached = reached.strip_suffix(" were not reached within the budget of 1 s").unwrap();
    assert_eq!(part["gaps"][0]["cause"], "not-collected");
    assert_eq!(part["coverage"][0]["spans"], json!([{ "from": reached, "to": AS_OF }]));
    let firsts = part["reads"].as_array().unwrap().iter().map(|read| read["first"].as_str().unwrap());
    assert!(firsts.clone().count() > 0 && firsts.clone().all(|first| first >= reached));

    session.faults(&json!([]));
    let [resumed, plain] = ["resumed", "whole"].map(|name| company().session(&format!("history-{name}")));
    assert_eq!(told(&reads(&resumed, AS_OF, &cache[..2])), told(&reads(&plain, AS_OF, &[])));
    assert!(lookups(&resumed) <= lookups(&plain), "{} and {}", lookups(&resumed), lookups(&plain));
}

#[test]
fn a_refused_history_is_a_gap_with_its_permission() {
    let session = company().session("history-refused");
    session.faults(&json!([{ "operation": "LookupEvents", "action": "deny" }]));
    let answer = reads(&session, AS_OF, &[]);
    let gap = &answer["gaps"][0];
    assert_eq!(
        (&gap["call"], &gap["cause"], &gap["permission"], &gap["region"]),
        (
            &json!("cloudtrail:LookupEvents"),
            &json!("refused"),
            &json!("cloudtrail:LookupEvents"),
            &json!("eu-west-1")
        )
    );
    assert_eq!(answer["reads"], json!([]));
    assert_eq!(answer["coverage"][0]["spans"], json!([]), "nothing is covered");
}

/// CloudTrail answers two lookups a second; the program keeps to that, and repeats what is thrown back.
#[test]
fn lookups_keep_to_the_rate_of_cloudtrail() {
    let [plain, slow] = ["fast", "slow"].map(|name| company().session(&format!("history-{name}")));
    let anew = reads(&plain, AS_OF, &[]);
    slow.faults(&json!([{ "operation": "LookupEvents", "action": "throttle", "every": 3 }]));
    let answer = reads(&slow, AS_OF, &[]);
    assert_eq!(told(&answer), told(&anew));
    assert_eq!(answer["gaps"], anew["gaps"]);
    let peaks = plain.stats()["peak_per_second"].as_array().unwrap().clone();
    let peak = peaks.iter().find(|peak| peak["operation"] == "LookupEvents").unwrap();
    assert!(peak["peak"].as_u64().unwrap() <= 3, "{peak}");
}

#[test]
fn answers_that_are_none_are_gaps() {
    for action in ["truncate", "html", "drop"] {
        let session = company().session(&format!("history-{action}"));
        session.faults(&json!([{ "operation": "LookupEvents", "action": action }]));
        let answer = reads(&session, AS_OF, &["--max-attempts=2"]);
        assert_eq!(answer["reads"], json!([]), "{action}");
        assert_eq!(answer["coverage"][0]["spans"], json!([]), "{action}");
        assert_eq!(answer["gaps"][0]["call"], "cloudtrail:LookupEvents", "{action}");
    }
}
