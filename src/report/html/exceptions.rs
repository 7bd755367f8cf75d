//! What was accepted, and for how long.

use super::findings::{Accepted, info, word};
use super::secrets::{Subjects, problems};
use super::text::Text;
use crate::model::Audited;

/// The days over which the bar of what is left runs.
const FULL: i64 = 90;

/// How near the end is near.
const SOON: i64 = 14;

/// An accepted finding.
pub(super) struct ExceptionView<'a> {
    pub(super) word: &'static str,
    pub(super) title: Text<'a>,
    pub(super) name: Text<'a>,
    pub(super) id: Option<String>,
    pub(super) term: Accepted<'a>,
    pub(super) ends_soon: bool,
    pub(super) bar: String,
}

/// The accepted findings, those that end first on top.
pub(super) fn exceptions<'a>(audited: &'a Audited, subjects: &Subjects<'a>) -> Vec<ExceptionView<'a>> {
    let mut views: Vec<ExceptionView<'_>> = problems(audited)
        .filter_map(|finding| {
            let term = Accepted::new(finding.exception.as_ref()?);
            Some(ExceptionView {
                word: word(finding),
                title: Text(info(&audited.assessment, &finding.rule).map_or("", |info| &info.title)),
                name: Text(&finding.resource.name),
                id: subjects.place(finding),
                ends_soon: term.days_left <= SOON,
                bar: bar(term.days_left),
                term,
            })
        })
        .collect();
    views.sort_by_key(|view| view.term.days_left);
    views
}

fn bar(days_left: i64) -> String {
    let width = days_left.clamp(0, FULL) * 100 / FULL;
    let class = if days_left <= SOON { "high" } else { "accent" };
    format!(
        "<svg viewBox=\"0 0 100 6\" width=\"100\" height=\"6\" aria-hidden=\"true\">\
         <rect class=\"fill-none\" width=\"100\" height=\"6\" rx=\"3\"/>\
         <rect class=\"fill-{class}\" width=\"{width}\" height=\"6\" rx=\"3\"/></svg>"
    )
}
