//! The answers to `who-can` and `reach`.

use std::collections::BTreeSet;

use super::can::{Asking, access, is_administrator};
use super::escalate::becomes;
use super::estate::{Attached, Estate, KeyNode, SecretNode};
use super::inquiry::SecretAction;
use super::principal::Principal;
use super::words::listed;
use crate::model::{AccountId, PrincipalType, Reach, ReachedSecret, Reader, WhoCan};
use crate::policy::{Caller, Effect, Named, Policy};

/// So many secrets are named in a caveat.
const NAMED_SECRETS: usize = 4;

/// Who can do an action with a secret.
pub fn who_can<'s>(estate: &Estate<'s>, secret: &SecretNode<'s>, action: &SecretAction) -> WhoCan {
    let concerned: Vec<&Principal> =
        estate.principals.iter().filter(|principal| concerns(principal, secret)).collect();
    let reader = |principal: &&Principal| Asking::new(estate, principal).reader(secret, action);
    let readers: Vec<Reader> = concerned.iter().filter_map(reader).collect();
    let arns: Vec<&str> = readers.iter().map(|reader| reader.principal.as_str()).collect();
    let can_become =
        if action.key_action == Some("kms:decrypt") { becomes(estate, secret, &arns) } else { Vec::new() };
    let keys = secret.keys.iter().filter_map(|key| estate.keys.get(*key));
    WhoCan {
        secret: secret.record.arn.clone(),
        name: secret.record.name.clone(),
        action: format!("secretsmanager:{}", action.name),
        deleted: secret.record.deleted,
        keys: keys.map(|key| key.arn.clone()).collect(),
        principals_seen: concerned.len() as u64,
        readers,
        can_become,
        read_without_access: Vec::new(),
        trail_days: 0,
        caveats: caveats(estate, secret),
    }
}

/// Whether a principal can have to do with a secret at all: it is of the same account, or the secret has a policy.
pub(super) fn concerns(principal: &Principal, secret: &SecretNode<'_>) -> bool {
    let is_home =
        principal.account.as_ref() == Some(secret.account) && principal.kind != PrincipalType::Anyone;
    is_home || secret.policy.policy().is_some()
}

/// What a principal can do.
pub fn reach<'s>(estate: &Estate<'s>, principal: &Principal) -> Reach {
    let asking = Asking::new(estate, principal);
    let mut secrets = Vec::new();
    for secret in estate.secrets.iter().filter(|secret| concerns(principal, secret)) {
        let levels = asking.levels(secret);
        let Some(first) = levels.first() else { continue };
        let best = super::can::actions(*first).map(|action| asking.best(secret, action));
        let Some((inquiry, answer)) = best.min_by_key(|(_, answer)| answer.decision) else { continue };
        let Some(decision) = access(answer.decision) else { continue };
        let paths = super::path::of(&inquiry);
        let is_open = decision == crate::model::Access::Conditional;
        secrets.push(ReachedSecret {
            secret: secret.record.arn.clone(),
            name: secret.record.name.clone(),
            decision,
            conditions: if is_open { inquiry.conditions() } else { Vec::new() },
            access: levels,
            path: paths.secret,
            key_path: paths.key,
        });
    }
    let is_own = |secret: &&SecretNode<'_>| Some(secret.account) == principal.account.as_ref();
    Reach {
        principal: principal.arn.clone(),
        administrator: is_administrator(estate, principal),
        secrets_in_account: estate.secrets.iter().filter(is_own).count() as u64,
        secrets,
        caveats: reach_caveats(estate, principal),
    }
}

/// What could not be seen around a principal and the secrets that may concern it.
fn reach_caveats(estate: &Estate<'_>, principal: &Principal) -> Vec<String> {
    let mut caveats = principal_caveats(estate, principal);
    let unread = |secret: &&SecretNode<'_>| matches!(secret.policy, Attached::Unread(_));
    let policies: Vec<String> =
        estate.secrets.iter().filter(unread).map(|secret| secret.record.name.clone()).collect();
    let names = listed(&policies, "and", NAMED_SECRETS);
    match policies.len() {
        0 => {}
        1 => caveats
            .push(format!("the resource policy of {names} is out of sight, so there may be more or fewer")),
        _ => {
            caveats.push(format!(
                "the resource policies of {names} are out of sight, so there may be more or fewer"
            ));
        }
    }
    let is_home = |secret: &&SecretNode<'_>| Some(secret.account) == principal.account.as_ref();
    let keys = estate.secrets.iter().filter(is_home).flat_map(|secret| &secret.keys);
    let keys: BTreeSet<usize> = keys.copied().collect();
    caveats.extend(keys.into_iter().filter_map(|key| estate.keys.get(key)).filter_map(key_caveat));
    caveats
}

