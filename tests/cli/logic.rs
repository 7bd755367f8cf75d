//! Three-valued logic carries "not known" through every rule: no operator, function or macro turns NULL into a value,
//! and learning more never turns one verdict into another.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;
use proptest::prelude::*;
use secrets_auditor::audit::verdicts;
use secrets_auditor::model::Verdict;
use secrets_auditor::rules::{CompiledRule, LoadOptions, RuleSet, RuleSettings, Selection, load};
use secrets_auditor::tables::frame_of_cells;
use secrets_auditor::tables::schema::{Cell, Table, TagColumn};
use serde_json::json;

use crate::support::{folder, write};

/// A rule's two halves.
#[derive(Clone, Debug)]
struct Halves {
    applies_to: String,
    require: String,
}

/// Compiles rules with these halves; `when` chooses the value of `:n` and of `:some` by row.
fn compile(halves: &[Halves], when: Option<&str>) -> Result<Vec<CompiledRule>, String> {
    let folder = folder();
    let mut options = LoadOptions { dirs: vec![folder.path().to_owned()], ..LoadOptions::default() };
    for (index, half) in halves.iter().enumerate() {
        let id = format!("case-{index:03}");
        let file = json!({
            "id": id, "title": "t", "severity": "low", "table": "secrets", "since": "0.1.0", "why": "w",
            "applies_to": half.applies_to, "require": half.require, "message": "m", "examples": [],
            "parameters": {
                "n": { "type": "integer", "default": 30, "help": "h" },
                "words": { "type": "list", "default": ["prod", "eu-west-1", "payments"], "help": "h" },
                "networks": { "type": "list", "default": ["10.0.0.0/8"], "help": "h" },
                "some": { "type": "list", "default": ["db"], "help": "h" },
                "tags": { "type": "list", "default": ["Owner", "Team"], "help": "h" },
                "pattern": { "type": "pattern", "default": "^prod", "help": "h" },
                "allowed": { "type": "map", "default": { "Owner": ["payments"], "Env": "^p" }, "help": "h" },
            },
        });
        write(folder.path().join(format!("{id}.yaml")), file.to_string());
        if let Some(when) = when {
            let parameters = BTreeMap::from([
                ("n".to_owned(), json!([{ "when": when, "value": 3 }, { "value": 300 }])),
                ("some".to_owned(), json!([{ "when": when, "value": ["prod"] }, { "value": [] }])),
            ]);
            options.settings.insert(id, RuleSettings { severity: None, parameters });
        }
    }
    options.selection = Selection::new(&["case-*".to_owned()], &[])?;
    let errors = |errors: Vec<_>| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let RuleSet { rules, .. } = load(&options).map_err(errors)?;
    Ok(rules)
}

fn conditions<'a>(conditions: impl IntoIterator<Item = &'a str>) -> Vec<CompiledRule> {
    let half = |require: &str| Halves { applies_to: "TRUE".to_owned(), require: require.to_owned() };
    compile(&conditions.into_iter().map(half).collect::<Vec<_>>(), None).unwrap_or_else(|e| panic!("{e}"))
}

/// A row: what differs from the ordinary values.
type Row = BTreeMap<String, Cell>;

fn frame(rules: &[CompiledRule], rows: &[Row]) -> DataFrame {
    let tags: BTreeSet<TagColumn> = rules.iter().flat_map(|rule| rule.tags.iter().cloned()).collect();
    let fixed = Table::Secrets.columns().into_iter();
    let fixed = fixed.map(|column| (column.name.to_owned(), column.kind(), column.ordinary.cell()));
    let dynamic = tags.iter().map(|tag| (tag.name(), tag.kind(), tag.cell(Some(&[]))));
    let columns = fixed.chain(dynamic).map(|(name, kind, ordinary)| {
        let cells = rows.iter().map(|row| row.get(&name).cloned().unwrap_or_else(|| ordinary.clone()));
        let cells = cells.collect();
        (name, kind, cells)
    });
    frame_of_cells(rows.len(), columns.collect()).unwrap()
}

/// Verdicts by rule and row.
fn judge(rules: &[CompiledRule], rows: &[Row]) -> Vec<Vec<Verdict>> {
    let all: Vec<&CompiledRule> = rules.iter().collect();
    let judged = verdicts(&all, &frame(rules, rows)).unwrap();
    judged.iter().map(|verdicts| verdicts.iter().collect()).collect()
}

fn null(columns: &[&str]) -> Row {
    columns.iter().map(|column| ((*column).to_owned(), Cell::Null)).collect()
}

