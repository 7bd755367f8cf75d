//! Facts that are worked out from several answers, as tables of cases.

use secrets_auditor::model::GapCause;
use secrets_auditor::snapshot::records::{Key, KeyFacts, Replica, RotationRules, Secret, Version};
use secrets_auditor::tables::schema::Table;
use serde_json::{Value, json};

use crate::world::{
    ACCOUNT, HOME, World, arn, cell, day_ago, days_ago, in_days, key, key_arn, now, refused, replica,
    replication, row_of, secret, secret_in, tags, version,
};

const OTHER: &str = "us-east-1";

/// Facts of the only secret of a world.
fn facts<const N: usize>(world: &World, columns: [&str; N]) -> [Value; N] {
    let tables = world.tables();
    let secrets = tables.get(Table::Secrets).unwrap();
    let row = row_of(secrets, HOME, "a");
    columns.map(|column| cell(secrets, row, column))
}

fn fact(secret: Secret, column: &str) -> Value {
    World::with([secret]).fact("a", column)
}

#[test]
fn the_age_of_the_value_is_counted_from_awscurrent() {
    let cases: [(&str, Vec<Version>, Value, Value); 6] = [
        ("one version", vec![version("AWSCURRENT", 12)], json!(12), json!(true)),
        (
            "an older one beside it",
            vec![version("AWSPREVIOUS", 90), version("AWSCURRENT", 12)],
            json!(12),
            json!(true),
        ),
        (
            "a newer one is pending",
            vec![version("AWSPENDING", 1), version("AWSCURRENT", 12)],
            json!(12),
            json!(true),
        ),
        ("rolled back", vec![version("", 1), version("AWSCURRENT", 300)], json!(300), json!(true)),
        ("never set", vec![], json!(0), json!(false)),
        ("only labels of one's own", vec![version("BLUE", 5)], json!(0), json!(false)),
    ];
    for (what, versions, age, has_value) in cases {
        let mut world = World::with([secret("a")]);
        world.versions(versions);
        assert_eq!(facts(&world, ["value_age_days", "has_value"]), [age, has_value], "{what}");
    }
}

#[test]
fn days_are_whole_and_rounded_down() {
    let at = |instant: &str| {
        let mut world = World::with([secret("a")]);
        let current = Version { created: Some(instant.parse().unwrap()), ..version("AWSCURRENT", 0) };
        world.versions([current]);
        world.fact("a", "value_age_days")
    };
    assert_eq!(at("2026-11-01T06:00:00Z"), 0);
    assert_eq!(at("2026-10-31T06:00:01Z"), 0);
    assert_eq!(at("2026-10-31T06:00:00Z"), 1);
    assert_eq!(at("2025-11-01T06:00:00Z"), 365);
}

#[test]
fn a_version_without_its_date_is_malformed() {
    let mut world = World::with([secret("a")]);
    world.versions([Version { created: None, ..version("AWSCURRENT", 0) }]);
    assert_eq!(world.fact("a", "value_age_days"), Value::Null);
    assert_eq!(world.fact("a", "has_value"), true);
    let call = "secretsmanager:ListSecretVersionIds".to_owned();
    assert_eq!(world.gaps("a", "value_age_days"), [(call, GapCause::Malformed)]);
}

#[test]
fn pending_hours() {
    let cases: [(&str, Vec<Version>, i64, bool); 5] = [
        ("none", vec![version("AWSCURRENT", 5)], 0, false),
        ("begun two days ago", vec![version("AWSCURRENT", 5), version("AWSPENDING", 2)], 49, true),
        ("finished: the same version carries both", vec![version("AWSCURRENT AWSPENDING", 2)], 0, false),
        ("never had a value", vec![version("AWSPENDING", 1)], 25, true),
        (
            "on the previous one",
            vec![version("AWSCURRENT", 1), version("AWSPREVIOUS AWSPENDING", 3)],
            73,
            true,
        ),
    ];
    for (what, versions, hours, pending) in cases {
        let mut world = World::with([secret("a")]);
        world.versions(versions);
        let columns = ["pending_hours", "rotation_pending"];
        assert_eq!(facts(&world, columns), [json!(hours), json!(pending)], "{what}");
    }
}

