//! From JSON text to a [`Document`], with the place of what is wrong.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::document::{
    ConditionBlock, ConditionElement, Document, Effect, OneOrMany, PrincipalKind, PrincipalList, Scalar,
    Statement, Version,
};
use super::operator::{Comparison, Operator};
use super::parse_error::{ParseError, from_json, unknown_element, unknown_operator};
use super::{arn, template, value};

impl Document {
    /// Reads a policy document and checks everything that can be wrong with it: elements, operators, ARNs, address
    /// ranges, numbers, dates, and names that stand there twice.
    ///
    /// # Errors
    /// With the line and column of the first mistake.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        from_json(text)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(DocumentVisitor)
    }
}

struct DocumentVisitor;

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a policy document: an object with Version and Statement")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
        let (mut version, mut id, mut statement) = (None, None, None);
        while let Some(Name(name)) = map.next_key()? {
            let name: &str = &name;
            match name {
                "Version" => once(&mut version, name, map.next_value()?)?,
                "Id" => once(&mut id, name, map.next_value()?)?,
                "Statement" => once(&mut statement, name, map.next_value()?)?,
                _ => return Err(unknown_element(name, &["Version", "Id", "Statement"])),
            }
        }
        let statement = statement.ok_or_else(|| de::Error::custom("the document has no `Statement`"))?;
        Ok(Document { version, id, statement })
    }
}

/// A word of the language, borrowed from the text where it holds no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Owned(text.to_owned())))
    }
}

/// Keeps the value of an element that may stand in an object once.
fn once<T, E: de::Error>(place: &mut Option<T>, name: &str, value: T) -> Result<(), E> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::custom(format!("`{name}` stands here twice"))),
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Name::deserialize(deserializer)?.0.as_ref() {
            "2012-10-17" => Ok(Self::V2012),
            "2008-10-17" => Ok(Self::V2008),
            other => Err(de::Error::custom(format!(
                "unknown policy version `{other}`, expected 2012-10-17 or 2008-10-17"
            ))),
        }
    }
}

impl<'de> Deserialize<'de> for Effect {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Name::deserialize(deserializer)?.0.as_ref() {
            "Allow" => Ok(Self::Allow),
            "Deny" => Ok(Self::Deny),
            other => Err(de::Error::custom(format!("unknown effect `{other}`, expected Allow or Deny"))),
        }
    }
}

/// Reads one value or a list of values.
struct OneOrManyVisitor<S> {
    seed: S,
    what: &'static str,
}

impl<'de, S: DeserializeSeed<'de> + Copy> DeserializeSeed<'de> for OneOrManyVisitor<S> {
    type Value = OneOrMany<S::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, S: DeserializeSeed<'de> + Copy> Visitor<'de> for OneOrManyVisitor<S> {
    type Value = OneOrMany<S::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        self.seed.deserialize(de::value::StrDeserializer::new(text)).map(OneOrMany::One)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        self.seed.deserialize(de::value::BoolDeserializer::new(value)).map(OneOrMany::One)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        self.seed.deserialize(de::value::I64Deserializer::new(value)).map(OneOrMany::One)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        self.seed.deserialize(de::value::U64Deserializer::new(value)).map(OneOrMany::One)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
        self.seed.deserialize(de::value::F64Deserializer::new(value)).map(OneOrMany::One)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::with_capacity(seq.size_hint().unwrap_or(2));
        while let Some(value) = seq.next_element_seed(self.seed)? {
            values.push(value);
        }
        Ok(OneOrMany::Many(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        self.seed.deserialize(de::value::MapAccessDeserializer::new(map)).map(OneOrMany::One)
    }
}

impl<'de> Deserialize<'de> for OneOrMany<Statement> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let what = "a statement or a list of statements";
        OneOrManyVisitor { seed: StatementSeed, what }.deserialize(deserializer)
    }
}

#[derive(Clone, Copy)]
struct StatementSeed;

impl<'de> DeserializeSeed<'de> for StatementSeed {
    type Value = Statement;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Statement, D::Error> {
        deserializer.deserialize_map(self)
    }
}