/// Everything that a rule may write, with the columns each of which makes it NULL.
const STRICT: &[(&str, &[&str])] = &[
    ("production", &["production"]),
    ("NOT production", &["production"]),
    ("tag_count = value_age_days", &["tag_count", "value_age_days"]),
    ("tag_count <> 1", &["tag_count"]),
    ("tag_count < 1", &["tag_count"]),
    ("tag_count <= :n", &["tag_count"]),
    ("tag_count > 1", &["tag_count"]),
    ("1 >= tag_count", &["tag_count"]),
    ("name = 'x'", &["name"]),
    ("name < 'x'", &["name"]),
    ("production = customer_secret", &["production", "customer_secret"]),
    ("production <> TRUE", &["production"]),
    ("tag_count + value_age_days > 1", &["tag_count", "value_age_days"]),
    ("tag_count - value_age_days > 1", &["tag_count", "value_age_days"]),
    ("tag_count * value_age_days > 1", &["tag_count", "value_age_days"]),
    ("tag_count * 0 = 0", &["tag_count"]),
    ("tag_count / 7 > 1", &["tag_count"]),
    ("tag_count % 7 > 1", &["tag_count"]),
    ("-tag_count > 1", &["tag_count"]),
    ("+tag_count > 1", &["tag_count"]),
    ("abs(tag_count) > 1", &["tag_count"]),
    ("floor(effective_interval_days) > 1", &["effective_interval_days"]),
    ("ceil(effective_interval_days) > 1", &["effective_interval_days"]),
    ("effective_interval_days > 1.5", &["effective_interval_days"]),
    ("tag_count BETWEEN 1 AND 3", &["tag_count"]),
    ("tag_count NOT BETWEEN 1 AND 3", &["tag_count"]),
    ("tag_count BETWEEN tag_count AND tag_count", &["tag_count"]),
    ("tag_count IN (1, 2)", &["tag_count"]),
    ("tag_count NOT IN (1, 2)", &["tag_count"]),
    ("name IN ('x', 'y')", &["name"]),
    ("name NOT IN ('x', 'y')", &["name"]),
    ("name LIKE 'x%'", &["name"]),
    ("name NOT LIKE 'x%'", &["name"]),
    ("name LIKE '%'", &["name"]),
    ("name ILIKE 'x%'", &["name"]),
    ("name NOT ILIKE 'x%'", &["name"]),
    ("name ~ 'x'", &["name"]),
    ("name ~ ''", &["name"]),
    ("lower(name) = 'x'", &["name"]),
    ("upper(name) = 'x'", &["name"]),
    ("length(name) > 1", &["name"]),
    ("starts_with(name, 'x')", &["name"]),
    ("starts_with(name, schedule)", &["name", "schedule"]),
    ("ends_with(name, '')", &["name"]),
    ("ends_with(name, schedule)", &["name", "schedule"]),
    ("has_word(name, :words)", &["name"]),
    ("only_words(name, :words)", &["name"]),
    ("last_segment(name) = 'x'", &["name"]),
    ("matches(name, :pattern)", &["name"]),
    ("is_listed(name, :words)", &["name"]),
    ("items_outside(replica_regions, :words) = ''", &["replica_regions"]),
    ("items_missing(replica_regions, :words) = ''", &["replica_regions"]),
    ("items_matching(replica_regions, :words) = ''", &["replica_regions"]),
    ("sources_outside(replica_regions, :networks) = ''", &["replica_regions"]),
    ("count_within(schedule, tag_count) = 0", &["schedule", "tag_count"]),
    ("plural(tag_count, 'tag', 'tags') = '1 tag'", &["tag_count"]),
    ("missing_tags(:tags) = ''", &["has_tag_any_case:owner", "has_tag_any_case:team"]),
    ("tags_in_other_case(:tags) = ''", &["has_tag:Owner", "has_tag_any_case:team"]),
    ("tags_not_allowed(:allowed) = ''", &["has_tag:Owner", "tag:Owner", "has_tag:Env", "tag:Env"]),
    ("\"tag:Owner\" <> ''", &["tag:Owner"]),
    ("\"has_tag:Owner\"", &["has_tag:Owner"]),
    ("\"has_tag_any_case:owner\"", &["has_tag_any_case:owner"]),
];

#[test]
fn null_for_null() {
    let rules = conditions(STRICT.iter().map(|(condition, _)| *condition));
    let known = judge(&rules, &[Row::new()]);
    for ((index, (condition, columns)), known) in STRICT.iter().enumerate().zip(known) {
        assert_ne!(known[0], Verdict::Unknown, "{condition} is not known on an ordinary row");
        for column in *columns {
            let verdict = judge(&rules[index..=index], &[null(&[column])])[0][0];
            assert_eq!(verdict, Verdict::Unknown, "{condition} without {column}");
        }
    }
}

