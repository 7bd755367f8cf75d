//! Who did: CloudTrail's evidence joined to the inventory and to the principals, and how far back it reaches.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::estate::{Estate, SecretNode};
use super::principal::Principal;
use super::selection::Selection;
use crate::model::{
    AccountId, Arn, Gap, GapCause, Outcome, PastReader, Region, SecretChange, TrailSpan, WhoCan, secret_name,
};
use crate::snapshot::records::{AccessGroup, LifecycleEvent};
use crate::snapshot::{RegionData, Snapshot};
use crate::trail::coverage::{days_before, join};
use crate::trail::{READ, selectors};

/// Calls that ended alike, joined.
#[derive(Clone, Copy, Debug)]
pub struct Access<'s> {
    /// The account in which they stand.
    pub account: &'s AccountId,
    /// The Region in which they stand.
    pub region: &'s Region,
    /// The calls.
    pub group: &'s AccessGroup,
    /// The secret, as a place in the estate's list; none where no audited secret has that name.
    pub secret: Option<usize>,
    /// The principal, as a place in the estate's list; none where it is of no audited account, or gone.
    pub principal: Option<usize>,
    /// Whether the secret's own rotation made them; not known where its function is out of sight.
    pub by_rotation: Option<bool>,
}

/// A change of a secret, joined.
#[derive(Clone, Copy, Debug)]
pub struct Change<'s> {
    /// The account in which it stands.
    pub account: &'s AccountId,
    /// The Region in which it stands.
    pub region: &'s Region,
    /// The change.
    pub event: &'s LifecycleEvent,
    /// The secret, as a place in the estate's list.
    pub secret: Option<usize>,
    /// The principal, as a place in the estate's list.
    pub principal: Option<usize>,
}

/// How far the trails show one account and Region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// How many whole days before now they show without a hole.
    pub days: i64,
    /// Since when; none where they show nothing.
    pub since: Option<Timestamp>,
    /// Why they do not show more.
    pub gaps: Vec<Gap>,
}

/// All of CloudTrail's evidence.
#[derive(Debug)]
pub struct Did<'s> {
    /// Calls for values.
    pub accesses: Vec<Access<'s>>,
    /// Changes and rotations, in order.
    pub changes: Vec<Change<'s>>,
    seen: BTreeMap<(&'s AccountId, &'s Region), Seen>,
    by_secret: BTreeMap<usize, Vec<usize>>,
    by_principal: BTreeMap<usize, Vec<usize>>,
}

impl<'s> Did<'s> {
    /// Joins what a snapshot holds.
    pub fn new(snapshot: &'s Snapshot, estate: &Estate<'_>) -> Self {
        let join = Join::new(snapshot, estate);
        let mut did = Self {
            accesses: Vec::new(),
            changes: Vec::new(),
            seen: BTreeMap::new(),
            by_secret: BTreeMap::new(),
            by_principal: BTreeMap::new(),
        };
        for account in &snapshot.accounts {
            let id = &account.entry.account;
            for region in &account.regions {
                did.seen.insert((id, &region.region), seen(id, region, estate.as_of));
                for group in &region.accesses.records {
                    did.access(&join, (id, &region.region), group);
                }
                let events = region.lifecycle.records.iter();
                did.changes.extend(events.map(|event| Change {
                    account: id,
                    region: &region.region,
                    event,
                    secret: join.secret((id, &region.region), &event.secret),
                    principal: join.principal(&event.actor.principal),
                }));
            }
        }
        did
    }

    fn access(
        &mut self,
        join: &Join<'_, '_>,
        (account, region): (&'s AccountId, &'s Region),
        group: &'s AccessGroup,
    ) {
        let secret = join.secret((account, region), &group.secret);
        let principal = join.principal(&group.actor.principal);
        let by_rotation = join.by_rotation(secret, group);
        let place = self.accesses.len();
        if let Some(secret) = secret {
            self.by_secret.entry(secret).or_default().push(place);
        }
        if let Some(principal) = principal {
            self.by_principal.entry(principal).or_default().push(place);
        }
        self.accesses.push(Access { account, region, group, secret, principal, by_rotation });
    }

    /// How far the trails show an account in a Region.
    pub fn seen(&self, account: &AccountId, region: &Region) -> Seen {
        self.seen.get(&(account, region)).cloned().unwrap_or_default()
    }

    /// The calls for a secret, by its place in the estate's list.
    pub fn of_secret(&self, secret: usize) -> impl Iterator<Item = &Access<'s>> {
        self.by_secret.get(&secret).into_iter().flatten().filter_map(|place| self.accesses.get(*place))
    }

    /// The calls of a principal, by its place in the estate's list.
    pub fn of_principal(&self, principal: usize) -> impl Iterator<Item = &Access<'s>> {
        self.by_principal.get(&principal).into_iter().flatten().filter_map(|place| self.accesses.get(*place))
    }
}

