//! Prints reports of an audit, and writes them to files.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::error::CliError;
use super::output::{Printer, write_file, write_file_with};
use crate::files::{create_private, sync_folder, write_whole_with};
use crate::model::{Audited, reason};
use crate::report::{self, Layout, ReportFormat, columns, github};

/// How long the summary of a step may be: GitHub drops one of more than 1 MiB as a whole.
///
/// Source: docs.github.com, "Workflow commands for GitHub Actions", section "Adding a job summary".
const SUMMARY_BYTES: usize = 1_000_000;

/// A summary that is shorter says nothing.
const LEAST_BYTES: usize = 10_000;

/// The variable with the file into which the summary of a step goes.
const SUMMARY_FILE: &str = "GITHUB_STEP_SUMMARY";

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
    printer.stream(|out| report::write(format, audited, layout, out))?;
    let more = report::parts(format, audited) - 1;
    if more > 0 {
        let name = format.as_str();
        printer.remark(&format!(
            "this is the first of {} files: `--output {name}=FILE` writes all of them",
            more + 1
        ));
    }
    if format == ReportFormat::Github { step_summary(audited, printer) } else { Ok(()) }
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

/// Writes a report to a file, whole or not at all, without colour. What one file cannot hold goes into others beside it.
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
    for part in 0..report::parts(format, audited) {
        let path = numbered(path, part);
        write_file_with(&path, |file| report::write_part(format, audited, part, layout, file))?;
    }
    Ok(())
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

/// The name of a part of a report: `report.sarif`, `report.2.sarif`, …
fn numbered(path: &Path, part: usize) -> PathBuf {
    if part == 0 {
        return path.to_owned();
    }
    let number = (part + 1).to_string();
    match path.extension() {
        None => path.with_extension(number),
        Some(extension) => {
            let mut ending = std::ffi::OsString::from(number);
            ending.push(".");
            ending.push(extension);
            path.with_extension(ending)
        }
    }
}

/// Adds the report to the summary of a step, behind what the step has written there, where GitHub runs it.
fn step_summary(audited: &Audited, printer: &Printer) -> Result<(), CliError> {
    let Some(path) = std::env::var_os(SUMMARY_FILE).filter(|path| !path.is_empty()).map(PathBuf::from) else {
        return Ok(());
    };
    let append = || -> io::Result<bool> {
        let file = OpenOptions::new().append(true).create(true).open(&path)?;
        let taken = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
        let limit = SUMMARY_BYTES.saturating_sub(taken);
        if limit < LEAST_BYTES {
            return Ok(false);
        }
        let mut file = BufWriter::new(file);
        github::write_summary(audited, limit, &mut file)?;
        file.flush()?;
        Ok(true)
    };
    match append() {
        Ok(true) => Ok(()),
        Ok(false) => {
            printer.remark("the summary of this step is full: nothing was added to it");
            Ok(())
        }
        Err(error) => Err(CliError::new(
            format!("cannot add to the step summary `{}`: {}", path.display(), reason(&error)),
            format!("let `{SUMMARY_FILE}` name a file that can be written, or unset it"),
        )),
    }
}

/// A report for people, in memory.
fn page(format: ReportFormat, audited: &Audited, layout: Layout) -> Result<String, CliError> {
    let mut bytes = Vec::new();
    report::write(format, audited, layout, &mut bytes).map_err(|error| CliError::defect(&error))?;
    String::from_utf8(bytes).map_err(|error| CliError::defect(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_numbered_before_their_ending() {
        let cases = [
            ("out/a.sarif", 0, "out/a.sarif"),
            ("out/a.sarif", 1, "out/a.2.sarif"),
            ("a.sarif.json", 2, "a.sarif.3.json"),
            ("out.d/a", 1, "out.d/a.2"),
        ];
        for (path, part, expected) in cases {
            assert_eq!(numbered(Path::new(path), part), Path::new(expected));
        }
    }
}
