//! Findings by owner, account, Region, rule, framework or environment: for each group a list of its own.

use anstyle::Style;

use super::{BOLD, DIM, Page, UNKNOWN, cause, colour, count};
use crate::model::{Assessment, Finding, GroupBy, Severity, Verdict};
use crate::report::groups::{Group, groups};

impl Page {
    pub(super) fn groups(&mut self, assessment: &Assessment, by: GroupBy) {
        for group in groups(assessment, by) {
            self.wrapped(0, &heading(&group, by, assessment), BOLD);
            let open = group.findings.iter().filter(|finding| finding.exception.is_none());
            for finding in open {
                self.short(finding);
            }
            self.line("");
        }
    }

    /// A finding in two lines or little more.
    fn short(&mut self, finding: &Finding) {
        let (style, label) = match finding.verdict {
            Verdict::Fail => (colour(finding.severity), finding.severity.as_str()),
            _ => (UNKNOWN, "unknown"),
        };
        let words = format!("{label}[{}] {}", finding.rule, finding.resource.name);
        self.wrapped(2, &words, style);
        let known = if finding.verdict == Verdict::Fail { &finding.message } else { cause(finding) };
        let style = if finding.verdict == Verdict::Fail { Style::new() } else { DIM };
        self.wrapped(4, known, style);
    }
}

/// Whose they are, and how many.
fn heading(group: &Group<'_>, by: GroupBy, assessment: &Assessment) -> String {
    let report = group.report(assessment);
    let name = match (group.key.as_str(), by) {
        ("", GroupBy::Account | GroupBy::Region) => "the settings".to_owned(),
        ("", by) => format!("no {}", by.as_str()),
        (key, by) => format!("{} {key}", by.as_str()),
    };
    let worst =
        |severity: &Severity| report.failures.get(severity).map(|number| format!("{number} {severity}"));
    let mut parts: Vec<String> = Severity::WORST_FIRST.iter().filter_map(worst).collect();
    for (number, word) in [(report.unknown, "unknown"), (report.accepted, "accepted")] {
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    let all = count(group.findings.len() as u64, "finding", "findings");
    format!("{name}: {all} ({})", parts.join(", "))
}
