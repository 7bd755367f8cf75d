//! Keeps audits, compares them, draws trends, and reads and writes baselines.
//!
//! In goes what an audit brings, as [`Audited`](crate::model::Audited); out come a folder of audits, a
//! [`Diff`](crate::model::Diff) of two, and a [`Trend`](crate::model::Trend) of all. A history is a folder:
//!
//! ```text
//! history.json                                       the version of the layout
//! date=2026-11-01/
//!   audit=20261101T060000Z/                          the instant that counted as now
//!     summary.json                                   counts by account: all that a trend reads
//!     report.json.gz                                 the JSON report, compressed
//!     account=111122223333/findings.parquet          the findings of an account, one a row
//! ```
//!
//! The names of the folders are columns to whoever reads Parquet files by Hive partitions. An audit is written under a
//! hidden name and renamed as a whole, so what has a name is complete; one that was killed leaves `.partial-…` behind,
//! which nobody reads. `store.rs` writes, `read.rs` reads, `report.rs` reads
//! JSON reports back, `compare.rs` compares two, `scope.rs` says what each looked at, `wording.rs` says whether two sentences tell the same, `trend.rs` adds up,
//! `life.rs` says since when each finding is there,
//! and `baseline.rs` is the format of a baseline.

mod baseline;
mod compare;
mod error;
mod life;
mod read;
mod report;
mod scope;
mod store;
mod summary;
mod trend;
mod wording;

pub use baseline::{read_baseline, render_baseline};
pub use compare::compare;
pub use error::HistoryError;
pub use life::{Elsewhere, Judged, past};
pub use read::{Audit, Audits};
pub use report::{OldReport, read_report, read_report_file};
pub use store::History;
pub use summary::summary;
pub use trend::trend;
