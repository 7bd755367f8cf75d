//! Baselines: a gate that fails on what is new or worse only.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Command, Run, folder, root, sample, write};
use crate::world::{World, days_ago, secret};

/// Arguments that keep outputs short.
const FEW: [&str; 4] = ["--only", "key-missing", "--only", "key-pending-deletion"];

fn run(arguments: &[&str], file: &Path) -> Run {
    Command::new(arguments).arg(file).run()
}

/// A baseline of the sample under a few rules.
fn baseline() -> (TempDir, std::path::PathBuf) {
    let folder = folder();
    let file = folder.path().join("baseline.json");
    let run = run(&["baseline", "create", "--sample", FEW[0], FEW[1], FEW[2], FEW[3]], &file);
    assert_eq!(run.code, Some(0), "{run}");
    (folder, file)
}

fn audit(file: &Path, arguments: &[&str]) -> Run {
    Command::new(["audit", "--sample", "--baseline"]).arg(file).args(arguments).run()
}

/// What an audit says from the comparison on.
fn end(run: &Run) -> String {
    let from = run.stdout.find("since the baseline").unwrap_or_else(|| panic!("{run}"));
    let cost = run.stdout.find("\ncost: ").unwrap();
    let last = run.stdout.rsplit_once("a month\n").unwrap().1;
    let compared = &run.stdout[from..cost];
    let compared = compared.split("\n\n").next().unwrap();
    format!("{compared}\n…\n{last}exit: {}", run.code.unwrap())
}

fn edit(file: &Path, change: impl FnOnce(&mut Value)) {
    let mut document: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    change(&mut document);
    fs::write(file, serde_json::to_string_pretty(&document).unwrap()).unwrap();
}

fn entry<'a>(document: &'a mut Value, rule: &str, verdict: &str) -> &'a mut Value {
    let findings = document["findings"].as_array_mut().unwrap();
    findings.iter_mut().find(|entry| entry["rule"] == rule && entry["verdict"] == verdict).unwrap()
}

