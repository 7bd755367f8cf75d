//! What the secrets cost in a month, from a dated price book, and what of that could be saved; in exact decimals.
//!
//! In go the tables; out comes a [`CostReport`](crate::model::CostReport). Prices stand in `prices.yaml`, which says
//! where and when they were read, or in a file that `refresh.rs` makes of answers of the Price List API. What cannot be
//! seen or has no list price is named, not guessed. `savings/` has one file for each kind of saving; `savings/net.rs`
//! counts nothing twice.

mod audit_calls;
mod charges;
mod columns;
mod estimate;
mod facts;
mod lines;
mod prices;
mod refresh;
mod savings;
mod services;
mod tiers;

pub use estimate::{Circumstances, estimate};
pub use prices::{PriceBook, PriceList, Prices};
pub use refresh::{PRODUCTS, Product, ProductQuery, price_list};
pub use tiers::{Tier, Tiers};
