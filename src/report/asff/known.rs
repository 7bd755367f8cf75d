//! Findings of ours that Security Hub has already.

use jiff::Timestamp;

use super::finding::{Compliance, Finding, ProviderFields, Resource, Severity};
use super::limits;
use super::make::{COMPANY, PRODUCT, SCHEMA_VERSION, TYPE};
use crate::report::thing::Thing;

const LABELS: [(&str, &str); 5] = [
    ("CRITICAL", "critical"),
    ("HIGH", "high"),
    ("MEDIUM", "medium"),
    ("LOW", "low"),
    ("INFORMATIONAL", "info"),
];

/// A finding of ours that Security Hub has, as far as it is needed to tell that it is the same or fixed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its identity.
    pub id: String,
    /// The product under which it is.
    pub product_arn: String,
    /// The rule, behind the product's name.
    pub generator_id: String,
    /// Its account.
    pub account: String,
    /// When it was found first.
    pub created_at: Option<Timestamp>,
    /// When it was last found.
    pub last_observed_at: Option<Timestamp>,
    /// How bad it was.
    pub label: String,
    /// Its title.
    pub title: String,
    /// Its sentence.
    pub description: String,
    /// The ARN of what it is about.
    pub resource: String,
    /// The Region of what it is about, or `global`; empty for what is of no account.
    pub region: String,
}

impl Known {
    /// The fingerprint inside the identity; none where it is not of ours.
    pub fn fingerprint(&self) -> Option<&str> {
        self.id.strip_prefix(PRODUCT)?.strip_prefix('/')
    }

    /// The rule that found it; none where it was none of ours.
    pub fn rule(&self) -> Option<&str> {
        self.generator_id.strip_prefix(PRODUCT)?.strip_prefix('/')
    }

    /// The finding as it is archived: AWS takes it as an update of what is there.
    pub fn archived(&self, now: Timestamp) -> Finding {
        let known = LABELS.into_iter().find(|(label, _)| *label == self.label);
        let (label, original) = known.unwrap_or(("INFORMATIONAL", "info"));
        let severity = Severity { label, original };
        let thing =
            Thing { arn: &self.resource, name: "", account: &self.account, region: &self.region, part: None };
        Finding {
            schema_version: SCHEMA_VERSION,
            id: self.id.clone(),
            product_arn: self.product_arn.clone(),
            product_name: PRODUCT,
            company_name: COMPANY,
            generator_id: self.generator_id.clone(),
            aws_account_id: self.account.clone(),
            types: vec![TYPE],
            first_observed_at: self.created_at.unwrap_or(now),
            last_observed_at: self.last_observed_at.unwrap_or(now),
            created_at: self.created_at.unwrap_or(now),
            updated_at: now,
            severity: severity.clone(),
            title: limits::text(&self.title, limits::TITLE),
            description: limits::text(&self.description, limits::DESCRIPTION),
            remediation: None,
            product_fields: Default::default(),
            resources: vec![Resource {
                kind: thing.kind().security_hub(),
                id: limits::text(&self.resource, limits::IDENTIFIER),
                partition: thing.partition().as_str(),
                region: None,
                tags: Default::default(),
                details: None,
            }],
            compliance: Compliance {
                status: "NOT_AVAILABLE",
                related_requirements: Vec::new(),
                associated_standards: Vec::new(),
            },
            record_state: "ARCHIVED",
            finding_provider_fields: ProviderFields { severity, types: vec![TYPE] },
        }
    }
}

impl Finding {
    /// The same finding as one that is there: found first when that one was.
    pub fn continuing(self, known: &Known) -> Self {
        let first = known.created_at.unwrap_or(self.created_at);
        Self { created_at: first, first_observed_at: first, ..self }
    }

    /// The Region whose Security Hub hears of it.
    pub fn hub_region(&self) -> &str {
        self.product_arn.split(':').nth(3).unwrap_or_default()
    }
}
