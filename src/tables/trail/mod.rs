//! Who did what, as facts about secrets and principals, and as tables of calls, changes and callers.
//!
//! Columns of seen things are what the trails show and never NULL for what they do not: how far they show it is a fact of
//! its own (`trail_days`), and what lies before that is always NULL (`beyond_trail`), so that rules with a window of time
//! of any length come out unknown where the trails are too short for it.

mod callers;
mod changes;
mod principals;
mod reads;
mod secrets;

pub(super) use callers::{CallerRow, rows as caller_rows};
pub(super) use changes::{ChangeRow, rows as change_rows};
pub(crate) use principals::PrincipalUse;
pub(super) use principals::fill as fill_principals;
pub(super) use reads::{ReadFacts, rows as read_rows};
pub(crate) use secrets::UseFacts;
pub(super) use secrets::fill as fill_secrets;

use jiff::Timestamp;

use super::context::Context;
use super::gaps::own_gap;
use super::secrets::naming;
use crate::access::{Change, Did, Estate, SecretNode, TrailAccess};
use crate::model::{AccountId, Gap, GapCause, Region, secret_name, whole_days_between};
use crate::snapshot::records::AccessGroup;
use crate::trail::hour_start;

/// The days for which use is counted where no rule says otherwise.
pub(super) const WINDOW_DAYS: i64 = 90;

/// The call of this evidence.
const HISTORY: &str = "cloudtrail:LookupEvents";

/// What the facts are worked out from.
pub(super) struct History<'a, 's> {
    pub(super) did: &'a Did<'s>,
    pub(super) estate: &'a Estate<'s>,
    pub(super) context: &'a Context<'s>,
}

impl<'a, 's> History<'a, 's> {
    /// The calls for values of the secrets that the audit is about.
    fn accesses(&self) -> impl Iterator<Item = &'a TrailAccess<'s>> {
        let selection = &self.context.selection;
        self.did.accesses.iter().filter(|access| {
            selection.takes((access.account, access.region), access.secret, &access.group.secret)
        })
    }

    /// The changes of the secrets that the audit is about, and batches of reads that name none.
    fn changes(&self) -> impl Iterator<Item = &'a Change<'s>> {
        let selection = &self.context.selection;
        self.did.changes.iter().filter(|change| {
            selection.takes((change.account, change.region), change.secret, &change.event.secret)
        })
    }
}

impl History<'_, '_> {
    fn as_of(&self) -> Timestamp {
        self.context.as_of()
    }

    /// Whole days from an instant until now.
    fn days_since(&self, time: Timestamp) -> i64 {
        whole_days_between(time, self.as_of()).max(0)
    }

    /// Whether a window of use is covered: one day is tolerated, since a window of 90 days and a history of 90 days never
    /// quite meet.
    fn covers(days: i64) -> bool {
        days >= WINDOW_DAYS - 1
    }

    /// How many calls of a group lie in the last days, those that are later than now left out.
    fn count_within(&self, group: &AccessGroup, days: i64) -> i64 {
        let counts = group.hours.iter().filter_map(|(hour, count)| Some((hour_start(hour)?, *count)));
        let wanted = counts.filter(|(start, _)| *start <= self.as_of() && self.days_since(*start) < days);
        wanted.map(|(_, count)| i64::try_from(count).unwrap_or(i64::MAX)).sum()
    }

    /// The secret of some calls, where it is in the inventory.
    fn node(&self, secret: Option<usize>) -> Option<&SecretNode<'_>> {
        self.estate.secrets.get(secret?)
    }

    /// The secret of some calls: its ARN where it is in the inventory, else as the record names it.
    fn secret<'h>(&'h self, access: &'h TrailAccess<'_>) -> &'h str {
        self.node(access.secret).map_or(&access.group.secret, |node| &node.record.arn)
    }

    /// Whether a person made some calls: the record tells, or else the principal does.
    fn person(&self, access: &TrailAccess<'_>) -> Option<bool> {
        let own = access.principal.and_then(|place| self.estate.principals.get(place));
        access.group.actor.person.or_else(|| own.and_then(|principal| principal.person))
    }
}

/// What a call says about its secret.
struct Named {
    arn: String,
    name: String,
    /// Whether it is there today; not known where the inventory of its Region is not whole.
    exists: Option<bool>,
    production: Option<bool>,
    age_days: Option<i64>,
    gaps: Vec<Gap>,
}

impl Named {
    fn new(
        history: &History<'_, '_>,
        (account, region): (&AccountId, &Region),
        secret: Option<usize>,
        text: &str,
    ) -> Self {
        let settings = history.context.settings;
        if let Some(node) = history.node(secret) {
            let record = node.record;
            return Self {
                arn: record.arn.clone(),
                name: record.name.clone(),
                exists: Some(true),
                production: Some(naming::is_production(&record.name, &record.tags, settings)),
                age_days: record.created.map(|created| history.days_since(created)),
                gaps: record
                    .created
                    .is_none()
                    .then(|| undated((account, region), &record.arn))
                    .into_iter()
                    .collect(),
            };
        }
        let name = secret_name(text).unwrap_or(text).to_owned();
        let whole = history.context.region(account, region).is_some_and(|region| region.is_complete());
        // Its tags are gone with it, so only its name can say so.
        let production = naming::is_production(&name, &[], settings).then_some(true);
        let message = "the secret is not in the inventory, so nobody knows its tags and its age";
        let gone =
            own_gap(GapCause::NotCarried, "secretsmanager:ListSecrets", (account, region), text, message);
        Self {
            arn: text.to_owned(),
            name,
            exists: (whole && !history.context.narrowed).then_some(false),
            production,
            age_days: None,
            gaps: vec![gone],
        }
    }
}

/// Why the age of a secret is not known that is there.
fn undated(place: (&AccountId, &Region), arn: &str) -> Gap {
    let message = "a secret without its date of creation";
    own_gap(GapCause::Malformed, "secretsmanager:ListSecrets", place, arn, message)
}

/// The bare name of a principal.
fn bare(principal: &str) -> &str {
    let last = principal.rsplit('/').next().unwrap_or(principal);
    // The root user's ARN has no name.
    if last.starts_with("arn:") { last.rsplit(':').next().unwrap_or(last) } else { last }
}

/// Texts in a row, separated by commas.
fn listed<'t>(texts: impl IntoIterator<Item = &'t String>) -> String {
    texts.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The gap of a principal of which nobody knows whether a person stands behind it.
fn faceless(account: &AccountId, region: &Region, principal: &str) -> Gap {
    let message = "neither the record nor an audited account says whether a person acts under this name";
    own_gap(GapCause::NotCarried, HISTORY, (account, region), principal, message)
}
