//! The order of things in a collection.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use jiff::Timestamp;

use super::account::{self, AccountOutcome};
use super::config_inventory::{self, Aggregate};
use super::error::CollectError;
use super::event_history::Lookups;
use super::identity::{self, Caller};
use super::options::{CollectOptions, InventorySource};
use super::progress::{Event, Progress};
use super::scope::{Run, Scope};
use super::{evidence, region, regions, targets};
use crate::aws::operations::SELECT_AGGREGATE_RESOURCE_CONFIG;
use crate::aws::{Aws, ClientOptions, Purpose, Session};
use crate::model::{AccountId, Gap, GapCause, Partition, Region, RegionState};
use crate::snapshot::{
    AccountEntry, Inventory, Manifest, RegionEntry, SnapshotError, SnapshotWriter, Source,
};
use crate::trail::Gathered;

/// How many accounts are asked at once.
const ACCOUNTS_AT_ONCE: usize = 8;
/// The code with which AWS Config says that there is no such aggregator.
const NO_AGGREGATOR: &str = "NoSuchConfigurationAggregatorException";
/// How often the number of calls is told.
const TICK: Duration = Duration::from_millis(200);
/// How many refusals an error lists.
const REFUSALS: usize = 3;

/// Asks AWS and writes what it heard and what was refused.
///
/// `gathered` is what CloudTrail's archives say, if any were read; Event history is added to it.
///
/// A writer made by [`SnapshotWriter::resume`] keeps the shards of the earlier run, but for those in which a call was
/// throttled, unreachable or failed. The future is waited for where it is made (`Runtime::block_on`): it is not `Send`, as
/// rustc cannot yet prove that of streams over borrowed closures.
///
/// # Errors
/// Where there are no credentials or AWS does not accept them, where the first call reaches nobody, where a Region or
/// role that the user named cannot be, where ListSecrets is refused everywhere, and where the snapshot cannot be written.
#[expect(clippy::disallowed_methods, reason = "a collection ends when the clock says so")]
pub async fn collect(
    options: &CollectOptions,
    writer: SnapshotWriter,
    progress: &dyn Progress,
    gathered: Gathered,
) -> Result<Source, CollectError> {
    let aws = Aws::load(&client_options(options, Purpose::Audit)).await;
    let history = options.history.clone().unwrap_or_default();
    let lookups = Lookups::new(&history, Timestamp::now(), gathered);
    let asked = options.history.as_ref().map(|_| &lookups);
    let run = Run { options, writer: &writer, progress, aws: &aws, lookups: asked };
    let entries = telling(&aws, progress, everything(&run)).await?;
    evidence::write(&writer, &entries, lookups.into_gathered())?;
    writer.count(&aws.calls_by_service());
    progress.event(Event::Finished(aws.counts()));
    Ok(writer.finish(entries, Timestamp::now())?)
}

/// Reads Event history and asks nothing else, but for who asks and which Regions there are.
///
/// # Errors
/// As for [`collect`], but nothing is written.
#[expect(clippy::disallowed_methods, reason = "Event history ends when the clock says so")]
pub async fn event_history(
    options: &CollectOptions,
    progress: &dyn Progress,
    gathered: Gathered,
) -> Result<Gathered, CollectError> {
    let aws = Aws::load(&client_options(options, Purpose::Audit)).await;
    let history = options.history.clone().unwrap_or_default();
    let lookups = Lookups::new(&history, Timestamp::now(), gathered);
    let manifest = Manifest::begin(Timestamp::now(), Inventory::default(), Vec::new(), String::new());
    let writer = SnapshotWriter::in_memory(manifest);
    let run = Run { options, writer: &writer, progress, aws: &aws, lookups: Some(&lookups) };
    telling(&aws, progress, everywhere(&run)).await?;
    progress.event(Event::Finished(aws.counts()));
    Ok(lookups.into_gathered())
}

async fn everywhere(run: &Run<'_>) -> Result<(), CollectError> {
    let (caller, own) = caller(run).await?;
    let targets = targets::find(&Scope::global(run, &own), &caller).await?;
    run.progress.event(Event::AccountsFound { count: targets.len() });
    futures::stream::iter(targets)
        .map(|target| account::history(run, &own, target))
        .buffer_unordered(ACCOUNTS_AT_ONCE)
        .collect::<Vec<()>>()
        .await;
    Ok(())
}

pub(super) fn client_options(options: &CollectOptions, purpose: Purpose) -> ClientOptions {
    ClientOptions {
        purpose,
        profile: options.profile.clone(),
        endpoint_url: options.endpoint_url.clone(),
        partition: options.regions.first().map_or(Partition::Commercial, Region::partition),
        max_rate: options.max_rate,
        max_attempts: options.max_attempts,
        in_flight: options.concurrency,
    }
}

/// Does the work and tells meanwhile how much was sent.
pub(super) async fn telling<T>(aws: &Aws, progress: &dyn Progress, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut tick = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = tick.tick() => progress.event(Event::Calls(aws.counts())),
        }
    }
}

/// Who asks, and its own way in.
async fn caller(run: &Run<'_>) -> Result<(Caller, Session), CollectError> {
    let given = &run.options.regions;
    for region in given {
        regions::check(std::slice::from_ref(region), region.partition())?;
    }
    let caller = identity::caller(run.aws, run.options.profile.as_deref()).await?;
    regions::check(given, caller.partition)?;
    let own = run.aws.session(&caller.account);
    Ok((caller, own))
}

async fn everything(run: &Run<'_>) -> Result<Vec<AccountEntry>, CollectError> {
    let (caller, own) = caller(run).await?;
    let outcomes = match &run.options.inventory {
        InventorySource::ConfigAggregator(name) => aggregated(run, &caller, &own, name).await?,
        InventorySource::SecretsManager | InventorySource::Config => accounts(run, &caller, &own).await?,
    };
    conclude(outcomes)
}

