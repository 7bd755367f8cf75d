//! The format of a baseline: JSON with one finding a line, sorted by place, so that a change of it reads well in version
//! control. It carries no clock but the instant that counted as now in its audit.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::HistoryError;
use crate::model::{AccountId, Baseline, BaselineEntry, Region};

/// The version of the format.
const VERSION: u32 = 1;
const WHAT: &str = "baseline";

#[derive(Deserialize)]
struct Head {
    version: u32,
}

#[derive(Deserialize)]
struct Document {
    as_of: Timestamp,
    accounts: BTreeMap<AccountId, BTreeSet<Region>>,
    findings: Vec<BaselineEntry>,
}

/// Writes a baseline, with a final line break.
///
/// # Errors
/// Where serde_json refuses, which it does not for these types.
pub fn render_baseline(baseline: &Baseline) -> serde_json::Result<String> {
    let mut accounts = Vec::new();
    for (account, regions) in &baseline.accounts {
        accounts.push(format!("{}: {}", line(account)?, line(regions)?));
    }
    let findings: Vec<String> = baseline.findings.iter().map(line).collect::<serde_json::Result<_>>()?;
    let as_of = line(&baseline.as_of)?;
    let (accounts, findings) = (lines(&accounts), lines(&findings));
    Ok(format!(
        "{{\n  \"version\": {VERSION},\n  \"as_of\": {as_of},\n  \"accounts\": {{{accounts}}},\n  \"findings\": [{findings}]\n}}\n"
    ))
}

fn line(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string(value)
}

fn lines(items: &[String]) -> String {
    if items.is_empty() { String::new() } else { format!("\n    {}\n  ", items.join(",\n    ")) }
}

/// Reads a baseline.
///
/// # Errors
/// Where it cannot be read, is none, is newer than this program, or lists a finding twice.
pub fn read_baseline(path: &Path) -> Result<Baseline, HistoryError> {
    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => HistoryError::NoBaseline(path.to_owned()),
        ErrorKind::InvalidData => {
            HistoryError::NotOne { path: path.to_owned(), what: WHAT, reason: "it is no text".to_owned() }
        }
        _ => HistoryError::read(path, &error),
    })?;
    let not_one = |error: &serde_json::Error| HistoryError::json(path, WHAT, error);
    let head: Head = serde_json::from_str(&text).map_err(|error| not_one(&error))?;
    if head.version > VERSION {
        return Err(HistoryError::Newer {
            path: path.to_owned(),
            what: WHAT,
            found: head.version.to_string(),
            known: VERSION,
        });
    }
    let document: Document = serde_json::from_str(&text).map_err(|error| not_one(&error))?;
    check_twice(path, &text, &document.findings)?;
    let Document { as_of, accounts, findings } = document;
    Ok(Baseline { as_of, accounts, findings })
}

fn check_twice(path: &Path, text: &str, findings: &[BaselineEntry]) -> Result<(), HistoryError> {
    let mut seen = HashMap::new();
    let again = findings.iter().find(|entry| seen.insert(&entry.fingerprint, ()).is_some());
    let Some(entry) = again else { return Ok(()) };
    let fingerprint = entry.fingerprint.to_string();
    let mut places = text.lines().enumerate().filter(|(_, line)| line.contains(&fingerprint));
    let mut next = || places.next().map_or(0, |(place, _)| place + 1);
    Err(HistoryError::Twice { path: path.to_owned(), first: next(), second: next(), fingerprint })
}
