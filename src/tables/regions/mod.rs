//! Facts about the Regions that hold secrets: what records reads there, and what raises an alarm.
//!
//! In goes the snapshot; out comes one row for each Region with a secret, beside the gaps that explain its NULLs.
//! `recording.rs` asks which trails and event data stores take an event; `samples.rs` makes the events that somebody
//! should hear of; `watchers.rs` finds what waits for events, and `alerts.rs` lets each watcher see each event.

mod alerts;
mod facts;
mod recording;
mod samples;
mod watchers;

pub(crate) use facts::RegionRow;
pub(in crate::tables) use recording::{Recorders, covers_secrets};
