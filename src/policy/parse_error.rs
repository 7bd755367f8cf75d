//! What is wrong with a text, in words for those who wrote it.

use serde::de::{DeserializeOwned, Error};

use super::operator::Operator;
use crate::model::without_place;

/// Why a text is no policy document, or no case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// The column in bytes, from 1: where the reader stood when it noticed.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

impl ParseError {
    fn at_the_start(message: &str) -> Self {
        Self { line: 1, column: 1, message: message.to_owned() }
    }
}

impl From<serde_json::Error> for ParseError {
    fn from(error: serde_json::Error) -> Self {
        Self {
            line: error.line().max(1),
            column: error.column().max(1),
            message: reworded(without_place(&error.to_string())),
        }
    }
}

/// Reads JSON.
pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, ParseError> {
    serde_json::from_str(text).map_err(|error| match text {
        _ if text.starts_with('\u{feff}') => {
            ParseError::at_the_start("the text begins with a byte order mark, which JSON does not allow")
        }
        _ if text.trim().is_empty() => ParseError::at_the_start("the text is empty"),
        _ => error.into(),
    })
}

/// Reads JSON that may not be text at all.
pub(super) fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ParseError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => from_json(text),
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            Err(ParseError {
                line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
                column: before.len() - line_start + 1,
                message: "this is not UTF-8".to_owned(),
            })
        }
    }
}

/// The reader's sentences in our words; our own pass as they are.
fn reworded(message: &str) -> String {
    if let Some((found, expected)) = message.strip_prefix("invalid type: ").and_then(split_expected) {
        return format!("expected {}, found {}", expectation(expected), kind(found));
    }
    if let Some(name) = message.strip_prefix("missing field ") {
        return format!("{name} is missing");
    }
    if let Some(name) = message.strip_prefix("duplicate field ") {
        return format!("{name} stands here twice");
    }
    let same = match message {
        "EOF while parsing a value" => "the text ends where a value should stand",
        "EOF while parsing a string" => "the text ends within a text in quotes",
        "EOF while parsing an object" => "the text ends within an object",
        "EOF while parsing a list" => "the text ends within a list",
        "expected ident" => "expected true, false or null",
        "expected value" => "expected a value",
        "key must be a string" => "the name of an element must stand in double quotes",
        "trailing characters" => "there is more text behind the end",
        "trailing comma" => "nothing follows this comma",
        "recursion limit exceeded" => "nested too deeply",
        "lone leading surrogate in hex escape" | "unexpected end of hex escape" => {
            "a `\\u` escape stands for half of a character"
        }
        "invalid escape" => "unknown escape in a text",
        _ if message.starts_with("control character") => "a control character must be written as an escape",
        message => message,
    };
    same.to_owned()
}

fn split_expected(message: &str) -> Option<(&str, &str)> {
    message.rsplit_once(", expected ")
}

/// What was expected, in the words of our own messages.
fn expectation(expected: &str) -> &str {
    match expected {
        "a string" => "a text",
        "a sequence" => "a list",
        "a map" => "an object",
        "a boolean" => "true or false",
        expected => expected,
    }
}

/// What was found: what the user wrote in backticks, or the kind of it.
fn kind(found: &str) -> String {
    if let Some(text) = found.strip_prefix("string \"").and_then(|text| text.strip_suffix('"')) {
        return format!("the text `{}`", text.replace("\\\"", "\""));
    }
    match found.split_once(' ') {
        _ if found == "map" => "an object".to_owned(),
        _ if found == "sequence" => "a list".to_owned(),
        Some(("integer", number)) => format!("the number {number}"),
        Some(("floating", point)) => point.replacen("point", "the number", 1),
        Some(("boolean", value)) => value.to_owned(),
        _ => found.to_owned(),
    }
}

/// An element that no policy has here.
pub(super) fn unknown_element<E: Error>(name: &str, known: &[&str]) -> E {
    E::custom(match nearest(name, known.iter().copied()) {
        Some(near) => format!("unknown element `{name}`; did you mean `{near}`?"),
        None => format!("unknown element `{name}`, expected one of {}", known.join(", ")),
    })
}

/// An operator that AWS does not have.
pub(super) fn unknown_operator<E: Error>(name: &str) -> E {
    // Null has no such suffix: it asks for absence itself.
    let bare = name.strip_suffix("IfExists").filter(|bare| Operator::parse(bare).is_some());
    let near = bare.map(str::to_owned).or_else(|| nearest(name, Operator::all_names()));
    let hint = match near {
        Some(near) => format!("; did you mean `{near}`?"),
        None => String::new(),
    };
    E::custom(format!("unknown condition operator `{name}`{hint}"))
}

/// The known name that is most like a name, whatever the letter case.
fn nearest<T: AsRef<str>>(name: &str, known: impl Iterator<Item = T>) -> Option<T> {
    let name = name.to_lowercase();
    let likeness = |known: &T| strsim::normalized_damerau_levenshtein(&name, &known.as_ref().to_lowercase());
    let scored = known.map(|known| (likeness(&known), known));
    let best = scored.filter(|(score, _)| *score > 0.7).max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, known)| known)
}
