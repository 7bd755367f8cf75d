//! The circumstances of a request: condition keys with their values.
//!
//! Source: IAM User Guide, "AWS global condition context keys".

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// The value of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// The one value of a single-valued key.
    One(String),
    /// The values of a multivalued key.
    Many(Vec<String>),
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
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// All keys, in lower case. A request has dozens, and a text for each would take longer to make than to read.
    keys: Texts,
    /// All single values.
    values: Texts,
    /// All lists of values.
    lists: Vec<Box<[String]>>,
    /// Shorter keys first, each once.
    known: Vec<Entry>,
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

/// A key and what is known of it.
#[derive(Clone, Debug)]
struct Entry {
    /// The order of the key, so that nearly all comparisons are of numbers.
    order: u64,
    key: Span,
    known: Known,
}

/// A number for a key in lower case. Keys that differ nearly always differ in it.
fn order(key: &str) -> u64 {
    let mix = |hash: u64, part: u64| (hash ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let (chunks, rest) = key.as_bytes().as_chunks::<8>();
    let whole = chunks.iter().fold(key.len() as u64, |hash, chunk| mix(hash, u64::from_le_bytes(*chunk)));
    rest.iter().fold(whole, |hash, byte| mix(hash, u64::from(*byte)))
}

#[derive(Clone, Debug)]
enum Known {
    One(Span),
    /// The index of the list.
    Many(usize),
    Absent,
    Unknown,
}

/// Many texts in one.
#[derive(Clone, Debug, Default)]
struct Texts(String);

/// The place of one of them.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    end: u32,
}

impl Texts {
    /// Room for the keys or values of most requests, in a size that allocators keep at hand.
    fn with_room() -> Self {
        Self(String::with_capacity(1000))
    }

    /// Adds a text; `None` where there is no room for it within 4 GiB.
    fn push(&mut self, text: &str) -> Option<Span> {
        let start = u32::try_from(self.0.len()).ok()?;
        let end = u32::try_from(self.0.len() + text.len()).ok()?;
        self.0.push_str(text);
        Some(Span { start, end })
    }

    /// Adds a text in lower case.
    fn push_lowercase(&mut self, text: &str) -> Option<Span> {
        if !text.is_ascii() {
            return self.push(&text.to_lowercase());
        }
        let span = self.push(text)?;
        self.0.get_mut(span.range())?.make_ascii_lowercase();
        Some(span)
    }

    /// Takes away the text at the end, so that a key can be given one value after another.
    fn pop(&mut self, span: Span) {
        let Range { start, end } = span.range();
        if end == self.0.len() {
            self.0.truncate(start);
        }
    }

    fn get(&self, span: Span) -> &str {
        self.0.get(span.range()).unwrap_or_default()
    }
}

impl Span {
    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl Context {
    /// No key has a value.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives a key a value. An empty list is no value.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        if let Some(Known::One(span)) = self.known(&key.to_lowercase()) {
            self.values.pop(*span);
        }
        let known = match value.into() {
            Value::One(value) => self.values.push(&value).map_or(Known::Unknown, Known::One),
            Value::Many(values) => many(values, &mut self.lists),
        };
        self.insert(key, known);
    }

    /// Says that a key has no value.
    pub fn set_absent(&mut self, key: &str) {
        self.insert(key, Known::Absent);
    }

    /// Says that nothing is known of a key, even where it was given a value.
    pub fn hide(&mut self, key: &str) {
        self.insert(key, Known::Unknown);
    }

    /// Says that nothing is known of the keys that were not given: one by its name, or with a `*` at the end all that
    /// begin so.
    pub fn unknown_unless_given(&mut self, keys: &[&str]) {
        self.unknown.extend(keys.iter().map(|key| Box::from(key.to_lowercase())));
    }

    /// Says that the request comes at this instant or later, where its time is unknown.
    pub fn not_before(&mut self, instant: Timestamp) {
        self.earliest = Some(instant);
    }

    /// Says that a key does not have this value, where its value is unknown.
    pub fn never(&mut self, key: &str, value: &str) {
        let values = Arc::make_mut(&mut self.never).values.entry(key.to_lowercase().into()).or_default();
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
        let account_part = || text.split(':').nth(4).filter(|_| text.matches(':').count() >= 5);
        let is_arn = ARNS_OF_CALLERS.contains(&key)
            && account_part().is_some_and(|account| self.never.accounts.contains(account));
        let is_value = || self.never.values.get(key).is_some_and(|values| values.contains(text));
        is_account || is_arn || (is_whole && is_value())
    }

    /// The earliest instant at which the request can come, where its time is unknown.
    pub(super) fn earliest(&self, key: &str) -> Option<Timestamp> {
        self.earliest.filter(|_| matches!(key, "aws:currenttime" | "aws:epochtime"))
    }

    fn insert(&mut self, key: &str, known: Known) {
        match self.find(&key.to_lowercase()) {
            Ok(at) => {
                if let Some(entry) = self.known.get_mut(at) {
                    entry.known = known;
                }
            }
            Err(at) => match self.keys.push_lowercase(key) {
                Some(span) => {
                    self.known.insert(at, Entry { order: order(self.keys.get(span)), key: span, known })
                }
                None => self.unknown.push(key.to_lowercase().into()),
            },
        }
    }

    /// Where a key stands, or where it would.
    fn find(&self, key: &str) -> Result<usize, usize> {
        let order = order(key);
        self.known
            .binary_search_by(|entry| entry.order.cmp(&order).then_with(|| self.keys.get(entry.key).cmp(key)))
    }

    fn known(&self, key: &str) -> Option<&Known> {
        let entry = self.known.get(self.find(key).ok()?);
        entry.map(|entry| &entry.known)
    }

    /// What is known of a key, which must be in lower case.
    pub fn get(&self, key: &str) -> Lookup<'_> {
        match self.known(key) {
            Some(known) => self.lookup(known),
            None if self.is_unknown(key) => Lookup::Unknown,
            None => Lookup::Absent,
        }
    }

    fn lookup<'a>(&'a self, known: &'a Known) -> Lookup<'a> {
        match known {
            Known::One(span) => Lookup::One(self.values.get(*span)),
            Known::Many(list) => self.lists.get(*list).map_or(Lookup::Absent, |list| Lookup::Many(list)),
            Known::Absent => Lookup::Absent,
            Known::Unknown => Lookup::Unknown,
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
        let has_value = |entry: &&Entry| matches!(entry.known, Known::One(_) | Known::Many(_));
        self.known.iter().filter(has_value).map(|entry| self.keys.get(entry.key))
    }

    /// Every key that was given, with what is known of it.
    fn entries(&self) -> impl Iterator<Item = (&str, Lookup<'_>)> {
        self.known.iter().map(|entry| (self.keys.get(entry.key), self.lookup(&entry.known)))
    }

    /// Puts the keys into their order; answers with one that is there twice.
    fn sort(&mut self) -> Option<&str> {
        let Self { keys, known, .. } = self;
        known.sort_unstable_by(|one, other| {
            one.order.cmp(&other.order).then_with(|| keys.get(one.key).cmp(keys.get(other.key)))
        });
        known.windows(2).find_map(|pair| match pair {
            [one, other] if keys.get(one.key) == keys.get(other.key) => Some(keys.get(one.key)),
            _ => None,
        })
    }
}

