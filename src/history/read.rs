//! Reads a history: what is whole is listed, what is not is named.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::store::PARTIAL;
use super::summary::VERSION;
use super::{History, HistoryError, OldReport, read_report};
use crate::model::{AuditSummary, date};

/// An audit in a history.
#[derive(Clone, Debug)]
pub struct Audit {
    /// Its counts.
    pub summary: AuditSummary,
    /// Its folder.
    pub folder: PathBuf,
}

/// The audits of a history.
#[derive(Clone, Debug)]
pub struct Audits {
    /// Its folder.
    pub root: PathBuf,
    /// Those that are whole, in the order of time.
    pub whole: Vec<Audit>,
    /// What could not be read, and why, in sentences.
    pub skipped: Vec<String>,
}

impl History {
    /// The audits that are kept here. One that is not whole is left out and named.
    ///
    /// # Errors
    /// Where the folder itself cannot be read, or an audit is newer than this program.
    pub fn audits(&self) -> Result<Audits, HistoryError> {
        let mut audits = Audits { root: self.root().to_owned(), whole: Vec::new(), skipped: Vec::new() };
        for day in folders(self.root())? {
            if name_of(&day).starts_with(PARTIAL) {
                audits.skipped.push(format!(
                    "`{}` was left by an audit that was stopped; remove it if none is running",
                    day.display()
                ));
            }
            if !name_of(&day).starts_with("date=") {
                continue;
            }
            for folder in folders(&day)?.into_iter().filter(|folder| name_of(folder).starts_with("audit=")) {
                match read_summary(&folder) {
                    Ok(summary) => audits.whole.push(Audit { summary, folder }),
                    Err(error @ HistoryError::Newer { .. }) => return Err(error),
                    Err(error) => audits.skipped.push(error.to_string()),
                }
            }
        }
        audits.whole.sort_by_key(|audit| audit.summary.as_of);
        Ok(audits)
    }
}

impl Audits {
    /// The latest audit of a day.
    ///
    /// # Errors
    /// Where there is none on that day.
    pub fn of(&self, day: Date) -> Result<&Audit, HistoryError> {
        let wanted = day.to_string();
        let is_of_day = |audit: &&Audit| date(audit.summary.as_of) == wanted;
        self.whole.iter().rev().find(is_of_day).ok_or_else(|| HistoryError::NoAudit {
            path: self.root.clone(),
            nearest: self.nearest(day),
            date: wanted,
        })
    }

    fn nearest(&self, day: Date) -> Option<String> {
        let days = self.whole.iter().filter_map(|audit| date(audit.summary.as_of).parse::<Date>().ok());
        let far = |other: &Date| day.until(*other).map_or(i32::MAX, |span| span.get_days().abs());
        days.min_by_key(far).map(|day| day.to_string())
    }

    /// The latest audit of each day, in the order of time.
    pub fn by_day(&self) -> Vec<&Audit> {
        let by_day: BTreeMap<String, &Audit> =
            self.whole.iter().map(|audit| (date(audit.summary.as_of), audit)).collect();
        by_day.into_values().collect()
    }
}

impl Audit {
    /// Its report.
    ///
    /// # Errors
    /// Where the file is absent, torn, or newer than this program.
    pub fn report(&self) -> Result<OldReport, HistoryError> {
        let path = self.folder.join("report.json.gz");
        let bytes = fs::read(&path).map_err(|error| HistoryError::read(&path, &error))?;
        read_report(&path, &bytes).map_err(|error| match error {
            HistoryError::NotOne { path, reason, .. } => {
                HistoryError::NotOne { path, what: "report of an audit", reason }
            }
            other => other,
        })
    }
}

fn read_summary(folder: &Path) -> Result<AuditSummary, HistoryError> {
    #[derive(serde::Deserialize)]
    struct Head {
        version: u32,
    }
    let path = folder.join("summary.json");
    let bytes = fs::read(&path).map_err(|error| HistoryError::read(&path, &error))?;
    let not_one = |error: &serde_json::Error| HistoryError::json(&path, "summary of an audit", error);
    let head: Head = serde_json::from_slice(&bytes).map_err(|error| not_one(&error))?;
    if head.version > VERSION {
        let found = head.version.to_string();
        return Err(HistoryError::Newer { path, what: "summary", found, known: VERSION });
    }
    serde_json::from_slice(&bytes).map_err(|error| not_one(&error))
}

/// The folders in a folder, by name.
fn folders(folder: &Path) -> Result<Vec<PathBuf>, HistoryError> {
    let cannot = |error: &std::io::Error| HistoryError::read(folder, error);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| cannot(&error))? {
        let path = entry.map_err(|error| cannot(&error))?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn name_of(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}
