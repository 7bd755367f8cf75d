//! Histories: audits that are kept, compared and drawn.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;

use crate::support::{Command, Run, files_below, folder, sample, write};
use crate::world::{World, change, days_ago, secret, version};

const FEW: [&str; 4] = ["--only", "stale-value", "--only", "root-read"];

/// Keeps an audit of the sample as of a day.
fn keep(history: &Path, as_of: &str, more: &[&str]) -> Run {
    let run = Command::new(["audit", "--sample", "--fail-on", "never", "--as-of", as_of, "--history"]);
    run.arg(history).args(more).run()
}

/// A history of three audits under a few rules.
fn three() -> (TempDir, PathBuf) {
    let folder = folder();
    let history = folder.path().join("history");
    for as_of in ["2026-10-18", "2026-10-25", "2026-11-01"] {
        let run = keep(&history, as_of, &FEW);
        assert_eq!(run.code, Some(0), "{run}");
    }
    (folder, history)
}

fn trend(history: &Path, more: &[&str]) -> Run {
    Command::new(["trend", "--history"]).arg(history).args(more).run()
}

fn diff(history: &Path, more: &[&str]) -> Run {
    Command::new(["diff"]).args(more).arg("--history").arg(history).run()
}

fn names(history: &Path) -> String {
    let files = files_below(history);
    let names = files.iter().map(|(path, _)| path.strip_prefix(history).unwrap().display().to_string());
    names.collect::<Vec<_>>().join("\n")
}

