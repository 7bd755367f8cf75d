//! Runs rules over tables and says what came out.
//!
//! In go the tables and the compiled rules; out comes one [`Assessment`](crate::model::Assessment), from which every
//! report is made. `verdicts.rs` runs the conditions as vectors; `findings.rs` gives the rows that matter words,
//! evidence and identity; `assess.rs` puts the document together; `coverage.rs` sums it up by the controls of a
//! framework. Filtering and gating happen here and nowhere else.

mod assess;
mod coverage;
mod findings;
mod verdicts;

pub use assess::{Wanted, assess};
pub use coverage::coverage;
pub use verdicts::{RuleVerdicts, verdicts};
