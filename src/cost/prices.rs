//! The price book.

use std::path::Path;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::model::{PriceSource, reason};

/// List prices with their date.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceBook {
    /// The day on which they were read.
    pub as_of: Date,
    /// ISO 4217 code.
    pub currency: String,
    /// What was read.
    pub source: String,
    /// The partition that they hold for.
    pub partition: String,
    /// A secret or replica in a month.
    pub secret_month: Decimal,
    /// Ten thousand API calls.
    pub api_calls_10k: Decimal,
    /// A customer managed key in a month.
    pub customer_key_month: Decimal,
    /// Services whose secrets are in the service's own price.
    pub included_services: Vec<String>,
}

impl PriceBook {
    /// The price book inside the binary.
    ///
    /// # Errors
    /// Never in a build that passed its tests.
    pub fn embedded() -> Result<Self, serde_saphyr::Error> {
        serde_saphyr::from_str(include_str!("prices.yaml"))
    }

    /// A price book of one's own, in the form of `src/cost/prices.yaml`.
    ///
    /// # Errors
    /// Where the file cannot be read, or is none; in words.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| reason(&error))?;
        let options = serde_saphyr::options! { with_snippet: false };
        serde_saphyr::from_str_with_options(&text, options)
            .map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())
    }

    /// Where the prices come from.
    pub fn source(&self) -> PriceSource {
        PriceSource { as_of: self.as_of, currency: self.currency.clone(), source: self.source.clone() }
    }
}
