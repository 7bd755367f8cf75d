//! Ways to pay less: what is found, how sure it is, and what is not claimed.

use secrets_auditor::model::{CostReport, Saving, SavingConfidence, SavingKind};
use secrets_auditor::snapshot::records::{AccessGroup, ResourcePolicy, RotationRules, Secret};

use super::{cost, dollars};
use crate::world::{
    ACCOUNT, HOME, World, arn, change, day_ago, days_ago, in_days, key, now, reads, refused, replica,
    replication, secret, secret_in, shown, tags,
};

const API: &str = "arn:aws:iam::111122223333:role/api";
const ROTATOR: &str = "arn:aws:iam::111122223333:role/rotator";

/// Kind, confidence, name, what it saves by itself, and on top of the others.
fn found(report: &CostReport) -> Vec<String> {
    let line = |saving: &Saving| {
        let (kind, confidence) = (saving.kind.as_str(), saving.confidence.as_str());
        format!("{confidence} {kind} {}: {} {}", saving.name, saving.gross, saving.net)
    };
    report.savings.list.iter().map(line).collect()
}

fn of_kind(report: &CostReport, kind: SavingKind) -> Vec<&Saving> {
    report.savings.list.iter().filter(|saving| saving.kind == kind).collect()
}

/// Reads of a secret on each of the last days, so many a day.
fn busy(name: &str, principal: &str, days: std::ops::Range<i64>, a_day: u64) -> AccessGroup {
    let days: Vec<i64> = days.collect();
    let mut group = reads(&arn(HOME, name), principal, &days);
    group.count = a_day * days.len() as u64;
    group.hours.values_mut().for_each(|count| *count = a_day);
    group
}

fn in_use(name: &str) -> Secret {
    Secret { last_accessed: Some(day_ago(1)), ..secret(name) }
}

#[test]
fn a_secret_that_nobody_reads_is_proven_only_where_all_was_seen() {
    let unread = |world: World| {
        let report = cost(&world);
        of_kind(&report, SavingKind::UnusedSecret).first().map(|saving| saving.confidence)
    };
    let mut world = World::with([secret("a")]);
    assert_eq!(unread(world.clone()), Some(SavingConfidence::Proven));

    let mut refused_once = world.clone();
    let mut group = reads(&arn(HOME, "a"), API, &[3]);
    group.outcome = secrets_auditor::model::Outcome::Refused;
    refused_once.home().accesses.records = vec![group];
    assert_eq!(unread(refused_once), Some(SavingConfidence::Possible), "somebody wants it");

    world.home().coverage.records = vec![shown(30)];
    assert_eq!(unread(world), Some(SavingConfidence::Likely), "the trail shows a part of the window");

    let mut read = World::with([secret("a")]);
    read.home().accesses.records = vec![reads(&arn(HOME, "a"), API, &[10])];
    assert_eq!(unread(read), None, "read");

    let day_89 = Secret { created: Some(days_ago(89)), ..secret("a") };
    assert_eq!(unread(World::with([day_89])), None, "younger than the window");
    let day_90 = Secret { created: Some(days_ago(90)), ..secret("a") };
    assert_eq!(unread(World::with([day_90])), Some(SavingConfidence::Proven));
    assert_eq!(unread(World::with([in_use("a")])), None, "AWS keeps a day on which it was read");

    let deleted = Secret { deleted: Some(days_ago(1)), ..secret("a") };
    assert_eq!(unread(World::with([deleted])), None, "it costs nothing any more");
    let of_rds = Secret { owning_service: Some("rds".to_owned()), ..secret("rds!a") };
    assert_eq!(unread(World::with([of_rds])), None, "its service needs it");
}

fn rotating(name: &str) -> Secret {
    Secret {
        rotation_enabled: Some(true),
        rotation_lambda_arn: Some(format!("arn:aws:lambda:{HOME}:{ACCOUNT}:function:rotate")),
        rotation_rules: Some(RotationRules {
            automatically_after_days: Some(30),
            duration: None,
            schedule_expression: None,
        }),
        last_rotated: Some(days_ago(5)),
        last_accessed: Some(day_ago(5)),
        ..secret(name)
    }
}

