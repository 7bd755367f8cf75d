//! Adds events up, each counted once.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::event::{EventKind, TrailEvent};
use super::merge::Groups;
use super::record::{Record, RecordError, is_secret_arn};
use super::refusal;
use crate::model::{AccountId, Arn, Outcome, Region, SourceClass, TrailCounts};
use crate::snapshot::records::{AccessGroup, Actor, LifecycleEvent};

/// An account in a Region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: Region,
}

impl Place {
    /// The place of a secret: its ARN says it, else it is that of the record.
    fn of(secret: &str, event: &TrailEvent) -> Self {
        let arn = is_secret_arn(secret).then(|| secret.parse::<Arn>().ok()).flatten();
        match arn.filter(|arn| !arn.account.is_empty() && !arn.region.is_empty()) {
            Some(arn) => Self { account: AccountId::new(arn.account), region: Region::new(arn.region) },
            None => Self { account: event.account.clone(), region: event.region.clone() },
        }
    }
}

/// The time that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// From when on; none for everything.
    pub from: Option<Timestamp>,
    /// Until when; none for everything.
    pub to: Option<Timestamp>,
    /// Now: what is later has a wrong clock.
    pub now: Timestamp,
}

impl Window {
    fn holds(&self, time: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= time) && self.to.is_none_or(|to| time <= to)
    }
}

/// What calls have in common that are counted together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GroupKey {
    pub(super) secret: String,
    pub(super) actor: Actor,
    pub(super) event: String,
    pub(super) outcome: Outcome,
    pub(super) error: Option<String>,
    pub(super) via: SourceClass,
}

/// What is counted.
#[derive(Clone, Debug)]
pub(super) struct Totals {
    pub(super) hours: BTreeMap<String, u64>,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) sources: BTreeSet<String>,
    pub(super) sessions: BTreeSet<String>,
    pub(super) versions: BTreeMap<String, Timestamp>,
    pub(super) reasons: BTreeSet<String>,
}

/// Events, added up; each counted once, in whatever order they come.
#[derive(Debug)]
pub struct Tally {
    window: Window,
    ids: HashSet<EventId>,
    /// Records of calls that cross accounts, by the id that they share: the one that says more is kept.
    crossing: BTreeMap<String, TrailEvent>,
    pub(super) groups: Groups,
    /// What sources have counted by themselves, each apart from the others.
    pub(super) ready: Vec<Groups>,
    pub(super) lifecycle: BTreeMap<Place, Vec<LifecycleEvent>>,
    /// Every secret's ARN that any event names.
    pub(super) arns: BTreeSet<String>,
    pub(super) counts: BTreeMap<Place, TrailCounts>,
    /// Of records that do not say where they belong.
    pub(super) placeless: TrailCounts,
    latest_in_future: Option<Timestamp>,
    unreadable_example: Option<String>,
}

/// An event's id: nearly always a UUID.
#[derive(Debug, PartialEq, Eq, Hash)]
enum EventId {
    Uuid(u128),
    Other(String),
}

impl EventId {
    fn new(text: &str) -> Self {
        let digits: String = text.chars().filter(|letter| *letter != '-').collect();
        match u128::from_str_radix(&digits, 16) {
            Ok(number) if digits.len() == 32 => Self::Uuid(number),
            _ => Self::Other(text.to_owned()),
        }
    }
}

impl Tally {
    /// Nothing yet.
    pub fn new(window: Window) -> Self {
        Self {
            window,
            ids: HashSet::new(),
            crossing: BTreeMap::new(),
            groups: Groups::new(),
            ready: Vec::new(),
            lifecycle: BTreeMap::new(),
            arns: BTreeSet::new(),
            counts: BTreeMap::new(),
            placeless: TrailCounts::default(),
            latest_in_future: None,
            unreadable_example: None,
        }
    }

    /// Takes what became of a record.
    pub fn record(&mut self, record: Result<Record, RecordError>) {
        match record {
            Ok(Record::Event(event)) => self.add(*event),
            Ok(Record::NetworkActivity) => {
                self.placeless.records += 1;
                self.placeless.network_activity += 1;
            }
            Ok(Record::Foreign) => {}
            Err(error) => {
                self.placeless.records += 1;
                self.placeless.unreadable += 1;
                let sentence = error.to_string();
                // Not the first to come, since the order of files is anybody's.
                if self.unreadable_example.as_ref().is_none_or(|known| sentence < *known) {
                    self.unreadable_example = Some(sentence);
                }
            }
        }
    }

    /// Takes an event.
    pub fn add(&mut self, event: TrailEvent) {
        let place = Place { account: event.account.clone(), region: event.region.clone() };
        let is_new = event.id.is_empty() || self.ids.insert(EventId::new(&event.id));
        let counts = self.counts.entry(place).or_default();
        counts.records += 1;
        if !is_new {
            counts.duplicates += 1;
            return;
        }
        if event.time > self.window.now {
            counts.in_future += 1;
            self.latest_in_future = self.latest_in_future.max(Some(event.time));
        }
        if !self.window.holds(event.time) {
            counts.outside_time += 1;
            return;
        }
        match event.shared_id.clone() {
            None => self.count(&event),
            Some(id) => self.cross(id, event),
        }
    }

    /// Of the two records of a call that crosses accounts, that of the caller's account names the caller, while the other
    /// may know no more of it than its account.
    fn cross(&mut self, id: String, event: TrailEvent) {
        let Some(known) = self.crossing.remove(&id) else {
            self.crossing.insert(id, event);
            return;
        };
        let place = Place { account: event.account.clone(), region: event.region.clone() };
        self.counts.entry(place).or_default().duplicates += 1;
        let says_more = |event: &TrailEvent| {
            (event.actor.principal.starts_with("arn:"), !event.secrets.is_empty(), event.session.len())
        };
        // Between records that say the same, the smaller id decides, so that the order of files does not.
        let order = (says_more(&event), &known.id).cmp(&(says_more(&known), &event.id));
        self.crossing.insert(id, if order.is_gt() { event } else { known });
    }

