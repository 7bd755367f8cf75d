//! NULL means "not known" and nothing else: what was answered is never NULL, and what is NULL says which call failed.

use std::collections::BTreeSet;

use proptest::prelude::*;
use secrets_auditor::model::{AccountId, Gap, GapCause, RegionState};
use secrets_auditor::snapshot::records::{
    Authorization, Credential, EventDataStore, Function, Key, RotationRules, Secret, Version,
};
use secrets_auditor::snapshot::{Collected, Inventory, Kind};
use secrets_auditor::tables::Tables;
use secrets_auditor::tables::schema::{ColumnInfo, Group, Table, TagColumn};
use serde_json::{Value, json};

use crate::world::{
    ACCOUNT, HOME, World, alarm, all_events, arn, cell, change, days_ago, event_rule, gaps, in_days, key,
    key_arn, log_group, log_group_arn, reads, refused, replica, replication, secret, secret_in, store, tags,
    trail, version,
};

const OTHER: &str = "us-east-1";

/// A secret with everything: a key, a replica, versions, rotation; its replica; a key; a trail.
fn everything() -> World {
    let primary = Secret {
        kms_key_id: Some("alias/k".to_owned()),
        primary_region: Some(HOME.to_owned()),
        tags: tags(&[("Owner", "payments")]),
        rotation_enabled: Some(true),
        rotation_rules: Some(RotationRules { automatically_after_days: Some(30), ..Default::default() }),
        last_rotated: Some(days_ago(10)),
        ..secret("a")
    };
    let copy = Secret { primary_region: Some(HOME.to_owned()), ..secret_in(OTHER, "a") };
    let mut world = World::with([primary]);
    let under_key = |version| Version { kms_key_ids: vec![key_arn(ACCOUNT, "k")], ..version };
    world.versions([under_key(version("AWSCURRENT", 10)), under_key(version("AWSPREVIOUS", 40))]);
    world.add(OTHER, copy);
    world.key(key("k", "Enabled"));
    let home = world.home();
    home.replication.records.push(replication("a", [replica(OTHER)]));
    home.trails.records.push(trail("audit"));
    monitoring(&mut world);
    principals(&mut world);
    recorded(&mut world);
    world
}

/// The user reads the secret, and the role changes it.
fn recorded(world: &mut World) {
    let home = world.home();
    home.accesses.records = vec![reads(&arn(HOME, "a"), ROLE, &[10]), reads(&arn(HOME, "a"), USER, &[5, 40])];
    home.lifecycle.records = vec![change("PutSecretValue", &arn(HOME, "a"), ROLE, 10)];
}

const USER: &str = "arn:aws:iam::111122223333:user/u";

/// A trail that records reads into a log group with a filter, a store that rests, an event rule for something else.
fn monitoring(world: &mut World) {
    let home = world.home();
    home.trails.records[0].log_group = Some(log_group_arn(ACCOUNT, HOME, "trail"));
    home.trails.records[0].selectors = Some(all_events());
    home.event_data_stores.records =
        vec![EventDataStore { status: Some("STOPPED_INGESTION".to_owned()), ..store("lake") }];
    home.event_rules.records = vec![event_rule("instances", json!({"source": ["aws.ec2"]}))];
    home.metric_filters.records = vec![log_group("trail", [("logins", "{ $.eventName = ConsoleLogin }")])];
    home.alarms.records = vec![alarm("logins")];
}

const ROLE: &str = "arn:aws:iam::111122223333:role/rotates";

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:rotates";