/// The changes of selected secrets that the trails show, in the order of time, each with the ARN of its secret where it is
/// known.
pub fn changes(snapshot: &Snapshot, estate: &Estate<'_>) -> Vec<SecretChange> {
    let (join, selection) = (Join::new(snapshot, estate), Selection::new(snapshot));
    let mut changes = Vec::new();
    for account in &snapshot.accounts {
        let id = &account.entry.account;
        for region in &account.regions {
            // What names no secret is a batch of reads.
            let events = region.lifecycle.records.iter().filter(|event| !event.secret.is_empty());
            changes.extend(events.filter_map(|event| {
                let place = (id, &region.region);
                let node = join.secret(place, &event.secret);
                if !selection.takes(place, node, &event.secret) {
                    return None;
                }
                let arn =
                    node.and_then(|place| estate.secrets.get(place)).map(|node| node.record.arn.as_str());
                Some(SecretChange {
                    time: event.time,
                    account: id.clone(),
                    region: region.region.clone(),
                    secret: arn.unwrap_or(&event.secret).to_owned(),
                    event: event.event.clone(),
                    principal: event.actor.principal.clone(),
                    session: event.session.clone(),
                    console: event.console,
                    outcome: event.outcome,
                })
            }));
        }
    }
    changes.sort();
    changes
}

/// The days that make access unused.
const UNUSED_DAYS: i64 = 90;

/// Adds to an answer who did read the secret: when and how often those who can, and who else.
pub fn add_reads(answer: &mut WhoCan, estate: &Estate<'_>, did: &Did<'_>) {
    let place = estate.secrets.iter().position(|node| node.record.arn == answer.secret);
    let Some((place, node)) = place.and_then(|place| Some((place, estate.secrets.get(place)?))) else {
        return;
    };
    let seen = did.seen(node.account, node.region);
    answer.trail_days = seen.days;
    if answer.action != format!("secretsmanager:{READ}") {
        return;
    }
    let mut readers: BTreeMap<&str, (u64, Timestamp)> = BTreeMap::new();
    for access in did.of_secret(place).filter(|access| access.group.outcome == Outcome::Allowed) {
        let known = access.principal.and_then(|principal| estate.principals.get(principal));
        let name = known.map_or(access.group.actor.principal.as_str(), |principal| principal.arn.as_str());
        let (reads, last) = readers.entry(name).or_insert((0, access.group.last));
        *reads += access.group.count;
        *last = access.group.last.max(*last);
    }
    let back = |days: i64| jiff::SignedDuration::from_hours(24 * days);
    let limit = estate.as_of.checked_sub(back(UNUSED_DAYS)).unwrap_or(Timestamp::MIN);
    for reader in &mut answer.readers {
        let found = readers.remove(reader.principal.as_str());
        reader.last_read = found.map(|(_, last)| last);
        reader.reads = found.map(|(reads, _)| reads).or((seen.days > 0).then_some(0));
        reader.unused = match found {
            Some((_, last)) if last >= limit => Some(false),
            // A day is tolerated, since the history of 90 days and a window of 90 days never quite meet.
            _ => (seen.days >= UNUSED_DAYS - 1).then_some(true),
        };
    }
    answer.read_without_access = readers
        .into_iter()
        .map(|(principal, (reads, last_read))| PastReader {
            principal: principal.to_owned(),
            reads,
            last_read,
        })
        .collect();
}

/// What names are joined by.
struct Join<'e, 's> {
    estate: &'e Estate<'s>,
    secrets: HashMap<&'e str, usize>,
    names: HashMap<(&'e str, &'e str, &'e str), usize>,
    principals: HashMap<&'e str, usize>,
    /// Account and bare name of roles, for sessions whose issuer the record does not name.
    roles: HashMap<(&'e str, &'e str), usize>,
    /// Rotation function to its role.
    function_roles: HashMap<&'e str, Option<&'e str>>,
}

impl<'e, 's> Join<'e, 's> {
    fn new(snapshot: &'e Snapshot, estate: &'e Estate<'s>) -> Self {
        let secrets = estate.secrets.iter().enumerate();
        let name = |node: &'e SecretNode<'s>| {
            (node.account.as_str(), node.region.as_str(), node.record.name.as_str())
        };
        let principals = estate.principals.iter().enumerate();
        let role = |principal: &'e Principal| {
            let is_role = principal.arn.contains(":role/");
            is_role.then_some((principal.account.as_ref()?.as_str(), principal.name.as_str()))
        };
        let functions = snapshot.accounts.iter().flat_map(|account| &account.regions);
        let functions = functions.flat_map(|region| &region.functions.records);
        Self {
            estate,
            secrets: secrets.clone().map(|(place, node)| (node.record.arn.as_str(), place)).collect(),
            names: secrets.map(|(place, node)| (name(node), place)).collect(),
            principals: principals.clone().map(|(place, one)| (one.arn.as_str(), place)).collect(),
            roles: principals.filter_map(|(place, one)| Some((role(one)?, place))).collect(),
            function_roles: functions
                .map(|function| {
                    let role = function.facts.as_ref().and_then(|facts| facts.role.as_deref());
                    (function.arn.as_str(), role)
                })
                .collect(),
        }
    }

