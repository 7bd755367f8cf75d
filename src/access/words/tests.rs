use serde_json::{Value, json};

use super::*;
use crate::policy::{Caller, Context, Layers, Policy, Question, Request, ways};

/// What must hold for statements to allow, where nothing is known of the circumstances.
fn only(statements: &Value) -> Vec<String> {
    let document = json!({ "Version": "2012-10-17", "Statement": statements });
    let policy = Policy::parse(&document.to_string()).unwrap();
    let caller = Caller::parse("arn:aws:iam::111122223333:role/app").unwrap();
    let mut context = Context::new();
    context.unknown_unless_given(&["*"]);
    let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:team/a-AbCdEf";
    let request = Request::new(&caller, "secretsmanager:getsecretvalue", secret, "111122223333", &context);
    let layers = Layers { identity: [&policy].into_iter().collect(), ..Layers::default() };
    conditions(&ways(&[Question { request, layers }]))
}

fn statement(effect: &str, condition: &Value) -> Value {
    json!({ "Effect": effect, "Action": "*", "Resource": "*", "Condition": condition })
}

fn allows(operator: &str, key: &str, values: &Value) -> String {
    only(&json!([statement("Allow", &json!({ operator: { key: values } }))])).join("; ")
}

fn denies(operator: &str, key: &str, values: &Value) -> String {
    let all = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    only(&json!([all, statement("Deny", &json!({ operator: { key: values } }))])).join("; ")
}

/// Operator, key, values, and what an Allow and a Deny with them ask for.
type Case<'a> = (&'a str, &'a str, Value, &'a str, &'a str);

