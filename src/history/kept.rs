//! What a history keeps of an audit.

use std::fmt;
use std::io::{self, Write};

use crate::model::{Assessment, CostReport};

/// What a history keeps of an audit.
#[derive(Clone, Copy)]
pub struct Kept<'a> {
    /// The outcome.
    pub assessment: &'a Assessment,
    /// The monthly estimate.
    pub cost: &'a CostReport,
    /// Writes the JSON report.
    pub report: &'a dyn Fn(&mut dyn Write) -> io::Result<()>,
}

impl fmt::Debug for Kept<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("run", &self.assessment.run).finish_non_exhaustive()
    }
}
