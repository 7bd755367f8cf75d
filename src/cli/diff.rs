//! The verb `diff`.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::args::{AuditArgs, AwsArgs, DiffArgs, SourceArgs};
use super::audit::assessed;
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use crate::config::Config;
use crate::history::{Audits, History, OldReport, compare, read_report, read_report_file};
use crate::report::{Format, diff as render, json};

pub(super) fn run(args: &DiffArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    let folder = args.history.clone().or_else(|| config.history());
    let mut sides = Sides { args, config, printer, folder, audits: None };
    let (before, after) = (sides.side(&args.before)?, sides.side(&args.after)?);
    let diff = compare((&args.before, &before), (&args.after, &after));
    printer.document(&match args.format {
        Format::Json => render::json(&diff),
        Format::Terminal => render::diff(&diff, printer.width()),
    })?;
    Ok(if args.exit_code && diff.is_worse() { Exit::Findings } else { Exit::Clean })
}

struct Sides<'a> {
    args: &'a DiffArgs,
    config: &'a Config,
    printer: &'a Printer,
    folder: Option<PathBuf>,
    /// Read once, where a date is asked for.
    audits: Option<Audits>,
}

impl Sides<'_> {
    /// What the user named: a date, a snapshot or a report.
    fn side(&mut self, name: &str) -> Result<OldReport, CliError> {
        let path = Path::new(name);
        match name.parse::<Date>() {
            Ok(date) if !path.exists() => self.kept(date),
            _ if path.is_dir() => self.judged(path),
            _ => Ok(read_report_file(path)?),
        }
    }

    fn kept(&mut self, date: Date) -> Result<OldReport, CliError> {
        let Some(folder) = &self.folder else {
            return Err(CliError::new(
                format!("there is no report `{date}`, and a date needs a history"),
                "name the folder of the history with `--history DIR`",
            ));
        };
        if self.audits.is_none() {
            let audits = History::open(folder)?.audits()?;
            audits.skipped.iter().for_each(|skipped| self.printer.remark(&format!("left out: {skipped}")));
            self.audits = Some(audits);
        }
        match &self.audits {
            Some(audits) => Ok(audits.of(date)?.report()?),
            None => Err(CliError::defect(&"a history was read and is not there")),
        }
    }

    /// A snapshot under the rules of today.
    fn judged(&self, dir: &Path) -> Result<OldReport, CliError> {
        let source = SourceArgs { sample: false, snapshot: Some(dir.to_owned()), as_of: None };
        let args = AuditArgs::of(&source, &self.args.rules, &AwsArgs::default());
        let audited = assessed(&args, self.config, None, self.printer)?;
        let mut report = Vec::new();
        json::write(&audited, &mut report).map_err(|error| CliError::defect(&error))?;
        Ok(read_report(dir, &report)?)
    }
}
