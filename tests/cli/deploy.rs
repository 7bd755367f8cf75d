//! What stands in `deploy/`, as far as it can be tried without a cloud, a cluster or a tool: policies are those that the
//! program prints, scripts do what they say, and metrics, labels and options exist. `deploy/check` has the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_json::Value;

use crate::support::{Command, folder, root};

/// The most characters of a managed policy, whitespace left out.
///
/// Source: IAM User Guide, "IAM and AWS STS quotas", "IAM and STS character limits".
const MANAGED_POLICY: usize = 6144;

fn deploy(file: &str) -> PathBuf {
    root().join("deploy").join(file)
}

fn read(file: &str) -> String {
    fs::read_to_string(deploy(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn yaml(file: &str) -> Value {
    serde_saphyr::from_str(&read(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn permissions(arguments: &[&str]) -> String {
    let run = Command::new(["permissions"]).args(arguments).run();
    assert_eq!(run.code, Some(0), "{run}");
    run.stdout
}

/// Compares a file with what it should be, or writes it where generated files are written.
fn assert_is(file: &str, expected: &str) {
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(deploy(file), expected).unwrap();
    }
    let update = "write it anew with `UPDATE_GENERATED=1 cargo test generated_policies`";
    assert!(
        read(file) == expected,
        "deploy/{file} is not what `secrets-auditor permissions` prints: {update}"
    );
}

/// Nobody may give the role more or less than an audit asks.
#[test]
fn generated_policies_are_those_that_the_program_prints() {
    assert_is("terraform/policy.json", &permissions(&[]));
    let printed = permissions(&["--format", "cloudformation"]);
    let resource = |text: &str| {
        let (_, resource) = text.split_once("Resources:\n").unwrap();
        resource.split_once("Outputs:\n").unwrap().0.trim_end().to_owned()
    };
    let template = read("cloudformation/role.yaml");
    let (head, rest) = template.split_once("  SecretsAuditor:\n").unwrap();
    let (_, tail) = rest.split_once("\n\nOutputs:\n").unwrap();
    assert_is("cloudformation/role.yaml", &format!("{head}{}\n\nOutputs:\n{tail}", resource(&printed)));
}

#[test]
fn policies_are_within_the_limits_of_iam() {
    for purpose in ["audit", "s3", "athena", "publish", "prices"] {
        let policy: Value = serde_json::from_str(&permissions(&["--for", purpose])).unwrap();
        let length = policy.to_string().chars().filter(|letter| !letter.is_whitespace()).count();
        assert!(length <= MANAGED_POLICY, "{purpose}: {length} characters");
    }
}

/// Whoever may assume the role is named: neither template lets anybody in who is not.
#[test]
fn the_trust_of_a_role_is_never_open() {
    let principals = Regex::new(r#"(AWS|Federated|identifiers)\s*[:=]\s*\[?"?\*"#).unwrap();
    for file in ["terraform/main.tf", "cloudformation/role.yaml"] {
        let trust = read(file);
        assert!(!principals.is_match(&trust), "{file}");
    }
}

/// Metric to the names of its labels, as a report has them.
fn metrics() -> BTreeMap<String, BTreeSet<String>> {
    let sample = fs::read_to_string(root().join("reports/sample.prom")).unwrap();
    let line = Regex::new(r"(?m)^(secrets_auditor_\w+)(?:\{(.*)\})? [0-9.]+$").unwrap();
    let label = Regex::new(r#"(\w+)="(?:[^"\\]|\\.)*""#).unwrap();
    let mut metrics: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for found in line.captures_iter(&sample) {
        let labels = metrics.entry(found[1].to_owned()).or_default();
        let text = found.get(2).map_or("", |text| text.as_str());
        labels.extend(label.captures_iter(text).map(|label| label[1].to_owned()));
    }
    metrics
}

/// Checks that every metric of an expression exists, and has the labels that it is asked for and summed by.
fn assert_known(expression: &str, metrics: &BTreeMap<String, BTreeSet<String>>) -> usize {
    let metric = Regex::new(r"secrets_auditor_\w+").unwrap();
    let asked = Regex::new(r"(secrets_auditor_\w+)\{([^}]*)\}").unwrap();
    let matcher = Regex::new(r#"(\w+)\s*(?:=~|!~|!=|=)"#).unwrap();
    let by = Regex::new(r"by \(([^)]*)\)\s*\((secrets_auditor_\w+)").unwrap();
    let known = |name: &str| {
        metrics.get(name).unwrap_or_else(|| panic!("no metric {name} in reports/sample.prom: {expression}"))
    };
    for found in asked.captures_iter(expression) {
        for label in matcher.captures_iter(&found[2]) {
            assert!(known(&found[1]).contains(&label[1]), "{} has no label {}", &found[1], &label[1]);
        }
    }
    for found in by.captures_iter(expression) {
        for label in found[1].split(", ") {
            assert!(known(&found[2]).contains(label), "{} has no label {label}", &found[2]);
        }
    }
    let named: Vec<_> = metric.find_iter(expression).map(|found| known(found.as_str())).collect();
    named.len()
}

#[test]
fn alerts_and_panels_are_over_metrics_that_exist() {
    let metrics = metrics();
    let rules = yaml("prometheus/rules.yml");
    let alerts = rules["groups"][0]["rules"].as_array().unwrap();
    for alert in alerts {
        assert!(assert_known(alert["expr"].as_str().unwrap(), &metrics) > 0, "{alert}");
    }
    let board: Value = serde_json::from_str(&read("grafana/dashboard.json")).unwrap();
    let panels = board["panels"].as_array().unwrap();
    let ids: BTreeSet<i64> = panels.iter().map(|panel| panel["id"].as_i64().unwrap()).collect();
    assert_eq!(ids.len(), panels.len(), "each panel has an id of its own");
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().into_iter().flatten());
    let counted: Vec<usize> =
        targets.map(|target| assert_known(target["expr"].as_str().unwrap(), &metrics)).collect();
    assert!(counted.len() > 10 && counted.iter().all(|count| *count > 0), "{counted:?}");
    let variables = board["templating"]["list"].as_array().unwrap();
    for variable in variables.iter().filter(|variable| variable["type"] == "query") {
        let query = variable["definition"].as_str().unwrap();
        assert!(query.starts_with("label_values(") && query.contains("secrets_auditor_"), "{query}");
    }
}

/// The options of the program that a text names.
fn options(text: &str) -> BTreeSet<String> {
    let option = Regex::new(r"(?:^|\s)(--[a-z][a-z-]*)").unwrap();
    option.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

fn assert_are_options_of_audit(options: &BTreeSet<String>) {
    let help = Command::new(["audit", "--help"]).run().stdout;
    for option in options {
        let is_known = help.lines().any(|line| {
            let line = line.trim_start();
            line.split(", ").any(|name| name.split([' ', '=']).next() == Some(option))
        });
        assert!(is_known, "`audit` has no option {option}");
    }
}

#[test]
fn the_job_of_gitlab_asks_for_what_there_is() {
    let job = yaml("gitlab/secrets-auditor.gitlab-ci.yml");
    let script = job["secrets-auditor"]["script"][1].as_str().unwrap();
    let options = options(script);
    assert!(options.contains("--output") && options.contains("--fail-on"), "{script}");
    assert_are_options_of_audit(&options);
    let reports = job["secrets-auditor"]["artifacts"]["reports"].as_object().unwrap();
    for file in reports.values() {
        assert!(script.contains(&format!("={}", file.as_str().unwrap())), "{file} is written by nobody");
    }
}

/// A step of the action, by its id.
fn step(id: &str) -> Value {
    let action = yaml("github/action.yml");
    let steps = action["runs"]["steps"].as_array().unwrap().clone();
    steps.into_iter().find(|step| step["id"] == id).unwrap()
}

/// A program that notes its arguments, writes a SARIF file where it is asked to, and ends with a code.
fn stand_in(folder: &Path, code: i32) -> PathBuf {
    let program = folder.join("program");
    let script = format!(
        "#!/bin/sh\nfor argument in \"$@\"; do\n  printf '%s\\n' \"$argument\" >>'{0}/arguments'\n  case $argument in sarif=*) \
         [ {code} = 2 ] || echo x >\"${{argument#sarif=}}\" ;; esac\ndone\nexit {code}\n",
        folder.display()
    );
    fs::write(&program, script).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&program, mode).unwrap();
    program
}

/// Runs the script of the action's audit: what the stand-in was given, and what the step puts out.
fn audited(code: i32, inputs: [&str; 4]) -> (String, String) {
    let folder = folder();
    let program = stand_in(folder.path(), code);
    let [config, fail_on, formats, arguments] = inputs;
    let run = Command::shell(r#"exec bash -e -o pipefail -c "$SCRIPT""#)
        .env("SCRIPT", step("audit")["run"].as_str().unwrap())
        .env("GITHUB_OUTPUT", folder.path().join("output"))
        .env("SARIF", folder.path().join("sarif"))
        .env("CONFIG", config)
        .env("FAIL_ON", fail_on)
        .env("FORMATS", formats)
        .env("ARGUMENTS", arguments);
    // The helper gives the program that is tested under this name.
    let run = run.env("PROGRAM", program).run();
    assert_eq!(run.code, Some(0), "{run}");
    let read = |name: &str| {
        let text = fs::read_to_string(folder.path().join(name)).unwrap();
        text.replace(folder.path().to_str().unwrap(), "DIR")
    };
    (read("arguments"), read("output"))
}

#[test]
fn the_action_hands_on_inputs_and_the_exit_code() {
    let (arguments, output) = audited(1, ["", "", "", ""]);
    insta::assert_snapshot!(arguments, @"
    audit
    --quiet
    --format
    github
    --output
    sarif=DIR/sarif/secrets-auditor.sarif
    ");
    insta::assert_snapshot!(output, @"
    exit-code=1
    sarif=DIR/sarif
    ");
    let inputs =
        ["house.yaml", "medium", "json=a b.json\n\nhtml=$(touch x)", "--baseline=b.json\n--owner=a; b"];
    let (arguments, output) = audited(3, inputs);
    insta::assert_snapshot!(arguments, @"
    audit
    --quiet
    --format
    github
    --output
    sarif=DIR/sarif/secrets-auditor.sarif
    --config
    house.yaml
    --fail-on
    medium
    --output
    json=a b.json
    --output
    html=$(touch x)
    --baseline=b.json
    --owner=a; b
    ");
    insta::assert_snapshot!(output, @"
    exit-code=3
    sarif=DIR/sarif
    ");
    assert_are_options_of_audit(&options(&arguments.replace('=', " ")));
    // Where nothing could run there is nothing to upload.
    assert_eq!(audited(2, ["", "", "", ""]).1, "exit-code=2\n");
}

#[test]
fn the_action_takes_no_input_into_a_script() {
    let action = yaml("github/action.yml");
    for step in action["runs"]["steps"].as_array().unwrap() {
        let script = step["run"].as_str().unwrap_or_default();
        assert!(!script.contains("${{"), "{script}");
    }
    let inputs: BTreeSet<&String> = action["inputs"].as_object().unwrap().keys().collect();
    let workflow = yaml("github/workflow.yml");
    let steps = workflow["jobs"]["audit"]["steps"].as_array().unwrap();
    let ours = steps.iter().find(|step| step["uses"] == "./deploy/github").unwrap();
    assert!(ours["with"].as_object().unwrap().keys().all(|name| inputs.contains(name)), "{ours}");
    let needed = ["contents", "id-token", "security-events"];
    assert!(needed.iter().all(|name| workflow["jobs"]["audit"]["permissions"].get(name).is_some()));
}

/// What the image leaves out must not be what the build reads.
#[test]
fn the_image_has_what_the_build_reads() {
    let taken: BTreeSet<String> = read("docker/Dockerfile.dockerignore")
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .map(str::to_owned)
        .collect();
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let embedded = Regex::new(r#"(?:include_str!|include_bytes!|include_dir!)\("([^"]+)"\)"#).unwrap();
    let mut read: BTreeSet<PathBuf> =
        ["Cargo.toml", "Cargo.lock", "askama.toml", "build.rs", "src"].map(PathBuf::from).into();
    for (path, bytes) in crate::support::files_below(&root().join("src")) {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        for found in embedded.captures_iter(&text) {
            let named = Path::new(&found[1]);
            let whole = match named.strip_prefix("$CARGO_MANIFEST_DIR") {
                Ok(named) => named.to_owned(),
                Err(_) => {
                    normal(&path.parent().unwrap().join(named)).strip_prefix(root()).unwrap().to_owned()
                }
            };
            read.insert(whole);
        }
    }
    let target = Regex::new(r#"(?m)^path = "([^"]+)""#).unwrap();
    read.extend(target.captures_iter(&manifest).map(|found| PathBuf::from(&found[1])));
    for path in read {
        let is_taken = path.ancestors().any(|above| taken.contains(&above.display().to_string()));
        assert!(is_taken, "the image lacks {}", path.display());
    }
}

/// A path without its `..`.
fn normal(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut whole, part| {
        if part == std::path::Component::ParentDir {
            whole.pop();
        } else {
            whole.push(part);
        }
        whole
    })
}
