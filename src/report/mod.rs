//! One file per output format.
//!
//! Reports are pure functions of the documents in `model`, and of explanations from `policy`: no clock, no AWS. Everything that strangers
//! wrote (names, tags, descriptions, error messages) passes `escape.rs` on its way out. To add a format: one file
//! here, one variant of [`Format`], and its sample under `reports/`.

pub mod access;
pub mod baseline;
pub mod diff;
mod escape;
pub mod exceptions;
mod format;
pub mod frameworks;
mod groups;
pub mod json;
mod mismatch;
mod names;
mod page;
pub mod rules;
pub mod simulation;
pub mod terminal;
pub mod trend;

use std::io::{self, Write};

pub use escape::{printable, printable_json};
pub use format::{Format, ReportFormat};

use crate::model::Audited;

/// Writes an audit's report in a format, for pages of this width where the format has pages.
///
/// # Errors
/// Where `out` fails.
pub fn write(format: ReportFormat, audited: &Audited, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let Audited { assessment, cost, .. } = audited;
    match format {
        ReportFormat::Terminal => out.write_all(terminal::render(assessment, cost, width).as_bytes()),
        ReportFormat::Json => json::write(assessment, cost, out),
    }
}
