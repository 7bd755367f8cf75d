//! What savings come to together, with nothing counted twice.
//!
//! An [`Estate`] is what money depends on, and nothing else. A saving is a change of it, and saves what the estate costs
//! less: alone ([`Estate::gross`]), or after the savings that come before it ([`Estate::saves`]). So the sum of the second
//! is the difference between the estate before and after all of them, whichever overlap.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::cost::facts::Facts;
use crate::cost::lines::decryptions;
use crate::cost::prices::PriceList;
use crate::cost::tiers::Tiers;
use crate::model::Charge;

/// KMS prices are for so many requests.
const REQUESTS: u32 = 10_000;

/// What a saving changes. Secrets and keys are rows of the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect<'a> {
    /// Secrets and replicas go, and with them every call for them.
    Remove(Vec<usize>),
    /// A principal's calls for a secret fall to so many in a month.
    Calls {
        /// The secret.
        secret: usize,
        /// Who calls.
        principal: &'a str,
        /// What is left.
        left: Decimal,
    },
    /// Of those secrets that are still there only one stays, which is asked instead of all.
    Merge(Vec<usize>),
    /// A key goes if no live secret uses it any more.
    RemoveKey(usize),
    /// Of those keys that are still there only the dearest stays.
    MergeKeys(Vec<usize>),
}

impl Effect<'_> {
    /// What comes before what, where savings are equally sure: keys last, since it depends on their secrets.
    pub(super) fn phase(&self) -> u8 {
        match self {
            Self::Remove(_) => 0,
            Self::Calls { .. } => 1,
            Self::Merge(_) => 2,
            Self::RemoveKey(_) => 3,
            Self::MergeKeys(_) => 4,
        }
    }
}

/// Calls of one principal for one secret in a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Asks {
    calls: Decimal,
    requests: Decimal,
}

/// A secret that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kept<'a> {
    price: Decimal,
    call: Decimal,
    /// The prices of KMS that hold for it.
    kms: usize,
    asks: BTreeMap<&'a str, Asks>,
    key: Option<usize>,
}

/// What money depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Estate<'a> {
    secrets: BTreeMap<usize, Kept<'a>>,
    keys: BTreeMap<usize, Decimal>,
    /// Key to the secrets that keep it in use.
    users: BTreeMap<usize, BTreeSet<usize>>,
    /// Prices of KMS with the requests of a month that share them, and with them what is free.
    kms: Vec<(&'a Tiers, Decimal)>,
}

impl<'a> Estate<'a> {
    /// The estate of today. Where somebody says that there are fewer calls than the trail shows, each counts for less.
    pub(super) fn new(facts: &'a Facts<'a>, charges: &[Charge], monthly_calls: Option<u64>) -> Self {
        let mut estate = Self::default();
        let keys: BTreeMap<&str, usize> =
            facts.keys.iter().enumerate().map(|(row, key)| (key.place.arn, row)).collect();
        estate.keys = facts
            .keys
            .iter()
            .enumerate()
            .map(|(row, key)| (row, key.list.prices.customer_key_month))
            .collect();
        let prices: BTreeMap<&str, Decimal> =
            charges.iter().map(|charge| (charge.arn.as_str(), charge.monthly)).collect();
        for (row, secret) in facts.secrets.iter().enumerate() {
            let Some(list) = secret.list else { continue };
            let key = secret.key_arn.and_then(|key| keys.get(key)).copied();
            if let Some(key) = key.filter(|_| secret.pending != Some(true)) {
                estate.users.entry(key).or_default().insert(row);
            }
            let price = prices.get(secret.place.arn).copied().unwrap_or_default();
            let kms = estate.kms_of(list);
            let kept = Kept { price, call: list.api_call(), kms, asks: BTreeMap::new(), key };
            estate.secrets.insert(row, kept);
        }
        estate.ask(facts, scale(charges, monthly_calls));
        estate
    }

    fn kms_of(&mut self, list: &'a PriceList) -> usize {
        let tiers = &list.prices.kms_requests_10k;
        let known = self.kms.iter().position(|(known, _)| *known == tiers);
        known.unwrap_or_else(|| {
            self.kms.push((tiers, Decimal::ZERO));
            self.kms.len() - 1
        })
    }

    fn ask(&mut self, facts: &'a Facts<'a>, scale: Decimal) {
        let under_key = decryptions(facts);
        for read in &facts.reads {
            let Some(row) = read.secret else { continue };
            let Some(kept) = self.secrets.get_mut(&row) else { continue };
            let asks = kept.asks.entry(read.principal).or_default();
            asks.calls += (read.monthly() * scale).floor();
            if read.allowed && under_key.contains_key(&row) {
                asks.requests += read.monthly();
                if let Some((_, requests)) = self.kms.get_mut(kept.kms) {
                    *requests += read.monthly();
                }
            }
        }
    }

