//! The answers to `who-can` and `reach`.

use super::can::{Asking, access, is_administrator};
use super::escalate::becomes;
use super::estate::{Attached, Estate, SecretNode};
use super::inquiry::SecretAction;
use super::principal::{Principal, PrincipalKind};
use crate::model::{Reach, ReachedSecret, Reader, WhoCan};

/// Who can do an action with a secret.
pub fn who_can<'s>(estate: &Estate<'s>, secret: &SecretNode<'s>, action: &SecretAction) -> WhoCan {
    let may_concern = |principal: &&Principal| concerns(principal, secret);
    let readers: Vec<Reader> = estate
        .principals
        .iter()
        .filter(may_concern)
        .filter_map(|principal| Asking::new(estate, principal).reader(secret, action))
        .collect();
    let arns: Vec<&str> = readers.iter().map(|reader| reader.principal.as_str()).collect();
    let can_become =
        if action.key_action == Some("kms:decrypt") { becomes(estate, secret, &arns) } else { Vec::new() };
    WhoCan {
        secret: secret.record.arn.clone(),
        name: secret.record.name.clone(),
        action: format!("secretsmanager:{}", action.name),
        readers,
        can_become,
        caveats: caveats(estate, secret),
    }
}

/// Whether a principal can have to do with a secret at all: it is of the same account, or the secret has a policy.
pub(super) fn concerns(principal: &Principal, secret: &SecretNode<'_>) -> bool {
    let is_home =
        principal.account.as_ref() == Some(secret.account) && principal.kind != PrincipalKind::Anyone;
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
        caveats: principal_caveats(estate, principal),
    }
}

/// What could not be seen around a secret.
pub(super) fn caveats(estate: &Estate<'_>, secret: &SecretNode<'_>) -> Vec<String> {
    let mut caveats = Vec::new();
    if let Attached::Unread(reason) = &secret.policy {
        caveats.push(format!("the resource policy is out of sight, so there may be more or fewer: {reason}"));
    }
    for key in secret.keys.iter().filter_map(|key| estate.keys.get(*key)) {
        if let Some(reason) = &key.unread {
            caveats.push(format!("the policy of key {} is out of sight: {reason}", key.arn));
        } else if key.grants_unread {
            caveats.push(format!("the grants on key {} are out of sight, so there may be more", key.arn));
        }
    }
    if secret.has_unseen_key {
        caveats.push("a key of the current value does not exist".to_owned());
    }
    if !estate.sees_principals_of(secret.account) {
        caveats.push(format!("the users and roles of account {} are out of sight", secret.account));
    }
    if !estate.sees_scps_of(secret.account.as_str()) {
        caveats.push(format!(
            "the organization's policies for account {} are out of sight: unless an SCP or RCP denies it",
            secret.account
        ));
    }
    let owned =
        estate.principals.iter().filter(|principal| principal.account.as_ref() == Some(secret.account));
    for principal in owned {
        let unread = principal.unread.iter();
        caveats.extend(unread.map(|reason| format!("{}: {reason}", principal.arn)));
    }
    caveats
}

/// What could not be seen around a principal.
pub(super) fn principal_caveats(estate: &Estate<'_>, principal: &Principal) -> Vec<String> {
    let mut caveats: Vec<String> = principal.unread.clone();
    let Some(account) = &principal.account else { return caveats };
    if principal.is_outside() {
        caveats.push(format!("account {account} was not audited: its own policies are out of sight"));
    } else if !estate.sees_scps_of(account.as_str()) {
        caveats.push(format!(
            "the organization's policies for account {account} are out of sight: unless an SCP or RCP denies it"
        ));
    }
    caveats
}
