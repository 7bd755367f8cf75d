//! What an organization lets an account do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::documents::Documents;
use crate::model::{AccountId, Gap};
use crate::policy::Policy;
use crate::snapshot::Snapshot;
use crate::snapshot::records::{OrgPolicy, Organization};

/// Policies in levels: the root's first, the account's last.
pub(super) type Levels = Vec<Vec<Arc<Policy>>>;

/// What the policies of a level are called, in the order of [`Levels`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LevelNames {
    /// Where they are attached: the root, a unit, or the account.
    pub(super) place: String,
    /// Their names.
    pub(super) policies: Vec<String>,
}

/// The organization as it stands above one account.
#[derive(Clone, Debug, Default)]
pub(super) struct Above {
    /// `o-…`; the empty text where the account is in no organization, none where that is not known.
    pub(super) id: Option<String>,
    /// The path of the account's parent, as aws:PrincipalOrgPaths has it.
    pub(super) path: Option<String>,
    /// The account that manages the organization.
    pub(super) management_account: Option<String>,
    /// Service control policies; none where they are out of sight.
    pub(super) scps: Option<Levels>,
    /// Resource control policies; none where they are out of sight.
    pub(super) rcps: Option<Levels>,
    /// What the service control policies are called.
    pub(super) scp_names: Vec<LevelNames>,
    /// What the resource control policies are called.
    pub(super) rcp_names: Vec<LevelNames>,
    /// Policies that could not be read, with the reason.
    pub(super) unread: Vec<String>,
}

const SERVICE_CONTROL: &str = "SERVICE_CONTROL_POLICY";
const RESOURCE_CONTROL: &str = "RESOURCE_CONTROL_POLICY";

/// The organizations of a snapshot, by account.
#[derive(Debug, Default)]
pub(super) struct Organizations {
    by_account: BTreeMap<String, Above>,
    /// The organizations whose accounts were listed.
    listed: BTreeSet<String>,
}

impl Organizations {
    pub(super) fn new(snapshot: &Snapshot, documents: &mut Documents) -> Self {
        let mut by_account = BTreeMap::new();
        let mut listed = BTreeSet::new();
        for heard in snapshot.accounts.iter().map(|account| &account.organization) {
            let whole = heard.records.iter().filter(|organization| !organization.accounts.is_empty());
            for organization in whole {
                listed.insert(organization.id.clone());
                for account in &organization.accounts {
                    by_account.entry(account.id.clone()).or_insert_with(|| {
                        let found = above(organization, &account.id, account.parent.as_deref(), documents);
                        if sees_policies(&heard.gaps) { found } else { found.without_policies() }
                    });
                }
            }
        }
        for account in &snapshot.accounts {
            let id = account.entry.account.to_string();
            let own = account.organization.records.first();
            let asked = account.organization.gaps.is_empty();
            by_account.entry(id).or_insert_with(|| match own {
                Some(organization) => known_by_name(organization),
                None if asked => standalone(),
                None => Above::default(),
            });
        }
        Self { by_account, listed }
    }

    /// What stands above an account; nothing is known of accounts that nobody saw.
    pub(super) fn above(&self, account: &str) -> Option<&Above> {
        self.by_account.get(account)
    }

    /// The names of the organizations that were seen.
    pub(super) fn ids(&self) -> BTreeSet<&str> {
        let ids = self.by_account.values().filter_map(|above| above.id.as_deref());
        ids.filter(|id| !id.is_empty()).collect()
    }

    /// Whether the accounts of an organization were listed.
    pub(super) fn is_listed(&self, id: &str) -> bool {
        self.listed.contains(id)
    }

    /// Every policy of every organization.
    pub(super) fn policies(&self) -> impl Iterator<Item = &Arc<Policy>> {
        let levels = self.by_account.values().flat_map(|above| above.scps.iter().chain(&above.rcps));
        levels.flatten().flatten()
    }

    /// The accounts of an organization.
    pub(super) fn accounts_of<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a str> {
        let is_of = move |(_, above): &(&String, &Above)| above.id.as_deref() == Some(id);
        self.by_account.iter().filter(is_of).map(|(account, _)| account.as_str())
    }

    /// Whether the account belongs to the same organization as another.
    pub(super) fn is_same(&self, account: &str, other: &AccountId) -> Option<bool> {
        let own = self.by_account.get(other.as_str())?.id.as_ref()?;
        let found = self.by_account.get(account).and_then(|above| above.id.as_ref());
        match found {
            Some(id) => Some(id == own && !own.is_empty()),
            // The list of accounts was read, and it is not among them.
            None if own.is_empty() || self.listed.contains(own) => Some(false),
            None => None,
        }
    }
}