#[test]
fn labels_are_counted() {
    let mut world = World::with([secret("a")]);
    world.versions([
        version("AWSCURRENT", 1),
        version("AWSPREVIOUS BLUE", 2),
        version("", 3),
        version("", 4),
    ]);
    assert_eq!(facts(&world, ["labelled_versions", "unlabelled_versions"]), [json!(2), json!(2)]);
}

#[test]
fn the_old_value_is_still_read() {
    let read = |version: Version, days: i64| Version { last_accessed: Some(day_ago(days)), ..version };
    let current = || version("AWSCURRENT", 10);
    let previous = || version("AWSPREVIOUS", 40);
    let cases: [(&str, Vec<Version>, i64); 6] = [
        ("never read", vec![current(), previous()], 0),
        ("read before the change", vec![current(), read(previous(), 20)], 0),
        ("read on the day of the change", vec![current(), read(previous(), 10)], 0),
        ("read three days later", vec![current(), read(previous(), 7)], 3),
        ("no previous one", vec![current()], 0),
        ("no current one", vec![read(previous(), 7)], 0),
    ];
    for (what, versions, days) in cases {
        let mut world = World::with([secret("a")]);
        world.versions(versions);
        assert_eq!(world.fact("a", "old_version_read_days"), days, "{what}");
    }
}

fn rotating(days: Option<i64>, expression: Option<&str>) -> Secret {
    Secret {
        rotation_enabled: Some(true),
        rotation_rules: Some(RotationRules {
            automatically_after_days: days,
            duration: None,
            schedule_expression: expression.map(str::to_owned),
        }),
        ..secret("a")
    }
}

#[test]
fn the_effective_interval_of_a_schedule() {
    let cases: [(Option<i64>, Option<&str>, Value, &str); 12] = [
        (None, None, json!(0.0), ""),
        (Some(30), None, json!(30.0), "rate(30 days)"),
        (Some(1), None, json!(1.0), "rate(1 day)"),
        (None, Some("rate(7 days)"), json!(7.0), "rate(7 days)"),
        (Some(999), Some("rate(7 days)"), json!(7.0), "rate(7 days)"),
        (None, Some("rate(12 hours)"), json!(0.5), "rate(12 hours)"),
        (None, Some("cron(0 8 1 1,7 ? *)"), json!(184.0), "cron(0 8 1 1,7 ? *)"),
        (None, Some("cron(0 0 1 * ? *)"), json!(31.0), "cron(0 0 1 * ? *)"),
        (None, Some("cron(0 0 29 2 ? *)"), json!(1461.0), "cron(0 0 29 2 ? *)"),
        (None, Some("cron(0 0 1 1 ? 2027)"), Value::Null, "cron(0 0 1 1 ? 2027)"),
        (None, Some("every full moon"), Value::Null, "every full moon"),
        (None, Some("cron(0 0 32 1 ? *)"), Value::Null, "cron(0 0 32 1 ? *)"),
    ];
    for (days, expression, interval, schedule) in cases {
        let world = World::with([rotating(days, expression)]);
        let columns = ["effective_interval_days", "schedule"];
        assert_eq!(facts(&world, columns), [interval.clone(), json!(schedule)], "{days:?} {expression:?}");
        if interval == Value::Null {
            let call = "secretsmanager:ListSecrets".to_owned();
            assert_eq!(world.gaps("a", columns[0]), [(call, GapCause::Malformed)], "{expression:?}");
        }
    }
}

#[test]
fn a_schedule_that_is_none_leaves_the_rest_of_the_inventory_known() {
    let world = World::with([rotating(None, Some("every full moon"))]);
    assert_eq!(
        facts(&world, ["rotation_enabled", "rotation_configured", "pending_deletion"]),
        [json!(true), json!(true), json!(false)]
    );
}

#[test]
fn rotation_on_off_cancelled_and_managed() {
    let function = Some("arn:aws:lambda:eu-west-1:111122223333:function:rotate".to_owned());
    let rules = rotating(Some(30), None).rotation_rules;
    let columns = ["rotation_enabled", "rotation_configured", "managed_rotation"];
    let cases = [
        ("never set up", secret("a"), [false, false, false]),
        (
            "on",
            Secret { rotation_lambda_arn: function.clone(), ..rotating(Some(30), None) },
            [true, true, false],
        ),
        (
            "cancelled keeps its rules",
            Secret { rotation_enabled: Some(false), rotation_rules: rules, ..secret("a") },
            [false, true, false],
        ),
        ("rotated by its service", rotating(Some(7), None), [true, true, true]),
        (
            "switched off, with empty rules",
            Secret {
                rotation_enabled: Some(false),
                rotation_rules: Some(RotationRules::default()),
                ..secret("a")
            },
            [false, false, false],
        ),
    ];
    for (what, secret, expected) in cases {
        assert_eq!(facts(&World::with([secret]), columns), expected.map(Value::from), "{what}");
    }
}

