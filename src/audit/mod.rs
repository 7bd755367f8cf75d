//! Runs rules over tables and says what came out.
//!
//! In go the tables, the compiled rules and what the house accepts for a time; out comes one
//! [`Assessment`](crate::model::Assessment), from which every report is made. `verdicts.rs` runs the conditions as
//! vectors; `findings.rs` gives the rows that matter words, evidence and identity; `exceptions.rs` says what is
//! accepted and `ledger.rs` what that matches; `second.rs` makes the tables about verdicts, which are judged last;
//! `assess.rs` puts the document together; `coverage.rs` sums it up by the controls of a framework; `baseline.rs` compares
//! it with an earlier state; `silence.rs` says which of two findings on one row decides the exit code. Filtering and gating
//! happen here and nowhere else.

mod assess;
mod baseline;
mod coverage;
mod exceptions;
mod findings;
mod ledger;
mod second;
mod silence;
#[cfg(test)]
mod testing;
mod verdicts;

pub use assess::{Judging, Wanted, assess};
pub use baseline::{Accepting, Updated, baseline_of, compare, update};
pub use coverage::coverage;
pub use exceptions::{Acceptances, AcceptedGap, Exception, IdGlob, Term};
pub use verdicts::{RuleVerdicts, verdicts};
