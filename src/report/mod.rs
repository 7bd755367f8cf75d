//! One file per output format.
//!
//! Reports are pure functions of the documents in `model`, and of explanations from `policy`: no clock, no AWS. Everything that strangers
//! wrote (names, tags, descriptions, error messages) passes `escape.rs` on its way out. To add a format: one file
//! here, one variant of [`Format`], and its sample under `reports/`.

pub mod access;
mod anchor;
pub mod asff;
pub mod baseline;
pub mod columns;
pub mod concise;
pub mod cost;
mod csv;
pub mod diff;
mod escape;
pub mod exceptions;
mod format;
pub mod frameworks;
pub mod github;
pub mod gitlab;
mod groups;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
mod mismatch;
mod names;
pub mod ndjson;
mod ocsf;
mod openmetrics;
mod page;
pub mod published;
pub mod rules;
pub mod sarif;
pub mod simulation;
mod story;
pub mod terminal;
mod thing;
pub mod trend;

use std::io::{self, Write};

pub use escape::{printable, printable_json};
pub use format::{Format, Layout, ReportFormat};
pub use ocsf::OcsfVersion;

use crate::model::Audited;

/// How many files a report is: more than one where a format bounds what a file may hold.
pub fn parts(format: ReportFormat, audited: &Audited) -> usize {
    match format {
        ReportFormat::Sarif => sarif::files(audited),
        _ => 1,
    }
}

/// Writes an audit's report in a format. Of a report that is several files it is the first.
///
/// # Errors
/// Where `out` fails.
pub fn write(format: ReportFormat, audited: &Audited, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    write_part(format, audited, 0, layout, out)
}

/// The same for one of the files, counted from 0.
///
/// # Errors
/// Where `out` fails.
pub fn write_part(
    format: ReportFormat,
    audited: &Audited,
    part: usize,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Audited { assessment, cost, .. } = audited;
    match format {
        ReportFormat::Terminal => out.write_all(terminal::render(assessment, cost, layout.width).as_bytes()),
        ReportFormat::Html => html::write(audited, out),
        ReportFormat::Json => json::write(audited, out),
        ReportFormat::Ndjson => ndjson::write(audited, out),
        ReportFormat::Csv => csv::write(audited, out),
        ReportFormat::Asff => asff::write(audited, out),
        ReportFormat::Ocsf => ocsf::write(audited, layout.ocsf, out),
        ReportFormat::Parquet => Err(io::Error::other("Parquet is written as a folder")),
        ReportFormat::Openmetrics => openmetrics::write(audited, layout.metrics_by_arn, out),
        ReportFormat::Concise => out.write_all(concise::render(assessment, cost).as_bytes()),
        ReportFormat::Github => github::write(audited, out),
        ReportFormat::Gitlab => gitlab::write(audited, out),
        ReportFormat::Junit => junit::write(assessment, cost, out),
        ReportFormat::Markdown => markdown::write(assessment, cost, out),
        ReportFormat::Sarif => sarif::write(audited, part, out),
    }
}