#[test]
fn days_overdue() {
    let due = |instant| Secret { next_rotation: Some(instant), ..rotating(Some(30), None) };
    let cases = [
        ("rotation is off", secret("a"), 100, 0),
        ("the date lies ahead", due(in_days(3)), 100, 0),
        ("the date lies behind", due(days_ago(8)), 38, 8),
        ("AWS names a date, so the age does not count", due(in_days(1)), 300, 0),
        ("no date, younger than the schedule", rotating(Some(30), None), 29, 0),
        ("no date, as old as the schedule", rotating(Some(30), None), 30, 0),
        ("no date, older than the schedule", rotating(Some(30), None), 45, 15),
        ("no date, half a day", rotating(None, Some("rate(12 hours)")), 1, 1),
        ("no date and no schedule", rotating(None, None), 300, 0),
        ("off, with a date in the past", Secret { rotation_enabled: Some(false), ..due(days_ago(8)) }, 38, 0),
    ];
    for (what, secret, age, days) in cases {
        let mut world = World::with([secret]);
        world.versions([version("AWSCURRENT", age)]);
        assert_eq!(world.fact("a", "days_overdue"), days, "{what}");
    }
}

#[test]
fn days_since_rotation_count_from_the_creation_where_there_was_none() {
    let never = secret("a");
    let once = Secret { last_rotated: Some(days_ago(9)), ..secret("a") };
    let columns = ["ever_rotated", "days_since_rotation"];
    assert_eq!(facts(&World::with([never]), columns), [json!(false), json!(400)]);
    assert_eq!(facts(&World::with([once]), columns), [json!(true), json!(9)]);
}

fn under(name: Option<&str>) -> Secret {
    Secret { kms_key_id: name.map(str::to_owned), ..secret("a") }
}

#[test]
fn every_form_of_a_keys_name_means_the_key() {
    let arn_of_k = key_arn(ACCOUNT, "k");
    let alias_arn = format!("arn:aws:kms:{HOME}:{ACCOUNT}:alias/k");
    let default_alias_arn = format!("arn:aws:kms:{HOME}:{ACCOUNT}:alias/aws/secretsmanager");
    let default_arn = key_arn(ACCOUNT, "d");
    let cases = [
        (Some("k"), false, arn_of_k.as_str()),
        (Some(arn_of_k.as_str()), false, arn_of_k.as_str()),
        (Some("alias/k"), false, arn_of_k.as_str()),
        (Some(alias_arn.as_str()), false, arn_of_k.as_str()),
        (None, true, ""),
        (Some("alias/aws/secretsmanager"), true, ""),
        (Some(default_alias_arn.as_str()), true, ""),
        (Some("DefaultEncryptionKey"), true, ""),
        (Some("d"), true, ""),
        (Some(default_arn.as_str()), true, ""),
    ];
    for (name, default, arn) in cases {
        let mut world = World::with([under(name)]);
        let mut aws = key("d", "Enabled");
        aws.facts.as_mut().unwrap().manager = "AWS".to_owned();
        world.key(key("k", "Enabled")).key(aws);
        let columns =
            ["default_key", "key_arn", "key_account", "value_key_usable", "versions_under_other_key"];
        let expected = [json!(default), json!(arn), json!(ACCOUNT), json!(true), json!(0)];
        assert_eq!(facts(&world, columns), expected, "{name:?}");
    }
}

#[test]
fn the_state_of_the_key_of_the_value() {
    let columns =
        ["value_key_usable", "value_key_disabled", "value_key_pending_deletion", "value_key_missing"];
    let cases = [
        ("Enabled", [true, false, false, false]),
        ("Updating", [true, false, false, false]),
        ("Disabled", [false, true, false, false]),
        ("PendingImport", [false, true, false, false]),
        ("Unavailable", [false, true, false, false]),
        ("PendingDeletion", [false, false, true, false]),
        ("PendingReplicaDeletion", [false, false, true, false]),
    ];
    for (state, expected) in cases {
        let mut world = World::with([under(Some("k"))]);
        world.key(key("k", state));
        assert_eq!(facts(&world, columns), expected.map(Value::from), "{state}");
    }
    let mut world = World::with([under(Some("k"))]);
    world.key(Key { facts: None, ..key("k", "") });
    assert_eq!(facts(&world, columns), [false, false, false, true].map(Value::from));
    assert_eq!(
        facts(&world, ["default_key", "key_arn", "key_account"]),
        [json!(false), json!(""), json!(ACCOUNT)]
    );
}

