//! Small snapshots for tests: one account with one Region in which everything was asked and answered, and what a test
//! adds or takes away.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use polars::prelude::AnyValue;
use secrets_auditor::model::{
    AccountId, Gap, GapCause, Outcome, Partition, Region, RegionState, Settings, SourceClass, TrailCounts,
    TrailSpan,
};
use secrets_auditor::snapshot::records::{
    AccessGroup, Actor, AdvancedSelector, Alarm, Authorization, BasicSelector, Coverage, EventDataStore,
    EventRule, EventSelectors, FieldSelector, Key, KeyFacts, KeyRotation, LifecycleEvent, LogGroup, Metric,
    MetricFilter, Replica, Replication, ResourcePolicy, Secret, SecretVersions, Tag, Trail, TrailStatus,
    Version,
};
use secrets_auditor::snapshot::{
    AccountData, AccountEntry, Collected, Inventory, Kind, Manifest, RegionData, RegionEntry, Shard,
    ShardKey, Snapshot, SnapshotWriter,
};
use secrets_auditor::tables::schema::{Table, TagColumn};
use secrets_auditor::tables::{Row, TableData, Tables, build};
use serde::Serialize;
use serde_json::{Value, json};

/// The account of a new world.
pub const ACCOUNT: &str = "111122223333";

/// The Region of a new world.
pub const HOME: &str = "eu-west-1";

/// The instant that counts as now.
pub fn now() -> Timestamp {
    "2026-11-01T06:00:00Z".parse().unwrap()
}

/// So many whole days, and an hour, before now.
pub fn days_ago(days: i64) -> Timestamp {
    now() - SignedDuration::from_hours(24 * days + 1)
}

/// Midnight of a day, as AWS writes the day of a last read.
pub fn day_ago(days: i64) -> Timestamp {
    "2026-11-01T00:00:00Z".parse::<Timestamp>().unwrap() - SignedDuration::from_hours(24 * days)
}

/// So many days, and an hour, after now.
pub fn in_days(days: i64) -> Timestamp {
    now() + SignedDuration::from_hours(24 * days + 1)
}

/// What was heard; a test changes it as it likes.
#[derive(Clone)]
pub struct World {
    pub snapshot: Snapshot,
    pub settings: Settings,
}

impl World {
    /// One account, one audited Region, no secrets.
    pub fn new() -> Self {
        let mut manifest = Manifest::begin(now(), Inventory::SecretsManager, Vec::new(), String::new());
        manifest.finished = Some(now());
        let mut world =
            Self { snapshot: Snapshot { manifest, accounts: Vec::new() }, settings: Settings::new(now()) };
        world.region(ACCOUNT, HOME);
        world
    }

    /// One account, one audited Region, these secrets with an ordinary version each.
    pub fn with(secrets: impl IntoIterator<Item = Secret>) -> Self {
        let mut world = Self::new();
        for secret in secrets {
            world.add(HOME, secret);
        }
        world
    }

    /// An account, made where it is not there yet.
    pub fn account(&mut self, account: &str) -> &mut AccountData {
        let id = AccountId::new(account);
        let known = |accounts: &[AccountData]| accounts.iter().position(|known| known.entry.account == id);
        let at = known(&self.snapshot.accounts).unwrap_or_else(|| {
            self.snapshot.accounts.push(new_account(id.clone()));
            self.snapshot.accounts.sort_by(|a, b| a.entry.account.cmp(&b.entry.account));
            known(&self.snapshot.accounts).unwrap()
        });
        &mut self.snapshot.accounts[at]
    }

    /// A Region of an account, made where it is not there yet: audited, and empty.
    pub fn region(&mut self, account: &str, region: &str) -> &mut RegionData {
        let code = Region::new(region);
        let data = self.account(account);
        data.entry.partition = code.partition();
        let known = |regions: &[RegionData]| regions.iter().position(|known| known.region == code);
        let at = known(&data.regions).unwrap_or_else(|| {
            data.regions.push(new_region(code.clone()));
            data.regions.sort_by(|a, b| a.region.cmp(&b.region));
            known(&data.regions).unwrap()
        });
        &mut data.regions[at]
    }

    /// The Region of a new world.
    pub fn home(&mut self) -> &mut RegionData {
        self.region(ACCOUNT, HOME)
    }

