//! What a trail records: whether its selectors take reads of secrets.

use super::event::READ;
use super::record::SECRETS_MANAGER;
use crate::snapshot::records::{AdvancedSelector, BasicSelector, EventSelectors, FieldSelector};

/// Whether the selectors take reads of secrets, which are management events with `readOnly` true.
///
/// Source: Secrets Manager User Guide, "Log AWS Secrets Manager events with AWS CloudTrail".
pub fn takes_secret_reads(selectors: &EventSelectors) -> bool {
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
        "eventName" => READ,
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
            assert_eq!(takes_secret_reads(&selectors), expected, "{selectors:?}");
        }
    }
}