#[test]
fn a_key_of_another_account_is_known_by_its_arn_even_where_kms_refuses() {
    let foreign = key_arn("999988887777", "f");
    let mut world = World::with([under(Some(&foreign))]);
    world.home().keys.gaps = vec![refused("kms:DescribeKey", Some(&foreign))];
    assert_eq!(facts(&world, ["key_arn", "key_account"]), [json!(foreign), json!("999988887777")]);
    // Nobody can use another account's `aws/secretsmanager`.
    assert_eq!(facts(&world, ["default_key", "value_key_usable"]), [json!(false), Value::Null]);
    let call = "kms:DescribeKey".to_owned();
    assert_eq!(world.gaps("a", "value_key_usable"), [(call, GapCause::Refused)]);

    let alias = "arn:aws:kms:eu-west-1:999988887777:alias/f";
    let mut world = World::with([under(Some(alias))]);
    world.home().keys.gaps = vec![refused("kms:DescribeKey", Some(alias))];
    assert_eq!(facts(&world, ["key_arn", "key_account"]), [Value::Null, json!("999988887777")]);

    let mut described = key("f", "Enabled");
    described.named = vec![foreign.clone()];
    described.facts = Some(KeyFacts {
        arn: foreign.clone(),
        account: "999988887777".to_owned(),
        ..described.facts.unwrap()
    });
    let mut world = World::with([under(Some(&foreign))]);
    world.key(described);
    assert_eq!(
        facts(&world, ["key_arn", "key_account", "value_key_usable", "default_key"]),
        [json!(foreign), json!("999988887777"), json!(true), json!(false)]
    );
}

#[test]
fn one_usable_key_of_the_value_is_enough() {
    let columns =
        ["value_key_usable", "value_key_disabled", "value_key_pending_deletion", "value_key_missing"];
    let (yes, no, unknown) = (json!(true), json!(false), Value::Null);
    let cases = [
        (vec!["good", "disabled"], [&yes, &yes, &no, &no]),
        (vec!["good", "gone"], [&yes, &no, &no, &yes]),
        (vec!["good", "dying"], [&yes, &no, &yes, &no]),
        (vec!["good", "hidden"], [&yes, &unknown, &unknown, &unknown]),
        (vec!["disabled", "hidden"], [&unknown, &yes, &unknown, &unknown]),
        (vec!["disabled", "gone"], [&no, &yes, &no, &yes]),
        (vec!["DefaultEncryptionKey", "gone"], [&yes, &no, &no, &yes]),
        // Where AWS names no key of a version, it is the secret's own.
        (vec![], [&yes, &no, &no, &no]),
    ];
    for (names, expected) in cases {
        let mut world = World::with([under(Some("good"))]);
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        let what = format!("{names:?}");
        world.versions([Version { kms_key_ids: names, ..version("AWSCURRENT", 1) }]);
        world
            .key(key("good", "Enabled"))
            .key(key("disabled", "Disabled"))
            .key(key("dying", "PendingDeletion"));
        world.key(Key { facts: None, ..key("gone", "") });
        world.home().keys.gaps = vec![refused("kms:DescribeKey", Some("hidden"))];
        assert_eq!(facts(&world, columns), expected.map(Clone::clone), "{what}");
    }
}

#[test]
fn the_day_on_which_a_value_becomes_unreadable() {
    let dying = |id: &str, days: i64| {
        let mut key = key(id, "PendingDeletion");
        key.facts.as_mut().unwrap().deletion = Some(in_days(days));
        key
    };
    let mut world = World::with([under(Some("k"))]);
    let current = Version { kms_key_ids: vec!["k".to_owned(), "l".to_owned()], ..version("AWSCURRENT", 1) };
    world.versions([current]).key(dying("k", 5)).key(dying("l", 12));
    let columns = ["days_until_unreadable", "unreadable_on"];
    assert_eq!(facts(&world, columns), [json!(12), json!("2026-11-13")], "the last key counts");
    let mut world = World::with([under(Some("k"))]);
    world.key(key("k", "Enabled"));
    assert_eq!(facts(&world, columns), [json!(0), json!("")]);
}

