//! The names of the formats.

use super::ocsf::OcsfVersion;

/// In which form a verb answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people at a terminal.
    Terminal,
    /// One JSON document, versioned; its schema is in reports/schema/.
    Json,
}

/// In which form an audit reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum ReportFormat {
    /// For people at a terminal.
    Terminal,
    /// One page that needs no network, for the weekly meeting.
    Html,
    /// One JSON document, versioned; its schema is reports/schema/report.schema.json.
    Json,
    /// The documents of the JSON report, one a line, as a stream; its schema is reports/schema/ndjson.schema.json.
    Ndjson,
    /// A table of the findings, for spreadsheets.
    Csv,
    /// Compliance Findings of the Open Cybersecurity Schema Framework, one a line.
    Ocsf,
    /// Findings of AWS Security Hub, as one JSON array.
    Asff,
    /// Counts and costs for Prometheus.
    Openmetrics,
    /// The findings in columns, in a folder: only with `--output parquet=DIR`.
    Parquet,
    /// One line for each finding, for people and grep.
    Concise,
    /// Annotations of GitHub Actions, the worst ten of each kind; in a workflow the step summary, too.
    Github,
    /// GitLab Code Quality.
    Gitlab,
    /// JUnit XML: a suite for each rule, a test for each finding.
    Junit,
    /// A page for wikis, tickets and meetings.
    Markdown,
    /// SARIF 2.1.0, for GitHub code scanning and other viewers.
    Sarif,
}

impl ReportFormat {
    /// All formats, in the order of the help.
    pub const ALL: [Self; 15] = [
        Self::Terminal,
        Self::Html,
        Self::Json,
        Self::Ndjson,
        Self::Csv,
        Self::Ocsf,
        Self::Asff,
        Self::Openmetrics,
        Self::Parquet,
        Self::Concise,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Markdown,
        Self::Sarif,
    ];

    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Html => "html",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Ocsf => "ocsf",
            Self::Asff => "asff",
            Self::Openmetrics => "openmetrics",
            Self::Parquet => "parquet",
            Self::Concise => "concise",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Sarif => "sarif",
        }
    }

    /// All names, as an error lists them.
    pub fn names() -> String {
        let names = Self::ALL.map(Self::as_str);
        match names.split_last() {
            Some((last, first)) => format!("{} or {last}", first.join(", ")),
            None => String::new(),
        }
    }

    /// Whether its text holds ANSI styles, which whoever prints it takes out where colour is not wanted.
    pub fn has_styles(self) -> bool {
        matches!(self, Self::Concise | Self::Terminal)
    }

    /// Whether it shows secrets that have no findings, or facts that are in none.
    pub fn shows_secrets(self) -> bool {
        matches!(self, Self::Html | Self::Ocsf | Self::Asff)
    }

    /// Whether it is a folder of files, so that it can be written but not printed.
    pub fn is_folder(self) -> bool {
        self == Self::Parquet
    }

    /// Whether it shows who can read each secret, and the frameworks: it takes a while to find out.
    pub fn shows_access(self) -> bool {
        self == Self::Html
    }

    /// The format with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}

/// What formats leave open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The width of a page, where a format has pages.
    pub width: usize,
    /// In which version of its schema OCSF is written.
    pub ocsf: OcsfVersion,
    /// Whether metrics of findings have the ARN as a label.
    pub metrics_by_arn: bool,
}
