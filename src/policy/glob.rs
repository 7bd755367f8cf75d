//! Wildcards: `*` stands for any text, `?` for any one character.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Resource", "Using wildcards in resource ARNs".

/// A pattern in the form in which it is matched.
///
/// A pattern is cut at its stars into runs. The first run must begin the text and the last must end it; those between
/// are looked for from left to right, each at its first place. Taking the first place is never wrong, since all that
/// follows a star may move right. So a match takes one pass over the text, whatever the pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Glob {
    /// The pattern without its wildcards. Policies hold many patterns, so each is one text and not a text for each run.
    text: Box<str>,
    wildcards: Box<[Wildcard]>,
}

/// A wildcard, and where in the text it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Wildcard {
    at: usize,
    is_star: bool,
}

/// A piece of a pattern without stars.
#[derive(Clone, Copy, Debug)]
struct Run<'a> {
    text: &'a str,
    /// Where in the pattern's text the run begins.
    start: usize,
    /// The question marks in it.
    marks: &'a [Wildcard],
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
        let is_wildcard = |byte: u8| matches!(byte, b'*' | b'?');
        let count = pattern.bytes().filter(|byte| is_wildcard(*byte)).count();
        if count == 0 {
            return Self { text: pattern.into(), wildcards: Box::default() };
        }
        let mut builder = Builder {
            text: String::with_capacity(pattern.len() - count),
            wildcards: Vec::with_capacity(count),
        };
        let mut left = pattern;
        while let Some(at) = left.bytes().position(is_wildcard) {
            let (before, behind) = left.split_at(at);
            builder.text.push_str(before);
            builder.push_wildcard(behind.starts_with('*'));
            left = behind.get(1..).unwrap_or_default();
        }
        builder.text.push_str(left);
        builder.glob()
    }

    /// Puts a pattern together from its signs, so that text may hold `*` and `?` that are no wildcards.
    pub fn from_signs<'a>(signs: impl IntoIterator<Item = Sign<'a>>) -> Self {
        let mut builder = Builder::default();
        for sign in signs {
            match sign {
                Sign::Text(text) => builder.text.push_str(text),
                sign => builder.push_wildcard(sign == Sign::Star),
            }
        }
        builder.glob()
    }

    /// The signs in order.
    pub fn signs(&self) -> Vec<Sign<'_>> {
        let mut signs = Vec::with_capacity(2 * self.wildcards.len() + 1);
        let mut start = 0;
        for wildcard in &self.wildcards {
            signs.extend(self.text.get(start..wildcard.at).map(Sign::Text));
            signs.push(if wildcard.is_star { Sign::Star } else { Sign::Any });
            start = wildcard.at;
        }
        signs.extend(self.text.get(start..).map(Sign::Text));
        signs.retain(|sign| !matches!(sign, Sign::Text("")));
        signs
    }

    /// The same pattern for texts in lower case.
    pub fn lowercase(mut self) -> Self {
        if self.text.is_ascii() {
            self.text.make_ascii_lowercase();
            return self;
        }
        // A letter in lower case may take more or fewer bytes: what stands behind it moves.
        let mut builder = Builder::default();
        for sign in self.signs() {
            match sign {
                Sign::Text(text) => builder.text.push_str(&text.to_lowercase()),
                sign => builder.push_wildcard(sign == Sign::Star),
            }
        }
        builder.glob()
    }

    /// The text with which everything that matches begins.
    pub fn prefix(&self) -> &str {
        let end = self.wildcards.first().map_or(self.text.len(), |wildcard| wildcard.at);
        self.text.get(..end).unwrap_or_default()
    }

    /// Whether the pattern holds no wildcard: then it matches its prefix and nothing else.
    pub fn is_text(&self) -> bool {
        self.wildcards.is_empty()
    }

    /// Whether the pattern matches every text.
    pub fn is_everything(&self) -> bool {
        self.text.is_empty()
            && !self.wildcards.is_empty()
            && self.wildcards.iter().all(|wildcard| wildcard.is_star)
    }

    /// Whether the pattern matches the whole text.
    pub fn matches(&self, text: &str) -> bool {
        if self.is_text() {
            return *self.text == *text;
        }
        let mut runs = self.runs();
        let Some(mut left) = runs.next().and_then(|run| run.begins(text)) else { return false };
        let Some(mut run) = runs.next() else { return left.is_empty() };
        for next in runs {
            match run.find(left) {
                Some(behind) => left = behind,
                None => return false,
            }
            run = next;
        }
        run.ends(left)
    }

    /// The runs between stars; one more than there are stars.
    fn runs(&self) -> impl Iterator<Item = Run<'_>> {
        let mut start = 0;
        let mut left = Some(&*self.wildcards);
        std::iter::from_fn(move || {
            let wildcards = left?;
            let star = wildcards.iter().position(|wildcard| wildcard.is_star);
            let marks = wildcards.get(..star.unwrap_or(wildcards.len()))?;
            let end = star.and_then(|star| wildcards.get(star)).map_or(self.text.len(), |star| star.at);
            let run = Run { text: self.text.get(start..end)?, start, marks };
            left = star.and_then(|star| wildcards.get(star + 1..));
            start = end;
            Some(run)
        })
    }
}

