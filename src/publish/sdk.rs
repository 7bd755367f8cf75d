//! Findings as the SDK has them, and back.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_securityhub::types::{
    AssociatedStandard, AwsSecretsManagerSecretDetails, AwsSecretsManagerSecretRotationRules,
    AwsSecurityFinding, Compliance, ComplianceStatus, FindingProviderFields, FindingProviderSeverity,
    Partition, Recommendation, RecordState, Remediation, Resource, ResourceDetails, Severity, SeverityLabel,
};

use crate::report::asff::{self, Details, Finding, Known, PRODUCT};

/// A finding on its way.
pub(super) fn outgoing(finding: &Finding) -> AwsSecurityFinding {
    let severity = &finding.severity;
    AwsSecurityFinding::builder()
        .schema_version(finding.schema_version)
        .id(&finding.id)
        .product_arn(&finding.product_arn)
        .product_name(finding.product_name)
        .company_name(finding.company_name)
        .generator_id(&finding.generator_id)
        .aws_account_id(&finding.aws_account_id)
        .set_types(Some(owned(&finding.types)))
        .first_observed_at(finding.first_observed_at.to_string())
        .last_observed_at(finding.last_observed_at.to_string())
        .created_at(finding.created_at.to_string())
        .updated_at(finding.updated_at.to_string())
        .severity(
            Severity::builder()
                .label(SeverityLabel::from(severity.label))
                .original(severity.original)
                .build(),
        )
        .title(&finding.title)
        .description(&finding.description)
        .set_remediation(finding.remediation.as_ref().map(remediation))
        .set_product_fields(Some(map(&finding.product_fields)).filter(|fields| !fields.is_empty()))
        .set_resources(Some(finding.resources.iter().map(resource).collect()))
        .compliance(compliance(&finding.compliance))
        .record_state(RecordState::from(finding.record_state))
        .finding_provider_fields(provider_fields(&finding.finding_provider_fields))
        .build()
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn map(fields: &BTreeMap<String, String>) -> HashMap<String, String> {
    fields.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn remediation(remediation: &asff::Remediation) -> Remediation {
    let recommendation = &remediation.recommendation;
    let recommendation =
        Recommendation::builder().text(&recommendation.text).set_url(recommendation.url.clone()).build();
    Remediation::builder().recommendation(recommendation).build()
}

fn resource(resource: &asff::Resource) -> Resource {
    Resource::builder()
        .r#type(resource.kind)
        .id(&resource.id)
        .partition(Partition::from(resource.partition))
        .set_region(resource.region.clone())
        .set_tags(Some(map(&resource.tags)).filter(|tags| !tags.is_empty()))
        .set_details(resource.details.as_ref().map(details))
        .build()
}

fn details(details: &Details) -> ResourceDetails {
    let secret = match details {
        Details::Other(fields) => return ResourceDetails::builder().set_other(Some(map(fields))).build(),
        Details::AwsSecretsManagerSecret(secret) => secret,
    };
    let rules = secret.rotation_rules.map(|rules| {
        AwsSecretsManagerSecretRotationRules::builder()
            .automatically_after_days(rules.automatically_after_days)
            .build()
    });
    let secret = AwsSecretsManagerSecretDetails::builder()
        .set_rotation_rules(rules)
        .set_rotation_occurred_within_frequency(secret.rotation_occurred_within_frequency)
        .set_kms_key_id(secret.kms_key_id.clone())
        .rotation_enabled(secret.rotation_enabled)
        .set_rotation_lambda_arn(secret.rotation_lambda_arn.clone())
        .deleted(secret.deleted)
        .name(&secret.name)
        .set_description(secret.description.clone())
        .build();
    ResourceDetails::builder().aws_secrets_manager_secret(secret).build()
}

fn compliance(compliance: &asff::Compliance) -> Compliance {
    let standards = compliance.associated_standards.iter();
    let standards =
        standards.map(|standard| AssociatedStandard::builder().standards_id(&standard.standards_id).build());
    Compliance::builder()
        .status(ComplianceStatus::from(compliance.status))
        .set_related_requirements(Some(compliance.related_requirements.clone()))
        .set_associated_standards(Some(standards.collect()))
        .build()
}

fn provider_fields(fields: &asff::ProviderFields) -> FindingProviderFields {
    let severity = FindingProviderSeverity::builder()
        .label(SeverityLabel::from(fields.severity.label))
        .original(fields.severity.original)
        .build();
    FindingProviderFields::builder().severity(severity).set_types(Some(owned(&fields.types))).build()
}

/// A finding that is there; none where it is none of ours.
pub(super) fn incoming(finding: AwsSecurityFinding) -> Option<Known> {
    let instant = |text: Option<String>| text.and_then(|text| text.parse().ok());
    let resource = finding.resources.unwrap_or_default().into_iter().next();
    let mut fields = finding.product_fields.unwrap_or_default();
    let label = finding.severity.and_then(|severity| severity.label);
    let known = Known {
        id: finding.id?,
        product_arn: finding.product_arn?,
        generator_id: finding.generator_id?,
        account: finding.aws_account_id?,
        created_at: instant(finding.created_at),
        last_observed_at: instant(finding.last_observed_at),
        label: label.map_or_else(String::new, |label| label.as_str().to_owned()),
        title: finding.title.unwrap_or_default(),
        description: finding.description.unwrap_or_default(),
        resource: resource.and_then(|resource| resource.id).unwrap_or_default(),
        region: fields.remove(&format!("{PRODUCT}/Region")).unwrap_or_default(),
    };
    (known.fingerprint().is_some() && known.rule().is_some()).then_some(known)
}
