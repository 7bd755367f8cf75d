//! How long 100,000 secrets take to judge: by verdicts alone, and with messages, evidence and fingerprints.
//!
//! The secrets are made up: 2 % fail something, 1 % miss the answer of a call, and the rest is well run.
//! `cargo bench --bench rules` prints each step beside the work of reading the same cells once, which is the floor.

#![expect(
    clippy::expect_used,
    clippy::cast_possible_truncation,
    reason = "a benchmark that cannot run should stop"
)]

use std::hint::black_box;

use divan::Bencher;
use secrets_auditor::audit::{Judging, assess, verdicts};
use secrets_auditor::model::{AccountId, Gap, GapCause, Partition, Region, RegionState, Run, Settings};
use secrets_auditor::rules::{CompiledRule, LoadOptions, RuleSet, load};
use secrets_auditor::snapshot::records::{RotationRules, Secret, SecretVersions, Tag, Version};
use secrets_auditor::snapshot::{
    AccountEntry, Inventory, Kind, Manifest, RegionEntry, Shard, ShardKey, Snapshot, SnapshotWriter,
};
use secrets_auditor::tables::schema::Table;
use secrets_auditor::tables::{Tables, build};

/// How many secrets.
const SECRETS: usize = 100_000;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

struct World {
    snapshot: Snapshot,
    settings: Settings,
    rules: RuleSet,
    tables: Tables,
}

fn world() -> World {
    let snapshot = snapshot(SECRETS);
    let settings = Settings::new(snapshot.manifest.collected_at());
    let rules = load(&LoadOptions::default()).expect("our rules load");
    let tables = build(&snapshot, &settings, &rules.tags()).expect("tables build");
    World { snapshot, settings, rules, tables }
}

#[divan::bench(sample_count = 5)]
fn tables_of_a_snapshot(bencher: Bencher<'_, '_>) {
    let world = world();
    bencher
        .bench_local(|| build(&world.snapshot, &world.settings, &world.rules.tags()).expect("tables build"));
}

#[divan::bench(sample_count = 20)]
fn verdicts_of_all_rules(bencher: Bencher<'_, '_>) {
    let world = world();
    let rules: Vec<&CompiledRule> =
        world.rules.rules.iter().filter(|rule| rule.table == Table::Secrets).collect();
    let frame = &world.tables.get(Table::Secrets).expect("there are secrets").frame;
    bencher.bench_local(|| {
        let judged = verdicts(&rules, frame).expect("rules run");
        judged.iter().map(|verdicts| verdicts.counts(|_| true)).collect::<Vec<_>>()
    });
}

#[divan::bench(sample_count = 10)]
fn assessment_with_messages(bencher: Bencher<'_, '_>) {
    let world = world();
    bencher.bench_local(|| {
        let run = Run {
            tool_version: String::new(),
            rules_digest: String::new(),
            as_of: world.settings.as_of,
            collected_at: world.settings.as_of,
            accounts: Vec::new(),
            selection: Vec::new(),
        };
        assess(run, &world.tables, &world.rules, &Judging::default()).expect("rules run")
    });
}

/// The floor: every cell of the table, looked at once.
#[divan::bench(sample_count = 20)]
fn floor_null_count_of_all_columns(bencher: Bencher<'_, '_>) {
    let world = world();
    let frame = &world.tables.get(Table::Secrets).expect("there are secrets").frame;
    bencher.bench_local(|| {
        frame.columns().iter().map(|column| black_box(column.is_null()).len()).sum::<usize>()
    });
}