/// A role that rotates the secret and that the secret's policy names, its function, a user with a key.
fn principals(world: &mut World) {
    let everything = json!({
        "Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
    });
    let authorization: Authorization = serde_json::from_value(json!({
        "users": [{"arn": "arn:aws:iam::111122223333:user/u", "id": "AIDA1", "name": "u"}],
        "groups": [],
        "roles": [{
            "arn": ROLE, "id": "AROA1", "name": "rotates",
            "inline": [{"name": "all", "document": everything.to_string()}],
        }],
        "policies": [],
    }))
    .unwrap();
    let credential: Credential = serde_json::from_value(json!({
        "arn": "arn:aws:iam::111122223333:user/u", "user": "u", "password": true, "mfa": false,
        "keys": [{"active": true, "created": "2026-01-01T00:00:00Z"}],
    }))
    .unwrap();
    let function: Function = serde_json::from_value(json!({
        "arn": FUNCTION, "facts": {"role": ROLE, "state": "Active"}, "policy": {"document": json!({
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow", "Principal": {"Service": "secretsmanager.amazonaws.com"},
                "Action": "lambda:InvokeFunction", "Resource": FUNCTION,
                "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            },
        }).to_string()},
    }))
    .unwrap();
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "secretsmanager:GetSecretValue", "Resource": "*",
        },
    });
    let account = world.account(ACCOUNT);
    account.authorization.records = vec![authorization];
    account.credentials.records = vec![credential];
    let home = world.home();
    home.functions.records = vec![function];
    home.secrets.records[0].rotation_lambda_arn = Some(FUNCTION.to_owned());
    home.policies.records[0].policy = Some(policy.to_string());
}

/// Bounds: they hold whatever is out of sight.
const BOUNDS: &[&str] = &["readers_min", "readable_min", "readable_examples"];

/// What lies before the days that a trail shows: never known.
const NEVER: &str = "beyond_trail";

/// Whether a column says what a trail shows, and not what it does not: it is known whatever is out of sight.
fn is_as_shown(table: Table, column: &ColumnInfo) -> bool {
    let of_windows = column.name.ends_with("_90d") || column.name == NEVER;
    column.group == Group::History && !of_windows && matches!(table, Table::Secrets | Table::Principals)
}

/// The tables that are made of a snapshot.
fn snapshot_tables() -> impl Iterator<Item = Table> {
    Table::ALL.into_iter().filter(|table| !table.is_second_stage())
}

/// Whatever is NULL in any table, as (table, row, column), with the gaps that explain it.
fn nulls(tables: &Tables) -> Vec<(Table, usize, &'static str, Vec<Gap>)> {
    let mut nulls = Vec::new();
    for table in snapshot_tables() {
        let data = tables.get(table).unwrap();
        for (index, row) in data.rows.iter().enumerate() {
            for column in table.columns() {
                if column.name != NEVER && cell(data, index, column.name) == Value::Null {
                    nulls.push((table, index, column.name, gaps(tables, row, table, column.name)));
                }
            }
        }
    }
    nulls
}

#[test]
fn what_was_answered_is_never_null() {
    assert_eq!(nulls(&everything().tables()), []);
}

/// Takes the answer of a group's call away from the world and puts a refusal in its place.
fn refuse(world: &mut World, group: Group) {
    let home = world.home();
    match group {
        Group::Place => {}
        Group::Inventory | Group::InventoryDetail | Group::Use => {
            home.state = RegionState::Refused;
            refuse_all(&mut home.secrets, group);
        }
        // The row of the replica is in the other Region, its primary in this one.
        Group::Primary => {
            home.state = RegionState::Refused;
            refuse_all(&mut home.secrets, group);
        }
        Group::Versions => refuse_all(&mut home.versions, group),
        Group::ResourcePolicy => refuse_all(&mut home.policies, group),
        Group::Replication => refuse_all(&mut home.replication, group),
        Group::Key | Group::ValueKeys => refuse_all(&mut home.keys, group),
        Group::KeyRotation => {
            home.keys.records[0].rotation = None;
            let arn = key_arn(ACCOUNT, "k");
            home.keys.gaps = vec![
                refused("kms:GetKeyPolicy", Some(&arn)),
                refused(group.call(), Some(&arn)),
                refused("kms:ListGrants", Some(&arn)),
            ];
        }
        Group::Principals | Group::Access => refuse_all(&mut world.account(ACCOUNT).authorization, group),
        Group::Credentials => refuse_all(&mut world.account(ACCOUNT).credentials, group),
        Group::Organization => refuse_all(&mut world.account(ACCOUNT).organization, group),
        Group::KeyPolicy => {
            home.keys.records[0].policy = None;
            home.keys.gaps = vec![refused(group.call(), Some(&key_arn(ACCOUNT, "k")))];
        }
        Group::Function => refuse_all(&mut home.functions, group),
        Group::FunctionPolicy => {
            home.functions.records[0].policy = None;
            home.functions.gaps = vec![refused(group.call(), Some(FUNCTION))];
        }
        Group::Trail | Group::Recording => refuse_all(&mut home.trails, group),
        Group::TrailStatus => {
            home.trails.records[0].status = None;
            home.trails.gaps = vec![refused(group.call(), Some(&trail("audit").arn))];
        }
        Group::EventDataStores => refuse_all(&mut home.event_data_stores, group),
        Group::Alerts => refuse_all(&mut home.event_rules, group),
        Group::ConfigRules => refuse_all(&mut home.config_rules, group),
        Group::History => {
            home.accesses.records.clear();
            home.lifecycle.records.clear();
            refuse_all(&mut home.coverage, group);
        }
        // Nobody knows who a stranger is.
        Group::Caller => {
            home.accesses.records = vec![reads(&arn(HOME, "a"), "AROA0:stranger", &[5])];
            home.lifecycle.records = vec![change("PutSecretValue", &arn(HOME, "a"), "AROA0:stranger", 10)];
        }
        // Of the second stage, which is made of verdicts.
        Group::Evaluations | Group::Settings | Group::Verdicts => {}
        Group::TrailSelectors | Group::Covering => {
            home.trails.records[0].selectors = None;
            home.trails.gaps = vec![refused(group.call(), Some(&trail("audit").arn))];
        }
    }
}

