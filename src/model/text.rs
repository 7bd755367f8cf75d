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

/// A parser's sentence without the ` at line N column M` that is said apart from it.
///
/// ```
/// use secrets_auditor::model::without_place;
/// assert_eq!(without_place("expected `,` at line 3 column 7"), "expected `,`");
/// ```
pub fn without_place(text: &str) -> &str {
    text.rsplit_once(" at line ").map_or(text, |(message, _)| message)
}
