//! Calls for values: one row for each secret, principal, event, outcome, error and class of source.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{History, Named, bare, faceless, listed};
use crate::access::{Asking, TrailAccess};
use crate::model::{AccessLevel, AccountId, Gap, GapCause, Outcome, Region, Resource, ResourceType, date};
use crate::tables::gaps::own_gap;
use crate::tables::schema::Group;
use crate::trail::hour_start;

/// What is known of calls that ended alike; `None` is "not known".
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ReadFacts {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) exists: Option<bool>,
    pub(crate) production: Option<bool>,
    pub(crate) secret_age_days: Option<i64>,
    pub(crate) principal: String,
    pub(crate) principal_name: String,
    pub(crate) principal_account: String,
    pub(crate) identity: String,
    pub(crate) audited: bool,
    pub(crate) person: Option<bool>,
    pub(crate) root: bool,
    pub(crate) by_rotation: Option<bool>,
    pub(crate) can_read: Option<bool>,
    pub(crate) event: String,
    pub(crate) outcome: &'static str,
    pub(crate) error: String,
    pub(crate) reason: String,
    pub(crate) source_class: &'static str,
    pub(crate) sources: String,
    pub(crate) sessions: String,
    pub(crate) count: i64,
    pub(crate) first_on: String,
    pub(crate) last_on: String,
    pub(crate) days_since_first: i64,
    pub(crate) days_since_last: i64,
    pub(crate) leads: bool,
    pub(crate) all_count: i64,
    pub(crate) all_by_day: String,
    pub(crate) all_days_since_first: i64,
    pub(crate) all_days_since_last: i64,
    pub(crate) all_sources: String,
    pub(crate) trail_days: i64,
}

impl ReadFacts {
    /// The secret as findings name it, with what sets these calls apart.
    pub(in crate::tables) fn resource(&self) -> Resource {
        let apart = [self.principal.as_str(), &self.event, self.outcome, &self.error, self.source_class];
        Resource {
            kind: ResourceType::Secret,
            arn: self.arn.clone(),
            name: format!("{} by {}", self.name, self.principal_name),
            account: AccountId::new(&self.account),
            region: Region::new(&self.region),
            second_key: Some(apart.join(" ")),
        }
    }
}

/// Calls of one principal for one secret with one outcome, whatever the event, the error and the source.
type Pair<'a> = (&'a AccountId, &'a Region, &'a str, &'a str, Outcome);

/// What such calls come to.
#[derive(Default)]
struct Together {
    count: i64,
    span: Option<(Timestamp, Timestamp)>,
    by_day: BTreeMap<i64, i64>,
    sources: std::collections::BTreeSet<String>,
}

/// The rows, by place, secret and principal, with what explains their NULLs.
pub(in crate::tables) fn rows(history: &History<'_, '_>) -> Vec<(ReadFacts, Vec<(Group, Gap)>)> {
    let mut pairs: BTreeMap<Pair<'_>, Together> = BTreeMap::new();
    for access in history.accesses() {
        pairs.entry(pair(history, access)).or_default().add(history, access);
    }
    let mut led: Option<Pair<'_>> = None;
    let mut ordered: Vec<&TrailAccess<'_>> = history.accesses().collect();
    let order = |access: &'_ TrailAccess<'_>| {
        let group = access.group;
        (group.event.clone(), group.error.clone(), group.via)
    };
    ordered.sort_by(|a, b| pair(history, a).cmp(&pair(history, b)).then_with(|| order(a).cmp(&order(b))));
    ordered
        .into_iter()
        .map(|access| {
            let of = pair(history, access);
            let leads = led != Some(of);
            led = Some(of);
            row(history, access, pairs.get(&of), leads)
        })
        .collect()
}

fn pair<'a>(history: &'a History<'_, '_>, access: &'a TrailAccess<'_>) -> Pair<'a> {
    let group = access.group;
    (access.account, access.region, history.secret(access), &group.actor.principal, group.outcome)
}

