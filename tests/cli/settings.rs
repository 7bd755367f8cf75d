//! The settings file: where it is found, what it changes, what is wrong with it, and how `init` begins one.

use insta::assert_snapshot;

use crate::support::{Command, Run, folder, folder_with, root, sample_copy, write};

const NAME: &str = "secrets-auditor.yaml";

/// Runs in a folder.
fn at(folder: &std::path::Path, arguments: &[&str]) -> Run {
    let quoted: Vec<String> = arguments.iter().map(|argument| format!("'{argument}'")).collect();
    Command::shell(&format!("cd '{}' && exec \"$PROGRAM\" {}", folder.display(), quoted.join(" "))).run()
}

fn severity(run: &Run) -> String {
    run.json()["severity"].as_str().unwrap_or_else(|| panic!("{run}")).to_owned()
}

const EXPLAIN: [&str; 4] = ["rules", "explain", "stale-value", "--json"];

#[test]
fn the_file_is_found_up_to_the_root_of_the_repository() {
    let house = folder_with("repository/secrets-auditor.yaml", "rules: { stale-value: { severity: low } }");
    let repository = house.path().join("repository");
    write(repository.join(".git/HEAD"), "");
    write(repository.join("a/b/file"), "");
    assert_eq!(severity(&at(&repository.join("a/b"), &EXPLAIN)), "low");
    assert_eq!(severity(&at(&repository, &EXPLAIN)), "low");
    let run = at(&repository.join("a/b"), &EXPLAIN);
    assert_eq!(run.stderr, "settings from `../../secrets-auditor.yaml`\n");
    // The nearest one counts, and nothing else of the others.
    write(repository.join("a/secrets-auditor.yml"), "rules: { stale-value: { severity: info } }");
    assert_eq!(severity(&at(&repository.join("a/b"), &EXPLAIN)), "info");
    assert_eq!(severity(&at(&repository.join("a/b"), &[&EXPLAIN[..], &["--no-config"]].concat())), "high");
    // Above the repository nothing counts.
    std::fs::remove_file(repository.join(NAME)).unwrap();
    write(house.path().join(NAME), "rules: { stale-value: { severity: low } }");
    assert_eq!(severity(&at(&repository, &EXPLAIN)), "high");
}

#[test]
fn outside_of_a_repository_only_the_folder_itself_counts() {
    let house = folder_with(NAME, "rules: { stale-value: { severity: low } }");
    write(house.path().join("below/file"), "");
    assert_eq!(severity(&at(house.path(), &EXPLAIN)), "low");
    assert_eq!(severity(&at(&house.path().join("below"), &EXPLAIN)), "high");
}

#[test]
fn options_come_before_the_variable_before_the_folder() {
    let here = folder_with(NAME, "rules: { stale-value: { severity: low } }");
    write(here.path().join("variable.yaml"), "rules: { stale-value: { severity: medium } }");
    write(here.path().join("option.yaml"), "rules: { stale-value: { severity: critical } }");
    let run = |variable: bool, option: bool| {
        let variable = if variable { "SECRETS_AUDITOR_CONFIG=variable.yaml" } else { "" };
        let option = if option { "--config option.yaml" } else { "" };
        let script = format!(
            "cd '{}' && {variable} \"$PROGRAM\" {} {option}",
            here.path().display(),
            EXPLAIN.join(" ")
        );
        severity(&Command::shell(&script).run())
    };
    assert_eq!(run(false, false), "low");
    assert_eq!(run(true, false), "medium");
    assert_eq!(run(true, true), "critical");
    assert_eq!(run(false, true), "critical");
}