/// What could not be seen around a secret.
pub(super) fn caveats(estate: &Estate<'_>, secret: &SecretNode<'_>) -> Vec<String> {
    let mut caveats = Vec::new();
    match &secret.policy {
        Attached::Unread(reason) => {
            caveats.push(format!(
                "the resource policy is out of sight, so there may be more or fewer: {reason}"
            ));
        }
        Attached::Read(policy) => caveats.extend(strays(estate, policy)),
        Attached::None => {}
    }
    for key in secret.keys.iter().filter_map(|key| estate.keys.get(*key)) {
        caveats.extend(key_caveat(key));
    }
    if secret.has_unseen_key {
        caveats.push("a key of the current value does not exist".to_owned());
    }
    caveats.extend(unseen_principals(estate, secret.account));
    caveats.extend(organization_caveat(estate, secret.account));
    let is_owned = |principal: &&Principal| principal.account.as_ref() == Some(secret.account);
    for principal in estate.principals.iter().filter(is_owned) {
        let unread = principal.unread.iter();
        caveats.extend(unread.map(|reason| format!("{}: {reason}", principal.arn)));
    }
    caveats
}

fn key_caveat(key: &KeyNode) -> Option<String> {
    match &key.unread {
        Some(reason) => Some(format!(
            "the policy of key {} is out of sight, so there may be more or fewer: {reason}",
            key.arn
        )),
        None if key.grants_unread => {
            Some(format!("the grants on key {} are out of sight, so there may be more", key.arn))
        }
        None => None,
    }
}

fn unseen_principals(estate: &Estate<'_>, account: &AccountId) -> Option<String> {
    if estate.sees_principals_of(account) {
        return None;
    }
    let data = estate.accounts.get(account);
    let gap = data.and_then(|data| data.authorization.gaps.first());
    let reason = gap.map(|gap| format!(": {gap}")).unwrap_or_default();
    Some(format!("the users and roles of account {account} are out of sight, so there may be more{reason}"))
}

fn organization_caveat(estate: &Estate<'_>, account: &AccountId) -> Option<String> {
    let above = estate.organizations.above(account.as_str());
    if above.is_some_and(|above| above.scps.is_some() && above.rcps.is_some()) {
        return None;
    }
    let unread = above.and_then(|above| above.unread.first());
    let reason = unread.map(|reason| format!(" ({reason})")).unwrap_or_default();
    Some(format!(
        "this holds unless an SCP or RCP denies it: the organization's policies for account {account} are out of \
         sight{reason}"
    ))
}

/// Principals that a resource policy lets in and that do not exist.
fn strays(estate: &Estate<'_>, policy: &Policy) -> Vec<String> {
    let allows = policy.statements().iter().filter(|statement| statement.effect == Effect::Allow);
    let names = allows.filter_map(|statement| statement.principals.as_ref());
    let names = names.filter(|principals| !principals.negated).flat_map(|principals| principals.names.iter());
    let mut strays: Vec<String> = names.filter_map(|name| stray(estate, name)).collect();
    strays.dedup();
    strays
}

fn stray(estate: &Estate<'_>, name: &Named) -> Option<String> {
    match name {
        Named::Deleted(id) => {
            Some(format!("the resource policy names {id}, a principal that was deleted: it lets nobody in"))
        }
        Named::Nobody(text) => Some(format!("the resource policy names {text}, which is no principal")),
        Named::Caller(caller @ (Caller::User(_) | Caller::Role(_))) => {
            let account = AccountId::new(caller.account()?);
            let is_known = estate.principals.iter().any(|principal| principal.caller == *caller);
            let is_stray = estate.sees_principals_of(&account) && !is_known;
            is_stray.then(|| {
                format!("the resource policy names {caller}, which does not exist: it lets nobody in")
            })
        }
        _ => None,
    }
}

/// What could not be seen around a principal.
pub(super) fn principal_caveats(estate: &Estate<'_>, principal: &Principal) -> Vec<String> {
    let mut caveats: Vec<String> =
        principal.unread.iter().map(|reason| format!("{}: {reason}", principal.arn)).collect();
    let Some(account) = &principal.account else { return caveats };
    if principal.is_outside() {
        caveats.push(format!("account {account} was not audited: its own policies are out of sight"));
    } else {
        caveats.extend(organization_caveat(estate, account));
    }
    caveats
}
