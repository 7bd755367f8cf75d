//! An expression, and what it reads.

use std::collections::BTreeSet;

use polars::prelude::Expr;

use crate::tables::schema::{Group, TagColumn};

/// A column that a condition reads, with the call that it rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnUse {
    /// Its name.
    pub name: String,
    /// The group of columns that come and go together.
    pub group: Group,
}

/// A condition in three forms: the expression, what it reads, and which tag columns it needs.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) expr: Expr,
    pub(super) columns: Vec<ColumnUse>,
    pub(super) tags: BTreeSet<TagColumn>,
}
