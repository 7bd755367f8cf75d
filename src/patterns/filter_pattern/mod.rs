//! CloudWatch Logs' filter patterns.
//!
//! In goes a pattern, read once; out comes whether it takes a log event, which is the JSON of a CloudTrail record.
//! `json.rs` evaluates conditions on fields, which `reader.rs` reads; `terms.rs` looks for words.
//!
//! Source: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters", "Using filter patterns to match terms
//! in JSON log events" and "Supported regular expressions (regex) syntax".

mod json;
mod reader;
mod terms;

use serde_json::Value;

use super::Answer;
use json::Condition;
use terms::Terms;

/// A filter pattern as somebody wrote it.
#[derive(Clone, Debug)]
pub(crate) enum FilterPattern {
    /// `{ $.eventName = "DeleteSecret" }`.
    Json(Condition),
    /// `?DeleteSecret ?PutResourcePolicy`; no term at all takes everything.
    Terms(Terms),
    /// What this program cannot read, such as a pattern for columns between spaces.
    Unread,
}

impl FilterPattern {
    /// Reads a pattern.
    pub(crate) fn new(text: &str) -> Self {
        let text = text.trim();
        let read = match text.chars().next() {
            Some('{') => reader::read(text).map(Self::Json),
            Some('[') => None,
            _ => Terms::read(text).map(Self::Terms),
        };
        read.unwrap_or(Self::Unread)
    }

    /// Whether it takes a log event.
    pub(crate) fn takes(&self, event: &Value) -> Answer {
        match self {
            Self::Json(condition) => condition.holds(event),
            Self::Terms(terms) => terms.hold(&event.to_string()),
            Self::Unread => Answer::Unknown,
        }
    }
}
