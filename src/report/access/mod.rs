//! The answers to `who-can`, `why` and `reach`: for a terminal, and as JSON.
//!
//! In goes one of the documents of `model/access.rs`; out comes text. `../page.rs` lays it out, `words.rs` shortens names.

mod json;
mod reach;
mod reads;
mod who_can;
mod why;
mod words;

pub use json::{json, reach_schema, reads_schema, who_can_schema, why_schema};
pub use reach::reach;
pub use reads::reads;
pub use who_can::who_can;
pub use why::why;
