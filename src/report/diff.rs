//! What `diff` prints: for a terminal, and as JSON.

use std::collections::BTreeMap;

use anstyle::Style;
use jiff::{Timestamp, tz::TimeZone};

use super::escape::printable_json;
use super::names::{Named, told_apart};
use super::page::{BAD, BOLD, DIM, GOOD, OPEN, PLAIN, Page, count};
use crate::model::{Diff, DiffBefore, DiffFinding, DiffSide, Outcome, SecretChange, Verdict, date};

/// How many kinds of changes of a secret are shown; all are in JSON.
const SHOWN_CHANGES: usize = 5;

/// The document as JSON.
pub fn json(diff: &Diff) -> String {
    let text = serde_json::to_string_pretty(diff).unwrap_or_default();
    format!("{}\n", printable_json(&text))
}

/// The schema of the document.
///
/// # Errors
/// If it cannot be written as JSON, which is a defect.
pub fn schema() -> serde_json::Result<String> {
    serde_json::to_string_pretty(&schemars::schema_for!(Diff)).map(|text| format!("{text}\n"))
}

/// The page for a terminal of this width.
pub fn diff(diff: &Diff, width: usize) -> String {
    let mut page = Page::new(width);
    page.side("before", &diff.before);
    page.side("after", &diff.after);
    if diff.before.rules_digest != diff.after.rules_digest {
        page.labelled(0, "note", "the two were judged by other rules, parameters or severities", OPEN);
    }
    page.findings("new", BAD, &diff.new);
    page.findings("changed", OPEN, &diff.changed);
    page.findings("fixed", GOOD, &diff.fixed);
    page.not_comparable(&diff.not_comparable);
    page.blank();
    page.paragraph(0, &sums(diff), BOLD);
    page.text
}

fn sums(diff: &Diff) -> String {
    let worse = diff.changed.iter().filter(|finding| finding.worse).count();
    let worse = if worse == 0 { String::new() } else { format!(" ({worse} for the worse)") };
    let accepted = diff.new.iter().filter(|finding| finding.exception.is_some()).count();
    let accepted = if accepted == 0 { String::new() } else { format!(" ({accepted} accepted)") };
    format!(
        "{} new{accepted}, {} changed{worse}, {} fixed, {} not comparable, {} still there",
        diff.new.len(),
        diff.changed.len(),
        diff.fixed.len(),
        diff.not_comparable.len(),
        diff.still_there.values().sum::<u64>(),
    )
}

impl Page {
    fn side(&mut self, label: &str, side: &DiffSide) {
        let DiffSide { source, as_of, secrets, rules, accounts, .. } = side;
        let what = format!(
            "as of {}, {}, {}, {}",
            date(*as_of),
            count(*secrets, "secret", "secrets"),
            count(*accounts, "account", "accounts"),
            count(*rules, "rule", "rules"),
        );
        self.labelled(0, label, source, PLAIN);
        self.labelled(0, "", &what, PLAIN);
    }

    fn findings(&mut self, what: &str, colour: Style, findings: &[DiffFinding]) {
        if findings.is_empty() {
            return;
        }
        self.blank();
        self.paragraph(0, &format!("{what}: {}", findings.len()), colour.bold());
        for finding in findings {
            self.finding(finding);
        }
    }

    fn finding(&mut self, finding: &DiffFinding) {
        self.paragraph(2, &label(finding), BOLD);
        self.paragraph(4, &finding.arn, DIM);
        if let Some(before) = &finding.before {
            self.paragraph(4, &difference(before, finding), OPEN);
        }
        self.paragraph(4, &finding.message, PLAIN);
        let mut kinds: Vec<Vec<&SecretChange>> = Vec::new();
        for change in &finding.changes {
            match kinds.iter_mut().find(|kind| kind.first().is_some_and(|known| is_alike(known, change))) {
                Some(kind) => kind.push(change),
                None => kinds.push(vec![change]),
            }
        }
        for kind in kinds.iter().take(SHOWN_CHANGES) {
            self.labelled(4, "by trail", &told(kind), DIM);
        }
        let more = kinds.iter().skip(SHOWN_CHANGES).map(Vec::len).sum::<usize>() as u64;
        if more > 0 {
            self.labelled(4, "", &format!("and {} more", count(more, "change", "changes")), DIM);
        }
    }