fn refuse_all<T>(collected: &mut Collected<T>, group: Group) {
    collected.records.clear();
    collected.gaps = vec![refused(group.call(), None)];
}

/// Every column of every table: with its call refused it is NULL and its row has a gap of just that call, or there is
/// no row and the table has a gap of the whole scope.
#[test]
fn a_refused_call_makes_its_columns_null_and_is_named() {
    for table in snapshot_tables() {
        for column in table.columns() {
            let what = format!("{}.{}", table.as_str(), column.name);
            let mut world = everything();
            refuse(&mut world, column.group);
            let tables = world.tables();
            let data = tables.get(table).unwrap();
            if BOUNDS.contains(&column.name) && data.rows.is_empty() {
                continue;
            }
            if column.group == Group::Place || BOUNDS.contains(&column.name) || is_as_shown(table, column) {
                assert_ne!(cell(data, 0, column.name), Value::Null, "{what}");
                continue;
            }
            // The replica's row stands in the other Region.
            let own = |row: &secrets_auditor::tables::Row| {
                let in_place = column.group == Group::Primary || row.resource.region.as_str() != OTHER;
                // Roles have no credentials of their own.
                in_place && (column.group != Group::Credentials || row.resource.arn.contains(":user/"))
            };
            let Some(index) = data.rows.iter().position(own) else {
                let calls: Vec<_> = data.scopes.iter().flat_map(|scope| &scope.gaps).collect();
                let calls: BTreeSet<&str> =
                    calls.iter().map(|id| tables.gaps.get(**id).unwrap().call.as_str()).collect();
                assert_eq!(calls, BTreeSet::from([column.group.call()]), "{what}: the scope has no gap");
                assert!(listed(table, column.group), "{what}: its row is lost");
                continue;
            };
            assert_eq!(cell(data, index, column.name), Value::Null, "{what}");
            let calls: BTreeSet<String> = gaps(&tables, &data.rows[index], table, column.name)
                .into_iter()
                .map(|gap| gap.call)
                .collect();
            assert_eq!(calls, BTreeSet::from([column.group.call().to_owned()]), "{what}");
        }
    }
}

/// Whether the rows of the table come from the call of the group, so that there are none without it.
fn listed(table: Table, group: Group) -> bool {
    match table {
        Table::Secrets | Table::Regions => group.call() == Kind::Secrets.call(),
        Table::Trails => group.call() == Kind::Trails.call(),
        Table::Principals => group.call() == Kind::Authorization.call(),
        Table::Statements => group.call() == Kind::Secrets.call(),
        Table::Reads | Table::Events | Table::Callers => group.call() == Kind::Coverage.call(),
        Table::Keys | Table::Accounts | Table::Evaluations | Table::Exceptions => false,
    }
}

