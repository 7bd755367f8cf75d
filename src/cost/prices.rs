//! The price book.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::model::PriceSource;

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

    /// Where the prices come from.
    pub fn source(&self) -> PriceSource {
        PriceSource { as_of: self.as_of, currency: self.currency.clone(), source: self.source.clone() }
    }
}
