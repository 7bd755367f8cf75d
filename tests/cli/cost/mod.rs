//! What secrets cost, what could be saved, and where prices come from.

mod estimate;
mod refresh;
mod savings;
mod verb;

use rust_decimal::Decimal;
use secrets_auditor::cost::{Circumstances, PriceBook, estimate};
use secrets_auditor::model::CostReport;

use crate::world::{World, now};

/// The costs of a world.
fn cost(world: &World) -> CostReport {
    cost_with(world, None, &[])
}

fn cost_with(world: &World, monthly_calls: Option<u64>, tag_keys: &[&str]) -> CostReport {
    let tag_keys: Vec<String> = tag_keys.iter().map(|key| (*key).to_owned()).collect();
    let circumstances =
        Circumstances { as_of: now(), monthly_calls, tag_keys, audit_calls: Default::default() };
    estimate(&world.tables(), &PriceBook::embedded().unwrap(), &circumstances).unwrap()
}

fn dollars(text: &str) -> Decimal {
    text.parse().unwrap()
}
