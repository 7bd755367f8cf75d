//! The verbs that write to AWS on request: findings go to AWS Security Hub.
//!
//! In go findings in AWS's format; out comes which of them were taken. Nothing else of the program writes, and the guard of
//! `aws` lets nobody but a client for this purpose send BatchImportFindings. `way.rs` leads into accounts, `hub.rs` asks
//! and sends, `batches.rs` keeps within what AWS takes at once, `sdk.rs` turns findings into the SDK's types and back.

mod batches;
mod hub;
mod sdk;
mod way;

pub use hub::{Hub, Sent};
pub use way::{PublishOptions, Ways};
