//! Which trails and event data stores record an event of a Region.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Gap, GapCause, Region, RegionState};
use crate::patterns::Answer;
use crate::snapshot::records::{EventDataStore, EventSelectors, Trail, TrailStatus};
use crate::tables::context::{AccountContext, Context, RegionContext};
use crate::tables::gaps::own_gap;
use crate::tables::schema::Group;
use crate::tables::trails;
use crate::trail::selectors::{ManagementEvent, READ, take, take_advanced};

/// The status of an event data store that takes in events.
///
/// Source: CloudTrail API Reference, `GetEventDataStore`.
const INGESTING: &str = "ENABLED";

/// What is known of trails, whoever said it: accounts of an organization see its trail, but may not always look into it.
pub(in crate::tables) struct Recorders<'a> {
    trails: BTreeMap<&'a str, (Option<&'a TrailStatus>, Option<&'a EventSelectors>)>,
}

impl<'a> Recorders<'a> {
    pub(in crate::tables) fn new(context: &Context<'a>) -> Self {
        let mut trails: BTreeMap<&str, (Option<&TrailStatus>, Option<&EventSelectors>)> = BTreeMap::new();
        let regions = context.accounts.iter().flat_map(|account| account.regions.values());
        for trail in regions.flat_map(|region| &region.data.trails.records) {
            let known = trails.entry(&trail.arn).or_default();
            known.0 = known.0.or(trail.status.as_ref());
            known.1 = known.1.or(trail.selectors.as_ref());
        }
        Self { trails }
    }

    /// The trail with what any account knows of it.
    pub(in crate::tables) fn completed(&self, trail: &Trail) -> Trail {
        let (status, selectors) = self.trails.get(trail.arn.as_str()).copied().unwrap_or_default();
        Trail { status: status.cloned(), selectors: selectors.cloned(), ..trail.clone() }
    }

    /// The trails that cover a Region, as far as they are visible there.
    pub(super) fn of(&self, region: &RegionContext<'_>) -> Vec<Trail> {
        let here = region.data.trails.records.iter();
        here.filter(|trail| covers(trail, &region.data.region)).map(|trail| self.completed(trail)).collect()
    }
}

/// Whether a trail runs and takes the event.
pub(super) fn records(trail: &Trail, event: ManagementEvent) -> Answer {
    let runs = Answer::from(trail.status.as_ref().map(|status| status.logging));
    runs.min(Answer::from(trail.selectors.as_ref().map(|selectors| take(selectors, event))))
}

/// Why it is not known whether a trail takes an event.
pub(super) fn unread_trail(
    trail: &Trail,
    account: &AccountContext<'_>,
    region: &RegionContext<'_>,
) -> Vec<Gap> {
    let gaps = trails::unread(trail, &account.data.entry.account, region.data);
    gaps.into_iter().map(|(_, gap)| gap).collect()
}

fn covers(trail: &Trail, region: &Region) -> bool {
    trail.multi_region || trail.home_region == region.as_str()
}

/// Whether a trail that was seen in a Region would record reads of a Region of the account that holds secrets, if it
/// ran; and why that is not known.
pub(in crate::tables) fn covers_secrets(
    account: &AccountContext<'_>,
    seen_in: &RegionContext<'_>,
    trail: &Trail,
) -> (Option<bool>, Vec<Gap>) {
    let mut gaps = Vec::new();
    let regions = account.regions.values().filter(|region| region.data.state != RegionState::Off);
    let visible = regions.filter(|region| {
        let here = &region.data.trails.records;
        covers(trail, &region.data.region) && here.iter().any(|seen| seen.arn == trail.arn)
    });
    let holds = Answer::any(visible.map(|region| {
        if region.data.secrets.records.is_empty() && !region.is_complete() {
            gaps.extend(region.data.secrets.scope_gaps().cloned());
            return Answer::Unknown;
        }
        Answer::from(!region.data.secrets.records.is_empty())
    }));
    let takes = Answer::from(trail.selectors.as_ref().map(|selectors| take(selectors, READ)));
    if takes == Answer::Unknown {
        let unread = unread_trail(trail, account, seen_in);
        gaps.extend(unread.into_iter().filter(|gap| gap.call == Group::TrailSelectors.call()));
    }
    let answer = holds.min(takes);
    (answer.known(), if answer == Answer::Unknown { gaps } else { Vec::new() })
}

