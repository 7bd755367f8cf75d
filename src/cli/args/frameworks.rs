//! Frameworks of controls.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::aws::{AwsArgs, SourceArgs};
use super::rules::RuleArgs;
use crate::report::Format;

#[derive(Debug, Args)]
pub(in crate::cli) struct FrameworksArgs {
    #[command(subcommand)]
    pub(in crate::cli) verb: FrameworksVerb,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum FrameworksVerb {
    /// List the frameworks, and how many of their known controls rules stand behind
    List {
        /// What to print
        #[arg(long, value_enum, default_value = "terminal", value_name = "FORMAT")]
        format: Format,
        /// Folder with rule files that add to ours or take the place of one with the same id
        #[arg(long = "rules", value_name = "DIR")]
        dirs: Vec<PathBuf>,
    },
    /// Judge secrets by the rules behind one framework, control by control
    Show(Box<FrameworksShowArgs>),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct FrameworksShowArgs {
    /// The framework's id
    #[arg(value_name = "ID")]
    pub(in crate::cli) id: String,
    /// What to print
    #[arg(long, value_enum, default_value = "terminal", value_name = "FORMAT")]
    pub(in crate::cli) format: Format,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    #[command(flatten)]
    pub(in crate::cli) rules: RuleArgs,
    #[command(flatten)]
    pub(in crate::cli) aws: AwsArgs,
}
