//! The monthly estimate, to the cent.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use secrets_auditor::cost::{PriceBook, Volume, estimate, tag_columns};
use secrets_auditor::model::{CostGroup, CostReport, RegionState};
use secrets_auditor::snapshot::Inventory;
use secrets_auditor::snapshot::records::Secret;

use crate::support::{Command, folder};
use crate::world::{
    ACCOUNT, HOME, World, arn, days_ago, in_days, key, key_arn, refused, secret, secret_in, tags,
};

const NOBODY_COUNTED: &str = "API calls, which nobody counted: give `--monthly-calls N` if you know";

fn cost_with(world: &World, monthly_calls: Option<u64>, tag_keys: &[&str]) -> CostReport {
    let tag_keys: Vec<String> = tag_keys.iter().map(|key| (*key).to_owned()).collect();
    let tables = world.tables_with(&tag_columns(&tag_keys));
    estimate(&tables, &PriceBook::embedded().unwrap(), &Volume { monthly_calls, tag_keys }).unwrap()
}

fn cost(world: &World) -> CostReport {
    cost_with(world, None, &[])
}

fn dollars(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Item to (quantity, monthly sum) of the lines that are known.
fn lines(report: &CostReport) -> BTreeMap<&str, (Decimal, Decimal)> {
    let line = |line: &'_ secrets_auditor::model::CostLine| Some((line.quantity?, line.monthly?));
    report.lines.iter().filter_map(|l| Some((l.item.as_str(), line(l)?))).collect()
}

fn group(name: &str, secrets: u64, monthly: &str) -> CostGroup {
    CostGroup { name: name.to_owned(), secrets, monthly: dollars(monthly) }
}

#[test]
fn fifty_secrets_and_a_hundred_thousand_calls_are_20_50() {
    let world = World::with((0..50).map(|index| secret(&format!("s{index}"))));
    let report = cost_with(&world, Some(100_000), &[]);
    assert_eq!(report.monthly_total, dollars("20.50"));
    let lines = lines(&report);
    assert_eq!(lines["secrets and replicas"], (dollars("50"), dollars("20.00")));
    assert_eq!(lines["API calls"], (dollars("100000"), dollars("0.50")));
    assert_eq!(lines["customer managed keys"], (dollars("0"), dollars("0")));
    assert_eq!(report.not_included, [""; 0]);
    let folder = folder();
    world.write(folder.path());
    let run = Command::new(["audit", "--monthly-calls", "100000", "--format", "json", "--snapshot"])
        .arg(folder.path())
        .run();
    assert_eq!(run.json()["cost"]["monthly_total"], "20.50");
}

#[test]
fn calls_that_nobody_counted_are_named() {
    let report = cost(&World::with([secret("a")]));
    assert_eq!(report.monthly_total, dollars("0.40"));
    assert_eq!(report.not_included, [NOBODY_COUNTED]);
    assert!(!lines(&report).contains_key("API calls"));
    assert_eq!(cost_with(&World::new(), Some(1), &[]).monthly_total, dollars("0.000005"), "no rounding");
}

#[test]
fn what_is_charged() {
    let cases = [
        ("a secret", secret("a"), "0.40"),
        ("one without a value", secret("a"), "0.40"),
        ("scheduled for deletion", Secret { deleted: Some(days_ago(1)), ..secret("a") }, "0"),
        ("a replica", Secret { primary_region: Some("us-east-1".to_owned()), ..secret("a") }, "0.40"),
        ("managed by RDS", Secret { owning_service: Some("rds".to_owned()), ..secret("rds!a") }, "0.40"),
        (
            "managed by Redshift",
            Secret { owning_service: Some("redshift".to_owned()), ..secret("redshift!a") },
            "0.40",
        ),
        (
            "in the price of AppFlow",
            Secret { owning_service: Some("appflow".to_owned()), ..secret("appflow!a") },
            "0",
        ),
        (
            "in the price of EventBridge",
            Secret { owning_service: Some("events".to_owned()), ..secret("events!a") },
            "0",
        ),
        (
            "in the price of AppFlow, by its tag",
            Secret { tags: tags(&[("aws:secretsmanager:owningService", "appflow")]), ..secret("appflow!a") },
            "0",
        ),
        ("only named like one", secret("appflow!a"), "0.40"),
    ];
    for (what, secret, price) in cases {
        let arn = secret.arn.clone();
        let report = cost(&World::with([secret]));
        assert_eq!(report.monthly_total, dollars(price), "{what}");
        assert_eq!(report.by_secret, BTreeMap::from([(arn, dollars(price))]), "{what}");
    }
}

#[test]
fn partitions_without_a_list_price_are_named() {
    let mut world = World::with([secret("a")]);
    for (account, region, count) in [("444455556666", "cn-north-1", 2), ("777788889999", "us-gov-west-1", 1)]
    {
        let there = world.region(account, region);
        there.secrets.records.extend((0..count).map(|index| secret_in(region, &format!("s{index}"))));
    }
    let report = cost(&world);
    assert_eq!(report.monthly_total, dollars("0.40"));
    assert_eq!(
        report.not_included,
        [
            "2 secrets in cn-north-1: no list price",
            "1 secret in us-gov-west-1: no list price",
            NOBODY_COUNTED
        ]
    );
    assert_eq!(report.by_secret.len(), 1);
}

fn under(name: &str, key: &str) -> Secret {
    Secret { kms_key_id: Some(key.to_owned()), ..secret(name) }
}

#[test]
fn a_customer_key_is_charged_once() {
    let mut world = World::with([under("a", "k"), under("b", "alias/k"), under("c", &key_arn(ACCOUNT, "k"))]);
    world.key(key("k", "Enabled")).key(key("unused", "Enabled"));
    let report = cost(&world);
    assert_eq!(lines(&report)["customer managed keys"], (dollars("1"), dollars("1.00")));
    assert_eq!(report.monthly_total, dollars("2.20"));
}

#[test]
fn keys_that_cost_nothing_here() {
    let cases = [
        ("enabled", key("k", "Enabled"), "1"),
        ("disabled", key("k", "Disabled"), "1"),
        ("being deleted", key("k", "PendingDeletion"), "0"),
        ("of AWS", changed(|key| key.facts.as_mut().unwrap().manager = "AWS".to_owned()), "0"),
        (
            "of another account",
            changed(|key| key.facts.as_mut().unwrap().account = "999988887777".to_owned()),
            "0",
        ),
        ("gone", changed(|key| key.facts = None), "0"),
    ];
    for (what, mut key, count) in cases {
        if let Some(facts) = key.facts.as_mut().filter(|facts| facts.state.starts_with("Pending")) {
            facts.deletion = Some(in_days(7));
        }
        let mut world = World::with([under("a", "k")]);
        world.key(key);
        let report = cost(&world);
        assert_eq!(lines(&report)["customer managed keys"].0, dollars(count), "{what}");
        assert_eq!(report.not_included, [NOBODY_COUNTED], "{what}");
    }
}

fn changed(
    change: impl FnOnce(&mut secrets_auditor::snapshot::records::Key),
) -> secrets_auditor::snapshot::records::Key {
    let mut key = key("k", "Enabled");
    change(&mut key);
    key
}

#[test]
fn what_could_not_be_seen_is_named() {
    let mut world = World::with([under("a", "hidden")]);
    world.home().keys.gaps = vec![refused("kms:DescribeKey", Some("hidden"))];
    assert_eq!(
        cost(&world).not_included,
        ["1 key that could not be described or without a list price", NOBODY_COUNTED]
    );
    let mut world = World::with([secret("a"), secret("b")]);
    world.snapshot.manifest.inventory = Inventory::Config;
    let report = cost(&world);
    assert_eq!(report.monthly_total, dollars("0.80"), "counted in full");
    assert_eq!(
        report.not_included,
        ["2 secrets counted in full, which may be scheduled for deletion or free", NOBODY_COUNTED]
    );
}

#[test]
fn secrets_that_could_not_be_listed_are_named() {
    let mut world = World::with([secret("a")]);
    let there = world.region(ACCOUNT, "us-east-1");
    there.state = RegionState::Refused;
    there.secrets.gaps = vec![secrets_auditor::model::Gap {
        region: Some(there.region.clone()),
        ..refused("secretsmanager:ListSecrets", None)
    }];
    assert_eq!(
        cost(&world).not_included,
        ["every secret in 111122223333 us-east-1, which could not be listed", NOBODY_COUNTED]
    );
}

#[test]
fn sums_by_place_and_by_tag() {
    let owned = |name: &str, owner: &str| Secret { tags: tags(&[("Owner", owner)]), ..secret(name) };
    let mut world = World::with([
        owned("a", "payments"),
        owned("b", "payments"),
        owned("c", "search"),
        secret("d"),
        Secret { deleted: Some(days_ago(1)), ..owned("e", "search") },
    ]);
    world.add("us-east-1", secret_in("us-east-1", "f"));
    let report = cost_with(&world, None, &["Owner", "owner"]);
    assert_eq!(report.by_account, [group(ACCOUNT, 5, "2.00")]);
    assert_eq!(report.by_region, [group(HOME, 4, "1.60"), group("us-east-1", 1, "0.40")]);
    assert_eq!(
        report.by_tag["Owner"],
        [group("", 2, "0.80"), group("payments", 2, "0.80"), group("search", 1, "0.40")]
    );
    assert_eq!(report.by_tag["owner"], [group("", 5, "2.00")], "AWS keeps letter case");
    let by_secret: Decimal = report.by_secret.values().sum();
    let by_tag: Decimal = report.by_tag["Owner"].iter().map(|group| group.monthly).sum();
    assert_eq!((by_secret, by_tag), (report.monthly_total, report.monthly_total));
    assert_eq!(report.by_secret[&arn(HOME, "e")], Decimal::ZERO);
}

#[test]
fn prices_say_where_they_come_from() {
    let report = cost(&World::new());
    assert_eq!(report.prices.currency, "USD");
    assert!(report.prices.source.contains("aws.amazon.com/secrets-manager/pricing"));
}