/// The names of what takes an event, and whether anything may beside them.
pub(super) struct Takers {
    /// Whether one takes it.
    pub(super) answer: Answer,
    /// The names of those that do.
    pub(super) names: BTreeSet<String>,
    /// Why others are not known.
    pub(super) gaps: Vec<Gap>,
}

impl Takers {
    /// The names, where nothing is left out.
    pub(super) fn listed(&self) -> Option<String> {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        self.gaps.is_empty().then(|| names.join(", "))
    }

    fn add(&mut self, answer: Answer, name: &str, gaps: impl IntoIterator<Item = Gap>) {
        self.answer = self.answer.max(answer);
        match answer {
            Answer::Yes => drop(self.names.insert(name.to_owned())),
            Answer::Unknown => self.gaps.extend(gaps),
            Answer::No => {}
        }
    }

    fn hide(&mut self, gaps: impl IntoIterator<Item = Gap>) {
        let before = self.gaps.len();
        self.gaps.extend(gaps);
        if self.gaps.len() > before {
            self.answer = self.answer.max(Answer::Unknown);
        }
    }
}

/// The trails that take an event of a Region.
pub(super) fn trails_that_take(
    recorders: &Recorders<'_>,
    account: &AccountContext<'_>,
    region: &RegionContext<'_>,
    event: ManagementEvent,
) -> Takers {
    let mut takers = Takers { answer: Answer::No, names: BTreeSet::new(), gaps: Vec::new() };
    for trail in recorders.of(region) {
        takers.add(records(&trail, event), &trail.name, unread_trail(&trail, account, region));
    }
    takers.hide(region.data.trails.scope_gaps().cloned());
    takers
}

/// The event data stores that take an event of a Region: its own, those of other Regions of the account that record all,
/// and those of the organization in any audited account.
///
/// Source: CloudTrail User Guide, "Working with AWS CloudTrail Lake".
pub(super) fn stores_that_take(
    context: &Context<'_>,
    account: &AccountContext<'_>,
    region: &Region,
    event: ManagementEvent,
) -> Takers {
    let mut takers = Takers { answer: Answer::No, names: BTreeSet::new(), gaps: Vec::new() };
    for other in &context.accounts {
        let own = other.data.entry.account == account.data.entry.account;
        let on = other.regions.values().filter(|home| home.data.state != RegionState::Off);
        for home in on {
            let here = home.data.region == *region;
            let stores = home.data.event_data_stores.records.iter();
            for store in stores.filter(|_| own || is_same_organization(other, account)) {
                // Of one that was not read nobody knows whom and where it records.
                let covers = (here || store.multi_region) && (own || store.organization);
                if covers || store.selectors.is_none() {
                    takers.add(takes(store, event), &store.name, unread(store, other, home));
                }
            }
            if own {
                takers.hide(home.data.event_data_stores.scope_gaps().cloned());
            }
        }
    }
    takers
}

fn takes(store: &EventDataStore, event: ManagementEvent) -> Answer {
    let runs = store.status.as_ref().map(|status| status == INGESTING);
    let selectors = store.selectors.as_ref().map(|selectors| take_advanced(selectors, event));
    Answer::from(runs).min(Answer::from(selectors))
}

fn unread(store: &EventDataStore, account: &AccountContext<'_>, region: &RegionContext<'_>) -> Vec<Gap> {
    let is_about = |gap: &&Gap| gap.resource.as_ref() == Some(&store.arn);
    let own: Vec<Gap> = region.data.event_data_stores.gaps.iter().filter(is_about).cloned().collect();
    if !own.is_empty() {
        return own;
    }
    let place = (&account.data.entry.account, &region.data.region);
    let message = "the snapshot holds no answer about this event data store";
    vec![own_gap(GapCause::NotCollected, "cloudtrail:GetEventDataStore", place, &store.arn, message)]
}

/// Whether one account is known to be of the other's organization.
fn is_same_organization(one: &AccountContext<'_>, other: &AccountContext<'_>) -> bool {
    let of = |account: &AccountContext<'_>| {
        account.data.organization.records.first().map(|organization| organization.id.clone())
    };
    let lists = one.data.organization.records.iter().flat_map(|organization| &organization.accounts);
    let listed = lists.into_iter().any(|account| account.id == other.data.entry.account.as_str());
    listed || of(one).is_some_and(|id| of(other) == Some(id))
}
