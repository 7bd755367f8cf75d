//! One file of a snapshot.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Kind;
use crate::model::{AccountId, Gap, Region};

/// Which shard: the account, the Region (`global` for kinds that are not regional), the kind and the piece.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShardKey {
    /// The account.
    pub account: AccountId,
    /// The Region, or `global`.
    pub region: Region,
    /// What it holds.
    pub kind: Kind,
    /// The piece, from 0.
    pub part: u32,
}

impl ShardKey {
    /// The first piece of a kind.
    pub fn first(account: &AccountId, region: &Region, kind: Kind) -> Self {
        Self { account: account.clone(), region: region.clone(), kind, part: 0 }
    }

    /// The same kind's piece with another number.
    pub fn with_part(&self, part: u32) -> Self {
        Self { part, ..self.clone() }
    }

    /// The path inside the snapshot: `111122223333/eu-west-1/versions-0000.json`.
    pub fn path(&self) -> String {
        format!("{}/{}/{}-{:04}.json", self.account, self.region, self.kind.as_str(), self.part)
    }
}

/// The content of a shard: what was heard, and what was refused while asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Shard<T> {
    /// The snapshot format's version.
    pub version: u32,
    /// What it holds.
    pub kind: Kind,
    /// The account.
    pub account: AccountId,
    /// The Region, or `global`.
    pub region: Region,
    /// The piece, from 0.
    pub part: u32,
    /// Whether no further piece follows.
    pub last: bool,
    /// What was heard.
    pub records: Vec<T>,
    /// What was refused or failed.
    #[serde(default)]
    pub gaps: Vec<Gap>,
}

impl<T> Shard<T> {
    /// A shard of this program's version.
    pub fn new(key: &ShardKey, last: bool, records: Vec<T>, gaps: Vec<Gap>) -> Self {
        Self {
            version: super::VERSION,
            kind: key.kind,
            account: key.account.clone(),
            region: key.region.clone(),
            part: key.part,
            last,
            records,
            gaps,
        }
    }

    /// Which shard it is.
    pub fn key(&self) -> ShardKey {
        ShardKey {
            account: self.account.clone(),
            region: self.region.clone(),
            kind: self.kind,
            part: self.part,
        }
    }
}

/// SHA-256 in hex.
pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
