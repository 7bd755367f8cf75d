//! Principals that read secrets or tried to: one row for each.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{History, bare};
use crate::access::TrailAccess;
use crate::model::{AccountId, Gap, Outcome, Region, Resource, ResourceType};
use crate::tables::schema::Group;
use crate::trail::{BATCH, hour_start};

/// What is known of a principal that CloudTrail saw; `None` is "not known".
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CallerRow {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) identity: String,
    pub(crate) audited: bool,
    pub(crate) person: Option<bool>,
    pub(crate) secrets_read: i64,
    pub(crate) secrets_refused: i64,
    pub(crate) busiest_hour_secrets: i64,
    pub(crate) busiest_hour: String,
    pub(crate) days_since_busiest: i64,
    pub(crate) usual_hour_secrets: i64,
    pub(crate) catch_all_batches: i64,
    pub(crate) days_since_catch_all: i64,
    pub(crate) days_since_last: i64,
}

impl CallerRow {
    /// The principal as findings name it.
    pub(in crate::tables) fn resource(&self) -> Resource {
        Resource {
            kind: ResourceType::Principal,
            arn: self.arn.clone(),
            name: self.name.clone(),
            account: AccountId::new(&self.account),
            region: Region::global(),
            second_key: None,
        }
    }
}

/// What was seen of a principal.
#[derive(Default)]
struct Seen<'a> {
    accesses: Vec<&'a TrailAccess<'a>>,
    batches: Vec<Timestamp>,
    account: Option<&'a AccountId>,
    identity: Option<&'a str>,
    person: Option<bool>,
    principal: Option<usize>,
}

/// The rows, by principal, with what explains their NULLs.
pub(in crate::tables) fn rows(history: &History<'_, '_>) -> Vec<(CallerRow, Vec<(Group, Gap)>)> {
    let mut callers: BTreeMap<&str, Seen<'_>> = BTreeMap::new();
    for access in history.accesses() {
        let seen = callers.entry(&access.group.actor.principal).or_default();
        seen.is_of(access.account, &access.group.actor.identity);
        seen.person = seen.person.max(history.person(access));
        seen.principal = seen.principal.or(access.principal);
        seen.accesses.push(access);
    }
    for change in history.changes().filter(|change| change.event.event == BATCH) {
        let seen = callers.entry(&change.event.actor.principal).or_default();
        seen.is_of(change.account, &change.event.actor.identity);
        seen.person = seen.person.max(change.event.actor.person);
        seen.principal = seen.principal.or(change.principal);
        let is_open = change.event.catch_all && change.event.outcome == Outcome::Allowed;
        seen.batches.extend(is_open.then_some(change.event.time));
    }
    callers.into_iter().map(|(principal, seen)| seen.row(history, principal)).collect()
}

impl<'a> Seen<'a> {
    fn is_of(&mut self, account: &'a AccountId, identity: &'a str) {
        self.account.get_or_insert(account);
        self.identity.get_or_insert(identity);
    }

    fn row(self, history: &History<'_, '_>, principal: &str) -> (CallerRow, Vec<(Group, Gap)>) {
        let distinct = |outcome: Outcome| {
            let of = self.accesses.iter().filter(|access| access.group.outcome == outcome);
            count(of.map(|access| history.secret(access)).collect::<BTreeSet<_>>().len())
        };
        let hours = self.hours(history);
        let busiest = hours.iter().max_by_key(|(hour, secrets)| (secrets.len(), std::cmp::Reverse(*hour)));
        let last =
            self.accesses.iter().map(|access| access.group.last).chain(self.batches.iter().copied()).max();
        let of_principal = principal.split(':').nth(4).filter(|account| !account.is_empty());
        let place = self.account.map(AccountId::as_str).unwrap_or_default();
        let gaps = match (self.person, self.account) {
            (None, Some(account)) => {
                vec![(Group::Caller, super::faceless(account, &Region::global(), principal))]
            }
            _ => Vec::new(),
        };
        let row = CallerRow {
            arn: principal.to_owned(),
            name: bare(principal).to_owned(),
            account: of_principal.unwrap_or(place).to_owned(),
            identity: self.identity.unwrap_or_default().to_owned(),
            audited: self.principal.is_some(),
            person: self.person,
            secrets_read: distinct(Outcome::Allowed),
            secrets_refused: distinct(Outcome::Refused),
            busiest_hour_secrets: busiest.map_or(0, |(_, secrets)| count(secrets.len())),
            busiest_hour: busiest.map(|(hour, _)| format!("{hour}:00Z")).unwrap_or_default(),
            days_since_busiest: busiest
                .and_then(|(hour, _)| hour_start(hour))
                .map_or(0, |hour| history.days_since(hour)),
            usual_hour_secrets: usual(&hours, busiest.map(|(hour, _)| *hour)),
            catch_all_batches: count(self.batches.len()),
            days_since_catch_all: self.batches.iter().max().map_or(0, |time| history.days_since(*time)),
            days_since_last: last.map_or(0, |time| history.days_since(time)),
        };
        (row, gaps)
    }

    /// UTC hour to the secrets that were read in it.
    fn hours<'h>(&self, history: &'h History<'_, '_>) -> BTreeMap<&'h str, BTreeSet<&'h str>>
    where
        'a: 'h,
    {
        let mut hours: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for access in self.accesses.iter().filter(|access| access.group.outcome == Outcome::Allowed) {
            for hour in access.group.hours.keys() {
                hours.entry(hour).or_default().insert(history.secret(access));
            }
        }
        hours
    }
}

/// What the principal reads in an hour in which it reads at all: the median of its other hours; 0 where it has none.
fn usual(hours: &BTreeMap<&str, BTreeSet<&str>>, busiest: Option<&str>) -> i64 {
    let others = hours.iter().filter(|(hour, _)| Some(**hour) != busiest);
    let mut sizes: Vec<usize> = others.map(|(_, secrets)| secrets.len()).collect();
    sizes.sort_unstable();
    sizes.get(sizes.len() / 2).copied().map_or(0, count)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
