//! The monthly estimate, to the cent.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use secrets_auditor::cost::{Circumstances, PriceBook, estimate};
use secrets_auditor::model::{ChargeKind, CostGroup, CostReport, RegionState};
use secrets_auditor::snapshot::Inventory;
use secrets_auditor::snapshot::records::{Compliance, ConfigRule, RotationRules, Secret};

use super::{cost, cost_with, dollars};
use crate::support::{Command, folder, folder_with};
use crate::world::{
    ACCOUNT, HOME, World, arn, change, days_ago, in_days, key, key_arn, now, reads, refused, secret,
    secret_in, shown, tags, trail,
};

/// What no trail was read for.
const LISTED: &str =
    "calls that only list and describe, which no trail was read for: give `--monthly-calls N` if you know";

/// What is left out where no trail shows anything of so many secrets.
fn dark(secrets: &str) -> String {
    format!("API calls for {secrets} that no trail shows: give `--monthly-calls N` if you know")
}

/// Item to (quantity, monthly sum) of the lines that are known.
fn lines(report: &CostReport) -> BTreeMap<&str, (Decimal, Decimal)> {
    let line = |line: &'_ secrets_auditor::model::CostLine| Some((line.quantity?, line.monthly?));
    report.lines.iter().filter_map(|l| Some((l.item.as_str(), line(l)?))).collect()
}

