//! Facts about the keys that secrets use.

use jiff::Timestamp;

use crate::model::{AccountId, Region, Resource, ResourceType, whole_days_between};
use crate::snapshot::records::{Key, KeyFacts};

/// What is known of a key; `None` is "not known".
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct KeyRow {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) key_account: Option<String>,
    pub(crate) in_other_account: Option<bool>,
    pub(crate) customer_managed: Option<bool>,
    pub(crate) state: Option<String>,
    pub(crate) origin: Option<String>,
    pub(crate) spec: Option<String>,
    pub(crate) multi_region: Option<bool>,
    pub(crate) can_rotate: Option<bool>,
    pub(crate) days_until_deletion: Option<i64>,
    pub(crate) rotation_enabled: Option<bool>,
    pub(crate) secrets: i64,
    pub(crate) strangers_decrypt: Option<bool>,
    pub(crate) outside_accounts: Option<String>,
    pub(crate) unless: &'static str,
}

impl KeyRow {
    /// A key that KMS described.
    pub(super) fn found(key: &Key, facts: &KeyFacts, place: (&AccountId, &Region), as_of: Timestamp) -> Self {
        let alias = key.named.iter().find_map(|name| name.rsplit_once("alias/")).map(|(_, alias)| alias);
        Self {
            arn: facts.arn.clone(),
            name: alias.map_or_else(|| facts.id.clone(), |alias| format!("alias/{alias}")),
            account: place.0.to_string(),
            region: place.1.to_string(),
            key_account: Some(facts.account.clone()),
            in_other_account: Some(facts.account != place.0.as_str()),
            customer_managed: Some(facts.manager == "CUSTOMER"),
            state: Some(facts.state.clone()),
            origin: Some(facts.origin.clone().unwrap_or_default()),
            spec: Some(facts.spec.clone().unwrap_or_default()),
            multi_region: Some(facts.multi_region),
            can_rotate: Some(can_rotate(facts)),
            days_until_deletion: Some(
                facts.deletion.map_or(0, |deletion| whole_days_between(as_of, deletion).max(0)),
            ),
            rotation_enabled: if can_rotate(facts) {
                key.rotation.as_ref().map(|rotation| rotation.enabled)
            } else {
                Some(false)
            },
            secrets: 0,
            ..Self::default()
        }
    }

    /// A key of which nothing is known but the form in which a secret names it.
    pub(super) fn unseen(named: &str, place: (&AccountId, &Region)) -> Self {
        Self {
            arn: named.to_owned(),
            name: named.rsplit('/').next().unwrap_or(named).to_owned(),
            account: place.0.to_string(),
            region: place.1.to_string(),
            ..Self::default()
        }
    }

    pub(super) fn resource(&self) -> Resource {
        Resource {
            kind: ResourceType::Key,
            arn: self.arn.clone(),
            name: self.name.clone(),
            account: AccountId::new(&self.account),
            region: Region::new(&self.region),
            second_key: None,
        }
    }
}

/// Whether AWS can rotate the key's material by itself.
///
/// Source: KMS Developer Guide, "Rotate AWS KMS keys": symmetric encryption keys with material that KMS generated.
fn can_rotate(facts: &KeyFacts) -> bool {
    facts.state == "Enabled"
        && facts.spec.as_deref().is_none_or(|spec| spec == "SYMMETRIC_DEFAULT")
        && facts.origin.as_deref().is_none_or(|origin| origin == "AWS_KMS")
}
