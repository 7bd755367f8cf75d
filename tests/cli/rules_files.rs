//! Rule files of users: what each mistake says, and what overriding does.

use secrets_auditor::model::Verdict;
use secrets_auditor::rules::RuleFile;
use secrets_auditor::tables::schema::Table;
use tempfile::TempDir;

use crate::support::{Command, Run, folder, folder_with, sample, sample_json, write};

/// A rule file that is right, with the lines of `changes` in place of its own lines with the same key.
fn rule(changes: &[&str]) -> String {
    let key = |line: &str| line.split(':').next().unwrap_or_default().to_owned();
    let own = [
        "id: my-rule",
        "title: a rule of a test",
        "severity: high",
        "table: secrets",
        "since: 0.1.0",
        "applies_to: customer_secret",
        "require: value_age_days <= 90",
        "message: too old",
        "why: because",
    ];
    let mut text = String::new();
    for line in own {
        let changed = changes.iter().find(|change| key(change) == key(line)).unwrap_or(&line);
        text.push_str(changed);
        text.push('\n');
    }
    for change in changes.iter().filter(|change| own.iter().all(|line| key(line) != key(change))) {
        text.push_str(change);
        text.push('\n');
    }
    if !changes.iter().any(|change| key(change) == "examples") {
        text.push_str(
            "examples:\n  - { name: young, given: { value_age_days: 1 }, expect: pass }\n  \
             - { name: old, given: { value_age_days: 91 }, expect: fail }\n",
        );
    }
    text
}

/// Checks a folder with this one rule.
fn check(changes: &[&str]) -> Run {
    check_file("my-rule.yaml", rule(changes))
}

fn check_file(name: &str, content: impl AsRef<[u8]>) -> Run {
    check_folder(&folder_with(name, content))
}

/// The outcome, in which the counts of our own rules and examples, which grow, are `[n]`.
fn check_folder(folder: &TempDir) -> Run {
    let run = Command::new(["rules", "check"]).arg(folder.path()).run();
    let counts = regex::Regex::new(r"\d+ rules, \d+ examples").unwrap();
    let stdout = counts.replace_all(&run.stdout, "[n] rules, [n] examples").into_owned();
    Run { stdout, ..run }
}

#[test]
fn the_rule_itself_is_fine() {
    let run = check(&[]);
    assert_eq!(run.code, Some(0), "{run}");
}

#[test]
fn our_own_rules_and_their_examples_hold() {
    let run = Command::new(["rules", "check"]).run();
    assert_eq!(run.code, Some(0), "{run}");
    let count = crate::support::files_below(&crate::support::root().join("rules")).len();
    assert!(run.stdout.starts_with(&format!("{count} rules, ")), "{run}");
    assert!(run.stdout.ends_with(", 0 failed\n"), "{run}");
}

/// Rules whose defect no resource of Terraform or CloudFormation mends, and why.
const NOT_AS_CODE: &[(&str, &str)] = &[
    ("administrators-read-everything", "whose administration is no task of theirs, only people can say"),
    ("bulk-read", "it happened"),
    ("config-disagrees", "two verdicts are compared"),
    ("deleted-but-wanted", "restoring is a call"),
    ("exception-expired", "exceptions stand in the settings"),
    ("exception-expires-soon", "exceptions stand in the settings"),
    ("exception-too-broad", "exceptions stand in the settings"),
    ("exception-unmatched", "exceptions stand in the settings"),
    ("key-pending-deletion", "cancelling is a call"),
    ("mixed-naming", "it is about all names together"),
    ("never-read", "what nobody needs goes away"),
    ("new-reader", "it happened"),
    ("old-version-still-read", "the reader must change"),
    ("orphan-replica", "promoting is a call"),
    ("person-read-production", "it happened"),
    ("read-refused", "it happened"),
    ("rotation-failing", "the cause lies in the function"),
    ("rotation-never-completed", "the cause lies in the function"),
    ("rotation-overdue", "the cause lies in the function"),
    ("rotation-stuck", "the cause lies in the function"),
    ("secret-in-metadata", "the credential must be replaced where it was issued"),
    ("unused-read-access", "what nobody needs goes away"),
    ("unused-secret", "what nobody needs goes away"),
    ("version-under-old-key", "putting the value anew is a call"),
    ("versions-piled-up", "moving a label is a call"),
];

/// What a complete file lacks.
fn lacks(rule: &RuleFile) -> Vec<String> {
    let mut lacks = Vec::new();
    let mut want = |is_there: bool, what: &str| {
        if !is_there {
            lacks.push(format!("{}: {what}", rule.id));
        }
    };
    let told = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let remediation = &rule.remediation;
    let as_code = NOT_AS_CODE.iter().all(|(id, _)| *id != rule.id);
    want(!rule.why.trim().is_empty(), "why");
    want(rule.references.iter().any(|url| url.starts_with("https://")), "a reference");
    want(told(&remediation.console), "console");
    want(told(&remediation.cli), "cli");
    want(told(&remediation.terraform) == as_code, "terraform, or its place on the list");
    want(told(&remediation.cloudformation) == as_code, "cloudformation, or its place on the list");
    // What the settings say is known, always.
    let is_known = rule.table == Table::Exceptions && rule.id != "exception-unmatched";
    let verdicts = [Verdict::Pass, Verdict::Fail, Verdict::Unknown].into_iter();
    for verdict in verdicts.filter(|verdict| !is_known || *verdict != Verdict::Unknown) {
        want(rule.examples.iter().any(|example| example.expect == verdict), verdict.as_str());
    }
    // Every other rule judges whatever is in its table.
    let is_narrow = rule.applies_to.trim() != "TRUE";
    want(
        !is_narrow || rule.examples.iter().any(|one| one.expect == Verdict::NotApplicable),
        "not-applicable",
    );
    lacks
}

