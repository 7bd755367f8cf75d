//! Policy documents, each read and prepared once.

use std::collections::HashMap;
use std::sync::Arc;

use crate::policy::{ParseError, Policy};

/// The policies of an estate by their text. Many principals hold the same managed policy, and many secrets the same
/// resource policy; each text is one policy.
#[derive(Debug, Default)]
pub(super) struct Documents {
    by_text: HashMap<String, Result<Arc<Policy>, ParseError>>,
}

impl Documents {
    /// The policy that a text holds.
    pub(super) fn read(&mut self, text: &str) -> Result<Arc<Policy>, ParseError> {
        if let Some(known) = self.by_text.get(text) {
            return known.clone();
        }
        let read = Policy::parse(text).map(Arc::new);
        self.by_text.insert(text.to_owned(), read.clone());
        read
    }
}
