//! The table of contents of a snapshot.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::SnapshotError;
use super::store::Store;
use crate::model::{AccountId, Gap, Partition, Region, RegionState};

/// The version of the snapshot format that this program writes, and the newest that it reads.
pub const VERSION: u32 = 1;

/// The manifest's name in a snapshot.
pub(super) const MANIFEST: &str = "manifest.json";

/// How the secrets were enumerated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inventory {
    /// By ListSecrets.
    #[default]
    SecretsManager,
    /// By AWS Config, which knows fewer fields.
    Config,
}

/// A Region of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionEntry {
    /// Its code.
    pub region: Region,
    /// What became of it.
    pub state: RegionState,
}

/// An account that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEntry {
    /// Its number.
    pub account: AccountId,
    /// Its partition.
    pub partition: Partition,
    /// Its name in the organization, where that could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The role that was assumed in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Its Regions.
    #[serde(default)]
    pub regions: Vec<RegionEntry>,
    /// What failed before any Region was asked, such as the role.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
}

/// What was asked, when, and which shards hold the answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The snapshot format's version.
    pub version: u32,
    /// The version of the program that wrote it.
    pub tool_version: String,
    /// When the collection began.
    pub started: Timestamp,
    /// When it was complete; absent while it runs or after it was killed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<Timestamp>,
    /// How the secrets were enumerated.
    #[serde(default)]
    pub inventory: Inventory,
    /// What the collection was narrowed to; empty means everything.
    #[serde(default)]
    pub selection: Vec<String>,
    /// A digest of the settings that a resumed collection must share.
    #[serde(default)]
    pub settings: String,
    /// The accounts, by number.
    #[serde(default)]
    pub accounts: Vec<AccountEntry>,
    /// How many calls it took, by service, retries included and archives left out; empty where nobody counted them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub calls: BTreeMap<String, u64>,
    /// Shard path to the SHA-256 of its bytes in hex.
    #[serde(default)]
    pub shards: BTreeMap<String, String>,
}

impl Manifest {
    /// The manifest of a collection that begins now.
    pub fn begin(started: Timestamp, inventory: Inventory, selection: Vec<String>, settings: String) -> Self {
        Self {
            version: VERSION,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            started,
            finished: None,
            inventory,
            selection,
            settings,
            accounts: Vec::new(),
            calls: BTreeMap::new(),
            shards: BTreeMap::new(),
        }
    }

    /// The instant that the evidence stands for.
    pub fn collected_at(&self) -> Timestamp {
        self.finished.unwrap_or(self.started)
    }
}

/// The part of the manifest that every version has: read first, so that a newer one is told from a torn one.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// Reads the bytes of a manifest.
pub(super) fn parse_manifest(store: &Store, bytes: &[u8]) -> Result<Manifest, SnapshotError> {
    parse(&format!("{}/{MANIFEST}", store.name()), bytes)
}

/// Reads a file of a snapshot, unless a newer program wrote it.
pub(super) fn parse<T: DeserializeOwned>(path: &str, bytes: &[u8]) -> Result<T, SnapshotError> {
    let torn =
        |error: serde_json::Error| SnapshotError::Torn { path: path.to_owned(), reason: error.to_string() };
    let Versioned { version } = serde_json::from_slice(bytes).map_err(torn)?;
    if version > VERSION {
        return Err(SnapshotError::Newer { path: path.to_owned(), found: version });
    }
    serde_json::from_slice(bytes).map_err(torn)
}
