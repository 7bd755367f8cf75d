//! Where the evidence comes from, and how AWS is asked.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::values::{duration, instant};
use crate::trail::TrailSource;

/// Where to ask, as whom, and how fast.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "AWS")]
pub(in crate::cli) struct AwsArgs {
    /// Profile of the AWS configuration files
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) profile: Option<String>,
    /// Region to audit; repeat for more [default: every Region that is switched on]
    #[arg(long = "region", value_name = "REGION")]
    pub(in crate::cli) regions: Vec<String>,
    /// Send every call to this address, such as that of an emulator
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) endpoint_url: Option<String>,
    /// Role to assume, one for each account; repeat for more
    #[arg(long = "assume-role", value_name = "ARN", conflicts_with = "organization")]
    pub(in crate::cli) roles: Vec<String>,
    /// External id that the roles ask for
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) external_id: Option<String>,
    /// Audit every active account of the organization
    #[arg(long, requires = "role_name")]
    pub(in crate::cli) organization: bool,
    /// Role to assume in each account of the organization
    #[arg(long, value_name = "NAME", requires = "organization")]
    pub(in crate::cli) role_name: Option<String>,
    /// Narrow to secrets by name glob, ARN, or tag:Key=Value; repeat for more
    #[arg(long = "select", value_name = "SELECTOR")]
    pub(in crate::cli) select: Vec<String>,
    /// How to enumerate secrets
    #[arg(long, value_enum, default_value_t, value_name = "SOURCE")]
    pub(in crate::cli) inventory: InventoryArg,
    /// Enumerate secrets of an organization by this AWS Config aggregator
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) config_aggregator: Option<String>,
    /// Requests a second at most, for each API in each account and Region [default: half of AWS's quotas]
    #[arg(long, value_name = "N")]
    pub(in crate::cli) max_rate: Option<f64>,
    /// Attempts for each request
    #[arg(long, value_name = "N", default_value_t = 8, hide = true)]
    pub(in crate::cli) max_attempts: u32,
    /// Show no progress
    #[arg(long, short)]
    pub(in crate::cli) quiet: bool,
    #[command(flatten)]
    pub(in crate::cli) trail: TrailArgs,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum InventoryArg {
    /// By ListSecrets
    #[default]
    SecretsManager,
    /// By AWS Config, which knows fewer fields
    Config,
}

/// Where to learn who did read secrets.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "CloudTrail")]
pub(in crate::cli) struct TrailArgs {
    /// Who read secrets, by: lookup (Event history), a folder with an archive, s3://BUCKET/PREFIX,
    /// athena:TABLE[@WORKGROUP], or none; repeat for more [default: lookup]
    #[arg(long = "trail", value_name = "SOURCE")]
    pub(in crate::cli) trails: Vec<TrailSource>,
    /// How long Event history may be read, for all accounts and Regions together, and how long a query of Athena may take,
    /// such as 90s or 10m [default: 5m]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(in crate::cli) trail_budget: Option<Duration>,
    /// Folder that keeps Event history, so that the next run asks only for what is new
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) cache: Option<PathBuf>,
}

/// Where the evidence comes from: the sample, a snapshot, or AWS.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct SourceArgs {
    /// Look at the sample account in the program: no AWS, no set-up
    #[arg(long, conflicts_with = "snapshot")]
    pub(in crate::cli) sample: bool,
    /// Look at a snapshot that `collect` wrote
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) snapshot: Option<PathBuf>,
    /// The instant that counts as now, as a date or RFC 3339 [default: when the evidence was collected]
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(in crate::cli) as_of: Option<Timestamp>,
}
