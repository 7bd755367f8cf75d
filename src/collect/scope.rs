//! What every question needs: where it is asked, where its answer goes, and who wants to know.

use std::future::Future;
use std::sync::Arc;

use aws_smithy_types::DateTime;
use futures::StreamExt;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::event_history::Lookups;
use super::options::CollectOptions;
use super::progress::{Event, Progress};
use crate::aws::{Aws, Clients, Failure, Operation, Place, Session};
use crate::model::{AccountId, Gap, GapCause, Region};
use crate::snapshot::{Kind, Shard, ShardKey, SnapshotError, SnapshotWriter};

/// How many calls of one kind wait for the limiter at once in a Region.
pub(super) const AT_ONCE: usize = 32;

/// What all questions of a run share.
pub(super) struct Run<'a> {
    pub(super) options: &'a CollectOptions,
    pub(super) writer: &'a SnapshotWriter,
    pub(super) progress: &'a dyn Progress,
    pub(super) aws: &'a Aws,
    /// Event history; none where it is not asked.
    pub(super) lookups: Option<&'a Lookups>,
}

/// One account, in a Region or in none.
#[derive(Clone)]
pub(super) struct Scope<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) session: &'a Session,
    region: Option<Region>,
}

/// What was heard, and what was refused while asking.
pub(super) struct Answers<T> {
    pub(super) records: Vec<T>,
    pub(super) gaps: Vec<Gap>,
}

impl<T> Answers<T> {
    pub(super) fn new() -> Self {
        Self { records: Vec::new(), gaps: Vec::new() }
    }

    pub(super) fn gap(gap: Gap) -> Self {
        Self { records: Vec::new(), gaps: vec![gap] }
    }
}

impl<'a> Scope<'a> {
    /// The account without a Region.
    pub(super) fn global(run: &'a Run<'a>, session: &'a Session) -> Self {
        Self { run, session, region: None }
    }

    /// The same account in a Region.
    pub(super) fn at(&self, region: &Region) -> Self {
        Self { region: Some(region.clone()), ..self.clone() }
    }

    pub(super) fn account(&self) -> &'a AccountId {
        self.session.account()
    }

    /// The Region as shards name it.
    pub(super) fn region(&self) -> Region {
        self.region.clone().unwrap_or_else(Region::global)
    }

    pub(super) fn clients(&self) -> Arc<Clients> {
        self.region.as_ref().map_or_else(|| self.session.home(), |region| self.session.at(region))
    }

    /// The gap that a failed call leaves here.
    pub(super) fn gap(&self, operation: &Operation, failure: Failure, resource: Option<&str>) -> Gap {
        let place = Place { account: self.account().clone(), region: self.region.clone() };
        place.gap(operation, failure, resource)
    }

    pub(super) fn tell(&self, event: Event<'_>) {
        self.run.progress.event(event);
    }

    pub(super) fn key(&self, kind: Kind) -> ShardKey {
        ShardKey::first(self.account(), &self.region(), kind)
    }

    /// The shard that an earlier run left, where its answers need not be asked again.
    pub(super) fn earlier<T: DeserializeOwned>(
        &self,
        key: &ShardKey,
    ) -> Result<Option<Shard<T>>, SnapshotError> {
        let shard = self.run.writer.earlier::<T>(key)?;
        Ok(shard.filter(|shard| !shard.gaps.iter().any(worth_asking_again)))
    }

    /// Tells that a shard of an earlier run is kept.
    pub(super) fn tell_earlier(&self, kind: Kind, gaps: usize) {
        self.tell_shard(kind, gaps, true);
    }

    /// Writes a shard, gaps in a fixed order.
    pub(super) fn write<T: Serialize>(
        &self,
        key: &ShardKey,
        last: bool,
        records: Vec<T>,
        mut gaps: Vec<Gap>,
    ) -> Result<Vec<T>, SnapshotError> {
        gaps.sort();
        gaps.dedup();
        let shard = Shard::new(key, last, records, gaps);
        self.run.writer.write(&shard)?;
        self.tell_shard(shard.kind, shard.gaps.len(), false);
        Ok(shard.records)
    }

    fn tell_shard(&self, kind: Kind, gaps: usize, earlier: bool) {
        self.tell(Event::Shard { account: self.account(), region: &self.region(), kind, gaps, earlier });
    }

    /// A kind of one piece: taken from an earlier run where that covers what is wanted, or else asked and written.
    pub(super) async fn once<T: Serialize + DeserializeOwned>(
        &self,
        kind: Kind,
        covers: impl Fn(&Shard<T>) -> bool,
        ask: impl Future<Output = Answers<T>>,
    ) -> Result<Vec<T>, SnapshotError> {
        let key = self.key(kind);
        if let Some(shard) = self.earlier::<T>(&key)?.filter(covers) {
            self.tell_earlier(kind, shard.gaps.len());
            return Ok(shard.records);
        }
        let Answers { records, gaps } = ask.await;
        self.write(&key, true, records, gaps)
    }
}

