//! Writing a snapshot, shard by shard.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::manifest::{MANIFEST, parse_manifest};
use super::shard::digest;
use super::store::Store;
use super::{AccountEntry, Manifest, Shard, ShardKey, SnapshotError, VERSION};
use crate::files::create_private;

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
        let found = parse_manifest(&store, &bytes)?;
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

    /// Counts calls by service; a collection that is resumed adds to those of before.
    pub fn count(&self, calls: &std::collections::BTreeMap<&'static str, u64>) {
        let mut manifest = self.manifest();
        for (service, count) in calls {
            *manifest.calls.entry((*service).to_owned()).or_default() += count;
        }
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
