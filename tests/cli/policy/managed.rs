//! What is read of a policy and printed again is the policy.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use flate2::read::GzDecoder;
use secrets_auditor::policy::Document;
use serde::Deserialize;
use serde_json::Value;

use crate::support::root;

/// Names a file with further policies: gzip, one JSON object with `name` and `document` a line.
const MORE: &str = "SECRETS_AUDITOR_MANAGED_POLICIES";

#[derive(Deserialize)]
struct Named {
    name: String,
    document: Value,
}

/// Checks the policies of a file; answers with their number.
fn assert_round_trips(lines: impl Read) -> usize {
    let mut count = 0;
    for line in BufReader::new(lines).lines() {
        let Named { name, document } = serde_json::from_str(&line.unwrap()).unwrap();
        let read = Document::parse(&document.to_string()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let printed = read.to_string();
        assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), document, "{name}");
        assert_eq!(Document::parse(&printed).unwrap(), read, "{name}");
        count += 1;
    }
    count
}

#[test]
fn every_shape_that_aws_accepts_is_printed_as_it_was_read() {
    let shapes = File::open(root().join("tests/policy/shapes.jsonl")).unwrap();
    assert_eq!(assert_round_trips(shapes), 17);
}

#[test]
fn policies_that_aws_manages_are_printed_as_they_were_read() {
    let Some(path) = std::env::var_os(MORE) else { return };
    let count = assert_round_trips(GzDecoder::new(File::open(path).unwrap()));
    assert!(count > 0, "{MORE} names a file without policies");
}
