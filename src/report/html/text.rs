//! Texts and numbers as the page writes them. Templates escape for HTML what is made here.

use std::fmt::{self, Write};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::model::date;
use crate::report::escape::printable;

/// How many characters of one text are shown; the JSON report has all.
const LONGEST: usize = 1_000;

/// Text of strangers: unsafe characters are written out, and what is endless is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Text<'a>(pub(super) &'a str);

impl Text<'_> {
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(LONGEST) {
            None => f.write_str(&printable(self.0)),
            Some((end, _)) => {
                let (shown, rest) = self.0.split_at(end);
                write!(f, "{} … {} more characters", printable(shown), rest.chars().count())
            }
        }
    }
}

/// The UTC day of an instant; a dash where there is none.
pub(super) fn day(instant: Option<Timestamp>) -> String {
    instant.map_or_else(|| "–".to_owned(), date)
}

/// A whole number with its thousands apart: `12,345`.
pub(super) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun.
pub(super) fn count(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(value), if value == 1 { one } else { many })
}

/// The share of a whole in whole percent: 100 only where it is all, and 0 only where it is nothing.
pub(super) fn percent(part: u64, whole: u64) -> u64 {
    if whole == 0 {
        return 0;
    }
    match part.saturating_mul(100) / whole {
        0 if part > 0 => 1,
        share => share.min(100),
    }
}

/// The id of a resource within the page, the same in every week's page.
pub(super) fn anchor(arn: &str, part: Option<&str>) -> String {
    let mut hash = Sha256::new();
    hash.update(arn.as_bytes());
    hash.update([0]);
    hash.update(part.unwrap_or_default().as_bytes());
    let mut id = String::from("r-");
    for byte in hash.finalize().iter().take(6) {
        let _ = write!(id, "{byte:02x}");
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_thousands_apart() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")];
        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn a_percentage_is_full_only_where_nothing_is_missing() {
        let cases = [((0, 0), 0), ((0, 9), 0), ((1, 1_000), 1), ((999, 1_000), 99), ((1_000, 1_000), 100)];
        for ((part, whole), expected) in cases {
            assert_eq!(percent(part, whole), expected, "{part} of {whole}");
        }
    }

    #[test]
    fn endless_text_is_cut_and_says_so() {
        let text = "ä".repeat(64_000);
        let shown = Text(&text).to_string();
        assert!(shown.ends_with("… 63000 more characters"), "{}", &shown[shown.len() - 60..]);
        assert_eq!(Text("a\u{202e}b").to_string(), "a<U+202E>b");
    }
}
