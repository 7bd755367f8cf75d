//! `audit --sample` from end to end.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Command, Run, files_below, folder, sample, sample_json, write};
use crate::world::World;

/// Settings that switch on the rules that do nothing, or do not run, as they are delivered.
const SWITCHED_ON: [&str; 18] = [
    "--config",
    concat!(env!("CARGO_MANIFEST_DIR"), "/examples/secrets-auditor.yaml"),
    "--set",
    "default-key.severity=info",
    "--set",
    "missing-replica.regions=[us-east-1]",
    "--set",
    "name-against-convention.pattern=^(prod|staging|dev)/",
    "--set",
    "not-rotated-after-exposure.exposed=['*:user/ci-deployer']",
    "--set",
    "read-from-unknown-network.networks=[10.0.0.0/8, 203.0.113.0/24]",
    "--set",
    "read-refused.max=1",
    "--set",
    "replica-outside-allowed-regions.regions=[us-east-1]",
    "--set",
    "tag-value-not-allowed.values={ Environment: [production, staging] }",
];

fn count(of_rule: &Value, verdict: &str) -> u64 {
    of_rule[verdict].as_u64().unwrap()
}

#[test]
fn every_rule_passes_and_fails_somewhere() {
    let report = sample_json(SWITCHED_ON);
    let by_rule = report["summary"]["by_rule"].as_object().unwrap();
    let known = files_below(&crate::support::root().join("rules"));
    assert_eq!(by_rule.len(), known.len(), "some rules did not run");
    let idle: Vec<_> = by_rule
        .iter()
        .filter(|(_, counts)| count(counts, "pass") == 0 || count(counts, "fail") == 0)
        .collect();
    assert!(idle.is_empty(), "{idle:#?}");
}

#[test]
fn rules_without_a_needed_parameter_apply_to_nothing() {
    let report = sample_json(["--only", "missing-replica"]);
    let counts = &report["summary"]["by_rule"]["missing-replica"];
    assert_eq!(count(counts, "not-applicable"), report["summary"]["secrets"].as_u64().unwrap());
    assert_eq!(count(counts, "unknown"), 0, "a rule that is off says nothing of what it cannot see either");
}

#[test]
fn unknowns_are_listed_with_their_causes() {
    let report = sample_json([] as [&str; 0]);
    let unknowns: Vec<_> = findings(&report, "unknown").collect();
    assert!(!unknowns.is_empty());
    for finding in unknowns {
        assert!(!finding["missing_evidence"].as_array().unwrap().is_empty(), "{finding:#}");
        let message = finding["message"].as_str().unwrap();
        assert!(message.starts_with("cannot be judged: "), "{finding:#}");
        assert!(message.len() > "cannot be judged: ".len(), "{finding:#}");
    }
}

fn findings<'a>(report: &'a Value, verdict: &'a str) -> impl Iterator<Item = &'a Value> {
    report["findings"].as_array().unwrap().iter().filter(move |finding| finding["verdict"] == verdict)
}

/// Offline runs that end in each exit code; 4 is `no_secret_anywhere_exits_4`.
#[test]
fn exit_codes() {
    let cases: [(i32, &[&str]); 13] = [
        (1, &[]),
        (0, &["--fail-on", "never"]),
        (0, &["--only", "config-in-a-secret", "--fail-on", "high"]),
        (1, &["--only", "config-in-a-secret", "--fail-on", "info"]),
        (1, &["--only", "config-in-a-secret", "--set", "config-in-a-secret.severity=high"]),
        (3, &["--only", "stale-value", "--set", "stale-value.max_age_days=3650"]),
        (0, &["--only", "stale-value", "--set", "stale-value.max_age_days=3650", "--fail-on", "critical"]),
        (0, &["--only", "stale-value", "--set", "stale-value.max_age_days=3650", "--fail-on", "never"]),
        (1, &["--only", "stale-value", "--format", "json"]),
        (2, &["--only", "no-such-rule"]),
        (2, &["--no-such-option"]),
        (2, &["--fail-on", "dreadful"]),
        (2, &["--snapshot", "/tmp"]),
    ];
    for (code, arguments) in cases {
        let run = sample(arguments);
        assert_eq!(run.code, Some(code), "{arguments:?}: {run}");
    }
}

