//! Everything that has a say in who can do what: principals, secrets, keys, organizations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::documents::Documents;
use super::organization::Organizations;
use super::principal::{Principal, principals};
use super::stand_in;
use crate::model::{AccountId, Gap, PrincipalType, Region};
use crate::policy::{Caller, Effect, Grant, Identity, Named, Policy};
use crate::snapshot::records::{Key, Secret, SecretVersions};
use crate::snapshot::{AccountData, RegionData, Snapshot, is_default_name};

/// A policy of a resource.
#[derive(Clone, Debug)]
pub enum Attached {
    /// The resource has none.
    None,
    /// It was read.
    Read(Arc<Policy>),
    /// It is out of sight, and why.
    Unread(String),
}

impl Attached {
    /// The policy, where it was read.
    pub fn policy(&self) -> Option<&Arc<Policy>> {
        match self {
            Self::Read(policy) => Some(policy),
            Self::None | Self::Unread(_) => None,
        }
    }
}

/// A secret in one Region.
#[derive(Clone, Debug)]
pub struct SecretNode<'a> {
    /// What Secrets Manager says of it.
    pub record: &'a Secret,
    /// The account that owns it.
    pub account: &'a AccountId,
    /// Where it is.
    pub region: &'a Region,
    /// Its resource policy.
    pub policy: Attached,
    /// The keys under which its current value is kept, as places in the estate's list; any one is enough to read it.
    pub keys: Vec<usize>,
    /// Whether some key of it is not in the snapshot.
    pub has_unseen_key: bool,
}

/// A key.
#[derive(Clone, Debug)]
pub struct KeyNode {
    /// Its ARN; for `aws/secretsmanager` that of its alias.
    pub arn: String,
    /// The account that owns it.
    pub account: AccountId,
    /// Where it is.
    pub region: Region,
    /// Whether AWS manages it.
    pub is_aws_managed: bool,
    /// Its policy; where that is out of sight what stands in for it.
    pub policy: Arc<Policy>,
    /// Its policy, together with what stands in for grants that are out of sight.
    pub(super) effective: Arc<Policy>,
    /// Why its policy is out of sight.
    pub unread: Option<String>,
    /// Its grants.
    pub grants: Vec<Grant>,
    /// Whether its grants are out of sight.
    pub grants_unread: bool,
}

/// Everything that has a say.
#[derive(Debug)]
pub struct Estate<'a> {
    /// The instant that counts as now.
    pub as_of: Timestamp,
    /// The audited accounts.
    pub accounts: BTreeMap<&'a AccountId, &'a AccountData>,
    /// Users and roles of the audited accounts by ARN, then those that resource policies name.
    pub principals: Vec<Principal>,
    /// The secrets, by account, Region and place in the inventory.
    pub secrets: Vec<SecretNode<'a>>,
    /// The keys.
    pub keys: Vec<KeyNode>,
    pub(super) organizations: Organizations,
    by_arn: ByArn,
}

/// Places by ARN.
#[derive(Debug)]
struct ByArn {
    principals: BTreeMap<String, usize>,
    secrets: BTreeMap<String, usize>,
    keys: BTreeMap<String, usize>,
}

fn places<'t>(arns: impl Iterator<Item = &'t str>) -> BTreeMap<String, usize> {
    arns.enumerate().map(|(place, arn)| (arn.to_owned(), place)).collect()
}

impl KeyNode {
    /// Whether something of it is out of sight that could let somebody in.
    pub fn is_partly_unseen(&self) -> bool {
        self.unread.is_some() || self.grants_unread
    }
}

impl<'a> Estate<'a> {
    /// Gathers what a snapshot holds.
    pub fn new(snapshot: &'a Snapshot, as_of: Timestamp) -> Self {
        let mut documents = Documents::default();
        let organizations = Organizations::new(snapshot, &mut documents);
        let mut keys = Keys::default();
        let mut secrets = Vec::new();
        let mut own = Vec::new();
        for account in &snapshot.accounts {
            own.extend(principals(account, &mut documents));
            for region in &account.regions {
                let place = Place {
                    account: &account.entry.account,
                    partition: account.entry.partition.as_str(),
                    region,
                };
                secrets.extend(place.secrets(&mut keys, &mut documents));
            }
        }
        own.sort_by(|a: &Principal, b| a.arn.cmp(&b.arn));
        let accounts: BTreeMap<_, _> =
            snapshot.accounts.iter().map(|account| (&account.entry.account, account)).collect();
        let named = named_principals(&own, &secrets, &keys.list, &accounts);
        own.extend(named);
        let by_arn = ByArn {
            principals: places(own.iter().map(|principal| principal.arn.as_str())),
            secrets: places(secrets.iter().map(|secret| secret.record.arn.as_str())),
            keys: keys.by_arn,
        };
        Self { as_of, accounts, principals: own, secrets, keys: keys.list, organizations, by_arn }
    }