#[test]
fn a_refusal_about_one_secret_leaves_the_others_known() {
    for group in [Group::Versions, Group::ResourcePolicy] {
        let mut world = World::with([secret("a"), secret("b")]);
        let gap = refused(group.call(), Some(&arn(HOME, "a")));
        let home = world.home();
        if group == Group::Versions {
            home.versions.records.remove(0);
            home.versions.gaps = vec![gap];
        } else {
            home.policies.records.remove(0);
            home.policies.gaps = vec![gap];
        }
        let column = if group == Group::Versions { "value_age_days" } else { "has_resource_policy" };
        assert_eq!(world.fact("a", column), Value::Null);
        assert_eq!(world.gaps("a", column), [(group.call().to_owned(), GapCause::Refused)]);
        assert_ne!(world.fact("b", column), Value::Null);
    }
}

#[test]
fn tags_are_known_where_the_secret_is() {
    let columns = ["tag:Owner", "has_tag:Owner", "has_tag_any_case:owner", "tag:None"];
    let set: BTreeSet<TagColumn> = columns.iter().map(|name| TagColumn::parse(name).unwrap()).collect();
    let tables = everything().tables_with(&set);
    let secrets = tables.get(Table::Secrets).unwrap();
    let cells = columns.map(|column| cell(secrets, 0, column));
    assert_eq!(cells, [json!("payments"), json!(true), json!(true), json!("")]);
}

#[test]
fn aws_config_does_not_carry_the_details() {
    let mut world = everything();
    world.snapshot.manifest.inventory = Inventory::Config;
    let tables = world.tables();
    let secrets = tables.get(Table::Secrets).unwrap();
    for column in Table::Secrets.columns() {
        let value = cell(secrets, 0, column.name);
        let causes: Vec<GapCause> = gaps(&tables, &secrets.rows[0], Table::Secrets, column.name)
            .iter()
            .map(|gap| gap.cause)
            .collect();
        match column.group {
            Group::InventoryDetail | Group::Primary | Group::Use => {
                assert_eq!(value, Value::Null, "{}", column.name);
                assert_eq!(causes, [GapCause::NotCarried], "{}", column.name);
            }
            // Rests on the rules of rotation too.
            Group::Versions if column.name == "days_overdue" => {
                assert_eq!(value, Value::Null);
                assert_eq!(causes, [GapCause::NotCarried]);
            }
            _ if column.name == NEVER => assert_eq!(value, Value::Null),
            _ => assert_ne!(value, Value::Null, "{}", column.name),
        }
    }
}

#[test]
fn what_aws_refuses_by_nature_is_no_gap() {
    let mut world = World::with([Secret { deleted: Some(days_ago(1)), ..secret("a") }]);
    world.home().policies.records.clear();
    world.home().policies.gaps = vec![refused("secretsmanager:GetResourcePolicy", Some(&arn(HOME, "a")))];
    assert_eq!(world.fact("a", "has_resource_policy"), false);

    let mut world = World::with([secret("a")]);
    let off = world.region(ACCOUNT, "me-south-1");
    off.state = RegionState::Off;
    off.secrets = Collected::not_asked(Kind::Secrets, &AccountId::new(ACCOUNT), &off.region);
    off.trails = Collected::not_asked(Kind::Trails, &AccountId::new(ACCOUNT), &off.region);
    let tables = world.tables();
    for table in snapshot_tables() {
        let scopes = &tables.get(table).unwrap().scopes;
        // Of what lies before the trail nobody knows anything, wherever there are secrets.
        let of_home = if listed(table, Group::History) { 1 } else { 0 };
        assert_eq!(scopes.len(), of_home, "{}: {scopes:?}", table.as_str());
        assert!(scopes.iter().all(|scope| scope.resource.region.as_str() == HOME));
    }
    assert_eq!(world.cell(Table::Accounts, "secrets"), 1);
}

#[test]
fn an_account_whose_regions_are_all_off_holds_no_secrets() {
    let mut world = World::new();
    world.home().state = RegionState::Off;
    assert_eq!(world.cell(Table::Accounts, "secrets"), 0);
    assert_eq!(nulls(&world.tables()), []);
}

