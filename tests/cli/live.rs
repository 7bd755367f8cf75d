//! Whole audits of an AWS-compatible server: what is found, what is refused, what goes wrong on the way.

use std::collections::{BTreeMap, BTreeSet};

use insta::assert_snapshot;
use secrets_auditor::aws::{OPERATIONS, Purpose};
use serde_json::{Value, json};

use crate::aws::{Call, Session, company};
use crate::support::{Command, Run, files_below, folder, root};

/// The instant for which the seed was made.
const AS_OF: &str = "2026-11-01T00:00:00Z";

/// Both accounts of the company.
const BOTH: [&str; 2] = [
    "--assume-role=arn:aws:iam::123456789012:role/audit",
    "--assume-role=arn:aws:iam::210987654321:role/audit",
];

/// A command that asks the session, as somebody who has credentials.
fn command(session: &Session, args: &[&str]) -> Command {
    credentials(session, Command::new(args.iter().copied()))
}

fn credentials(session: &Session, command: Command) -> Command {
    surroundings(session, command)
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
}

/// A command that asks the session without credentials.
fn nobody(session: &Session, args: &[&str]) -> Command {
    surroundings(session, Command::new(args.iter().copied()))
}

fn surroundings(session: &Session, command: Command) -> Command {
    command
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ENDPOINT_URL", session.endpoint())
        .env("AWS_EC2_METADATA_DISABLED", "true")
}

fn audit(session: &Session, args: &[&str]) -> Run {
    let fixed = ["audit", "--format=json", "--quiet", "--as-of", AS_OF];
    command(session, &[&fixed, args].concat()).run()
}

fn report(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run}"))
}