#[test]
fn use_that_cannot_be_told_from_rotation_is_not_judged() {
    let mut world = World::with([rotating("a")]);
    world.home().coverage.records.clear();
    let report = cost(&world);
    assert_eq!(found(&report), [""; 0]);
    let left: Vec<String> = report
        .savings
        .not_judged
        .iter()
        .map(|left| format!("{}: {}", left.kind.as_str(), left.why))
        .collect();
    assert_eq!(
        left,
        [
            "unused-secret: 1 secret, of which it is not known when somebody last read them",
            "chatty-reader: 1 secret that no trail shows",
        ]
    );
}

#[test]
fn a_primary_goes_with_its_replicas() {
    let mut world = World::with([secret("a")]);
    world.home().replication.records = vec![replication("a", [replica("us-east-1")])];
    let there = Secret { primary_region: Some(HOME.to_owned()), ..secret_in("us-east-1", "a") };
    world.add("us-east-1", there);
    let report = cost(&world);
    assert_eq!(found(&report), ["proven unused-secret a: 0.80 0.80"]);
    assert_eq!(
        report.savings.list[0].commands,
        [
            format!(
                "aws secretsmanager remove-regions-from-replication --region {HOME} --secret-id {} \
                 --remove-replica-regions us-east-1",
                arn(HOME, "a")
            ),
            format!(
                "aws secretsmanager delete-secret --region {HOME} --secret-id {} --recovery-window-in-days 30",
                arn(HOME, "a")
            ),
        ]
    );
}

#[test]
fn a_replica_is_unused_if_nobody_reads_it_where_it_is() {
    let mut world = World::with([in_use("dev/a")]);
    world.home().replication.records = vec![replication("dev/a", [replica("us-east-1")])];
    let there = Secret { primary_region: Some(HOME.to_owned()), ..secret_in("us-east-1", "dev/a") };
    world.add("us-east-1", there);
    let report = cost(&world);
    assert_eq!(found(&report), ["likely unused-replica dev/a in us-east-1: 0.40 0.40"]);
    assert!(report.savings.list[0].commands[0].contains(&arn(HOME, "dev/a")), "the primary is asked");

    let mut read = world.clone();
    read.region(ACCOUNT, "us-east-1").accesses.records = vec![reads(&arn("us-east-1", "dev/a"), API, &[3])];
    assert_eq!(found(&cost(&read)), [""; 0]);

    world.region(ACCOUNT, "us-east-1").coverage.records.clear();
    let report = cost(&world);
    assert_eq!(found(&report), [""; 0]);
    let why = "1 replica in Regions of which the trail shows fewer than 90 days";
    assert!(report.savings.not_judged.iter().any(|left| left.why == why), "{report:#?}");
}

#[test]
fn second_secrets_are_known_by_name_and_by_target() {
    let database = tags(&[("aws:rds:primaryDBInstanceArn", "arn:aws:rds:eu-west-1:111122223333:db:shop")]);
    let on = |name: &str, days| Secret {
        tags: database.clone(),
        last_accessed: Some(day_ago(days)),
        ..secret(name)
    };
    let mut world =
        World::with([in_use("shop/key"), in_use("shop/key-old"), on("shop/one", 1), on("shop/two", 40)]);
    for name in ["shop/key", "shop/key-old", "shop/one", "shop/two"] {
        world.home().accesses.records.push(reads(&arn(HOME, name), API, &[1]));
    }
    world.home().accesses.records[3].last = days_ago(40);
    world.home().accesses.records[3].first = days_ago(40);
    let report = cost(&world);
    let second: Vec<_> = of_kind(&report, SavingKind::DuplicateSecret)
        .into_iter()
        .map(|saving| (saving.confidence, saving.name.as_str()))
        .collect();
    assert_eq!(
        second,
        [(SavingConfidence::Likely, "shop/two"), (SavingConfidence::Possible, "shop/key-old")]
    );
}

