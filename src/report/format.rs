//! The names of the formats.

/// An output format of `audit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum Format {
    /// For people at a terminal.
    Terminal,
    /// One JSON document, versioned; its schema is reports/schema/report.schema.json.
    Json,
}

impl Format {
    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Json => "json",
        }
    }

    /// The format with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Terminal, Self::Json].into_iter().find(|format| format.as_str() == name)
    }
}
