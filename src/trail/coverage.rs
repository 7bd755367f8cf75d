//! When reads were recorded: spans of time, joined and measured.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::model::TrailSpan;

/// Records may reach Event history or a bucket some minutes late, and the last file of a day stands for the rest of it.
const LAG: SignedDuration = SignedDuration::from_hours(24);

/// Spans in order, those that touch or overlap joined.
pub fn join(mut spans: Vec<TrailSpan>) -> Vec<TrailSpan> {
    spans.retain(|span| span.from < span.to);
    spans.sort();
    let mut joined: Vec<TrailSpan> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut().filter(|last| span.from <= last.to) {
            Some(last) => last.to = last.to.max(span.to),
            None => joined.push(span),
        }
    }
    joined
}

/// The spans of whole UTC days, cut at an end.
pub fn of_days(days: &BTreeSet<Date>, end: Option<Timestamp>) -> Vec<TrailSpan> {
    let start = |date: Date| date.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    let span = |date: &Date| {
        let from = start(*date).ok()?;
        let to = start(date.tomorrow().ok()?).ok()?;
        Some(TrailSpan { from, to: end.map_or(to, |end| end.min(to)) })
    };
    join(days.iter().filter_map(span).collect())
}

/// How many whole days before an instant are covered without a hole; 0 where the coverage ends more than a day earlier.
pub fn days_before(spans: &[TrailSpan], instant: Timestamp) -> i64 {
    let reaches = |span: &&TrailSpan| span.from < instant && instant.duration_since(span.to) <= LAG;
    let last = spans.iter().filter(reaches).max_by_key(|span| span.to);
    last.map_or(0, |span| crate::model::whole_days_between(span.from, instant))
}

/// The parts of a span that no other covers.
pub fn holes(spans: &[TrailSpan], whole: &TrailSpan) -> Vec<TrailSpan> {
    let mut holes = Vec::new();
    let mut at = whole.from;
    for span in spans {
        if span.from > at {
            holes.push(TrailSpan { from: at, to: span.from.min(whole.to) });
        }
        at = at.max(span.to);
    }
    if at < whole.to {
        holes.push(TrailSpan { from: at, to: whole.to });
    }
    holes.retain(|hole| hole.from < hole.to);
    holes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-10-{text}:00:00Z").parse().unwrap()
    }

    fn span(from: &str, to: &str) -> TrailSpan {
        TrailSpan { from: at(from), to: at(to) }
    }

    fn days(days: &[i8]) -> BTreeSet<Date> {
        days.iter().map(|day| Date::new(2026, 10, *day).unwrap()).collect()
    }

    #[test]
    fn spans_that_touch_are_one() {
        let spans = vec![
            span("03T00", "04T00"),
            span("01T00", "02T00"),
            span("02T00", "02T12"),
            span("05T00", "05T00"),
        ];
        assert_eq!(join(spans), [span("01T00", "02T12"), span("03T00", "04T00")]);
    }

    #[test]
    fn days_become_spans_that_end_with_the_evidence() {
        let spans = of_days(&days(&[1, 2, 4]), Some(at("04T06")));
        assert_eq!(spans, [span("01T00", "03T00"), span("04T00", "04T06")]);
    }

    #[test]
    fn days_are_counted_back_to_the_first_hole() {
        let cases = [
            (vec![span("01T00", "11T00")], "11T00", 10),
            (vec![span("01T00", "10T06")], "11T00", 10),
            // More than a day is missing at the end.
            (vec![span("01T00", "09T20")], "11T00", 0),
            (vec![span("01T00", "03T00"), span("05T00", "11T00")], "11T00", 6),
            (vec![], "11T00", 0),
            (vec![span("12T00", "13T00")], "11T00", 0),
        ];
        for (spans, instant, expected) in cases {
            assert_eq!(days_before(&spans, at(instant)), expected, "{spans:?}");
        }
    }

    #[test]
    fn holes_are_what_no_span_covers() {
        let whole = span("01T00", "10T00");
        let cases = [
            (vec![], vec![whole.clone()]),
            (vec![span("01T00", "10T00")], vec![]),
            (
                vec![span("02T00", "03T00"), span("05T00", "12T00")],
                vec![span("01T00", "02T00"), span("03T00", "05T00")],
            ),
        ];
        for (spans, expected) in cases {
            assert_eq!(holes(&spans, &whole), expected, "{spans:?}");
        }
    }
}
