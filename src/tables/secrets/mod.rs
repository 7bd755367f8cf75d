//! Facts about secrets: one row type, filled topic by topic.

mod assemble;
pub(super) mod credentials;
mod facts;
pub(super) mod naming;
mod reads;
mod rotation;
mod subject;
mod values;

pub(super) use assemble::assemble;
pub(crate) use facts::SecretFacts;
