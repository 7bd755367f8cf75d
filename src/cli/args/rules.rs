//! Rules.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Which rules, and what differs from their files.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Rules")]
pub(in crate::cli) struct RuleArgs {
    /// Folder with rule files that add to ours or take the place of one with the same id
    #[arg(long = "rules", value_name = "DIR")]
    pub(in crate::cli) dirs: Vec<PathBuf>,
    /// Run only rules with this id or glob; repeat for more
    #[arg(long, value_name = "RULE")]
    pub(in crate::cli) only: Vec<String>,
    /// Leave out rules with this id or glob; repeat for more
    #[arg(long, value_name = "RULE")]
    pub(in crate::cli) skip: Vec<String>,
    /// Run only rules behind a control of this framework; repeat for more
    #[arg(long = "framework", value_name = "ID")]
    pub(in crate::cli) frameworks: Vec<String>,
    /// Set a parameter, or `severity`, of a rule; VALUE is YAML
    #[arg(long = "set", value_name = "RULE.PARAMETER=VALUE")]
    pub(in crate::cli) set: Vec<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RulesArgs {
    #[command(subcommand)]
    pub(in crate::cli) verb: RulesVerb,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum RulesVerb {
    /// List the rules
    List(RuleArgs),
    /// Explain one rule: why, what it looks at, how to mend the defect
    Explain {
        /// The rule's id
        #[arg(value_name = "RULE")]
        id: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        rules: RuleArgs,
    },
    /// Check rule files and run their examples, ours and those in these folders
    Check {
        /// Folders or files of further rules
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
}
