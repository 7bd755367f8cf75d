//! A made-up estate of any size.

use secrets_auditor::model::{AccountId, Partition, Region, RegionState};
use secrets_auditor::snapshot::records::{
    Authorization, InlinePolicy, Key, KeyFacts, ManagedPolicy, OrgAccount, OrgPolicy, OrgUnit, Organization,
    ResourcePolicy, Role, Secret, Tag, User,
};
use secrets_auditor::snapshot::{
    AccountData, AccountEntry, Collected, Inventory, Manifest, RegionData, RegionEntry, Snapshot,
};
use serde_json::{Value, json};

/// The only account.
const ACCOUNT: &str = "111122223333";

/// How many teams share the secrets.
const TEAMS: usize = 20;

const REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];

fn policy(statements: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

fn tag(key: &str, value: String) -> Tag {
    Tag { key: key.to_owned(), value }
}

/// A snapshot with so many principals and so many secrets.
pub(crate) fn snapshot(principals: usize, secrets: usize) -> Snapshot {
    let instant = "2026-11-01T00:00:00Z".parse().expect("an instant");
    let mut manifest = Manifest::begin(instant, Inventory::SecretsManager, Vec::new(), String::new());
    manifest.finished = Some(instant);
    let account = AccountId::new(ACCOUNT);
    let regions: Vec<RegionData> =
        (0..REGIONS.len()).map(|index| region(index, secrets / REGIONS.len())).collect();
    let entry = AccountEntry {
        account,
        partition: Partition::Commercial,
        name: None,
        role: None,
        regions: REGIONS
            .iter()
            .map(|code| RegionEntry { region: Region::new(*code), state: RegionState::Audited })
            .collect(),
        gaps: Vec::new(),
    };
    manifest.accounts.push(entry.clone());
    let account = AccountData {
        entry,
        identity: seen(Vec::new()),
        authorization: seen(vec![authorization(principals)]),
        credentials: seen(Vec::new()),
        organization: seen(vec![organization()]),
        regions,
    };
    Snapshot { manifest, accounts: vec![account] }
}

fn seen<T>(records: Vec<T>) -> Collected<T> {
    Collected { records, gaps: Vec::new() }
}

fn name(index: usize) -> String {
    format!("team-{:02}/service-{}/key-{index}", index % TEAMS, index / TEAMS % 97)
}

fn secret_arn(region: &str, index: usize) -> String {
    format!("arn:aws:secretsmanager:{region}:{ACCOUNT}:secret:{}-AbCdEf", name(index))
}

fn key_arn(region: &str, team: usize) -> String {
    format!("arn:aws:kms:{region}:{ACCOUNT}:key/00000000-0000-0000-0000-0000000000{team:02}")
}

fn secret(region: &str, index: usize) -> Secret {
    let mut secret: Secret = serde_json::from_value(json!({
        "arn": secret_arn(region, index), "name": name(index),
    }))
    .expect("a secret");
    secret.tags = vec![tag("team", format!("t{:02}", index % TEAMS)), tag("env", "prod".to_owned())];
    secret.kms_key_id = index.is_multiple_of(3).then(|| key_arn(region, index % TEAMS));
    secret
}

fn region(place: usize, secrets: usize) -> RegionData {
    let code = REGIONS.get(place).copied().unwrap_or_default();
    let records: Vec<Secret> = (0..secrets).map(|index| secret(code, index)).collect();
    let policies = records.iter().enumerate().map(|(index, secret)| ResourcePolicy {
        arn: secret.arn.clone(),
        policy: index.is_multiple_of(100).then(|| resource_policy(index)),
    });
    RegionData {
        region: Region::new(code),
        state: RegionState::Audited,
        policies: seen(policies.collect()),
        secrets: seen(records),
        versions: seen(Vec::new()),
        replication: seen(Vec::new()),
        keys: seen((0..TEAMS).map(|team| key(code, team)).collect()),
        trails: seen(Vec::new()),
        event_data_stores: seen(Vec::new()),
        event_rules: seen(Vec::new()),
        metric_filters: seen(Vec::new()),
        alarms: seen(Vec::new()),
        config_rules: seen(Vec::new()),
        functions: seen(Vec::new()),
        accesses: seen(Vec::new()),
        lifecycle: seen(Vec::new()),
        coverage: seen(Vec::new()),
    }
}

/// Half of the policies name one role, half deny to outsiders.
fn resource_policy(index: usize) -> String {
    if index.is_multiple_of(200) {
        let role = format!("arn:aws:iam::{ACCOUNT}:role/app-{}", index % 500 * 2);
        return policy(&json!([{
            "Effect": "Allow", "Principal": {"AWS": role}, "Action": "secretsmanager:GetSecretValue", "Resource": "*",
        }]));
    }
    policy(&json!([{
        "Effect": "Deny", "Principal": "*", "Action": "secretsmanager:*", "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorg1"}},
    }]))
}

fn key(region: &str, team: usize) -> Key {
    let arn = key_arn(region, team);
    let facts: KeyFacts = serde_json::from_value(json!({
        "arn": arn, "id": arn.rsplit('/').next(), "account": ACCOUNT, "manager": "CUSTOMER", "state": "Enabled",
    }))
    .expect("a key");
    let root = json!([{
        "Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{ACCOUNT}:root")}, "Action": "kms:*",
        "Resource": "*",
    }]);
    Key {
        named: vec![arn],
        facts: Some(facts),
        policy: Some(policy(&root)),
        rotation: None,
        grants: Some(Vec::new()),
    }
}