#[test]
fn versions_under_keys_that_are_not_the_secrets() {
    let by = |stages: &str, names: &[&str]| Version {
        kms_key_ids: names.iter().map(|name| (*name).to_owned()).collect(),
        ..version(stages, 1)
    };
    let cases = [
        ("its own, in another form", vec![by("AWSCURRENT", &["alias/k"])], json!(0)),
        ("another", vec![by("AWSCURRENT", &["k"]), by("AWSPREVIOUS", &["old"])], json!(1)),
        ("both", vec![by("AWSCURRENT", &["old", "k"])], json!(0)),
        ("the default", vec![by("AWSCURRENT", &["DefaultEncryptionKey"])], json!(1)),
        ("one without a label does not count", vec![by("AWSCURRENT", &["k"]), by("", &["old"])], json!(0)),
        ("one that cannot be described", vec![by("AWSCURRENT", &["hidden"])], Value::Null),
        ("its own and one that cannot be described", vec![by("AWSCURRENT", &["k", "hidden"])], json!(0)),
    ];
    for (what, versions, expected) in cases {
        let mut world = World::with([under(Some("k"))]);
        world.versions(versions).key(key("k", "Enabled")).key(key("old", "Enabled"));
        world.home().keys.gaps = vec![refused("kms:DescribeKey", Some("hidden"))];
        assert_eq!(world.fact("a", "versions_under_other_key"), expected, "{what}");
    }
}

fn replicated(replicas: impl IntoIterator<Item = Replica>) -> World {
    let mut world = World::with([Secret { primary_region: Some(HOME.to_owned()), ..secret("a") }]);
    world.home().replication.records.push(replication("a", replicas));
    world
}

#[test]
fn replicas_are_counted_and_their_failures_told() {
    let failed = |region: &str, message: Option<&str>| Replica {
        status: Some("Failed".to_owned()),
        status_message: message.map(str::to_owned),
        ..replica(region)
    };
    let world = replicated([
        replica("us-east-1"),
        failed("eu-west-2", Some("name is taken")),
        failed("ap-south-1", None),
    ]);
    let columns = ["replica_count", "replica_regions", "failed_replicas", "replica_failure"];
    assert_eq!(
        facts(&world, columns),
        [
            json!(3),
            json!("ap-south-1,eu-west-2,us-east-1"),
            json!(2),
            json!("eu-west-2: name is taken; ap-south-1")
        ]
    );
    let none = [json!(0), json!(""), json!(0), json!("")];
    assert_eq!(facts(&World::with([secret("a")]), columns), none, "a secret that is not replicated");
}

#[test]
fn replicas_under_the_default_key() {
    let by = |name: Option<&str>| Replica { kms_key_id: name.map(str::to_owned), ..replica(OTHER) };
    let cases = [
        ("none named", by(None), json!(1)),
        ("named by its alias", by(Some("alias/aws/secretsmanager")), json!(1)),
        ("a customer key", by(Some("k")), json!(0)),
        ("AWS's key by its id", by(Some("d")), json!(1)),
        ("a key that cannot be described", by(Some("hidden")), Value::Null),
    ];
    for (what, replica, expected) in cases {
        let mut world = replicated([replica]);
        let there = world.region(ACCOUNT, OTHER);
        let mut aws = key("d", "Enabled");
        aws.facts.as_mut().unwrap().manager = "AWS".to_owned();
        there.keys.records = vec![key("k", "Enabled"), aws];
        there.keys.gaps = vec![refused("kms:DescribeKey", Some("hidden"))];
        assert_eq!(world.fact("a", "replicas_under_default_key"), expected, "{what}");
    }
    let elsewhere = replicated([Replica { kms_key_id: Some("k".to_owned()), ..replica("sa-east-1") }]);
    assert_eq!(elsewhere.fact("a", "replicas_under_default_key"), Value::Null, "its Region was not audited");
    let call = "kms:DescribeKey".to_owned();
    assert_eq!(elsewhere.gaps("a", "replicas_under_default_key"), [(call, GapCause::NotCollected)]);
}

