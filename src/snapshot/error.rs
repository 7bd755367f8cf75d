//! Why a snapshot could not be written or read.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::VERSION;
use crate::model::reason;

/// Why a snapshot could not be written or read.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// The directory holds something already.
    #[error("cannot write a snapshot to `{path}`: the directory is not empty", path = .0.display())]
    NotEmpty(PathBuf),
    /// There is no manifest.
    #[error("`{path}` is not a snapshot: it has no manifest.json", path = .0.display())]
    NoManifest(PathBuf),
    /// A resumed collection was asked with other settings.
    #[error("cannot resume the snapshot in `{path}`: it was begun with other options", path = .0.display())]
    OtherSettings(PathBuf),
    /// The collection did not end.
    #[error("the snapshot in `{path}` is incomplete: its collection was stopped")]
    Incomplete {
        /// The snapshot.
        path: String,
    },
    /// A newer program wrote it.
    #[error("`{path}` has snapshot version {found}, this program reads up to {VERSION}")]
    Newer {
        /// The file.
        path: String,
        /// The version in the file.
        found: u32,
    },
    /// A shard that the manifest names is not there.
    #[error("the snapshot in `{root}` lacks its shard `{shard}`")]
    MissingShard {
        /// The snapshot.
        root: String,
        /// The shard's path inside it.
        shard: String,
    },
    /// A file is not what was written.
    #[error("`{path}` is torn or altered: {reason}")]
    Torn {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file could not be read.
    #[error("cannot read `{path}`: {reason}")]
    Read {
        /// The file.
        path: String,
        /// The system's reason.
        reason: String,
    },
    /// A file could not be written.
    #[error("cannot write `{path}`: {reason}")]
    Write {
        /// The file.
        path: String,
        /// The system's reason.
        reason: String,
    },
    /// The embedded sample cannot be changed.
    #[error("the embedded sample cannot be written to")]
    ReadOnly,
}

impl SnapshotError {
    pub(super) fn read(path: &Path, error: &io::Error) -> Self {
        Self::Read { path: path.display().to_string(), reason: reason(error) }
    }

    pub(super) fn write(path: &Path, error: &io::Error) -> Self {
        Self::Write { path: path.display().to_string(), reason: reason(error) }
    }

    /// What the user can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NotEmpty(_) => "name an empty directory, or continue a stopped collection with `--resume`",
            Self::NoManifest(_) => "name a directory that `secrets-auditor collect --to DIR` wrote",
            Self::OtherSettings(_) => {
                "repeat the options of the first run, or collect into another directory"
            }
            Self::Incomplete { .. } => "continue it with `secrets-auditor collect --to DIR --resume`",
            Self::Newer { .. } => "use the version of secrets-auditor that wrote it, or a newer one",
            Self::MissingShard { .. } | Self::Torn { .. } => "collect the snapshot again",
            Self::Read { .. } => "check that the file exists and that you may read it",
            Self::Write { .. } => "check that the directory is writable and the disk has room",
            Self::ReadOnly => "collect into a directory with `--to DIR`",
        }
    }
}
