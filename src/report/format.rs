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
    /// For people at a terminal.
    Terminal,
    /// One page that needs no network, for the weekly meeting.
    Html,
    /// One JSON document, versioned; its schema is reports/schema/report.schema.json.
    Json,
}

impl ReportFormat {
    /// All formats, in the order of the help.
    pub const ALL: [Self; 3] = [Self::Terminal, Self::Html, Self::Json];

    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Html => "html",
            Self::Json => "json",
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
        self == Self::Terminal
    }

    /// Whether it shows secrets that have no findings, or facts that are in none.
    pub fn shows_secrets(self) -> bool {
        match self {
            Self::Html => true,
            Self::Terminal | Self::Json => false,
        }
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
