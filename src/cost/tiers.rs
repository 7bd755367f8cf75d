//! Prices that fall with the quantity.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A price, or several that hold from some quantity in a month on.
///
/// Source: AWS Price List API, `beginRange` and `endRange` of a price dimension.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Tiers {
    /// One price for all.
    Flat(Decimal),
    /// The first begins at 0, and each ends where the next begins.
    Rising(Vec<Tier>),
}

/// A price from some quantity in a month on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// The first unit that it holds for, counted from 0.
    pub from: Decimal,
    /// The price.
    pub price: Decimal,
}

impl Tiers {
    /// What so many units cost in a month.
    pub fn cost(&self, quantity: Decimal) -> Decimal {
        match self {
            Self::Flat(price) => *price * quantity,
            Self::Rising(tiers) => {
                let ends = tiers.iter().skip(1).map(|tier| tier.from).chain([Decimal::MAX]);
                let of_tier = |(tier, end): (&Tier, Decimal)| {
                    (quantity.min(end) - tier.from).max(Decimal::ZERO) * tier.price
                };
                tiers.iter().zip(ends).map(of_tier).sum()
            }
        }
    }

    /// The price of the first unit that is not free.
    pub fn first_paid(&self) -> Decimal {
        match self {
            Self::Flat(price) => *price,
            Self::Rising(tiers) => {
                let paid = tiers.iter().map(|tier| tier.price).find(|price| !price.is_zero());
                paid.unwrap_or_default()
            }
        }
    }

    /// Whether the tiers cover every quantity once, in words where they do not.
    pub(super) fn check(&self) -> Result<(), String> {
        let tiers = match self {
            Self::Flat(price) => &[Tier { from: Decimal::ZERO, price: *price }][..],
            Self::Rising(tiers) => tiers,
        };
        if tiers.first().is_none_or(|tier| !tier.from.is_zero()) {
            return Err("the first tier of a price does not begin at 0".to_owned());
        }
        if tiers.iter().zip(tiers.iter().skip(1)).any(|(tier, next)| next.from <= tier.from) {
            return Err("the tiers of a price are not in order".to_owned());
        }
        if tiers.iter().any(|tier| tier.price < Decimal::ZERO) {
            return Err("a price is below 0".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn tiers(pairs: &[(&str, &str)]) -> Tiers {
        let tier = |(from, price): &(&str, &str)| Tier { from: number(from), price: number(price) };
        Tiers::Rising(pairs.iter().map(tier).collect())
    }

    #[test]
    fn each_unit_has_the_price_of_its_tier() {
        let checks = tiers(&[("0", "0.001"), ("100000", "0.0008"), ("500000", "0.0005")]);
        let requests = tiers(&[("0", "0"), ("20000", "0.000003")]);
        let cases = [
            (&checks, "0", "0"),
            (&checks, "1", "0.001"),
            (&checks, "100000", "100"),
            (&checks, "100001", "100.0008"),
            (&checks, "600000", "470"),
            (&requests, "20000", "0"),
            (&requests, "30000", "0.03"),
            (&Tiers::Flat(number("0.4")), "50", "20"),
        ];
        for (tiers, quantity, cost) in cases {
            assert_eq!(tiers.cost(number(quantity)), number(cost), "{quantity} of {tiers:?}");
        }
        assert_eq!(requests.first_paid(), number("0.000003"));
    }

    #[test]
    fn tiers_that_contradict_themselves_are_refused() {
        assert_eq!(tiers(&[("0", "1"), ("5", "2")]).check(), Ok(()));
        for wrong in [&[][..], &[("1", "1")], &[("0", "1"), ("0", "2")], &[("0", "1"), ("5", "-2")]] {
            assert!(tiers(wrong).check().is_err(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn more_never_costs_less(a in 0_u32..2_000_000, b in 0_u32..2_000_000) {
            let checks = tiers(&[("0", "0.001"), ("100000", "0.0008"), ("500000", "0.0005")]);
            let cost = |quantity: u32| checks.cost(Decimal::from(quantity));
            prop_assert!(cost(a.min(b)) <= cost(a.max(b)));
            prop_assert!(cost(a) + cost(b) >= cost(a + b), "a tier never makes a whole dearer than its parts");
        }
    }
}