/// The calls that tell which policies stand where.
const ABOUT_POLICIES: &[&str] =
    &["organizations:ListPolicies", "organizations:DescribePolicy", "organizations:ListTargetsForPolicy"];

fn sees_policies(gaps: &[Gap]) -> bool {
    !gaps.iter().any(|gap| ABOUT_POLICIES.contains(&gap.call.as_str()))
}

impl Above {
    /// What is left where the policies are out of sight.
    fn without_policies(self) -> Self {
        Self { scps: None, rcps: None, scp_names: Vec::new(), rcp_names: Vec::new(), ..self }
    }
}

fn standalone() -> Above {
    Above { id: Some(String::new()), scps: Some(Vec::new()), rcps: Some(Vec::new()), ..Above::default() }
}

/// The organization's name is known, its policies are not.
fn known_by_name(organization: &Organization) -> Above {
    Above {
        id: Some(organization.id.clone()),
        management_account: Some(organization.management_account.clone()),
        ..Above::default()
    }
}

fn above(
    organization: &Organization,
    account: &str,
    parent: Option<&str>,
    documents: &mut Documents,
) -> Above {
    let Some(units) = parent.and_then(|parent| units(organization, parent)) else {
        return known_by_name(organization);
    };
    let path = format!("{}/{}/", organization.id, units.join("/"));
    let targets: Vec<&str> = units.iter().map(String::as_str).chain([account]).collect();
    Above {
        path: Some(path),
        scps: levels(organization, SERVICE_CONTROL, &targets, documents),
        rcps: levels(organization, RESOURCE_CONTROL, &targets, documents),
        scp_names: level_names(organization, SERVICE_CONTROL, &targets),
        rcp_names: level_names(organization, RESOURCE_CONTROL, &targets),
        unread: unread(organization, &targets, documents),
        ..known_by_name(organization)
    }
}

/// The root and the units down to one, by id.
fn units(organization: &Organization, lowest: &str) -> Option<Vec<String>> {
    let mut units = vec![lowest.to_owned()];
    loop {
        let last = units.last()?;
        let unit = organization.units.iter().find(|unit| unit.id == *last)?;
        let Some(parent) = unit.parent.clone() else { break };
        if units.contains(&parent) {
            return None;
        }
        units.push(parent);
    }
    units.reverse();
    Some(units)
}

/// The policies of a type, by level; no level where the organization has none of that type. None where a document
/// cannot be read.
fn levels(
    organization: &Organization,
    policy_type: &str,
    targets: &[&str],
    documents: &mut Documents,
) -> Option<Levels> {
    let of_type: Vec<_> =
        organization.policies.iter().filter(|policy| policy.policy_type == policy_type).collect();
    if of_type.is_empty() {
        return Some(Vec::new());
    }
    let mut levels = Vec::new();
    for target in targets {
        let here = attached(organization, policy_type, target);
        let read: Result<Vec<_>, _> = here.map(|policy| documents.read(&policy.document)).collect();
        levels.push(read.ok()?);
    }
    Some(levels)
}

/// The policies of a type that are attached to a root, unit or account.
fn attached<'a>(
    organization: &'a Organization,
    policy_type: &'a str,
    target: &'a str,
) -> impl Iterator<Item = &'a OrgPolicy> {
    let is_here = move |policy: &&OrgPolicy| policy.targets.iter().any(|known| known == target);
    organization.policies.iter().filter(move |policy| policy.policy_type == policy_type).filter(is_here)
}

fn level_names(organization: &Organization, policy_type: &str, targets: &[&str]) -> Vec<LevelNames> {
    let names = |target: &&str| LevelNames {
        place: place(organization, target),
        policies: attached(organization, policy_type, target).map(|policy| policy.name.clone()).collect(),
    };
    targets.iter().map(names).collect()
}

/// The root, a unit or an account in words.
fn place(organization: &Organization, target: &str) -> String {
    match organization.units.iter().find(|unit| unit.id == target) {
        Some(unit) if unit.parent.is_none() => "the root".to_owned(),
        Some(unit) => format!("unit {}", unit.name),
        None => format!("account {target}"),
    }
}

fn unread(organization: &Organization, targets: &[&str], documents: &mut Documents) -> Vec<String> {
    let applies = |policy: &&OrgPolicy| policy.targets.iter().any(|known| targets.contains(&known.as_str()));
    let reason = |policy: &OrgPolicy| {
        let error = documents.read(&policy.document).err()?;
        let kind = if policy.policy_type == SERVICE_CONTROL { "SCP" } else { "RCP" };
        Some(format!("{kind} {}: {error}", policy.name))
    };
    organization.policies.iter().filter(applies).filter_map(reason).collect()
}
