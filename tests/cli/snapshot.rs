//! Snapshots that are not what they should be: what is said, and that nothing is judged from them.

use std::fs;
use std::path::Path;

use secrets_auditor::model::{AccountId, Region};
use secrets_auditor::snapshot::records::Secret;
use secrets_auditor::snapshot::{Inventory, Kind, Manifest, Shard, ShardKey, SnapshotWriter, Source};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Command, Run, files_below, folder, folder_with, sample_copy};
use crate::world::{ACCOUNT, HOME, World, now, secret};

const SHARD: &str = "111122223333/eu-west-1/versions-0000.json";

/// The sample after `spoil` went over it.
fn spoilt(spoil: impl FnOnce(&Path)) -> TempDir {
    let copy = sample_copy();
    spoil(copy.path());
    copy
}

/// Audits a snapshot by one rule.
fn audit(folder: &TempDir) -> Run {
    Command::new(["audit", "--only", "value-never-set", "--snapshot"]).arg(folder.path()).run()
}

fn edit(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    change(&mut value);
    fs::write(path, serde_json::to_vec_pretty(&value).unwrap()).unwrap();
}

/// Changes a shard, and its digest with it.
fn edit_shard(root: &Path, change: impl FnOnce(&mut Value)) {
    edit(&root.join(SHARD), change);
    let bytes = fs::read(root.join(SHARD)).unwrap();
    edit(&root.join("manifest.json"), |manifest| manifest["shards"][SHARD] = json!(sha256(&bytes)));
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_copy_itself_is_fine() {
    assert_eq!(audit(&spoilt(|_| {})).code, Some(0));
}

#[test]
fn a_torn_shard() {
    let torn = spoilt(|root| {
        let bytes = fs::read(root.join(SHARD)).unwrap();
        fs::write(root.join(SHARD), &bytes[..1000]).unwrap();
    });
    insta::assert_snapshot!(audit(&torn), @"
    exit: 2
    -- stderr --
    error: `[dir]/111122223333/eu-west-1/versions-0000.json` is torn or altered: EOF while parsing a string at line 36 column 19
    help: collect the snapshot again
    ");
}

#[test]
fn an_empty_shard() {
    insta::assert_snapshot!(audit(&spoilt(|root| fs::write(root.join(SHARD), "").unwrap())), @"
    exit: 2
    -- stderr --
    error: `[dir]/111122223333/eu-west-1/versions-0000.json` is torn or altered: EOF while parsing a value at line 1 column 0
    help: collect the snapshot again
    ");
}

#[test]
fn an_altered_shard() {
    let altered = spoilt(|root| {
        edit(&root.join(SHARD), |shard| shard["records"][0]["versions"][0]["stages"] = json!([]));
    });
    insta::assert_snapshot!(audit(&altered), @"
    exit: 2
    -- stderr --
    error: `[dir]/111122223333/eu-west-1/versions-0000.json` is torn or altered: its SHA-256 is not the one in manifest.json
    help: collect the snapshot again
    ");
}

#[test]
fn a_missing_shard() {
    insta::assert_snapshot!(audit(&spoilt(|root| fs::remove_file(root.join(SHARD)).unwrap())), @"
    exit: 2
    -- stderr --
    error: the snapshot in `[dir]` lacks its shard `111122223333/eu-west-1/versions-0000.json`
    help: collect the snapshot again
    ");
}

#[test]
fn a_missing_second_piece() {
    let cut = spoilt(|root| edit_shard(root, |shard| shard["last"] = json!(false)));
    insta::assert_snapshot!(audit(&cut), @"
    exit: 2
    -- stderr --
    error: the snapshot in `[dir]` lacks its shard `111122223333/eu-west-1/versions-0001.json`
    help: collect the snapshot again
    ");
}

#[test]
fn a_shard_that_cannot_be_read() {
    // A folder in its place cannot be read by anybody, root included.
    let unreadable = spoilt(|root| {
        fs::remove_file(root.join(SHARD)).unwrap();
        fs::create_dir(root.join(SHARD)).unwrap();
    });
    insta::assert_snapshot!(audit(&unreadable), @"
    exit: 2
    -- stderr --
    error: cannot read `[dir]/111122223333/eu-west-1/versions-0000.json`: is a directory
    help: check that the file exists and that you may read it
    ");
}

#[test]
fn a_shard_with_a_record_that_is_none() {
    let odd = spoilt(|root| edit_shard(root, |shard| shard["records"][0] = json!({ "arn": 7 })));
    insta::assert_snapshot!(audit(&odd), @"
    exit: 2
    -- stderr --
    error: `[dir]/111122223333/eu-west-1/versions-0000.json` is torn or altered: invalid type: integer `7`, expected a string at line 20 column 14
    help: collect the snapshot again
    ");
}

#[test]
fn a_shard_of_a_newer_version() {
    insta::assert_snapshot!(audit(&spoilt(|root| edit_shard(root, |shard| shard["version"] = json!(2)))), @"
    exit: 2
    -- stderr --
    error: `[dir]/111122223333/eu-west-1/versions-0000.json` has snapshot version 2, this program reads up to 1
    help: use the version of secrets-auditor that wrote it, or a newer one
    ");
}

#[test]
fn a_manifest_of_a_newer_version_may_look_otherwise() {
    let newer = folder_with("manifest.json", r#"{ "version": 2, "everything": "else" }"#);
    insta::assert_snapshot!(audit(&newer), @"
    exit: 2
    -- stderr --
    error: `[dir]/manifest.json` has snapshot version 2, this program reads up to 1
    help: use the version of secrets-auditor that wrote it, or a newer one
    ");
}

#[test]
fn a_torn_manifest() {
    insta::assert_snapshot!(audit(&folder_with("manifest.json", "{ \"version\": 1, ")), @"
    exit: 2
    -- stderr --
    error: `[dir]/manifest.json` is torn or altered: EOF while parsing a value at line 1 column 16
    help: collect the snapshot again
    ");
    insta::assert_snapshot!(audit(&folder_with("manifest.json", "{ \"version\": 1 }")), @"
    exit: 2
    -- stderr --
    error: `[dir]/manifest.json` is torn or altered: missing field `tool_version` at line 1 column 16
    help: collect the snapshot again
    ");
}

#[test]
fn no_manifest() {
    insta::assert_snapshot!(audit(&folder()), @"
    exit: 2
    -- stderr --
    error: `[dir]` is not a snapshot: it has no manifest.json
    help: name a directory that `secrets-auditor collect --to DIR` wrote
    ");
}

#[test]
fn no_folder() {
    insta::assert_snapshot!(Command::new(["audit", "--snapshot", "/no/such/folder"]).run(), @"
    exit: 2
    -- stderr --
    error: `/no/such/folder` is not a snapshot: it has no manifest.json
    help: name a directory that `secrets-auditor collect --to DIR` wrote
    ");
}

#[test]
fn a_file_in_place_of_the_folder() {
    let folder = folder_with("report.json", "{}");
    let run = Command::new(["audit", "--snapshot"]).arg(folder.path().join("report.json")).run();
    insta::assert_snapshot!(run, @"
    exit: 2
    -- stderr --
    error: cannot read `[dir]/report.json/manifest.json`: not a directory
    help: check that the file exists and that you may read it
    ");
}

#[test]
fn a_collection_that_was_stopped() {
    let stopped = spoilt(|root| {
        edit(&root.join("manifest.json"), |manifest| {
            drop(manifest.as_object_mut().unwrap().remove("finished"))
        });
    });
    insta::assert_snapshot!(audit(&stopped), @"
    exit: 2
    -- stderr --
    error: the snapshot in `[dir]` is incomplete: its collection was stopped
    help: continue it with `secrets-auditor collect --to DIR --resume`
    ");
}

#[test]
fn kinds_and_fields_of_later_times_are_ignored() {
    let later = spoilt(|root| {
        let path = "111122223333/eu-west-1/parameters-0000.json";
        fs::write(root.join(path), "anything").unwrap();
        edit(&root.join("manifest.json"), |manifest| {
            manifest["shards"][path] = json!("0000");
            manifest["later"] = json!({ "a": 1 });
        });
        edit_shard(root, |shard| shard["records"][0]["later"] = json!(1));
    });
    let plain = spoilt(|_| {});
    assert_eq!(audit(&later), audit(&plain));
}

#[test]
fn a_kind_that_was_not_collected_is_unknown_with_its_cause() {
    let without = spoilt(|root| {
        edit(&root.join("manifest.json"), |manifest| {
            let shards = manifest["shards"].as_object_mut().unwrap();
            shards.retain(|path, _| !path.contains("/versions-"));
        });
    });
    let run = Command::new(["audit", "--only", "value-never-set", "--fail-on", "medium", "--snapshot"])
        .arg(without.path())
        .run();
    insta::assert_snapshot!(run, @"
    exit: 3
    -- stdout --
    secrets-auditor: 73 secrets, 3 accounts, 7 Regions; as of 2026-11-01

    unknown: 64 verdicts are missing, because
      secretsmanager:ListSecretVersionIds was not asked: the snapshot holds no
      answer of this kind
        prod/apac-store/db, prod/apac-store/reporting-db,
        dev/apac-store/maps-api-key,
        appflow!111122223333-salesforce-orders-f4a24e0ad952a, prod/billing/db,
        prod/billing/invoice-signing-key, prod/billing/tax-office-certificate,
        prod/catalog/db, prod/catalog/search-admin, prod/checkout/db,
        prod/checkout/session-signing-key, prod/checkout/stripe-api-key,
        prod/ci/github-deploy-token, prod/crm/salesforce-client,
        prod/edge/cdn-signing-key, prod/edge/tls-certificate,
        prod/gateway/jwt-signing-key, prod/identity/saml-signing-certificate,
        prod/kiosk/provisioning, prod/loyalty/db, prod/loyalty/partner-api-key,
        prod/marketing/analytics-endpoint, prod/marketing/newsletter-token,
        prod/observability/datadog-api-key, prod/observability/pagerduty-token,
        prod/partners/customs-broker, prod/partners/sftp, prod/partners/sftp-Xk2f9Q,
        prod/payments/adyen-hmac-key, prod/payments/db, prod/payments/db-reader,
        prod/search/opensearch-master, prod/shipping/carrier-api-key (eu-west-1),
        prod/shipping/db, prod/tasting-room/pos-terminal,
        prod/treasury/bank-signing-key, prod/warehouse/bi-reader, prod/wholesale/db,
        prod/wholesale/edi-mailbox,
        rds!cluster-b5d22c53-ac88-4c15-af8f-1ce7ff4564c5,
        dev/analytics/customer-export-key, dev/checkout/db,
        dev/checkout/stripe-test-key, dev/payments/db, dev/secret,
        rds!cluster-2b7782df-a746-4b10-a821-50007a67d356, staging/billing/db,
        staging/checkout/db, staging/loyalty/db, staging/payments/db,
        staging/search/opensearch-master, test-2, TidewaterShopDb,
        tidewater-loyalty-db, tidewater-web-admin, tidewater.payroll.sftp,
        tidewaterPosToken, tidewater_erp_login, prod/shipping/carrier-api-key
        (us-east-1), prod/us-store/db, prod/us-store/tax-service-key,
        rds!db-765e603b-c4db-4a26-afb5-61f6c9202895, dev/us-store/db
          value-never-set
      secretsmanager:ListSecrets failed with AccessDeniedException; allow
      secretsmanager:ListSecrets
        every secret in 444455556666 eu-central-1
          value-never-set

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
      secretsmanager:ListSecrets: AccessDeniedException; allow
      secretsmanager:ListSecrets
        444455556666 eu-central-1

             fail  unknown  pass  not applicable
     medium     -       64     1               9

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

    73 secrets, 1 rule: 0 critical, 0 high, 0 medium, 0 low, 0 info; 64 unknown; USD
    41.16 a month
    64 verdicts are missing at or above medium: exit code 3
    ");
}

#[test]
fn every_kind_can_be_absent() {
    for kind in Kind::ALL {
        let without = spoilt(|root| {
            edit(&root.join("manifest.json"), |manifest| {
                let shards = manifest["shards"].as_object_mut().unwrap();
                let before = shards.len();
                shards.retain(|path, _| !path.contains(&format!("/{}-0", kind.as_str())));
                assert_ne!(shards.len(), before, "the sample holds no {}", kind.as_str());
            });
        });
        let run = Command::new(["audit", "--format", "json", "--snapshot"]).arg(without.path()).run();
        assert!(run.code == Some(1) || run.code == Some(3), "{}: {run}", kind.as_str());
        for finding in run.json()["findings"].as_array().unwrap() {
            let is_explained = !finding["missing_evidence"].as_array().unwrap().is_empty();
            assert!(finding["verdict"] == "fail" || is_explained, "{}: {finding:#}", kind.as_str());
        }
    }
}

fn begin() -> Manifest {
    Manifest::begin(now(), Inventory::SecretsManager, Vec::new(), "settings".to_owned())
}

fn key(part: u32) -> ShardKey {
    ShardKey::first(&AccountId::new(ACCOUNT), &Region::new(HOME), Kind::Secrets).with_part(part)
}

#[test]
fn what_was_written_is_read_back() {
    let world = World::with([secret("a"), secret("b")]);
    let folder = folder();
    world.write(folder.path());
    let read = Source::directory(folder.path()).read().unwrap();
    let mut expected = world.snapshot;
    expected.accounts[0].entry.regions = read.accounts[0].entry.regions.clone();
    assert_eq!(read.accounts, expected.accounts);
}

#[test]
fn pieces_are_joined() {
    let writer = SnapshotWriter::in_memory(begin());
    writer.write(&Shard::new(&key(1), true, vec![secret("b")], vec![])).unwrap();
    writer.write(&Shard::new(&key(0), false, vec![secret("a")], vec![])).unwrap();
    let mut world = World::new();
    let mut entry = world.account(ACCOUNT).entry.clone();
    entry.regions = vec![secrets_auditor::snapshot::RegionEntry {
        region: Region::new(HOME),
        state: secrets_auditor::model::RegionState::Audited,
    }];
    let snapshot = writer.finish(vec![entry], now()).unwrap().read().unwrap();
    assert_eq!(snapshot.accounts[0].regions[0].secrets.records, [secret("a"), secret("b")]);
}

#[test]
fn a_snapshot_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let above = folder();
    let folder = above.path().join("new/snapshot");
    World::with([secret("a")]).write(&folder);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for (file, _) in files_below(&folder) {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
        assert_eq!(mode(file.parent().unwrap()), 0o700, "{}", file.display());
    }
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let taken = folder_with("thesis.txt", "");
    let error = SnapshotWriter::create(taken.path(), begin()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot write a snapshot to `{}`: the directory is not empty", taken.path().display())
    );
    assert_eq!(files_below(taken.path()).len(), 1);
}

#[test]
fn a_collection_goes_on_only_with_the_same_settings() {
    let folder = folder();
    SnapshotWriter::create(folder.path(), begin()).unwrap();
    assert!(SnapshotWriter::resume(folder.path(), &begin()).is_ok());
    let other = Manifest { settings: "other".to_owned(), ..begin() };
    let error = SnapshotWriter::resume(folder.path(), &other).unwrap_err();
    assert!(error.to_string().ends_with("it was begun with other options"), "{error}");
}

#[test]
fn a_resumed_collection_keeps_whole_shards_and_asks_again_for_torn_ones() {
    let folder = folder();
    let writer = SnapshotWriter::create(folder.path(), begin()).unwrap();
    for part in 0..2 {
        writer.write(&Shard::new(&key(part), part == 1, vec![secret("a")], vec![])).unwrap();
    }
    drop(writer);
    let torn = folder.path().join(key(1).path());
    let bytes = fs::read(&torn).unwrap();
    fs::write(&torn, &bytes[..bytes.len() / 2]).unwrap();
    let writer = SnapshotWriter::resume(folder.path(), &begin()).unwrap();
    assert!(writer.earlier::<Secret>(&key(0)).unwrap().is_some());
    assert!(writer.earlier::<Secret>(&key(1)).unwrap().is_none());
    assert!(writer.earlier::<Secret>(&key(2)).unwrap().is_none());
}
