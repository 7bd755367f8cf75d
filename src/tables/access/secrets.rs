//! Who can read and change each secret.

use std::collections::{BTreeMap, BTreeSet};

use super::{Sight, organization_gaps, principal_gaps};
use crate::access::{Answer, Asking, Attached, Principal, is_administrator};
use crate::access::{Estate, KeyNode, SecretNode};
use crate::model::{AccessLevel, Gap, GapCause, PrincipalType, Related, Settings};
use crate::policy::{Effect, Naming};
use crate::tables::context::{AccountContext, Answer as Heard, Context, RegionContext};
use crate::tables::gaps::own_gap;
use crate::tables::schema::Group;
use crate::tables::secrets::SecretFacts;

/// What the matrix says of one secret.
#[derive(Clone, Default)]
struct Tally {
    min: i64,
    max: i64,
    reads: Possible,
    changes: Possible,
    outside: BTreeSet<String>,
    without_key: BTreeSet<String>,
    /// Whether somebody from outside may read if a policy that is out of sight says so.
    outside_perhaps: bool,
    /// Whether somebody who is let in by name may lack the key, which is out of sight.
    without_key_perhaps: bool,
    /// Some readers, those from outside first.
    readers: Vec<String>,
}

/// How many readers a finding draws.
const DRAWN: usize = 3;

/// Whether something is possible for anybody.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Possible {
    #[default]
    No,
    /// Only if policies that are out of sight say so.
    Perhaps,
    Yes,
}

impl Possible {
    fn of(answer: Answer) -> Self {
        match (answer.is_possible(), answer.rests_on_unread) {
            (false, _) => Self::No,
            (true, true) => Self::Perhaps,
            (true, false) => Self::Yes,
        }
    }
}

/// Fills in the facts about access; they stand in the order of the estate's secrets.
pub(in crate::tables) fn fill(sight: &Sight<'_, '_>, context: &Context<'_>, facts: &mut [SecretFacts]) {
    let tallies = tallies(sight, context.settings);
    let mut facts = facts.iter_mut();
    let mut nodes = sight.estate.secrets.iter().zip(tallies);
    for account in &context.accounts {
        for region in account.regions.values() {
            for _ in &region.data.secrets.records {
                if let (Some(facts), Some((secret, tally))) = (facts.next(), nodes.next()) {
                    one(sight, account, region, (secret, tally), facts);
                }
            }
        }
    }
}

fn tallies(sight: &Sight<'_, '_>, settings: &Settings) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); sight.estate.secrets.len()];
    for class in &sight.matrix.classes {
        let members: Vec<&Principal> =
            class.principals.iter().filter_map(|place| sight.estate.principals.get(*place)).collect();
        let Some(first) = members.first() else { continue };
        let counts = first.kind != PrincipalType::Anyone && !is_administrator(sight.estate, first);
        let many = i64::try_from(members.len()).unwrap_or(i64::MAX);
        for block in class.blocks.iter() {
            let read = block.powers.at(AccessLevel::Read);
            let (reads, changes) =
                (Possible::of(read), Possible::of(block.powers.at(AccessLevel::Permissions)));
            for place in block.secrets.iter() {
                let Some(tally) = tallies.get_mut(place) else { continue };
                tally.reads = tally.reads.max(reads);
                tally.changes = tally.changes.max(changes);
                if counts && reads != Possible::No {
                    let some = members.iter().take(DRAWN.saturating_sub(tally.readers.len()));
                    tally.readers.extend(some.map(|principal| principal.arn.clone()));
                    tally.max += many;
                    tally.min += if reads == Possible::Yes { many } else { 0 };
                }
                if first.kind == PrincipalType::Outside && reads != Possible::No {
                    let is_foreign = is_foreign(sight.estate, first, place, settings);
                    tally.outside_perhaps |= is_foreign && reads == Possible::Perhaps;
                    tally.outside.extend((is_foreign && reads == Possible::Yes).then(|| first.arn.clone()));
                }
                if block.powers.key_refuses || reads == Possible::Perhaps {
                    let mut named = members.iter().filter(|principal| names(sight.estate, principal, place));
                    if block.powers.key_refuses {
                        tally.without_key.extend(named.map(|principal| principal.arn.clone()));
                    } else {
                        tally.without_key_perhaps |= named.next().is_some();
                    }
                }
            }
        }
    }
    tallies
}

