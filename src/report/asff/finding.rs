//! The fields of the format that are written, in the order in which they are.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Finding {
    /// The version of the format.
    pub schema_version: &'static str,
    /// Its identity among those of the product: made of the fingerprint.
    pub id: String,
    /// The product, which is the account's own in a Region.
    pub product_arn: String,
    /// The product's name.
    pub product_name: &'static str,
    /// The company's name.
    pub company_name: &'static str,
    /// The rule.
    pub generator_id: String,
    /// The account that it is about.
    pub aws_account_id: String,
    /// What kind of finding it is.
    pub types: Vec<&'static str>,
    /// The first audit of the unbroken row in which it was found.
    pub first_observed_at: Timestamp,
    /// The last audit in which it was found.
    pub last_observed_at: Timestamp,
    /// As `first_observed_at`: it must not change from audit to audit.
    pub created_at: Timestamp,
    /// This audit.
    pub updated_at: Timestamp,
    /// How bad it is.
    pub severity: Severity,
    /// The defect as a sentence.
    pub title: String,
    /// The defect, or why it cannot be judged.
    pub description: String,
    /// How to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remediation: Option<Remediation>,
    /// What the format has no field for.
    pub product_fields: BTreeMap<String, String>,
    /// What it is about.
    pub resources: Vec<Resource>,
    /// What the rule says, and for which requirements.
    pub compliance: Compliance,
    /// `ACTIVE`, or `ARCHIVED` for what is fixed.
    pub record_state: &'static str,
    /// What AWS asks the provider of a finding for beside the fields above.
    pub finding_provider_fields: ProviderFields,
}

/// How bad it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Severity {
    /// AWS's word.
    pub label: &'static str,
    /// Our word.
    pub original: &'static str,
}

/// How to mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Remediation {
    /// The recommendation.
    pub recommendation: Recommendation,
}

/// A recommendation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Recommendation {
    /// In words.
    pub text: String,
    /// A page to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Resource {
    /// The type, such as `AwsSecretsManagerSecret`.
    #[serde(rename = "Type")]
    pub kind: &'static str,
    /// Its ARN.
    pub id: String,
    /// Its partition.
    pub partition: &'static str,
    /// Its Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Its tags.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// What is known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Details>,
}

/// What is known of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Details {
    /// A secret.
    AwsSecretsManagerSecret(SecretDetails),
    /// Anything else: its name, and the part that a rule judges.
    Other(BTreeMap<String, String>),
}

/// What is known of a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SecretDetails {
    /// How often it is rotated; absent where no number of days says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation_rules: Option<RotationRules>,
    /// Whether the next rotation is not yet due; absent where nobody rotates it, or no date is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation_occurred_within_frequency: Option<bool>,
    /// Its key; absent for `aws/secretsmanager`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// Whether rotation is switched on.
    pub rotation_enabled: bool,
    /// The rotation function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation_lambda_arn: Option<String>,
    /// Whether its deletion was asked for.
    pub deleted: bool,
    /// Its name.
    pub name: String,
    /// Its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// How often a secret is rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RotationRules {
    /// Days between rotations.
    pub automatically_after_days: i32,
}

/// What the rule says, and for which requirements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Compliance {
    /// `PASSED`, `WARNING` where evidence is missing, `FAILED`, or `NOT_AVAILABLE`.
    pub status: &'static str,
    /// Controls, each behind the framework that it stands in.
    pub related_requirements: Vec<String>,
    /// The frameworks.
    pub associated_standards: Vec<Standard>,
}

/// A framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Standard {
    /// Its id, as rule files write it.
    pub standards_id: String,
}

/// What AWS asks the provider of a finding for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProviderFields {
    /// How bad it is.
    pub severity: Severity,
    /// What kind of finding it is.
    pub types: Vec<&'static str>,
}
