//! What the secrets cost: amounts are exact decimals in the price book's currency.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

/// Where the prices come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceSource {
    /// The day on which the list prices were read.
    pub as_of: Date,
    /// ISO 4217 code.
    pub currency: String,
    /// What was read.
    pub source: String,
}

/// One kind of charge in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostLine {
    /// What is charged, such as `secrets`.
    pub item: String,
    /// How many units are charged; none where they could not be counted.
    pub quantity: Option<Decimal>,
    /// The unit of the quantity.
    pub unit: String,
    /// The list price of one unit.
    pub unit_price: Decimal,
    /// Quantity times price, in a month; none where the quantity is not known.
    pub monthly: Option<Decimal>,
}

/// The sum of a group such as an account, in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostGroup {
    /// The account, Region or tag value; empty where a tag is absent.
    pub name: String,
    /// Secrets and replicas that are charged.
    pub secrets: u64,
    /// Their sum in a month.
    pub monthly: Decimal,
}

/// The monthly estimate of what was audited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostReport {
    /// The price book in force.
    pub prices: PriceSource,
    /// What is charged, one line per kind.
    pub lines: Vec<CostLine>,
    /// The sum of all lines whose quantity is known.
    pub monthly_total: Decimal,
    /// What the total leaves out because it could not be seen or priced, in words.
    pub not_included: Vec<String>,
    /// ARN of a secret to its monthly price.
    pub by_secret: BTreeMap<String, Decimal>,
    /// Sums by account.
    pub by_account: Vec<CostGroup>,
    /// Sums by Region.
    pub by_region: Vec<CostGroup>,
    /// Tag key to the sums by that tag's values.
    pub by_tag: BTreeMap<String, Vec<CostGroup>>,
}