    /// By the reason, then by rule.
    fn not_comparable(&mut self, findings: &[DiffFinding]) {
        if findings.is_empty() {
            return;
        }
        self.blank();
        self.paragraph(0, &format!("not comparable: {}", findings.len()), BOLD);
        let mut by_reason: BTreeMap<&str, BTreeMap<String, Vec<Named<'_>>>> = BTreeMap::new();
        for finding in findings {
            let reason = finding.why.as_deref().unwrap_or_default();
            let rule = format!("{}[{}]", word(finding), finding.rule);
            by_reason.entry(reason).or_default().entry(rule).or_default().push(Named::from(finding));
        }
        for (reason, by_rule) in by_reason {
            self.paragraph(2, reason, PLAIN);
            for (rule, named) in by_rule {
                self.paragraph(4, &format!("{rule} {}", told_apart(named).join(", ")), DIM);
            }
        }
    }
}

/// The severity of a failure; that an unknown is one.
fn word(finding: &DiffFinding) -> &'static str {
    if finding.verdict == Verdict::Unknown { "unknown" } else { finding.severity.as_str() }
}

fn label(finding: &DiffFinding) -> String {
    let part = finding.second_key.as_ref().map(|part| format!(", {part}")).unwrap_or_default();
    let worse = if finding.worse { " (worse)" } else { "" };
    let accepted = finding.exception.as_ref().map(|term| format!(" (accepted until {})", term.expires));
    let accepted = accepted.unwrap_or_default();
    format!("{}[{}] {}{part}{worse}{accepted}", word(finding), finding.rule, finding.name)
}

/// How it stood before.
fn difference(before: &DiffBefore, now: &DiffFinding) -> String {
    let mut parts = Vec::new();
    if before.verdict != now.verdict {
        parts.push(format!("was {}", before.verdict));
    }
    if before.severity != now.severity {
        parts.push(format!("was {}", before.severity));
    }
    if before.reach != now.reach {
        let shown = |reach: Option<u64>| reach.map_or_else(|| "not counted".to_owned(), |n| n.to_string());
        parts.push(format!("reach {} became {}", shown(before.reach), shown(now.reach)));
    }
    match (&before.exception, &now.exception) {
        (Some(term), None) => {
            parts.push(format!("its acceptance ended: until {}, by {}", term.expires, term.owner));
        }
        (None, Some(_)) => parts.push("was not accepted".to_owned()),
        _ => {}
    }
    if parts.is_empty() {
        parts.push(format!("before: {}", before.message));
    }
    parts.join("; ")
}

/// Whether two changes differ in their time only.
fn is_alike(a: &SecretChange, b: &SecretChange) -> bool {
    SecretChange { time: b.time, ..a.clone() } == *b
}

/// Changes that are alike, the newest first, in one line: when, what, who, how.
fn told(changes: &[&SecretChange]) -> String {
    let (Some(change), Some(first)) = (changes.first(), changes.last()) else { return String::new() };
    let again = match changes.len() {
        1 => String::new(),
        times => format!(", {times} times since {}", minute(first.time)),
    };
    let session = match change.session.as_str() {
        "" => String::new(),
        session => format!(" ({session})"),
    };
    let how = if change.console { ", in the console" } else { "" };
    let end = match change.outcome {
        Outcome::Allowed => "",
        Outcome::Refused => ": refused",
        Outcome::Failed => ": failed",
    };
    format!("{} {} by {}{session}{how}{end}{again}", minute(change.time), change.event, change.principal)
}

fn minute(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M").to_string()
}
