//! Typed cells of a table.

use polars::prelude::{BooleanChunked, DataFrame, Float64Chunked, Int64Chunked, PolarsResult, StringChunked};

/// A column of texts.
pub(super) fn texts<'a>(frame: &'a DataFrame, name: &str) -> PolarsResult<&'a StringChunked> {
    frame.column(name)?.str()
}

/// A column of flags.
pub(super) fn flags<'a>(frame: &'a DataFrame, name: &str) -> PolarsResult<&'a BooleanChunked> {
    frame.column(name)?.bool()
}

/// A column of whole numbers.
pub(super) fn numbers<'a>(frame: &'a DataFrame, name: &str) -> PolarsResult<&'a Int64Chunked> {
    frame.column(name)?.i64()
}

/// A column of other numbers, none of which is an amount of money.
pub(super) fn decimals<'a>(frame: &'a DataFrame, name: &str) -> PolarsResult<&'a Float64Chunked> {
    frame.column(name)?.f64()
}
