//! Ways to pay less: one file for each kind. docs/cost.md says when one is proven, likely or possible.
//!
//! Each finds [`Draft`]s: a sentence with numbers, a command, and what it would change. `net.rs` says what each saves, by
//! itself and on top of those before it. What the evidence does not show is no saving but a remark. To add a kind: a
//! variant of [`SavingKind`], one file here, and one line in [`drafts`].

mod chatty;
mod consolidation;
mod duplicates;
mod keys;
mod net;
mod parameters;
mod replicas;
mod rotation;
mod unused;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use self::net::{Effect, Estate};
use super::facts::{Facts, Placed, SecretFacts};
use crate::model::{Charge, NotJudged, Saving, SavingConfidence, SavingKind, Savings};

/// Days without a read after which a secret counts as unused, and of life before which none does.
const IDLE_DAYS: i64 = super::facts::WINDOW_DAYS;

/// A saving before anybody knows what it comes to.
struct Draft<'a> {
    kind: SavingKind,
    confidence: SavingConfidence,
    /// Where the first thing that it is about lies, and whose it is.
    place: &'a Placed<'a>,
    name: String,
    resources: Vec<&'a str>,
    evidence: Vec<String>,
    warnings: Vec<String>,
    commands: Vec<String>,
    effect: Effect<'a>,
}

/// What the kinds look at.
struct Sight<'a> {
    facts: &'a Facts<'a>,
    /// Which secrets are charged, by their row.
    charged: BTreeSet<usize>,
    /// Replicas by the account, Region and name of their primary.
    replicas: BTreeMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    /// Calls by the secret's row.
    reads: BTreeMap<usize, Vec<&'a super::facts::ReadFacts<'a>>>,
}

impl<'a> Sight<'a> {
    fn new(facts: &'a Facts<'a>, charges: &[Charge]) -> Self {
        let paid: BTreeSet<&str> = charges
            .iter()
            .filter(|charge| !charge.monthly.is_zero())
            .map(|charge| charge.arn.as_str())
            .collect();
        let mut sight =
            Self { facts, charged: BTreeSet::new(), replicas: BTreeMap::new(), reads: BTreeMap::new() };
        for (row, secret) in facts.secrets.iter().enumerate() {
            if paid.contains(secret.place.arn) {
                sight.charged.insert(row);
            }
            if let (Some(true), Some(primary)) = (secret.is_replica, secret.primary_region) {
                let of = (secret.place.account, primary, secret.place.name);
                sight.replicas.entry(of).or_default().push(row);
            }
        }
        for read in &facts.reads {
            if let Some(secret) = read.secret {
                sight.reads.entry(secret).or_default().push(read);
            }
        }
        sight
    }

    /// The secrets that customers made and that are charged; no replicas.
    fn customer(&self) -> impl Iterator<Item = (usize, &'a SecretFacts<'a>)> {
        let secrets = self.facts.secrets.iter().enumerate();
        secrets.filter(|(row, secret)| secret.customer == Some(true) && self.charged.contains(row))
    }

    fn replicas_of<'s>(&'s self, secret: &SecretFacts<'a>) -> &'s [usize] {
        let of = (secret.place.account, secret.place.region, secret.place.name);
        self.replicas.get(&of).map(Vec::as_slice).unwrap_or_default()
    }

    fn reads_of(&self, row: usize) -> &[&'a super::facts::ReadFacts<'a>] {
        self.reads.get(&row).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Every way to pay less, with what it saves.
pub(super) fn savings(facts: &Facts<'_>, charges: &[Charge], monthly_calls: Option<u64>) -> Savings {
    let sight = Sight::new(facts, charges);
    let mut not_judged = BTreeSet::new();
    let drafts = drafts(&sight, &mut not_judged);
    let estate = Estate::new(facts, charges, monthly_calls);
    Savings { list: weighed(drafts, estate, facts), not_judged: not_judged.into_iter().collect() }
}

fn drafts<'a>(sight: &Sight<'a>, not_judged: &mut BTreeSet<NotJudged>) -> Vec<Draft<'a>> {
    let mut drafts = unused::find(sight, not_judged);
    drafts.extend(replicas::find(sight, &removed(&drafts), not_judged));
    drafts.extend(duplicates::find(sight));
    drafts.extend(parameters::find(sight, not_judged));
    drafts.extend(consolidation::find(sight, not_judged));
    drafts.extend(chatty::find(sight, not_judged));
    drafts.extend(rotation::find(sight));
    // Keys last: which of them stand idle depends on the secrets that go.
    drafts.extend(keys::find(sight, &removed(&drafts)));
    drafts
}

/// The secrets that drafts would remove.
fn removed(drafts: &[Draft<'_>]) -> BTreeSet<usize> {
    let removes = drafts.iter().filter_map(|draft| match &draft.effect {
        Effect::Remove(secrets) => Some(secrets),
        _ => None,
    });
    removes.flatten().copied().collect()
}

/// What each comes to: the surest first, then by what has to come before what, then the largest.
fn weighed(drafts: Vec<Draft<'_>>, mut estate: Estate<'_>, facts: &Facts<'_>) -> Vec<Saving> {
    let mut weighed: Vec<(Decimal, Draft<'_>)> =
        drafts.into_iter().map(|draft| (estate.gross(&draft.effect), draft)).collect();
    weighed.retain(|(gross, _)| *gross > Decimal::ZERO);
    weighed.sort_by(|(a_gross, a), (b_gross, b)| {
        let order = |draft: &Draft<'_>| (draft.confidence, draft.effect.phase());
        let ties = || (a.kind, &a.resources, &a.name).cmp(&(b.kind, &b.resources, &b.name));
        order(a).cmp(&order(b)).then_with(|| b_gross.cmp(a_gross)).then_with(ties)
    });
    let mut list: Vec<Saving> = weighed
        .into_iter()
        .map(|(gross, draft)| {
            let net = estate.saves(&draft.effect);
            estate.apply(&draft.effect);
            saving(draft, gross, net, facts)
        })
        .collect();
    list.sort_by(|a, b| a.confidence.cmp(&b.confidence).then_with(|| b.net.cmp(&a.net)));
    list
}

fn saving(draft: Draft<'_>, gross: Decimal, net: Decimal, facts: &Facts<'_>) -> Saving {
    let place = draft.place;
    let currency = facts.lists().find(|list| list.regions.contains(place.region)).map(|list| &list.currency);
    Saving {
        kind: draft.kind,
        confidence: draft.confidence,
        resources: draft.resources.into_iter().map(str::to_owned).collect(),
        name: draft.name,
        account: place.account.to_owned(),
        region: place.region.to_owned(),
        owner: place.owner.to_owned(),
        environment: place.environment.to_owned(),
        evidence: draft.evidence,
        warnings: draft.warnings,
        gross,
        net,
        currency: currency.cloned().unwrap_or_default(),
        commands: draft.commands,
    }
}
