//! What the secrets cost, and what could be saved: for people, as JSON, and as a table for spreadsheets.

mod csv;
pub(super) mod json;
mod terminal;

pub use self::csv::csv;
pub use self::json::{CostDocument, document, schema};
pub use self::terminal::{By, render, savings_line};

use rust_decimal::{Decimal, RoundingStrategy};

/// At least two decimals, and no idle zeros behind them.
pub(in crate::report) fn money(amount: Decimal) -> String {
    let mut amount = amount.normalize();
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    amount.to_string()
}

/// For people: to the cent. What is less than one is said to be so.
pub(in crate::report) fn cents(amount: Decimal) -> String {
    let cent = Decimal::new(1, 2);
    if amount > Decimal::ZERO && amount < cent {
        return "<0.01".to_owned();
    }
    let mut rounded = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(2);
    rounded.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_cents() {
        let cases =
            [("0", "0.00"), ("0.0001", "<0.01"), ("0.01", "0.01"), ("12.345", "12.35"), ("20", "20.00")];
        for (amount, expected) in cases {
            assert_eq!(cents(amount.parse().unwrap()), expected);
        }
    }
}
