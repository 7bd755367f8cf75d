//! The program as its users see it: one test binary, since each links the whole of polars and the AWS SDK.

mod aws;
mod generated;
mod live;
mod support;
