//! What records reads of a Region, and who hears of its events.

use secrets_auditor::model::GapCause;
use secrets_auditor::snapshot::records::{
    Alarm, ConfigRule, EventDataStore, EventRule, EventSelectors, Organization, Trail, TrailStatus,
};
use secrets_auditor::snapshot::{Collected, Kind};
use secrets_auditor::tables::schema::Table;
use serde_json::{Value, json};

use crate::world::{
    ACCOUNT, HOME, World, alarm, all_events, cell, event_rule, gaps, log_group, log_group_arn, refused,
    secret, secret_in, store, trail,
};

const OTHER: &str = "us-east-1";

/// A trail that records everything.
fn recording(name: &str) -> Trail {
    Trail { selectors: Some(all_events()), ..trail(name) }
}

fn stopped(trail: Trail) -> Trail {
    let status = trail.status.clone().map(|status| TrailStatus { logging: false, ..status });
    Trail { status, ..trail }
}

/// One secret in the home Region, these trails and stores.
fn watched(
    trails: impl IntoIterator<Item = Trail>,
    stores: impl IntoIterator<Item = EventDataStore>,
) -> World {
    let mut world = World::with([secret("a")]);
    world.home().trails.records.extend(trails);
    world.home().event_data_stores.records.extend(stores);
    world
}

/// A cell of the only Region with secrets, and the calls that explain a NULL.
fn fact(world: &World, column: &str) -> (Value, Vec<String>) {
    let tables = world.tables();
    let regions = tables.get(Table::Regions).unwrap();
    let gaps = gaps(&tables, &regions.rows[0], Table::Regions, column);
    let value = cell(regions, 0, column);
    let calls =
        if value == Value::Null { gaps.into_iter().map(|gap| gap.call).collect() } else { Vec::new() };
    (value, calls)
}

fn known(value: impl Into<Value>) -> (Value, Vec<String>) {
    (value.into(), Vec::new())
}

#[test]
fn a_region_has_a_row_where_it_holds_secrets() {
    let mut world = World::with([secret("a"), secret("b")]);
    world.region(ACCOUNT, OTHER);
    let tables = world.tables();
    let regions = tables.get(Table::Regions).unwrap();
    assert_eq!(regions.rows.len(), 1);
    assert_eq!(regions.rows[0].resource.arn, "arn:aws:secretsmanager:eu-west-1:111122223333:*");
    assert_eq!(fact(&world, "secrets"), known(2));
}

#[test]
fn which_rules_of_aws_config_are_there() {
    let rule = |name: &str, identifier: &str, state: &str| ConfigRule {
        name: name.to_owned(),
        identifier: identifier.to_owned(),
        parameters: None,
        state: (!state.is_empty()).then(|| state.to_owned()),
        compliance: None,
    };
    let deployed = |rules: Vec<ConfigRule>| {
        let mut world = watched([], []);
        world.home().config_rules.records = rules;
        world
    };
    assert_eq!(fact(&deployed(Vec::new()), "config_rules"), known(""));
    let rules = vec![
        rule("b", "SECRETSMANAGER_USING_CMK", "ACTIVE"),
        rule("a", "SECRETSMANAGER_SECRET_UNUSED", "EVALUATING"),
        rule("same again", "SECRETSMANAGER_SECRET_UNUSED", ""),
        rule("going", "SECRETSMANAGER_SECRET_PERIODIC_ROTATION", "DELETING"),
        rule("gone soon", "SECRETSMANAGER_ROTATION_ENABLED_CHECK", "DELETING_RESULTS"),
    ];
    let mut world = deployed(rules);
    let both = known("SECRETSMANAGER_SECRET_UNUSED, SECRETSMANAGER_USING_CMK");
    assert_eq!(fact(&world, "config_rules"), both);
    // That the verdicts of one were refused says nothing against the list.
    let verdicts = refused("config:GetComplianceDetailsByConfigRule", Some("b"));
    world.home().config_rules.gaps.push(verdicts);
    assert_eq!(fact(&world, "config_rules"), both);
    // A listing that broke off may lack any.
    world.home().config_rules.gaps.push(refused("config:DescribeConfigRules", None));
    assert_eq!(fact(&world, "config_rules"), (Value::Null, vec!["config:DescribeConfigRules".to_owned()]));
}

