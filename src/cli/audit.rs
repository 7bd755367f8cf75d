//! The verb `audit`.

use super::args::{AuditArgs, VerdictsArg};
use super::error::CliError;
use super::exit::Exit;
use super::output::{Printer, write_file};
use super::source;
use crate::access::{Estate, paths};
use crate::audit::{Wanted, assess};
use crate::cost::{PriceBook, Volume, estimate, tag_columns};
use crate::model::{AccountRun, Assessment, AuditOptions, CostReport, RegionRun, Run, Settings};
use crate::report::{Format, json, terminal};
use crate::rules::load;
use crate::snapshot::Snapshot;
use crate::tables::build_with;

/// Tags by which the cost is summed where none is asked for.
const COST_TAGS: [&str; 2] = ["Owner", "Environment"];

pub(super) fn run(args: &AuditArgs, printer: &Printer) -> Result<Exit, CliError> {
    // Rules first: a mistake in them should not cost a collection.
    let mut set = args.rules.set.clone();
    set.extend(exposed(&args.exposed));
    let rules = load(&super::rules::options(&args.rules, &set)?)?;
    let snapshot = source::snapshot(&args.source, &args.aws, printer)?;
    let settings = Settings::new(args.source.as_of.unwrap_or_else(|| snapshot.manifest.collected_at()));
    let (assessment, cost) = judge(args, &snapshot, &settings, &rules)?;
    for (format, path) in &args.outputs {
        let text = render(*format, &assessment, &cost, printer)?;
        write_file(path, &anstream::adapter::strip_str(&text).to_string())?;
    }
    printer.document(&render(args.format, &assessment, &cost, printer)?)?;
    Ok(exit(&assessment, printer))
}

/// Principals that are not to be trusted, as the setting of the rule about them.
fn exposed(principals: &[String]) -> Option<String> {
    if principals.is_empty() {
        return None;
    }
    // A list in JSON is one in YAML, too.
    let list = serde_json::to_string(principals).unwrap_or_default();
    Some(format!("not-rotated-after-exposure.exposed={list}"))
}

fn judge(
    args: &AuditArgs,
    snapshot: &Snapshot,
    settings: &Settings,
    rules: &crate::rules::RuleSet,
) -> Result<(Assessment, CostReport), CliError> {
    let default_tags = || COST_TAGS.map(str::to_owned).to_vec();
    let tag_keys = if args.cost_tags.is_empty() { default_tags() } else { args.cost_tags.clone() };
    let volume = Volume { monthly_calls: args.monthly_calls, tag_keys };
    let tags = rules.tags().union(&tag_columns(&volume.tag_keys)).cloned().collect();
    let estate = Estate::new(snapshot, settings.as_of);
    let tables = build_with(snapshot, &estate, settings, &tags).map_err(|error| CliError::defect(&error))?;
    let options = AuditOptions { fail_on: args.fail_on.0, gate_events: args.gate_events };
    let wanted = match args.verdicts {
        VerdictsArg::Problems => Wanted::Problems,
        VerdictsArg::All => Wanted::All,
    };
    let mut assessment = assess(run_of(snapshot, settings, rules), &tables, rules, options, wanted)
        .map_err(|error| CliError::defect(&error))?;
    for finding in assessment.findings.iter_mut().filter(|finding| !finding.related.is_empty()) {
        finding.paths = paths(&estate, &finding.resource, &finding.related);
    }
    let book = PriceBook::embedded().map_err(|error| CliError::defect(&error))?;
    let cost = estimate(&tables, &book, &volume).map_err(|error| CliError::defect(&error))?;
    Ok((assessment, cost))
}

/// What was audited, as reports say it.
pub(super) fn run_of(snapshot: &Snapshot, settings: &Settings, rules: &crate::rules::RuleSet) -> Run {
    let manifest = &snapshot.manifest;
    let region = |region: &crate::snapshot::RegionData| RegionRun {
        region: region.region.clone(),
        state: region.state,
        secrets: region.secrets.records.len() as u64,
    };
    let account = |account: &crate::snapshot::AccountData| AccountRun {
        account: account.entry.account.clone(),
        name: account.entry.name.clone(),
        regions: account.regions.iter().map(region).collect(),
    };
    Run {
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        rules_digest: rules.digest.clone(),
        as_of: settings.as_of,
        collected_at: manifest.collected_at(),
        accounts: snapshot.accounts.iter().map(account).collect(),
        selection: manifest.selection.clone(),
    }
}

fn render(
    format: Format,
    assessment: &Assessment,
    cost: &CostReport,
    printer: &Printer,
) -> Result<String, CliError> {
    match format {
        Format::Terminal => Ok(terminal::render(assessment, cost, printer.width())),
        Format::Json => json::render(assessment, cost).map_err(|error| CliError::defect(&error)),
    }
}

/// The exit code, and a remark where it needs one.
pub(super) fn exit(assessment: &Assessment, printer: &Printer) -> Exit {
    let unseen =
        assessment.findings.iter().any(|finding| finding.resource.kind == crate::model::ResourceType::Scope);
    if assessment.secrets() == 0 && !unseen {
        let narrowed = if assessment.run.selection.is_empty() { "" } else { " that the selection takes" };
        printer.remark(&format!("every Region answered, and there is no secret{narrowed}"));
        return Exit::NothingInScope;
    }
    if assessment.gating_failures().next().is_some() {
        return Exit::Findings;
    }
    if assessment.gating_unknowns().next().is_some() {
        return Exit::Incomplete;
    }
    if assessment.secrets() == 0 {
        printer.remark("no secret was seen, and not every Region answered");
        return Exit::Incomplete;
    }
    Exit::Clean
}
