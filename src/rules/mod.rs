//! Loads, checks, explains and compiles rule files, and runs their examples.
//!
//! In go the YAML files under `rules/` (embedded in the binary) and those of `--rules DIR`; out come compiled rules:
//! two polars expressions for each, the columns they read, and a message. A rule that would turn "not known" into a
//! verdict does not load.
//!
//! The way of a rule: `file.rs` (shape of the YAML) → `sources.rs` (all files) → `load.rs` (overrides) → `sql.rs` (parse, allow-list,
//! positions) → `macros.rs` and `parameter.rs` (values) → `compile.rs` (polars) → `examples.rs` (its own tests).
//! To add a rule, add a file under `rules/`; to add a macro, add an entry in `macros.rs`.

mod compile;
mod condition;
mod diagnostic;
mod examples;
mod file;
mod frameworks;
mod items;
mod load;
mod macros;
mod message;
mod parameter;
mod select;
mod sources;
mod sql;
mod yaml_words;

pub use compile::CompiledRule;
pub use condition::ColumnUse;
pub use diagnostic::Diagnostic;
pub use examples::{ExampleFailure, run_examples};
pub use file::{ParameterKind, RuleFile};
pub use frameworks::{Frameworks, Mappings, Pairs};
pub use load::{LoadOptions, RuleSet, RuleSettings, load};
pub use message::{Message, show};
pub use parameter::{Alternative, ParameterValue};
pub use select::Selection;
