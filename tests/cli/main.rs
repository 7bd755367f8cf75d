//! The program as its users see it: one test binary, since each links the whole of polars and the AWS SDK.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a helper of a test stops the test, and is public to its modules"
)]
#![expect(
    clippy::too_many_lines,
    clippy::type_complexity,
    reason = "tests show whole outputs and whole tables of cases"
)]

mod access;
mod aws;
mod baseline;
mod cost;
mod deploy;
mod exceptions;
mod facts;
mod formats;
mod frameworks;
mod generated;
mod history;
mod hostile;
mod html;
mod layout;
mod live;
mod logic;
mod matrix;
mod monitoring;
mod nulls;
mod peers;
mod policy;
mod publish;
mod reach;
mod rules_files;
mod sample;
mod schema;
mod settings;
mod snapshot;
mod streams;
mod support;
mod trail;
mod trail_archive;
mod trail_remote;
mod world;
