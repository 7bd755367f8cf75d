//! What each user and role can reach.

use std::collections::{BTreeMap, BTreeSet};

use fixedbitset::FixedBitSet;

use super::secrets::{key_gaps, policy_gaps, unread};
use super::{Sight, out_of_sight};
use crate::access::matrix::PrincipalClass;
use crate::access::{Attached, Principal, Trusts, is_administrator, steps};
use crate::model::{AccessLevel, Gap, GapCause, PrincipalType, Settings, whole_days_between};
use crate::tables::context::{AccountContext, Context};
use crate::tables::principals::PrincipalRow;
use crate::tables::schema::Group;
use crate::tables::secrets::SecretFacts;

/// How many names of secrets are shown.
const EXAMPLES: usize = 3;

/// A principal's facts with the reasons for what is not known, by group.
pub(in crate::tables) type Rows = Vec<(PrincipalRow, Vec<(Group, Gap)>)>;

/// How many at least, and how many at most.
#[derive(Clone, Copy, Default)]
struct Bounds {
    min: i64,
    max: i64,
}

impl Bounds {
    fn add(&mut self, counts: bool, is_certain: bool) {
        self.max += i64::from(counts);
        self.min += i64::from(counts && is_certain);
    }

    /// The number; where there may be more of them those that are certain, if there are any.
    fn known(self, may_be_more: bool) -> Option<i64> {
        (self.min > 0 || (self.min == self.max && !may_be_more)).then_some(self.min)
    }
}

/// What is out of sight in an account that may put more secrets within reach.
#[derive(Default)]
struct Unread {
    gaps: Vec<Gap>,
    secrets: i64,
    production: bool,
    elsewhere: bool,
}

/// How many reasons a row names.
const REASONS: usize = 3;

impl Unread {
    /// The resource policies of an account that are out of sight: each may let in anybody.
    fn of(
        sight: &Sight<'_, '_>,
        account: &AccountContext<'_>,
        secrets: &[SecretFacts],
        settings: &Settings,
    ) -> Self {
        let id = &account.data.entry.account;
        let mut unread = Self::default();
        for (secret, facts) in sight.estate.secrets.iter().zip(secrets) {
            let is_unread = matches!(secret.policy, Attached::Unread(_));
            let Some(region) =
                account.regions.get(secret.region).filter(|_| is_unread && secret.account == id)
            else {
                continue;
            };
            let production = facts.production == Some(true);
            unread.secrets += 1;
            unread.production |= production;
            unread.elsewhere |= !production && settings.environments.contains_key(environment(facts));
            if unread.gaps.len() < REASONS {
                unread.gaps.extend(policy_gaps(region, secret));
            }
        }
        unread
    }
}

/// What a class of principals can reach.
#[derive(Clone, Default)]
struct Reached {
    own: Bounds,
    production: Bounds,
    elsewhere: Bounds,
    environments: BTreeSet<String>,
    without_mfa: Bounds,
    for_good: i64,
    /// Some secrets whose reading rests on policies that are out of sight.
    resting: Vec<usize>,
    deletable: Vec<String>,
    examples: BTreeSet<(String, String)>,
    steps: BTreeMap<&'static str, String>,
    readable: FixedBitSet,
}

/// The rows of the users and roles of all accounts.
pub(in crate::tables) fn rows(sight: &Sight<'_, '_>, context: &Context<'_>, secrets: &[SecretFacts]) -> Rows {
    let account_of = |class: &PrincipalClass| {
        let first = class.principals.first().and_then(|place| sight.estate.principals.get(*place));
        first.and_then(|principal| principal.account.as_ref()).map(ToString::to_string).unwrap_or_default()
    };
    let classes = sight.matrix.classes.iter();
    let reached: Vec<Reached> =
        classes.map(|class| reached(class, &account_of(class), secrets, context.settings)).collect();
    let mut class_of: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, class) in sight.matrix.classes.iter().enumerate() {
        let members = class.principals.iter().filter_map(|place| sight.estate.principals.get(*place));
        class_of.extend(members.map(|principal| (principal.arn.as_str(), index)));
    }
    let readable = |principal: &Principal| {
        class_of
            .get(principal.arn.as_str())
            .and_then(|class| reached.get(*class))
            .map(|reached| &reached.readable)
    };
    let worthy = sight.estate.principals.iter().filter(|principal| {
        principal.kind.is_own() && readable(principal).is_some_and(|set| !set.is_clear())
    });
    let trusts = Trusts::new(worthy);
    let mut rows = Rows::new();
    for account in &context.accounts {
        let id = &account.data.entry.account;
        let unread = Unread::of(sight, account, secrets, context.settings);
        let own = sight.estate.principals.iter().filter(|principal| principal.account.as_ref() == Some(id));
        for principal in own.filter(|principal| principal.kind.is_own()) {
            let Some(reached) = class_of.get(principal.arn.as_str()).and_then(|class| reached.get(*class))
            else {
                continue;
            };
            let gains = |other: &Principal| {
                readable(other).is_some_and(|others| !others.is_subset(&reached.readable))
            };
            let others = steps(sight.estate, principal, &trusts, gains);
            let mut calls: BTreeMap<&str, String> =
                reached.steps.iter().map(|(call, on)| (*call, on.clone())).collect();
            calls.extend(others.iter().map(|step| (step.step.as_str(), step.on.clone())));
            rows.push(row(sight, context, account, (principal, reached, &calls, &unread)));
        }
    }
    rows
}

