//! The names of the formats.

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
    /// One line for each finding, for people and grep.
    Concise,
    /// Annotations of GitHub Actions, the worst ten of each kind; in a workflow the step summary, too.
    Github,
    /// GitLab Code Quality.
    Gitlab,
    /// One JSON document, versioned; its schema is reports/schema/report.schema.json.
    Json,
    /// JUnit XML: a suite for each rule, a test for each finding.
    Junit,
    /// A page for wikis, tickets and meetings.
    Markdown,
    /// SARIF 2.1.0, for GitHub code scanning and other viewers.
    Sarif,
    /// For people at a terminal.
    Terminal,
}

impl ReportFormat {
    /// All formats, in the order of the help.
    pub const ALL: [Self; 8] = [
        Self::Concise,
        Self::Github,
        Self::Gitlab,
        Self::Json,
        Self::Junit,
        Self::Markdown,
        Self::Sarif,
        Self::Terminal,
    ];

    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Concise => "concise",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Sarif => "sarif",
            Self::Terminal => "terminal",
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
        match self {
            Self::Concise
            | Self::Github
            | Self::Gitlab
            | Self::Json
            | Self::Junit
            | Self::Markdown
            | Self::Sarif
            | Self::Terminal => false,
        }
    }

    /// The format with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}
