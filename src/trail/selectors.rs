//! Which events of Secrets Manager the selectors of a trail or an event data store take.

use super::record::SECRETS_MANAGER;
use crate::snapshot::records::{AdvancedSelector, BasicSelector, EventSelectors, FieldSelector};

/// An event of Secrets Manager, all of which are management events.
///
/// Source: Secrets Manager User Guide, "Log AWS Secrets Manager events with AWS CloudTrail".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManagementEvent {
    /// Its name, such as `GetSecretValue`.
    pub name: &'static str,
    /// Whether it only reads.
    pub read_only: bool,
    /// `AwsApiCall` or `AwsServiceEvent`.
    pub kind: &'static str,
}

/// A read of a value.
pub const READ: ManagementEvent =
    ManagementEvent { name: "GetSecretValue", read_only: true, kind: "AwsApiCall" };

/// Whether the selectors of a trail take the event, whoever caused it.
pub fn take(selectors: &EventSelectors, event: ManagementEvent) -> bool {
    match selectors {
        EventSelectors::Basic(selectors) => selectors.iter().any(|selector| basic(selector, event)),
        EventSelectors::Advanced(selectors) => take_advanced(selectors, event),
    }
}

/// The same of advanced selectors, the only ones that event data stores have.
pub fn take_advanced(selectors: &[AdvancedSelector], event: ManagementEvent) -> bool {
    selectors.iter().any(|selector| advanced(selector, event))
}

fn basic(selector: &BasicSelector, event: ManagementEvent) -> bool {
    let left_out = if event.read_only { "WriteOnly" } else { "ReadOnly" };
    selector.management
        && selector.read_write != left_out
        && !selector.excluded_sources.iter().any(|source| source == SECRETS_MANAGER)
}

/// All conditions of an advanced selector must hold for the event.
fn advanced(selector: &AdvancedSelector, event: ManagementEvent) -> bool {
    let about_category = selector.fields.iter().any(|field| field.field == "eventCategory");
    about_category && selector.fields.iter().all(|selector| field(selector, event))
}

fn field(selector: &FieldSelector, event: ManagementEvent) -> bool {
    let actual = match selector.field.as_str() {
        "eventCategory" => "Management",
        "readOnly" => {
            if event.read_only {
                "true"
            } else {
                "false"
            }
        }
        "eventSource" => SECRETS_MANAGER,
        "eventName" => event.name,
        "eventType" => event.kind,
        // A condition on anything else, such as a user, takes only some of the events.
        _ => return false,
    };
    selector.operators.iter().all(|(operator, values)| {
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
            assert_eq!(take(&selectors, READ), expected, "{selectors:?}");
        }
    }

    #[test]
    fn selectors_that_take_writes() {
        let deletion = ManagementEvent { name: "DeleteSecret", read_only: false, kind: "AwsApiCall" };
        let management = ("eventCategory", "equals", ["Management"].as_slice());
        let cases = [
            (basic("All", true, &[]), true),
            (basic("WriteOnly", true, &[]), true),
            (basic("ReadOnly", true, &[]), false),
            (basic("WriteOnly", true, &[SECRETS_MANAGER]), false),
            (advanced(&[management, ("readOnly", "equals", &["true"])]), false),
            (advanced(&[management, ("readOnly", "notEquals", &["true"])]), true),
            (advanced(&[management, ("eventType", "equals", &["AwsServiceEvent"])]), false),
        ];
        for (selectors, expected) in cases {
            assert_eq!(take(&selectors, deletion), expected, "{selectors:?}");
        }
    }
}
