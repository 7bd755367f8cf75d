//! What the command line takes.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

use super::output::Color;
use crate::model::Severity;
use crate::report::Format;
use crate::trail::TrailSource;

/// Audits the AWS Secrets Manager secrets of one account or many.
///
/// It reads metadata only: it never asks for a secret's value, and it changes nothing.
#[derive(Debug, Parser)]
#[command(name = "secrets-auditor", version, about, propagate_version = true, help_expected = true)]
#[command(after_help = "Exit codes: 0 clean, 1 failures, 2 could not run, 3 evidence missing, 4 no secrets.")]
pub struct Cli {
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(super) color: Color,
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
    /// List, explain and check rules
    Rules(RulesArgs),
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

/// Where to ask, as whom, and how fast.
#[derive(Debug, Args)]
#[command(next_help_heading = "AWS")]
pub(super) struct AwsArgs {
    /// Profile of the AWS configuration files
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// Region to audit; repeat for more [default: every Region that is switched on]
    #[arg(long = "region", value_name = "REGION")]
    pub(super) regions: Vec<String>,
    /// Send every call to this address, such as that of an emulator
    #[arg(long, value_name = "URL")]
    pub(super) endpoint_url: Option<String>,
    /// Role to assume, one for each account; repeat for more
    #[arg(long = "assume-role", value_name = "ARN", conflicts_with = "organization")]
    pub(super) roles: Vec<String>,
    /// External id that the roles ask for
    #[arg(long, value_name = "ID")]
    pub(super) external_id: Option<String>,
    /// Audit every active account of the organization
    #[arg(long, requires = "role_name")]
    pub(super) organization: bool,
    /// Role to assume in each account of the organization
    #[arg(long, value_name = "NAME", requires = "organization")]
    pub(super) role_name: Option<String>,
    /// Narrow to secrets by name glob, ARN, or tag:Key=Value; repeat for more
    #[arg(long = "select", value_name = "SELECTOR")]
    pub(super) select: Vec<String>,
    /// How to enumerate secrets
    #[arg(long, value_enum, default_value_t, value_name = "SOURCE")]
    pub(super) inventory: InventoryArg,
    /// Enumerate secrets of an organization by this AWS Config aggregator
    #[arg(long, value_name = "NAME")]
    pub(super) config_aggregator: Option<String>,
    /// Requests a second at most, for each API in each account and Region [default: half of AWS's quotas]
    #[arg(long, value_name = "N")]
    pub(super) max_rate: Option<f64>,
    /// Attempts for each request
    #[arg(long, value_name = "N", default_value_t = 8, hide = true)]
    pub(super) max_attempts: u32,
    /// Show no progress
    #[arg(long, short)]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) trail: TrailArgs,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum InventoryArg {
    /// By ListSecrets
    #[default]
    SecretsManager,
    /// By AWS Config, which knows fewer fields
    Config,
}

/// Where to learn who did read secrets.
#[derive(Debug, Args)]
#[command(next_help_heading = "CloudTrail")]
pub(super) struct TrailArgs {
    /// Who read secrets, by: lookup (Event history), a folder with an archive, s3://BUCKET/PREFIX,
    /// athena:TABLE[@WORKGROUP], or none; repeat for more [default: lookup]
    #[arg(long = "trail", value_name = "SOURCE")]
    pub(super) trails: Vec<TrailSource>,
    /// How long Event history may be read, for all accounts and Regions together, and how long a query of Athena may take,
    /// such as 90s or 10m
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration)]
    pub(super) trail_budget: Duration,
    /// Folder that keeps Event history, so that the next run asks only for what is new
    #[arg(long, value_name = "DIR")]
    pub(super) cache: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ReadsArgs {
    /// The secret, by name, ARN, or a part of either that no other has [default: all]
    #[arg(value_name = "SECRET")]
    pub(super) secret: Option<String>,
    /// The principal, by name, ARN, or a part of either that no other has [default: all]
    #[arg(long, value_name = "PRINCIPAL")]
    pub(super) principal: Option<String>,
    /// From when on: a date, RFC 3339, or a span back from now such as 7d or 12h [default: 90d, for a folder everything]
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub(super) since: Option<Since>,
    /// What to print
    #[arg(long, value_enum, default_value = "terminal", value_name = "FORMAT")]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    #[command(flatten)]
    pub(super) aws: AwsArgs,
}

