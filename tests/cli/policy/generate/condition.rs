//! Condition elements of every operator family.

use super::scene::WORDS;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// Operator, key and wanted values: one line of a Condition element.
type Test = (String, String, Value);

pub fn condition() -> impl Strategy<Value = Value> {
    prop::collection::vec(test(), 1..=2).prop_map(|tests| {
        let mut block = Map::new();
        for (operator, key, wanted) in tests {
            let keys = block.entry(operator).or_insert_with(|| json!({}));
            keys[key] = wanted;
        }
        Value::Object(block)
    })
}

fn test() -> BoxedStrategy<Test> {
    prop_oneof![
        6 => text_test(),
        3 => set_test(),
        2 => scalar_as_text_test(),
        2 => arn_test(),
        2 => numeric_test(),
        2 => date_test(),
        2 => bool_test(),
        2 => ip_test(),
        1 => binary_test(),
        2 => null_test(),
        1 => any_value_if_exists_test(),
    ]
    .boxed()
}

const TEXT_KEYS: [&str; 7] = [
    "aws:PrincipalTag/team",
    "aws:PrincipalTag/env",
    "secretsmanager:ResourceTag/team",
    "aws:PrincipalOrgID",
    "aws:username",
    "secretsmanager:VersionStage",
    "aws:RequestTag/missing",
];

const TEXT_OPERATORS: [&str; 6] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
];

const TEXT_VALUES: [&str; 15] = [
    "*",
    "red*",
    "?ed",
    "*lic*",
    "o-red",
    "alice",
    "${aws:PrincipalTag/team}",
    "${secretsmanager:ResourceTag/team}",
    "${aws:principaltag/TEAM}*",
    "${aws:PrincipalTag/missing}",
    "${aws:PrincipalTag/missing, 'red'}",
    "${aws:PrincipalTag/missing, 'r*'}",
    "${aws:TagKeys}",
    "r${*}",
    "r${?}d",
];

fn text_values() -> BoxedStrategy<Value> {
    wanted(WORDS.iter().chain(&TEXT_VALUES).map(|value| json!(value)).collect())
}

fn text_test() -> BoxedStrategy<Test> {
    (operator(&TEXT_OPERATORS), key(&TEXT_KEYS), text_values()).boxed()
}

/// Multivalued keys come with a set operator only: without one AWS does not define them.
fn set_test() -> BoxedStrategy<Test> {
    let prefix = select(vec!["ForAllValues:", "ForAnyValue:"]);
    let operator =
        (prefix, select(TEXT_OPERATORS.to_vec()), any::<bool>()).prop_map(|(prefix, name, if_exists)| {
            let suffix = if if_exists && prefix == "ForAllValues:" { "IfExists" } else { "" };
            format!("{prefix}{name}{suffix}")
        });
    (operator, key(&["aws:TagKeys", "aws:CalledVia"]), text_values()).boxed()
}

/// On the one key that is never absent: for absent keys AWS does not define the combination.
fn any_value_if_exists_test() -> BoxedStrategy<Test> {
    let operator = select(TEXT_OPERATORS.to_vec()).prop_map(|name| format!("ForAnyValue:{name}IfExists"));
    let values = wanted(vec![json!("us-east-1"), json!("US-EAST-1"), json!("eu-*"), json!("*")]);
    (operator, key(&["aws:RequestedRegion"]), values).boxed()
}

fn scalar_as_text_test() -> BoxedStrategy<Test> {
    let keys = key(&["aws:SecureTransport", "aws:MultiFactorAuthAge"]);
    let values = wanted(vec![json!(true), json!(false), json!("true"), json!(100), json!(0), json!("3600")]);
    (operator(&TEXT_OPERATORS), keys, values).boxed()
}

fn arn_test() -> BoxedStrategy<Test> {
    let values = [
        "arn:aws:iam::111122223333:role/*",
        "arn:aws:iam::*:role/svc/app",
        "arn:aws:iam::111122223333:user/*${aws:username}",
        "arn:aws:iam::${aws:PrincipalAccount}:*",
        "arn:aws:iam::111122223333:user/${aws:PrincipalTag/missing, 'alice'}",
        "arn:aws:sts::*:federated-user/*",
        "arn:*:*:*:*:*",
        "arn:aws:sns:us-east-1:111122223333:topic",
        "arn:aws:sns:*:11112222333?:topi?",
        "arn:aws:sns:*:111122223333:topic:*",
        "arn:aws:*:111122223333:topic:sub",
        "ARN:AWS:SNS:*:*:*",
    ];
    let operators = operator(&["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"]);
    (operators, key(&["aws:SourceArn", "aws:PrincipalArn"]), wanted(strings(&values))).boxed()
}

