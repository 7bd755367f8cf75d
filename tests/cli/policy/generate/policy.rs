//! Policy documents, fitted to the scene so that a good share of their statements match.

use super::condition::condition;
use super::scene::{Kind, OTHER_ACCOUNT, OWNER, STRANGER_ACCOUNT, Scene};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

pub type Document = Value;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// Identity policies.
    Caller,
    /// Boundaries, session policies and service control policies.
    Limit,
    Resource,
    ResourceControl,
    VpcEndpoint,
}

pub fn full_access(with_principal: bool) -> Document {
    let mut statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    if with_principal {
        statement["Principal"] = json!("*");
    }
    json!({"Version": "2012-10-17", "Statement": [statement]})
}

pub fn document(scene: &Scene, layer: Layer) -> BoxedStrategy<Document> {
    let version = prop_oneof![
        8 => Just(Some("2012-10-17")),
        1 => Just(Some("2008-10-17")),
        1 => Just(None),
    ];
    let statement = statement(scene, layer);
    let one = statement.clone();
    let several = prop::collection::vec(statement, 1..=3).prop_map(|statements| json!(statements));
    (version, prop_oneof![1 => one, 3 => several])
        .prop_map(|(version, statements)| {
            let mut document = json!({ "Statement": statements });
            if let Some(version) = version {
                document["Version"] = json!(version);
            }
            document
        })
        .boxed()
}

fn statement(scene: &Scene, layer: Layer) -> BoxedStrategy<Value> {
    let effects = match layer {
        Layer::ResourceControl => vec!["Deny"],
        _ => [vec!["Allow"; 6], vec!["Deny"]].concat(),
    };
    let scene = scene.clone();
    select(effects).prop_flat_map(move |effect| statement_with(effect, &scene, layer)).boxed()
}

fn statement_with(effect: &'static str, scene: &Scene, layer: Layer) -> BoxedStrategy<Value> {
    // What the caller asks for passes most layers, so that the last one decides often enough.
    let wide = effect == "Allow" && layer != Layer::Caller;
    let condition_share = match layer {
        Layer::ResourceControl => 0.85,
        Layer::Resource => 0.25,
        _ => 0.4,
    };
    let elements = (
        principal(scene, layer, effect == "Deny"),
        action(scene, wide),
        resource(scene, wide),
        prop::option::weighted(condition_share, condition()),
    );
    elements
        .prop_map(move |(principal, action, resource, condition)| {
            let mut statement = Map::from_iter([("Effect".to_string(), json!(effect))]);
            statement.extend(principal);
            statement.extend([action, resource]);
            statement.extend(condition.map(|condition| ("Condition".to_string(), condition)));
            Value::Object(statement)
        })
        .boxed()
}

type Element = (String, Value);

/// `Name` with these values, or `NotName` with those; each one alone or in an array.
fn element(name: &'static str, positive: Vec<String>, negative: Vec<String>) -> BoxedStrategy<Element> {
    let positive = one_or_several(positive).prop_map(move |value| (name.to_string(), value));
    let negative = one_or_several(negative).prop_map(move |value| (format!("Not{name}"), value));
    prop_oneof![5 => positive, 1 => negative].boxed()
}

fn one_or_several(values: Vec<String>) -> BoxedStrategy<Value> {
    let several = prop::collection::vec(select(values.clone()), 1..=3).prop_map(|values| json!(values));
    prop_oneof![1 => select(values).prop_map(|value| json!(value)), 1 => several].boxed()
}

fn owned(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| value.to_string()).collect()
}

fn action(scene: &Scene, wide: bool) -> BoxedStrategy<Element> {
    let (service, name) = scene.action.split_once(':').expect("service:Action");
    let shifted = format!("{}?{}", &name[..1], &name[2..]);
    let mut positive = vec![
        "*".to_string(),
        scene.action.to_string(),
        scene.action.to_lowercase(),
        scene.action.to_uppercase(),
        format!("{service}:*"),
        format!("{service}:{}*", &name[..3]),
        format!("{service}:{shifted}"),
        format!("{service}:{name}?"),
        format!("*:{name}"),
        format!("{service}:*Value"),
    ];
    positive.extend(owned(if wide { &["*", "*", "*"] } else { &["s3:*", "kms:*", "secretsmanager:Put*"] }));
    let mut negative = owned(&["iam:*", "s3:*", "secretsmanager:Put*", "SECRETSMANAGER:list*", "kms:De*"]);
    negative.push(scene.action.to_string());
    element("Action", positive, negative)
}

fn resource(scene: &Scene, wide: bool) -> BoxedStrategy<Element> {
    let mut patterns = match scene.action {
        "kms:Decrypt" => {
            owned(&["*", "*", "*", "arn:aws:kms:*:*:key/*", "arn:aws:secretsmanager:*:*:secret:*"])
        }
        _ => secret_patterns(),
    };
    patterns.push(scene.resource.clone());
    let mut positive = patterns.clone();
    positive.extend(vec!["*".to_string(); if wide || scene.wildcard_only { 12 } else { 4 }]);
    let negative = patterns.into_iter().filter(|pattern| pattern != "*").chain(["*".to_string()]).collect();
    element("Resource", positive, negative)
}

