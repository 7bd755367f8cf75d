//! Prints reports of an audit, and writes them to files.

use std::fs;
use std::io;
use std::path::Path;

use super::error::CliError;
use super::output::{Printer, write_file, write_file_with};
use crate::files::{create_private, sync_folder, write_whole_with};
use crate::model::{Audited, reason};
use crate::report::{self, Layout, ReportFormat, columns};

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

/// A folder cannot go to standard output.
pub(super) fn can_be_printed(format: ReportFormat) -> Result<(), CliError> {
    if !format.is_folder() {
        return Ok(());
    }
    let name = format.as_str();
    Err(CliError::new(
        format!("`{name}` is a folder of files and cannot be printed"),
        format!("write it with `--output {name}=DIR`"),
    ))
}

/// Writes a report to a file, whole or not at all, without colour.
pub(super) fn to_file(
    format: ReportFormat,
    audited: &Audited,
    layout: Layout,
    path: &Path,
) -> Result<(), CliError> {
    if format.is_folder() {
        return folder(audited, path);
    }
    if format.has_styles() {
        let plain = anstream::adapter::strip_str(&page(format, audited, layout)?).to_string();
        return write_file(path, &plain);
    }
    write_file_with(path, |file| report::write(format, audited, layout, file))
}

/// Writes the files of a folder under names that no reader looks for, and names them only once all are on the disk. Those
/// of other days stay.
fn folder(audited: &Audited, folder: &Path) -> Result<(), CliError> {
    let put = || -> io::Result<()> {
        create_private(folder)?;
        let partial = tempfile::Builder::new().prefix(".partial-").tempdir_in(folder)?;
        let partitions = columns::partitions(audited);
        for (number, partition) in partitions.iter().enumerate() {
            let path = partial.path().join(number.to_string());
            write_whole_with(&path, |file| columns::write(audited, &partition.findings, file))?;
        }
        for (number, partition) in partitions.iter().enumerate() {
            let target = folder.join(&partition.path);
            let parent = target.parent().unwrap_or(folder);
            create_private(parent)?;
            fs::rename(partial.path().join(number.to_string()), &target)?;
            sync_folder(parent)?;
        }
        Ok(())
    };
    put().map_err(|error| {
        CliError::new(
            format!("cannot write to the folder `{}`: {}", folder.display(), reason(&error)),
            "check that it is a folder or absent, that you may write there, and that the disk has room",
        )
    })
}

/// A report for people, in memory.
fn page(format: ReportFormat, audited: &Audited, layout: Layout) -> Result<String, CliError> {
    let mut bytes = Vec::new();
    report::write(format, audited, layout, &mut bytes).map_err(|error| CliError::defect(&error))?;
    String::from_utf8(bytes).map_err(|error| CliError::defect(&error))
}