/// Whether a principal's account is neither of the secret's organization nor trusted.
fn is_foreign(estate: &Estate<'_>, principal: &Principal, place: usize, settings: &Settings) -> bool {
    let (Some(account), Some(secret)) = (&principal.account, estate.secrets.get(place)) else { return false };
    let is_trusted = settings.trusted_accounts.iter().any(|known| known == account.as_str());
    !is_trusted && estate.is_same_organization(account.as_str(), secret.account) != Some(true)
}

/// Whether a policy of the principal, or of the secret, names the one by the other's name.
fn names(estate: &Estate<'_>, principal: &Principal, place: usize) -> bool {
    let Some(secret) = estate.secrets.get(place) else { return false };
    let own = principal.identity.iter().flat_map(|held| held.policy.statements());
    let by_name = own.into_iter().filter(|statement| {
        statement.effect == Effect::Allow && statement.covers_action("secretsmanager:getsecretvalue")
    });
    let prefix = format!("secret:{}-", secret.record.name);
    let names_secret = by_name
        .flat_map(|statement| statement.resource_patterns())
        .any(|pattern| pattern.resource_prefix().starts_with(&prefix));
    let policy = secret.policy.policy().into_iter().flat_map(|policy| policy.statements());
    let reading = policy.filter(|statement| {
        statement.effect == Effect::Allow && statement.covers_action("secretsmanager:getsecretvalue")
    });
    let names_principal = reading.filter_map(|statement| statement.principals.as_ref()).any(|principals| {
        let naming = principals.naming(&principal.caller);
        matches!(naming, Some(Naming::Parent | Naming::Direct))
    });
    names_secret || names_principal
}

fn one<'a>(
    sight: &Sight<'_, '_>,
    account: &AccountContext<'_>,
    region: &RegionContext<'a>,
    (secret, tally): (&SecretNode<'_>, Tally),
    facts: &mut SecretFacts,
) {
    let unseen = Unseen::of(sight, account, region, secret);
    let access = &mut facts.access;
    access.unless = sight.unless(secret.account.as_str());
    access.readers_min = Some(tally.min);
    access.readers_max = unseen.is_bounded().then_some(tally.max);
    access.readers = access.readers_max.filter(|max| *max == tally.min);
    // Where outsiders read, they are the news.
    let readers: Vec<&String> = tally.readers.iter().collect();
    let drawn: Vec<&String> =
        if tally.outside.is_empty() { readers } else { tally.outside.iter().take(DRAWN).collect() };
    access.related = drawn.into_iter().map(|arn| Related::Principal(arn.clone())).collect();
    // Who certainly reads is enough for a failure; what is out of sight may add others.
    let lists_known = unseen.policy.is_empty() && !(tally.outside.is_empty() && tally.outside_perhaps);
    access.outside_accounts =
        lists_known.then(|| joined(tally.outside.iter().filter_map(|arn| account_of(arn))));
    access.outside_readers = lists_known.then(|| joined(tally.outside.iter().map(String::as_str)));
    let keys_known = unseen.is_bounded() && !(tally.without_key.is_empty() && tally.without_key_perhaps);
    access.readers_without_key = keys_known.then(|| joined(tally.without_key.iter().map(String::as_str)));
    access.anybody_reads = unseen.anybody(tally.reads, || by_root(sight, secret, AccessLevel::Read));
    access.anybody_changes_policy =
        unseen.anybody(tally.changes, || by_root(sight, secret, AccessLevel::Permissions));
    facts.miss(Group::ResourcePolicy, unseen.policy.clone());
    if facts.access.outside_readers.is_none() {
        facts.miss(Group::ResourcePolicy, unseen.all());
    }
    let all = unseen.all();
    if facts.access.readers.is_none() || facts.access.readers_without_key.is_none() {
        facts.miss(Group::Access, all.clone());
    }
    if facts.access.anybody_reads.is_none() || facts.access.anybody_changes_policy.is_none() {
        facts.miss(Group::Organization, all.into_iter().chain(unseen.organization));
    }
}

/// Whether the root user of the secret's account can.
fn by_root(sight: &Sight<'_, '_>, secret: &SecretNode<'_>, level: AccessLevel) -> bool {
    let root = Principal::root_of(secret.account);
    Asking::new(sight.estate, &root).answer(secret, level).is_possible()
}

fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4)
}

/// Texts separated by commas, each once.
fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let texts: BTreeSet<&str> = texts.collect();
    texts.into_iter().collect::<Vec<_>>().join(", ")
}

