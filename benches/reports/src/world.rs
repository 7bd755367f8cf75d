//! An audit that is made up.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use serde::Deserialize;

use crate::model::{
    Access, AccountId, AccountRun, Assessment, AuditOptions, Audited, Confidence, CostGroup, CostReport, Evidence,
    Finding, Fingerprint, FrameworkMappings, MissingEvidence, PriceSource, PrincipalType, ReaderProfile,
    ReadersProfile, Region, RegionRun, RegionState, Remediation, Resource, ResourceType, RotationProfile, RuleInfo,
    RuleKind, Run, SecretProfile, Severity, Summary, Verdict, VersionProfile,
};

const ACCOUNTS: usize = 5;
/// Of a thousand secrets, how many fail a rule, and how many cannot be judged.
const FAIL: u64 = 20;
const UNKNOWN: u64 = 10;

/// An audit of so many secrets by the rules in a folder, with all that reports show.
pub(crate) fn audited(rules: &Path, secrets: usize) -> Audited {
    let as_of: Timestamp = "2026-11-01T06:00:00Z".parse().expect("an instant");
    let mut rules: Vec<RuleInfo> = files(rules).iter().map(|path| rule(path)).collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let mut findings = Vec::new();
    for (place, rule) in rules.iter().enumerate() {
        for secret in 0..secrets {
            let verdict = match scatter((place * secrets + secret) as u64) % 1000 {
                chance if chance < FAIL => Verdict::Fail,
                chance if chance < FAIL + UNKNOWN => Verdict::Unknown,
                _ => continue,
            };
            findings.push(finding(rule, secret, verdict));
        }
    }
    findings.sort_by(|a, b| (b.severity, &a.rule).cmp(&(a.severity, &b.rule)));
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
        summary: summary(&rules, &findings, secrets as u64),
        rules,
        findings,
        gaps: Vec::new(),
        baseline: None,
        changes: Vec::new(),
        options: AuditOptions { fail_on: Some(Severity::High), ..AuditOptions::default() },
    };
    let secrets: Vec<usize> = (0..secrets).collect();
    Audited {
        assessment,
        cost: cost(secrets.len()),
        secrets: secrets.iter().map(|secret| profile(*secret, as_of)).collect(),
        frameworks: Vec::new(),
    }
}

fn summary(rules: &[RuleInfo], findings: &[Finding], secrets: u64) -> Summary {
    let mut summary = Summary::default();
    for finding in findings {
        *summary.verdicts.entry(finding.verdict).or_default() += 1;
        *summary.rules.entry(finding.rule.clone()).or_default().entry(finding.verdict).or_default() += 1;
        if finding.verdict == Verdict::Fail {
            *summary.failures.entry(finding.severity).or_default() += 1;
        }
    }
    for rule in rules {
        let of_rule = summary.rules.entry(rule.id.clone()).or_default();
        let passes = secrets - of_rule.values().sum::<u64>();
        of_rule.insert(Verdict::Pass, passes);
        *summary.verdicts.entry(Verdict::Pass).or_default() += passes;
    }
    summary
}

/// A secret with three versions and twelve readers, half of whom are worth a line.
fn profile(secret: usize, as_of: Timestamp) -> SecretProfile {
    let resource = resource(secret);
    let before = |days: i64| Some(as_of - SignedDuration::from_hours(24 * days));
    let age = 10 + (secret % 300) as i64;
    let version = |place: usize| VersionProfile {
        id: format!("{:08x}-0000-4000-8000-{:012x}", scatter(place as u64) as u32, secret),
        stages: [&["AWSPREVIOUS"][..], &["AWSCURRENT"]].get(place).map_or_else(Vec::new, |stages| stages.iter().map(|stage| (*stage).to_owned()).collect()),
        created: before(age + 30 * (1 - place as i64)),
        last_accessed: before(1),
    };
    let reader = |place: usize| ReaderProfile {
        principal: format!("arn:aws:iam::{}:role/service-{place}", resource.account),
        kind: Some(PrincipalType::Role),
        can: Some(Access::Allowed),
        conditions: Vec::new(),
        path: format!("policy read-secrets-of-service-{place}, statement AllowRead"),
        key_path: "key policy, statement 1".to_owned(),
        administrator: false,
        rotation: false,
        reads: if place < 3 { 40 } else { 0 },
        refused: 0,
        last_read: before(1).filter(|_| place < 3),
    };
    SecretProfile {
        arn: resource.arn.clone(),
        name: resource.name.clone(),
        account: resource.account.clone(),
        region: resource.region.clone(),
        description: "Login of the service".to_owned(),
        owner: format!("team-{}", secret % 31),
        environment: "production".to_owned(),
        tags: vec![("Owner".to_owned(), format!("team-{}", secret % 31)), ("Environment".to_owned(), "production".to_owned())],
        kms_key: None,
        created: before(700),
        last_changed: before(age),
        last_accessed: before(1),
        deleted: None,
        owning_service: String::new(),
        primary_region: None,
        rotation: RotationProfile { enabled: true, days: Some(30), last: before(age), next: before(age - 30), ..RotationProfile::default() },
        versions: Some((0..2).map(version).collect()),
        replicas: None,
        readers: Some(ReadersProfile {
            listed: (0..6).map(reader).collect(),
            can_and_did: 3,
            can_only: 9,
            did_only: 0,
            administrators: 2,
            trail_days: 90,
            caveats: Vec::new(),
        }),
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder of rules").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// What reports use of a rule file.
#[derive(Deserialize)]
struct RuleFile {
    id: String,
    title: String,
    severity: Severity,
    why: String,
    #[serde(default)]
    remediation: Remediation,
    #[serde(default)]
    references: Vec<String>,
    #[serde(default)]
    frameworks: FrameworkMappings,
}

fn rule(path: &Path) -> RuleInfo {
    let text = std::fs::read_to_string(path).expect("a rule file");
    let file: RuleFile = serde_saphyr::from_str(&text).expect("a rule");
    RuleInfo {
        id: file.id,
        aliases: Vec::new(),
        title: file.title,
        topic: "rotation".to_owned(),
        severity: file.severity,
        kind: RuleKind::State,
        table: "secrets".to_owned(),
        applies_to: String::new(),
        require: String::new(),
        why: file.why,
        remediation: file.remediation,
        references: file.references,
        frameworks: file.frameworks,
        parameters: Vec::new(),
        implied_by: Vec::new(),
        calls: Vec::new(),
    }
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

fn finding(rule: &RuleInfo, secret: usize, verdict: Verdict) -> Finding {
    let resource = resource(secret);
    let age = 100 + secret % 300;
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
