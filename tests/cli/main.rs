//! The program as its users see it: one test binary, since each links the whole of polars and the AWS SDK.

#![expect(unreachable_pub, reason = "helpers of a test binary are public to its modules")]

mod aws;
mod cost;
mod generated;
mod layout;
mod live;
mod logic;
mod nulls;
mod rules_files;
mod sample;
mod snapshot;
mod support;
mod world;
