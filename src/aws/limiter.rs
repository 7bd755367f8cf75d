//! Leaves the account its quota: at most half of each published rate, less after AWS said "too much".
//!
//! Every attempt passes here, the retries too. `governor` paces a bucket evenly. When AWS throttles nevertheless, since
//! production draws from the same quota, the bucket's rate is halved, at most once a second, because the answers that are
//! in flight at that moment report one and the same congestion; after ten quiet seconds it grows by a quarter at a time.
//! The SDK's adaptive retry mode was not taken for this: it keeps one rate per service and not per quota, so a throttled
//! GetResourcePolicy would slow down ListSecrets, and it cannot start below the quota.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::Clock;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::operations::Operation;
use crate::model::{AccountId, Region};

/// The share of a published rate that an audit takes.
const SHARE: f64 = 0.5;
/// The slowest pace in requests per second to which throttling leads.
const SLOWEST: f64 = 0.5;
/// The slowest pace that a user can ask for: requests are signed before they wait, and a signature lasts five minutes, so
/// the 32 that may stand in a line must get through by then.
const FLOOR: f64 = 0.2;
/// How long a bucket keeps its rate after it was lowered.
const DEBOUNCE: Duration = Duration::from_secs(1);
/// How long a bucket must be quiet before its rate grows.
const QUIET: Duration = Duration::from_secs(10);
/// By how much it grows then.
const GROWTH: f64 = 1.25;
/// How many requests may be in flight in one account and Region.
const IN_FLIGHT_IN_A_REGION: usize = 32;
/// The longest nap before a waiting request looks at the rate again.
const NAP: Duration = Duration::from_secs(1);

/// An account in a Region: where AWS counts.
type Corner = (AccountId, Region);

/// All buckets of a run.
#[derive(Debug)]
pub(super) struct Limiter {
    max_rate: Option<f64>,
    buckets: Mutex<HashMap<(Corner, &'static str), Arc<Bucket>>>,
    regions: Mutex<HashMap<Corner, Arc<Semaphore>>>,
    everywhere: Arc<Semaphore>,
}

impl Limiter {
    /// A limiter with a ceiling on each bucket's rate and on the requests in flight.
    pub(super) fn new(max_rate: Option<f64>, in_flight: usize) -> Self {
        Self {
            max_rate,
            buckets: Mutex::default(),
            regions: Mutex::default(),
            everywhere: Arc::new(Semaphore::new(in_flight.max(1))),
        }
    }

    /// The bucket that an operation draws from in a place.
    pub(super) fn bucket(&self, account: &AccountId, region: &Region, operation: &Operation) -> Arc<Bucket> {
        let corner = (account.clone(), region.clone());
        let mut buckets = lock(&self.buckets);
        let made = buckets.entry((corner.clone(), operation.bucket)).or_insert_with(|| {
            let rate = pace_of(operation.per_second, self.max_rate);
            Arc::new(Bucket::new(rate, self.region(corner), Arc::clone(&self.everywhere)))
        });
        Arc::clone(made)
    }

    fn region(&self, corner: Corner) -> Arc<Semaphore> {
        let mut regions = lock(&self.regions);
        let made = regions.entry(corner).or_insert_with(|| Arc::new(Semaphore::new(IN_FLIGHT_IN_A_REGION)));
        Arc::clone(made)
    }
}

/// The rate of a bucket in requests per second: half of what is published, and no more than the user allows.
fn pace_of(per_second: u32, max_rate: Option<f64>) -> f64 {
    let half = f64::from(per_second) * SHARE;
    max_rate.map_or(half, |most| half.min(most)).max(FLOOR)
}

/// A poisoned map is still a map: nothing is done under these locks that can stop halfway.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One quota in one place.
#[derive(Debug)]
pub(super) struct Bucket {
    nominal: f64,
    pace: Mutex<Pace>,
    turn: tokio::sync::Mutex<()>,
    region: Arc<Semaphore>,
    everywhere: Arc<Semaphore>,
}

#[derive(Debug)]
struct Pace {
    rate: f64,
    changed: Instant,
    governor: Arc<DefaultDirectRateLimiter>,
}

/// The right to have one request in flight.
#[derive(Debug)]
pub(super) struct Admission {
    _region: Option<OwnedSemaphorePermit>,
    _everywhere: Option<OwnedSemaphorePermit>,
}

impl Bucket {
    fn new(rate: f64, region: Arc<Semaphore>, everywhere: Arc<Semaphore>) -> Self {
        let pace = Pace { rate, changed: Instant::now(), governor: Arc::new(governor(rate)) };
        Self { nominal: rate, pace: Mutex::new(pace), turn: tokio::sync::Mutex::new(()), region, everywhere }
    }

    /// Waits for this request's turn.
    pub(super) async fn admit(&self) -> Admission {
        self.wait_for_rate().await;
        let region = Arc::clone(&self.region).acquire_owned().await.ok();
        let everywhere = Arc::clone(&self.everywhere).acquire_owned().await.ok();
        Admission { _region: region, _everywhere: everywhere }
    }