#[test]
fn what_records_reads() {
    let none = || EventSelectors::Basic(Vec::new());
    let here =
        |region: &str| Trail { multi_region: false, home_region: region.to_owned(), ..recording("one") };
    let resting = EventDataStore { status: Some("STOPPED_INGESTION".to_owned()), ..store("lake") };
    let blind = EventDataStore { selectors: Some(Vec::new()), ..store("lake") };
    let cases = [
        (watched([], []), false),
        (watched([recording("audit")], []), true),
        (watched([stopped(recording("audit"))], []), false),
        (watched([Trail { selectors: Some(none()), ..trail("audit") }], []), false),
        (watched([here(HOME)], []), true),
        (watched([here(OTHER)], []), false),
        (watched([], [store("lake")]), true),
        (watched([], [resting]), false),
        (watched([], [blind]), false),
        (watched([stopped(recording("audit")), recording("second")], []), true),
    ];
    for (world, expected) in cases {
        assert_eq!(
            fact(&world, "reads_recorded"),
            known(expected),
            "{:?}",
            world.snapshot.accounts[0].regions[0]
        );
    }
    let both = watched([recording("b"), recording("a"), stopped(recording("c"))], [store("lake")]);
    assert_eq!(fact(&both, "covering_trails"), known("a, b"));
    assert_eq!(fact(&both, "covering_stores"), known("lake"));
}

#[test]
fn a_store_of_another_region_counts_where_it_records_all() {
    let mut world = watched([], []);
    world.region(ACCOUNT, OTHER).event_data_stores.records.push(store("lake"));
    assert_eq!(fact(&world, "reads_recorded"), known(true));
    world.region(ACCOUNT, OTHER).event_data_stores.records[0].multi_region = false;
    assert_eq!(fact(&world, "reads_recorded"), known(false));
}

#[test]
fn a_store_of_another_account_counts_where_it_is_the_organizations() {
    let mut world = watched([], []);
    world.region("999988887777", HOME).event_data_stores.records =
        vec![EventDataStore { organization: true, ..store("lake") }];
    assert_eq!(fact(&world, "reads_recorded"), known(false));
    for account in [ACCOUNT, "999988887777"] {
        let organization = Organization { id: "o-1".to_owned(), ..Organization::default() };
        world.account(account).organization.records = vec![organization];
    }
    assert_eq!(fact(&world, "reads_recorded"), known(true));
    world.region("999988887777", HOME).event_data_stores.records[0].organization = false;
    assert_eq!(fact(&world, "reads_recorded"), known(false));
}

#[test]
fn what_is_out_of_sight_matters_only_where_nothing_else_decides() {
    let unread = || Trail { selectors: None, ..recording("unread") };
    let world = watched([unread()], []);
    assert_eq!(
        fact(&world, "reads_recorded"),
        (Value::Null, vec!["cloudtrail:GetEventSelectors".to_owned()])
    );
    assert_eq!(fact(&world, "covering_trails").0, Value::Null);
    assert_eq!(fact(&watched([stopped(unread())], []), "reads_recorded"), known(false));
    assert_eq!(fact(&watched([unread(), recording("audit")], []), "reads_recorded"), known(true));
    assert_eq!(fact(&watched([unread()], [store("lake")]), "reads_recorded"), known(true));

    let mut world = watched([recording("audit")], []);
    world.home().event_data_stores.gaps = vec![refused("cloudtrail:ListEventDataStores", None)];
    assert_eq!(fact(&world, "reads_recorded"), known(true));
    world.home().trails.records.clear();
    assert_eq!(
        fact(&world, "reads_recorded"),
        (Value::Null, vec!["cloudtrail:ListEventDataStores".to_owned()])
    );
}

#[test]
fn a_member_need_not_look_into_the_trail_of_the_organization() {
    let shadow = Trail { status: None, selectors: None, organization: true, ..recording("audit") };
    let mut world = watched([shadow], []);
    world.region("999988887777", HOME).trails.records =
        vec![Trail { organization: true, ..recording("audit") }];
    assert_eq!(fact(&world, "reads_recorded"), known(true));
    assert_eq!(world.cell(Table::Trails, "logging"), true);
}

