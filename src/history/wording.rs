//! Whether two sentences about the same thing tell the same. That a week went by is no news, so ages, and how often
//! something happened so far, are left out of the comparison. Everything else counts: names, limits, dates.

/// The nouns behind numbers that grow by themselves.
const GROWING: [&str; 6] = ["day", "hour", "week", "time", "read", "call"];

/// Whether the two sentences tell the same, but for ages.
pub(super) fn tells_the_same(before: &str, after: &str) -> bool {
    before == after || without_ages(before) == without_ages(after)
}

/// The words of a sentence, those numbers left out that stand before a noun of time or of repetition.
fn without_ages(sentence: &str) -> Vec<&str> {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let grows = |place: usize| {
        let number = words.get(place).is_some_and(|word| is_number(word));
        number && words.get(place + 1).is_some_and(|word| growing(word).is_some())
    };
    let kept = words.iter().enumerate().filter(|(place, _)| !grows(*place));
    kept.map(|(place, word)| match growing(word) {
        // One day and two days are the same noun.
        Some(noun) if place > 0 && grows(place - 1) => noun,
        _ => word,
    })
    .collect()
}

fn is_number(word: &str) -> bool {
    let digits = word.trim_matches(|letter: char| letter.is_ascii_punctuation());
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn growing(word: &str) -> Option<&'static str> {
    let noun = word.trim_end_matches(|letter: char| letter.is_ascii_punctuation());
    GROWING.into_iter().find(|growing| noun == *growing || noun.strip_suffix('s') == Some(growing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_no_news() {
        let same = [
            (
                "current value is 303 days old, allowed are 90",
                "current value is 310 days old, allowed are 90",
            ),
            ("is 1 day late", "is 8 days late"),
            ("but 8 days late; age of the value: 39 days", "but 15 days late; age of the value: 46 days"),
            ("read 14 times, last by a", "read 20 times, last by a"),
            ("is deleted on 2026-11-13, in 12 days", "is deleted on 2026-11-13, in 5 days"),
        ];
        for (before, after) in same {
            assert!(tells_the_same(before, after), "{before} / {after}");
        }
        let other = [
            (
                "current value is 303 days old, allowed are 90",
                "current value is 303 days old, allowed are 60",
            ),
            ("allowed are 25 readers, but 26 can", "allowed are 25 readers, but 27 can"),
            ("is deleted on 2026-11-13, in 12 days", "is deleted on 2026-11-20, in 12 days"),
            ("open to 999988887777", "open to 444455556666"),
        ];
        for (before, after) in other {
            assert!(!tells_the_same(before, after), "{before} / {after}");
        }
    }
}
