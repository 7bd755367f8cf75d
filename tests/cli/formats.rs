//! The formats for pipelines: they tell what the JSON report tells, in their own words, whatever strangers wrote.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use quick_xml::events::Event;
use serde_json::Value;

use crate::support::{Command, Run, folder, root, sample, sample_json, write};
use crate::world::{HOME, World, secret};

/// The formats of this file, with the ending under which `tests/readers` looks for them.
pub const FORMATS: [(&str, &str); 6] = [
    ("concise", "concise.txt"),
    ("github", "github.txt"),
    ("gitlab", "gitlab.json"),
    ("junit", "junit.xml"),
    ("markdown", "md"),
    ("sarif", "sarif"),
];

/// Settings with exceptions and accepted gaps.
const ACCEPTING: [&str; 2] =
    ["--config", concat!(env!("CARGO_MANIFEST_DIR"), "/examples/secrets-auditor.yaml")];

/// Writes every format into a folder where `.ci/run` finds them for readers that are not ours.
pub fn for_readers(name: &str, audit: impl Fn(&[String]) -> Run) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readers").join(name);
    fs::create_dir_all(&folder).unwrap();
    let outputs: Vec<String> = FORMATS
        .iter()
        .map(|(format, ending)| {
            format!("--output={format}={}", folder.join(format!("sample.{ending}")).display())
        })
        .collect();
    let run = audit(&outputs);
    assert!(matches!(run.code, Some(0 | 1)), "{run}");
    folder
}

fn read(folder: &Path, ending: &str) -> String {
    fs::read_to_string(folder.join(format!("sample.{ending}"))).unwrap()
}

/// Failures and unknowns that nobody accepted, and what is accepted.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    failures: usize,
    unknowns: usize,
    accepted: usize,
    /// Gone since the baseline; none where the format does not say.
    fixed: Option<usize>,
}

fn of_json(report: &Value) -> Counts {
    let findings = report["findings"].as_array().unwrap();
    let open = |verdict: &str| {
        findings.iter().filter(|f| f["verdict"] == verdict && f.get("exception").is_none()).count()
    };
    Counts {
        failures: open("fail"),
        unknowns: open("unknown"),
        accepted: findings.iter().filter(|finding| finding.get("exception").is_some()).count(),
        fixed: Some(report["baseline"]["fixed"].as_array().map_or(0, Vec::len)),
    }
}

fn of_concise(text: &str) -> Counts {
    let findings: Vec<&str> =
        text.lines().filter(|line| line.split(' ').next().is_some_and(|word| word.ends_with(']'))).collect();
    let is_accepted = |line: &&&str| line.contains("(accepted until ");
    let open = || findings.iter().filter(|line| !is_accepted(line));
    let unknowns = open().filter(|line| line.starts_with("unknown[")).count();
    let fixed = open().filter(|line| line.starts_with("fixed[")).count();
    Counts {
        failures: open().count() - unknowns - fixed,
        unknowns,
        accepted: findings.iter().filter(is_accepted).count(),
        fixed: Some(fixed),
    }
}

fn of_gitlab(text: &str) -> Counts {
    let issues: Vec<Value> = serde_json::from_str(text).unwrap();
    let descriptions: Vec<&str> = issues.iter().map(|issue| issue["description"].as_str().unwrap()).collect();
    let accepted = descriptions.iter().filter(|text| text.starts_with("accepted until ")).count();
    let is_open =
        |text: &&&str| text.contains("): cannot be judged: ") && !text.starts_with("accepted until ");
    let unknowns = descriptions.iter().filter(is_open).count();
    Counts { failures: issues.len() - accepted - unknowns, unknowns, accepted, fixed: None }
}

fn of_junit(text: &str) -> Counts {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut counts = Counts::default();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => match start.name().as_ref() {
                "failure" => counts.failures += 1,
                "error" => counts.unknowns += 1,
                "skipped" => counts.accepted += 1,
                _ => {}
            },
            Event::Eof => return counts,
            _ => {}
        }
    }
}

/// The rows of a section of the Markdown report.
fn rows(text: &str, title: &str) -> usize {
    let section = text.split("\n## ").find(|section| section.starts_with(title));
    let section = section.map_or("", |section| section);
    section.lines().filter(|line| line.starts_with("| ")).count().saturating_sub(1)
}

fn of_markdown(text: &str) -> Counts {
    Counts {
        failures: ["Critical", "High", "Medium", "Low", "Info"].iter().map(|title| rows(text, title)).sum(),
        unknowns: rows(text, "Unknown"),
        accepted: rows(text, "Accepted"),
        fixed: Some(rows(text, "Fixed")),
    }
}

fn of_sarif(text: &str) -> Counts {
    let log: Value = serde_json::from_str(text).unwrap();
    let mut counts = Counts { fixed: Some(0), ..Counts::default() };
    let results =
        || log["runs"].as_array().unwrap().iter().flat_map(|run| run["results"].as_array().unwrap());
    // An absent list of suppressions means "not known", so all results of a run have one or none has.
    let known = results().filter(|result| result.get("suppressions").is_some()).count();
    assert!(known == 0 || known == results().count(), "{known} of {} have suppressions", results().count());
    for result in results() {
        let is_accepted = result["suppressions"].as_array().is_some_and(|list| !list.is_empty());
        match (result["kind"].as_str().unwrap(), is_accepted) {
            (_, true) => counts.accepted += 1,
            ("fail", _) => counts.failures += 1,
            ("open", _) => counts.unknowns += 1,
            ("pass", _) => counts.fixed = counts.fixed.map(|fixed| fixed + 1),
            (other, _) => panic!("{other}"),
        }
    }
    counts
}

/// How many annotations there are, and how many findings the last one says are not annotated.
fn of_github(text: &str) -> usize {
    let findings = text.lines().filter(|line| line.contains(",title=")).count();
    let last = text.lines().last().unwrap();
    let sentence = last.split_once("Not annotated: ").map_or("", |(_, rest)| rest);
    let sentence = sentence.split(". ").next().unwrap();
    let numbers = sentence.split(", ").filter_map(|part| part.split(' ').next()?.parse::<usize>().ok());
    findings + numbers.sum::<usize>()
}

fn assert_one_story(name: &str, arguments: &[&str]) {
    let json = of_json(&sample_json(arguments));
    let audit = |outputs: &[String]| Command::new(["audit", "--sample"]).args(arguments).args(outputs).run();
    let folder = for_readers(name, audit);
    let counts = [
        ("concise", of_concise(&read(&folder, "concise.txt"))),
        ("gitlab", of_gitlab(&read(&folder, "gitlab.json"))),
        ("junit", of_junit(&read(&folder, "junit.xml"))),
        ("markdown", of_markdown(&read(&folder, "md"))),
        ("sarif", of_sarif(&read(&folder, "sarif"))),
    ];
    for (format, counted) in counts {
        let expected = Counts { fixed: counted.fixed.and(json.fixed), ..json };
        assert_eq!(counted, expected, "{format}");
    }
    let all = json.failures + json.unknowns + json.accepted;
    assert_eq!(of_github(&read(&folder, "github.txt")), all);
}

#[test]
fn every_format_tells_one_story_of_the_sample() {
    assert_one_story("sample", &[]);
}

#[test]
fn every_format_tells_one_story_of_exceptions() {
    let report = sample_json(ACCEPTING);
    assert!(of_json(&report).accepted > 0);
    assert_one_story("accepted", &ACCEPTING);
}