#[test]
fn a_trail_covers_secrets_where_it_would_record_their_reads() {
    let covers = |world: &World| world.cell(Table::Trails, "covers_secrets");
    assert_eq!(covers(&watched([recording("audit")], [])), true);
    assert_eq!(covers(&watched([stopped(recording("audit"))], [])), true);
    assert_eq!(covers(&watched([trail("audit")], [])), false);
    assert_eq!(covers(&watched([Trail { selectors: None, ..trail("audit") }], [])), Value::Null);
    let mut world = World::new();
    world.home().trails.records.push(Trail { selectors: None, ..trail("audit") });
    assert_eq!(covers(&world), false);
    world.home().secrets.gaps = vec![refused("secretsmanager:ListSecrets", None)];
    world.home().trails.records = vec![recording("audit")];
    assert_eq!(covers(&world), Value::Null);
    let mut world = World::new();
    world.add(OTHER, secret_in(OTHER, "a"));
    world.home().trails.records.push(recording("audit"));
    assert_eq!(covers(&world), false, "the trail is not visible in the other Region");
}

/// The home Region with a trail that records everything, and this event rule.
fn with_rule(rule: EventRule) -> World {
    let mut world = watched([recording("audit")], []);
    world.home().event_rules.records.push(rule);
    world
}

fn takes(event_names: &[&str]) -> Value {
    json!({
        "source": ["aws.secretsmanager"],
        "detail": {"eventSource": ["secretsmanager.amazonaws.com"], "eventName": event_names},
    })
}

const ALL: &[&str] = &[
    "RotationFailed",
    "RotationAbandoned",
    "DeleteSecret",
    "GetSecretValue",
    "PutResourcePolicy",
    "DeleteResourcePolicy",
];

#[test]
fn an_event_rule_raises_an_alarm_on_what_it_takes() {
    let world = with_rule(event_rule("secrets", takes(&["RotationFailed", "PutResourcePolicy"])));
    assert_eq!(fact(&world, "alerts_on_rotation_failure"), known(true));
    assert_eq!(fact(&world, "rotation_failure_alerts"), known("event rule secrets"));
    assert_eq!(fact(&world, "alerts_on_policy_change"), known(true));
    assert_eq!(fact(&world, "alerts_on_deletion"), known(false));
    let unalerted =
        "RotationAbandoned, DeleteSecret, GetSecretValue of a deleted secret, DeleteResourcePolicy";
    assert_eq!(fact(&world, "unalerted_events"), known(unalerted));
}

#[test]
fn a_rule_counts_if_it_is_on_and_tells_somebody() {
    let rule = || event_rule("secrets", takes(ALL));
    let reading = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
    // Deletions also need reads of deleted secrets, which only the second state brings.
    let cases = [
        (rule(), [true, false, true]),
        (EventRule { state: reading.to_owned(), ..rule() }, [true, true, true]),
        (EventRule { state: "DISABLED".to_owned(), targets: None, ..rule() }, [false; 3]),
        (EventRule { targets: Some(Vec::new()), ..rule() }, [false; 3]),
    ];
    for (rule, expected) in cases {
        let world = with_rule(rule);
        let columns = ["alerts_on_rotation_failure", "alerts_on_deletion", "alerts_on_policy_change"];
        assert_eq!(
            columns.map(|column| fact(&world, column)),
            expected.map(known),
            "{:?}",
            world.home_rules()
        );
    }
}

impl World {
    fn home_rules(&self) -> &[EventRule] {
        &self.snapshot.accounts[0].regions[0].event_rules.records
    }
}

