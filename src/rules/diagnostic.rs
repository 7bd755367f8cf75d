//! Errors in rule files: what is wrong, where, and what to do.

use std::fmt;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde_saphyr::Spanned;

use super::yaml_words;

/// An error in a rule file, shown with the line it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong.
    pub message: String,
    /// The file.
    pub path: String,
    /// The text of the file; empty where it could not be read.
    pub source: String,
    /// The bytes of the source that are meant.
    pub span: std::ops::Range<usize>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error about a whole file.
    pub fn about_file(path: &str, message: impl Into<String>) -> Self {
        Self { message: message.into(), path: path.to_owned(), source: String::new(), span: 0..0, help: None }
    }

    /// An error of the YAML reader; `what` is what the file should have been.
    pub fn yaml(path: &str, text: &str, what: &str, error: &serde_saphyr::Error) -> Self {
        let span = error.location().map(|place| place.span());
        let number = |number: Option<u64>| number.and_then(|number| usize::try_from(number).ok());
        let start = number(span.and_then(|span| span.byte_offset())).unwrap_or(0).min(text.len());
        let length = number(span.and_then(|span| span.byte_len())).unwrap_or(1).max(1);
        let (message, help) = yaml_words::words(error);
        Self {
            message: format!("not a {what}: {message}"),
            path: path.to_owned(),
            source: text.to_owned(),
            span: start..start + length,
            help,
        }
    }

    /// An error about a value within a file.
    pub fn at<T>(path: &str, source: &str, text: &Spanned<T>, message: String) -> Self {
        let at = text.referenced.span().byte_offset().and_then(|at| usize::try_from(at).ok());
        let start = at.unwrap_or(0).min(source.len());
        let first = source.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        let span = start..start + first.trim_end().len().max(1);
        Self { message, path: path.to_owned(), source: source.to_owned(), span, help: None }
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = Level::ERROR.primary_title(&self.message);
        let mut group = if self.source.is_empty() {
            title.element(annotate_snippets::Origin::path(&self.path))
        } else {
            let end = self.span.end.min(self.source.len()).max(self.span.start);
            let annotation = AnnotationKind::Primary.span(self.span.start..end);
            title.element(Snippet::source(&self.source).path(&self.path).annotation(annotation))
        };
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help));
        }
        f.write_str(&Renderer::plain().render(&[group]))
    }
}

impl std::error::Error for Diagnostic {}

/// The known word that is closest to a mistyped one, if any is close.
pub(super) fn closest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored = known.map(|candidate| (strsim::jaro_winkler(word, candidate), candidate));
    let best = scored.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, candidate)| candidate)
}