impl Together {
    fn add(&mut self, history: &History<'_, '_>, access: &TrailAccess<'_>) {
        let group = access.group;
        self.count += i64::try_from(group.count).unwrap_or(i64::MAX);
        let (first, last) = self.span.unwrap_or((group.first, group.last));
        self.span = Some((first.min(group.first), last.max(group.last)));
        for (hour, count) in &group.hours {
            let days = hour_start(hour).map_or(0, |start| history.days_since(start));
            *self.by_day.entry(days).or_default() += i64::try_from(*count).unwrap_or(i64::MAX);
        }
        self.sources.extend(group.sources.iter().cloned());
    }
}

fn row(
    history: &History<'_, '_>,
    access: &TrailAccess<'_>,
    together: Option<&Together>,
    leads: bool,
) -> (ReadFacts, Vec<(Group, Gap)>) {
    let (group, place) = (access.group, (access.account, access.region));
    let named = Named::new(history, place, access.secret, &group.secret);
    let person = history.person(access);
    let seen = history.did.seen(access.account, access.region);
    let nothing = Together::default();
    let together = together.unwrap_or(&nothing);
    let (first, last) = together.span.unwrap_or((group.first, group.last));
    let mut gaps: Vec<(Group, Gap)> = named.gaps.iter().map(|gap| (Group::Inventory, gap.clone())).collect();
    gaps.extend(seen.gaps.iter().map(|gap| (Group::History, gap.clone())));
    if person.is_none() {
        gaps.push((Group::Caller, faceless(access.account, access.region, &group.actor.principal)));
    }
    if access.by_rotation.is_none() {
        let region = history.context.region(access.account, access.region);
        let functions = region.into_iter().flat_map(|region| region.data.functions.gaps.iter());
        gaps.extend(functions.map(|gap| (Group::Function, gap.clone())));
    }
    let can_read = can_read(history, access);
    if can_read.is_none() {
        gaps.push((Group::Access, unjudged(access, &named.arn)));
    }
    let facts = ReadFacts {
        arn: named.arn,
        name: named.name,
        account: access.account.to_string(),
        region: access.region.to_string(),
        exists: named.exists,
        production: named.production,
        secret_age_days: named.age_days,
        principal: group.actor.principal.clone(),
        principal_name: bare(&group.actor.principal).to_owned(),
        principal_account: group.actor.account.clone().unwrap_or_default(),
        identity: group.actor.identity.clone(),
        audited: access.principal.is_some(),
        person,
        root: group.actor.identity == "Root",
        by_rotation: access.by_rotation,
        can_read,
        event: group.event.clone(),
        outcome: group.outcome.as_str(),
        error: group.error.clone().unwrap_or_default(),
        reason: listed(&group.reasons),
        source_class: group.via.as_str(),
        sources: listed(&group.sources),
        sessions: listed(&group.sessions),
        count: i64::try_from(group.count).unwrap_or(i64::MAX),
        first_on: date(group.first),
        last_on: date(group.last),
        days_since_first: history.days_since(group.first),
        days_since_last: history.days_since(group.last),
        leads,
        all_count: together.count,
        all_by_day: by_day(&together.by_day),
        all_days_since_first: history.days_since(first),
        all_days_since_last: history.days_since(last),
        all_sources: listed(&together.sources),
        trail_days: seen.days,
    };
    (facts, gaps)
}

/// Whether the principal can read the secret today; known where both are there and no policy is out of sight.
fn can_read(history: &History<'_, '_>, access: &TrailAccess<'_>) -> Option<bool> {
    let principal = history.estate.principals.get(access.principal?)?;
    let secret = history.estate.secrets.get(access.secret?)?;
    let answer = Asking::new(history.estate, principal).answer(secret, AccessLevel::Read);
    match (answer.is_possible(), answer.rests_on_unread) {
        (true, true) => None,
        (possible, _) => Some(possible),
    }
}

fn unjudged(access: &TrailAccess<'_>, arn: &str) -> Gap {
    let message = "the policies of the caller or of the secret are out of sight, or one of the two is gone";
    own_gap(GapCause::NotCarried, Group::Access.call(), (access.account, access.region), arn, message)
}

/// Days ago to the number of calls, as the macro `count_within` reads it: `0:3,12:1`.
fn by_day(days: &BTreeMap<i64, i64>) -> String {
    days.iter().map(|(days, count)| format!("{days}:{count}")).collect::<Vec<_>>().join(",")
}
