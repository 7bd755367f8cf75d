//! Facts about trails.

use jiff::Timestamp;

use super::gaps::own_gap;
use super::schema::Group;
use crate::model::{AccountId, Gap, GapCause, Resource, ResourceType, date};
use crate::snapshot::RegionData;
use crate::snapshot::records::{Trail, TrailStatus};
use crate::trail::selectors::{READ, take};

/// What is known of a trail; `None` is "not known".
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TrailRow {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) multi_region: Option<bool>,
    pub(crate) organization: Option<bool>,
    pub(crate) validation: Option<bool>,
    pub(crate) customer_key: Option<bool>,
    pub(crate) logging: Option<bool>,
    pub(crate) delivery_error: Option<String>,
    pub(crate) trouble: Option<String>,
    pub(crate) hours_since_delivery: Option<i64>,
    pub(crate) records_secret_reads: Option<bool>,
    pub(crate) covers_secrets: Option<bool>,
}

impl TrailRow {
    pub(super) fn new(trail: &Trail, account: &str, as_of: Timestamp) -> Self {
        let status = trail.status.as_ref();
        let delivered = |instant: Timestamp| as_of.duration_since(instant).as_hours().max(0);
        Self {
            arn: trail.arn.clone(),
            name: trail.name.clone(),
            account: account.to_owned(),
            region: trail.home_region.clone(),
            multi_region: Some(trail.multi_region),
            organization: Some(trail.organization),
            validation: Some(trail.validation),
            customer_key: Some(trail.kms_key_id.is_some()),
            logging: status.map(|status| status.logging),
            delivery_error: status.map(|status| status.delivery_error.clone().unwrap_or_default()),
            trouble: status.map(trouble),
            hours_since_delivery: status
                .map(|status| status.last_delivery.or(status.started).map_or(0, delivered)),
            records_secret_reads: trail.selectors.as_ref().map(|selectors| take(selectors, READ)),
            covers_secrets: None,
        }
    }

    pub(super) fn resource(&self) -> Resource {
        Resource {
            kind: ResourceType::Trail,
            arn: self.arn.clone(),
            name: self.name.clone(),
            account: AccountId::new(&self.account),
            region: crate::model::Region::new(&self.region),
            second_key: None,
        }
    }
}

/// Why a trail delivers nothing; the empty text where it does. The error of a trail that was stopped is of old.
fn trouble(status: &TrailStatus) -> String {
    match (status.logging, status.stopped, &status.delivery_error) {
        (false, Some(stopped), _) => format!("stopped on {}", date(stopped)),
        (false, None, _) => "stopped".to_owned(),
        (true, _, Some(error)) => format!("last delivery failed: {error}"),
        (true, _, None) => String::new(),
    }
}

/// Why a trail's state or selectors are not known.
pub(super) fn unread(trail: &Trail, account: &AccountId, region: &RegionData) -> Vec<(Group, Gap)> {
    let asked =
        [(Group::TrailStatus, trail.status.is_none()), (Group::TrailSelectors, trail.selectors.is_none())];
    let reasons = |group: Group| {
        let is_about = |gap: &&Gap| gap.call == group.call() && gap.resource.as_ref() == Some(&trail.arn);
        let own: Vec<Gap> = region.trails.gaps.iter().filter(is_about).cloned().collect();
        if !own.is_empty() {
            return own;
        }
        let message = "the snapshot holds no answer about this trail";
        vec![own_gap(GapCause::NotCollected, group.call(), (account, &region.region), &trail.arn, message)]
    };
    let missing = asked.into_iter().filter(|(_, is_missing)| *is_missing);
    missing.flat_map(|(group, _)| reasons(group).into_iter().map(move |gap| (group, gap))).collect()
}
