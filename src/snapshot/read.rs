//! Reading a snapshot back, checked.

use std::path::Path;

use include_dir::Dir;
use serde::de::DeserializeOwned;

use super::manifest::{MANIFEST, parse, parse_manifest};
use super::shard::digest;
use super::store::Store;
use super::{AccountEntry, Kind, Manifest, Shard, ShardKey, SnapshotError, records};
use crate::model::{AccountId, Gap, GapCause, Region, RegionState};

/// The answers of one kind in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collected<T> {
    /// What was heard.
    pub records: Vec<T>,
    /// What was refused or failed, or that nobody asked.
    pub gaps: Vec<Gap>,
}

impl<T> Collected<T> {
    /// Nobody asked: one gap that says so.
    pub fn not_asked(kind: Kind, account: &AccountId, region: &Region) -> Self {
        let gap = Gap {
            call: kind.call().to_owned(),
            cause: GapCause::NotCollected,
            account: Some(account.clone()),
            region: (*region != Region::global()).then(|| region.clone()),
            resource: None,
            error: "not collected".to_owned(),
            message: "the snapshot holds no answer of this kind".to_owned(),
            permission: None,
        };
        Self { records: Vec::new(), gaps: vec![gap] }
    }

    /// The gaps that concern a whole listing rather than one resource.
    pub fn scope_gaps(&self) -> impl Iterator<Item = &Gap> {
        self.gaps.iter().filter(|gap| gap.resource.is_none())
    }
}

/// What was heard in a Region of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionData {
    /// Its code.
    pub region: Region,
    /// What became of it.
    pub state: RegionState,
    /// The inventory.
    pub secrets: Collected<records::Secret>,
    /// Versions per secret.
    pub versions: Collected<records::SecretVersions>,
    /// Resource policies per secret.
    pub policies: Collected<records::ResourcePolicy>,
    /// Replicas per replicated secret.
    pub replication: Collected<records::Replication>,
    /// Keys that the secrets use.
    pub keys: Collected<records::Key>,
    /// Trails that are visible here.
    pub trails: Collected<records::Trail>,
    /// Event data stores that live here.
    pub event_data_stores: Collected<records::EventDataStore>,
    /// EventBridge rules that may be about Secrets Manager.
    pub event_rules: Collected<records::EventRule>,
    /// The log groups here that trails feed, with their metric filters.
    pub metric_filters: Collected<records::LogGroup>,
    /// Alarms on the metrics of those filters.
    pub alarms: Collected<records::Alarm>,
    /// Config rules about Secrets Manager.
    pub config_rules: Collected<records::ConfigRule>,
    /// Rotation functions.
    pub functions: Collected<records::Function>,
    /// Who read what, by CloudTrail.
    pub accesses: Collected<records::AccessGroup>,
    /// Changes and rotations, by CloudTrail.
    pub lifecycle: Collected<records::LifecycleEvent>,
    /// When CloudTrail was seen to record.
    pub coverage: Collected<records::Coverage>,
}

/// What was heard in an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountData {
    /// What the manifest says of it.
    pub entry: AccountEntry,
    /// Who asked.
    pub identity: Collected<records::Identity>,
    /// IAM.
    pub authorization: Collected<records::Authorization>,
    /// The credential report.
    pub credentials: Collected<records::Credential>,
    /// The organization as seen from here.
    pub organization: Collected<records::Organization>,
    /// The Regions, by code.
    pub regions: Vec<RegionData>,
}

/// Everything that was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The table of contents.
    pub manifest: Manifest,
    /// The accounts, by number.
    pub accounts: Vec<AccountData>,
}

impl RegionData {
    fn gaps(&self) -> impl Iterator<Item = &Gap> {
        let gaps = self.secrets.gaps.iter().chain(&self.versions.gaps).chain(&self.policies.gaps);
        let gaps = gaps.chain(&self.coverage.gaps).chain(&self.replication.gaps).chain(&self.keys.gaps);
        let gaps = gaps.chain(&self.trails.gaps).chain(&self.event_data_stores.gaps);
        let gaps = gaps.chain(&self.event_rules.gaps).chain(&self.metric_filters.gaps);
        gaps.chain(&self.alarms.gaps).chain(&self.config_rules.gaps).chain(&self.functions.gaps)
    }
}

impl AccountData {
    fn gaps(&self) -> impl Iterator<Item = &Gap> {
        let gaps = self.entry.gaps.iter().chain(&self.identity.gaps).chain(&self.authorization.gaps);
        let gaps = gaps.chain(&self.credentials.gaps).chain(&self.organization.gaps);
        gaps.chain(self.regions.iter().flat_map(RegionData::gaps))
    }
}

impl Snapshot {
    /// Every gap that the collection met. "Not collected" is no news before a rule asks.
    pub fn gaps(&self) -> impl Iterator<Item = &Gap> {
        let all = self.accounts.iter().flat_map(AccountData::gaps);
        all.filter(|gap| gap.cause != GapCause::NotCollected)
    }
}

