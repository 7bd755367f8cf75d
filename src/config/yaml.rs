//! Texts as YAML.

/// A text as YAML: plain where every reader takes it for that text, else in double quotes.
pub(super) fn scalar(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./ ".contains(letter);
    let starts_plainly = text.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let is_word =
        ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str());
    let is_date = text.parse::<jiff::civil::Date>().is_ok();
    if is_date || (starts_plainly && !is_word && !text.ends_with(' ') && text.chars().all(is_plain)) {
        return text.to_owned();
    }
    let quoted: String = text.chars().map(escaped).collect();
    format!("\"{quoted}\"")
}

/// A letter within double quotes.
///
/// Source: YAML 1.2.2, sections 5.1 "Character Set" and 5.7 "Escaped Characters".
fn escaped(letter: char) -> String {
    match letter {
        '"' | '\\' => format!("\\{letter}"),
        ' '..='~' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'.. if !is_break(letter) => {
            letter.to_string()
        }
        _ => format!("\\U{:08X}", u32::from(letter)),
    }
}

/// What some readers take for the end of a line, or for nothing at all.
fn is_break(letter: char) -> bool {
    matches!(letter, '\u{2028}' | '\u{2029}' | '\u{FEFF}')
}