    fn count(&mut self, event: &TrailEvent) {
        let own = Place { account: event.account.clone(), region: event.region.clone() };
        self.arns.extend(event.secrets.iter().filter(|secret| is_secret_arn(secret)).cloned());
        match event.kind {
            EventKind::Mention => {}
            EventKind::Lifecycle => {
                let secret = event.secrets.first().cloned().unwrap_or_default();
                let place = Place::of(&secret, event);
                self.lifecycle.entry(place).or_default().push(lifecycle(event, secret));
            }
            EventKind::Read | EventKind::Witness if event.secrets.is_empty() => {
                self.counts.entry(own.clone()).or_default().without_secret += 1;
                self.lifecycle.entry(own).or_default().push(lifecycle(event, String::new()));
            }
            EventKind::Read | EventKind::Witness => {
                for secret in &event.secrets {
                    self.group(secret, event);
                }
            }
        }
    }

    fn group(&mut self, secret: &str, event: &TrailEvent) {
        let totals = self.groups.entry(group_key(secret, event)).or_insert_with(|| Totals::new(event.time));
        totals.count(event);
    }

    /// Takes what a source has counted by itself, each event once. It is not added to what other sources say of the same
    /// hours: see `merge.rs`.
    pub(super) fn ready(&mut self, groups: Groups) {
        let secrets = groups.keys().map(|(_, key)| &key.secret);
        self.arns.extend(secrets.filter(|secret| is_secret_arn(secret)).cloned());
        self.ready.push(groups);
    }

    /// Takes the ARN of a secret that some event names.
    pub(super) fn names(&mut self, secret: String) {
        self.arns.extend(Some(secret).filter(|secret| is_secret_arn(secret)));
    }

    /// Takes the counts of records that a source has looked at by itself.
    pub(super) fn looked_at(
        &mut self,
        place: Place,
        counts: &TrailCounts,
        latest_in_future: Option<Timestamp>,
    ) {
        self.counts.entry(place).or_default().add(counts);
        self.latest_in_future = self.latest_in_future.max(latest_in_future);
    }

    /// A sentence about records from the future, where there are any.
    pub fn future(&self) -> Option<String> {
        let latest = self.latest_in_future?;
        let count: u64 = self.counts.values().map(|counts| counts.in_future).sum();
        let records = if count == 1 { "1 record is".to_owned() } else { format!("{count} records are") };
        Some(format!("{records} later than now, the latest of {latest}: a clock is wrong, or `--as-of`"))
    }

    /// A sentence about records that could not be read, where there are any.
    pub fn unreadable(&self) -> Option<String> {
        let example = self.unreadable_example.as_ref()?;
        let count = self.placeless.unreadable;
        let records = if count == 1 { "1 record".to_owned() } else { format!("{count} records") };
        Some(format!("{records} could not be read, such as {example}"))
    }

    /// Counts what was held back.
    pub(super) fn settle(&mut self) {
        for event in std::mem::take(&mut self.crossing).into_values() {
            self.count(&event);
        }
    }
}

/// In which group a call counts.
pub(super) fn group_key(secret: &str, event: &TrailEvent) -> (Place, GroupKey) {
    let key = GroupKey {
        secret: secret.to_owned(),
        actor: event.actor.clone(),
        event: event.name.clone(),
        outcome: event.outcome,
        error: event.error.clone(),
        via: event.via,
    };
    (Place::of(secret, event), key)
}

impl Totals {
    fn new(time: Timestamp) -> Self {
        Self {
            hours: BTreeMap::new(),
            first: time,
            last: time,
            sources: BTreeSet::new(),
            sessions: BTreeSet::new(),
            versions: BTreeMap::new(),
            reasons: BTreeSet::new(),
        }
    }

    fn count(&mut self, event: &TrailEvent) {
        self.first = self.first.min(event.time);
        self.last = self.last.max(event.time);
        *self.hours.entry(hour(event.time)).or_default() += 1;
        self.sources.extend((!event.source.is_empty()).then(|| event.source.clone()));
        self.sessions.extend((!event.session.is_empty()).then(|| event.session.clone()));
        if let Some(version) = &event.version {
            let last = self.versions.entry(version.clone()).or_insert(event.time);
            *last = event.time.max(*last);
        }
        if event.outcome == Outcome::Refused {
            self.reasons.extend(event.message.as_deref().map(refusal::reason));
        }
    }
}

/// The UTC hour of an instant, as `YYYY-MM-DDTHH`.
pub(super) fn hour(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H").to_string()
}

fn lifecycle(event: &TrailEvent, secret: String) -> LifecycleEvent {
    LifecycleEvent {
        time: event.time,
        event: event.name.clone(),
        secret,
        actor: event.actor.clone(),
        session: event.session.clone(),
        outcome: event.outcome,
        error: event.error.clone(),
        message: event.message.clone(),
        console: event.console,
        forced: event.forced,
        recovery_days: event.recovery_days,
        catch_all: event.catch_all,
        id: event.id.clone(),
    }
}

/// One group as snapshots hold it.
pub(super) fn access_group(key: GroupKey, totals: Totals) -> AccessGroup {
    let GroupKey { secret, actor, event, outcome, error, via } = key;
    let Totals { hours, first, last, sources, sessions, versions, reasons } = totals;
    AccessGroup {
        secret,
        actor,
        event,
        outcome,
        error,
        via,
        count: hours.values().sum(),
        first,
        last,
        hours,
        sources,
        sessions,
        versions,
        reasons,
    }
}