    /// Adds a secret to a Region of the account, with one version that is as old as the secret, and without a policy.
    pub fn add(&mut self, region: &str, secret: Secret) {
        let current = Version { created: secret.created, ..version("AWSCURRENT", 0) };
        let versions = SecretVersions { arn: secret.arn.clone(), versions: vec![current] };
        let policy = ResourcePolicy { arn: secret.arn.clone(), policy: None };
        let data = self.region(ACCOUNT, region);
        data.versions.records.push(versions);
        data.policies.records.push(policy);
        data.secrets.records.push(secret);
    }

    /// Replaces the versions of the secret that was added to the home Region last.
    pub fn versions(&mut self, versions: impl IntoIterator<Item = Version>) -> &mut Self {
        self.home().versions.records.last_mut().unwrap().versions = versions.into_iter().collect();
        self
    }

    /// Tells what KMS said of a key.
    pub fn key(&mut self, key: Key) -> &mut Self {
        self.home().keys.records.push(key);
        self
    }

    /// The tables of the world.
    pub fn tables(&self) -> Tables {
        self.tables_with(&BTreeSet::new())
    }

    /// The tables of the world with columns for tags.
    pub fn tables_with(&self, tags: &BTreeSet<TagColumn>) -> Tables {
        let mut snapshot = self.snapshot.clone();
        for account in &mut snapshot.accounts {
            account.entry.regions = entries(&account.regions);
        }
        build(&snapshot, &self.settings, tags).unwrap()
    }

    /// A cell of the only row, or of the first one.
    pub fn cell(&self, table: Table, column: &str) -> Value {
        cell(self.tables().get(table).unwrap(), 0, column)
    }

    /// A cell of the secret with this name in the home Region.
    pub fn fact(&self, name: &str, column: &str) -> Value {
        self.fact_in(HOME, name, column)
    }

    /// A cell of the secret with this name in a Region.
    pub fn fact_in(&self, region: &str, name: &str, column: &str) -> Value {
        let tables = self.tables();
        let secrets = tables.get(Table::Secrets).unwrap();
        cell(secrets, row_of(secrets, region, name), column)
    }

    /// The calls of the gaps that explain a NULL of the secret with this name, with their causes.
    pub fn gaps(&self, name: &str, column: &str) -> Vec<(String, GapCause)> {
        let tables = self.tables();
        let secrets = tables.get(Table::Secrets).unwrap();
        let row = &secrets.rows[row_of(secrets, HOME, name)];
        gaps(&tables, row, Table::Secrets, column).into_iter().map(|gap| (gap.call, gap.cause)).collect()
    }

    /// Writes the world as a snapshot that the program can read.
    pub fn write(&self, to: &Path) {
        let Manifest { started, inventory, selection, settings, .. } = self.snapshot.manifest.clone();
        let writer =
            SnapshotWriter::create(to, Manifest::begin(started, inventory, selection, settings)).unwrap();
        let mut accounts = Vec::new();
        for account in &self.snapshot.accounts {
            let id = &account.entry.account;
            let global = Region::global();
            put(&writer, id, &global, Kind::Identity, &account.identity);
            put(&writer, id, &global, Kind::Authorization, &account.authorization);
            put(&writer, id, &global, Kind::Credentials, &account.credentials);
            put(&writer, id, &global, Kind::Organization, &account.organization);
            for data in &account.regions {
                let region = &data.region;
                put(&writer, id, region, Kind::Secrets, &data.secrets);
                put(&writer, id, region, Kind::Versions, &data.versions);
                put(&writer, id, region, Kind::ResourcePolicies, &data.policies);
                put(&writer, id, region, Kind::Replication, &data.replication);
                put(&writer, id, region, Kind::Keys, &data.keys);
                put(&writer, id, region, Kind::Trails, &data.trails);
                put(&writer, id, region, Kind::EventDataStores, &data.event_data_stores);
                put(&writer, id, region, Kind::EventRules, &data.event_rules);
                put(&writer, id, region, Kind::MetricFilters, &data.metric_filters);
                put(&writer, id, region, Kind::Alarms, &data.alarms);
                put(&writer, id, region, Kind::ConfigRules, &data.config_rules);
                put(&writer, id, region, Kind::Functions, &data.functions);
                put(&writer, id, region, Kind::Accesses, &data.accesses);
                put(&writer, id, region, Kind::Lifecycle, &data.lifecycle);
                put(&writer, id, region, Kind::Coverage, &data.coverage);
            }
            accounts.push(AccountEntry { regions: entries(&account.regions), ..account.entry.clone() });
        }
        writer.finish(accounts, now()).unwrap();
    }
}

