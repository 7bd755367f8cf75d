//! The answers as JSON, and their schemas.

use schemars::{JsonSchema, schema_for};
use serde::Serialize;

use crate::model::{Reach, Reads, WhoCan, Why};
use crate::report::escape::printable_json;

/// An answer as JSON.
pub fn json(answer: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(answer).unwrap_or_default();
    format!("{}\n", printable_json(&text))
}

/// The schema of what `who-can` prints.
///
/// # Errors
/// If it cannot be written as JSON, which is a defect.
pub fn who_can_schema() -> serde_json::Result<String> {
    schema::<WhoCan>()
}

/// The schema of what `why` prints.
///
/// # Errors
/// If it cannot be written as JSON, which is a defect.
pub fn why_schema() -> serde_json::Result<String> {
    schema::<Why>()
}

/// The schema of what `reach` prints.
///
/// # Errors
/// If it cannot be written as JSON, which is a defect.
pub fn reach_schema() -> serde_json::Result<String> {
    schema::<Reach>()
}

/// The schema of what `reads` prints.
///
/// # Errors
/// If it cannot be written as JSON, which is a defect.
pub fn reads_schema() -> serde_json::Result<String> {
    schema::<Reads>()
}

fn schema<T: JsonSchema>() -> serde_json::Result<String> {
    serde_json::to_string_pretty(&schema_for!(T)).map(|text| format!("{text}\n"))
}
