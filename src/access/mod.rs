//! Who can, and who did: policies of principals, secrets, keys and organizations, put together.
//!
//! In goes a [`Snapshot`](crate::snapshot::Snapshot); out come answers about pairs of a principal and a secret, each
//! with its path and the conditions under which it holds. `estate.rs` gathers what has a say, `context.rs` says what is
//! known of a call before it is made, `inquiry.rs` puts one question to the policy engine, and `did.rs` joins CloudTrail's
//! evidence to both.

mod answers;
mod because;
mod can;
mod context;
mod did;
mod documents;
mod escalate;
mod estate;
mod exposure;
mod inquiry;
pub mod matrix;
mod organization;
mod path;
mod principal;
mod profile;
mod readers;
mod reason;
mod selection;
mod stand_in;
mod tree;
mod why;
mod words;

pub use answers::{reach, who_can};
pub use can::{Asking, is_administrator};
pub use did::{Access as TrailAccess, Change, Did, Seen, add_reads, changes};
pub use escalate::{Trusts, steps};
pub(crate) use estate::accounts_of_policy;
pub use estate::{Attached, Estate, KeyNode, SecretNode};
pub use exposure::{Exposure, Limit, On, exposure, is_limited_by_source};
pub use inquiry::{ACTIONS, Answer, Inquiry, SecretAction};
pub use path::statement_name;
pub use principal::{Held, Principal};
pub use profile::profiles;
pub use readers::readers;
pub use selection::Selection;
pub use tree::paths;
pub use why::why;