fn entries(regions: &[RegionData]) -> Vec<RegionEntry> {
    regions.iter().map(|data| RegionEntry { region: data.region.clone(), state: data.state }).collect()
}

fn new_account(account: AccountId) -> AccountData {
    let entry = AccountEntry {
        account,
        partition: Partition::Commercial,
        name: None,
        role: None,
        regions: Vec::new(),
        gaps: Vec::new(),
    };
    AccountData {
        entry,
        identity: heard(),
        authorization: Collected { records: vec![Authorization::default()], gaps: Vec::new() },
        credentials: heard(),
        organization: heard(),
        regions: Vec::new(),
    }
}

fn new_region(region: Region) -> RegionData {
    RegionData {
        region,
        state: RegionState::Audited,
        secrets: heard(),
        versions: heard(),
        policies: heard(),
        replication: heard(),
        keys: heard(),
        trails: heard(),
        event_data_stores: heard(),
        event_rules: heard(),
        metric_filters: heard(),
        alarms: heard(),
        config_rules: heard(),
        functions: heard(),
        accesses: heard(),
        lifecycle: heard(),
        coverage: Collected { records: vec![shown(90)], gaps: Vec::new() },
    }
}

/// Event history of so many days before now.
pub fn shown(days: i64) -> Coverage {
    let spans = vec![TrailSpan { from: now() - SignedDuration::from_hours(24 * days), to: now() }];
    Coverage { source: "lookup".to_owned(), spans, reads: Some(true), counts: TrailCounts::default() }
}

/// Reads of a secret by a principal, one on each of these days ago.
pub fn reads(secret: &str, principal: &str, days: &[i64]) -> AccessGroup {
    let times: Vec<Timestamp> = days.iter().map(|days| days_ago(*days)).collect();
    let hour = |time: &Timestamp| time.to_string().split(':').next().unwrap().to_owned();
    AccessGroup {
        secret: secret.to_owned(),
        actor: actor(principal),
        event: "GetSecretValue".to_owned(),
        outcome: Outcome::Allowed,
        error: None,
        via: SourceClass::Private,
        count: times.len() as u64,
        first: *times.iter().min().unwrap(),
        last: *times.iter().max().unwrap(),
        hours: times.iter().map(|time| (hour(time), 1)).collect(),
        sources: ["10.0.0.1".to_owned()].into(),
        sessions: BTreeSet::new(),
        versions: Default::default(),
        reasons: BTreeSet::new(),
    }
}

/// A principal as records name it.
pub fn actor(principal: &str) -> Actor {
    let identity = if principal.contains(":user/") { "IAMUser" } else { "AssumedRole" };
    Actor {
        principal: principal.to_owned(),
        identity: identity.to_owned(),
        account: Some(ACCOUNT.to_owned()),
        person: None,
    }
}

/// A change of a secret.
pub fn change(event: &str, secret: &str, principal: &str, days: i64) -> LifecycleEvent {
    LifecycleEvent {
        time: days_ago(days),
        event: event.to_owned(),
        secret: secret.to_owned(),
        actor: actor(principal),
        session: String::new(),
        outcome: Outcome::Allowed,
        error: None,
        message: None,
        console: false,
        forced: false,
        recovery_days: None,
        catch_all: false,
        id: format!("{event}-{days}"),
    }
}

fn put<T: Serialize + Clone>(
    writer: &SnapshotWriter,
    account: &AccountId,
    region: &Region,
    kind: Kind,
    heard: &Collected<T>,
) {
    let key = ShardKey::first(account, region, kind);
    writer.write(&Shard::new(&key, true, heard.records.clone(), heard.gaps.clone())).unwrap();
}

/// Everything was answered, and there was nothing.
pub fn heard<T>() -> Collected<T> {
    Collected { records: Vec::new(), gaps: Vec::new() }
}

/// The policy that KMS gives a key by default: the account's own policies decide.
pub fn key_policy() -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{ACCOUNT}:root")}, "Action": "kms:*",
            "Resource": "*",
        },
    })
    .to_string()
}

