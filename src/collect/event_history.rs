//! CloudTrail's Event history: the management events of 90 days, by account and Region.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use aws_sdk_cloudtrail::types::{Event as SdkEvent, LookupAttribute, LookupAttributeKey};
use aws_smithy_types::DateTime;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::progress::Event;
use super::scope::Scope;
use crate::aws::Failure;
use crate::aws::operations::LOOKUP_EVENTS;
use crate::model::{Gap, GapCause, TrailSpan};
use crate::trail::coverage::{holes, join};
use crate::trail::{Cache, Gathered, History, Place, Record, RecordError, SECRETS_MANAGER, read_record};

/// The name of this source on the command line.
pub const LOOKUP: &str = "lookup";

/// How long CloudTrail keeps management events.
///
/// Source: CloudTrail User Guide, "Working with CloudTrail Event history".
const RETAINED_DAYS: i64 = 90;
/// Events may come so late; what an earlier run asked just before its end is asked again.
const LATE: SignedDuration = SignedDuration::from_hours(1);
/// The largest page.
const PAGE: i32 = 50;

/// How Event history is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryOptions {
    /// How long all lookups may take together.
    pub budget: Duration,
    /// Where events of earlier runs are kept.
    pub cache: Option<PathBuf>,
    /// How many days back, 90 at most.
    pub days: i64,
    /// The instant that counts as now; none for the clock's.
    pub now: Option<Timestamp>,
}

impl Default for HistoryOptions {
    fn default() -> Self {
        Self { budget: Duration::from_secs(300), cache: None, days: RETAINED_DAYS, now: None }
    }
}

/// What all places of a run share.
pub(super) struct Lookups {
    whole: TrailSpan,
    /// When the budget is used up; it runs from the first question on.
    until: OnceLock<Instant>,
    budget: Duration,
    cache: Option<Cache>,
    gathered: Mutex<Gathered>,
}

/// One place as it was read so far.
#[derive(Default)]
struct Heard {
    history: History,
    /// Why the rest was not read.
    gaps: Vec<Gap>,
    /// What was no record.
    errors: Vec<RecordError>,
}

impl Lookups {
    /// What is asked of each place.
    pub(super) fn new(options: &HistoryOptions, now: Timestamp, gathered: Gathered) -> Self {
        let now = options.now.unwrap_or(now);
        let back = SignedDuration::from_hours(24 * options.days.clamp(1, RETAINED_DAYS));
        let from = now.checked_sub(back).unwrap_or(Timestamp::MIN);
        Self {
            whole: TrailSpan { from, to: now },
            until: OnceLock::new(),
            budget: options.budget,
            cache: options.cache.as_deref().map(Cache::new),
            gathered: Mutex::new(gathered),
        }
    }

