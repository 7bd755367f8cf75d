//! The verb `collect`.

use super::args::CollectArgs;
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use super::source::{live, manifest, options};
use super::trail;
use crate::collect::Whose;
use crate::config::Config;
use crate::snapshot::SnapshotWriter;

pub(super) fn run(args: &CollectArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    let args = &CollectArgs { aws: args.aws.with(config, None)?, ..args.clone() };
    let options = options(&args.aws, args.until)?;
    let window = trail::window(args.until);
    let gathered = trail::archives(&args.aws, &args.aws.trail.sources(), window, &Whose::Targets, printer)?;
    let manifest = manifest(&options);
    let writer = if args.resume {
        SnapshotWriter::resume(&args.to, &manifest)?
    } else {
        SnapshotWriter::create(&args.to, manifest)?
    };
    let snapshot = live(&options, writer, gathered, args.aws.quiet, printer)?.read()?;
    let secrets: usize = snapshot
        .accounts
        .iter()
        .flat_map(|account| &account.regions)
        .map(|region| region.secrets.records.len())
        .sum();
    if !args.aws.quiet {
        let to = args.to.display();
        printer.remark(&format!("{secrets} secrets are in `{to}`; judge them with `audit --snapshot {to}`"));
    }
    Ok(Exit::Clean)
}
