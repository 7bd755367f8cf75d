//! Wildcards: `*` stands for any text, `?` for any one character.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Resource", "Using wildcards in resource ARNs".

/// A pattern in the form in which it is matched.
///
/// A pattern is cut at its stars into runs. The first run must begin the text and the last must end it; those between
/// are looked for from left to right, each at its first place. Taking the first place is never wrong, since all that
/// follows a star may move right. So a match takes one pass over the text, whatever the pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Glob {
    /// The runs between stars; one more than there are stars.
    runs: Box<[Run]>,
}

/// A piece of a pattern without stars.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Run {
    /// The text between question marks; one more than there are question marks.
    parts: Box<[Box<str>]>,
}

/// One sign of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign<'a> {
    /// Text that stands for itself.
    Text(&'a str),
    /// `*`
    Star,
    /// `?`
    Any,
}

impl Glob {
    /// Reads a pattern in which every `*` and `?` is a wildcard.
    pub fn new(pattern: &str) -> Self {
        let run = |run: &str| Run { parts: run.split('?').map(Box::from).collect() };
        Self { runs: pattern.split('*').map(run).collect() }
    }

    /// Puts a pattern together from its signs, so that text may hold `*` and `?` that are no wildcards.
    pub fn from_signs<'a>(signs: impl IntoIterator<Item = Sign<'a>>) -> Self {
        let mut runs: Vec<Vec<String>> = vec![vec![String::new()]];
        for sign in signs {
            match (sign, runs.last_mut()) {
                (Sign::Star, _) => runs.push(vec![String::new()]),
                (Sign::Any, Some(run)) => run.push(String::new()),
                (Sign::Text(text), Some(run)) => {
                    if let Some(part) = run.last_mut() {
                        part.push_str(text);
                    }
                }
                (_, None) => {}
            }
        }
        let run = |parts: Vec<String>| Run { parts: parts.into_iter().map(String::into_boxed_str).collect() };
        Self { runs: runs.into_iter().map(run).collect() }
    }

    /// The signs in order.
    pub fn signs(&self) -> Vec<Sign<'_>> {
        let mut signs = Vec::new();
        for (index, run) in self.runs.iter().enumerate() {
            if index > 0 {
                signs.push(Sign::Star);
            }
            for (index, part) in run.parts.iter().enumerate() {
                if index > 0 {
                    signs.push(Sign::Any);
                }
                signs.push(Sign::Text(part));
            }
        }
        signs.retain(|sign| !matches!(sign, Sign::Text("")));
        signs
    }

    /// The same pattern for texts in lower case.
    pub fn lowercase(&self) -> Self {
        let run =
            |run: &Run| Run { parts: run.parts.iter().map(|part| part.to_lowercase().into()).collect() };
        Self { runs: self.runs.iter().map(run).collect() }
    }

    /// The text with which everything that matches begins.
    pub fn prefix(&self) -> &str {
        self.runs.first().and_then(|run| run.parts.first()).map_or("", |part| part)
    }

    /// Whether the pattern holds no wildcard: then it matches its prefix and nothing else.
    pub fn is_text(&self) -> bool {
        matches!(&*self.runs, [run] if run.parts.len() == 1)
    }

    /// Whether the pattern matches every text.
    pub fn is_everything(&self) -> bool {
        self.runs.len() > 1 && self.runs.iter().all(|run| matches!(&*run.parts, [part] if part.is_empty()))
    }

    /// Whether the pattern matches the whole text.
    pub fn matches(&self, text: &str) -> bool {
        let Some((first, rest)) = self.runs.split_first() else { return false };
        let Some(behind) = first.begins(text) else { return false };
        let Some((last, between)) = rest.split_last() else { return behind.is_empty() };
        let mut left = behind;
        for run in between {
            match run.find(left) {
                Some(behind) => left = behind,
                None => return false,
            }
        }
        last.ends(left)
    }
}

impl Run {
    /// What stands behind the run where the text begins with it.
    fn begins<'t>(&self, text: &'t str) -> Option<&'t str> {
        let (first, rest) = self.parts.split_first()?;
        let mut left = text.strip_prefix(&**first)?;
        for part in rest {
            let mut letters = left.chars();
            letters.next()?;
            left = letters.as_str().strip_prefix(&**part)?;
        }
        Some(left)
    }

    /// Whether the text ends with the run.
    fn ends(&self, text: &str) -> bool {
        let Some((last, rest)) = self.parts.split_last() else { return false };
        let mut left = text.strip_suffix(&**last);
        for part in rest.iter().rev() {
            left = left.and_then(|left| {
                let mut letters = left.chars();
                letters.next_back()?;
                letters.as_str().strip_suffix(&**part)
            });
        }
        left.is_some()
    }

    /// What stands behind the first place of the run in the text.
    fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        match &*self.parts {
            [part] => text.find(&**part).and_then(|at| text.get(at + part.len()..)),
            _ => {
                let mut starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
                starts.find_map(|at| self.begins(text.get(at..)?))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn matches_as_documented() {
        let cases = [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("?", "", false),
            ("?", "ä", true),
            ("a*", "a", true),
            ("a*b*", "ab", true),
            ("*a", "ba", true),
            ("a*a", "a", false),
            ("prod/db-??????", "prod/db-AbCdEf", true),
            ("prod/db-??????", "prod/db2-AbCdEf", false),
            ("*a*a*a*b", "aaaa", false),
            ("*?a?*b", "xaybb", true),
            ("a?*?c", "abbc", true),
            ("a?*?c", "abc", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(Glob::new(pattern).matches(text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn text_from_signs_is_no_wildcard() {
        let glob = Glob::from_signs([Sign::Text("a*"), Sign::Star, Sign::Text("?"), Sign::Any]);
        assert!(glob.matches("a*xyz?q"));
        assert!(!glob.matches("abxyz?q"));
        assert_eq!(Glob::from_signs(glob.signs()), glob);
    }

    proptest! {
        #[test]
        fn agrees_with_a_regular_expression(pattern in "[ab*?]{0,8}", text in "[abä]{0,8}") {
            let mut expression = String::from("(?s)^");
            for letter in pattern.chars() {
                match letter {
                    '*' => expression.push_str(".*"),
                    '?' => expression.push('.'),
                    letter => expression.push(letter),
                }
            }
            expression.push('$');
            let expected = regex::Regex::new(&expression).unwrap().is_match(&text);
            prop_assert_eq!(Glob::new(&pattern).matches(&text), expected);
        }
    }
}
