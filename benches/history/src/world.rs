//! Audits that are made up, a week apart.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use crate::model::{
    AccountId, AccountRun, Anchor, Assessment, AuditOptions, Confidence, CostGroup, CostReport, Evidence, Finding,
    Fingerprint, MissingEvidence, PriceSource, Region, RegionRun, RegionState, Remediation, Resource,
    ResourceType, RuleInfo, RuleKind, Run, Severity, Summary, Verdict,
};

const RULES: usize = 80;
const ACCOUNTS: usize = 5;
/// Of a thousand secrets, how many fail a rule, and how many cannot be judged.
const FAIL: u64 = 20;
const UNKNOWN: u64 = 10;
/// For how many weeks a secret stays as it is.
const STAYS: u64 = 50;

/// The audit of a week, and its cost.
pub(crate) fn audit(week: usize, secrets: usize) -> (Assessment, CostReport) {
    let first: Timestamp = "2023-01-01T06:00:00Z".parse().expect("an instant");
    let as_of = first + SignedDuration::from_hours(24 * 7 * week as i64);
    let rules: Vec<RuleInfo> = (0..RULES).map(rule).collect();
    let mut findings = Vec::new();
    for (place, rule) in rules.iter().enumerate() {
        for secret in 0..secrets {
            // Each pair changes in a week of its own.
            let pair = (place * secrets + secret) as u64;
            let era = (week as u64 + scatter(pair) % STAYS) / STAYS;
            let verdict = match scatter(pair ^ era.wrapping_mul(0x9e37_79b9_7f4a_7c15)) % 1000 {
                chance if chance < FAIL => Verdict::Fail,
                chance if chance < FAIL + UNKNOWN => Verdict::Unknown,
                _ => continue,
            };
            findings.push(finding(rule, secret, verdict, week));
        }
    }
    let mut summary = Summary::default();
    for finding in &findings {
        *summary.rules.entry(finding.rule.clone()).or_default().entry(finding.verdict).or_default() += 1;
    }
    let run = Run {
        tool_version: "0.1.0".to_owned(),
        rules_digest: "0".repeat(64),
        as_of,
        collected_at: as_of,
        accounts: (0..ACCOUNTS).map(|account| account_run(account, secrets)).collect(),
        selection: Vec::new(),
    };
    let assessment = Assessment {
        run,
        rules,
        summary,
        findings,
        gaps: Vec::new(),
        baseline: None,
        changes: Vec::new(),
        options: AuditOptions { fail_on: Some(Severity::High), ..AuditOptions::default() },
    };
    (assessment, cost(secrets))
}

/// A number that looks like chance, and is the same in every run.
fn scatter(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn account_id(account: usize) -> AccountId {
    AccountId::new(format!("{:012}", 111_122_223_333_u64 + account as u64 * 1_000_003))
}

fn account_run(account: usize, secrets: usize) -> AccountRun {
    let region = RegionRun {
        region: Region::new("eu-west-1"),
        state: RegionState::Audited,
        secrets: (secrets / ACCOUNTS) as u64,
    };
    AccountRun { account: account_id(account), name: None, regions: vec![region] }
}

fn resource(secret: usize) -> Resource {
    let account = account_id(secret % ACCOUNTS);
    let name = format!("prod/service-{}/database-{secret}", secret % 97);
    let suffix = format!("{:06x}", scatter(secret as u64) & 0x00ff_ffff);
    Resource {
        kind: ResourceType::Secret,
        arn: format!("arn:aws:secretsmanager:eu-west-1:{account}:secret:{name}-{suffix}"),
        name,
        account,
        region: Region::new("eu-west-1"),
        second_key: None,
    }
}

fn finding(rule: &RuleInfo, secret: usize, verdict: Verdict, week: usize) -> Finding {
    let resource = resource(secret);
    let age = 100 + secret % 300 + 7 * (week % 50);
    let evidence = |column: &str, value: String| Evidence {
        column: column.to_owned(),
        value,
        call: "secretsmanager:ListSecretVersionIds".to_owned(),
    };
    let missing = MissingEvidence {
        call: "secretsmanager:ListSecretVersionIds".to_owned(),
        scope: resource.arn.clone(),
        error: "AccessDeniedException".to_owned(),
        permission: Some("secretsmanager:ListSecretVersionIds".to_owned()),
    };
    let is_failure = verdict == Verdict::Fail;
    Finding {
        rule: rule.id.clone(),
        verdict,
        severity: rule.severity,
        confidence: Confidence::High,
        message: if is_failure {
            format!("current value is {age} days old, allowed are 90")
        } else {
            "cannot be judged: secretsmanager:ListSecretVersionIds failed with AccessDeniedException"
                .to_owned()
        },
        fingerprint: Fingerprint::of(&rule.id, &resource),
        evidence: vec![
            evidence("value_age_days", age.to_string()),
            evidence("customer_secret", "true".to_owned()),
            evidence("class", "database".to_owned()),
        ],
        missing_evidence: if is_failure { Vec::new() } else { vec![missing] },
        implied_by: None,
        gates: true,
        stand_in: None,
        silenced: false,
        owner: format!("team-{}", secret % 31),
        environment: "production".to_owned(),
        reach: None,
        exception: None,
        baseline: None,
        related: Vec::new(),
        paths: Vec::new(),
        resource,
    }
}

fn rule(place: usize) -> RuleInfo {
    let severity = Severity::WORST_FIRST[place % 5];
    RuleInfo {
        id: format!("rule-number-{place}"),
        aliases: Vec::new(),
        title: "secret value is older than allowed".to_owned(),
        topic: "rotation".to_owned(),
        source: Anchor { path: format!("rules/rotation/rule-number-{place}.yaml"), line: 1 },
        severity,
        confidence: Confidence::High,
        kind: RuleKind::State,
        table: "secrets".to_owned(),
        applies_to: String::new(),
        require: String::new(),
        why: String::new(),
        remediation: Remediation::default(),
        references: Vec::new(),
        frameworks: BTreeMap::new(),
        parameters: Vec::new(),
        implied_by: Vec::new(),
        calls: Vec::new(),
    }
}

fn cost(secrets: usize) -> CostReport {
    let monthly = Decimal::new(4, 1);
    let all = monthly * Decimal::from(secrets as u64);
    let group = |account| CostGroup {
        name: account_id(account).to_string(),
        secrets: (secrets / ACCOUNTS) as u64,
        monthly: all / Decimal::from(ACCOUNTS as u64),
    };
    CostReport {
        prices: PriceSource {
            as_of: "2026-09-20".parse().expect("a day"),
            currency: "USD".to_owned(),
            source: "made up".to_owned(),
        },
        lines: Vec::new(),
        monthly_total: all,
        not_included: Vec::new(),
        by_secret: (0..secrets).map(|secret| (resource(secret).arn, monthly)).collect(),
        by_account: (0..ACCOUNTS).map(group).collect(),
        by_region: Vec::new(),
        by_tag: BTreeMap::new(),
    }
}
