//! Baselines, histories, and what changed.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::aws::{AwsArgs, SourceArgs};
use super::rules::RuleArgs;
use super::values::{Since, instant, since};
use crate::report::Format;

/// What an audit is compared with, and where it is kept.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Over time")]
pub(in crate::cli) struct KeepArgs {
    /// File that `baseline create` wrote: only what is new or worse decides the exit code
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// Folder that keeps this audit beside earlier ones, for `diff` and `trend`; made where it is absent
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) history: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct BaselineArgs {
    #[command(subcommand)]
    pub(in crate::cli) verb: BaselineVerb,
}

#[derive(Clone, Debug, Subcommand)]
pub(in crate::cli) enum BaselineVerb {
    /// Audit, and accept everything that is found as the state to compare with
    Create(Box<NewBaselineArgs>),
    /// Audit, and take out of the baseline what is fixed; it grows only when told to
    Update(Box<UpdateBaselineArgs>),
    /// Show what a baseline holds, and how old it is
    Show {
        /// The baseline
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The instant to which its age is counted, as a date or RFC 3339 [default: now]
        #[arg(long, value_name = "TIME", value_parser = instant)]
        as_of: Option<Timestamp>,
    },
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct NewBaselineArgs {
    /// The file to write
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    #[command(flatten)]
    pub(in crate::cli) rules: RuleArgs,
    #[command(flatten)]
    pub(in crate::cli) aws: AwsArgs,
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct UpdateBaselineArgs {
    /// Accept what the baseline does not know
    #[arg(long)]
    pub(in crate::cli) add_new: bool,
    /// Accept what is worse than the baseline knows it
    #[arg(long)]
    pub(in crate::cli) accept_worsened: bool,
    #[command(flatten)]
    pub(in crate::cli) audit: NewBaselineArgs,
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct DiffArgs {
    /// The earlier audit: a JSON report, a snapshot, or with `--history` a date
    #[arg(value_name = "BEFORE")]
    pub(in crate::cli) before: String,
    /// The later audit, likewise
    #[arg(value_name = "AFTER")]
    pub(in crate::cli) after: String,
    /// Folder with the audits of dates
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) history: Option<PathBuf>,
    /// Exit with 1 if something is new or worse
    #[arg(long)]
    pub(in crate::cli) exit_code: bool,
    /// What to print
    #[arg(long, value_enum, default_value = "terminal", value_name = "FORMAT")]
    pub(in crate::cli) format: Format,
    #[command(flatten)]
    pub(in crate::cli) rules: RuleArgs,
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct TrendArgs {
    /// Folder that `audit --history` keeps audits in [default: that of the settings]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) history: Option<PathBuf>,
    /// One account only
    #[arg(long, value_name = "ACCOUNT")]
    pub(in crate::cli) account: Option<String>,
    /// From when on: a date, RFC 3339, or a span back from now such as 90d
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub(in crate::cli) since: Option<Since>,
    /// What to print
    #[arg(long, value_enum, default_value = "terminal", value_name = "FORMAT")]
    pub(in crate::cli) format: Format,
}
