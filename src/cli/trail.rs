//! CloudTrail's archives, as the arguments name them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::args::{AwsArgs, TrailArgs};
use super::error::CliError;
use super::output::Printer;
use super::progress::progress;
use super::source;
use crate::collect::{self, HistoryOptions, Whose};
use crate::model::{Gap, RegionState, reason};
use crate::snapshot::{Collected, Snapshot};
use crate::trail::{Gathered, Place, TrailEvidence, TrailSource, Window, read_directory};

/// How long CloudTrail may be read where nothing else was said.
const BUDGET: Duration = Duration::from_secs(300);

/// How many days back CloudTrail is read where nothing else was said.
pub(super) const DAYS: i64 = 90;

impl TrailArgs {
    /// The sources; Event history where none was named.
    pub(super) fn sources(&self) -> Vec<TrailSource> {
        if self.trails.is_empty() { vec![TrailSource::Lookup] } else { self.trails.clone() }
    }

    /// The sources that were named.
    pub(super) fn named(&self) -> &[TrailSource] {
        &self.trails
    }

    /// How Event history is asked; none where it is not among the sources.
    pub(super) fn history(&self, now: Option<Timestamp>) -> Option<HistoryOptions> {
        let wanted = self.sources().contains(&TrailSource::Lookup);
        wanted.then(|| HistoryOptions { budget: self.budget(), cache: self.cache.clone(), days: DAYS, now })
    }

    /// How long all sources together may take.
    pub(super) fn budget(&self) -> Duration {
        self.trail_budget.unwrap_or(BUDGET)
    }

    /// Options that contradict each other.
    pub(super) fn check(&self) -> Result<(), CliError> {
        let sources = self.sources();
        if sources.contains(&TrailSource::None) && sources.len() > 1 {
            return Err(CliError::new(
                "`--trail none` stands beside other sources",
                "leave out `--trail none`, or the others",
            ));
        }
        if self.cache.is_some() && !sources.contains(&TrailSource::Lookup) {
            return Err(CliError::new(
                "`--cache` keeps Event history, which is not among the sources",
                "add `--trail lookup`, or leave out `--cache`",
            ));
        }
        Ok(())
    }
}

/// The window of an audit: 90 days before the instant that counts as now.
pub(super) fn window(as_of: Option<Timestamp>) -> Window {
    let now = now();
    let to = as_of.unwrap_or(now);
    let from = to.checked_sub(SignedDuration::from_hours(24 * DAYS)).ok();
    Window { from, to: as_of, now }
}

/// The clock.
#[expect(clippy::disallowed_methods, reason = "the clock is read in cli/ only")]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}

/// Reads all archives among the sources.
pub(super) fn archives(
    args: &AwsArgs,
    sources: &[TrailSource],
    window: Window,
    whose: &Whose,
    printer: &Printer,
) -> Result<Gathered, CliError> {
    args.trail.check()?;
    let mut gathered = Gathered::new(window);
    for source in sources {
        if let TrailSource::Directory(path) = source {
            read_directory(path, &window, &mut gathered).map_err(|error| {
                CliError::new(
                    format!("cannot read the archive `{}`: {}", path.display(), reason(&error)),
                    "name a folder with CloudTrail's files, or a file; `lookup`, `s3://BUCKET/PREFIX` and \
                     `athena:TABLE` are the other sources",
                )
            })?;
        }
    }
    if !sources.iter().any(TrailSource::is_remote_archive) {
        return Ok(gathered);
    }
    let options = source::options(args, window.to)?;
    let progress = progress(args.quiet, printer);
    let how = (whose, window, args.trail.budget());
    let reading = collect::archives(&options, sources, how, progress.as_ref(), gathered);
    Ok(source::runtime()?.block_on(reading)?)
}

/// Puts what archives say into a snapshot, in the place of what it holds of CloudTrail.
pub(super) fn put_into(snapshot: &mut Snapshot, evidence: TrailEvidence) {
    let TrailEvidence { mut places, general, .. } = evidence;
    for account in &mut snapshot.accounts {
        for region in &mut account.regions {
            let place = Place { account: account.entry.account.clone(), region: region.region.clone() };
            let found = places.remove(&place).unwrap_or_default();
            let mut gaps: Vec<Gap> = found.gaps;
            gaps.extend(general.iter().cloned());
            region.accesses = Collected { records: found.accesses, gaps: Vec::new() };
            region.lifecycle = Collected { records: found.lifecycle, gaps: Vec::new() };
            region.coverage = Collected { records: found.coverage, gaps };
        }
    }
}

/// What a snapshot says of CloudTrail.
pub(super) fn of_snapshot(snapshot: &Snapshot) -> TrailEvidence {
    let mut evidence = TrailEvidence::default();
    for account in &snapshot.accounts {
        // A Region that is off has nothing to show.
        for region in account.regions.iter().filter(|region| region.state != RegionState::Off) {
            let place = Place { account: account.entry.account.clone(), region: region.region.clone() };
            let trail = evidence.places.entry(place).or_default();
            trail.accesses.clone_from(&region.accesses.records);
            trail.lifecycle.clone_from(&region.lifecycle.records);
            trail.coverage.clone_from(&region.coverage.records);
            trail.gaps.clone_from(&region.coverage.gaps);
            let sources = region.coverage.records.iter().map(|shown| shown.source.clone());
            evidence.sources.extend(sources.filter(|source| !source.is_empty()));
        }
    }
    evidence.sources.sort();
    evidence.sources.dedup();
    evidence
}
