//! Secrets as reports show them.

use std::collections::BTreeMap;

use crate::model::{AccountId, Region, ReplicaProfile, RotationProfile, SecretProfile, VersionProfile};
use crate::snapshot::records::{Replica, Replication, Secret, SecretVersions, Version};
use crate::snapshot::{RegionData, Snapshot};

/// The secrets of a snapshot, by account, Region and place in the inventory. Owners and environments are left empty.
pub fn profiles(snapshot: &Snapshot) -> Vec<SecretProfile> {
    let mut profiles = Vec::new();
    for account in &snapshot.accounts {
        for data in &account.regions {
            let place = Place::new(data);
            let own = data.secrets.records.iter();
            profiles.extend(own.map(|record| place.profile(record, &account.entry.account)));
        }
    }
    profiles
}

/// What was heard in a Region, by ARN.
struct Place<'s> {
    region: &'s Region,
    versions: BTreeMap<&'s str, &'s SecretVersions>,
    replicas: BTreeMap<&'s str, &'s Replication>,
}

impl<'s> Place<'s> {
    fn new(data: &'s RegionData) -> Self {
        let versions = data.versions.records.iter();
        let replicas = data.replication.records.iter();
        Self {
            region: &data.region,
            versions: versions.map(|record| (record.arn.as_str(), record)).collect(),
            replicas: replicas.map(|record| (record.arn.as_str(), record)).collect(),
        }
    }

    fn profile(&self, record: &Secret, account: &AccountId) -> SecretProfile {
        SecretProfile {
            arn: record.arn.clone(),
            name: record.name.clone(),
            account: account.clone(),
            region: self.region.clone(),
            description: record.description.clone().unwrap_or_default(),
            owner: String::new(),
            environment: String::new(),
            tags: record.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect(),
            kms_key: record.kms_key_id.clone(),
            created: record.created,
            last_changed: record.last_changed,
            last_accessed: record.last_accessed,
            deleted: record.deleted,
            owning_service: record.owning_service.clone().unwrap_or_default(),
            primary_region: record.primary_region.as_deref().map(Region::new),
            rotation: rotation(record),
            versions: self.versions.get(record.arn.as_str()).map(|found| versions(found)),
            replicas: self.replicas.get(record.arn.as_str()).map(|found| replicas(found)),
            readers: None,
        }
    }
}

fn rotation(record: &Secret) -> RotationProfile {
    let rules = record.rotation_rules.clone().unwrap_or_default();
    RotationProfile {
        enabled: record.rotation_enabled == Some(true),
        function: record.rotation_lambda_arn.clone(),
        days: rules.automatically_after_days,
        schedule: rules.schedule_expression,
        window: rules.duration,
        last: record.last_rotated,
        next: record.next_rotation,
    }
}

fn versions(found: &SecretVersions) -> Vec<VersionProfile> {
    let version = |version: &Version| VersionProfile {
        id: version.id.clone(),
        stages: version.stages.clone(),
        created: version.created,
        last_accessed: version.last_accessed,
    };
    found.versions.iter().map(version).collect()
}

fn replicas(found: &Replication) -> Vec<ReplicaProfile> {
    let replica = |replica: &Replica| ReplicaProfile {
        region: replica.region.clone(),
        status: replica.status.clone().unwrap_or_default(),
        last_accessed: replica.last_accessed,
    };
    found.replicas.iter().map(replica).collect()
}
