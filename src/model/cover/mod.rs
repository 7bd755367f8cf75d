//! Whether one glob takes all that another one takes.
//!
//! Both become automata over bytes, as `globset` reads them where no letter separates. They are walked side by side: the
//! wide one covers the narrow one where no text leads the narrow one to its end and the wide one not. The answer is sound:
//! where a glob is written in a way that is not read here, or the walk becomes long, the answer is no.

mod automaton;
mod reader;

use std::collections::BTreeSet;

use automaton::{Automaton, Places};
use reader::read;

/// How many pairs of places are looked at. Ordinary globs need dozens.
const LONGEST_WALK: usize = 4096;

/// Whether the first glob takes everything that the second one takes.
pub fn covers(wide: &str, narrow: &str) -> bool {
    if wide == narrow {
        return true;
    }
    let (Some(wide), Some(narrow)) = (read(wide), read(narrow)) else { return false };
    includes(&Automaton::new(&wide), &Automaton::new(&narrow))
}

fn includes(wide: &Automaton<'_>, narrow: &Automaton<'_>) -> bool {
    let letters = letters(wide, narrow);
    let start = (narrow.start(), wide.start());
    let mut seen: BTreeSet<(Places, Places)> = BTreeSet::from([start.clone()]);
    let mut open = vec![start];
    while let Some((inside, outside)) = open.pop() {
        if narrow.is_end(&inside) && !wide.is_end(&outside) {
            return false;
        }
        for letter in &letters {
            let next = (narrow.step(&inside, *letter), wide.step(&outside, *letter));
            if !next.0.is_empty() && seen.insert(next.clone()) {
                open.push(next);
            }
        }
        if seen.len() > LONGEST_WALK {
            return false;
        }
    }
    true
}

/// One of all bytes that neither of the two tells apart.
fn letters(wide: &Automaton<'_>, narrow: &Automaton<'_>) -> Vec<u8> {
    let mut kinds: BTreeSet<Vec<bool>> = BTreeSet::new();
    let signs: Vec<_> = wide.signs().chain(narrow.signs()).collect();
    (0..=u8::MAX)
        .filter(|letter| kinds.insert(signs.iter().map(|sign| sign.takes(*letter)).collect()))
        .collect()
}

#[cfg(test)]
mod tests {
    use globset::Glob;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn globs_are_compared_by_what_they_take() {
        let covering = [
            ("*", "prod/*"),
            ("prod/*", "prod/db/*"),
            ("prod/*", "prod/?b"),
            ("prod/?*", "prod/db"),
            ("*db*", "prod/db-?"),
            ("a*b*c", "a?b?c"),
            ("{prod,test}/*", "prod/db*"),
            ("[a-z]*", "{a,bc}"),
            ("[!0-9]*", "a*"),
            ("{a,b}*", "[ab]x"),
            ("prod/**", "prod/*"),
            ("**", "prod/*"),
            (r"a\*", r"a\*"),
            ("a?", r"a\*"),
            ("*é", "xé"),
            ("{,a}b", "ab"),
        ];
        for (wide, narrow) in covering {
            assert!(covers(wide, narrow), "{wide} {narrow}");
        }
        let apart = [
            ("prod/*", "*"),
            ("prod/*", "prod*"),
            ("prod/??", "prod/*"),
            ("*a", "*b"),
            ("{prod,test}/*", "*/db"),
            ("[a-y]", "[a-z]"),
            (r"a\*", "a*"),
            ("?", "é"),
            ("{,a}b", "b"),
            ("a/**/b", "a/b"),
        ];
        for (wide, narrow) in apart {
            assert!(!covers(wide, narrow), "{wide} {narrow}");
        }
    }

    #[test]
    fn a_long_walk_ends() {
        let wide = format!("*a{}", "?".repeat(40));
        assert!(!covers(&wide, "*a*"));
        assert!(!covers(&wide, &format!("*a?{}", "[ab]".repeat(39))), "not known, so no");
    }

    fn glob() -> impl Strategy<Value = String> {
        let sign = prop_oneof![
            4 => "[abc/]",
            2 => Just("*".to_owned()),
            1 => Just("?".to_owned()),
            1 => "\\[[!]?[abc]{1,2}\\]",
            1 => Just("[a-c]".to_owned()),
            1 => "\\{[ab*?]{0,2},[bc/]{0,2}\\}",
            1 => "\\\\[*?a]",
        ];
        prop::collection::vec(sign, 0..6).prop_map(|signs| signs.concat())
    }

    /// All texts of up to four letters.
    fn texts() -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..4 {
            last = last
                .iter()
                .flat_map(|text| ["a", "b", "c", "/", "*", "?", "z"].map(|l| format!("{text}{l}")))
                .collect();
            all.extend(last.clone());
        }
        all
    }

    proptest! {
        #[test]
        fn what_is_covered_is_taken(wide in glob(), narrow in glob()) {
            let (Ok(first), Ok(second)) = (Glob::new(&wide), Glob::new(&narrow)) else { return Ok(()) };
            let (first, second) = (first.compile_matcher(), second.compile_matcher());
            let escapes = texts().into_iter().find(|text| second.is_match(text) && !first.is_match(text));
            let covers = covers(&wide, &narrow);
            prop_assert!(!covers || escapes.is_none(), "{wide} covers {narrow}, but not {escapes:?}");
            // Globs of a few signs differ in short texts, where they differ.
            let is_short = [&wide, &narrow].iter().all(|glob| glob.len() <= 3 && !glob.contains("**"));
            prop_assert!(covers || escapes.is_some() || !is_short, "{wide} does not cover {narrow}");
        }

        #[test]
        fn automata_take_what_globset_takes(glob in glob(), text in "[abc/*z]{0,6}") {
            let Ok(matcher) = Glob::new(&glob) else { return Ok(()) };
            let Some(pieces) = read(&glob) else { return Ok(()) };
            let automaton = Automaton::new(&pieces);
            let places = text.bytes().fold(automaton.start(), |places, letter| automaton.step(&places, letter));
            prop_assert_eq!(automaton.is_end(&places), matcher.compile_matcher().is_match(&text), "{} {}", glob, text);
        }
    }
}
