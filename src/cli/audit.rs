//! The verb `audit`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::args::{AuditArgs, GroupByArg, VerdictsArg};
use super::baseline;
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use super::profiles;
use super::reports;
use super::rules::rule_set_of;
use super::settings::root;
use super::source;
use super::trail::now;
use crate::access::{Estate, changes, paths};
use crate::audit::{Judging, Wanted, assess, compare};
use crate::config::{Config, RuleChoice, read_iac_map};
use crate::cost::{Circumstances, PriceBook, estimate};
use crate::history::{History, HistoryError, past, read_baseline};
use crate::model::{
    AccountRun, Anchors, Assessment, AuditOptions, Audited, Baseline, GroupBy, RegionRun, Run, Settings,
    Severity,
};
use crate::report::{Layout, ReportFormat};
use crate::rules::RuleSet;
use crate::snapshot::Snapshot;
use crate::tables::schema::Table;
use crate::tables::{Tables, build_with};

/// From which severity on failures decide the exit code where nothing else was said.
const FAIL_ON: Severity = Severity::High;

/// How much a name must be like another one to be offered in its place.
const CLOSE: f64 = 0.8;

/// Tags by which the cost is summed where none is asked for.
const COST_TAGS: [&str; 2] = ["Owner", "Environment"];

pub(super) fn run(args: &AuditArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    reports::can_be_printed(args.format)?;
    // What cannot be read or written should not cost a collection either.
    let baseline = known(args.keep.baseline.as_deref(), config)?;
    let history = kept(args.keep.history.as_deref(), config)?;
    let mut audited = assessed(args, config, baseline.as_ref().map(|(_, known)| known), printer)?;
    if let Some(history) = &history {
        audited.past = Some(past(history.audits()?, &audited.assessment, &audited.cost)?);
    }
    let assessment = &audited.assessment;
    if let Some((path, known)) = &baseline {
        baseline::check(path, known, assessment)?;
    }
    let layout =
        Layout { width: printer.width(), ocsf: args.ocsf_version, metrics_by_arn: args.metrics_by_arn };
    for (format, path) in outputs(args, config)? {
        reports::to_file(format, &audited, layout, &path)?;
    }
    reports::print(args.format, &audited, layout, printer)?;
    baseline::remark(assessment, printer);
    if let Some(history) = history {
        history.keep(&audited)?;
    }
    Ok(exit(assessment, printer))
}

/// The baseline that is compared with, and its file.
fn known(given: Option<&Path>, config: &Config) -> Result<Option<(PathBuf, Baseline)>, CliError> {
    let read = |path: PathBuf| Ok((path.clone(), read_baseline(&path)?));
    match (given, &config.file().baseline, config.baseline()) {
        (Some(path), ..) => Ok(Some(read(path.to_owned())?)),
        (None, Some(text), Some(path)) => {
            let known = read(path)
                .map_err(|error: HistoryError| config.blame(text, error.to_string(), error.help()))?;
            Ok(Some(known))
        }
        _ => Ok(None),
    }
}

/// The history that keeps the audit.
fn kept(given: Option<&Path>, config: &Config) -> Result<Option<History>, CliError> {
    match (given, &config.file().history, config.history()) {
        (Some(folder), ..) => Ok(Some(History::create(folder)?)),
        (None, Some(text), Some(folder)) => {
            let history = History::create(&folder)
                .map_err(|error| config.blame(text, error.to_string(), error.help()))?;
            Ok(Some(history))
        }
        _ => Ok(None),
    }
}

