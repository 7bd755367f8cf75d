//! What secrets cost in a month.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use secrets_auditor::cost::{PriceBook, Volume, estimate, tag_columns};
use secrets_auditor::model::CostReport;
use secrets_auditor::snapshot::records::Secret;

use crate::support::sample_json;
use crate::world::{ACCOUNT, World, days_ago, key, key_arn, secret, tags};

fn cost(world: &World, monthly_calls: Option<u64>) -> CostReport {
    let tag_keys = vec!["Owner".to_owned()];
    let tags: BTreeSet<_> = tag_columns(&tag_keys);
    let tables = world.tables_with(&tags);
    estimate(&tables, &PriceBook::embedded().unwrap(), &Volume { monthly_calls, tag_keys }).unwrap()
}

fn dollars(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn fifty_secrets_and_a_hundred_thousand_calls_are_twenty_dollars_and_fifty_cents() {
    let world = World::with((0..50).map(|number| secret(&format!("secret/{number}"))));
    let report = cost(&world, Some(100_000));
    assert_eq!(report.monthly_total, dollars("20.50"));
    assert!(report.not_included.is_empty(), "{:?}", report.not_included);
}

#[test]
fn who_is_charged() {
    let owned = |name: &str, owner: &str| Secret { owning_service: Some(owner.to_owned()), ..secret(name) };
    let cases = [
        (secret("plain"), "0.40"),
        (Secret { deleted: Some(days_ago(3)), ..secret("going") }, "0"),
        (Secret { primary_region: Some("us-east-1".to_owned()), ..secret("replica") }, "0.40"),
        (owned("rds!cluster", "rds"), "0.40"),
        (owned("appflow!connector", "appflow"), "0"),
        (owned("events!connection", "events"), "0"),
        (Secret { secret_type: Some("SalesforceClientSecret".to_owned()), ..secret("external") }, "0.40"),
    ];
    for (secret, monthly) in cases {
        let name = secret.name.clone();
        let world = World::with([secret]);
        assert_eq!(cost(&world, None).monthly_total, dollars(monthly), "{name}");
    }
}

#[test]
fn calls_that_nobody_counted_are_named() {
    let report = cost(&World::with([secret("a")]), None);
    assert_eq!(
        report.not_included,
        ["API calls, which nobody counted: give `--monthly-calls N` if you know"]
    );
}

#[test]
fn a_key_is_charged_once_however_many_secrets_use_it() {
    let arn = key_arn(ACCOUNT, "one");
    let under = |name: &str| Secret { kms_key_id: Some(arn.clone()), ..secret(name) };
    let mut world = World::with([under("a"), under("b")]);
    world.key(key("one", "Enabled"));
    assert_eq!(cost(&world, None).monthly_total, dollars("1.80"));

    let mut going = World::with([under("a"), under("b")]);
    going.key(key("one", "PendingDeletion"));
    assert_eq!(cost(&going, None).monthly_total, dollars("0.80"));
}

#[test]
fn a_partition_without_list_prices_is_named_and_not_guessed() {
    for region in ["us-gov-west-1", "cn-north-1"] {
        let mut world = World::new();
        let partition = secrets_auditor::model::Region::new(region).partition();
        let arn = format!("arn:{partition}:secretsmanager:{region}:{ACCOUNT}:secret:a-AbCdEf");
        world.add(region, Secret { arn, ..secret("a") });
        let report = cost(&world, Some(0));
        assert_eq!(report.monthly_total, Decimal::ZERO, "{region}");
        assert_eq!(report.not_included, [format!("1 secret in {region}: no list price")]);
    }
}

#[test]
fn sums_by_tag_account_and_region_are_the_total() {
    let owned = |name: &str, owner: &str| Secret { tags: tags(&[("Owner", owner)]), ..secret(name) };
    let world = World::with([owned("a", "payments"), owned("b", "payments"), owned("c", "")]);
    let report = cost(&world, None);
    let total = dollars("1.20");
    for groups in [&report.by_account, &report.by_region, &report.by_tag["Owner"]] {
        assert_eq!(groups.iter().map(|group| group.monthly).sum::<Decimal>(), total, "{groups:?}");
    }
    let owners: Vec<(&str, u64)> =
        report.by_tag["Owner"].iter().map(|group| (group.name.as_str(), group.secrets)).collect();
    assert_eq!(owners, [("", 1), ("payments", 2)]);
}

#[test]
fn the_report_writes_money_as_text() {
    let report = sample_json(["--monthly-calls", "100000"]);
    let lines = report["cost"]["lines"].as_array().unwrap();
    let calls = lines.iter().find(|line| line["item"] == "API calls").unwrap();
    assert_eq!((calls["monthly"].as_str(), calls["unit_price"].as_str()), (Some("0.50"), Some("0.000005")));
    let sum: Decimal = lines.iter().map(|line| dollars(line["monthly"].as_str().unwrap())).sum();
    assert_eq!(report["cost"]["monthly_total"].as_str().unwrap(), sum.to_string());
}