#[test]
fn an_account_that_could_not_be_entered_is_a_scope_in_every_table() {
    let mut world = World::new();
    let account = world.account("999988887777");
    account.entry.gaps = vec![refused("sts:AssumeRole", None)];
    let tables = world.tables();
    for table in snapshot_tables() {
        let scopes = &tables.get(table).unwrap().scopes;
        let names: Vec<_> = scopes.iter().map(|scope| scope.resource.account.as_str()).collect();
        assert_eq!(names, ["999988887777"], "{}", table.as_str());
    }
}

#[test]
fn a_trail_that_never_ran_has_no_hours_since_its_delivery() {
    let mut world = everything();
    let status = world.home().trails.records[0].status.as_mut().unwrap();
    (status.logging, status.last_delivery, status.started) = (false, None, None);
    assert_eq!(world.cell(Table::Trails, "hours_since_delivery"), 0);
}

#[test]
fn the_end_of_the_last_key_is_not_known_where_one_key_is_not() {
    let dying = |id: &str| {
        let mut key = key(id, "PendingDeletion");
        key.facts.as_mut().unwrap().deletion = Some(in_days(5));
        key
    };
    let mut world = World::with([Secret { kms_key_id: Some("k".to_owned()), ..secret("a") }]);
    let current =
        Version { kms_key_ids: vec!["k".to_owned(), "hidden".to_owned()], ..version("AWSCURRENT", 3) };
    world.versions([current]).key(dying("k"));
    world.home().keys.gaps = vec![refused("kms:DescribeKey", Some("hidden"))];
    assert_eq!(world.fact("a", "value_key_pending_deletion"), true, "one is enough");
    assert_eq!(world.fact("a", "value_key_usable"), Value::Null);
    assert_eq!(world.fact("a", "days_until_unreadable"), Value::Null);
    assert_eq!(world.fact("a", "unreadable_on"), Value::Null);
}

/// What a collection can lose.
#[derive(Clone, Debug)]
enum Loss {
    Records(Kind, usize),
    Kind(Kind, GapCause),
    Created,
    VersionDate,
    KeyFacts,
    KeyRotation,
    TrailStatus,
    TrailSelectors,
    Store,
    Targets,
    Patterns,
    LogGroup,
    Region,
    OtherRegion,
    Schedule,
    Rotating,
    Narrowed,
    Config,
}

fn losses() -> impl Strategy<Value = Vec<Loss>> {
    let kinds = prop::sample::select(vec![
        Kind::Secrets,
        Kind::Versions,
        Kind::ResourcePolicies,
        Kind::Replication,
        Kind::Keys,
        Kind::Trails,
        Kind::EventDataStores,
        Kind::EventRules,
        Kind::MetricFilters,
        Kind::Alarms,
    ]);
    let loss = prop_oneof![
        (kinds.clone(), 0..2_usize).prop_map(|(kind, at)| Loss::Records(kind, at)),
        (kinds, prop::sample::select(vec![GapCause::Refused, GapCause::NotCollected]))
            .prop_map(|(kind, cause)| Loss::Kind(kind, cause)),
        prop::sample::select(vec![
            Loss::Created,
            Loss::VersionDate,
            Loss::KeyFacts,
            Loss::KeyRotation,
            Loss::TrailStatus,
            Loss::TrailSelectors,
            Loss::Store,
            Loss::Targets,
            Loss::Patterns,
            Loss::LogGroup,
            Loss::Region,
            Loss::OtherRegion,
            Loss::Schedule,
            Loss::Rotating,
            Loss::Narrowed,
            Loss::Config,
        ]),
    ];
    prop::collection::vec(loss, 1..5)
}

