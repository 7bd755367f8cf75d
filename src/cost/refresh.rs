//! A price book from answers of the AWS Price List API.
//!
//! Source: AWS Billing User Guide, "Finding services and products using the AWS Price List Query API".

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::Value;

use super::prices::{PriceList, Prices};
use super::tiers::{Tier, Tiers};

/// What is asked for: a service and a family of its products. Never a usage type, whose spelling differs by Region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProductQuery {
    /// The code of the service.
    pub service: &'static str,
    /// The family.
    pub family: &'static str,
}

/// A secret in a month.
const SECRET: ProductQuery = ProductQuery { service: "AWSSecretsManager", family: "Secret" };
/// A call to Secrets Manager.
const CALL: ProductQuery = ProductQuery { service: "AWSSecretsManager", family: "API Request" };
/// A key in a month.
const KEY: ProductQuery = ProductQuery { service: "awskms", family: "Encryption Key" };
/// A request with a symmetric key; those with other keys are in no family.
const REQUEST: ProductQuery = ProductQuery { service: "awskms", family: "API Request" };

/// Everything that is asked for, in each Region.
pub const PRODUCTS: [ProductQuery; 4] = [SECRET, CALL, KEY, REQUEST];

/// A product with its prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// What one unit is.
    pub unit: String,
    /// Currency to the price of a unit.
    pub prices: BTreeMap<String, Tiers>,
}

impl Product {
    /// Reads one entry of `PriceList`, which is a JSON document in a text.
    ///
    /// # Errors
    /// Where it is none, or has no price; in words.
    pub fn read(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))?;
        let terms = value.get("terms").and_then(|terms| terms.get("OnDemand")).and_then(Value::as_object);
        let offers: Vec<&Value> = terms.into_iter().flat_map(serde_json::Map::values).collect();
        let [offer] = offers.as_slice() else {
            return Err(format!("{} offers on demand where one was expected", offers.len()));
        };
        let dimensions = offer.get("priceDimensions").and_then(Value::as_object);
        let dimensions: Vec<&Value> = dimensions.into_iter().flat_map(serde_json::Map::values).collect();
        let unit = dimensions.iter().find_map(|dimension| dimension.get("unit")?.as_str());
        let unit = unit.ok_or("no price with a unit")?.to_owned();
        let mut tiers: BTreeMap<String, Vec<(Tier, String)>> = BTreeMap::new();
        for dimension in dimensions {
            let (from, to) = (field(dimension, "beginRange")?, field(dimension, "endRange")?);
            let per_unit = dimension.get("pricePerUnit").and_then(Value::as_object);
            for (currency, price) in per_unit.into_iter().flatten() {
                let price = price.as_str().ok_or("a price that is no text")?;
                let tier = Tier { from: number(from)?, price: number(price)? };
                tiers.entry(currency.clone()).or_default().push((tier, to.to_owned()));
            }
        }
        let prices = tiers.into_iter().map(|(currency, tiers)| Ok((currency, joined(tiers)?)));
        Ok(Self { unit, prices: prices.collect::<Result<_, String>>()? })
    }
}

fn field<'a>(dimension: &'a Value, name: &str) -> Result<&'a str, String> {
    dimension.get(name).and_then(Value::as_str).ok_or_else(|| format!("a price without `{name}`"))
}

fn number(text: &str) -> Result<Decimal, String> {
    text.parse::<Decimal>().map(|number| number.normalize()).map_err(|_| format!("`{text}` is no number"))
}

/// Tiers in order. Each has to begin where the one before ends, and the last has no end.
fn joined(mut tiers: Vec<(Tier, String)>) -> Result<Tiers, String> {
    tiers.sort_by_key(|(tier, _)| tier.from);
    let ends = tiers.iter().map(|(_, end)| end.as_str());
    let next = tiers.iter().skip(1).map(|(tier, _)| Some(tier.from)).chain([None]);
    for (end, next) in ends.zip(next) {
        let fits = match next {
            None => end == "Inf",
            Some(from) => number(end)? == from,
        };
        if !fits {
            return Err("tiers with a hole between them".to_owned());
        }
    }
    let tiers: Vec<Tier> = tiers.into_iter().map(|(tier, _)| tier).collect();
    let joined = match tiers.as_slice() {
        [only] if only.from.is_zero() => Tiers::Flat(only.price),
        _ => Tiers::Rising(tiers),
    };
    joined.check().map(|()| joined)
}