/// A replica in another Region whose primary is, or was, at home.
fn replica_secret() -> Secret {
    Secret { primary_region: Some(HOME.to_owned()), ..secret_in(OTHER, "a") }
}

#[test]
fn orphans() {
    let with_primary = |primary: Option<Secret>| {
        let mut world = World::new();
        world.add(OTHER, replica_secret());
        primary.into_iter().for_each(|secret| world.add(HOME, secret));
        world
    };
    let primary = || Secret { primary_region: Some(HOME.to_owned()), ..secret("a") };
    let orphan = |world: &World| world.fact_in(OTHER, "a", "orphan_replica");
    assert_eq!(orphan(&with_primary(Some(primary()))), false);
    assert_eq!(orphan(&with_primary(None)), true, "gone");
    let anew = Secret { arn: arn(HOME, "a").replace("AbCdEf", "ZyXwVu"), ..secret("a") };
    assert_eq!(orphan(&with_primary(Some(anew))), true, "another secret of that name");
    let mut narrowed = with_primary(None);
    narrowed.snapshot.manifest.selection = vec!["tag:Owner=x".to_owned()];
    assert_eq!(orphan(&narrowed), Value::Null, "the primary may not have been selected");
    let mut elsewhere = World::new();
    elsewhere.add(OTHER, Secret { primary_region: Some("sa-east-1".to_owned()), ..secret_in(OTHER, "a") });
    assert_eq!(orphan(&elsewhere), Value::Null, "the primary's Region was not audited");
    let columns = ["is_replica", "customer_secret", "primary_region"];
    let there = with_primary(None);
    assert_eq!(
        columns.map(|column| there.fact_in(OTHER, "a", column)),
        [json!(true), json!(false), json!(HOME)]
    );
}

#[test]
fn idle_days() {
    let read = |days: i64| Secret { last_accessed: Some(day_ago(days)), ..secret("a") };
    let columns = ["ever_read", "idle_days"];
    assert_eq!(facts(&World::with([secret("a")]), columns), [json!(false), json!(400)], "never read");
    assert_eq!(facts(&World::with([read(3)]), columns), [json!(true), json!(3)]);
    assert_eq!(facts(&World::with([read(0)]), columns), [json!(true), json!(0)]);
    let ahead = Secret { last_accessed: Some(in_days(1)), ..secret("a") };
    assert_eq!(facts(&World::with([ahead]), columns), [json!(true), json!(0)], "a clock that is ahead");
}

#[test]
fn a_read_in_any_region_counts_in_all() {
    let mut world = World::new();
    let primary =
        Secret { primary_region: Some(HOME.to_owned()), last_accessed: Some(day_ago(90)), ..secret("a") };
    world.add(HOME, primary);
    world.add(OTHER, Secret { last_accessed: Some(day_ago(20)), ..replica_secret() });
    let third = Replica { last_accessed: Some(day_ago(5)), ..replica("sa-east-1") };
    world.home().replication.records.push(replication("a", [replica(OTHER), third]));
    assert_eq!(world.fact("a", "idle_days"), 5, "a Region that only the primary speaks of");
    assert_eq!(world.fact_in(OTHER, "a", "idle_days"), 5, "the replica knows by its primary");
    let record = &mut world.home().replication.records[0];
    record.replicas.pop();
    assert_eq!(world.fact("a", "idle_days"), 20, "the replica's own entry");
    world.home().replication.records.clear();
    world.home().replication.gaps = vec![refused("secretsmanager:DescribeSecret", Some(&arn(HOME, "a")))];
    assert_eq!(facts(&world, ["ever_read", "idle_days"]), [json!(true), Value::Null], "read, but when last?");
    let call = "secretsmanager:DescribeSecret".to_owned();
    assert_eq!(world.gaps("a", "idle_days"), [(call, GapCause::Refused)]);
}

#[test]
fn a_replica_without_its_primary_knows_its_own_reads_only() {
    let mut world = World::new();
    world.home().secrets.gaps = vec![refused("secretsmanager:ListSecrets", None)];
    world.add(OTHER, replica_secret());
    let columns = ["ever_read", "idle_days"];
    assert_eq!(columns.map(|column| world.fact_in(OTHER, "a", column)), [Value::Null, Value::Null]);
    world.region(ACCOUNT, OTHER).secrets.records[0].last_accessed = Some(day_ago(2));
    assert_eq!(columns.map(|column| world.fact_in(OTHER, "a", column)), [json!(true), Value::Null]);
}