/// A refusal of a call, about one resource or about the whole listing.
pub fn refused(call: &str, resource: Option<&str>) -> Gap {
    Gap {
        call: call.to_owned(),
        cause: GapCause::Refused,
        account: Some(AccountId::new(ACCOUNT)),
        region: Some(Region::new(HOME)),
        resource: resource.map(str::to_owned),
        error: "AccessDeniedException".to_owned(),
        message: "not authorized".to_owned(),
        permission: Some(call.to_owned()),
    }
}

/// The ARN of a secret.
pub fn arn(region: &str, name: &str) -> String {
    let partition = Region::new(region).partition();
    format!("arn:{partition}:secretsmanager:{region}:{ACCOUNT}:secret:{name}-AbCdEf")
}

/// A secret in the home Region, 400 days old, never read, without rotation, tags and key.
pub fn secret(name: &str) -> Secret {
    secret_in(HOME, name)
}

/// The same in another Region.
pub fn secret_in(region: &str, name: &str) -> Secret {
    Secret {
        arn: arn(region, name),
        name: name.to_owned(),
        description: None,
        kms_key_id: None,
        rotation_enabled: None,
        rotation_lambda_arn: None,
        rotation_rules: None,
        created: Some(days_ago(400)),
        last_changed: None,
        last_rotated: None,
        last_accessed: None,
        deleted: None,
        next_rotation: None,
        tags: Vec::new(),
        versions_to_stages: Default::default(),
        owning_service: None,
        primary_region: None,
        secret_type: None,
    }
}

/// A version with these labels, separated by spaces, so many days old.
pub fn version(stages: &str, days: i64) -> Version {
    Version {
        id: format!("version-{stages}-{days}"),
        stages: stages.split_whitespace().map(str::to_owned).collect(),
        created: Some(days_ago(days)),
        last_accessed: None,
        kms_key_ids: Vec::new(),
    }
}

/// Tags from pairs.
pub fn tags(pairs: &[(&str, &str)]) -> Vec<Tag> {
    pairs.iter().map(|(key, value)| Tag { key: (*key).to_owned(), value: (*value).to_owned() }).collect()
}

/// The ARN of a key of an account in the home Region.
pub fn key_arn(account: &str, id: &str) -> String {
    format!("arn:aws:kms:{HOME}:{account}:key/{id}")
}

/// A customer key of the account in a state, under its ARN, its id and an alias made of the id.
pub fn key(id: &str, state: &str) -> Key {
    Key {
        named: vec![
            id.to_owned(),
            key_arn(ACCOUNT, id),
            format!("alias/{id}"),
            format!("arn:aws:kms:{HOME}:{ACCOUNT}:alias/{id}"),
        ],
        facts: Some(KeyFacts {
            arn: key_arn(ACCOUNT, id),
            id: id.to_owned(),
            account: ACCOUNT.to_owned(),
            manager: "CUSTOMER".to_owned(),
            state: state.to_owned(),
            spec: Some("SYMMETRIC_DEFAULT".to_owned()),
            usage: Some("ENCRYPT_DECRYPT".to_owned()),
            origin: Some("AWS_KMS".to_owned()),
            created: Some(days_ago(900)),
            deletion: None,
            valid_to: None,
            multi_region: false,
        }),
        policy: Some(key_policy()),
        rotation: Some(KeyRotation { enabled: true, period_days: Some(365) }),
        grants: Some(Vec::new()),
    }
}

/// A replica in a Region.
pub fn replica(region: &str) -> Replica {
    Replica {
        region: region.to_owned(),
        kms_key_id: None,
        status: Some("InSync".to_owned()),
        status_message: None,
        last_accessed: None,
    }
}

/// The replicas of the secret with this name in the home Region.
pub fn replication(name: &str, replicas: impl IntoIterator<Item = Replica>) -> Replication {
    Replication { arn: arn(HOME, name), replicas: replicas.into_iter().collect() }
}

/// A trail of all Regions that runs and whose selectors were read.
pub fn trail(name: &str) -> Trail {
    Trail {
        arn: format!("arn:aws:cloudtrail:{HOME}:{ACCOUNT}:trail/{name}"),
        name: name.to_owned(),
        home_region: HOME.to_owned(),
        multi_region: true,
        organization: false,
        bucket: Some("logs".to_owned()),
        prefix: None,
        validation: true,
        kms_key_id: None,
        log_group: None,
        status: Some(TrailStatus {
            logging: true,
            last_delivery: Some(now()),
            delivery_error: None,
            started: Some(days_ago(900)),
            stopped: None,
        }),
        selectors: Some(EventSelectors::Basic(Vec::new())),
    }
}