/// The prices of a Region, from the products that were answered for it.
///
/// # Errors
/// Where a product is missing, or several differ in price: a guess would be worse; in words.
pub fn price_list(
    partition: &str,
    region: &str,
    currency: &str,
    products: &BTreeMap<ProductQuery, Vec<Product>>,
) -> Result<PriceList, String> {
    let one = |query: ProductQuery| {
        one_price(currency, products.get(&query).map(Vec::as_slice).unwrap_or_default())
            .map_err(|reason| format!("{} `{}` in {region}: {reason}", query.service, query.family))
    };
    let flat = |query: ProductQuery| match one(query)? {
        Tiers::Flat(price) => Ok(price),
        Tiers::Rising(_) => {
            Err(format!("{} `{}` in {region}: a price with tiers", query.service, query.family))
        }
    };
    Ok(PriceList {
        partition: partition.to_owned(),
        currency: currency.to_owned(),
        regions: [region.to_owned()].into(),
        prices: Prices {
            secret_month: flat(SECRET)?,
            api_calls_10k: ten_thousand(&Tiers::Flat(flat(CALL)?)).first_paid(),
            customer_key_month: flat(KEY)?,
            kms_requests_10k: ten_thousand(&one(REQUEST)?),
            rotation_requests_1m: None,
            trail_events_100k: None,
            config_evaluation: None,
            security_hub_check: None,
        },
    })
}

/// The same price for ten thousand units; tiers begin where they began.
fn ten_thousand(tiers: &Tiers) -> Tiers {
    let more = |price: Decimal| (price * Decimal::from(10_000)).normalize();
    match tiers {
        Tiers::Flat(price) => Tiers::Flat(more(*price)),
        Tiers::Rising(tiers) => Tiers::Rising(
            tiers.iter().map(|tier| Tier { from: tier.from, price: more(tier.price) }).collect(),
        ),
    }
}

/// The one price of all products; what costs nothing at all is another offer's free share, and none.
fn one_price(currency: &str, products: &[Product]) -> Result<Tiers, String> {
    if products.is_empty() {
        return Err("AWS names no product".to_owned());
    }
    let in_currency = products.iter().filter_map(|product| product.prices.get(currency));
    let mut paid: Vec<&Tiers> = in_currency.filter(|tiers| !tiers.first_paid().is_zero()).collect();
    paid.sort();
    paid.dedup();
    match paid.as_slice() {
        [] => Err(format!("AWS names no price in {currency}")),
        [one] => Ok((*one).clone()),
        _ => Err(format!("AWS names {} prices for it", paid.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(dimensions: &str) -> String {
        format!(
            r#"{{"product": {{}}, "terms": {{"OnDemand": {{"A.B": {{"priceDimensions": {dimensions}}}}}}}}}"#
        )
    }

    #[test]
    fn tiers_are_joined_in_their_order() {
        let text = entry(
            r#"{"A.B.2": {"unit": "Requests", "beginRange": "20000", "endRange": "Inf",
                          "pricePerUnit": {"USD": "0.0000030000"}},
                "A.B.1": {"unit": "Requests", "beginRange": "0", "endRange": "20000",
                          "pricePerUnit": {"USD": "0.0000000000"}}}"#,
        );
        let product = Product::read(&text).unwrap();
        assert_eq!(product.unit, "Requests");
        let tiers = ten_thousand(&product.prices["USD"]);
        assert_eq!(
            serde_json::to_string(&tiers).unwrap(),
            r#"[{"from":"0","price":"0"},{"from":"20000","price":"0.03"}]"#
        );
    }

    #[test]
    fn what_is_no_price_is_refused() {
        let cases = [
            ("no text", "no JSON"),
            ("{}", "0 offers on demand where one was expected"),
            (&entry("{}"), "no price with a unit"),
            (&entry(r#"{"a": {"unit": "x", "beginRange": "0"}}"#), "a price without `endRange`"),
            (
                &entry(
                    r#"{"a": {"unit": "x", "beginRange": "0", "endRange": "Inf", "pricePerUnit": {"USD": 0.4}}}"#,
                ),
                "a price that is no text",
            ),
            (
                &entry(
                    r#"{"a": {"unit": "x", "beginRange": "0", "endRange": "Inf", "pricePerUnit": {"USD": "much"}}}"#,
                ),
                "`much` is no number",
            ),
            (
                &entry(
                    r#"{"a": {"unit": "x", "beginRange": "0", "endRange": "5", "pricePerUnit": {"USD": "1"}}}"#,
                ),
                "tiers with a hole between them",
            ),
            (
                &entry(
                    r#"{"a": {"unit": "x", "beginRange": "5", "endRange": "Inf", "pricePerUnit": {"USD": "1"}}}"#,
                ),
                "the first tier of a price does not begin at 0",
            ),
        ];
        for (text, expected) in cases {
            let error = Product::read(text).unwrap_err();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }
}