    /// The principal with this ARN.
    pub fn principal(&self, arn: &str) -> Option<&Principal> {
        self.by_arn.principals.get(arn).and_then(|place| self.principals.get(*place))
    }

    /// The secret with this ARN.
    pub fn secret(&self, arn: &str) -> Option<&SecretNode<'a>> {
        self.by_arn.secrets.get(arn).and_then(|place| self.secrets.get(*place))
    }

    /// The key with this ARN.
    pub fn key(&self, arn: &str) -> Option<&KeyNode> {
        self.by_arn.keys.get(arn).and_then(|place| self.keys.get(*place))
    }

    /// Whether the principals of an account were read.
    pub fn sees_principals_of(&self, account: &AccountId) -> bool {
        self.accounts.get(account).is_some_and(|data| !data.authorization.records.is_empty())
    }

    /// Whether an account belongs to the organization of another; none where that is out of sight.
    pub fn is_same_organization(&self, account: &str, other: &AccountId) -> Option<bool> {
        self.organizations.is_same(account, other)
    }

    /// The name of the organization that an account belongs to; the empty text where it belongs to none.
    pub fn organization_of(&self, account: &AccountId) -> Option<&str> {
        self.organizations.above(account.as_str())?.id.as_deref()
    }

    /// Whether the service control policies above an account were read.
    pub fn sees_scps_of(&self, account: &str) -> bool {
        self.organizations.above(account).is_some_and(|above| above.scps.is_some())
    }
}

/// The keys of an estate, each once.
#[derive(Default)]
struct Keys {
    list: Vec<KeyNode>,
    by_arn: BTreeMap<String, usize>,
}

impl Keys {
    fn add(&mut self, node: KeyNode) -> usize {
        let next = self.list.len();
        let index = *self.by_arn.entry(node.arn.clone()).or_insert(next);
        match self.list.get_mut(index) {
            // Another account may have seen what this one could not.
            Some(known) if known.unread.is_some() && node.unread.is_none() => *known = node,
            Some(_) => {}
            None => self.list.push(node),
        }
        index
    }
}

/// One Region of one account.
struct Place<'a> {
    account: &'a AccountId,
    partition: &'a str,
    region: &'a RegionData,
}