fn numeric_test() -> BoxedStrategy<Test> {
    let mut values = strings(&["-1", "0", "99.5", "100", "100.0", "100.00", "3600"]);
    values.extend([json!(0), json!(100), json!(99.5), json!(3600.0), json!(-1)]);
    (relation("Numeric"), key(&["aws:MultiFactorAuthAge", "aws:RequestTag/missing"]), wanted(values)).boxed()
}

fn date_test() -> BoxedStrategy<Test> {
    let mut values = strings(&[
        "2026-06-15T12:00:00Z",
        "2026-06-15T14:00:00+02:00",
        "2026-06-15T12:00:00.000Z",
        "2026-06-14T20:30:00-03:30",
        "2026-06-15",
        "2026-01-01T00:00:00Z",
        "2026-12-31T23:59:59Z",
        "1781524800",
        "1781481600",
    ]);
    values.push(json!(1_781_524_800));
    (relation("Date"), key(&["aws:CurrentTime", "aws:EpochTime", "aws:TokenIssueTime"]), wanted(values))
        .boxed()
}

fn bool_test() -> BoxedStrategy<Test> {
    let keys = key(&["aws:SecureTransport", "aws:MultiFactorAuthPresent", "aws:ViaAWSService"]);
    let values =
        vec![json!(true), json!(false), json!("true"), json!("false"), json!("True"), json!("FALSE")];
    (operator(&["Bool"]), keys, wanted(values)).boxed()
}

fn ip_test() -> BoxedStrategy<Test> {
    let values = strings(&[
        "10.0.0.0/8",
        "10.1.2.3",
        "10.1.2.3/32",
        "192.0.2.0/25",
        "0.0.0.0/0",
        "2001:db8::/32",
        "2001:db8::5",
        "2001:DB8:0:0:0:0:0:5/128",
        "::/0",
        "fe80::/10",
    ]);
    (operator(&["IpAddress", "NotIpAddress"]), key(&["aws:SourceIp", "aws:VpcSourceIp"]), wanted(values))
        .boxed()
}

fn binary_test() -> BoxedStrategy<Test> {
    (operator(&["BinaryEquals"]), key(&["app:Blob"]), wanted(strings(&["cmVk", "Ymx1ZQ==", "Y21WaA=="])))
        .boxed()
}

fn null_test() -> BoxedStrategy<Test> {
    let keys =
        ["aws:TagKeys", "aws:SourceIp", "aws:PrincipalTag/team", "aws:RequestTag/missing", "aws:SourceArn"];
    let values = select(vec![
        json!(true),
        json!(false),
        json!("true"),
        json!("false"),
        json!("True"),
        json!(["false"]),
    ]);
    (Just("Null".to_string()), key(&keys), values).boxed()
}

fn relation(family: &'static str) -> BoxedStrategy<String> {
    let relations = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"];
    qualified(select(relations.to_vec()).prop_map(move |relation| format!("{family}{relation}")).boxed())
}

fn operator(names: &[&'static str]) -> BoxedStrategy<String> {
    qualified(select(names.to_vec()).prop_map(str::to_string).boxed())
}

/// ForAnyValue is kept apart from IfExists.
fn qualified(name: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let form = prop_oneof![
        5 => Just(("", "")),
        3 => Just(("", "IfExists")),
        1 => Just(("ForAllValues:", "")),
        1 => Just(("ForAllValues:", "IfExists")),
        1 => Just(("ForAnyValue:", "")),
    ];
    (form, name).prop_map(|((prefix, suffix), name)| format!("{prefix}{name}{suffix}")).boxed()
}

/// Condition keys are case-insensitive, the tag key after `/` too.
fn key(keys: &[&'static str]) -> BoxedStrategy<String> {
    let spelling = prop_oneof![
        4 => Just(str::to_string as fn(&str) -> String),
        1 => Just(str::to_lowercase as fn(&str) -> String),
        1 => Just(str::to_uppercase as fn(&str) -> String),
    ];
    (select(keys.to_vec()), spelling).prop_map(|(key, spelling)| spelling(key)).boxed()
}

/// One value, alone or in an array, or several.
fn wanted(values: Vec<Value>) -> BoxedStrategy<Value> {
    let one = select(values.clone());
    let several = prop::collection::vec(select(values), 1..=3);
    prop_oneof![3 => one, 2 => several.prop_map(|values| json!(values))].boxed()
}

fn strings(values: &[&str]) -> Vec<Value> {
    values.iter().map(|value| json!(value)).collect()
}