/// A pattern in the making.
#[derive(Default)]
struct Builder {
    text: String,
    wildcards: Vec<Wildcard>,
}

impl Builder {
    /// Puts a wildcard behind the text so far.
    fn push_wildcard(&mut self, is_star: bool) {
        self.wildcards.push(Wildcard { at: self.text.len(), is_star });
    }

    fn glob(self) -> Glob {
        Glob { text: self.text.into(), wildcards: self.wildcards.into() }
    }
}

impl<'a> Run<'a> {
    /// The text between question marks; one more than there are question marks.
    fn parts(self) -> impl DoubleEndedIterator<Item = &'a str> {
        let place = move |mark: &Wildcard| mark.at - self.start;
        (0..=self.marks.len()).map(move |index| {
            let before = index.checked_sub(1).and_then(|before| self.marks.get(before));
            let start = before.map_or(0, place);
            let end = self.marks.get(index).map_or(self.text.len(), place);
            self.text.get(start..end).unwrap_or_default()
        })
    }

    /// What stands behind the run where the text begins with it.
    fn begins(self, text: &str) -> Option<&str> {
        if self.marks.is_empty() {
            return text.strip_prefix(self.text);
        }
        let mut parts = self.parts();
        let mut left = text.strip_prefix(parts.next()?)?;
        for part in parts {
            let mut letters = left.chars();
            letters.next()?;
            left = letters.as_str().strip_prefix(part)?;
        }
        Some(left)
    }

    /// Whether the text ends with the run.
    fn ends(self, text: &str) -> bool {
        if self.marks.is_empty() {
            return text.ends_with(self.text);
        }
        let mut parts = self.parts().rev();
        let mut left = parts.next().and_then(|last| text.strip_suffix(last));
        for part in parts {
            left = left.and_then(|left| {
                let mut letters = left.chars();
                letters.next_back()?;
                letters.as_str().strip_suffix(part)
            });
        }
        left.is_some()
    }

    /// What stands behind the first place of the run in the text.
    fn find(self, text: &str) -> Option<&str> {
        if self.marks.is_empty() {
            return text.find(self.text).and_then(|at| text.get(at + self.text.len()..));
        }
        let mut starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        starts.find_map(|at| self.begins(text.get(at..)?))
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

    #[test]
    fn lower_case_keeps_wildcards_in_their_places() {
        for (pattern, lower) in [("A*B?", "a*b?"), ("İ*İ?X", "i\u{307}*i\u{307}?x"), ("**", "**"), ("", "")]
        {
            assert_eq!(Glob::new(pattern).lowercase(), Glob::new(lower), "{pattern}");
        }
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
