//! `cost` as people and programs read it.

use insta::assert_snapshot;
use rust_decimal::Decimal;
use secrets_auditor::snapshot::records::Secret;
use serde_json::Value;

use crate::aws::company;
use crate::support::{Command, folder};
use crate::world::{HOME, World, arn, day_ago, key, reads, secret, secret_in, tags};

fn sample(args: &[&str]) -> String {
    let run = Command::new([&["cost", "--sample"], args].concat()).run();
    assert_eq!(run.code, Some(0), "{run}");
    run.stdout
}

/// A small world with savings, as a snapshot.
fn small() -> World {
    let mut world = World::with([
        secret("prod/old"),
        Secret {
            kms_key_id: Some("k".to_owned()),
            last_accessed: Some(day_ago(1)),
            tags: tags(&[("Owner", "shop")]),
            ..secret("prod/db")
        },
    ]);
    world.key(key("k", "Enabled"));
    let mut busy = reads(&arn(HOME, "prod/db"), "arn:aws:iam::111122223333:role/api", &[1]);
    busy.count = 300_000;
    busy.hours.values_mut().for_each(|count| *count = 300_000);
    world.home().accesses.records = vec![busy];
    world
}

fn of(world: &World, args: &[&str]) -> String {
    let folder = folder();
    world.write(folder.path());
    let run = Command::new(args.iter().copied()).arg("--snapshot").arg(folder.path()).run();
    run.stdout
}

