//! Writes a history: each audit whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use flate2::{Compression, write::GzEncoder};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{HistoryError, summary};
use crate::files::{create_private, sync_folder, write_private, write_whole, write_whole_with};
use crate::model::Audited;
use crate::report::{columns, json};

/// The version of the layout.
const VERSION: u32 = 1;
/// The file that holds it.
const HEAD: &str = "history.json";
/// How the name of an audit begins that is not complete.
pub(super) const PARTIAL: &str = ".partial-";
/// How the name of an audit begins that another one is taking the place of.
const REPLACED: &str = ".replaced-";

#[derive(Serialize, Deserialize)]
struct Head {
    version: u32,
}

/// A folder that keeps audits.
#[derive(Clone, Debug)]
pub struct History {
    root: PathBuf,
}

impl History {
    /// Opens a history to write to, or makes it. It fails before an audit is begun where it would fail after it.
    ///
    /// # Errors
    /// Where the folder is none of ours, is newer, or cannot be written to.
    pub fn create(root: &Path) -> Result<Self, HistoryError> {
        let cannot = |error: &io::Error| HistoryError::write(root, error);
        if root.exists() && !root.is_dir() {
            return Err(HistoryError::NoFolder(root.to_owned()));
        }
        create_private(root).map_err(|error| cannot(&error))?;
        let history = Self { root: root.to_owned() };
        if !history.is_known()? {
            let mut entries = fs::read_dir(root).map_err(|error| HistoryError::read(root, &error))?;
            if entries.next().is_some() {
                return Err(HistoryError::OtherFolder(root.to_owned()));
            }
            history.write_head()?;
        }
        tempfile::tempfile_in(root).map_err(|error| cannot(&error))?;
        history.recover().map_err(|error| cannot(&error))?;
        Ok(history)
    }

    /// Opens a history to read from.
    ///
    /// # Errors
    /// Where there is none, or it is newer.
    pub fn open(root: &Path) -> Result<Self, HistoryError> {
        if root.exists() && !root.is_dir() {
            return Err(HistoryError::NoFolder(root.to_owned()));
        }
        let history = Self { root: root.to_owned() };
        if history.is_known()? { Ok(history) } else { Err(HistoryError::Absent(root.to_owned())) }
    }

    /// Its folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether the folder says that it is a history, of a version that is understood.
    fn is_known(&self) -> Result<bool, HistoryError> {
        let path = self.root.join(HEAD);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(HistoryError::read(&path, &error)),
        };
        let head: Head =
            serde_json::from_slice(&bytes).map_err(|error| HistoryError::json(&path, "history", &error))?;
        if head.version > VERSION {
            let found = head.version.to_string();
            return Err(HistoryError::Newer { path, what: "history", found, known: VERSION });
        }
        Ok(true)
    }

    fn write_head(&self) -> Result<(), HistoryError> {
        let path = self.root.join(HEAD);
        let cannot = |error: &io::Error| HistoryError::write(&path, error);
        let head = format!("{{ \"version\": {VERSION} }}\n");
        write_whole(&path, head.as_bytes()).map_err(|error| cannot(&error))
    }

    /// Puts an audit back that another one was about to replace when it was stopped.
    fn recover(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.root)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let Some(audit) = name.strip_prefix(REPLACED) else { continue };
            let Some(day) = audit.get(..8).and_then(day_of) else { continue };
            let target = self.root.join(day).join(format!("audit={audit}"));
            if target.exists() {
                fs::remove_dir_all(self.root.join(&name))?;
            } else {
                fs::rename(self.root.join(&name), target)?;
            }
        }
        Ok(())
    }

    /// Keeps an audit. An older one of the same instant gives way; where anything fails it stays.
    ///
    /// # Errors
    /// Where the folder cannot be written to, or the disk is full.
    pub fn keep(&self, audited: &Audited) -> Result<PathBuf, HistoryError> {
        let as_of = audited.assessment.run.as_of;
        let name = instant_of(as_of);
        let target =
            self.root.join(format!("date={}", crate::model::date(as_of))).join(format!("audit={name}"));
        self.put(audited, &name, &target).map_err(|error| HistoryError::write(&target, &error))?;
        Ok(target)
    }

    fn put(&self, audited: &Audited, name: &str, target: &Path) -> io::Result<()> {
        let prefix = format!("{PARTIAL}{name}-");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let partial = builder.tempdir_in(&self.root)?;
        fill(audited, partial.path())?;
        if let Some(day) = target.parent() {
            create_private(day)?;
        }
        let replaced = self.root.join(format!("{REPLACED}{name}"));
        if target.exists() {
            fs::rename(target, &replaced)?;
        }
        if let Err(error) = fs::rename(partial.path(), target) {
            if replaced.exists() {
                fs::rename(&replaced, target)?;
            }
            return Err(error);
        }
        // It has another name by now, and must not be looked for under the old one.
        let _ = partial.keep();
        if replaced.exists() {
            fs::remove_dir_all(&replaced)?;
        }
        sync_folder(target.parent().unwrap_or(&self.root))
    }
}

/// Writes the files of an audit.
fn fill(audited: &Audited, folder: &Path) -> io::Result<()> {
    for (account, findings) in columns::by_account(audited) {
        let folder = folder.join(format!("account={account}"));
        create_private(&folder)?;
        write_whole_with(&folder.join("findings.parquet"), |file| columns::write(audited, &findings, file))?;
        sync_folder(&folder)?;
    }
    write_whole_with(&folder.join("report.json.gz"), |file| {
        let mut report = GzEncoder::new(file, Compression::default());
        json::write(audited, &mut report)?;
        report.finish().map(drop)
    })?;
    let mut summary = serde_json::to_string_pretty(&summary(&audited.assessment, &audited.cost))?;
    summary.push('\n');
    write_private(&folder.join("summary.json"), summary.as_bytes())?;
    sync_folder(folder)
}

/// An instant as the name of an audit.
fn instant_of(instant: Timestamp) -> String {
    instant.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// The folder of the day that the name of an audit begins with.
fn day_of(digits: &str) -> Option<String> {
    Some(format!("date={}-{}-{}", digits.get(..4)?, digits.get(4..6)?, digits.get(6..8)?))
}