#[test]
fn configuration_moves_to_parameter_store_only_where_it_can() {
    let cases = [
        ("shop/settings", in_use("shop/settings"), true),
        ("a word that means a secret", in_use("shop/settings-token"), false),
        ("a database", in_use("shop/database/config"), false),
        ("rotates", Secret { last_rotated: None, ..rotating("shop/settings") }, false),
        ("of a service", Secret { owning_service: Some("rds".to_owned()), ..in_use("shop/settings") }, false),
        (
            "classified",
            Secret { tags: tags(&[("Classification", "restricted")]), ..in_use("shop/settings") },
            false,
        ),
    ];
    for (what, secret, expected) in cases {
        let report = cost(&World::with([secret]));
        let proposed = of_kind(&report, SavingKind::ParameterStore);
        assert_eq!(!proposed.is_empty(), expected, "{what}");
        assert!(proposed.iter().all(|saving| saving.confidence == SavingConfidence::Possible), "{what}");
        assert!(proposed.iter().all(|saving| saving.warnings[0].contains("4 KB")), "{what}");
    }
    let mut world = World::with([in_use("shop/settings")]);
    world.home().policies.records = vec![ResourcePolicy {
        arn: arn(HOME, "shop/settings"),
        policy: Some(r#"{"Version": "2012-10-17", "Statement": []}"#.to_owned()),
    }];
    assert_eq!(of_kind(&cost(&world), SavingKind::ParameterStore).len(), 0, "a resource policy");
    world.home().policies.records.clear();
    world.home().policies.gaps =
        vec![refused("secretsmanager:GetResourcePolicy", Some(&arn(HOME, "shop/settings")))];
    let report = cost(&world);
    assert_eq!(
        of_kind(&report, SavingKind::ParameterStore).len(),
        0,
        "a resource policy that nobody could read"
    );
    let why = "1 secret whose rotation, replicas or resource policy are not known";
    assert!(report.savings.not_judged.iter().any(|left| left.why == why));
}

#[test]
fn secrets_of_the_same_readers_could_be_one() {
    let names = ["shop/one-token", "shop/two-token", "shop/three-token", "other/four-token"];
    let mut world = World::with(names.map(in_use));
    world.home().accesses.records = names.map(|name| reads(&arn(HOME, name), API, &[1, 2])).to_vec();
    world.home().accesses.records.push(reads(&arn(HOME, names[2]), ROTATOR, &[1]));
    let report = cost(&world);
    assert_eq!(found(&report), ["possible consolidation shop/ (2 secrets): 0.40 0.40"]);
    assert!(report.savings.list[0].evidence[0].contains("the same 1 reader of each"), "{report:#?}");
}

#[test]
fn a_chatty_reader_is_one_that_a_cache_would_quieten() {
    let mut world = World::with([in_use("a"), in_use("b")]);
    world.home().accesses.records = vec![busy("a", API, 0..90, 4_000), busy("b", API, 0..90, 40)];
    let report = cost(&world);
    let [saving] = of_kind(&report, SavingKind::ChattyReader)[..] else { panic!("{report:#?}") };
    // 121,667 calls in a month, of which a cache of one hour leaves 730.
    assert_eq!(saving.net, dollars("0.604685"));
    assert_eq!(
        saving.evidence,
        [
            format!("360000 calls in 90 days by {API} from 1 address: 4000 a day"),
            "a cache of one hour leaves 24 a day, if one process stands behind each address".to_owned(),
        ]
    );
    let mut many = world.clone();
    many.home().accesses.records[0].sources = (0..200).map(|host| format!("10.0.1.{host}")).collect();
    assert_eq!(
        of_kind(&cost(&many), SavingKind::ChattyReader).len(),
        0,
        "twenty a day from each of 200 hosts"
    );
}

#[test]
fn rotations_that_fail_again_and_again_cost_calls() {
    let mut world = World::with([rotating("a")]);
    let function = format!("arn:aws:lambda:{HOME}:{ACCOUNT}:function:rotate");
    world.home().functions.records = vec![
        serde_json::from_value(serde_json::json!({
            "arn": function, "facts": {"role": ROTATOR, "state": "Active"}
        }))
        .unwrap(),
    ];
    world.home().accesses.records = vec![busy("a", ROTATOR, 0..90, 24), busy("a", API, 0..2, 1)];
    let failed = (0..80).map(|day| change("RotationFailed", &arn(HOME, "a"), ROTATOR, day));
    world.home().lifecycle.records = failed.collect();
    let report = cost(&world);
    let [saving] = of_kind(&report, SavingKind::FailedRotation)[..] else { panic!("{report:#?}") };
    assert_eq!(saving.confidence, SavingConfidence::Proven);
    assert!(saving.evidence[0].starts_with("80 rotations failed in 90 days, and 3 were due"), "{saving:#?}");
    // 730 calls a month, of which 3 of 80 would have been needed.
    assert_eq!(saving.net, dollars("0.00351"));
}

fn under(name: &str, key: &str) -> Secret {
    Secret { kms_key_id: Some(key.to_owned()), ..in_use(name) }
}

#[test]
fn a_key_stands_idle_once_its_secrets_go() {
    let deleted = Secret { deleted: Some(days_ago(1)), ..under("gone", "k") };
    let mut world =
        World::with([deleted, under("live", "l"), Secret { last_accessed: None, ..under("unused", "u") }]);
    world.key(key("k", "Enabled")).key(key("l", "Enabled")).key(key("u", "Enabled"));
    let report = cost(&world);
    let idle: Vec<_> = of_kind(&report, SavingKind::IdleKey)
        .into_iter()
        .map(|saving| (saving.name.as_str(), saving.evidence[0].as_str(), saving.net))
        .collect();
    assert_eq!(
        idle,
        [
            ("alias/k", "used by 1 secret that is scheduled for deletion: gone", dollars("1.00")),
            ("alias/u", "used by 1 secret that another saving deletes: unused", dollars("1.00")),
        ]
    );
    let commands = &of_kind(&report, SavingKind::IdleKey)[0].commands;
    assert!(commands[0].contains("kms disable-key") && commands[1].contains("--pending-window-in-days 30"));

    let mut doomed = key("k", "PendingDeletion");
    doomed.facts.as_mut().unwrap().deletion = Some(in_days(7));
    let mut world = World::with([Secret { deleted: Some(now()), ..under("gone", "k") }]);
    world.key(doomed);
    assert_eq!(found(&cost(&world)), [""; 0], "it is free already");
}

#[test]
fn nothing_is_counted_twice() {
    let unused = |name: &str, key: &str| Secret { last_accessed: None, ..under(name, key) };
    let mut world = World::with([
        unused("dev/settings", "a"),
        under("dev/b", "b"),
        under("dev/c", "c"),
        in_use("dev/d-token"),
    ]);
    world.key(key("a", "Enabled")).key(key("b", "Enabled")).key(key("c", "Enabled"));
    world.home().accesses.records = vec![busy("dev/b", API, 0..90, 10_000)];
    let report = cost(&world);
    insta::assert_snapshot!(found(&report).join("\n"), @"
    proven unused-secret dev/settings: 0.40 0.40
    likely chatty-reader dev/b by api: 2.369686 2.369686
    possible idle-key alias/a: 1.00 1.00
    possible key-per-secret 3 keys of no owner: 2.00 1.00
    possible parameter-store dev/settings: 0.40 0
    ");
    let net = report.savings.net("USD");
    assert!(net <= report.monthly_total);
    // Three secrets and one key are left, and 730 calls of a reader with a cache.
    assert_eq!(report.monthly_total - net, dollars("2.20365"));
}
