//! Everything that an audit brings: the one document from which every report is made.

use super::{Assessment, CostReport, FrameworkCoverage, SecretProfile};

/// Everything that an audit brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// The outcome.
    pub assessment: Assessment,
    /// What it costs.
    pub cost: CostReport,
    /// The secrets and replicas, by account, Region and place in the inventory; empty where no report asks for them.
    pub secrets: Vec<SecretProfile>,
    /// How far the rules in force cover each framework, and how its controls came out; empty where no report asks for it.
    pub frameworks: Vec<FrameworkCoverage>,
}
