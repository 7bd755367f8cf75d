//! The verb `reads`.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::access::{Names, one, without_suffix};
use super::args::{ReadsArgs, Since};
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use super::{source, trail};
use crate::collect::Whose;
use crate::config::Config;
use crate::model::{Reads, secret_name};
use crate::report::{Format, access as render};
use crate::snapshot::records::AccessGroup;
use crate::trail::{TrailEvidence, TrailSource, Window, reads};

pub(super) fn run(args: &ReadsArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    let args = &ReadsArgs { aws: args.aws.with(config, Some(&args.source))?, ..args.clone() };
    let (evidence, from) = evidence(args, printer)?;
    let secret = args.secret.as_deref().map(|text| secret(&evidence, text)).transpose()?;
    let principal = args.principal.as_deref().map(|text| principal(&evidence, text)).transpose()?;
    let takes = |group: &AccessGroup| {
        secret.as_ref().is_none_or(|secret| group.secret == *secret)
            && principal.as_ref().is_none_or(|principal| group.actor.principal == *principal)
            && from.is_none_or(|from| group.last >= from)
    };
    let mut found = reads(&evidence, from, takes);
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
    let from = since(args, to).or(whole.from.filter(|_| asks));
    Window { from, ..whole }
}

/// Since when somebody wants to know it, seen from an instant; none for as far back as there is anything.
fn since(args: &ReadsArgs, to: Timestamp) -> Option<Timestamp> {
    match args.since? {
        Since::At(instant) => Some(instant),
        Since::Back(back) => to.checked_sub(back).ok(),
    }
}

/// What the sources say, and from when on it counts: those that were named, else those of the sample or the snapshot, else
/// Event history. The time of a snapshot is the one at which it was taken.
fn evidence(args: &ReadsArgs, printer: &Printer) -> Result<(TrailEvidence, Option<Timestamp>), CliError> {
    let named = args.aws.trail.named();
    let is_snapshot = args.source.sample || args.source.snapshot.is_some();
    if is_snapshot && named.is_empty() {
        let snapshot = source::snapshot(&args.source, &args.aws, printer)?;
        let as_of = args.source.as_of.unwrap_or_else(|| snapshot.manifest.collected_at());
        return Ok((trail::of_snapshot(&snapshot), since(args, as_of)));
    }
    let window = window(args);
    let mut gathered =
        trail::archives(&args.aws, &args.aws.trail.sources(), window, &Whose::Everybody, printer)?;
    if args.aws.trail.sources().contains(&TrailSource::Lookup) {
        let options = source::options(&args.aws, args.source.as_of)?;
        gathered = source::history(&options, gathered, args.aws.quiet, printer)?;
    }
    Ok((gathered.finish(std::iter::empty()), window.from))
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
