//! The IAM policy language: read, prepare, evaluate.
//!
//! In go policy documents and a request; out comes a [`Decision`] with the statements that made it. Everything is pure:
//! no I/O, no AWS SDK, no clock. A [`Policy`] is read and prepared once and evaluated many times.
//!
//! The circumstances of a request (its [`Context`]) may be known in part. Every condition then holds, does not hold, or
//! is [unknown](Tri), and a decision that rests on unknown keys is [`Conditional`](Decision::Conditional).
//!
//! | file | what it knows |
//! |---|---|
//! | `document.rs`, `parse.rs`, `parse_error.rs` | the shapes that AWS accepts, and the place of what is wrong |
//! | `glob.rs`, `template.rs`, `arn.rs` | wildcards, policy variables, ARNs part by part |
//! | `operator.rs`, `value.rs`, `condition.rs` | condition operators and what they compare |
//! | `principal.rs`, `statement.rs`, `grant.rs` | whom, what and when a statement or a grant covers |
//! | `decide.rs` | the order in which layers decide |
//! | `question.rs` | a request with its policies, decided and explained |
//! | `partly.rs`, `need.rs`, `possible.rs`, `language.rs` | decisions where keys are unknown, and what they rest on |
//! | `case.rs` | whole cases as JSON |

mod arn;
mod case;
mod condition;
mod context;
mod decide;
mod document;
mod glob;
mod grant;
mod language;
mod need;
mod operator;
mod parse;
mod parse_error;
mod partly;
mod policies;
mod possible;
mod prepared;
mod principal;
mod question;
mod request;
mod statement;
mod template;
mod tri;
mod value;

pub use arn::ArnPattern;
pub use case::{Case, CaseOutcome};
pub use condition::Condition;
pub use context::{Context, Lookup, Value};
pub use decide::{ByNaming, Considered, Deciding, Decision, Facts, Layer, Layers, Reading, Watching, facts};
pub use document::{
    ConditionBlock, ConditionElement, Document, Effect, OneOrMany, PrincipalKind, PrincipalList, Scalar,
    Statement, Version,
};
pub use glob::{Glob, Sign};
pub use grant::Grant;
pub use need::{Need, Unknown, Ways};
pub use operator::{Comparison, Operator, Order, Quantifier};
pub use parse_error::ParseError;
pub use partly::{completion, decide_partly, ways};
pub use policies::{Policies, PolicyLevels};
pub use prepared::Policy;
pub use principal::{Caller, CallerError, Identity, Named, Naming, Principals};
pub use question::{Explained, Question};
pub use request::Request;
pub use statement::{CompiledStatement, Match, Mismatch};
pub use tri::{Logic, Tri};
pub use value::IpRange;