#[test]
fn an_audit_lies_under_its_day_and_instant() {
    let folder = folder();
    let history = folder.path().join("history");
    keep(&history, "2026-11-01T06:00:00Z", &FEW);
    insta::assert_snapshot!(names(&history), @"
    date=2026-11-01/audit=20261101T060000Z/account=111122223333/findings.parquet
    date=2026-11-01/audit=20261101T060000Z/account=444455556666/findings.parquet
    date=2026-11-01/audit=20261101T060000Z/account=777788889999/findings.parquet
    date=2026-11-01/audit=20261101T060000Z/report.json.gz
    date=2026-11-01/audit=20261101T060000Z/summary.json
    history.json
    ");
    for (path, _) in files_below(&history) {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{}", path.display());
        let folder = fs::metadata(path.parent().unwrap()).unwrap();
        assert_eq!(folder.permissions().mode() & 0o077, 0, "{}", path.display());
    }
    let summary = history.join("date=2026-11-01/audit=20261101T060000Z/summary.json");
    insta::assert_snapshot!(fs::read_to_string(summary).unwrap(), @r#"
    {
      "version": 1,
      "as_of": "2026-11-01T06:00:00Z",
      "tool_version": "0.1.0",
      "rules_digest": "868a4ac42d36f88d",
      "rules": 2,
      "selection": [],
      "currency": "USD",
      "monthly_total": "41.16",
      "accounts": {
        "111122223333": {
          "secrets": 51,
          "regions": [
            "ap-southeast-2",
            "eu-west-1",
            "us-east-1"
          ],
          "failures": {
            "high": 8
          },
          "unknown": 1,
          "excepted": 0,
          "monthly_cost": "19.20"
        },
        "444455556666": {
          "secrets": 16,
          "regions": [
            "ap-southeast-2",
            "eu-west-1",
            "us-east-1"
          ],
          "failures": {
            "high": 1
          },
          "unknown": 3,
          "excepted": 0,
          "monthly_cost": "6.40"
        },
        "777788889999": {
          "secrets": 6,
          "regions": [
            "eu-west-1"
          ],
          "failures": {
            "high": 2
          },
          "unknown": 0,
          "excepted": 0,
          "monthly_cost": "2.40"
        }
      }
    }
    "#);
}

#[test]
fn the_same_instant_again_takes_the_place_of_the_first() {
    let folder = folder();
    let history = folder.path().join("history");
    keep(&history, "2026-11-01T06:00:00Z", &FEW);
    let once = files_below(&history);
    keep(&history, "2026-11-01T06:00:00Z", &FEW);
    assert!(once == files_below(&history), "the same audit gives the same bytes");
    keep(&history, "2026-11-01T06:00:00Z", &["--only", "root-read"]);
    assert_eq!(names(&history).lines().count(), once.len());
    assert!(once != files_below(&history));
}

#[test]
fn what_is_kept_is_small() {
    let folder = folder();
    let history = folder.path().join("history");
    keep(&history, "2026-11-01T06:00:00Z", &[]);
    let bytes: usize = files_below(&history).iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(bytes < 120_000, "{bytes} bytes for 379 findings");
}

#[test]
fn a_trend_has_a_line_for_each_day() {
    let (_folder, history) = three();
    insta::assert_snapshot!(trend(&history, &[]), @"
    exit: 0
    -- stdout --
    3 audits, 2026-10-18 to 2026-11-01

    critical           0 to 0  ▁▁▁
    high             11 to 11  ▁▁▁
    medium             0 to 0  ▁▁▁
    low                0 to 0  ▁▁▁
    info               0 to 0  ▁▁▁
    unknown          10 to 10  ▁▁▁
    secrets          73 to 73  ▁▁▁

                secrets crit  high medium   low  info unknown USD/month failures
    2026-10-18       73    0    11      0     0     0      10     41.16 ████████████
    2026-10-25       73    0    11      0     0     0      10     41.16 ████████████
    2026-11-01       73    0    11      0     0     0      10     41.16 ████████████
    ");
    insta::assert_snapshot!(trend(&history, &["--account", "777788889999", "--since", "2026-10-25"]), @"
    exit: 0
    -- stdout --
    2 audits of 777788889999, 2026-10-25 to 2026-11-01

    critical           0 to 0  ▁▁
    high               2 to 2  ▁▁
    medium             0 to 0  ▁▁
    low                0 to 0  ▁▁
    info               0 to 0  ▁▁
    unknown            1 to 1  ▁▁
    secrets            6 to 6  ▁▁

                secrets crit  high medium   low  info unknown USD/month failures
    2026-10-25        6    0     2      0     0     0       1      2.40 ████████████
    2026-11-01        6    0     2      0     0     0       1      2.40 ████████████
    costs are those of the secrets and replicas, without keys
    ");
    let json = trend(&history, &["--format", "json"]).json();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json["audits"][2]).unwrap(), @r#"
    {
      "accounts": 3,
      "as_of": "2026-11-01T00:00:00Z",
      "excepted": 0,
      "failures": {
        "high": 11
      },
      "monthly_cost": "41.16",
      "other_scope": false,
      "secrets": 73,
      "unknown": 10
    }
    "#);
}

#[test]
fn a_trend_marks_what_does_not_compare() {
    let (_folder, history) = three();
    keep(&history, "2026-11-08", &["--only", "stale-value"]);
    keep(&history, "2026-11-08T06:00:00Z", &["--only", "stale-value"]);
    let run = trend(&history, &["--since", "2026-11-01"]);
    insta::assert_snapshot!(run, @"
    exit: 0
    -- stdout --
    2 audits, 2026-11-01 to 2026-11-08

    critical           0 to 0  ▁▁
    high             11 to 12  ▁█
    medium             0 to 0  ▁▁
    low                0 to 0  ▁▁
    info               0 to 0  ▁▁
    unknown           10 to 2  █▁
    secrets          73 to 73  ▁▁

                secrets crit  high medium   low  info unknown USD/month failures
    2026-11-01       73    0    11      0     0     0      10     41.16 ███████████
    2026-11-08*      73    0    12      0     0     0       2     41.16 ████████████

    * other accounts, Regions, rules or secrets than in the line above, so the two
      do not compare
    ");
}

#[test]
fn trends_fit_the_page() {
    let (_folder, history) = three();
    for columns in [80, 100, 200] {
        let run =
            Command::new(["trend", "--history"]).arg(&history).env("COLUMNS", columns.to_string()).run();
        let long: Vec<&str> = run.stdout.lines().filter(|line| line.chars().count() > columns).collect();
        assert!(long.is_empty(), "{columns}: {long:#?}");
    }
}

#[test]
fn a_trend_of_what_is_not_there() {
    let (folder, history) = three();
    insta::assert_snapshot!(trend(&history, &["--account", "123456789012"]), @"
    exit: 2
    -- stderr --
    error: no audit in `[dir]/history` knows the account `123456789012`
    help: there are 111122223333, 444455556666, 777788889999
    ");
    insta::assert_snapshot!(trend(&history, &["--since", "2027-01-01"]), @"
    exit: 0
    -- stdout --
    no audit to draw
    ");
    insta::assert_snapshot!(trend(&folder.path().join("nowhere"), &[]), @"
    exit: 2
    -- stderr --
    error: there is no history in `[dir]/nowhere`
    help: keep audits with `secrets-auditor audit --history DIR`
    ");
    insta::assert_snapshot!(Command::new(["trend"]).run(), @"
    exit: 2
    -- stderr --
    error: a trend needs a history
    help: name its folder with `--history DIR`, or `history: DIR` in the settings
    ");
}

/// Everything that can be wrong with a folder is told before anything is audited.
#[test]
fn folders_that_are_no_history() {
    let folder = folder();
    let file = folder.path().join("file");
    write(&file, "");
    insta::assert_snapshot!(keep(&file, "2026-11-01", &FEW), @"
    exit: 2
    -- stderr --
    error: `[dir]/file` is no folder
    help: name a folder; it is made where it is absent
    ");
    let other = folder.path().join("other");
    write(other.join("notes.txt"), "");
    insta::assert_snapshot!(keep(&other, "2026-11-01", &FEW), @"
    exit: 2
    -- stderr --
    error: `[dir]/other` is no history: it holds other files and no history.json
    help: name a folder of its own, which is made where it is absent
    ");
    assert_eq!(names(&other), "notes.txt");
    let newer = folder.path().join("newer");
    write(newer.join("history.json"), "{ \"version\": 2 }");
    insta::assert_snapshot!(keep(&newer, "2026-11-01", &FEW), @"
    exit: 2
    -- stderr --
    error: `[dir]/newer/history.json` has history version 2, this program reads up to 1
    help: use the version of secrets-auditor that wrote it, or a newer one
    ");
    insta::assert_snapshot!(trend(&newer, &[]), @"
    exit: 2
    -- stderr --
    error: `[dir]/newer/history.json` has history version 2, this program reads up to 1
    help: use the version of secrets-auditor that wrote it, or a newer one
    ");
    let torn = folder.path().join("torn");
    write(torn.join("history.json"), "{ \"vers");
    insta::assert_snapshot!(keep(&torn, "2026-11-01", &FEW), @r#"
    exit: 2
    -- stderr --
    error: `[dir]/torn/history.json` is no history: it ends in the middle, at line 1, column 7
    help: write `{ "version": 1 }` into it: the audits beside it do not depend on it
    "#);
    // Nobody may write below /proc, not even root; for others the reason is another one.
    let run = keep(Path::new("/proc/history"), "2026-11-01", &FEW);
    assert_eq!(run.code, Some(2), "{run}");
    assert!(run.stderr.starts_with("error: cannot write `/proc/history`: "), "{run}");
}

#[test]
fn a_disk_that_fills_up_leaves_the_older_audit() {
    let folder = folder();
    let history = folder.path().join("history");
    keep(&history, "2026-11-01T06:00:00Z", &FEW);
    let before = files_below(&history);
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$PROGRAM\" audit --sample --fail-on never --history \"$DIR\" >/dev/null";
    let run = Command::shell(script).env("DIR", &history).run();
    insta::assert_snapshot!(run, @"
    exit: 2
    -- stderr --
    error: cannot write `[dir]/history/date=2026-11-01/audit=20261101T060000Z`: file too large
    help: check that the folder is writable and that the disk has room
    ");
    assert!(before == files_below(&history), "{}", names(&history));
}

/// An audit that was stopped, or spoilt afterwards, is named, and the others are read.
#[test]
fn half_an_audit_is_left_out_and_named() {
    let (_folder, history) = three();
    let audit = |day: &str| history.join(format!("date={day}/audit={}T000000Z", day.replace('-', "")));
    fs::create_dir(history.join(".partial-20261108T000000Z-AbCdEf")).unwrap();
    write(audit("2026-10-18").join("summary.json"), "{ \"version\": 1,");
    fs::remove_file(audit("2026-10-25").join("summary.json")).unwrap();
    let run = trend(&history, &[]);
    insta::assert_snapshot!(run, @"
    exit: 0
    -- stdout --
    1 audit, 2026-11-01 to 2026-11-01

    critical           0 to 0  ▁
    high             11 to 11  ▁
    medium             0 to 0  ▁
    low                0 to 0  ▁
    info               0 to 0  ▁
    unknown          10 to 10  ▁
    secrets          73 to 73  ▁

                secrets crit  high medium   low  info unknown USD/month failures
    2026-11-01       73    0    11      0     0     0      10     41.16 ████████████
    -- stderr --
    left out: `[dir]/history/.partial-20261108T000000Z-AbCdEf` was left by an audit that was stopped; remove it if none is running
    left out: `[dir]/history/date=2026-10-18/audit=20261018T000000Z/summary.json` is no summary of an audit: it ends in the middle, at line 1, column 15
    left out: cannot read `[dir]/history/date=2026-10-25/audit=20261025T000000Z/summary.json`: no such file or directory
    ");
    fs::remove_dir_all(audit("2026-10-18")).unwrap();
    fs::remove_dir_all(audit("2026-10-25")).unwrap();
    let report = audit("2026-11-01").join("report.json.gz");
    let whole = fs::read(&report).unwrap();
    fs::write(&report, &whole[..whole.len() / 2]).unwrap();
    insta::assert_snapshot!(diff(&history, &["2026-11-01", "2026-11-01"]), @"
    exit: 2
    -- stderr --
    left out: `[dir]/history/.partial-20261108T000000Z-AbCdEf` was left by an audit that was stopped; remove it if none is running
    error: `[dir]/history/date=2026-11-01/audit=20261101T000000Z/report.json.gz` is no report of an audit: its compression is torn
    help: remove the folder of this audit; the others do not depend on it
    ");
    fs::remove_file(&report).unwrap();
    insta::assert_snapshot!(diff(&history, &["2026-11-01", "2026-11-01"]), @"
    exit: 2
    -- stderr --
    left out: `[dir]/history/.partial-20261108T000000Z-AbCdEf` was left by an audit that was stopped; remove it if none is running
    error: cannot read `[dir]/history/date=2026-11-01/audit=20261101T000000Z/report.json.gz`: no such file or directory
    help: check that the file exists and that you may read it
    ");
    write(audit("2026-11-01").join("summary.json"), "{ \"version\": 7 }");
    insta::assert_snapshot!(trend(&history, &[]), @"
    exit: 2
    -- stderr --
    error: `[dir]/history/date=2026-11-01/audit=20261101T000000Z/summary.json` has summary version 7, this program reads up to 1
    help: use the version of secrets-auditor that wrote it, or a newer one
    ");
}

/// A run that was killed between two renames is mended by the next one.
#[test]
fn a_replacement_that_was_stopped_is_undone() {
    let (_folder, history) = three();
    let audit = history.join("date=2026-10-25/audit=20261025T000000Z");
    fs::rename(&audit, history.join(".replaced-20261025T000000Z")).unwrap();
    keep(&history, "2026-11-08", &FEW);
    assert!(audit.join("summary.json").exists(), "{}", names(&history));
}

#[test]
fn a_history_behind_a_link_is_a_history() {
    let (folder, history) = three();
    let link = folder.path().join("link");
    symlink(&history, &link).unwrap();
    assert_eq!(keep(&link, "2026-11-08", &FEW).code, Some(0));
    assert_eq!(trend(&history, &["--format", "json"]).json()["audits"].as_array().unwrap().len(), 4);
}

#[test]
fn the_settings_name_a_history() {
    let folder = folder();
    let settings = folder.path().join("secrets-auditor.yaml");
    write(&settings, "history: audits\n");
    let config = settings.to_str().unwrap();
    let run = sample(["--fail-on", "never", "--config", config, FEW[0], FEW[1]]);
    assert_eq!(run.code, Some(0), "{run}");
    let run = Command::new(["trend", "--config", config, "--format", "json"]).run();
    assert_eq!(run.json()["audits"].as_array().unwrap().len(), 1);
}

/// DuckDB reads the findings of all audits as one table, with day, instant and account from the folders.
#[test]
fn duckdb_reads_a_history() {
    let (_folder, history) = three();
    let script = "import duckdb, sys
source = f\"read_parquet('{sys.argv[1]}/*/*/*/*.parquet', hive_partitioning=true)\"
query = f'''SELECT date, audit, account_id, rule, verdict, excepted, gates, baseline, count(*), sum(monthly_cost)
            FROM {source} GROUP BY ALL ORDER BY ALL'''
for row in duckdb.sql(query).fetchall(): print(*row)
for name, kind, *_ in duckdb.sql(f'DESCRIBE SELECT * FROM {source}').fetchall(): print(name, kind)";
    let output =
        std::process::Command::new(crate::aws::python()).args(["-c", script]).arg(&history).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap(), @"
    2026-10-18 20261018T000000Z 111122223333 root-read unknown False False None 3 None
    2026-10-18 20261018T000000Z 111122223333 stale-value fail False False None 8 3.2000
    2026-10-18 20261018T000000Z 111122223333 stale-value unknown False False None 1 0.4000
    2026-10-18 20261018T000000Z 444455556666 root-read unknown False False None 4 None
    2026-10-18 20261018T000000Z 444455556666 stale-value fail False False None 1 0.4000
    2026-10-18 20261018T000000Z 444455556666 stale-value unknown False False None 1 None
    2026-10-18 20261018T000000Z 777788889999 root-read fail False False None 1 0.4000
    2026-10-18 20261018T000000Z 777788889999 root-read unknown False False None 1 None
    2026-10-18 20261018T000000Z 777788889999 stale-value fail False False None 1 0.4000
    2026-10-25 20261025T000000Z 111122223333 root-read unknown False False None 3 None
    2026-10-25 20261025T000000Z 111122223333 stale-value fail False False None 8 3.2000
    2026-10-25 20261025T000000Z 111122223333 stale-value unknown False False None 1 0.4000
    2026-10-25 20261025T000000Z 444455556666 root-read unknown False False None 4 None
    2026-10-25 20261025T000000Z 444455556666 stale-value fail False False None 1 0.4000
    2026-10-25 20261025T000000Z 444455556666 stale-value unknown False False None 1 None
    2026-10-25 20261025T000000Z 777788889999 root-read fail False False None 1 0.4000
    2026-10-25 20261025T000000Z 777788889999 root-read unknown False False None 1 None
    2026-10-25 20261025T000000Z 777788889999 stale-value fail False False None 1 0.4000
    2026-11-01 20261101T000000Z 111122223333 root-read unknown False False None 3 None
    2026-11-01 20261101T000000Z 111122223333 stale-value fail False False None 8 3.2000
    2026-11-01 20261101T000000Z 111122223333 stale-value unknown False False None 1 0.4000
    2026-11-01 20261101T000000Z 444455556666 root-read unknown False False None 4 None
    2026-11-01 20261101T000000Z 444455556666 stale-value fail False False None 1 0.4000
    2026-11-01 20261101T000000Z 444455556666 stale-value unknown False False None 1 None
    2026-11-01 20261101T000000Z 777788889999 root-read fail False False None 1 0.4000
    2026-11-01 20261101T000000Z 777788889999 root-read unknown False False None 1 None
    2026-11-01 20261101T000000Z 777788889999 stale-value fail False False None 1 0.4000
    rule VARCHAR
    title VARCHAR
    topic VARCHAR
    severity VARCHAR
    verdict VARCHAR
    confidence VARCHAR
    resource_type VARCHAR
    arn VARCHAR
    name VARCHAR
    second_key VARCHAR
    account_id VARCHAR
    region_code VARCHAR
    owner VARCHAR
    environment VARCHAR
    message VARCHAR
    fingerprint VARCHAR
    excepted BOOLEAN
    excepted_until DATE
    excepted_by VARCHAR
    excepted_reason VARCHAR
    excepted_ticket VARCHAR
    baseline VARCHAR
    gates BOOLEAN
    implied_by VARCHAR
    reach BIGINT
    monthly_cost DECIMAL(18,4)
    first_seen TIMESTAMP WITH TIME ZONE
    as_of TIMESTAMP WITH TIME ZONE
    evidence VARCHAR
    missing_evidence VARCHAR
    account BIGINT
    audit VARCHAR
    date DATE
    ");
}

/// Two snapshots of one account, a week apart.
fn two_weeks() -> (TempDir, PathBuf, PathBuf) {
    let folder = folder();
    let (before, after) = (folder.path().join("before"), folder.path().join("after"));
    let names = ["stays", "mended", "deleted", "worse"];
    let mut world = World::with(names.map(secret));
    for versions in &mut world.home().versions.records {
        versions.versions = vec![version("AWSCURRENT", 200)];
    }
    world.write(&before);
    let home = world.home();
    home.secrets.records.retain(|secret| secret.name != "deleted");
    home.versions.records.retain(|versions| !versions.arn.contains("deleted"));
    home.policies.records.retain(|policy| !policy.arn.contains("deleted"));
    home.versions.records[1].versions = vec![version("AWSCURRENT", 1)];
    let arn = |name: &str| crate::world::arn(crate::world::HOME, name);
    let by_hand = secrets_auditor::snapshot::records::LifecycleEvent {
        console: true,
        session: "kim.vos".to_owned(),
        ..change("PutSecretValue", &arn("mended"), "arn:aws:iam::111122223333:role/deploy", 1)
    };
    let gone = change("DeleteSecret", &arn("deleted"), "arn:aws:iam::111122223333:user/mallory", 2);
    let long_ago = change("PutSecretValue", &arn("mended"), "arn:aws:iam::111122223333:role/old", 30);
    home.lifecycle.records = vec![long_ago, gone, by_hand];
    world.add(crate::world::HOME, secret("added"));
    world.write(&after);
    (folder, before, after)
}

/// A report of a snapshot as of some days ago.
fn report(folder: &Path, snapshot: &Path, name: &str, days: i64, more: &[&str]) -> PathBuf {
    let file = folder.join(name);
    let output = format!("json={}", file.display());
    let as_of = days_ago(days).to_string();
    let run = Command::new([
        "audit",
        "--fail-on",
        "never",
        "--only",
        "stale-value",
        "--output",
        &output,
        "--as-of",
        &as_of,
    ])
    .arg("--snapshot")
    .arg(snapshot)
    .args(more)
    .run();
    assert_eq!(run.code, Some(0), "{run}");
    file
}

#[test]
fn a_diff_says_what_changed_and_who_changed_it() {
    let (folder, before, after) = two_weeks();
    let before = report(folder.path(), &before, "before.json", 7, &[]);
    let after = report(folder.path(), &after, "after.json", 0, &[]);
    let run = Command::new(["diff"]).arg(&before).arg(&after).run();
    insta::assert_snapshot!(run, @"
    exit: 0
    -- stdout --
    before     [dir]/before.json
               as of 2026-10-25, 4 secrets, 1 account, 1 rule
    after      [dir]/after.json
               as of 2026-11-01, 4 secrets, 1 account, 1 rule

    new: 1
      high[stale-value] added
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:added-AbCdEf
        current value is 400 days old, allowed are 90

    fixed: 2
      high[stale-value] deleted
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:deleted-AbCdEf
        current value is 193 days old, allowed are 90
        by trail   2026-10-30 05:00 DeleteSecret by
                   arn:aws:iam::111122223333:user/mallory
      high[stale-value] mended
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:mended-AbCdEf
        current value is 193 days old, allowed are 90
        by trail   2026-10-31 05:00 PutSecretValue by
                   arn:aws:iam::111122223333:role/deploy (kim.vos), in the console

    1 new, 0 changed, 2 fixed, 0 not comparable, 2 still there
    ");
    let json = Command::new(["diff", "--format", "json"]).arg(&before).arg(&after).run().json();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json["fixed"][1]).unwrap(), @r#"
    {
      "account": "111122223333",
      "arn": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:mended-AbCdEf",
      "changes": [
        {
          "account": "111122223333",
          "console": true,
          "event": "PutSecretValue",
          "outcome": "allowed",
          "principal": "arn:aws:iam::111122223333:role/deploy",
          "region": "eu-west-1",
          "secret": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:mended-AbCdEf",
          "session": "kim.vos",
          "time": "2026-10-31T05:00:00Z"
        }
      ],
      "fingerprint": "29a9967f7a94f7d7",
      "message": "current value is 193 days old, allowed are 90",
      "name": "mended",
      "region": "eu-west-1",
      "rule": "stale-value",
      "severity": "high",
      "verdict": "fail",
      "worse": false
    }
    "#);
    let code =
        |before: &Path, after: &Path| Command::new(["diff", "--exit-code"]).arg(before).arg(after).run().code;
    assert_eq!((code(&before, &after), code(&before, &before)), (Some(1), Some(0)));
}

/// Settings that accept some of the values that are too old.
fn accepting(folder: &Path, name: &str, scopes: &[(&str, &str)]) -> String {
    let exceptions = scopes.iter().map(|(scope, expires)| {
        format!(
            "  - {{ rule: stale-value, scope: {scope}, reason: the vendor is slow, owner: erp, expires: {expires}, added: \
             2026-10-01 }}\n"
        )
    });
    let file = folder.join(name);
    write(&file, format!("exceptions:\n{}", exceptions.collect::<String>()));
    file.display().to_string()
}

#[test]
fn what_is_accepted_is_no_worse_and_what_is_no_longer_is() {
    let (folder, before, after) = two_weeks();
    let accepting = |name, scopes: &[(&str, &str)]| accepting(folder.path(), name, scopes);
    let ends = accepting("ends.yaml", &[("stays", "2026-10-28")]);
    let all = ["added", "stays", "worse"].map(|scope| (scope, "2027-01-31"));
    let begins = accepting("begins.yaml", &all);
    let first = report(folder.path(), &before, "first.json", 7, &["--config", &ends]);
    let second = report(folder.path(), &after, "second.json", 0, &["--config", &ends]);
    let third = report(folder.path(), &after, "third.json", 0, &["--config", &begins]);
    let diff =
        |before: &Path, after: &Path| Command::new(["diff", "--exit-code"]).arg(before).arg(after).run();
    insta::assert_snapshot!(diff(&first, &second), @"
    exit: 1
    -- stdout --
    before     [dir]/first.json
               as of 2026-10-25, 4 secrets, 1 account, 1 rule
    after      [dir]/second.json
               as of 2026-11-01, 4 secrets, 1 account, 1 rule

    new: 1
      high[stale-value] added
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:added-AbCdEf
        current value is 400 days old, allowed are 90

    changed: 1
      high[stale-value] stays (worse)
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:stays-AbCdEf
        its acceptance ended: until 2026-10-28, by erp
        current value is 200 days old, allowed are 90

    fixed: 2
      high[stale-value] deleted
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:deleted-AbCdEf
        current value is 193 days old, allowed are 90
        by trail   2026-10-30 05:00 DeleteSecret by
                   arn:aws:iam::111122223333:user/mallory
      high[stale-value] mended
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:mended-AbCdEf
        current value is 193 days old, allowed are 90
        by trail   2026-10-31 05:00 PutSecretValue by
                   arn:aws:iam::111122223333:role/deploy (kim.vos), in the console

    1 new, 1 changed (1 for the worse), 2 fixed, 0 not comparable, 1 still there
    ");
    insta::assert_snapshot!(diff(&second, &third), @"
    exit: 0
    -- stdout --
    before     [dir]/second.json
               as of 2026-11-01, 4 secrets, 1 account, 1 rule
    after      [dir]/third.json
               as of 2026-11-01, 4 secrets, 1 account, 1 rule

    changed: 3
      high[stale-value] added (accepted until 2027-01-31)
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:added-AbCdEf
        was not accepted
        current value is 400 days old, allowed are 90
      high[stale-value] stays (accepted until 2027-01-31)
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:stays-AbCdEf
        was not accepted
        current value is 200 days old, allowed are 90
      high[stale-value] worse (accepted until 2027-01-31)
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:worse-AbCdEf
        was not accepted
        current value is 200 days old, allowed are 90

    0 new, 3 changed, 0 fixed, 0 not comparable, 0 still there
    ");
    insta::assert_snapshot!(diff(&first, &third), @"
    exit: 0
    -- stdout --
    before     [dir]/first.json
               as of 2026-10-25, 4 secrets, 1 account, 1 rule
    after      [dir]/third.json
               as of 2026-11-01, 4 secrets, 1 account, 1 rule

    new: 1
      high[stale-value] added (accepted until 2027-01-31)
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:added-AbCdEf
        current value is 400 days old, allowed are 90

    changed: 1
      high[stale-value] worse (accepted until 2027-01-31)
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:worse-AbCdEf
        was not accepted
        current value is 200 days old, allowed are 90

    fixed: 2
      high[stale-value] deleted
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:deleted-AbCdEf
        current value is 193 days old, allowed are 90
        by trail   2026-10-30 05:00 DeleteSecret by
                   arn:aws:iam::111122223333:user/mallory
      high[stale-value] mended
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:mended-AbCdEf
        current value is 193 days old, allowed are 90
        by trail   2026-10-31 05:00 PutSecretValue by
                   arn:aws:iam::111122223333:role/deploy (kim.vos), in the console

    1 new (1 accepted), 1 changed, 2 fixed, 0 not comparable, 1 still there
    ");
    let json = |after: &Path| Command::new(["diff", "--format", "json"]).arg(&first).arg(after).run().json();
    assert_eq!(json(&third)["new"][0]["exception"]["owner"], "erp");
    let ended = &json(&second)["changed"][0];
    assert_eq!(ended["before"]["exception"]["expires"], "2026-10-28");
    assert_eq!((ended.get("exception"), &ended["worse"]), (None, &true.into()));
}

#[test]
fn a_diff_of_snapshots_judges_both_alike() {
    let (_folder, before, after) = two_weeks();
    let run = Command::new(["diff", "--only", "stale-value"]).arg(&before).arg(&after).run();
    insta::assert_snapshot!(run, @"
    exit: 0
    -- stdout --
    before     [dir]/before
               as of 2026-11-01, 4 secrets, 1 account, 1 rule
    after      [dir]/after
               as of 2026-11-01, 4 secrets, 1 account, 1 rule

    new: 1
      high[stale-value] added
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:added-AbCdEf
        current value is 400 days old, allowed are 90

    fixed: 2
      high[stale-value] deleted
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:deleted-AbCdEf
        current value is 200 days old, allowed are 90
      high[stale-value] mended
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:mended-AbCdEf
        current value is 200 days old, allowed are 90

    1 new, 0 changed, 2 fixed, 0 not comparable, 2 still there
    ");
}

#[test]
fn a_diff_tells_severity_and_limits() {
    let (folder, before, _) = two_weeks();
    let first = report(folder.path(), &before, "first.json", 7, &[]);
    let second = report(folder.path(), &before, "second.json", 0, &["--set", "stale-value.max_age_days=60"]);
    let third = report(folder.path(), &before, "third.json", 0, &["--set", "stale-value.severity=critical"]);
    insta::assert_snapshot!(Command::new(["diff"]).arg(&first).arg(&second).run(), @"
    exit: 0
    -- stdout --
    before     [dir]/first.json
               as of 2026-10-25, 4 secrets, 1 account, 1 rule
    after      [dir]/second.json
               as of 2026-11-01, 4 secrets, 1 account, 1 rule
    note       the two were judged by other rules, parameters or severities

    changed: 4
      high[stale-value] deleted
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:deleted-AbCdEf
        before: current value is 193 days old, allowed are 90
        current value is 200 days old, allowed are 60
      high[stale-value] mended
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:mended-AbCdEf
        before: current value is 193 days old, allowed are 90
        current value is 200 days old, allowed are 60
      high[stale-value] stays
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:stays-AbCdEf
        before: current value is 193 days old, allowed are 90
        current value is 200 days old, allowed are 60
      high[stale-value] worse
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:worse-AbCdEf
        before: current value is 193 days old, allowed are 90
        current value is 200 days old, allowed are 60

    0 new, 4 changed, 0 fixed, 0 not comparable, 0 still there
    ");
    let run = Command::new(["diff", "--exit-code"]).arg(&first).arg(&third).run();
    assert_eq!(run.code, Some(1), "{run}");
    insta::assert_snapshot!(run.stdout.lines().skip(4).take(6).collect::<Vec<_>>().join("\n"), @"
    note       the two were judged by other rules, parameters or severities

    changed: 4
      critical[stale-value] deleted (worse)
        arn:aws:secretsmanager:eu-west-1:111122223333:secret:deleted-AbCdEf
        was high
    ");
}

#[test]
fn what_one_audit_did_not_look_at_is_not_comparable() {
    let (_folder, history) = three();
    keep(&history, "2026-11-08", &["--only", "stale-value", "--select", "prod/*"]);
    insta::assert_snapshot!(diff(&history, &["2026-11-01", "2026-11-08"]), @"
    exit: 0
    -- stdout --
    before     2026-11-01
               as of 2026-11-01, 73 secrets, 3 accounts, 2 rules
    after      2026-11-08
               as of 2026-11-08, 48 secrets, 3 accounts, 1 rule
    note       the two were judged by other rules, parameters or severities

    not comparable: 11
      the later audit ran without the rule
        high[root-read] tidewater_erp_login by root
        unknown[root-read] every read in 111122223333 ap-southeast-2, every read in
          111122223333 eu-west-1, every read in 111122223333 us-east-1, every read
          in 444455556666 ap-southeast-2, every read in 444455556666 eu-central-1,
          every read in 444455556666 eu-west-1, every read in 444455556666
          us-east-1, every read in 777788889999 eu-west-1
      the later audit was narrowed to prod/*
        high[stale-value] staging/search/opensearch-master, tidewater_erp_login

    0 new, 0 changed, 0 fixed, 11 not comparable, 10 still there
    ");
    assert_eq!(diff(&history, &["2026-11-01", "2026-11-08", "--exit-code"]).code, Some(0));
}

#[test]
fn bad_sides_of_a_diff() {
    let (folder, history) = three();
    insta::assert_snapshot!(diff(&history, &["2026-11-01", "2026-11-09"]), @"
    exit: 2
    -- stderr --
    error: the history in `[dir]/history` has no audit of `2026-11-09`
    help: the nearest day with an audit is 2026-11-01
    ");
    insta::assert_snapshot!(Command::new(["diff", "2026-11-01", "2026-11-08"]).run(), @"
    exit: 2
    -- stderr --
    error: there is no report `2026-11-01`, and a date needs a history
    help: name the folder of the history with `--history DIR`
    ");
    let file = folder.path().join("report.json");
    let with = |text: &str| {
        write(&file, text);
        diff(&history, &["2026-11-01", file.to_str().unwrap()])
    };
    insta::assert_snapshot!(diff(&history, &["2026-11-01", file.to_str().unwrap()]), @"
    exit: 2
    -- stderr --
    error: cannot read `[dir]/report.json`: no such file or directory
    help: check that the file exists and that you may read it
    ");
    insta::assert_snapshot!(with("<html>"), @"
    exit: 2
    -- stderr --
    error: `[dir]/report.json` is no report: it is no JSON at line 1, column 1
    help: name a file that `audit --format json` or `audit --output json=FILE` wrote, or a snapshot
    ");
    insta::assert_snapshot!(with("{ \"version\": \"1\", \"run\": {"), @"
    exit: 2
    -- stderr --
    error: `[dir]/report.json` is no report: it ends in the middle, at line 1, column 26
    help: name a file that `audit --format json` or `audit --output json=FILE` wrote, or a snapshot
    ");
    insta::assert_snapshot!(with(&json!({ "version": "2" }).to_string()), @"
    exit: 2
    -- stderr --
    error: `[dir]/report.json` has report version 2, this program reads up to 1
    help: use the version of secrets-auditor that wrote it, or a newer one
    ");
    insta::assert_snapshot!(with("{}"), @"
    exit: 2
    -- stderr --
    error: `[dir]/report.json` is no report: missing field `version`, at line 1, column 2
    help: name a file that `audit --format json` or `audit --output json=FILE` wrote, or a snapshot
    ");
    insta::assert_snapshot!(diff(&history, &["2026-11-01", history.to_str().unwrap()]), @"
    exit: 2
    -- stderr --
    error: `[dir]/history` is not a snapshot: it has no manifest.json
    help: name a directory that `secrets-auditor collect --to DIR` wrote
    ");
}

/// What the README shows of `diff` and `trend` is what the program prints.
#[test]
fn the_readme_shows_what_diff_and_trend_print() {
    let folder = folder();
    let history = folder.path().join("history");
    let rules = [
        "stale-value",
        "rotation-overdue",
        "rotation-failing",
        "deleted-but-wanted",
        "unused-secret",
        "new-reader",
    ];
    let rules: Vec<&str> = rules.iter().flat_map(|rule| ["--only", rule]).collect();
    for as_of in ["2026-10-18", "2026-10-25", "2026-11-01T06:00:00Z"] {
        keep(&history, as_of, &rules);
    }
    let printed =
        [trend(&history, &[]).stdout, diff(&history, &["2026-10-25", "2026-11-01"]).stdout].concat();
    let readme = fs::read_to_string(crate::support::root().join("README.md")).unwrap();
    let section = readme.split("### History").nth(1).unwrap().split("\n### ").next().unwrap();
    let blocks = section.split("```").skip(1).step_by(2).filter(|block| block.starts_with('\n'));
    let shown: Vec<&str> = blocks.flat_map(str::lines).filter(|line| !line.is_empty()).collect();
    assert!(shown.len() > 9, "{shown:?}");
    for line in shown {
        assert!(
            printed.lines().any(|other| other == line),
            "the README shows what is not printed: {line}\n{printed}"
        );
    }
}
