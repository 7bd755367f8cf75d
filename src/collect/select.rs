//! Which secrets are kept and asked about.

use std::fmt;
use std::str::FromStr;

use globset::{GlobBuilder, GlobMatcher};
use thiserror::Error;

use crate::model::Arn;
use crate::snapshot::records::Secret;

/// One selector; a secret is taken when any of several takes it.
///
/// `prod/*` is a glob on the whole name, in which `*` crosses `/`; `arn:…` is one secret by its whole ARN;
/// `tag:Key=Value` is a tag whose value may be a glob.
#[derive(Clone, Debug)]
pub struct Selector {
    text: String,
    pattern: Pattern,
}

#[derive(Clone, Debug)]
enum Pattern {
    Name(GlobMatcher),
    Arn(String),
    Tag { key: String, value: GlobMatcher },
}

/// Why a text is no selector.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` selects nothing: {reason}")]
pub struct SelectorError {
    text: String,
    reason: String,
}

impl SelectorError {
    fn new(text: &str, reason: impl Into<String>) -> Self {
        Self { text: text.to_owned(), reason: reason.into() }
    }

    /// What the user can do about it.
    pub fn help(&self) -> &'static str {
        "write a name such as `prod/*`, the whole ARN of a secret, or a tag such as `tag:Team=payments`"
    }
}

impl Selector {
    /// Whether the secret is taken. A replica is judged by itself, like any other secret of its Region.
    pub fn takes(&self, secret: &Secret) -> bool {
        match &self.pattern {
            Pattern::Name(glob) => glob.is_match(&secret.name),
            Pattern::Arn(arn) => *arn == secret.arn,
            Pattern::Tag { key, value } => {
                secret.tags.iter().any(|tag| tag.key == *key && value.is_match(&tag.value))
            }
        }
    }
}

/// Whether the secret is taken by any selector, or there is none.
pub(super) fn takes(selectors: &[Selector], secret: &Secret) -> bool {
    selectors.is_empty() || selectors.iter().any(|selector| selector.takes(secret))
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let pattern = if text.starts_with("arn:") {
            Pattern::Arn(secret_arn(text)?)
        } else if let Some(tag) = text.strip_prefix("tag:") {
            tag_pattern(text, tag)?
        } else if text.is_empty() {
            return Err(SelectorError::new(text, "it is empty"));
        } else {
            Pattern::Name(glob(text, text)?)
        };
        Ok(Self { text: text.to_owned(), pattern })
    }
}

fn secret_arn(text: &str) -> Result<String, SelectorError> {
    let arn: Arn = text.parse().map_err(|_| SelectorError::new(text, "it is not a whole ARN"))?;
    if arn.service != "secretsmanager" || !arn.resource.starts_with("secret:") {
        return Err(SelectorError::new(text, "it is not the ARN of a secret"));
    }
    Ok(arn.to_string())
}

fn tag_pattern(text: &str, tag: &str) -> Result<Pattern, SelectorError> {
    match tag.split_once('=') {
        Some((key, value)) if !key.is_empty() => {
            Ok(Pattern::Tag { key: key.to_owned(), value: glob(text, value)? })
        }
        _ => Err(SelectorError::new(text, "a tag is written `tag:Key=Value`")),
    }
}

// NOTE: names of secrets may hold `\` in no place, so a backslash escapes as in any glob.
fn glob(text: &str, pattern: &str) -> Result<GlobMatcher, SelectorError> {
    GlobBuilder::new(pattern)
        .literal_separator(false)
        .backslash_escape(true)
        .build()
        .map(|glob| glob.compile_matcher())
        .map_err(|error| SelectorError::new(text, error.kind().to_string()))
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Selector {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::snapshot::records::Tag;

    pub(in crate::collect) fn secret(name: &str, tags: &[(&str, &str)]) -> Secret {
        let arn = format!("arn:aws:secretsmanager:eu-west-1:111122223333:secret:{name}-AbCdEf");
        let tags: Vec<_> =
            tags.iter().map(|(key, value)| Tag { key: (*key).into(), value: (*value).into() }).collect();
        Secret { tags, ..super::super::secrets::empty(arn, name.to_owned()) }
    }

    #[test]
    fn names_arns_and_tags_select() {
        let db = secret("prod/db/main", &[("Team", "payments"), ("Empty", "")]);
        let taken = ["prod/*", "*", "prod/db/main", "prod/?b/*", "{prod,test}/*", "tag:Team=payments"];
        let taken_too = ["tag:Team=pay*", "tag:Team=*", "tag:Empty=", &db.arn];
        for text in taken.into_iter().chain(taken_too) {
            assert!(text.parse::<Selector>().unwrap().takes(&db), "{text}");
        }
        let left = ["prod", "prod/d", "db*", "tag:team=payments", "tag:Team=pay", "tag:Other=*", "PROD/*"];
        for text in left {
            assert!(!text.parse::<Selector>().unwrap().takes(&db), "{text}");
        }
    }

    #[test]
    fn any_of_several_selectors_takes() {
        let selectors: Vec<Selector> = ["test/*", "tag:Team=x"].map(|text| text.parse().unwrap()).into();
        assert!(takes(&selectors, &secret("test/a", &[])));
        assert!(takes(&selectors, &secret("prod/a", &[("Team", "x")])));
        assert!(!takes(&selectors, &secret("prod/a", &[])));
        assert!(takes(&[], &secret("prod/a", &[])));
    }

    #[test]
    fn errors_name_the_text() {
        let cases = [
            ("", "`` selects nothing: it is empty"),
            ("arn:aws:s3:::bucket", "`arn:aws:s3:::bucket` selects nothing: it is not the ARN of a secret"),
            ("arn:aws", "`arn:aws` selects nothing: it is not a whole ARN"),
            ("tag:Team", "`tag:Team` selects nothing: a tag is written `tag:Key=Value`"),
            ("tag:=x", "`tag:=x` selects nothing: a tag is written `tag:Key=Value`"),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<Selector>().unwrap_err().to_string(), expected);
        }
        let unclosed = "a[b".parse::<Selector>().unwrap_err().to_string();
        assert!(unclosed.starts_with("`a[b` selects nothing: "), "{unclosed}");
    }
}
