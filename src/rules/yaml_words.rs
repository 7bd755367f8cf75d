//! What the YAML reader says, in the words of somebody who writes settings and rules.

use serde_saphyr::Error;

use super::diagnostic::closest;

/// What is wrong, and what to do about it.
pub(super) type Words = (String, Option<String>);

/// What an error of the reader means.
pub(super) fn words(error: &Error) -> Words {
    let say = |what: &str, help: &str| (what.to_owned(), Some(help.to_owned()));
    match error {
        Error::WithSnippet { error, .. } => words(error),
        Error::Unexpected { expected, .. } => unexpected(expected),
        Error::InvalidScalar { ty, .. } => (format!("{} is expected here", number(ty)), None),
        Error::InvalidBooleanStrict { .. } => ("`true` or `false` is expected here".to_owned(), None),
        Error::NullIntoString { .. } => {
            say("a text is expected here, and there is none", "write one, or leave out the key")
        }
        Error::MultipleDocuments { .. } => {
            say("it holds several documents", "leave out the line `---` between them")
        }
        Error::Eof { .. } => ("it ends too early".to_owned(), None),
        Error::SerdeInvalidType { unexpected, expected, .. }
        | Error::SerdeInvalidValue { unexpected, expected, .. } => {
            (format!("{} is expected here, not {}", plain(expected), plain(unexpected)), None)
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            (format!("`{variant}` is not known here"), Some(format!("expected {}", listed(expected))))
        }
        Error::SerdeUnknownField { field, expected, .. } => {
            (format!("unknown key `{field}`"), Some(known_keys(field, expected)))
        }
        Error::SerdeMissingField { field, .. } => {
            (format!("the key `{field}` is missing"), Some(format!("write `{field}: …` beside the others")))
        }
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_ref().map(|key| format!("`{key}`")).unwrap_or_default();
            (format!("the key {key} stands here twice"), Some("keep one of the two".to_owned()))
        }
        Error::UnknownAnchor { .. } => ("no anchor has this name".to_owned(), None),
        other => (rest(&other.to_string()), None),
    }
}

fn unexpected(expected: &str) -> Words {
    let (what, help) = match expected {
        "mapping start" => ("keys with values are expected here", "write `key: value`, one a line"),
        "sequence start" => ("a list is expected here", "write `[one, another]`, or one `- …` a line"),
        "string scalar" | "scalar" => ("a single text is expected here", "write one text, without brackets"),
        "mapping end" | "sequence end" => {
            ("more stands here than is expected", "look for a bracket too many")
        }
        other => return (format!("expected {other}"), None),
    };
    (what.to_owned(), Some(help.to_owned()))
}

/// What is wanted where a type of ours is.
fn number(ty: &str) -> &'static str {
    match ty {
        "bool" | "boolean" => "`true` or `false`",
        "f32" | "f64" => "a number",
        _ => "a whole number",
    }
}

/// The nouns of the reader as those of YAML's users.
fn plain(words: &str) -> String {
    let nouns = [
        ("a sequence", "a list"),
        ("sequence", "a list"),
        ("a map", "keys with values"),
        ("map", "keys with values"),
        ("a string", "a text"),
        ("unit value", "nothing"),
        ("null", "nothing"),
    ];
    let known = nouns.iter().find(|(theirs, _)| *theirs == words);
    let words = known.map_or_else(|| words.to_owned(), |(_, ours)| (*ours).to_owned());
    let words =
        words.strip_prefix("string ").map_or_else(|| words.clone(), |text| format!("the text {text}"));
    let numbers = ["u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64"];
    if numbers.contains(&words.as_str()) { "a whole number".to_owned() } else { words }
}

fn known_keys(key: &str, known: &[&str]) -> String {
    match closest(key, known.iter().copied()) {
        Some(close) => format!("did you mean `{close}`?"),
        None => format!("known are {}", known.join(", ")),
    }
}

fn listed(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => "nothing".to_owned(),
    }
}

/// Whatever else it says, without the place, which is shown beside it.
fn rest(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    first.split(" at line ").next().unwrap_or(first).trim_end_matches(':').to_owned()
}
