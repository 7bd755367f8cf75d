//! An archive in Amazon S3: the objects of the accounts, Regions and days that are asked for to events.
//!
//! `listing.rs` finds them, `reading.rs` reads them; what both leave is told here.

mod listing;
mod reading;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use self::listing::{Listing, Task, list};
use self::reading::{Fate, read};
use super::asked::Asked;
use super::files::{ARCHIVE, file_gap, place_of};
use super::gathered::Gathered;
use super::tally::Tally;
use crate::aws::operations::{GET_OBJECT, Operation};
use crate::aws::{Bucket, Failure, Place, Session};
use crate::model::{AccountId, Gap, GapCause};

/// From how many objects on that failed alike, while no other was read, they are told as one.
const ALIKE: usize = 2;

/// Where gaps lie.
struct Corner<'a> {
    bucket: &'a Bucket<'a>,
    account: &'a AccountId,
    source: &'a str,
}

/// Reads the records of an archive in a bucket, and says how many objects were asked for. Whatever cannot be read becomes
/// a gap with its name.
pub async fn read_bucket(
    session: &Session,
    name: &str,
    prefix: &str,
    asked: &Asked,
    gathered: &mut Gathered,
) -> usize {
    let source = match prefix {
        "" => format!("s3://{name}"),
        prefix => format!("s3://{name}/{prefix}"),
    };
    gathered.source(&source);
    let bucket = Bucket::new(session, name);
    let corner = Corner { bucket: &bucket, account: session.account(), source: &source };
    let Listing { mut days, tasks, gaps, .. } = list(&corner, prefix, asked).await;
    for (place, gap) in gaps.clone() {
        gathered.lacks(place, &source, gap);
    }
    if gaps.is_empty() {
        for gap in absent(&corner, prefix, asked, &days.places().map(|place| place.account.clone()).collect())
        {
            gathered.lacks(None, &source, gap);
        }
    }
    let tally = Arc::new(Mutex::new(std::mem::replace(&mut gathered.tally, Tally::new(asked.window))));
    let fates = read(&bucket, &tasks, &tally).await;
    gathered.tally = std::mem::replace(
        &mut *tally.lock().unwrap_or_else(PoisonError::into_inner),
        Tally::new(asked.window),
    );
    for (task, fate) in tasks.iter().zip(&fates) {
        if !matches!(fate, Fate::Read(problems) if problems.is_empty()) {
            days.broken(Some(&task.key));
        }
    }
    told(&corner, &tasks, fates, gathered);
    days.tell(&source, &asked.window, gathered);
    tasks.len()
}

/// What is not there at all, although it was asked for.
fn absent(corner: &Corner<'_>, prefix: &str, asked: &Asked, found: &BTreeSet<AccountId>) -> Vec<Gap> {
    let gap = |account: Option<&AccountId>, message: String| Gap {
        account: account.cloned(),
        cause: GapCause::NotCarried,
        error: "absent".to_owned(),
        ..file_gap(None, corner.source, &message)
    };
    if found.is_empty() {
        let below = super::archive::start(prefix);
        let bucket = corner.bucket.name();
        let message = format!(
            "no log of the accounts, Regions and days that were asked for lies below `s3://{bucket}/{below}`: name what \
             stands before `AWSLogs/`"
        );
        return vec![gap(None, message)];
    }
    let missing = asked.accounts.iter().filter(|account| !found.contains(*account));
    let told = |account: &AccountId| {
        gap(
            Some(account),
            format!("`{}` has no log of account {account} in the days that were asked for", corner.source),
        )
    };
    missing.map(told).collect()
}

impl Corner<'_> {
    fn gap(&self, operation: &Operation, failure: Failure, key: &str) -> Gap {
        let place = Place::regional(self.account, &self.bucket.region());
        place.gap(operation, failure, Some(&self.name(key)))
    }

    /// A key as users write it.
    fn name(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.bucket.name())
    }
}

/// Tells what became of each object. Where none could be read and all failed alike, one sentence says it for all of them.
fn told(corner: &Corner<'_>, tasks: &[Task], fates: Vec<Fate>, gathered: &mut Gathered) {
    if let Some(failure) = alike(&fates) {
        let mut gap = corner.gap(&GET_OBJECT, failure, "");
        gap.resource = Some(corner.source.to_owned());
        gathered.lacks(None, corner.source, gap);
        return;
    }
    let mut unread: Vec<&Task> = Vec::new();
    for (task, fate) in tasks.iter().zip(fates) {
        let place = Some(place_of(&task.key));
        match fate {
            Fate::Read(problems) => {
                for problem in problems {
                    let gap = file_gap(Some(&task.key), &corner.name(&task.name), &problem.to_string());
                    gathered.lacks(place.clone(), corner.source, gap);
                }
            }
            Fate::Failed(failure) => {
                let mut gap = corner.gap(&GET_OBJECT, failure, &task.name);
                (gap.account, gap.region) = (Some(task.key.account.clone()), Some(task.key.region.clone()));
                gathered.lacks(place, corner.source, gap);
            }
            Fate::Frozen(class) => {
                let why = format!("it is in storage class {class} and was not read: restore it first");
                gathered.lacks(
                    place,
                    corner.source,
                    file_gap(Some(&task.key), &corner.name(&task.name), &why),
                );
            }
            Fate::GivenUp => unread.push(task),
        }
    }
    if let Some(first) = unread.first() {
        let count = unread.len();
        let objects = if count == 1 { "1 object was".to_owned() } else { format!("{count} objects were") };
        let message = format!(
            "{objects} not asked for after so many others had failed, the first of them `{}`",
            corner.name(&first.name)
        );
        gathered.lacks(
            None,
            corner.source,
            Gap { call: ARCHIVE.to_owned(), ..file_gap(None, corner.source, &message) },
        );
    }
}

/// The failure of all objects, where all failed alike.
fn alike(fates: &[Fate]) -> Option<Failure> {
    let mut first: Option<&Failure> = None;
    for fate in fates {
        match (fate, first) {
            (Fate::GivenUp, _) => {}
            (Fate::Failed(failure), None) => first = Some(failure),
            (Fate::Failed(failure), Some(known)) if failure.code == known.code => {}
            _ => return None,
        }
    }
    first.filter(|_| fates.len() >= ALIKE).cloned()
}