impl PartialEq for Context {
    fn eq(&self, other: &Self) -> bool {
        self.entries().eq(other.entries())
            && self.unknown == other.unknown
            && self.earliest == other.earliest
            && self.never == other.never
    }
}

impl Eq for Context {}

/// An empty list is no value.
fn many(values: Vec<String>, lists: &mut Vec<Box<[String]>>) -> Known {
    if values.is_empty() {
        return Known::Absent;
    }
    lists.push(values.into());
    Known::Many(lists.len() - 1)
}

impl<'de> Deserialize<'de> for Context {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ContextVisitor)
    }
}

struct ContextVisitor;

impl<'de> Visitor<'de> for ContextVisitor {
    type Value = Context;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with condition keys and their values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Context, A::Error> {
        let mut context = Context {
            keys: Texts::with_room(),
            values: Texts::with_room(),
            lists: Vec::new(),
            known: Vec::with_capacity(40),
            ..Context::new()
        };
        while let Some(key) = map.next_key_seed(KeySeed(&mut context.keys))? {
            let known = map.next_value_seed(ValueSeed(&mut context))?;
            let order = order(context.keys.get(key));
            context.known.push(Entry { order, key, known });
        }
        match context.sort() {
            Some(key) => Err(de::Error::custom(format!("`{key}` stands here twice"))),
            None => Ok(context),
        }
    }
}

fn too_large<E: de::Error>() -> E {
    E::custom("the context is larger than 4 GiB")
}

/// Reads a key and keeps it.
struct KeySeed<'a>(&'a mut Texts);

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = Span;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Span, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Span;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a condition key")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<Span, E> {
        self.0.push_lowercase(key).ok_or_else(too_large)
    }
}

/// Reads a value and keeps it.
struct ValueSeed<'a>(&'a mut Context);

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Known;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Known, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Known;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of texts")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Known, E> {
        self.0.values.push(text).map(Known::One).ok_or_else(too_large)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Known, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(many(values, &mut self.0.lists))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::One(value.to_owned())
    }
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

    #[test]
    fn values_take_the_place_of_values() {
        let mut context = Context::new();
        for value in ["a", "longer", ""] {
            context.set("k", value);
            context.set("other", "x");
            assert_eq!((context.get("k"), context.get("other")), (Lookup::One(value), Lookup::One("x")));
        }
        context.set("K", vec!["a".to_owned()]);
        assert_eq!(context.get("k"), Lookup::Many(&["a".to_owned()]));
        context.set_absent("k");
        assert_eq!(context.get("k"), Lookup::Absent);
        assert_eq!(context.keys().collect::<Vec<_>>(), ["other"]);
    }

    #[test]
    fn contexts_with_the_same_keys_and_values_are_equal() {
        let mut set = Context::new();
        for (key, value) in [("aws:b", "2"), ("AWS:A", "0"), ("aws:a", "1"), ("ä", "3")] {
            set.set(key, value);
        }
        let read: Context = serde_json::from_str(r#"{"Ä": "3", "aws:A": "1", "aws:B": "2"}"#).unwrap();
        assert_eq!(set, read);
        set.set("aws:b", "4");
        assert_ne!(set, read);
    }
}
