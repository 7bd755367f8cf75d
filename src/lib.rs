//! Audits the AWS Secrets Manager secrets of one account or many: what is there, whether it is compliant, what it
//! costs, and what could not be seen.

pub mod audit;
pub mod config;
pub mod cost;
pub mod model;
pub mod report;
pub mod rules;
pub mod snapshot;
pub mod tables;