async fn accounts(
    run: &Run<'_>,
    caller: &Caller,
    own: &Session,
) -> Result<Vec<AccountOutcome>, CollectError> {
    let targets = targets::find(&Scope::global(run, own), caller).await?;
    run.progress.event(Event::AccountsFound { count: targets.len() });
    let outcomes = futures::stream::iter(targets)
        .map(|target| account::collect(run, caller, own, target))
        .buffer_unordered(ACCOUNTS_AT_ONCE)
        .try_collect()
        .await?;
    Ok(outcomes)
}

/// The accounts with their names, unless no secret could be listed anywhere because everybody refused.
fn conclude(outcomes: Vec<AccountOutcome>) -> Result<Vec<AccountEntry>, CollectError> {
    let regions = || outcomes.iter().flat_map(|outcome| &outcome.entry.regions);
    let listed = regions().any(|region| region.state == RegionState::Audited);
    let mut refusals: Vec<Gap> =
        outcomes.iter().flat_map(|outcome| outcome.refusals.iter().cloned()).collect();
    refusals.sort();
    let refused = refusals.iter().all(|gap| gap.cause == GapCause::Refused);
    if !listed && refused && !refusals.is_empty() {
        return Err(CollectError::RefusedEverywhere { gaps: different(refusals) });
    }
    let names = names(&outcomes);
    let entries = outcomes.into_iter().map(|AccountOutcome { mut entry, .. }| {
        entry.name = entry.name.or_else(|| names.get(&entry.account).cloned());
        entry
    });
    Ok(entries.collect())
}

/// The first refusals that differ in more than the Region.
fn different(refusals: Vec<Gap>) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = Vec::new();
    for gap in refusals {
        let same = |other: &Gap| {
            (&other.call, &other.error, &other.account) == (&gap.call, &gap.error, &gap.account)
        };
        if gaps.len() < REFUSALS && !gaps.iter().any(same) {
            gaps.push(gap);
        }
    }
    gaps
}

/// What organizations call their accounts.
fn names(outcomes: &[AccountOutcome]) -> BTreeMap<AccountId, String> {
    let organizations = outcomes.iter().filter_map(|outcome| outcome.organization.as_ref());
    organizations
        .flat_map(|organization| &organization.accounts)
        .filter(|account| !account.name.is_empty())
        .map(|account| (AccountId::new(&account.id), account.name.clone()))
        .collect()
}

/// The inventory of an aggregator, which knows accounts that the caller cannot enter; nothing else is asked.
async fn aggregated(
    run: &Run<'_>,
    caller: &Caller,
    own: &Session,
    name: &str,
) -> Result<Vec<AccountOutcome>, CollectError> {
    let global = Scope::global(run, own);
    identity::collect(&global, own, Some(&caller.identity)).await?;
    let (aggregate, gaps, refusals) = found(&global, name).await?;
    run.progress.event(Event::AccountsFound { count: aggregate.len() });
    let mut outcomes = located(run, caller, aggregate)?;
    let home = outcomes.iter_mut().find(|outcome| outcome.entry.account == caller.account);
    match home {
        Some(home) => home.entry.gaps.extend(gaps),
        None => outcomes.push(outcome(AccountEntry { gaps, ..entry(caller.account.clone(), caller) })),
    }
    if let Some(first) = outcomes.first_mut() {
        first.refusals = refusals;
    }
    Ok(outcomes)
}

/// What the aggregator knows, the gaps of asking it, and those among them that say it may not be asked.
///
/// An aggregator lives in one Region: the home Region, or one of those that the user named.
async fn found(global: &Scope<'_>, name: &str) -> Result<(Aggregate, Vec<Gap>, Vec<Gap>), CollectError> {
    let given = global.run.options.regions.iter();
    let regions: Vec<&Region> = std::iter::once(global.run.aws.home()).chain(given).collect();
    for region in &regions {
        let here = global.at(region);
        match config_inventory::aggregate(&here, name).await {
            Ok((aggregate, gaps)) => return Ok((aggregate, gaps, Vec::new())),
            Err(failure) if failure.code == NO_AGGREGATOR => {}
            Err(failure) => {
                let gap = here.gap(&SELECT_AGGREGATE_RESOURCE_CONFIG, failure, Some(name));
                return Ok((Aggregate::new(), vec![gap.clone()], vec![gap]));
            }
        }
    }
    let mut regions: Vec<_> = regions.into_iter().map(Region::as_str).collect();
    regions.dedup();
    Err(CollectError::NoAggregator { name: name.to_owned(), regions: regions.join(", ") })
}

fn located(
    run: &Run<'_>,
    caller: &Caller,
    aggregate: Aggregate,
) -> Result<Vec<AccountOutcome>, SnapshotError> {
    let mut outcomes = Vec::new();
    for (account, found) in aggregate {
        let session = run.aws.session(&account);
        let scope = Scope::global(run, &session);
        let mut entry = entry(account, caller);
        for (region, answers) in found {
            region::write(&scope.at(&region), answers)?;
            entry.regions.push(RegionEntry { region, state: RegionState::Audited });
        }
        outcomes.push(outcome(entry));
    }
    Ok(outcomes)
}

fn entry(account: AccountId, caller: &Caller) -> AccountEntry {
    AccountEntry {
        account,
        partition: caller.partition,
        name: None,
        role: None,
        regions: Vec::new(),
        gaps: Vec::new(),
    }
}

fn outcome(entry: AccountEntry) -> AccountOutcome {
    AccountOutcome { entry, refusals: Vec::new(), organization: None }
}
