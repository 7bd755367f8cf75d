//! Puts what there is to tell into the attributes of the class.

use serde_json::{Value, json};

use super::event::{
    Account, Analytic, CATEGORY, CLASS, Check, Cloud, Compliance, Event, FindingInfo, Metadata, Named, Pair,
    Product, Remediation, ResourceDetails, User, confidence, severity,
};
use super::told::Told;
use super::{OcsfVersion, Stream};
use crate::model::{RuleInfo, SecretProfile};
use crate::report::thing::{Thing, account_name};

const PROVIDER: &str = "AWS";
const PRODUCT: &str = "secrets-auditor";
/// The number of the type of accounts that are AWS's.
const AWS_ACCOUNT: u32 = 10;
/// The number of the type of analytics that are rules.
const RULE: u32 = 1;

impl<'a> Stream<'a> {
    /// The event of what there is to tell.
    pub(super) fn event(&self, told: Told<'a>) -> Event<'a> {
        let run = &self.audited.assessment.run;
        let rule = Named { id: told.rule, known: self.audited.assessment.rule(told.rule) };
        let severity = severity(told.severity);
        let confidence = told.confidence.map(confidence);
        Event {
            activity_id: told.activity.id,
            activity_name: told.activity.caption,
            category_uid: CATEGORY,
            category_name: "Findings",
            class_uid: CLASS,
            class_name: "Compliance Finding",
            type_uid: CLASS * 100 + told.activity.id,
            type_name: format!("Compliance Finding: {}", told.activity.caption),
            time: run.as_of.as_millisecond(),
            time_dt: run.as_of,
            severity_id: severity.id,
            severity: severity.caption,
            status_id: told.status.id,
            status: told.status.caption,
            confidence_id: confidence.map(|confidence| confidence.id),
            confidence: confidence.map(|confidence| confidence.caption),
            message: told.message,
            metadata: self.metadata(&told),
            cloud: Cloud {
                provider: PROVIDER,
                account: self.account(told.thing.account),
                region: told.thing.region,
                cloud_partition: told.thing.partition().as_str(),
            },
            finding_info: self.finding_info(&told, &rule),
            resources: vec![self.resource(&told)],
            remediation: rule.known.and_then(remediation),
            compliance: compliance(&told, &rule),
            unmapped: told.unmapped,
        }
    }

    fn metadata(&self, told: &Told<'a>) -> Metadata<'a> {
        let run = &self.audited.assessment.run;
        Metadata {
            version: self.version.as_str(),
            profiles: ["cloud", "datetime"],
            uid: format!("{}-{}", told.fingerprint, run.as_of.as_millisecond()),
            correlation_uid: told.fingerprint,
            event_code: told.rule,
            log_name: "audit",
            log_provider: PRODUCT,
            original_time: run.collected_at.to_string(),
            product: Product { name: PRODUCT, vendor_name: PRODUCT, version: &run.tool_version, lang: "en" },
        }
    }

    fn account(&self, account: &'a str) -> Option<Account<'a>> {
        (!account.is_empty()).then(|| Account {
            uid: account,
            name: account_name(&self.audited.assessment, account),
            kind: "AWS Account",
            type_id: AWS_ACCOUNT,
        })
    }

    fn finding_info(&self, told: &Told<'a>, rule: &Named<'a>) -> FindingInfo<'a> {
        let modified = self.audited.assessment.run.as_of;
        FindingInfo {
            uid: told.fingerprint,
            title: rule.title(),
            desc: told.message,
            types: ["Software and Configuration Checks"],
            created_time: told.first_seen.as_millisecond(),
            created_time_dt: told.first_seen,
            modified_time: modified.as_millisecond(),
            modified_time_dt: modified,
            first_seen_time: told.first_seen.as_millisecond(),
            first_seen_time_dt: told.first_seen,
            last_seen_time: told.last_seen.as_millisecond(),
            last_seen_time_dt: told.last_seen,
            analytic: Analytic { uid: rule.id, name: rule.title(), kind: "Rule", type_id: RULE },
        }
    }

    fn resource(&self, told: &Told<'a>) -> ResourceDetails<'a> {
        let Thing { arn, name, region, account, .. } = told.thing;
        let secret = self.secrets.get(arn).copied();
        let account = self.account(account);
        let environment = told.unmapped.environment;
        let is_owned = !told.owner.is_empty() || account.is_some();
        let created = secret.and_then(|secret| secret.created);
        let modified = secret.and_then(|secret| secret.last_changed);
        ResourceDetails {
            uid: arn,
            name,
            kind: told.thing.kind().cloudformation(),
            region,
            cloud_partition: told.thing.partition().as_str(),
            provider: (self.version >= OcsfVersion::V1_8).then_some(PROVIDER),
            owner: is_owned.then_some(User { name: told.owner, account }),
            labels: (!environment.is_empty())
                .then(|| format!("environment={environment}"))
                .into_iter()
                .collect(),
            tags: secret.map_or_else(Vec::new, tags),
            created_time: created.map(|time| time.as_millisecond()),
            created_time_dt: created,
            modified_time: modified.map(|time| time.as_millisecond()),
            modified_time_dt: modified,
            data: secret.map(facts),
        }
    }
}

fn tags(secret: &SecretProfile) -> Vec<Pair<'_>> {
    secret.tags.iter().map(|(name, value)| Pair { name, value }).collect()
}

/// What people look up of a secret; null is what it has not.
fn facts(secret: &SecretProfile) -> Value {
    let rotation = &secret.rotation;
    json!({
        "description": secret.description,
        "kms_key": secret.kms_key,
        "owning_service": secret.owning_service,
        "primary_region": secret.primary_region,
        "is_replica": secret.is_replica(),
        "last_accessed": secret.last_accessed,
        "deleted": secret.deleted,
        "rotation": {
            "enabled": rotation.enabled,
            "function": rotation.function,
            "days": rotation.days,
            "schedule": rotation.schedule,
            "window": rotation.window,
            "last": rotation.last,
            "next": rotation.next,
        },
    })
}

fn compliance<'a>(told: &Told<'a>, rule: &Named<'a>) -> Compliance<'a> {
    let severity = severity(told.severity);
    let parameters = rule.known.into_iter().flat_map(|rule| &rule.parameters);
    Compliance {
        control: rule.id,
        category: rule.known.map(|rule| rule.topic.as_str()),
        desc: rule.why(),
        status_id: told.compliance.id,
        status: told.compliance.caption,
        status_details: told.details.clone(),
        standards: rule.standards(),
        requirements: rule.requirements(),
        control_parameters: parameters
            .map(|parameter| Pair { name: &parameter.name, value: &parameter.value })
            .collect(),
        checks: [Check {
            uid: rule.id,
            name: rule.title(),
            desc: rule.why(),
            status_id: told.compliance.id,
            status: told.compliance.caption,
            severity_id: severity.id,
            severity: severity.caption,
            standards: rule.standards(),
        }],
    }
}

/// The steps in the console and on the command line; fragments of code are in `rules explain`.
fn remediation(rule: &RuleInfo) -> Option<Remediation<'_>> {
    let ways = [rule.remediation.console.as_deref(), rule.remediation.cli.as_deref()];
    let ways: Vec<&str> = ways.into_iter().flatten().map(str::trim_end).collect();
    (!ways.is_empty()).then(|| Remediation { desc: ways.join("\n"), references: &rule.references })
}
