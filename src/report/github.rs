//! Annotations of GitHub Actions, and the summary of a step.
//!
//! GitHub shows ten annotations of each kind in a step and drops the rest without a word. So the worst ten of each kind
//! are written, with what is not annotated in a last notice, and all of it stands in the summary.
//!
//! Source: docs.github.com, "Workflow commands for GitHub Actions".

use std::io::{self, Write};

use super::anchor::Places;
use super::escape::printable;
use super::markdown::{self, Form};
use super::page::count;
use super::story::{gate, is_problem, label, not_seen, place, summary};
use crate::model::{Assessment, Audited, BaselineState, Finding, Severity};

/// How many annotations of a kind GitHub shows for a step.
const SHOWN: usize = 10;

/// The longest message, in bytes: what is longer hides the others.
const LONGEST: usize = 4096;

/// How many calls without an answer an annotation names.
const NAMED_CALLS: usize = 5;

/// A kind of annotation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Error,
    Warning,
    Notice,
}

impl Kind {
    fn of(severity: Severity) -> Self {
        match severity {
            Severity::Critical | Severity::High => Self::Error,
            Severity::Medium => Self::Warning,
            Severity::Low | Severity::Info => Self::Notice,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// Writes the annotations.
///
/// # Errors
/// Where `out` fails.
pub fn write(audited: &Audited, out: &mut dyn Write) -> io::Result<()> {
    let Audited { assessment, cost, .. } = audited;
    let places = Places::new(audited);
    let missing = missing(assessment);
    let annotated: Vec<&Finding> = assessment.findings.iter().filter(|f| is_annotated(f)).collect();
    let mut written = 0;
    for kind in [Kind::Error, Kind::Warning, Kind::Notice] {
        let missing = missing.as_ref().filter(|_| kind == Kind::Warning);
        // The last warning is for what was not seen, and the last notice for what is not annotated.
        let kept = usize::from(kind == Kind::Notice || missing.is_some());
        let of_kind = annotated.iter().filter(|finding| Kind::of(finding.severity) == kind);
        for finding in of_kind.take(SHOWN - kept) {
            let anchor = places.of(finding);
            let (line, title) = (anchor.line.to_string(), label(finding));
            let properties = [("file", anchor.path.as_str()), ("line", &line), ("title", &title)];
            command(kind, &properties, &message(finding), out)?;
            written += 1;
        }
        if let Some(missing) = missing {
            command(kind, &[("title", "not seen")], missing, out)?;
        }
    }
    let rest = rest(assessment, annotated.len() - written);
    let last = format!("{rest}{}. {}", summary(assessment, cost), gate(assessment));
    command(Kind::Notice, &[("title", "secrets-auditor")], &last, out)
}

/// Writes the summary of a step: the Markdown report in so many bytes at most.
///
/// # Errors
/// Where `out` fails.
pub fn write_summary(audited: &Audited, limit: usize, out: &mut dyn Write) -> io::Result<()> {
    let form = Form { heading: 3, folded: true, limit: Some(limit) };
    markdown::write_form(&audited.assessment, &audited.cost, form, out)
}

/// Whether it is news: nobody accepted it, neither by an exception nor by a baseline.
fn is_annotated(finding: &Finding) -> bool {
    let is_known = finding.baseline == Some(BaselineState::Unchanged);
    is_problem(finding) && finding.exception.is_none() && !is_known
}

fn message(finding: &Finding) -> String {
    let resource = &finding.resource;
    format!("{} ({}): {}", resource.name, place(resource), finding.message)
}

/// The calls that brought no answer, in one sentence.
fn missing(assessment: &Assessment) -> Option<String> {
    let calls = not_seen(assessment);
    let named = calls.iter().take(NAMED_CALLS).map(|(missing, gaps)| {
        let mend = missing.permission.map(|action| format!(", allow {action}")).unwrap_or_default();
        let places = count(gaps.len() as u64, "place", "places");
        format!("{}: {}{mend} ({places})", missing.call, missing.error)
    });
    let more = calls.len().saturating_sub(NAMED_CALLS);
    let more = (more > 0).then(|| format!("and {} more", count(more as u64, "call", "calls")));
    let parts: Vec<String> = named.chain(more).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// What is not annotated, in one sentence; empty where everything is.
fn rest(assessment: &Assessment, more: usize) -> String {
    let problems = || assessment.findings.iter().filter(|finding| is_problem(finding));
    let accepted = problems().filter(|finding| finding.exception.is_some()).count();
    let known = problems().filter(|finding| finding.baseline == Some(BaselineState::Unchanged)).count();
    let parts = [(more, "more"), (accepted, "accepted"), (known, "as in the baseline")];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    if parts.is_empty() { String::new() } else { format!("Not annotated: {}. ", parts.join(", ")) }
}

/// A command to the runner, on a line of its own.
fn command(kind: Kind, properties: &[(&str, &str)], message: &str, out: &mut dyn Write) -> io::Result<()> {
    let properties: Vec<String> =
        properties.iter().map(|(key, value)| format!("{key}={}", property(value))).collect();
    let message = data(&printable(shortened(message)));
    writeln!(out, "::{} {}::{message}", kind.as_str(), properties.join(","))
}

/// The beginning of a text that is too long.
fn shortened(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text)
}

/// What stands behind a command.
///
/// Source: actions/toolkit, packages/core/src/command.ts, `escapeData`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
///
/// Source: actions/toolkit, packages/core/src/command.ts, `escapeProperty`.
fn property(text: &str) -> String {
    data(&printable(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_escaped_as_the_runner_reads_them() {
        let mut bytes = Vec::new();
        let properties = [("file", "a,b:c%.yaml"), ("title", "high[x]")];
        command(Kind::Error, &properties, "100 %\n::error::x, y: z", &mut bytes).unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "::error file=a%2Cb%3Ac%25.yaml,title=high[x]::100 %25<U+000A>::error::x, y: z\n"
        );
    }

    #[test]
    fn long_messages_end_at_a_letter() {
        let text = "é".repeat(LONGEST);
        assert_eq!(shortened(&text).len(), LONGEST);
        assert_eq!(shortened(&format!("a{text}")).len(), LONGEST - 1);
        assert_eq!(shortened("short"), "short");
    }
}
