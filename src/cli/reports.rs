//! Prints reports of an audit, and writes them to files.

use std::path::Path;

use super::error::CliError;
use super::output::{Printer, write_file, write_file_with};
use crate::model::Audited;
use crate::report::{self, ReportFormat};

/// Prints a report; what people read may have colour.
pub(super) fn print(format: ReportFormat, audited: &Audited, printer: &Printer) -> Result<(), CliError> {
    if format.has_styles() {
        return printer.document(&page(format, audited, printer.width())?);
    }
    printer.stream(|out| report::write(format, audited, printer.width(), out))
}

/// Writes a report to a file, whole or not at all, without colour.
pub(super) fn to_file(
    format: ReportFormat,
    audited: &Audited,
    path: &Path,
    printer: &Printer,
) -> Result<(), CliError> {
    let width = printer.width();
    if format.has_styles() {
        let plain = anstream::adapter::strip_str(&page(format, audited, width)?).to_string();
        return write_file(path, &plain);
    }
    write_file_with(path, |file| report::write(format, audited, width, file))
}

/// A report for people, in memory.
fn page(format: ReportFormat, audited: &Audited, width: usize) -> Result<String, CliError> {
    let mut bytes = Vec::new();
    report::write(format, audited, width, &mut bytes).map_err(|error| CliError::defect(&error))?;
    String::from_utf8(bytes).map_err(|error| CliError::defect(&error))
}
