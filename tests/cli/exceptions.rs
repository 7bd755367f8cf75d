//! Exceptions, accepted gaps, owners and groups, from the settings file to the exit code.

use insta::assert_snapshot;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Command, Run, folder_with, root};
use crate::world::{World, secret, secret_in};

const NAME: &str = "secrets-auditor.yaml";

/// With this some more values are too old.
const SHORT: &str = "rules: { stale-value: { max_age_days: 60 } }\n";

/// A folder with such settings.
fn settings(yaml: &str) -> TempDir {
    folder_with(NAME, yaml)
}

fn with(settings: &TempDir, arguments: &[&str]) -> Run {
    let run = Command::new(["audit", "--sample", "--config"]).arg(settings.path().join(NAME)).args(arguments);
    run.run()
}

/// An exception as YAML.
fn exception(rule: &str, scope: &str, expires: &str) -> String {
    format!(
        "  - {{ rule: \"{rule}\", scope: \"{scope}\", reason: the vendor is slow, owner: security, expires: {expires}, added: \
         2026-10-01 }}\n"
    )
}

fn house() -> std::path::PathBuf {
    root().join("examples/secrets-auditor.yaml")
}

/// What a run prints from a heading to the next empty line.
fn section(run: &Run, heading: &str) -> String {
    let lines = run.stdout.lines().skip_while(|line| !line.starts_with(heading));
    lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn ending(run: &Run) -> String {
    let lines: Vec<&str> = run.stdout.lines().collect();
    let start = lines.iter().rposition(|line| line.is_empty()).unwrap();
    lines[start + 1..].join("\n")
}

#[test]
fn accepted_findings_are_shown_with_their_term() {
    let run = Command::new(["audit", "--sample", "--config"]).arg(house()).run();
    assert_eq!(run.code, Some(1), "{run}");
    assert_snapshot!(section(&run, "accepted"), @"
    accepted: 14 failures and 11 unknowns do not count for a time
      until 2026-11-10, 9 days left, by platform
        the gateway moves to another account
          medium[rotation-off] prod/gateway/jwt-signing-key,
            prod/observability/datadog-api-key
      until 2026-12-31, 60 days left, by observability
        the observability team grants it with its next release
          unknown[key-disabled, key-missing, key-pending-deletion, rotation-stuck,
            stale-value, old-version-still-read, value-never-set,
            version-under-old-key, versions-piled-up]
            prod/observability/pagerduty-token
      until 2027-01-31, 91 days left, by security
        the clean-up is planned for January
          medium[unused-secret] prod/apac-store/reporting-db,
            prod/loyalty/partner-api-key, prod/marketing/newsletter-token,
            prod/wholesale/db, prod/wholesale/edi-mailbox,
            rds!cluster-b5d22c53-ac88-4c15-af8f-1ce7ff4564c5,
            prod/shipping/carrier-api-key,
            rds!db-765e603b-c4db-4a26-afb5-61f6c9202895,
            rds!cluster-2b7782df-a746-4b10-a821-50007a67d356, tidewaterPosToken
          unknown[unused-secret] dev/us-store/db
          unknown[unused-secret] every secret in 444455556666 eu-central-1
      until 2027-01-31, 91 days left, by shipping, SEC-12
        the carriers change their passwords twice a year
          high[stale-value] prod/partners/sftp, prod/partners/sftp-Xk2f9Q
    ");
    assert_snapshot!(section(&run, "high[exception-expired]"), @"
    high[exception-expired]: an exception has expired
      public-policy for tidewater_erp_login
        what erp accepted until 2026-10-15 counts again: public-policy for
        tidewater_erp_login, 17 days ago, since needed while the ERP is migrated
    ");
    assert_snapshot!(section(&run, "medium[exception-too-broad]"), @"
    medium[exception-too-broad]: an exception covers too much of a rule
      unused-secret for *
        unused-secret for * covers 10 of 10 failures of unused-secret
    ");
    assert_snapshot!(section(&run, "low[exception-unmatched]"), @"
    low[exception-unmatched]: an exception matches nothing
      key-rotation-off for
      arn:aws:kms:eu-west-1:111122223333:key/00000000-1111-2222-3333-444455556666
        key-rotation-off for
        arn:aws:kms:eu-west-1:111122223333:key/00000000-1111-2222-3333-444455556666
        matches no finding
    ");
    assert_snapshot!(section(&run, "info[exception-expires-soon]"), @"
    info[exception-expires-soon]: an exception ends soon
      rotation-off for tag:Owner=platform
        rotation-off for tag:Owner=platform is accepted for another 9 days, until
        2026-11-10: platform
    ");
    assert_snapshot!(ending(&run), @"
    73 secrets, 82 rules: 7 critical, 49 high, 76 medium, 40 low, 25 info; 198
    unknown; 25 of these accepted; USD 41.16 a month
    45 failures at or above high: exit code 1; not counted: 5 explained by others, 4
    events (see --gate-events), 2 accepted
    ");
}

#[test]
fn an_accepted_finding_is_in_the_json_and_does_not_gate() {
    let run = Command::new(["audit", "--sample", "--format", "json", "--config"]).arg(house()).run().json();
    let stale: Vec<&Value> = run["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| {
            finding["rule"] == "stale-value" && finding["resource"]["name"] == "prod/partners/sftp"
        })
        .collect();
    assert_eq!(stale.len(), 1);
    assert_eq!(stale[0]["gates"], false);
    assert_snapshot!(format!("{:#}", stale[0]["exception"]), @r#"
    {
      "days_left": 91,
      "expires": "2027-01-31",
      "owner": "shipping",
      "reason": "the carriers change their passwords twice a year",
      "ticket": "SEC-12"
    }
    "#);
    let accepted =
        run["findings"].as_array().unwrap().iter().filter(|finding| finding.get("exception").is_some());
    assert_eq!(accepted.count() as u64, run["summary"]["accepted"].as_u64().unwrap());
}

/// Everything that fails on one secret by one rule: excepted, it exits with 0, and on the day after with 1.
#[test]
fn an_exception_holds_on_its_last_day_and_not_on_the_next() {
    let settings = settings(&format!(
        "exceptions:\n{}",
        exception("public-policy", "tidewater_erp_login", "2026-11-01")
    ));
    let on = |day: &str| with(&settings, &["--only", "public-policy", "--as-of", day]).code;
    // One Region could not be listed, which is all that is left.
    assert_eq!(on("2026-11-01"), Some(3));
    assert_eq!(on("2026-11-02"), Some(1));
    // The rule about it fails then, too.
    assert_eq!(with(&settings, &["--only", "exception-expired", "--as-of", "2026-11-02"]).code, Some(1));
    assert_eq!(with(&settings, &["--only", "exception-expired", "--as-of", "2026-11-01"]).code, Some(0));
}

#[test]
fn a_scope_is_a_whole_name_an_arn_or_a_tag() {
    let accepted = |scope: &str| {
        let settings =
            settings(&format!("{SHORT}exceptions:\n{}", exception("stale-value", scope, "2026-12-01")));
        let report = with(&settings, &["--only", "stale-value", "--format", "json"]).json();
        let all = report["findings"].as_array().unwrap().clone();
        let accepted = all.iter().filter(|finding| finding.get("exception").is_some());
        let names: Vec<&str> =
            accepted.map(|finding| finding["resource"]["name"].as_str().unwrap()).collect();
        names.join(" ")
    };
    assert_eq!(accepted("prod/partners/sftp"), "prod/partners/sftp");
    assert_eq!(accepted("prod/partners/*"), "prod/partners/sftp prod/partners/sftp-Xk2f9Q");
    assert_eq!(accepted("partners"), "", "a glob is anchored at both ends");
    assert_eq!(accepted("tag:Owner=wholesale"), "prod/wholesale/db prod/wholesale/edi-mailbox");
    assert_eq!(accepted("tag:owner=wholesale"), "", "keys of tags have a letter case");
    assert_eq!(
        accepted("arn:aws:secretsmanager:*:111122223333:secret:prod/wholesale/*"),
        "prod/wholesale/db prod/wholesale/edi-mailbox"
    );
}

#[test]
fn of_two_exceptions_the_one_that_holds_longer_counts() {
    let settings = settings(&format!(
        "{SHORT}exceptions:\n{}{}",
        exception("stale-value", "prod/partners/sftp", "2026-12-01"),
        exception("stale-value", "prod/partners/*", "2027-01-15"),
    ));
    let report = with(&settings, &["--only", "stale-value", "--format", "json"]).json();
    let found =
        report["findings"].as_array().unwrap().iter().find(|f| f["resource"]["name"] == "prod/partners/sftp");
    assert_eq!(found.unwrap()["exception"]["expires"], "2027-01-15");
}

/// An implied finding that is silent because of another one speaks again once that other one is excepted.
#[test]
fn what_an_excepted_finding_explains_decides_for_itself() {
    let gating = |yaml: &str| {
        let settings = settings(yaml);
        let report =
            with(&settings, &["--only", "stale-value", "--only", "rotation-overdue", "--format", "json"])
                .json();
        let name =
            |finding: &&Value| finding["resource"]["name"] == "prod/loyalty/db" && finding["gates"] == true;
        let rules = report["findings"].as_array().unwrap().iter().filter(name).map(|f| f["rule"].clone());
        rules.map(|rule| rule.as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    let young = "rules: { stale-value: { max_age_days: 30 } }\n";
    assert_eq!(gating(young), "rotation-overdue");
    let excepted = exception("rotation-overdue", "prod/loyalty/db", "2026-12-01");
    assert_eq!(gating(&format!("{young}exceptions:\n{excepted}")), "stale-value");
}

#[test]
fn an_accepted_gap_takes_its_unknowns_out_of_the_gate() {
    let gates = |yaml: &str| {
        let settings = settings(yaml);
        let report = with(&settings, &["--only", "stale-value", "--format", "json"]).json();
        let is_it = |finding: &&Value| finding["resource"]["name"] == "prod/observability/pagerduty-token";
        report["findings"].as_array().unwrap().iter().find(is_it).unwrap()["gates"].as_bool().unwrap()
    };
    assert!(gates(""));
    let gap = "accepted_gaps:\n  - { call: \"secretsmanager:*\", account: \"111122223333\", reason: not yet, owner: security, \
               expires: 2026-12-31, added: 2026-10-01 }\n";
    assert!(!gates(gap));
    assert!(gates(&gap.replace("111122223333", "444455556666")), "of another account");
    assert!(gates(&gap.replace("2026-12-31", "2026-10-31")), "over");
    assert!(gates(&gap.replace("secretsmanager:*", "kms:*")), "of another call");
}

#[test]
fn every_mistake_in_an_exception_is_named_with_its_place() {
    let cases = [
        exception("stale-valeu", "prod/*", "2026-12-01"),
        exception("no-such-*", "prod/*", "2026-12-01"),
        exception("exception-expired", "*", "2026-12-01"),
        exception("stale-value", "prod/[a", "2026-12-01"),
        exception("stale-value", "tag:Owner", "2026-12-01"),
        exception("stale-value", "prod/*", "31.12.2026"),
        exception("stale-value", "prod/*", "2026-12-01T00:00:00Z"),
        exception("stale-value", "prod/*", "2027-09-01"),
        exception("stale-value", "prod/*", "2026-12-01").replace("owner: security", "owner: \" \""),
        exception("stale-value", "prod/*", "2026-12-01").replace("owner: security, ", ""),
        exception("stale-value", "prod/*", "2026-12-01").replace("reason:", "why:"),
        exception("stale-value", "prod/*", "2026-12-01").replace("added: 2026-10-01", "account: \"1111\""),
        exception("stale-value", "prod/*", "2026-12-01").replace("added: 2026-10-01", "region: eu-wst-1"),
        exception("stale-value", "prod/*", "2026-12-01").replace("added: 2026-10-01", "region: Ireland"),
        exception("stale-value", "arn:aws:secretsmanager:eu-wst-1:*:secret:a*", "2026-12-01"),
        exception("stale-value", "*", "2031-02-20").replace("added: 2026-10-01", "added: 2031-01-01"),
        exception("stale-value", "*", "2026-09-20"),
        format!(
            "{}{}",
            exception("stale-value", "prod/*", "2026-12-01"),
            exception("stale-value", "prod/*", "2027-01-01")
        ),
    ];
    let mut said = String::new();
    for case in cases {
        let settings = settings(&format!("exceptions:\n{case}"));
        let run = with(&settings, &[]);
        assert_eq!(run.code, Some(2), "{run}");
        let text = run.stderr.replace(settings.path().to_str().unwrap(), "DIR");
        let kept = text
            .lines()
            .filter(|line| line.starts_with("error: ") || line.contains("help:") || line.contains("-->"));
        let kept: Vec<&str> =
            kept.filter(|line| !line.contains("in rules or their settings")).map(str::trim).collect();
        said.push_str(&kept.join("\n"));
        said.push_str("\n\n");
    }
    assert_snapshot!(said, @"
    error: no rule `stale-valeu`
    --> DIR/secrets-auditor.yaml:2:13
    = help: did you mean `stale-value`?

    error: no rule `no-such-*`
    --> DIR/secrets-auditor.yaml:2:13
    = help: `secrets-auditor rules list` shows the rules

    error: findings about exceptions cannot be excepted
    --> DIR/secrets-auditor.yaml:2:13

    error: `prod/[a` selects nothing: unclosed character class; missing ']'
    --> DIR/secrets-auditor.yaml:2:35
    = help: write a name such as `prod/*`, an ARN, or a tag such as `tag:Team=payments`

    error: `tag:Owner` selects nothing: a tag is written `tag:Key=Value`
    --> DIR/secrets-auditor.yaml:2:35
    = help: write a name such as `prod/*`, an ARN, or a tag such as `tag:Team=payments`

    error: `31.12.2026` is no date
    --> DIR/secrets-auditor.yaml:2:99
    = help: write YYYY-MM-DD, such as 2027-01-31

    error: `2026-12-01T00:00:00Z` is no date
    --> DIR/secrets-auditor.yaml:2:99
    = help: write YYYY-MM-DD, such as 2027-01-31

    error: `2027-09-01` is 335 days after 2026-10-01, and high may be accepted for 180
    --> DIR/secrets-auditor.yaml:2:99
    = help: write 2027-03-30 at the latest, or change `exception_days`

    error: the owner is empty
    --> DIR/secrets-auditor.yaml:2:80

    error: not a settings file: the key `owner` is missing
    --> DIR/secrets-auditor.yaml:2:94
    = help: write `owner: …` beside the others

    error: not a settings file: unknown key `why`
    --> DIR/secrets-auditor.yaml:2:45
    = help: known are rule, scope, account, region, reason, owner, expires, added, ticket

    error: `1111` is no account
    --> DIR/secrets-auditor.yaml:2:120
    = help: write its twelve digits in quotes

    error: there is no Region `eu-wst-1`
    --> DIR/secrets-auditor.yaml:2:119
    = help: did you mean `eu-west-1`?

    error: there is no Region `Ireland`
    --> DIR/secrets-auditor.yaml:2:119
    = help: write a Region's code, such as `eu-west-1`, or `global`

    error: there is no Region `eu-wst-1`
    --> DIR/secrets-auditor.yaml:2:35
    = help: did you mean `eu-west-1`?

    error: `2031-01-01` lies in the future
    --> DIR/secrets-auditor.yaml:2:113
    = help: write the day on which it was agreed, or leave out `added`

    error: `2026-10-01` is later than the last day
    --> DIR/secrets-auditor.yaml:2:113
    = help: write the day on which it was agreed, or leave out `added`

    error: `stale-value` for `prod/*` is excepted twice
    --> DIR/secrets-auditor.yaml:3:13
    = help: keep the one that shall hold
    ");
}

#[test]
fn severities_have_a_longest_term_of_their_own() {
    let yaml = format!(
        "exception_days: {{ critical: 30 }}\nexceptions:\n{}",
        exception("public-policy", "x", "2026-12-31")
    );
    let run = with(&settings(&yaml), &[]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("91 days after 2026-10-01, and critical may be accepted for 30"), "{run}");
    assert!(run.stderr.contains("write 2026-10-31 at the latest, or change `exception_days`"), "{run}");
}

#[test]
fn exceptions_are_listed_and_checked() {
    let list = Command::new(["exceptions", "list", "--config"]).arg(house()).run();
    assert_eq!(list.code, Some(0), "{list}");
    // The days that are left depend on today.
    assert!(list.stdout.contains("stale-value for prod/partners/*"), "{list}");
    assert!(
        list.stdout.contains("    the carriers change their passwords twice a year (SEC-12)\n"),
        "{list}"
    );
    let check = Command::new(["exceptions", "check", "--config"]).arg(house()).run();
    assert_eq!(check.code, Some(1), "one has expired: {check}");
    assert!(check.stdout.contains("public-policy for tidewater_erp_login expired "), "{check}");
    let far = jiff_today_plus(100);
    let near = jiff_today_plus(90);
    let yaml = format!(
        "exceptions:\n  - {{ rule: stale-value, scope: prod/a, reason: x, owner: y, expires: {near} }}\n  - {{ rule: stale-*, scope: \
         prod/*, reason: x, owner: y, expires: {far} }}\n  - {{ rule: stale-v*, scope: prod/b-*, reason: x, owner: y, expires: {near} \
         }}\n"
    );
    let folder = settings(&yaml);
    let check = Command::new(["exceptions", "check", "--config"]).arg(folder.path().join(NAME)).run();
    assert_eq!(check.code, Some(1), "{check}");
    assert_snapshot!(check.stdout, @"
    stale-v* for prod/b-* never takes effect: stale-* for prod/* holds longer
        ask y
    stale-value for prod/a never takes effect: stale-* for prod/* holds longer
        ask y
    1 of 3 exceptions in order
    ");
    let none = Command::new(["exceptions", "list", "--no-config"]).run();
    assert_eq!(none.stdout, "no exceptions\n");
}

fn jiff_today_plus(days: i64) -> String {
    let today = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date();
    today.checked_add(jiff::Span::new().days(days)).unwrap().to_string()
}

#[test]
fn an_exception_is_added_and_the_comments_stay() {
    let folder = settings("# ours\nfail_on: high # strict\n");
    let path = folder.path().join(NAME);
    let add =
        |arguments: &[&str]| Command::new(["exceptions", "add", "--config"]).arg(&path).args(arguments).run();
    let run = add(&[
        "stale-value",
        "--scope",
        "prod/*",
        "--reason",
        "vendor: slow",
        "--owner",
        "payments",
        "--expires",
        "90d",
    ]);
    assert_eq!(run.code, Some(0), "{run}");
    let text = std::fs::read_to_string(&path).unwrap();
    let (today, last) = (jiff_today_plus(0), jiff_today_plus(90));
    assert_eq!(
        text,
        format!(
            "# ours\nfail_on: high # strict\n\nexceptions:\n  - rule: stale-value\n    scope: \"prod/*\"\n    reason: \"vendor: \
             slow\"\n    owner: payments\n    expires: {last}\n    added: {today}\n"
        )
    );
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o644, "a colleague must be able to read it");
    // What is wrong is not written.
    for wrong in [
        ["no-rule", "prod/*", "90d"],
        ["stale-value", "prod/[", "90d"],
        ["stale-value", "a", "400d"],
        ["stale-value", "prod/*", "30d"],
    ] {
        let [rule, scope, expires] = wrong;
        let run = add(&[rule, "--scope", scope, "--reason", "x", "--owner", "y", "--expires", expires]);
        assert_eq!(run.code, Some(2), "{run}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "{run}");
    }
    let over =
        add(&["stale-value", "--scope", "b", "--reason", "x", "--owner", "y", "--expires", "2026-01-01"]);
    assert_eq!(over.code, Some(2));
    assert!(over.stderr.contains("error: `2026-01-01` is over already"), "{over}");
    let none = Command::new(["exceptions", "add", "stale-value", "--no-config"]).run();
    assert_eq!(none.code, Some(2));
    // A link stays one.
    let link = folder.path().join("link.yaml");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let linked = Command::new(["exceptions", "add", "rotation-off", "--config"]).arg(&link);
    let linked = linked.args(["--scope", "b", "--reason", "x", "--owner", "y", "--expires", "30d"]).run();
    assert_eq!(linked.code, Some(0), "{linked}");
    assert!(link.is_symlink() && std::fs::read_to_string(&path).unwrap().contains("rule: rotation-off"));
    let lacking = add(&["stale-value", "--owner", "y"]);
    assert_eq!(lacking.code, Some(2));
    assert_snapshot!(lacking.stderr, @"
    error: an exception lacks --scope, --reason, --expires
    help: give them, such as `exceptions add stale-value --scope 'prod/legacy/*' --reason 'vendor rotates' --owner payments --expires 90d`, or run it in a terminal to be asked
    ");
}

#[test]
fn findings_are_put_together_by_owner() {
    let run = Command::new(["audit", "--sample", "--group-by", "owner", "--only", "rotation-*", "--config"])
        .arg(house())
        .run();
    assert_snapshot!(section(&run, "owner platform"), @"owner platform: 3 findings (3 accepted)");
    assert_snapshot!(section(&run, "no owner"), @"
    no owner: 9 findings (9 unknown)
    unknown: 9 verdicts are missing, because
      secretsmanager:ListSecrets failed with AccessDeniedException; allow
      secretsmanager:ListSecrets
        every secret in 444455556666 eu-central-1
          rotation-cancelled, rotation-failing, rotation-function-confused-deputy,
          rotation-function-missing, rotation-never-completed, rotation-off,
          rotation-overdue, rotation-role-underpowered, rotation-stuck
    ");
}

/// Each way to group holds every failure and unknown; only frameworks may hold one twice.
#[test]
fn no_group_loses_a_finding() {
    for by in ["owner", "account", "region", "rule", "framework", "environment"] {
        let report = Command::new(["audit", "--sample", "--format", "json", "--group-by", by]).run().json();
        let groups = report["groups"]["groups"].as_array().unwrap();
        assert_eq!(report["groups"]["by"], by);
        let held: std::collections::BTreeSet<&str> = groups
            .iter()
            .flat_map(|group| group["findings"].as_array().unwrap())
            .map(|f| f.as_str().unwrap())
            .collect();
        let all: std::collections::BTreeSet<&str> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["fingerprint"].as_str().unwrap())
            .collect();
        assert_eq!(held, all, "{by}");
        let count: usize = groups.iter().map(|group| group["findings"].as_array().unwrap().len()).sum();
        assert!(count == all.len() || by == "framework", "{by}");
    }
}

#[test]
fn an_owner_gets_what_is_its_own() {
    let report = Command::new(["audit", "--sample", "--format", "json", "--owner", "loyalty"]).run().json();
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.iter().any(|finding| finding["owner"] == "loyalty"));
    for finding in findings {
        assert!(finding["owner"] == "loyalty" || finding["resource"]["type"] == "scope", "{finding:#}");
    }
    let failures = findings.iter().filter(|finding| finding["verdict"] == "fail").count() as u64;
    let counted: u64 =
        report["summary"]["by_severity"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    assert_eq!(failures, counted, "the sums are of this owner, too");
    let typo = Command::new(["audit", "--sample", "--owner", "Loyalti"]).run();
    assert_eq!(typo.code, Some(2), "it must not pass for clean");
    assert_snapshot!(typo.stderr, @r"
    error: nothing is owned by `Loyalti`
    help: did you mean `loyalty`?
    ");
}

/// Runs `exceptions add` in a terminal whose user answers these lines.
fn answered(path: &std::path::Path, lines: &[&str], arguments: &[&str]) -> String {
    let script = r#"
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:2] + sys.argv[3:])
said = b""
for line in sys.argv[2].split("|"):
    while not said.endswith(b": "):
        said += os.read(terminal, 1024)
    os.write(terminal, line.encode() + b"\n")
    said += os.read(terminal, 1)
try:
    while more := os.read(terminal, 1024):
        said += more
except OSError:
    pass
os.waitpid(pid, 0)
sys.stdout.write(said.decode().replace("\r\n", "\n"))
"#;
    let run = Command::shell(r#"exec python3 -c "$SCRIPT" "$PROGRAM" "$LINES_TYPED" exceptions add "$@""#);
    let run = run.env("SCRIPT", script).env("LINES_TYPED", lines.join("|")).arg("sh").args(arguments);
    run.args(["--color", "never", "--config"]).arg(path).run().stdout
}

#[test]
fn a_wrong_answer_is_refused_before_the_next_question() {
    let folder = settings("fail_on: high\n");
    let path = folder.path().join(NAME);
    let typed = ["stale-valeu", "stale-value", "prod/[", "prod/*", "slow", "400d", "90d"];
    let said = answered(&path, &typed, &["--owner", "payments"]);
    let said = said.replace(folder.path().to_str().unwrap(), "DIR").replace(&jiff_today_plus(90), "DAY");
    let said = said.replace(&jiff_today_plus(400), "LATER").replace(&jiff_today_plus(180), "LAST");
    assert_snapshot!(said.replace(&jiff_today_plus(0), "TODAY"), @"
    rule, as id or glob: stale-valeu
    error: no rule `stale-valeu`
    help: did you mean `stale-value`?
    rule, as id or glob: stale-value
    scope: a name glob, an ARN, or tag:Key=Value: prod/[
    error: `prod/[` selects nothing: unclosed character class; missing ']'
    help: write a name such as `prod/*`, an ARN, or a tag such as `tag:Team=payments`
    scope: a name glob, an ARN, or tag:Key=Value: prod/*
    reason: slow
    last day, as YYYY-MM-DD or 90d: 400d
    error: `LATER` is 400 days after TODAY, and high may be accepted for 180
    help: write LAST at the latest, or change `exception_days`
    last day, as YYYY-MM-DD or 90d: 90d
    `DIR/secrets-auditor.yaml` now excepts stale-value for prod/* until DAY
    ");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("    scope: \"prod/*\"\n    reason: slow\n    owner: payments\n"), "{text}");
}

#[test]
fn mistakes_of_a_new_exception_stand_in_no_file() {
    let folder = settings("fail_on: high\n");
    let path = folder.path().join(NAME);
    let add = |rule: &str| {
        let run = Command::new(["exceptions", "add", rule, "--config"]).arg(&path);
        run.args(["--scope", "a", "--reason", "x", "--owner", "y", "--expires", "30d"]).run()
    };
    assert_snapshot!(add("stale-valeu"), @"
    exit: 2
    -- stderr --
    error: no rule `stale-valeu`
    help: did you mean `stale-value`?
    ");
    // Those that stand in the file are shown there, and nothing is asked or added.
    std::fs::write(
        &path,
        "exceptions:\n- { rule: stale-valeu, scope: a, reason: x, owner: y, expires: 2026-12-01 }\n",
    )
    .unwrap();
    assert_snapshot!(add("stale-value"), @"
    exit: 2
    -- stderr --
    error: no rule `stale-valeu`
     --> [dir]/secrets-auditor.yaml:2:11
      |
    2 | - { rule: stale-valeu, scope: a, reason: x, owner: y, expires: 2026-12-01 }
      |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `stale-value`?

    error: 1 error in rules or their settings
    ");
    // Nobody may write to it.
    std::fs::write(&path, "fail_on: high\n").unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o444);
    std::fs::set_permissions(&path, mode).unwrap();
    assert_snapshot!(add("stale-value"), @"
    exit: 2
    -- stderr --
    error: cannot write `[dir]/secrets-auditor.yaml`: nobody may write to it
    help: allow it, such as with `chmod u+w`, or name another file
    ");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "fail_on: high\n");
}

#[test]
fn lists_fit_the_page() {
    let long = jiff_today_plus(90);
    let near = jiff_today_plus(9);
    let yaml = format!(
        "exceptions:\n- {{ rule: key-rotation-off, scope: \"arn:aws:kms:eu-west-1:111122223333:key/00000000-1111-2222-3333-4444\", \
         reason: the vendor of the key store wants to turn it by hand until the contract ends in the next year, owner: \
         platform-engineering-team, expires: {long} }}\n- {{ rule: stale-value, scope: prod/a, account: \"111122223333\", region: \
         eu-west-1, reason: x, owner: y, expires: {near} }}\naccepted_gaps:\n- {{ call: \"kms:*\", reason: soon, owner: y, expires: \
         {near} }}\n"
    );
    let folder = settings(&yaml);
    let run = |verb: &str| {
        let run = Command::new(["exceptions", verb, "--config"]).arg(folder.path().join(NAME)).run();
        run.stdout.replace(&long, "YYYY-MM-90").replace(&near, "YYYY-MM-09")
    };
    assert_snapshot!(run("list"), @"
    until          left  owner                 what
    YYYY-MM-09      9 d  y                     kms:* for all accounts
        soon
    YYYY-MM-09      9 d  y                     stale-value for prod/a in
                                               111122223333 eu-west-1
        x
    YYYY-MM-90     90 d  platform-engineering-team  key-rotation-off for
                                               arn:aws:kms:eu-west-1:111122223333:key/00000000-1111-2222-3333-4444
        the vendor of the key store wants to turn it by hand until the contract ends
          in the next year
    ");
    assert_snapshot!(run("check"), @"
    kms:* for all accounts ends in 9 days, on YYYY-MM-09
        ask y
    stale-value for prod/a in 111122223333 eu-west-1 ends in 9 days, on YYYY-MM-09
        ask y
    1 of 2 exceptions in order, 0 of 1 accepted gap in order
    ");
}

#[test]
fn namesakes_are_told_apart_where_they_are_accepted() {
    let mut world = World::with([secret("a"), secret("b")]);
    world.add("us-east-1", secret_in("us-east-1", "a"));
    let folder = settings(&format!("exceptions:\n{}", exception("stale-value", "*", "2026-12-01")));
    world.write(&folder.path().join("snapshot"));
    let run = |by: &[&str]| {
        let run = Command::new(["audit", "--only", "stale-value", "--config"]).arg(folder.path().join(NAME));
        run.arg("--snapshot").arg(folder.path().join("snapshot")).args(by).run()
    };
    assert_snapshot!(section(&run(&[]), "accepted"), @"
    accepted: 3 failures do not count for a time
      until 2026-12-01, 30 days left, by security
        the vendor is slow
          high[stale-value] a (eu-west-1), b, a (us-east-1)
    ");
    std::fs::write(folder.path().join(NAME), "").unwrap();
    assert_snapshot!(section(&run(&["--group-by", "rule"]), "rule stale-value"), @"
    rule stale-value: 3 findings (3 high)
      high[stale-value] a (eu-west-1)
        current value is 400 days old, allowed are 90
      high[stale-value] b
        current value is 400 days old, allowed are 90
      high[stale-value] a (us-east-1)
        current value is 400 days old, allowed are 90
    ");
}