/// Whether the answer could be another one today. What was refused stays refused until somebody grants it, and then a
/// new collection is due anyway.
pub(super) fn worth_asking_again(gap: &Gap) -> bool {
    match gap.cause {
        GapCause::Throttled
        | GapCause::Unreachable
        | GapCause::Failed
        | GapCause::Malformed
        | GapCause::Unreadable => true,
        GapCause::Refused | GapCause::Vanished | GapCause::NotCollected | GapCause::NotCarried => false,
    }
}

/// Pages until there is no further one; what was heard before a failure is kept.
pub(super) async fn pages<T, F, Fut>(mut ask: F) -> (Vec<T>, Option<Failure>)
where
    F: FnMut(Option<String>) -> Fut,
    Fut: Future<Output = Result<(Vec<T>, Option<String>), Failure>>,
{
    let mut heard = Vec::new();
    let mut token: Option<String> = None;
    loop {
        match ask(token.clone()).await {
            Ok((items, next)) => {
                heard.extend(items);
                match next.filter(|next| !next.is_empty()) {
                    None => return (heard, None),
                    // NOTE: the SDK's paginators end silently here, which would pass for a whole listing.
                    Some(next) if token.as_ref() == Some(&next) => {
                        return (heard, Some(Failure::malformed("the same page token twice")));
                    }
                    Some(next) => token = Some(next),
                }
            }
            Err(failure) => return (heard, Some(failure)),
        }
    }
}

/// Asks about each item, several at once, in whatever order the answers come.
pub(super) async fn each<I, T, F, Fut>(items: impl IntoIterator<Item = I>, ask: F) -> Vec<T>
where
    F: FnMut(I) -> Fut,
    Fut: Future<Output = T>,
{
    futures::stream::iter(items).map(ask).buffer_unordered(AT_ONCE).collect().await
}

/// An instant as the snapshot writes it; nothing where AWS sent an instant beyond the year 9999.
pub(super) fn instant(time: Option<&DateTime>) -> Option<Timestamp> {
    let time = time?;
    let nanos = i32::try_from(time.subsec_nanos()).ok()?;
    Timestamp::new(time.secs(), nanos).ok()
}

/// A text that AWS leaves out when it is empty; emulators do not.
pub(super) fn non_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn paged(tokens: &[Option<&str>]) -> (Vec<usize>, Option<Failure>) {
        let mut calls = 0;
        pages(|_| {
            let next = tokens.get(calls).copied().flatten().map(str::to_owned);
            calls += 1;
            let answer = if calls > tokens.len() {
                Err(Failure::malformed("too far"))
            } else {
                Ok((vec![calls], next))
            };
            std::future::ready(answer)
        })
        .await
    }

    #[tokio::test]
    async fn pages_end_where_there_is_no_token() {
        assert_eq!(paged(&[Some("a"), Some("b"), None]).await, (vec![1, 2, 3], None));
        assert_eq!(paged(&[Some("")]).await, (vec![1], None));
    }

    #[tokio::test]
    async fn what_was_heard_before_a_failure_is_kept() {
        let (heard, failure) = paged(&[Some("a"), Some("a"), None]).await;
        assert_eq!(heard, [1, 2]);
        assert_eq!(failure.unwrap().message, "the same page token twice");
        let (heard, failure) = paged(&[Some("a"), Some("b")]).await;
        assert_eq!(heard, [1, 2]);
        assert!(failure.is_some());
    }

    #[test]
    fn instants_keep_their_fractions() {
        let time = DateTime::from_millis(1_700_000_000_250);
        assert_eq!(instant(Some(&time)).unwrap().to_string(), "2023-11-14T22:13:20.25Z");
        assert_eq!(instant(Some(&DateTime::from_secs(i64::MAX))), None);
        assert_eq!(instant(None), None);
    }
}
