//! The verb `simulate`: one answer a line, and none of it stops at a bad line.

use std::io::{BufRead, BufReader, Write};
use std::process::{self, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::labelled::{self, Label};
use crate::support::{Command, Run, folder, folder_with};

/// A secret, a reader, and what is asked; further fields behind.
fn case(id: &str, more: &str) -> String {
    format!(
        r#"{{"id":"{id}","request":{{"principal":"arn:aws:iam::111122223333:user/alice","action":"secretsmanager:GetSecretValue","resource":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf","resourceAccount":"111122223333","context":{{"aws:username":"alice","aws:SourceIp":"203.0.113.7","aws:TagKeys":["team","env"]}}}}{more}}}"#
    )
}

/// A policy with one statement.
fn policy(statement: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{{statement}}}}}"#)
}

const ALLOW_ALL: &str = r#""Effect":"Allow","Action":"*","Resource":"*""#;

/// A case whose only policy has this statement.
fn with(statement: &str) -> String {
    case("c", &format!(r#","identityPolicies":[{}]"#, policy(statement)))
}

fn simulate(input: impl AsRef<[u8]>) -> Run {
    Command::new(["simulate"]).input(input).run()
}

/// The reasons that `--explain` gives for one case, one element a line.
fn explained(case: &str) -> String {
    let run = Command::new(["simulate", "--explain"]).input(case).run();
    assert_eq!(run.code, Some(0), "{run}");
    serde_json::to_string_pretty(&run.json()["reasons"]).unwrap()
}

/// The sentences that say why statements did not match.
fn sentences(case: &str) -> Vec<String> {
    let run = Command::new(["simulate", "--explain"]).input(case).run();
    assert_eq!(run.code, Some(0), "{run}");
    let reasons = &run.json()["reasons"];
    let others =
        reasons.as_object().unwrap().values().flat_map(|reason| reason["others"].as_array().unwrap());
    others.filter_map(|one| one["because"]["sentence"].as_str().map(str::to_owned)).collect()
}

#[test]
fn one_line_in_one_line_out() {
    let allow = policy(ALLOW_ALL);
    let input = [
        case("nothing allows", ""),
        String::new(),
        case("allowed", &format!(r#","identityPolicies":[{allow}]"#)),
        "   \r".to_owned(),
        case(
            "the key's policy does not delegate",
            &format!(
                r#","identityPolicies":[{allow}],"kms":{{"request":{{"action":"kms:Decrypt","resource":"arn:aws:kms:eu-west-1:111122223333:key/1","resourceAccount":"111122223333","context":{{}}}},"keyPolicy":{}}}"#,
                policy(
                    r#""Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"kms:*","Resource":"*""#
                )
            ),
        ),
        case(
            "denied",
            &format!(
                r#","identityPolicies":[{allow}],"scps":[[{allow},{}]]"#,
                policy(r#""Effect":"Deny","Action":"secretsmanager:*","Resource":"*""#)
            ),
        ),
    ];
    insta::assert_snapshot!(simulate(input.join("\n")), @r#"
    exit: 0
    -- stdout --
    {"id":"nothing allows","decision":"ImplicitlyDenied"}
    {"id":"allowed","decision":"Allowed"}
    {"id":"the key's policy does not delegate","decision":"Allowed","kmsDecision":"ImplicitlyDenied","effectiveDecision":"ImplicitlyDenied"}
    {"id":"denied","decision":"ExplicitlyDenied"}
    "#);
}

#[test]
fn files_standard_input_and_its_dash_are_the_same() {
    let folder = folder_with("cases.jsonl", case("c", "") + "\n");
    let file = Command::new(["simulate"]).arg(folder.path().join("cases.jsonl")).run();
    let dash = Command::new(["simulate", "-"]).input(case("c", "")).run();
    assert_eq!(file, dash);
    assert_eq!(file, simulate(case("c", "")));
    assert_eq!(file.stdout, "{\"id\":\"c\",\"decision\":\"ImplicitlyDenied\"}\n");
}

#[test]
fn nothing_in_nothing_out() {
    for input in ["", "\n", " \n\t\r\n\n"] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(simulate(input), @"exit: 0");
        }
    }
}

#[test]
fn files_that_cannot_be_read() {
    let folder = folder();
    let missing = Command::new(["simulate"]).arg(folder.path().join("cases.jsonl")).run();
    insta::assert_snapshot!(missing, @r#"
    exit: 2
    -- stderr --
    error: cannot read `[dir]/cases.jsonl`: no such file or directory
    help: name a file with one case a line, or `-` for standard input
    "#);
    let directory = Command::new(["simulate"]).arg(folder.path()).run();
    insta::assert_snapshot!(directory, @r#"
    exit: 2
    -- stderr --
    error: cannot read `[dir]`: is a directory
    help: name a file with one case a line, or `-` for standard input
    "#);
}

#[test]
fn what_denies_an_explicit_denial() {
    let deny = policy(
        r#""Sid":"OnlyFromOffice","Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"198.51.100.0/24"}}"#,
    );
    let case = case(
        "c",
        &format!(r#","identityPolicies":[{}],"scps":[[{}],[{deny}]]"#, policy(ALLOW_ALL), policy(ALLOW_ALL)),
    );
    insta::assert_snapshot!(explained(&case), @r#"
    {
      "secret": {
        "deciding": [
          {
            "effect": "Deny",
            "layer": "scps",
            "level": 1,
            "outcome": "matched",
            "policy": 0,
            "sid": "OnlyFromOffice",
            "statement": 0
          }
        ],
        "decision": "ExplicitlyDenied",
        "others": [
          {
            "effect": "Allow",
            "layer": "identityPolicies",
            "outcome": "matched",
            "policy": 0,
            "statement": 0
          },
          {
            "effect": "Allow",
            "layer": "scps",
            "level": 0,
            "outcome": "matched",
            "policy": 0,
            "statement": 0
          }
        ]
      }
    }
    "#);
}

#[test]
fn what_allows_an_allowed_request() {
    let case = case(
        "c",
        &format!(
            r#","resourcePolicy":{},"kms":{{"request":{{"action":"kms:Decrypt","resource":"arn:aws:kms:eu-west-1:111122223333:key/1","resourceAccount":"111122223333","context":{{}}}},"grants":[{{"granteePrincipal":"arn:aws:iam::111122223333:user/bob","operations":["Decrypt"]}},{{"granteePrincipal":"arn:aws:iam::111122223333:user/alice","operations":["Decrypt"]}}]}}"#,
            policy(
                r#""Sid":"Alice","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"},"Action":"secretsmanager:GetSecretValue","Resource":"*""#
            )
        ),
    );
    insta::assert_snapshot!(explained(&case), @r#"
    {
      "key": {
        "deciding": [],
        "decision": "Allowed",
        "grant": 1,
        "others": []
      },
      "secret": {
        "deciding": [
          {
            "effect": "Allow",
            "layer": "resourcePolicy",
            "naming": "direct",
            "outcome": "matched",
            "policy": 0,
            "sid": "Alice",
            "statement": 0
          }
        ],
        "decision": "Allowed",
        "others": []
      }
    }
    "#);
}

#[test]
fn what_an_implicit_denial_lacks() {
    let resource = policy(
        r#""Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/app"},"Action":"*","Resource":"*""#,
    );
    let boundary = policy(r#""Effect":"Allow","Action":"s3:*","Resource":"*""#);
    let case = case("c", &format!(r#","resourcePolicy":{resource},"permissionBoundaries":[{boundary}]"#))
        .replace("arn:aws:iam::111122223333:user/alice", "arn:aws:sts::111122223333:assumed-role/app/s1");
    insta::assert_snapshot!(explained(&case), @r#"
    {
      "secret": {
        "blockedBy": "permissionBoundaries",
        "deciding": [],
        "decision": "ImplicitlyDenied",
        "others": [
          {
            "because": {
              "part": "action",
              "sentence": "it does not cover the action"
            },
            "effect": "Allow",
            "layer": "permissionBoundaries",
            "outcome": "notMatched",
            "policy": 0,
            "statement": 0
          },
          {
            "effect": "Allow",
            "layer": "resourcePolicy",
            "naming": "parent",
            "outcome": "matched",
            "policy": 0,
            "statement": 0
          }
        ]
      }
    }
    "#);
}

#[test]
fn the_root_user_needs_no_statement() {
    let case = case("c", "").replace(":user/alice", ":root");
    insta::assert_snapshot!(explained(&case), @r#"
    {
      "secret": {
        "deciding": [],
        "decision": "Allowed",
        "implicitAllow": "rootUser",
        "others": []
      }
    }
    "#);
}

#[test]
fn every_kind_of_mismatch_has_its_sentence() {
    let statement = |more: &str| with(&format!(r#""Effect":"Allow","Action":"*",{more}"#));
    let condition = |condition: &str| statement(&format!(r#""Resource":"*","Condition":{{{condition}}}"#));
    let resource_policy = |statement: &str| case("c", &format!(r#","resourcePolicy":{}"#, policy(statement)));
    let many: Vec<String> = (0..9).map(|number| format!("\"v{number}\"")).collect();
    let cases = [
        with(r#""Effect":"Allow","Action":"s3:*","Resource":"*""#),
        statement(r#""Resource":"arn:aws:s3:::bucket""#),
        statement(r#""Resource":"arn:aws:secretsmanager:*:*:secret:*""#)
            .replace("GetSecretValue", "ListSecrets")
            .replace("\"resourceAccount\"", "\"wildcardOnlyAction\":true,\"resourceAccount\""),
        resource_policy(
            r#""Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/bob"},"Action":"*","Resource":"*""#,
        ),
        resource_policy(
            r#""Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::111122223333:user/alice","arn:aws:iam::111122223333:root"]},"Action":"*","Resource":"*""#,
        ),
        condition(r#""StringEquals":{"aws:username":"bob"}"#),
        condition(r#""StringEquals":{"aws:PrincipalOrgID":["o-1","o-2"]}"#),
        condition(r#""StringNotEquals":{"aws:username":["alice","bob"]}"#),
        condition(r#""StringEqualsIgnoreCase":{"aws:username":"BOB"}"#),
        condition(r#""StringLike":{"aws:username":"b*"}"#),
        condition(r#""StringEquals":{"aws:username":"${aws:PrincipalTag/owner}"}"#),
        condition(r#""StringLike":{"aws:SourceIp":"${aws:username}*"}"#),
        condition(r#""NumericLessThan":{"aws:MultiFactorAuthAge":3600}"#),
        condition(r#""NumericGreaterThanEquals":{"aws:username":"1"}"#),
        condition(r#""DateGreaterThan":{"aws:username":"2026-01-01"}"#),
        condition(r#""Bool":{"aws:MultiFactorAuthPresent":true}"#),
        condition(r#""IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.0/24"]}"#),
        condition(r#""NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}"#),
        condition(r#""ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/app"}"#),
        condition(r#""Null":{"aws:username":true}"#),
        condition(r#""Null":{"aws:PrincipalTag/team":"false"}"#),
        condition(r#""ForAllValues:StringEquals":{"aws:TagKeys":["team"]}"#),
        condition(r#""ForAllValues:StringNotEquals":{"aws:TagKeys":["team"]}"#),
        condition(r#""ForAnyValue:StringEquals":{"aws:TagKeys":"owner"}"#),
        condition(r#""ForAnyValue:StringNotEquals":{"aws:TagKeys":["team","env"]}"#),
        condition(&format!(r#""StringEqualsIfExists":{{"aws:username":[{}]}}"#, many.join(","))),
    ];
    let all: Vec<String> = cases.iter().flat_map(|case| sentences(case)).collect();
    insta::assert_snapshot!(all.join("\n"), @r#"
    it does not cover the action
    it does not cover `arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf`
    the action has no resource type, so nothing but `*` covers it
    it does not name `arn:aws:iam::111122223333:user/alice`
    `arn:aws:iam::111122223333:user/alice` is among those left out
    `StringEquals` on `aws:username` wants `bob`; the request has `alice`
    `StringEquals` on `aws:PrincipalOrgID` wants `o-1` or `o-2`; the key is absent
    `StringNotEquals` on `aws:username` wants anything but `alice` or `bob`; the request has `alice`
    `StringEqualsIgnoreCase` on `aws:username` wants `BOB` in any letter case; the request has `alice`
    `StringLike` on `aws:username` wants a match of `b*`; the request has `alice`
    `StringEquals` on `aws:username` wants `${aws:PrincipalTag/owner}`; the request has `alice`; `aws:principaltag/owner` is absent
    `StringLike` on `aws:SourceIp` wants a match of `${aws:username}*`; the request has `203.0.113.7`; `aws:username` is `alice`
    `NumericLessThan` on `aws:MultiFactorAuthAge` wants a number below `3600`; the key is absent
    `NumericGreaterThanEquals` on `aws:username` wants a number from `1`; the request has `alice`
    `DateGreaterThan` on `aws:username` wants an instant after `2026-01-01`; the request has `alice`
    `Bool` on `aws:MultiFactorAuthPresent` wants `true`; the key is absent
    `IpAddress` on `aws:SourceIp` wants an address in `10.0.0.0/8` or `192.0.2.0/24`; the request has `203.0.113.7`
    `NotIpAddress` on `aws:SourceIp` wants anything but an address in `203.0.113.0/24`; the request has `203.0.113.7`
    `ArnLike` on `aws:PrincipalArn` wants a match of `arn:aws:iam::*:role/app`; the key is absent
    `Null` on `aws:username` wants it to be absent; the request has `alice`
    `Null` on `aws:PrincipalTag/team` wants it to be there; the key is absent
    `ForAllValues:StringEquals` on `aws:TagKeys` wants every value to be `team`; the request has `team` and `env`
    `ForAllValues:StringNotEquals` on `aws:TagKeys` wants no value to be `team`; the request has `team` and `env`
    `ForAnyValue:StringEquals` on `aws:TagKeys` wants some value to be `owner`; the request has `team` and `env`
    `ForAnyValue:StringNotEquals` on `aws:TagKeys` wants some value to be anything but `team` or `env`; the request has `team` and `env`
    `StringEqualsIfExists` on `aws:username` wants `v0`, `v1`, `v2`, `v3`, `v4` or 4 more; the request has `alice`
    "#);
}

#[test]
fn a_chain_that_is_listed_in_part_is_told() {
    let policy = policy(
        r#""Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/alice"},"Action":"*","Resource":"*""#,
    );
    insta::assert_snapshot!(explained(&case("c", &format!(r#","resourcePolicy":{policy}"#))), @r#"
    {
      "secret": {
        "deciding": [
          {
            "because": {
              "part": "principal",
              "sentence": "a part of the chain of `arn:aws:iam::111122223333:user/alice` is listed; AWS leaves that to the service, and it counts as denied"
            },
            "effect": "Deny",
            "layer": "resourcePolicy",
            "outcome": "unknown",
            "policy": 0,
            "statement": 0
          }
        ],
        "decision": "ExplicitlyDenied",
        "others": []
      }
    }
    "#);
}

/// A line that is no case, and what is said about it.
fn bad_lines() -> Vec<Vec<u8>> {
    let request = |from: &str, to: &str| case("c", "").replace(from, to).into_bytes();
    let alice = "\"arn:aws:iam::111122223333:user/alice\"";
    let mut invalid = case("c", "").into_bytes();
    let at = invalid.iter().rposition(|byte| *byte == b'7').unwrap();
    invalid[at] = 0xff;
    vec![
        b"garbage".to_vec(),
        b"[]".to_vec(),
        b"7".to_vec(),
        b"{}".to_vec(),
        br#"{"id":"c"}"#.to_vec(),
        br#"{"id":"c","request":{"#.to_vec(),
        br#"{"id":7}"#.to_vec(),
        br#"{"id":"c","id":"d"}"#.to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        invalid,
        b"\xff\xfe\0".to_vec(),
        format!("{} {}", case("c", ""), case("d", "")).into_bytes(),
        request(alice, "\"alice\""),
        request(alice, "7"),
        request(alice, r#"{"type":"Nobody"}"#),
        request(alice, "[]"),
        request("\"aws:username\":\"alice\"", "\"aws:username\":7"),
        request("\"aws:username\"", "\"AWS:SourceIP\""),
        request("\"resource\"", "\"Resource\""),
        with(r#""Effect":"Alow","Action":"*","Resource":"*""#).into_bytes(),
        with(r#""Effect":"Allow","Action":"*","Action":"*","Resource":"*""#).into_bytes(),
        with(r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEqual":{"a":"b"}}"#).into_bytes(),
        with(r#""Effect":"Allow","Action":"*","Resource":"arn:aws:s3""#).into_bytes(),
        with(r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/33"}}"#).into_bytes(),
        format!(r#"{{"id":"c","identityPolicies":{}"#, "[".repeat(10_000)).into_bytes(),
        format!(r#"{{"id":"c","identityPolicies":[{{"Statement":{}"#, "[".repeat(10_000)).into_bytes(),
        format!(r#"{{"id":"c","request":{}"#, "{\"context\":".repeat(10_000)).into_bytes(),
        case("c", r#","kms":{"grants":[{"operations":[]}]}"#).into_bytes(),
        case("\\ud800", "").into_bytes(),
        case("\u{1b}[31m\u{202e}", ",").into_bytes(),
    ]
}

#[test]
fn bad_lines_are_told_with_their_place_and_stop_nothing() {
    let mut input = Vec::new();
    for line in bad_lines() {
        input.extend(line);
        input.push(b'\n');
    }
    input.extend(case("the last", "").into_bytes());
    insta::assert_snapshot!(simulate(input), @r#"
    exit: 2
    -- stdout --
    {"id":null,"line":1,"error":"column 1: expected a value"}
    {"id":null,"line":2,"error":"column 1: expected an object, found a list"}
    {"id":null,"line":3,"error":"column 1: expected an object, found the number `7`"}
    {"id":null,"line":4,"error":"column 2: `id` is missing"}
    {"id":"c","line":5,"error":"column 10: `request` is missing"}
    {"id":"c","line":6,"error":"column 21: the text ends within an object"}
    {"id":null,"line":7,"error":"column 7: expected a text, found the number `7`"}
    {"id":"c","line":8,"error":"column 14: `id` stands here twice"}
    {"id":null,"line":9,"error":"column 1: the text begins with a byte order mark, which JSON does not allow"}
    {"id":"c","line":10,"error":"column 288: this is not UTF-8"}
    {"id":null,"line":11,"error":"column 1: this is not UTF-8"}
    {"id":"c","line":12,"error":"column 323: there is more text behind the end"}
    {"id":"c","line":13,"error":"column 40: `alice` is no principal: expected an IAM or STS ARN, or a service such as lambda.amazonaws.com"}
    {"id":"c","line":14,"error":"column 34: expected an ARN, the name of a service, or {\"type\": \"Anonymous\"}, found the number `7`"}
    {"id":"c","line":15,"error":"column 50: unknown type of principal `Nobody`, expected Anonymous"}
    {"id":"c","line":16,"error":"column 35: expected an ARN, the name of a service, or {\"type\": \"Anonymous\"}, found a list"}
    {"id":"c","line":17,"error":"column 254: expected a text or a list of texts, found the number `7`"}
    {"id":"c","line":18,"error":"column 319: `aws:sourceip` stands here twice"}
    {"id":"c","line":19,"error":"column 320: `resource` is missing"}
    {"id":"c","line":20,"error":"column 393: unknown effect `Alow`, expected Allow or Deny"}
    {"id":"c","line":21,"error":"column 420: `Action` stands here twice"}
    {"id":"c","line":22,"error":"column 449: unknown condition operator `StringEqual`; did you mean `StringEquals`?"}
    {"id":"c","line":23,"error":"column 431: `arn:aws:s3` is no ARN, expected `*` or arn:partition:service:region:account:resource"}
    {"id":"c","line":24,"error":"column 477: `10.0.0.0/33` is not an IP address or a CIDR range"}
    {"id":"c","line":25,"error":"column 30: expected a policy document: an object with Version and Statement, found a list"}
    {"id":"c","line":26,"error":"column 44: expected a statement: an object with Effect, Action and Resource, found a list"}
    {"id":"c","line":27,"error":"column 43: expected a text or a list of texts, found an object"}
    {"id":"c","line":28,"error":"column 355: `granteePrincipal` is missing"}
    {"id":null,"line":29,"error":"column 14: a `\\u` escape stands for half of a character"}
    {"id":null,"line":30,"error":"column 8: a control character must be written as an escape"}
    {"id":"the last","decision":"ImplicitlyDenied"}
    -- stderr --
    error: 30 of 31 lines are no cases
    help: the output says under `error` what is wrong with each, and where
    "#);
}

#[test]
fn one_bad_line_is_counted_as_one() {
    insta::assert_snapshot!(simulate("{}"), @r#"
    exit: 2
    -- stdout --
    {"id":null,"line":1,"error":"column 2: `id` is missing"}
    -- stderr --
    error: 1 of 1 line is no case
    help: the output says under `error` what is wrong with each, and where
    "#);
    insta::assert_snapshot!(simulate("{}\n".to_owned() + &case("c", "")), @r#"
    exit: 2
    -- stdout --
    {"id":null,"line":1,"error":"column 2: `id` is missing"}
    {"id":"c","decision":"ImplicitlyDenied"}
    -- stderr --
    error: 1 of 2 lines is no case
    help: the output says under `error` what is wrong with each, and where
    "#);
}

#[test]
fn unknown_fields_may_hold_anything() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let run = simulate(case("c", &format!(r#","note":{deep},"expected":null"#)));
    assert_eq!(run.stdout, "{\"id\":\"c\",\"decision\":\"ImplicitlyDenied\"}\n", "{run}");
}

#[test]
fn hostile_names_reach_the_output_as_escapes() {
    let run = simulate(case("\\u001b[31m\u{202e}\u{9b}", ""));
    assert_eq!(run.stdout, "{\"id\":\"\\u001b[31m\\u202e\\u009b\",\"decision\":\"ImplicitlyDenied\"}\n");
}

#[test]
fn every_labelled_case_comes_out_as_labelled() {
    for name in ["dev.jsonl.gz", "doc-cases.jsonl"] {
        let lines = labelled::lines(name);
        let run = simulate(lines.join("\n"));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        let answers: Vec<&str> = run.stdout.lines().collect();
        assert_eq!(answers.len(), lines.len());
        for (line, answer) in lines.iter().zip(answers) {
            let case: Value = serde_json::from_str(line).unwrap();
            let Label { decision, kms_decision, effective_decision } =
                serde_json::from_value(case["expected"].clone()).unwrap();
            let mut expected = format!(r#"{{"id":{},"decision":"{decision}""#, case["id"]);
            if let (Some(key), Some(effective)) = (kms_decision, effective_decision) {
                expected += &format!(r#","kmsDecision":"{key}","effectiveDecision":"{effective}""#);
            }
            assert_eq!(answer, expected + "}");
        }
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = folder_with("cases.jsonl", format!("{}\n", case("c", "")).repeat(20_000));
    let script = format!("\"$PROGRAM\" simulate '{}/cases.jsonl' | head -n 1", folder.path().display());
    let run = Command::shell(&script).run();
    assert_eq!((run.stdout.lines().count(), run.stderr.as_str(), run.code), (1, "", Some(0)), "{run}");
}

#[test]
fn a_full_disk_is_one() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let run = Command::new(["simulate"]).input(case("c", "")).stdout(full).run();
    insta::assert_snapshot!(run, @r#"
    exit: 2
    -- stderr --
    error: cannot write to standard output: no space left on device
    help: check that the disk has room
    "#);
}

#[test]
fn an_answer_comes_before_the_next_question() {
    let mut child = process::Command::new(env!("CARGO_BIN_EXE_secrets-auditor"))
        .arg("simulate")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut questions = child.stdin.take().unwrap();
    let answers = BufReader::new(child.stdout.take().unwrap());
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || answers.lines().for_each(|line| sender.send(line.unwrap()).unwrap()));
    for id in ["a", "b"] {
        writeln!(questions, "{}", case(id, "")).unwrap();
        let answer = receiver.recv_timeout(Duration::from_secs(60)).unwrap();
        assert_eq!(answer, format!(r#"{{"id":"{id}","decision":"ImplicitlyDenied"}}"#));
    }
    drop(questions);
    assert!(child.wait().unwrap().success());
}
