//! Who can read each secret against who did, secret by secret.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::answers::caveats;
use super::can::{Asking, access, is_administrator};
use super::did::Did;
use super::estate::{Estate, SecretNode};
use super::inquiry::SecretAction;
use super::matrix::{Matrix, PrincipalClass};
use super::path;
use crate::model::{Access, AccessLevel, Outcome, PrincipalType, ReaderProfile, ReadersProfile};
use crate::snapshot::Snapshot;
use crate::trail::READ;

/// How many readers of all secrets together are worth a line: a page of them must stay readable.
const LINES: usize = 60_000;

/// The fewest and the most lines of one secret.
const LINES_OF_ONE: (usize, usize) = (4, 25);

/// How many things that could not be seen are told of one secret.
const CAVEATS: usize = 4;

/// Who can read each secret and who did, in the order of the estate's secrets.
pub fn readers(snapshot: &Snapshot, estate: &Estate<'_>) -> Vec<ReadersProfile> {
    let Some(action) = SecretAction::find(READ) else { return Vec::new() };
    let did = Did::new(snapshot, estate);
    let matrix = Matrix::new(estate);
    let (least, most) = LINES_OF_ONE;
    let lines = (LINES / estate.secrets.len().max(1)).clamp(least, most);
    let mut work = Work { estate, did: &did, action, lines, asking: HashMap::new() };
    let classes = classes_of_secrets(&matrix, estate);
    let secrets = estate.secrets.iter().enumerate().zip(classes);
    secrets.map(|((place, secret), classes)| work.secret(place, secret, &classes)).collect()
}

/// The classes of principals that can read each secret.
fn classes_of_secrets<'m>(matrix: &'m Matrix, estate: &Estate<'_>) -> Vec<Vec<&'m PrincipalClass>> {
    let mut classes = vec![Vec::new(); estate.secrets.len()];
    for class in &matrix.classes {
        for block in class.blocks.iter().filter(|block| block.powers.at(AccessLevel::Read).is_possible()) {
            for place in block.secrets.iter() {
                classes.get_mut(place).into_iter().for_each(|of_secret| of_secret.push(class));
            }
        }
    }
    classes
}

/// What CloudTrail saw of one principal and one secret.
#[derive(Clone, Copy, Default)]
struct Seen {
    reads: u64,
    refused: u64,
    last: Option<Timestamp>,
    rotation: bool,
}

struct Work<'e, 's> {
    estate: &'e Estate<'s>,
    did: &'e Did<'e>,
    action: &'static SecretAction,
    lines: usize,
    asking: HashMap<usize, (Asking<'e, 's>, bool)>,
}

impl<'e, 's> Work<'e, 's> {
    fn secret(
        &mut self,
        place: usize,
        secret: &'e SecretNode<'s>,
        classes: &[&PrincipalClass],
    ) -> ReadersProfile {
        let (mut seen, strangers) = self.seen(place);
        let mut profile = ReadersProfile {
            trail_days: self.did.seen(secret.account, secret.region).days,
            caveats: some(caveats(self.estate, secret)),
            ..ReadersProfile::default()
        };
        let mut readers: Vec<(usize, Seen)> = Vec::new();
        for principal in classes.iter().flat_map(|class| &class.principals) {
            let own = seen.remove(principal).unwrap_or_default();
            let administrator = self.asking(*principal).is_some_and(|(_, administrator)| *administrator);
            match (own.reads > 0, administrator) {
                (false, true) => profile.administrators += 1,
                (true, _) => profile.can_and_did += 1,
                (false, false) => profile.can_only += 1,
            }
            if own.reads > 0 || !administrator {
                readers.push((*principal, own));
            }
        }
        let gone = strangers.into_iter().map(|(name, own)| stranger(name, own));
        let mut listed: Vec<ReaderProfile> = gone.collect();
        listed.extend(seen.into_iter().filter_map(|(principal, own)| {
            let principal = self.estate.principals.get(principal)?;
            Some(ReaderProfile { kind: Some(principal.kind), ..stranger(&principal.arn, own) })
        }));
        // AWS rotates some secrets itself, by no role of the account.
        let is_past = |reader: &&ReaderProfile| reader.reads > 0 && !reader.rotation;
        profile.did_only = listed.iter().filter(is_past).count() as u64;
        listed.extend(self.worth_a_line(readers).into_iter().filter_map(|one| self.reader(secret, one)));
        listed.sort_by_cached_key(rank);
        listed.truncate(self.lines);
        profile.listed = listed;
        profile
    }