#[test]
fn the_page() {
    assert_snapshot!(of(&small(), &["cost"]), @"
    USD 2.55 a month
    2026-11 comes to USD 2.55, if nothing changes until its end
    as of 2026-11-01; list prices of 2026-09-20

                                                    quantity  unit price     a month
    secrets and replicas                                   2        0.40        0.80
    customer managed keys                                  1        1.00        1.00
    API calls                                         101389    0.000005        0.51
      reads and changes that the trail shows, in a month of 730 hours
    KMS requests                                      101389    0.000003        0.24
      one for each read under a customer managed key; what is free goes to them
        first

    by account                                       secrets        keys     a month
    111122223333                                           2           1        2.31

    by Region                                        secrets        keys     a month
    eu-west-1                                              2           1        2.31

    by owner                                         secrets        keys     a month
    shop                                                   1           1        1.91
    (none)                                                 1           0        0.40

    by environment                                   secrets        keys     a month
    production                                             2           1        2.31

    proven: 1 saving, USD 0.40 a month

      delete a secret that nobody reads: USD 0.40 a month
        prod/old
        111122223333 eu-west-1, production
        - it was never read since it was made 400 days ago
        - the trail shows 90 days without a read
        ! production: ask its owner first
        $ aws secretsmanager delete-secret --region eu-west-1 --secret-id arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/old-AbCdEf --recovery-window-in-days 30

    likely: 1 saving, USD 0.75 a month

      let a reader keep what it read: USD 0.75 a month
        prod/db by api
        111122223333 eu-west-1, production, owner shop
        - 300000 calls in 90 days by arn:aws:iam::111122223333:role/api from 1
          address: 3333 a day
        - a cache of one hour leaves 24 a day, if one process stands behind each
          address
        ! a value that was rotated is seen up to an hour later
        ! production: ask its owner first
        $ secrets-auditor reads arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf --principal arn:aws:iam::111122223333:role/api

    not included:
      calls that only list and describe, which no trail was read for: give
        `--monthly-calls N` if you know

    USD 2.55 a month, of which USD 1.15 could be saved; nothing is counted twice
    ");
}

#[test]
fn what_it_is_put_together_by() {
    let page = of(&small(), &["cost", "--by", "secret", "--by", "key", "--by", "tag:Owner"]);
    let groups: String = page.split("\n\n").skip(2).take(3).collect::<Vec<_>>().join("\n\n");
    assert_snapshot!(groups, @"
    by secret                                           kept       calls     a month
    prod/db                                             0.40      101389        0.91
      111122223333 eu-west-1
    prod/old                                            0.40           0        0.40
      111122223333 eu-west-1

    by key                                              kept       calls     a month
    alias/k                                             1.00                    1.00
      111122223333 eu-west-1

    by tag Owner                                     secrets        keys     a month
    shop                                                   1           0        0.91
    (none)                                                 1           0        0.40
    ");
    let run = Command::new(["cost", "--sample", "--by", "colour"]).run();
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("expected account, region, owner"), "{run}");
}

#[test]
fn the_page_of_an_audit_has_one_line() {
    let page = of(&small(), &["audit"]);
    let line = page.lines().find(|line| line.starts_with("savings:")).unwrap();
    assert_snapshot!(line, @"savings: USD 1.15 a month (1 proven, 1 likely, 0 possible): `secrets-auditor");
    assert_eq!(of(&World::new(), &["audit"]).lines().find(|line| line.starts_with("savings:")), None);
}

#[test]
fn the_sum_of_the_savings_is_the_sum_of_its_parts() {
    let document: Value = serde_json::from_str(&sample(&["--format", "json"])).unwrap();
    let number = |value: &Value| value.as_str().unwrap().parse::<Decimal>().unwrap();
    let savings = &document["cost"]["savings"];
    let parts: Decimal =
        savings["list"].as_array().unwrap().iter().map(|saving| number(&saving["net"])).sum();
    let by_confidence = savings["by_confidence"].as_object().unwrap().values();
    let sums: Decimal = by_confidence.map(|sum| number(&sum["monthly"])).sum();
    assert_eq!((number(&savings["monthly_total"]), sums), (parts, parts));
    assert!(parts > Decimal::ZERO && parts < number(&document["cost"]["monthly_total"]));
    let charges: Decimal =
        document["charges"].as_array().unwrap().iter().map(|c| number(&c["monthly"])).sum();
    let lines = document["cost"]["lines"].as_array().unwrap().iter().take(2).map(|l| number(&l["monthly"]));
    assert_eq!(charges, lines.sum());
}

#[test]
fn the_table_has_a_row_for_each_and_no_formulas() {
    let hostile = Secret {
        last_accessed: Some(day_ago(1)),
        tags: tags(&[("Owner", "=cmd|' /C calc'!A0")]),
        ..secret("a")
    };
    let mut world = World::with([hostile, secret("@SUM(1)")]);
    world.add("us-east-1", secret_in("us-east-1", "b,\"c\""));
    let text = of(&world, &["cost", "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let of_kind = |record: &str| rows.iter().filter(|row| &row[0] == record).count();
    assert_eq!((of_kind("charge"), of_kind("saving")), (3, 2));
    for cell in rows.iter().flat_map(csv::StringRecord::iter) {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
    assert!(rows.iter().any(|row| &row[7] == "'=cmd|' /C calc'!A0"), "{text}");
    assert!(rows.iter().any(|row| &row[4] == "b,\"c\""), "{text}");
}

#[test]
fn the_same_snapshot_gives_the_same_bytes() {
    for format in ["terminal", "json", "csv"] {
        assert_eq!(sample(&["--format", format]), sample(&["--format", format]), "{format}");
    }
}

#[test]
fn a_live_audit_counts_its_own_calls() {
    let session = company().session("cost-of-the-audit");
    let run = Command::new(["cost", "--format", "json", "--quiet", "--as-of", "2026-11-01T00:00:00Z"])
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ENDPOINT_URL", session.endpoint())
        .run();
    assert_eq!(run.code, Some(0), "{run}");
    let calls = &run.json()["cost"]["audit_calls"];
    let log = session.calls();
    assert_eq!(calls["calls"], log.len());
    let of = |service: &str| log.iter().filter(|call| call.service == service).count();
    for service in ["secretsmanager", "kms", "cloudtrail"] {
        assert_eq!(calls["by_service"][service], of(service), "{service}");
    }
}