/// Rule and ARN of the findings with this verdict.
fn pairs(report: &Value, verdict: &str) -> BTreeSet<(String, String)> {
    let findings = report["findings"].as_array().unwrap().iter();
    let wanted = findings.filter(|finding| finding["verdict"] == verdict);
    wanted.map(|finding| (text(&finding["rule"]), text(&finding["resource"]["arn"]))).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// What the seed says, in the same form. Accounts are known by number.
fn truth(verdict: &str) -> BTreeSet<(String, String)> {
    let truth = company().truth();
    let mut pairs = BTreeSet::new();
    for kind in ["secrets", "keys", "accounts", "principals"] {
        for entry in truth[kind].as_array().unwrap() {
            let account = || format!("arn:aws:iam::{}:root", entry["account"].as_str().unwrap());
            let arn = entry["arn"].as_str().map_or_else(account, str::to_owned);
            let rules = entry[verdict].as_array().unwrap().iter();
            pairs.extend(rules.map(|rule| (text(rule), arn.clone())));
        }
    }
    if verdict == "fails" {
        pairs.extend(monitoring(&truth["use"]));
        let by_default = |rule: &&String| truth["use_parameters"].get(rule.as_str()).is_none();
        let rules = truth["use"].as_object().unwrap().keys().filter(by_default);
        pairs.extend(rules.flat_map(|rule| used(&truth["use"], rule)));
        // Only its rotation has read it in the 90 days of Event history.
        pairs.extend(used(&truth["use_undecided"], "unused-secret"));
    }
    pairs
}

/// What the seed says of a rule about use: the principals of rules about principals, else the secrets.
fn used(truth: &Value, rule: &str) -> BTreeSet<(String, String)> {
    let field = if ["bulk-read", "unused-read-access"].contains(&rule) { "principal" } else { "secret" };
    let entries = truth[rule].as_array().unwrap_or_else(|| panic!("the seed says nothing of {rule}"));
    entries.iter().filter_map(|entry| Some((rule.to_owned(), entry[field].as_str()?.to_owned()))).collect()
}

/// Compares two sets and shows only what differs.
#[track_caller]
fn assert_same(found: &BTreeSet<(String, String)>, truth: &BTreeSet<(String, String)>) {
    let (more, less): (Vec<_>, Vec<_>) =
        (found.difference(truth).collect(), truth.difference(found).collect());
    assert!(
        more.is_empty() && less.is_empty(),
        "found and not seeded: {more:#?}\nseeded and not found: {less:#?}"
    );
}

/// What the seed says of Regions and trails.
fn monitoring(truth: &Value) -> BTreeSet<(String, String)> {
    let mut pairs = BTreeSet::new();
    for (rule, _) in files_below(&root().join("rules/monitoring")) {
        let rule = rule.file_stem().unwrap().to_str().unwrap().to_owned();
        let entries = truth[&rule].as_array().unwrap_or_else(|| panic!("the seed says nothing of {rule}"));
        pairs.extend(entries.iter().map(|entry| {
            let place = || {
                let field = |name: &str| text(&entry[name]);
                format!("arn:aws:secretsmanager:{}:{}:*", field("region"), field("account"))
            };
            let named = entry["trail"].as_str().or_else(|| entry["secret"].as_str());
            (rule.clone(), named.map_or_else(place, str::to_owned))
        }));
    }
    pairs
}

#[test]
fn every_seeded_defect_is_found_and_no_other() {
    let session = company().session("truth");
    let run = audit(&session, &BOTH);
    assert_eq!(run.code, Some(1), "{run}");
    let report = report(&run);
    assert_same(&pairs(&report, "fail"), &truth("fails"));
    assert_same(&pairs(&report, "unknown"), &truth("unknown"));
}

/// With an exception for each thing that gates, one a finding, the gate is open, and every exception matches.
#[test]
fn exceptions_for_everything_open_the_gate() {
    let before = report(&audit(&company().session("before"), &BOTH));
    // Those that are silent because of another one would speak once that is excepted.
    let is_grave = |finding: &&Value| finding["severity"] == "critical" || finding["severity"] == "high";
    let gating = before["findings"].as_array().unwrap().iter().filter(is_grave);
    // A statement and a read have the ARN of their secret; one exception is about all of them.
    let pairs: BTreeSet<(String, String)> =
        gating.map(|finding| (text(&finding["rule"]), text(&finding["resource"]["arn"]))).collect();
    assert!(pairs.len() > 40, "{pairs:?}");
    let exception = |(rule, arn): &(String, String)| json!({ "rule": rule, "scope": arn, "reason": "a test", "owner": "tests", "expires": "2026-12-31", "added": "2026-10-01" });
    let settings = json!({ "exceptions": pairs.iter().map(exception).collect::<Vec<_>>() });
    let folder = folder();
    let path = folder.path().join("secrets-auditor.yaml");
    crate::support::write(&path, settings.to_string());
    let run =
        audit(&company().session("after"), &[&BOTH[..], &["--config", path.to_str().unwrap()]].concat());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let after = report(&run);
    assert_eq!(after["summary"]["by_rule"]["exception-unmatched"]["fail"], 0);
    assert_eq!(
        after["summary"]["by_verdict"]["fail"], before["summary"]["by_verdict"]["fail"],
        "nothing is hidden"
    );
    assert_eq!(after["summary"]["gating_failures"], 0);
    // Without those for one rule the gate is closed.
    let fewer = pairs.iter().filter(|(rule, _)| rule != "public-policy").map(exception);
    let fewer = json!({ "exceptions": fewer.collect::<Vec<_>>() });
    crate::support::write(&path, fewer.to_string());
    let run =
        audit(&company().session("fewer"), &[&BOTH[..], &["--config", path.to_str().unwrap()]].concat());
    assert_eq!(run.code, Some(1), "{}", run.stderr);
}

#[test]
fn rules_that_wait_for_a_parameter_find_what_was_seeded() {
    let truth = company().truth();
    for (rule, parameters) in truth["use_parameters"].as_object().unwrap() {
        let parameters = parameters.as_object().unwrap().iter();
        let set: Vec<String> =
            parameters.map(|(name, value)| format!("--set={rule}.{name}={value}")).collect();
        let mut args = BOTH.to_vec();
        args.extend(["--only", rule]);
        args.extend(set.iter().map(String::as_str));
        let report = report(&audit(&company().session("parameters"), &args));
        assert_same(&pairs(&report, "fail"), &used(&truth["use"], rule));
    }
}

#[test]
fn an_organization_is_audited_account_by_account() {
    let session = company().session("organization");
    let by_role = report(&audit(&company().session("by-role"), &BOTH));
    let run = audit(&session, &["--organization", "--role-name=audit"]);
    let report = report(&run);
    assert_eq!(report["findings"], by_role["findings"]);
    let names: Vec<&Value> =
        report["run"]["accounts"].as_array().unwrap().iter().map(|account| &account["name"]).collect();
    assert!(names.iter().all(|name| name.is_string()), "{names:?}");
}

#[test]
fn calls_permissions_and_the_list_are_one() {
    let session = company().session("calls");
    audit(&session, &["--organization", "--role-name=audit"]);
    audit(&session, &["--inventory=config"]);
    audit(&session, &["--config-aggregator=company"]);
    let asked: BTreeSet<String> =
        session.calls().iter().map(|call| format!("{}:{}", call.service, call.operation)).collect();
    let listed: BTreeSet<String> = Purpose::Audit
        .operations()
        .map(|operation| format!("{}:{}", operation.service, operation.name))
        .collect();
    assert_eq!(asked, listed, "left: what was asked; right: the list");

    let policy = Command::new(["permissions", "--for=audit", "--format=json"]).run();
    let policy: Value = serde_json::from_str(&policy.stdout).unwrap();
    let allowed: BTreeSet<String> = policy["Statement"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|statement| statement["Effect"] == "Allow")
        .flat_map(|statement| statement["Action"].as_array().unwrap().iter().map(text))
        .collect();
    let actions: BTreeSet<String> =
        Purpose::Audit.operations().map(|operation| operation.action.to_owned()).collect();
    assert_eq!(allowed, actions);
    assert!(OPERATIONS.iter().all(|operation| !operation.name.contains("SecretValue")));
}

#[test]
fn no_secret_value_is_ever_asked_for_or_shown() {
    let session = company().session("values");
    let run = audit(&session, &[&BOTH[..], &["--verdicts=all"]].concat());
    assert!(!run.stdout.contains("canary") && !run.stderr.contains("canary"));
    let calls = session.calls();
    assert!(!calls.is_empty());
    assert!(calls.iter().all(|call| !call.operation.contains("SecretValue")));
}

/// How many calls a secret may cost: its versions and its policy.
#[test]
fn calls_stay_within_their_budget() {
    let session = company().session("budget");
    audit(&session, &["--region=eu-west-1"]);
    let of_secret = |operation: &str| {
        session
            .calls()
            .iter()
            .filter(|call| call.operation == operation && call.region == "eu-west-1")
            .count()
    };
    let listed: usize = company().truth()["secrets"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|secret| secret["region"] == "eu-west-1" && secret["account"] == "123456789012")
        .count();
    assert_eq!(of_secret("ListSecretVersionIds"), listed);
    assert!(of_secret("GetResourcePolicy") <= listed);
    assert!(of_secret("ListSecrets") <= 2 + 2 * listed / 100, "{}", of_secret("ListSecrets"));
}

#[test]
fn a_snapshot_gives_what_the_live_audit_gave() {
    let session = company().session("snapshot");
    let folder = folder();
    let to = folder.path().join("snapshot");
    let to = to.to_str().unwrap();
    let run =
        command(&session, &[&["collect", "--quiet", "--until", AS_OF, "--to", to], &BOTH[..]].concat()).run();
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""), "{run}");
    let mut kept =
        report(&Command::new(["audit", "--snapshot", to, "--format=json", "--as-of", AS_OF]).run());
    let mut live = report(&audit(&session, &BOTH));
    for report in [&mut kept, &mut live] {
        report["run"]["collected_at"] = Value::Null;
    }
    assert_eq!(kept, live);
}

