//! Words that a log event must hold, wherever they stand.

use regex::Regex;

use super::super::Answer;
use super::reader::quoted;

/// The terms of a pattern.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    /// All of them.
    needed: Vec<Term>,
    /// One of them, `?term`.
    optional: Vec<Term>,
    /// None of them, `-term`.
    excluded: Vec<Term>,
}

#[derive(Clone, Debug)]
enum Term {
    Text(String),
    Pattern(Regex),
}

impl Terms {
    /// Reads terms between spaces; nothing where one cannot be read.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut terms = Self::default();
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let (list, from) = match first {
                '?' => (&mut terms.optional, rest.get(1..)?),
                '-' => (&mut terms.excluded, rest.get(1..)?),
                _ => (&mut terms.needed, rest),
            };
            let (term, behind) = Term::read(from)?;
            list.push(term);
            if !behind.is_empty() && !behind.starts_with(char::is_whitespace) {
                return None;
            }
            rest = behind.trim_start();
        }
        Some(terms)
    }

    /// Whether a log event holds them.
    pub(super) fn hold(&self, text: &str) -> Answer {
        let needed = Answer::all(self.needed.iter().map(|term| term.is_in(text)));
        let excluded = Answer::any(self.excluded.iter().map(|term| term.is_in(text)));
        needed.min(!excluded).min(self.one_of_the_optional(text))
    }

    /// Beside other terms AWS is said to ignore those with a question mark, so that there it is not known where they
    /// would decide.
    fn one_of_the_optional(&self, text: &str) -> Answer {
        if self.optional.is_empty() {
            return Answer::Yes;
        }
        let one = Answer::any(self.optional.iter().map(|term| term.is_in(text)));
        let alone = self.needed.is_empty() && self.excluded.is_empty();
        if alone { one } else { one.max(Answer::Unknown) }
    }
}

impl Term {
    fn read(text: &str) -> Option<(Self, &str)> {
        if let Some(inside) = text.strip_prefix('"') {
            let (phrase, behind) = quoted(inside)?;
            return (!phrase.is_empty()).then_some((Self::Text(phrase), behind));
        }
        if let Some(inside) = text.strip_prefix('%') {
            let (expression, behind) = inside.split_once('%')?;
            return Some((Self::Pattern(Regex::new(expression).ok()?), behind));
        }
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (word, behind) = text.split_at_checked(end)?;
        // Words of other letters must stand in quotes.
        let plain = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '.';
        (!word.is_empty() && word.chars().all(plain)).then(|| (Self::Text(word.to_owned()), behind))
    }

    /// Whether the text holds the term as words of its own. As a part of a longer word it may or may not count; and where
    /// it spans more than one value, the order of the fields decides, which is not known here.
    fn is_in(&self, text: &str) -> Answer {
        let term = match self {
            Self::Pattern(pattern) => return Answer::from(pattern.is_match(text)),
            Self::Text(term) => term,
        };
        let whole = text.match_indices(term.as_str()).any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let behind = text.get(at + term.len()..).and_then(|behind| behind.chars().next());
            !continues(before, term.chars().next()) && !continues(term.chars().next_back(), behind)
        });
        let spans_fields = term.contains(['"', ':', ',', '{', '}']);
        match whole {
            true => Answer::Yes,
            false if spans_fields || text.contains(term.as_str()) => Answer::Unknown,
            false => Answer::No,
        }
    }
}

/// Whether two letters are of one word.
fn continues(a: Option<char>, b: Option<char>) -> bool {
    let of_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    of_word(a) && of_word(b)
}

#[cfg(test)]
mod tests {
    use super::super::super::Answer::{self, No, Unknown, Yes};
    use super::super::FilterPattern;
    use serde_json::json;

    fn takes(pattern: &str) -> Answer {
        let event =
            json!({"eventName": "DeleteSecret", "errorMessage": "it was marked for deletion", "n": 7});
        FilterPattern::new(pattern).takes(&event)
    }

    #[test]
    fn terms() {
        let cases = [
            ("", Yes),
            ("  ", Yes),
            ("DeleteSecret", Yes),
            ("deletesecret", No),
            ("PutSecretValue", No),
            ("DeleteSecret PutSecretValue", No),
            ("DeleteSecret marked", Yes),
            ("Delete", Unknown),
            ("?DeleteSecret ?PutSecretValue", Yes),
            ("?GetSecretValue ?PutSecretValue", No),
            ("marked ?PutSecretValue", Unknown),
            ("marked ?DeleteSecret", Yes),
            ("?DeleteSecret -GetSecretValue", Yes),
            ("?PutSecretValue -GetSecretValue", Unknown),
            ("-DeleteSecret", No),
            ("-PutSecretValue", Yes),
            ("DeleteSecret -marked", No),
            ("\"marked for deletion\"", Yes),
            ("\"marked for ever\"", No),
            ("-\"marked for deletion\"", No),
            ("?\"marked for deletion\" ?x", Yes),
            ("\"\\\"eventName\\\":\\\"DeleteSecret\\\"\"", Yes),
            ("\"\\\"eventName\\\": \\\"DeleteSecret\\\"\"", Unknown),
            ("%Delete[A-Z]%", Yes),
            ("%Put[A-Z]%", No),
            ("%(%", Unknown),
            ("\"unclosed", Unknown),
            ("\"\"", Unknown),
            ("a=b", Unknown),
            ("?", Unknown),
        ];
        for (pattern, expected) in cases {
            assert_eq!(takes(pattern), expected, "{pattern}");
        }
    }
}