#[test]
fn our_own_rule_files_are_complete() {
    let files = crate::support::files_below(&crate::support::root().join("rules"));
    let read = |(_, bytes): &(_, Vec<u8>)| {
        serde_saphyr::from_str::<RuleFile>(&String::from_utf8(bytes.clone()).unwrap()).unwrap()
    };
    let rules: Vec<RuleFile> = files.iter().map(read).collect();
    let lacking: Vec<String> = rules.iter().flat_map(lacks).collect();
    assert!(lacking.is_empty(), "{lacking:#?}");
    let unknown: Vec<_> =
        NOT_AS_CODE.iter().filter(|(id, _)| rules.iter().all(|rule| rule.id != *id)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn names_that_nobody_has() {
    insta::assert_snapshot!(check(&["require: value_age_day <= 90"]), @"
    exit: 2
    -- stderr --
    error: no column `value_age_day` in table `secrets`
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: value_age_day <= 90
      |          ^^^^^^^^^^^^^
      |
      = help: did you mean `value_age_days`?

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: zzz <= 90"]), @"
    exit: 2
    -- stderr --
    error: no column `zzz` in table `secrets`
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: zzz <= 90
      |          ^^^
      |
      = help: `secrets-auditor schema secrets` lists the columns

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: \"\\\"Value_Age_Days\\\" <= 90\""]), @r#"
    exit: 2
    -- stderr --
    error: no column `Value_Age_Days` in table `secrets`
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: "\"Value_Age_Days\" <= 90"
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: `secrets-auditor schema secrets` lists the columns

    error: 1 error in rules or their settings
    "#);
    insta::assert_snapshot!(check(&["require: value_age_days <= :max"]), @"
    exit: 2
    -- stderr --
    error: no parameter `:max` in this rule
     --> [dir]/my-rule.yaml:7:28
      |
    7 | require: value_age_days <= :max
      |                            ^^^^
      |
      = help: declare it under `parameters`

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(
        check(&["require: value_age_days <= :max_age", "parameters: { max_ages: { type: integer, default: 1, help: x } }"]),
        @"
    exit: 2
    -- stderr --
    error: no parameter `:max_age` in this rule
     --> [dir]/my-rule.yaml:7:28
      |
    7 | require: value_age_days <= :max_age
      |                            ^^^^^^^^
      |
      = help: did you mean `:max_ages`?

    error: 1 error in rules or their settings
    "
    );
    insta::assert_snapshot!(check(&["table: keys", "applies_to: \"\\\"tag:Owner\\\" = ''\""]), @r#"
    exit: 2
    -- stderr --
    error: no column `tag:Owner` in table `keys`
     --> [dir]/my-rule.yaml:6:13
      |
    6 | applies_to: "\"tag:Owner\" = ''"
      |             ^^^^^^^^^^^^^^^^^^^^
      |
      = help: `secrets-auditor schema keys` lists the columns

    error: 1 error in rules or their settings
    "#);
    insta::assert_snapshot!(check(&["table: secret"]), @"
    exit: 2
    -- stderr --
    error: not a rule file: `secret` is not known here
     --> [dir]/my-rule.yaml:4:8
      |
    4 | table: secret
      |        ^^^^^^
      |
      = help: expected secrets, keys, principals, statements, accounts, regions, trails, reads, events, callers, evaluations or exceptions

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["implied_by: [stale-valu]"]), @"
    exit: 2
    -- stderr --
    error: `implied_by` names no rule: `stale-valu`
     --> [dir]/my-rule.yaml:1:5
      |
    1 | id: my-rule
      |     ^^^^^^^
      |
      = help: did you mean `stale-value`?

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: lowr(name) = 'x'"]), @"
    exit: 2
    -- stderr --
    error: function `lowr` is not allowed in a rule
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: lowr(name) = 'x'
      |          ^^^^
      |
      = help: did you mean `lower`?

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: regexp_like(name, 'x')"]), @"
    exit: 2
    -- stderr --
    error: function `regexp_like` is not allowed in a rule
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: regexp_like(name, 'x')
      |          ^^^^^^^^^^^
      |
      = help: allowed are lower, upper, length, abs, starts_with, ends_with, given, missing_tags, tags_in_other_case, tags_not_allowed, has_word, only_words, last_segment, matches, is_listed, items_outside, items_missing, items_matching, sources_outside, count_within, plural

    error: 1 error in rules or their settings
    ");
}

#[test]
fn types_that_do_not_fit() {
    insta::assert_snapshot!(check(&["require: value_age_days <= 'x'"]), @"
    exit: 2
    -- stderr --
    error: type error: cannot compare integer with text
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: value_age_days <= 'x'
      |          ^^^^^^^^^^^^^^^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: value_age_days + 1"]), @"
    exit: 2
    -- stderr --
    error: a condition must be boolean, this is integer
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: value_age_days + 1
      |          ^^^^^^^^^^^^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: name"]), @"
    exit: 2
    -- stderr --
    error: a condition must be boolean, this is text
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: name
      |          ^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["applies_to: NOT name"]), @"
    exit: 2
    -- stderr --
    error: type error: AND, OR and NOT take conditions, this is text
     --> [dir]/my-rule.yaml:6:13
      |
    6 | applies_to: NOT name
      |             ^^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: customer_secret AND value_age_days"]), @"
    exit: 2
    -- stderr --
    error: type error: AND, OR and NOT take conditions, this is integer
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: customer_secret AND value_age_days
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: lower(value_age_days) = 'x'"]), @"
    exit: 2
    -- stderr --
    error: type error: text is expected, this is integer
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: lower(value_age_days) = 'x'
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: (customer_secret AND value_age_days) > 0"]), @"
    exit: 2
    -- stderr --
    error: type error: AND, OR and NOT take conditions, this is integer
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: (customer_secret AND value_age_days) > 0
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(
        check(&["require: value_age_days <= :max", "parameters: { max: { type: string, default: x, help: x } }"]),
        @"
    exit: 2
    -- stderr --
    error: type error: cannot compare integer with text
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: value_age_days <= :max
      |          ^^^^^^^^^^^^^^^^^^^^^^

    error: 1 error in rules or their settings
    "
    );
}

/// None of these may wait until a row comes by.
#[test]
fn types_are_judged_before_any_row() {
    let cases = [
        "abs(name) > 1",
        "lower(customer_secret) = 'x'",
        "upper(value_age_days) = 'x'",
        "length(value_age_days) > 1",
        "length(customer_secret) > 1",
        "starts_with(name, 5)",
        "starts_with(value_age_days, 'x')",
        "ends_with(name, customer_secret)",
        "floor(name) > 1",
        "ceil(customer_secret) > 1",
        "-name = 'x'",
        "-customer_secret",
        "name - 'x' = 'x'",
        "name * 2 = 'x'",
        "name / 2 > 1",
        "name % 2 = 1",
        "name > 3",
        "customer_secret = 'x'",
        "value_age_days LIKE 'x'",
        "name LIKE value_age_days",
        "name ILIKE customer_secret",
        "value_age_days ~ 'x'",
        "name ~ 5",
        "name ~ '(('",
        "name IN (1, 2)",
        "value_age_days IN ('x')",
        "customer_secret IN ('x')",
        "value_age_days BETWEEN 'a' AND 'b'",
        "name BETWEEN 1 AND 2",
        "NOT value_age_days",
        "NOT NOT name",
        "name AND customer_secret",
        "customer_secret OR 1",
        "last_segment(value_age_days) = 'x'",
    ];
    let folder = folder();
    for (index, condition) in cases.iter().enumerate() {
        let id = format!("case-{index:02}");
        let condition = serde_json::to_string(condition).unwrap();
        let text = rule(&[&format!("id: {id}"), &format!("require: {condition}")]);
        write(folder.path().join(format!("{id}.yaml")), text);
    }
    let run = check_folder(&folder);
    let missed: Vec<_> = (0..cases.len())
        .filter(|index| !run.stderr.contains(&format!("case-{index:02}.yaml:7:")))
        .map(|index| cases[index])
        .collect();
    assert!(missed.is_empty(), "these load, or fail elsewhere: {missed:#?}");
}

/// Everything that turns "not known" into a verdict, or looks beyond its row.
#[test]
fn forbidden_constructs() {
    let cases = [
        "value_age_days IS NULL",
        "value_age_days IS NOT NULL",
        "value_age_days IS DISTINCT FROM 3",
        "value_age_days IS NOT DISTINCT FROM 3",
        "customer_secret IS TRUE",
        "customer_secret IS NOT FALSE",
        "customer_secret IS UNKNOWN",
        "CASE WHEN customer_secret THEN TRUE ELSE FALSE END",
        "COALESCE(customer_secret, TRUE)",
        "IFNULL(customer_secret, TRUE)",
        "NULLIF(name, 'x') = 'x'",
        "IF(customer_secret, TRUE, FALSE)",
        "GREATEST(value_age_days, 3) > 3",
        "LEAST(value_age_days, 3) > 3",
        "CONCAT(name, 'x') = 'x'",
        "CONCAT_WS(',', name, 'x') = 'x'",
        "name || 'x' = 'x'",
        "STRPOS(name, 'x') = 0",
        "POSITION('x' IN name) = 0",
        "SUM(value_age_days) > 3",
        "COUNT(*) > 3",
        "COUNT(value_age_days) > 3",
        "SUM(value_age_days) OVER () > 3",
        "ROW_NUMBER() OVER (ORDER BY name) > 3",
        "value_age_days > (SELECT 3)",
        "EXISTS (SELECT 3)",
        "value_age_days IN (SELECT 3)",
        "value_age_days = NULL",
        "value_age_days IN (1, NULL)",
        "value_age_days <=> 3",
        "customer_secret XOR service_owned",
        "value_age_days > ALL (ARRAY[3])",
        "value_age_days = ANY (ARRAY[3])",
        "lower(DISTINCT name) = 'x'",
        "CAST(name AS integer) > 3",
        "TRY_CAST(name AS integer) > 3",
        "name SIMILAR TO 'x'",
        "secrets.value_age_days > 3",
        "value_age_days IN (tag_count, 3)",
        "value_age_days IN (-1, 2 + 1)",
        "value_age_days & 1 = 1",
        "DATE '2026-01-01' < DATE '2026-01-02'",
        "SUBSTRING(name FROM 1 FOR 2) = 'x'",
        "TRIM(name) = 'x'",
        "EXTRACT(YEAR FROM name) = 1",
        "name LIKE NULL",
        "x'00' = name",
    ];
    let folder = folder();
    for (index, condition) in cases.iter().enumerate() {
        let id = format!("case-{index:02}");
        let condition = serde_json::to_string(condition).unwrap();
        let text = rule(&[&format!("id: {id}"), &format!("require: {condition}")]);
        write(folder.path().join(format!("{id}.yaml")), text);
    }
    let run = check_folder(&folder);
    assert_eq!(run.code, Some(2), "{run}");
    let mut said = String::new();
    for (index, condition) in cases.iter().enumerate() {
        let file = format!("case-{index:02}.yaml:7:");
        let about = run.stderr.split("\n\n").find(|error| error.contains(&file));
        let about = about.unwrap_or_else(|| panic!("nothing is said about {condition}: {run}"));
        let help = about.lines().find_map(|line| line.trim_start().strip_prefix("= help: "));
        said.push_str(&format!("{condition}\n  {}\n", about.lines().next().unwrap_or_default()));
        said.extend(help.map(|help| format!("  help: {help}\n")));
    }
    insta::assert_snapshot!(said, @r#"
    value_age_days IS NULL
      error: IS [NOT] NULL is not allowed in a rule: `value_age_days IS NULL`
      help: it would turn "not known" into a verdict
    value_age_days IS NOT NULL
      error: IS [NOT] NULL is not allowed in a rule: `value_age_days IS NOT NULL`
      help: it would turn "not known" into a verdict
    value_age_days IS DISTINCT FROM 3
      error: IS [NOT] DISTINCT FROM is not allowed in a rule: `value_age_days IS DISTINCT FROM 3`
      help: it would turn "not known" into a verdict
    value_age_days IS NOT DISTINCT FROM 3
      error: IS [NOT] DISTINCT FROM is not allowed in a rule: `value_age_days IS NOT DISTINCT FROM 3`
      help: it would turn "not known" into a verdict
    customer_secret IS TRUE
      error: IS TRUE is not allowed in a rule: `customer_secret IS TRUE`
      help: it would turn "not known" into a verdict
    customer_secret IS NOT FALSE
      error: IS TRUE is not allowed in a rule: `customer_secret IS NOT FALSE`
      help: it would turn "not known" into a verdict
    customer_secret IS UNKNOWN
      error: IS UNKNOWN is not allowed in a rule: `customer_secret IS UNKNOWN`
      help: it would turn "not known" into a verdict
    CASE WHEN customer_secret THEN TRUE ELSE FALSE END
      error: CASE is not allowed in a rule: `CASE WHEN customer_secret THEN true ELSE false END`
      help: it would turn "not known" into a verdict
    COALESCE(customer_secret, TRUE)
      error: function `coalesce` is not allowed in a rule
      help: allowed are lower, upper, length, abs, starts_with, ends_with, given, missing_tags, tags_in_other_case, tags_not_allowed, has_word, only_words, last_segment, matches, is_listed, items_outside, items_missing, items_matching, sources_outside, count_within, plural
    IFNULL(customer_secret, TRUE)
      error: function `ifnull` is not allowed in a rule
      help: allowed are lower, upper, length, abs, starts_with, ends_with, given, missing_tags, tags_in_other_case, tags_not_allowed, has_word, only_words, last_segment, matches, is_listed, items_outside, items_missing, items_matching, sources_outside, count_within, plural
    NULLIF(name, 'x') = 'x'
      error: function `nullif` is not allowed in a rule
      help: allowed are lower, upper, length, abs, starts_with, ends_with, given, missing_tags, tags_in_other_case, tags_not_allowed, has_word, only_words, last_segment, matches, is_listed, items_outside, items_missing, items_matching, sources_outside, count_within, plural
    IF(customer_secret, TRUE, FALSE)
      error: function `if` is not allowed in a rule
      help: allowed are lower, upper, length, abs, starts_with, ends_with, given, missing_tags, tags_in_other_case, tags_not_allowed, has_word, only_words, last_segment, matches, is_listed, items_outside, items_missing, items_matching, sources_outside, count_within, plural
    GREATEST(value_age_days, 3) > 3
      error: function `greatest` is not allowed in a rule
      help: allowed are lower, upper, length, abs, starts_with, ends_with, given, missing_tags, tags_in_other_case, tags_not_allowed, has_word, only_words, last_segment, matches, is_listed, items_outside, items_missing, items_matching, sources_outside, count_within, plural
    LEAST(value_age_days, 3) > 3
      error: function `least` is not allowed in a rule
      help: allowed are lower, upper, length, abs, starts_with, ends_with, given, missing_tags, tags_in_other_case, tags_not_allowed, has_word, only_words, last_segment, matches, is_listed, items_outside, items_missing, items_matching, sources_outside, count_within, plural
    CONCAT(name, 'x') = 'x'
      error: function `concat` is not allowed in a rule
      help: allowed are lower, upper, length, abs, starts_with, ends_with, given, missing_tags, tags_in_other_case, tags_not_allowed, has_word, only_words, last_segment, matches, is_listed, items_outside, items_missing, items_matching, sources_outside, count_within, plural
    CONCAT_WS(',', name, 'x') = 'x'
      error: function `concat_ws` is not allowed in a rule
      help: allowed are lower, upper, length, abs, starts_with, ends_with, given, missing_tags, tags_in_other_case, tags_not_allowed, has_word, only_words, last_segment, matches, is_listed, items_outside, items_missing, items_matching, sources_outside, count_within, plural
    name || 'x' = 'x'
      error: operator `||` is not allowed in a rule
    STRPOS(name, 'x') = 0
      error: function `strpos` is not allowed in a rule
      help: allowed are lower, upper, length, abs, starts_with, ends_with, given, missing_tags, tags_in_other_case, tags_not_allowed, has_word, only_words, last_segment, matches, is_listed, items_outside, items_missing, items_matching, sources_outside, count_within, plural
    POSITION('x' IN name) = 0
      error: POSITION is not allowed in a rule: `POSITION('x' IN name)`
      help: it would turn "not known" into a verdict
    SUM(value_age_days) > 3
      error: function `sum` is not allowed in a rule
      help: allowed are lower, upper, length, abs, starts_with, ends_with, given, missing_tags, tags_in_other_case, tags_not_allowed, has_word, only_words, last_segment, matches, is_listed, items_outside, items_missing, items_matching, sources_outside, count_within, plural
    COUNT(*) > 3
      error: `count` takes plain arguments only: no OVER, FILTER, DISTINCT or names
    COUNT(value_age_days) > 3
      error: function `count` is not allowed in a rule
      help: did you mean `count_within`?
    SUM(value_age_days) OVER () > 3
      error: `sum` takes plain arguments only: no OVER, FILTER, DISTINCT or names
    ROW_NUMBER() OVER (ORDER BY name) > 3
      error: `row_number` takes plain arguments only: no OVER, FILTER, DISTINCT or names
    value_age_days > (SELECT 3)
      error: a subquery is not allowed in a rule: `(SELECT 3)`
    EXISTS (SELECT 3)
      error: a subquery is not allowed in a rule: `EXISTS (SELECT 3)`
    value_age_days IN (SELECT 3)
      error: a subquery is not allowed in a rule: `value_age_days IN (SELECT 3)`
    value_age_days = NULL
      error: `NULL` cannot be written in a rule
      help: NULL means "not known"; compare with the value that the column's meaning names
    value_age_days IN (1, NULL)
      error: `NULL` cannot be written in a rule
      help: NULL means "not known"; compare with the value that the column's meaning names
    value_age_days <=> 3
      error: operator `<=>` is not allowed in a rule
    customer_secret XOR service_owned
      error: operator `XOR` is not allowed in a rule
    value_age_days > ALL (ARRAY[3])
      error: this expression is not allowed in a rule: `value_age_days > ALL(ARRAY[3])`
    value_age_days = ANY (ARRAY[3])
      error: this expression is not allowed in a rule: `value_age_days = ANY(ARRAY[3])`
    lower(DISTINCT name) = 'x'
      error: `lower` takes plain arguments only: no OVER, FILTER, DISTINCT or names
    CAST(name AS integer) > 3
      error: this expression is not allowed in a rule: `CAST(name AS INTEGER)`
    TRY_CAST(name AS integer) > 3
      error: this expression is not allowed in a rule: `TRY_CAST(name AS INTEGER)`
    name SIMILAR TO 'x'
      error: this expression is not allowed in a rule: `name SIMILAR TO 'x'`
    secrets.value_age_days > 3
      error: this expression is not allowed in a rule: `secrets.value_age_days`
    value_age_days IN (tag_count, 3)
      error: a list behind IN holds literals, not `tag_count`
      help: join comparisons by OR, or write is_listed(text, :list)
    value_age_days IN (-1, 2 + 1)
      error: a list behind IN holds literals, not `2 + 1`
      help: join comparisons by OR, or write is_listed(text, :list)
    value_age_days & 1 = 1
      error: operator `&` is not allowed in a rule
    DATE '2026-01-01' < DATE '2026-01-02'
      error: this expression is not allowed in a rule: `DATE '2026-01-01'`
    SUBSTRING(name FROM 1 FOR 2) = 'x'
      error: this expression is not allowed in a rule: `SUBSTRING(name FROM 1 FOR 2)`
    TRIM(name) = 'x'
      error: this expression is not allowed in a rule: `TRIM(name)`
    EXTRACT(YEAR FROM name) = 1
      error: this expression is not allowed in a rule: `EXTRACT(YEAR FROM name)`
    name LIKE NULL
      error: `NULL` cannot be written in a rule
      help: NULL means "not known"; compare with the value that the column's meaning names
    x'00' = name
      error: `X'00'` is no literal that a rule may hold
    "#);
}

#[test]
fn sql_that_is_none() {
    insta::assert_snapshot!(check(&["require: value_age_days <="]), @"
    exit: 2
    -- stderr --
    error: not a condition: expected an expression, found EOF
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: value_age_days <=
      |          ^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: value_age_days <= 90 90"]), @"
    exit: 2
    -- stderr --
    error: unexpected `90`
     --> [dir]/my-rule.yaml:7:31
      |
    7 | require: value_age_days <= 90 90
      |                               ^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: \"name = 'x\""]), @r#"
    exit: 2
    -- stderr --
    error: not a condition: unterminated string literal
     --> [dir]/my-rule.yaml:7:18
      |
    7 | require: "name = 'x"
      |                  ^

    error: 1 error in rules or their settings
    "#);
    insta::assert_snapshot!(check(&["require: \"\""]), @r#"
    exit: 2
    -- stderr --
    error: not a condition: expected an expression, found EOF
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: ""
      |          ^^

    error: 1 error in rules or their settings
    "#);
    insta::assert_snapshot!(check(&["require: value_age_days <= 90; DROP TABLE secrets"]), @"
    exit: 2
    -- stderr --
    error: unexpected `;`
     --> [dir]/my-rule.yaml:7:30
      |
    7 | require: value_age_days <= 90; DROP TABLE secrets
      |                              ^

    error: 1 error in rules or their settings
    ");
}

#[test]
fn an_error_in_a_condition_of_many_lines_points_at_its_line() {
    insta::assert_snapshot!(
        check(&["require: |\n  value_age_days <= 90\n    AND customer_secret\n    AND valu_age_days > 1"]),
        @"
    exit: 2
    -- stderr --
    error: no column `valu_age_days` in table `secrets`
      --> [dir]/my-rule.yaml:10:9
       |
    10 |     AND valu_age_days > 1
       |         ^^^^^^^^^^^^^
       |
       = help: did you mean `value_age_days`?

    error: 1 error in rules or their settings
    "
    );
    insta::assert_snapshot!(check(&["require: >-\n  value_age_days <= 90\n  AND größe > 1"]), @"
    exit: 2
    -- stderr --
    error: no column `größe` in table `secrets`
     --> [dir]/my-rule.yaml:8:3
      |
    8 |   value_age_days <= 90
      |   ^^^^^^^^^^^^^^^^^^^^
      |
      = help: `secrets-auditor schema secrets` lists the columns

    error: 1 error in rules or their settings
    ");
}

#[test]
fn macros_with_wrong_arguments() {
    let list = "parameters: { list: { type: list, default: [], help: x }, days: { type: integer, default: 1, help: x } }";
    insta::assert_snapshot!(check(&["require: missing_tags() = ''", list]), @"
    exit: 2
    -- stderr --
    error: `missing_tags` takes 1 argument, not 0
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: missing_tags() = ''
      |          ^^^^^^^^^^^^
      |
      = help: write missing_tags(:keys)

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: missing_tags('Owner') = ''", list]), @"
    exit: 2
    -- stderr --
    error: `missing_tags` takes a parameter here, not `'Owner'`
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: missing_tags('Owner') = ''
      |          ^^^^^^^^^^^^
      |
      = help: write missing_tags(:keys)

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: missing_tags(:keys) = ''", list]), @"
    exit: 2
    -- stderr --
    error: no parameter `:keys` in this rule
     --> [dir]/my-rule.yaml:7:23
      |
    7 | require: missing_tags(:keys) = ''
      |                       ^^^^^
      |
      = help: declare it under `parameters`

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: missing_tags(:days) = ''", list]), @"
    exit: 2
    -- stderr --
    error: type error: `missing_tags` takes a parameter of type list
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: missing_tags(:days) = ''
      |          ^^^^^^^^^^^^^^^^^^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: matches(name, :list)", list]), @"
    exit: 2
    -- stderr --
    error: type error: `matches` takes a parameter of type pattern
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: matches(name, :list)
      |          ^^^^^^^^^^^^^^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: has_word(name)", list]), @"
    exit: 2
    -- stderr --
    error: `has_word` takes 2 arguments, not 1
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: has_word(name)
      |          ^^^^^^^^
      |
      = help: write has_word(text, :words)

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: has_word(value_age_days, :list)", list]), @"
    exit: 2
    -- stderr --
    error: type error: invalid series dtype: expected `String`, got `i64` for series with name `value_age_days`
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: has_word(value_age_days, :list)
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: has_word(nam, :list)", list]), @"
    exit: 2
    -- stderr --
    error: no column `nam` in table `secrets`
     --> [dir]/my-rule.yaml:7:19
      |
    7 | require: has_word(nam, :list)
      |                   ^^^
      |
      = help: did you mean `name`?

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: plural(value_age_days, name, 'x') = 'x'", list]), @"
    exit: 2
    -- stderr --
    error: `plural` takes a text in single quotes here, not `name`
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: plural(value_age_days, name, 'x') = 'x'
      |          ^^^^^^
      |
      = help: write plural(number, 'day', 'days')

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: plural(name, 'x', 'y') = 'x'", list]), @"
    exit: 2
    -- stderr --
    error: type error: an integer is expected, this is text
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: plural(name, 'x', 'y') = 'x'
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: name = :list", list]), @"
    exit: 2
    -- stderr --
    error: type error: `:list` is a list or a map, which only macros can take
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: name = :list
      |          ^^^^^^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["require: missing_tags(:list) OVER () = ''", list]), @"
    exit: 2
    -- stderr --
    error: `missing_tags` takes plain arguments only: no OVER, FILTER, DISTINCT or names
     --> [dir]/my-rule.yaml:7:10
      |
    7 | require: missing_tags(:list) OVER () = ''
      |          ^^^^^^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["table: keys", "applies_to: missing_tags(:list) = ''", "require: can_rotate", list]), @"
    exit: 2
    -- stderr --
    error: type error: `missing_tags` works on tables `secrets` and `principals` only: nothing else has tags
     --> [dir]/my-rule.yaml:6:13
      |
    6 | applies_to: missing_tags(:list) = ''
      |             ^^^^^^^^^^^^^^^^^^^^^^^^

    error: 1 error in rules or their settings
    ");
}

#[test]
fn messages_that_do_not_work() {
    insta::assert_snapshot!(check(&["message: \"{value_age_days days\""]), @r#"
    exit: 2
    -- stderr --
    error: a brace in the message has no partner
     --> [dir]/my-rule.yaml:8:10
      |
    8 | message: "{value_age_days days"
      |          ^^^^^^^^^^^^^^^^^^^^^^

    error: 1 error in rules or their settings
    "#);
    insta::assert_snapshot!(check(&["message: \"value_age_days} days\""]), @r#"
    exit: 2
    -- stderr --
    error: a brace in the message has no partner
     --> [dir]/my-rule.yaml:8:10
      |
    8 | message: "value_age_days} days"
      |          ^^^^^^^^^^^^^^^^^^^^^^

    error: 1 error in rules or their settings
    "#);
    insta::assert_snapshot!(check(&["message: \"the nam is {nam}\""]), @r#"
    exit: 2
    -- stderr --
    error: no column `nam` in table `secrets`
     --> [dir]/my-rule.yaml:8:23
      |
    8 | message: "the nam is {nam}"
      |                       ^^^
      |
      = help: did you mean `name`?

    error: 1 error in rules or their settings
    "#);
    insta::assert_snapshot!(check(&["message: \"{value_age_days + 'x'} days\""]), @r#"
    exit: 2
    -- stderr --
    error: type error: arithmetic on dtypes i64 and str is not allowed (lhs: column 'value_age_days', rhs: expression `"x"`); try an explicit cast first
     --> [dir]/my-rule.yaml:8:10
      |
    8 | message: "{value_age_days + 'x'} days"
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error: 1 error in rules or their settings
    "#);
    insta::assert_snapshot!(check(&["message: \"{}\""]), @r#"
    exit: 2
    -- stderr --
    error: not a condition: expected an expression, found EOF
     --> [dir]/my-rule.yaml:8:10
      |
    8 | message: "{}"
      |          ^^^^

    error: 1 error in rules or their settings
    "#);
}

#[test]
fn yaml_that_is_no_rule() {
    insta::assert_snapshot!(check(&["severty: high"]), @"
    exit: 2
    -- stderr --
    error: not a rule file: unknown key `severty`
      --> [dir]/my-rule.yaml:10:1
       |
    10 | severty: high
       | ^^^^^^^
       |
       = help: did you mean `severity`?

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["severity: dreadful"]), @"
    exit: 2
    -- stderr --
    error: not a rule file: `dreadful` is not known here
     --> [dir]/my-rule.yaml:3:11
      |
    3 | severity: dreadful
      |           ^^^^^^^^
      |
      = help: expected info, low, medium, high or critical

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["title: [a, b]"]), @"
    exit: 2
    -- stderr --
    error: not a rule file: a single text is expected here
     --> [dir]/my-rule.yaml:2:8
      |
    2 | title: [a, b]
      |        ^
      |
      = help: write one text, without brackets

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check_file("my-rule.yaml", "id: my-rule\n"), @"
    exit: 2
    -- stderr --
    error: not a rule file: the key `title` is missing
     --> [dir]/my-rule.yaml:1:1
      |
    1 | id: my-rule
      | ^^
      |
      = help: write `title: …` beside the others

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check_file("my-rule.yaml", "id: [my-rule\n"), @"
    exit: 2
    -- stderr --
    error: not a rule file: a single text is expected here
     --> [dir]/my-rule.yaml:1:5
      |
    1 | id: [my-rule
      |     ^
      |
      = help: write one text, without brackets

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check_file("my-rule.yaml", ""), @"
    exit: 2
    -- stderr --
    error: not a rule file: it ends too early
    --> [dir]/my-rule.yaml

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check_file("my-rule.yaml", b"id: my-rule\ntitle: \xff\xfe\n"), @"
    exit: 2
    -- stderr --
    error: not a rule file: it is not UTF-8 text
    --> [dir]/my-rule.yaml
     = help: save the file as UTF-8

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check_file("my-rule.yaml", rule(&[]) + "id: my-rule\n"), @"
    exit: 2
    -- stderr --
    error: not a rule file: the key `id` stands here twice
      --> [dir]/my-rule.yaml:13:1
       |
    13 | id: my-rule
       | ^^
       |
       = help: keep one of the two

    error: 1 error in rules or their settings
    ");
}

#[test]
fn mappings_that_nobody_knows() {
    let mapping = "frameworks: { aws-fspb: { x: aws }, soc-2: { CC6.9: aws, \"CC6.x\": own, CC6.1: prowlr, CC6.2: me }, \
                   dora: { zzz: own } }";
    insta::assert_snapshot!(check(&[mapping]), @r#"
    exit: 2
    -- stderr --
    error: no framework `aws-fspb`
      --> [dir]/my-rule.yaml:10:15
       |
    10 | frameworks: { aws-fspb: { x: aws }, soc-2: { CC6.9: aws, "CC6.x": own, CC6.1: prowlr, CC6.2: me }, dora: { zzz: own } }
       |               ^^^^^^^^
       |
       = help: did you mean `aws-fsbp`?

    error: framework `soc-2` has no control `CC6.9`
      --> [dir]/my-rule.yaml:10:46
       |
    10 | frameworks: { aws-fspb: { x: aws }, soc-2: { CC6.9: aws, "CC6.x": own, CC6.1: prowlr, CC6.2: me }, dora: { zzz: own } }
       |                                              ^^^^^
       |
       = help: did you mean `CC6.6`?

    error: framework `soc-2` has no control `CC6.x`
      --> [dir]/my-rule.yaml:10:58
       |
    10 | frameworks: { aws-fspb: { x: aws }, soc-2: { CC6.9: aws, "CC6.x": own, CC6.1: prowlr, CC6.2: me }, dora: { zzz: own } }
       |                                                          ^^^^^^^
       |
       = help: did you mean `CC6.6`?

    error: no source of mappings `prowlr`
      --> [dir]/my-rule.yaml:10:79
       |
    10 | frameworks: { aws-fspb: { x: aws }, soc-2: { CC6.9: aws, "CC6.x": own, CC6.1: prowlr, CC6.2: me }, dora: { zzz: own } }
       |                                                                               ^^^^^^
       |
       = help: did you mean `prowler`?

    error: no source of mappings `me`
      --> [dir]/my-rule.yaml:10:94
       |
    10 | frameworks: { aws-fspb: { x: aws }, soc-2: { CC6.9: aws, "CC6.x": own, CC6.1: prowlr, CC6.2: me }, dora: { zzz: own } }
       |                                                                                              ^^
       |
       = help: who maps it is one of aws, conformance-pack, steampipe, prowler, own

    error: framework `dora` has no control `zzz`
      --> [dir]/my-rule.yaml:10:108
       |
    10 | frameworks: { aws-fspb: { x: aws }, soc-2: { CC6.9: aws, "CC6.x": own, CC6.1: prowlr, CC6.2: me }, dora: { zzz: own } }
       |                                                                                                            ^^^
       |
       = help: `secrets-auditor frameworks show dora --sample` shows its controls

    error: 6 errors in rules or their settings
    "#);
    insta::assert_snapshot!(check(&["frameworks: { soc-2: [CC6.1] }"]), @"
    exit: 2
    -- stderr --
    error: not a rule file: a map such as `aws-fsbp: { SecretsManager.1: aws }` is expected here, not a list
      --> [dir]/my-rule.yaml:10:15
       |
    10 | frameworks: { soc-2: [CC6.1] }
       |               ^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check(&["frameworks: { soc-2: { CC6.1: aws, CC6.1: own } }"]), @"
    exit: 2
    -- stderr --
    error: not a rule file: the key `CC6.1` stands here twice
      --> [dir]/my-rule.yaml:10:36
       |
    10 | frameworks: { soc-2: { CC6.1: aws, CC6.1: own } }
       |                                    ^^^^^
       |
       = help: keep one of the two

    error: 1 error in rules or their settings
    ");
}

#[test]
fn ids_that_do_not_fit() {
    insta::assert_snapshot!(check_file("other.yaml", rule(&[])), @"
    exit: 2
    -- stderr --
    error: the file of rule `my-rule` has another name
     --> [dir]/other.yaml:1:5
      |
    1 | id: my-rule
      |     ^^^^^^^
      |
      = help: name the file `my-rule.yaml`

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(check_file("My_Rule.yaml", rule(&["id: My_Rule"])), @"
    exit: 2
    -- stderr --
    error: `My_Rule` is no rule id
     --> [dir]/My_Rule.yaml:1:5
      |
    1 | id: My_Rule
      |     ^^^^^^^
      |
      = help: write lower-case words joined by hyphens, such as `stale-value`

    error: 1 error in rules or their settings
    ");
    let twice = folder_with("a/my-rule.yaml", rule(&[]));
    write(twice.path().join("b/my-rule.yaml"), rule(&[]));
    insta::assert_snapshot!(check_folder(&twice), @"
    exit: 2
    -- stderr --
    error: rule `my-rule` is defined twice
     --> [dir]/b/my-rule.yaml:1:5
      |
    1 | id: my-rule
      |     ^^^^^^^
      |
      = help: it is also defined in [dir]/a/my-rule.yaml

    error: 1 error in rules or their settings
    ");
}

#[test]
fn parameters_that_do_not_fit() {
    let with = |parameter: &str| check(&[&format!("parameters: {{ p: {{ {parameter}, help: x }} }}")]);
    insta::assert_snapshot!(with("type: pattern, default: '(('"), @"
    exit: 2
    -- stderr --
    error: default of parameter `p`: `((` is not a regular expression: unclosed group
     --> [dir]/my-rule.yaml:1:5
      |
    1 | id: my-rule
      |     ^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(with("type: integer, default: x"), @"
    exit: 2
    -- stderr --
    error: default of parameter `p`: `x` is not an integer
     --> [dir]/my-rule.yaml:1:5
      |
    1 | id: my-rule
      |     ^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(with("type: integer, default: 1.5"), @"
    exit: 2
    -- stderr --
    error: default of parameter `p`: `1.5` is not an integer
     --> [dir]/my-rule.yaml:1:5
      |
    1 | id: my-rule
      |     ^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(with("type: integer, default: 0, min: 1"), @"
    exit: 2
    -- stderr --
    error: default of parameter `p`: `0` is too small: at least 1 is expected
     --> [dir]/my-rule.yaml:1:5
      |
    1 | id: my-rule
      |     ^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(with("type: integer, default: 9, max: 8"), @"
    exit: 2
    -- stderr --
    error: default of parameter `p`: `9` is too large: at most 8 is expected
     --> [dir]/my-rule.yaml:1:5
      |
    1 | id: my-rule
      |     ^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(with("type: list, default: x"), @"
    exit: 2
    -- stderr --
    error: default of parameter `p`: `x` is not a list of texts
     --> [dir]/my-rule.yaml:1:5
      |
    1 | id: my-rule
      |     ^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(with("type: map, default: { a: 1 }"), @r#"
    exit: 2
    -- stderr --
    error: default of parameter `p`: `{"a":1}` is not a map from text to a list of texts or to a regular expression
     --> [dir]/my-rule.yaml:1:5
      |
    1 | id: my-rule
      |     ^^^^^^^

    error: 1 error in rules or their settings
    "#);
    insta::assert_snapshot!(with("type: number, default: 1"), @"
    exit: 2
    -- stderr --
    error: not a rule file: `number` is not known here
      --> [dir]/my-rule.yaml:10:26
       |
    10 | parameters: { p: { type: number, default: 1, help: x } }
       |                          ^^^^^^
       |
       = help: expected integer, decimal, string, pattern, list or map

    error: 1 error in rules or their settings
    ");
}

#[test]
fn all_errors_are_told_at_once() {
    let folder = folder();
    write(folder.path().join("first.yaml"), rule(&["id: first", "require: nam = 'x'"]));
    write(folder.path().join("second.yaml"), rule(&["id: second", "require: SUM(tag_count) = 1"]));
    let run = check_folder(&folder);
    assert!(run.stderr.contains("first.yaml:7"), "{run}");
    assert!(run.stderr.contains("second.yaml:7"), "{run}");
    assert!(run.stderr.ends_with("error: 2 errors in rules or their settings\n"), "{run}");
}

#[test]
fn a_failing_example_is_named() {
    insta::assert_snapshot!(
        check(&["examples:\n  - { name: young, given: { value_age_days: 1 }, expect: fail }"]),
        @r#"
    exit: 1
    -- stdout --
    [dir]/my-rule.yaml: example "young": expected fail, got pass
    [dir]/my-rule.yaml: example "(all)": no example expects pass
    [n] rules, [n] examples, 2 failed
    "#
    );
    insta::assert_snapshot!(
        check(&["examples:\n  - { name: young, given: { value_age_days: 1 }, expect: pass }\n  - { name: old, given: { value_age_days: 91 }, expect: fail, message: quite old }"]),
        @r#"
    exit: 1
    -- stdout --
    [dir]/my-rule.yaml: example "old": expected `quite old`, got `too old`
    [n] rules, [n] examples, 1 failed
    "#
    );
    insta::assert_snapshot!(
        check(&["examples:\n  - { name: typo, given: { value_age_day: 1 }, expect: pass }\n  - { name: kind, given: { value_age_days: x }, expect: fail }\n  - { name: tags, given: { tags: 1 }, expect: fail }\n  - { name: parameter, parameters: { max: 1 }, expect: fail }"]),
        @r#"
    exit: 1
    -- stdout --
    [dir]/my-rule.yaml: example "typo": no column `value_age_day` in table `secrets`
    [dir]/my-rule.yaml: example "kind": column `value_age_days` is integer, `"x"` is not
    [dir]/my-rule.yaml: example "tags": `tags` must map keys to values, not `1`
    [dir]/my-rule.yaml: example "parameter": rule `my-rule` has no parameter `max`
    [n] rules, [n] examples, 4 failed
    "#
    );
}

#[test]
fn folders_that_are_not_there() {
    insta::assert_snapshot!(Command::new(["rules", "check", "/no/such/folder"]).run(), @"
    exit: 2
    -- stderr --
    error: cannot read rule files: no such file or directory
    --> /no/such/folder
     = help: name a folder of rule files with `--rules DIR`

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(sample(["--rules", "/no/such/folder"]), @"
    exit: 2
    -- stderr --
    error: cannot read rule files: no such file or directory
    --> /no/such/folder
     = help: name a folder of rule files with `--rules DIR`

    error: 1 error in rules or their settings
    ");
    assert_eq!(check_folder(&folder()).code, Some(0), "an empty folder adds nothing");
    let folder = folder_with("README.md", "no rule");
    assert_eq!(check_folder(&folder).code, Some(0), "files of other kinds are not read");
}

#[test]
fn one_file_can_be_named() {
    let folder = folder_with("my-rule.yaml", rule(&[]));
    write(folder.path().join("broken.yaml"), "id: [");
    let run = Command::new(["rules", "check"]).arg(folder.path().join("my-rule.yaml")).run();
    assert_eq!(run.code, Some(0), "{run}");
}

#[test]
fn settings_that_are_none() {
    let set = |text: &str| sample(["--set", text]);
    insta::assert_snapshot!(set("stale-value"), @"
    exit: 2
    -- stderr --
    error: `stale-value` is no setting
    --> --set
     = help: write `--set RULE.PARAMETER=VALUE`, such as `--set stale-value.max_age_days=60`

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(set("max_age_days=60"), @"
    exit: 2
    -- stderr --
    error: `max_age_days=60` is no setting
    --> --set
     = help: write `--set RULE.PARAMETER=VALUE`, such as `--set stale-value.max_age_days=60`

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(set("stale-valu.max_age_days=60"), @"
    exit: 2
    -- stderr --
    error: no rule `stale-valu`
    --> settings
     = help: did you mean `stale-value`?

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(set("zzz.max_age_days=60"), @"
    exit: 2
    -- stderr --
    error: no rule `zzz`
    --> settings
     = help: `secrets-auditor rules list` shows the rules

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(set("stale-value.max_age=60"), @"
    exit: 2
    -- stderr --
    error: rule `stale-value` has no parameter `max_age`
    --> settings
     = help: did you mean `max_age_days`?

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(set("stale-value.max_age_days=soon"), @"
    exit: 2
    -- stderr --
    error: stale-value.max_age_days: `soon` is not an integer
    --> settings

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(set("stale-value.max_age_days=-1"), @"
    exit: 2
    -- stderr --
    error: stale-value.max_age_days: `-1` is too small: at least 1 is expected
    --> settings

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(set("stale-value.max_age_days="), @"
    exit: 2
    -- stderr --
    error: stale-value.max_age_days: `null` is not an integer
    --> settings

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(set("stale-value.max_age_days=[60"), @"
    exit: 2
    -- stderr --
    error: `[60` is not YAML
    --> --set
     = help: write `--set RULE.PARAMETER=VALUE`, such as `--set stale-value.max_age_days=60`

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(set("stale-value.severity=dreadful"), @"
    exit: 2
    -- stderr --
    error: stale-value.severity: `dreadful` is no severity
    --> settings
     = help: expected critical, high, medium, low or info

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(set("stale-value.max_age_days=[{ when: nam = 'x', value: 1 }]"), @"
    exit: 2
    -- stderr --
    error: stale-value.max_age_days: `nam = 'x'`: no column `nam` in table `secrets`
    --> settings
     = help: did you mean `name`?

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(set("stale-value.max_age_days=[{ when: name, value: 1 }]"), @"
    exit: 2
    -- stderr --
    error: stale-value.max_age_days: `name` must be boolean, it is text
    --> settings

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(set("stale-value.max_age_days=[{ when: name IS NULL, value: 1 }]"), @r#"
    exit: 2
    -- stderr --
    error: stale-value.max_age_days: `name IS NULL`: IS [NOT] NULL is not allowed in a rule: `name IS NULL`
    --> settings
     = help: it would turn "not known" into a verdict

    error: 1 error in rules or their settings
    "#);
    insta::assert_snapshot!(set("stale-value.max_age_days=[{ when: production, value: x }]"), @"
    exit: 2
    -- stderr --
    error: stale-value.max_age_days: `x` is not an integer
    --> settings

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(set("stale-value.max_age_days=[{ whn: production, value: 1 }]"), @"
    exit: 2
    -- stderr --
    error: stale-value.max_age_days: an alternative has `when` and `value`, not `whn`
    --> settings

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(set("stale-value.max_age_days=[{ when: production, valu: 1 }]"), @r#"
    exit: 2
    -- stderr --
    error: stale-value.max_age_days: `[{"valu":1,"when":"production"}]` is not an integer
    --> settings

    error: 1 error in rules or their settings
    "#);
    insta::assert_snapshot!(set("stale-value.max_age_days=[{ when: 7, value: 1 }]"), @"
    exit: 2
    -- stderr --
    error: stale-value.max_age_days: `when` holds SQL, not `7`
    --> settings

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(set("stale-value.max_age_days=[{ value: 1 }, { when: production, value: 2 }]"), @"
    exit: 2
    -- stderr --
    error: stale-value.max_age_days: only the last alternative may be without `when`
    --> settings

    error: 1 error in rules or their settings
    ");
}

#[test]
fn settings_files_that_are_none() {
    let config = |text: &str| {
        let folder = folder_with("settings.yaml", text);
        let run =
            Command::new(["audit", "--sample", "--config"]).arg(folder.path().join("settings.yaml")).run();
        drop(folder);
        run
    };
    insta::assert_snapshot!(config("rule:\n  stale-value: {}\n"), @"
    exit: 2
    -- stderr --
    error: not a settings file: unknown key `rule`
     --> [dir]/settings.yaml:1:1
      |
    1 | rule:
      | ^^^^
      |
      = help: did you mean `rules`?

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(config("rules:\n  stale-value: 7\n"), @"
    exit: 2
    -- stderr --
    error: not a settings file: keys with values are expected here
     --> [dir]/settings.yaml:2:16
      |
    2 |   stale-value: 7
      |                ^
      |
      = help: write `key: value`, one a line

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(config("rules: [\n"), @"
    exit: 2
    -- stderr --
    error: not a settings file: keys with values are expected here
     --> [dir]/settings.yaml:1:8
      |
    1 | rules: [
      |        ^
      |
      = help: write `key: value`, one a line

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(config("rules:\n  stale-valu: { max_age_days: 60 }\n"), @"
    exit: 2
    -- stderr --
    error: no rule `stale-valu`
     --> [dir]/settings.yaml:2:3
      |
    2 |   stale-valu: { max_age_days: 60 }
      |   ^^^^^^^^^^
      |
      = help: did you mean `stale-value`?

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(config("rules:\n  stale-value: { max_age_days: soon }\n"), @"
    exit: 2
    -- stderr --
    error: stale-value.max_age_days: `soon` is not an integer
     --> [dir]/settings.yaml:2:18
      |
    2 |   stale-value: { max_age_days: soon }
      |                  ^^^^^^^^^^^^

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(sample(["--config", "/no/such/settings.yaml"]), @"
    exit: 2
    -- stderr --
    error: cannot read the settings file: no such file or directory
    --> /no/such/settings.yaml
     = help: name a YAML file with `--config FILE`, or begin one with `secrets-auditor init`

    error: 1 error in rules or their settings
    ");
    assert_eq!(config("").code, Some(1), "an empty file sets nothing");
}

#[test]
fn the_command_line_is_nearer_than_the_settings_file() {
    let folder = folder_with("settings.yaml", "rules:\n  stale-value: { max_age_days: 1, severity: low }\n");
    let path = folder.path().join("settings.yaml");
    let path = path.to_str().unwrap();
    let fails = |more: &[&str]| {
        let arguments = [&["--only", "stale-value", "--config", path], more].concat();
        let report = sample_json(arguments);
        (
            report["summary"]["by_verdict"]["fail"].as_u64().unwrap(),
            report["summary"]["by_severity"]["low"].clone(),
        )
    };
    let (by_file, _) = fails(&[]);
    let (by_argument, low) = fails(&["--set", "stale-value.max_age_days=3650"]);
    assert!(by_file > 10, "{by_file}");
    assert_eq!((by_argument, low), (0, 0.into()), "the severity of the file stays");
}

#[test]
fn selections_that_match_nothing() {
    insta::assert_snapshot!(sample(["--only", "stale-valeu"]), @"
    exit: 2
    -- stderr --
    error: `stale-valeu` matches no rule
    --> --only and --skip
     = help: did you mean `stale-value`?

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(sample(["--skip", "zzz*"]), @"
    exit: 2
    -- stderr --
    error: `zzz*` matches no rule
    --> --only and --skip
     = help: `secrets-auditor rules list` shows the rules

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(sample(["--only", "[a"]), @"
    exit: 2
    -- stderr --
    error: `[a` is not a glob: unclosed character class; missing ']'
    --> --only and --skip
     = help: write an id, or a glob such as `rotation-*`

    error: 1 error in rules or their settings
    ");
}

#[test]
fn rules_are_chosen_by_glob() {
    let ran = |arguments: &[&str]| -> Vec<String> {
        let report = sample_json(arguments);
        report["summary"]["by_rule"].as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(
        ran(&["--only", "key-*", "--skip", "key-in-*"]),
        [
            "key-disabled",
            "key-missing",
            "key-pending-deletion",
            "key-policy-public",
            "key-rotation-off",
            "key-usable-outside-org"
        ]
    );
    assert_eq!(ran(&["--only", "default-key"]), ["default-key"], "its full name switches a rule on");
    assert_eq!(ran(&["--only", "default-key*"]), ["default-key-on-sensitive"], "a glob does not");
    assert!(!ran(&[]).contains(&"default-key".to_owned()));
}

#[test]
fn a_former_id_stands_for_the_rule() {
    let folder = folder_with("my-rule.yaml", rule(&["aliases: [old-rule]"]));
    let path = folder.path().to_str().unwrap();
    let only = sample_json(["--rules", path, "--only", "old-rule"]);
    assert!(only["summary"]["by_rule"]["my-rule"].is_object(), "{:#}", only["summary"]);
    let set = sample(["--rules", path, "--only", "my-rule", "--set", "old-rule.severity=low"]);
    assert_eq!(set.code, Some(0), "{set}");
    let explained = Command::new(["rules", "explain", "old-rule", "--rules", path]).run();
    assert!(explained.stdout.starts_with("# my-rule"), "{explained}");
}

#[test]
fn a_former_id_keeps_the_fingerprint() {
    let fingerprints = |name: &str, changes: &[&str]| -> Vec<String> {
        let folder = folder_with(&format!("{name}.yaml"), rule(changes));
        let report = sample_json(["--rules", folder.path().to_str().unwrap(), "--only", name]);
        let findings = report["findings"].as_array().unwrap();
        findings.iter().map(|finding| finding["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    let before = fingerprints("old-rule", &["id: old-rule"]);
    assert!(!before.is_empty());
    assert_eq!(before, fingerprints("my-rule", &["aliases: [old-rule]"]));
    assert_eq!(
        before,
        fingerprints("my-rule", &["aliases: [old-rule, newer-rule]", "severity: low", "message: y"])
    );
    assert_ne!(before, fingerprints("my-rule", &[]));
}

#[test]
fn a_file_with_a_known_id_takes_the_place_of_ours() {
    let changed = rule(&["id: stale-value", "title: very old", "require: value_age_days <= 365"]);
    let folder = folder_with("stale-value.yaml", changed);
    let path = folder.path().to_str().unwrap();
    let report = sample_json(["--rules", path, "--only", "stale-value"]);
    let failures: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["verdict"] == "fail")
        .collect();
    assert_eq!(failures.len(), 1, "{failures:#?}");
    assert_eq!(failures[0]["message"], "too old");
    let list = Command::new(["rules", "list", "--rules", path]).run();
    assert_eq!(list.stdout.matches("stale-value").count(), 1, "{list}");
    let mut lines = list.stdout.lines();
    assert!(lines.any(|line| line.contains(" stale-value ") && line.ends_with(" very old")), "{list}");
}

#[test]
fn rules_list() {
    insta::assert_snapshot!(Command::new(["rules", "list", "--only", "rotation-*", "--only", "default-key"]).run(), @"
    exit: 0
    -- stdout --
    access
      info      administrators-read-everything     administrators of the account can read all its secrets (off)
      medium    can-delete-without-recovery        a principal can delete production secrets for good (off)
      high      can-grant-itself-read              a principal cannot read a secret and can let itself in (off)
      high      long-lived-key-reads               an old access key can read production secrets (off)
      high      not-principal-allow                resource policy allows with NotPrincipal (off)
      medium    person-reads-production            a person can read production secrets without a second factor (off)
      high      policy-blocks-everyone             nobody can read the secret, or nobody can change its policy (off)
      low       policy-names-deleted-principal     resource policy names a principal that does not exist (off)
      critical  public-policy                      resource policy is open to anybody, with no condition (off)
      medium    readable-by-whole-org              any principal of an organization can read the secret (off)
      high      readable-outside-org               an account outside the organization can read the secret (off)
      medium    reader-cannot-decrypt              a principal may read the secret and its key refuses it (off)
      medium    reads-across-environments          a principal can read secrets of production and of other environments (off)
      high      reads-every-secret                 a principal can read most secrets of its account (off)
      medium    service-principal-without-source   resource policy lets an AWS service in for any account (off)
      medium    too-many-readers                   more principals can read the secret than allowed (off)
      medium    unused-read-access                 can read secrets and does not (off)
      high      weakly-conditioned-policy          resource policy is open to anybody under conditions that do not limit who (off)
      medium    wildcard-action-in-policy          resource policy allows every action (off)
    encryption
      info      default-key                        secret is encrypted under the account's default key
      medium    default-key-on-sensitive           sensitive secret is encrypted under the account's default key (off)
      critical  key-disabled                       the key of the current value is disabled (off)
      low       key-in-other-account               secret is encrypted under a key of another account (off)
      critical  key-missing                        the key of the current value does not exist (off)
      critical  key-pending-deletion               the key of the current value is being deleted (off)
      critical  key-policy-public                  key policy lets anybody decrypt (off)
      low       key-rotation-off                   customer managed key is never rotated (off)
      high      key-usable-outside-org             an account outside the organization can decrypt with the key (off)
      medium    replica-with-weaker-key            replica is under the default key while its primary is not (off)
      low       version-under-old-key              a labelled version is encrypted only under a key that is not the secret's (off)
    exceptions
      high      exception-expired                  an exception has expired (off)
      info      exception-expires-soon             an exception ends soon (off)
      medium    exception-too-broad                an exception covers too much of a rule (off)
      low       exception-unmatched                an exception matches nothing (off)
    monitoring
      info      config-disagrees                   AWS Config judges a secret otherwise (off)
      info      config-rule-missing                AWS Config does not watch the secrets of a Region by its own rules (off)
      low       no-alert-on-deletion               nobody hears of a secret that is deleted, or still wanted after that (off)
      low       no-alert-on-policy-change          nobody hears of a changed resource policy (off)
      medium    no-alert-on-rotation-failure       nobody hears of a failed rotation (off)
      high      reads-not-recorded                 reads of secrets are not recorded (off)
      high      trail-delivery-failing             trail that should record reads does not deliver (off)
      medium    trail-without-validation           trail that records reads cannot be verified (off)
    ownership
      medium    environment-mismatch               name and tag name different environments (off)
      info      missing-description                secret has no description (off)
      medium    missing-required-tags              secret lacks a required tag (off)
      info      mixed-naming                       account names its secrets in more than one style (off)
      low       name-against-convention            name does not follow the convention (off)
      info      name-ends-like-arn-suffix          name can be taken for an ARN with its random suffix (off)
      critical  secret-in-metadata                 name, description or tag holds something shaped like a credential (off)
      low       tag-case-variant                   required tag is there only in another letter case (off)
      low       tag-value-not-allowed              tag value is outside the allowed ones (off)
      info      vague-name                         name does not say what the secret is for (off)
    replication
      low       missing-replica                    secret has no replica in a required Region (off)
      medium    orphan-replica                     replica has lost its primary (off)
      high      replica-failed                     replication to a Region has failed (off)
      medium    replica-outside-allowed-regions    replica is in a Region that is not allowed (off)
    rotation
      medium    long-rotation-interval             rotation runs less often than allowed (off)
      critical  not-rotated-after-exposure         somebody who is not to be trusted knows the current value (off)
      medium    old-version-still-read             the previous value is still read long after the change (off)
      medium    rotation-cancelled                 rotation was set up and is now switched off
      high      rotation-failing                   the last rotation failed
      medium    rotation-function-confused-deputy  rotation function lets Secrets Manager in for any account
      high      rotation-function-missing          rotation is on and its function cannot run
      high      rotation-never-completed           rotation is on but has never succeeded
      medium    rotation-off                       secret has never been set up for rotation
      high      rotation-overdue                   rotation is on but overdue
      high      rotation-role-underpowered         the rotation function's role cannot rotate this secret
      high      rotation-stuck                     a rotation was begun and never finished
      high      stale-value                        secret value is older than allowed (off)
      medium    value-never-set                    secret was created and never given a value (off)
      low       versions-piled-up                  secret keeps more labelled versions than allowed (off)
    use
      high      bulk-read                          somebody read many secrets at once (off)
      info      config-in-a-secret                 name says that the value is configuration and no secret (off)
      info      created-by-hand                    a secret was created in the console (off)
      high      deleted-but-wanted                 somebody still asks for a secret that is being deleted (off)
      medium    deleted-without-recovery           a secret was deleted with little or no time to take it back (off)
      low       never-read                         secret has never been read (off)
      low       new-reader                         somebody reads a secret who never did before (off)
      medium    person-read-production             a person read a production secret (off)
      medium    read-from-unknown-network          a secret was read from a network that is not ours (off)
      medium    read-refused                       somebody was refused a secret's value (off)
      high      root-read                          the root user read a secret (off)
      medium    unused-secret                      secret has not been read for longer than allowed (off)
    ");
}

#[test]
fn rules_explain() {
    insta::assert_snapshot!(Command::new(["rules", "explain", "stale-value"]).run(), @r#"
    exit: 0
    -- stdout --
    # stale-value

    high: secret value is older than allowed

    The longer a value lives, the more copies of it exist. The age is counted from
    the creation of the version that carries AWSCURRENT, so a new value put by hand
    counts and an edit of a tag does not. A rotation that was rolled back leaves the
    old value current, and the old age with it.

    - judges: table `secrets`
    - applies to: `customer_secret AND has_value`
    - requires: `value_age_days <= :max_age_days`
    - evidence: secretsmanager:ListSecretVersionIds, secretsmanager:ListSecrets
    - explained by: rotation-overdue, rotation-never-completed, long-rotation-interval

    ## Parameters

    - `max_age_days` (integer, days) = 90: longest age of the current value

    ## How to mend it

    Console: Open the secret, choose Rotation, then Rotate secret immediately;
    without rotation choose Retrieve secret value, then Edit.

    AWS CLI:

    ```
    aws secretsmanager rotate-secret --secret-id <ARN>
    # Where rotation is not set up: change the credential at its system, then store it.
    aws secretsmanager put-secret-value --secret-id <ARN> --secret-string file://<FILE>
    ```

    Terraform:

    ```
    resource "aws_secretsmanager_secret_rotation" "<NAME>" {
      secret_id           = aws_secretsmanager_secret.<NAME>.id
      rotation_lambda_arn = "<FUNCTION_ARN>"
      rotation_rules {
        schedule_expression = "rate(30 days)"
      }
    }
    ```

    CloudFormation:

    ```
    Type: AWS::SecretsManager::RotationSchedule
    Properties:
      SecretId: !Ref <SECRET>
      RotationLambdaARN: <FUNCTION_ARN>
      RotationRules:
        ScheduleExpression: rate(30 days)
    ```

    ## Frameworks

    - aws-fsbp: SecretsManager.4 (aws)
    - cis-controls-8.1: 16.11 (prowler)
    - csa-ccm-4: CEK-12 (prowler)
    - hipaa: 164.308(a)(4)(ii)(B), 164.308(a)(5)(ii)(D) (steampipe)
    - iso-27001-2022: A.5.17 (own)
    - nis2: 11.6.2.c (prowler)
    - nist-800-53-r5: AC-2(1), AC-3(15) (aws); IA-5(1) (own)
    - nist-csf-2.0: PR.AA-01 (own)
    - pci-dss-4.0.1: 8.3.9, 8.6.3 (aws); 8.2.2, 8.3.10.1, 8.3.5, 8.3.7 (steampipe)
    - soc-2: CC6.1 (own)

    ## References

    - https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html
    - https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html
    "#);
    insta::assert_snapshot!(Command::new(["rules", "explain", "stale-value", "--json"]).run(), @r#"
    exit: 0
    -- stdout --
    {
      "aliases": [],
      "applies_to": "customer_secret AND has_value",
      "calls": [
        "secretsmanager:ListSecretVersionIds",
        "secretsmanager:ListSecrets"
      ],
      "frameworks": {
        "aws-fsbp": {
          "SecretsManager.4": "aws"
        },
        "cis-controls-8.1": {
          "16.11": "prowler"
        },
        "csa-ccm-4": {
          "CEK-12": "prowler"
        },
        "hipaa": {
          "164.308(a)(4)(ii)(B)": "steampipe",
          "164.308(a)(5)(ii)(D)": "steampipe"
        },
        "iso-27001-2022": {
          "A.5.17": "own"
        },
        "nis2": {
          "11.6.2.c": "prowler"
        },
        "nist-800-53-r5": {
          "AC-2(1)": "aws",
          "AC-3(15)": "aws",
          "IA-5(1)": "own"
        },
        "nist-csf-2.0": {
          "PR.AA-01": "own"
        },
        "pci-dss-4.0.1": {
          "8.2.2": "steampipe",
          "8.3.10.1": "steampipe",
          "8.3.5": "steampipe",
          "8.3.7": "steampipe",
          "8.3.9": "aws",
          "8.6.3": "aws"
        },
        "soc-2": {
          "CC6.1": "own"
        }
      },
      "id": "stale-value",
      "implied_by": [
        "rotation-overdue",
        "rotation-never-completed",
        "long-rotation-interval"
      ],
      "kind": "state",
      "parameters": [
        {
          "help": "longest age of the current value",
          "name": "max_age_days",
          "type": "integer",
          "unit": "days",
          "value": "90"
        }
      ],
      "references": [
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html"
      ],
      "remediation": {
        "cli": "aws secretsmanager rotate-secret --secret-id <ARN>\n# Where rotation is not set up: change the credential at its system, then store it.\naws secretsmanager put-secret-value --secret-id <ARN> --secret-string file://<FILE>\n",
        "cloudformation": "Type: AWS::SecretsManager::RotationSchedule\nProperties:\n  SecretId: !Ref <SECRET>\n  RotationLambdaARN: <FUNCTION_ARN>\n  RotationRules:\n    ScheduleExpression: rate(30 days)\n",
        "console": "Open the secret, choose Rotation, then Rotate secret immediately; without rotation choose Retrieve secret value, then Edit.",
        "terraform": "resource \"aws_secretsmanager_secret_rotation\" \"<NAME>\" {\n  secret_id           = aws_secretsmanager_secret.<NAME>.id\n  rotation_lambda_arn = \"<FUNCTION_ARN>\"\n  rotation_rules {\n    schedule_expression = \"rate(30 days)\"\n  }\n}\n"
      },
      "require": "value_age_days <= :max_age_days",
      "runs": true,
      "severity": "high",
      "table": "secrets",
      "title": "secret value is older than allowed",
      "topic": "rotation",
      "why": "The longer a value lives, the more copies of it exist. The age is counted from the creation of the version that\ncarries AWSCURRENT, so a new value put by hand counts and an edit of a tag does not. A rotation that was rolled back\nleaves the old value current, and the old age with it."
    }
    "#);
    insta::assert_snapshot!(Command::new(["rules", "explain", "stale-valeu"]).run(), @"
    exit: 2
    -- stderr --
    error: no rule `stale-valeu`
    help: did you mean `stale-value`?
    ");
    insta::assert_snapshot!(Command::new(["rules", "explain", "zzz"]).run(), @"
    exit: 2
    -- stderr --
    error: no rule `zzz`
    help: `secrets-auditor rules list` shows the rules
    ");
}

#[test]
fn rules_explain_tells_the_values_in_force() {
    let run = Command::new(["rules", "explain", "stale-value", "--set", "stale-value.max_age_days=7"]).run();
    assert!(run.stdout.contains("`max_age_days` (integer, days) = 7: "), "{run}");
}

/// Verdicts of one rule by the name of the secret.
fn verdicts(arguments: &[&str]) -> std::collections::BTreeMap<String, String> {
    let report = sample_json([&["--verdicts", "all", "--only", "stale-value"], arguments].concat());
    let findings = report["findings"].as_array().unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    findings.iter().map(|f| (text(&f["resource"]["name"]), text(&f["verdict"]))).collect()
}

#[test]
fn a_parameter_can_differ_by_row() {
    let strict = verdicts(&["--set", "stale-value.max_age_days=1"]);
    let lax = verdicts(&["--set", "stale-value.max_age_days=3650"]);
    let by_row = verdicts(&[
        "--set",
        "stale-value.max_age_days=[{ when: \"name LIKE 'prod/%'\", value: 1 }, { value: 3650 }]",
    ]);
    assert_ne!(strict, lax);
    for (name, verdict) in &by_row {
        let expected = if name.starts_with("prod/") { &strict } else { &lax };
        assert_eq!(verdict, &expected[name], "{name}");
    }
}

#[test]
fn without_a_last_word_the_default_holds() {
    let usual = verdicts(&[]);
    let strict = verdicts(&["--set", "stale-value.max_age_days=1"]);
    let by_row =
        verdicts(&["--set", "stale-value.max_age_days=[{ when: \"name LIKE 'prod/%'\", value: 1 }]"]);
    for (name, verdict) in &by_row {
        let expected = if name.starts_with("prod/") { &strict } else { &usual };
        assert_eq!(verdict, &expected[name], "{name}");
    }
}

#[test]
fn a_choice_that_is_not_known_makes_the_verdict_unknown() {
    // Nobody but its rotation reads this secret, and the trail does not show since when.
    let by_row = verdicts(&[
        "--set",
        "stale-value.max_age_days=[{ when: idle_days > 100000, value: 3650 }, { value: 3650 }]",
    ]);
    assert_eq!(by_row["prod/apac-store/reporting-db"], "unknown");
    let report = sample_json([
        "--only",
        "stale-value",
        "--set",
        "stale-value.max_age_days=[{ when: idle_days > 100000, value: 3650 }, { value: 3650 }]",
    ]);
    let findings = report["findings"].as_array().unwrap();
    let finding = findings.iter().find(|f| f["resource"]["name"] == "prod/apac-store/reporting-db").unwrap();
    assert_eq!(finding["missing_evidence"][0]["call"], "cloudtrail:LookupEvents", "{finding:#}");
}

#[test]
fn lists_can_differ_by_row_too() {
    let report = sample_json([
        "--only",
        "missing-required-tags",
        "--set",
        "missing-required-tags.keys=[{ when: production, value: [NoSuchTag] }, { value: [] }]",
        "--verdicts",
        "all",
    ]);
    for finding in report["findings"].as_array().unwrap() {
        let name = finding["resource"]["name"].as_str().unwrap();
        let verdict = finding["verdict"].as_str().unwrap();
        if name.starts_with("prod/") {
            assert_ne!(verdict, "pass", "{finding:#}");
        }
        if name.starts_with("dev/") {
            assert_ne!(verdict, "fail", "{finding:#}");
        }
    }
}

#[test]
fn divisors_that_may_be_zero() {
    insta::assert_snapshot!(check(&["require: value_age_days / tag_count > 1"]), @r#"
    exit: 2
    -- stderr --
    error: a rule divides by numbers other than 0 only, not by `tag_count`
     --> [dir]/my-rule.yaml:7:27
      |
    7 | require: value_age_days / tag_count > 1
      |                           ^^^^^^^^^
      |
      = help: division by zero is NULL, which would mean "not known"

    error: 1 error in rules or their settings
    "#);
    insta::assert_snapshot!(check(&["require: value_age_days % 0 = 1"]), @r#"
    exit: 2
    -- stderr --
    error: a rule divides by numbers other than 0 only, not by `0`
     --> [dir]/my-rule.yaml:7:27
      |
    7 | require: value_age_days % 0 = 1
      |                           ^
      |
      = help: division by zero is NULL, which would mean "not known"

    error: 1 error in rules or their settings
    "#);
    let fine = check(&["require: value_age_days / 7 >= 0"]);
    assert!(!fine.stderr.contains("divides"), "{fine}");
}