/// What is allowed and what is tested must not drift apart.
#[test]
fn every_function_stands_in_the_table() {
    let half = Halves { applies_to: "TRUE".to_owned(), require: "qqqqqqqq(name)".to_owned() };
    let error = compile(&[half], None).unwrap_err();
    let (_, allowed) = error.split_once("help: allowed are ").unwrap_or_else(|| panic!("{error}"));
    for function in allowed.lines().next().unwrap().split(", ") {
        let stands = STRICT.iter().any(|(condition, _)| condition.contains(&format!("{function}(")));
        // `given` looks at no column.
        assert!(stands || function == "given", "{function}");
    }
}

#[test]
fn given_is_never_null_unless_its_choice_is() {
    let half = |require: &str| Halves { applies_to: "TRUE".to_owned(), require: require.to_owned() };
    let halves = [half("given(:some)"), half("given(:words)")];
    let all_null: Vec<&str> = Table::Secrets.columns().iter().map(|column| column.name).collect();
    let fixed = compile(&halves, None).unwrap();
    assert_eq!(judge(&fixed, &[null(&all_null)]), [[Verdict::Pass], [Verdict::Pass]]);
    let by_row = compile(&halves, Some("production")).unwrap();
    let production = |value: bool| Row::from([("production".to_owned(), Cell::Boolean(value))]);
    let judged = judge(&by_row, &[production(true), production(false), null(&["production"])]);
    assert_eq!(judged[0], [Verdict::Pass, Verdict::Fail, Verdict::Unknown]);
    assert_eq!(judged[1], [Verdict::Pass; 3]);
}

const THREE: [Option<bool>; 3] = [Some(true), Some(false), None];

fn truth(verdict: Verdict) -> Option<bool> {
    match verdict {
        Verdict::Pass => Some(true),
        Verdict::Fail => Some(false),
        Verdict::Unknown => None,
        Verdict::NotApplicable => panic!("every row is in scope"),
    }
}

fn pairs() -> Vec<(Option<bool>, Option<bool>)> {
    THREE.into_iter().flat_map(|a| THREE.map(|b| (a, b))).collect()
}

fn rows_of_pairs() -> Vec<Row> {
    let row = |(a, b): (Option<bool>, Option<bool>)| {
        Row::from([("production".to_owned(), a.into()), ("sensitive".to_owned(), b.into())])
    };
    pairs().into_iter().map(row).collect()
}

#[test]
fn and_or_not_are_kleenes() {
    let rules = conditions(["production AND sensitive", "production OR sensitive", "NOT production"]);
    let judged = judge(&rules, &rows_of_pairs());
    for (row, (a, b)) in pairs().into_iter().enumerate() {
        let and = match (a, b) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
        let or = match (a, b) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        };
        assert_eq!(truth(judged[0][row]), and, "{a:?} AND {b:?}");
        assert_eq!(truth(judged[1][row]), or, "{a:?} OR {b:?}");
        assert_eq!(truth(judged[2][row]), a.map(|a| !a), "NOT {a:?}");
    }
}

#[test]
fn the_two_halves_make_a_verdict() {
    let half = Halves { applies_to: "production".to_owned(), require: "sensitive".to_owned() };
    let rules = compile(&[half], None).unwrap();
    let judged = judge(&rules, &rows_of_pairs());
    for (row, (applies, require)) in pairs().into_iter().enumerate() {
        let expected = match (applies, require) {
            (Some(false), _) => Verdict::NotApplicable,
            (None, _) | (Some(true), None) => Verdict::Unknown,
            (Some(true), Some(true)) => Verdict::Pass,
            (Some(true), Some(false)) => Verdict::Fail,
        };
        assert_eq!(judged[0][row], expected, "{applies:?} {require:?}");
        assert_eq!(Verdict::from_logic(applies, require), expected, "{applies:?} {require:?}");
    }
}

#[test]
fn a_condition_without_columns_holds_for_every_row() {
    let rules = conditions(["TRUE", "1 > 2", "given(:words)"]);
    for rows in [vec![], vec![Row::new()], vec![Row::new(); 3]] {
        let judged = judge(&rules, &rows);
        assert_eq!(judged[0], vec![Verdict::Pass; rows.len()]);
        assert_eq!(judged[1], vec![Verdict::Fail; rows.len()]);
        assert_eq!(judged[2], vec![Verdict::Pass; rows.len()]);
    }
}

