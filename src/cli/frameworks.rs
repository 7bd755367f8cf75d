//! The verbs `frameworks list` and `frameworks show`.

use std::path::PathBuf;
use std::sync::Arc;

use super::args::{FrameworksArgs, FrameworksShowArgs, FrameworksVerb};
use super::audit::{exit, run_of};
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use super::rules::rule_set_of;
use super::source;
use crate::access::Estate;
use crate::audit::{Judging, assess, coverage};
use crate::config::{Config, RuleChoice};
use crate::model::{
    Assessment, Framework, FrameworkCoverage, FrameworkList, FrameworkSummary, FrameworksAnswer, RuleInfo,
};
use crate::report::{Format, frameworks as report};
use crate::rules::{Frameworks, LoadOptions, RuleSet, load};
use crate::tables::build_with;

pub(super) fn run(args: &FrameworksArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    let known = Frameworks::embedded().map_err(|error| CliError::defect(&error))?;
    match &args.verb {
        FrameworksVerb::List { format, dirs } => list(known, *format, dirs, printer),
        FrameworksVerb::Show(args) => show(&known, args, config, printer),
    }
}

fn list(known: Frameworks, format: Format, dirs: &[PathBuf], printer: &Printer) -> Result<Exit, CliError> {
    let rules = load(&LoadOptions { dirs: dirs.to_vec(), ..LoadOptions::default() })?.all();
    let frameworks = known.frameworks.iter().map(|framework| summary(framework, &rules)).collect();
    let list = FrameworkList { frameworks, sources: known.sources };
    printer.document(&match format {
        Format::Terminal => report::list(&list),
        Format::Json => report::json(&FrameworksAnswer::List(list)),
    })?;
    Ok(Exit::Clean)
}

fn summary(framework: &Framework, rules: &[(Arc<RuleInfo>, bool)]) -> FrameworkSummary {
    let is_covered = |control: &str| {
        let names =
            |rule: &RuleInfo| rule.frameworks.get(&framework.id).is_some_and(|of| of.contains_key(control));
        rules.iter().any(|(rule, _)| names(rule))
    };
    FrameworkSummary {
        id: framework.id.clone(),
        name: framework.name.clone(),
        known: framework.controls.len() as u64,
        covered: framework.controls.iter().filter(|control| is_covered(&control.id)).count() as u64,
    }
}

fn show(
    known: &Frameworks,
    args: &FrameworksShowArgs,
    config: &Config,
    printer: &Printer,
) -> Result<Exit, CliError> {
    let framework = known
        .find(&args.id)
        .ok_or_else(|| CliError::new(format!("no framework `{}`", args.id), known.help(&args.id)))?;
    let rules = rule_set(args, config)?;
    let assessment = judge(args, &rules, config, printer)?;
    let answer = answer(known, framework, &rules, &assessment);
    let exit = exit(&assessment, printer);
    printer.document(&match args.format {
        Format::Terminal => report::coverage(&answer, printer.width()),
        Format::Json => report::json(&FrameworksAnswer::Coverage(answer)),
    })?;
    Ok(exit)
}

/// The rules behind the one framework.
fn rule_set(args: &FrameworksShowArgs, config: &Config) -> Result<RuleSet, CliError> {
    if !args.rules.frameworks.is_empty() {
        return Err(CliError::new(
            "`--framework` has no meaning with `frameworks show`, which shows one framework",
            "leave out `--framework`",
        ));
    }
    let frameworks = std::slice::from_ref(&args.id);
    rule_set_of(RuleChoice { frameworks, ..args.rules.choice() }, config)
}

/// Nothing gates here: `audit --framework` does.
fn judge(
    args: &FrameworksShowArgs,
    rules: &RuleSet,
    config: &Config,
    printer: &Printer,
) -> Result<Assessment, CliError> {
    let aws = args.aws.with(config, Some(&args.source))?;
    let snapshot = source::snapshot(&args.source, &aws, printer)?;
    let settings = config.settings(args.source.as_of.unwrap_or_else(|| snapshot.manifest.collected_at()))?;
    let estate = Estate::new(&snapshot, settings.as_of);
    let tables =
        build_with(&snapshot, &estate, &settings, &rules.tags()).map_err(|error| CliError::defect(&error))?;
    let run = run_of(&snapshot, &settings, rules);
    assess(run, &tables, rules, &Judging::default()).map_err(|error| CliError::defect(&error))
}

/// How far the rules in force cover a framework.
pub(super) fn answer(
    known: &Frameworks,
    framework: &Framework,
    rules: &RuleSet,
    assessment: &Assessment,
) -> FrameworkCoverage {
    let controls = coverage(framework, &rules.all(), assessment);
    let maps = |id: &str| controls.iter().flat_map(|control| &control.rules).any(|rule| rule.source == id);
    FrameworkCoverage {
        id: framework.id.clone(),
        name: framework.name.clone(),
        version: framework.version.clone(),
        publisher: framework.publisher.clone(),
        reference: framework.reference.clone(),
        as_of: assessment.run.as_of.to_string(),
        secrets: assessment.secrets(),
        sources: known.sources.iter().filter(|source| maps(&source.id)).cloned().collect(),
        controls,
    }
}