#[test]
fn a_selection_narrows_the_audit() {
    let truth = company().truth();
    let secrets = truth["secrets"].as_array().unwrap();
    let arn = text(&secrets[0]["arn"]);
    let (region, session) = (text(&secrets[0]["region"]), company().session("select"));
    let run = audit(&session, &["--select", &arn, "--region", &region, "--verdicts=all"]);
    let report = report(&run);
    assert_eq!(report["summary"]["secrets"], 1, "{run}");
    let policies: Vec<Call> =
        session.calls().into_iter().filter(|call| call.operation == "GetResourcePolicy").collect();
    assert!(policies.len() <= 1);
    let nothing = audit(&session, &["--select=tag:Owner=nobody-at-all"]);
    assert_eq!(nothing.code, Some(4), "{nothing}");
    assert_eq!(nothing.stderr, "every Region answered, and there is no secret that the selection takes\n");
}

/// Each operation refused by itself: the run goes on, says which call failed, and which permission would mend it.
/// What fails or passes may come to be unknown, not the contrary of what it is; only that an SCP or RCP may deny it, which
/// the finding then says, turns a pass into a failure.
#[test]
fn each_refused_call_is_a_gap_and_not_the_end() {
    let essential = ["GetCallerIdentity", "ListSecrets", "AssumeRole"];
    let only_organization = ["ListRoots", "ListParents"];
    // Event history is read once; from then on each run asks for its last hour.
    let cache = folder();
    let cache = format!("--cache={}", cache.path().display());
    let selected = ["--region=eu-west-1", "--select=prod/*", "--verdicts=all", &cache];
    let plain = report(&audit(&company().session("deny-nothing"), &selected));
    let (failed, passed) = (pairs(&plain, "fail"), pairs(&plain, "pass"));
    let mut checked = 0;
    for operation in Purpose::Audit.operations() {
        let name = operation.name;
        if essential.contains(&name) || name.contains("ResourceConfig") || only_organization.contains(&name) {
            continue;
        }
        let session = company().session(&format!("deny-{name}"));
        session.faults(&json!([{ "service": operation.service, "operation": name, "action": "deny" }]));
        let arguments = if name == "LookupEvents" { &selected[..3] } else { &selected[..] };
        let run = audit(&session, arguments);
        assert!(matches!(run.code, Some(1 | 3)), "{name}: {run}");
        if !session.calls().iter().any(|call| call.operation == name) {
            // Asked only with `--organization`, or with no `--region`.
            continue;
        }
        checked += 1;
        let report = report(&run);
        let gaps = report["evidence_gaps"].as_array().unwrap();
        let call = format!("{}:{name}", operation.service);
        let gap = gaps.iter().find(|gap| gap["call"] == call.as_str());
        let gap = gap.unwrap_or_else(|| panic!("no gap for {call}: {gaps:?}"));
        assert_eq!(gap["cause"], "refused", "{gap}");
        assert_eq!(gap["permission"], operation.action, "{gap}");
        // A rule about calls judges many of them for one secret, so a pair may fail and pass at once.
        let (failing, passing) = (pairs(&report, "fail"), pairs(&report, "pass"));
        let turned: Vec<_> = failed
            .difference(&failing)
            .filter(|pair| passing.contains(*pair) && !passed.contains(*pair))
            .collect();
        assert!(turned.is_empty(), "{name}: failed, and passes now: {turned:?}");
        let turned: Vec<_> = passed.intersection(&failing).filter(|pair| !failed.contains(*pair)).collect();
        assert!(
            operation.service == "organizations" || turned.is_empty(),
            "{name}: passed, and fails now: {turned:?}"
        );
    }
    assert!(checked >= 28, "{checked} calls were checked");
}

