//! The policy engine and the archive reader, and what they need of the rest, for the fuzzer.

#[path = "../src/policy/mod.rs"]
pub mod policy;

#[path = "../src/trail/archive/mod.rs"]
pub mod archive;

/// Sentences of others in a user's words.
#[path = "../src/model/text.rs"]
mod text;

/// Accounts and Regions.
#[path = "../src/model/ids.rs"]
mod ids;

/// Nouns.
pub mod model {
    pub use crate::ids::{AccountId, Partition, Region};
    pub use crate::text::{reason, without_number, without_place};
}
