//! Costs, and the prices behind them.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::aws::{AwsArgs, SourceArgs};
use crate::model::Partition;
use crate::report::cost::By;

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct CostArgs {
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    /// What to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(in crate::cli) format: CostFormat,
    /// Sum by this: account, region, owner, environment, secret, key or tag:KEY; repeat for more
    /// [default: account, region, owner and environment]
    #[arg(long, value_name = "WHAT", value_parser = by)]
    pub(in crate::cli) by: Vec<By>,
    /// API calls to Secrets Manager in a month [default: those that CloudTrail shows]
    #[arg(long, value_name = "N")]
    pub(in crate::cli) monthly_calls: Option<u64>,
    /// Prices of your own, as `prices refresh` writes them [default: the list prices in the program]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) price_book: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) aws: AwsArgs,
}

/// In which form costs are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum CostFormat {
    /// For people at a terminal
    #[default]
    Terminal,
    /// One JSON document, versioned; its schema is in reports/schema/
    Json,
    /// A table for spreadsheets: a row for each charge, each line of the sum, and each saving
    Csv,
}

fn by(text: &str) -> Result<By, String> {
    match text {
        "account" => Ok(By::Account),
        "region" => Ok(By::Region),
        "owner" => Ok(By::Owner),
        "environment" => Ok(By::Environment),
        "secret" => Ok(By::Secret),
        "key" => Ok(By::Key),
        _ => match text.strip_prefix("tag:").filter(|key| !key.is_empty()) {
            Some(key) => Ok(By::Tag(key.to_owned())),
            None => Err("expected account, region, owner, environment, secret, key or tag:KEY".to_owned()),
        },
    }
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct PricesArgs {
    #[command(subcommand)]
    pub(in crate::cli) verb: PricesVerb,
}

#[derive(Clone, Debug, Subcommand)]
pub(in crate::cli) enum PricesVerb {
    /// Ask the AWS Price List API for the prices of Secrets Manager and KMS
    Refresh(RefreshArgs),
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct RefreshArgs {
    /// The file to write, whole or not at all
    #[arg(long, value_name = "FILE", default_value = "prices.yaml")]
    pub(in crate::cli) to: PathBuf,
    /// The partition: aws or aws-cn
    #[arg(long, value_name = "PARTITION", default_value = "aws", value_parser = partition)]
    pub(in crate::cli) partition: Partition,
    /// Region whose prices are read; repeat for more [default: every Region of the partition that the program knows]
    #[arg(long = "region", value_name = "REGION")]
    pub(in crate::cli) regions: Vec<String>,
    /// Profile of the AWS configuration
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) profile: Option<String>,
    /// Endpoint of the Price List API, for tests
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) endpoint_url: Option<String>,
}

fn partition(text: &str) -> Result<Partition, String> {
    match text {
        "aws" => Ok(Partition::Commercial),
        "aws-cn" => Ok(Partition::China),
        _ => Err("expected aws or aws-cn: the Price List API is nowhere else".to_owned()),
    }
}
