//! Reports for machines: each tells what the JSON report tells, within the limits of whoever reads it, whatever strangers
//! wrote; and the life of a finding from audit to audit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use secrets_auditor::snapshot::records::{RotationRules, Secret};
use serde_json::{Value, json};

use crate::support::{Command, Run, files_below, folder, folder_with, root};
use crate::world::{HOME, World, days_ago, secret, tags, version};

/// The formats of this file that are one file, with the ending under which `tests/readers/` looks for them.
pub const FORMATS: [(&str, &str); 5] = [
    ("ndjson", "ndjson"),
    ("csv", "csv"),
    ("ocsf", "ocsf.ndjson"),
    ("asff", "asff.json"),
    ("openmetrics", "prom"),
];

/// Writes every format into a folder where `.ci/run` finds them for readers that are not ours.
pub fn for_readers(name: &str, audit: impl Fn(&[String]) -> Run) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readers").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let parquet = [("parquet", "parquet")];
    let outputs: Vec<String> = FORMATS
        .iter()
        .chain(&parquet)
        .map(|(format, ending)| {
            format!("--output={format}={}", folder.join(format!("sample.{ending}")).display())
        })
        .collect();
    let run = audit(&outputs);
    assert!(matches!(run.code, Some(0 | 1)), "{run}");
    folder
}

/// Failures, unknowns, and how many of both are accepted.
type Counts = (u64, u64, u64);

/// The sample under settings with exceptions.
fn house(arguments: &[&str]) -> Run {
    let settings = root().join("examples/secrets-auditor.yaml");
    Command::new(["audit", "--sample", "--config"]).arg(settings).args(arguments).run()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap()
}

/// Counts findings by what a format says of each.
fn counts<'a, T: 'a>(all: impl IntoIterator<Item = &'a T>, of: impl Fn(&T) -> (bool, bool, bool)) -> Counts {
    let mut counts = (0, 0, 0);
    for (fails, unknown, accepted) in all.into_iter().map(of) {
        counts.0 += u64::from(fails);
        counts.1 += u64::from(unknown);
        counts.2 += u64::from(accepted);
    }
    counts
}

fn python(script: &str, argument: &Path) -> String {
    let output =
        std::process::Command::new(crate::aws::python()).args(["-c", script]).arg(argument).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_format_tells_the_same_story() {
    let report = house(&["--format=json"]).json();
    let findings = report["findings"].as_array().unwrap();
    let of_json = |finding: &Value| {
        (finding["verdict"] == "fail", finding["verdict"] == "unknown", finding["exception"].is_object())
    };
    let expected = counts(findings, of_json);
    assert!(expected.0 > 100 && expected.1 > 100 && expected.2 > 10, "{expected:?}");

    let stream = lines(&house(&["--format=ndjson"]).stdout);
    let found: Vec<&Value> = stream.iter().filter(|line| line["kind"] == "finding").collect();
    assert_eq!(counts(found.iter().copied(), of_json), expected);

    let table = rows(&house(&["--format=csv"]).stdout);
    let of_row = |row: &BTreeMap<String, String>| {
        (row["verdict"] == "fail", row["verdict"] == "unknown", row["accepted"] == "true")
    };
    assert_eq!(counts(&table, of_row), expected);

    let events = lines(&house(&["--format=ocsf"]).stdout);
    let of_event = |event: &Value| {
        let status = &event["compliance"]["status_id"];
        (*status == 3, *status == 2, event["status_id"] == 3)
    };
    assert_eq!(counts(&events, of_event), expected);

    let hub: Vec<Value> = serde_json::from_str(&house(&["--format=asff"]).stdout).unwrap();
    let of_hub = |finding: &Value| {
        let status = &finding["Compliance"]["Status"];
        let accepted = finding["ProductFields"]["secrets-auditor/AcceptedUntil"].is_string();
        (*status == "FAILED", *status == "WARNING", accepted)
    };
    assert_eq!(counts(&hub, of_hub), expected);

    for arguments in [&["--format=openmetrics"][..], &["--format=openmetrics", "--metrics-by-arn"]] {
        let metrics = house(arguments).stdout;
        let sum = |label: &str| {
            let of_findings =
                |line: &&str| line.starts_with("secrets_auditor_findings{") && line.contains(label);
            let values = metrics.lines().filter(of_findings);
            values.map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()).sum::<f64>() as u64
        };
        let told = (sum("verdict=\"fail\""), sum("verdict=\"unknown\""), sum("accepted=\"true\""));
        assert_eq!(told, expected);
        assert_eq!(metrics.contains("arn="), arguments.len() > 1, "no ARN unless asked for");
    }

    let folder = folder();
    let target = folder.path().join("lake");
    house(&["--output", &format!("parquet={}", target.display())]);
    let script = "import duckdb, sys
source = f\"read_parquet('{sys.argv[1]}/**/*.parquet', hive_partitioning=true)\"
count = \"count(*) FILTER (WHERE verdict = 'fail'), count(*) FILTER (WHERE verdict = 'unknown'), count(*) FILTER (WHERE excepted)\"
print(duckdb.sql(f'SELECT {count} FROM {source}').fetchone())";
    assert_eq!(python(script, &target).trim(), format!("{expected:?}"));
}

/// One secret that fails, one that is accepted, and one of which nobody knows.
fn small() -> World {
    let mut world = World::with([
        Secret {
            description: Some("the shop's database".to_owned()),
            tags: tags(&[("Owner", "shop"), ("Environment", "production")]),
            rotation_rules: Some(RotationRules {
                automatically_after_days: Some(30),
                schedule_expression: None,
                duration: None,
            }),
            ..secret("prod/shop")
        },
        secret("accepted"),
        secret("dark"),
    ]);
    for record in &mut world.home().versions.records {
        for known in &mut record.versions {
            known.created = Some(days_ago(400));
        }
    }
    let dark = world.home().versions.records.pop().unwrap();
    let gap = crate::world::refused("secretsmanager:ListSecretVersionIds", Some(&dark.arn));
    world.home().versions.gaps.push(gap);
    world
}

const SETTINGS: &str = "exceptions:
  - { rule: stale-value, scope: accepted, reason: the vendor is slow, owner: security, expires: 2026-12-31, added: 2026-10-01 }
";

