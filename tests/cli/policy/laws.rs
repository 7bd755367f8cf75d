//! Laws of the engine: it agrees with a naive evaluator, and where it does not know a key it neither errs nor hedges.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use secrets_auditor::policy::{self, Case, Decision, completion, decide_partly};
use serde_json::Value;

use super::labelled::lines;
use super::{generate, reference};

fn case(value: &Value) -> Case {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}"))
}

fn agrees(value: &Value) -> Result<(), TestCaseError> {
    let expected = reference::decide(value);
    let outcome = case(value).decide();
    prop_assert_eq!(outcome.decision.as_str(), expected.decision);
    prop_assert_eq!(outcome.key.map(Decision::as_str), expected.kms);
    prop_assert_eq!(outcome.effective().map(Decision::as_str), expected.effective);
    Ok(())
}

fn run(cases: u32, law: impl Fn(Value) -> Result<(), TestCaseError>) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&generate::case(), law).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn the_engine_agrees_with_a_naive_one() {
    run(2_000, |value| agrees(&value));
}

/// A number that tells cases and keys apart, the same in every run.
fn dice(id: &str, key: &str) -> u64 {
    id.bytes().chain(key.bytes()).fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The keys of the context of a case, in lower case.
fn context_keys(value: &Value) -> BTreeSet<String> {
    let contexts = [&value["request"]["context"], &value["kms"]["request"]["context"]];
    let keys = contexts.into_iter().filter_map(Value::as_object).flat_map(serde_json::Map::keys);
    keys.map(|key| key.to_lowercase()).collect()
}

/// Keys that some condition or variable of a case mentions, in lower case.
fn mentioned(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                if let ("Condition", Some(blocks)) = (name.as_str(), inner.as_object()) {
                    let keys = blocks.values().filter_map(Value::as_object).flat_map(|keys| keys.keys());
                    found.extend(keys.map(|key| key.to_lowercase()));
                }
                mentioned(inner, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| mentioned(inner, found)),
        Value::String(text) => {
            for part in text.split("${").skip(1) {
                let name = part.split(['}', ',']).next().unwrap_or_default();
                found.insert(name.trim().to_lowercase());
            }
        }
        _ => {}
    }
}

/// The policies of a case mention the encryption context through grants, too.
fn is_mentioned(value: &Value, key: &str) -> bool {
    let mut found = BTreeSet::new();
    mentioned(value, &mut found);
    found.contains(key) || (key.starts_with("kms:encryptioncontext") && value["kms"].get("grants").is_some())
        // The path of a service-linked role is read off this key.
        || key == "aws:principalarn"
}

/// The decisions with some keys hidden: about the resource, the key, and both.
fn hidden(value: &Value, keys: &BTreeSet<String>) -> [Option<Decision>; 3] {
    let mut hidden = case(value);
    for key in keys {
        hidden.context_mut().hide(key);
        if let Some(context) = hidden.key_context_mut() {
            context.hide(key);
        }
    }
    let (question, key) = (hidden.question(), hidden.key_question());
    let alone = decide_partly(std::slice::from_ref(&question));
    let of_key = key.as_ref().map(|key| decide_partly(std::slice::from_ref(key)));
    let both = key.map(|key| decide_partly(&[question, key]));
    [Some(alone), of_key, both]
}

fn known(value: &Value) -> [Option<Decision>; 3] {
    let outcome = case(value).decide();
    [Some(outcome.decision), outcome.key, outcome.effective()]
}

/// Under hidden keys the decision is the full one, or leaves it open.
fn is_sound(full: Option<Decision>, partial: Option<Decision>) -> bool {
    let denied = [Some(Decision::ImplicitlyDenied), Some(Decision::ExplicitlyDenied)];
    match partial {
        Some(Decision::Conditional) => true,
        Some(Decision::Denied) => denied.contains(&full),
        // Of two questions one may be denied in either way, and the other explicitly under some circumstances.
        _ => partial == full,
    }
}

#[test]
fn hidden_keys_of_labelled_cases_never_change_a_decision() {
    let mut conditional = 0;
    for line in lines("dev.jsonl.gz").iter().chain(&lines("doc-cases.jsonl")) {
        let value: Value = serde_json::from_str(line).unwrap();
        let id = value["id"].as_str().unwrap();
        let keys = context_keys(&value).into_iter().filter(|key| {
            // The path of a service-linked role is read off this key: it is no circumstance.
            key != "aws:principalarn" && dice(id, key).is_multiple_of(3)
        });
        let keys = keys.collect();
        let (full, partial) = (known(&value), hidden(&value, &keys));
        for (full, partial) in full.into_iter().zip(partial) {
            conditional += usize::from(partial == Some(Decision::Conditional));
            assert!(is_sound(full, partial), "{id}: {full:?} but {partial:?} without {keys:?}");
        }
    }
    assert!(conditional > 500, "{conditional}");
}

#[test]
fn hiding_keys_that_nothing_mentions_changes_nothing() {
    for line in lines("dev.jsonl.gz").iter().step_by(4) {
        let value: Value = serde_json::from_str(line).unwrap();
        let keys: BTreeSet<String> =
            context_keys(&value).into_iter().filter(|key| !is_mentioned(&value, key)).collect();
        assert_eq!(known(&value), hidden(&value, &keys), "{}", value["id"]);
    }
}

/// The case with these values in the place of the hidden keys.
fn completed(value: &Value, hidden: &BTreeSet<String>, chosen: &[(String, Option<policy::Value>)]) -> Value {
    let mut value = value.clone();
    for path in ["/request/context", "/kms/request/context"] {
        let Some(context) = value.pointer_mut(path).and_then(Value::as_object_mut) else { continue };
        context.retain(|key, _| !hidden.contains(&key.to_lowercase()));
        for (key, chosen) in chosen {
            match chosen {
                Some(policy::Value::One(text)) => drop(context.insert(key.clone(), text.as_str().into())),
                Some(policy::Value::Many(texts)) => drop(context.insert(key.clone(), texts.clone().into())),
                None => {}
            }
        }
    }
    value
}

/// A Conditional is no hedge: there are circumstances under which the naive evaluator allows.
#[test]
fn what_is_conditional_can_be_allowed() {
    let (mut proven, mut open) = (0, Vec::new());
    for line in lines("dev.jsonl.gz").iter().step_by(6).chain(&lines("doc-cases.jsonl")) {
        let value: Value = serde_json::from_str(line).unwrap();
        let id = value["id"].as_str().unwrap();
        let keys = context_keys(&value).into_iter();
        let keys = keys.filter(|key| key != "aws:principalarn" && dice(key, id).is_multiple_of(4));
        let keys: BTreeSet<String> = keys.collect();
        let mut case = case(&value);
        for key in &keys {
            case.context_mut().hide(key);
        }
        let question = case.question();
        if decide_partly(std::slice::from_ref(&question)) != Decision::Conditional {
            continue;
        }
        match completion(&[question]) {
            None => open.push(id.to_owned()),
            Some(chosen) => {
                let decided = reference::decide(&completed(&value, &keys, &chosen)).decision;
                assert_eq!(decided, "Allowed", "{id} with {chosen:?}");
                proven += 1;
            }
        }
    }
    // Two unknown keys that must be the same are the only question that no list of values settles.
    assert!(proven > 100 && open.len() * 50 < proven, "{proven} proven, {open:?} open");
}