/// What is out of sight around a secret.
struct Unseen {
    principals: Vec<Gap>,
    policy: Vec<Gap>,
    keys: Vec<Gap>,
    organization: Vec<Gap>,
}

impl Unseen {
    fn of(
        sight: &Sight<'_, '_>,
        account: &AccountContext<'_>,
        region: &RegionContext<'_>,
        secret: &SecretNode<'_>,
    ) -> Self {
        let policy = policy_gaps(region, secret);
        let nodes = secret.keys.iter().filter_map(|key| sight.estate.keys.get(*key));
        let keys = nodes.flat_map(|key| key_gaps(region, key));
        let sees_organization = sight.estate.sees_scps_of(secret.account.as_str());
        Self {
            principals: unread_principals(sight, account),
            policy,
            keys: keys.collect(),
            organization: if sees_organization { Vec::new() } else { organization_gaps(account) },
        }
    }

    /// Whether nobody can be among the readers who was not counted.
    fn is_bounded(&self) -> bool {
        self.policy.is_empty() && self.principals.iter().all(|gap| gap.cause == GapCause::Malformed)
    }

    fn all(&self) -> Vec<Gap> {
        self.principals.iter().chain(&self.policy).chain(&self.keys).cloned().collect()
    }

    /// Whether anybody can, as far as that is known: a policy that is out of sight may deny it to all.
    fn anybody(&self, found: Possible, root_can: impl Fn() -> bool) -> Option<bool> {
        let may_be_stopped = !self.policy.is_empty() || !self.organization.is_empty();
        match found {
            Possible::Yes => (!may_be_stopped).then_some(true),
            Possible::Perhaps => None,
            Possible::No if !self.is_bounded() => None,
            Possible::No if root_can() => (!may_be_stopped).then_some(true),
            Possible::No => Some(false),
        }
    }
}

/// Why the resource policy of a secret is out of sight.
pub(super) fn policy_gaps(region: &RegionContext<'_>, secret: &SecretNode<'_>) -> Vec<Gap> {
    let arn = &secret.record.arn;
    let place = (secret.account, secret.region);
    let call = Group::ResourcePolicy.call();
    match (&secret.policy, region.policies.get(arn)) {
        (Attached::Unread(_), Heard::Missing(gaps)) if !gaps.is_empty() => gaps,
        (Attached::Unread(reason), Heard::Known(_)) => {
            let message = format!("a policy that cannot be read: {reason}");
            vec![own_gap(GapCause::Malformed, call, place, arn, &message)]
        }
        (Attached::Unread(reason), Heard::Missing(_)) => {
            vec![own_gap(GapCause::NotCollected, call, place, arn, reason)]
        }
        _ => Vec::new(),
    }
}

/// Why something of a key is out of sight.
pub(super) fn key_gaps(region: &RegionContext<'_>, key: &KeyNode) -> Vec<Gap> {
    match &key.unread {
        Some(reason) => region.keys.gaps_of_call("kms:GetKeyPolicy", &key.arn, reason),
        None if key.grants_unread => {
            region.keys.gaps_of_call("kms:ListGrants", &key.arn, "no grants were listed")
        }
        None => Vec::new(),
    }
}

/// Why the principals of an account are not known, or some of their policies are not.
fn unread_principals(sight: &Sight<'_, '_>, account: &AccountContext<'_>) -> Vec<Gap> {
    let gaps = principal_gaps(account);
    if !gaps.is_empty() {
        return gaps;
    }
    let id = &account.data.entry.account;
    let own = sight.estate.principals.iter().filter(|principal| principal.account.as_ref() == Some(id));
    let mut by_policy: BTreeMap<String, Gap> = BTreeMap::new();
    for principal in own.filter(|principal| principal.kind.is_own()) {
        for reason in &principal.unread {
            by_policy.entry(reason.clone()).or_insert_with(|| unread(id, &principal.arn, reason));
        }
    }
    by_policy.into_values().collect()
}

/// A policy of a principal that cannot be read.
pub(super) fn unread(account: &crate::model::AccountId, arn: &str, reason: &str) -> Gap {
    let global = crate::model::Region::global();
    let message = format!("a policy that cannot be read: {reason}");
    let gap =
        own_gap(GapCause::Malformed, "iam:GetAccountAuthorizationDetails", (account, &global), arn, &message);
    Gap { region: None, ..gap }
}