#[test]
fn two_files_in_a_folder_are_one_too_many() {
    let here = folder_with(NAME, "");
    write(here.path().join("secrets-auditor.yml"), "");
    let run = at(here.path(), &["audit", "--sample"]);
    assert_eq!(run.code, Some(2));
    assert_snapshot!(run.stderr, @"
    error: there are two settings files: `secrets-auditor.yaml` and `secrets-auditor.yml`
    --> secrets-auditor.yaml
     = help: delete one, or name one with `--config FILE`

    error: 1 error in rules or their settings
    ");
}

/// What each mistake says.
#[test]
fn every_mistake_is_named_with_its_place() {
    let cases = [
        "regoins: [eu-west-1]",
        "accounts: { roles: [a], organisation: { role_name: b } }",
        "accounts: { roles: [a], organization: { role_name: b } }",
        "only: [stale-value]\nskip: [stale-value]",
        "rules: { stale-valeu: { max_age_days: 30 } }",
        "rules: { stale-value: { max_age_day: 30 } }",
        "rules: { stale-value: { max_age_days: 0 } }",
        "rules: { stale-value: { severity: huge } }",
        "rules: { stale-value: { max_age_days: [{ value: 30 }, { value: 60 }] } }",
        "fail_on: severe",
        "select: ['tag:Team']",
        "production: live",
        "environments: { staging: [prod] }",
        "owners: { otherwise: [{ scope: 'a[', owner: x }] }",
        "trail: { sources: ['s3://'] }",
        "trail: { budget: soon }",
        "outputs: { pdf: report.pdf }",
        "price_book: no-such-file.yaml",
        "accepted_gaps: [{ call: GetKeyPolicy, reason: x, owner: y, expires: 2026-12-01 }]",
        "- a list",
        "fail_on: [",
        "fail_on: [high]",
        "only: stale-value",
        "rules: [stale-value]",
        "monthly_calls: many",
        "gate_events: maybe",
        "exception_days: { sevre: 3 }",
        "exception_days: { high: -1 }",
        "fail_on: high\n---\nfail_on: low",
        "fail_on: high\nfail_on: low",
        "fail_on:\nproduction:\nonly: [~]",
        "owners: { otherwise: [{ scope: a }] }",
        "regions: [eu-wst-1]",
        "trusted_accounts: [\"9999\"]",
        "skip: [stale-valeu]",
        "only: ['stale-[']",
        "frameworks: [pci]",
        "frameworks: [soc-2]\nonly: [vague-name]",
        "rule_dirs: [house-rules]",
        "baseline: no-such-baseline.json",
        "history: secrets-auditor.yaml",
        "a: *b",
    ];
    let mut said = String::new();
    for case in cases {
        let here = folder_with(NAME, case);
        let run = at(here.path(), &["audit", "--sample"]);
        assert_eq!(run.code, Some(2), "{case}: {run}");
        let is_said =
            |line: &&str| line.starts_with("error: ") || line.contains("help: ") || line.contains("--> ");
        let lines =
            run.stderr.lines().filter(is_said).filter(|line| !line.contains("in rules or their settings"));
        let lines: Vec<&str> = lines.map(str::trim).collect();
        said.push_str(&format!("{case}\n{}\n\n", lines.join("\n")));
    }
    assert_snapshot!(said, @r#"
    regoins: [eu-west-1]
    error: not a settings file: unknown key `regoins`
    --> secrets-auditor.yaml:1:1
    = help: did you mean `regions`?

    accounts: { roles: [a], organisation: { role_name: b } }
    error: not a settings file: unknown key `organisation`
    --> secrets-auditor.yaml:1:25
    = help: did you mean `organization`?

    accounts: { roles: [a], organization: { role_name: b } }
    error: `accounts` has `roles` and `organization`
    --> secrets-auditor.yaml:1:21
    = help: name the roles, or one role for every account of the organization

    only: [stale-value]
    skip: [stale-value]
    error: `stale-value` stands under `only` and under `skip`
    --> secrets-auditor.yaml:2:8
    = help: leave out one of the two

    rules: { stale-valeu: { max_age_days: 30 } }
    error: no rule `stale-valeu`
    --> secrets-auditor.yaml:1:10
    = help: did you mean `stale-value`?

    rules: { stale-value: { max_age_day: 30 } }
    error: rule `stale-value` has no parameter `max_age_day`
    --> secrets-auditor.yaml:1:25
    = help: did you mean `max_age_days`?

    rules: { stale-value: { max_age_days: 0 } }
    error: stale-value.max_age_days: `0` is too small: at least 1 is expected
    --> secrets-auditor.yaml:1:25

    rules: { stale-value: { severity: huge } }
    error: stale-value.severity: `huge` is no severity
    --> secrets-auditor.yaml:1:25
    = help: expected critical, high, medium, low or info

    rules: { stale-value: { max_age_days: [{ value: 30 }, { value: 60 }] } }
    error: stale-value.max_age_days: only the last alternative may be without `when`
    --> secrets-auditor.yaml:1:25

    fail_on: severe
    error: `severe` is no severity
    --> secrets-auditor.yaml:1:10
    = help: expected critical, high, medium, low, info or never

    select: ['tag:Team']
    error: `tag:Team` selects nothing: a tag is written `tag:Key=Value`
    --> secrets-auditor.yaml:1:10
    = help: write a name such as `prod/*`, the whole ARN of a secret, or a tag such as `tag:Team=payments`

    production: live
    error: no environment is called `live`
    --> secrets-auditor.yaml:1:13
    = help: known are development, production, sandbox, staging, test; add others under `environments`

    environments: { staging: [prod] }
    error: `prod` means two environments: `production` and `staging`
    --> secrets-auditor.yaml:1:27
    = help: leave it out of one of them, under `environments`

    owners: { otherwise: [{ scope: 'a[', owner: x }] }
    error: `a[` selects nothing: unclosed character class; missing ']'
    --> secrets-auditor.yaml:1:32
    = help: write a name such as `prod/*`, an ARN, or a tag such as `tag:Team=payments`

    trail: { sources: ['s3://'] }
    error: `s3://` is no source of CloudTrail: expected a bucket behind `s3://`, such as s3://my-trail/prefix
    --> secrets-auditor.yaml:1:20
    = help: `audit --help` shows them under `--trail`

    trail: { budget: soon }
    error: trail.budget: `soon` is no span of time
    --> secrets-auditor.yaml:1:18
    = help: write it as 90s, 5m or 1h

    outputs: { pdf: report.pdf }
    error: outputs: no format `pdf`
    --> secrets-auditor.yaml:1:17
    = help: expected terminal, html, json, ndjson, csv, ocsf, asff, openmetrics, parquet, concise, github, gitlab, junit, markdown or sarif

    price_book: no-such-file.yaml
    error: cannot read the price book `no-such-file.yaml`: no such file or directory
    --> secrets-auditor.yaml:1:13
    = help: have `secrets-auditor prices refresh` write one, or leave out `price_book`

    accepted_gaps: [{ call: GetKeyPolicy, reason: x, owner: y, expires: 2026-12-01 }]
    error: `GetKeyPolicy` is no call
    --> secrets-auditor.yaml:1:25
    = help: write it as IAM does, such as `kms:GetKeyPolicy` or `kms:*`

    - a list
    error: not a settings file: keys with values are expected here
    --> secrets-auditor.yaml:1:1
    = help: write `key: value`, one a line

    fail_on: [
    error: not a settings file: a single text is expected here
    --> secrets-auditor.yaml:1:10
    = help: write one text, without brackets

    fail_on: [high]
    error: not a settings file: a single text is expected here
    --> secrets-auditor.yaml:1:10
    = help: write one text, without brackets

    only: stale-value
    error: not a settings file: a list is expected here
    --> secrets-auditor.yaml:1:7
    = help: write `[one, another]`, or one `- …` a line

    rules: [stale-value]
    error: not a settings file: keys with values are expected here
    --> secrets-auditor.yaml:1:8
    = help: write `key: value`, one a line

    monthly_calls: many
    error: not a settings file: a whole number is expected here
    --> secrets-auditor.yaml:1:16

    gate_events: maybe
    error: not a settings file: `true` or `false` is expected here
    --> secrets-auditor.yaml:1:14

    exception_days: { sevre: 3 }
    error: not a settings file: `sevre` is not known here
    --> secrets-auditor.yaml:1:19
    = help: expected info, low, medium, high or critical

    exception_days: { high: -1 }
    error: not a settings file: a whole number is expected here
    --> secrets-auditor.yaml:1:25

    fail_on: high
    ---
    fail_on: low
    error: not a settings file: it holds several documents
    --> secrets-auditor.yaml:3:1
    = help: leave out the line `---` between them

    fail_on: high
    fail_on: low
    error: not a settings file: the key `fail_on` stands here twice
    --> secrets-auditor.yaml:2:1
    = help: keep one of the two

    fail_on:
    production:
    only: [~]
    error: not a settings file: a text is expected here, and there is none
    --> secrets-auditor.yaml:3:8
    = help: write one, or leave out the key

    owners: { otherwise: [{ scope: a }] }
    error: not a settings file: the key `owner` is missing
    --> secrets-auditor.yaml:1:25
    = help: write `owner: …` beside the others

    regions: [eu-wst-1]
    error: there is no Region `eu-wst-1`
    --> secrets-auditor.yaml:1:11
    = help: did you mean `eu-west-1`?

    trusted_accounts: ["9999"]
    error: `9999` is no account
    --> secrets-auditor.yaml:1:20
    = help: write its twelve digits in quotes

    skip: [stale-valeu]
    error: `stale-valeu` matches no rule
    --> secrets-auditor.yaml:1:8
    = help: did you mean `stale-value`?

    only: ['stale-[']
    error: `stale-[` is not a glob: unclosed character class; missing ']'
    --> secrets-auditor.yaml:1:8
    = help: write an id, or a glob such as `rotation-*`

    frameworks: [pci]
    error: no framework `pci`
    --> secrets-auditor.yaml:1:14
    = help: did you mean `pci-dss-4.0.1`?

    frameworks: [soc-2]
    only: [vague-name]
    error: no rule that was chosen stands behind a control of `soc-2`
    --> secrets-auditor.yaml:1:14
    = help: leave out `frameworks`, or `only` and `skip`

    rule_dirs: [house-rules]
    error: there are no rule files in `house-rules`: no such file or directory
    --> secrets-auditor.yaml:1:13
    = help: name a folder of rule files, as seen from the settings file

    baseline: no-such-baseline.json
    error: there is no baseline `no-such-baseline.json`
    --> secrets-auditor.yaml:1:11
    = help: make it with `secrets-auditor baseline create no-such-baseline.json`

    history: secrets-auditor.yaml
    error: `secrets-auditor.yaml` is no folder
    --> secrets-auditor.yaml:1:10
    = help: name a folder; it is made where it is absent

    a: *b
    error: not a settings file: unknown key `a`
    --> secrets-auditor.yaml:1:1
    = help: known are accounts, regions, select, trail, rules, only, skip, frameworks, rule_dirs, trusted_accounts, environments, production, environment_tags, classification, owners, exceptions, exception_days, accepted_gaps, price_book, monthly_calls, fail_on, gate_events, baseline, history, iac_map, outputs
    "#);
}

#[test]
fn a_file_that_is_not_there_is_an_error() {
    let run = Command::new(["audit", "--sample", "--config", "no-such-file.yaml"]).run();
    assert_eq!(run.code, Some(2));
    assert_snapshot!(run.stderr, @"
    error: cannot read the settings file: no such file or directory
    --> no-such-file.yaml
     = help: name a YAML file with `--config FILE`, or begin one with `secrets-auditor init`

    error: 1 error in rules or their settings
    ");
}

#[test]
fn a_file_of_comments_changes_nothing() {
    let here = folder_with(NAME, "# nothing yet\n");
    assert_eq!(
        at(here.path(), &["audit", "--sample", "--no-config"]).stdout,
        at(here.path(), &["audit", "--sample"]).stdout
    );
}

#[test]
fn words_of_the_house_change_what_is_production() {
    let count = |yaml: &str| {
        let here = folder_with(NAME, yaml);
        let report = at(here.path(), &["audit", "--sample", "--format", "json"]).json();
        let all = report["findings"].as_array().unwrap().iter();
        all.filter(|finding| finding["environment"] == "live").count()
    };
    assert_eq!(count(""), 0);
    assert!(count("environments: { production: [], live: [prod, production] }\nproduction: live\n") > 50);
}

#[test]
fn owners_come_from_tags_and_then_from_the_settings() {
    let owner = |yaml: &str, name: &str| {
        let here = folder_with(NAME, yaml);
        let report = at(here.path(), &["audit", "--sample", "--format", "json"]).json();
        let all = report["findings"].as_array().unwrap();
        let found = all.iter().find(|finding| finding["resource"]["name"] == name).unwrap();
        found["owner"].as_str().unwrap().to_owned()
    };
    let otherwise = "owners: { otherwise: [{ scope: 'tidewater_*', owner: erp }, { account: '777788889999', owner: retail }] }";
    assert_eq!(owner("", "tidewater_erp_login"), "");
    assert_eq!(owner(otherwise, "tidewater_erp_login"), "erp");
    assert_eq!(owner(otherwise, "prod/loyalty/db"), "loyalty", "a tag comes first");
    assert_eq!(owner("owners: { tags: [CostCenter] }", "prod/loyalty/db"), "");
}

#[test]
fn reports_are_written_beside_the_file_that_asks_for_them() {
    let here = folder_with(NAME, "outputs: { json: out/report.json }\nfail_on: never\n");
    write(here.path().join("out/keep"), "");
    let run = at(here.path(), &["audit", "--sample"]);
    assert_eq!(run.code, Some(0), "{run}");
    assert!(here.path().join("out/report.json").is_file());
}

#[test]
fn prices_may_be_ones_own() {
    let prices = std::fs::read_to_string(root().join("src/cost/prices.yaml")).unwrap();
    let here = folder_with(NAME, "price_book: prices.yaml\nmonthly_calls: 100000\n");
    write(
        here.path().join("prices.yaml"),
        prices.replace("secret_month: \"0.40\"", "secret_month: \"0.20\""),
    );
    let cost = |arguments: &[&str]| {
        at(here.path(), arguments).json()["cost"]["monthly_total"].as_str().unwrap().to_owned()
    };
    let listed = cost(&["audit", "--sample", "--format", "json", "--no-config", "--monthly-calls", "100000"]);
    let own = cost(&["audit", "--sample", "--format", "json"]);
    let number = |text: &str| text.parse::<rust_decimal::Decimal>().unwrap();
    assert_eq!(number(&listed) - number(&own), number("14"), "70 secrets at 0.20 less");
}

#[test]
fn trusted_accounts_hold_for_every_rule_that_asks_for_them() {
    let fails = |yaml: &str| {
        let here = folder_with(NAME, yaml);
        let report = at(here.path(), &["audit", "--sample", "--format", "json"]).json();
        ["readable-outside-org", "key-usable-outside-org", "key-in-other-account"]
            .map(|rule| report["summary"]["by_rule"][rule]["fail"].as_u64().unwrap())
    };
    let before = fails("");
    assert!(before.iter().all(|count| *count > 0), "{before:?}");
    let after = fails("trusted_accounts: ['999988887777', '888877776666', '131313131313', '121212121212']");
    assert!(after.iter().sum::<u64>() < before.iter().sum::<u64>(), "{before:?} {after:?}");
}

#[test]
fn init_writes_a_file_from_what_it_sees() {
    let here = folder();
    let run = at(here.path(), &["init", "--sample"]);
    assert_eq!(run.code, Some(0), "{run}");
    assert_snapshot!(std::fs::read_to_string(here.path().join(NAME)).unwrap(), @r#"
    # Settings of secrets-auditor. Options on the command line come before them.
    # Seen: 73 secrets, 3 accounts in 3 Regions.
    # Editors complete it with reports/schema/config.schema.json of secrets-auditor.

    # Accounts to audit; without this the one of your credentials.
    # accounts:
    #   roles:
    #     - arn:aws:iam::111122223333:role/secrets-auditor # harbour-prod
    #     - arn:aws:iam::444455556666:role/secrets-auditor # harbour-dev
    #     - arn:aws:iam::777788889999:role/secrets-auditor # harbour-legacy
    #   # or every account of the organization:
    #   # organization: { role_name: secrets-auditor }

    # Regions to audit; without this every one that is switched on. Secrets were seen in these.
    # regions: [ap-southeast-2, eu-west-1, us-east-1]

    # Accounts outside the organization that policies and keys may name.
    # trusted_accounts: ["999988887777"]

    # Words in names and tags that mean an environment.
    environments:
      development: [dev, development]
      production: [prod, production, prd]
      sandbox: [sandbox, sbx] # none seen
      staging: [stage, staging, stg, preprod]
      test: [test, testing, qa, uat]
    production: production
    environment_tags: [Environment]

    # Who owns what: `--group-by owner` and `--owner` go by this.
    owners:
      tags: [Owner]
      # otherwise:
      #   - { scope: "payments/*", owner: payments }
      #   - { account: "111122223333", owner: platform }

    # Parameters and severities of rules: `secrets-auditor rules explain RULE` shows what there is.
    rules:
      stale-value:
        max_age_days:
          - { when: "production", value: 30 }
          - { when: "class = 'database'", value: 60 }
          - { value: 90 }
      # At least half of the secrets have these tags.
      missing-required-tags: { keys: [Environment, Owner] }
      # name-against-convention: { pattern: '^(prod|staging|dev)/[a-z0-9-]+/[a-z0-9-]+$' }

    # Findings that are accepted for a time: `secrets-auditor exceptions add` writes them here.
    exceptions: []
    #   - rule: stale-value
    #     scope: "prod/legacy/*"    # a name glob, an ARN, or tag:Key=Value
    #     reason: the vendor rotates twice a year
    #     owner: payments
    #     expires: YYYY-MM-DD
    #     ticket: SEC-123

    # The most days for which an exception may hold, by severity; 180 where nothing is said.
    # exception_days: { critical: 30, high: 90 }

    # Missing evidence that is accepted for a time.
    accepted_gaps: []
    #   - { call: "cloudtrail:DescribeTrails", account: "444455556666", region: eu-central-1, reason: …, owner: …, expires: YYYY-MM-DD } # refused now
    #   - { call: "cloudtrail:ListEventDataStores", account: "444455556666", region: eu-central-1, reason: …, owner: …, expires: YYYY-MM-DD } # refused now
    #   - { call: "config:DescribeConfigRules", account: "444455556666", region: eu-central-1, reason: …, owner: …, expires: YYYY-MM-DD } # refused now
    #   - { call: "events:ListRules", account: "111122223333", region: us-east-1, reason: …, owner: …, expires: YYYY-MM-DD } # refused now
    #   - { call: "iam:GetCredentialReport", account: "444455556666", reason: …, owner: …, expires: YYYY-MM-DD } # refused now
    #   - { call: "kms:DescribeKey", account: "111122223333", region: eu-west-1, reason: …, owner: …, expires: YYYY-MM-DD } # refused now
    #   - { call: "kms:GetKeyRotationStatus", account: "444455556666", region: us-east-1, reason: …, owner: …, expires: YYYY-MM-DD } # refused now
    #   - { call: "organizations:ListAccounts", account: "444455556666", reason: …, owner: …, expires: YYYY-MM-DD } # refused now
    #   - { call: "organizations:ListAccounts", account: "777788889999", reason: …, owner: …, expires: YYYY-MM-DD } # refused now
    #   - { call: "organizations:ListPolicies", account: "444455556666", reason: …, owner: …, expires: YYYY-MM-DD } # refused now
    #   - { call: "organizations:ListPolicies", account: "777788889999", reason: …, owner: …, expires: YYYY-MM-DD } # refused now
    #   - { call: "secretsmanager:DescribeSecret", account: "444455556666", region: eu-west-1, reason: …, owner: …, expires: YYYY-MM-DD } # refused now
    #   - { call: "secretsmanager:GetResourcePolicy", account: "111122223333", region: eu-west-1, reason: …, owner: …, expires: YYYY-MM-DD } # refused now
    #   - { call: "secretsmanager:ListSecretVersionIds", account: "111122223333", region: eu-west-1, reason: …, owner: …, expires: YYYY-MM-DD } # refused now
    #   - { call: "secretsmanager:ListSecrets", account: "444455556666", region: eu-central-1, reason: …, owner: …, expires: YYYY-MM-DD } # refused now

    # When the exit code says that a build fails.
    fail_on: high
    gate_events: false

    # Where to learn who did read secrets.
    # trail: { sources: [lookup], budget: 5m, cache: .secrets-auditor/cache }
    "#);
    // It is a file that the next run takes.
    assert_eq!(at(here.path(), &["audit", "--sample"]).code, Some(1));
    let again = at(here.path(), &["init", "--sample"]);
    assert_eq!(again.code, Some(2));
    assert_snapshot!(again.stderr, @"
    error: `secrets-auditor.yaml` is there already
    help: name another file, or put a new one in its place with `--force`
    ");
    assert_eq!(at(here.path(), &["init", "--sample", "--force"]).code, Some(0));
}

/// Strangers wrote the names of tags and accounts.
#[test]
fn hostile_names_do_not_break_the_first_file() {
    let copy = sample_copy();
    crate::support::edit_shard(copy.path(), "111122223333/eu-west-1/secrets-0000.json", |shard| {
        for record in shard["records"].as_array_mut().unwrap() {
            record["tags"] = serde_json::json!([
                { "key": "owner: x\n- evil", "value": "a" },
                { "key": "\u{1b}[31mteam\"]", "value": "b" },
                { "key": "env #", "value": "prod" },
            ]);
        }
    });
    let here = folder();
    let run = at(here.path(), &["init", "--snapshot", copy.path().to_str().unwrap()]);
    assert_eq!(run.code, Some(0), "{run}");
    let text = std::fs::read_to_string(here.path().join(NAME)).unwrap();
    assert!(!text.contains('\u{1b}') && !text.contains("\n- evil"), "{text}");
}

#[test]
fn the_first_file_may_be_printed() {
    let here = folder();
    let run = at(here.path(), &["init", "--sample", "-"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run}");
    at(here.path(), &["init", "--sample"]);
    assert_eq!(run.stdout, std::fs::read_to_string(here.path().join(NAME)).unwrap());
    assert!(!here.path().join("-").exists());
}

/// A link stays one, also where what it names is not there yet.
#[test]
fn files_are_written_through_links() {
    for there in [true, false] {
        let here = folder();
        write(here.path().join("far/keep"), "");
        if there {
            write(here.path().join("far/file"), "old");
        }
        let link = here.path().join("link");
        std::os::unix::fs::symlink("far/file", &link).unwrap();
        let report = at(here.path(), &["audit", "--sample", "--fail-on", "never", "--output", "json=link"]);
        assert_eq!(report.code, Some(0), "{report}");
        let text = std::fs::read_to_string(here.path().join("far/file")).unwrap();
        assert!(link.is_symlink() && text.contains("\"findings\""), "{there}");
        std::fs::remove_file(here.path().join("far/file")).unwrap();
        let baseline = at(here.path(), &["baseline", "create", "--sample", "link"]);
        assert_eq!(baseline.code, Some(0), "{baseline}");
        let text = std::fs::read_to_string(here.path().join("far/file")).unwrap();
        assert!(link.is_symlink() && text.contains("\"fingerprint\""), "{there}");
    }
}
