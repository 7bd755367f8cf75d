//! Text of strangers, made harmless.

use std::borrow::Cow;

/// Whether a character could steer a terminal or reorder what it shows: control characters, bidirectional controls,
/// zero-width and other invisible format characters, line and paragraph separators.
fn is_unsafe(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text with every unsafe character written out as `<U+202E>`.
///
/// ```
/// use secrets_auditor::report::printable;
/// assert_eq!(printable("a\u{1b}[31mb"), "a<U+001B>[31mb");
/// ```
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if is_unsafe(letter) {
            safe.push_str(&format!("<U+{:04X}>", u32::from(letter)));
        } else {
            safe.push(letter);
        }
    }
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_characters_are_written_out() {
        let cases = [
            ("plain", "plain"),
            ("größe 🔑", "größe 🔑"),
            ("a\nb\tc\r", "a<U+000A>b<U+0009>c<U+000D>"),
            ("\u{1b}]0;x\u{7}", "<U+001B>]0;x<U+0007>"),
            ("user\u{202e}gnp.exe", "user<U+202E>gnp.exe"),
            ("zero\u{200b}width", "zero<U+200B>width"),
            ("\u{9b}31m", "<U+009B>31m"),
            ("tag\u{e0041}", "tag<U+E0041>"),
        ];
        for (text, expected) in cases {
            assert_eq!(printable(text), expected);
        }
    }
}
