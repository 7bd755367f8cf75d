//! Settings and exceptions.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::aws::{AwsArgs, SourceArgs};

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct ExceptionsArgs {
    #[command(subcommand)]
    pub(in crate::cli) verb: ExceptionsVerb,
}

#[derive(Clone, Debug, Subcommand)]
pub(in crate::cli) enum ExceptionsVerb {
    /// List exceptions and accepted gaps with the days that are left
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Check them: 1 if one has expired, or never takes effect because another holds longer
    Check,
    /// Add one to the settings file, whose comments stay
    Add(Box<NewExceptionArgs>),
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct NewExceptionArgs {
    /// The rule, as id or glob
    #[arg(value_name = "RULE")]
    pub(in crate::cli) rule: Option<String>,
    /// What it is about: a glob on the whole name, an ARN or ARN glob, or tag:Key=Value
    #[arg(long, value_name = "SCOPE")]
    pub(in crate::cli) scope: Option<String>,
    /// In this account only
    #[arg(long, value_name = "ACCOUNT")]
    pub(in crate::cli) account: Option<String>,
    /// In this Region only
    #[arg(long, value_name = "REGION")]
    pub(in crate::cli) region: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) reason: Option<String>,
    /// Who answers for it
    #[arg(long, value_name = "OWNER")]
    pub(in crate::cli) owner: Option<String>,
    /// The last day on which it holds, as YYYY-MM-DD, or a span such as 90d
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) expires: Option<String>,
    /// The ticket in which it was agreed
    #[arg(long, value_name = "TICKET")]
    pub(in crate::cli) ticket: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct InitArgs {
    /// The file to write; - prints it
    #[arg(value_name = "FILE", default_value = "secrets-auditor.yaml")]
    pub(in crate::cli) file: PathBuf,
    /// Take the place of a file that is there
    #[arg(long)]
    pub(in crate::cli) force: bool,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    #[command(flatten)]
    pub(in crate::cli) aws: AwsArgs,
}