const ELEMENTS: &[&str] = &[
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

impl<'de> Visitor<'de> for StatementSeed {
    type Value = Statement;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a statement: an object with Effect, Action and Resource")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Statement, A::Error> {
        let mut read = Elements::default();
        while let Some(Name(name)) = map.next_key()? {
            let name: &str = &name;
            match name {
                "Sid" => once(&mut read.sid, name, map.next_value()?)?,
                "Effect" => once(&mut read.effect, name, map.next_value()?)?,
                "Principal" => once(&mut read.principal, name, map.next_value()?)?,
                "NotPrincipal" => once(&mut read.not_principal, name, map.next_value()?)?,
                "Action" => once(&mut read.action, name, map.next_value_seed(texts(ACTIONS))?)?,
                "NotAction" => once(&mut read.not_action, name, map.next_value_seed(texts(ACTIONS))?)?,
                "Resource" => once(&mut read.resource, name, map.next_value_seed(texts(RESOURCES))?)?,
                "NotResource" => once(&mut read.not_resource, name, map.next_value_seed(texts(RESOURCES))?)?,
                "Condition" => once(&mut read.condition, name, map.next_value()?)?,
                _ => return Err(unknown_element(name, ELEMENTS)),
            }
        }
        read.statement()
    }
}

/// What was read of a statement.
#[derive(Default)]
struct Elements {
    sid: Option<String>,
    effect: Option<Effect>,
    principal: Option<PrincipalList>,
    not_principal: Option<PrincipalList>,
    action: Option<OneOrMany<String>>,
    not_action: Option<OneOrMany<String>>,
    resource: Option<OneOrMany<String>>,
    not_resource: Option<OneOrMany<String>>,
    condition: Option<ConditionElement>,
}

impl Elements {
    fn statement<E: de::Error>(self) -> Result<Statement, E> {
        let Self { sid, effect, principal, not_principal, action, not_action, .. } = self;
        let effect = effect.ok_or_else(|| E::custom("the statement has no `Effect`"))?;
        let both = |name: &str| Err(E::custom(format!("the statement has both `{name}` and `Not{name}`")));
        if principal.is_some() && not_principal.is_some() {
            return both("Principal");
        }
        if action.is_some() && not_action.is_some() {
            return both("Action");
        }
        if self.resource.is_some() && self.not_resource.is_some() {
            return both("Resource");
        }
        if action.is_none() && not_action.is_none() {
            return Err(E::custom("the statement has neither `Action` nor `NotAction`"));
        }
        let (resource, not_resource, condition) = (self.resource, self.not_resource, self.condition);
        Ok(Statement {
            sid,
            effect,
            principal,
            not_principal,
            action,
            not_action,
            resource,
            not_resource,
            condition,
        })
    }
}

/// What a text must be, and how the reader names it.
#[derive(Clone, Copy)]
struct TextSeed {
    what: &'static str,
    check: fn(&str) -> Result<(), String>,
}

const ACTIONS: TextSeed = TextSeed { what: "an action or a list of actions", check: check_action };
const RESOURCES: TextSeed = TextSeed { what: "an ARN or a list of ARNs", check: arn::check_pattern };
const NAMES: TextSeed = TextSeed { what: "a principal or a list of principals", check: |_| Ok(()) };

fn texts(seed: TextSeed) -> OneOrManyVisitor<TextSeed> {
    OneOrManyVisitor { seed, what: seed.what }
}

/// An action is `*` or `service:name`.
fn check_action(text: &str) -> Result<(), String> {
    let is_action = text.bytes().all(|byte| byte == b'*') && !text.is_empty();
    match is_action || text.split_once(':').is_some_and(|(service, _)| !service.is_empty()) {
        true => Ok(()),
        false => Err(format!("`{text}` is no action, expected `service:Action` or `*`")),
    }
}

impl<'de> DeserializeSeed<'de> for TextSeed {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for TextSeed {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        (self.check)(text).map_err(E::custom)?;
        Ok(text.to_owned())
    }
}

impl<'de> Deserialize<'de> for PrincipalList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PrincipalVisitor)
    }
}

struct PrincipalVisitor;

