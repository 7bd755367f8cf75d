//! The command line: arguments, one file for each verb, exit codes.
//!
//! Everything that depends on the surroundings happens here and nowhere else: the clock, environment variables, the
//! terminal, files that the user names.

mod access;
mod args;
mod audit;
mod baseline;
mod collect;
mod cost;
mod diff;
mod error;
mod exceptions;
mod exit;
mod frameworks;
mod generated;
mod init;
mod output;
mod permissions;
mod prices;
mod profiles;
mod progress;
mod publish;
mod reads;
mod reports;
mod rules;
mod schema;
mod settings;
mod simulate;
mod source;
mod trail;
mod trend;

pub use args::Cli;
pub use exit::Exit;

use clap::{CommandFactory, Parser};

use args::Verb;
use output::Printer;

/// Parses the arguments of the process, runs the verb, and says how to exit.
pub fn main() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::CannotRun } else { Exit::Clean };
            // Nobody is left to tell where even this cannot be printed.
            let _ = error.print();
            return exit;
        }
    };
    let printer = Printer::new(cli.color);
    log();
    match run(&cli, &printer) {
        Ok(exit) => exit,
        Err(error) => {
            printer.error(&error);
            error.exit
        }
    }
}

/// Logs of the AWS SDK for those who debug: `SECRETS_AUDITOR_LOG=debug`.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("SECRETS_AUDITOR_LOG");
    if let Ok(filter) = filter {
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    }
}

fn run(cli: &Cli, printer: &Printer) -> Result<Exit, error::CliError> {
    let config = || settings::config(cli, printer);
    match &cli.verb {
        Verb::Audit(args) => audit::run(args, &config()?, printer),
        Verb::Collect(args) => collect::run(args, &config()?, printer),
        Verb::WhoCan(args) => access::who_can(args, &config()?, printer),
        Verb::Why(args) => access::why(args, &config()?, printer),
        Verb::Reach(args) => access::reach(args, &config()?, printer),
        Verb::Reads(args) => reads::run(args, &config()?, printer),
        Verb::Baseline(args) => baseline::run(args, &config()?, printer),
        Verb::Diff(args) => diff::run(args, &config()?, printer),
        Verb::Publish(args) => publish::run(args, &config()?, printer),
        Verb::Trend(args) => trend::run(args, &config()?, printer),
        Verb::Cost(args) => cost::run(args, &config()?, printer),
        Verb::Prices(args) => prices::run(args, printer),
        Verb::Exceptions(args) if cli.no_config && args.writes() => Err(error::CliError::new(
            "`exceptions add` writes to a settings file, and `--no-config` takes none",
            "leave out `--no-config`, or name a file with `--config FILE`",
        )),
        Verb::Exceptions(args) => exceptions::run(args, &config()?, printer),
        Verb::Init(args) => init::run(args, printer),
        Verb::Rules(args) => rules::run(args, &config()?, printer),
        Verb::Frameworks(args) => frameworks::run(args, &config()?, printer),
        Verb::Schema(args) => schema::run(args, printer),
        Verb::Permissions(args) => permissions::run(args, printer),
        Verb::Simulate(args) => simulate::run(args, printer),
        Verb::Generated(args) => generated::run(args, printer, Cli::command()),
    }
}
