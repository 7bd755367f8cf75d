//! What is new.

use super::findings::{info, word};
use super::secrets::{Subjects, problems};
use super::text::Text;
use crate::model::{
    Audited, BaselineEntry, BaselineState, BaselineSummary, Diff, DiffFinding, Finding, Verdict, date,
};

/// How many findings of each kind are listed.
const LISTED: usize = 12;

/// What is new since the baseline, or else since the last audit of the history.
pub(super) struct News<'a> {
    pub(super) since: Option<String>,
    pub(super) groups: Vec<Group<'a>>,
    pub(super) unchanged: Option<u64>,
    pub(super) not_audited: u64,
}

/// Findings of one kind.
pub(super) struct Group<'a> {
    pub(super) what: &'static str,
    pub(super) count: u64,
    pub(super) lines: Vec<Line<'a>>,
    pub(super) more: u64,
}

/// A finding in a line.
pub(super) struct Line<'a> {
    pub(super) word: &'static str,
    pub(super) name: Text<'a>,
    pub(super) id: Option<String>,
    pub(super) title: Text<'a>,
}

impl<'a> News<'a> {
    pub(super) fn new(audited: &'a Audited, subjects: &Subjects<'a>) -> Self {
        match (&audited.assessment.baseline, audited.past.as_ref().and_then(|past| past.since.as_ref())) {
            (Some(baseline), _) => Self::since_baseline(audited, subjects, baseline),
            (None, Some(diff)) => Self::since_last(audited, subjects, diff),
            (None, None) => Self { since: None, groups: Vec::new(), unchanged: None, not_audited: 0 },
        }
    }

    fn since_baseline(audited: &'a Audited, subjects: &Subjects<'a>, baseline: &'a BaselineSummary) -> Self {
        let of = |what, state| {
            let found: Vec<&Finding> =
                problems(audited).filter(|finding| finding.baseline == Some(state)).collect();
            Group::of(what, &found, |finding| now(audited, subjects, finding))
        };
        let fixed: Vec<&BaselineEntry> = baseline.fixed.iter().collect();
        Self {
            since: Some(format!("the baseline of {}", date(baseline.counts.as_of))),
            groups: vec![
                of("new", BaselineState::New),
                of("worsened", BaselineState::Worsened),
                Group::of("fixed", &fixed, |entry| gone(audited, entry)),
            ],
            unchanged: Some(baseline.counts.unchanged),
            not_audited: baseline.counts.not_audited,
        }
    }

    fn since_last(audited: &'a Audited, subjects: &Subjects<'a>, diff: &'a Diff) -> Self {
        let worse: Vec<&DiffFinding> = diff.changed.iter().filter(|finding| finding.worse).collect();
        let (new, fixed): (Vec<&DiffFinding>, Vec<&DiffFinding>) =
            (diff.new.iter().collect(), diff.fixed.iter().collect());
        let line = |finding: &&'a DiffFinding, is_there: bool| Line {
            word: if finding.verdict == Verdict::Unknown { "unknown" } else { finding.severity.as_str() },
            name: Text(&finding.name),
            id: is_there.then(|| subjects.place_of(&finding.arn)).flatten(),
            title: title(audited, &finding.rule),
        };
        Self {
            since: Some(format!("the audit of {}", date(diff.before.as_of))),
            groups: vec![
                Group::of("new", &new, |finding| line(finding, true)),
                Group::of("worsened", &worse, |finding| line(finding, true)),
                Group::of("fixed", &fixed, |finding| line(finding, false)),
            ],
            unchanged: Some(diff.still_there.values().sum()),
            not_audited: diff.not_comparable.len() as u64,
        }
    }
}

impl<'a> Group<'a> {
    fn of<T>(what: &'static str, found: &[T], line: impl Fn(&T) -> Line<'a>) -> Self {
        Self {
            what,
            count: found.len() as u64,
            lines: found.iter().take(LISTED).map(line).collect(),
            more: found.len().saturating_sub(LISTED) as u64,
        }
    }
}

fn now<'a>(audited: &'a Audited, subjects: &Subjects<'a>, finding: &&'a Finding) -> Line<'a> {
    Line {
        word: word(finding),
        name: Text(&finding.resource.name),
        id: subjects.place(finding),
        title: title(audited, &finding.rule),
    }
}

fn gone<'a>(audited: &'a Audited, entry: &&'a BaselineEntry) -> Line<'a> {
    Line {
        word: entry.severity.as_str(),
        name: Text(&entry.name),
        id: None,
        title: title(audited, &entry.rule),
    }
}

fn title<'a>(audited: &'a Audited, rule: &'a str) -> Text<'a> {
    Text(info(&audited.assessment, rule).map_or(rule, |info| info.title.as_str()))
}
