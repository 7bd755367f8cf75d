//! Joins what names the same secret, and leaves out what stands beside a read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::event::{DECRYPT, EventKind, READ};
use super::merge::{Groups, add, narrow, together};
use super::tally::{GroupKey, Place, Tally, Totals, access_group};
use crate::model::{Arn, TrailCounts, secret_name};
use crate::snapshot::records::{AccessGroup, LifecycleEvent};

/// What the trails say about the secrets of one account and Region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceEvidence {
    /// Who read what, by secret and principal.
    pub accesses: Vec<AccessGroup>,
    /// Changes and rotations, in order.
    pub lifecycle: Vec<LifecycleEvent>,
    /// Records that are no reads.
    pub counts: TrailCounts,
}

/// What the trails say, place by place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// By place.
    pub places: BTreeMap<Place, PlaceEvidence>,
    /// Records that do not say where they belong.
    pub placeless: TrailCounts,
}

impl Tally {
    /// The evidence, joined: names to the one ARN that is known under them, and decryptions and batches to their reads.
    ///
    /// `arns` are further secrets, such as those of an inventory.
    pub fn finish(mut self, arns: impl IntoIterator<Item = String>) -> Evidence {
        self.settle();
        let names = Names::new(self.arns.iter().cloned().chain(arns));
        let counted =
            std::iter::once(std::mem::take(&mut self.groups)).chain(std::mem::take(&mut self.ready));
        let groups = together(counted.map(|groups| names.join_all(groups)).collect());
        let mut lifecycle: BTreeMap<Place, Vec<LifecycleEvent>> = BTreeMap::new();
        for (place, events) in std::mem::take(&mut self.lifecycle) {
            let joined = events.into_iter().map(|event| {
                let secret = names.join(&place, event.secret);
                LifecycleEvent { secret, ..event }
            });
            lifecycle.entry(place.clone()).or_default().extend(joined);
        }
        let beside = Beside::new(&groups, &lifecycle);
        let mut evidence = Evidence { places: BTreeMap::new(), placeless: self.placeless };
        for (place, counts) in self.counts {
            evidence.places.entry(place).or_default().counts = counts;
        }
        for ((place, key), mut totals) in groups {
            let of_place = evidence.places.entry(place).or_default();
            of_place.counts.beside_a_read += beside.take_out(&key, &mut totals);
            if !totals.hours.is_empty() {
                of_place.accesses.push(access_group(key, totals));
            }
        }
        for (place, mut events) in lifecycle {
            events.sort();
            evidence.places.entry(place).or_default().lifecycle = events;
        }
        evidence
    }
}

/// The ARNs that are known, by what callers write in their place.
struct Names {
    arns: BTreeSet<String>,
    by_name: HashMap<(Place, String), BTreeSet<String>>,
}

impl Names {
    fn new(arns: impl Iterator<Item = String>) -> Self {
        // A part of an ARN is a reference like a name.
        let arns: BTreeSet<String> = arns.filter(|arn| secret_name(arn).is_some()).collect();
        let mut by_name: HashMap<(Place, String), BTreeSet<String>> = HashMap::new();
        for arn in &arns {
            if let (Some(place), Some(name)) = (place_of(arn), secret_name(arn)) {
                by_name.entry((place, name.to_owned())).or_default().insert(arn.clone());
            }
        }
        Self { arns, by_name }
    }

    /// The groups of one source, under the ARNs of their secrets.
    fn join_all(&self, groups: Groups) -> Groups {
        let mut joined = Groups::new();
        for ((place, key), totals) in groups {
            let secret = self.join(&place, key.secret);
            add(&mut joined, (place, GroupKey { secret, ..key }), totals);
        }
        joined
    }

    /// The ARN that a text stands for, where exactly one is known; else the text as it is. Of a secret that was made anew
    /// under its old name there are two.
    ///
    /// Source: Secrets Manager User Guide, "Finding a secret from a partial ARN".
    fn join(&self, place: &Place, text: String) -> String {
        if self.arns.contains(&text) {
            return text;
        }
        let resource = text.parse::<Arn>().ok().map(|arn| arn.resource);
        let name = match &resource {
            Some(resource) => resource.strip_prefix("secret:").unwrap_or(resource),
            None => text.as_str(),
        };
        let known = self.by_name.get(&(place.clone(), name.to_owned()));
        match known.map(|arns| (arns.len(), arns.first())) {
            Some((1, Some(arn))) => arn.clone(),
            _ => text,
        }
    }
}

fn place_of(arn: &str) -> Option<Place> {
    let arn: Arn = arn.parse().ok()?;
    Some(Place {
        account: crate::model::AccountId::new(arn.account),
        region: crate::model::Region::new(arn.region),
    })
}

/// A secret and a principal.
type Pair = (String, String);

/// The hours in which a pair read, and those in which it wrote.
struct Beside {
    reads: HashMap<Pair, BTreeSet<i64>>,
    writes: HashMap<Pair, BTreeSet<i64>>,
}

impl Beside {
    fn new(groups: &Groups, lifecycle: &BTreeMap<Place, Vec<LifecycleEvent>>) -> Self {
        let mut reads: HashMap<Pair, BTreeSet<i64>> = HashMap::new();
        for ((_, key), totals) in groups.iter().filter(|((_, key), _)| key.event == READ) {
            let pair = (key.secret.clone(), key.actor.principal.clone());
            reads.entry(pair).or_default().extend(totals.hours.keys().filter_map(|hour| number(hour)));
        }
        let mut writes: HashMap<Pair, BTreeSet<i64>> = HashMap::new();
        for event in lifecycle.values().flatten() {
            let pair = (event.secret.clone(), event.actor.principal.clone());
            writes.entry(pair).or_default().insert(event.time.as_second().div_euclid(3_600));
        }
        Self { reads, writes }
    }

    /// Takes the hours out of a witness that have a read beside them, the hour before and the one behind included since
    /// the two records need not bear the same second; gives the number of calls taken out.
    ///
    /// Writing a value has KMS open the one before it, so a decryption beside a change is no read either.
    fn take_out(&self, key: &GroupKey, totals: &mut Totals) -> u64 {
        let kind = if key.event == DECRYPT { EventKind::Witness } else { EventKind::of(&key.event) };
        if kind != EventKind::Witness {
            return 0;
        }
        let pair = (key.secret.clone(), key.actor.principal.clone());
        let near = |hours: Option<&BTreeSet<i64>>, hour: i64| {
            hours.is_some_and(|hours| hours.range(hour - 1..=hour + 1).next().is_some())
        };
        let is_beside = |hour: i64| {
            near(self.reads.get(&pair), hour) || (key.event == DECRYPT && near(self.writes.get(&pair), hour))
        };
        let before: u64 = totals.hours.values().sum();
        totals.hours.retain(|hour, _| number(hour).is_none_or(|hour| !is_beside(hour)));
        let after: u64 = totals.hours.values().sum();
        if after < before {
            narrow(totals);
        }
        before - after
    }
}

/// The hours since the epoch of `YYYY-MM-DDTHH`.
fn number(hour: &str) -> Option<i64> {
    hour_start(hour).map(|start| start.as_second().div_euclid(3_600))
}

/// The instant at which an hour begins that is written as `YYYY-MM-DDTHH`.
pub fn hour_start(hour: &str) -> Option<Timestamp> {
    format!("{hour}:00:00Z").parse().ok()
}
