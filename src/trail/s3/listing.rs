//! Finds the objects that are to be read, and the days of which there are any.

use futures::StreamExt;
use jiff::civil::Date;

use super::Corner;
use crate::aws::operations::LIST_OBJECTS;
use crate::aws::{Failure, Keys, Listed};
use crate::model::Gap;
use crate::trail::archive::{KeyKind, LogKey, Step, parse_key, start, step};
use crate::trail::asked::Asked;
use crate::trail::files::{Days, days, place_of};
use crate::trail::tally::Place;

/// How many folders are listed at once.
const AT_ONCE: usize = 16;

/// An object that is to be read.
pub(super) struct Task {
    pub(super) name: String,
    pub(super) key: LogKey,
    pub(super) size: u64,
    /// The storage class, where it must be restored first.
    pub(super) frozen: Option<String>,
}

/// What was found.
#[derive(Default)]
pub(super) struct Listing {
    pub(super) days: Days,
    pub(super) tasks: Vec<Task>,
    pub(super) gaps: Vec<(Option<Place>, Gap)>,
}

/// The keys of one folder, as far as they could be listed.
struct Found {
    folder: String,
    digests: bool,
    place: Option<Place>,
    objects: Vec<(Listed, LogKey)>,
    failure: Option<Failure>,
}

/// Goes from folder to folder, and lists the keys of each account and Region from the first day on.
pub(super) async fn list(corner: &Corner<'_>, prefix: &str, asked: &Asked) -> Listing {
    let days = days(&asked.window);
    let (first, last) = (*days.start(), *days.end());
    let look = |folder: &str| {
        step(folder, first, |account| asked.takes_account(account), |region| asked.takes_region(region))
    };
    let mut listing = Listing::default();
    let mut level = vec![start(prefix)];
    while !level.is_empty() {
        let mut enter = Vec::new();
        let mut keys = Vec::new();
        for folder in level.drain(..) {
            match look(&folder) {
                Step::Enter => enter.push(folder),
                Step::List { account, region, digests, after } => {
                    let place = account.map(|account| Place { account, region });
                    keys.push((folder, digests, after, place));
                }
                Step::Leave => {}
            }
        }
        let found = futures::stream::iter(keys)
            .map(|(folder, digests, after, place)| async move {
                let (objects, failure) = of_region(corner, &folder, after, last).await;
                Found { folder, digests, place, objects, failure }
            })
            .buffer_unordered(AT_ONCE)
            .collect::<Vec<Found>>()
            .await;
        for found in found {
            listing.take(corner, found, asked);
        }
        let entered = futures::stream::iter(enter)
            .map(|folder| async move { (folders(corner, &folder).await, folder) })
            .buffer_unordered(AT_ONCE)
            .collect::<Vec<_>>()
            .await;
        for ((folders, failure), folder) in entered {
            level.extend(folders);
            let gap = failure.map(|failure| corner.gap(&LIST_OBJECTS, failure, &folder));
            listing.gaps.extend(gap.map(|gap| (None, gap)));
        }
    }
    listing.tasks.sort_by(|a, b| a.name.cmp(&b.name));
    listing.gaps.sort();
    listing
}

impl Listing {
    fn take(&mut self, corner: &Corner<'_>, found: Found, asked: &Asked) {
        let Found { folder, digests, place, objects, failure } = found;
        if let Some(failure) = failure {
            let mut gap = corner.gap(&LIST_OBJECTS, failure, &folder);
            if let Some(place) = &place {
                (gap.account, gap.region) = (Some(place.account.clone()), Some(place.region.clone()));
                // Keys come in the order of their days.
                let end = objects.last().map_or(Date::MIN, |(_, key)| key.day);
                if !digests {
                    self.days.cut(place.clone(), end);
                }
            }
            self.gaps.push((place, gap));
        }
        for (object, key) in objects {
            if !asked.takes_account(&key.account) || !asked.takes_region(&key.region) {
                continue;
            }
            self.days.has(place_of(&key), key.day);
            if key.kind == KeyKind::Log {
                let Listed { key: name, size, frozen } = object;
                self.tasks.push(Task { name, key, size, frozen });
            }
        }
    }
}

/// The folders in a folder.
async fn folders(corner: &Corner<'_>, folder: &str) -> (Vec<String>, Option<Failure>) {
    let keys = Keys { prefix: folder.to_owned(), after: None, folded: true };
    let mut found = Vec::new();
    let failure = pages(corner, &keys, |folders, _| {
        found.extend(folders);
        true
    })
    .await;
    (found, failure)
}

/// The logs and digests of a Region, from the day behind a key to the last one asked for.
async fn of_region(
    corner: &Corner<'_>,
    folder: &str,
    after: Option<String>,
    last: Date,
) -> (Vec<(Listed, LogKey)>, Option<Failure>) {
    let keys = Keys { prefix: folder.to_owned(), after, folded: false };
    let mut found = Vec::new();
    let failure = pages(corner, &keys, |_, objects| {
        for object in objects.into_iter().filter(could_be_a_log) {
            let Some(key) = parse_key(&object.key) else { continue };
            if key.day > last {
                return false;
            }
            if matches!(key.kind, KeyKind::Log | KeyKind::Digest) {
                found.push((object, key));
            }
        }
        true
    })
    .await;
    (found, failure)
}

/// Pages, until there is no further one or no further one is needed.
async fn pages(
    corner: &Corner<'_>,
    keys: &Keys,
    mut take: impl FnMut(Vec<String>, Vec<Listed>) -> bool,
) -> Option<Failure> {
    let mut token: Option<String> = None;
    loop {
        let page = match corner.bucket.keys(keys, token.clone()).await {
            Ok(page) => page,
            Err(failure) => return Some(failure),
        };
        if !take(page.folders, page.objects) {
            return None;
        }
        match page.next {
            None => return None,
            Some(next) if token.as_ref() == Some(&next) => {
                return Some(Failure::malformed("the same page token twice"));
            }
            Some(next) => token = Some(next),
        }
    }
}

fn could_be_a_log(object: &Listed) -> bool {
    object.key.ends_with(".json.gz") || object.key.ends_with(".json")
}
