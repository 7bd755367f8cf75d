//! What goes wrong in the checks of others, and does not here: `docs/peers.md` says which example or test shows it.

use std::collections::BTreeMap;

use secrets_auditor::rules::RuleFile;
use secrets_auditor::snapshot::records::Secret;
use secrets_auditor::tables::schema::Table;
use serde_json::{Value, json};

use crate::support::{files_below, root};
use crate::world::{World, days_ago, secret, version};

/// The rule files of the checkout, by id.
fn rules() -> BTreeMap<String, RuleFile> {
    let files = files_below(&root().join("rules")).into_iter();
    let read =
        |bytes: Vec<u8>| serde_saphyr::from_str::<RuleFile>(&String::from_utf8(bytes).unwrap()).unwrap();
    files.map(|(_, bytes)| read(bytes)).map(|rule| (rule.id.clone(), rule)).collect()
}

/// Whether `module::test` is a test below `tests/cli/`.
fn is_test(path: &str) -> bool {
    let (module, name) = path.rsplit_once("::").unwrap();
    let file = root().join("tests/cli").join(format!("{}.rs", module.replace("::", "/")));
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.contains(&format!("#[test]\nfn {name}()"))
}

/// What is wrong with one entry such as `` `rule`: "example", "example" `` or `` `module::test` ``.
fn wrong(entry: &str, rules: &BTreeMap<String, RuleFile>) -> Option<String> {
    let (name, examples) = entry.trim().strip_prefix('`')?.split_once('`')?;
    if name.contains("::") {
        return (!is_test(name)).then(|| format!("no test {name}"));
    }
    let Some(rule) = rules.get(name) else { return Some(format!("no rule {name}")) };
    let named = examples.split('"').skip(1).step_by(2);
    let missing = named.filter(|wanted| rule.examples.iter().all(|example| example.name != *wanted));
    let missing: Vec<&str> = missing.collect();
    (!missing.is_empty()).then(|| format!("{name} has no example {missing:?}"))
}

#[test]
fn the_page_names_rules_examples_and_tests_that_exist() {
    let page = std::fs::read_to_string(root().join("docs/peers.md")).unwrap();
    let rules = rules();
    let rows: Vec<&str> =
        page.lines().filter(|line| line.starts_with("| ") && !line.contains("seen in")).collect();
    assert!(rows.len() > 40, "{}", rows.len());
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        assert_eq!(cells.len(), 3, "{row}");
        let entries: Vec<&str> = cells[2].trim().split("; ").collect();
        assert!(entries.iter().all(|entry| entry.starts_with('`')), "{row}");
        // Somebody must show it: a rule without an example shows nothing.
        assert!(entries.iter().any(|entry| entry.contains('"') || entry.contains("::")), "{row}");
        let wrong: Vec<String> = entries.iter().filter_map(|entry| wrong(entry, &rules)).collect();
        assert!(wrong.is_empty(), "{row}: {wrong:#?}");
    }
}

#[test]
fn an_edit_of_metadata_is_no_rotation() {
    let mut world = World::with([Secret { last_changed: Some(days_ago(1)), ..secret("a") }]);
    world.versions([version("AWSCURRENT", 300)]);
    assert_eq!(world.fact("a", "value_age_days"), 300);
}

/// A secret with this policy.
fn under(policy: Option<Value>) -> World {
    let mut world = World::with([secret("a")]);
    world.home().policies.records[0].policy = policy.map(|policy| policy.to_string());
    world
}

#[test]
fn a_secret_without_a_policy_has_no_statement() {
    assert!(under(None).tables().get(Table::Statements).unwrap().rows.is_empty());
}

#[test]
fn statements_are_judged_by_what_they_let_in() {
    let allow = |principal: Value, condition: Value| {
        json!({ "Effect": "Allow", "Principal": principal, "Action": "secretsmanager:GetSecretValue", "Resource": "*",
                "Condition": condition })
    };
    let anybody = |condition: Value| allow(json!("*"), condition);
    let role = "arn:aws:iam::444455556666:role/reader";
    let not_principal = json!({ "Effect": "Allow", "NotPrincipal": { "AWS": role },
                                "Action": "secretsmanager:GetSecretValue", "Resource": "*" });
    let deny = json!({ "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*" });
    let cases = [
        ("anybody", json!([anybody(json!({}))]), (true, "none")),
        ("one statement outside of a list", anybody(json!({})), (true, "none")),
        ("anybody in a list", json!([allow(json!({ "AWS": [role, "*"] }), json!({}))]), (true, "none")),
        ("a role", json!([allow(json!({ "AWS": role }), json!({}))]), (false, "names")),
        ("everybody but one", json!([not_principal]), (true, "none")),
        ("every ARN", json!([anybody(json!({ "StringLike": { "aws:PrincipalArn": "*" } }))]), (true, "weak")),
        (
            "every address",
            json!([anybody(json!({ "IpAddress": { "aws:SourceIp": "0.0.0.0/0" } }))]),
            (true, "weak"),
        ),
        ("TLS", json!([anybody(json!({ "Bool": { "aws:SecureTransport": "true" } }))]), (true, "weak")),
        (
            "an organization, if there is one",
            json!([anybody(json!({ "StringEqualsIfExists": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }))]),
            (true, "weak"),
        ),
        (
            "not one account",
            json!([anybody(json!({ "StringNotEquals": { "aws:PrincipalAccount": "444455556666" } }))]),
            (true, "weak"),
        ),
        (
            "no path but these, or none at all",
            json!([anybody(
                json!({ "ForAllValues:StringLike": { "aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*" } })
            )]),
            (true, "weak"),
        ),
        ("denied again", json!([anybody(json!({})), deny]), (false, "names")),
    ];
    for (what, statement, (open, limit)) in cases {
        let world = under(Some(json!({ "Version": "2012-10-17", "Statement": statement })));
        let cell = |column: &str| world.cell(Table::Statements, column);
        assert_eq!((cell("open_to_strangers"), cell("limit")), (json!(open), json!(limit)), "{what}");
        assert_eq!(cell("not_principal"), what == "everybody but one", "{what}");
    }
}
