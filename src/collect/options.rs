//! What a collection is asked to do.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::event_history::HistoryOptions;
use crate::model::Region;
use crate::model::Selector;
use crate::snapshot::Inventory;

/// Which accounts are asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Targets {
    /// The caller's own.
    #[default]
    Caller,
    /// Those of these roles.
    Roles {
        /// The roles' ARNs.
        arns: Vec<String>,
        /// What the roles' trust policies ask for.
        external_id: Option<String>,
    },
    /// Every active account of the caller's organization: its own directly, the others through a role.
    Organization {
        /// The role's name, the same in every account.
        role_name: String,
        /// What the roles' trust policies ask for.
        external_id: Option<String>,
    },
}

/// How the secrets are enumerated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub enum InventorySource {
    /// By ListSecrets.
    #[default]
    SecretsManager,
    /// By AWS Config in each account and Region.
    Config,
    /// By an AWS Config aggregator in the caller's account, which is asked once and is the only source.
    ConfigAggregator(String),
}

impl InventorySource {
    /// The same as the manifest names it.
    pub fn kind(&self) -> Inventory {
        match self {
            Self::SecretsManager => Inventory::SecretsManager,
            Self::Config | Self::ConfigAggregator(_) => Inventory::Config,
        }
    }
}

/// What a collection is asked to do, and how hard it may try.
#[derive(Clone, Debug, PartialEq)]
pub struct CollectOptions {
    /// The profile of the AWS configuration files; none for the default chain.
    pub profile: Option<String>,
    /// The Regions; empty means every Region that the account has switched on.
    pub regions: Vec<Region>,
    /// One endpoint for all services, such as that of an emulator.
    pub endpoint_url: Option<String>,
    /// The accounts.
    pub targets: Targets,
    /// Which secrets are kept and asked about: those that any selector takes; empty means all.
    pub select: Vec<Selector>,
    /// How the secrets are enumerated.
    pub inventory: InventorySource,
    /// How CloudTrail's Event history is asked; none leaves it out.
    pub history: Option<HistoryOptions>,
    /// Requests per second that no quota's bucket exceeds, from 0.2 up; none means half of each published rate.
    pub max_rate: Option<f64>,
    /// How often a request is tried, the first time included.
    pub max_attempts: u32,
    /// How many requests may be in flight at once.
    pub concurrency: usize,
}

impl Default for CollectOptions {
    fn default() -> Self {
        Self {
            profile: None,
            regions: Vec::new(),
            endpoint_url: None,
            targets: Targets::default(),
            select: Vec::new(),
            inventory: InventorySource::default(),
            history: Some(HistoryOptions::default()),
            max_rate: None,
            max_attempts: 8,
            concurrency: 64,
        }
    }
}

/// The settings that decide what a snapshot holds.
#[derive(Serialize)]
struct Settings<'a> {
    profile: Option<&'a str>,
    regions: Vec<&'a str>,
    endpoint_url: Option<&'a str>,
    targets: &'a Targets,
    select: Vec<String>,
    inventory: &'a InventorySource,
    /// Of how many days Event history is asked.
    history: Option<i64>,
}

impl CollectOptions {
    /// A digest of the settings that a resumed collection must share: SHA-256 in hex. Rates and retries are left out,
    /// since a collection that was throttled is best resumed with gentler ones.
    pub fn digest(&self) -> String {
        let settings = Settings {
            profile: self.profile.as_deref(),
            regions: sorted(self.regions.iter().map(Region::as_str)),
            endpoint_url: self.endpoint_url.as_deref(),
            targets: &self.targets,
            select: sorted(self.selection().into_iter()),
            inventory: &self.inventory,
            history: self.history.as_ref().map(|history| history.days),
        };
        let bytes = serde_json::to_vec(&settings).unwrap_or_default();
        Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What the collection is narrowed to, as the user wrote it; empty means everything.
    pub fn selection(&self) -> Vec<String> {
        self.select.iter().map(ToString::to_string).collect()
    }
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort();
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_follows_what_is_asked_and_not_how_hard() {
        let plain = CollectOptions::default();
        let gentle = CollectOptions { max_rate: Some(1.0), max_attempts: 2, concurrency: 1, ..plain.clone() };
        assert_eq!(plain.digest(), gentle.digest());
        let elsewhere = CollectOptions { regions: vec![Region::new("eu-west-1")], ..plain.clone() };
        assert_ne!(plain.digest(), elsewhere.digest());
        let narrowed = CollectOptions { select: vec!["prod/*".parse().unwrap()], ..plain.clone() };
        assert_ne!(plain.digest(), narrowed.digest());
    }

    #[test]
    fn the_order_of_regions_and_selectors_does_not_matter() {
        let with = |regions: [&str; 2], select: [&str; 2]| CollectOptions {
            regions: regions.into_iter().map(Region::new).collect(),
            select: select.into_iter().map(|text| text.parse().unwrap()).collect(),
            ..CollectOptions::default()
        };
        let first = with(["eu-west-1", "us-east-1"], ["a*", "tag:K=v"]);
        let second = with(["us-east-1", "eu-west-1"], ["tag:K=v", "a*"]);
        assert_eq!(first.digest(), second.digest());
    }
}
