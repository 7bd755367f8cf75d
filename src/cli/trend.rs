//! The verb `trend`.

use super::args::{Since, TrendArgs};
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use super::trail::now;
use crate::config::Config;
use crate::history::{History, trend};
use crate::model::AccountId;
use crate::report::{Format, trend as render};

pub(super) fn run(args: &TrendArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    let folder = args.history.clone().or_else(|| config.history()).ok_or_else(|| {
        CliError::new(
            "a trend needs a history",
            "name its folder with `--history DIR`, or `history: DIR` in the settings",
        )
    })?;
    let audits = History::open(&folder)?.audits()?;
    audits.skipped.iter().for_each(|skipped| printer.remark(&format!("left out: {skipped}")));
    let since = args.since.map(|since| match since {
        Since::At(instant) => instant,
        Since::Back(back) => now().checked_sub(back).unwrap_or(jiff::Timestamp::MIN),
    });
    let account = args.account.as_deref().map(AccountId::new);
    let found = trend(&audits, account.as_ref(), since)?;
    printer.document(&match args.format {
        Format::Json => render::json(&found),
        Format::Terminal => render::trend(&found, printer.width()),
    })?;
    Ok(Exit::Clean)
}