#[test]
fn reads_of_a_rotating_secret_may_be_its_functions() {
    let world = World::with([Secret { last_accessed: Some(day_ago(3)), ..rotating(Some(30), None) }]);
    assert_eq!(facts(&world, ["ever_read", "idle_days"]), [Value::Null, Value::Null]);
    let call = "cloudtrail:LookupEvents".to_owned();
    assert_eq!(world.gaps("a", "idle_days"), [(call, GapCause::NotCarried)]);
    let never = World::with([rotating(Some(30), None)]);
    assert_eq!(
        facts(&never, ["ever_read", "idle_days"]),
        [json!(false), json!(400)],
        "not even by its function"
    );
    let mut copy = World::new();
    copy.add(HOME, Secret { primary_region: Some(HOME.to_owned()), ..rotating(Some(30), None) });
    copy.home().replication.records.push(replication("a", [replica(OTHER)]));
    copy.add(OTHER, Secret { last_accessed: Some(day_ago(3)), ..replica_secret() });
    assert_eq!(copy.fact_in(OTHER, "a", "idle_days"), Value::Null, "a replica rotates with its primary");
}

#[test]
fn owned_by_a_service() {
    let by_field = Secret { owning_service: Some("rds".to_owned()), ..secret("a") };
    let by_tag = Secret { tags: tags(&[("aws:secretsmanager:owningService", "rds")]), ..secret("a") };
    let columns = ["owning_service", "service_owned", "customer_secret"];
    for owned in [by_field, by_tag] {
        assert_eq!(facts(&World::with([owned]), columns), [json!("rds"), json!(true), json!(false)]);
    }
    let own = Secret { tags: tags(&[("owningService", "payments")]), ..secret("a") };
    assert_eq!(facts(&World::with([own]), columns), [json!(""), json!(false), json!(true)]);
    let deleted = Secret { deleted: Some(days_ago(4)), ..secret("a") };
    let columns = ["pending_deletion", "days_since_deletion", "customer_secret"];
    assert_eq!(facts(&World::with([deleted]), columns), [json!(true), json!(4), json!(false)]);
}

#[test]
fn tags_of_aws_do_not_count() {
    let tagged = tags(&[("Owner", "x"), ("aws:cloudformation:stack-name", "y"), ("Empty", "")]);
    assert_eq!(fact(Secret { tags: tagged, ..secret("a") }, "tag_count"), 2);
}

#[test]
fn production_by_name_or_tag_in_any_letter_case() {
    let named = |name: &str, pairs: &[(&str, &str)]| {
        let secret = Secret { name: name.to_owned(), arn: arn(HOME, name), tags: tags(pairs), ..secret("a") };
        let world = World::with([secret]);
        ["production", "name_environment", "tag_environment"].map(|column| world.fact(name, column))
    };
    let cases: [(&str, &[(&str, &str)], bool, &str, &str); 10] = [
        ("prod/db", &[], true, "production", ""),
        ("PROD-db", &[], true, "production", ""),
        ("db.Production", &[], true, "production", ""),
        ("product/db", &[], false, "", ""),
        ("db", &[("Environment", "prd")], true, "", "production"),
        ("db", &[("ENVIRONMENT", " Prod ")], true, "", "production"),
        ("db", &[("env", "production")], true, "", "production"),
        ("db", &[("Stage", "production")], false, "", ""),
        ("dev/db", &[("Environment", "blue")], false, "development", "blue"),
        ("staging/db", &[("Environment", "prod")], true, "staging", "production"),
    ];
    for (name, pairs, production, by_name, by_tag) in cases {
        assert_eq!(
            named(name, pairs),
            [json!(production), json!(by_name), json!(by_tag)],
            "{name} {pairs:?}"
        );
    }
}

#[test]
fn sensitive_by_classification() {
    let cases: [(&[(&str, &str)], bool); 5] = [
        (&[], false),
        (&[("Classification", "Restricted")], true),
        (&[("classification", " confidential ")], true),
        (&[("Classification", "public")], false),
        (&[("Class", "restricted")], false),
    ];
    for (pairs, sensitive) in cases {
        assert_eq!(fact(Secret { tags: tags(pairs), ..secret("a") }, "sensitive"), sensitive, "{pairs:?}");
    }
}

