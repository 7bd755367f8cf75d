//! The verb `reads`.

use std::collections::BTreeSet;

use super::access::{Names, one, without_suffix};
use super::args::{ReadsArgs, Since};
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use super::{source, trail};
use crate::collect::Whose;
use crate::model::{Reads, secret_name};
use crate::report::{Format, access as render};
use crate::snapshot::records::AccessGroup;
use crate::trail::{TrailEvidence, TrailSource, Window, reads};

pub(super) fn run(args: &ReadsArgs, printer: &Printer) -> Result<Exit, CliError> {
    let window = window(args);
    let evidence = evidence(args, window, printer)?;
    let secret = args.secret.as_deref().map(|text| secret(&evidence, text)).transpose()?;
    let principal = args.principal.as_deref().map(|text| principal(&evidence, text)).transpose()?;
    let takes = |group: &AccessGroup| {
        secret.as_ref().is_none_or(|secret| group.secret == *secret)
            && principal.as_ref().is_none_or(|principal| group.actor.principal == *principal)
            && window.from.is_none_or(|from| group.last >= from)
    };
    let mut found = reads(&evidence, window.from, takes);
    if secret.is_some() {
        narrow(&mut found);
    }
    printer.document(&match args.format {
        Format::Json => render::json(&found),
        Format::Terminal => render::reads(&found, printer.width()),
    })?;
    Ok(Exit::Clean)
}

/// Of one secret only its own place matters.
fn narrow(found: &mut Reads) {
    let places: BTreeSet<(String, String)> =
        found.reads.iter().map(|row| (row.account.clone(), row.region.clone())).collect();
    let is_near = |account: &str, region: &str| {
        places.iter().any(|(own, place)| own.as_str() == account && place.as_str() == region)
    };
    found.coverage.retain(|shown| is_near(&shown.account, &shown.region));
    found.gaps.retain(|gap| match (&gap.account, &gap.region) {
        (Some(account), Some(region)) => is_near(account.as_str(), region.as_str()),
        _ => true,
    });
}

/// The time that counts. Of a folder everything does, unless somebody says otherwise; asking AWS for more than 90 days
/// takes its time, and Event history has no more.
fn window(args: &ReadsArgs) -> Window {
    let whole = trail::window(args.source.as_of);
    let to = whole.to.unwrap_or(whole.now);
    let asks = args.aws.trail.sources().iter().any(TrailSource::is_remote);
    let from = match args.since {
        Some(Since::At(instant)) => Some(instant),
        Some(Since::Back(back)) => to.checked_sub(back).ok(),
        None if asks => whole.from,
        None => None,
    };
    Window { from, ..whole }
}

/// What the sources say: those that were named, else those of the sample or the snapshot, else Event history.
fn evidence(args: &ReadsArgs, window: Window, printer: &Printer) -> Result<TrailEvidence, CliError> {
    let named = args.aws.trail.named();
    let is_snapshot = args.source.sample || args.source.snapshot.is_some();
    if is_snapshot && named.is_empty() {
        return Ok(trail::of_snapshot(&source::snapshot(&args.source, &args.aws, printer)?));
    }
    let mut gathered =
        trail::archives(&args.aws, &args.aws.trail.sources(), window, &Whose::Everybody, printer)?;
    if args.aws.trail.sources().contains(&TrailSource::Lookup) {
        let options = source::options(&args.aws, args.source.as_of)?;
        gathered = source::history(&options, gathered, args.aws.quiet, printer)?;
    }
    Ok(gathered.finish(std::iter::empty()))
}

fn secret(evidence: &TrailEvidence, text: &str) -> Result<String, CliError> {
    let all = distinct(evidence, |group| &group.secret);
    let names = |secret: &String| Names {
        arn: secret.clone(),
        base: without_suffix(secret).to_owned(),
        name: secret_name(secret).unwrap_or(secret).to_owned(),
    };
    one(text, "secret", &all, names).cloned()
}

fn principal(evidence: &TrailEvidence, text: &str) -> Result<String, CliError> {
    let all = distinct(evidence, |group| &group.actor.principal);
    let names = |principal: &String| Names {
        arn: principal.clone(),
        base: principal.clone(),
        name: principal.rsplit('/').next().unwrap_or(principal).to_owned(),
    };
    one(text, "principal", &all, names).cloned()
}

fn distinct(evidence: &TrailEvidence, of: fn(&AccessGroup) -> &String) -> Vec<String> {
    let all: BTreeSet<&String> = evidence.places.values().flat_map(|trail| &trail.accesses).map(of).collect();
    all.into_iter().cloned().collect()
}
