//! The snapshot made easy to look things up in.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::keyring::Keyring;
use crate::access::Selection;
use crate::model::{AccountId, Gap, Region, RegionState, Settings};
use crate::snapshot::records::{Replication, ResourcePolicy, Secret, SecretVersions};
use crate::snapshot::{AccountData, Collected, Inventory, RegionData, Snapshot};

/// What a call said about one secret, or why it did not.
pub(super) enum Answer<'a, T> {
    /// The record.
    Known(&'a T),
    /// The gaps that explain its absence; none where nothing was to be asked.
    Missing(Vec<Gap>),
}

/// Records of one kind in one place, by ARN, with the gaps beside them.
pub(super) struct Lookup<'a, T> {
    records: BTreeMap<&'a str, &'a T>,
    by_resource: BTreeMap<&'a str, Vec<&'a Gap>>,
    scope: Vec<&'a Gap>,
}

impl<'a, T> Lookup<'a, T> {
    fn new(collected: &'a Collected<T>, arn: fn(&T) -> &str) -> Self {
        let mut by_resource: BTreeMap<&str, Vec<&Gap>> = BTreeMap::new();
        for gap in &collected.gaps {
            if let Some(resource) = &gap.resource {
                by_resource.entry(resource).or_default().push(gap);
            }
        }
        Self {
            records: collected.records.iter().map(|record| (arn(record), record)).collect(),
            by_resource,
            scope: collected.scope_gaps().collect(),
        }
    }

    /// What was said about this ARN. A gap of its own counts before those of the whole listing.
    pub(super) fn get(&self, arn: &str) -> Answer<'a, T> {
        if let Some(record) = self.records.get(arn) {
            return Answer::Known(record);
        }
        let gaps = self.by_resource.get(arn).unwrap_or(&self.scope);
        Answer::Missing(gaps.iter().map(|gap| (*gap).clone()).collect())
    }
}

/// One Region of one account.
pub(super) struct RegionContext<'a> {
    /// The records as they were read.
    pub(super) data: &'a RegionData,
    /// The secrets by name.
    pub(super) by_name: BTreeMap<&'a str, &'a Secret>,
    /// Versions per secret.
    pub(super) versions: Lookup<'a, SecretVersions>,
    /// Resource policies per secret.
    pub(super) policies: Lookup<'a, ResourcePolicy>,
    /// Replicas per secret.
    pub(super) replication: Lookup<'a, Replication>,
    /// The keys.
    pub(super) keys: Keyring<'a>,
}

impl RegionContext<'_> {
    /// Whether every secret of the Region was listed.
    pub(super) fn is_complete(&self) -> bool {
        match self.data.state {
            RegionState::Audited => self.data.secrets.scope_gaps().next().is_none(),
            // A Region that is off holds no secrets.
            RegionState::Off => true,
            RegionState::Refused => false,
        }
    }
}

/// One account.
pub(super) struct AccountContext<'a> {
    /// The records as they were read.
    pub(super) data: &'a AccountData,
    /// Its Regions by code.
    pub(super) regions: BTreeMap<&'a Region, RegionContext<'a>>,
}

/// The whole snapshot.
pub(super) struct Context<'a> {
    /// The settings of the run.
    pub(super) settings: &'a Settings,
    /// The accounts, by number.
    pub(super) accounts: Vec<AccountContext<'a>>,
    /// How the secrets were enumerated.
    pub(super) inventory: Inventory,
    /// Whether the collection was narrowed to some secrets.
    pub(super) narrowed: bool,
    /// To which.
    pub(super) selection: Selection,
}

impl<'a> Context<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, settings: &'a Settings) -> Self {
        Self {
            settings,
            accounts: snapshot.accounts.iter().map(account).collect(),
            inventory: snapshot.manifest.inventory,
            narrowed: !snapshot.manifest.selection.is_empty(),
            selection: Selection::new(snapshot),
        }
    }

    /// A Region of an account, where it was looked at.
    pub(super) fn region(&self, account: &AccountId, region: &Region) -> Option<&RegionContext<'a>> {
        let found = self.accounts.iter().find(|known| known.data.entry.account == *account)?;
        found.regions.get(region)
    }

    /// The instant that counts as now.
    pub(super) fn as_of(&self) -> Timestamp {
        self.settings.as_of
    }
}

fn account(data: &AccountData) -> AccountContext<'_> {
    let regions =
        data.regions.iter().map(|region| (&region.region, region_context(&data.entry.account, region)));
    AccountContext { data, regions: regions.collect() }
}

fn region_context<'a>(account: &'a AccountId, data: &'a RegionData) -> RegionContext<'a> {
    RegionContext {
        data,
        by_name: data.secrets.records.iter().map(|secret| (secret.name.as_str(), secret)).collect(),
        versions: Lookup::new(&data.versions, |record| &record.arn),
        policies: Lookup::new(&data.policies, |record| &record.arn),
        replication: Lookup::new(&data.replication, |record| &record.arn),
        keys: Keyring::new(account, &data.region, &data.keys),
    }
}