#[test]
fn patterns_are_tried_on_events_as_they_come() {
    let service =
        json!({"detail-type": ["AWS Service Event via CloudTrail"], "source": ["aws.secretsmanager"]});
    let call = json!({"detail-type": ["AWS API Call via CloudTrail"], "source": ["aws.secretsmanager"]});
    let narrowed = |field: Value| json!({"source": ["aws.secretsmanager"], "detail": field});
    let cases = [
        (service, [true, false]),
        (call, [false, true]),
        (json!({"source": ["aws.secretsmanager"]}), [true, true]),
        (json!({"source": ["aws.ec2"]}), [false, false]),
        (json!({"region": ["us-east-1"], "source": ["aws.secretsmanager"]}), [false, false]),
        (json!({"account": [ACCOUNT]}), [true, true]),
        (narrowed(json!({"userIdentity": {"type": ["Root"]}})), [false, false]),
        (
            narrowed(json!({"userIdentity": {"arn": [{"anything-but": {"suffix": "/deployer"}}]}})),
            [false, true],
        ),
        (narrowed(json!({"requestParameters": {"secretId": [{"prefix": "prod/"}]}})), [false, false]),
        (narrowed(json!({"requestParameters": {"secretId": [{"prefix": "arn:"}]}})), [false, false]),
        (narrowed(json!({"errorCode": [{"exists": false}]})), [true, true]),
    ];
    for (pattern, expected) in cases {
        let world = with_rule(event_rule("secrets", pattern.clone()));
        let columns = ["alerts_on_rotation_failure", "alerts_on_policy_change"];
        assert_eq!(columns.map(|column| fact(&world, column)), expected.map(known), "{pattern}");
    }
}

#[test]
fn a_pattern_that_cannot_be_read_is_not_known() {
    let unread = json!({"source": ["aws.secretsmanager"], "detail": {"eventName": [{"of-tomorrow": "x"}]}});
    let mut world = with_rule(event_rule("secrets", unread));
    assert_eq!(fact(&world, "alerts_on_policy_change"), (Value::Null, vec!["events:ListRules".to_owned()]));
    world.home().event_rules.records.push(event_rule("plain", takes(ALL)));
    assert_eq!(fact(&world, "policy_change_alerts"), known("event rule plain"));
}

#[test]
fn event_rules_hear_of_nothing_without_a_running_trail() {
    let mut world = with_rule(event_rule("secrets", takes(ALL)));
    world.home().trails.records = vec![stopped(recording("audit"))];
    assert_eq!(fact(&world, "alerts_on_policy_change"), known(false));
    world.home().trails.records = vec![Trail { status: None, ..recording("audit") }];
    let expected = (Value::Null, vec!["cloudtrail:GetTrailStatus".to_owned()]);
    assert_eq!(fact(&world, "alerts_on_policy_change"), expected);
    world.home().trails.records.clear();
    world.home().trails.gaps = vec![refused("cloudtrail:DescribeTrails", None)];
    assert_eq!(fact(&world, "alerts_on_policy_change").0, Value::Null);
}

/// A trail that feeds a log group of the home Region with this filter, and this alarm on its metric.
fn with_filter(pattern: &str, alarm: Alarm) -> World {
    let group = Some(log_group_arn(ACCOUNT, HOME, "trail"));
    let mut world = watched([Trail { log_group: group, ..recording("audit") }], []);
    world.home().metric_filters.records = vec![log_group("trail", [("secrets", pattern)])];
    world.home().alarms.records = vec![alarm];
    world
}

#[test]
fn a_metric_filter_raises_an_alarm_through_an_alarm_that_acts() {
    let deletion = r#"{ ($.eventName = "DeleteSecret") || ($.errorMessage = "*secret because it was marked for deletion*") }"#;
    let world = with_filter(deletion, alarm("secrets"));
    assert_eq!(fact(&world, "alerts_on_deletion"), known(true));
    assert_eq!(fact(&world, "deletion_alerts"), known("alarm secrets"));
    assert_eq!(fact(&world, "alerts_on_policy_change"), known(false));

    let silent = [
        Alarm { actions_enabled: false, ..alarm("secrets") },
        Alarm { actions: Vec::new(), ..alarm("secrets") },
        alarm("another metric"),
    ];
    for alarm in silent {
        assert_eq!(fact(&with_filter(deletion, alarm), "alerts_on_deletion"), known(false));
    }
    for term in ["?DeleteSecret ?\"marked for deletion\"", ""] {
        assert_eq!(fact(&with_filter(term, alarm("secrets")), "alerts_on_deletion"), known(true), "{term}");
    }
    let columns = with_filter("[of, columns]", alarm("secrets"));
    assert_eq!(
        fact(&columns, "alerts_on_deletion"),
        (Value::Null, vec!["logs:DescribeMetricFilters".to_owned()])
    );
    let mut stale = with_filter(deletion, alarm("secrets"));
    stale.home().trails.records[0] = stopped(stale.home().trails.records[0].clone());
    assert_eq!(fact(&stale, "alerts_on_deletion"), known(false));
}