#[test]
fn class_by_tag_then_owner_then_function_then_name() {
    let named = |name: &str, change: &dyn Fn(&mut Secret)| {
        let mut secret = Secret { name: name.to_owned(), arn: arn(HOME, name), ..secret("a") };
        change(&mut secret);
        World::with([secret]).fact(name, "class")
    };
    let function = |secret: &mut Secret| {
        secret.rotation_lambda_arn = Some(format!("arn:aws:lambda:{HOME}:{ACCOUNT}:function:rotate-mysql"));
    };
    assert_eq!(named("prod/stripe-api-key", &|_| {}), "api-key");
    assert_eq!(named("prod/stripe-api-key", &function), "database");
    assert_eq!(
        named("prod/stripe-api-key", &|secret| secret.owning_service = Some("redshift".to_owned())),
        "database"
    );
    assert_eq!(named("prod/db", &|secret| secret.tags = tags(&[("Class", "certificate")])), "certificate");
    assert_eq!(named("prod/db", &|secret| secret.tags = tags(&[("Class", "unheard of")])), "database");
    assert_eq!(named("prod/thing", &|_| {}), "other");
}

#[test]
fn names_that_collide_with_another_arn() {
    let longer = "a-AbCdEf";
    let world = World::with([secret("a"), secret(longer)]);
    // One finding for one thing to mend: the name that ends like the other's ARN.
    assert_eq!(world.fact("a", "collides_with"), "");
    assert_eq!(world.fact(longer, "collides_with"), "a");
    assert_eq!(world.fact(longer, "name_ends_like_suffix"), true);
    let apart = World::with([secret("a"), secret("a-ZyXwVu")]);
    assert_eq!(apart.fact("a", "collides_with"), "");
}

#[test]
fn styles_of_names_by_account() {
    let names = ["prod/pay-db", "prod/order-db", "prod/ship_db", "plain"];
    let world = World::with(names.map(secret));
    let columns = ["secrets", "names_judged", "main_style", "other_style_share", "other_style_examples"];
    let expected = [json!(4), json!(3), json!("kebab-case"), json!(1.0 / 3.0), json!("prod/ship_db")];
    assert_eq!(columns.map(|column| world.cell(Table::Accounts, column)), expected);
    let empty = [json!(0), json!(0), json!(""), json!(0.0), json!("")];
    assert_eq!(columns.map(|column| World::new().cell(Table::Accounts, column)), empty);
}

#[test]
fn keys_are_rows_for_the_secrets_that_name_them() {
    let mut world =
        World::with([under(Some("k")), Secret { kms_key_id: Some("alias/k".to_owned()), ..secret("b") }]);
    world.key(key("k", "Enabled")).key(key("unused", "Enabled"));
    let tables = world.tables();
    let keys = tables.get(Table::Keys).unwrap();
    assert_eq!(keys.rows.len(), 1, "one row, whatever the forms; none for a key that no secret names");
    assert_eq!(cell(keys, 0, "secrets"), 2);
    assert_eq!(cell(keys, 0, "name"), "alias/k");
    let mut imported = key("k", "Enabled");
    imported.facts.as_mut().unwrap().origin = Some("EXTERNAL".to_owned());
    imported.rotation = None;
    let mut world = World::with([under(Some("k"))]);
    world.key(imported);
    assert_eq!(world.cell(Table::Keys, "can_rotate"), false);
    assert_eq!(
        world.cell(Table::Keys, "rotation_enabled"),
        false,
        "what cannot rotate is a value, not a gap"
    );
}

#[test]
fn hours_since_a_trail_delivered() {
    let hours = |last: Option<i64>, started: Option<i64>| {
        let mut world = World::new();
        let mut trail = crate::world::trail("audit");
        let status = trail.status.as_mut().unwrap();
        status.last_delivery = last.map(|hours| now() - jiff::SignedDuration::from_hours(hours));
        status.started = started.map(|hours| now() - jiff::SignedDuration::from_hours(hours));
        world.home().trails.records.push(trail);
        world.cell(Table::Trails, "hours_since_delivery")
    };
    assert_eq!(hours(Some(3), Some(900)), 3);
    assert_eq!(hours(None, Some(5)), 5);
    assert_eq!(hours(None, None), 0);
    assert_eq!(hours(Some(-2), None), 0, "a clock that is ahead");
}