#[test]
fn every_format_tells_one_story_of_a_baseline() {
    let folder = folder();
    let file = folder.path().join("baseline.json");
    let create =
        ["baseline", "create", "--sample", "--set", "stale-value.max_age_days=30", "--skip", "key-*"];
    let run = Command::new(create).arg(&file).run();
    assert_eq!(run.code, Some(0), "{run}");
    let arguments = [&["--baseline", file.to_str().unwrap()], &ACCEPTING[..]].concat();
    let report = sample_json(&arguments);
    let counts = &report["summary"]["baseline"];
    for state in ["new", "unchanged", "fixed", "excepted"] {
        assert!(counts[state].as_u64().unwrap() > 0, "{state}: {counts}");
    }
    assert_one_story("baseline", &arguments);
}

/// What a few rules say of the sample in a format.
fn few(format: &str, arguments: &[&str]) -> String {
    let run = sample(
        [
            &[
                "--format",
                format,
                "--only",
                "key-disabled",
                "--only",
                "key-rotation-off",
                "--only",
                "replica-failed",
            ],
            arguments,
        ]
        .concat(),
    );
    assert_eq!(run.code, Some(1), "{run}");
    run.stdout
}

#[test]
fn concise_has_a_line_for_each_finding() {
    assert_snapshot!(few("concise", &[]), @"
    critical[key-disabled] 111122223333/eu-west-1 prod/tasting-room/pos-terminal: no key of the current value can decrypt; one is disabled or waits for key material
    high[replica-failed] 111122223333/eu-west-1 prod/shipping/carrier-api-key: 1 replica has failed: us-east-1: Replication failed: Secret name prod/shipping/carrier-api-key already exists in region us-east-1.
    low[key-rotation-off] 111122223333/eu-west-1 alias/harbour/marketing: automatic rotation of the key is off; 1 secret names it
    unknown[key-disabled] 111122223333/eu-west-1 prod/observability/pagerduty-token: cannot be judged: secretsmanager:ListSecretVersionIds failed with AccessDeniedException; allow secretsmanager:ListSecretVersionIds
    unknown[key-disabled] 111122223333/eu-west-1 prod/partners/customs-broker: cannot be judged: kms:DescribeKey failed with AccessDeniedException; allow kms:DescribeKey
    unknown[key-disabled] 444455556666/eu-central-1 every secret in 444455556666 eu-central-1: cannot be judged: secretsmanager:ListSecrets failed with AccessDeniedException; allow secretsmanager:ListSecrets
    unknown[replica-failed] 444455556666/eu-central-1 every secret in 444455556666 eu-central-1: cannot be judged: secretsmanager:ListSecrets failed with AccessDeniedException; allow secretsmanager:ListSecrets
    unknown[replica-failed] 444455556666/eu-west-1 staging/payments/db: cannot be judged: secretsmanager:DescribeSecret failed with AccessDeniedException; allow secretsmanager:DescribeSecret
    unknown[key-rotation-off] 111122223333/eu-west-1 65d15b13-a0a1-42ae-a822-e06a953a3cf0: cannot be judged: kms:DescribeKey failed with AccessDeniedException; allow kms:DescribeKey
    unknown[key-rotation-off] 444455556666/us-east-1 1160563d-0504-42b2-aa96-2963115736f4: cannot be judged: kms:GetKeyRotationStatus failed with AccessDeniedException; allow kms:GetKeyRotationStatus
    not seen: cloudtrail:DescribeTrails: AccessDeniedException; allow cloudtrail:DescribeTrails (1 place)
    not seen: cloudtrail:ListEventDataStores: AccessDeniedException; allow cloudtrail:ListEventDataStores (1 place)
    not seen: config:DescribeConfigRules: AccessDeniedException; allow config:DescribeConfigRules (1 place)
    not seen: events:ListRules: AccessDeniedException; allow events:ListRules (1 place)
    not seen: iam:GetCredentialReport: AccessDenied; allow iam:GetCredentialReport (1 place)
    not seen: kms:DescribeKey: AccessDeniedException; allow kms:DescribeKey (1 place)
    not seen: kms:GetKeyRotationStatus: AccessDeniedException; allow kms:GetKeyRotationStatus (1 place)
    not seen: organizations:ListAccounts: AccessDeniedException; allow organizations:ListAccounts (2 places)
    not seen: organizations:ListPolicies: AccessDeniedException; allow organizations:ListPolicies (2 places)
    not seen: secretsmanager:DescribeSecret: AccessDeniedException; allow secretsmanager:DescribeSecret (1 place)
    not seen: secretsmanager:GetResourcePolicy: AccessDeniedException; allow secretsmanager:GetResourcePolicy (1 place)
    not seen: secretsmanager:ListSecretVersionIds: AccessDeniedException; allow secretsmanager:ListSecretVersionIds (1 place)
    not seen: secretsmanager:ListSecrets: AccessDeniedException; allow secretsmanager:ListSecrets (1 place)
    73 secrets, 3 rules: 1 critical, 1 high, 0 medium, 1 low, 0 info; 7 unknown; USD 41.16 a month
    2 failures at or above high: exit code 1
    ");
}

#[test]
fn github_gets_annotations() {
    assert_snapshot!(few("github", &[]), @"
    ::error file=rules/encryption/key-disabled.yaml,line=1,title=critical[key-disabled]::prod/tasting-room/pos-terminal (111122223333/eu-west-1): no key of the current value can decrypt; one is disabled or waits for key material
    ::error file=rules/replication/replica-failed.yaml,line=1,title=high[replica-failed]::prod/shipping/carrier-api-key (111122223333/eu-west-1): 1 replica has failed: us-east-1: Replication failed: Secret name prod/shipping/carrier-api-key already exists in region us-east-1.
    ::error file=rules/encryption/key-disabled.yaml,line=1,title=unknown[key-disabled]::prod/observability/pagerduty-token (111122223333/eu-west-1): cannot be judged: secretsmanager:ListSecretVersionIds failed with AccessDeniedException; allow secretsmanager:ListSecretVersionIds
    ::error file=rules/encryption/key-disabled.yaml,line=1,title=unknown[key-disabled]::prod/partners/customs-broker (111122223333/eu-west-1): cannot be judged: kms:DescribeKey failed with AccessDeniedException; allow kms:DescribeKey
    ::error file=rules/encryption/key-disabled.yaml,line=1,title=unknown[key-disabled]::every secret in 444455556666 eu-central-1 (444455556666/eu-central-1): cannot be judged: secretsmanager:ListSecrets failed with AccessDeniedException; allow secretsmanager:ListSecrets
    ::error file=rules/replication/replica-failed.yaml,line=1,title=unknown[replica-failed]::every secret in 444455556666 eu-central-1 (444455556666/eu-central-1): cannot be judged: secretsmanager:ListSecrets failed with AccessDeniedException; allow secretsmanager:ListSecrets
    ::error file=rules/replication/replica-failed.yaml,line=1,title=unknown[replica-failed]::staging/payments/db (444455556666/eu-west-1): cannot be judged: secretsmanager:DescribeSecret failed with AccessDeniedException; allow secretsmanager:DescribeSecret
    ::warning title=not seen::cloudtrail:DescribeTrails: AccessDeniedException, allow cloudtrail:DescribeTrails (1 place); cloudtrail:ListEventDataStores: AccessDeniedException, allow cloudtrail:ListEventDataStores (1 place); config:DescribeConfigRules: AccessDeniedException, allow config:DescribeConfigRules (1 place); events:ListRules: AccessDeniedException, allow events:ListRules (1 place); iam:GetCredentialReport: AccessDenied, allow iam:GetCredentialReport (1 place); and 8 calls more
    ::notice file=rules/encryption/key-rotation-off.yaml,line=1,title=low[key-rotation-off]::alias/harbour/marketing (111122223333/eu-west-1): automatic rotation of the key is off; 1 secret names it
    ::notice file=rules/encryption/key-rotation-off.yaml,line=1,title=unknown[key-rotation-off]::65d15b13-a0a1-42ae-a822-e06a953a3cf0 (111122223333/eu-west-1): cannot be judged: kms:DescribeKey failed with AccessDeniedException; allow kms:DescribeKey
    ::notice file=rules/encryption/key-rotation-off.yaml,line=1,title=unknown[key-rotation-off]::1160563d-0504-42b2-aa96-2963115736f4 (444455556666/us-east-1): cannot be judged: kms:GetKeyRotationStatus failed with AccessDeniedException; allow kms:GetKeyRotationStatus
    ::notice title=secrets-auditor::73 secrets, 3 rules: 1 critical, 1 high, 0 medium, 1 low, 0 info; 7 unknown; USD 41.16 a month. 2 failures at or above high: exit code 1
    ");
}

#[test]
fn gitlab_gets_issues() {
    assert_snapshot!(sample(["--format", "gitlab", "--only", "key-rotation-off"]).stdout, @r#"
    [
      {
        "type": "issue",
        "check_name": "key-rotation-off",
        "description": "alias/harbour/marketing (111122223333/eu-west-1): automatic rotation of the key is off; 1 secret names it",
        "categories": [
          "Security"
        ],
        "fingerprint": "9463ac44641388ed",
        "severity": "minor",
        "location": {
          "path": "rules/encryption/key-rotation-off.yaml",
          "lines": {
            "begin": 1
          }
        }
      },
      {
        "type": "issue",
        "check_name": "key-rotation-off",
        "description": "65d15b13-a0a1-42ae-a822-e06a953a3cf0 (111122223333/eu-west-1): cannot be judged: kms:DescribeKey failed with AccessDeniedException; allow kms:DescribeKey",
        "categories": [
          "Security"
        ],
        "fingerprint": "598e1587e0ba755e",
        "severity": "minor",
        "location": {
          "path": "rules/encryption/key-rotation-off.yaml",
          "lines": {
            "begin": 1
          }
        }
      },
      {
        "type": "issue",
        "check_name": "key-rotation-off",
        "description": "1160563d-0504-42b2-aa96-2963115736f4 (444455556666/us-east-1): cannot be judged: kms:GetKeyRotationStatus failed with AccessDeniedException; allow kms:GetKeyRotationStatus",
        "categories": [
          "Security"
        ],
        "fingerprint": "74a48d98299d8b93",
        "severity": "minor",
        "location": {
          "path": "rules/encryption/key-rotation-off.yaml",
          "lines": {
            "begin": 1
          }
        }
      }
    ]
    "#);
}

#[test]
fn junit_has_a_suite_for_each_rule() {
    assert_snapshot!(few("junit", &[]), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="secrets-auditor" tests="13" failures="3" errors="7">
      <testsuite name="secrets-auditor" tests="0" failures="0" errors="0" skipped="0">
        <properties>
          <property name="version" value="0.1.0"/>
          <property name="as of" value="2026-11-01T06:00:00Z"/>
          <property name="accounts" value="111122223333, 444455556666, 777788889999"/>
        </properties>
        <system-out>73 secrets, 3 rules: 1 critical, 1 high, 0 medium, 1 low, 0 info; 7 unknown; USD 41.16 a month
    2 failures at or above high: exit code 1</system-out>
        <system-err>not seen: cloudtrail:DescribeTrails: AccessDeniedException; allow cloudtrail:DescribeTrails
      444455556666 eu-central-1
    not seen: cloudtrail:ListEventDataStores: AccessDeniedException; allow cloudtrail:ListEventDataStores
      444455556666 eu-central-1
    not seen: config:DescribeConfigRules: AccessDeniedException; allow config:DescribeConfigRules
      444455556666 eu-central-1
    not seen: events:ListRules: AccessDeniedException; allow events:ListRules
      111122223333 us-east-1
    not seen: iam:GetCredentialReport: AccessDenied; allow iam:GetCredentialReport
      444455556666
    not seen: kms:DescribeKey: AccessDeniedException; allow kms:DescribeKey
      arn:aws:kms:eu-west-1:131313131313:key/65d15b13-a0a1-42ae-a822-e06a953a3cf0
    not seen: kms:GetKeyRotationStatus: AccessDeniedException; allow kms:GetKeyRotationStatus
      arn:aws:kms:us-east-1:444455556666:key/1160563d-0504-42b2-aa96-2963115736f4
    not seen: organizations:ListAccounts: AccessDeniedException; allow organizations:ListAccounts
      444455556666
      777788889999
    not seen: organizations:ListPolicies: AccessDeniedException; allow organizations:ListPolicies
      444455556666
      777788889999
    not seen: secretsmanager:DescribeSecret: AccessDeniedException; allow secretsmanager:DescribeSecret
      arn:aws:secretsmanager:eu-west-1:444455556666:secret:staging/payments/db-RiNlWR
    not seen: secretsmanager:GetResourcePolicy: AccessDeniedException; allow secretsmanager:GetResourcePolicy
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/gateway/jwt-signing-key-WpM1sC
    not seen: secretsmanager:ListSecretVersionIds: AccessDeniedException; allow secretsmanager:ListSecretVersionIds
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/observability/pagerduty-token-AHcnxh
    not seen: secretsmanager:ListSecrets: AccessDeniedException; allow secretsmanager:ListSecrets
      444455556666 eu-central-1</system-err>
      </testsuite>
      <testsuite name="key-disabled" tests="5" failures="1" errors="3" skipped="0">
        <properties>
          <property name="title" value="the key of the current value is disabled"/>
          <property name="severity" value="critical"/>
          <property name="passed" value="69"/>
          <property name="not applicable" value="1"/>
        </properties>
        <testcase name="prod/tasting-room/pos-terminal" classname="111122223333.eu-west-1.key-disabled">
          <failure type="critical" message="no key of the current value can decrypt; one is disabled or waits for key material">critical: no key of the current value can decrypt; one is disabled or waits for key material
    resource: arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/tasting-room/pos-terminal-chEOkd in 111122223333/eu-west-1
    fingerprint: f2774025ae39fd13
    owner: stores</failure>
        </testcase>
        <testcase name="prod/observability/pagerduty-token" classname="111122223333.eu-west-1.key-disabled">
          <error type="unknown" message="cannot be judged: secretsmanager:ListSecretVersionIds failed with AccessDeniedException; allow secretsmanager:ListSecretVersionIds">critical: cannot be judged: secretsmanager:ListSecretVersionIds failed with AccessDeniedException; allow secretsmanager:ListSecretVersionIds
    resource: arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/observability/pagerduty-token-AHcnxh in 111122223333/eu-west-1
    fingerprint: 9e5591fc816a5402
    owner: platform</error>
        </testcase>
        <testcase name="prod/partners/customs-broker" classname="111122223333.eu-west-1.key-disabled">
          <error type="unknown" message="cannot be judged: kms:DescribeKey failed with AccessDeniedException; allow kms:DescribeKey">critical: cannot be judged: kms:DescribeKey failed with AccessDeniedException; allow kms:DescribeKey
    resource: arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/partners/customs-broker-dyo4uL in 111122223333/eu-west-1
    fingerprint: a68aaa90283c1d50
    owner: shipping</error>
        </testcase>
        <testcase name="every secret in 444455556666 eu-central-1" classname="444455556666.eu-central-1.key-disabled">
          <error type="unknown" message="cannot be judged: secretsmanager:ListSecrets failed with AccessDeniedException; allow secretsmanager:ListSecrets">critical: cannot be judged: secretsmanager:ListSecrets failed with AccessDeniedException; allow secretsmanager:ListSecrets
    resource: arn:aws:secretsmanager:eu-central-1:444455556666:* in 444455556666/eu-central-1
    fingerprint: cd117dd02c2299b5</error>
        </testcase>
        <testcase name="everything else" classname="key-disabled">
          <system-out>69 pass, 1 do not fall under the rule</system-out>
        </testcase>
      </testsuite>
      <testsuite name="key-rotation-off" tests="4" failures="1" errors="2" skipped="0">
        <properties>
          <property name="title" value="customer managed key is never rotated"/>
          <property name="severity" value="low"/>
          <property name="passed" value="8"/>
          <property name="not applicable" value="4"/>
        </properties>
        <testcase name="alias/harbour/marketing" classname="111122223333.eu-west-1.key-rotation-off">
          <failure type="low" message="automatic rotation of the key is off; 1 secret names it">low: automatic rotation of the key is off; 1 secret names it
    resource: arn:aws:kms:eu-west-1:111122223333:key/28ea6131-9373-450c-a547-b678876fa12c in 111122223333/eu-west-1
    fingerprint: 9463ac44641388ed
    owner: marketing
    does not decide the exit code</failure>
        </testcase>
        <testcase name="65d15b13-a0a1-42ae-a822-e06a953a3cf0" classname="111122223333.eu-west-1.key-rotation-off">
          <error type="unknown" message="cannot be judged: kms:DescribeKey failed with AccessDeniedException; allow kms:DescribeKey">low: cannot be judged: kms:DescribeKey failed with AccessDeniedException; allow kms:DescribeKey
    resource: arn:aws:kms:eu-west-1:131313131313:key/65d15b13-a0a1-42ae-a822-e06a953a3cf0 in 111122223333/eu-west-1
    fingerprint: 598e1587e0ba755e
    owner: shipping
    does not decide the exit code</error>
        </testcase>
        <testcase name="1160563d-0504-42b2-aa96-2963115736f4" classname="444455556666.us-east-1.key-rotation-off">
          <error type="unknown" message="cannot be judged: kms:GetKeyRotationStatus failed with AccessDeniedException; allow kms:GetKeyRotationStatus">low: cannot be judged: kms:GetKeyRotationStatus failed with AccessDeniedException; allow kms:GetKeyRotationStatus
    resource: arn:aws:kms:us-east-1:444455556666:key/1160563d-0504-42b2-aa96-2963115736f4 in 444455556666/us-east-1
    fingerprint: 74a48d98299d8b93
    does not decide the exit code</error>
        </testcase>
        <testcase name="everything else" classname="key-rotation-off">
          <system-out>8 pass, 4 do not fall under the rule</system-out>
        </testcase>
      </testsuite>
      <testsuite name="replica-failed" tests="4" failures="1" errors="2" skipped="0">
        <properties>
          <property name="title" value="replication to a Region has failed"/>
          <property name="severity" value="high"/>
          <property name="passed" value="3"/>
          <property name="not applicable" value="68"/>
        </properties>
        <testcase name="prod/shipping/carrier-api-key" classname="111122223333.eu-west-1.replica-failed">
          <failure type="high" message="1 replica has failed: us-east-1: Replication failed: Secret name prod/shipping/carrier-api-key already exists in region us-east-1.">high: 1 replica has failed: us-east-1: Replication failed: Secret name prod/shipping/carrier-api-key already exists in region us-east-1.
    resource: arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/shipping/carrier-api-key-A2awrO in 111122223333/eu-west-1
    fingerprint: 543cb625c8bd47f6
    owner: shipping</failure>
        </testcase>
        <testcase name="every secret in 444455556666 eu-central-1" classname="444455556666.eu-central-1.replica-failed">
          <error type="unknown" message="cannot be judged: secretsmanager:ListSecrets failed with AccessDeniedException; allow secretsmanager:ListSecrets">high: cannot be judged: secretsmanager:ListSecrets failed with AccessDeniedException; allow secretsmanager:ListSecrets
    resource: arn:aws:secretsmanager:eu-central-1:444455556666:* in 444455556666/eu-central-1
    fingerprint: 6facb01484528641</error>
        </testcase>
        <testcase name="staging/payments/db" classname="444455556666.eu-west-1.replica-failed">
          <error type="unknown" message="cannot be judged: secretsmanager:DescribeSecret failed with AccessDeniedException; allow secretsmanager:DescribeSecret">high: cannot be judged: secretsmanager:DescribeSecret failed with AccessDeniedException; allow secretsmanager:DescribeSecret
    resource: arn:aws:secretsmanager:eu-west-1:444455556666:secret:staging/payments/db-RiNlWR in 444455556666/eu-west-1
    fingerprint: 514810e4ae18406b
    owner: payments</error>
        </testcase>
        <testcase name="everything else" classname="replica-failed">
          <system-out>3 pass, 68 do not fall under the rule</system-out>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn markdown_is_a_page() {
    assert_snapshot!(few("markdown", &[]), @"
    # Secrets audit, 2026-11-01

    **2 failures at or above high: exit code 1**

    73 secrets, 3 rules: 1 critical, 1 high, 0 medium, 1 low, 0 info; 7 unknown; USD 41.16 a month.

    3 accounts: 111122223333 (harbour-prod), 444455556666 (harbour-dev), 777788889999 (harbour-legacy).

    | severity | fail | unknown | accepted of these | decide |
    |---|--:|--:|--:|--:|
    | critical | 1 | 3 | – | 4 |
    | high | 1 | 2 | – | 3 |
    | medium | – | – | – | – |
    | low | 1 | 2 | – | – |
    | info | – | – | – | – |

    Cost: USD 41.16 a month, list prices of 2026-09-20; not included: every secret in 444455556666 eu-central-1, which could not be listed; 1 key that could not be described or without a list price; calls that only list and describe, which no trail was read for: give `--monthly-calls N` if you know; the running time of rotation functions, which depends on their memory; evaluations when a secret changes, and the items that record it (`SECRETSMANAGER_ROTATION_ENABLED_CHECK`, `SECRETSMANAGER_USING_CMK`).

    ## Not seen

    | call | error | where | allow |
    |---|---|---|---|
    | `cloudtrail:DescribeTrails` | AccessDeniedException | 444455556666 eu-central-1 | `cloudtrail:DescribeTrails` |
    | `cloudtrail:ListEventDataStores` | AccessDeniedException | 444455556666 eu-central-1 | `cloudtrail:ListEventDataStores` |
    | `config:DescribeConfigRules` | AccessDeniedException | 444455556666 eu-central-1 | `config:DescribeConfigRules` |
    | `events:ListRules` | AccessDeniedException | 111122223333 us-east-1 | `events:ListRules` |
    | `iam:GetCredentialReport` | AccessDenied | 444455556666 | `iam:GetCredentialReport` |
    | `kms:DescribeKey` | AccessDeniedException | `arn:aws:kms:eu-west-1:131313131313:key/65d15b13-a0a1-42ae-a822-e06a953a3cf0` | `kms:DescribeKey` |
    | `kms:GetKeyRotationStatus` | AccessDeniedException | `arn:aws:kms:us-east-1:444455556666:key/1160563d-0504-42b2-aa96-2963115736f4` | `kms:GetKeyRotationStatus` |
    | `organizations:ListAccounts` | AccessDeniedException | 444455556666, 777788889999 | `organizations:ListAccounts` |
    | `organizations:ListPolicies` | AccessDeniedException | 444455556666, 777788889999 | `organizations:ListPolicies` |
    | `secretsmanager:DescribeSecret` | AccessDeniedException | `arn:aws:secretsmanager:eu-west-1:444455556666:secret:staging/payments/db-RiNlWR` | `secretsmanager:DescribeSecret` |
    | `secretsmanager:GetResourcePolicy` | AccessDeniedException | `arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/gateway/jwt-signing-key-WpM1sC` | `secretsmanager:GetResourcePolicy` |
    | `secretsmanager:ListSecretVersionIds` | AccessDeniedException | `arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/observability/pagerduty-token-AHcnxh` | `secretsmanager:ListSecretVersionIds` |
    | `secretsmanager:ListSecrets` | AccessDeniedException | 444455556666 eu-central-1 | `secretsmanager:ListSecrets` |

    ## Critical (1)

    | rule | resource | where | owner | what |
    |---|---|---|---|---|
    | `key-disabled` | `prod/tasting-room/pos-terminal` | 111122223333/eu-west-1 | stores | no key of the current value can decrypt; one is disabled or waits for key material |

    ## High (1)

    | rule | resource | where | owner | what |
    |---|---|---|---|---|
    | `replica-failed` | `prod/shipping/carrier-api-key` | 111122223333/eu-west-1 | shipping | 1 replica has failed: us-east-1: Replication failed: Secret name prod/shipping/carrier-api-key already exists in region us-east-1. |

    ## Low (1)

    | rule | resource | where | owner | what |
    |---|---|---|---|---|
    | `key-rotation-off` | `alias/harbour/marketing` | 111122223333/eu-west-1 | marketing | automatic rotation of the key is off; 1 secret names it |

    ## Unknown (7)

    | cannot be judged, because | rule | resource | where | severity |
    |---|---|---|---|---|
    | `kms:DescribeKey` failed with AccessDeniedException; allow `kms:DescribeKey` | `key-disabled` | `prod/partners/customs-broker` | 111122223333/eu-west-1 | critical |
    | ″ | `key-rotation-off` | `65d15b13-a0a1-42ae-a822-e06a953a3cf0` | 111122223333/eu-west-1 | low |
    | `kms:GetKeyRotationStatus` failed with AccessDeniedException; allow `kms:GetKeyRotationStatus` | `key-rotation-off` | `1160563d-0504-42b2-aa96-2963115736f4` | 444455556666/us-east-1 | low |
    | `secretsmanager:DescribeSecret` failed with AccessDeniedException; allow `secretsmanager:DescribeSecret` | `replica-failed` | `staging/payments/db` | 444455556666/eu-west-1 | high |
    | `secretsmanager:ListSecretVersionIds` failed with AccessDeniedException; allow `secretsmanager:ListSecretVersionIds` | `key-disabled` | `prod/observability/pagerduty-token` | 111122223333/eu-west-1 | critical |
    | `secretsmanager:ListSecrets` failed with AccessDeniedException; allow `secretsmanager:ListSecrets` | `key-disabled` | `every secret in 444455556666 eu-central-1` | 444455556666/eu-central-1 | critical |
    | ″ | `replica-failed` | `every secret in 444455556666 eu-central-1` | 444455556666/eu-central-1 | high |
    ");
}

#[test]
fn markdown_shows_what_is_accepted_and_since_when() {
    let run = sample([&ACCEPTING[..], &["--only", "stale-value", "--format", "markdown"]].concat());
    let accepted = &run.stdout[run.stdout.find("## Unknown").unwrap()..];
    assert_snapshot!(accepted, @"
    ## Unknown (1)

    | cannot be judged, because | rule | resource | where | severity |
    |---|---|---|---|---|
    | `secretsmanager:ListSecrets` failed with AccessDeniedException; allow `secretsmanager:ListSecrets` | `stale-value` | `every secret in 444455556666 eu-central-1` | 444455556666/eu-central-1 | high |

    ## Accepted for a time (3)

    | until | days left | by | finding | resource | where | why | ticket |
    |---|---|---|---|---|---|---|---|
    | 2026-12-31 | 60 | observability | `unknown[stale-value]` | `prod/observability/pagerduty-token` | 111122223333/eu-west-1 | the observability team grants it with its next release |  |
    | 2027-01-31 | 91 | shipping | `high[stale-value]` | `prod/partners/sftp` | 111122223333/eu-west-1 | the carriers change their passwords twice a year | `SEC-12` |
    | 2027-01-31 | 91 | shipping | `high[stale-value]` | `prod/partners/sftp-Xk2f9Q` | 111122223333/eu-west-1 | the carriers change their passwords twice a year | `SEC-12` |
    ");
}

#[test]
fn sarif_has_runs_rules_and_results() {
    let mut log = sample(["--format", "sarif", "--only", "key-rotation-off"]).json();
    let run = &mut log["runs"][0];
    // The help is as long as the rule; of what could not be seen one notification shows the form.
    run["tool"]["driver"]["rules"][0]["help"] = "…".into();
    run["invocations"][0]["toolExecutionNotifications"].as_array_mut().unwrap().truncate(1);
    run["results"].as_array_mut().unwrap().truncate(2);
    assert_snapshot!(format!("{log:#}"), @r#"
    {
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "runs": [
        {
          "automationDetails": {
            "id": "secrets-auditor/111122223333-and-others/2026-11-01T06:00:00Z"
          },
          "columnKind": "utf16CodeUnits",
          "invocations": [
            {
              "endTimeUtc": "2026-11-01T06:00:00Z",
              "executionSuccessful": false,
              "toolExecutionNotifications": [
                {
                  "descriptor": {
                    "id": "evidence-gap"
                  },
                  "level": "error",
                  "message": {
                    "text": "secretsmanager:ListSecretVersionIds failed with AccessDeniedException; allow secretsmanager:ListSecretVersionIds (arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/observability/pagerduty-token-AHcnxh)"
                  }
                }
              ]
            }
          ],
          "properties": {
            "gate": "nothing at or above high fails",
            "monthlyCost": "USD 41.158397168",
            "notApplicable": 4,
            "passed": 8,
            "secrets": 73
          },
          "results": [
            {
              "kind": "fail",
              "level": "note",
              "locations": [
                {
                  "logicalLocations": [
                    {
                      "fullyQualifiedName": "arn:aws:kms:eu-west-1:111122223333:key/28ea6131-9373-450c-a547-b678876fa12c",
                      "kind": "resource",
                      "name": "alias/harbour/marketing"
                    }
                  ],
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "rules/encryption/key-rotation-off.yaml"
                    },
                    "region": {
                      "endColumn": 2,
                      "endLine": 1,
                      "startColumn": 1,
                      "startLine": 1
                    }
                  }
                }
              ],
              "message": {
                "text": "alias/harbour/marketing (111122223333/eu-west-1): automatic rotation of the key is off; 1 secret names it"
              },
              "partialFingerprints": {
                "primaryLocationLineHash": "9463ac44641388ed:1",
                "secretsAuditor/v1": "9463ac44641388ed"
              },
              "properties": {
                "account": "111122223333",
                "environment": "production",
                "gates": false,
                "owner": "marketing",
                "region": "eu-west-1",
                "severity": "low",
                "verdict": "fail"
              },
              "ruleId": "key-rotation-off",
              "ruleIndex": 0
            },
            {
              "kind": "open",
              "locations": [
                {
                  "logicalLocations": [
                    {
                      "fullyQualifiedName": "arn:aws:kms:eu-west-1:131313131313:key/65d15b13-a0a1-42ae-a822-e06a953a3cf0",
                      "kind": "resource",
                      "name": "65d15b13-a0a1-42ae-a822-e06a953a3cf0"
                    }
                  ],
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "rules/encryption/key-rotation-off.yaml"
                    },
                    "region": {
                      "endColumn": 2,
                      "endLine": 1,
                      "startColumn": 1,
                      "startLine": 1
                    }
                  }
                }
              ],
              "message": {
                "text": "65d15b13-a0a1-42ae-a822-e06a953a3cf0 (111122223333/eu-west-1): cannot be judged: kms:DescribeKey failed with AccessDeniedException; allow kms:DescribeKey"
              },
              "partialFingerprints": {
                "primaryLocationLineHash": "598e1587e0ba755e:1",
                "secretsAuditor/v1": "598e1587e0ba755e"
              },
              "properties": {
                "account": "111122223333",
                "environment": "production",
                "gates": false,
                "owner": "shipping",
                "region": "eu-west-1",
                "severity": "low",
                "verdict": "unknown"
              },
              "ruleId": "key-rotation-off",
              "ruleIndex": 0
            }
          ],
          "tool": {
            "driver": {
              "name": "secrets-auditor",
              "notifications": [
                {
                  "id": "evidence-gap",
                  "shortDescription": {
                    "text": "a call to AWS brought no answer, so that verdicts are missing"
                  }
                }
              ],
              "rules": [
                {
                  "defaultConfiguration": {
                    "level": "note"
                  },
                  "fullDescription": {
                    "text": "Rotation of the key limits how much is encrypted under one piece of material, and it costs no change in the secrets:\nAWS keeps the old material for decryption. Only symmetric keys with material that AWS generated can rotate by\nthemselves, so keys with imported material, in an external store, disabled or on their way to deletion are not judged."
                  },
                  "help": "…",
                  "helpUri": "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
                  "id": "key-rotation-off",
                  "name": "KeyRotationOff",
                  "properties": {
                    "precision": "high",
                    "problem.severity": "recommendation",
                    "security-severity": "2.5",
                    "tags": [
                      "security",
                      "encryption",
                      "csa-ccm-4",
                      "dora",
                      "hipaa",
                      "iso-27001-2022",
                      "nist-800-53-r5",
                      "nist-csf-2.0",
                      "pci-dss-4.0.1",
                      "soc-2"
                    ]
                  },
                  "shortDescription": {
                    "text": "customer managed key is never rotated"
                  }
                }
              ],
              "semanticVersion": "0.1.0"
            }
          }
        }
      ],
      "version": "2.1.0"
    }
    "#);
}

#[test]
fn sarif_says_what_is_accepted_and_by_which_path_access_comes_about() {
    let run = sample([&ACCEPTING[..], &["--only", "stale-value", "--format", "sarif"]].concat());
    let accepted = &results(&run)[&("stale-value".to_owned(), "prod/partners/sftp".to_owned())];
    assert_snapshot!(format!("{:#}", accepted["suppressions"]), @r#"
    [
      {
        "justification": "the carriers change their passwords twice a year",
        "kind": "external",
        "properties": {
          "daysLeft": 91,
          "expires": "2027-01-31",
          "owner": "shipping",
          "ticket": "SEC-12"
        },
        "status": "accepted"
      }
    ]
    "#);
    let run = sample(["--only", "readable-outside-org", "--format", "sarif"]);
    let readable = &results(&run)[&("readable-outside-org".to_owned(), "tidewater_erp_login".to_owned())];
    let flows = readable["codeFlows"].as_array().unwrap().iter().map(|flow| {
        let steps = flow["threadFlows"][0]["locations"].as_array().unwrap().iter();
        steps
            .map(|step| step["location"]["message"]["text"].as_str().unwrap())
            .collect::<Vec<_>>()
            .join("\n  ")
    });
    assert_snapshot!(flows.collect::<Vec<_>>().join("\n"), @"
    arn:aws:iam::999988887777:role/broker-sync
      its own account and resource policy, statement TemporaryForMigration
      secret tidewater_erp_login
      key: its own account and key policy, statement Allow use through Secrets Manager
      only if its own account allows it
    ");
}

/// The results of a SARIF report by rule and name of the resource.
fn results(run: &Run) -> BTreeMap<(String, String), Value> {
    let log: Value = run.json();
    let results = log["runs"][0]["results"].as_array().unwrap().clone();
    let key = |result: &Value| {
        let name = result["locations"][0]["logicalLocations"][0]["name"].as_str().unwrap();
        (result["ruleId"].as_str().unwrap().to_owned(), name.to_owned())
    };
    results.into_iter().map(|result| (key(&result), result)).collect()
}

fn place(result: &Value) -> String {
    let location = &result["locations"][0]["physicalLocation"];
    let uri = location["artifactLocation"]["uri"].as_str().unwrap();
    format!("{uri}:{}", location["region"]["startLine"])
}

/// A repository with rules of its own, settings and code.
fn repository() -> tempfile::TempDir {
    let house = folder();
    write(house.path().join(".git/HEAD"), "");
    let rule = fs::read_to_string(root().join("rules/rotation/stale-value.yaml")).unwrap();
    write(house.path().join("audit/my rules/stale-value.yaml"), format!("# Ours.\n\n{rule}"));
    write(house.path().join("infra/prod/db.tf"), "# one\n# two\nresource {}\n");
    house
}

fn at(folder: &Path, script: &str) -> Run {
    Command::shell(&format!("cd '{}' && {script}", folder.display())).run()
}

#[test]
fn findings_stand_at_the_line_of_their_rule() {
    let house = repository();
    let audit = "\"$PROGRAM\" audit --sample --only stale-value --only key-disabled --format sarif";
    let key = |rule: &str, name: &str| (rule.to_owned(), name.to_owned());
    let of_key = key("key-disabled", "prod/tasting-room/pos-terminal");
    let of_value = key("stale-value", "prod/wholesale/db");
    let embedded = results(&at(house.path(), audit));
    assert_eq!(place(&embedded[&of_key]), "rules/encryption/key-disabled.yaml:1");
    assert_eq!(place(&embedded[&of_value]), "rules/rotation/stale-value.yaml:1");
    // From wherever the program runs in the repository, paths start at its root.
    for (folder, dir) in
        [("", "audit/my rules"), ("", "./audit/../audit/my rules"), ("infra", "../audit/my rules")]
    {
        let run = at(&house.path().join(folder), &format!("{audit} --rules '{dir}'"));
        assert_eq!(place(&results(&run)[&of_value]), "audit/my%20rules/stale-value.yaml:3", "{dir}");
        assert_eq!(place(&results(&run)[&of_key]), "rules/encryption/key-disabled.yaml:1");
    }
    // Rules outside of it are told from their folder: an absolute path would be of this machine only.
    let elsewhere = repository();
    let run = at(house.path(), &format!("{audit} --rules '{}'", elsewhere.path().join("audit").display()));
    assert_eq!(place(&results(&run)[&of_value]), "audit/my%20rules/stale-value.yaml:3");
}

#[test]
fn a_map_puts_findings_where_resources_are_defined() {
    let house = repository();
    let map = "- { scope: 'arn:aws:secretsmanager:*:secret:prod/wholesale/db-*', file: ../infra/prod/db.tf, line: 3 }\n\
               - { scope: 'prod/wholesale/*', file: ../infra/prod/db.tf, line: 1 }\n";
    write(house.path().join("audit/map.yaml"), map);
    write(house.path().join("secrets-auditor.yaml"), "iac_map: audit/map.yaml\n");
    let audit = "\"$PROGRAM\" audit --sample --only stale-value --format";
    let of = |name: &str| ("stale-value".to_owned(), name.to_owned());
    for option in ["--iac-map audit/map.yaml --no-config", ""] {
        let found = results(&at(house.path(), &format!("{audit} sarif {option}")));
        assert_eq!(place(&found[&of("prod/wholesale/db")]), "infra/prod/db.tf:3");
        assert_eq!(place(&found[&of("prod/wholesale/edi-mailbox")]), "infra/prod/db.tf:1");
        assert_eq!(place(&found[&of("prod/loyalty/partner-api-key")]), "rules/rotation/stale-value.yaml:1");
    }
    let github = at(house.path(), &format!("{audit} github")).stdout;
    assert!(
        github.contains("::error file=infra/prod/db.tf,line=3,title=high[stale-value]::prod/wholesale/db "),
        "{github}"
    );
    let gitlab = at(house.path(), &format!("{audit} gitlab")).json();
    let is_mapped = |issue: &&Value| issue["location"]["path"] == "infra/prod/db.tf";
    let lines: Vec<_> = gitlab
        .as_array()
        .unwrap()
        .iter()
        .filter(is_mapped)
        .map(|issue| &issue["location"]["lines"]["begin"])
        .collect();
    assert_eq!(lines, [3, 1]);
}

#[test]
fn a_mistake_in_a_map_is_named_with_its_place() {
    let cases = [
        "- { scope: 'prod/*', flie: infra/prod/db.tf, line: 1 }",
        "- { scope: 'prod/*', file: infra/prod/db.tf }",
        "- { scope: 'prod/*', file: /etc/passwd, line: 1 }",
        "- { scope: 'prod/*', file: infra/prod/dv.tf, line: 1 }",
        "- { scope: 'prod/*', file: ../infra/db.tf, line: 1 }",
        "- { scope: 'prod/*', file: infra, line: 1 }",
        "- { scope: 'prod/*', file: infra/prod/db.tf, line: 0 }",
        "- { scope: 'prod/*', file: infra/prod/db.tf, line: -1 }",
        "- { scope: 'tag:Owner=x', file: infra/prod/db.tf, line: 1 }",
        "- { scope: 'a[', file: infra/prod/db.tf, line: 1 }",
        "- { scope: 'arn:aws', file: infra/prod/db.tf, line: 1 }",
        "scope: x",
    ];
    let house = repository();
    // There, but not in the repository.
    write(house.path().parent().unwrap().join("infra/db.tf"), "");
    let mut said = String::new();
    for case in cases {
        write(house.path().join("map.yaml"), case);
        let run = at(house.path(), "\"$PROGRAM\" audit --sample --only key-disabled --iac-map map.yaml");
        assert_eq!(run.code, Some(2), "{case}: {run}");
        let is_said =
            |line: &&str| line.starts_with("error: ") || line.contains("help: ") || line.contains("--> ");
        let lines =
            run.stderr.lines().filter(is_said).filter(|line| !line.contains("in rules or their settings"));
        let lines: Vec<&str> = lines.map(str::trim).collect();
        said.push_str(&format!("{case}\n{}\n\n", lines.join("\n")));
    }
    assert_snapshot!(said, @"
    - { scope: 'prod/*', flie: infra/prod/db.tf, line: 1 }
    error: not a map of resources: unknown key `flie`
    --> map.yaml:1:22
    = help: did you mean `file`?

    - { scope: 'prod/*', file: infra/prod/db.tf }
    error: not a map of resources: the key `line` is missing
    --> map.yaml:1:22
    = help: write `line: …` beside the others

    - { scope: 'prod/*', file: /etc/passwd, line: 1 }
    error: `/etc/passwd` is an absolute path
    --> map.yaml:1:28
    = help: write the path from the folder of the map, so that it is one on every machine

    - { scope: 'prod/*', file: infra/prod/dv.tf, line: 1 }
    error: there is no file `infra/prod/dv.tf`
    --> map.yaml:1:28
    = help: paths start at the folder of the map, so `infra/prod/dv.tf` is meant

    - { scope: 'prod/*', file: ../infra/db.tf, line: 1 }
    error: `../infra/db.tf` lies outside of the repository
    --> map.yaml:1:28
    = help: a report can point at files of the repository in which the audit runs

    - { scope: 'prod/*', file: infra, line: 1 }
    error: there is no file `infra`
    --> map.yaml:1:28
    = help: paths start at the folder of the map, so `infra` is meant

    - { scope: 'prod/*', file: infra/prod/db.tf, line: 0 }
    error: there is no line 0
    --> map.yaml:1:52
    = help: lines are counted from 1

    - { scope: 'prod/*', file: infra/prod/db.tf, line: -1 }
    error: not a map of resources: a whole number is expected here
    --> map.yaml:1:52

    - { scope: 'tag:Owner=x', file: infra/prod/db.tf, line: 1 }
    error: `tag:Owner=x` is a tag
    --> map.yaml:1:12
    = help: write a name such as `prod/*`, or an ARN

    - { scope: 'a[', file: infra/prod/db.tf, line: 1 }
    error: `a[` selects nothing: unclosed character class; missing ']'
    --> map.yaml:1:12
    = help: write a name such as `prod/*`, or an ARN

    - { scope: 'arn:aws', file: infra/prod/db.tf, line: 1 }
    error: `arn:aws` selects nothing: it is not a whole ARN
    --> map.yaml:1:12
    = help: write a name such as `prod/*`, or an ARN

    scope: x
    error: not a map of resources: a list is expected here
    --> map.yaml:1:1
    = help: write `[one, another]`, or one `- …` a line
    ");
    let run = at(house.path(), "\"$PROGRAM\" audit --sample --iac-map no-such-map.yaml");
    assert_snapshot!(run, @"
    exit: 2
    -- stderr --
    error: cannot read the map of resources: no such file or directory
    --> no-such-map.yaml
     = help: name a YAML list of `{ scope, file, line }` with `--iac-map FILE`

    error: 1 error in rules or their settings
    ");
}

#[test]
fn the_step_summary_is_added_to() {
    let folder = folder();
    let file = folder.path().join("summary.md");
    write(&file, "before\n");
    let audit = |arguments: &[&str]| {
        Command::new(["audit", "--sample", "--only", "key-disabled"])
            .args(arguments)
            .env("GITHUB_STEP_SUMMARY", &file)
            .run()
    };
    let silent = audit(&["--format", "markdown"]);
    assert_eq!((silent.code, fs::read_to_string(&file).unwrap().as_str()), (Some(1), "before\n"));
    let run = audit(&["--format", "github"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
    assert_snapshot!(fs::read_to_string(&file).unwrap(), @"
    before
    ### Secrets audit, 2026-11-01

    **1 failure at or above high: exit code 1**

    73 secrets, 1 rule: 1 critical, 0 high, 0 medium, 0 low, 0 info; 3 unknown; USD 41.16 a month.

    3 accounts: 111122223333 (harbour-prod), 444455556666 (harbour-dev), 777788889999 (harbour-legacy).

    | severity | fail | unknown | accepted of these | decide |
    |---|--:|--:|--:|--:|
    | critical | 1 | 3 | – | 4 |
    | high | – | – | – | – |
    | medium | – | – | – | – |
    | low | – | – | – | – |
    | info | – | – | – | – |

    Cost: USD 41.16 a month, list prices of 2026-09-20; not included: every secret in 444455556666 eu-central-1, which could not be listed; 1 key that could not be described or without a list price; calls that only list and describe, which no trail was read for: give `--monthly-calls N` if you know; the running time of rotation functions, which depends on their memory; evaluations when a secret changes, and the items that record it (`SECRETSMANAGER_ROTATION_ENABLED_CHECK`, `SECRETSMANAGER_USING_CMK`).

    <details>
    <summary>Not seen</summary>

    | call | error | where | allow |
    |---|---|---|---|
    | `cloudtrail:DescribeTrails` | AccessDeniedException | 444455556666 eu-central-1 | `cloudtrail:DescribeTrails` |
    | `cloudtrail:ListEventDataStores` | AccessDeniedException | 444455556666 eu-central-1 | `cloudtrail:ListEventDataStores` |
    | `config:DescribeConfigRules` | AccessDeniedException | 444455556666 eu-central-1 | `config:DescribeConfigRules` |
    | `events:ListRules` | AccessDeniedException | 111122223333 us-east-1 | `events:ListRules` |
    | `iam:GetCredentialReport` | AccessDenied | 444455556666 | `iam:GetCredentialReport` |
    | `kms:DescribeKey` | AccessDeniedException | `arn:aws:kms:eu-west-1:131313131313:key/65d15b13-a0a1-42ae-a822-e06a953a3cf0` | `kms:DescribeKey` |
    | `kms:GetKeyRotationStatus` | AccessDeniedException | `arn:aws:kms:us-east-1:444455556666:key/1160563d-0504-42b2-aa96-2963115736f4` | `kms:GetKeyRotationStatus` |
    | `organizations:ListAccounts` | AccessDeniedException | 444455556666, 777788889999 | `organizations:ListAccounts` |
    | `organizations:ListPolicies` | AccessDeniedException | 444455556666, 777788889999 | `organizations:ListPolicies` |
    | `secretsmanager:DescribeSecret` | AccessDeniedException | `arn:aws:secretsmanager:eu-west-1:444455556666:secret:staging/payments/db-RiNlWR` | `secretsmanager:DescribeSecret` |
    | `secretsmanager:GetResourcePolicy` | AccessDeniedException | `arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/gateway/jwt-signing-key-WpM1sC` | `secretsmanager:GetResourcePolicy` |
    | `secretsmanager:ListSecretVersionIds` | AccessDeniedException | `arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/observability/pagerduty-token-AHcnxh` | `secretsmanager:ListSecretVersionIds` |
    | `secretsmanager:ListSecrets` | AccessDeniedException | 444455556666 eu-central-1 | `secretsmanager:ListSecrets` |

    </details>

    <details>
    <summary>Critical (1)</summary>

    | rule | resource | where | owner | what |
    |---|---|---|---|---|
    | `key-disabled` | `prod/tasting-room/pos-terminal` | 111122223333/eu-west-1 | stores | no key of the current value can decrypt; one is disabled or waits for key material |

    </details>

    <details>
    <summary>Unknown (3)</summary>

    | cannot be judged, because | rule | resource | where | severity |
    |---|---|---|---|---|
    | `kms:DescribeKey` failed with AccessDeniedException; allow `kms:DescribeKey` | `key-disabled` | `prod/partners/customs-broker` | 111122223333/eu-west-1 | critical |
    | `secretsmanager:ListSecretVersionIds` failed with AccessDeniedException; allow `secretsmanager:ListSecretVersionIds` | `key-disabled` | `prod/observability/pagerduty-token` | 111122223333/eu-west-1 | critical |
    | `secretsmanager:ListSecrets` failed with AccessDeniedException; allow `secretsmanager:ListSecrets` | `key-disabled` | `every secret in 444455556666 eu-central-1` | 444455556666/eu-central-1 | critical |

    </details>
    ");
    // GitHub drops a summary of more than 1 MiB, with everything that was there before.
    fs::write(&file, "x".repeat(995_000)).unwrap();
    let run = audit(&["--format", "github"]);
    assert_snapshot!(run.stderr, @"the summary of this step is full: nothing was added to it");
    assert_eq!(fs::metadata(&file).unwrap().len(), 995_000);
    let run = Command::new(["audit", "--sample", "--only", "key-disabled", "--format", "github"])
        .env("GITHUB_STEP_SUMMARY", folder.path())
        .run();
    assert_eq!(run.code, Some(2));
    let said = run.stderr.replace(&folder.path().display().to_string(), "FOLDER");
    assert_snapshot!(said, @"
    error: cannot add to the step summary `FOLDER`: is a directory
    help: let `GITHUB_STEP_SUMMARY` name a file that can be written, or unset it
    ");
}

#[test]
fn the_step_summary_ends_at_a_row_before_github_drops_it() {
    let folder = folder();
    let file = folder.path().join("summary.md");
    write(&file, "x".repeat(960_000));
    let run =
        Command::new(["audit", "--sample", "--format", "github"]).env("GITHUB_STEP_SUMMARY", &file).run();
    assert_eq!(run.code, Some(1), "{run}");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.len() <= 1_000_000 && text.len() > 990_000, "{}", text.len());
    let text = text.trim_start_matches('x');
    let (_, end) = text.rsplit_once("\n\n").unwrap();
    let left_out: usize = end.trim_start_matches("**").split(' ').next().unwrap().parse().unwrap();
    assert_snapshot!(end.replace(&left_out.to_string(), "N"), @"**N more rows are left out, since there is room for 40000 bytes.** `--output markdown=FILE` writes all of them.");
    let report = sample_json([] as [&str; 0]);
    let findings = report["findings"].as_array().unwrap().len();
    let written = text.split("Critical (").nth(1).unwrap();
    let written = written.lines().filter(|line| line.starts_with("| `") || line.starts_with("| ″")).count();
    assert!(left_out > 0 && left_out + written <= findings, "{left_out} + {written} of {findings}");
}

#[test]
fn sarif_goes_on_in_a_further_run_past_25_000_results() {
    let mut world = World::new();
    for number in 0..8_400 {
        let name = format!("prod/{number:05}");
        world.add(HOME, secret(&name));
    }
    let snapshot = folder();
    world.write(snapshot.path());
    let reports = folder();
    let file = reports.path().join("a.sarif");
    let run = Command::new([
        "audit",
        "--only",
        "stale-value",
        "--only",
        "rotation-off",
        "--only",
        "missing-description",
    ])
    .args(["--format", "concise", "--snapshot"])
    .arg(snapshot.path())
    .arg(format!("--output=sarif={}", file.display()))
    .run();
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let log: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let runs = log["runs"].as_array().unwrap();
    let shown: Vec<(usize, &str)> = runs
        .iter()
        .map(|run| {
            (run["results"].as_array().unwrap().len(), run["automationDetails"]["id"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        shown,
        [
            (25_000, "secrets-auditor/111122223333/2026-11-01T06:00:00Z"),
            (200, "secrets-auditor/111122223333/part-2/2026-11-01T06:00:00Z"),
        ]
    );
    let severities = runs.iter().flat_map(|run| run["results"].as_array().unwrap());
    let severities: Vec<&str> = severities.map(|r| r["properties"]["severity"].as_str().unwrap()).collect();
    let order = ["critical", "high", "medium", "low", "info"];
    let ranks: Vec<_> = severities.iter().map(|severity| order.iter().position(|o| o == severity)).collect();
    assert!(ranks.is_sorted(), "the worst come first");
    assert!(!reports.path().join("a.2.sarif").exists());
}
