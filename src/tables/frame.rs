//! Cells to polars columns.

use polars::prelude::{
    BooleanChunked, Column as Series, DataFrame, Float64Chunked, Int64Chunked, IntoColumn,
};
use polars::prelude::{NewChunkedArray, PolarsResult, StringChunked};

use super::schema::{Cell, ColumnType};

/// A frame of the named columns, from one list of cells for each.
///
/// # Errors
/// Where lists differ in length or two columns share a name.
pub fn frame_of_cells(
    height: usize,
    columns: Vec<(String, ColumnType, Vec<Cell>)>,
) -> PolarsResult<DataFrame> {
    let columns = columns.into_iter().map(|(name, kind, cells)| column(&name, kind, cells)).collect();
    DataFrame::new(height, columns)
}

/// A frame without rows, which knows the types of its columns.
///
/// # Errors
/// Where two columns share a name.
pub fn empty_frame(columns: impl Iterator<Item = (String, ColumnType)>) -> PolarsResult<DataFrame> {
    frame_of_cells(0, columns.map(|(name, kind)| (name, kind, Vec::new())).collect())
}

/// A cell of another type than its column is NULL; `schema` gives each column cells of its own type only.
fn column(name: &str, kind: ColumnType, cells: Vec<Cell>) -> Series {
    let name = name.into();
    let cells = cells.into_iter();
    match kind {
        ColumnType::Boolean => {
            let values = cells.map(|cell| if let Cell::Boolean(value) = cell { Some(value) } else { None });
            BooleanChunked::from_iter_options(name, values).into_column()
        }
        ColumnType::Integer => {
            let values = cells.map(|cell| if let Cell::Integer(value) = cell { Some(value) } else { None });
            Int64Chunked::from_iter_options(name, values).into_column()
        }
        ColumnType::Decimal => {
            let values = cells.map(|cell| if let Cell::Decimal(value) = cell { Some(value) } else { None });
            Float64Chunked::from_iter_options(name, values).into_column()
        }
        ColumnType::Text => {
            let values = cells.map(|cell| if let Cell::Text(value) = cell { Some(value) } else { None });
            StringChunked::from_iter_options(name, values).into_column()
        }
    }
}
