//! What the command line takes.

mod access;
mod audit;
mod aws;
mod cost;
mod exceptions;
mod frameworks;
mod history;
mod other;
mod publish;
mod rules;
mod values;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::output::Color;

pub(super) use access::{ReachArgs, ReadsArgs, WhoCanArgs, WhyArgs};
pub(super) use audit::{AuditArgs, CollectArgs, GroupByArg, VerdictsArg};
pub(super) use aws::{AwsArgs, InventoryArg, SourceArgs, TrailArgs};
pub(super) use cost::{CostArgs, CostFormat, PricesArgs, PricesVerb, RefreshArgs};
pub(super) use exceptions::{ExceptionsArgs, ExceptionsVerb, InitArgs, NewExceptionArgs};
pub(super) use frameworks::{FrameworksArgs, FrameworksShowArgs, FrameworksVerb};
pub(super) use history::{
    BaselineArgs, BaselineVerb, DiffArgs, NewBaselineArgs, TrendArgs, UpdateBaselineArgs,
};
pub(super) use other::{
    GeneratedArgs, GeneratedFile, PermissionsArgs, PolicyFormat, PurposeArg, SchemaArgs, SimulateArgs,
};
pub(super) use publish::{PublishArgs, PublishVerb, SecurityHubArgs};
pub(super) use rules::{RuleArgs, RulesArgs, RulesVerb};
pub(super) use values::Since;

/// Audits the AWS Secrets Manager secrets of one account or many.
///
/// It reads metadata only: it never asks for a secret's value, and it changes nothing. The one verb that writes to AWS
/// is `publish`, and only with `--yes`.
#[derive(Debug, Parser)]
#[command(name = "secrets-auditor", version, about, propagate_version = true, help_expected = true)]
#[command(after_help = "Exit codes: 0 clean, 1 failures, 2 could not run, 3 evidence missing, 4 no secrets.")]
pub struct Cli {
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(super) color: Color,
    /// Settings file [default: that of SECRETS_AUDITOR_CONFIG, else secrets-auditor.yaml here, or above up to the root of the repository]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Use no settings file
    #[arg(long, global = true)]
    pub(super) no_config: bool,
    #[command(subcommand)]
    pub(super) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Judge secrets by rules: those of the account, of a snapshot, or of the sample
    Audit(Box<AuditArgs>),
    /// Ask AWS and keep the answers in a snapshot
    Collect(Box<CollectArgs>),
    /// List who can read a secret, by which path and under which conditions
    WhoCan(Box<WhoCanArgs>),
    /// Explain why a principal can, or cannot, act on a secret
    Why(Box<WhyArgs>),
    /// List what a principal can reach
    Reach(Box<ReachArgs>),
    /// Accept what is there, so that a gate fails on what is new or worse
    Baseline(BaselineArgs),
    /// Say what changed between two audits, and who changed it
    Diff(Box<DiffArgs>),
    /// Draw counts and cost over time, from a history of audits
    Trend(TrendArgs),
    /// Hand findings to AWS Security Hub: the one verb that writes to AWS, and only with `--yes`
    Publish(PublishArgs),
    /// Say what the secrets cost, and what of that could be saved
    Cost(Box<CostArgs>),
    /// Read list prices from AWS into a file for `--price-book`
    Prices(PricesArgs),
    /// List, check and add exceptions
    Exceptions(ExceptionsArgs),
    /// Write a settings file with comments, from what is there
    Init(Box<InitArgs>),
    /// List, explain and check rules
    Rules(RulesArgs),
    /// List frameworks of controls, and show how far one is covered and met
    Frameworks(FrameworksArgs),
    /// Show the columns that rules can use
    Schema(SchemaArgs),
    /// Print the least IAM policy that a verb needs
    Permissions(PermissionsArgs),
    /// List who read which secret, when, how often and from where, by CloudTrail
    Reads(Box<ReadsArgs>),
    /// Decide requests by the IAM policies that apply to them: one case a line, as JSON
    Simulate(SimulateArgs),
    /// Print a file that is generated from the program
    #[command(hide = true)]
    Generated(GeneratedArgs),
}
