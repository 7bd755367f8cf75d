//! Policies that are none: each is refused in one sentence, with the place.

use std::time::{Duration, Instant};

use secrets_auditor::policy::{Caller, Context, Decision, Layers, Policy, Question, Request};

/// What is said about a text that is no policy.
fn error(text: &str) -> String {
    match Policy::parse(text) {
        Ok(policy) => panic!("{text} was read as {}", policy.document),
        Err(error) => error.to_string(),
    }
}

/// Each text with what is said about it.
fn told<T: AsRef<str>>(texts: &[T]) -> String {
    let one = |text: &T| {
        let shown = text.as_ref().replace('\n', "\\n").replace('\u{feff}', "\\u{feff}");
        let shown = if shown.is_empty() { "(nothing)" } else { &shown };
        format!("{shown}\n  {}", error(text.as_ref()))
    };
    texts.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// A policy with one statement, on one line.
fn with(statement: &str) -> String {
    format!(r#"{{"Statement":{{{statement}}}}}"#)
}

/// A policy with this condition.
fn condition(condition: &str) -> String {
    with(&format!(r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{{{condition}}}"#))
}

#[test]
fn what_is_no_json() {
    let texts = [
        "",
        "  \n ",
        "\u{feff}{}",
        "policy",
        "{",
        "[",
        "{\"Statement\":",
        "{\"Statement\":[{\"Effect\":\"Allow",
        "{\"Statement\" []}",
        "{'Statement': []}",
        "{\"Statement\":[],}",
        "{\"Statement\":[]} {}",
        "{\n  \"Statement\": [\n    {\"Effect\": Allow}\n  ]\n}",
        "{\"Id\":\"a\nb\"}",
        "{\"Id\":\"\\x\"}",
        "{\"Id\":\"\\ud800\",\"Statement\":[]}",
        "{\"Id\":\"\\udc00\\ud800\",\"Statement\":[]}",
        "{\"Id\":\"\\ud800\\u0041\",\"Statement\":[]}",
        "{\"Id\":\"\\u12\"}",
        "{\"Statement\":tru}",
        "{\"Statement\":01}",
        "// a policy\n{}",
    ];
    insta::assert_snapshot!(told(&texts), @r#"
    (nothing)
      line 1, column 1: the text is empty
      \n 
      line 1, column 1: the text is empty
    \u{feff}{}
      line 1, column 1: the text begins with a byte order mark, which JSON does not allow
    policy
      line 1, column 1: expected a value
    {
      line 1, column 1: the text ends within an object
    [
      line 1, column 1: expected a policy document: an object with Version and Statement, found a list
    {"Statement":
      line 1, column 13: the text ends where a value should stand
    {"Statement":[{"Effect":"Allow
      line 1, column 30: the text ends within a text in quotes
    {"Statement" []}
      line 1, column 14: expected `:`
    {'Statement': []}
      line 1, column 2: the name of an element must stand in double quotes
    {"Statement":[],}
      line 1, column 17: nothing follows this comma
    {"Statement":[]} {}
      line 1, column 18: there is more text behind the end
    {\n  "Statement": [\n    {"Effect": Allow}\n  ]\n}
      line 3, column 16: expected a value
    {"Id":"a\nb"}
      line 2, column 1: a control character must be written as an escape
    {"Id":"\x"}
      line 1, column 9: unknown escape in a text
    {"Id":"\ud800","Statement":[]}
      line 1, column 14: a `\u` escape stands for half of a character
    {"Id":"\udc00\ud800","Statement":[]}
      line 1, column 13: a `\u` escape stands for half of a character
    {"Id":"\ud800\u0041","Statement":[]}
      line 1, column 19: a `\u` escape stands for half of a character
    {"Id":"\u12"}
      line 1, column 13: unknown escape in a text
    {"Statement":tru}
      line 1, column 17: expected true, false or null
    {"Statement":01}
      line 1, column 15: invalid number
    // a policy\n{}
      line 1, column 1: expected a value
    "#);
}

#[test]
fn what_has_another_shape() {
    let texts = [
        "[]",
        "\"Allow\"",
        "7",
        "null",
        "{}",
        r#"{"Version":"2012-10-17"}"#,
        r#"{"Version":"2012-10-18","Statement":[]}"#,
        r#"{"Version":2012,"Statement":[]}"#,
        r#"{"Statement":"Allow"}"#,
        r#"{"Statement":[[]]}"#,
        r#"{"Statement":null}"#,
        r#"{"Id":["a"],"Statement":[]}"#,
        &with(r#""Effect":true,"Action":"*","Resource":"*""#),
        &with(r#""Effect":"allow","Action":"*","Resource":"*""#),
        &with(r#""Sid":7,"Effect":"Allow","Action":"*","Resource":"*""#),
        &with(r#""Effect":"Allow","Action":7,"Resource":"*""#),
        &with(r#""Effect":"Allow","Action":["*",null],"Resource":"*""#),
        &with(r#""Effect":"Allow","Action":{"a":"b"},"Resource":"*""#),
        &with(r#""Effect":"Allow","Action":"*","Resource":true"#),
        &with(r#""Effect":"Allow","Principal":7,"Action":"*""#),
        &with(r#""Effect":"Allow","Principal":"arn:aws:iam::111122223333:root","Action":"*""#),
        &with(r#""Effect":"Allow","Principal":["*"],"Action":"*""#),
        &with(r#""Effect":"Allow","Principal":{"AWS":7},"Action":"*""#),
        &with(r#""Effect":"Allow","Action":"*","Resource":"*","Condition":[]"#),
        &condition(r#""StringEquals":"a""#),
        &condition(r#""StringEquals":{"a":{"b":"c"}}"#),
        &condition(r#""StringEquals":{"a":[["b"]]}"#),
        &condition(r#""StringEquals":{"a":null}"#),
    ];
    insta::assert_snapshot!(told(&texts), @r#"
    []
      line 1, column 1: expected a policy document: an object with Version and Statement, found a list
    "Allow"
      line 1, column 7: expected a policy document: an object with Version and Statement, found the text `Allow`
    7
      line 1, column 1: expected a policy document: an object with Version and Statement, found the number `7`
    null
      line 1, column 4: expected a policy document: an object with Version and Statement, found null
    {}
      line 1, column 2: the document has no `Statement`
    {"Version":"2012-10-17"}
      line 1, column 24: the document has no `Statement`
    {"Version":"2012-10-18","Statement":[]}
      line 1, column 23: unknown policy version `2012-10-18`, expected 2012-10-17 or 2008-10-17
    {"Version":2012,"Statement":[]}
      line 1, column 15: expected a text, found the number `2012`
    {"Statement":"Allow"}
      line 1, column 20: expected a statement: an object with Effect, Action and Resource, found the text `Allow`
    {"Statement":[[]]}
      line 1, column 14: expected a statement: an object with Effect, Action and Resource, found a list
    {"Statement":null}
      line 1, column 17: expected a statement or a list of statements, found null
    {"Id":["a"],"Statement":[]}
      line 1, column 6: expected a text, found a list
    {"Statement":{"Effect":true,"Action":"*","Resource":"*"}}
      line 1, column 27: expected a text, found `true`
    {"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}
      line 1, column 30: unknown effect `allow`, expected Allow or Deny
    {"Statement":{"Sid":7,"Effect":"Allow","Action":"*","Resource":"*"}}
      line 1, column 21: expected a text, found the number `7`
    {"Statement":{"Effect":"Allow","Action":7,"Resource":"*"}}
      line 1, column 41: expected an action or a list of actions, found the number `7`
    {"Statement":{"Effect":"Allow","Action":["*",null],"Resource":"*"}}
      line 1, column 49: expected an action or a list of actions, found null
    {"Statement":{"Effect":"Allow","Action":{"a":"b"},"Resource":"*"}}
      line 1, column 41: expected an action or a list of actions, found an object
    {"Statement":{"Effect":"Allow","Action":"*","Resource":true}}
      line 1, column 59: expected an ARN or a list of ARNs, found `true`
    {"Statement":{"Effect":"Allow","Principal":7,"Action":"*"}}
      line 1, column 44: expected `*`, or an object with AWS, Service, Federated or CanonicalUser, found the number `7`
    {"Statement":{"Effect":"Allow","Principal":"arn:aws:iam::111122223333:root","Action":"*"}}
      line 1, column 75: `arn:aws:iam::111122223333:root` is no principal; write {"AWS": "arn:aws:iam::111122223333:root"}
    {"Statement":{"Effect":"Allow","Principal":["*"],"Action":"*"}}
      line 1, column 44: expected `*`, or an object with AWS, Service, Federated or CanonicalUser, found a list
    {"Statement":{"Effect":"Allow","Principal":{"AWS":7},"Action":"*"}}
      line 1, column 51: expected a principal or a list of principals, found the number `7`
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":[]}}
      line 1, column 71: expected a condition: an object with an operator to keys and values, found a list
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":"a"}}}
      line 1, column 90: expected an object with condition keys and their values, found the text `a`
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"a":{"b":"c"}}}}}
      line 1, column 93: expected a text, a number, a boolean, or a list of them, found an object
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"a":[["b"]]}}}}
      line 1, column 94: expected a text, a number, a boolean, or a list of them, found a list
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"a":null}}}}
      line 1, column 96: expected a text, a number, a boolean, or a list of them, found null
    "#);
}

#[test]
fn what_is_missing_or_too_much() {
    let texts = [
        &with(r#""Action":"*","Resource":"*""#),
        &with(r#""Effect":"Allow","Resource":"*""#),
        &with(r#""Effect":"Allow","Action":"*","NotAction":"s3:*","Resource":"*""#),
        &with(r#""Effect":"Allow","Action":"*","Resource":"*","NotResource":"*""#),
        &with(r#""Effect":"Allow","Principal":"*","NotPrincipal":"*","Action":"*""#),
    ];
    insta::assert_snapshot!(told(&texts), @r#"
    {"Statement":{"Action":"*","Resource":"*"}}
      line 1, column 42: the statement has no `Effect`
    {"Statement":{"Effect":"Allow","Resource":"*"}}
      line 1, column 46: the statement has neither `Action` nor `NotAction`
    {"Statement":{"Effect":"Allow","Action":"*","NotAction":"s3:*","Resource":"*"}}
      line 1, column 78: the statement has both `Action` and `NotAction`
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","NotResource":"*"}}
      line 1, column 77: the statement has both `Resource` and `NotResource`
    {"Statement":{"Effect":"Allow","Principal":"*","NotPrincipal":"*","Action":"*"}}
      line 1, column 79: the statement has both `Principal` and `NotPrincipal`
    "#);
}

#[test]
fn what_stands_there_twice() {
    let texts = [
        r#"{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}"#,
        r#"{"Id":"a","Id":"a","Statement":[]}"#,
        r#"{"Statement":[],"Statement":[]}"#,
        &with(r#""Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*""#),
        &with(r#""Effect":"Allow","Action":"*","Action":"s3:*","Resource":"*""#),
        &with(r#""Effect":"Allow","Action":"*","\u0041ction":"s3:*","Resource":"*""#),
        &with(r#""Effect":"Allow","Principal":{"AWS":"*","AWS":"*"},"Action":"*""#),
        &condition(r#""Bool":{"a":true},"Bool":{"b":true}"#),
        &condition(r#""Bool":{"aws:SecureTransport":true,"aws:SecureTransport":false}"#),
        &condition(r#""StringEquals":{"a":"1","b":"2","a":"3","c":"4"}"#),
    ];
    insta::assert_snapshot!(told(&texts), @r#"
    {"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}
      line 1, column 46: `Version` stands here twice
    {"Id":"a","Id":"a","Statement":[]}
      line 1, column 18: `Id` stands here twice
    {"Statement":[],"Statement":[]}
      line 1, column 31: `Statement` stands here twice
    {"Statement":{"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"}}
      line 1, column 46: `Effect` stands here twice
    {"Statement":{"Effect":"Allow","Action":"*","Action":"s3:*","Resource":"*"}}
      line 1, column 59: `Action` stands here twice
    {"Statement":{"Effect":"Allow","Action":"*","\u0041ction":"s3:*","Resource":"*"}}
      line 1, column 64: `Action` stands here twice
    {"Statement":{"Effect":"Allow","Principal":{"AWS":"*","AWS":"*"},"Action":"*"}}
      line 1, column 59: `AWS` stands here twice
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"a":true},"Bool":{"b":true}}}}
      line 1, column 96: `Bool` stands here twice
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":true,"aws:SecureTransport":false}}}}
      line 1, column 135: `aws:SecureTransport` stands here twice
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"a":"1","b":"2","a":"3","c":"4"}}}}
      line 1, column 120: `a` stands here twice
    "#);
}

#[test]
fn what_nobody_knows() {
    let texts = [
        r#"{"version":"2012-10-17","Statement":[]}"#,
        r#"{"Statements":[]}"#,
        r#"{"Policy":{},"Statement":[]}"#,
        &with(r#""Efect":"Allow","Action":"*","Resource":"*""#),
        &with(r#""Effect":"Allow","action":"*","Resource":"*""#),
        &with(r#""Effect":"Allow","Actions":"*","Resource":"*""#),
        &with(r#""Comment":"x","Effect":"Allow","Action":"*","Resource":"*""#),
        &with(r#""Effect":"Allow","Principal":{"aws":"*"},"Action":"*""#),
        &with(r#""Effect":"Allow","Principal":{"User":"*"},"Action":"*""#),
        &condition(r#""StringEqual":{"a":"b"}"#),
        &condition(r#""stringEquals":{"a":"b"}"#),
        &condition(r#""ForAnyValues:StringEquals":{"a":"b"}"#),
        &condition(r#""ForAllValues:StringLikes":{"a":"b"}"#),
        &condition(r#""StringEqualsIfExist":{"a":"b"}"#),
        &condition(r#""NullIfExists":{"a":"true"}"#),
        &condition(r#""Matches":{"a":"b"}"#),
        &condition(r#""":{"a":"b"}"#),
    ];
    insta::assert_snapshot!(told(&texts), @r#"
    {"version":"2012-10-17","Statement":[]}
      line 1, column 10: unknown element `version`; did you mean `Version`?
    {"Statements":[]}
      line 1, column 13: unknown element `Statements`; did you mean `Statement`?
    {"Policy":{},"Statement":[]}
      line 1, column 9: unknown element `Policy`, expected one of Version, Id, Statement
    {"Statement":{"Efect":"Allow","Action":"*","Resource":"*"}}
      line 1, column 21: unknown element `Efect`; did you mean `Effect`?
    {"Statement":{"Effect":"Allow","action":"*","Resource":"*"}}
      line 1, column 39: unknown element `action`; did you mean `Action`?
    {"Statement":{"Effect":"Allow","Actions":"*","Resource":"*"}}
      line 1, column 40: unknown element `Actions`; did you mean `Action`?
    {"Statement":{"Comment":"x","Effect":"Allow","Action":"*","Resource":"*"}}
      line 1, column 23: unknown element `Comment`, expected one of Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition
    {"Statement":{"Effect":"Allow","Principal":{"aws":"*"},"Action":"*"}}
      line 1, column 49: unknown element `aws`; did you mean `AWS`?
    {"Statement":{"Effect":"Allow","Principal":{"User":"*"},"Action":"*"}}
      line 1, column 50: unknown element `User`, expected one of AWS, Service, Federated, CanonicalUser
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEqual":{"a":"b"}}}}
      line 1, column 85: unknown condition operator `StringEqual`; did you mean `StringEquals`?
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"stringEquals":{"a":"b"}}}}
      line 1, column 86: unknown condition operator `stringEquals`; did you mean `StringEquals`?
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForAnyValues:StringEquals":{"a":"b"}}}}
      line 1, column 99: unknown condition operator `ForAnyValues:StringEquals`; did you mean `ForAnyValue:StringEquals`?
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForAllValues:StringLikes":{"a":"b"}}}}
      line 1, column 98: unknown condition operator `ForAllValues:StringLikes`; did you mean `ForAllValues:StringLike`?
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEqualsIfExist":{"a":"b"}}}}
      line 1, column 93: unknown condition operator `StringEqualsIfExist`; did you mean `StringEqualsIfExists`?
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NullIfExists":{"a":"true"}}}}
      line 1, column 86: unknown condition operator `NullIfExists`; did you mean `Null`?
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Matches":{"a":"b"}}}}
      line 1, column 81: unknown condition operator `Matches`
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"":{"a":"b"}}}}
      line 1, column 74: unknown condition operator ``
    "#);
}

#[test]
fn what_is_malformed() {
    let texts = [
        &with(r#""Effect":"Allow","Action":"GetSecretValue","Resource":"*""#),
        &with(r#""Effect":"Allow","Action":"","Resource":"*""#),
        &with(r#""Effect":"Allow","Action":"*","Resource":"""#),
        &with(r#""Effect":"Allow","Action":"*","Resource":"secret/db""#),
        &with(r#""Effect":"Allow","Action":"*","Resource":["arn:aws:s3:::a","arn:aws:s3::a"]"#),
        &with(r#""Effect":"Allow","Action":"*","Resource":"arm:aws:s3:::a""#),
        &condition(r#""ArnLike":{"aws:PrincipalArn":"role/app"}"#),
        &condition(r#""IpAddress":{"aws:SourceIp":"10.0.0.0/33"}"#),
        &condition(r#""IpAddress":{"aws:SourceIp":["10.0.0.0/8","10.0.0"]}"#),
        &condition(r#""NotIpAddress":{"aws:SourceIp":"2001:db8::/129"}"#),
        &condition(r#""NumericLessThan":{"aws:MultiFactorAuthAge":"an hour"}"#),
        &condition(r#""NumericLessThan":{"aws:MultiFactorAuthAge":true}"#),
        &condition(r#""DateLessThan":{"aws:CurrentTime":"2026-13-01"}"#),
        &condition(r#""DateLessThan":{"aws:CurrentTime":"tomorrow"}"#),
        &condition(r#""Bool":{"aws:SecureTransport":"yes"}"#),
        &condition(r#""Bool":{"aws:SecureTransport":1}"#),
        &condition(r#""Null":{"aws:TokenIssueTime":"false?"}"#),
        "{\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": \"*\",\n      \"Resource\": \"db\"\n    }\n  ]\n}",
    ];
    insta::assert_snapshot!(told(&texts), @r#"
    {"Statement":{"Effect":"Allow","Action":"GetSecretValue","Resource":"*"}}
      line 1, column 56: `GetSecretValue` is no action, expected `service:Action` or `*`
    {"Statement":{"Effect":"Allow","Action":"","Resource":"*"}}
      line 1, column 42: `` is no action, expected `service:Action` or `*`
    {"Statement":{"Effect":"Allow","Action":"*","Resource":""}}
      line 1, column 57: `` is no ARN, expected `*` or arn:partition:service:region:account:resource
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"secret/db"}}
      line 1, column 66: `secret/db` is no ARN, expected `*` or arn:partition:service:region:account:resource
    {"Statement":{"Effect":"Allow","Action":"*","Resource":["arn:aws:s3:::a","arn:aws:s3::a"]}}
      line 1, column 88: `arn:aws:s3::a` is no ARN, expected `*` or arn:partition:service:region:account:resource
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"arm:aws:s3:::a"}}
      line 1, column 71: `arm:aws:s3:::a` is no ARN, expected `*` or arn:partition:service:region:account:resource
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"role/app"}}}}
      line 1, column 112: `role/app` is no ARN, expected `*` or arn:partition:service:region:account:resource
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/33"}}}}
      line 1, column 113: `10.0.0.0/33` is not an IP address or a CIDR range
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","10.0.0"]}}}}
      line 1, column 122: `10.0.0` is not an IP address or a CIDR range
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"2001:db8::/129"}}}}
      line 1, column 119: `2001:db8::/129` is not an IP address or a CIDR range
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NumericLessThan":{"aws:MultiFactorAuthAge":"an hour"}}}}
      line 1, column 125: `an hour` is not a number
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NumericLessThan":{"aws:MultiFactorAuthAge":true}}}}
      line 1, column 120: `true` is not a number
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2026-13-01"}}}}
      line 1, column 118: `2026-13-01` is not an ISO 8601 date or seconds since 1970
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"tomorrow"}}}}
      line 1, column 116: `tomorrow` is not an ISO 8601 date or seconds since 1970
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"yes"}}}}
      line 1, column 107: `yes` is not true or false
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":1}}}}
      line 1, column 103: `1` is not true or false
    {"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Null":{"aws:TokenIssueTime":"false?"}}}}
      line 1, column 109: `false?` is not true or false
    {\n  "Statement": [\n    {\n      "Effect": "Allow",\n      "Action": "*",\n      "Resource": "db"\n    }\n  ]\n}
      line 6, column 22: `db` is no ARN, expected `*` or arn:partition:service:region:account:resource
    "#);
}

#[test]
fn nesting_is_refused_where_it_begins() {
    for text in ["[", "{\"Statement\":", "{\"Statement\":[", "{\"Id\":"] {
        let message = error(&text.repeat(10_000));
        assert!(message.len() < 200, "{message}");
        assert!(message.starts_with("line 1, column "), "{message}");
    }
    let deep = format!(r#"{{"Statement":[{{"Effect":{}"#, "[".repeat(10_000));
    assert_eq!(error(&deep), "line 1, column 24: expected a text, found a list");
}

#[test]
fn escapes_in_names_are_what_they_stand_for() {
    let policy = Policy::parse(
        r#"{"\u0053tatement":{"Effect":"\u0041llow","\u0041ction":"\u0073ecretsmanager:*","Resource":"\u002a","Condition":{"Bool":{"aws:Secure\u0054ransport":"tr\u0075e"}}}}"#,
    );
    let expected = r#"{"Statement":{"Effect":"Allow","Action":"secretsmanager:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}}"#;
    assert_eq!(policy.unwrap().document.to_string(), expected);
}

#[test]
fn keys_that_differ_in_letter_case_are_conditions_of_their_own() {
    for keys in [
        r#""Bool":{"aws:SecureTransport":true,"aws:securetransport":true}"#,
        r#""Bool":{"aws:SecureTransport":true},"Null":{"aws:securetransport":false}"#,
    ] {
        assert_eq!(Policy::parse(&condition(keys)).unwrap().statements()[0].conditions.len(), 2);
    }
}

/// A policy with many statements, of which the last allows.
fn long(count: usize) -> String {
    let other = r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::*"},"#;
    let last = r#"{"Effect":"Allow","Action":"secretsmanager:*","Resource":"*"}"#;
    format!(r#"{{"Version":"2012-10-17","Statement":[{}{last}]}}"#, other.repeat(count - 1))
}

/// How long reading and deciding takes.
fn effort(text: &str) -> Duration {
    let started = Instant::now();
    let policy = Policy::parse(text).unwrap();
    let caller = Caller::parse("arn:aws:iam::111122223333:user/alice").unwrap();
    let context = Context::new();
    let resource = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf";
    let request = Request::new(&caller, "secretsmanager:getsecretvalue", resource, "111122223333", &context);
    let question = Question {
        request,
        layers: Layers { identity: [&policy].into_iter().collect(), ..Layers::default() },
    };
    assert_eq!(question.decide(), Decision::Allowed);
    started.elapsed()
}

/// Ten times the text may take longer by much less than the hundredfold, which comparing all with all would take.
fn assert_linear(text: impl Fn(usize) -> String) {
    let small = (0..3).map(|_| effort(&text(10_000))).min().unwrap();
    let large = effort(&text(100_000));
    assert!(large < small * 40, "{large:?} for ten times what takes {small:?}");
}

#[test]
fn a_hundred_thousand_statements_are_read_and_decided_in_linear_time() {
    assert_eq!(Policy::parse(&long(100_000)).unwrap().statements().len(), 100_000);
    assert_linear(long);
}

#[test]
fn a_hundred_thousand_values_or_keys_are_too() {
    let numbers = |count: usize, one: fn(usize) -> String| (0..count).map(one).collect::<Vec<_>>().join(",");
    let allow = |more: String| with(&format!(r#""Effect":"Allow","Action":"*",{more}"#));
    assert_linear(|count| {
        allow(format!(
            r#""Resource":"*","Condition":{{"StringNotEquals":{{{}}}}}"#,
            numbers(count, |number| format!(r#""aws:PrincipalTag/{number}":"x""#))
        ))
    });
    assert_linear(|count| {
        allow(format!(
            r#""Resource":"*","Condition":{{"StringNotLike":{{"aws:username":[{}]}}}}"#,
            numbers(count, |number| format!(r#""x{number}*""#))
        ))
    });
    assert_linear(|count| {
        allow(format!(
            r#""Resource":[{},"*"]"#,
            numbers(count, |number| format!(r#""arn:aws:s3:::bucket-{number}""#))
        ))
    });
}
