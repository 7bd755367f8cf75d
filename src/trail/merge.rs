//! Counts of several sources that may have seen the same calls.
//!
//! Events are told apart by their ids, wherever they come from. A source that has counted by itself has no ids to tell
//! them by, so its counts and those of the others are compared hour by hour: for each secret, principal, event and outcome
//! the source that saw more in an hour is believed for that hour, and the others are not added to it. So nothing is
//! counted twice; where two sources each saw calls of the same hour that the other did not, the count is too low.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::finish::hour_start;
use super::tally::{GroupKey, Place, Totals};
use crate::model::Outcome;

/// Calls that one source has counted.
pub(super) type Groups = BTreeMap<(Place, GroupKey), Totals>;

/// What all sources say alike of one call. The rest of a key may differ: a table without the column of VPC endpoints knows
/// an address in their place.
type Call = (Place, String, String, String, Outcome);

fn call(place: &Place, key: &GroupKey) -> Call {
    let GroupKey { secret, actor, event, outcome, .. } = key;
    (place.clone(), secret.clone(), actor.principal.clone(), event.clone(), *outcome)
}

/// Adds totals to those of the same key, of the same source.
pub(super) fn add(groups: &mut Groups, key: (Place, GroupKey), totals: Totals) {
    let Some(known) = groups.get_mut(&key) else {
        groups.insert(key, totals);
        return;
    };
    for (hour, count) in &totals.hours {
        *known.hours.entry(hour.clone()).or_default() += count;
    }
    describe(known, totals);
}

/// Takes over what is said of calls beside their number.
fn describe(known: &mut Totals, totals: Totals) {
    known.first = known.first.min(totals.first);
    known.last = known.last.max(totals.last);
    known.sources.extend(totals.sources);
    known.sessions.extend(totals.sessions);
    known.reasons.extend(totals.reasons);
    for (version, time) in totals.versions {
        let last = known.versions.entry(version).or_insert(time);
        *last = time.max(*last);
    }
}

/// What all sources say together. Between sources that saw the same number the first is believed.
pub(super) fn together(sources: Vec<Groups>) -> Groups {
    let mut sources: Vec<Groups> = sources.into_iter().filter(|groups| !groups.is_empty()).collect();
    if sources.len() < 2 {
        return sources.pop().unwrap_or_default();
    }
    let best = best(&sources);
    let mut all = Groups::new();
    let mut second = Vec::new();
    for (number, groups) in sources.into_iter().enumerate() {
        for ((place, key), mut totals) in groups {
            let before = totals.hours.len();
            let of_call = best.get(&call(&place, &key));
            totals.hours.retain(|hour, _| of_call.and_then(|hours| hours.get(hour)) == Some(&number));
            if totals.hours.len() == before {
                add(&mut all, (place, key), totals);
            } else {
                second.push(((place, key), totals));
            }
        }
    }
    for (key, mut totals) in second {
        if let Some(known) = all.get_mut(&key) {
            for (hour, count) in std::mem::take(&mut totals.hours) {
                *known.hours.entry(hour).or_default() += count;
            }
            describe(known, totals);
        } else if !totals.hours.is_empty() {
            narrow(&mut totals);
            all.insert(key, totals);
        }
    }
    all
}

/// For each call and hour, the source that saw most.
fn best(sources: &[Groups]) -> BTreeMap<Call, BTreeMap<String, usize>> {
    let mut best: BTreeMap<Call, BTreeMap<String, (u64, usize)>> = BTreeMap::new();
    for (number, groups) in sources.iter().enumerate() {
        let mut seen: BTreeMap<Call, BTreeMap<&String, u64>> = BTreeMap::new();
        for ((place, key), totals) in groups {
            let hours = seen.entry(call(place, key)).or_default();
            for (hour, count) in &totals.hours {
                *hours.entry(hour).or_default() += count;
            }
        }
        for (call, hours) in seen {
            let known = best.entry(call).or_default();
            for (hour, count) in hours {
                let most = known.entry(hour.clone()).or_insert((count, number));
                if count > most.0 {
                    *most = (count, number);
                }
            }
        }
    }
    let sources = |hours: BTreeMap<String, (u64, usize)>| {
        hours.into_iter().map(|(hour, (_, number))| (hour, number)).collect()
    };
    best.into_iter().map(|(call, hours)| (call, sources(hours))).collect()
}