fn check(cases: &[Case<'_>]) {
    for (operator, key, values, allowed, undenied) in cases {
        assert_eq!(allows(operator, key, values), *allowed, "Allow {operator} {key} {values}");
        assert_eq!(denies(operator, key, values), *undenied, "Deny {operator} {key} {values}");
    }
}

#[test]
fn texts_have_words() {
    check(&[
        (
            "StringEquals",
            "aws:PrincipalOrgID",
            json!("o-x"),
            "if aws:PrincipalOrgID is o-x",
            "if aws:PrincipalOrgID is not o-x",
        ),
        (
            "StringNotEquals",
            "aws:PrincipalOrgID",
            json!("o-x"),
            "if aws:PrincipalOrgID is not o-x",
            "if aws:PrincipalOrgID is o-x",
        ),
        (
            "StringEqualsIfExists",
            "aws:PrincipalOrgID",
            json!("o-x"),
            "if aws:PrincipalOrgID is o-x or absent",
            "if aws:PrincipalOrgID is present and is not o-x",
        ),
        (
            "StringNotEqualsIfExists",
            "aws:PrincipalOrgID",
            json!("o-x"),
            "if aws:PrincipalOrgID is not o-x",
            "if aws:PrincipalOrgID is o-x",
        ),
        (
            "StringEqualsIgnoreCase",
            "sts:ExternalId",
            json!("X"),
            "if sts:ExternalId is X in any letter case",
            "if sts:ExternalId is not X in any letter case",
        ),
        (
            "StringLike",
            "aws:userid",
            json!(["*:a", "*:b"]),
            "if aws:userid matches *:a or *:b",
            "if aws:userid does not match *:a or *:b",
        ),
        ("StringLike", "aws:userid", json!("a"), "if aws:userid is a", "if aws:userid is not a"),
        (
            "StringEquals",
            "aws:username",
            json!(["a", "b", "c", "d", "e"]),
            "if aws:username is a or b or c or 2 more",
            "if aws:username is not a or b or c or 2 more",
        ),
    ]);
}

#[test]
fn sets_have_words() {
    check(&[
        (
            "ForAllValues:StringEquals",
            "aws:TagKeys",
            json!(["a", "b"]),
            "if every value of aws:TagKeys is a or b, or it has none",
            "if some value of aws:TagKeys is not a or b",
        ),
        (
            "ForAnyValue:StringEquals",
            "aws:CalledVia",
            json!("a"),
            "if some value of aws:CalledVia is a",
            "if no value of aws:CalledVia is a",
        ),
        (
            "ForAllValues:StringNotEquals",
            "aws:TagKeys",
            json!("a"),
            "if no value of aws:TagKeys is a",
            "if some value of aws:TagKeys is a",
        ),
        (
            "ForAnyValue:StringNotEquals",
            "aws:TagKeys",
            json!("a"),
            "if some value of aws:TagKeys is not a",
            "if every value of aws:TagKeys is a, or it has none",
        ),
        (
            "ForAnyValue:StringLike",
            "aws:PrincipalOrgPaths",
            json!("o-x/r-1/*"),
            "if some value of aws:PrincipalOrgPaths matches o-x/r-1/*",
            "if no value of aws:PrincipalOrgPaths matches o-x/r-1/*",
        ),
    ]);
}

#[test]
fn truth_values_and_absence_have_words() {
    check(&[
        ("Bool", "aws:MultiFactorAuthPresent", json!(true), "with MFA", "without MFA"),
        (
            "Bool",
            "aws:MultiFactorAuthPresent",
            json!("false"),
            "with temporary credentials without MFA",
            "with MFA or with a long-lived access key",
        ),
        ("BoolIfExists", "aws:MultiFactorAuthPresent", json!("false"), "without MFA", "with MFA"),
        (
            "BoolIfExists",
            "aws:MultiFactorAuthPresent",
            json!("true"),
            "with MFA or with a long-lived access key",
            "with temporary credentials without MFA",
        ),
        ("Bool", "aws:SecureTransport", json!("true"), "over TLS", "without TLS"),
        ("Bool", "aws:SecureTransport", json!("false"), "without TLS", "over TLS"),
        (
            "Bool",
            "aws:ViaAWSService",
            json!("true"),
            "by way of an AWS service",
            "without an AWS service in between",
        ),
        (
            "Bool",
            "kms:GrantIsForAWSResource",
            json!(true),
            "if kms:GrantIsForAWSResource is true",
            "if kms:GrantIsForAWSResource is not true",
        ),
        (
            "Null",
            "aws:TokenIssueTime",
            json!("true"),
            "if aws:TokenIssueTime is absent",
            "if aws:TokenIssueTime is present",
        ),
        (
            "Null",
            "aws:TokenIssueTime",
            json!(false),
            "if aws:TokenIssueTime is present",
            "if aws:TokenIssueTime is absent",
        ),
    ]);
}

#[test]
fn numbers_and_dates_have_words() {
    check(&[
        (
            "NumericLessThan",
            "aws:MultiFactorAuthAge",
            json!(3600),
            "within 3600 seconds of MFA",
            "if aws:MultiFactorAuthAge is at least 3600 or absent",
        ),
        (
            "NumericGreaterThanEquals",
            "secretsmanager:RecoveryWindowInDays",
            json!("7"),
            "if secretsmanager:RecoveryWindowInDays is at least 7",
            "if secretsmanager:RecoveryWindowInDays is below 7 or absent",
        ),
        (
            "NumericNotEqualsIfExists",
            "secretsmanager:RecoveryWindowInDays",
            json!(7),
            "if secretsmanager:RecoveryWindowInDays is not 7",
            "if secretsmanager:RecoveryWindowInDays is 7",
        ),
        ("DateLessThan", "aws:CurrentTime", json!("2027-01-01"), "before 2027-01-01", "from 2027-01-01"),
        (
            "DateGreaterThan",
            "aws:EpochTime",
            json!(1_781_524_800),
            "after 2026-06-15T12:00:00Z",
            "until 2026-06-15T12:00:00Z",
        ),
        (
            "DateGreaterThan",
            "aws:TokenIssueTime",
            json!("2027-01-01"),
            "if aws:TokenIssueTime is after 2027-01-01",
            "if aws:TokenIssueTime is at or before 2027-01-01 or absent",
        ),
    ]);
}

#[test]
fn places_have_words() {
    check(&[
        (
            "IpAddress",
            "aws:SourceIp",
            json!(["10.0.0.0/8", "::1"]),
            "from 10.0.0.0/8 or ::1",
            "not from 10.0.0.0/8 or ::1",
        ),
        ("NotIpAddress", "aws:SourceIp", json!("10.0.0.0/8"), "not from 10.0.0.0/8", "from 10.0.0.0/8"),
        (
            "IpAddressIfExists",
            "aws:SourceIp",
            json!("10.0.0.0/8"),
            "from 10.0.0.0/8 or from no public address",
            "from a public address outside 10.0.0.0/8",
        ),
        ("IpAddress", "aws:VpcSourceIp", json!("10.0.0.0/8"), "from 10.0.0.0/8", "not from 10.0.0.0/8"),
        (
            "IpAddress",
            "custom:Address",
            json!("10.0.0.0/8"),
            "if custom:Address is in 10.0.0.0/8",
            "if custom:Address is not in 10.0.0.0/8",
        ),
        ("StringEquals", "aws:SourceVpce", json!("vpce-1"), "through vpce-1", "not through vpce-1"),
        (
            "StringNotEqualsIfExists",
            "aws:SourceVpce",
            json!("vpce-1"),
            "not through vpce-1",
            "through vpce-1",
        ),
        (
            "StringEqualsIfExists",
            "aws:SourceVpce",
            json!("vpce-1"),
            "through vpce-1 or through no VPC endpoint",
            "through a VPC endpoint other than vpce-1",
        ),
        ("StringEquals", "aws:SourceVpc", json!("vpc-1"), "from vpc-1", "not from vpc-1"),
        (
            "StringLike",
            "aws:UserAgent",
            json!("aws-cli*"),
            "with the user agent aws-cli*",
            "not with the user agent aws-cli*",
        ),
    ]);
}

#[test]
fn arns_and_tags_have_words() {
    check(&[
        (
            "ArnLike",
            "aws:SourceArn",
            json!("arn:aws:s3:::b*"),
            "if aws:SourceArn matches arn:aws:s3:::b*",
            "if aws:SourceArn does not match arn:aws:s3:::b*",
        ),
        (
            "ArnNotEquals",
            "aws:PrincipalArn",
            json!("arn:aws:iam::111122223333:role/x"),
            "if aws:PrincipalArn is not arn:aws:iam::111122223333:role/x",
            "if aws:PrincipalArn is arn:aws:iam::111122223333:role/x",
        ),
        (
            "StringEquals",
            "aws:PrincipalTag/Team",
            json!("pay"),
            "if its tag Team is pay",
            "if its tag Team is not pay",
        ),
        (
            "StringEqualsIfExists",
            "aws:principaltag/Team",
            json!("pay"),
            "if its tag Team is pay or absent",
            "if its tag Team is present and is not pay",
        ),
        (
            "StringEquals",
            "aws:RequestTag/Team",
            json!("pay"),
            "if the call's tag Team is pay",
            "if the call's tag Team is not pay",
        ),
        (
            "BinaryEquals",
            "custom:Blob",
            json!("QmluYXJ5"),
            "if custom:Blob is QmluYXJ5",
            "if custom:Blob is not QmluYXJ5",
        ),
    ]);
}

#[test]
fn what_reads_the_same_is_said_once() {
    let is =
        |operator: &str, effect| statement(effect, &json!({ operator: { "aws:PrincipalOrgID": "o-x" } }));
    let both = json!([is("StringEquals", "Allow"), is("StringNotEqualsIfExists", "Deny")]);
    assert_eq!(only(&both), ["if aws:PrincipalOrgID is o-x"]);
}

#[test]
fn ways_share_what_they_share() {
    let mfa = json!({ "aws:MultiFactorAuthPresent": "true" });
    let from =
        |key: &str, value: &str| statement("Allow", &json!({ "Bool": mfa, "StringEquals": { key: value } }));
    let two = json!([from("aws:SourceVpce", "vpce-1"), from("aws:SourceVpc", "vpc-1")]);
    assert_eq!(only(&two), ["with MFA", "through vpce-1, or from vpc-1"]);
    let plain = statement("Allow", &json!({ "Bool": mfa }));
    assert_eq!(only(&json!([from("aws:SourceVpce", "vpce-1"), plain])), ["with MFA"]);
}

#[test]
fn variables_of_resources_are_named() {
    let resource = |text: &str| {
        let resource = format!("arn:aws:secretsmanager:*:*:secret:{text}");
        only(&json!([{ "Effect": "Allow", "Action": "*", "Resource": resource }])).join("; ")
    };
    assert_eq!(resource("${aws:PrincipalTag/Team}/*"), "if its tag team fits the resource's name");
    assert_eq!(
        resource("${aws:PrincipalTag/Team}/${aws:username}*"),
        "if its tag team and aws:username fit the resource's name"
    );
}

#[test]
fn things_in_a_row() {
    let things = ["a", "b", "c"].map(str::to_owned);
    assert_eq!(listed(&things, "and", 3), "a, b and c");
    assert_eq!(listed(&things, "or", 1), "a or 2 more");
    assert_eq!(listed(&things[..1], "and", 3), "a");
    assert_eq!(listed(&[], "and", 3), "");
}
