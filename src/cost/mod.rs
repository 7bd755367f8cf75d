//! What the secrets cost in a month, from a dated price book, in exact decimals.
//!
//! In go the tables; out comes a [`CostReport`](crate::model::CostReport). Prices stand in `prices.yaml`, which says
//! where and when they were read; what cannot be seen or has no list price is named, not guessed.

mod estimate;
mod prices;

pub use estimate::{Volume, estimate, tag_columns};
pub use prices::PriceBook;
