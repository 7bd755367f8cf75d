//! Errors as the user sees them: what, where, what now.

use crate::collect::CollectError;
use crate::history::HistoryError;
use crate::rules::Diagnostic;
use crate::snapshot::SnapshotError;

use super::exit::Exit;

/// An error that ends the run.
#[derive(Debug)]
pub(super) struct CliError {
    /// What went wrong, and where; lower case, no full stop.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: Option<String>,
    /// Errors that bring their own rendering, shown as they are.
    pub(super) rendered: Vec<String>,
    /// How the process ends.
    pub(super) exit: Exit,
}

impl CliError {
    /// An error with advice.
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: Some(help.into()), rendered: Vec::new(), exit: Exit::CannotRun }
    }

    /// A defect of this program: nothing the user did.
    pub(super) fn defect(what: &dyn std::fmt::Display) -> Self {
        Self::new(
            format!("this should not happen: {what}"),
            "please report it with the command line and the version that `--version` shows",
        )
    }
}

impl From<SnapshotError> for CliError {
    fn from(error: SnapshotError) -> Self {
        Self::new(error.to_string(), error.help())
    }
}

impl From<CollectError> for CliError {
    fn from(error: CollectError) -> Self {
        Self::new(error.to_string(), error.help())
    }
}

impl From<HistoryError> for CliError {
    fn from(error: HistoryError) -> Self {
        Self::new(error.to_string(), error.help())
    }
}

impl From<Vec<Diagnostic>> for CliError {
    fn from(errors: Vec<Diagnostic>) -> Self {
        let rendered: Vec<String> = errors.iter().map(ToString::to_string).collect();
        let message = match rendered.len() {
            1 => "1 error in rules or their settings".to_owned(),
            count => format!("{count} errors in rules or their settings"),
        };
        Self { message, help: None, rendered, exit: Exit::CannotRun }
    }
}
