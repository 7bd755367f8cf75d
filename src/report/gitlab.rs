//! GitLab Code Quality: a list of issues in the form of Code Climate.
//!
//! GitLab reads description, name of the check, fingerprint, severity and place, and has no word for what is accepted or
//! could not be judged. So both stand in the description, and what is accepted has the lowest severity. Missing evidence
//! stands with the verdicts that lack it.
//!
//! Source: docs.gitlab.com, "Code Quality", section "Code Quality report format".

use std::io::{self, Write};

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::anchor::Places;
use super::escape::{PrintableJson, printable};
use super::story::{is_problem, place, until};
use crate::model::{Audited, BaselineState, Finding, Severity};

/// One finding.
#[derive(Serialize)]
struct Issue<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    check_name: &'a str,
    description: String,
    categories: [&'static str; 1],
    fingerprint: &'a str,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u64,
}

/// The issues, each made when it is written.
struct Issues<'a>(&'a Audited);

impl Serialize for Issues<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let places = Places::new(self.0);
        let mut list = serializer.serialize_seq(None)?;
        for finding in self.0.assessment.findings.iter().filter(|finding| is_problem(finding)) {
            let anchor = places.of(finding);
            list.serialize_element(&Issue {
                kind: "issue",
                check_name: &finding.rule,
                description: description(finding),
                categories: ["Security"],
                fingerprint: finding.fingerprint.as_str(),
                severity: severity(finding),
                location: Location { path: &anchor.path, lines: Lines { begin: anchor.line } },
            })?;
        }
        list.end()
    }
}

/// Writes the report, issue by issue, with a final line break.
///
/// # Errors
/// Where `out` fails.
pub fn write(audited: &Audited, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, PrintableJson::pretty());
    Issues(audited).serialize(&mut serializer)?;
    out.write_all(b"\n")
}

fn description(finding: &Finding) -> String {
    let resource = &finding.resource;
    let text = format!("{} ({}): {}", resource.name, place(resource), finding.message);
    let text = match (&finding.exception, finding.baseline) {
        (Some(term), _) => format!("accepted {}, {}: {text}", until(term), term.reason),
        (None, Some(BaselineState::Unchanged)) => format!("as in the baseline: {text}"),
        (None, Some(state)) => format!("{}: {text}", state.as_str()),
        (None, None) => text,
    };
    printable(&text).into_owned()
}

fn severity(finding: &Finding) -> &'static str {
    if finding.exception.is_some() {
        return "info";
    }
    match finding.severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}
