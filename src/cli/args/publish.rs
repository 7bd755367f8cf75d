//! What writes to AWS.

use clap::{Args, Subcommand};

use super::aws::{AwsArgs, SourceArgs};
use super::rules::RuleArgs;

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct PublishArgs {
    #[command(subcommand)]
    pub(in crate::cli) verb: PublishVerb,
}

#[derive(Clone, Debug, Subcommand)]
pub(in crate::cli) enum PublishVerb {
    /// Audit, send failures and unknowns to the Security Hub of each account and Region, and archive what is fixed
    SecurityHub(Box<SecurityHubArgs>),
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct SecurityHubArgs {
    /// Send; without it nothing is sent, and only counted what would be
    #[arg(long)]
    pub(in crate::cli) yes: bool,
    /// Leave findings as they are that Security Hub has and that are fixed
    #[arg(long)]
    pub(in crate::cli) no_archive: bool,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    #[command(flatten)]
    pub(in crate::cli) rules: RuleArgs,
    #[command(flatten)]
    pub(in crate::cli) aws: AwsArgs,
}