impl<'a> Place<'a> {
    fn secrets(&self, keys: &mut Keys, documents: &mut Documents) -> Vec<SecretNode<'a>> {
        let data = self.region;
        let policies: BTreeMap<&str, Option<&str>> = data
            .policies
            .records
            .iter()
            .map(|record| (record.arn.as_str(), record.policy.as_deref()))
            .collect();
        let versions: BTreeMap<&str, &SecretVersions> =
            data.versions.records.iter().map(|record| (record.arn.as_str(), record)).collect();
        let by_name = key_names(&data.keys.records);
        let mut nodes = Vec::new();
        for record in &data.secrets.records {
            let arn = record.arn.as_str();
            let policy = match (policies.get(arn), record.deleted) {
                (Some(Some(text)), _) => match documents.read(text) {
                    Ok(policy) => Attached::Read(policy),
                    Err(error) => Attached::Unread(error.to_string()),
                },
                // AWS does not tell the policy of a secret that is scheduled for deletion, nor lets anybody read it.
                (Some(None), _) | (None, Some(_)) => Attached::None,
                (None, None) => Attached::Unread(gap_about(&data.policies.gaps, arn)),
            };
            // The key that the secret names counts among the keys even where its current value is under another.
            self.key(record.kms_key_id.as_deref(), &by_name, keys, documents);
            let names = key_names_of(record, versions.get(arn).copied());
            let found: Vec<Option<usize>> =
                names.iter().map(|name| self.key(*name, &by_name, keys, documents)).collect();
            nodes.push(SecretNode {
                record,
                account: self.account,
                region: &data.region,
                policy,
                has_unseen_key: found.contains(&None),
                keys: found.into_iter().flatten().collect(),
            });
        }
        nodes
    }

    /// The key that a name stands for; none where the snapshot does not hold it.
    fn key(
        &self,
        name: Option<&str>,
        by_name: &BTreeMap<&str, &Key>,
        keys: &mut Keys,
        documents: &mut Documents,
    ) -> Option<usize> {
        let Some(name) = name.filter(|name| !is_default_name(name)) else {
            return Some(keys.add(self.default_key()));
        };
        match by_name.get(name) {
            Some(Key { facts: Some(facts), .. }) if facts.manager == "AWS" => {
                Some(keys.add(self.default_key()))
            }
            Some(key @ Key { facts: Some(facts), .. }) => {
                let account = AccountId::new(&facts.account);
                Some(keys.add(self.customer_key(&facts.arn, account, Some(key), documents)))
            }
            // A key that does not exist opens nothing.
            Some(Key { facts: None, .. }) => None,
            None => {
                let account = name.split(':').nth(4).map_or_else(|| self.account.clone(), AccountId::new);
                Some(keys.add(self.customer_key(name, account, None, documents)))
            }
        }
    }

    fn default_key(&self) -> KeyNode {
        let (account, region) = (self.account, &self.region.region);
        let policy = stand_in::default_key_policy(account.as_str(), region.as_str());
        KeyNode {
            arn: format!("arn:{}:kms:{region}:{account}:alias/aws/secretsmanager", self.partition),
            account: account.clone(),
            region: region.clone(),
            is_aws_managed: true,
            effective: Arc::clone(&policy),
            policy,
            unread: None,
            grants: Vec::new(),
            grants_unread: false,
        }
    }

    fn customer_key(
        &self,
        arn: &str,
        account: AccountId,
        key: Option<&Key>,
        documents: &mut Documents,
    ) -> KeyNode {
        let text = key.and_then(|key| key.policy.as_deref());
        let read = text.map(|text| documents.read(text));
        let (policy, unread) = match read {
            Some(Ok(policy)) => (policy, None),
            Some(Err(error)) => (stand_in::unread_key_policy(), Some(error.to_string())),
            None => {
                let reason = gap_about(&self.region.keys.gaps, arn);
                (stand_in::unread_key_policy(), Some(reason))
            }
        };
        let grants = key.and_then(|key| key.grants.as_ref());
        let effective =
            if grants.is_none() { stand_in::with_unlisted_grants(&policy) } else { Arc::clone(&policy) };
        KeyNode {
            arn: arn.to_owned(),
            account,
            region: self.region.region.clone(),
            is_aws_managed: false,
            effective,
            policy,
            unread,
            grants: grants.into_iter().flatten().filter_map(grant).collect(),
            grants_unread: grants.is_none(),
        }
    }
}

fn key_names(keys: &[Key]) -> BTreeMap<&str, &Key> {
    let mut by_name: BTreeMap<&str, &Key> = BTreeMap::new();
    for key in keys {
        by_name.extend(key.named.iter().map(|name| (name.as_str(), key)));
        let facts = key.facts.iter();
        by_name.extend(facts.flat_map(|facts| [(facts.arn.as_str(), key), (facts.id.as_str(), key)]));
    }
    by_name
}

/// The keys of the current version; where the versions were not read, or name none, that of the secret.
fn key_names_of<'a>(secret: &'a Secret, versions: Option<&'a SecretVersions>) -> Vec<Option<&'a str>> {
    let is_current = |version: &&crate::snapshot::records::Version| {
        version.stages.iter().any(|stage| stage == "AWSCURRENT")
    };
    let current = versions.and_then(|record| record.versions.iter().find(is_current));
    let named: Vec<Option<&str>> =
        current.iter().flat_map(|version| &version.kms_key_ids).map(|name| Some(name.as_str())).collect();
    if named.is_empty() { vec![secret.kms_key_id.as_deref()] } else { named }
}

fn gap_about(gaps: &[Gap], resource: &str) -> String {
    let own = gaps.iter().find(|gap| gap.resource.as_deref() == Some(resource));
    let gap = own.or_else(|| gaps.iter().find(|gap| gap.resource.is_none()));
    gap.map_or_else(|| "the snapshot does not hold it".to_owned(), ToString::to_string)
}

/// A grant; none where its grantee is no principal that can call.
fn grant(record: &crate::snapshot::records::Grant) -> Option<Grant> {
    Some(Grant {
        grantee: Caller::parse(record.grantee.as_deref()?).ok()?,
        operations: record.operations.clone(),
        context_subset: record.context_subset.clone(),
        context_equals: record.context_equals.clone(),
    })
}

