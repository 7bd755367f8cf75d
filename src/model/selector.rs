//! Words that name resources: by name, ARN or tag.

use std::fmt;
use std::str::FromStr;

use globset::{GlobBuilder, GlobMatcher};
use thiserror::Error;

use super::cover::covers;
use super::{Arn, secret_name};

/// One selector.
///
/// `prod/*` is a glob on the whole name, in which `*` crosses `/`; `arn:…` is a glob on the whole ARN; `tag:Key=Value` is
/// a tag whose value may be a glob.
#[derive(Clone, Debug)]
pub struct Selector {
    text: String,
    pattern: Pattern,
}

#[derive(Clone, Debug)]
enum Pattern {
    Name(GlobMatcher),
    Arn(GlobMatcher),
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
    /// A selector of secrets: an ARN must be that of a secret.
    ///
    /// # Errors
    /// Where the text is no selector, or its ARN is not that of a secret.
    pub fn of_secrets(text: &str) -> Result<Self, SelectorError> {
        let selector: Self = text.parse()?;
        let arn: Option<Arn> = text.parse().ok();
        let is_other = |arn: Arn| arn.service != "secretsmanager" || !arn.resource.starts_with("secret:");
        if arn.is_some_and(is_other) {
            return Err(SelectorError::new(text, "it is not the ARN of a secret"));
        }
        Ok(selector)
    }

    /// Whether a resource is taken; `tag` gives the value of a tag by its key.
    pub fn takes<'t>(&self, name: &str, arn: &str, tag: impl Fn(&str) -> Option<&'t str>) -> bool {
        match &self.pattern {
            Pattern::Name(glob) => glob.is_match(name),
            Pattern::Arn(glob) => glob.is_match(arn),
            Pattern::Tag { key, value } => tag(key).is_some_and(|found| value.is_match(found)),
        }
    }
}

impl Selector {
    /// Whether it takes every resource that another one takes. Where that cannot be told it says no.
    pub fn covers(&self, other: &Self) -> bool {
        let value = |text: &str| text.split_once('=').map(|(_, value)| value.to_owned()).unwrap_or_default();
        match (&self.pattern, &other.pattern) {
            // Whatever there is has a name.
            (Pattern::Name(_), _) if covers(&self.text, "*") => true,
            (Pattern::Name(_), Pattern::Name(_)) | (Pattern::Arn(_), Pattern::Arn(_)) => {
                covers(&self.text, &other.text)
            }
            (Pattern::Name(glob), Pattern::Arn(_)) => {
                let is_literal = !other.text.contains(['*', '?', '[', '{', '\\']);
                is_literal && secret_name(&other.text).is_some_and(|name| glob.is_match(name))
            }
            (Pattern::Tag { key, .. }, Pattern::Tag { key: others, .. }) => {
                key == others && covers(&value(&self.text), &value(&other.text))
            }
            _ => false,
        }
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let pattern = if text.starts_with("arn:") {
            let _: Arn = text.parse().map_err(|_| SelectorError::new(text, "it is not a whole ARN"))?;
            Pattern::Arn(glob(text, text)?)
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

impl Eq for Selector {}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db/main-AbCdEf";

    fn takes(text: &str) -> bool {
        let tag = |key: &str| match key {
            "Team" => Some("payments"),
            "Empty" => Some(""),
            _ => None,
        };
        text.parse::<Selector>().unwrap().takes("prod/db/main", ARN, tag)
    }

    #[test]
    fn names_arns_and_tags_select() {
        let taken = ["prod/*", "*", "prod/db/main", "prod/?b/*", "{prod,test}/*", "tag:Team=payments"];
        let taken_too =
            ["tag:Team=pay*", "tag:Team=*", "tag:Empty=", ARN, "arn:aws:secretsmanager:*:secret:prod/*"];
        for text in taken.into_iter().chain(taken_too) {
            assert!(takes(text), "{text}");
        }
        let left = ["prod", "prod/d", "db*", "tag:team=payments", "tag:Team=pay", "tag:Other=*", "PROD/*"];
        let left_too = ["arn:aws:secretsmanager:*:secret:test/*", "arn:aws:kms:*:*:*"];
        for text in left.into_iter().chain(left_too) {
            assert!(!takes(text), "{text}");
        }
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
            assert_eq!(Selector::of_secrets(text).unwrap_err().to_string(), expected);
        }
        let unclosed = "a[b".parse::<Selector>().unwrap_err().to_string();
        assert!(unclosed.starts_with("`a[b` selects nothing: "), "{unclosed}");
    }
}
