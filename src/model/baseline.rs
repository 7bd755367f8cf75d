//! How findings compare with an earlier state that was accepted as a whole.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a finding compares with the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BaselineState {
    /// The baseline does not know it.
    New,
    /// The baseline knows it, but it is more severe now, or more can reach what it is about.
    Worsened,
    /// The baseline knows it as it is.
    Unchanged,
}

impl BaselineState {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Worsened => "worsened",
            Self::Unchanged => "unchanged",
        }
    }
}