    /// Those of many readers who are worth a line.
    fn worth_a_line(&self, mut readers: Vec<(usize, Seen)>) -> Vec<(usize, Seen)> {
        let principals = &self.estate.principals;
        readers.sort_by_cached_key(|(place, seen)| {
            let principal = principals.get(*place);
            let outside = principal.is_some_and(|principal| !principal.kind.is_own());
            (std::cmp::Reverse(seen.reads), !outside, principal.map(|principal| principal.arn.clone()))
        });
        readers.truncate(self.lines);
        readers
    }

    fn reader(&mut self, secret: &'e SecretNode<'s>, (place, seen): (usize, Seen)) -> Option<ReaderProfile> {
        let action = self.action;
        let (asking, administrator) = self.asking(place)?;
        let (inquiry, answer) = asking.best(secret, action);
        let can = access(answer.decision)?;
        let paths = path::of(&inquiry);
        Some(ReaderProfile {
            kind: Some(asking.principal.kind),
            can: Some(can),
            conditions: if can == Access::Conditional { inquiry.conditions() } else { Vec::new() },
            path: paths.secret,
            key_path: paths.key,
            administrator: *administrator,
            ..stranger(&asking.principal.arn, seen)
        })
    }

    /// The principal at a place, and whether it is an administrator.
    fn asking(&mut self, place: usize) -> Option<&(Asking<'e, 's>, bool)> {
        let estate = self.estate;
        let principal = estate.principals.get(place)?;
        let new = || (Asking::new(estate, principal), is_administrator(estate, principal));
        Some(self.asking.entry(place).or_insert_with(new))
    }

    /// What CloudTrail saw of a secret: by the principals of today, and by names that are not among them.
    fn seen(&self, place: usize) -> (BTreeMap<usize, Seen>, BTreeMap<&'e str, Seen>) {
        let (mut known, mut strangers) = (BTreeMap::new(), BTreeMap::new());
        for access in self.did.of_secret(place) {
            let group = access.group;
            let seen: &mut Seen = match access.principal {
                Some(principal) => known.entry(principal).or_default(),
                None => strangers.entry(group.actor.principal.as_str()).or_default(),
            };
            seen.rotation |= access.by_rotation == Some(true);
            if group.outcome == Outcome::Allowed {
                seen.reads += group.count;
                seen.last = seen.last.max(Some(group.last));
            } else {
                seen.refused += group.count;
            }
        }
        (known, strangers)
    }
}

/// Somebody who by the policies of today cannot.
fn stranger(name: &str, seen: Seen) -> ReaderProfile {
    ReaderProfile {
        principal: name.to_owned(),
        kind: None,
        can: None,
        conditions: Vec::new(),
        path: String::new(),
        key_path: String::new(),
        administrator: false,
        rotation: seen.rotation,
        reads: seen.reads,
        refused: seen.refused,
        last_read: seen.last,
    }
}

/// Who did comes first, and of these who cannot any more; then outsiders.
fn rank(reader: &ReaderProfile) -> impl Ord + use<> {
    let outside = !matches!(reader.kind, Some(PrincipalType::User | PrincipalType::Role));
    let gone = reader.reads > 0 && reader.can.is_none() && !reader.rotation;
    (!gone, std::cmp::Reverse(reader.reads), !outside, reader.can.is_none(), reader.principal.clone())
}

/// The first few of what could not be seen, and how many more there are.
fn some(mut caveats: Vec<String>) -> Vec<String> {
    let more = caveats.len().saturating_sub(CAVEATS);
    if more > 0 {
        caveats.truncate(CAVEATS);
        caveats.push(format!("{more} more, which `secrets-auditor who-can` lists"));
    }
    caveats
}