fn secret_patterns() -> Vec<String> {
    owned(&[
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf",
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:db",
        "arn:aws:secretsmanager:*:111122223333:secret:db-??????",
        "arn:aws:secretsmanager:*:*:secret:DB-??????",
        "arn:aws:secretsmanager:*:111122223333:secret:*db-??????",
        "arn:aws:secretsmanager:us-*-1:111122223333:secret:red/*",
        "arn:aws:secretsmanager:*:11112222333?:secret:r*",
        "arn:aws:secretsmanager:*:111122223333:secret:r${*}-??????",
        "arn:aws:secretsmanager:*:111122223333:secret:${aws:PrincipalTag/team}/*",
        "arn:aws:secretsmanager:*:111122223333:secret:${aws:PrincipalTag/team}-*",
        "arn:aws:secretsmanager:*:111122223333:secret:*${aws:PrincipalTag/missing}*",
        "arn:aws:secretsmanager:*:111122223333:secret:${aws:PrincipalTag/team, 'red'}/*",
        "arn:aws:secretsmanager:*:111122223333:secret:${aws:PrincipalTag/missing, 'r*'}/*",
        "arn:aws:secretsmanager:*:111122223333:secret:${aws:username}/*",
        "arn:aws:secretsmanager:*:111122223333:secret:*${aws:TagKeys}*",
        "arn:aws:secretsmanager:${aws:RequestedRegion}:${aws:PrincipalAccount}:secret:*",
        "arn:aws:secretsmanager:*:secret:db-AbCdEf",
        "arn:*:*:*:*:*",
        "arn:aws:kms:*:*:key/*",
    ])
}

/// The principal element that the layer calls for; none for the policies that follow the caller.
fn principal(scene: &Scene, layer: Layer, is_deny: bool) -> BoxedStrategy<Option<Element>> {
    let named = |value: Value| ("Principal".to_string(), value);
    match layer {
        Layer::Caller | Layer::Limit => Just(None).boxed(),
        Layer::ResourceControl => Just(Some(named(json!("*")))).boxed(),
        Layer::VpcEndpoint => {
            let star = Just(json!("*"));
            prop_oneof![2 => star.boxed(), 1 => listed(scene)]
                .prop_map(move |value| Some(named(value)))
                .boxed()
        }
        Layer::Resource if is_deny => {
            let principal = listed(scene).prop_map(named);
            prop_oneof![2 => principal.boxed(), 1 => not_principal(scene)].prop_map(Some).boxed()
        }
        Layer::Resource => listed(scene).prop_map(move |value| Some(named(value))).boxed(),
    }
}

fn listed(scene: &Scene) -> BoxedStrategy<Value> {
    let aws = one_or_several(aws_entries(scene));
    let services =
        vec![scene.caller.principal.clone(), "lambda.amazonaws.com".into(), "rds.amazonaws.com".into()];
    let services = services.into_iter().filter(|name| name.ends_with(".com")).collect();
    let service = one_or_several(services);
    let service_share = if scene.kind == Kind::Service { 40 } else { 1 };
    prop_oneof![
        1 => Just(json!("*")),
        1 => Just(json!({"AWS": "*"})),
        12 => aws.clone().prop_map(|aws| json!({ "AWS": aws })),
        service_share => service.clone().prop_map(|service| json!({ "Service": service })),
        1 => (aws, service).prop_map(|(aws, service)| json!({ "AWS": aws, "Service": service })),
        1 => Just(json!({"Federated": "cognito-identity.amazonaws.com"})),
    ]
    .boxed()
}

/// The caller's own chain, each link several times, and neighbours that look alike.
fn aws_entries(scene: &Scene) -> Vec<String> {
    let caller = &scene.caller;
    let mut entries = owned(&[STRANGER_ACCOUNT, OTHER_ACCOUNT, OWNER]);
    entries.extend(neighbours(caller.account));
    if scene.kind == Kind::Service {
        return entries;
    }
    entries.extend(vec![caller.principal.clone(); 6]);
    entries.extend(caller.parent.iter().flat_map(|parent| vec![parent.clone(); 5]));
    entries.extend(account_forms(scene));
    entries.extend(account_forms(scene));
    if scene.kind == Kind::RoleSession {
        let role = caller.principal.split('/').nth(1).expect("a role name");
        entries.push(format!("arn:aws:iam::{}:role/elsewhere/{role}", caller.account));
    }
    entries
}

fn neighbours(account: &str) -> Vec<String> {
    vec![
        format!("arn:aws:iam::{account}:user/app"),
        format!("arn:aws:iam::{account}:role/alice"),
        format!("arn:aws:sts::{account}:assumed-role/app/s2"),
        format!("arn:aws:iam::{STRANGER_ACCOUNT}:role/app"),
    ]
}

fn account_forms(scene: &Scene) -> Vec<String> {
    let account = scene.caller.account;
    vec![account.to_string(), format!("arn:aws:iam::{account}:root")]
}

/// The caller's whole chain or nothing of it: the rest AWS leaves to the service.
fn not_principal(scene: &Scene) -> BoxedStrategy<Element> {
    let strangers = owned(&[
        STRANGER_ACCOUNT,
        "arn:aws:iam::999900001111:user/alice",
        "arn:aws:sts::999900001111:assumed-role/app/s1",
    ]);
    let extra = subsequence(strangers.clone(), 0..=2);
    let others = one_or_several(strangers).prop_map(|aws| json!({ "AWS": aws }));
    let whole_chain = match scene.kind {
        Kind::Service => Just(json!({ "Service": scene.caller.principal })).boxed(),
        _ => {
            let links: Vec<String> = (scene.kind != Kind::Root)
                .then(|| scene.caller.principal.clone())
                .into_iter()
                .chain(scene.caller.parent.clone())
                .collect();
            let list = (select(account_forms(scene)), extra).prop_map(move |(account, extra)| {
                links.iter().cloned().chain([account]).chain(extra).collect::<Vec<_>>()
            });
            list.prop_shuffle().prop_map(|aws| json!({ "AWS": aws })).boxed()
        }
    };
    prop_oneof![2 => whole_chain, 1 => others].prop_map(|value| ("NotPrincipal".to_string(), value)).boxed()
}
