//! What describes the program, and single policy decisions.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(in crate::cli) struct SchemaArgs {
    /// One table only: secrets, keys, principals, statements, accounts, regions or trails
    #[arg(value_name = "TABLE")]
    pub(in crate::cli) table: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct PermissionsArgs {
    /// What the permissions are for
    #[arg(long = "for", value_enum, default_value_t, value_name = "PURPOSE")]
    pub(in crate::cli) purpose: PurposeArg,
    /// How to print them
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(in crate::cli) format: PolicyFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PurposeArg {
    /// `audit` and `collect`
    #[default]
    Audit,
    /// `--trail s3://…`
    S3,
    /// `--trail athena:…`
    Athena,
    /// `publish security-hub`
    Publish,
    /// `prices refresh`
    Prices,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PolicyFormat {
    /// An IAM policy document
    #[default]
    Json,
    /// Terraform
    Terraform,
    /// A CloudFormation template
    Cloudformation,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SimulateArgs {
    /// File with cases, one JSON object a line [default: standard input]
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: Option<PathBuf>,
    /// Also say which statements decided, and why the others did not match
    #[arg(long)]
    pub(in crate::cli) explain: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct GeneratedArgs {
    /// Which file
    #[arg(value_enum, value_name = "FILE")]
    pub(in crate::cli) file: GeneratedFile,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum GeneratedFile {
    /// docs/rules.md
    Rules,
    /// docs/help.txt
    Help,
    /// docs/columns.md
    Columns,
    /// reports/schema/report.schema.json
    ReportSchema,
    /// reports/schema/ndjson.schema.json
    NdjsonSchema,
    /// reports/schema/rule.schema.json
    RuleSchema,
    /// reports/schema/config.schema.json
    ConfigSchema,
    /// reports/schema/who-can.schema.json
    WhoCanSchema,
    /// reports/schema/why.schema.json
    WhySchema,
    /// reports/schema/reach.schema.json
    ReachSchema,
    /// reports/schema/reads.schema.json
    ReadsSchema,
    /// reports/schema/cost.schema.json
    CostSchema,
    /// reports/schema/diff.schema.json
    DiffSchema,
    /// reports/schema/trend.schema.json
    TrendSchema,
    /// reports/schema/frameworks.schema.json
    FrameworksSchema,
}