const TEXTS: [&str; 4] = ["name", "replica_regions", "schedule", "\"tag:Owner\""];
const NUMBERS: [&str; 3] = ["tag_count", "value_age_days", "replica_count"];
const FLAGS: [&str; 4] = ["production", "sensitive", "customer_secret", "\"has_tag:Owner\""];

fn one_of(list: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(list).prop_map(str::to_owned)
}

/// Texts, numbers and conditions made of everything on the allow-list.
fn text(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        3 => one_of(&TEXTS),
        1 => one_of(&["''", "'prod'", "'eu-west-1'", "'prod/db'"]),
        1 => one_of(&["missing_tags(:tags)", "tags_in_other_case(:tags)", "tags_not_allowed(:allowed)"]),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = move || text(depth - 1);
    prop_oneof![
        3 => leaf,
        1 => inner().prop_map(|t| format!("lower({t})")),
        1 => inner().prop_map(|t| format!("upper({t})")),
        1 => inner().prop_map(|t| format!("last_segment({t})")),
        1 => inner().prop_map(|t| format!("items_outside({t}, :words)")),
        1 => inner().prop_map(|t| format!("items_missing({t}, :some)")),
        1 => number(depth - 1).prop_map(|n| format!("plural({n}, 'day', 'days')")),
    ]
    .boxed()
}

