//! Principals that nothing tells apart.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::access::context;
use crate::access::estate::Estate;
use crate::access::principal::Principal;
use crate::policy::{Context, Lookup, Named, Policy};

/// What tells principals apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Identity {
    account: Option<String>,
    kind: crate::model::PrincipalType,
    policies: Vec<usize>,
    boundary: Option<usize>,
    service_linked: bool,
    takes_session_tags: bool,
    is_unread: bool,
    /// Whether it has a key that works, and a password; they say what its sessions hold without a second factor.
    credentials: Option<(bool, bool)>,
    /// The values of the keys that policies mention.
    values: Vec<(String, Option<String>)>,
    /// The principal itself, where a policy or grant names it.
    named: Option<String>,
}

/// The principals of an estate in classes; the first of each stands for all.
pub(super) fn classes(estate: &Estate<'_>) -> Vec<Vec<usize>> {
    let named = named(estate);
    let shared = shared_keys(estate);
    let mut classes: BTreeMap<Identity, Vec<usize>> = BTreeMap::new();
    for (place, principal) in estate.principals.iter().enumerate() {
        classes.entry(identity(estate, principal, &named, &shared)).or_default().push(place);
    }
    let mut classes: Vec<Vec<usize>> = classes.into_values().collect();
    classes.sort();
    classes
}

fn identity(
    estate: &Estate<'_>,
    principal: &Principal,
    named: &BTreeSet<String>,
    shared: &BTreeSet<String>,
) -> Identity {
    let mut policies: Vec<usize> = principal.identity.iter().map(|held| address(&held.policy)).collect();
    policies.sort_unstable();
    policies.dedup();
    let own = principal.identity.iter().chain(&principal.boundary);
    let mut keys: BTreeSet<String> = own.flat_map(|held| keys_of(&held.policy)).collect();
    keys.extend(shared.iter().cloned());
    let context = context::of_principal(estate, principal);
    let is_singled_out = named.contains(&principal.arn) || !principal.kind.is_own();
    Identity {
        account: principal.account.as_ref().map(ToString::to_string),
        kind: principal.kind,
        policies,
        boundary: principal.boundary.as_ref().map(|held| address(&held.policy)),
        service_linked: principal.service_linked,
        takes_session_tags: principal.takes_session_tags,
        is_unread: !principal.unread.is_empty(),
        credentials: principal.credential.as_ref().map(|credential| {
            (credential.keys.iter().any(|key| key.active), credential.password == Some(true))
        }),
        values: keys.into_iter().map(|key| (key.clone(), value(&context, &key))).collect(),
        named: is_singled_out.then(|| principal.arn.clone()),
    }
}

fn address(policy: &Arc<Policy>) -> usize {
    Arc::as_ptr(policy) as usize
}

fn value(context: &Context, key: &str) -> Option<String> {
    match context.get(key) {
        Lookup::One(value) => Some(value.to_owned()),
        Lookup::Many(values) => Some(values.join("\n")),
        Lookup::Absent => None,
        Lookup::Unknown => Some("\u{0}unknown".to_owned()),
    }
}

/// Every key that a policy mentions, in lower case.
fn keys_of(policy: &Policy) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for statement in policy.statements() {
        let patterns = statement.resource_patterns().iter().flat_map(|pattern| pattern.keys());
        let conditions = statement.conditions.iter().flat_map(|condition| condition.keys());
        keys.extend(patterns.chain(conditions).map(str::to_owned));
    }
    keys
}

/// The keys that policies of resources and organizations mention.
fn shared_keys(estate: &Estate<'_>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut keys = BTreeSet::new();
    let resources = estate.secrets.iter().filter_map(|secret| secret.policy.policy());
    let of_keys = estate.keys.iter().map(|key| &key.effective);
    for policy in resources.chain(of_keys).chain(estate.organizations.policies()) {
        if seen.insert(address(policy)) {
            keys.extend(keys_of(policy));
        }
    }
    keys
}

/// The principals that a policy of a resource, or a grant, names.
fn named(estate: &Estate<'_>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut named = BTreeSet::new();
    let resources = estate.secrets.iter().filter_map(|secret| secret.policy.policy());
    let of_keys = estate.keys.iter().map(|key| &key.effective);
    for policy in resources.chain(of_keys).chain(estate.organizations.policies()) {
        if !seen.insert(address(policy)) {
            continue;
        }
        for principals in policy.statements().iter().filter_map(|statement| statement.principals.as_ref()) {
            named.extend(principals.names.iter().filter_map(|name| match name {
                Named::Caller(caller) => Some(caller.to_string()),
                _ => None,
            }));
        }
    }
    let grants = estate.keys.iter().flat_map(|key| &key.grants);
    named.extend(grants.map(|grant| grant.grantee.to_string()));
    named
}
