//! The versioned format between asking AWS and judging the answers.
//!
//! A snapshot is a directory: a manifest, and one file ("shard") for each account, Region and kind of answer. In go
//! the records that `collect` heard and the gaps it met; out come the same records, checked. Each shard is written
//! whole or not at all, so a killed collection loses the shard it was working on and nothing else.
//!
//! To add a kind: one variant of [`Kind`], one record type in `records/`, and one field of [`Region`](RegionData) or
//! [`Account`](AccountData) data in `read.rs`. Readers ignore kinds they do not know and treat an absent one as not
//! collected.

mod default_key;
mod error;
mod kind;
mod manifest;
mod read;
pub mod records;
mod shard;
mod store;
mod write;

pub use default_key::{DEFAULT_ALIAS, is_default_name};
pub use error::SnapshotError;
pub use kind::Kind;
pub use manifest::{AccountEntry, Inventory, Manifest, RegionEntry, VERSION};
pub use read::{AccountData, Collected, RegionData, Snapshot, Source};
pub use shard::{Shard, ShardKey};
pub use write::SnapshotWriter;