fn number(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop_oneof![4 => one_of(&NUMBERS), 1 => one_of(&["0", "1", "30", ":n"])];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = move || number(depth - 1);
    let operator = one_of(&["+", "-", "*"]);
    prop_oneof![
        3 => leaf,
        2 => (inner(), operator, inner()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        1 => inner().prop_map(|n| format!("({n} % 7)")),
        1 => inner().prop_map(|n| format!("(-{n})")),
        1 => inner().prop_map(|n| format!("abs({n})")),
        1 => text(depth - 1).prop_map(|t| format!("length({t})")),
    ]
    .boxed()
}

fn decimal(depth: u32) -> BoxedStrategy<String> {
    let number = move || number(depth.saturating_sub(1));
    prop_oneof![
        one_of(&["effective_interval_days", "1.5", "floor(effective_interval_days)"]),
        number().prop_map(|n| format!("({n} / 7)")),
        number().prop_map(|n| format!("ceil({n} * 0.5)")),
    ]
    .boxed()
}

fn condition(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop_oneof![4 => one_of(&FLAGS), 1 => one_of(&["TRUE", "FALSE", "given(:some)"])];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = move || condition(depth - 1);
    let number = move || number(depth - 1);
    let text = move || text(depth - 1);
    let comparison = || one_of(&["=", "<>", "<", "<=", ">", ">="]);
    let not = || one_of(&["", "NOT "]);
    prop_oneof![
        2 => leaf,
        2 => inner().prop_map(|c| format!("(NOT {c})")),
        3 => (inner(), inner()).prop_map(|(a, b)| format!("({a} AND {b})")),
        3 => (inner(), inner()).prop_map(|(a, b)| format!("({a} OR {b})")),
        1 => (inner(), inner()).prop_map(|(a, b)| format!("({a} = {b})")),
        2 => (number(), comparison(), number()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        1 => (decimal(depth), comparison(), number()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        2 => (text(), comparison(), text()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        1 => (number(), not(), number(), number())
            .prop_map(|(n, not, a, b)| format!("({n} {not}BETWEEN {a} AND {b})")),
        1 => (number(), not()).prop_map(|(n, not)| format!("({n} {not}IN (0, 1, 30))")),
        1 => (text(), not()).prop_map(|(t, not)| format!("({t} {not}IN ('', 'prod'))")),
        1 => (text(), not(), one_of(&["LIKE", "ILIKE"]))
            .prop_map(|(t, not, like)| format!("({t} {not}{like} 'p%')")),
        1 => text().prop_map(|t| format!("({t} ~ '^p')")),
        1 => (text(), text()).prop_map(|(a, b)| format!("starts_with({a}, {b})")),
        1 => (text(), text()).prop_map(|(a, b)| format!("ends_with({a}, {b})")),
        1 => text().prop_map(|t| format!("has_word({t}, :some)")),
        1 => text().prop_map(|t| format!("only_words({t}, :words)")),
        1 => text().prop_map(|t| format!("is_listed({t}, :words)")),
        1 => text().prop_map(|t| format!("matches({t}, :pattern)")),
    ]
    .boxed()
}

/// Known rows, small enough that conditions hold on some of them and not on others.
fn row() -> impl Strategy<Value = Row> {
    let texts = || prop::sample::select(vec!["", "prod", "prod/db", "eu-west-1", "payments", "Prod-x"]);
    let flags = prop::collection::vec(any::<bool>(), 8);
    let numbers = prop::collection::vec(prop::sample::select(vec![0_i64, 1, 2, 30, 31]), 3);
    (prop::collection::vec(texts(), 5), flags, numbers).prop_map(|(texts, flags, numbers)| {
        let text = |at: usize| Cell::Text(texts[at].to_owned());
        let flag = |at: usize| Cell::Boolean(flags[at]);
        let mut row = Row::from([
            ("name".to_owned(), text(0)),
            ("replica_regions".to_owned(), text(1)),
            ("schedule".to_owned(), text(2)),
            ("tag:Owner".to_owned(), text(3)),
            ("tag:Env".to_owned(), text(4)),
            ("production".to_owned(), flag(0)),
            ("sensitive".to_owned(), flag(1)),
            ("customer_secret".to_owned(), flag(2)),
            ("has_tag:Owner".to_owned(), flag(3)),
            ("has_tag:Team".to_owned(), flag(4)),
            ("has_tag:Env".to_owned(), flag(5)),
            ("has_tag_any_case:owner".to_owned(), flag(6)),
            ("has_tag_any_case:team".to_owned(), flag(7)),
            ("effective_interval_days".to_owned(), Cell::Decimal(30.5)),
        ]);
        for (column, number) in NUMBERS.iter().zip(numbers) {
            row.insert((*column).to_owned(), Cell::Integer(number));
        }
        row
    })
}

/// A row, and the same row with some of its values no longer known.
fn row_and_less() -> impl Strategy<Value = (Row, Row)> {
    (row(), prop::collection::vec(prop::bool::weighted(0.25), 17)).prop_map(|(row, hide)| {
        let cell = |(hide, (name, cell)): (&bool, (&String, &Cell))| {
            (name.clone(), if *hide { Cell::Null } else { cell.clone() })
        };
        let less = hide.iter().zip(&row).map(cell).collect();
        (row, less)
    })
}

/// Conditions of settings know no parameters.
fn names_parameter(sql: &str) -> bool {
    [" :", "(:"].iter().any(|sign| sql.contains(sign))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 16, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default()
    })]

    /// The central law: with less known, a verdict stays or becomes unknown; it never turns.
    #[test]
    fn knowing_less_never_turns_a_verdict(
        halves in prop::collection::vec((condition(2), condition(3)), 40),
        rows in prop::collection::vec(row_and_less(), 24),
        when in prop::option::of(condition(1).prop_filter("names a parameter", |sql| !names_parameter(sql))),
    ) {
        let halves: Vec<Halves> =
            halves.into_iter().map(|(applies_to, require)| Halves { applies_to, require }).collect();
        let rules = compile(&halves, when.as_deref()).map_err(TestCaseError::fail)?;
        let (full, less): (Vec<Row>, Vec<Row>) = rows.into_iter().unzip();
        let before = judge(&rules, &full);
        let after = judge(&rules, &less);
        for (rule, half) in halves.iter().enumerate() {
            for row in 0..full.len() {
                let (before, after) = (before[rule][row], after[rule][row]);
                prop_assert!(
                    after == before || after == Verdict::Unknown,
                    "{before} became {after} by forgetting: {half:?} with {when:?} on {:?}", less[row],
                );
            }
        }
    }
}

/// The generator above must reach every verdict, or the law says nothing.
#[test]
fn random_rules_reach_every_verdict() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let halves =
        prop::collection::vec((condition(2), condition(3)), 60).new_tree(&mut runner).unwrap().current();
    let rows = prop::collection::vec(row_and_less(), 30).new_tree(&mut runner).unwrap().current();
    let halves: Vec<Halves> =
        halves.into_iter().map(|(applies_to, require)| Halves { applies_to, require }).collect();
    let rules = compile(&halves, None).unwrap();
    let (full, less): (Vec<Row>, Vec<Row>) = rows.into_iter().unzip();
    let count = |rows: &[Row]| {
        let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
        judge(&rules, rows)
            .into_iter()
            .flatten()
            .for_each(|verdict| *counts.entry(verdict).or_default() += 1);
        counts
    };
    let (full, less) = (count(&full), count(&less));
    for verdict in Verdict::ALL {
        assert!(less[&verdict] > 50, "{verdict}: {less:?}");
    }
    assert!(
        full.get(&Verdict::Unknown).copied().unwrap_or_default() < less[&Verdict::Unknown] / 2,
        "{full:?}"
    );
}
