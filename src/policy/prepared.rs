//! A policy that was read once and is evaluated many times.

use serde::de::{Deserialize, Deserializer};

use super::document::Document;
use super::parse_error::ParseError;
use super::statement::CompiledStatement;

/// A policy document and its statements in the form in which they are matched.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The document as AWS writes it.
    pub document: Box<Document>,
    statements: Box<[CompiledStatement]>,
}

impl Policy {
    /// Reads and prepares a policy.
    ///
    /// # Errors
    /// With the line and column of the first mistake.
    ///
    /// # Example
    /// ```
    /// use secrets_auditor::policy::Policy;
    /// let error = Policy::parse(r#"{"Statement": {"Effect": "Alow"}}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "line 1, column 32: unknown effect `Alow`, expected Allow or Deny");
    /// ```
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Document::parse(text).map(Self::new)
    }

    /// Prepares a document.
    pub fn new(document: Document) -> Self {
        let statements = document.statement.iter();
        let statements = statements.map(|statement| CompiledStatement::new(&document, statement)).collect();
        Self { document: Box::new(document), statements }
    }

    /// A policy without statements: it says nothing.
    pub fn empty() -> Self {
        Self::new(Document {
            version: None,
            id: None,
            statement: super::document::OneOrMany::Many(Vec::new()),
        })
    }

    /// Its statements in order.
    pub fn statements(&self) -> &[CompiledStatement] {
        &self.statements
    }
}

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Document::deserialize(deserializer).map(Self::new)
    }
}