/// Who waits for events is asked only where there are secrets; filters only on log groups of trails; targets only of rules
/// that are on and may take events of Secrets Manager.
#[test]
fn nobody_is_asked_about_what_cannot_raise_an_alarm() {
    let session = company().session("alerts");
    audit(&session, &BOTH);
    let calls = session.calls();
    let of = |name: &str| calls.iter().filter(|call| call.operation == name).collect::<Vec<_>>();
    let truth = company().truth();
    let field = |entry: &Value, name: &str| text(&entry[name]);
    let held: BTreeSet<(String, String)> = truth["secrets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|secret| (field(secret, "account"), field(secret, "region")))
        .collect();
    let asked: BTreeSet<(String, String)> =
        of("ListRules").iter().map(|call| (call.account.clone(), call.region.clone())).collect();
    assert_eq!(asked, held);
    let groups: BTreeSet<Option<String>> =
        of("DescribeMetricFilters").iter().map(|call| call.resource.clone()).collect();
    assert_eq!(groups, ["company-trail", "company-trail-us"].map(|name| Some(name.to_owned())).into());
    let targets: BTreeSet<Option<String>> =
        of("ListTargetsByRule").iter().map(|call| call.resource.clone()).collect();
    let about_secrets =
        |name: &Option<String>| name.as_ref().is_some_and(|name| !name.starts_with("nightly"));
    assert!(!targets.is_empty() && targets.iter().all(about_secrets), "{targets:?}");
    assert!(!targets.contains(&Some("other".to_owned())), "{targets:?}");
}

/// An SCP keeps this role from deleting for good: where it is out of sight the finding says that one may.
#[test]
fn policies_of_the_organization_out_of_sight_turn_no_pass_into_a_plain_failure() {
    let role = "arn:aws:iam::210987654321:role/rotate_warehouse";
    for operation in ["DescribeOrganization", "ListPolicies", "DescribePolicy", "ListTargetsForPolicy"] {
        let session = company().session(&format!("no-scps-{operation}"));
        session.faults(&json!([{ "service": "organizations", "operation": operation, "action": "deny" }]));
        let report = report(&audit(&session, &[&BOTH[..], &["--verdicts=all"]].concat()));
        let findings = report["findings"].as_array().unwrap();
        let finding = findings.iter().find(|finding| {
            finding["rule"] == "can-delete-without-recovery" && finding["resource"]["arn"] == role
        });
        let message = text(&finding.unwrap()["message"]);
        assert!(message.ends_with(" unless an SCP or RCP denies it"), "{operation}: {message}");
        let passing = pairs(&report, "pass");
        let blocked = |(rule, arn): &(String, String)| {
            ["policy-blocks-everyone", "rotation-role-underpowered"].contains(&rule.as_str())
                && arn.contains(":210987654321:secret:")
        };
        assert_eq!(passing.iter().find(|pair| blocked(pair)), None, "{operation}");
    }
}

#[test]
fn a_refused_list_of_regions_is_made_up_for() {
    let session = company().session("no-regions");
    session.faults(&json!([{ "service": "account", "operation": "ListRegions", "action": "deny" }]));
    let report = report(&audit(&session, &BOTH));
    assert_same(&pairs(&report, "fail"), &truth("fails"));
    let gaps = report["evidence_gaps"].as_array().unwrap();
    assert!(gaps.iter().any(|gap| gap["call"] == "account:ListRegions"), "{gaps:?}");
}

#[test]
fn one_account_that_refuses_is_that_accounts_gap() {
    let session = company().session("one-account");
    session.faults(&json!([{
        "operation": "AssumeRole", "resource_contains": "210987654321", "action": "deny",
    }]));
    let run = audit(&session, &BOTH);
    let report = report(&run);
    let unknown = pairs(&report, "unknown");
    assert!(
        unknown
            .contains(&("stale-value".to_owned(), "arn:aws:secretsmanager:global:210987654321:*".to_owned())),
        "{unknown:?}"
    );
    let fails: BTreeSet<_> =
        truth("fails").into_iter().filter(|(_, arn)| arn.contains(":123456789012:")).collect();
    assert_eq!(pairs(&report, "fail"), fails);
}

#[test]
fn a_region_that_refuses_is_unknown_for_every_rule() {
    let session = company().session("one-region");
    session.faults(&json!([{ "operation": "ListSecrets", "region": "us-east-1", "action": "deny" }]));
    let report = report(&audit(&session, &[]));
    let scope = "arn:aws:secretsmanager:us-east-1:123456789012:*".to_owned();
    let unknown = pairs(&report, "unknown");
    for rule in ["stale-value", "rotation-off", "missing-required-tags", "never-read"] {
        assert!(unknown.contains(&(rule.to_owned(), scope.clone())), "{rule}");
    }
}

#[test]
fn listing_refused_everywhere_ends_the_run() {
    let session = company().session("nowhere");
    session.faults(&json!([{ "operation": "ListSecrets", "action": "deny" }]));
    let run = audit(&session, &[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run}");
    assert_snapshot!(run.stderr, @r#"
    error: may not list secrets anywhere
      123456789012 ap-southeast-2: AccessDeniedException: User: arn:aws:iam::123456789012:user/auditor is not authorized to perform: secretsmanager:ListSecrets because no identity-based policy allows the secretsmanager:ListSecrets action
    help: allow secretsmanager:ListSecrets; `secrets-auditor permissions` prints the whole policy
    "#);
}

/// Each operation is throttled the first time it is asked, and every seventh call about secrets besides.
#[test]
fn throttled_calls_are_repeated_until_they_answer() {
    let plain = report(&audit(&company().session("unthrottled"), &BOTH));
    let session = company().session("throttled");
    let first = Purpose::Audit.operations().map(|operation| {
        json!({ "service": operation.service, "operation": operation.name, "action": "throttle", "times": 1 })
    });
    let seventh = json!({ "service": "secretsmanager", "action": "throttle", "every": 7 });
    session.faults(&first.chain([seventh]).collect());
    let throttled = report(&audit(&session, &BOTH));
    let calls = session.calls();
    let asked: BTreeSet<&str> = calls.iter().map(|call| call.operation.as_str()).collect();
    let refused = calls.iter().filter(|call| call.fault.as_deref() == Some("throttle"));
    assert_eq!(refused.map(|call| call.operation.as_str()).collect::<BTreeSet<_>>(), asked);
    assert!(asked.len() >= 22, "{asked:?}");
    assert_eq!(throttled["findings"], plain["findings"]);
    assert_eq!(throttled["evidence_gaps"], plain["evidence_gaps"]);
}

#[test]
fn throttling_that_never_ends_is_a_gap() {
    let session = company().session("throttled-for-ever");
    session.faults(&json!([{ "operation": "GetKeyPolicy", "action": "throttle" }]));
    let report = report(&audit(&session, &["--region=eu-west-1", "--max-attempts=2"]));
    let gaps = report["evidence_gaps"].as_array().unwrap();
    let gap = gaps.iter().find(|gap| gap["call"] == "kms:GetKeyPolicy").unwrap();
    assert_eq!((&gap["cause"], &gap["permission"]), (&json!("throttled"), &Value::Null), "{gap}");
}

#[test]
fn answers_that_are_none_are_gaps_and_never_passes() {
    for action in ["html", "drop", "truncate", "internal"] {
        let session = company().session(&format!("bad-{action}"));
        session.faults(&json!([{ "operation": "ListSecretVersionIds", "action": action }]));
        let run = audit(&session, &["--region=eu-west-1", "--max-attempts=2"]);
        let report = report(&run);
        assert_eq!(report["summary"]["by_rule"]["stale-value"]["pass"], 0, "{action}");
        let unknown = pairs(&report, "unknown");
        assert!(unknown.iter().any(|(rule, _)| rule == "stale-value"), "{action}: {unknown:?}");
    }
}

#[test]
fn a_secret_that_goes_away_during_the_audit_is_unknown() {
    let truth = company().truth();
    let secrets = truth["secrets"].as_array().unwrap();
    let gone = secrets.iter().find(|secret| {
        let home = secret["region"] == "eu-west-1" && secret["account"] == "123456789012";
        home && secret["fails"].as_array().unwrap().is_empty()
    });
    let arn = text(&gone.unwrap()["arn"]);
    let session = company().session("vanished");
    session.faults(&json!([{
        "operation": "ListSecretVersionIds", "resource_contains": arn, "action": "not-found",
    }]));
    let report = report(&audit(&session, &["--region=eu-west-1"]));
    let unknown = pairs(&report, "unknown");
    assert!(unknown.contains(&("stale-value".to_owned(), arn.clone())), "{arn}: {unknown:?}");
    let gaps = report["evidence_gaps"].as_array().unwrap();
    let gap = gaps.iter().find(|gap| gap["resource"] == arn.as_str()).unwrap();
    assert_eq!(gap["cause"], "vanished");
}

#[test]
fn a_role_that_wants_an_external_id_gets_it() {
    let role = "--assume-role=arn:aws:iam::123456789012:role/needs-external-id";
    let session = company().session("external-id");
    let run = audit(&session, &[role, "--external-id=example", "--region=eu-west-1"]);
    assert_eq!(run.code, Some(1), "{run}");
    let without = audit(&session, &[role, "--region=eu-west-1"]);
    assert_ne!(without.code, Some(0), "{without}");
    assert!(without.stdout.contains("sts:AssumeRole") || without.stderr.contains("AssumeRole"), "{without}");
}

#[test]
fn rates_stay_below_what_was_asked_for() {
    let session = company().session("rate");
    audit(&session, &["--region=eu-west-1", "--max-rate=20"]);
    let stats = session.stats();
    for peak in stats["peak_per_second"].as_array().unwrap() {
        // A bucket may let its first second's worth through at once, and a second of ours is not the server's.
        assert!(peak["peak"].as_f64().unwrap() <= 42.0, "{peak}");
    }
}

#[test]
fn config_as_inventory_leaves_its_gaps_unknown() {
    let session = company().session("config");
    let run = audit(&session, &["--inventory=config", "--region=eu-west-1"]);
    let report = report(&run);
    assert!(report["summary"]["secrets"].as_u64().unwrap() > 0, "{run}");
    assert_eq!(report["summary"]["by_rule"]["rotation-off"]["pass"], 0);
    assert_eq!(report["summary"]["by_rule"]["rotation-off"]["fail"], 0);
    let reasons: BTreeMap<String, String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["rule"] == "rotation-off")
        .map(|finding| (text(&finding["resource"]["name"]), text(&finding["message"])))
        .collect();
    assert!(
        reasons.values().all(|message| message.contains("AWS Config does not carry this fact")),
        "{reasons:?}"
    );
}

#[test]
fn a_killed_collection_goes_on_where_it_stopped() {
    let session = company().session("resume");
    let folder = folder();
    let to = folder.path().join("snapshot");
    let to = to.to_str().unwrap();
    let args =
        ["collect", "--quiet", "--until", AS_OF, "--to", to, "--region=eu-west-1", "--region=us-east-1"];
    session.faults(
        &json!([{ "operation": "GetAccountAuthorizationDetails", "action": "delay", "seconds": 20 }]),
    );
    let (mut child, _home) = command(&session, &args).spawn();
    let shards = |pattern: &str| walk(folder.path()).iter().filter(|path| path.contains(pattern)).count();
    // The slow call holds the end back, so that the kill comes before it.
    for _ in 0..400 {
        if shards("versions-0000.json") >= 1 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(shards("versions-0000.json") >= 1, "{:?}", walk(folder.path()));

    let early = Command::new(["audit", "--snapshot", to]).run();
    assert_eq!(early.code, Some(2));
    assert!(early.stderr.contains("is incomplete: its collection was stopped"), "{early}");

    let run = command(&session, &[&args[..], &["--resume", "--select=prod/*"]].concat()).run();
    assert_eq!(run.code, Some(2), "another selection is another collection: {run}");
    assert!(run.stderr.contains("it was begun with other options"), "{run}");
    session.faults(&json!([]));
    let before = session.calls().len();
    let run = command(&session, &[&args[..], &["--resume"]].concat()).run();
    assert_eq!(run.code, Some(0), "{run}");
    let asked = session.calls().split_off(before);
    let versions = |region: &str| {
        asked.iter().filter(|call| call.operation == "ListSecretVersionIds" && call.region == region).count()
    };
    assert!(versions("eu-west-1") == 0 || versions("us-east-1") == 0, "both Regions were asked again");
    let resumed = report(&Command::new(["audit", "--snapshot", to, "--format=json", "--as-of", AS_OF]).run());
    let whole = report(&audit(&session, &["--region=eu-west-1", "--region=us-east-1"]));
    assert_eq!(resumed["findings"], whole["findings"]);
}

/// Every file below a folder.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    paths
        .flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path.display().to_string()] })
        .collect()
}

