//! `prices refresh`: list prices from the Price List API.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use secrets_auditor::aws::Purpose;
use secrets_auditor::cost::PriceBook;
use serde_json::json;

use crate::aws::{Session, company};
use crate::support::{Command, Run, folder, write};

fn refresh(session: &Session, to: &Path, args: &[&str]) -> Run {
    Command::new([&["prices", "refresh"], args].concat())
        .arg("--to")
        .arg(to)
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        .env("AWS_ENDPOINT_URL", session.endpoint())
        .run()
}

#[test]
fn prices_are_read_by_family_and_region() {
    let (here, session) = (folder(), company().session("prices"));
    let file = here.path().join("prices.yaml");
    session.faults(&json!([{ "operation": "GetProducts", "action": "throttle", "times": 1 }]));
    let run =
        refresh(&session, &file, &["--region=eu-west-1", "--region=us-east-1", "--region=ap-southeast-1"]);
    assert_eq!(run.code, Some(0), "{run}");
    assert_snapshot!(run, @"
    exit: 0
    -- stderr --
    wrote the prices of 3 Regions to `[dir]/prices.yaml`
    ");
    let text = fs::read_to_string(&file).unwrap();
    let day = text.lines().find_map(|line| line.strip_prefix("as_of: ")).unwrap();
    assert_snapshot!(text.replace(day.trim_matches('"'), "[today]"), @r#"
    # Written by `secrets-auditor prices refresh` on [today]; for `--price-book` and the setting `price_book`.
    as_of: "[today]"
    source: AWS Price List API, GetProducts
    included_services:
    - appflow
    - databrew
    - directconnect
    - events
    - opsworks-cm
    - sqlworkbench
    lists:
    - partition: aws
      currency: USD
      regions:
      - ap-southeast-1
      - eu-west-1
      - us-east-1
      prices:
        secret_month: "0.4"
        api_calls_10k: "0.05"
        customer_key_month: "1"
        kms_requests_10k:
        - from: "0"
          price: "0"
        - from: "20000"
          price: "0.03"
    "#);
    let book = PriceBook::read(&file).unwrap();
    let own = PriceBook::embedded().unwrap();
    let (read, known) = (&book.lists[0].prices, &own.lists[0].prices);
    assert_eq!(read.secret_month, known.secret_month);
    assert_eq!(read.kms_requests_10k, known.kms_requests_10k);
    let calls = session.calls();
    assert!(calls.iter().all(|call| call.operation == "GetProducts" && call.region == "us-east-1"));
    assert_eq!(calls.len(), 3 * 4 + 2 + 1, "two more pages in one Region, and one call that was throttled");
    let purpose: Vec<&str> = Purpose::Prices.operations().map(|operation| operation.action).collect();
    assert_eq!(purpose, ["pricing:GetProducts", "sts:GetCallerIdentity"]);
    let run = Command::new(["cost", "--sample", "--price-book"]).arg(&file).run();
    assert_eq!(run.code, Some(0), "{run}");
    assert!(run.stdout.contains("no list price"), "Regions that the file does not name, and services: {run}");
}

#[test]
fn china_is_in_its_own_currency() {
    let (here, session) = (folder(), company().session("prices-china"));
    let file = here.path().join("prices.yaml");
    let run = refresh(&session, &file, &["--partition", "aws-cn"]);
    assert_eq!(run.code, Some(0), "{run}");
    let book = PriceBook::read(&file).unwrap();
    let [list] = &book.lists[..] else { panic!("{book:?}") };
    assert_eq!((list.currency.as_str(), list.prices.secret_month.to_string().as_str()), ("CNY", "2.73"));
    assert!(session.calls().iter().all(|call| call.region == "cn-northwest-1"));
}

#[test]
fn what_is_missing_or_ambiguous_is_an_error_and_writes_nothing() {
    let here = folder();
    let file = here.path().join("prices.yaml");
    write(&file, "as before");
    let session = company().session("prices-missing");
    let run = |args: &[&str]| {
        let run = refresh(&session, &file, args);
        assert_eq!((run.code, fs::read_to_string(&file).unwrap().as_str()), (Some(2), "as before"), "{run}");
        run.stderr
    };
    assert_snapshot!(run(&["--region=me-south-1"]), @"
    error: no price book was written: AWSSecretsManager `API Request` in me-south-1: AWS names no product
    help: leave this Region out by naming the others with `--region`, or write the file by hand
    ");
    assert_snapshot!(run(&["--region=sa-east-1"]), @"
    error: no price book was written: awskms `Encryption Key` in sa-east-1: AWS names 2 prices for it
    help: leave this Region out by naming the others with `--region`, or write the file by hand
    ");
    assert_snapshot!(run(&["--region=af-south-1"]), @"
    error: no price book was written: AWSSecretsManager `API Request` in af-south-1: `five` is no number
    help: AWS answers with something that this version does not understand: write the file by hand
    ");
    assert_snapshot!(run(&["--region=cn-north-1"]), @"
    error: `cn-north-1` is not in the partition `aws`
    help: name its Regions only, or another `--partition`
    ");
    session.faults(&json!([{ "operation": "GetProducts", "action": "deny" }]));
    let refused = run(&["--region=eu-west-1"]);
    assert!(
        refused.starts_with(
            "error: no price book was written: AWSSecretsManager `Secret` in eu-west-1: AccessDenied"
        ),
        "{refused}"
    );
    let files: Vec<_> = fs::read_dir(here.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "no half is left behind");
}
