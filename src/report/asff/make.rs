//! Fills the fields of the format.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::finding::{Compliance, Finding, ProviderFields, Recommendation, Remediation, Severity, Standard};
use super::limits;
use super::resource::resource;
use crate::model::{
    self, Audited, DiffFinding, Partition, Region, RegionState, RuleInfo, SecretProfile, Verdict,
};
use crate::report::json::money;
use crate::report::thing::{Thing, all_missing, evidence};

/// The product's name, with which ids, generators and fields of ours begin.
pub const PRODUCT: &str = "secrets-auditor";
/// Whose product it is.
pub(super) const COMPANY: &str = PRODUCT;

pub(super) const SCHEMA_VERSION: &str = "2018-10-08";
pub(super) const TYPE: &str = "Software and Configuration Checks/AWS Security Best Practices";

/// Makes findings of an audit.
#[derive(Debug)]
pub struct Hub<'a> {
    audited: &'a Audited,
    secrets: HashMap<&'a str, &'a SecretProfile>,
}

/// What differs between a finding of today and one that is fixed.
struct Told<'a> {
    rule: &'a str,
    fingerprint: &'a str,
    thing: Thing<'a>,
    severity: model::Severity,
    description: String,
    first_seen: Timestamp,
    last_seen: Timestamp,
    status: &'static str,
    record_state: &'static str,
    fields: Vec<(&'static str, Option<String>)>,
}

impl<'a> Hub<'a> {
    /// From an audit with its secrets.
    pub fn new(audited: &'a Audited) -> Self {
        let secrets = audited.secrets.iter().map(|secret| (secret.arn.as_str(), secret)).collect();
        Self { audited, secrets }
    }

    /// The findings of today, then those that were fixed since the audit before.
    pub fn findings(&self) -> impl Iterator<Item = Finding> {
        let since = self.audited.past.iter().filter_map(|past| past.since.as_ref());
        let fixed = since.flat_map(|since| since.fixed.iter().map(|fixed| (fixed, since.before.as_of)));
        let fixed = fixed.map(|(fixed, last_seen)| self.fixed(fixed, last_seen));
        self.audited.assessment.findings.iter().map(|finding| self.finding(finding)).chain(fixed)
    }

    /// A finding of today.
    pub fn finding(&self, finding: &'a model::Finding) -> Finding {
        let now = self.audited.assessment.run.as_of;
        self.make(Told {
            rule: &finding.rule,
            fingerprint: finding.fingerprint.as_str(),
            thing: Thing::from(finding),
            severity: finding.severity,
            description: description(finding),
            first_seen: self.audited.first_seen(&finding.fingerprint).unwrap_or(now),
            last_seen: now,
            status: status(finding.verdict),
            record_state: "ACTIVE",
            fields: self.fields(finding),
        })
    }

    /// A finding of the audit of an instant that is none any more.
    fn fixed(&self, finding: &'a DiffFinding, last_seen: Timestamp) -> Finding {
        self.make(Told {
            rule: &finding.rule,
            fingerprint: finding.fingerprint.as_str(),
            thing: Thing::from(finding),
            severity: finding.severity,
            description: format!("not found any more; before: {}", finding.message),
            first_seen: self.audited.first_seen(&finding.fingerprint).unwrap_or(last_seen),
            last_seen,
            status: "NOT_AVAILABLE",
            record_state: "ARCHIVED",
            fields: vec![("Verdict", Some(finding.verdict.to_string()))],
        })
    }

    fn make(&self, told: Told<'_>) -> Finding {
        let rule = self.audited.assessment.rule(told.rule);
        let place = self.place(&told.thing);
        let severity = severity(told.severity);
        let now = self.audited.assessment.run.as_of;
        limits::fit(Finding {
            schema_version: SCHEMA_VERSION,
            id: format!("{PRODUCT}/{}", told.fingerprint),
            product_arn: place.product(),
            product_name: PRODUCT,
            company_name: COMPANY,
            generator_id: format!("{PRODUCT}/{}", told.rule),
            aws_account_id: place.account.to_owned(),
            types: vec![TYPE],
            first_observed_at: told.first_seen,
            last_observed_at: told.last_seen,
            created_at: told.first_seen,
            updated_at: now,
            severity: severity.clone(),
            title: limits::text(rule.map_or(told.rule, |rule| &rule.title), limits::TITLE),
            description: limits::text(&told.description, limits::DESCRIPTION),
            remediation: rule.and_then(remediation),
            product_fields: product_fields(&told),
            resources: vec![resource(&told.thing, self.secrets.get(told.thing.arn).copied(), now)],
            compliance: compliance(told.status, rule),
            record_state: told.record_state,
            finding_provider_fields: ProviderFields { severity, types: vec![TYPE] },
        })
    }