    /// What a change saves on the estate of today, with whatever it needs.
    pub(super) fn gross(&self, effect: &Effect<'_>) -> Decimal {
        match effect {
            Effect::RemoveKey(key) => self.keys.get(key).copied().unwrap_or_default(),
            other => self.saves(other),
        }
    }

    /// What a change saves in a month.
    pub(super) fn saves(&self, effect: &Effect<'_>) -> Decimal {
        match effect {
            Effect::Remove(secrets) => self.removal(secrets),
            Effect::Calls { secret, principal, left } => {
                let Some(kept) = self.secrets.get(secret) else { return Decimal::ZERO };
                let (calls, requests) = surplus(kept, principal, *left);
                calls * kept.call + self.requests_saved(&BTreeMap::from([(kept.kms, requests)]))
            }
            Effect::Merge(secrets) => {
                let alive = secrets.iter().filter_map(|row| self.secrets.get(row));
                all_but_dearest(alive.map(|kept| kept.price).filter(|price| !price.is_zero()))
            }
            Effect::RemoveKey(key) if self.is_idle(*key) => self.keys.get(key).copied().unwrap_or_default(),
            Effect::RemoveKey(_) => Decimal::ZERO,
            Effect::MergeKeys(keys) => {
                all_but_dearest(keys.iter().filter_map(|key| self.keys.get(key)).copied())
            }
        }
    }

    /// Makes a change.
    pub(super) fn apply(&mut self, effect: &Effect<'_>) {
        match effect {
            Effect::Remove(secrets) => secrets.iter().for_each(|row| self.remove(*row)),
            Effect::Calls { secret, principal, left } => self.quieten(*secret, principal, *left),
            Effect::Merge(secrets) => self.merge(secrets),
            Effect::RemoveKey(key) if self.is_idle(*key) => drop(self.keys.remove(key)),
            Effect::RemoveKey(_) => {}
            Effect::MergeKeys(keys) => self.merge_keys(keys),
        }
    }

    fn is_idle(&self, key: usize) -> bool {
        self.users.get(&key).is_none_or(BTreeSet::is_empty)
    }

    fn removal(&self, secrets: &[usize]) -> Decimal {
        let rows: BTreeSet<usize> = secrets.iter().copied().collect();
        let mut requests: BTreeMap<usize, Decimal> = BTreeMap::new();
        let mut saved = Decimal::ZERO;
        for kept in rows.iter().filter_map(|row| self.secrets.get(row)) {
            let calls: Decimal = kept.asks.values().map(|asks| asks.calls).sum();
            saved += kept.price + calls * kept.call;
            *requests.entry(kept.kms).or_default() +=
                kept.asks.values().map(|asks| asks.requests).sum::<Decimal>();
        }
        saved + self.requests_saved(&requests)
    }

    /// What so many requests less save, by the prices that hold for them.
    fn requests_saved(&self, fewer: &BTreeMap<usize, Decimal>) -> Decimal {
        let saved = fewer.iter().filter_map(|(at, fewer)| {
            let (tiers, requests) = self.kms.get(*at)?;
            Some(tiers.cost(*requests) - tiers.cost(*requests - fewer))
        });
        saved.sum::<Decimal>() / Decimal::from(REQUESTS)
    }

    fn remove(&mut self, row: usize) {
        let Some(kept) = self.secrets.remove(&row) else { return };
        self.release(row, &kept);
        let requests: Decimal = kept.asks.values().map(|asks| asks.requests).sum();
        self.fewer_requests(kept.kms, requests);
    }

    fn release(&mut self, row: usize, kept: &Kept<'_>) {
        if let Some(users) = kept.key.and_then(|key| self.users.get_mut(&key)) {
            users.remove(&row);
        }
    }

    fn fewer_requests(&mut self, kms: usize, fewer: Decimal) {
        if let Some((_, requests)) = self.kms.get_mut(kms) {
            *requests -= fewer;
        }
    }

    fn quieten(&mut self, secret: usize, principal: &str, left: Decimal) {
        let Some(kept) = self.secrets.get_mut(&secret) else { return };
        let (calls, requests) = surplus(kept, principal, left);
        if let Some(asks) = kept.asks.get_mut(principal) {
            asks.calls -= calls;
            asks.requests -= requests;
        }
        let kms = kept.kms;
        self.fewer_requests(kms, requests);
    }

    /// The dearest stays; the others are asked under its name, so their calls stay, too.
    fn merge(&mut self, secrets: &[usize]) {
        let alive: Vec<usize> = secrets.iter().copied().filter(|row| self.is_paid(*row)).collect();
        let price = |row: &usize| self.secrets.get(row).map(|kept| kept.price);
        let Some(stays) = alive.iter().copied().max_by_key(|row| price(row)) else { return };
        for row in alive.into_iter().filter(|row| *row != stays) {
            if let Some(kept) = self.secrets.get_mut(&row) {
                kept.price = Decimal::ZERO;
            }
        }
    }

