//! The verbs `rules list`, `rules explain` and `rules check`.

use std::path::PathBuf;
use std::sync::Arc;

use super::args::{RuleArgs, RulesArgs, RulesVerb};
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use super::settings::root;
use crate::config::{Config, RuleChoice};
use crate::model::RuleInfo;
use crate::report::rules as report;
use crate::rules::{LoadOptions, RuleSet, load, run_examples};

pub(super) fn run(args: &RulesArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    match &args.verb {
        RulesVerb::List(args) => printer.document(&report::list(&listed(args, config)?))?,
        RulesVerb::Explain { id, json, rules } => explain(id, *json, &rule_set(rules, config)?, printer)?,
        RulesVerb::Check { paths } => return check(paths, printer),
    }
    Ok(Exit::Clean)
}

/// The rules in question: of a framework those that stand behind it, whether they run or not.
fn listed(args: &RuleArgs, config: &Config) -> Result<Vec<(Arc<RuleInfo>, bool)>, CliError> {
    let mut rules = rule_set(args, config)?.all();
    let wanted = |rule: &RuleInfo| args.frameworks.iter().any(|id| rule.frameworks.contains_key(id));
    rules.retain(|(rule, _)| args.frameworks.is_empty() || wanted(rule));
    Ok(rules)
}

fn rule_set(args: &RuleArgs, config: &Config) -> Result<RuleSet, CliError> {
    rule_set_of(args.choice(), config)
}

/// The rules that a choice and the settings give.
pub(super) fn rule_set_of(choice: RuleChoice<'_>, config: &Config) -> Result<RuleSet, CliError> {
    let options = config.load_options(choice).map_err(|errors| config.placed(choice, errors))?;
    let options = LoadOptions { root: root(), ..options };
    Ok(load(&options).map_err(|errors| config.placed(choice, errors))?)
}

impl RuleArgs {
    /// What they say about rules.
    pub(super) fn choice(&self) -> RuleChoice<'_> {
        RuleChoice {
            dirs: &self.dirs,
            only: &self.only,
            skip: &self.skip,
            frameworks: &self.frameworks,
            set: &self.set,
        }
    }
}

fn explain(id: &str, json: bool, rules: &RuleSet, printer: &Printer) -> Result<(), CliError> {
    let Some(rule) = rules.find(id) else {
        let help = match rules.suggest(id) {
            Some(close) => format!("did you mean `{close}`?"),
            None => "`secrets-auditor rules list` shows the rules".to_owned(),
        };
        return Err(CliError::new(format!("no rule `{id}`"), help));
    };
    if !json {
        return printer.document(&report::explain(&rule, printer.width()));
    }
    let runs = rules.rules.iter().any(|known| known.info.id == rule.id);
    let value = report::explain_json(&rule, runs).map_err(|error| CliError::defect(&error))?;
    printer.document(&format!("{value:#}\n"))
}

fn check(paths: &[PathBuf], printer: &Printer) -> Result<Exit, CliError> {
    let set = load(&LoadOptions { dirs: paths.to_vec(), ..LoadOptions::default() })?;
    let (count, failures) = run_examples(&set);
    for failure in &failures {
        let (path, example, reason) = (&failure.path, &failure.example, &failure.reason);
        printer.document(&format!("{path}: example \"{example}\": {reason}\n"))?;
    }
    let rules = set.all().len();
    printer.document(&format!("{rules} rules, {count} examples, {} failed\n", failures.len()))?;
    Ok(if failures.is_empty() { Exit::Clean } else { Exit::Findings })
}
