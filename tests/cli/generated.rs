//! Files that are generated from the program must be what the program generates today.
//!
//! `UPDATE_GENERATED=1 cargo test generated` writes them anew.

use std::fs;
use std::path::Path;

use crate::support::Command;

/// Compares a file of the checkout with what the program prints, or writes it.
fn assert_fresh(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{file} is stale: write it anew with `UPDATE_GENERATED=1 cargo test generated`");
}

#[test]
fn documents_and_schemas_are_fresh() {
    let files = [
        ("rules", "docs/rules.md"),
        ("help", "docs/help.txt"),
        ("columns", "docs/columns.md"),
        ("report-schema", "reports/schema/report.schema.json"),
        ("ndjson-schema", "reports/schema/ndjson.schema.json"),
        ("rule-schema", "reports/schema/rule.schema.json"),
        ("config-schema", "reports/schema/config.schema.json"),
        ("who-can-schema", "reports/schema/who-can.schema.json"),
        ("why-schema", "reports/schema/why.schema.json"),
        ("reach-schema", "reports/schema/reach.schema.json"),
        ("reads-schema", "reports/schema/reads.schema.json"),
        ("cost-schema", "reports/schema/cost.schema.json"),
        ("diff-schema", "reports/schema/diff.schema.json"),
        ("trend-schema", "reports/schema/trend.schema.json"),
        ("frameworks-schema", "reports/schema/frameworks.schema.json"),
    ];
    for (name, file) in files {
        let run = Command::new(["generated", name]).run();
        assert_eq!(run.code, Some(0), "{run}");
        assert_fresh(file, &run.stdout);
    }
}

#[test]
fn sample_reports_are_what_the_sample_gives() {
    let files = [
        ("terminal", "reports/sample.txt"),
        ("html", "reports/sample.html"),
        ("json", "reports/sample.json"),
        ("ndjson", "reports/sample.ndjson"),
        ("csv", "reports/sample.csv"),
        ("ocsf", "reports/sample.ocsf.ndjson"),
        ("asff", "reports/sample.asff.json"),
        ("openmetrics", "reports/sample.prom"),
        ("concise", "reports/sample.concise.txt"),
        ("github", "reports/sample.github.txt"),
        ("gitlab", "reports/sample.gitlab.json"),
        ("junit", "reports/sample.junit.xml"),
        ("markdown", "reports/sample.md"),
        ("sarif", "reports/sample.sarif"),
    ];
    for (format, file) in files {
        let run = Command::new(["audit", "--sample", "--format", format]).run();
        assert_eq!(run.code, Some(1), "{run}");
        assert_fresh(file, &run.stdout);
    }
}

#[test]
fn sample_costs_are_what_the_sample_costs() {
    for (format, ending) in [("terminal", "txt"), ("json", "json"), ("csv", "csv")] {
        let run = Command::new(["cost", "--sample", "--format", format]).run();
        assert_eq!(run.code, Some(0), "{run}");
        assert_fresh(&format!("reports/sample-cost.{ending}"), &run.stdout);
    }
}

#[test]
fn sample_answers_are_what_the_sample_gives() {
    let secret = "eu-west-1:111122223333:secret:prod/payments/db";
    let answers = [
        ("who-can", &["who-can", secret][..]),
        ("why", &["why", "report-exporter", secret]),
        ("reach", &["reach", "payments-app"]),
        ("reads", &["reads", secret]),
        ("frameworks", &["frameworks", "show", "aws-fsbp"]),
    ];
    for (verb, arguments) in answers {
        for (format, ending) in [("terminal", "txt"), ("json", "json")] {
            let run = Command::new(arguments).args(["--sample", "--format", format]).run();
            assert_eq!(run.code, Some(0), "{run}");
            assert_fresh(&format!("reports/sample-{verb}.{ending}"), &run.stdout);
        }
    }
}
