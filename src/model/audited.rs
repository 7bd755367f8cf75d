//! Everything that an audit brings: the one document from which every report is made.

use super::{Anchors, Assessment, CostReport, SecretProfile};

/// Everything that an audit brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// The outcome.
    pub assessment: Assessment,
    /// What it costs.
    pub cost: CostReport,
    /// Where in the repository resources are defined.
    pub anchors: Anchors,
    /// The secrets and replicas, by account, Region and place in the inventory; empty where no report asks for them.
    pub secrets: Vec<SecretProfile>,
}
