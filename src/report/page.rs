//! Text laid out for a page of some width.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;

use crate::model::date;
use crate::report::escape::printable;

pub(super) const PLAIN: Style = Style::new();
pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const BAD: Style = AnsiColor::Red.on_default();
pub(super) const OPEN: Style = AnsiColor::Yellow.on_default();

/// Narrower pages are not laid out.
const NARROWEST: usize = 40;

pub(super) struct Page {
    pub(super) text: String,
    pub(super) width: usize,
}

impl Page {
    pub(super) fn new(width: usize) -> Self {
        Self { text: String::new(), width: width.max(NARROWEST) }
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// Wraps a text behind one prefix of ours on its first line and another one on those that follow. The text may be a
    /// stranger's; words longer than a line stay whole, so that they can be copied.
    pub(super) fn hanging(&mut self, first: &str, next: &str, text: &str, style: Style) {
        let options = textwrap::Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(next)
            .break_words(false)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        for (index, line) in textwrap::wrap(&printable(text), options).iter().enumerate() {
            let prefix = if index == 0 { first } else { next };
            // A line without words loses the end of its prefix.
            let words = line.strip_prefix(prefix).unwrap_or_default();
            let _ = writeln!(self.text, "{prefix}{style}{words}{style:#}");
        }
    }

    /// Wraps a text under an indent; lines that follow stand deeper.
    pub(super) fn paragraph(&mut self, indent: usize, text: &str, style: Style) {
        self.hanging(&" ".repeat(indent), &" ".repeat(indent + 2), text, style);
    }

    /// A label with its text in a column of its own.
    pub(super) fn labelled(&mut self, indent: usize, label: &str, text: &str, style: Style) {
        let first = format!("{:indent$}{label:LABEL$}", "");
        self.hanging(&first, &" ".repeat(indent + LABEL), text, style);
    }

    /// That a secret is going to be deleted.
    pub(super) fn deletion(&mut self, deleted: Option<Timestamp>) {
        if let Some(deleted) = deleted {
            let since = date(deleted);
            let text =
                format!("scheduled for deletion since {since}: AWS lets nobody read it until it is restored");
            self.labelled(2, "note", &text, OPEN);
        }
    }

    /// What limits access; its first word is the label.
    pub(super) fn limits(&mut self, limits: Option<&str>) {
        if let Some((label, text)) = limits.and_then(|limits| limits.split_once(' ')) {
            self.labelled(4, label, text, OPEN);
        }
    }

    /// By which way access comes about.
    pub(super) fn way(&mut self, path: &str, key_path: &str) {
        self.labelled(4, "secret by", path, DIM);
        if !key_path.is_empty() {
            self.labelled(4, "key by", key_path, DIM);
        }
    }

    /// What a document could not tell.
    pub(super) fn caveats(&mut self, caveats: &[String]) {
        if caveats.is_empty() {
            return;
        }
        self.blank();
        self.paragraph(0, "not seen:", BOLD);
        for caveat in caveats {
            self.paragraph(2, caveat, PLAIN);
        }
    }
}

/// The width of the column of labels.
const LABEL: usize = 11;

/// A number with its noun.
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