#[test]
fn no_secret_anywhere_exits_4() {
    let folder = folder();
    World::new().write(folder.path());
    let run = Command::new(["audit", "--only", "stale-value", "--snapshot"]).arg(folder.path()).run();
    insta::assert_snapshot!(run, @"
    exit: 4
    -- stdout --
    secrets-auditor: 0 secrets, 1 account, 1 Region; as of 2026-11-01

    cost: USD 0.00 a month, list prices of 2026-09-20

    0 secrets, 1 rule: 0 critical, 0 high, 0 medium, 0 low, 0 info; 0 unknown; USD
    0.00 a month
    nothing at or above high fails
    -- stderr --
    every Region answered, and there is no secret
    ");
}

#[test]
fn a_report_of_failures() {
    insta::assert_snapshot!(sample(["--only", "key-*", "--only", "rotation-overdue"]), @"
    exit: 1
    -- stdout --
    secrets-auditor: 73 secrets, 3 accounts, 7 Regions; as of 2026-11-01

    critical[key-disabled]: the key of the current value is disabled
      prod/tasting-room/pos-terminal
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/tasting-room/pos-terminal-chEOkd
        no key of the current value can decrypt; one is disabled or waits for key
        material

    critical[key-missing]: the key of the current value does not exist
      prod/wholesale/edi-mailbox
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/wholesale/edi-mailbox-38WhuQ
        no key of the current value can decrypt; one does not exist any more

    critical[key-pending-deletion]: the key of the current value is being deleted
      prod/loyalty/partner-api-key
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/loyalty/partner-api-key-0dcJDU
        no key of the current value can decrypt; the last one is deleted on
        2026-11-13, in 12 days
      prod/old-checkout/paypal
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/old-checkout/paypal-kkmXF3
        no key of the current value can decrypt; the last one is deleted on
        2026-11-13, in 12 days

    critical[key-policy-public]: key policy lets anybody decrypt
      60f5efff-0f1e-474d-a6e3-bcf2f5663007
        arn:aws:kms:eu-west-1:777788889999:key/60f5efff-0f1e-474d-a6e3-bcf2f5663007
        6 secrets name the key, and its policy has no condition that limits who and
        lets any principal of any account decrypt

    high[key-usable-outside-org]: an account outside the organization can decrypt
      with the key
      ad5e7db9-1f57-4d8a-a7e3-50914f5a5918
        arn:aws:kms:eu-west-1:111122223333:key/ad5e7db9-1f57-4d8a-a7e3-50914f5a5918
        3 secrets name the key, and its policy or a grant lets 999988887777 decrypt
        from outside the organization
      60f5efff-0f1e-474d-a6e3-bcf2f5663007
        arn:aws:kms:eu-west-1:777788889999:key/60f5efff-0f1e-474d-a6e3-bcf2f5663007
        6 secrets name the key, and its policy or a grant lets * decrypt from
        outside the organization
        explained by key-policy-public, and not counted beside it

    high[rotation-overdue]: rotation is on but overdue
      prod/loyalty/db
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/loyalty/db-QHqMk5
        rotation is on, with the schedule rate(30 days), but 8 days late; age of the
        value: 39 days
      prod/shipping/db
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/shipping/db-xc2XG0
        rotation is on, with the schedule rate(30 days), but 12 days late; age of
        the value: 45 days
      staging/billing/db
        arn:aws:secretsmanager:eu-west-1:444455556666:secret:staging/billing/db-fMBMhb
        rotation is on, with the schedule rate(30 days), but 17 days late; age of
        the value: 47 days

    low[key-in-other-account]: secret is encrypted under a key of another account
      prod/partners/customs-broker
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/partners/customs-broker-dyo4uL
        the key belongs to account 131313131313

    low[key-rotation-off]: customer managed key is never rotated
      alias/harbour/marketing
        arn:aws:kms:eu-west-1:111122223333:key/28ea6131-9373-450c-a547-b678876fa12c
        automatic rotation of the key is off; 1 secret names it

    unknown: 15 verdicts are missing, because
      kms:DescribeKey failed with AccessDeniedException; allow kms:DescribeKey
        prod/partners/customs-broker
          key-disabled, key-missing, key-pending-deletion
        65d15b13-a0a1-42ae-a822-e06a953a3cf0
          key-policy-public, key-rotation-off, key-usable-outside-org
      kms:GetKeyRotationStatus failed with AccessDeniedException; allow
      kms:GetKeyRotationStatus
        1160563d-0504-42b2-aa96-2963115736f4
          key-rotation-off
      secretsmanager:ListSecretVersionIds failed with AccessDeniedException; allow
      secretsmanager:ListSecretVersionIds
        prod/observability/pagerduty-token
          key-disabled, key-missing, key-pending-deletion
      secretsmanager:ListSecrets failed with AccessDeniedException; allow
      secretsmanager:ListSecrets
        every secret in 444455556666 eu-central-1
          key-disabled, key-in-other-account, key-missing, key-pending-deletion,
          rotation-overdue

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

               fail  unknown  pass  not applicable
     critical     5       10   218               4
     high         5        2    51              31
     low          2        3    78               6

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

    73 secrets, 8 rules: 5 critical, 5 high, 0 medium, 2 low, 0 info; 15 unknown;
    USD 41.16 a month
    9 failures at or above high: exit code 1; not counted: 1 explained by others
    ");
}

#[test]
fn a_report_of_unknowns() {
    insta::assert_snapshot!(
        sample(["--only", "stale-value", "--set", "stale-value.max_age_days=3650", "--monthly-calls", "100000"]),
        @"
        exit: 3
        -- stdout --
        secrets-auditor: 73 secrets, 3 accounts, 7 Regions; as of 2026-11-01

        unknown: 2 verdicts are missing, because
          secretsmanager:ListSecretVersionIds failed with AccessDeniedException; allow
          secretsmanager:ListSecretVersionIds
            prod/observability/pagerduty-token
              stale-value
          secretsmanager:ListSecrets failed with AccessDeniedException; allow
          secretsmanager:ListSecrets
            every secret in 444455556666 eu-central-1
              stale-value

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

               fail  unknown  pass  not applicable
         high     -        2    58              14

        cost: USD 41.66 a month (70 secrets and replicas USD 28.00, 12 customer managed
        keys USD 12.00, 100000 API calls USD 0.50, 1156 evaluations by AWS Config USD
        1.16), list prices of 2026-09-20
          not included: every secret in 444455556666 eu-central-1, which could not be
          listed
          not included: 1 key that could not be described or without a list price
          not included: the running time of rotation functions, which depends on their
          memory
          not included: evaluations when a secret changes, and the items that record it
          (SECRETSMANAGER_ROTATION_ENABLED_CHECK, SECRETSMANAGER_USING_CMK)
        savings: USD 5.00 a month (7 proven, 0 likely, 4 possible): `secrets-auditor
        cost`

        73 secrets, 1 rule: 0 critical, 0 high, 0 medium, 0 low, 0 info; 2 unknown; USD
        41.66 a month
        2 verdicts are missing at or above high: exit code 3
        "
    );
}

#[test]
fn a_report_of_every_verdict() {
    insta::assert_snapshot!(
        sample(["--only", "key-rotation-off", "--verdicts", "all", "--fail-on", "low", "--set", "key-rotation-off.severity=high"]),
        @"
        exit: 1
        -- stdout --
        secrets-auditor: 73 secrets, 3 accounts, 7 Regions; as of 2026-11-01

        high[key-rotation-off]: customer managed key is never rotated
          alias/harbour/marketing
            arn:aws:kms:eu-west-1:111122223333:key/28ea6131-9373-450c-a547-b678876fa12c
            automatic rotation of the key is off; 1 secret names it

        unknown: 2 verdicts are missing, because
          kms:DescribeKey failed with AccessDeniedException; allow kms:DescribeKey
            65d15b13-a0a1-42ae-a822-e06a953a3cf0
              key-rotation-off
          kms:GetKeyRotationStatus failed with AccessDeniedException; allow
          kms:GetKeyRotationStatus
            1160563d-0504-42b2-aa96-2963115736f4
              key-rotation-off

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

        pass[key-rotation-off]
          ed1b3e36-67f7-4f21-a782-29b1d56614f6, ad5e7db9-1f57-4d8a-a7e3-50914f5a5918,
          alias/harbour/platform, alias/harbour/payments,
          fe0993e0-1498-4bfb-a8b8-eb6ef45a4c62, mrk-39a1f6a0548d4bab56e00d842ab67e6e,
          0c57695f-5694-4aaf-af6b-3a82b874577d, 60f5efff-0f1e-474d-a6e3-bcf2f5663007
        not-applicable[key-rotation-off]
          1e761829-d1ca-4293-a364-51346820275e, 4ace3493-38f4-449f-a3cf-bb3b745dfed3,
          d60fe1ae-a9da-4148-a39f-7453e9c5f97b, f76472c7-7282-4fdd-a84a-a616ee8f6779
               fail  unknown  pass  not applicable
         high     1        2     8               4

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

        73 secrets, 1 rule: 0 critical, 1 high, 0 medium, 0 low, 0 info; 2 unknown; USD
        41.16 a month
        1 failure at or above low: exit code 1
        "
    );
}

#[test]
fn all_verdicts_are_listed_when_asked_for() {
    let all = sample_json(["--verdicts", "all"]);
    let listed = |verdict| findings(&all, verdict).count() as u64;
    for verdict in ["fail", "unknown", "pass", "not-applicable"] {
        assert_eq!(listed(verdict), all["summary"]["by_verdict"][verdict].as_u64().unwrap(), "{verdict}");
        assert!(listed(verdict) > 0, "{verdict}");
    }
    let problems = sample_json([] as [&str; 0]);
    assert_eq!(problems["summary"], all["summary"], "what is listed does not change what is counted");
    assert_eq!(findings(&problems, "pass").count(), 0);
}

#[test]
fn fingerprints_are_unique() {
    let all = sample_json(["--verdicts", "all"]);
    let findings = all["findings"].as_array().unwrap();
    let mut seen = BTreeMap::new();
    for finding in findings {
        let fingerprint = finding["fingerprint"].as_str().unwrap();
        assert_eq!(fingerprint.len(), 16);
        if let Some(other) = seen.insert(fingerprint, finding) {
            panic!("{other:#} and {finding:#}");
        }
    }
}

#[test]
fn ages_are_counted_to_as_of() {
    let age = |as_of: &str| {
        let report = sample_json(["--only", "stale-value", "--as-of", as_of]);
        let finding = findings(&report, "fail")
            .find(|finding| finding["resource"]["name"] == "prod/wholesale/db")
            .unwrap()
            .clone();
        (report["run"]["as_of"].as_str().unwrap().to_owned(), finding["message"].as_str().unwrap().to_owned())
    };
    insta::assert_debug_snapshot!([age("2026-11-01T06:00:00Z"), age("2026-11-11"), age("2027-11-01T06:00:00Z")], @r#"
    [
        (
            "2026-11-01T06:00:00Z",
            "current value is 303 days old, allowed are 90",
        ),
        (
            "2026-11-11T00:00:00Z",
            "current value is 312 days old, allowed are 90",
        ),
        (
            "2027-11-01T06:00:00Z",
            "current value is 668 days old, allowed are 90",
        ),
    ]
    "#);
    let told = sample_json(["--as-of", "2026-11-01T06:00:00Z"]);
    assert_eq!(told, sample_json([] as [&str; 0]), "the sample is judged as of its collection");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for format in ["terminal", "json"] {
        let arguments = ["--format", format, "--verdicts", "all"];
        assert_eq!(sample(arguments), sample(arguments), "{format}");
    }
}

#[test]
fn the_snapshot_gives_the_same_report_as_the_sample_in_the_binary() {
    let path = crate::support::root().join("examples/sample");
    let snapshot = Command::new(["audit", "--snapshot"]).arg(path).run();
    assert_eq!(snapshot, sample([] as [&str; 0]));
}

/// Whether a line may be longer than the page: it is one word under its indent.
fn is_one_word(line: &str) -> bool {
    !line.trim().contains(' ')
}

#[test]
fn no_line_is_longer_than_the_page() {
    for columns in ["40", "80", "120"] {
        for arguments in [&["--verdicts", "problems"], &["--verdicts", "all"]] {
            let run = Command::new(["audit", "--sample"]).args(arguments).env("COLUMNS", columns).run();
            let width: usize = columns.parse().unwrap();
            let long: Vec<_> = run
                .stdout
                .lines()
                .filter(|line| line.chars().count() > width && !is_one_word(line))
                .collect();
            assert!(long.is_empty(), "{columns} columns: {long:#?}");
        }
    }
}

const ESCAPE: char = '\u{1b}';

#[test]
fn colour_is_used_where_it_is_wanted() {
    let plain = sample(["--color", "never"]);
    assert!(!plain.stdout.contains(ESCAPE));
    let coloured = sample(["--color", "always"]);
    assert!(coloured.stdout.contains("\u{1b}[91m"), "no bright red");
    assert_eq!(anstream::adapter::strip_str(&coloured.stdout).to_string(), plain.stdout);
    // A pipe is no terminal.
    assert_eq!(sample([] as [&str; 0]), plain);
    let no_color =
        |arguments: &[&str]| Command::new(["audit", "--sample"]).args(arguments).env("NO_COLOR", "1").run();
    assert_eq!(no_color(&[]), plain);
    assert_eq!(no_color(&["--color", "always"]), coloured, "the argument is nearer than the variable");
}

#[test]
fn errors_are_coloured_where_it_is_wanted() {
    let run = Command::new(["audit", "--color", "always", "--snapshot", "/nowhere"]).run();
    insta::assert_debug_snapshot!(run.stderr, @r#""\u{1b}[1m\u{1b}[91merror\u{1b}[0m: `/nowhere` is not a snapshot: it has no manifest.json\n\u{1b}[1m\u{1b}[36mhelp\u{1b}[0m: name a directory that `secrets-auditor collect --to DIR` wrote\n""#);
}

#[test]
fn json_is_never_coloured() {
    assert!(!sample(["--format", "json", "--color", "always"]).stdout.contains(ESCAPE));
}

#[test]
fn formats_agree_on_their_counts() {
    let report = sample_json([] as [&str; 0]);
    let terminal = sample([] as [&str; 0]).stdout;
    let summary = &report["summary"];
    let by_severity = |name: &str| format!("{} {name}", summary["by_severity"][name]);
    let severities = ["critical", "high", "medium", "low", "info"].map(by_severity).join(", ");
    let sentence = format!(
        "{} secrets, {} rules: {severities}; {} unknown; USD {} a month",
        summary["secrets"],
        summary["rules"],
        summary["by_verdict"]["unknown"],
        report["cost"]["monthly_total"]
            .as_str()
            .unwrap()
            .parse::<rust_decimal::Decimal>()
            .unwrap()
            .round_dp(2)
    );
    assert!(terminal.replace('\n', " ").contains(&sentence), "{sentence}");
    let gate = format!("{} failures at or above high: exit code 1", summary["gating_failures"]);
    assert!(terminal.contains(&gate), "{gate}");
    // The listed failures are the counted ones: each stands with its ARN under a line with its rule.
    let listed = findings(&report, "fail").count();
    assert_eq!(listed as u64, summary["by_verdict"]["fail"].as_u64().unwrap());
    let by_rule = summary["by_rule"].as_object().unwrap();
    let sum = |verdict: &str| by_rule.values().map(|counts| count(counts, verdict)).sum::<u64>();
    for verdict in ["fail", "unknown", "pass", "not-applicable"] {
        assert_eq!(sum(verdict), summary["by_verdict"][verdict].as_u64().unwrap(), "{verdict}");
    }
    let failures: BTreeSet<&str> =
        findings(&report, "fail").map(|finding| finding["rule"].as_str().unwrap()).collect();
    for rule in failures {
        assert!(terminal.contains(&format!("[{rule}]")), "{rule} is not in the terminal's report");
    }
}

#[test]
fn a_reader_who_has_read_enough_is_no_error() {
    for (arguments, code) in [("", 1), ("--fail-on never", 0), ("--format json", 1)] {
        let script = format!(
            "{{ \"$PROGRAM\" audit --sample --verdicts all {arguments}; echo \"code $?\" >&2; }} | head -n 1 >/dev/null"
        );
        let run = Command::shell(&script).run();
        assert_eq!(run.stderr, format!("code {code}\n"), "{arguments}");
    }
    // No reader at all, not even for the first byte.
    let run = Command::shell("{ sleep 0; \"$PROGRAM\" audit --sample; echo \"code $?\" >&2; } | :").run();
    assert_eq!(run.stderr, "code 1\n");
}

#[test]
fn a_full_disk_behind_standard_output_is_an_error() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    insta::assert_snapshot!(Command::new(["audit", "--sample"]).stdout(Stdio::from(full)).run(), @"
    exit: 2
    -- stderr --
    error: cannot write to standard output: no space left on device
    help: check that the disk has room, or write to a file with `--output FORMAT=FILE`
    ");
}

#[test]
fn a_report_file_is_its_owners_and_equals_the_printed_one() {
    let folder = folder();
    let (json, text) = (folder.path().join("report.json"), folder.path().join("report.txt"));
    let run = sample([
        "--format=json".to_owned(),
        format!("--output=json={}", json.display()),
        format!("--output=terminal={}", text.display()),
        "--color=always".to_owned(),
    ]);
    assert_eq!(run.code, Some(1), "{run}");
    assert_eq!(fs::read_to_string(&json).unwrap(), run.stdout);
    assert_eq!(fs::read_to_string(&text).unwrap(), sample([] as [&str; 0]).stdout, "files hold no colour");
    for file in [json, text] {
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
    assert_eq!(files_below(folder.path()).len(), 2, "a temporary file was left");
}

#[test]
fn a_report_file_takes_the_place_of_an_older_one() {
    let folder = folder();
    let path = folder.path().join("report.json");
    write(&path, "older, and longer than nothing");
    let run = sample([format!("--output=json={}", path.display())]);
    assert_eq!(run.code, Some(1), "{run}");
    assert!(fs::read_to_string(&path).unwrap().starts_with("{\n"));
}

#[test]
fn a_disk_that_fills_up_leaves_the_older_report() {
    let folder = folder();
    let path = folder.path().join("report.json");
    write(&path, "older\n");
    // A limit on the size of files works everywhere; without the trap it would end the program by a signal.
    let script =
        "trap '' XFSZ; ulimit -f 1; exec \"$PROGRAM\" audit --sample --output \"json=$FILE\" >/dev/null";
    let run = Command::shell(script).env("FILE", &path).run();
    insta::assert_snapshot!(run, @"
    exit: 2
    -- stderr --
    error: cannot write `[dir]/report.json`: file too large
    help: check that the folder exists, that you may write there, and that the disk has room
    ");
    assert_eq!(fs::read_to_string(&path).unwrap(), "older\n");
    assert_eq!(files_below(folder.path()).len(), 1, "a torn file was left");
}

#[test]
fn a_report_file_needs_its_folder() {
    let folder = folder();
    let path = folder.path().join("no/such/folder/report.json");
    insta::assert_snapshot!(sample([format!("--output=json={}", path.display())]), @"
    exit: 2
    -- stderr --
    error: cannot write `[dir]/no/such/folder/report.json`: no such file or directory
    help: check that the folder exists, that you may write there, and that the disk has room
    ");
}

#[test]
fn arguments_that_make_no_sense() {
    let show = |arguments: &[&str]| -> Run { Command::new(arguments).run() };
    insta::assert_snapshot!(show(&["audit", "--sample", "--snapshot", "x"]), @"
    exit: 2
    -- stderr --
    error: the argument '--sample' cannot be used with '--snapshot <DIR>'

    Usage: secrets-auditor audit --sample

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(show(&["audit", "--sample", "--as-of", "yesterday"]), @"
    exit: 2
    -- stderr --
    error: invalid value 'yesterday' for '--as-of <TIME>': expected a date such as 2026-11-01, or an instant such as 2026-11-01T06:00:00Z

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(show(&["audit", "--sample", "--output", "report.json"]), @"
    exit: 2
    -- stderr --
    error: invalid value 'report.json' for '--output <FORMAT=FILE>': expected FORMAT=FILE, such as json=report.json

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(show(&["audit", "--sample", "--output", "yaml=report.yaml"]), @"
    exit: 2
    -- stderr --
    error: invalid value 'yaml=report.yaml' for '--output <FORMAT=FILE>': no format `yaml`: expected terminal, html, json, ndjson, csv, ocsf, asff, openmetrics, parquet, concise, github, gitlab, junit, markdown or sarif

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(show(&["audit", "--sample", "--output", "json="]), @"
    exit: 2
    -- stderr --
    error: invalid value 'json=' for '--output <FORMAT=FILE>': expected a file behind `=`

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(show(&["audit", "--sample", "--fail-on", "dreadful"]), @"
    exit: 2
    -- stderr --
    error: invalid value 'dreadful' for '--fail-on <SEVERITY>': expected critical, high, medium, low, info or never

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(show(&["schema", "tables"]), @"
    exit: 2
    -- stderr --
    error: no table `tables`
    help: tables are secrets, keys, principals, statements, accounts, regions and trails
    ");
}

/// What CloudTrail says of other secrets is no matter of an audit that is narrowed to some.
#[test]
fn a_narrowed_audit_is_silent_about_reads_of_other_secrets() {
    let report = |select: &[&str]| sample_json(["--verdicts=all", "--gate-events"].iter().chain(select));
    let names = |report: &Value| -> Vec<String> {
        let findings = report["findings"].as_array().unwrap().iter();
        let of_secrets = findings.filter(|finding| finding["resource"]["type"] == "secret");
        let read = of_secrets.map(|finding| finding["resource"]["name"].as_str().unwrap().to_owned());
        let changes = report["changes"].as_array().unwrap().iter();
        let changed = changes.map(|change| change["secret"].as_str().unwrap().to_owned());
        let changed = changed.map(|arn| arn.rsplit("secret:").next().unwrap().to_owned());
        read.chain(changed).collect()
    };
    let is_read = |name: &String| name.contains(" by ");
    // A batch that names no secret asks for all of them.
    let is_selected = |name: &String| name.starts_with("prod/checkout/") || name == "BatchGetSecretValue";
    let all = names(&report(&[]));
    assert!(all.iter().any(|name| is_read(name) && !is_selected(name)), "there are others");
    let narrowed = report(&["--select", "prod/checkout/*"]);
    let others: Vec<String> = names(&narrowed).into_iter().filter(|name| !is_selected(name)).collect();
    assert!(others.is_empty(), "{others:?}");
    assert!(names(&narrowed).iter().any(is_read));
    // A caller counts with what it read of them.
    let bulk = |report: &Value| {
        let findings = report["findings"].as_array().unwrap();
        findings.iter().filter(|f| f["rule"] == "bulk-read" && f["verdict"] == "fail").count()
    };
    assert!(bulk(&narrowed) < bulk(&report(&[])));
}
