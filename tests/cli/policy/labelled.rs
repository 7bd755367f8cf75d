//! Labelled cases: each decision must be the label.

use std::io::Read;

use flate2::read::GzDecoder;
use secrets_auditor::policy::{Case, Decision};
use serde::Deserialize;

use crate::support::root;

/// What a case's label says.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Label {
    pub decision: String,
    pub kms_decision: Option<String>,
    pub effective_decision: Option<String>,
}

#[derive(Deserialize)]
struct Labelled {
    expected: Label,
}

/// The lines of a file of cases.
pub fn lines(name: &str) -> Vec<String> {
    let bytes = std::fs::read(root().join("tests/policy").join(name)).unwrap();
    let mut text = String::new();
    if name.ends_with(".gz") {
        GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    text.lines().map(str::to_owned).collect()
}

/// The cases whose decisions are not their labels.
fn wrong(name: &str) -> (usize, Vec<String>) {
    let lines = lines(name);
    let mut wrong = Vec::new();
    for line in &lines {
        let case: Case = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let Label { decision, kms_decision, effective_decision } =
            serde_json::from_str::<Labelled>(line).unwrap().expected;
        let outcome = case.decide();
        let text = |decision: Option<Decision>| decision.map(|decision| decision.as_str().to_owned());
        let got = (Some(outcome.decision.as_str().to_owned()), text(outcome.key), text(outcome.effective()));
        let expected = (Some(decision), kms_decision, effective_decision);
        if got != expected {
            wrong.push(format!("{}: {got:?}, labelled {expected:?}", case.id));
        }
    }
    (lines.len(), wrong)
}

#[test]
fn every_case_of_the_development_set_is_decided_as_labelled() {
    let (count, wrong) = wrong("dev.jsonl.gz");
    assert_eq!(count, 20_000);
    assert!(wrong.is_empty(), "{} wrong: {:#?}", wrong.len(), &wrong[..wrong.len().min(20)]);
}

#[test]
fn every_case_from_the_documentation_is_decided_as_labelled() {
    let (count, wrong) = wrong("doc-cases.jsonl");
    assert_eq!(count, 35);
    assert!(wrong.is_empty(), "{wrong:#?}");
}