    /// By its ARN, else by its name in the place of the call.
    fn secret(&self, (account, region): (&AccountId, &Region), text: &str) -> Option<usize> {
        if let Some(place) = self.secrets.get(text) {
            return Some(*place);
        }
        let arn: Option<Arn> = text.parse().ok();
        match &arn {
            // A whole ARN that is not in the inventory is a secret that is gone, whatever has its name today.
            Some(_) if secret_name(text).is_some() && !self.is_name(&arn, account, region) => None,
            Some(arn) => {
                self.named(account, region, arn.resource.strip_prefix("secret:").unwrap_or(&arn.resource))
            }
            None => self.named(account, region, text),
        }
    }

    /// Whether what stands behind `secret:` is the name of a secret: a name may end as the suffix of an ARN does.
    fn is_name(&self, arn: &Option<Arn>, account: &AccountId, region: &Region) -> bool {
        let resource = arn.as_ref().and_then(|arn| arn.resource.strip_prefix("secret:"));
        resource.is_some_and(|name| self.named(account, region, name).is_some())
    }

    fn named(&self, account: &AccountId, region: &Region, name: &str) -> Option<usize> {
        self.names.get(&(account.as_str(), region.as_str(), name)).copied()
    }

    fn principal(&self, text: &str) -> Option<usize> {
        if let Some(place) = self.principals.get(text) {
            return Some(*place);
        }
        let arn: Arn = text.parse().ok()?;
        let session = arn.resource.strip_prefix("assumed-role/")?;
        let role = session.split('/').next()?;
        self.roles.get(&(arn.account.as_str(), role)).copied()
    }

    /// Whether the rotation of the secret itself made a call: its function's role, or, where an AWS service rotates, a
    /// service.
    fn by_rotation(&self, secret: Option<usize>, group: &AccessGroup) -> Option<bool> {
        let Some(node) = secret.and_then(|secret| self.estate.secrets.get(secret)) else {
            return Some(false);
        };
        let Some(function) = node.record.rotation_lambda_arn.as_deref() else {
            let is_managed = node.record.rotation_enabled == Some(true);
            return Some(is_managed && group.actor.identity == "AWSService");
        };
        match self.function_roles.get(function) {
            Some(Some(role)) => Some(group.actor.principal == *role),
            // A function that does not exist has no role.
            Some(None) => Some(false),
            // Only a role can be a function's.
            None => (!group.actor.principal.contains(":role/")).then_some(false),
        }
    }
}

/// How far back the trails show a place.
fn seen(account: &AccountId, data: &RegionData, as_of: Timestamp) -> Seen {
    let mut spans: Vec<TrailSpan> = Vec::new();
    let mut gaps: Vec<Gap> = data.coverage.gaps.clone();
    for shown in &data.coverage.records {
        match shown.reads.or_else(|| records_reads(data)) {
            Some(true) => spans.extend(shown.spans.iter().cloned()),
            Some(false) => gaps.push(own_gap(
                account,
                data,
                "the selectors of every trail here leave read events of Secrets Manager out",
            )),
            None => gaps.extend(out_of_sight(account, data)),
        }
    }
    let spans = join(spans);
    let days = days_before(&spans, as_of).max(0);
    let since = spans.iter().rev().find(|span| span.from < as_of).map(|span| span.from).filter(|_| days > 0);
    if gaps.is_empty() {
        let message = match data.coverage.records.first() {
            Some(_) if days > 0 => format!("the trail shows {days} days and nothing before"),
            Some(shown) => format!("`{}` shows nothing of this Region up to now", shown.source),
            None => "no trail that was read shows this Region".to_owned(),
        };
        gaps.push(own_gap(account, data, &message));
    }
    gaps.sort();
    gaps.dedup();
    Seen { days, since, gaps }
}

/// Whether an archive holds read events of a place: it does where any stands in it, else the trails say so.
fn records_reads(data: &RegionData) -> Option<bool> {
    let is_read = |group: &AccessGroup| group.event == READ && group.outcome == Outcome::Allowed;
    if data.accesses.records.iter().any(is_read) {
        return Some(true);
    }
    let trails = &data.trails.records;
    let takes = |wanted: Option<bool>| {
        trails.iter().any(|trail| {
            trail.selectors.as_ref().map(|known| selectors::take(known, selectors::READ)) == wanted
        })
    };
    if takes(Some(true)) {
        Some(true)
    } else if !data.trails.gaps.is_empty() || trails.is_empty() || takes(None) {
        None
    } else {
        Some(false)
    }
}

fn out_of_sight(account: &AccountId, data: &RegionData) -> Vec<Gap> {
    if !data.trails.gaps.is_empty() {
        return data.trails.gaps.clone();
    }
    vec![own_gap(account, data, "no trail is visible here that says which events it records")]
}

fn own_gap(account: &AccountId, data: &RegionData, message: &str) -> Gap {
    Gap {
        call: "cloudtrail:LookupEvents".to_owned(),
        cause: GapCause::NotCarried,
        account: Some(account.clone()),
        region: Some(data.region.clone()),
        resource: None,
        error: "not carried by the source".to_owned(),
        message: message.to_owned(),
        permission: None,
    }
}
