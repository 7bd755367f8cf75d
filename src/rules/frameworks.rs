//! Frameworks of controls: which are known, and what rule files say of them.

use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_saphyr::Spanned;

use super::diagnostic::{Diagnostic, closest};
use super::sources::{Source, located};
use crate::model::{Framework, FrameworkMappings, MappingSource};

/// The known frameworks and the sources of mappings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frameworks {
    /// Who maps rules to controls.
    pub sources: Vec<MappingSource>,
    /// The frameworks.
    pub frameworks: Vec<Framework>,
}

impl Frameworks {
    /// Those inside the binary.
    ///
    /// # Errors
    /// Never in a build that passed its tests.
    pub fn embedded() -> Result<Self, serde_saphyr::Error> {
        serde_saphyr::from_str(include_str!("frameworks.yaml"))
    }

    /// The framework with this id.
    pub fn find(&self, id: &str) -> Option<&Framework> {
        self.frameworks.iter().find(|framework| framework.id == id)
    }

    /// The known id closest to a mistyped one.
    pub fn suggest(&self, id: &str) -> Option<&str> {
        closest(id, self.frameworks.iter().map(|framework| framework.id.as_str()))
    }

    /// What to do about a framework that nobody knows.
    pub fn help(&self, id: &str) -> String {
        did_you_mean(self.suggest(id))
            .unwrap_or_else(|| "`secrets-auditor frameworks list` shows the frameworks".to_owned())
    }

    /// The mappings of a rule file to what nobody knows.
    pub(super) fn unknown(&self, source: &Source) -> Vec<Diagnostic> {
        let mut errors = Vec::new();
        for (id, controls) in &source.rule.frameworks.0 {
            let Some(framework) = self.find(&id.value) else {
                let error = word(source, id, format!("no framework `{}`", id.value));
                errors.push(error.with_help(Some(self.help(&id.value))));
                continue;
            };
            for (control, made_by) in &controls.0 {
                errors.extend(unknown_control(source, framework, control));
                errors.extend(self.unknown_source(source, made_by));
            }
        }
        errors
    }

    /// The error about a source of mappings that nobody knows.
    fn unknown_source(&self, source: &Source, made_by: &Spanned<String>) -> Option<Diagnostic> {
        let ids = || self.sources.iter().map(|known| known.id.as_str());
        if ids().any(|known| known == made_by.value) {
            return None;
        }
        let known = || format!("who maps it is one of {}", ids().collect::<Vec<_>>().join(", "));
        let help = did_you_mean(closest(&made_by.value, ids())).unwrap_or_else(known);
        let message = format!("no source of mappings `{}`", made_by.value);
        Some(word(source, made_by, message).with_help(Some(help)))
    }
}

/// The error about a control that its framework is not known to have.
fn unknown_control(source: &Source, framework: &Framework, id: &Spanned<String>) -> Option<Diagnostic> {
    let ids = || framework.controls.iter().map(|control| control.id.as_str());
    if ids().any(|known| known == id.value) {
        return None;
    }
    let known = || format!("`secrets-auditor frameworks show {} --sample` shows its controls", framework.id);
    let help = did_you_mean(closest(&id.value, ids())).unwrap_or_else(known);
    let message = format!("framework `{}` has no control `{}`", framework.id, id.value);
    Some(word(source, id, message).with_help(Some(help)))
}

/// An error about one word in a line of many.
fn word(source: &Source, text: &Spanned<String>, message: String) -> Diagnostic {
    let mut error = located(source, text, message);
    let line = source.text.get(error.span.clone()).unwrap_or_default();
    let quotes = if line.starts_with(['"', '\'']) { 2 } else { 0 };
    let end = source.text.ceil_char_boundary(error.span.start + text.value.len() + quotes);
    error.span.end = error.span.end.min(end);
    error
}

fn did_you_mean(close: Option<&str>) -> Option<String> {
    close.map(|close| format!("did you mean `{close}`?"))
}

/// A map in the order of the file, whose keys may have positions.
#[derive(Clone, Debug, PartialEq)]
pub struct Pairs<K, V>(pub Vec<(K, V)>);

/// Framework to control to the source of the mapping, as a rule file has it.
pub type Mappings<Text> = Pairs<Text, Pairs<Text, Text>>;

impl<K, V> Default for Pairs<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl Mappings<Spanned<String>> {
    /// Without positions.
    pub(super) fn plain(&self) -> FrameworkMappings {
        let text = |text: &Spanned<String>| text.value.clone();
        let inner = |controls: &Pairs<Spanned<String>, Spanned<String>>| {
            controls.0.iter().map(|(control, made_by)| (text(control), text(made_by))).collect()
        };
        self.0.iter().map(|(framework, controls)| (text(framework), inner(controls))).collect()
    }
}

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for Pairs<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader<K, V>(PhantomData<(K, V)>);

        impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for Reader<K, V> {
            type Value = Pairs<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map such as `aws-fsbp: { SecretsManager.1: aws }`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        // What is no map is told as the reader says it, and not as the parser does.
        deserializer.deserialize_any(Reader(PhantomData))
    }
}

impl<K: Serialize, V: Serialize> Serialize for Pairs<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<K, V: JsonSchema> JsonSchema for Pairs<K, V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Map_of_{}", V::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <std::collections::BTreeMap<String, V>>::json_schema(generator)
    }
}