/// Collects or reads the evidence, judges it, and compares it with a baseline.
pub(super) fn assessed(
    args: &AuditArgs,
    config: &Config,
    baseline: Option<&Baseline>,
    printer: &Printer,
) -> Result<Audited, CliError> {
    let args = &AuditArgs { aws: args.aws.with(config, Some(&args.source))?, ..args.clone() };
    // Rules first: a mistake in them should not cost a collection.
    let mut set = args.rules.set.clone();
    set.extend(exposed(&args.exposed));
    let rules = rule_set_of(RuleChoice { set: &set, ..args.rules.choice() }, config)?;
    // Where AWS is asked, mistakes in exceptions should not cost a collection either.
    if !args.source.sample && args.source.snapshot.is_none() {
        config.acceptances(&rules, args.source.as_of.unwrap_or_else(now), now())?;
    }
    let anchors = anchors(args, config)?;
    let book = price_book(args.price_book.as_deref(), config)?;
    let snapshot = source::snapshot(&args.source, &args.aws, printer)?;
    let settings = config.settings(args.source.as_of.unwrap_or_else(|| snapshot.manifest.collected_at()))?;
    let judging = Judging {
        options: options(args, config)?,
        wanted: args.verdicts.wanted(),
        acceptances: config.acceptances(&rules, settings.as_of, now())?,
    };
    let audited = judge(args, &snapshot, &settings, &rules, &judging, (&book, config, baseline))?;
    Ok(Audited { anchors, ..audited })
}

/// What is shown, and what decides the exit code.
fn options(args: &AuditArgs, config: &Config) -> Result<AuditOptions, CliError> {
    let own = config.fail_on().map_err(|error| vec![error])?;
    let fail_on = args.fail_on.map_or_else(|| own.unwrap_or(Some(FAIL_ON)), |threshold| threshold.0);
    Ok(AuditOptions {
        owner: args.owner.clone(),
        group_by: args.group_by.map(GroupByArg::group_by),
        fail_on,
        gate_events: args.gate_events || config.file().gate_events.unwrap_or_default(),
    })
}

/// Reports to write. The command line comes before the settings, format by format.
fn outputs(args: &AuditArgs, config: &Config) -> Result<Vec<(ReportFormat, PathBuf)>, CliError> {
    let own = config.outputs().map_err(|error| vec![error])?;
    let is_given = |format: ReportFormat| args.outputs.iter().any(|(given, _)| *given == format);
    let own = own.into_iter().filter(|(format, _)| !is_given(*format));
    Ok(args.outputs.iter().cloned().chain(own).collect())
}

/// Where resources are defined, by the map of the command line, else by that of the settings.
fn anchors(args: &AuditArgs, config: &Config) -> Result<Anchors, CliError> {
    let map = args.iac_map.clone().or_else(|| config.iac_map());
    Ok(map.map(|path| read_iac_map(&path, root().as_deref())).transpose()?.unwrap_or_default())
}

/// The prices that were named, else those of the settings, else those in the program.
pub(super) fn price_book(named: Option<&Path>, config: &Config) -> Result<PriceBook, CliError> {
    if let Some(path) = named {
        return PriceBook::read(path).map_err(|reason| {
            let (message, help) = unread(path, &reason, "`--price-book`");
            CliError::new(message, help)
        });
    }
    match &config.file().price_book {
        None => PriceBook::embedded().map_err(|error| CliError::defect(&error)),
        Some(text) => {
            let path = config.resolve(Path::new(&text.value));
            let book = PriceBook::read(&path).map_err(|reason| {
                let (message, help) = unread(&path, &reason, "`price_book`");
                config.blame(text, message, help)
            })?;
            Ok(book)
        }
    }
}

/// That a price book cannot be read, and what to do about it; `from` is who named it.
fn unread(path: &Path, reason: &str, from: &str) -> (String, String) {
    (
        format!("cannot read the price book `{}`: {reason}", path.display()),
        format!("have `secrets-auditor prices refresh` write one, or leave out {from}"),
    )
}

impl VerdictsArg {
    fn wanted(self) -> Wanted {
        match self {
            Self::Problems => Wanted::Problems,
            Self::All => Wanted::All,
        }
    }
}

