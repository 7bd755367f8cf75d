//! Texts with stars.

/// Whether the pieces between the stars of a pattern make up the text: the first at its start, the last at its end, the
/// others anywhere between, in order. One piece is a pattern without a star.
pub(super) fn matches(pieces: &[String], text: &str) -> bool {
    let [first, middle @ .., last] = pieces else {
        return pieces.first().is_some_and(|whole| whole == text);
    };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for piece in middle {
        // The earliest place leaves the most for the pieces behind.
        let Some((_, behind)) = rest.split_once(piece.as_str()) else { return false };
        rest = behind;
    }
    rest.ends_with(last.as_str())
}

/// The pieces between the stars, none of which can be escaped.
pub(super) fn pieces(pattern: &str) -> Vec<String> {
    pattern.split('*').map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn stars_stand_for_any_text() {
        let cases = [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "anything", true),
            ("a*", "a", true),
            ("a*", "ba", false),
            ("*a", "ba", true),
            ("*a*", "bab", true),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "acb", false),
            ("*because it was marked for deletion*", "You can't, because it was marked for deletion.", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(matches(&pieces(pattern), text), expected, "{pattern} on {text}");
        }
    }

    proptest! {
        /// The same as a regular expression says.
        #[test]
        fn stars_are_those_of_regular_expressions(pattern in "[ab*]{0,8}", text in "[ab]{0,8}") {
            let expression = format!("^(?:{})$", pattern.replace('*', ".*"));
            let expected = regex::Regex::new(&expression).unwrap().is_match(&text);
            prop_assert_eq!(matches(&pieces(&pattern), &text), expected);
        }
    }
}
