//! The price book.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::tiers::Tiers;
use crate::model::{PriceSource, reason};

/// List prices with their date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceBook {
    /// The day on which they were read.
    pub as_of: Date,
    /// What was read.
    pub source: String,
    /// Services whose secrets are in the service's own price.
    pub included_services: Vec<String>,
    /// The prices, one list for Regions that share them.
    pub lists: Vec<PriceList>,
}

/// Prices that hold in some Regions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    /// The partition: `aws`, `aws-cn` or `aws-us-gov`.
    pub partition: String,
    /// ISO 4217 code.
    pub currency: String,
    /// The Regions in which they hold.
    pub regions: BTreeSet<String>,
    /// What things cost there.
    pub prices: Prices,
}

/// What things cost. What is absent has no list price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// A secret or replica in a month.
    pub secret_month: Decimal,
    /// Ten thousand API calls to Secrets Manager.
    pub api_calls_10k: Decimal,
    /// A customer managed key in a month.
    pub customer_key_month: Decimal,
    /// Ten thousand requests to KMS; tiers begin at so many requests in a month.
    pub kms_requests_10k: Tiers,
    /// A million invocations of AWS Lambda.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation_requests_1m: Option<Decimal>,
    /// A hundred thousand management events that a trail delivers beside the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trail_events_100k: Option<Decimal>,
    /// An evaluation by AWS Config.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_evaluation: Option<Tiers>,
    /// A check by Security Hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_hub_check: Option<Tiers>,
}

impl PriceList {
    /// An API call to Secrets Manager.
    pub(super) fn api_call(&self) -> Decimal {
        self.prices.api_calls_10k / Decimal::from(10_000)
    }

    /// A request to KMS that is not free.
    pub(super) fn kms_request(&self) -> Decimal {
        self.prices.kms_requests_10k.first_paid() / Decimal::from(10_000)
    }

    /// So many requests to KMS in a month.
    pub(super) fn kms_requests(&self, requests: Decimal) -> Decimal {
        self.prices.kms_requests_10k.cost(requests) / Decimal::from(10_000)
    }
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
    /// Where the file cannot be read, is none, or contradicts itself; in words.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| reason(&error))?;
        let options = serde_saphyr::options! { with_snippet: false };
        let book: Self = serde_saphyr::from_str_with_options(&text, options)
            .map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())?;
        book.check()?;
        Ok(book)
    }

    /// What would make amounts wrong without anybody noticing.
    fn check(&self) -> Result<(), String> {
        let mut known = BTreeSet::new();
        for list in &self.lists {
            if let Some(twice) = list.regions.iter().find(|region| !known.insert(region.as_str())) {
                return Err(format!("two lists hold prices for `{twice}`"));
            }
            let prices = &list.prices;
            let amounts = [prices.secret_month, prices.api_calls_10k, prices.customer_key_month];
            let optional = [prices.rotation_requests_1m, prices.trail_events_100k];
            if amounts.into_iter().chain(optional.into_iter().flatten()).any(|price| price < Decimal::ZERO) {
                return Err("a price is below 0".to_owned());
            }
            let tiers = [Some(&prices.kms_requests_10k), prices.config_evaluation.as_ref()];
            for tiers in tiers.into_iter().chain([prices.security_hub_check.as_ref()]).flatten() {
                tiers.check()?;
            }
            self.one_currency(list)?;
        }
        Ok(())
    }

    /// A partition is billed in one currency.
    fn one_currency(&self, list: &PriceList) -> Result<(), String> {
        let other = self.lists.iter().find(|o| o.partition == list.partition && o.currency != list.currency);
        match other {
            None => Ok(()),
            Some(other) => Err(format!(
                "the partition `{}` has prices in `{}` and in `{}`",
                list.partition, list.currency, other.currency
            )),
        }
    }

    /// The prices of a Region; none where it has no list price.
    pub(super) fn list(&self, partition: &str, region: &str) -> Option<&PriceList> {
        self.lists.iter().find(|list| list.partition == partition && list.regions.contains(region))
    }

    /// Where the prices come from; the currency is that of the first list.
    pub fn source(&self) -> PriceSource {
        let currency = self.lists.first().map(|list| list.currency.clone()).unwrap_or_default();
        PriceSource { as_of: self.as_of, currency, source: self.source.clone() }
    }
}
