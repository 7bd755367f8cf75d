//! What is new.

use super::findings::{info, word};
use super::secrets::{Subjects, problems};
use super::text::Text;
use crate::model::{Audited, BaselineEntry, BaselineState, Finding, date};

/// How many findings of each kind are listed.
const LISTED: usize = 12;

/// What is new since the baseline.
pub(super) struct News<'a> {
    pub(super) since: Option<String>,
    pub(super) groups: Vec<Group<'a>>,
    pub(super) unchanged: u64,
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
        let baseline = audited.assessment.baseline.as_ref();
        let of = |what, state| {
            let found: Vec<&Finding> =
                problems(audited).filter(|finding| finding.baseline == Some(state)).collect();
            Group::of(what, &found, |finding| now(audited, subjects, finding))
        };
        let fixed: Vec<&BaselineEntry> = baseline.iter().flat_map(|baseline| &baseline.fixed).collect();
        Self {
            since: baseline.map(|baseline| date(baseline.counts.as_of)),
            groups: vec![
                of("new", BaselineState::New),
                of("worsened", BaselineState::Worsened),
                Group::of("fixed", &fixed, |entry| gone(audited, entry)),
            ],
            unchanged: baseline.map_or(0, |baseline| baseline.counts.unchanged),
            not_audited: baseline.map_or(0, |baseline| baseline.counts.not_audited),
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
