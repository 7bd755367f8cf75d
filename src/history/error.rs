//! Why a history, a report or a baseline could not be read or written.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::model::reason;

/// Why a history, a report or a baseline could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HistoryError {
    /// A file stands where the folder should be.
    #[error("`{path}` is no folder", path = .0.display())]
    NoFolder(PathBuf),
    /// The folder holds something else.
    #[error("`{path}` is no history: it holds other files and no history.json", path = .0.display())]
    OtherFolder(PathBuf),
    /// There is no such folder.
    #[error("there is no history in `{path}`", path = .0.display())]
    Absent(PathBuf),
    /// A newer program wrote it.
    #[error("`{path}` has {what} version {found}, this program reads up to {known}", path = .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// What it is a version of.
        what: &'static str,
        /// The version in the file.
        found: String,
        /// The newest version that is understood.
        known: u32,
    },
    /// A file is not what it should be.
    #[error("`{path}` is no {what}: {reason}", path = .path.display())]
    NotOne {
        /// The file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A baseline names a finding twice.
    #[error("the baseline `{path}` lists the fingerprint `{fingerprint}` twice, in lines {first} and {second}", path = .path.display())]
    Twice {
        /// The file.
        path: PathBuf,
        /// The fingerprint.
        fingerprint: String,
        /// Where it stands.
        first: usize,
        /// Where it stands again.
        second: usize,
    },
    /// There is no baseline of this name.
    #[error("there is no baseline `{path}`", path = .0.display())]
    NoBaseline(PathBuf),
    /// No audit was kept on a day.
    #[error("the history in `{path}` has no audit of `{date}`", path = .path.display())]
    NoAudit {
        /// The history.
        path: PathBuf,
        /// The day.
        date: String,
        /// The day nearest to it on which there is one.
        nearest: Option<String>,
    },
    /// No audit in a history knows the account.
    #[error("no audit in `{path}` knows the account `{account}`", path = .path.display())]
    NoAccount {
        /// The history.
        path: PathBuf,
        /// The account.
        account: String,
        /// The accounts that are known.
        known: Vec<String>,
    },
    /// A file could not be read.
    #[error("cannot read `{path}`: {reason}", path = .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// A file could not be written.
    #[error("cannot write `{path}`: {reason}", path = .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
}

impl HistoryError {
    pub(super) fn read(path: &Path, error: &io::Error) -> Self {
        Self::Read { path: path.to_owned(), reason: reason(error) }
    }

    pub(super) fn write(path: &Path, error: &io::Error) -> Self {
        Self::Write { path: path.to_owned(), reason: reason(error) }
    }

    /// A document that serde cannot read.
    pub(super) fn json(path: &Path, what: &'static str, error: &serde_json::Error) -> Self {
        Self::NotOne { path: path.to_owned(), what, reason: broken(error) }
    }

    /// What the user can do about it.
    pub fn help(&self) -> String {
        match self {
            Self::NoFolder(_) => "name a folder; it is made where it is absent".to_owned(),
            Self::OtherFolder(_) => "name a folder of its own, which is made where it is absent".to_owned(),
            Self::Absent(_) => "keep audits with `secrets-auditor audit --history DIR`".to_owned(),
            Self::Newer { .. } => {
                "use the version of secrets-auditor that wrote it, or a newer one".to_owned()
            }
            Self::NotOne { what: "baseline", .. } => {
                "take the file from version control, or make it anew with `secrets-auditor baseline create`"
                    .to_owned()
            }
            Self::NotOne { what: "report", .. } => {
                "name a file that `audit --format json` or `audit --output json=FILE` wrote, or a snapshot"
                    .to_owned()
            }
            Self::NotOne { what: "history", .. } => {
                "write `{ \"version\": 1 }` into it: the audits beside it do not depend on it".to_owned()
            }
            Self::NotOne { .. } => {
                "remove the folder of this audit; the others do not depend on it".to_owned()
            }
            Self::Twice { .. } => "keep one of the two lines; both come from merging two changes".to_owned(),
            Self::NoBaseline(path) => {
                format!("make it with `secrets-auditor baseline create {}`", path.display())
            }
            Self::NoAudit { nearest: Some(date), .. } => format!("the nearest day with an audit is {date}"),
            Self::NoAudit { nearest: None, .. } => {
                "keep audits with `secrets-auditor audit --history DIR`".to_owned()
            }
            Self::NoAccount { known, .. } => format!("there are {}", known.join(", ")),
            Self::Read { .. } => "check that the file exists and that you may read it".to_owned(),
            Self::Write { .. } => "check that the folder is writable and that the disk has room".to_owned(),
        }
    }
}

/// What is wrong with a document, in a user's words.
fn broken(error: &serde_json::Error) -> String {
    let at = format!("line {}, column {}", error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Eof => format!("it ends in the middle, at {at}"),
        serde_json::error::Category::Data => {
            format!("{}, at {at}", crate::model::without_place(&error.to_string()))
        }
        _ => format!("it is no JSON at {at}"),
    }
}
