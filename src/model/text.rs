//! Sentences of others in a user's words.

use std::io;

/// A system's sentence without the `(os error N)` that only programmers read.
pub fn without_number(text: &str) -> &str {
    text.split(" (os error").next().unwrap_or(text)
}

/// Why the system refused, to stand behind a colon: in lower case and without its number.
///
/// ```
/// use secrets_auditor::model::reason;
/// assert_eq!(reason(&std::io::Error::from_raw_os_error(2)), "no such file or directory");
/// ```
pub fn reason(error: &io::Error) -> String {
    without_number(&error.to_string()).to_lowercase()
}
