//! The answers to `who-can`, `why` and `reach`.

use serde::Serialize;

use super::escape::printable_json;
use crate::model::{Reach, WhoCan, Why};

/// An answer as JSON.
pub fn json(answer: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(answer).unwrap_or_default();
    format!("{}\n", printable_json(&text))
}

/// Who can, for a terminal.
pub fn who_can(answer: &WhoCan, _width: usize) -> String {
    json(answer)
}

/// Why, for a terminal.
pub fn why(answer: &Why, _width: usize) -> String {
    json(answer)
}

/// What a principal can reach, for a terminal.
pub fn reach(answer: &Reach, _width: usize) -> String {
    json(answer)
}
