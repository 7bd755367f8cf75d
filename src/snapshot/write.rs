//! Writing a snapshot, shard by shard.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::store::{Store, create_private};
use super::{AccountEntry, Manifest, Shard, ShardKey, VERSION};

/// The manifest's name in a snapshot.
pub(super) const MANIFEST: &str = "manifest.json";

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
        Self::Read { path: path.display().to_string(), reason: plain(error) }
    }

    pub(super) fn write(path: &Path, error: &io::Error) -> Self {
        Self::Write { path: path.display().to_string(), reason: plain(error) }
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

/// The system's reason in a user's words: without the `(os error N)` that only programmers read.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let reason = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = reason.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Takes shards as they are heard and keeps each whole or not at all.
///
/// Shards may be written from several tasks at once.
#[derive(Debug)]
pub struct SnapshotWriter {
    store: Store,
    manifest: Mutex<Manifest>,
}

impl SnapshotWriter {
    /// Begins a snapshot in an empty or absent directory.
    ///
    /// # Errors
    /// Where the directory holds something or cannot be written.
    pub fn create(path: &Path, manifest: Manifest) -> Result<Self, SnapshotError> {
        create_private(path).map_err(|error| SnapshotError::write(path, &error))?;
        let mut entries = path.read_dir().map_err(|error| SnapshotError::read(path, &error))?;
        if entries.next().is_some() {
            return Err(SnapshotError::NotEmpty(path.to_owned()));
        }
        let writer = Self { store: Store::Directory(path.to_owned()), manifest: Mutex::new(manifest) };
        writer.save_manifest()?;
        Ok(writer)
    }

    /// Continues a stopped collection: the shards that are there stay.
    ///
    /// # Errors
    /// Where there is no snapshot, or it was begun with other settings.
    pub fn resume(path: &Path, manifest: &Manifest) -> Result<Self, SnapshotError> {
        let store = Store::Directory(path.to_owned());
        let Some(bytes) = store.get(MANIFEST)? else {
            return Err(SnapshotError::NoManifest(path.to_owned()));
        };
        let found = super::read::parse_manifest(&store, &bytes)?;
        if found.settings != manifest.settings {
            return Err(SnapshotError::OtherSettings(path.to_owned()));
        }
        let manifest = Manifest { finished: None, accounts: Vec::new(), shards: Default::default(), ..found };
        Ok(Self { store, manifest: Mutex::new(manifest) })
    }

    /// Begins a snapshot that lives in memory and leaves nothing behind.
    pub fn in_memory(manifest: Manifest) -> Self {
        Self { store: Store::Memory(Mutex::default()), manifest: Mutex::new(manifest) }
    }

    /// The shard that an earlier run left under this key, if it is whole; its presence is kept in the manifest.
    ///
    /// # Errors
    /// Where the file cannot be read. A torn file counts as absent: it is asked for again.
    pub fn earlier<T: DeserializeOwned>(&self, key: &ShardKey) -> Result<Option<Shard<T>>, SnapshotError> {
        let path = key.path();
        let Some(bytes) = self.store.get(&path)? else { return Ok(None) };
        let Ok(shard) = serde_json::from_slice::<Shard<T>>(&bytes) else { return Ok(None) };
        if shard.version != VERSION || shard.key() != *key {
            return Ok(None);
        }
        self.manifest().shards.insert(path, digest(&bytes));
        Ok(Some(shard))
    }

    /// Keeps a shard.
    ///
    /// # Errors
    /// Where it cannot be written, such as on a full disk. What was written before stays.
    pub fn write<T: Serialize>(&self, shard: &Shard<T>) -> Result<(), SnapshotError> {
        let path = shard.key().path();
        let bytes = to_json(&path, shard)?;
        let sum = digest(&bytes);
        self.store.put(&path, bytes)?;
        self.manifest().shards.insert(path, sum);
        Ok(())
    }

    /// Ends the collection: from now on the snapshot counts as complete.
    ///
    /// # Errors
    /// Where the manifest cannot be written.
    pub fn finish(
        self,
        accounts: Vec<AccountEntry>,
        now: jiff::Timestamp,
    ) -> Result<super::Source, SnapshotError> {
        {
            let mut manifest = self.manifest();
            manifest.accounts = accounts;
            manifest.accounts.sort_by(|a, b| a.account.cmp(&b.account));
            manifest.finished = Some(now);
        }
        self.save_manifest()?;
        Ok(super::Source::from_store(self.store))
    }

    fn manifest(&self) -> std::sync::MutexGuard<'_, Manifest> {
        self.manifest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn save_manifest(&self) -> Result<(), SnapshotError> {
        let bytes = to_json(MANIFEST, &*self.manifest())?;
        self.store.put(MANIFEST, bytes)
    }
}

/// Pretty JSON with a final line break: a snapshot is read by people too.
fn to_json<T: Serialize>(path: &str, value: &T) -> Result<Vec<u8>, SnapshotError> {
    let mut bytes = serde_json::to_vec_pretty(value)
        .map_err(|error| SnapshotError::Write { path: path.to_owned(), reason: error.to_string() })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// SHA-256 in hex.
pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
