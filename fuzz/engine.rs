//! The policy engine, and what it needs of the rest, for the fuzzer.

#[path = "../src/policy/mod.rs"]
pub mod policy;

/// Sentences of others in a user's words.
#[path = "../src/model/text.rs"]
pub mod model;