fn reached(class: &PrincipalClass, account: &str, secrets: &[SecretFacts], settings: &Settings) -> Reached {
    let mut sum = Reached { readable: FixedBitSet::with_capacity(secrets.len()), ..Reached::default() };
    for block in class.blocks.iter() {
        let read = block.powers.at(AccessLevel::Read);
        for place in block.secrets.iter() {
            let Some(secret) = secrets.get(place) else { continue };
            // AWS lets nobody read what is scheduled for deletion.
            if secret.pending_deletion == Some(true) {
                continue;
            }
            let production = secret.production == Some(true);
            if production && block.powers.deletes_for_good {
                sum.for_good += 1;
                sum.deletable.extend((sum.deletable.len() < EXAMPLES).then(|| secret.arn.clone()));
            }
            if !read.is_possible() {
                for call in block.powers.steps.calls() {
                    sum.steps.entry(call).or_insert_with(|| secret.name.clone());
                }
                continue;
            }
            sum.readable.insert(place);
            let is_own = secret.account == account;
            let is_certain = !read.rests_on_unread;
            sum.own.add(is_own, is_certain);
            sum.production.add(production, is_certain);
            sum.without_mfa.add(production && block.powers.reads_without_mfa, is_certain);
            if !is_certain && sum.resting.len() < REASONS {
                sum.resting.push(place);
            }
            // A word that no setting knows may mean production in another language.
            let environment = environment(secret);
            if settings.environments.contains_key(environment) {
                sum.elsewhere.add(!production, is_certain);
                sum.environments.insert(environment.to_owned());
            }
            sum.examples.insert((secret.name.clone(), secret.arn.clone()));
            if sum.examples.len() > EXAMPLES {
                sum.examples.pop_last();
            }
        }
    }
    sum
}

/// The environment of a secret: what its tag says, else its name.
fn environment(secret: &SecretFacts) -> &str {
    match secret.tag_environment.as_deref() {
        Some(tag) if !tag.is_empty() => tag,
        _ => &secret.name_environment,
    }
}

type Known<'k> = (&'k Principal, &'k Reached, &'k BTreeMap<&'k str, String>, &'k Unread);