#[test]
fn an_empty_account_says_so() {
    let server = crate::aws::Server::start("empty");
    let run = audit(&server.session("empty"), &[]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (Some(4), "every Region answered, and there is no secret\n"),
        "{run}"
    );
}

#[test]
fn no_credentials() {
    let session = company().session("no-credentials");
    let run = nobody(&session, &["audit", "--quiet"]).run();
    assert_eq!(run.code, Some(2));
    assert_snapshot!(run.stderr, @r#"
    error: no AWS credentials: neither the environment nor the AWS configuration files nor this machine has any
    help: set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile with `--profile`, or log in with `aws sso login`
    "#);
}

#[test]
fn an_expired_token() {
    let session = company().session("expired");
    session.faults(&json!([{ "action": "expired-token" }]));
    let run = command(&session, &["audit", "--quiet"]).run();
    assert_eq!(run.code, Some(2));
    assert_snapshot!(run.stderr, @r#"
    error: the AWS credentials have expired: The security token included in the request is expired
    help: renew the credentials, for example with `aws sso login`
    "#);
}

#[test]
fn an_endpoint_that_nobody_answers() {
    let session = company().session("unreachable");
    let run =
        command(&session, &["audit", "--quiet", "--endpoint-url=http://127.0.0.1:9", "--max-attempts=1"])
            .run();
    assert_eq!(run.code, Some(2));
    assert_snapshot!(run.stderr, @r#"
    error: cannot reach `http://127.0.0.1:9`: connection refused
    help: check the network, the proxy variables, and `--endpoint-url` or AWS_ENDPOINT_URL
    "#);
}

#[test]
fn a_region_that_does_not_exist() {
    let session = company().session("no-such-region");
    let run = command(&session, &["audit", "--quiet", "--region=eu-wset-1"]).run();
    assert_eq!(run.code, Some(2));
    assert_snapshot!(run.stderr, @r#"
    error: there is no Region `eu-wset-1` in partition `aws`
    help: did you mean `eu-west-1`?
    "#);
}

#[test]
fn a_selector_that_is_none() {
    let session = company().session("bad-selector");
    let run = command(&session, &["audit", "--quiet", "--select=prod/["]).run();
    assert_eq!(run.code, Some(2));
    assert_snapshot!(run.stderr, @r#"
    error: `prod/[` selects nothing: unclosed character class; missing ']'
    help: write a name such as `prod/*`, the whole ARN of a secret, or a tag such as `tag:Team=payments`
    "#);
}

/// A file may not grow beyond 4 blocks of 512 bytes, as on a disk without room: what was kept before is whole.
#[test]
fn a_disk_that_fills_up_ends_the_collection() {
    let session = company().session("full-disk");
    let folder = folder();
    let to = folder.path().join("snapshot");
    let script =
        "trap '' XFSZ; ulimit -f 4; exec \"$PROGRAM\" collect --quiet --region=eu-west-1 --to \"$TO\"";
    let run = credentials(&session, Command::shell(script)).env("TO", &to).run();
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run}");
    assert!(run.stderr.starts_with("error: cannot write `"), "{run}");
    assert!(
        run.stderr
            .ends_with("file too large\nhelp: check that the directory is writable and the disk has room\n"),
        "{run}"
    );
    for path in walk(&to) {
        let text = std::fs::read_to_string(&path).unwrap();
        serde_json::from_str::<Value>(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
}
