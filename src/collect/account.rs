//! The order of things in one account: the way in, the Regions, and what their secrets point to.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt};

use super::identity::Caller;
use super::progress::Event;
use super::region::{self, RegionOutcome};
use super::regions::{self, Regions};
use super::scope::{Run, Scope};
use super::targets::{Target, external_id};
use super::{
    aws_config, credentials, event_data_stores, event_rules, functions, iam, identity, keys, metric_filters,
    organization, trails,
};
use crate::aws::operations::ASSUME_ROLE;
use crate::aws::{Place, Session};
use crate::model::{Gap, Region, RegionState};
use crate::snapshot::records::Organization;
use crate::snapshot::{AccountEntry, SnapshotError};

/// How many Regions of an account are asked at once.
const REGIONS_AT_ONCE: usize = 40;

/// What became of an account.
pub(super) struct AccountOutcome {
    pub(super) entry: AccountEntry,
    /// Why secrets could not be listed.
    pub(super) refusals: Vec<Gap>,
    /// The organization as the account sees it.
    pub(super) organization: Option<Organization>,
}

/// Enters an account and asks everything there.
pub(super) async fn collect(
    run: &Run<'_>,
    caller: &Caller,
    own: &Session,
    target: Target,
) -> Result<AccountOutcome, SnapshotError> {
    let account = target.account.clone();
    let outcome = match enter(run, own, &target).await {
        Ok(None) => ask(&Scope::global(run, own), target, Some(caller)).await?,
        Ok(Some(session)) => ask(&Scope::global(run, &session), target, None).await?,
        Err(gap) => closed(target, gap),
    };
    run.progress.event(Event::AccountFinished { account: &account });
    Ok(outcome)
}

/// Enters an account and reads Event history there, in all Regions that are on.
pub(super) async fn history(run: &Run<'_>, own: &Session, target: Target) {
    let Some(lookups) = run.lookups else { return };
    match enter(run, own, &target).await {
        Ok(session) => {
            let scope = Scope::global(run, session.as_ref().unwrap_or(own));
            let found = regions::find(&scope, target.partition).await;
            let count = found.regions.len();
            scope.tell(Event::AccountStarted { account: scope.account(), regions: count });
            let here = |region| scope.at(region);
            let asked =
                found.regions.iter().map(here).map(|here| async move { lookups.collect(&here).await });
            futures::stream::iter(asked).buffer_unordered(REGIONS_AT_ONCE).collect::<Vec<()>>().await;
        }
        Err(gap) => lookups.closed(gap),
    }
    run.progress.event(Event::AccountFinished { account: &target.account });
}

/// The way in through a role; none where the caller's own credentials are the way.
async fn enter(run: &Run<'_>, own: &Session, target: &Target) -> Result<Option<Session>, Gap> {
    let Some(role) = &target.role else { return Ok(None) };
    let external_id = external_id(&run.options.targets);
    match run.aws.assume(own, &target.account, role, external_id).await {
        Ok(session) => Ok(Some(session)),
        Err(failure) => Err(Place::global(&target.account).gap(&ASSUME_ROLE, failure, Some(role))),
    }
}

/// An account that could not be entered.
fn closed(target: Target, gap: Gap) -> AccountOutcome {
    let mut entry = entry(target);
    entry.gaps.push(gap.clone());
    AccountOutcome { entry, refusals: vec![gap], organization: None }
}

fn entry(target: Target) -> AccountEntry {
    AccountEntry {
        account: target.account,
        partition: target.partition,
        name: target.name.filter(|name| !name.is_empty()),
        role: target.role,
        regions: Vec::new(),
        gaps: target.gaps,
    }
}

async fn ask(
    scope: &Scope<'_>,
    target: Target,
    caller: Option<&Caller>,
) -> Result<AccountOutcome, SnapshotError> {
    let found = regions::find(scope, target.partition).await;
    let count = found.regions.len();
    scope.tell(Event::AccountStarted { account: scope.account(), regions: count });
    let known = caller.map(|caller| &caller.identity);
    let (outcomes, _, _, _, organization) = futures::try_join!(
        listings(scope, &found),
        identity::collect(scope, scope.session, known),
        iam::collect(scope),
        credentials::collect(scope),
        seen(scope, target.organization),
    )?;
    pointed_to(scope, &outcomes).await?;
    let mut entry = entry(target);
    entry.gaps.extend(found.gaps);
    let refusals = outcomes.iter().filter_map(|outcome| outcome.refusal.clone()).collect();
    entry.regions = outcomes.into_iter().map(|outcome| outcome.entry).collect();
    Ok(AccountOutcome { entry, refusals, organization })
}