fn lose(world: &mut World, loss: &Loss) {
    let narrowed = matches!(loss, Loss::Narrowed);
    if narrowed {
        world.snapshot.manifest.selection = vec!["prod/*".to_owned()];
    }
    if matches!(loss, Loss::Config) {
        world.snapshot.manifest.inventory = Inventory::Config;
    }
    let region = if matches!(loss, Loss::OtherRegion) { OTHER } else { HOME };
    let data = world.region(ACCOUNT, region);
    match loss {
        Loss::Records(kind, at) => match kind {
            Kind::Secrets => remove(&mut data.secrets, *at),
            Kind::Versions => remove(&mut data.versions, *at),
            Kind::ResourcePolicies => remove(&mut data.policies, *at),
            Kind::Replication => remove(&mut data.replication, *at),
            Kind::Keys => remove(&mut data.keys, *at),
            Kind::EventDataStores => remove(&mut data.event_data_stores, *at),
            Kind::EventRules => remove(&mut data.event_rules, *at),
            Kind::MetricFilters => remove(&mut data.metric_filters, *at),
            Kind::Alarms => remove(&mut data.alarms, *at),
            _ => remove(&mut data.trails, *at),
        },
        Loss::Kind(kind, cause) => {
            let gap = Gap { cause: *cause, ..refused(kind.call(), None) };
            match kind {
                Kind::Secrets => replace(&mut data.secrets, gap),
                Kind::Versions => replace(&mut data.versions, gap),
                Kind::ResourcePolicies => replace(&mut data.policies, gap),
                Kind::Replication => replace(&mut data.replication, gap),
                Kind::Keys => replace(&mut data.keys, gap),
                Kind::EventDataStores => replace(&mut data.event_data_stores, gap),
                Kind::EventRules => replace(&mut data.event_rules, gap),
                Kind::MetricFilters => replace(&mut data.metric_filters, gap),
                Kind::Alarms => replace(&mut data.alarms, gap),
                _ => replace(&mut data.trails, gap),
            }
        }
        Loss::Created => data.secrets.records.iter_mut().for_each(|secret| secret.created = None),
        Loss::VersionDate => {
            let versions = data.versions.records.iter_mut().flat_map(|record| &mut record.versions);
            versions.for_each(|version| version.created = None);
        }
        Loss::KeyFacts => data.keys.records.iter_mut().for_each(|key| key.facts = None),
        Loss::KeyRotation => data.keys.records.iter_mut().for_each(|key: &mut Key| key.rotation = None),
        Loss::TrailStatus => data.trails.records.iter_mut().for_each(|trail| trail.status = None),
        Loss::TrailSelectors => data.trails.records.iter_mut().for_each(|trail| trail.selectors = None),
        Loss::Store => data.event_data_stores.records.iter_mut().for_each(|store| {
            (store.status, store.selectors) = (None, None);
        }),
        Loss::Targets => data.event_rules.records.iter_mut().for_each(|rule| {
            (rule.targets, rule.pattern) = (None, json!({"source": ["aws.secretsmanager"]}).to_string());
        }),
        Loss::Patterns => {
            data.metric_filters.records.iter_mut().flat_map(|group| &mut group.filters).for_each(|filter| {
                filter.pattern = "[of, columns]".to_owned();
            })
        }
        Loss::LogGroup => data.trails.records.iter_mut().for_each(|trail| {
            trail.log_group = Some(log_group_arn("999988887777", HOME, "trail"));
        }),
        Loss::Region | Loss::OtherRegion => {
            data.state = RegionState::Refused;
            replace(&mut data.secrets, refused(Kind::Secrets.call(), None));
        }
        Loss::Schedule => data.secrets.records.iter_mut().for_each(|secret| {
            secret.rotation_rules = Some(RotationRules {
                schedule_expression: Some("every full moon".to_owned()),
                ..Default::default()
            });
        }),
        Loss::Rotating => {
            data.secrets.records.iter_mut().for_each(|secret| secret.rotation_enabled = Some(true))
        }
        Loss::Narrowed | Loss::Config => {}
    }
}

fn remove<T>(collected: &mut Collected<T>, at: usize) {
    if at < collected.records.len() {
        collected.records.remove(at);
    }
}

fn replace<T>(collected: &mut Collected<T>, gap: Gap) {
    collected.records.clear();
    collected.gaps = vec![gap];
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a collection loses, each NULL says why.
    #[test]
    fn no_null_is_without_a_reason(losses in losses()) {
        let mut world = everything();
        losses.iter().for_each(|loss| lose(&mut world, loss));
        let silent: Vec<_> = nulls(&world.tables())
            .into_iter()
            .filter(|(.., gaps)| gaps.is_empty())
            .map(|(table, row, column, _)| format!("{}[{row}].{column}", table.as_str()))
            .collect();
        prop_assert!(silent.is_empty(), "{silent:#?}");
    }
}