/// Which rules, and what differs from their files.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Rules")]
pub(super) struct RuleArgs {
    /// Folder with rule files that add to ours or take the place of one with the same id
    #[arg(long = "rules", value_name = "DIR")]
    pub(super) dirs: Vec<PathBuf>,
    /// Run only rules with this id or glob; repeat for more
    #[arg(long, value_name = "RULE")]
    pub(super) only: Vec<String>,
    /// Leave out rules with this id or glob; repeat for more
    #[arg(long, value_name = "RULE")]
    pub(super) skip: Vec<String>,
    /// Set a parameter, or `severity`, of a rule; VALUE is YAML
    #[arg(long = "set", value_name = "RULE.PARAMETER=VALUE")]
    pub(super) set: Vec<String>,
    /// Settings file
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

/// Where the evidence comes from: the sample, a snapshot, or AWS.
#[derive(Debug, Args)]
pub(super) struct SourceArgs {
    /// Look at the sample account in the program: no AWS, no set-up
    #[arg(long, conflicts_with = "snapshot")]
    pub(super) sample: bool,
    /// Look at a snapshot that `collect` wrote
    #[arg(long, value_name = "DIR")]
    pub(super) snapshot: Option<PathBuf>,
    /// The instant that counts as now, as a date or RFC 3339 [default: when the evidence was collected]
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(super) as_of: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub(super) struct WhoCanArgs {
    /// The secret, by name, ARN, or a part of either that no other has
    #[arg(value_name = "SECRET")]
    pub(super) secret: String,
    /// The action, such as DeleteSecret
    #[arg(long, value_name = "ACTION", default_value = "GetSecretValue")]
    pub(super) action: String,
    /// What to print
    #[arg(long, value_enum, default_value = "terminal", value_name = "FORMAT")]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    #[command(flatten)]
    pub(super) aws: AwsArgs,
}

#[derive(Debug, Args)]
pub(super) struct WhyArgs {
    /// The principal, by name, ARN, or a part of either that no other has
    #[arg(value_name = "PRINCIPAL")]
    pub(super) principal: String,
    /// The secret, by name, ARN, or a part of either that no other has
    #[arg(value_name = "SECRET")]
    pub(super) secret: String,
    /// The action, such as DeleteSecret
    #[arg(long, value_name = "ACTION", default_value = "GetSecretValue")]
    pub(super) action: String,
    /// Show every statement, also those about other actions and resources
    #[arg(long)]
    pub(super) all: bool,
    /// What to print
    #[arg(long, value_enum, default_value = "terminal", value_name = "FORMAT")]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    #[command(flatten)]
    pub(super) aws: AwsArgs,
}

#[derive(Debug, Args)]
pub(super) struct ReachArgs {
    /// The principal, by name, ARN, or a part of either that no other has
    #[arg(value_name = "PRINCIPAL")]
    pub(super) principal: String,
    /// What to print
    #[arg(long, value_enum, default_value = "terminal", value_name = "FORMAT")]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    #[command(flatten)]
    pub(super) aws: AwsArgs,
}

#[derive(Debug, Args)]
pub(super) struct AuditArgs {
    #[command(flatten)]
    pub(super) source: SourceArgs,
    /// What to print
    #[arg(long, value_enum, default_value = "terminal", value_name = "FORMAT")]
    pub(super) format: Format,
    /// Also write a report to a file; repeat for more
    #[arg(long = "output", value_name = "FORMAT=FILE", value_parser = output)]
    pub(super) outputs: Vec<(Format, PathBuf)>,
    /// Which verdicts to list; all are counted
    #[arg(long, value_enum, default_value_t, value_name = "WHICH")]
    pub(super) verdicts: VerdictsArg,
    /// Exit with 1 for failures at or above this severity (critical, high, medium, low, info), or never
    #[arg(long, default_value = "high", value_name = "SEVERITY", value_parser = threshold)]
    pub(super) fail_on: Threshold,
    /// Let findings about events decide the exit code too
    #[arg(long)]
    pub(super) gate_events: bool,
    /// Principal that is not to be trusted any more, as ARN or glob; repeat for more. The rule
    /// not-rotated-after-exposure then fails on every secret whose current value it has read
    #[arg(long = "exposed", value_name = "PRINCIPAL")]
    pub(super) exposed: Vec<String>,
    /// API calls to Secrets Manager in a month, for the cost estimate
    #[arg(long, value_name = "N")]
    pub(super) monthly_calls: Option<u64>,
    /// Sum the cost by this tag; repeat for more [default: Owner and Environment]
    #[arg(long = "cost-by-tag", value_name = "KEY")]
    pub(super) cost_tags: Vec<String>,
    #[command(flatten)]
    pub(super) rules: RuleArgs,
    #[command(flatten)]
    pub(super) aws: AwsArgs,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum VerdictsArg {
    /// Failures and unknowns
    #[default]
    Problems,
    /// Every verdict on every row
    All,
}

/// From which severity on failures decide the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Threshold(pub(super) Option<Severity>);

#[derive(Debug, Args)]
pub(super) struct CollectArgs {
    /// Folder for the snapshot; it must be empty or absent
    #[arg(long, value_name = "DIR")]
    pub(super) to: PathBuf,
    /// Continue a collection that was stopped
    #[arg(long)]
    pub(super) resume: bool,
    /// The instant up to which CloudTrail is read, as a date or RFC 3339 [default: now]
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(super) until: Option<Timestamp>,
    #[command(flatten)]
    pub(super) aws: AwsArgs,
}

#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    #[command(subcommand)]
    pub(super) verb: RulesVerb,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesVerb {
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

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// One table only: secrets, keys, principals, statements, accounts, regions or trails
    #[arg(value_name = "TABLE")]
    pub(super) table: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct PermissionsArgs {
    /// What the permissions are for
    #[arg(long = "for", value_enum, default_value_t, value_name = "PURPOSE")]
    pub(super) purpose: PurposeArg,
    /// How to print them
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: PolicyFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum PurposeArg {
    /// `audit` and `collect`
    #[default]
    Audit,
    /// `--trail s3://…`
    S3,
    /// `--trail athena:…`
    Athena,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum PolicyFormat {
    /// An IAM policy document
    #[default]
    Json,
    /// Terraform
    Terraform,
    /// A CloudFormation template
    Cloudformation,
}

#[derive(Debug, Args)]
pub(super) struct SimulateArgs {
    /// File with cases, one JSON object a line [default: standard input]
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
    /// Also say which statements decided, and why the others did not match
    #[arg(long)]
    pub(super) explain: bool,
}

#[derive(Debug, Args)]
pub(super) struct GeneratedArgs {
    /// Which file
    #[arg(value_enum, value_name = "FILE")]
    pub(super) file: GeneratedFile,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum GeneratedFile {
    /// docs/rules.md
    Rules,
    /// docs/help.txt
    Help,
    /// docs/columns.md
    Columns,
    /// reports/schema/report.schema.json
    ReportSchema,
    /// reports/schema/rule.schema.json
    RuleSchema,
    /// reports/schema/who-can.schema.json
    WhoCanSchema,
    /// reports/schema/why.schema.json
    WhySchema,
    /// reports/schema/reach.schema.json
    ReachSchema,
    /// reports/schema/reads.schema.json
    ReadsSchema,
}

/// From when on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Since {
    /// An instant.
    At(Timestamp),
    /// So long before now.
    Back(SignedDuration),
}

fn since(text: &str) -> Result<Since, String> {
    let back = |text: &str| {
        let span: Span = text.parse().ok()?;
        let days = SpanRelativeTo::days_are_24_hours();
        span.to_duration(days).ok().filter(SignedDuration::is_positive)
    };
    match back(text) {
        Some(back) => Ok(Since::Back(back)),
        None => instant(text).map(Since::At).map_err(|error| format!("{error}, or a span such as 7d or 12h")),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let positive = text.parse::<SignedDuration>().ok().filter(SignedDuration::is_positive);
    let duration = positive.and_then(|duration| Duration::try_from(duration).ok());
    duration.ok_or_else(|| "expected a time such as 90s, 5m or 1h".to_owned())
}

fn instant(text: &str) -> Result<Timestamp, String> {
    let of_date = |date: Date| date.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    text.parse::<Timestamp>().or_else(|_| text.parse::<Date>().and_then(of_date)).map_err(|_| {
        "expected a date such as 2026-11-01, or an instant such as 2026-11-01T06:00:00Z".to_owned()
    })
}

fn output(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, path) = text.split_once('=').ok_or("expected FORMAT=FILE, such as json=report.json")?;
    if path.is_empty() {
        return Err("expected a file behind `=`".to_owned());
    }
    let format = Format::from_name(format)
        .ok_or_else(|| format!("no format `{format}`: expected terminal or json"))?;
    Ok((format, PathBuf::from(path)))
}

fn threshold(text: &str) -> Result<Threshold, String> {
    if text == "never" {
        return Ok(Threshold(None));
    }
    let severity = Severity::WORST_FIRST.into_iter().find(|severity| severity.as_str() == text);
    severity
        .map(|severity| Threshold(Some(severity)))
        .ok_or_else(|| "expected critical, high, medium, low, info or never".to_owned())
}