async fn seen(scope: &Scope<'_>, wanted: bool) -> Result<Option<Organization>, SnapshotError> {
    if wanted { organization::collect(scope).await } else { Ok(None) }
}

/// The secrets of all Regions, by code.
async fn listings(scope: &Scope<'_>, found: &Regions) -> Result<Vec<RegionOutcome>, SnapshotError> {
    let asked = found.regions.iter().map(|region| {
        let here = scope.at(region);
        async move { region::collect(&here, found.origin).await }
    });
    let mut outcomes: Vec<_> =
        futures::stream::iter(asked).buffer_unordered(REGIONS_AT_ONCE).try_collect().await?;
    outcomes.sort_by(|a: &RegionOutcome, b| a.entry.region.cmp(&b.entry.region));
    confirm_off(scope, outcomes).await
}

/// Regions that seem off are off if the credentials are still good; were they revoked meanwhile, nothing is known of these
/// Regions.
async fn confirm_off(
    scope: &Scope<'_>,
    mut outcomes: Vec<RegionOutcome>,
) -> Result<Vec<RegionOutcome>, SnapshotError> {
    let some_off = outcomes.iter().any(|outcome| outcome.off.is_some());
    if !some_off || identity::ask(scope.session).await.is_ok() {
        return Ok(outcomes);
    }
    for outcome in &mut outcomes {
        if let Some(failure) = outcome.off.take() {
            *outcome = region::refused(&scope.at(&outcome.entry.region), failure)?;
        }
    }
    Ok(outcomes)
}

/// Keys, functions, trails, alerts, Config rules and Event history. It comes after all listings, because a
/// primary names keys of Regions that are not its own.
async fn pointed_to(scope: &Scope<'_>, outcomes: &[RegionOutcome]) -> Result<(), SnapshotError> {
    let on: Vec<Region> = outcomes
        .iter()
        .filter(|outcome| outcome.entry.state != RegionState::Off)
        .map(|outcome| outcome.entry.region.clone())
        .collect();
    let keys = keys_by_region(outcomes);
    let regional = outcomes.iter().filter(|outcome| outcome.entry.state != RegionState::Off).map(|outcome| {
        let here = scope.at(&outcome.entry.region);
        let named = keys.get(&outcome.entry.region);
        async move { in_region(&here, outcome, named).await }
    });
    let regional = futures::stream::iter(regional).buffer_unordered(REGIONS_AT_ONCE).try_collect::<Vec<()>>();
    futures::try_join!(recorded(scope, &on), regional).map(drop)
}

/// Trails, and what raises an alarm on their log groups, which are known from the trails.
async fn recorded(scope: &Scope<'_>, on: &[Region]) -> Result<(), SnapshotError> {
    let trails = trails::collect(scope, on).await?;
    metric_filters::collect(scope, on, &trails).await
}

/// Where the secrets could not be listed, nobody knows their keys and functions, so those kinds stay unasked.
async fn in_region(
    here: &Scope<'_>,
    outcome: &RegionOutcome,
    named: Option<&BTreeSet<String>>,
) -> Result<(), SnapshotError> {
    let none = BTreeSet::new();
    let listed = outcome.entry.state == RegionState::Audited;
    let about_keys = async {
        if listed || named.is_some() {
            keys::collect(here, named.unwrap_or(&none)).await?;
        }
        Ok(())
    };
    let about_functions = async {
        if listed {
            functions::collect(here, &outcome.mentions.functions).await?;
        }
        Ok(())
    };
    // Nobody waits for events about secrets where there are none.
    let about_events = async {
        if outcome.holds_secrets {
            event_rules::collect(here).await?;
        }
        Ok(())
    };
    let history = async {
        if let Some(lookups) = here.run.lookups {
            lookups.collect(here).await;
        }
        Ok(())
    };
    let about_stores = event_data_stores::collect(here);
    let about_rules = aws_config::collect(here);
    futures::try_join!(about_keys, about_functions, about_events, about_stores, about_rules, history)
        .map(drop)
}

fn keys_by_region(outcomes: &[RegionOutcome]) -> BTreeMap<Region, BTreeSet<String>> {
    let mut keys: BTreeMap<Region, BTreeSet<String>> = BTreeMap::new();
    for (region, names) in outcomes.iter().flat_map(|outcome| &outcome.mentions.keys) {
        keys.entry(region.clone()).or_default().extend(names.iter().cloned());
    }
    keys
}