/// The small world in a format.
fn small_in(format: &str) -> String {
    let folder = folder_with("secrets-auditor.yaml", SETTINGS);
    let snapshot = folder.path().join("snapshot");
    small().write(&snapshot);
    let run = Command::new(["audit", "--only=stale-value", "--format", format, "--snapshot"])
        .arg(&snapshot)
        .arg("--config")
        .arg(folder.path().join("secrets-auditor.yaml"))
        .run();
    assert_eq!(run.code, Some(1), "{run}");
    let digest = regex::Regex::new("\"[0-9a-f]{16}\"").unwrap();
    digest.replace_all(&run.stdout, "\"DIGEST\"").into_owned()
}

#[test]
fn ndjson_as_a_whole() {
    let text = small_in("ndjson");
    // The document of the cost has tests of its own.
    let rest = text.lines().filter(|line| !line.starts_with("{\"kind\":\"cost\""));
    assert_eq!(rest.clone().count() + 1, text.lines().count());
    assert_snapshot!(rest.collect::<Vec<_>>().join("\n"), @r#"
    {"kind":"run","version":"1","tool":{"name":"secrets-auditor","version":"0.1.0"},"rules":"DIGEST","as_of":"2026-11-01T06:00:00Z","collected_at":"2026-11-01T06:00:00Z","selection":[],"accounts":[{"account":"111122223333","name":null,"regions":[{"region":"eu-west-1","state":"audited","secrets":3}]}]}
    {"kind":"finding","rule":"stale-value","verdict":"fail","severity":"high","confidence":"high","resource":{"type":"secret","arn":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:accepted-AbCdEf","name":"accepted","account":"111122223333","region":"eu-west-1"},"message":"current value is 400 days old, allowed are 90","fingerprint":"DIGEST","owner":"","environment":"","gates":false,"exception":{"expires":"2026-12-31","days_left":60,"owner":"security","reason":"the vendor is slow"},"evidence":[{"column":"customer_secret","value":"true","call":"secretsmanager:ListSecrets"},{"column":"has_value","value":"true","call":"secretsmanager:ListSecretVersionIds"},{"column":"value_age_days","value":"400","call":"secretsmanager:ListSecretVersionIds"}],"missing_evidence":[],"paths":[]}
    {"kind":"finding","rule":"stale-value","verdict":"fail","severity":"high","confidence":"high","resource":{"type":"secret","arn":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/shop-AbCdEf","name":"prod/shop","account":"111122223333","region":"eu-west-1"},"message":"current value is 400 days old, allowed are 90","fingerprint":"DIGEST","owner":"shop","environment":"production","gates":true,"evidence":[{"column":"customer_secret","value":"true","call":"secretsmanager:ListSecrets"},{"column":"has_value","value":"true","call":"secretsmanager:ListSecretVersionIds"},{"column":"value_age_days","value":"400","call":"secretsmanager:ListSecretVersionIds"}],"missing_evidence":[],"paths":[]}
    {"kind":"finding","rule":"stale-value","verdict":"unknown","severity":"high","confidence":"high","resource":{"type":"secret","arn":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:dark-AbCdEf","name":"dark","account":"111122223333","region":"eu-west-1"},"message":"cannot be judged: secretsmanager:ListSecretVersionIds failed with AccessDeniedException; allow secretsmanager:ListSecretVersionIds","fingerprint":"DIGEST","owner":"","environment":"","gates":true,"evidence":[{"column":"customer_secret","value":"true","call":"secretsmanager:ListSecrets"},{"column":"has_value","value":"unknown","call":"secretsmanager:ListSecretVersionIds"},{"column":"value_age_days","value":"unknown","call":"secretsmanager:ListSecretVersionIds"}],"missing_evidence":[{"call":"secretsmanager:ListSecretVersionIds","scope":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:dark-AbCdEf","error":"AccessDeniedException","permission":"secretsmanager:ListSecretVersionIds"}],"paths":[]}
    {"kind":"gap","call":"secretsmanager:ListSecretVersionIds","cause":"refused","account":"111122223333","region":"eu-west-1","resource":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:dark-AbCdEf","error":"AccessDeniedException","message":"not authorized","permission":"secretsmanager:ListSecretVersionIds"}
    {"kind":"gap","call":"cloudtrail:LookupEvents","cause":"not-carried","account":"111122223333","region":"eu-west-1","resource":null,"error":"not carried by the source","message":"the trail shows 90 days and nothing before","permission":null}
    {"kind":"summary","secrets":3,"rules":1,"by_verdict":{"fail":2,"unknown":1,"pass":0,"not-applicable":0},"by_severity":{"high":2},"by_rule":{"stale-value":{"fail":2,"unknown":1,"pass":0,"not-applicable":0}},"fail_on":"high","accepted":1,"gating_failures":1,"gating_unknowns":1}
    "#);
}

#[test]
fn csv_as_a_whole() {
    assert_snapshot!(small_in("csv").replace("\r\n", "\n"), @r#"
    verdict,severity,rule,title,topic,account,region,resource_type,name,arn,second_key,message,confidence,owner,environment,gates,implied_by,reach,monthly_cost,accepted,accepted_until,accepted_by,accepted_reason,accepted_ticket,baseline,first_seen,as_of,evidence,missing_evidence,fingerprint
    fail,high,stale-value,secret value is older than allowed,rotation,111122223333,eu-west-1,secret,accepted,arn:aws:secretsmanager:eu-west-1:111122223333:secret:accepted-AbCdEf,,"current value is 400 days old, allowed are 90",high,,,false,,,0.40,true,2026-12-31,security,the vendor is slow,,,,2026-11-01T06:00:00Z,customer_secret=true; has_value=true; value_age_days=400,,4439ff1d692b2a27
    fail,high,stale-value,secret value is older than allowed,rotation,111122223333,eu-west-1,secret,prod/shop,arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/shop-AbCdEf,,"current value is 400 days old, allowed are 90",high,shop,production,true,,,0.40,false,,,,,,,2026-11-01T06:00:00Z,customer_secret=true; has_value=true; value_age_days=400,,a963e52881608347
    unknown,high,stale-value,secret value is older than allowed,rotation,111122223333,eu-west-1,secret,dark,arn:aws:secretsmanager:eu-west-1:111122223333:secret:dark-AbCdEf,,cannot be judged: secretsmanager:ListSecretVersionIds failed with AccessDeniedException; allow secretsmanager:ListSecretVersionIds,high,,,true,,,0.40,false,,,,,,,2026-11-01T06:00:00Z,customer_secret=true; has_value=unknown; value_age_days=unknown,"secretsmanager:ListSecretVersionIds of arn:aws:secretsmanager:eu-west-1:111122223333:secret:dark-AbCdEf: AccessDeniedException, allow secretsmanager:ListSecretVersionIds",0a4c710030d2cd86
    "#);
}

#[test]
fn ocsf_as_a_whole() {
    let first = &lines(&small_in("ocsf"))[0];
    assert_snapshot!(serde_json::to_string_pretty(first).unwrap(), @r#"
    {
      "activity_id": 1,
      "activity_name": "Create",
      "category_name": "Findings",
      "category_uid": 2,
      "class_name": "Compliance Finding",
      "class_uid": 2003,
      "cloud": {
        "account": {
          "type": "AWS Account",
          "type_id": 10,
          "uid": "111122223333"
        },
        "cloud_partition": "aws",
        "provider": "AWS",
        "region": "eu-west-1"
      },
      "compliance": {
        "category": "rotation",
        "checks": [
          {
            "desc": "The longer a value lives, the more copies of it exist. The age is counted from the creation of the version that\ncarries AWSCURRENT, so a new value put by hand counts and an edit of a tag does not. A rotation that was rolled back\nleaves the old value current, and the old age with it.",
            "name": "secret value is older than allowed",
            "severity": "High",
            "severity_id": 4,
            "standards": [
              "aws-fsbp",
              "cis-controls-8.1",
              "csa-ccm-4",
              "hipaa",
              "iso-27001-2022",
              "nis2",
              "nist-800-53-r5",
              "nist-csf-2.0",
              "pci-dss-4.0.1",
              "soc-2"
            ],
            "status": "Fail",
            "status_id": 3,
            "uid": "stale-value"
          }
        ],
        "control": "stale-value",
        "control_parameters": [
          {
            "name": "max_age_days",
            "value": "90"
          }
        ],
        "desc": "The longer a value lives, the more copies of it exist. The age is counted from the creation of the version that\ncarries AWSCURRENT, so a new value put by hand counts and an edit of a tag does not. A rotation that was rolled back\nleaves the old value current, and the old age with it.",
        "requirements": [
          "aws-fsbp SecretsManager.4",
          "cis-controls-8.1 16.11",
          "csa-ccm-4 CEK-12",
          "hipaa 164.308(a)(4)(ii)(B)",
          "hipaa 164.308(a)(5)(ii)(D)",
          "iso-27001-2022 A.5.17",
          "nis2 11.6.2.c",
          "nist-800-53-r5 AC-2(1)",
          "nist-800-53-r5 AC-3(15)",
          "nist-800-53-r5 IA-5(1)",
          "nist-csf-2.0 PR.AA-01",
          "pci-dss-4.0.1 8.2.2",
          "pci-dss-4.0.1 8.3.10.1",
          "pci-dss-4.0.1 8.3.5",
          "pci-dss-4.0.1 8.3.7",
          "pci-dss-4.0.1 8.3.9",
          "pci-dss-4.0.1 8.6.3",
          "soc-2 CC6.1"
        ],
        "standards": [
          "aws-fsbp",
          "cis-controls-8.1",
          "csa-ccm-4",
          "hipaa",
          "iso-27001-2022",
          "nis2",
          "nist-800-53-r5",
          "nist-csf-2.0",
          "pci-dss-4.0.1",
          "soc-2"
        ],
        "status": "Fail",
        "status_details": [
          "current value is 400 days old, allowed are 90"
        ],
        "status_id": 3
      },
      "confidence": "High",
      "confidence_id": 3,
      "finding_info": {
        "analytic": {
          "name": "secret value is older than allowed",
          "type": "Rule",
          "type_id": 1,
          "uid": "stale-value"
        },
        "created_time": 1793512800000,
        "created_time_dt": "2026-11-01T06:00:00Z",
        "desc": "current value is 400 days old, allowed are 90",
        "first_seen_time": 1793512800000,
        "first_seen_time_dt": "2026-11-01T06:00:00Z",
        "last_seen_time": 1793512800000,
        "last_seen_time_dt": "2026-11-01T06:00:00Z",
        "modified_time": 1793512800000,
        "modified_time_dt": "2026-11-01T06:00:00Z",
        "title": "secret value is older than allowed",
        "types": [
          "Software and Configuration Checks"
        ],
        "uid": "DIGEST"
      },
      "message": "current value is 400 days old, allowed are 90",
      "metadata": {
        "correlation_uid": "DIGEST",
        "event_code": "stale-value",
        "log_name": "audit",
        "log_provider": "secrets-auditor",
        "original_time": "2026-11-01T06:00:00Z",
        "product": {
          "lang": "en",
          "name": "secrets-auditor",
          "vendor_name": "secrets-auditor",
          "version": "0.1.0"
        },
        "profiles": [
          "cloud",
          "datetime"
        ],
        "uid": "4439ff1d692b2a27-1793512800000",
        "version": "1.6.0"
      },
      "remediation": {
        "desc": "Open the secret, choose Rotation, then Rotate secret immediately; without rotation choose Retrieve secret value, then Edit.\naws secretsmanager rotate-secret --secret-id <ARN>\n# Where rotation is not set up: change the credential at its system, then store it.\naws secretsmanager put-secret-value --secret-id <ARN> --secret-string file://<FILE>",
        "references": [
          "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html",
          "https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html"
        ]
      },
      "resources": [
        {
          "cloud_partition": "aws",
          "created_time": 1758949200000,
          "created_time_dt": "2025-09-27T05:00:00Z",
          "data": {
            "deleted": null,
            "description": "",
            "is_replica": false,
            "kms_key": null,
            "last_accessed": null,
            "owning_service": "",
            "primary_region": null,
            "rotation": {
              "days": null,
              "enabled": false,
              "function": null,
              "last": null,
              "next": null,
              "schedule": null,
              "window": null
            }
          },
          "name": "accepted",
          "owner": {
            "account": {
              "type": "AWS Account",
              "type_id": 10,
              "uid": "111122223333"
            }
          },
          "region": "eu-west-1",
          "type": "AWS::SecretsManager::Secret",
          "uid": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:accepted-AbCdEf"
        }
      ],
      "severity": "High",
      "severity_id": 4,
      "status": "Suppressed",
      "status_id": 3,
      "time": 1793512800000,
      "time_dt": "2026-11-01T06:00:00Z",
      "type_name": "Compliance Finding: Create",
      "type_uid": 200301,
      "unmapped": {
        "evidence": [
          {
            "call": "secretsmanager:ListSecrets",
            "column": "customer_secret",
            "value": "true"
          },
          {
            "call": "secretsmanager:ListSecretVersionIds",
            "column": "has_value",
            "value": "true"
          },
          {
            "call": "secretsmanager:ListSecretVersionIds",
            "column": "value_age_days",
            "value": "400"
          }
        ],
        "exception": {
          "days_left": 60,
          "expires": "2026-12-31",
          "owner": "security",
          "reason": "the vendor is slow"
        },
        "gates": false,
        "monthly_cost": "0.40",
        "rules": "DIGEST",
        "verdict": "fail"
      }
    }
    "#);
}

#[test]
fn asff_as_a_whole() {
    let all: Vec<Value> = serde_json::from_str(&small_in("asff")).unwrap();
    assert_snapshot!(serde_json::to_string_pretty(&all).unwrap(), @r#"
    [
      {
        "AwsAccountId": "111122223333",
        "CompanyName": "secrets-auditor",
        "Compliance": {
          "AssociatedStandards": [
            {
              "StandardsId": "aws-fsbp"
            },
            {
              "StandardsId": "cis-controls-8.1"
            },
            {
              "StandardsId": "csa-ccm-4"
            },
            {
              "StandardsId": "hipaa"
            },
            {
              "StandardsId": "iso-27001-2022"
            },
            {
              "StandardsId": "nis2"
            },
            {
              "StandardsId": "nist-800-53-r5"
            },
            {
              "StandardsId": "nist-csf-2.0"
            },
            {
              "StandardsId": "pci-dss-4.0.1"
            },
            {
              "StandardsId": "soc-2"
            }
          ],
          "RelatedRequirements": [
            "aws-fsbp SecretsManager.4",
            "cis-controls-8.1 16.11",
            "csa-ccm-4 CEK-12",
            "hipaa 164.308(a)(4)(ii)(B)",
            "hipaa 164.308(a)(5)(ii)(D)",
            "iso-27001-2022 A.5.17",
            "nis2 11.6.2.c",
            "nist-800-53-r5 AC-2(1)",
            "nist-800-53-r5 AC-3(15)",
            "nist-800-53-r5 IA-5(1)",
            "nist-csf-2.0 PR.AA-01",
            "pci-dss-4.0.1 8.2.2",
            "pci-dss-4.0.1 8.3.10.1",
            "pci-dss-4.0.1 8.3.5",
            "pci-dss-4.0.1 8.3.7",
            "pci-dss-4.0.1 8.3.9",
            "pci-dss-4.0.1 8.6.3",
            "soc-2 CC6.1"
          ],
          "Status": "FAILED"
        },
        "CreatedAt": "2026-11-01T06:00:00Z",
        "Description": "current value is 400 days old, allowed are 90; accepted until 2026-12-31 by security: the vendor is slow",
        "FindingProviderFields": {
          "Severity": {
            "Label": "HIGH",
            "Original": "high"
          },
          "Types": [
            "Software and Configuration Checks/AWS Security Best Practices"
          ]
        },
        "FirstObservedAt": "2026-11-01T06:00:00Z",
        "GeneratorId": "secrets-auditor/stale-value",
        "Id": "secrets-auditor/4439ff1d692b2a27",
        "LastObservedAt": "2026-11-01T06:00:00Z",
        "ProductArn": "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default",
        "ProductFields": {
          "secrets-auditor/AcceptedBy": "security",
          "secrets-auditor/AcceptedReason": "the vendor is slow",
          "secrets-auditor/AcceptedUntil": "2026-12-31",
          "secrets-auditor/Confidence": "high",
          "secrets-auditor/Evidence": "customer_secret=true; has_value=true; value_age_days=400",
          "secrets-auditor/Fingerprint": "DIGEST",
          "secrets-auditor/Gates": "false",
          "secrets-auditor/MonthlyCost": "0.40",
          "secrets-auditor/Name": "accepted",
          "secrets-auditor/Region": "eu-west-1",
          "secrets-auditor/Rules": "DIGEST",
          "secrets-auditor/Verdict": "fail"
        },
        "ProductName": "secrets-auditor",
        "RecordState": "ACTIVE",
        "Remediation": {
          "Recommendation": {
            "Text": "Open the secret, choose Rotation, then Rotate secret immediately; without rotation choose Retrieve secret value, then Edit.",
            "Url": "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html"
          }
        },
        "Resources": [
          {
            "Details": {
              "AwsSecretsManagerSecret": {
                "Deleted": false,
                "Name": "accepted",
                "RotationEnabled": false
              }
            },
            "Id": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:accepted-AbCdEf",
            "Partition": "aws",
            "Region": "eu-west-1",
            "Type": "AwsSecretsManagerSecret"
          }
        ],
        "SchemaVersion": "2018-10-08",
        "Severity": {
          "Label": "HIGH",
          "Original": "high"
        },
        "Title": "secret value is older than allowed",
        "Types": [
          "Software and Configuration Checks/AWS Security Best Practices"
        ],
        "UpdatedAt": "2026-11-01T06:00:00Z"
      },
      {
        "AwsAccountId": "111122223333",
        "CompanyName": "secrets-auditor",
        "Compliance": {
          "AssociatedStandards": [
            {
              "StandardsId": "aws-fsbp"
            },
            {
              "StandardsId": "cis-controls-8.1"
            },
            {
              "StandardsId": "csa-ccm-4"
            },
            {
              "StandardsId": "hipaa"
            },
            {
              "StandardsId": "iso-27001-2022"
            },
            {
              "StandardsId": "nis2"
            },
            {
              "StandardsId": "nist-800-53-r5"
            },
            {
              "StandardsId": "nist-csf-2.0"
            },
            {
              "StandardsId": "pci-dss-4.0.1"
            },
            {
              "StandardsId": "soc-2"
            }
          ],
          "RelatedRequirements": [
            "aws-fsbp SecretsManager.4",
            "cis-controls-8.1 16.11",
            "csa-ccm-4 CEK-12",
            "hipaa 164.308(a)(4)(ii)(B)",
            "hipaa 164.308(a)(5)(ii)(D)",
            "iso-27001-2022 A.5.17",
            "nis2 11.6.2.c",
            "nist-800-53-r5 AC-2(1)",
            "nist-800-53-r5 AC-3(15)",
            "nist-800-53-r5 IA-5(1)",
            "nist-csf-2.0 PR.AA-01",
            "pci-dss-4.0.1 8.2.2",
            "pci-dss-4.0.1 8.3.10.1",
            "pci-dss-4.0.1 8.3.5",
            "pci-dss-4.0.1 8.3.7",
            "pci-dss-4.0.1 8.3.9",
            "pci-dss-4.0.1 8.6.3",
            "soc-2 CC6.1"
          ],
          "Status": "FAILED"
        },
        "CreatedAt": "2026-11-01T06:00:00Z",
        "Description": "current value is 400 days old, allowed are 90",
        "FindingProviderFields": {
          "Severity": {
            "Label": "HIGH",
            "Original": "high"
          },
          "Types": [
            "Software and Configuration Checks/AWS Security Best Practices"
          ]
        },
        "FirstObservedAt": "2026-11-01T06:00:00Z",
        "GeneratorId": "secrets-auditor/stale-value",
        "Id": "secrets-auditor/a963e52881608347",
        "LastObservedAt": "2026-11-01T06:00:00Z",
        "ProductArn": "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default",
        "ProductFields": {
          "secrets-auditor/Confidence": "high",
          "secrets-auditor/Environment": "production",
          "secrets-auditor/Evidence": "customer_secret=true; has_value=true; value_age_days=400",
          "secrets-auditor/Fingerprint": "DIGEST",
          "secrets-auditor/Gates": "true",
          "secrets-auditor/MonthlyCost": "0.40",
          "secrets-auditor/Name": "prod/shop",
          "secrets-auditor/Owner": "shop",
          "secrets-auditor/Region": "eu-west-1",
          "secrets-auditor/Rules": "DIGEST",
          "secrets-auditor/Verdict": "fail"
        },
        "ProductName": "secrets-auditor",
        "RecordState": "ACTIVE",
        "Remediation": {
          "Recommendation": {
            "Text": "Open the secret, choose Rotation, then Rotate secret immediately; without rotation choose Retrieve secret value, then Edit.",
            "Url": "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html"
          }
        },
        "Resources": [
          {
            "Details": {
              "AwsSecretsManagerSecret": {
                "Deleted": false,
                "Description": "the shop's database",
                "Name": "prod/shop",
                "RotationEnabled": false,
                "RotationRules": {
                  "AutomaticallyAfterDays": 30
                }
              }
            },
            "Id": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/shop-AbCdEf",
            "Partition": "aws",
            "Region": "eu-west-1",
            "Tags": {
              "Environment": "production",
              "Owner": "shop"
            },
            "Type": "AwsSecretsManagerSecret"
          }
        ],
        "SchemaVersion": "2018-10-08",
        "Severity": {
          "Label": "HIGH",
          "Original": "high"
        },
        "Title": "secret value is older than allowed",
        "Types": [
          "Software and Configuration Checks/AWS Security Best Practices"
        ],
        "UpdatedAt": "2026-11-01T06:00:00Z"
      },
      {
        "AwsAccountId": "111122223333",
        "CompanyName": "secrets-auditor",
        "Compliance": {
          "AssociatedStandards": [
            {
              "StandardsId": "aws-fsbp"
            },
            {
              "StandardsId": "cis-controls-8.1"
            },
            {
              "StandardsId": "csa-ccm-4"
            },
            {
              "StandardsId": "hipaa"
            },
            {
              "StandardsId": "iso-27001-2022"
            },
            {
              "StandardsId": "nis2"
            },
            {
              "StandardsId": "nist-800-53-r5"
            },
            {
              "StandardsId": "nist-csf-2.0"
            },
            {
              "StandardsId": "pci-dss-4.0.1"
            },
            {
              "StandardsId": "soc-2"
            }
          ],
          "RelatedRequirements": [
            "aws-fsbp SecretsManager.4",
            "cis-controls-8.1 16.11",
            "csa-ccm-4 CEK-12",
            "hipaa 164.308(a)(4)(ii)(B)",
            "hipaa 164.308(a)(5)(ii)(D)",
            "iso-27001-2022 A.5.17",
            "nis2 11.6.2.c",
            "nist-800-53-r5 AC-2(1)",
            "nist-800-53-r5 AC-3(15)",
            "nist-800-53-r5 IA-5(1)",
            "nist-csf-2.0 PR.AA-01",
            "pci-dss-4.0.1 8.2.2",
            "pci-dss-4.0.1 8.3.10.1",
            "pci-dss-4.0.1 8.3.5",
            "pci-dss-4.0.1 8.3.7",
            "pci-dss-4.0.1 8.3.9",
            "pci-dss-4.0.1 8.6.3",
            "soc-2 CC6.1"
          ],
          "Status": "WARNING"
        },
        "CreatedAt": "2026-11-01T06:00:00Z",
        "Description": "cannot be judged: secretsmanager:ListSecretVersionIds failed with AccessDeniedException; allow secretsmanager:ListSecretVersionIds",
        "FindingProviderFields": {
          "Severity": {
            "Label": "HIGH",
            "Original": "high"
          },
          "Types": [
            "Software and Configuration Checks/AWS Security Best Practices"
          ]
        },
        "FirstObservedAt": "2026-11-01T06:00:00Z",
        "GeneratorId": "secrets-auditor/stale-value",
        "Id": "secrets-auditor/0a4c710030d2cd86",
        "LastObservedAt": "2026-11-01T06:00:00Z",
        "ProductArn": "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default",
        "ProductFields": {
          "secrets-auditor/Confidence": "high",
          "secrets-auditor/Evidence": "customer_secret=true; has_value=unknown; value_age_days=unknown",
          "secrets-auditor/Fingerprint": "DIGEST",
          "secrets-auditor/Gates": "true",
          "secrets-auditor/MissingEvidence": "secretsmanager:ListSecretVersionIds of arn:aws:secretsmanager:eu-west-1:111122223333:secret:dark-AbCdEf: AccessDeniedException, allow secretsmanager:ListSecretVersionIds",
          "secrets-auditor/MonthlyCost": "0.40",
          "secrets-auditor/Name": "dark",
          "secrets-auditor/Region": "eu-west-1",
          "secrets-auditor/Rules": "DIGEST",
          "secrets-auditor/Verdict": "unknown"
        },
        "ProductName": "secrets-auditor",
        "RecordState": "ACTIVE",
        "Remediation": {
          "Recommendation": {
            "Text": "Open the secret, choose Rotation, then Rotate secret immediately; without rotation choose Retrieve secret value, then Edit.",
            "Url": "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html"
          }
        },
        "Resources": [
          {
            "Details": {
              "AwsSecretsManagerSecret": {
                "Deleted": false,
                "Name": "dark",
                "RotationEnabled": false
              }
            },
            "Id": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:dark-AbCdEf",
            "Partition": "aws",
            "Region": "eu-west-1",
            "Type": "AwsSecretsManagerSecret"
          }
        ],
        "SchemaVersion": "2018-10-08",
        "Severity": {
          "Label": "HIGH",
          "Original": "high"
        },
        "Title": "secret value is older than allowed",
        "Types": [
          "Software and Configuration Checks/AWS Security Best Practices"
        ],
        "UpdatedAt": "2026-11-01T06:00:00Z"
      }
    ]
    "#);
}

#[test]
fn openmetrics_as_a_whole() {
    assert_snapshot!(small_in("openmetrics"), @r#"
    # HELP secrets_auditor_build The program, the rules and the prices in force.
    # TYPE secrets_auditor_build info
    secrets_auditor_build_info{version="0.1.0",rules_digest="DIGEST",prices_as_of="2026-09-20"} 1
    # HELP secrets_auditor_last_run_timestamp_seconds The instant that counted as now.
    # TYPE secrets_auditor_last_run_timestamp_seconds gauge
    # UNIT secrets_auditor_last_run_timestamp_seconds seconds
    secrets_auditor_last_run_timestamp_seconds 1793512800.0
    # HELP secrets_auditor_regions Regions, by what became of them.
    # TYPE secrets_auditor_regions gauge
    secrets_auditor_regions{account="111122223333",region="eu-west-1",state="audited"} 1.0
    # HELP secrets_auditor_secrets Secrets and replicas that were listed.
    # TYPE secrets_auditor_secrets gauge
    secrets_auditor_secrets{account="111122223333",region="eu-west-1"} 3.0
    # HELP secrets_auditor_findings Failures and unknowns.
    # TYPE secrets_auditor_findings gauge
    secrets_auditor_findings{account="111122223333",region="eu-west-1",rule="stale-value",severity="high",verdict="fail",accepted="false"} 1.0
    secrets_auditor_findings{account="111122223333",region="eu-west-1",rule="stale-value",severity="high",verdict="fail",accepted="true"} 1.0
    secrets_auditor_findings{account="111122223333",region="eu-west-1",rule="stale-value",severity="high",verdict="unknown",accepted="false"} 1.0
    # HELP secrets_auditor_gating_findings Failures and unknowns that decide the exit code.
    # TYPE secrets_auditor_gating_findings gauge
    secrets_auditor_gating_findings{verdict="fail"} 1.0
    secrets_auditor_gating_findings{verdict="unknown"} 1.0
    # HELP secrets_auditor_verdicts Verdicts of each rule, passes included.
    # TYPE secrets_auditor_verdicts gauge
    secrets_auditor_verdicts{rule="stale-value",verdict="fail"} 2.0
    secrets_auditor_verdicts{rule="stale-value",verdict="not-applicable"} 0.0
    secrets_auditor_verdicts{rule="stale-value",verdict="pass"} 0.0
    secrets_auditor_verdicts{rule="stale-value",verdict="unknown"} 1.0
    # HELP secrets_auditor_evidence_gaps Calls whose answers are missing.
    # TYPE secrets_auditor_evidence_gaps gauge
    secrets_auditor_evidence_gaps{call="cloudtrail:LookupEvents",cause="not-carried",accepted="false"} 1.0
    secrets_auditor_evidence_gaps{call="secretsmanager:ListSecretVersionIds",cause="refused",accepted="false"} 1.0
    # HELP secrets_auditor_monthly_cost The monthly estimate for everything.
    # TYPE secrets_auditor_monthly_cost gauge
    secrets_auditor_monthly_cost{currency="USD"} 1.2
    # HELP secrets_auditor_account_monthly_cost The monthly estimate without keys.
    # TYPE secrets_auditor_account_monthly_cost gauge
    secrets_auditor_account_monthly_cost{account="111122223333",currency="USD"} 1.2
    # EOF
    "#);
}

/// What was printed is what was written, and what readers of others get in `.ci/run`.
#[test]
fn a_file_is_what_is_printed() {
    let folder = for_readers("sample", |outputs| {
        let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
        house(&outputs)
    });
    for (format, ending) in FORMATS {
        let written = std::fs::read_to_string(folder.join(format!("sample.{ending}"))).unwrap();
        assert!(written == house(&["--format", format]).stdout, "{format}");
    }
}

#[test]
fn a_stream_that_is_cut_off_has_no_summary() {
    let stream = lines(&house(&["--format=ndjson"]).stdout);
    let kinds: Vec<&str> = stream.iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!((kinds.first(), kinds.last()), (Some(&"run"), Some(&"summary")));
    assert_eq!(kinds.iter().filter(|kind| **kind == "summary").count(), 1);
    let report = house(&["--format=json"]).json();
    assert_eq!(stream.last().unwrap()["by_verdict"], report["summary"]["by_verdict"]);
    let gaps = kinds.iter().filter(|kind| **kind == "gap").count();
    assert_eq!(gaps, report["evidence_gaps"].as_array().unwrap().len());
}

#[test]
fn versions_of_ocsf_differ_only_where_the_schema_does() {
    let of = |version: &str| lines(&house(&["--format=ocsf", "--ocsf-version", version]).stdout);
    let without = |mut events: Vec<Value>| {
        for event in &mut events {
            event["metadata"]["version"] = json!("any");
            event["resources"][0].as_object_mut().unwrap().remove("provider");
        }
        events
    };
    let (five, six, eight) = (of("1.5.0"), of("1.6.0"), of("1.8.0"));
    assert_eq!(six[0]["metadata"]["version"], "1.6.0");
    assert_eq!(
        (&six[0]["resources"][0]["provider"], &eight[0]["resources"][0]["provider"]),
        (&Value::Null, &json!("AWS"))
    );
    assert_eq!(six, lines(&house(&["--format=ocsf"]).stdout), "the default");
    assert_eq!(without(five), without(six.clone()));
    assert_eq!(without(six), without(eight));
}

/// A world whose secrets have values of these ages, each under a name of its own.
fn aged(ages: &[(&str, i64)]) -> World {
    let mut world = World::new();
    for (name, age) in ages {
        world.add(HOME, secret(name));
        world.versions([version("AWSCURRENT", *age)]);
    }
    world
}

/// Audits a world as of a day, keeps it in a history, and answers with the report in a format.
fn kept(root: &Path, world: &World, as_of: &str, format: &str) -> Run {
    let snapshot = root.join(format!("snapshot-{as_of}"));
    if !snapshot.exists() {
        world.write(&snapshot);
    }
    let run = Command::new(["audit", "--only=stale-value", "--fail-on=never", "--as-of", as_of]);
    let run = run.args(["--format", format, "--history"]).arg(root.join("history"));
    let run = run.arg("--snapshot").arg(&snapshot).run();
    assert!(matches!(run.code, Some(0 | 3)), "{run}");
    run
}

/// Name, activity and day of the first sight of each event.
fn lives(run: &Run) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let life = |event: &Value| {
        let first = text(&event["finding_info"]["first_seen_time_dt"]);
        (text(&event["resources"][0]["name"]), text(&event["activity_name"]), first[..10].to_owned())
    };
    lines(&run.stdout).iter().map(life).collect()
}

#[test]
fn a_finding_is_created_updated_and_closed_and_begins_anew_when_it_comes_back() {
    let folder = folder();
    let life = |as_of: &str, ages: &[(&str, i64)]| lives(&kept(folder.path(), &aged(ages), as_of, "ocsf"));
    let told =
        |name: &str, activity: &str, first: &str| (name.to_owned(), activity.to_owned(), first.to_owned());
    let (old, fresh) = (300, 40);
    assert_eq!(
        life("2026-11-01", &[("a", old), ("b", old)]),
        [told("a", "Create", "2026-11-01"), told("b", "Create", "2026-11-01")]
    );
    assert_eq!(
        life("2026-11-02", &[("a", old), ("b", fresh)]),
        [told("a", "Update", "2026-11-01"), told("b", "Close", "2026-11-01")]
    );
    assert_eq!(
        life("2026-11-03", &[("a", old), ("b", old), ("c", old)]),
        [
            told("a", "Update", "2026-11-01"),
            told("b", "Create", "2026-11-03"),
            told("c", "Create", "2026-11-03"),
        ]
    );
    // The same instant again is judged by the audits before it, and gives the same.
    let again = kept(folder.path(), &aged(&[]), "2026-11-02", "ocsf");
    assert_eq!(lives(&again), [told("a", "Update", "2026-11-01"), told("b", "Close", "2026-11-01")]);
    let third = |format: &str| kept(folder.path(), &aged(&[]), "2026-11-03", format);
    let report = third("json").json();
    let first = |finding: &Value| finding["first_seen"].as_str().unwrap()[..10].to_owned();
    let firsts: Vec<String> = report["findings"].as_array().unwrap().iter().map(first).collect();
    assert_eq!(firsts, ["2026-11-01", "2026-11-03", "2026-11-03"]);
    let table = rows(&third("csv").stdout);
    assert_eq!(table[0]["first_seen"], "2026-11-01T00:00:00Z");
}

#[test]
fn what_is_fixed_is_archived() {
    let folder = folder();
    kept(folder.path(), &aged(&[("a", 300), ("b", 300)]), "2026-11-01", "asff");
    let run = kept(folder.path(), &aged(&[("a", 300), ("b", 40)]), "2026-11-02", "asff");
    let findings: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    let told = |finding: &Value| {
        ["RecordState", "CreatedAt", "LastObservedAt", "UpdatedAt"]
            .map(|field| finding[field].as_str().unwrap().to_owned())
    };
    let [first, second] = ["2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"].map(str::to_owned);
    assert_eq!(told(&findings[0]), ["ACTIVE".to_owned(), first.clone(), second.clone(), second.clone()]);
    let readers = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readers/sample");
    crate::support::write(readers.join("life.asff.json"), &run.stdout);
    let events = kept(folder.path(), &aged(&[]), "2026-11-02", "ocsf").stdout;
    crate::support::write(readers.join("life.ocsf.ndjson"), events);
    assert_eq!(told(&findings[1]), ["ARCHIVED".to_owned(), first.clone(), first, second]);
}

#[test]
fn a_region_that_is_dark_today_closes_nothing() {
    let folder = folder();
    kept(folder.path(), &aged(&[("a", 300)]), "2026-11-01", "ocsf");
    let mut dark = aged(&[]);
    dark.home().state = secrets_auditor::model::RegionState::Refused;
    dark.home().secrets.gaps.push(crate::world::refused("secretsmanager:ListSecrets", None));
    let run = kept(folder.path(), &dark, "2026-11-02", "ocsf");
    assert!(lines(&run.stdout).iter().all(|event| event["activity_name"] != "Close"), "{run}");
}

#[test]
fn an_audit_that_cannot_be_read_is_passed_over() {
    let folder = folder();
    kept(folder.path(), &aged(&[("a", 300)]), "2026-11-01", "ocsf");
    kept(folder.path(), &aged(&[("a", 300)]), "2026-11-02", "ocsf");
    for (path, _) in files_below(&folder.path().join("history/date=2026-11-02")) {
        if path.ends_with("report.json.gz") {
            std::fs::write(path, "torn").unwrap();
        }
    }
    let run = kept(folder.path(), &aged(&[("a", 300)]), "2026-11-03", "ocsf");
    assert_eq!(lives(&run), [("a".to_owned(), "Update".to_owned(), "2026-11-01".to_owned())]);
}

/// Names, descriptions and reasons as long as they get, of letters that take most bytes.
#[test]
fn findings_for_security_hub_stay_within_its_limits() {
    let long = "\u{1f511}\u{202e}".repeat(32_768);
    let settings = format!(
        "exceptions:\n  - {{ rule: stale-value, scope: \"*\", reason: \"{}\", owner: \"{}\", expires: 2026-12-31, added: 2026-10-01, ticket: \"{}\" }}\n",
        "\u{1f511}".repeat(65_536),
        "漢".repeat(65_536),
        "x".repeat(65_536)
    );
    let folder = folder_with("secrets-auditor.yaml", settings);
    let pairs: Vec<(String, String)> =
        (0..60).map(|at| (format!("{at:03}{}", "k".repeat(200)), "\u{1f511}".repeat(300))).collect();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let mut world = World::new();
    world.add(
        HOME,
        Secret {
            description: Some(long.clone()),
            kms_key_id: Some(long.clone()),
            rotation_lambda_arn: Some(long.clone()),
            tags: tags(&pairs),
            ..secret(&"漢".repeat(512))
        },
    );
    world.versions([version("AWSCURRENT", 400)]);
    let snapshot = folder.path().join("snapshot");
    world.write(&snapshot);
    let run = Command::new(["audit", "--format=asff", "--only=stale-value", "--snapshot"])
        .arg(&snapshot)
        .arg("--config")
        .arg(folder.path().join("secrets-auditor.yaml"))
        .run();
    let findings: Vec<Value> =
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr));
    let finding = &findings[0];
    let letters = |text: &Value| text.as_str().unwrap().chars().count();
    assert!(serde_json::to_vec(finding).unwrap().len() <= 240_000);
    assert_eq!(letters(&finding["Description"]), 1_024);
    assert!(finding["Description"].as_str().unwrap().ends_with('…'));
    let resource = &finding["Resources"][0];
    assert!(letters(&finding["Title"]) <= 256 && letters(&resource["Id"]) <= 512);
    assert_eq!(resource["Tags"].as_object().unwrap().len(), 50);
    for (key, value) in resource["Tags"].as_object().unwrap() {
        assert!(key.chars().count() <= 128 && letters(value) <= 256);
    }
    for value in finding["ProductFields"].as_object().unwrap().values() {
        assert!(letters(value) <= 2_048);
    }
    for value in finding["Compliance"]["RelatedRequirements"].as_array().unwrap() {
        assert!(letters(value) <= 64);
    }
}

#[test]
fn parquet_is_a_folder() {
    let run = Command::new(["audit", "--sample", "--format=parquet"]).run();
    assert_snapshot!(run, @"
    exit: 2
    -- stderr --
    error: `parquet` is a folder of files and cannot be printed
    help: write it with `--output parquet=DIR`
    ");
    let folder = folder();
    let target = folder.path().join("lake");
    let output = format!("--output=parquet={}", target.display());
    for as_of in ["2026-10-31", "2026-11-01", "2026-11-01"] {
        let few = ["--only=stale-value", "--fail-on=never", "--quiet"];
        let run = Command::new(["audit", "--sample", "--as-of", as_of, &output]).args(few).run();
        assert_eq!(run.code, Some(0), "{run}");
    }
    let names = files_below(&target);
    let names = names.iter().map(|(path, _)| path.strip_prefix(&target).unwrap().display().to_string());
    assert_snapshot!(names.collect::<Vec<_>>().join("\n"), @"
    account=111122223333/region=ap-southeast-2/dt=2026-10-31/findings.parquet
    account=111122223333/region=ap-southeast-2/dt=2026-11-01/findings.parquet
    account=111122223333/region=eu-west-1/dt=2026-10-31/findings.parquet
    account=111122223333/region=eu-west-1/dt=2026-11-01/findings.parquet
    account=111122223333/region=us-east-1/dt=2026-10-31/findings.parquet
    account=111122223333/region=us-east-1/dt=2026-11-01/findings.parquet
    account=444455556666/region=ap-southeast-2/dt=2026-10-31/findings.parquet
    account=444455556666/region=ap-southeast-2/dt=2026-11-01/findings.parquet
    account=444455556666/region=eu-central-1/dt=2026-10-31/findings.parquet
    account=444455556666/region=eu-central-1/dt=2026-11-01/findings.parquet
    account=444455556666/region=eu-west-1/dt=2026-10-31/findings.parquet
    account=444455556666/region=eu-west-1/dt=2026-11-01/findings.parquet
    account=444455556666/region=me-south-1/dt=2026-10-31/findings.parquet
    account=444455556666/region=me-south-1/dt=2026-11-01/findings.parquet
    account=444455556666/region=us-east-1/dt=2026-10-31/findings.parquet
    account=444455556666/region=us-east-1/dt=2026-11-01/findings.parquet
    account=777788889999/region=eu-west-1/dt=2026-10-31/findings.parquet
    account=777788889999/region=eu-west-1/dt=2026-11-01/findings.parquet
    ");
    let script = "import duckdb, sys
source = f\"read_parquet('{sys.argv[1]}/**/*.parquet', hive_partitioning=true)\"
for row in duckdb.sql(f'SELECT dt, account_id, region_code, as_of::VARCHAR, count(*), sum(monthly_cost) FROM {source} GROUP BY ALL ORDER BY ALL').fetchall(): print(*row)";
    assert_snapshot!(python(script, &target), @"
    2026-10-31 111122223333 eu-west-1 2026-10-31 00:00:00+00 8 3.2000
    2026-10-31 111122223333 us-east-1 2026-10-31 00:00:00+00 1 0.4000
    2026-10-31 444455556666 eu-central-1 2026-10-31 00:00:00+00 1 None
    2026-10-31 444455556666 eu-west-1 2026-10-31 00:00:00+00 1 0.4000
    2026-10-31 777788889999 eu-west-1 2026-10-31 00:00:00+00 1 0.4000
    2026-11-01 111122223333 eu-west-1 2026-11-01 00:00:00+00 8 3.2000
    2026-11-01 111122223333 us-east-1 2026-11-01 00:00:00+00 1 0.4000
    2026-11-01 444455556666 eu-central-1 2026-11-01 00:00:00+00 1 None
    2026-11-01 444455556666 eu-west-1 2026-11-01 00:00:00+00 1 0.4000
    2026-11-01 777788889999 eu-west-1 2026-11-01 00:00:00+00 1 0.4000
    ");
}

#[test]
fn a_file_in_the_way_of_a_folder_is_named() {
    let folder = folder_with("lake", "a file");
    let target = folder.path().join("lake");
    let run = Command::new(["audit", "--sample", "--only=stale-value", "--quiet"])
        .arg(format!("--output=parquet={}", target.display()))
        .run();
    assert_eq!(run.code, Some(2));
    assert_snapshot!(run.stderr.replace(&folder.path().display().to_string(), "[dir]"), @"
    error: cannot write to the folder `[dir]/lake`: file exists
    help: check that it is a folder or absent, that you may write there, and that the disk has room
    ");
    assert_eq!(std::fs::read_to_string(target).unwrap(), "a file");
}
