//! What the verbs about baselines print.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use comfy_table::{CellAlignment, Table, presets};
use jiff::Timestamp;

use super::page::{BOLD, PLAIN, Page, count};
use crate::model::{Baseline, BaselineSummary, Severity, Verdict, date, whole_days_between};

/// What `baseline create` says.
pub fn created(path: &Path, baseline: &Baseline, excepted: u64, width: usize) -> String {
    let mut page = Page::new(width);
    page.head(path, baseline);
    if excepted > 0 {
        let until = if excepted == 1 { "its exception ends" } else { "their exceptions end" };
        let what = format!("{}, until {until}", count(excepted, "finding", "findings"));
        page.labelled(2, "left out", &what, PLAIN);
    }
    page.text
}

/// What an update did beside what the comparison tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Whether new findings were accepted.
    pub new: bool,
    /// Whether worsened findings were accepted.
    pub worsened: bool,
    /// How many got better.
    pub improved: u64,
    /// How many were taken out because an exception covers them.
    pub excepted: u64,
}

/// What `baseline update` says.
pub fn updated(
    path: &Path,
    baseline: &Baseline,
    summary: &BaselineSummary,
    done: &Done,
    width: usize,
) -> String {
    let counts = &summary.counts;
    let mut page = Page::new(width);
    page.head(path, baseline);
    let added = |is_added| if is_added { "added" } else { "not added" };
    let accepted = |is_accepted| if is_accepted { "accepted" } else { "as it was" };
    let advice = |is_done, option: &str| {
        if is_done { String::new() } else { format!("; `{option}` would accept them") }
    };
    let lines = [
        ("taken out", counts.fixed, "fixed".to_owned()),
        ("taken out", done.excepted, "under an exception".to_owned()),
        ("noted", done.improved, "better than before".to_owned()),
        ("kept", counts.not_audited, "not audited".to_owned()),
        (added(done.new), counts.new, format!("new{}", advice(done.new, "--add-new"))),
        (
            accepted(done.worsened),
            counts.worsened,
            format!("worsened{}", advice(done.worsened, "--accept-worsened")),
        ),
    ];
    for (label, number, what) in lines.into_iter().filter(|(_, number, _)| *number > 0) {
        page.labelled(2, label, &format!("{number} {what}"), PLAIN);
    }
    page.text
}

/// What `baseline show` says.
pub fn show(path: &Path, baseline: &Baseline, now: Timestamp, width: usize) -> String {
    let mut page = Page::new(width);
    page.head(path, baseline);
    let days = whole_days_between(baseline.as_of, now);
    let age =
        u64::try_from(days).map_or_else(|_| "it lies ahead".to_owned(), |days| count(days, "day", "days"));
    page.labelled(2, "age", &age, PLAIN);
    let severities = Severity::WORST_FIRST.iter().enumerate();
    let of_severity = |severity: Severity| severities.clone().find(|(_, known)| **known == severity);
    page.counted("severity", baseline, |entry| {
        let (place, severity) = of_severity(entry.severity).unwrap_or((0, &Severity::Info));
        (place, severity.to_string())
    });
    page.counted("rule", baseline, |entry| (0, entry.rule.clone()));
    page.counted("account", baseline, |entry| (0, entry.account.to_string()));
    page.text
}

impl Page {
    /// Which baseline, and what it holds.
    fn head(&mut self, path: &Path, baseline: &Baseline) {
        let of = |verdict| baseline.findings.iter().filter(|entry| entry.verdict == verdict).count() as u64;
        let path = path.display().to_string();
        let _ = writeln!(
            self.text,
            "{BOLD}`{}`{BOLD:#}, as of {}",
            super::printable(&path),
            date(baseline.as_of)
        );
        let holds = format!(
            "{} and {} of {}",
            count(of(Verdict::Fail), "failure", "failures"),
            count(of(Verdict::Unknown), "unknown", "unknowns"),
            count(baseline.accounts.len() as u64, "account", "accounts"),
        );
        self.labelled(2, "holds", &holds, PLAIN);
    }

    /// Failures and unknowns by something, in the order of the keys.
    fn counted(
        &mut self,
        what: &str,
        baseline: &Baseline,
        key: impl Fn(&crate::model::BaselineEntry) -> (usize, String),
    ) {
        let mut counts: BTreeMap<(usize, String), (u64, u64)> = BTreeMap::new();
        for entry in &baseline.findings {
            let (failures, unknowns) = counts.entry(key(entry)).or_default();
            match entry.verdict {
                Verdict::Unknown => *unknowns += 1,
                _ => *failures += 1,
            }
        }
        if counts.is_empty() {
            return;
        }
        let shown = |number: u64| if number == 0 { "-".to_owned() } else { number.to_string() };
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header([what, "fail", "unknown"]);
        for ((_, name), (failures, unknowns)) in counts {
            table.add_row([super::printable(&name).into_owned(), shown(failures), shown(unknowns)]);
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        self.blank();
        for line in table.to_string().lines() {
            self.text.push_str(line.trim_end());
            self.blank();
        }
    }
}
