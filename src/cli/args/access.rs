//! Who can, and who did.

use clap::Args;

use super::aws::{AwsArgs, SourceArgs};
use super::values::{Since, since};
use crate::report::Format;

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct ReadsArgs {
    /// The secret, by name, ARN, or a part of either that no other has [default: all]
    #[arg(value_name = "SECRET")]
    pub(in crate::cli) secret: Option<String>,
    /// The principal, by name, ARN, or a part of either that no other has [default: all]
    #[arg(long, value_name = "PRINCIPAL")]
    pub(in crate::cli) principal: Option<String>,
    /// From when on: a date, RFC 3339, or a span back from now such as 7d or 12h [default: 90d, for a folder everything]
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub(in crate::cli) since: Option<Since>,
    /// What to print
    #[arg(long, value_enum, default_value = "terminal", value_name = "FORMAT")]
    pub(in crate::cli) format: Format,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    #[command(flatten)]
    pub(in crate::cli) aws: AwsArgs,
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct WhoCanArgs {
    /// The secret, by name, ARN, or a part of either that no other has
    #[arg(value_name = "SECRET")]
    pub(in crate::cli) secret: String,
    /// The action, such as DeleteSecret
    #[arg(long, value_name = "ACTION", default_value = "GetSecretValue")]
    pub(in crate::cli) action: String,
    /// What to print
    #[arg(long, value_enum, default_value = "terminal", value_name = "FORMAT")]
    pub(in crate::cli) format: Format,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    #[command(flatten)]
    pub(in crate::cli) aws: AwsArgs,
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct WhyArgs {
    /// The principal, by name, ARN, or a part of either that no other has
    #[arg(value_name = "PRINCIPAL")]
    pub(in crate::cli) principal: String,
    /// The secret, by name, ARN, or a part of either that no other has
    #[arg(value_name = "SECRET")]
    pub(in crate::cli) secret: String,
    /// The action, such as DeleteSecret
    #[arg(long, value_name = "ACTION", default_value = "GetSecretValue")]
    pub(in crate::cli) action: String,
    /// Show every statement, also those about other actions and resources
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// What to print
    #[arg(long, value_enum, default_value = "terminal", value_name = "FORMAT")]
    pub(in crate::cli) format: Format,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    #[command(flatten)]
    pub(in crate::cli) aws: AwsArgs,
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct ReachArgs {
    /// The principal, by name, ARN, or a part of either that no other has
    #[arg(value_name = "PRINCIPAL")]
    pub(in crate::cli) principal: String,
    /// What to print
    #[arg(long, value_enum, default_value = "terminal", value_name = "FORMAT")]
    pub(in crate::cli) format: Format,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    #[command(flatten)]
    pub(in crate::cli) aws: AwsArgs,
}
