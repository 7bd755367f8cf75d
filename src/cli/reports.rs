//! Prints reports of an audit, and writes them to files.

use std::path::Path;

use super::error::CliError;
use super::output::{Printer, write_file, write_file_with};
use crate::model::Audited;
use crate::report::{self, Layout, ReportFormat};

/// Prints a report; what people read may have colour.
pub(super) fn print(
    format: ReportFormat,
    audited: &Audited,
    layout: Layout,
    printer: &Printer,
) -> Result<(), CliError> {
    if format.has_styles() {
        return printer.document(&page(format, audited, layout)?);
    }
    printer.stream(|out| report::write(format, audited, layout, out))
}

/// Writes a report to a file, whole or not at all, without colour.
pub(super) fn to_file(
    format: ReportFormat,
    audited: &Audited,
    layout: Layout,
    path: &Path,
) -> Result<(), CliError> {
    if format.has_styles() {
        let plain = anstream::adapter::strip_str(&page(format, audited, layout)?).to_string();
        return write_file(path, &plain);
    }
    write_file_with(path, |file| report::write(format, audited, layout, file))
}

/// A report for people, in memory.
fn page(format: ReportFormat, audited: &Audited, layout: Layout) -> Result<String, CliError> {
    let mut bytes = Vec::new();
    report::write(format, audited, layout, &mut bytes).map_err(|error| CliError::defect(&error))?;
    String::from_utf8(bytes).map_err(|error| CliError::defect(&error))
}