#[test]
fn a_log_group_out_of_sight_is_not_known() {
    for (account, region) in [("999988887777", HOME), (ACCOUNT, "eu-central-1")] {
        let mut world = with_filter("", alarm("secrets"));
        world.home().trails.records[0].log_group = Some(log_group_arn(account, region, "trail"));
        let tables = world.tables();
        let regions = tables.get(Table::Regions).unwrap();
        assert_eq!(cell(regions, 0, "alerts_on_deletion"), Value::Null);
        let gaps = gaps(&tables, &regions.rows[0], Table::Regions, "alerts_on_deletion");
        let [gap] = gaps.as_slice() else { panic!("{gaps:?}") };
        assert_eq!((gap.call.as_str(), gap.cause), ("logs:DescribeMetricFilters", GapCause::NotCollected));
        let sentence = format!("the trail audit feeds it in {account} {region}, which was not audited");
        assert_eq!(gap.message, sentence);
        // The account of the log group is audited as well.
        let home = world.region(account, region);
        home.metric_filters.records = vec![log_group("trail", [("secrets", "")])];
        home.alarms.records = vec![alarm("secrets")];
        assert_eq!(fact(&world, "alerts_on_deletion"), known(true));
    }
}

#[test]
fn refusals_are_named() {
    let calls = |change: &dyn Fn(&mut World)| {
        let mut world = with_filter("", alarm("secrets"));
        change(&mut world);
        fact(&world, "alerts_on_deletion")
    };
    let unknown = |call: &str| (Value::Null, vec![call.to_owned()]);
    let filters = calls(&|world| {
        let gap = refused("logs:DescribeMetricFilters", Some("trail"));
        world.home().metric_filters = Collected { records: Vec::new(), gaps: vec![gap] };
    });
    assert_eq!(filters, unknown("logs:DescribeMetricFilters"));
    let alarms = calls(&|world| {
        let gap = refused("cloudwatch:DescribeAlarms", None);
        world.home().alarms = Collected { records: Vec::new(), gaps: vec![gap] };
    });
    assert_eq!(alarms, unknown("cloudwatch:DescribeAlarms"));
    let targets = calls(&|world| {
        world.home().metric_filters.records.clear();
        world.home().metric_filters.records.push(log_group("trail", []));
        let rule = EventRule {
            state: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS".to_owned(),
            targets: None,
            ..event_rule("secrets", takes(ALL))
        };
        world.home().event_rules.gaps = vec![refused("events:ListTargetsByRule", Some(&rule.arn))];
        world.home().event_rules.records.push(rule);
    });
    assert_eq!(targets, unknown("events:ListTargetsByRule"));
}

#[test]
fn older_snapshots_know_nothing_of_it() {
    let mut world = watched([], []);
    let home = world.home();
    let region = home.region.clone();
    let account = secrets_auditor::model::AccountId::new(ACCOUNT);
    home.event_data_stores = Collected::not_asked(Kind::EventDataStores, &account, &region);
    home.event_rules = Collected::not_asked(Kind::EventRules, &account, &region);
    home.metric_filters = Collected::not_asked(Kind::MetricFilters, &account, &region);
    home.alarms = Collected::not_asked(Kind::Alarms, &account, &region);
    assert_eq!(
        fact(&world, "reads_recorded"),
        (Value::Null, vec!["cloudtrail:ListEventDataStores".to_owned()])
    );
    assert_eq!(fact(&world, "alerts_on_deletion"), known(false), "no trail runs");
    world.home().trails.records.push(recording("audit"));
    assert_eq!(fact(&world, "reads_recorded"), known(true));
    assert_eq!(fact(&world, "alerts_on_deletion"), (Value::Null, vec!["events:ListRules".to_owned()]));
}