/// The principals that resource policies let in and that IAM of the audited accounts does not list.
fn named_principals(
    own: &[Principal],
    secrets: &[SecretNode<'_>],
    keys: &[KeyNode],
    accounts: &BTreeMap<&AccountId, &AccountData>,
) -> Vec<Principal> {
    let mut found: BTreeMap<String, Principal> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for secret in secrets {
        let Some(policy) = secret.policy.policy() else { continue };
        if is_open(policy) {
            let of_keys = secret.keys.iter().filter_map(|key| keys.get(*key)).flat_map(accounts_of_key);
            let told = accounts_of_policy(policy).into_iter().chain(of_keys);
            let outside = told.filter_map(|account| named_principal(&Named::Account(account), own, accounts));
            found.extend(outside.map(|principal| (principal.arn.clone(), principal)));
        }
        if !seen.insert(Arc::as_ptr(policy)) {
            continue;
        }
        for statement in policy.statements().iter().filter(|statement| statement.effect == Effect::Allow) {
            let Some(principals) = &statement.principals else { continue };
            let everyone = [Named::Everyone];
            let names = if principals.negated { &everyone[..] } else { &principals.names };
            for name in names {
                let named = named_principal(name, own, accounts);
                found.extend(named.map(|principal| (principal.arn.clone(), principal)));
            }
        }
    }
    found.into_values().collect()
}

/// Whether a policy lets in whom it does not name.
fn is_open(policy: &Policy) -> bool {
    let allowing = policy.statements().iter().filter(|statement| statement.effect == Effect::Allow);
    let mut lists = allowing.filter_map(|statement| statement.principals.as_ref());
    lists.any(|principals| principals.negated || principals.names.contains(&Named::Everyone))
}

/// The accounts that a policy tells of: by its principals, and by conditions on who calls.
pub(crate) fn accounts_of_policy(policy: &Policy) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for statement in policy.statements().iter().filter(|statement| statement.effect == Effect::Allow) {
        let names = statement.principals.iter().flat_map(|principals| principals.names.iter());
        found.extend(names.filter_map(|name| match name {
            Named::Account(account) => Some(account.clone()),
            Named::Caller(caller) => caller.account().map(str::to_owned),
            _ => None,
        }));
        let conditions = statement
            .conditions
            .iter()
            .filter(|condition| SAYS_ACCOUNT.contains(&condition.key()) && !condition.operator.negated);
        found.extend(
            conditions.flat_map(|condition| condition.values.iter()).filter_map(|value| account_in(value)),
        );
    }
    found
}

/// Keys whose values tell the account of whoever calls.
const SAYS_ACCOUNT: &[&str] = &["aws:principalaccount", "aws:principalarn", "kms:calleraccount"];

/// The account that a value is, or that an ARN holds.
fn account_in(value: &str) -> Option<String> {
    let account = value.split(':').nth(4).unwrap_or(value);
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    is_account.then(|| account.to_owned())
}

fn accounts_of_key(key: &KeyNode) -> BTreeSet<String> {
    let mut found = accounts_of_policy(&key.policy);
    found.extend(key.grants.iter().filter_map(|grant| grant.grantee.account().map(str::to_owned)));
    found
}

fn named_principal(
    name: &Named,
    own: &[Principal],
    accounts: &BTreeMap<&AccountId, &AccountData>,
) -> Option<Principal> {
    let is_audited = |account: &str| accounts.keys().any(|known| known.as_str() == account);
    match name {
        Named::Everyone => Some(anyone()),
        Named::Service(service) => {
            Some(Principal::named(Caller::Service(service.clone()), PrincipalType::Service))
        }
        Named::Account(account) if !is_audited(account) => {
            let root =
                Identity { partition: "aws".to_owned(), account: account.clone(), name: String::new() };
            Some(Principal::named(Caller::Root(root), PrincipalType::Outside))
        }
        Named::Caller(caller) => match (caller, caller.account()) {
            (_, Some(account)) if !is_audited(account) => {
                Some(Principal::named(caller.clone(), PrincipalType::Outside))
            }
            (Caller::Session { role, .. }, _) => {
                let is_role = |principal: &&Principal| {
                    matches!(&principal.caller, Caller::Role(known)
                        if known.account == role.account && known.bare_name() == role.name)
                };
                own.iter().find(is_role).map(|role| Principal::session_of(role, caller.clone()))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Anybody: a principal of an account that nobody knows.
fn anyone() -> Principal {
    let unknown =
        Identity { partition: "aws".to_owned(), account: "000000000000".to_owned(), name: String::new() };
    Principal::named(Caller::Root(unknown), PrincipalType::Anyone)
}
