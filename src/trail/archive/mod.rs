//! Files of a CloudTrail archive to the few records in them that may matter.
//!
//! In go bytes of files; out come candidate records, each the text of one JSON object that contains the host name of
//! Secrets Manager, and what kept a file from being read to its end. Whether a candidate really is an event of Secrets
//! Manager is for whoever parses it. Nearly all of the time is spent on inflating: the text is searched for the host
//! name, and braces are counted only up to its last occurrence.
//!
//! | file | what it knows |
//! |---|---|
//! | `layout.rs` | what a key in Amazon S3 or a path says about a file |
//! | `walk.rs` | which files of a directory are to be read |
//! | `route.rs` | which folders of a bucket lead to files that are to be read |
//! | `read.rs` | many files, with several workers |
//! | `file.rs` | one file, compressed or not, whole or through a window |
//! | `inflate.rs` | gzip of one member or many |
//! | `host.rs`, `records.rs` | where the host name stands, and where the record around it starts and ends |
//! | `blocks.rs` | braces outside of strings, with whatever instructions the machine has |
//! | `shape.rs`, `dump.rs` | logs, bare records, dumps of `LookupEvents`, digests and other files |
//! | `problem.rs` | what can be wrong with a file, in sentences |
//!
//! To read one more kind of file: a variant of [`ContentKind`], and the keys that tell it in `shape.rs`.

mod blocks;
mod dump;
mod file;
mod host;
mod inflate;
mod layout;
mod problem;
mod read;
mod records;
mod route;
mod shape;
mod sink;
mod walk;

pub use blocks::Lanes;
pub use file::{FileReport, Scratch, scan_file, scan_reader};
pub use layout::{KeyKind, LogKey, parse_key};
pub use problem::FileProblem;
pub use read::{Reading, read_files};
pub use route::{Step, start, step};
pub use shape::ContentKind;
pub use sink::RecordSink;
pub use walk::{Archive, ArchiveFile, DayFiles, Days, walk};
