//! Text of strangers, made harmless.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

/// Whether a character could steer a terminal or reorder what it shows: control characters, bidirectional controls,
/// zero-width and other invisible format characters, line and paragraph separators, and the two that XML forbids.
fn is_unsafe(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
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

/// The text within a line of a pipeline's log, in which the runners of GitHub and Azure take `##[` and `##vso[` for the
/// beginning of a command, wherever they stand.
///
/// Source: actions/runner, src/Runner.Common/ActionCommand.cs.
pub(super) fn log_line(text: &str) -> String {
    printable(text).replace("##", "#<U+0023>")
}

/// A JSON document with every unsafe character inside its texts as `\\u202e`: the same document to any reader.
pub fn printable_json(json: &str) -> Cow<'_, str> {
    // Outside of its texts a document holds plain ASCII and line breaks.
    let is_unsafe = |letter: char| letter != '\n' && is_unsafe(letter);
    if !json.contains(is_unsafe) {
        return Cow::Borrowed(json);
    }
    let mut safe = String::with_capacity(json.len() + 16);
    for letter in json.chars() {
        if is_unsafe(letter) {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            safe.push(letter);
        }
    }
    Cow::Owned(safe)
}

/// Writes JSON as it goes, with every unsafe character inside its texts as `\\u202e`, as [`printable_json`] does.
#[derive(Debug)]
pub(super) struct PrintableJson<F>(F);

impl PrintableJson<PrettyFormatter<'static>> {
    /// For people: indented by two blanks.
    pub(super) fn pretty() -> Self {
        Self(PrettyFormatter::new())
    }
}

impl PrintableJson<CompactFormatter> {
    /// For programs that read line by line: on one line.
    pub(super) fn compact() -> Self {
        Self(CompactFormatter)
    }
}

// The methods in which formatters of serde_json differ, and the one in which this one differs from all.
impl<F: Formatter> Formatter for PrintableJson<F> {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        writer.write_all(printable_json(text).as_bytes())
    }

    fn begin_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

/// Writes a document on a line of its own.
pub(super) fn json_line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, PrintableJson::compact()))?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written<F: Formatter>(value: &serde_json::Value, formatter: F) -> String {
        let mut bytes = Vec::new();
        value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, formatter)).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn json_that_is_written_as_it_goes_is_the_same() {
        let value = serde_json::json!({ "a\u{202e}": ["\u{9b}31m \"\u{e0041}\n", {}, []], "b": { "c": 1.5 }, "d": null });
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        assert_eq!(written(&value, PrintableJson::pretty()), printable_json(&pretty));
        assert_eq!(written(&value, PrintableJson::compact()), printable_json(&value.to_string()));
    }

    #[test]
    fn json_stays_the_same_document() {
        let value = serde_json::json!({ "a\u{202e}": "\u{9b}31m \u{e0041} größe 🔑 \u{1b}" });
        let json = serde_json::to_string_pretty(&value).unwrap();
        let safe = printable_json(&json);
        assert!(!safe.replace('\n', "").contains(is_unsafe), "{safe}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).unwrap(), value);
    }

    #[test]
    fn a_line_of_a_log_holds_no_command() {
        assert_eq!(log_line("a ##[error]b\n::warning::"), "a #<U+0023>[error]b<U+000A>::warning::");
        assert_eq!(log_line("###[x]"), "#<U+0023>#[x]");
    }

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
