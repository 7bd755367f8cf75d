//! The circumstances of a request: condition keys with their values.
//!
//! Source: IAM User Guide, "AWS global condition context keys".

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;

/// The value of a key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// The one value of a single-valued key.
    One(String),
    /// The values of a multivalued key.
    Many(Vec<String>),
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::One(value.to_owned())
    }
}

/// What is known of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// It has no value in this request.
    Absent,
    /// It has this value.
    One(&'a str),
    /// It has these values, at least one.
    Many(&'a [String]),
    /// It may have any value or none.
    Unknown,
}

/// The circumstances of a request. Key names do not tell letter case apart, the tag key behind a `/` included.
///
/// A key that was not given is absent, unless it falls under the unknown ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    known: BTreeMap<Box<str>, Known>,
    /// Keys of which nothing is known; one that ends in `*` stands for all that begin so.
    unknown: Vec<Box<str>>,
    /// The earliest instant at which the request can come.
    earliest: Option<Timestamp>,
    /// What unknown keys are known not to hold.
    never: Arc<Never>,
}

/// What unknown keys are known not to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Never {
    values: BTreeMap<Box<str>, BTreeSet<String>>,
    accounts: BTreeSet<String>,
}

/// The keys that hold the ARN of whoever calls.
const ARNS_OF_CALLERS: &[&str] = &["aws:principalarn"];

/// The keys that hold the account of whoever calls.
const ACCOUNTS_OF_CALLERS: &[&str] = &["aws:principalaccount", "kms:calleraccount"];

#[derive(Clone, Debug, PartialEq, Eq)]
enum Known {
    Value(Value),
    Absent,
    Unknown,
}

impl Context {
    /// No key has a value.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives a key a value. An empty list is no value.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        let value = match value.into() {
            Value::Many(values) if values.is_empty() => Known::Absent,
            value => Known::Value(value),
        };
        self.known.insert(lower(key), value);
    }

    /// Says that a key has no value.
    pub fn set_absent(&mut self, key: &str) {
        self.known.insert(lower(key), Known::Absent);
    }

    /// Says that nothing is known of a key, even where it was given a value.
    pub fn hide(&mut self, key: &str) {
        self.known.insert(lower(key), Known::Unknown);
    }

    /// Says that nothing is known of the keys that were not given: one by its name, or with a `*` at the end all that
    /// begin so.
    pub fn unknown_unless_given(&mut self, keys: &[&str]) {
        self.unknown.extend(keys.iter().map(|key| lower(key)));
    }

    /// Says that the request comes at this instant or later, where its time is unknown.
    pub fn not_before(&mut self, instant: Timestamp) {
        self.earliest = Some(instant);
    }

    /// Says that a key does not have this value, where its value is unknown.
    pub fn never(&mut self, key: &str, value: &str) {
        let values = Arc::make_mut(&mut self.never).values.entry(lower(key)).or_default();
        values.insert(value.to_owned());
    }

    /// Says that the caller is of none of these accounts, where its account is unknown.
    pub fn never_from(&mut self, accounts: impl IntoIterator<Item = String>) {
        Arc::make_mut(&mut self.never).accounts.extend(accounts);
    }

    /// Whether an unknown key, in lower case, is known not to match a pattern that begins so; `is_whole` where the
    /// pattern is this text and nothing else.
    pub(super) fn excludes(&self, key: &str, text: &str, is_whole: bool) -> bool {
        let is_account = ACCOUNTS_OF_CALLERS.contains(&key) && is_whole && self.never.accounts.contains(text);
        let account_part = || text.splitn(6, ':').nth(4).filter(|_| text.matches(':').count() >= 5);
        let is_arn = ARNS_OF_CALLERS.contains(&key)
            && account_part().is_some_and(|account| self.never.accounts.contains(account));
        let is_value = || self.never.values.get(key).is_some_and(|values| values.contains(text));
        is_account || is_arn || (is_whole && is_value())
    }

    /// The earliest instant at which the request can come, where its time is unknown.
    pub(super) fn earliest(&self, key: &str) -> Option<Timestamp> {
        self.earliest.filter(|_| matches!(key, "aws:currenttime" | "aws:epochtime"))
    }

    /// What is known of a key, which must be in lower case.
    pub fn get(&self, key: &str) -> Lookup<'_> {
        match self.known.get(key) {
            Some(Known::Value(Value::One(value))) => Lookup::One(value),
            Some(Known::Value(Value::Many(values))) => Lookup::Many(values),
            Some(Known::Absent) => Lookup::Absent,
            Some(Known::Unknown) => Lookup::Unknown,
            None if self.is_unknown(key) => Lookup::Unknown,
            None => Lookup::Absent,
        }
    }

    fn is_unknown(&self, key: &str) -> bool {
        self.unknown.iter().any(|known| match known.strip_suffix('*') {
            Some(prefix) => key.starts_with(prefix),
            None => **known == *key,
        })
    }

    /// The keys that have values, in lower case.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let has_value = |(_, known): &(&Box<str>, &Known)| matches!(known, Known::Value(_));
        self.known.iter().filter(has_value).map(|(key, _)| &**key)
    }
}

fn lower(key: &str) -> Box<str> {
    key.to_lowercase().into()
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::One(value)
    }
}

impl From<Vec<String>> for Value {
    fn from(values: Vec<String>) -> Self {
        Self::Many(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_do_not_tell_case_apart_and_absence_is_the_rule() {
        let mut context = Context::new();
        context.set("aws:PrincipalTag/Team", "a");
        context.set("aws:CalledVia", Vec::new());
        context.unknown_unless_given(&["aws:PrincipalTag/*", "aws:SourceIp"]);
        assert_eq!(context.get("aws:principaltag/team"), Lookup::One("a"));
        assert_eq!(context.get("aws:principaltag/other"), Lookup::Unknown);
        assert_eq!(context.get("aws:sourceip"), Lookup::Unknown);
        assert_eq!(context.get("aws:sourceipx"), Lookup::Absent);
        assert_eq!(context.get("aws:calledvia"), Lookup::Absent);
        context.hide("AWS:PrincipalTag/team");
        assert_eq!(context.get("aws:principaltag/team"), Lookup::Unknown);
    }
}
