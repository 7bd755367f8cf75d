//! Audits the AWS Secrets Manager secrets of one account or many: what is there, whether it is compliant, what it
//! costs, and what could not be seen.

pub mod model;
pub mod snapshot;