impl<'de> Visitor<'de> for PrincipalVisitor {
    type Value = PrincipalList;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`*`, or an object with AWS, Service, Federated or CanonicalUser")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<PrincipalList, E> {
        match text {
            "*" => Ok(PrincipalList::Everyone),
            _ => Err(E::custom(format!("`{text}` is no principal; write {{\"AWS\": \"{text}\"}}"))),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PrincipalList, A::Error> {
        let mut named: Vec<(PrincipalKind, OneOrMany<String>)> = Vec::with_capacity(1);
        while let Some(Name(name)) = map.next_key()? {
            let name: &str = &name;
            let kind = match name {
                "AWS" => PrincipalKind::Aws,
                "Service" => PrincipalKind::Service,
                "Federated" => PrincipalKind::Federated,
                "CanonicalUser" => PrincipalKind::CanonicalUser,
                _ => return Err(unknown_element(name, &["AWS", "Service", "Federated", "CanonicalUser"])),
            };
            if named.iter().any(|(known, _)| *known == kind) {
                return Err(de::Error::custom(format!("`{name}` stands here twice")));
            }
            named.push((kind, map.next_value_seed(texts(NAMES))?));
        }
        Ok(PrincipalList::Named(named))
    }
}

impl<'de> Deserialize<'de> for ConditionElement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ConditionVisitor)
    }
}

struct ConditionVisitor;

impl<'de> Visitor<'de> for ConditionVisitor {
    type Value = ConditionElement;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a condition: an object with an operator to keys and values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ConditionElement, A::Error> {
        let mut blocks: Vec<ConditionBlock> = Vec::with_capacity(2);
        while let Some(Name(name)) = map.next_key()? {
            let operator = Operator::parse(&name).ok_or_else(|| unknown_operator(&name))?;
            if blocks.iter().any(|block| block.operator == operator) {
                return Err(de::Error::custom(format!("`{name}` stands here twice")));
            }
            let keys = map.next_value_seed(KeysSeed(operator))?;
            blocks.push(ConditionBlock { operator, keys });
        }
        Ok(ConditionElement(blocks))
    }
}

struct KeysSeed(Operator);

impl<'de> DeserializeSeed<'de> for KeysSeed {
    type Value = Vec<(String, OneOrMany<Scalar>)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for KeysSeed {
    type Value = Vec<(String, OneOrMany<Scalar>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with condition keys and their values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut keys: Self::Value = Vec::with_capacity(1);
        while let Some(key) = map.next_key::<String>()? {
            let seed = ScalarSeed(self.0.comparison);
            let values = map.next_value_seed(OneOrManyVisitor { seed, what: VALUES })?;
            keys.push((key, values));
        }
        match twice(&keys) {
            Some(key) => Err(de::Error::custom(format!("`{key}` stands here twice"))),
            None => Ok(keys),
        }
    }
}

/// A key that stands there twice.
fn twice(keys: &[(String, OneOrMany<Scalar>)]) -> Option<&str> {
    if keys.len() < 2 {
        return None;
    }
    let mut sorted: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
    sorted.sort_unstable();
    sorted.windows(2).find_map(|pair| pair.first().filter(|first| pair.last() == Some(first)).copied())
}

const VALUES: &str = "a text, a number, a boolean, or a list of them";

#[derive(Clone, Copy)]
struct ScalarSeed(Comparison);

impl ScalarSeed {
    /// A value with a variable is known only when the request comes.
    fn checked<E: de::Error>(self, value: Scalar) -> Result<Scalar, E> {
        let text = value.text();
        if !template::may_hold_variable(&text) {
            value::check(self.0, &text).map_err(E::custom)?;
        }
        Ok(value)
    }
}

impl<'de> DeserializeSeed<'de> for ScalarSeed {
    type Value = Scalar;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Scalar, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for ScalarSeed {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(VALUES)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Scalar, E> {
        self.checked(Scalar::Text(text.to_owned()))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Scalar, E> {
        self.checked(Scalar::Boolean(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Scalar, E> {
        self.checked(Scalar::Number(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Scalar, E> {
        self.checked(Scalar::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Scalar, E> {
        let number =
            serde_json::Number::from_f64(value).ok_or_else(|| E::custom("the number is no number"))?;
        self.checked(Scalar::Number(number))
    }
}
