//! From a snapshot to tables that rules can judge.
//!
//! In goes a [`Snapshot`](crate::snapshot::Snapshot) with the settings of the run; out come polars frames, and
//! beside each row the gaps that explain its NULLs. Facts are worked out in plain Rust, one file per topic; `schema/`
//! says how facts become columns; `frame.rs` is the only file that builds polars columns.

mod access;
pub(crate) mod accounts;
mod build;
mod compliance;
mod context;
mod frame;
mod gaps;
mod keyring;
pub(crate) mod keys;
mod ownership;
pub(crate) mod principals;
mod recorded;
pub(crate) mod regions;
pub mod schema;
mod scopes;
mod second;
pub(crate) mod secrets;
pub(crate) mod statements;
pub(crate) mod trail;
pub(crate) mod trails;

pub use build::{Row, TableData, Tables, build, build_with};
pub use compliance::{ConfigResult, ConfigResults};
pub use frame::{empty_frame, frame_of_cells};
pub use scopes::ScopeGap;
pub use second::{EvaluationRow, ExceptionRow, evaluations, exceptions};