/// A complete snapshot that can be read.
#[derive(Debug)]
pub struct Source {
    store: Store,
}

impl Source {
    /// A snapshot in a directory.
    pub fn directory(path: &Path) -> Self {
        Self { store: Store::Directory(path.to_owned()) }
    }

    /// A snapshot inside the binary.
    pub fn embedded(dir: &'static Dir<'static>) -> Self {
        Self { store: Store::Embedded(dir) }
    }

    pub(super) fn from_store(store: Store) -> Self {
        Self { store }
    }

    /// Reads and checks everything.
    ///
    /// # Errors
    /// Where the snapshot is absent, incomplete, newer than this program, torn or unreadable; the error names the file.
    pub fn read(&self) -> Result<Snapshot, SnapshotError> {
        let Some(bytes) = self.store.get(MANIFEST)? else {
            return Err(SnapshotError::NoManifest(self.store.name().into()));
        };
        let manifest = parse_manifest(&self.store, &bytes)?;
        if manifest.finished.is_none() {
            return Err(SnapshotError::Incomplete { path: self.store.name() });
        }
        let reader = Reader { store: &self.store, manifest: &manifest };
        let accounts =
            manifest.accounts.iter().map(|entry| reader.account(entry)).collect::<Result<_, _>>()?;
        Ok(Snapshot { manifest, accounts })
    }
}

struct Reader<'a> {
    store: &'a Store,
    manifest: &'a Manifest,
}

impl Reader<'_> {
    fn account(&self, entry: &AccountEntry) -> Result<AccountData, SnapshotError> {
        let id = &entry.account;
        let global = Region::global();
        let mut regions = entry
            .regions
            .iter()
            .map(|region| self.region(id, &region.region, region.state))
            .collect::<Result<Vec<_>, _>>()?;
        regions.sort_by(|a, b| a.region.cmp(&b.region));
        Ok(AccountData {
            entry: entry.clone(),
            identity: self.collected(id, &global, Kind::Identity)?,
            authorization: self.collected(id, &global, Kind::Authorization)?,
            credentials: self.collected(id, &global, Kind::Credentials)?,
            organization: self.collected(id, &global, Kind::Organization)?,
            regions,
        })
    }

    fn region(
        &self,
        id: &AccountId,
        region: &Region,
        state: RegionState,
    ) -> Result<RegionData, SnapshotError> {
        Ok(RegionData {
            region: region.clone(),
            state,
            secrets: self.collected(id, region, Kind::Secrets)?,
            versions: self.collected(id, region, Kind::Versions)?,
            policies: self.collected(id, region, Kind::ResourcePolicies)?,
            replication: self.collected(id, region, Kind::Replication)?,
            keys: self.collected(id, region, Kind::Keys)?,
            trails: self.collected(id, region, Kind::Trails)?,
            event_data_stores: self.collected(id, region, Kind::EventDataStores)?,
            event_rules: self.collected(id, region, Kind::EventRules)?,
            metric_filters: self.collected(id, region, Kind::MetricFilters)?,
            alarms: self.collected(id, region, Kind::Alarms)?,
            config_rules: self.collected(id, region, Kind::ConfigRules)?,
            functions: self.collected(id, region, Kind::Functions)?,
            accesses: self.collected(id, region, Kind::Accesses)?,
            lifecycle: self.collected(id, region, Kind::Lifecycle)?,
            coverage: self.collected(id, region, Kind::Coverage)?,
        })
    }

    /// All pieces of a kind, joined.
    fn collected<T: DeserializeOwned>(
        &self,
        account: &AccountId,
        region: &Region,
        kind: Kind,
    ) -> Result<Collected<T>, SnapshotError> {
        let mut key = ShardKey::first(account, region, kind);
        if !self.manifest.shards.contains_key(&key.path()) {
            return Ok(Collected::not_asked(kind, account, region));
        }
        let mut all = Collected { records: Vec::new(), gaps: Vec::new() };
        loop {
            let shard: Shard<T> = self.shard(&key)?;
            all.records.extend(shard.records);
            all.gaps.extend(shard.gaps);
            if shard.last {
                return Ok(all);
            }
            key = key.with_part(key.part + 1);
        }
    }

    fn shard<T: DeserializeOwned>(&self, key: &ShardKey) -> Result<Shard<T>, SnapshotError> {
        let name = key.path();
        let missing = || SnapshotError::MissingShard { root: self.store.name(), shard: name.clone() };
        let sum = self.manifest.shards.get(&name).ok_or_else(missing)?;
        let bytes = self.store.get(&name)?.ok_or_else(missing)?;
        let path = format!("{}/{name}", self.store.name());
        let shard: Shard<T> = parse(&path, &bytes)?;
        if digest(&bytes) != *sum {
            let reason = "its SHA-256 is not the one in manifest.json".to_owned();
            return Err(SnapshotError::Torn { path, reason });
        }
        Ok(shard)
    }
}
