//! The facts about one secret. `None` is "not known".

use crate::model::{AccountId, Gap, Region, Related, Resource, ResourceType};
use crate::tables::schema::Group;
use crate::tables::trail::UseFacts;

/// What is known of who can do what with a secret.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AccessFacts {
    pub(crate) readers_min: Option<i64>,
    pub(crate) readers: Option<i64>,
    pub(crate) readers_max: Option<i64>,
    pub(crate) anybody_reads: Option<bool>,
    pub(crate) anybody_changes_policy: Option<bool>,
    pub(crate) outside_readers: Option<String>,
    pub(crate) outside_accounts: Option<String>,
    pub(crate) readers_without_key: Option<String>,
    pub(crate) unless: &'static str,
    /// What findings draw their paths from.
    pub(crate) related: Vec<Related>,
}

/// What is known of a secret's rotation function.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FunctionFacts {
    pub(crate) exists: Option<bool>,
    pub(crate) failure: Option<String>,
    pub(crate) lets_in: Option<bool>,
    pub(crate) source_limited: Option<bool>,
    pub(crate) role: Option<String>,
    pub(crate) role_lacks: Option<String>,
}

/// What is known of one secret in one Region, with the gaps that explain what is not.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SecretFacts {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) partition: String,
    pub(crate) description: Option<String>,
    pub(crate) tag_count: Option<i64>,
    pub(crate) age_days: Option<i64>,
    pub(crate) is_replica: Option<bool>,
    pub(crate) primary_region: Option<String>,
    pub(crate) pending_deletion: Option<bool>,
    pub(crate) days_since_deletion: Option<i64>,
    pub(crate) owning_service: Option<String>,
    pub(crate) service_owned: Option<bool>,
    pub(crate) external_type: Option<String>,
    pub(crate) customer_secret: Option<bool>,
    pub(crate) class: Option<String>,
    pub(crate) name_environment: String,
    pub(crate) tag_environment: Option<String>,
    pub(crate) production: Option<bool>,
    pub(crate) sensitive: Option<bool>,
    pub(crate) rotation_enabled: Option<bool>,
    pub(crate) rotation_configured: Option<bool>,
    pub(crate) rotation_function: Option<String>,
    pub(crate) managed_rotation: Option<bool>,
    pub(crate) schedule: Option<String>,
    pub(crate) effective_interval_days: Option<f64>,
    pub(crate) has_next_rotation: Option<bool>,
    pub(crate) days_past_due: Option<i64>,
    pub(crate) days_overdue: Option<i64>,
    pub(crate) ever_rotated: Option<bool>,
    pub(crate) days_since_rotation: Option<i64>,
    pub(crate) has_value: Option<bool>,
    pub(crate) value_age_days: Option<i64>,
    pub(crate) labelled_versions: Option<i64>,
    pub(crate) unlabelled_versions: Option<i64>,
    pub(crate) pending_hours: Option<i64>,
    pub(crate) rotation_pending: Option<bool>,
    pub(crate) old_version_read_days: Option<i64>,
    pub(crate) versions_under_other_key: Option<i64>,
    pub(crate) has_resource_policy: Option<bool>,
    pub(crate) default_key: Option<bool>,
    pub(crate) key_arn: Option<String>,
    pub(crate) key_account: Option<String>,
    pub(crate) value_key_usable: Option<bool>,
    pub(crate) value_key_pending_deletion: Option<bool>,
    pub(crate) days_until_unreadable: Option<i64>,
    pub(crate) unreadable_on: Option<String>,
    pub(crate) value_key_disabled: Option<bool>,
    pub(crate) value_key_missing: Option<bool>,
    pub(crate) replica_count: Option<i64>,
    pub(crate) replica_regions: Option<String>,
    pub(crate) failed_replicas: Option<i64>,
    pub(crate) replica_failure: Option<String>,
    pub(crate) replicas_under_default_key: Option<i64>,
    pub(crate) orphan_replica: Option<bool>,
    pub(crate) ever_read: Option<bool>,
    pub(crate) idle_days: Option<i64>,
    pub(crate) idle_days_max: Option<i64>,
    pub(crate) name_ends_like_suffix: bool,
    pub(crate) collides_with: String,
    pub(crate) credential_in_metadata: Option<String>,
    pub(crate) access: AccessFacts,
    pub(crate) function: FunctionFacts,
    pub(crate) used: UseFacts,
    /// Whether the day of its last access is that of a rotation, perhaps.
    pub(crate) hidden_by_rotation: bool,
    /// The id of its current version, where that is known.
    pub(crate) current_version: Option<String>,
    /// Why the columns of a group are NULL.
    pub(crate) gaps: Vec<(Group, Gap)>,
}

impl SecretFacts {
    /// Notes why columns of a group are NULL.
    pub(in crate::tables) fn miss(&mut self, group: Group, gaps: impl IntoIterator<Item = Gap>) {
        for gap in gaps {
            if !self.gaps.iter().any(|known| known.0 == group && known.1 == gap) {
                self.gaps.push((group, gap));
            }
        }
    }

    /// The secret as findings name it.
    pub(in crate::tables) fn resource(&self) -> Resource {
        Resource {
            kind: ResourceType::Secret,
            arn: self.arn.clone(),
            name: self.name.clone(),
            account: AccountId::new(&self.account),
            region: Region::new(&self.region),
            second_key: None,
        }
    }
}