    /// What all sources say.
    pub(super) fn into_gathered(self) -> Gathered {
        self.gathered.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// An account could not be entered.
    pub(super) fn closed(&self, gap: Gap) {
        self.gathered().lacks(None, LOOKUP, gap);
    }

    fn gathered(&self) -> MutexGuard<'_, Gathered> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for what no earlier run has read in a Region, the newest first.
    pub(super) async fn collect(&self, scope: &Scope<'_>) {
        let place = Place { account: scope.account().clone(), region: scope.region() };
        let mut heard = Heard::default();
        if let Some(cache) = &self.cache {
            heard.history = cache.load(&place);
        }
        let unread = holes(&settled(&heard.history.spans), &self.whole);
        for hole in unread.iter().rev() {
            if !self.read(scope, hole, &mut heard).await {
                break;
            }
        }
        heard.history.spans = join(std::mem::take(&mut heard.history.spans));
        // What was no record is asked again, lest the next run not know of it.
        if let Some(cache) = &self.cache
            && heard.errors.is_empty()
            && let Err(error) = cache.keep(&place, &self.whole, heard.history.clone())
        {
            scope.tell(Event::CacheNotKept {
                account: scope.account(),
                region: &place.region,
                error: &error,
            });
        }
        self.take(scope, &place, heard);
    }

    /// Reads a span, and says whether all of it was read.
    async fn read(&self, scope: &Scope<'_>, span: &TrailSpan, heard: &mut Heard) -> bool {
        let mut reached = span.to;
        let mut token: Option<String> = None;
        let failure = loop {
            if Instant::now() >= *self.until.get_or_init(|| Instant::now() + self.budget) {
                break Some(self.exhausted(reached));
            }
            match page(scope, span, token.clone()).await {
                Ok((events, next)) => {
                    for event in events {
                        reached = reached.min(heard.event(event).unwrap_or(reached));
                    }
                    match next.filter(|next| !next.is_empty()) {
                        None => break None,
                        Some(next) if token.as_ref() == Some(&next) => {
                            break Some(Failure::malformed("the same page token twice"));
                        }
                        Some(next) => token = Some(next),
                    }
                }
                Err(failure) => break Some(failure),
            }
        };
        let from = if failure.is_none() { span.from } else { reached };
        heard.history.spans.push(TrailSpan { from, to: span.to });
        let is_whole = failure.is_none();
        heard.gaps.extend(failure.map(|failure| scope.gap(&LOOKUP_EVENTS, failure, None)));
        is_whole
    }

    fn exhausted(&self, reached: Timestamp) -> Failure {
        let seconds = self.budget.as_secs();
        let message = format!("events before {reached} were not reached within the budget of {seconds} s");
        Failure::new(GapCause::NotCollected, "budget", &message)
    }

    fn take(&self, scope: &Scope<'_>, place: &Place, heard: Heard) {
        let History { spans, events, .. } = heard.history.within(&self.whole);
        let mut gathered = self.gathered();
        gathered.source(LOOKUP);
        for event in events {
            gathered.tally.add(event);
        }
        for error in heard.errors {
            gathered.tally.record(Err(error.clone()));
            let failure = Failure::malformed(&error.to_string());
            gathered.lacks(Some(place.clone()), LOOKUP, scope.gap(&LOOKUP_EVENTS, failure, None));
        }
        gathered.shows(place.clone(), LOOKUP, spans, Some(true));
        for gap in heard.gaps {
            gathered.lacks(Some(place.clone()), LOOKUP, gap);
        }
    }
}

impl Heard {
    /// Keeps an event, and gives its time.
    fn event(&mut self, event: SdkEvent) -> Option<Timestamp> {
        let text = event.cloud_trail_event.unwrap_or_default();
        match read_record(text.as_bytes()) {
            Ok(Record::Event(event)) => {
                let time = event.time;
                self.history.events.push(*event);
                Some(time)
            }
            Ok(Record::Foreign | Record::NetworkActivity) => None,
            Err(error) => {
                self.errors.push(error);
                None
            }
        }
    }
}

/// Spans without their last hour, in which events may have come late.
fn settled(spans: &[TrailSpan]) -> Vec<TrailSpan> {
    let shorter = spans.iter().map(|span| TrailSpan {
        from: span.from,
        to: span.to.checked_sub(LATE).unwrap_or(span.from).max(span.from),
    });
    join(shorter.collect())
}

/// One page of the events of Secrets Manager in a span, the newest first.
///
/// Source: CloudTrail API Reference, `LookupEvents`: one attribute a call.
async fn page(
    scope: &Scope<'_>,
    span: &TrailSpan,
    token: Option<String>,
) -> Result<(Vec<SdkEvent>, Option<String>), Failure> {
    let source = LookupAttribute::builder()
        .attribute_key(LookupAttributeKey::EventSource)
        .attribute_value(SECRETS_MANAGER)
        .build()
        .map_err(|error| Failure::malformed(&error.to_string()))?;
    let request = scope.clients().cloudtrail().lookup_events().lookup_attributes(source);
    let request = request.start_time(seconds(span.from)).end_time(seconds(span.to)).max_results(PAGE);
    let answer = request.set_next_token(token).send().await?;
    Ok((answer.events.unwrap_or_default(), answer.next_token))
}

fn seconds(time: Timestamp) -> DateTime {
    DateTime::from_secs(time.as_second())
}