/// Selectors that take every management event.
pub fn all_events() -> EventSelectors {
    EventSelectors::Basic(vec![BasicSelector {
        read_write: "All".to_owned(),
        management: true,
        excluded_sources: Vec::new(),
    }])
}

/// An event data store of the home Region that takes every management event of all Regions.
pub fn store(name: &str) -> EventDataStore {
    let management = FieldSelector {
        field: "eventCategory".to_owned(),
        operators: [("equals".to_owned(), vec!["Management".to_owned()])].into(),
    };
    EventDataStore {
        arn: format!("arn:aws:cloudtrail:{HOME}:{ACCOUNT}:eventdatastore/{name}"),
        name: name.to_owned(),
        status: Some("ENABLED".to_owned()),
        multi_region: true,
        organization: false,
        selectors: Some(vec![AdvancedSelector { name: None, fields: vec![management] }]),
    }
}

/// A rule of the home Region with this pattern that is on and has a target.
pub fn event_rule(name: &str, pattern: Value) -> EventRule {
    EventRule {
        arn: format!("arn:aws:events:{HOME}:{ACCOUNT}:rule/{name}"),
        name: name.to_owned(),
        bus: "default".to_owned(),
        state: "ENABLED".to_owned(),
        pattern: pattern.to_string(),
        targets: Some(vec![TOPIC.to_owned()]),
    }
}

/// A topic in the home Region.
pub const TOPIC: &str = "arn:aws:sns:eu-west-1:111122223333:security";

/// The ARN of a log group.
pub fn log_group_arn(account: &str, region: &str, name: &str) -> String {
    format!("arn:aws:logs:{region}:{account}:log-group:{name}:*")
}

/// A log group with filters from names and patterns; each counts in a metric of its name.
pub fn log_group<'a>(name: &str, filters: impl IntoIterator<Item = (&'a str, &'a str)>) -> LogGroup {
    let filters = filters.into_iter().map(|(name, pattern)| MetricFilter {
        name: name.to_owned(),
        pattern: pattern.to_owned(),
        metrics: vec![Metric { namespace: "Trail".to_owned(), name: name.to_owned() }],
    });
    LogGroup { name: name.to_owned(), filters: filters.collect() }
}

/// An alarm on the metric of this name, which tells a topic.
pub fn alarm(name: &str) -> Alarm {
    Alarm {
        arn: format!("arn:aws:cloudwatch:{HOME}:{ACCOUNT}:alarm:{name}"),
        name: name.to_owned(),
        metrics: vec![Metric { namespace: "Trail".to_owned(), name: name.to_owned() }],
        rule: None,
        actions_enabled: true,
        actions: vec![TOPIC.to_owned()],
    }
}

/// The row of a secret.
pub fn row_of(secrets: &TableData, region: &str, name: &str) -> usize {
    let is_it = |row: &Row| row.resource.name == name && row.resource.region.as_str() == region;
    secrets.rows.iter().position(is_it).unwrap_or_else(|| panic!("no secret {name} in {region}"))
}

/// A cell; NULL is `Value::Null`.
pub fn cell(data: &TableData, row: usize, column: &str) -> Value {
    match data.frame.column(column).unwrap().get(row).unwrap() {
        AnyValue::Null => Value::Null,
        AnyValue::Boolean(value) => json!(value),
        AnyValue::Int64(value) => json!(value),
        AnyValue::Float64(value) => json!(value),
        AnyValue::String(text) => json!(text),
        AnyValue::StringOwned(text) => json!(text.as_str()),
        other => panic!("{column}: {other:?}"),
    }
}

/// The gaps that explain a NULL in a column of a row.
pub fn gaps(tables: &Tables, row: &Row, table: Table, column: &str) -> Vec<Gap> {
    let group = table.column(column).unwrap().group;
    let of_group = row.gaps.iter().filter(|(known, _)| *known == group);
    of_group.map(|(_, id)| tables.gaps.get(*id).unwrap().clone()).collect()
}
