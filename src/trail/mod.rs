//! Who did read each secret: CloudTrail's records to events, added up, with what the source could not show.
//!
//! In go records as Event history, archives and Athena give them; out come the shards of a snapshot: calls by secret and
//! principal, changes and rotations in order, and the spans in which reads were recorded. [`read_record`] reads one
//! record, [`Tally`] counts each event once, and [`Tally::finish`] joins what names the same secret.
//!
//! A further source is one more file that hands records to a [`Tally`], and the spans that it covers. Athena counts by
//! itself: what it says is merged with the others in `merge.rs`.

mod answer;
pub mod archive;
mod asked;
mod athena;
mod cache;
pub mod coverage;
mod directory;
mod event;
mod files;
mod finish;
mod gathered;
mod identity;
mod lenient;
mod merge;
mod record;
mod refusal;
mod s3;
pub mod selectors;
mod source;
mod tally;

pub use answer::reads;
pub use asked::Asked;
pub use athena::{AthenaTable, read_table};
pub use cache::{Cache, History};
pub use directory::read_directory;
pub use event::{BATCH, DECRYPT, EventKind, READ, TrailEvent};
pub use finish::{Evidence, PlaceEvidence, hour_start};
pub use gathered::{Gathered, PlaceTrail, TrailEvidence};
pub use record::{Record, RecordError, SECRETS_MANAGER, read_record};
pub use s3::read_bucket;
pub use source::{TrailSource, TrailSourceError};
pub use tally::{Place, Tally, Window};