fn row(
    sight: &Sight<'_, '_>,
    context: &Context<'_>,
    account: &AccountContext<'_>,
    (principal, reached, calls, unread_policies): Known<'_>,
) -> (PrincipalRow, Vec<(Group, Gap)>) {
    let id = &account.data.entry.account;
    let mut gaps: Vec<(Group, Gap)> =
        principal.unread.iter().map(|reason| (Group::Access, unread(id, &principal.arn, reason))).collect();
    let unlisted = unlisted(account);
    gaps.extend(
        unlisted.iter().flat_map(|gap| [(Group::Access, gap.clone()), (Group::Inventory, gap.clone())]),
    );
    let is_whole = gaps.is_empty();
    let resting = reached.resting.iter().filter_map(|place| sight.estate.secrets.get(*place));
    let of_keys = resting.flat_map(|secret| {
        let region = account.regions.get(secret.region).filter(|_| secret.account == id);
        let keys = secret.keys.iter().filter_map(|key| sight.estate.keys.get(*key));
        keys.flat_map(move |key| region.map(|region| key_gaps(region, key)).unwrap_or_default())
    });
    gaps.extend(of_keys.chain(unread_policies.gaps.iter().cloned()).map(|gap| (Group::Access, gap)));
    let secrets = own_secrets(account);
    let single_sign_on = principal.kind == PrincipalType::Role && principal.person == Some(true);
    let unseen_mfa = single_sign_on && reached.production.max > 0;
    if unseen_mfa {
        gaps.push((Group::Access, unseen_factor(id)));
    }
    let own = reached.own;
    let readable = (is_whole && own.min == own.max && unread_policies.secrets == 0).then_some(own.min);
    let production = reached.production.known(!is_whole || unread_policies.production);
    let elsewhere = reached.elsewhere.known(!is_whole || unread_policies.elsewhere);
    let listed: Vec<String> = calls.iter().map(|(call, on)| format!("{call} on {on}")).collect();
    let mut row = PrincipalRow {
        arn: principal.arn.clone(),
        name: principal.name.clone(),
        account: id.to_string(),
        kind: if principal.kind == PrincipalType::User { "user" } else { "role" },
        tags: principal.tags.clone(),
        service_linked: principal.service_linked,
        single_sign_on,
        person: principal.person,
        administrator: Some(is_administrator(sight.estate, principal)),
        secrets: unlisted.is_empty().then_some(secrets),
        readable_min: Some(own.min),
        readable,
        readable_max: unlisted.is_empty().then_some(own.max + unread_policies.secrets),
        readable_share: readable.map(|readable| share(readable, secrets)),
        readable_production: production,
        readable_elsewhere: elsewhere,
        readable_environments: readable
            .map(|_| reached.environments.iter().cloned().collect::<Vec<_>>().join(", ")),
        production_without_mfa: if unseen_mfa {
            None
        } else {
            reached.without_mfa.known(!is_whole || unread_policies.production)
        },
        production_deletable_for_good: Bounds { min: reached.for_good, max: reached.for_good }
            .known(!is_whole || unread_policies.production),
        readable_examples: Some(example_names(reached)),
        examples: reached.examples.iter().map(|(_, arn)| arn.clone()).collect(),
        deletable: reached.deletable.clone(),
        steps: calls.iter().map(|(call, on)| ((*call).to_owned(), on.clone())).collect(),
        steps_to_read: if listed.is_empty() && !is_whole { None } else { Some(listed.join(", ")) },
        unless: sight.unless(id.as_str()),
        ..PrincipalRow::default()
    };
    credentials(context, account, principal, &mut row, &mut gaps);
    (row, gaps)
}

fn example_names(reached: &Reached) -> String {
    let names: BTreeSet<&str> = reached.examples.iter().map(|(name, _)| name.as_str()).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

#[expect(clippy::cast_precision_loss, reason = "an account holds fewer secrets than a double counts exactly")]
fn share(part: i64, whole: i64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Why some secrets of the account are not listed.
fn unlisted(account: &AccountContext<'_>) -> Vec<Gap> {
    let regions = account.regions.values().filter(|region| !region.is_complete());
    regions.flat_map(|region| region.data.secrets.scope_gaps().cloned()).collect()
}

fn own_secrets(account: &AccountContext<'_>) -> i64 {
    let count: usize = account.regions.values().map(|region| region.data.secrets.records.len()).sum();
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn unseen_factor(account: &crate::model::AccountId) -> Gap {
    let message =
        "multi-factor authentication of single sign-on is decided by the identity provider, out of sight";
    out_of_sight(GapCause::NotCarried, "iam:GetAccountAuthorizationDetails", account, message)
}

/// What the credential report says; roles have no credentials of their own.
fn credentials(
    context: &Context<'_>,
    account: &AccountContext<'_>,
    principal: &Principal,
    row: &mut PrincipalRow,
    gaps: &mut Vec<(Group, Gap)>,
) {
    let as_of = context.as_of();
    let is_role = principal.kind == PrincipalType::Role;
    let report = &account.data.credentials;
    if !is_role && !report.gaps.is_empty() {
        gaps.extend(report.gaps.iter().map(|gap| (Group::Credentials, gap.clone())));
        return;
    }
    let keys = principal.credential.iter().flat_map(|row| &row.keys).filter(|key| key.active);
    let ages = keys.filter_map(|key| key.created).map(|created| whole_days_between(created, as_of));
    let oldest = ages.max();
    row.has_active_key = Some(oldest.is_some());
    row.oldest_key_days = Some(oldest.unwrap_or(0));
    row.ever_used = Some(principal.last_used.is_some());
    row.days_since_use = Some(principal.last_used.map_or(0, |used| whole_days_between(used, as_of).max(0)));
}
