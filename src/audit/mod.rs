//! Runs rules over tables and says what came out.
//!
//! In go the tables and the compiled rules; out comes one [`Assessment`](crate::model::Assessment), from which every
//! report is made. `verdicts.rs` runs the conditions as vectors; `findings.rs` gives the rows that matter words,
//! evidence and identity; `assess.rs` puts the document together; `baseline.rs` compares it with an earlier state. Filtering and gating happen here and nowhere else.

mod assess;
mod baseline;
mod findings;
mod silence;
#[cfg(test)]
mod testing;
mod verdicts;

pub use assess::{Wanted, assess};
pub use baseline::{Accepting, Updated, baseline_of, compare, update};
pub use verdicts::{RuleVerdicts, verdicts};