    fn is_paid(&self, row: usize) -> bool {
        self.secrets.get(&row).is_some_and(|kept| !kept.price.is_zero())
    }

    fn merge_keys(&mut self, keys: &[usize]) {
        let alive: Vec<usize> = keys.iter().copied().filter(|key| self.keys.contains_key(key)).collect();
        let Some(stays) = alive.iter().copied().max_by_key(|key| self.keys.get(key)) else { return };
        for key in alive.into_iter().filter(|key| *key != stays) {
            self.keys.remove(&key);
        }
    }
}

/// Calls and requests above what is left.
fn surplus(kept: &Kept<'_>, principal: &str, left: Decimal) -> (Decimal, Decimal) {
    let asks = kept.asks.get(principal).copied().unwrap_or_default();
    let above = |number: Decimal| (number - left).max(Decimal::ZERO);
    (above(asks.calls), above(asks.requests))
}

/// The sum without its largest part.
fn all_but_dearest(prices: impl Iterator<Item = Decimal>) -> Decimal {
    let (sum, dearest) = prices
        .fold((Decimal::ZERO, Decimal::ZERO), |(sum, dearest), price| (sum + price, dearest.max(price)));
    sum - dearest
}

/// The share of the calls that the trail shows which counts.
fn scale(charges: &[Charge], monthly_calls: Option<u64>) -> Decimal {
    let shown: Decimal = charges.iter().filter_map(|charge| charge.calls).sum();
    match monthly_calls.map(Decimal::from) {
        Some(told) if told < shown => told / shown,
        _ => Decimal::ONE,
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// What is drawn: secrets with the price in cents, the key, and calls by two principals.
    type Drawn = (Vec<(u32, Option<usize>, u32, u32)>, Vec<u32>);

    const WHO: [&str; 2] = ["api", "worker"];

    fn tiers() -> &'static Tiers {
        static TIERS: std::sync::OnceLock<Tiers> = std::sync::OnceLock::new();
        TIERS.get_or_init(|| {
            serde_json::from_str(r#"[{"from": "0", "price": "0"}, {"from": "20000", "price": "0.03"}]"#)
                .unwrap()
        })
    }

    fn estate((secrets, keys): &Drawn) -> Estate<'static> {
        let mut estate = Estate { kms: vec![(tiers(), Decimal::ZERO)], ..Estate::default() };
        estate.keys =
            keys.iter().enumerate().map(|(key, cents)| (key, Decimal::new((*cents).into(), 2))).collect();
        for (row, (cents, key, api, worker)) in secrets.iter().enumerate() {
            let key = key.filter(|key| *key < keys.len());
            let asks = |calls: u32| {
                let calls = Decimal::from(calls);
                Asks { calls, requests: if key.is_some() { calls } else { Decimal::ZERO } }
            };
            let asks = BTreeMap::from([(WHO[0], asks(*api)), (WHO[1], asks(*worker))]);
            estate.kms[0].1 += asks.values().map(|asks| asks.requests).sum::<Decimal>();
            if let Some(key) = key {
                estate.users.entry(key).or_default().insert(row);
            }
            let (price, call) = (Decimal::new((*cents).into(), 2), Decimal::new(5, 6));
            estate.secrets.insert(row, Kept { price, call, kms: 0, asks, key });
        }
        estate
    }

    /// What an estate costs, counted from nothing.
    fn cost(estate: &Estate<'_>) -> Decimal {
        let kept = estate.secrets.values();
        let calls = kept.clone().flat_map(|kept| kept.asks.values().map(|asks| asks.calls * kept.call));
        let requests: Decimal =
            kept.clone().flat_map(|kept| kept.asks.values().map(|asks| asks.requests)).sum();
        let stored: Decimal = kept.map(|kept| kept.price).sum();
        let keys: Decimal = estate.keys.values().sum();
        stored + calls.sum::<Decimal>() + keys + tiers().cost(requests) / Decimal::from(REQUESTS)
    }

    /// The estate after all changes, by hand: sets of what goes, whatever the order of the changes.
    fn after(before: &Estate<'static>, effects: &[Effect<'static>]) -> Estate<'static> {
        let mut left = before.clone();
        for effect in effects {
            if let Effect::Remove(rows) = effect {
                rows.iter().for_each(|row| drop(left.secrets.remove(row)));
            }
        }
        for effect in effects {
            if let Effect::Calls { secret, principal, left: most } = effect
                && let Some(asks) = left.secrets.get_mut(secret).and_then(|kept| kept.asks.get_mut(principal))
            {
                asks.calls = asks.calls.min(*most);
                asks.requests = asks.requests.min(*most);
            }
        }
        for effect in effects {
            if let Effect::Merge(rows) = effect {
                let paid = rows.iter().filter(|row| before.is_paid(**row) && left.secrets.contains_key(row));
                let dearest = paid.copied().max_by_key(|row| before.secrets[row].price);
                for row in rows.iter().filter(|row| Some(**row) != dearest) {
                    left.secrets.entry(*row).and_modify(|kept| kept.price = Decimal::ZERO);
                }
            }
        }
        for effect in effects {
            if let Effect::RemoveKey(key) = effect
                && !left.secrets.values().any(|kept| kept.key == Some(*key))
            {
                left.keys.remove(key);
            }
        }
        for effect in effects {
            if let Effect::MergeKeys(keys) = effect {
                let dearest = keys.iter().filter(|key| left.keys.contains_key(key)).copied();
                let dearest = dearest.max_by_key(|key| before.keys[key]);
                left.keys.retain(|key, _| !keys.contains(key) || Some(*key) == dearest);
            }
        }
        left
    }

    fn effect() -> impl Strategy<Value = Effect<'static>> {
        prop_oneof![
            vec(0_usize..8, 1..4).prop_map(Effect::Remove),
            (0_usize..8, 0_usize..2, 0_u32..60_000).prop_map(|(secret, who, left)| Effect::Calls {
                secret,
                principal: WHO[who],
                left: left.into()
            }),
            (0_usize..4).prop_map(Effect::RemoveKey),
        ]
    }

    /// Changes in the order in which they are weighed. Groups that are merged share no member.
    fn effects() -> impl Strategy<Value = Vec<Effect<'static>>> {
        let merges = (0_usize..=8, any::<bool>(), any::<bool>());
        (vec(effect(), 0..12), merges).prop_map(|(mut effects, (cut, merge, keys))| {
            if merge {
                effects.push(Effect::Merge((0..cut).collect()));
                effects.push(Effect::Merge((cut..8).collect()));
            }
            if keys {
                effects.push(Effect::MergeKeys((0..4).collect()));
            }
            effects.sort_by_key(Effect::phase);
            effects
        })
    }

    fn drawn() -> impl Strategy<Value = Drawn> {
        let secret = (0_u32..100, proptest::option::of(0_usize..4), 0_u32..50_000, 0_u32..50_000);
        (vec(secret, 8), vec(1_u32..300, 4))
    }

    proptest! {
        #[test]
        fn the_sum_is_what_one_really_saves(drawn in drawn(), effects in effects()) {
            let before = estate(&drawn);
            let mut now = before.clone();
            let mut net = Decimal::ZERO;
            for effect in &effects {
                let saved = now.saves(effect);
                prop_assert!(saved >= Decimal::ZERO);
                let cost_before = cost(&now);
                now.apply(effect);
                prop_assert_eq!(saved, cost_before - cost(&now), "{:?}", effect);
                net += saved;
            }
            prop_assert_eq!(net, cost(&before) - cost(&after(&before, &effects)));
            prop_assert!(net <= cost(&before));
        }

        #[test]
        fn saving_twice_saves_once(drawn in drawn(), effects in effects()) {
            let mut estate = estate(&drawn);
            for effect in &effects {
                estate.apply(effect);
            }
            for effect in &effects {
                prop_assert_eq!(estate.saves(effect), Decimal::ZERO, "{:?}", effect);
            }
        }
    }

    #[test]
    fn overlaps_count_once() {
        let secrets = vec![(40, Some(0), 30_000, 0), (40, Some(0), 0, 0), (40, None, 10_000, 0)];
        let mut estate = estate(&(secrets, vec![100]));
        let cases = [
            (Effect::Remove(vec![2]), "0.45", "its price and its calls"),
            (Effect::Remove(vec![2, 2]), "0", "it is gone"),
            (
                Effect::Calls { secret: 0, principal: WHO[0], left: 10_000.into() },
                "0.13",
                "KMS above what is free",
            ),
            (Effect::Calls { secret: 2, principal: WHO[0], left: 0.into() }, "0", "of a secret that is gone"),
            (Effect::RemoveKey(0), "0", "secrets use it"),
            (Effect::Merge(vec![0, 1, 2]), "0.40", "of the two that are left"),
            (Effect::Remove(vec![0, 1]), "0.45", "the one that is paid, and the calls that are left"),
            (Effect::RemoveKey(0), "1.00", "nothing uses it now"),
        ];
        for (effect, expected, what) in cases {
            assert_eq!(estate.saves(&effect), expected.parse().unwrap(), "{what}");
            estate.apply(&effect);
        }
        assert_eq!(cost(&estate), Decimal::ZERO);
    }
}
