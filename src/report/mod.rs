//! One file per output format.
//!
//! Reports are pure functions of the documents in `model`, and of explanations from `policy`: no clock, no AWS. Everything that strangers
//! wrote (names, tags, descriptions, error messages) passes `escape.rs` on its way out. To add a format: one file
//! here, one variant of [`Format`], and its sample under `reports/`.

pub mod access;
mod escape;
pub mod exceptions;
mod format;
pub mod frameworks;
mod groups;
pub mod json;
mod mismatch;
pub mod rules;
pub mod simulation;
pub mod terminal;

pub use escape::printable;
pub use format::Format;