fn managed(name: &str, statements: &Value) -> ManagedPolicy {
    let arn = format!("arn:aws:iam::{ACCOUNT}:policy/{name}");
    ManagedPolicy { arn, name: name.to_owned(), document: policy(statements) }
}

fn authorization(principals: usize) -> Authorization {
    let mut policies: Vec<ManagedPolicy> = (0..TEAMS).map(team_policy).collect();
    policies.push(managed("by-tag", &by_tag()));
    policies.push(managed("boundary", &json!([
        {"Effect": "Allow", "Action": ["secretsmanager:Get*", "secretsmanager:Describe*", "kms:*", "s3:*"], "Resource": "*"},
        {"Effect": "Deny", "Action": "secretsmanager:*", "Resource": "arn:aws:secretsmanager:*:*:secret:*/service-13/*"},
    ])));
    policies.push(managed(
        "logs",
        &json!([{"Effect": "Allow", "Action": ["logs:*", "s3:Get*"], "Resource": "*"}]),
    ));
    let roles = (0..principals).filter(|index| index % 4 != 3).map(role).collect();
    let users = (0..principals).filter(|index| index % 4 == 3).map(user).collect();
    Authorization { users, groups: Vec::new(), roles, policies }
}

fn team_policy(team: usize) -> ManagedPolicy {
    let resource = format!("arn:aws:secretsmanager:*:{ACCOUNT}:secret:team-{team:02}/*");
    managed(
        &format!("team-{team:02}"),
        &json!([
            {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], "Resource": resource},
            {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*",
             "Condition": {"StringLike": {"kms:ViaService": "secretsmanager.*.amazonaws.com"}}},
        ]),
    )
}

fn by_tag() -> Value {
    json!([
        {"Effect": "Allow", "Action": "secretsmanager:*Secret*", "Resource": "*",
         "Condition": {"StringEquals": {"secretsmanager:ResourceTag/team": "${aws:PrincipalTag/team}"}}},
        {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"},
    ])
}

fn attached(index: usize) -> Vec<String> {
    let arn = |name: &str| format!("arn:aws:iam::{ACCOUNT}:policy/{name}");
    let own =
        if index.is_multiple_of(5) { "by-tag".to_owned() } else { format!("team-{:02}", index % TEAMS) };
    vec![arn(&own), arn("logs")]
}

/// Every third principal has a policy for a secret of its own.
fn inline(index: usize) -> Vec<InlinePolicy> {
    let resource = format!("arn:aws:secretsmanager:*:{ACCOUNT}:secret:{}-??????", name(index));
    let document = policy(&json!({
        "Effect": "Allow", "Action": ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"],
        "Resource": resource,
    }));
    let own = InlinePolicy { name: "own-secret".to_owned(), document };
    if index.is_multiple_of(3) { vec![own] } else { Vec::new() }
}

fn boundary(index: usize) -> Option<String> {
    index.is_multiple_of(2).then(|| format!("arn:aws:iam::{ACCOUNT}:policy/boundary"))
}

fn role(index: usize) -> Role {
    let trust = json!([{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]);
    Role {
        arn: format!("arn:aws:iam::{ACCOUNT}:role/app-{index}"),
        id: format!("AROA{index:017}"),
        name: format!("app-{index}"),
        trust: Some(policy(&trust)),
        inline: inline(index),
        attached: attached(index),
        boundary: boundary(index),
        tags: vec![tag("team", format!("t{:02}", index % TEAMS))],
        last_used: None,
    }
}

fn user(index: usize) -> User {
    User {
        arn: format!("arn:aws:iam::{ACCOUNT}:user/user-{index}"),
        id: format!("AIDA{index:017}"),
        name: format!("user-{index}"),
        inline: inline(index),
        attached: attached(index),
        groups: Vec::new(),
        boundary: boundary(index),
        tags: vec![tag("team", format!("t{:02}", index % TEAMS))],
    }
}

fn organization() -> Organization {
    let scp = |id: &str, statements: &Value| OrgPolicy {
        id: id.to_owned(),
        name: id.to_owned(),
        policy_type: "SERVICE_CONTROL_POLICY".to_owned(),
        document: policy(statements),
        targets: vec!["r-root".to_owned(), ACCOUNT.to_owned()],
    };
    Organization {
        id: "o-exampleorg1".to_owned(),
        management_account: "999999999999".to_owned(),
        accounts: vec![OrgAccount {
            id: ACCOUNT.to_owned(),
            name: "all".to_owned(),
            status: "ACTIVE".to_owned(),
            parent: Some("r-root".to_owned()),
        }],
        units: vec![OrgUnit { id: "r-root".to_owned(), name: "Root".to_owned(), parent: None }],
        policies: vec![
            scp("p-full", &json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}])),
            scp(
                "p-region",
                &json!([{
                    "Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*",
                    "Condition": {"StringNotEquals": {"aws:RequestedRegion": REGIONS}},
                }]),
            ),
        ],
    }
}