#[test]
fn a_baseline_has_one_finding_a_line() {
    let (_folder, file) = baseline();
    insta::assert_snapshot!(fs::read_to_string(&file).unwrap(), @r#"
    {
      "version": 1,
      "as_of": "2026-11-01T06:00:00Z",
      "accounts": {
        "111122223333": ["ap-southeast-2","eu-west-1","us-east-1"],
        "444455556666": ["ap-southeast-2","eu-west-1","us-east-1"],
        "777788889999": ["eu-west-1"]
      },
      "findings": [
        {"fingerprint":"6dec0af94b7c26d8","rule":"key-pending-deletion","verdict":"fail","severity":"critical","account":"111122223333","region":"eu-west-1","name":"prod/loyalty/partner-api-key","arn":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/loyalty/partner-api-key-0dcJDU","owner":"loyalty"},
        {"fingerprint":"845df4a28a640409","rule":"key-missing","verdict":"unknown","severity":"critical","account":"111122223333","region":"eu-west-1","name":"prod/observability/pagerduty-token","arn":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/observability/pagerduty-token-AHcnxh","owner":"platform"},
        {"fingerprint":"1b45083e475318e2","rule":"key-pending-deletion","verdict":"unknown","severity":"critical","account":"111122223333","region":"eu-west-1","name":"prod/observability/pagerduty-token","arn":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/observability/pagerduty-token-AHcnxh","owner":"platform"},
        {"fingerprint":"b41044b9db1942fc","rule":"key-pending-deletion","verdict":"fail","severity":"critical","account":"111122223333","region":"eu-west-1","name":"prod/old-checkout/paypal","arn":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/old-checkout/paypal-kkmXF3","owner":"checkout"},
        {"fingerprint":"cca16fa86f42c9ed","rule":"key-missing","verdict":"unknown","severity":"critical","account":"111122223333","region":"eu-west-1","name":"prod/partners/customs-broker","arn":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/partners/customs-broker-dyo4uL","owner":"shipping"},
        {"fingerprint":"d1bdb0d99aea958e","rule":"key-pending-deletion","verdict":"unknown","severity":"critical","account":"111122223333","region":"eu-west-1","name":"prod/partners/customs-broker","arn":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/partners/customs-broker-dyo4uL","owner":"shipping"},
        {"fingerprint":"22e43ff7d1e4ef3e","rule":"key-missing","verdict":"fail","severity":"critical","account":"111122223333","region":"eu-west-1","name":"prod/wholesale/edi-mailbox","arn":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/wholesale/edi-mailbox-38WhuQ","owner":"wholesale"},
        {"fingerprint":"3d5ac666a0803d7a","rule":"key-missing","verdict":"unknown","severity":"critical","account":"444455556666","region":"eu-central-1","name":"every secret in 444455556666 eu-central-1","arn":"arn:aws:secretsmanager:eu-central-1:444455556666:*"},
        {"fingerprint":"d12bb05bd27e03ca","rule":"key-pending-deletion","verdict":"unknown","severity":"critical","account":"444455556666","region":"eu-central-1","name":"every secret in 444455556666 eu-central-1","arn":"arn:aws:secretsmanager:eu-central-1:444455556666:*"}
      ]
    }
    "#);
}

#[test]
fn what_create_says() {
    let folder = folder();
    let file = folder.path().join("baseline.json");
    insta::assert_snapshot!(run(&["baseline", "create", "--sample", FEW[0], FEW[1]], &file), @"
    exit: 0
    -- stdout --
    `[dir]/baseline.json`, as of 2026-11-01
      holds      1 failure and 3 unknowns of 3 accounts
    ");
    insta::assert_snapshot!(run(&["baseline", "create", "--sample", FEW[0], FEW[1]], &file), @"
    exit: 2
    -- stderr --
    error: `[dir]/baseline.json` is there already
    help: bring it up to date with `secrets-auditor baseline update [dir]/baseline.json`, or remove it
    ");
}

#[test]
fn show_counts_and_tells_the_age() {
    let (_folder, file) = baseline();
    insta::assert_snapshot!(run(&["baseline", "show", "--as-of", "2026-11-25"], &file), @"
    exit: 0
    -- stdout --
    `[dir]/baseline.json`, as of 2026-11-01
      holds      3 failures and 6 unknowns of 3 accounts
      age        23 days

     severity  fail  unknown
     critical     3        6

     rule                  fail  unknown
     key-missing              1        3
     key-pending-deletion     2        3

     account       fail  unknown
     111122223333     3        4
     444455556666     -        2
    ");
}

#[test]
fn nothing_new_passes_the_gate() {
    let (_folder, file) = baseline();
    insta::assert_snapshot!(end(&audit(&file, &FEW)), @"
    since the baseline of 2026-11-01: 0 new, 0 worsened, 9 unchanged, 0 fixed
      unchanged
        critical[key-missing]: 1 failure, 3 unknown
        critical[key-pending-deletion]: 2 failures, 3 unknown
    …
    nothing at or above high is new or worsened since the baseline of 2026-11-01
    exit: 0
    ");
}

#[test]
fn the_gate_fails_on_what_is_new_or_worse() {
    let (_folder, file) = baseline();
    edit(&file, |document| {
        entry(document, "key-missing", "fail")["severity"] = "low".into();
        entry(document, "key-pending-deletion", "unknown")["fingerprint"] = "00000000000000aa".into();
        let findings = document["findings"].as_array_mut().unwrap();
        let new = findings
            .iter()
            .position(|entry| entry["rule"] == "key-pending-deletion" && entry["verdict"] == "fail");
        findings.remove(new.unwrap());
    });
    insta::assert_snapshot!(audit(&file, &FEW), @"
    exit: 1
    -- stdout --
    secrets-auditor: 73 secrets, 3 accounts, 7 Regions; as of 2026-11-01

    critical[key-missing]: the key of the current value does not exist
      prod/wholesale/edi-mailbox
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/wholesale/edi-mailbox-38WhuQ
        no key of the current value can decrypt; one does not exist any more
        worsened since the baseline: severity was low

    critical[key-pending-deletion]: the key of the current value is being deleted
      prod/loyalty/partner-api-key
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/loyalty/partner-api-key-0dcJDU
        no key of the current value can decrypt; the last one is deleted on
        2026-11-13, in 12 days
        new since the baseline

    unknown: 1 verdict is missing, because
      secretsmanager:ListSecretVersionIds failed with AccessDeniedException; allow
      secretsmanager:ListSecretVersionIds
        prod/observability/pagerduty-token
          key-pending-deletion (new)

    not seen:
      cloudtrail:DescribeTrails: AccessDeniedException; allow
      cloudtrail:DescribeTrails
        444455556666 eu-central-1
      cloudtrail:ListEventDataStores: AccessDeniedException; allow
      cloudtrail:ListEventDataStores
        444455556666 eu-central-1
      config:DescribeConfigRules: AccessDeniedException; allow
      config:DescribeConfigRules
        444455556666 eu-central-1
      events:ListRules: AccessDeniedException; allow events:ListRules
        111122223333 us-east-1
      iam:GetCredentialReport: AccessDenied; allow iam:GetCredentialReport
        444455556666
      kms:DescribeKey: AccessDeniedException; allow kms:DescribeKey
        arn:aws:kms:eu-west-1:131313131313:key/65d15b13-a0a1-42ae-a822-e06a953a3cf0
      kms:GetKeyRotationStatus: AccessDeniedException; allow
      kms:GetKeyRotationStatus
        arn:aws:kms:us-east-1:444455556666:key/1160563d-0504-42b2-aa96-2963115736f4
      organizations:ListAccounts: AccessDeniedException; allow
      organizations:ListAccounts
        444455556666
        777788889999
      organizations:ListPolicies: AccessDeniedException; allow
      organizations:ListPolicies
        444455556666
        777788889999
      secretsmanager:DescribeSecret: AccessDeniedException; allow
      secretsmanager:DescribeSecret
        arn:aws:secretsmanager:eu-west-1:444455556666:secret:staging/payments/db-RiNlWR
      secretsmanager:GetResourcePolicy: AccessDeniedException; allow
      secretsmanager:GetResourcePolicy
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/gateway/jwt-signing-key-WpM1sC
      secretsmanager:ListSecretVersionIds: AccessDeniedException; allow
      secretsmanager:ListSecretVersionIds
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/observability/pagerduty-token-AHcnxh
      secretsmanager:ListSecrets: AccessDeniedException; allow
      secretsmanager:ListSecrets
        444455556666 eu-central-1

    since the baseline of 2026-11-01: 2 new, 1 worsened, 6 unchanged, 1 fixed
      fixed
        unknown key-pending-deletion: prod/observability/pagerduty-token
      unchanged
        critical[key-missing]: 3 unknown
        critical[key-pending-deletion]: 1 failure, 2 unknown

               fail  unknown  pass  not applicable
     critical     3        6   137               2

    cost: USD 41.16 a month (70 secrets and replicas USD 28.00, 12 customer managed
    keys USD 12.00, 1156 evaluations by AWS Config USD 1.16), list prices of
    2026-09-20
      not included: every secret in 444455556666 eu-central-1, which could not be
      listed
      not included: 1 key that could not be described or without a list price
      not included: calls that only list and describe, which no trail was read for:
      give `--monthly-calls N` if you know
      not included: the running time of rotation functions, which depends on their
      memory
      not included: evaluations when a secret changes, and the items that record it
      (SECRETSMANAGER_ROTATION_ENABLED_CHECK, SECRETSMANAGER_USING_CMK)
    savings: USD 5.00 a month (7 proven, 0 likely, 4 possible): `secrets-auditor
    cost`

    73 secrets, 2 rules: 3 critical, 0 high, 0 medium, 0 low, 0 info; 6 unknown; USD
    41.16 a month
    2 failures at or above high are new or worsened since the baseline of
    2026-11-01: exit code 1
    ");
    let json = audit(&file, &[&FEW[..], &["--format", "json"]].concat()).json();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json["summary"]["baseline"]).unwrap(), @r#"
    {
      "as_of": "2026-11-01T06:00:00Z",
      "excepted": 0,
      "fixed": 1,
      "new": 2,
      "not_audited": 0,
      "unchanged": 6,
      "unknown_accounts": [],
      "worsened": 1
    }
    "#);
    insta::assert_snapshot!(serde_json::to_string_pretty(&json["baseline"]).unwrap(), @r#"
    {
      "fixed": [
        {
          "account": "111122223333",
          "arn": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/observability/pagerduty-token-AHcnxh",
          "fingerprint": "00000000000000aa",
          "name": "prod/observability/pagerduty-token",
          "owner": "platform",
          "region": "eu-west-1",
          "rule": "key-pending-deletion",
          "severity": "critical",
          "verdict": "unknown"
        }
      ],
      "not_audited": [],
      "worsened": [
        {
          "account": "111122223333",
          "arn": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/wholesale/edi-mailbox-38WhuQ",
          "fingerprint": "22e43ff7d1e4ef3e",
          "name": "prod/wholesale/edi-mailbox",
          "owner": "wholesale",
          "region": "eu-west-1",
          "rule": "key-missing",
          "severity": "low",
          "verdict": "fail"
        }
      ]
    }
    "#);
}

#[test]
fn more_readers_and_failures_that_were_unknown_are_worse() {
    let folder = folder();
    let file = folder.path().join("baseline.json");
    let rules = ["--only", "readable-outside-org", "--only", "too-many-readers"];
    run(&[&["baseline", "create", "--sample"][..], &rules].concat(), &file);
    edit(&file, |document| {
        entry(document, "too-many-readers", "fail")["reach"] = 1.into();
        entry(document, "readable-outside-org", "fail")["verdict"] = "unknown".into();
    });
    let audit = audit(&file, &rules);
    assert_eq!(audit.code, Some(1), "{audit}");
    let told: Vec<&str> = audit.stdout.lines().filter(|line| line.contains("worsened")).collect();
    insta::assert_snapshot!(told.join("\n"), @"
        worsened since the baseline: it could not be judged then
        worsened since the baseline: reach was 1, is 31
    since the baseline of 2026-11-01: 0 new, 2 worsened, 6 unchanged, 0 fixed
    1 failure at or above high is new or worsened since the baseline of 2026-11-01:
    ");
}

#[test]
fn unknowns_that_are_new_end_with_3() {
    let (_folder, file) = baseline();
    edit(&file, |document| {
        document["findings"].as_array_mut().unwrap().retain(|entry| entry["verdict"] == "fail");
    });
    let run = audit(&file, &FEW);
    assert_eq!(run.code, Some(3), "{run}");
    insta::assert_snapshot!(end(&run), @"
    since the baseline of 2026-11-01: 6 new, 0 worsened, 3 unchanged, 0 fixed
      unchanged
        critical[key-missing]: 1 failure
        critical[key-pending-deletion]: 2 failures
    …
    6 verdicts at or above high are missing anew since the baseline of 2026-11-01:
    exit code 3
    exit: 3
    ");
}

#[test]
fn a_rule_that_did_not_run_fixes_nothing() {
    let (_folder, file) = baseline();
    insta::assert_snapshot!(end(&audit(&file, &["--only", "key-missing"])), @"
    since the baseline of 2026-11-01: 0 new, 0 worsened, 4 unchanged, 0 fixed, 5 not
    audited
      not audited, so nobody knows whether they are fixed
        key-pending-deletion: prod/loyalty/partner-api-key, prod/old-checkout/paypal
        unknown key-pending-deletion: prod/observability/pagerduty-token,
          prod/partners/customs-broker, every secret in 444455556666 eu-central-1
      unchanged
        critical[key-missing]: 1 failure, 3 unknown
    …
    nothing at or above high is new or worsened since the baseline of 2026-11-01
    exit: 0
    ");
    insta::assert_snapshot!(end(&audit(&file, &["--only", "key-missing", "--select", "staging/*"])), @"
    since the baseline of 2026-11-01: 0 new, 0 worsened, 1 unchanged, 0 fixed, 8 not
    audited
      not audited, so nobody knows whether they are fixed
        key-missing: prod/wholesale/edi-mailbox
        key-pending-deletion: prod/loyalty/partner-api-key, prod/old-checkout/paypal
        unknown key-missing: prod/observability/pagerduty-token,
          prod/partners/customs-broker
        unknown key-pending-deletion: prod/observability/pagerduty-token,
          prod/partners/customs-broker, every secret in 444455556666 eu-central-1
      unchanged
        critical[key-missing]: 1 unknown
    …
    nothing at or above high is new or worsened since the baseline of 2026-11-01
    exit: 0
    ");
    insta::assert_snapshot!(end(&audit(&file, &["--only", "key-missing", "--owner", "data"])), @"
    since the baseline of 2026-11-01: 0 new, 0 worsened, 1 unchanged, 0 fixed, 1 not
    audited
      not audited, so nobody knows whether they are fixed
        unknown key-pending-deletion: every secret in 444455556666 eu-central-1
      unchanged
        critical[key-missing]: 1 unknown
    …
    nothing at or above high is new or worsened since the baseline of 2026-11-01
    exit: 0
    ");
}

#[test]
fn all_verdicts_list_what_is_unchanged() {
    let (_folder, file) = baseline();
    let few = audit(&file, &FEW);
    let all = audit(&file, &[&FEW[..], &["--verdicts", "all"]].concat());
    assert!(!few.stdout.contains("critical[key-missing]: the key"), "{few}");
    assert!(all.stdout.contains("critical[key-missing]: the key"), "{all}");
    let json = audit(&file, &[&FEW[..], &["--format", "json"]].concat()).json();
    assert_eq!(json["findings"].as_array().unwrap().len(), 9, "JSON lists everything");
}

#[test]
fn groups_list_only_what_is_new_too() {
    let (_folder, file) = baseline();
    let run = audit(&file, &[&FEW[..], &["--group-by", "account"]].concat());
    assert!(!run.stdout.contains("critical[key-missing] prod"), "{run}");
}

#[test]
fn an_update_takes_out_what_is_fixed_and_grows_only_when_told() {
    let (_folder, file) = baseline();
    edit(&file, |document| {
        entry(document, "key-missing", "fail")["severity"] = "low".into();
        let gone = entry(document, "key-pending-deletion", "unknown").clone();
        entry(document, "key-pending-deletion", "fail")["fingerprint"] = "00000000000000aa".into();
        let findings = document["findings"].as_array_mut().unwrap();
        findings.push(Value::Object(
            [
                ("fingerprint".to_owned(), "00000000000000bb".into()),
                ("rule".to_owned(), "stale-value".into()),
            ]
            .into_iter()
            .chain(
                gone.as_object()
                    .unwrap()
                    .clone()
                    .into_iter()
                    .filter(|(key, _)| key != "fingerprint" && key != "rule"),
            )
            .collect(),
        ));
    });
    let update = |more: &[&str]| {
        Command::new(["baseline", "update", "--sample"]).arg(&file).args(FEW).args(more).run()
    };
    insta::assert_snapshot!(update(&[]), @"
    exit: 0
    -- stdout --
    `[dir]/baseline.json`, as of 2026-11-01
      holds      2 failures and 7 unknowns of 3 accounts
      taken out  1 fixed
      kept       1 not audited
      not added  1 new; `--add-new` would accept them
      as it was  1 worsened; `--accept-worsened` would accept them
    ");
    assert_eq!(audit(&file, &FEW).code, Some(1), "what is new is not in it");
    insta::assert_snapshot!(update(&["--add-new", "--accept-worsened"]), @"
    exit: 0
    -- stdout --
    `[dir]/baseline.json`, as of 2026-11-01
      holds      3 failures and 7 unknowns of 3 accounts
      kept       1 not audited
      added      1 new
      accepted   1 worsened
    ");
    assert_eq!(audit(&file, &FEW).code, Some(0));
    let before = fs::read(&file).unwrap();
    insta::assert_snapshot!(update(&[]), @"
    exit: 0
    -- stdout --
    `[dir]/baseline.json`, as of 2026-11-01
      holds      3 failures and 7 unknowns of 3 accounts
      kept       1 not audited
    ");
    assert_eq!(fs::read(&file).unwrap(), before, "nothing changed");
}

/// Each kind of bad input, before anything is audited.
#[test]
fn bad_baselines() {
    let folder = folder();
    let file = folder.path().join("baseline.json");
    let with = |text: &str| {
        write(&file, text);
        audit(&file, &FEW)
    };
    insta::assert_snapshot!(audit(&file, &FEW), @"
    exit: 2
    -- stderr --
    error: there is no baseline `[dir]/baseline.json`
    help: make it with `secrets-auditor baseline create [dir]/baseline.json`
    ");
    insta::assert_snapshot!(with("rules: []"), @"
    exit: 2
    -- stderr --
    error: `[dir]/baseline.json` is no baseline: it is no JSON at line 1, column 1
    help: take the file from version control, or make it anew with `secrets-auditor baseline create`
    ");
    insta::assert_snapshot!(with("{ \"version\": 2, \"anything\": [] }"), @"
    exit: 2
    -- stderr --
    error: `[dir]/baseline.json` has baseline version 2, this program reads up to 1
    help: use the version of secrets-auditor that wrote it, or a newer one
    ");
    insta::assert_snapshot!(with("{ \"version\": 1, \"as_of\": \"2026-11-01T06:00:00Z\",\n  \"accounts\": {"), @"
    exit: 2
    -- stderr --
    error: `[dir]/baseline.json` is no baseline: it ends in the middle, at line 2, column 15
    help: take the file from version control, or make it anew with `secrets-auditor baseline create`
    ");
    insta::assert_snapshot!(with("{ \"version\": 1, \"as_of\": \"2026-11-01T06:00:00Z\", \"accounts\": {} }"), @"
    exit: 2
    -- stderr --
    error: `[dir]/baseline.json` is no baseline: missing field `findings`, at line 1, column 65
    help: take the file from version control, or make it anew with `secrets-auditor baseline create`
    ");
    let line = |rule: &str| {
        format!(
            "{{\"fingerprint\":\"00000000000000aa\",\"rule\":\"{rule}\",\"verdict\":\"fail\",\"severity\":\"low\",\
             \"account\":\"111122223333\",\"region\":\"eu-west-1\",\"name\":\"a\",\"arn\":\"a\"}}"
        )
    };
    let twice = format!(
        "{{ \"version\": 1, \"as_of\": \"2026-11-01T06:00:00Z\", \"accounts\": {{}}, \"findings\": [\n{},\n{}\n] }}",
        line("a"),
        line("b")
    );
    insta::assert_snapshot!(with(&twice), @"
    exit: 2
    -- stderr --
    error: the baseline `[dir]/baseline.json` lists the fingerprint `00000000000000aa` twice, in lines 2 and 3
    help: keep one of the two lines; both come from merging two changes
    ");
    insta::assert_snapshot!(with(&twice.replace("00aa", "zzzz")), @"
    exit: 2
    -- stderr --
    error: `[dir]/baseline.json` is no baseline: `000000000000zzzz` is no fingerprint of 16 hex digits, at line 2, column 33
    help: take the file from version control, or make it anew with `secrets-auditor baseline create`
    ");
    insta::assert_snapshot!(audit(folder.path(), &FEW), @"
    exit: 2
    -- stderr --
    error: cannot read `[dir]`: is a directory
    help: check that the file exists and that you may read it
    ");
}

#[test]
fn a_baseline_of_other_accounts_is_refused() {
    let (_folder, file) = baseline();
    edit(&file, |document| {
        document["accounts"] = serde_json::json!({ "999988887777": ["eu-west-1"] });
    });
    insta::assert_snapshot!(audit(&file, &FEW), @"
    exit: 2
    -- stderr --
    error: the baseline `[dir]/baseline.json` is of 999988887777, and this audit is of 111122223333, 444455556666, 777788889999
    help: name the baseline of these accounts, or make one with `secrets-auditor baseline create FILE`
    ");
}

#[test]
fn an_account_that_the_baseline_does_not_know_is_told() {
    let (_folder, file) = baseline();
    edit(&file, |document| {
        document["accounts"].as_object_mut().unwrap().remove("777788889999");
        let findings = document["findings"].as_array_mut().unwrap();
        findings.retain(|entry| entry["account"] != "777788889999");
    });
    let run = audit(&file, &FEW);
    assert_eq!(run.stderr, "the baseline does not know the account 777788889999: everything there is new\n");
}

/// The same rule under a new id keeps its findings in the baseline.
#[test]
fn a_renamed_rule_is_the_same_rule() {
    let (_folder, file) = baseline();
    let renamed = folder();
    let text = fs::read_to_string(root().join("rules/encryption/key-missing.yaml")).unwrap();
    let text = text.replacen("id: key-missing", "id: key-gone\naliases: [key-missing]", 1);
    write(renamed.path().join("encryption/key-gone.yaml"), text);
    let rules = renamed.path().display().to_string();
    let run = audit(&file, &["--rules", &rules, "--only", "key-gone"]);
    insta::assert_snapshot!(end(&run), @"
    since the baseline of 2026-11-01: 0 new, 0 worsened, 4 unchanged, 0 fixed, 5 not
    audited
      not audited, so nobody knows whether they are fixed
        key-pending-deletion: prod/loyalty/partner-api-key, prod/old-checkout/paypal
        unknown key-pending-deletion: prod/observability/pagerduty-token,
          prod/partners/customs-broker, every secret in 444455556666 eu-central-1
      unchanged
        critical[key-gone]: 1 failure, 3 unknown
    …
    nothing at or above high is new or worsened since the baseline of 2026-11-01
    exit: 0
    ");
}

/// A secret in a world whose rotation is overdue, judged with a rule and the one that explains it.
fn explained() -> (TempDir, World) {
    let folder = folder();
    let mut world = World::with([secret("a")]);
    let data = world.home();
    let secret = data.secrets.records.first_mut().unwrap();
    secret.rotation_enabled = Some(true);
    secret.last_rotated = Some(days_ago(200));
    secret.next_rotation = Some(days_ago(100));
    world.write(&folder.path().join("before"));
    (folder, world)
}

/// A finding that another one explains does not come back because that one is in the baseline.
#[test]
fn what_a_known_cause_explains_stays_silent() {
    let (folder, _world) = explained();
    let (snapshot, file) = (folder.path().join("before"), folder.path().join("baseline.json"));
    let with = |arguments: &[&str]| {
        Command::new(arguments)
            .arg("--snapshot")
            .arg(&snapshot)
            .args(["--only", "rotation-overdue", "--only", "stale-value"])
            .run()
    };
    let create = with(&["baseline", "create", file.to_str().unwrap()]);
    assert_eq!(create.code, Some(0), "{create}");
    let keep = |rule: &str| {
        edit(&file, |document| {
            document["findings"].as_array_mut().unwrap().retain(|entry| entry["rule"] == rule)
        });
    };
    keep("rotation-overdue");
    let run = with(&["audit", "--baseline", file.to_str().unwrap()]);
    insta::assert_snapshot!(run, @"
    exit: 0
    -- stdout --
    secrets-auditor: 1 secret, 1 account, 1 Region; as of 2026-11-01

    high[stale-value]: secret value is older than allowed
      a
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf
        current value is 400 days old, allowed are 90
        explained by rotation-overdue, and not counted beside it
        new since the baseline

    since the baseline of 2026-11-01: 1 new, 0 worsened, 1 unchanged, 0 fixed
      unchanged
        high[rotation-overdue]: 1 failure

           fail  unknown  pass  not applicable
     high     2        -     -               -

    cost: USD 0.40 a month (1 secrets and replicas USD 0.40), list prices of
    2026-09-20
      not included: calls that only list and describe, which no trail was read for:
      give `--monthly-calls N` if you know
    savings: USD 0.40 a month (0 proven, 1 likely, 0 possible): `secrets-auditor
    cost`

    1 secret, 2 rules: 0 critical, 2 high, 0 medium, 0 low, 0 info; 0 unknown; USD
    0.40 a month
    nothing at or above high is new or worsened since the baseline of 2026-11-01;
    not counted: 1 explained by others
    ");
}

/// Exceptions decide for as long as they hold, and what they cover counts again when they end.
#[test]
fn what_an_exception_covers_is_in_no_baseline() {
    let folder = folder();
    let settings = folder.path().join("secrets-auditor.yaml");
    write(
        &settings,
        "exceptions:\n  - rule: key-pending-deletion\n    scope: 'prod/loyalty/*'\n    reason: the key is restored\n    \
         owner: loyalty\n    expires: 2026-11-20\n",
    );
    let file = folder.path().join("baseline.json");
    let config = settings.to_str().unwrap();
    let with =
        |arguments: &[&str]| Command::new(arguments).args(FEW).args(["--sample", "--config", config]).run();
    insta::assert_snapshot!(with(&["baseline", "create", file.to_str().unwrap()]), @"
    exit: 0
    -- stdout --
    `[dir]/baseline.json`, as of 2026-11-01
      holds      2 failures and 6 unknowns of 3 accounts
      left out   1 finding, until its exception ends
    ");
    insta::assert_snapshot!(end(&with(&["audit", "--baseline", file.to_str().unwrap()])), @"
    since the baseline of 2026-11-01: 0 new, 0 worsened, 8 unchanged, 0 fixed, 1
    accepted
      unchanged
        critical[key-missing]: 1 failure, 3 unknown
        critical[key-pending-deletion]: 1 failure, 3 unknown
    …
    nothing at or above high is new or worsened since the baseline of 2026-11-01;
    not counted: 1 accepted
    exit: 0
    ");
    let later = with(&["audit", "--as-of", "2026-11-22", "--baseline", file.to_str().unwrap()]);
    assert!(later.stdout.contains("new since the baseline"), "{later}");
    assert_eq!(later.code, Some(1), "{later}");
}

/// The settings can name the baseline.
#[test]
fn the_settings_name_a_baseline() {
    let (folder, _file) = baseline();
    let settings = folder.path().join("secrets-auditor.yaml");
    write(&settings, "baseline: baseline.json\n");
    let run = sample([&FEW[..], &["--config", settings.to_str().unwrap()]].concat());
    assert_eq!(run.code, Some(0), "{run}");
}

/// What the README shows of a gate with a baseline is what the program prints.
#[test]
fn the_readme_shows_what_a_gate_with_a_baseline_prints() {
    let folder = folder();
    let file = folder.path().join("baseline.json");
    let rules = ["--only", "key-*", "--only", "replica-failed"];
    run(&[&["baseline", "create", "--sample"][..], &rules].concat(), &file);
    edit(&file, |document| {
        document["findings"].as_array_mut().unwrap().retain(|entry| entry["rule"] != "replica-failed");
    });
    let audit = audit(&file, &rules);
    assert_eq!(audit.code, Some(1), "{audit}");
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let section = readme.split("### A gate with a baseline").nth(1).unwrap().split("\n### ").next().unwrap();
    let shown = section
        .split("```")
        .filter(|block| block.starts_with("\n$ secrets-auditor audit"))
        .flat_map(str::lines);
    let shown: Vec<&str> =
        shown.filter(|line| !line.is_empty() && !line.starts_with('$') && *line != "…").collect();
    assert!(shown.len() > 5, "{shown:?}");
    for line in shown {
        assert!(
            audit.stdout.lines().any(|printed| printed == line),
            "the README shows what is not printed: {line}\n{audit}"
        );
    }
}

/// Two audits of the same give the same bytes.
#[test]
fn a_baseline_is_deterministic() {
    let (_a, first) = baseline();
    let (_b, second) = baseline();
    assert_eq!(fs::read(first).unwrap(), fs::read(second).unwrap());
}

/// Names of strangers reach neither the terminal nor the file as they are.
#[test]
fn hostile_names_are_written_out() {
    let folder = folder();
    World::with([secret("a\u{202e}b\u{1b}[31m")]).write(&folder.path().join("snapshot"));
    let file = folder.path().join("baseline.json");
    let run = |arguments: &[&str]| {
        Command::new(arguments)
            .arg("--snapshot")
            .arg(folder.path().join("snapshot"))
            .args(["--only", "stale-value"])
            .run()
    };
    run(&["baseline", "create", file.to_str().unwrap()]);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("a\\u202eb\\u001b[31m") && !text.contains('\u{202e}'), "{text}");
    edit(&file, |document| document["findings"][0]["fingerprint"] = "00000000000000aa".into());
    let audit = run(&["audit", "--baseline", file.to_str().unwrap()]);
    assert!(audit.stdout.contains("stale-value: a<U+202E>b<U+001B>[31m"), "{audit}");
    assert!(!audit.stdout.contains(['\u{202e}', '\u{1b}']), "{audit}");
}
