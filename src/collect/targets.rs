//! Which accounts are asked, and how they are entered.

use std::collections::BTreeMap;

use super::error::CollectError;
use super::identity::Caller;
use super::options::Targets;
use super::organization;
use super::scope::Scope;
use crate::model::{AccountId, Arn, Gap, Partition};
use crate::snapshot::records::OrgAccount;

/// The state in which an account of an organization can be entered.
const ACTIVE: &str = "ACTIVE";

/// An account that will be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) account: AccountId,
    pub(super) partition: Partition,
    pub(super) name: Option<String>,
    /// The role by which it is entered; none for the caller's own credentials.
    pub(super) role: Option<String>,
    /// Whether it is asked what it sees of its organization.
    pub(super) organization: bool,
    /// What failed while the accounts were found.
    pub(super) gaps: Vec<Gap>,
}

impl Target {
    fn caller(caller: &Caller) -> Self {
        Self {
            account: caller.account.clone(),
            partition: caller.partition,
            name: None,
            role: None,
            organization: true,
            gaps: Vec::new(),
        }
    }
}

/// Finds the accounts.
///
/// # Errors
/// Where a role's ARN is none, or two roles are of one account.
pub(super) async fn find(scope: &Scope<'_>, caller: &Caller) -> Result<Vec<Target>, CollectError> {
    match &scope.run.options.targets {
        Targets::Caller => Ok(vec![Target::caller(caller)]),
        Targets::Roles { arns, .. } => roles(arns),
        Targets::Organization { role_name, .. } => Ok(members(scope, caller, role_name).await),
    }
}

/// The external id that the roles ask for.
pub(super) fn external_id(targets: &Targets) -> Option<&str> {
    match targets {
        Targets::Caller => None,
        Targets::Roles { external_id, .. } | Targets::Organization { external_id, .. } => {
            external_id.as_deref()
        }
    }
}

fn roles(arns: &[String]) -> Result<Vec<Target>, CollectError> {
    let mut targets: BTreeMap<AccountId, Target> = BTreeMap::new();
    for text in arns {
        let target = role(text)?;
        if let Some(other) = targets.insert(target.account.clone(), target).and_then(|other| other.role)
            && other != *text
        {
            return Err(CollectError::TwoRoles { first: other, second: text.clone() });
        }
    }
    Ok(targets.into_values().collect())
}

fn role(text: &str) -> Result<Target, CollectError> {
    let no_role = || CollectError::NoRole { text: text.to_owned() };
    let arn: Arn = text.parse().map_err(|_| no_role())?;
    let digits = arn.account.len() == 12 && arn.account.bytes().all(|byte| byte.is_ascii_digit());
    if arn.service != "iam" || !arn.resource.starts_with("role/") || !digits {
        return Err(no_role());
    }
    Ok(Target {
        account: AccountId::new(arn.account),
        partition: Partition::from_name(&arn.partition).ok_or_else(no_role)?,
        name: None,
        role: Some(text.to_owned()),
        organization: true,
        gaps: Vec::new(),
    })
}

/// The active accounts of the caller's organization; where they may not be listed, the caller's own and the gap.
///
/// Only the caller's account is asked about the organization: what it sees speaks for all of them, and the members
/// would be refused.
async fn members(scope: &Scope<'_>, caller: &Caller, role_name: &str) -> Vec<Target> {
    let own = Target::caller(caller);
    match organization::accounts(scope).await {
        Ok(accounts) => {
            let mut targets: Vec<_> = accounts
                .into_iter()
                .filter(|account| account.status == ACTIVE)
                .map(|account| member(account, caller, role_name))
                .collect();
            if !targets.iter().any(|target| target.account == own.account) {
                targets.push(own);
            }
            targets.sort_by(|a, b| a.account.cmp(&b.account));
            targets
        }
        Err(gap) => vec![Target { gaps: vec![gap], ..own }],
    }
}

fn member(account: OrgAccount, caller: &Caller, role_name: &str) -> Target {
    let id = account.id;
    let own = id == caller.account.as_str();
    let role = (!own).then(|| format!("arn:{}:iam::{id}:role/{role_name}", caller.partition));
    Target {
        account: AccountId::new(id),
        partition: caller.partition,
        name: Some(account.name),
        role,
        organization: own,
        gaps: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_name_their_accounts() {
        let arn = "arn:aws:iam::111122223333:role/path/audit".to_owned();
        let targets = roles(&[arn.clone(), arn.clone()]).unwrap();
        let [target] = targets.as_slice() else { panic!("one account") };
        assert_eq!(target.account.as_str(), "111122223333");
        assert_eq!(target.role, Some(arn));
    }

    #[test]
    fn what_is_no_role_is_an_error() {
        for text in ["audit", "arn:aws:iam::111122223333:user/x", "arn:aws:iam::1:role/x", "arn:aws:s3:::b"] {
            let error = roles(&[text.to_owned()]).unwrap_err();
            assert_eq!(error.to_string(), format!("`{text}` is not the ARN of a role"));
        }
        let two = ["a", "b"].map(|name| format!("arn:aws:iam::111122223333:role/{name}"));
        assert!(matches!(roles(&two), Err(CollectError::TwoRoles { .. })));
    }
}
