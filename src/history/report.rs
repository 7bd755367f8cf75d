//! Reads a JSON report back: the fields that a comparison needs, whatever else it holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use serde::Deserialize;

use super::HistoryError;
use crate::model::{
    AccountRun, Assessment, Excepted, Finding, Fingerprint, ResourceType, SecretChange, Severity, Verdict,
};

/// The version of the JSON report that is read.
const VERSION: u32 = 1;
const WHAT: &str = "report";

/// What gzip files begin with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A report as far as a comparison needs it.
#[derive(Clone, Debug, Deserialize)]
pub struct OldReport {
    pub(super) run: OldRun,
    pub(super) summary: OldSummary,
    pub(super) findings: Vec<OldFinding>,
    #[serde(default)]
    pub(super) changes: Vec<SecretChange>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct OldRun {
    pub(super) rules: String,
    pub(super) as_of: Timestamp,
    pub(super) selection: Vec<String>,
    #[serde(default)]
    pub(super) owner: Option<String>,
    pub(super) accounts: Vec<AccountRun>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct OldSummary {
    pub(super) secrets: u64,
    pub(super) by_rule: BTreeMap<String, BTreeMap<Verdict, u64>>,
    /// Rule to its former ids.
    #[serde(default)]
    pub(super) aliases: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct OldFinding {
    pub(super) rule: String,
    pub(super) verdict: Verdict,
    pub(super) severity: Severity,
    pub(super) resource: OldResource,
    pub(super) message: String,
    pub(super) fingerprint: Fingerprint,
    #[serde(default)]
    pub(super) reach: Option<u64>,
    /// Absent in reports without a history, and in those of older programs.
    #[serde(default)]
    pub(super) first_seen: Option<Timestamp>,
    #[serde(default)]
    pub(super) exception: Option<Excepted>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct OldResource {
    #[serde(rename = "type")]
    pub(super) kind: ResourceType,
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) account: String,
    pub(super) region: String,
    #[serde(default)]
    pub(super) second_key: Option<String>,
}

impl From<&Assessment> for OldReport {
    /// What a report of today would be read back as.
    fn from(assessment: &Assessment) -> Self {
        let (run, options) = (&assessment.run, &assessment.options);
        let renamed = assessment.rules.iter().filter(|rule| !rule.aliases.is_empty());
        Self {
            run: OldRun {
                rules: run.rules_digest.clone(),
                as_of: run.as_of,
                selection: run.selection.clone(),
                owner: options.owner.clone(),
                accounts: run.accounts.clone(),
            },
            summary: OldSummary {
                secrets: assessment.secrets(),
                by_rule: assessment.summary.rules.clone(),
                aliases: renamed.map(|rule| (rule.id.clone(), rule.aliases.clone())).collect(),
            },
            findings: assessment.findings.iter().map(OldFinding::from).collect(),
            changes: assessment.changes.clone(),
        }
    }
}

impl From<&Finding> for OldFinding {
    fn from(finding: &Finding) -> Self {
        let resource = &finding.resource;
        Self {
            rule: finding.rule.clone(),
            verdict: finding.verdict,
            severity: finding.severity,
            resource: OldResource {
                kind: resource.kind,
                arn: resource.arn.clone(),
                name: resource.name.clone(),
                account: resource.account.to_string(),
                region: resource.region.to_string(),
                second_key: resource.second_key.clone(),
            },
            message: finding.message.clone(),
            fingerprint: finding.fingerprint.clone(),
            reach: finding.reach,
            first_seen: None,
            exception: finding.exception.clone(),
        }
    }
}

impl OldReport {
    /// All ids, former ones too, of the rules that ran.
    pub(super) fn rules(&self) -> BTreeSet<&str> {
        let former = self.summary.aliases.values().flatten();
        self.summary.by_rule.keys().chain(former).map(String::as_str).collect()
    }
}

/// Reads a report from a file, compressed or not.
///
/// # Errors
/// Where the file cannot be read, is no report, or is newer than this program.
pub fn read_report_file(path: &Path) -> Result<OldReport, HistoryError> {
    let bytes = fs::read(path).map_err(|error| HistoryError::read(path, &error))?;
    read_report(path, &bytes)
}

/// Reads a report, compressed or not; the path is what errors name.
///
/// # Errors
/// Where it is no report, or is newer than this program.
pub fn read_report(path: &Path, bytes: &[u8]) -> Result<OldReport, HistoryError> {
    #[derive(Deserialize)]
    struct Head {
        version: String,
    }
    if !bytes.starts_with(&GZIP) {
        let not_one = |error: &serde_json::Error| HistoryError::json(path, WHAT, error);
        let head: Head = serde_json::from_slice(bytes).map_err(|error| not_one(&error))?;
        if head.version.parse::<u32>().is_ok_and(|version| version <= VERSION) {
            return serde_json::from_slice(bytes).map_err(|error| not_one(&error));
        }
        let found = head.version;
        return Err(HistoryError::Newer { path: path.to_owned(), what: WHAT, found, known: VERSION });
    }
    let mut inflated = Vec::new();
    MultiGzDecoder::new(bytes).read_to_end(&mut inflated).map_err(|_| HistoryError::NotOne {
        path: path.to_owned(),
        what: WHAT,
        reason: "its compression is torn".to_owned(),
    })?;
    read_report(path, &inflated)
}
