//! Values of records that are not what AWS documents: re-exports turn objects into text and numbers into strings.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// A text, or what stands in its place: numbers and booleans as they are written; nothing for null, objects and lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text<'a>(Option<Cow<'a, str>>);

impl Text<'_> {
    /// The text; none where it is absent or empty.
    pub(super) fn get(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.is_empty())
    }

    /// Whether it says yes.
    pub(super) fn is_true(&self) -> bool {
        self.get().is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Borrowed(text))))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Owned(text.to_owned()))))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Borrowed(if value { "true" } else { "false" }))))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Owned(value.to_string()))))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Owned(value.to_string()))))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Owned(value.to_string()))))
    }

    fn visit_unit<E: Error>(self) -> Result<Text<'de>, E> {
        Ok(Text(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Text<'de>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }
}

/// An object, or the text of one; whatever else stands in its place is taken for absent.
///
/// `null` is what CloudTrail writes; a text is what tables and re-exports make of it.
pub(super) fn object<T: Default + for<'a> Deserialize<'a>>(raw: Option<&RawValue>) -> T {
    let Some(raw) = raw else { return T::default() };
    let text = raw.get().trim_start();
    match text.as_bytes().first() {
        Some(b'{') => serde_json::from_str(text).unwrap_or_default(),
        Some(b'"') => {
            let inner: Option<String> = serde_json::from_str(text).ok();
            inner.and_then(|inner| serde_json::from_str(&inner).ok()).unwrap_or_default()
        }
        _ => T::default(),
    }
}

/// A list of texts, or one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Texts(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        let many = || serde_json::from_str::<Vec<Text<'_>>>(raw.get()).ok();
        let texts = match many() {
            Some(many) => many.iter().filter_map(|text| text.get().map(str::to_owned)).collect(),
            None => {
                let one = serde_json::from_str::<Text<'_>>(raw.get()).unwrap_or_default();
                one.get().map(str::to_owned).into_iter().collect()
            }
        };
        Ok(Self(texts))
    }
}

/// A text of its own, or what stands in its place; for `deserialize_with`.
pub(super) fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Text::deserialize(deserializer).map(|text| text.get().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Sample {
        #[serde(deserialize_with = "word")]
        a: Option<String>,
        list: Texts,
    }

    fn read(json: &str) -> Sample {
        let raw: &RawValue = serde_json::from_str(json).unwrap();
        object(Some(raw))
    }

    #[test]
    fn whatever_stands_there_is_no_error() {
        let a = |text: &str| Sample { a: Some(text.to_owned()), ..Sample::default() };
        let cases = [
            (r#"{"a": "x"}"#, a("x")),
            (r#"{"a": 7}"#, a("7")),
            (r#"{"a": true}"#, a("true")),
            (r#"{"a": null}"#, Sample::default()),
            (r#"{"a": {"b": 1}}"#, Sample::default()),
            (r#"{"a": [1, 2]}"#, Sample::default()),
            (r#""{\"a\": \"inside a text\"}""#, a("inside a text")),
            (r#""no object""#, Sample::default()),
            ("null", Sample::default()),
            ("[1]", Sample::default()),
            ("7", Sample::default()),
        ];
        for (json, expected) in cases {
            assert_eq!(read(json), expected, "{json}");
        }
    }

    #[test]
    fn one_text_is_a_list_of_one() {
        let cases = [
            (r#"{"list": ["x", "y"]}"#, vec!["x", "y"]),
            (r#"{"list": "x"}"#, vec!["x"]),
            (r#"{"list": [null, 7]}"#, vec!["7"]),
            (r#"{"list": {}}"#, vec![]),
            ("{}", vec![]),
        ];
        for (json, expected) in cases {
            assert_eq!(read(json).list.0, expected, "{json}");
        }
    }
}
