//! Text of strangers as Markdown: every word that could be more than a word becomes code.
//!
//! GitHub reads HTML, mentions, references to issues, emoji, mathematics and bare addresses beside what CommonMark knows,
//! and most of them after backslashes are gone. In code none of them means anything.

use std::borrow::Cow;

use crate::report::escape::log_line;

/// A text of one line: words that are only words stay, each of the others is code, and what stands in backticks as a whole.
pub(super) fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return words(text);
    }
    let parts = parts.into_iter().enumerate();
    parts.map(|(place, part)| if place % 2 == 0 { words(part) } else { code(part) }).collect()
}

fn words(text: &str) -> String {
    let text = log_line(text);
    let words = text.split(' ').enumerate().map(|(place, word)| {
        let opened = word.trim_start_matches('(');
        let opening = "(".repeat(word.len() - opened.len());
        let marks = if opened.contains('(') { ",;:.!?" } else { ",;:.!?)" };
        let end = opened.trim_end_matches(|letter| marks.contains(letter)).len();
        match opened.split_at_checked(end) {
            Some((start, mark)) if !is_word(start, place == 0) && !start.is_empty() => {
                Cow::Owned(format!("{opening}{}{mark}", code(start)))
            }
            _ if is_word(word, place == 0) => Cow::Borrowed(word),
            _ => Cow::Owned(code(word)),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A text as code. Backticks are its fence, but for texts that hold one, or the pipe that ends a cell of a table.
pub(super) fn code(text: &str) -> String {
    let text = log_line(text);
    if text.trim().is_empty() {
        return format!("<code>{}</code>", "&#32;".repeat(text.len()));
    }
    if text.contains(['`', '|', '\\']) {
        return format!("<code>{}</code>", entities(&text));
    }
    format!("`{text}`")
}

/// Whether a word is nothing but a word to every reader of Markdown.
fn is_word(word: &str, is_first: bool) -> bool {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-.,;:'\"()!?%/+".contains(letter);
    let lower = word.to_lowercase();
    // An inner colon may begin an address or an emoji, a number with a dot a list.
    let has_colon = word.trim_end_matches(':').contains(':');
    let is_issue = lower.trim_start_matches(['(', '"', '\'']).starts_with("gh-");
    let is_address = is_host(word) || is_issue;
    let is_item = is_first
        && (!word.contains(char::is_alphanumeric)
            || word.trim_end_matches(['.', ')']).bytes().all(|byte| byte.is_ascii_digit())
                && word.ends_with(['.', ')']));
    word.is_empty() || (word.chars().all(is_plain) && !has_colon && !is_address && !is_item)
}

/// Whether a dot stands within letters, as in `www.example.com`: many readers make a link of it. Numbers have dots, too.
fn is_host(word: &str) -> bool {
    let within = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    within.contains('.') && within.contains(char::is_alphabetic)
}

/// Everything but letters and digits as a character reference, which is never structure.
///
/// Source: CommonMark 0.31.2, section 2.5 "Entity and numeric character references".
fn entities(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() * 2);
    for letter in text.chars() {
        match letter {
            letter if letter.is_ascii_punctuation() => safe.push_str(&format!("&#{};", u32::from(letter))),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words_and_the_rest_is_code() {
        let cases = [
            ("age of the value: 39 days, allowed are 30", "age of the value: 39 days, allowed are 30"),
            ("lets 999988887777 decrypt", "lets 999988887777 decrypt"),
            ("schedule rate(30 days), but", "schedule rate(30 days), but"),
            ("by arn:aws:iam::1:role/x, and", "by `arn:aws:iam::1:role/x`, and"),
            ("see https://example.com.", "see `https://example.com`."),
            ("cron(0 8 ? *) and (a*b)", "cron(0 8 ? `*`) and (`a*b`)"),
            ("items (A_B, C_D).", "items (`A_B`, `C_D`)."),
            ("((f(x_y)) (GH-1)", "((`f(x_y))` (`GH-1`)"),
            ("www.example.com", "`www.example.com`"),
            ("lets lambda.amazonaws.com, a share of 0.5.", "lets `lambda.amazonaws.com`, a share of 0.5."),
            ("ask @team about #12 or GH-12", "ask `@team` about `#12` or `GH-12`"),
            ("[x](y) ![x](y)", "`[x](y)` `![x](y)`"),
            ("<script>alert</script>", "`<script>alert</script>`"),
            ("give `--calls N` if you know", "give `--calls N` if you know"),
            ("`a|b` @x", "<code>a&#124;b</code> `@x`"),
            ("a|b c`d", "<code>a&#124;b</code> <code>c&#96;d</code>"),
            ("*a* _b_ ~c~ $d$ :e:", "`*a*` `_b_` `~c~` `$d$` `:e`:"),
            ("1. first", "`1.` first"),
            ("- item", "`-` item"),
            ("a - b", "a - b"),
            ("a\n# b", "`a<U+000A>#` b"),
            ("größe 漢字", "größe 漢字"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(prose(text), expected, "{text:?}");
        }
    }

    #[test]
    fn code_is_closed_by_nobody_else() {
        let cases = [
            ("prod/db", "`prod/db`"),
            ("a``b", "<code>a&#96;&#96;b</code>"),
            ("x\\", "<code>x&#92;</code>"),
            ("a|b\\|c", "<code>a&#124;b&#92;&#124;c</code>"),
            ("", "<code></code>"),
            (" ", "<code>&#32;</code>"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), expected, "{text:?}");
        }
    }
}