    /// What the format has no field for.
    fn fields(&self, finding: &model::Finding) -> Vec<(&'static str, Option<String>)> {
        let assessment = &self.audited.assessment;
        let accepted = finding.exception.as_ref();
        let cost = self.audited.cost.by_secret.get(&finding.resource.arn);
        vec![
            ("Verdict", Some(finding.verdict.to_string())),
            ("Confidence", Some(finding.confidence.as_str().to_owned())),
            ("Gates", Some(assessment.gates(finding).to_string())),
            ("Owner", Some(finding.owner.clone())),
            ("Environment", Some(finding.environment.clone())),
            ("ImpliedBy", finding.implied_by.clone()),
            ("Reach", finding.reach.map(|reach| reach.to_string())),
            ("MonthlyCost", cost.map(|cost| money(*cost))),
            ("Baseline", finding.baseline.map(|state| state.as_str().to_owned())),
            ("AcceptedUntil", accepted.map(|accepted| accepted.expires.to_string())),
            ("AcceptedBy", accepted.map(|accepted| accepted.owner.clone())),
            ("AcceptedReason", accepted.map(|accepted| accepted.reason.clone())),
            ("AcceptedTicket", accepted.and_then(|accepted| accepted.ticket.clone())),
            ("Evidence", Some(evidence(&finding.evidence))),
            ("MissingEvidence", Some(all_missing(&finding.missing_evidence))),
            ("Rules", Some(assessment.run.rules_digest.clone())),
        ]
    }

    /// The product under which the account's findings of a Region are.
    pub fn product(account: &str, region: &str) -> String {
        let region = Region::new(region);
        let partition = region.partition();
        Place { account, region: region.as_str(), partition }.product()
    }

    /// The account and Region whose Security Hub hears of the thing.
    fn place<'t>(&'t self, thing: &Thing<'t>) -> Place<'t> {
        let partition = thing.partition();
        let run = &self.audited.assessment.run;
        // What the settings accept is of no account: the first one hears of it.
        let known = run.accounts.iter().find(|known| known.account.as_str() == thing.account);
        let known = known.or(if thing.account.is_empty() { run.accounts.first() } else { None });
        let account = known.map_or(thing.account, |known| known.account.as_str());
        if thing.region != Region::global().as_str() && !thing.region.is_empty() {
            return Place { account, region: thing.region, partition };
        }
        let audited = known.into_iter().flat_map(|known| &known.regions);
        let audited: Vec<&str> = audited
            .filter(|region| region.state == RegionState::Audited)
            .map(|region| region.region.as_str())
            .collect();
        let home = home(partition);
        let region = if audited.contains(&home) { home } else { audited.first().copied().unwrap_or(home) };
        Place { account, region, partition }
    }
}

struct Place<'a> {
    account: &'a str,
    region: &'a str,
    partition: Partition,
}

impl Place<'_> {
    /// The product of whoever has none of his own: the account's default one.
    fn product(&self) -> String {
        let Self { account, region, partition } = self;
        format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default")
    }
}

/// The Region in which a partition keeps what is of no Region.
fn home(partition: Partition) -> &'static str {
    match partition {
        Partition::Commercial => "us-east-1",
        Partition::China => "cn-north-1",
        Partition::GovCloud => "us-gov-west-1",
    }
}

/// The finding in a sentence. That it is accepted stands here, since the workflow of a finding cannot be changed by
/// whoever imports it: once suppressed it would stay so when the exception ends.
fn description(finding: &model::Finding) -> String {
    match &finding.exception {
        None => finding.message.clone(),
        Some(accepted) => format!(
            "{}; accepted until {} by {}: {}",
            finding.message, accepted.expires, accepted.owner, accepted.reason
        ),
    }
}

fn status(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fail => "FAILED",
        Verdict::Unknown => "WARNING",
        Verdict::Pass => "PASSED",
        Verdict::NotApplicable => "NOT_AVAILABLE",
    }
}

fn severity(severity: model::Severity) -> Severity {
    let label = match severity {
        model::Severity::Info => "INFORMATIONAL",
        model::Severity::Low => "LOW",
        model::Severity::Medium => "MEDIUM",
        model::Severity::High => "HIGH",
        model::Severity::Critical => "CRITICAL",
    };
    Severity { label, original: severity.as_str() }
}

fn product_fields(told: &Told<'_>) -> BTreeMap<String, String> {
    let thing = &told.thing;
    let place = [
        ("Fingerprint", Some(told.fingerprint.to_owned())),
        ("Region", Some(thing.region.to_owned())),
        ("Name", Some(thing.name.to_owned())),
        ("Part", thing.part.map(str::to_owned)),
    ];
    let fields = place.into_iter().chain(told.fields.iter().cloned());
    fields
        .filter_map(|(name, value)| {
            Some((format!("{PRODUCT}/{name}"), limits::known(&value?, limits::FIELD)?))
        })
        .collect()
}

fn remediation(rule: &RuleInfo) -> Option<Remediation> {
    let text = rule.remediation.console.as_deref().or(rule.remediation.cli.as_deref())?;
    let recommendation = Recommendation {
        text: limits::text(&lines(text), limits::RECOMMENDATION),
        url: rule.references.first().cloned(),
    };
    Some(Remediation { recommendation })
}

fn compliance(status: &'static str, rule: Option<&RuleInfo>) -> Compliance {
    let mappings = || rule.into_iter().flat_map(|rule| &rule.frameworks);
    let requirements = mappings().flat_map(|(framework, controls)| {
        controls.keys().map(move |control| format!("{framework} {control}"))
    });
    let standards = mappings().map(|(framework, _)| Standard { standards_id: framework.clone() });
    Compliance {
        status,
        related_requirements: requirements
            .map(|requirement| limits::text(&requirement, limits::REQUIREMENT))
            .take(limits::REQUIREMENTS)
            .collect(),
        associated_standards: standards.take(limits::STANDARDS).collect(),
    }
}

/// A text of some lines as one line.
fn lines(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
