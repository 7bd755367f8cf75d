//! The JSON report is what its published schema says, and nothing beside it.

use serde_json::Value;

use crate::support::{Command, sample_json};

/// Where a value departs from a schema. It knows the words that our schemas use and stops at any other one; unlike JSON
/// Schema itself it refuses properties that are not declared, so that the schema cannot fall behind.
fn errors(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(is_allowed) = schema.as_bool() {
        return if is_allowed { Vec::new() } else { vec![format!("{at}: nothing is allowed here")] };
    }
    let mut found = Vec::new();
    for (word, rule) in schema.as_object().unwrap() {
        match word.as_str() {
            "$schema"
            | "title"
            | "description"
            | "format"
            | "default"
            | "$defs"
            | "properties"
            | "minimum"
            | "maximum"
            | "additionalProperties"
            | "propertyNames" => {}
            "$ref" => {
                let name = rule.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                found.extend(errors(root, &root["$defs"][name], value, at));
            }
            "type" => {
                let kinds: Vec<&str> = match rule {
                    Value::Array(list) => list.iter().map(|kind| kind.as_str().unwrap()).collect(),
                    kind => vec![kind.as_str().unwrap()],
                };
                if !kinds.iter().any(|kind| is_of(kind, value)) {
                    found.push(format!("{at}: {value} is not {kinds:?}"));
                }
            }
            "const" if value != rule => found.push(format!("{at}: {value} is not {rule}")),
            "enum" if !rule.as_array().unwrap().contains(value) => {
                found.push(format!("{at}: {value} is none of {rule}"));
            }
            "const" | "enum" => {}
            "oneOf" | "anyOf" => {
                let fits = |schema: &&Value| errors(root, schema, value, at).is_empty();
                let fitting = rule.as_array().unwrap().iter().filter(fits).count();
                if fitting == 0 || (word == "oneOf" && fitting > 1) {
                    found.push(format!("{at}: {value} fits {fitting} of {rule}"));
                }
            }
            "required" => {
                let names = rule.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
                let missing = names.filter(|name| value.get(name).is_none());
                found.extend(missing.map(|name| format!("{at}: {name} is missing")));
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    found.extend(errors(root, rule, item, &format!("{at}[{index}]")));
                }
            }
            other => panic!("this test does not know the word {other} of JSON Schema"),
        }
    }
    if let (Some(object), true) = (value.as_object(), schema["type"] == "object") {
        for (name, inner) in object {
            let at = format!("{at}.{name}");
            match (schema["properties"].get(name), schema.get("additionalProperties")) {
                (Some(schema), _) | (None, Some(schema)) => found.extend(errors(root, schema, inner, &at)),
                (None, None) => found.push(format!("{at}: not declared")),
            }
        }
    }
    found
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no type {other}"),
    }
}

fn schema(which: &str) -> Value {
    Command::new(["generated", which]).run().json()
}

#[test]
fn reports_are_what_their_schema_says() {
    let schema = schema("report-schema");
    for arguments in [
        &["--verdicts", "all"][..],
        &["--monthly-calls", "7"],
        &["--only", "key-missing", "--fail-on", "never"],
    ] {
        let report = sample_json(arguments);
        let errors = errors(&schema, &schema, &report, "report");
        assert!(errors.is_empty(), "{arguments:?}: {:#?}", &errors[..errors.len().min(20)]);
    }
}

#[test]
fn answers_are_what_their_schemas_say() {
    let secret = "eu-west-1:111122223333:secret:prod/payments/db";
    let answers = [
        &["who-can", secret][..],
        &["who-can", "prod/partners/customs-broker"],
        &["why", "report-exporter", secret],
        &["why", "anna.keller", secret],
        &["why", "broker-sync", "prod/partners/sftp-Xk2f9Q"],
        &["reach", "report-exporter"],
        &["cost"],
    ];
    for arguments in answers {
        let schema = schema(&format!("{}-schema", arguments[0]));
        let answer = Command::new(arguments).args(["--sample", "--format", "json"]).run().json();
        let errors = errors(&schema, &schema, &answer, "answer");
        assert!(errors.is_empty(), "{arguments:?}: {errors:#?}");
    }
}

#[test]
fn what_is_told_over_time_is_what_its_schemas_say() {
    let folder = crate::support::folder();
    let history = folder.path().join("history");
    let baseline = folder.path().join("baseline.json");
    let run = Command::new(["baseline", "create", "--sample", "--skip", "root-read"]).arg(&baseline).run();
    assert_eq!(run.code, Some(0), "{run}");
    for as_of in ["2026-10-20", "2026-11-01T06:00:00Z"] {
        let run = Command::new(["audit", "--sample", "--fail-on", "never", "--as-of", as_of, "--history"])
            .arg(&history);
        assert_eq!(run.run().code, Some(0));
    }
    let over = |arguments: &[&str]| {
        Command::new(arguments).args(["--format", "json", "--history"]).arg(&history).run().json()
    };
    let with_baseline =
        Command::new(["audit", "--sample", "--format", "json", "--baseline"]).arg(&baseline).run().json();
    assert!(!with_baseline["changes"].as_array().unwrap().is_empty());
    let documents = [
        ("report", with_baseline),
        ("diff", over(&["diff", "2026-10-20", "2026-11-01"])),
        ("trend", over(&["trend"])),
    ];
    for (name, document) in documents {
        let schema = schema(&format!("{name}-schema"));
        let errors = errors(&schema, &schema, &document, name);
        assert!(errors.is_empty(), "{name}: {:#?}", &errors[..errors.len().min(20)]);
    }
}

#[test]
fn the_check_finds_what_is_wrong() {
    let schema = schema("report-schema");
    let right = sample_json(["--only", "key-missing"]);
    let spoil: [(&str, fn(&mut Value)); 6] = [
        ("a missing field", |report| drop(report["findings"][0].as_object_mut().unwrap().remove("rule"))),
        ("another type", |report| report["summary"]["secrets"] = "many".into()),
        ("an unknown word", |report| report["findings"][0]["verdict"] = "maybe".into()),
        ("an undeclared field", |report| report["extra"] = 1.into()),
        ("a number for money", |report| report["cost"]["monthly_total"] = 40.into()),
        ("an unknown verdict as a key", |report| {
            report["summary"]["by_rule"]["key-missing"]["fail"] = "1".into()
        }),
    ];
    assert!(errors(&schema, &schema, &right, "report").is_empty());
    for (what, spoil) in spoil {
        let mut wrong = right.clone();
        spoil(&mut wrong);
        assert!(!errors(&schema, &schema, &wrong, "report").is_empty(), "{what}");
    }
}

#[test]
fn our_rule_files_are_what_their_schema_says() {
    let schema = schema("rule-schema");
    for (path, bytes) in crate::support::files_below(&crate::support::root().join("rules")) {
        let rule: Value = serde_saphyr::from_str(&String::from_utf8(bytes).unwrap()).unwrap();
        let errors = errors(&schema, &schema, &rule, "rule");
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
    }
}
