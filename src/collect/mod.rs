//! Asks AWS, one file per service, and writes what it heard and what was refused into a snapshot.
//!
//! In go [`CollectOptions`] and a [`SnapshotWriter`](crate::snapshot::SnapshotWriter); out comes the
//! [`Source`](crate::snapshot::Source) of a complete snapshot. A call that is refused or fails becomes a gap beside the
//! records of its kind and ends nothing, but for the few cases that [`CollectError`] names.
//!
//! Of CloudTrail it reads Event history, and adds it to what was [gathered](crate::trail::Gathered) from archives; those in
//! Amazon S3 and Amazon Athena are read by [`archives`], with clients of their own.
//!
//! `run.rs` has the order of things: accounts, then in `account.rs` Regions, then in `region.rs` secrets. To ask one more
//! thing: its operation into `aws/operations.rs`, its record and [`Kind`](crate::snapshot::Kind) into `snapshot/`, one
//! file here with a function that answers with records and gaps, and one line in `account.rs`.

mod account;
mod archives;
mod aws_config;
mod config_inventory;
mod credentials;
mod error;
mod event_data_stores;
mod event_history;
mod event_rules;
mod evidence;
mod functions;
mod iam;
mod identity;
mod keys;
mod metric_filters;
mod options;
mod organization;
mod pieces;
mod policies;
mod progress;
mod region;
mod regions;
mod replication;
mod run;
mod scope;
mod secrets;
mod select;
mod targets;
mod trails;
mod versions;

pub use archives::{Whose, archives};
pub use error::CollectError;
pub use event_history::{HistoryOptions, LOOKUP};
pub use options::{CollectOptions, InventorySource, Targets};
pub use progress::{Event, NoProgress, Progress};
pub use run::{collect, event_history};
pub use select::takes;
