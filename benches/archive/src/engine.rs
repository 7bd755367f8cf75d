//! The archive reader, and what it needs of the rest.

/// What CloudTrail recorded.
pub mod trail {
    pub use crate::archive;
}

#[path = "../../../src/trail/archive/mod.rs"]
pub mod archive;

#[path = "../../../src/model/ids.rs"]
mod ids;

#[allow(dead_code, reason = "the reader needs one of these sentences")]
#[path = "../../../src/model/text.rs"]
mod text;

/// Nouns.
pub mod model {
    pub use crate::ids::{AccountId, Region};
    pub use crate::text::reason;
}