/// Where hours were taken out, first and last are known by the hour only.
pub(super) fn narrow(totals: &mut Totals) {
    let first = totals.hours.keys().next().and_then(|hour| hour_start(hour));
    let last = totals.hours.keys().next_back().and_then(|hour| hour_start(hour));
    let end = |start: Timestamp| start.checked_add(SignedDuration::from_secs(3_599)).unwrap_or(start);
    if let (Some(first), Some(last)) = (first, last) {
        totals.first = totals.first.max(first);
        totals.last = totals.last.min(end(last));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::{AccountId, Region, SourceClass};
    use crate::snapshot::records::Actor;

    fn key(person: Option<bool>, via: SourceClass) -> (Place, GroupKey) {
        let place = Place { account: AccountId::new("111122223333"), region: Region::new("eu-west-1") };
        let actor = Actor {
            principal: "arn:aws:iam::111122223333:role/web".to_owned(),
            identity: "AssumedRole".to_owned(),
            account: None,
            person,
        };
        let key = GroupKey {
            secret: "prod/db".to_owned(),
            actor,
            event: "GetSecretValue".to_owned(),
            outcome: Outcome::Allowed,
            error: None,
            via,
        };
        (place, key)
    }

    fn totals(hours: &[(&str, u64)], source: &str) -> Totals {
        let hours: BTreeMap<String, u64> =
            hours.iter().map(|(hour, count)| (format!("2026-10-01T{hour}"), *count)).collect();
        let (first, last) = (hours.keys().next().unwrap(), hours.keys().next_back().unwrap());
        Totals {
            first: hour_start(first).unwrap(),
            last: hour_start(last).unwrap(),
            hours,
            sources: BTreeSet::from([source.to_owned()]),
            sessions: BTreeSet::new(),
            versions: BTreeMap::new(),
            reasons: BTreeSet::new(),
        }
    }

    /// Hours and counts of each group, in order.
    fn shown(groups: &Groups) -> Vec<String> {
        let hours = |totals: &Totals| -> Vec<String> {
            totals.hours.iter().map(|(hour, count)| format!("{}:{count}", &hour[11..])).collect()
        };
        groups
            .iter()
            .map(|((_, key), totals)| format!("{} {}", key.via.as_str(), hours(totals).join(" ")))
            .collect()
    }

    #[test]
    fn the_source_that_saw_more_in_an_hour_is_believed_for_it() {
        let own = Groups::from([(key(None, SourceClass::Public), totals(&[("01", 3), ("02", 1)], "a"))]);
        let other = Groups::from([(key(None, SourceClass::Public), totals(&[("02", 5), ("03", 2)], "b"))]);
        let all = together(vec![own, other]);
        assert_eq!(shown(&all), ["public 01:3 02:5 03:2"]);
        let totals = all.values().next().unwrap();
        assert_eq!(totals.sources, BTreeSet::from(["a".to_owned(), "b".to_owned()]));
        assert_eq!(
            (totals.first, totals.last),
            (hour_start("2026-10-01T01").unwrap(), hour_start("2026-10-01T03").unwrap())
        );
    }

    /// A table without the column of VPC endpoints, or of what was done in the console.
    #[test]
    fn sources_that_describe_a_call_differently_do_not_count_it_twice() {
        let endpoint =
            Groups::from([(key(Some(true), SourceClass::Endpoint), totals(&[("01", 3)], "vpce-1"))]);
        let address =
            Groups::from([(key(None, SourceClass::Private), totals(&[("01", 3), ("04", 1)], "10.0.0.1"))]);
        let all = together(vec![endpoint, address]);
        assert_eq!(shown(&all), ["private 04:1", "endpoint 01:3"]);
    }

    #[test]
    fn one_source_is_left_as_it_is() {
        let own = Groups::from([(key(None, SourceClass::Public), totals(&[("01", 3)], "a"))]);
        assert_eq!(shown(&together(vec![Groups::new(), own])), ["public 01:3"]);
    }

    #[test]
    fn what_one_source_says_twice_is_added() {
        let mut groups = Groups::new();
        add(&mut groups, key(None, SourceClass::Public), totals(&[("01", 3)], "a"));
        add(&mut groups, key(None, SourceClass::Public), totals(&[("01", 1), ("02", 1)], "b"));
        assert_eq!(shown(&groups), ["public 01:4 02:1"]);
    }
}
