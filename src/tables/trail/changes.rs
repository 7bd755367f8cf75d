//! Changes of secrets and steps of their rotation: one row for each.

use super::{History, Named, bare, faceless};
use crate::access::Change;
use crate::model::{AccountId, Gap, Region, Resource, ResourceType};
use crate::snapshot::records::LifecycleEvent;
use crate::tables::schema::Group;

/// The days of recovery that AWS gives where nobody says otherwise.
///
/// Source: Secrets Manager API Reference, `DeleteSecret`.
const RECOVERY_DAYS: i64 = 30;

/// What is known of a change; `None` is "not known".
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ChangeRow {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) exists: Option<bool>,
    pub(crate) production: Option<bool>,
    pub(crate) event: String,
    pub(crate) outcome: &'static str,
    pub(crate) error: String,
    pub(crate) reason: String,
    pub(crate) principal: String,
    pub(crate) principal_name: String,
    pub(crate) session: String,
    pub(crate) person: Option<bool>,
    pub(crate) console: bool,
    pub(crate) forced: bool,
    pub(crate) recovery_days: i64,
    pub(crate) recovery: String,
    pub(crate) catch_all: bool,
    pub(crate) time: String,
    pub(crate) days_since: i64,
    pub(crate) id: String,
}

impl ChangeRow {
    /// The secret as findings name it, with the event.
    pub(in crate::tables) fn resource(&self) -> Resource {
        Resource {
            kind: ResourceType::Secret,
            arn: self.arn.clone(),
            name: if self.name.is_empty() { self.event.clone() } else { self.name.clone() },
            account: AccountId::new(&self.account),
            region: Region::new(&self.region),
            second_key: Some(self.id.clone()),
        }
    }
}

/// The rows, in order of time within a place, with what explains their NULLs.
pub(in crate::tables) fn rows(history: &History<'_, '_>) -> Vec<(ChangeRow, Vec<(Group, Gap)>)> {
    history.changes().map(|change| row(history, change)).collect()
}

fn row(history: &History<'_, '_>, change: &Change<'_>) -> (ChangeRow, Vec<(Group, Gap)>) {
    let event = change.event;
    let named = Named::new(history, (change.account, change.region), change.secret, &event.secret);
    let own = change.principal.and_then(|place| history.estate.principals.get(place));
    let person = event.actor.person.or_else(|| own.and_then(|principal| principal.person));
    let mut gaps: Vec<(Group, Gap)> = named.gaps.iter().map(|gap| (Group::Inventory, gap.clone())).collect();
    if person.is_none() {
        gaps.push((Group::Caller, faceless(change.account, change.region, &event.actor.principal)));
    }
    let nameless = format!("arn:aws:secretsmanager:{}:{}:*", change.region, change.account);
    let row = ChangeRow {
        arn: if named.arn.is_empty() { nameless } else { named.arn },
        name: named.name,
        account: change.account.to_string(),
        region: change.region.to_string(),
        exists: named.exists,
        production: named.production,
        event: event.event.clone(),
        outcome: event.outcome.as_str(),
        error: event.error.clone().unwrap_or_default(),
        reason: event.message.clone().unwrap_or_default(),
        principal: event.actor.principal.clone(),
        principal_name: bare(&event.actor.principal).to_owned(),
        session: event.session.clone(),
        person,
        console: event.console,
        forced: event.forced,
        recovery_days: event.recovery_days.unwrap_or(RECOVERY_DAYS),
        recovery: recovery(event),
        catch_all: event.catch_all,
        time: event.time.to_string(),
        days_since: history.days_since(event.time),
        id: event.id.clone(),
    };
    (row, gaps)
}

/// Of a deletion in how far it can be taken back.
fn recovery(event: &LifecycleEvent) -> String {
    match (event.event.as_str(), event.forced) {
        ("DeleteSecret", true) => "without recovery".to_owned(),
        ("DeleteSecret", false) => {
            format!("with {} days of recovery", event.recovery_days.unwrap_or(RECOVERY_DAYS))
        }
        _ => String::new(),
    }
}
