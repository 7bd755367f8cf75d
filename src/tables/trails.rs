//! Facts about trails.

use jiff::Timestamp;

use crate::model::{Resource, ResourceType};
use crate::snapshot::records::{AdvancedSelector, BasicSelector, EventSelectors, FieldSelector, Trail};

/// The event source of Secrets Manager in CloudTrail.
const SECRETS_MANAGER: &str = "secretsmanager.amazonaws.com";

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
    pub(crate) hours_since_delivery: Option<i64>,
    pub(crate) records_secret_reads: Option<bool>,
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
            hours_since_delivery: status
                .map(|status| status.last_delivery.or(status.started).map_or(0, delivered)),
            records_secret_reads: trail.selectors.as_ref().map(records_secret_reads),
        }
    }

    pub(super) fn resource(&self) -> Resource {
        Resource {
            kind: ResourceType::Trail,
            arn: self.arn.clone(),
            name: self.name.clone(),
            account: crate::model::AccountId::new(&self.account),
            region: crate::model::Region::new(&self.region),
            second_key: None,
        }
    }
}

/// Whether the selectors take reads of secrets, which are management events with `readOnly` true.
///
/// Source: Secrets Manager User Guide, "Log AWS Secrets Manager events with AWS CloudTrail".
fn records_secret_reads(selectors: &EventSelectors) -> bool {
    match selectors {
        EventSelectors::Basic(selectors) => selectors.iter().any(basic_takes_reads),
        EventSelectors::Advanced(selectors) => selectors.iter().any(advanced_takes_reads),
    }
}

fn basic_takes_reads(selector: &BasicSelector) -> bool {
    selector.management
        && selector.read_write != "WriteOnly"
        && !selector.excluded_sources.iter().any(|source| source == SECRETS_MANAGER)
}

/// All conditions of an advanced selector must hold for the event, so each must let a GetSecretValue through.
fn advanced_takes_reads(selector: &AdvancedSelector) -> bool {
    let about_category = selector.fields.iter().any(|field| field.field == "eventCategory");
    about_category && selector.fields.iter().all(field_takes_reads)
}

fn field_takes_reads(field: &FieldSelector) -> bool {
    let actual = match field.field.as_str() {
        "eventCategory" => "Management",
        "readOnly" => "true",
        "eventSource" => SECRETS_MANAGER,
        "eventName" => "GetSecretValue",
        "eventType" => "AwsApiCall",
        // A condition on anything else, such as a user, takes only some of the reads.
        _ => return false,
    };
    field.operators.iter().all(|(operator, values)| {
        let any = |test: fn(&str, &str) -> bool| values.iter().any(|value| test(actual, value));
        match operator.as_str() {
            "equals" => any(|actual, value| actual == value),
            "notEquals" => !any(|actual, value| actual == value),
            "startsWith" => any(|actual, value| actual.starts_with(value)),
            "notStartsWith" => !any(|actual, value| actual.starts_with(value)),
            "endsWith" => any(|actual, value| actual.ends_with(value)),
            "notEndsWith" => !any(|actual, value| actual.ends_with(value)),
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advanced(fields: &[(&str, &str, &[&str])]) -> EventSelectors {
        let fields = fields.iter().map(|(field, operator, values)| FieldSelector {
            field: (*field).to_owned(),
            operators: [((*operator).to_owned(), values.iter().map(|v| (*v).to_owned()).collect())].into(),
        });
        EventSelectors::Advanced(vec![AdvancedSelector { name: None, fields: fields.collect() }])
    }

    fn basic(read_write: &str, management: bool, excluded: &[&str]) -> EventSelectors {
        EventSelectors::Basic(vec![BasicSelector {
            read_write: read_write.to_owned(),
            management,
            excluded_sources: excluded.iter().map(|source| (*source).to_owned()).collect(),
        }])
    }

    #[test]
    fn selectors_that_take_reads() {
        let management = ("eventCategory", "equals", ["Management"].as_slice());
        let cases = [
            (basic("All", true, &[]), true),
            (basic("ReadOnly", true, &["kms.amazonaws.com"]), true),
            (basic("WriteOnly", true, &[]), false),
            (basic("All", false, &[]), false),
            (basic("All", true, &[SECRETS_MANAGER]), false),
            (EventSelectors::Basic(vec![]), false),
            (advanced(&[management]), true),
            (advanced(&[management, ("readOnly", "equals", &["true"])]), true),
            (advanced(&[management, ("readOnly", "equals", &["false"])]), false),
            (advanced(&[management, ("eventSource", "notEquals", &["kms.amazonaws.com"])]), true),
            (advanced(&[management, ("eventSource", "notEquals", &[SECRETS_MANAGER])]), false),
            (advanced(&[management, ("eventName", "startsWith", &["Get"])]), true),
            (advanced(&[management, ("eventName", "startsWith", &["Put"])]), false),
            (advanced(&[("eventCategory", "equals", &["Data"])]), false),
            (advanced(&[("readOnly", "equals", &["true"])]), false),
            (advanced(&[management, ("userIdentity.arn", "equals", &["x"])]), false),
        ];
        for (selectors, expected) in cases {
            assert_eq!(records_secret_reads(&selectors), expected, "{selectors:?}");
        }
    }
}
