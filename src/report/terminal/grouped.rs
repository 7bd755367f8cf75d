//! Findings by owner, account, Region, rule, framework or environment: for each group a list of its own.

use anstyle::Style;

use super::since::is_listed;
use super::{BOLD, DIM, Page, colour, count, notes};
use crate::model::{Assessment, Finding, GroupBy, Severity, Verdict};
use crate::report::groups::{Group, groups};
use crate::report::names::{Named, told_apart};
use crate::report::story::mark;

impl Page {
    pub(super) fn groups(&mut self, assessment: &Assessment, by: GroupBy) {
        for group in groups(assessment, by) {
            self.wrapped(0, &heading(&group, by, assessment), BOLD);
            let open = || group.findings.iter().copied().filter(|finding| is_listed(assessment, finding));
            let failures = || open().filter(|finding| finding.verdict == Verdict::Fail);
            let names = told_apart(failures().map(Named::from));
            failures().zip(&names).for_each(|(finding, name)| self.short(finding, name));
            self.unknowns(open().filter(|finding| finding.verdict == Verdict::Unknown));
            self.line("");
        }
    }

    /// A failure in two lines or little more.
    fn short(&mut self, finding: &Finding, name: &str) {
        let words = format!("{}[{}] {name}{}", finding.severity, finding.rule, mark(finding));
        self.wrapped(2, &words, colour(finding.severity));
        self.wrapped(4, &finding.message, Style::new());
        notes(finding).iter().for_each(|note| self.wrapped(4, note, DIM));
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