fn snapshot(count: usize) -> Snapshot {
    let started = "2026-11-01T00:00:00Z".parse().expect("an instant");
    let writer = SnapshotWriter::in_memory(Manifest::begin(
        started,
        Inventory::SecretsManager,
        Vec::new(),
        String::new(),
    ));
    let account = AccountId::new("111122223333");
    let region = Region::new("eu-west-1");
    let names: Vec<usize> = (0..count).collect();
    let pieces: Vec<&[usize]> = names.chunks(Kind::Secrets.shard_size()).collect();
    for (part, piece) in pieces.iter().enumerate() {
        let last = part + 1 == pieces.len();
        let key = |kind| ShardKey::first(&account, &region, kind).with_part(part as u32);
        let secrets = piece.iter().map(|n| secret(*n)).collect();
        writer.write(&Shard::new(&key(Kind::Secrets), last, secrets, Vec::new())).expect("memory");
        let (refused, answered): (Vec<usize>, Vec<usize>) = piece.iter().partition(|n| *n % 100 == 7);
        let gaps = refused.iter().map(|n| refusal(*n, &account, &region)).collect();
        let versions = answered.iter().map(|n| versions(*n)).collect();
        writer.write(&Shard::new(&key(Kind::Versions), last, versions, gaps)).expect("memory");
    }
    for kind in [Kind::Keys, Kind::Replication, Kind::Trails] {
        let key = ShardKey::first(&account, &region, kind);
        writer.write(&Shard::<Secret>::new(&key, true, Vec::new(), Vec::new())).expect("memory");
    }
    let entry = AccountEntry {
        account,
        partition: Partition::Commercial,
        name: None,
        role: None,
        regions: vec![RegionEntry { region, state: RegionState::Audited }],
        gaps: Vec::new(),
    };
    writer.finish(vec![entry], started).expect("memory").read().expect("what was written")
}

fn arn(n: usize) -> String {
    format!(
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/team-{}/service-{n}-Ab{:04}",
        n % 97,
        n % 10_000
    )
}

fn days_ago(days: i64) -> Option<jiff::Timestamp> {
    let now: jiff::Timestamp = "2026-11-01T00:00:00Z".parse().expect("an instant");
    now.checked_sub(jiff::SignedDuration::from_hours(24 * days)).ok()
}

fn secret(n: usize) -> Secret {
    let tag = |key: &str, value: &str| Tag { key: key.to_owned(), value: value.to_owned() };
    let fails = n % 50 == 3;
    Secret {
        arn: arn(n),
        name: format!("prod/team-{}/service-{n}", n % 97),
        description: Some(format!("Credentials of service {n}")),
        kms_key_id: None,
        rotation_enabled: Some(true),
        rotation_lambda_arn: Some("arn:aws:lambda:eu-west-1:111122223333:function:rotate".to_owned()),
        rotation_rules: Some(RotationRules {
            automatically_after_days: Some(30),
            ..RotationRules::default()
        }),
        created: days_ago(400),
        last_changed: days_ago(10),
        last_rotated: days_ago(10),
        last_accessed: days_ago(1),
        deleted: None,
        next_rotation: days_ago(if fails { 30 } else { -20 }),
        tags: vec![tag("Owner", "payments"), tag("Environment", "production")],
        versions_to_stages: Default::default(),
        owning_service: None,
        primary_region: None,
        secret_type: None,
    }
}

fn versions(n: usize) -> SecretVersions {
    let age = if n % 50 == 3 { 120 } else { 10 };
    let version = |id: &str, stage: &str, age| Version {
        id: id.to_owned(),
        stages: vec![stage.to_owned()],
        created: days_ago(age),
        last_accessed: None,
        kms_key_ids: vec!["DefaultEncryptionKey".to_owned()],
    };
    SecretVersions {
        arn: arn(n),
        versions: vec![version("new", "AWSCURRENT", age), version("old", "AWSPREVIOUS", age + 30)],
    }
}

fn refusal(n: usize, account: &AccountId, region: &Region) -> Gap {
    Gap {
        call: "secretsmanager:ListSecretVersionIds".to_owned(),
        cause: GapCause::Refused,
        account: Some(account.clone()),
        region: Some(region.clone()),
        resource: Some(arn(n)),
        error: "AccessDeniedException".to_owned(),
        message: "not authorized".to_owned(),
        permission: Some("secretsmanager:ListSecretVersionIds".to_owned()),
    }
}
