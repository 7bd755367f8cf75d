//! Texts that tell patterns apart.
//!
//! Several patterns look at one unknown text. Which of them can match together? All are read at once, letter by letter,
//! each as a set of places where it may stand; every state that can be reached gives one combination and a text for it.

use std::collections::{BTreeSet, VecDeque};

use super::arn::{ArnPattern, Place};
use super::glob::{Glob, Sign};

/// More states than these are not looked at: then there may be combinations that were not found.
const MOST_STATES: usize = 2_000;

/// A pattern as a list of steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    steps: Vec<Step>,
    /// Whether letter case counts.
    is_exact: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Letter(char),
    /// Any letter; within a part of an ARN any but the colon.
    Any {
        in_part: bool,
    },
    /// Any letters, likewise.
    Star {
        in_part: bool,
    },
}

impl Pattern {
    /// A pattern of texts.
    pub(super) fn text(glob: &Glob, is_exact: bool) -> Self {
        let mut steps = Vec::new();
        push(&mut steps, glob, false);
        Self { steps, is_exact }
    }

    /// A pattern of ARNs; `None` where it holds variables.
    pub(super) fn arn(pattern: &ArnPattern) -> Option<Self> {
        let mut steps = Vec::new();
        let Some((place, resource)) = pattern.parts() else {
            return Some(Self { steps: vec![Step::Star { in_part: false }], is_exact: true });
        };
        match place {
            Place::Text(text) => steps.extend(text.chars().chain([':']).map(Step::Letter)),
            Place::Patterns(parts) => {
                for part in parts.iter() {
                    push(&mut steps, part.fixed()?, true);
                    steps.push(Step::Letter(':'));
                }
            }
        }
        push(&mut steps, resource.fixed()?, false);
        Some(Self { steps, is_exact: true })
    }

    fn letters(&self) -> impl Iterator<Item = char> {
        self.steps.iter().filter_map(|step| match step {
            Step::Letter(letter) => Some(*letter),
            _ => None,
        })
    }

    /// Places that are reached without a letter.
    fn settle(&self, mut places: Vec<usize>) -> Vec<usize> {
        let mut at = 0;
        while let Some(place) = places.get(at).copied() {
            if matches!(self.steps.get(place), Some(Step::Star { .. })) && !places.contains(&(place + 1)) {
                places.push(place + 1);
            }
            at += 1;
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    fn advance(&self, places: &[usize], letter: char) -> Vec<usize> {
        let is_same =
            |own: char| own == letter || (!self.is_exact && own.to_lowercase().eq(letter.to_lowercase()));
        let next = places.iter().filter_map(|place| match self.steps.get(*place)? {
            Step::Letter(own) => is_same(*own).then_some(place + 1),
            Step::Any { in_part } => (!in_part || letter != ':').then_some(place + 1),
            Step::Star { in_part } => (!in_part || letter != ':').then_some(*place),
        });
        self.settle(next.collect())
    }

    fn accepts(&self, places: &[usize]) -> bool {
        places.contains(&self.steps.len())
    }
}

fn push(steps: &mut Vec<Step>, glob: &Glob, in_part: bool) {
    for sign in glob.signs() {
        match sign {
            Sign::Text(text) => steps.extend(text.chars().map(Step::Letter)),
            Sign::Any => steps.push(Step::Any { in_part }),
            Sign::Star => steps.push(Step::Star { in_part }),
        }
    }
}

/// A text for every combination of patterns that can match together, the combination of none included where there is
/// one; and whether all combinations were found.
pub(super) fn tell_apart(patterns: &[Pattern]) -> (Vec<String>, bool) {
    let alphabet = alphabet(patterns);
    let start: Vec<Vec<usize>> = patterns.iter().map(|pattern| pattern.settle(vec![0])).collect();
    let mut seen = BTreeSet::from([start.clone()]);
    let mut queue = VecDeque::from([(start, String::new())]);
    let mut combinations = BTreeSet::new();
    let mut texts = Vec::new();
    while let Some((state, text)) = queue.pop_front() {
        let accepted: Vec<bool> =
            patterns.iter().zip(&state).map(|(pattern, at)| pattern.accepts(at)).collect();
        // No value is the empty text where another one does as well.
        if !(text.is_empty() && patterns.len() == 1 && !accepted.contains(&true))
            && combinations.insert(accepted)
        {
            texts.push(text.clone());
        }
        for letter in &alphabet {
            let next: Vec<Vec<usize>> =
                patterns.iter().zip(&state).map(|(pattern, at)| pattern.advance(at, *letter)).collect();
            if seen.len() < MOST_STATES && seen.insert(next.clone()) {
                queue.push_back((next, format!("{text}{letter}")));
            }
        }
    }
    (texts, seen.len() < MOST_STATES)
}

/// The letters that some pattern names, and one that none does.
fn alphabet(patterns: &[Pattern]) -> Vec<char> {
    let mut letters: BTreeSet<char> = patterns.iter().flat_map(Pattern::letters).collect();
    if patterns.iter().any(|pattern| !pattern.is_exact) {
        let upper: Vec<char> = letters.iter().flat_map(|letter| letter.to_uppercase()).collect();
        letters.extend(upper);
    }
    letters.insert(':');
    let other = ('a'..='z').chain('0'..='9').chain('\u{100}'..).find(|letter| !letters.contains(letter));
    letters.extend(other);
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn combinations(patterns: &[&str]) -> BTreeSet<Vec<bool>> {
        let globs: Vec<Glob> = patterns.iter().map(|pattern| Glob::new(pattern)).collect();
        let patterns: Vec<Pattern> = globs.iter().map(|glob| Pattern::text(glob, true)).collect();
        let (texts, all) = tell_apart(&patterns);
        assert!(all);
        texts.iter().map(|text| globs.iter().map(|glob| glob.matches(text)).collect()).collect()
    }

    #[test]
    fn finds_what_can_match_together() {
        assert_eq!(combinations(&["a", "b"]).len(), 3);
        assert_eq!(combinations(&["a*", "*b"]).len(), 4);
        assert_eq!(combinations(&["prod-*", "prod-db"]).len(), 3);
        assert_eq!(combinations(&["*"]).len(), 1);
        assert_eq!(combinations(&["?", "??", "*"]).len(), 3);
    }
}