fn group(name: &str, secrets: u64, monthly: &str) -> CostGroup {
    CostGroup {
        name: name.to_owned(),
        currency: "USD".to_owned(),
        secrets,
        monthly: dollars(monthly),
        keys: 0,
        total: dollars(monthly),
    }
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
    let mut world = World::with([secret("a")]);
    world.home().coverage.records.clear();
    let report = cost(&world);
    assert_eq!(report.monthly_total, dollars("0.40"));
    assert_eq!(report.not_included, [dark("1 secret")]);
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
        ["2 secrets in cn-north-1: no list price", "1 secret in us-gov-west-1: no list price", LISTED]
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
        assert_eq!(report.not_included, [LISTED], "{what}");
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
        ["1 key that could not be described or without a list price", LISTED]
    );
    let mut world = World::with([secret("a"), secret("b")]);
    world.snapshot.manifest.inventory = Inventory::Config;
    let report = cost(&world);
    assert_eq!(report.monthly_total, dollars("0.80"), "counted in full");
    assert_eq!(
        report.not_included,
        ["2 secrets counted in full, which may be scheduled for deletion or free", LISTED]
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
        ["every secret in 111122223333 us-east-1, which could not be listed", LISTED]
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

const API: &str = "arn:aws:iam::111122223333:role/api";

#[test]
fn calls_are_counted_from_the_trail_and_scaled_to_a_month() {
    let mut world = World::with([secret("a"), under("b", "k"), secret("c")]);
    world.key(key("k", "Enabled"));
    let many = |name: &str, count: u64| {
        let mut group = reads(&arn(HOME, name), API, &[3]);
        group.count = count;
        group.hours = group.hours.into_keys().map(|hour| (hour, count)).collect();
        group
    };
    world.home().coverage.records = vec![shown(30)];
    world.home().accesses.records = vec![many("a", 60_000), many("b", 3_000_000), many("c", 7)];
    world.home().accesses.records.push({
        let mut old = reads(&arn(HOME, "c"), API, &[31]);
        old.count = 1_000_000;
        old
    });
    world.home().lifecycle.records = vec![
        change("PutSecretValue", &arn(HOME, "c"), API, 1),
        change("RotationStarted", &arn(HOME, "c"), API, 1),
    ];
    let report = cost(&world);
    let lines = lines(&report);
    // 730 of 720 hours; one change beside the reads of `c`; reads beyond what the trail shows do not count.
    assert_eq!(lines["API calls"], (dollars("3102508"), dollars("15.51254")));
    // 3,041,667 reads under a customer key, 20,000 of them free.
    assert_eq!(lines["KMS requests"], (dollars("3041667"), dollars("9.065001")));
    assert_eq!(report.not_included, [LISTED]);
    let of = |name: &str| report.charges.iter().find(|charge| charge.name == name).unwrap();
    assert_eq!(of("a").calls, Some(dollars("60833")));
    assert_eq!(of("c").calls, Some(dollars("8")));
    let groups: Decimal = report.by_account.iter().map(|group| group.total).sum();
    assert_eq!(
        groups + dollars("9.065001"),
        report.monthly_total,
        "everything but KMS is at somebody's door"
    );
}

#[test]
fn what_no_trail_shows_is_said() {
    let mut world = World::with([secret("a")]);
    world.add("us-east-1", secret_in("us-east-1", "b"));
    world.region(ACCOUNT, "us-east-1").coverage.records.clear();
    let report = cost(&world);
    assert_eq!(report.not_included, [dark("1 secret"), LISTED.to_owned()]);
    let of = |name: &str| report.charges.iter().find(|charge| charge.name == name).unwrap().calls;
    assert_eq!((of("a"), of("b")), (Some(Decimal::ZERO), None));
}

#[test]
fn a_secret_of_this_month_costs_a_part_of_it() {
    let mut world = World::with([
        Secret { created: Some(now()), ..secret("new") },
        Secret { deleted: Some(now()), ..secret("gone") },
        secret("old"),
    ]);
    world.snapshot.manifest.finished = Some(now());
    let report = cost(&world);
    let of = |name: &str| {
        let charge = report.charges.iter().find(|charge| charge.name == name).unwrap();
        (charge.monthly, charge.this_month)
    };
    assert_eq!(of("old"), (dollars("0.40"), dollars("0.40")));
    assert_eq!(of("new"), (dollars("0.40"), dollars("0.40")), "made on the first of the month");
    assert_eq!(of("gone"), (Decimal::ZERO, Decimal::ZERO), "gone on the first of the month");
    let circumstances =
        Circumstances { as_of: "2026-11-16T12:00:00Z".parse().unwrap(), ..Default::default() };
    world.settings.as_of = circumstances.as_of;
    let later = |secret: Secret| {
        let mut world = World::with([secret]);
        world.settings.as_of = circumstances.as_of;
        let report = estimate(&world.tables(), &PriceBook::embedded().unwrap(), &circumstances).unwrap();
        (report.monthly_total, report.this_month)
    };
    let at = |day: &str| Some(format!("2026-11-{day}T12:00:00Z").parse().unwrap());
    assert_eq!(later(Secret { created: at("10"), ..secret("a") }), (dollars("0.40"), dollars("0.28")));
    assert_eq!(later(Secret { deleted: at("10"), ..secret("a") }), (dollars("0"), dollars("0.12")));
}

#[test]
fn a_replica_and_a_key_are_charges_of_their_own() {
    let mut world = World::with([under("a", "k")]);
    world.key(key("k", "Enabled"));
    let there = Secret { primary_region: Some(HOME.to_owned()), ..secret_in("us-east-1", "a") };
    world.add("us-east-1", there);
    let report = cost(&world);
    let kinds: Vec<(ChargeKind, &str, Decimal)> =
        report.charges.iter().map(|c| (c.kind, c.region.as_str(), c.monthly)).collect();
    assert_eq!(
        kinds,
        [
            (ChargeKind::Secret, HOME, dollars("0.40")),
            (ChargeKind::Replica, "us-east-1", dollars("0.40")),
            (ChargeKind::Key, HOME, dollars("1")),
        ]
    );
}

#[test]
fn owners_and_environments_have_their_sums() {
    let owned = |name: &str, owner: &str| Secret { tags: tags(&[("Owner", owner)]), ..secret(name) };
    let mut world = World::with([
        Secret { kms_key_id: Some("k".to_owned()), ..owned("prod/a", "payments") },
        owned("prod/b", "search"),
        owned("dev/c", "search"),
        secret("d"),
    ]);
    world.key(key("k", "Enabled"));
    let report = cost(&world);
    let sums = |groups: &[CostGroup]| -> Vec<(String, u64, u64, Decimal)> {
        groups.iter().map(|g| (g.name.clone(), g.secrets, g.keys, g.total)).collect()
    };
    let row = |name: &str, secrets, keys, total| (name.to_owned(), secrets, keys, dollars(total));
    assert_eq!(
        sums(&report.by_owner),
        [row("", 1, 0, "0.40"), row("payments", 1, 1, "1.40"), row("search", 2, 0, "0.80")]
    );
    assert_eq!(
        sums(&report.by_environment),
        [row("", 1, 0, "0.40"), row("development", 1, 0, "0.40"), row("production", 2, 1, "1.80")]
    );
}

/// A price book with China in its own currency, and one dear Region.
const BOOK: &str = r#"
as_of: 2026-10-01
source: ours
included_services: []
lists:
  - { partition: aws, currency: USD, regions: [eu-west-1], prices: &usual { secret_month: "0.40", api_calls_10k: "0.05", customer_key_month: "1", kms_requests_10k: "0.03" } }
  - { partition: aws, currency: USD, regions: [us-east-1], prices: { secret_month: "0.60", api_calls_10k: "0.05", customer_key_month: "1", kms_requests_10k: "0.03" } }
  - { partition: aws-cn, currency: CNY, regions: [cn-north-1], prices: { secret_month: "2.73", api_calls_10k: "0.34", customer_key_month: "6.83", kms_requests_10k: "0.2" } }
"#;

#[test]
fn currencies_are_never_added() {
    let book = folder_with("prices.yaml", BOOK);
    let book = PriceBook::read(&book.path().join("prices.yaml")).unwrap();
    let mut world = World::with([secret("a")]);
    world.add("us-east-1", secret_in("us-east-1", "b"));
    world.add("us-west-2", secret_in("us-west-2", "c"));
    world.region("444455556666", "cn-north-1").secrets.records = vec![secret_in("cn-north-1", "d")];
    let circumstances = Circumstances { as_of: now(), monthly_calls: Some(10_000), ..Default::default() };
    let report = estimate(&world.tables(), &book, &circumstances).unwrap();
    assert_eq!((report.prices.currency.as_str(), report.monthly_total), ("USD", dollars("1.05")));
    let others: Vec<_> =
        report.other_currencies.iter().map(|sum| (sum.currency.as_str(), sum.monthly)).collect();
    assert_eq!(others, [("CNY", dollars("2.73"))]);
    assert!(report.not_included.contains(&"1 secret in us-west-2: no list price".to_owned()));
    let kept: Vec<_> = report
        .lines
        .iter()
        .filter(|line| line.item == "secrets and replicas")
        .map(|line| (line.currency.as_str(), line.monthly.unwrap(), line.basis.as_str()))
        .collect();
    assert_eq!(kept, [("USD", dollars("1.00"), "the price differs by Region"), ("CNY", dollars("2.73"), "")]);
    assert_eq!(report.by_secret.len(), 2, "amounts of another currency are in no map without one");
}

#[test]
fn what_other_services_charge_is_counted_where_it_can_be() {
    let rotating = |name: &str| Secret {
        rotation_enabled: Some(true),
        rotation_lambda_arn: Some(format!("arn:aws:lambda:{HOME}:{ACCOUNT}:function:rotate")),
        rotation_rules: Some(RotationRules {
            automatically_after_days: Some(10),
            duration: None,
            schedule_expression: None,
        }),
        ..secret(name)
    };
    let mut world = World::with([rotating("a"), secret("b")]);
    let rule = |name: &str, identifier: &str| ConfigRule {
        name: name.to_owned(),
        identifier: identifier.to_owned(),
        parameters: None,
        state: Some("ACTIVE".to_owned()),
        compliance: Some(
            ["a", "b"]
                .map(|secret| Compliance {
                    resource: arn(HOME, secret),
                    verdict: "COMPLIANT".to_owned(),
                    annotation: None,
                })
                .to_vec(),
        ),
    };
    world.home().config_rules.records = vec![
        rule("unused", "SECRETSMANAGER_SECRET_UNUSED"),
        rule("securityhub-secret-periodic-rotation-1", "SECRETSMANAGER_SECRET_PERIODIC_ROTATION"),
        rule("cmk", "SECRETSMANAGER_USING_CMK"),
    ];
    let mut read = reads(&arn(HOME, "b"), API, &[3]);
    read.count = 900;
    read.hours = read.hours.into_keys().map(|hour| (hour, 900)).collect();
    world.home().accesses.records = vec![read];
    let recording = |name: &str| {
        let mut trail = trail(name);
        trail.selectors = Some(crate::world::all_events());
        trail
    };
    world.home().trails.records = vec![recording("first"), recording("second"), recording("third")];
    let report = cost(&world);
    let lines = lines(&report);
    assert_eq!(lines["rotations by AWS Lambda"], (dollars("3.04"), dollars("0.000002432")));
    assert_eq!(lines["API calls"].0, dollars("304"));
    assert_eq!(lines["extra copies of events in trails"], (dollars("608"), dollars("0.01216")));
    assert_eq!(lines["evaluations by AWS Config"], (dollars("61"), dollars("0.061")));
    assert_eq!(lines["checks by Security Hub"], (dollars("61"), dollars("0.061")));
    let left: Vec<&str> = report.not_included.iter().map(String::as_str).collect();
    assert_eq!(
        left,
        [
            LISTED,
            "the running time of rotation functions, which depends on their memory",
            "evaluations when a secret changes, and the items that record it (SECRETSMANAGER_USING_CMK)",
        ]
    );
}

#[test]
fn the_audit_says_what_it_cost_itself() {
    let circumstances = Circumstances {
        as_of: now(),
        audit_calls: [("secretsmanager", 400), ("kms", 12), ("iam", 3), ("logs", 2)]
            .map(|(service, calls)| (service.to_owned(), calls))
            .into(),
        ..Default::default()
    };
    let tables = World::with([secret("a")]).tables();
    let report = estimate(&tables, &PriceBook::embedded().unwrap(), &circumstances).unwrap();
    let calls = report.audit_calls.unwrap();
    assert_eq!((calls.calls, calls.cost), (417, dollars("0.002036")));
    assert_eq!(calls.unpriced, ["logs"]);
    assert_eq!(cost(&World::new()).audit_calls, None, "nobody counted");
}

#[test]
fn price_books_that_contradict_themselves_are_refused() {
    let cases = [
        ("regions: [us-east-1]", "regions: [eu-west-1]", "two lists hold prices for `eu-west-1`"),
        (r#"secret_month: "0.60""#, r#"secret_month: "-1""#, "a price is below 0"),
        (
            "aws, currency: USD, regions: [us",
            "aws, currency: EUR, regions: [us",
            "the partition `aws` has prices in `USD` and in `EUR`",
        ),
        (
            r#"kms_requests_10k: "0.2""#,
            "kms_requests_10k: [{ from: 1, price: 1 }]",
            "the first tier of a price does not begin at 0",
        ),
        ("source: ours", "sauce: ours", "unknown field"),
    ];
    for (from, to, expected) in cases {
        let book = folder_with("prices.yaml", BOOK.replacen(from, to, 1));
        let error = PriceBook::read(&book.path().join("prices.yaml")).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
    let book = folder_with("prices.yaml", "nothing");
    let run = Command::new(["cost", "--sample", "--price-book"]).arg(book.path().join("prices.yaml")).run();
    assert_eq!(run.code, Some(2), "{run}");
    assert!(run.stderr.contains("leave out `--price-book`"), "{run}");
}
