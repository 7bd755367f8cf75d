//! Whether anybody hears of an event.

use std::collections::BTreeSet;

use super::recording::{Recorders, Takers, records, trails_that_take, unread_trail};
use super::samples::{Event, Place, Sample};
use super::watchers::{FedBy, Watcher, watchers};
use crate::model::Gap;
use crate::patterns::Answer;
use crate::tables::context::{AccountContext, Context, RegionContext};

/// Everything that waits for events of a Region.
pub(super) struct Alerts<'a> {
    recorders: &'a Recorders<'a>,
    account: &'a AccountContext<'a>,
    region: &'a RegionContext<'a>,
    watchers: Vec<Watcher>,
}

/// Whether anybody hears of an event.
pub(super) struct Alert {
    pub(super) answer: Answer,
    /// By what.
    pub(super) by: BTreeSet<String>,
    /// Why it is not known.
    pub(super) gaps: Vec<Gap>,
}

impl<'a> Alerts<'a> {
    pub(super) fn new(
        context: &Context<'_>,
        recorders: &'a Recorders<'a>,
        account: &'a AccountContext<'a>,
        region: &'a RegionContext<'a>,
    ) -> Self {
        Self { recorders, account, region, watchers: watchers(context, recorders, account, region) }
    }

    /// Shows each form of the event to every watcher: all of them must be heard of.
    pub(super) fn of(&self, sample: Sample) -> Alert {
        let trails = trails_that_take(self.recorders, self.account, self.region, sample.event);
        let entry = &self.account.data.entry;
        let place =
            Place { partition: entry.partition, account: &entry.account, region: &self.region.data.region };
        let mut alert = Alert { answer: Answer::Yes, by: BTreeSet::new(), gaps: Vec::new() };
        for event in sample.events(place) {
            let one = self.one(sample, &event, &trails);
            alert.answer = alert.answer.min(one.answer);
            alert.by.extend(one.by);
            alert.gaps.extend(one.gaps);
        }
        alert
    }

    fn one(&self, sample: Sample, event: &Event, trails: &Takers) -> Alert {
        // A trail out of sight may feed a log group out of sight.
        let gaps: Vec<Gap> = self.region.data.trails.scope_gaps().cloned().collect();
        let answer = if gaps.is_empty() { Answer::No } else { Answer::Unknown };
        let mut alert = Alert { answer, by: BTreeSet::new(), gaps };
        for watcher in &self.watchers {
            let (reaches, unread) = self.reaches(watcher, sample, trails);
            let takes = watcher.takes(event, sample.event.read_only);
            let answer = Answer::all([reaches, watcher.armed.0, takes]);
            alert.answer = alert.answer.max(answer);
            if answer == Answer::Yes {
                alert.by.insert(watcher.name.clone());
            }
            if answer == Answer::Unknown {
                let unclear = vec![watcher.unclear.clone()];
                let parts = [(reaches, unread), (watcher.armed.0, watcher.armed.1.clone()), (takes, unclear)];
                let unknown = parts.into_iter().filter(|(part, _)| *part == Answer::Unknown);
                alert.gaps.extend(unknown.flat_map(|(_, gaps)| gaps));
            }
        }
        if alert.answer != Answer::Unknown {
            alert.gaps.clear();
        }
        alert
    }

    /// Whether the event gets to a watcher, and why that is not known. Without a running trail, EventBridge hears
    /// nothing of CloudTrail.
    ///
    /// Source: EventBridge User Guide, "AWS service events delivered via AWS CloudTrail".
    fn reaches(&self, watcher: &Watcher, sample: Sample, trails: &Takers) -> (Answer, Vec<Gap>) {
        match &watcher.fed_by {
            FedBy::Bus => (trails.answer, trails.gaps.clone()),
            FedBy::Trail(trail) => {
                (records(trail, sample.event), unread_trail(trail, self.account, self.region))
            }
        }
    }
}
