//! The verbs `baseline create`, `baseline update` and `baseline show`, and what `audit --baseline` compares with.

use std::path::Path;

use jiff::Timestamp;

use super::args::{AuditArgs, BaselineArgs, BaselineVerb, NewBaselineArgs, UpdateBaselineArgs};
use super::audit::assessed;
use super::error::CliError;
use super::exit::Exit;
use super::output::{Printer, write_shared};
use super::trail::now;
use crate::audit::{Accepting, Updated, baseline_of, update};
use crate::config::Config;
use crate::history::{read_baseline, render_baseline};
use crate::model::{Assessment, Audited, Baseline};
use crate::report::{baseline as report, printable_json};

pub(super) fn run(args: &BaselineArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    match &args.verb {
        BaselineVerb::Create(args) => create(args, config, printer),
        BaselineVerb::Update(args) => bring_up_to_date(args, config, printer),
        BaselineVerb::Show { file, as_of } => show(file, as_of.unwrap_or_else(now), printer),
    }
}

fn create(args: &NewBaselineArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    let path = args.file.as_path();
    if path.exists() {
        return Err(CliError::new(
            format!("`{}` is there already", path.display()),
            format!(
                "bring it up to date with `secrets-auditor baseline update {}`, or remove it",
                path.display()
            ),
        ));
    }
    let Audited { assessment, .. } = assessed(&args.audit(), config, None, printer)?;
    let baseline = baseline_of(&assessment);
    save(path, &baseline)?;
    printer.document(&report::created(path, &baseline, excepted(&assessment), printer.width()))?;
    Ok(Exit::Clean)
}

fn bring_up_to_date(args: &UpdateBaselineArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    let path = args.audit.file.as_path();
    let before = read_baseline(path)?;
    let Audited { assessment, .. } = assessed(&args.audit.audit(), config, Some(&before), printer)?;
    check(path, &before, &assessment)?;
    let accepting = Accepting { new: args.add_new, worsened: args.accept_worsened };
    let Updated { baseline, improved, excepted } = update(&assessment, &before, accepting);
    save(path, &baseline)?;
    if let Some(summary) = &assessment.baseline {
        let done = report::Done { new: args.add_new, worsened: args.accept_worsened, improved, excepted };
        printer.document(&report::updated(path, &baseline, summary, &done, printer.width()))?;
    }
    Ok(Exit::Clean)
}

fn show(path: &Path, now: Timestamp, printer: &Printer) -> Result<Exit, CliError> {
    let baseline = read_baseline(path)?;
    printer.document(&report::show(path, &baseline, now, printer.width()))?;
    Ok(Exit::Clean)
}

fn save(path: &Path, baseline: &Baseline) -> Result<(), CliError> {
    let text = render_baseline(baseline).map_err(|error| CliError::defect(&error))?;
    write_shared(path, &printable_json(&text))
}

fn excepted(assessment: &Assessment) -> u64 {
    assessment.findings.iter().filter(|finding| finding.exception.is_some()).count() as u64
}

/// A baseline of other accounts altogether says nothing, and would let everything count as new.
pub(super) fn check(path: &Path, baseline: &Baseline, assessment: &Assessment) -> Result<(), CliError> {
    let audited: Vec<String> =
        assessment.run.accounts.iter().map(|account| account.account.to_string()).collect();
    let is_known = |account: &crate::model::AccountRun| baseline.accounts.contains_key(&account.account);
    if audited.is_empty() || assessment.run.accounts.iter().any(is_known) {
        return Ok(());
    }
    let known: Vec<String> = baseline.accounts.keys().map(ToString::to_string).collect();
    let of = if known.is_empty() { "no account".to_owned() } else { known.join(", ") };
    Err(CliError::new(
        format!("the baseline `{}` is of {of}, and this audit is of {}", path.display(), audited.join(", ")),
        "name the baseline of these accounts, or make one with `secrets-auditor baseline create FILE`",
    ))
}

/// Says which accounts the baseline does not know.
pub(super) fn remark(assessment: &Assessment, printer: &Printer) {
    for account in assessment.baseline.iter().flat_map(|summary| &summary.counts.unknown_accounts) {
        printer.remark(&format!("the baseline does not know the account {account}: everything there is new"));
    }
}

impl NewBaselineArgs {
    /// The audit that a baseline is made from.
    fn audit(&self) -> AuditArgs {
        AuditArgs::of(&self.source, &self.rules, &self.aws)
    }
}