    /// One request waits at the gate and the others in line behind it, so that a lowered rate holds for all of them.
    async fn wait_for_rate(&self) {
        let _turn = self.turn.lock().await;
        loop {
            let governor = Arc::clone(&lock(&self.pace).governor);
            match governor.check() {
                Ok(()) => return,
                Err(not_yet) => {
                    let wait = not_yet.wait_time_from(governor.clock().now());
                    tokio::time::sleep(wait.min(NAP)).await;
                }
            }
        }
    }

    /// AWS throttled: half the rate.
    pub(super) fn throttled(&self) {
        self.throttled_at(Instant::now());
    }

    /// AWS answered: after a quiet time a quarter more, up to the preset.
    pub(super) fn answered(&self) {
        self.answered_at(Instant::now());
    }

    fn throttled_at(&self, now: Instant) {
        let mut pace = lock(&self.pace);
        let slowed_before = pace.rate < self.nominal;
        if slowed_before && now.saturating_duration_since(pace.changed) < DEBOUNCE {
            return;
        }
        let rate = (pace.rate / 2.0).max(SLOWEST.min(self.nominal));
        pace.set(rate, now);
    }

    fn answered_at(&self, now: Instant) {
        let mut pace = lock(&self.pace);
        if pace.rate < self.nominal && now.saturating_duration_since(pace.changed) >= QUIET {
            let rate = (pace.rate * GROWTH).min(self.nominal);
            pace.set(rate, now);
        }
    }

    #[cfg(test)]
    fn rate(&self) -> f64 {
        lock(&self.pace).rate
    }
}

impl Pace {
    fn set(&mut self, rate: f64, now: Instant) {
        *self = Self { rate, changed: now, governor: Arc::new(governor(rate)) };
    }
}

/// A pacer with a burst of a twentieth of a second, since timers are not finer than a millisecond.
fn governor(rate: f64) -> DefaultDirectRateLimiter {
    let burst = NonZeroU32::new((rate / 20.0) as u32).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period(Duration::from_secs_f64(1.0 / rate))
        .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN))
        .allow_burst(burst);
    RateLimiter::direct(quota)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::operations::{DESCRIBE_SECRET, GET_RESOURCE_POLICY};

    fn bucket(limiter: &Limiter) -> Arc<Bucket> {
        limiter.bucket(&AccountId::new("111122223333"), &Region::new("eu-west-1"), &GET_RESOURCE_POLICY)
    }

    #[test]
    fn a_bucket_takes_half_of_the_quota_and_no_more_than_the_user_allows() {
        assert_eq!(pace_of(50, None), 25.0);
        assert_eq!(pace_of(50, Some(100.0)), 25.0);
        assert_eq!(pace_of(50, Some(3.0)), 3.0);
        assert_eq!(pace_of(50, Some(0.0)), FLOOR);
    }

    #[test]
    fn a_bucket_is_shared_within_a_place_only() {
        let limiter = Limiter::new(None, 8);
        let (account, region) = (AccountId::new("1"), Region::new("eu-west-1"));
        let first = limiter.bucket(&account, &region, &GET_RESOURCE_POLICY);
        assert!(Arc::ptr_eq(&first, &limiter.bucket(&account, &region, &GET_RESOURCE_POLICY)));
        assert!(!Arc::ptr_eq(&first, &limiter.bucket(&account, &region, &DESCRIBE_SECRET)));
        let elsewhere = limiter.bucket(&account, &Region::new("eu-west-2"), &GET_RESOURCE_POLICY);
        assert!(!Arc::ptr_eq(&first, &elsewhere));
    }

    #[test]
    fn one_congestion_halves_once_and_recovery_is_slow() {
        let bucket = bucket(&Limiter::new(None, 8));
        let start = Instant::now();
        let after = |seconds| start + Duration::from_millis(seconds);
        for _ in 0..32 {
            bucket.throttled_at(after(0));
        }
        assert_eq!(bucket.rate(), 12.5);
        bucket.throttled_at(after(1_500));
        assert_eq!(bucket.rate(), 6.25);
        bucket.answered_at(after(5_000));
        assert_eq!(bucket.rate(), 6.25);
        bucket.answered_at(after(11_500));
        assert_eq!(bucket.rate(), 7.8125);
        for step in 2..20 {
            bucket.answered_at(after(step * 10_000 + 1_500));
        }
        assert_eq!(bucket.rate(), 25.0);
    }

    #[test]
    fn the_rate_never_falls_to_nothing() {
        let bucket = bucket(&Limiter::new(None, 8));
        let start = Instant::now();
        for second in 0..60 {
            bucket.throttled_at(start + Duration::from_secs(second * 2));
        }
        assert_eq!(bucket.rate(), SLOWEST);
    }

    #[tokio::test]
    async fn requests_are_spaced() {
        let bucket = bucket(&Limiter::new(Some(100.0), 8));
        let start = Instant::now();
        for _ in 0..6 {
            bucket.admit().await;
        }
        // The first goes at once, the other five 40 ms apart.
        assert!(start.elapsed() >= Duration::from_millis(195), "{:?}", start.elapsed());
    }
}
