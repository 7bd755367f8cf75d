//! Audits the AWS Secrets Manager secrets of one account or many: what is there, whether it is compliant, what it
//! costs, and what could not be seen.
//!
//! The way of the data is one direction, no way back: [`collect`] asks AWS and writes a [`snapshot`]; [`tables`] turns
//! it into rows with known and unknown facts; [`rules`] and [`audit`] judge them; [`cost`] prices them; [`report`]
//! writes what came out. Everything after the snapshot is offline and deterministic.

pub mod access;
pub mod audit;
pub mod aws;
pub mod cli;
pub mod collect;
pub mod config;
pub mod cost;
pub mod files;
pub mod history;
pub mod model;
mod patterns;
pub mod policy;
pub mod publish;
pub mod report;
pub mod rules;
pub mod snapshot;
pub mod tables;
pub mod trail;
