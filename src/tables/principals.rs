//! Facts about users and roles.

use crate::model::{AccountId, Region, Related, Resource, ResourceType};
use crate::snapshot::records::Tag;
use crate::tables::trail::PrincipalUse;

/// What is known of a principal; `None` is "not known".
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PrincipalRow {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) kind: &'static str,
    pub(crate) tags: Vec<Tag>,
    pub(crate) service_linked: bool,
    pub(crate) single_sign_on: bool,
    pub(crate) person: Option<bool>,
    pub(crate) administrator: Option<bool>,
    pub(crate) secrets: Option<i64>,
    pub(crate) readable_min: Option<i64>,
    pub(crate) readable: Option<i64>,
    pub(crate) readable_max: Option<i64>,
    pub(crate) readable_share: Option<f64>,
    pub(crate) readable_production: Option<i64>,
    pub(crate) readable_elsewhere: Option<i64>,
    pub(crate) readable_environments: Option<String>,
    pub(crate) production_without_mfa: Option<i64>,
    pub(crate) production_deletable_for_good: Option<i64>,
    pub(crate) readable_examples: Option<String>,
    pub(crate) steps_to_read: Option<String>,
    pub(crate) has_active_key: Option<bool>,
    pub(crate) oldest_key_days: Option<i64>,
    pub(crate) ever_used: Option<bool>,
    pub(crate) days_since_use: Option<i64>,
    pub(crate) unless: &'static str,
    pub(crate) used: PrincipalUse,
    /// ARNs of some secrets that it can read.
    pub(crate) examples: Vec<String>,
    /// ARNs of some production secrets that it can delete for good.
    pub(crate) deletable: Vec<String>,
    /// The calls by which it comes to read, and on what.
    pub(crate) steps: Vec<(String, String)>,
}

impl PrincipalRow {
    /// What findings draw their paths from.
    pub(super) fn related(&self) -> Vec<Related> {
        let steps = self.steps.iter().map(|(call, on)| Related::Step(call.clone(), on.clone()));
        let deletable = self.deletable.iter().cloned().map(Related::Deletable);
        self.examples.iter().cloned().map(Related::Secret).chain(deletable).chain(steps).collect()
    }

    pub(super) fn resource(&self) -> Resource {
        Resource {
            kind: ResourceType::Principal,
            arn: self.arn.clone(),
            name: self.name.clone(),
            account: AccountId::new(&self.account),
            region: Region::global(),
            second_key: None,
        }
    }
}