impl GroupByArg {
    fn group_by(self) -> GroupBy {
        match self {
            Self::Owner => GroupBy::Owner,
            Self::Account => GroupBy::Account,
            Self::Region => GroupBy::Region,
            Self::Rule => GroupBy::Rule,
            Self::Framework => GroupBy::Framework,
            Self::Environment => GroupBy::Environment,
        }
    }
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
    rules: &RuleSet,
    judging: &Judging,
    (book, config, baseline): (&PriceBook, &Config, Option<&Baseline>),
) -> Result<Audited, CliError> {
    let default_tags = || COST_TAGS.map(str::to_owned).to_vec();
    let tag_keys = if args.cost_tags.is_empty() { default_tags() } else { args.cost_tags.clone() };
    let circumstances = Circumstances {
        as_of: settings.as_of,
        monthly_calls: args.monthly_calls.or(config.file().monthly_calls),
        tag_keys,
        audit_calls: snapshot.manifest.calls.clone(),
    };
    let estate = Estate::new(snapshot, settings.as_of);
    let tables =
        build_with(snapshot, &estate, settings, &rules.tags()).map_err(|error| CliError::defect(&error))?;
    if let Some(owner) = &judging.options.owner {
        known_owner(&tables, owner)?;
    }
    let mut assessment = assess(run_of(snapshot, settings, rules), &tables, rules, judging)
        .map_err(|error| CliError::defect(&error))?;
    for finding in assessment.findings.iter_mut().filter(|finding| !finding.related.is_empty()) {
        finding.paths = paths(&estate, &finding.resource, &finding.related);
    }
    assessment.changes = changes(snapshot, &estate);
    if let Some(baseline) = baseline {
        compare(&mut assessment, baseline, &tables, args.verdicts == VerdictsArg::All);
    }
    let cost = estimate(&tables, book, &circumstances).map_err(|error| CliError::defect(&error))?;
    let formats: Vec<ReportFormat> = outputs(args, config)?.iter().map(|(format, _)| *format).collect();
    let formats = [&formats[..], &[args.format]].concat();
    let owner = judging.options.owner.as_deref();
    let secrets = profiles::secrets(&formats, (snapshot, &estate, &tables), owner);
    let frameworks = profiles::coverage(&formats, rules, &assessment)?;
    Ok(Audited { assessment, cost, anchors: Anchors::default(), secrets, frameworks, past: None })
}

/// A mistyped owner has no findings, and would pass for a clean one.
fn known_owner(tables: &Tables, owner: &str) -> Result<(), CliError> {
    let rows = Table::ALL.into_iter().filter_map(|table| tables.get(table)).flat_map(|data| &data.rows);
    let owners: BTreeSet<&str> =
        rows.map(|row| row.ownership.owner.as_str()).filter(|owner| !owner.is_empty()).collect();
    if owners.contains(owner) {
        return Ok(());
    }
    let like = |known: &str| strsim::jaro_winkler(&known.to_lowercase(), &owner.to_lowercase());
    let close =
        owners.into_iter().filter(|known| like(known) > CLOSE).max_by(|a, b| like(a).total_cmp(&like(b)));
    let help = match close {
        Some(close) => format!("did you mean `{close}`?"),
        None => "`--group-by owner` shows who owns what".to_owned(),
    };
    Err(CliError::new(format!("nothing is owned by `{owner}`"), help))
}

/// What was audited, as reports say it.
pub(super) fn run_of(snapshot: &Snapshot, settings: &Settings, rules: &RuleSet) -> Run {
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

/// The exit code, and a remark where it needs one.
pub(super) fn exit(assessment: &Assessment, printer: &Printer) -> Exit {
    // What is wrong with principals and with secrets that are gone counts even where no secret is left.
    if assessment.gating_failures().next().is_some() {
        return Exit::Findings;
    }
    let unseen =
        assessment.findings.iter().any(|finding| finding.resource.kind == crate::model::ResourceType::Scope);
    if assessment.secrets() == 0 && !unseen {
        let narrowed = if assessment.run.selection.is_empty() { "" } else { " that the selection takes" };
        let owner = assessment.options.owner.as_ref().map(|owner| format!(" that {owner} owns"));
        let owner = owner.unwrap_or_default();
        printer.remark(&format!("every Region answered, and there is no secret{narrowed}{owner}"));
        return Exit::NothingInScope;
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
