//! Text matching: wildcards, policy variables, actions and ARNs (FORMAT.md, rules 1, 2, 4 and 5).

use regex::Regex;
use serde_json::{Map, Value};

/// The request context. Key names are case-insensitive.
pub struct Context<'a>(&'a Map<String, Value>);

impl<'a> Context<'a> {
    pub fn new(context: &'a Value) -> Self {
        Context(context.as_object().expect("request.context is an object"))
    }

    pub fn get(&self, key: &str) -> Option<&'a Value> {
        self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    }

    /// The value of a single-valued key: a JSON string, not an array.
    pub fn single(&self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(Value::as_str)
    }

    pub fn encryption_context(&self) -> Vec<(&'a str, &'a str)> {
        const PREFIX: &str = "kms:EncryptionContext:";
        let pair =
            |(name, value): (&'a String, &'a Value)| Some((name.strip_prefix(PREFIX)?, value.as_str()?));
        self.0.iter().filter_map(pair).collect()
    }
}

/// What `${...}` means in a document: something only from version 2012-10-17 on.
pub struct Variables<'a> {
    enabled: bool,
    pub context: &'a Context<'a>,
}

impl<'a> Variables<'a> {
    pub fn new(version: Option<&str>, context: &'a Context<'a>) -> Self {
        Variables { enabled: version == Some("2012-10-17"), context }
    }

    /// None if a variable has no value: then the text stands for nothing at all.
    pub fn resolve(&self, text: &str) -> Option<Pattern> {
        let mut pattern = Pattern::default();
        let mut rest = text;
        while let Some((before, variable, after)) = self.next_variable(rest) {
            pattern.push_written(before);
            pattern.push_literal(&self.value(variable)?);
            rest = after;
        }
        pattern.push_written(rest);
        Some(pattern)
    }

    fn next_variable<'t>(&self, text: &'t str) -> Option<(&'t str, &'t str, &'t str)> {
        let (before, opened) = text.split_once("${").filter(|_| self.enabled)?;
        let (variable, after) = opened.split_once('}')?;
        Some((before, variable, after))
    }

    /// `key`, `key, 'default'`, or one of the three special characters.
    fn value(&self, variable: &str) -> Option<String> {
        if matches!(variable, "*" | "?" | "$") {
            return Some(variable.to_string());
        }
        let (key, default) = match variable.split_once(',') {
            Some((key, default)) => (key, Some(default.trim().trim_matches('\''))),
            None => (variable, None),
        };
        self.context.single(key.trim()).or(default).map(str::to_string)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Literal(char),
    /// `*`
    Run,
    /// `?`
    Single,
}

/// A text in which wildcards are told apart from the same characters meant literally.
#[derive(Default)]
pub struct Pattern(Vec<Token>);

impl Pattern {
    fn written(text: &str) -> Self {
        let mut pattern = Pattern::default();
        pattern.push_written(text);
        pattern
    }

    fn push_written(&mut self, text: &str) {
        self.0.extend(text.chars().map(|character| match character {
            '*' => Token::Run,
            '?' => Token::Single,
            other => Token::Literal(other),
        }));
    }

    fn push_literal(&mut self, text: &str) {
        self.0.extend(text.chars().map(Token::Literal));
    }

    /// The text where the operator knows no wildcards.
    pub fn plain(&self) -> String {
        let character = |token: &Token| match token {
            Token::Literal(character) => *character,
            Token::Run => '*',
            Token::Single => '?',
        };
        self.0.iter().map(character).collect()
    }

    pub fn matches(&self, text: &str) -> bool {
        self.regex().is_match(text)
    }

    fn regex(&self) -> Regex {
        let piece = |token: &Token| match token {
            Token::Literal(character) => regex::escape(&character.to_string()),
            Token::Run => ".*".to_string(),
            Token::Single => ".".to_string(),
        };
        let body: String = self.0.iter().map(piece).collect();
        Regex::new(&format!(r"(?s)\A{body}\z")).expect("valid regex")
    }

    /// The first five parts and the rest, in which colons are ordinary characters.
    fn arn_parts(&self) -> Vec<Pattern> {
        let parts = self.0.splitn(6, |token| *token == Token::Literal(':'));
        parts.map(|part| Pattern(part.to_vec())).collect()
    }

    /// Part by part, so that no wildcard reaches across one of the first five colons. A text or pattern with
    /// fewer than six parts is no ARN and matches nothing.
    pub fn matches_arn(&self, arn: &str) -> bool {
        let (patterns, parts) = (self.arn_parts(), arn.splitn(6, ':').collect::<Vec<_>>());
        patterns.len() == 6
            && parts.len() == 6
            && patterns.iter().zip(parts).all(|(pattern, part)| pattern.matches(part))
    }
}

/// "AWS JSON policy elements: Action": the prefix and the name are case-insensitive.
pub fn action_matches(pattern: &str, action: &str) -> bool {
    Pattern::written(&pattern.to_lowercase()).matches(&action.to_lowercase())
}

/// "AWS JSON policy elements: Resource".
pub fn resource_matches(pattern: &str, resource: &str, variables: &Variables) -> bool {
    pattern == "*" || variables.resolve(pattern).is_some_and(|pattern| pattern.matches_arn(resource))
}

/// The values of an element that may be one value or an array; booleans and numbers count as their text.
pub fn values(element: &Value) -> Vec<String> {
    match element {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().flat_map(values).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}
