//! Clients and credentials, and what keeps them within bounds.
//!
//! In go the user's AWS configuration and a [`Purpose`]; out come clients that send nothing but the operations on the
//! list of that purpose, take at most half of each published rate, slow down when AWS throttles, and whose errors become
//! [`Gap`](crate::model::Gap)s. Together with its users this is the only module that names `aws_sdk_*`.
//! `bucket.rs`, `queries.rs` and `prices.rs` are Amazon S3, Amazon Athena and the Price List API freed of the SDK's types.
//!
//! To let the program ask one more operation: one line in `operations.rs`, from which the guard, the limiter and
//! `permissions` take it. To speak with one more service: also one line at the end of `clients.rs`.

mod bucket;
mod clients;
pub mod codes;
mod guard;
mod limiter;
pub mod operations;
mod pacer;
mod permissions;
mod prices;
mod queries;
mod recorder;
mod role;

pub use bucket::{Bucket, KeyPage, Keys, Listed, Object};
pub use clients::{Aws, ClientOptions, Clients, Session};
pub use guard::NotListed;
pub use operations::{Implied, OPERATIONS, On, Operation, Purpose};
pub use pacer::Counts;
pub use permissions::{PermissionFormat, blanks, permissions};
pub use prices::PriceApi;
pub use queries::{Failed, Queries, Row, Table};
pub use recorder::{Failure, Place};
