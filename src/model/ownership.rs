//! Whose a resource is.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Who owns a resource, where it belongs, and what its tags say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ownership {
    /// Who owns it; empty where nobody is known.
    pub owner: String,
    /// Its environment, such as `production`; empty where none is known.
    pub environment: String,
    /// Its tags.
    pub tags: Arc<BTreeMap<String, String>>,
}
