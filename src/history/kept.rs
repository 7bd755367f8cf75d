//! What a history keeps of an audit.

use crate::model::{Assessment, CostReport};

/// What a history keeps of an audit.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    /// The outcome.
    pub assessment: &'a Assessment,
    /// The monthly estimate.
    pub cost: &'a CostReport,
    /// The JSON report.
    pub report: &'a str,
}
