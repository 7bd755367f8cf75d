//! The answer to `reads`: calls by secret and principal, out of what the trails say.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::gathered::{PlaceTrail, TrailEvidence};
use super::tally::Place;
use crate::model::{CoveredPlace, DayCount, Gap, Outcome, ReadRow, Reads, TrailCounts};
use crate::snapshot::records::AccessGroup;

/// The version of the document.
const VERSION: u32 = 1;

/// What calls have in common that stand in one row.
type RowKey = (String, String, String, Outcome);

/// What was gathered for a row.
#[derive(Default)]
struct Row {
    place: Option<Place>,
    person: Option<bool>,
    count: u64,
    span: Option<(Timestamp, Timestamp)>,
    errors: BTreeSet<String>,
    reasons: BTreeSet<String>,
    sources: BTreeSet<String>,
    sessions: BTreeSet<String>,
    versions: BTreeSet<String>,
    days: BTreeMap<String, u64>,
}

/// Puts the document together; `takes` says which secrets and principals are asked for.
pub fn reads(
    evidence: &TrailEvidence,
    since: Option<Timestamp>,
    takes: impl Fn(&AccessGroup) -> bool,
) -> Reads {
    let mut rows: BTreeMap<RowKey, Row> = BTreeMap::new();
    let mut coverage = Vec::new();
    let mut counts: TrailCounts = evidence.placeless;
    let mut gaps: Vec<Gap> = evidence.general.clone();
    for (place, trail) in &evidence.places {
        for group in trail.accesses.iter().filter(|group| takes(group)) {
            let key =
                (group.secret.clone(), group.actor.principal.clone(), group.event.clone(), group.outcome);
            rows.entry(key).or_default().add(place, group);
        }
        gaps.extend(trail.gaps.iter().cloned());
        covered(place, trail, &mut coverage, &mut counts);
    }
    gaps.sort();
    gaps.dedup();
    Reads {
        version: VERSION,
        sources: evidence.sources.clone(),
        since,
        reads: rows.into_iter().filter_map(|(key, row)| row.finish(key)).collect(),
        coverage,
        counts,
        gaps,
    }
}

fn covered(place: &Place, trail: &PlaceTrail, coverage: &mut Vec<CoveredPlace>, counts: &mut TrailCounts) {
    for shown in &trail.coverage {
        counts.add(&shown.counts);
        if !shown.source.is_empty() {
            coverage.push(CoveredPlace {
                account: place.account.to_string(),
                region: place.region.to_string(),
                source: shown.source.clone(),
                spans: shown.spans.clone(),
            });
        }
    }
}

impl Row {
    fn add(&mut self, place: &Place, group: &AccessGroup) {
        self.place.get_or_insert_with(|| place.clone());
        self.person = self.person.max(group.actor.person);
        self.count += group.count;
        let (first, last) = self.span.unwrap_or((group.first, group.last));
        self.span = Some((first.min(group.first), last.max(group.last)));
        self.errors.extend(group.error.clone());
        self.reasons.extend(group.reasons.iter().cloned());
        self.sources.extend(group.sources.iter().cloned());
        self.sessions.extend(group.sessions.iter().cloned());
        self.versions.extend(group.versions.keys().cloned());
        for (hour, count) in &group.hours {
            let day = hour.split('T').next().unwrap_or(hour);
            *self.days.entry(day.to_owned()).or_default() += count;
        }
    }

    fn finish(self, (secret, principal, event, outcome): RowKey) -> Option<ReadRow> {
        let (place, (first, last)) = (self.place?, self.span?);
        Some(ReadRow {
            secret,
            account: place.account.to_string(),
            region: place.region.to_string(),
            principal,
            person: self.person,
            event,
            outcome,
            count: self.count,
            first,
            last,
            errors: self.errors.into_iter().collect(),
            reasons: self.reasons.into_iter().collect(),
            sources: self.sources.into_iter().collect(),
            sessions: self.sessions.into_iter().collect(),
            versions: self.versions.into_iter().collect(),
            days: self.days.into_iter().map(|(day, count)| DayCount { day, count }).collect(),
        })
    }
}
