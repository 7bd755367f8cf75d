//! Reads objects, several at once, within bounds of memory.

use std::io::BufReader;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures::StreamExt;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::listing::Task;
use crate::aws::{Bucket, Failure, Object};
use crate::model::GapCause;
use crate::trail::archive::{FileProblem, FileReport, Scratch, scan_file, scan_reader};
use crate::trail::files::Counted;
use crate::trail::tally::Tally;

/// How many objects are on their way at once.
const AT_ONCE: usize = 32;
/// Inflating bounds the pace, and the machines that audits run on have two cores.
const WORKERS: usize = 2;
/// What all objects on their way may take together, in units.
const UNITS: u32 = 1_024;
const UNIT: u64 = 64 << 10;
/// An object that is longer is read as it comes.
const WHOLE: u64 = 48 << 20;
/// What such an object takes.
const STREAMED: u32 = 64;
/// How often an object is asked for that breaks off while it comes; the SDK asks again only before.
const TRIES: usize = 3;
/// After so many failures one after the other nobody asks on: a bucket that is closed has thousands of objects.
const GIVE_UP: usize = 32;

/// What became of an object.
pub(super) enum Fate {
    /// It was read, with these problems.
    Read(Vec<FileProblem>),
    /// S3 did not hand it out.
    Failed(Failure),
    /// It must be restored first.
    Frozen(String),
    /// It was not asked for, since so many others had failed.
    GivenUp,
}

/// What all objects of a run share.
struct Readers<'a> {
    bucket: &'a Bucket<'a>,
    tally: &'a Arc<Mutex<Tally>>,
    memory: Semaphore,
    workers: Semaphore,
    scratches: Arc<Mutex<Vec<Scratch>>>,
    /// How many failed since one was read.
    failed: AtomicUsize,
}

/// Reads objects, and says what became of each, in the same order.
pub(super) async fn read(bucket: &Bucket<'_>, tasks: &[Task], tally: &Arc<Mutex<Tally>>) -> Vec<Fate> {
    let readers = Readers {
        bucket,
        tally,
        memory: Semaphore::new(UNITS as usize),
        workers: Semaphore::new(WORKERS),
        scratches: Arc::default(),
        failed: AtomicUsize::new(0),
    };
    let readers = &readers;
    futures::stream::iter(tasks).map(|task| readers.read(task)).buffered(AT_ONCE).collect().await
}

impl Readers<'_> {
    async fn read(&self, task: &Task) -> Fate {
        if let Some(class) = &task.frozen {
            return Fate::Frozen(class.clone());
        }
        let _memory = self.memory.acquire_many(units(task.size)).await;
        let mut tries = 1;
        loop {
            if self.failed.load(Ordering::Relaxed) >= GIVE_UP {
                return Fate::GivenUp;
            }
            match self.attempt(task).await {
                Ok(problems) => {
                    self.failed.store(0, Ordering::Relaxed);
                    return Fate::Read(problems);
                }
                Err(failure) if failure.code == "BrokenResponse" && tries < TRIES => tries += 1,
                Err(failure) => {
                    if counts(&failure) {
                        self.failed.fetch_add(1, Ordering::Relaxed);
                    }
                    return Fate::Failed(failure.after_listing());
                }
            }
        }
    }

    async fn attempt(&self, task: &Task) -> Result<Vec<FileProblem>, Failure> {
        let object = self.bucket.object(&task.name).await?;
        if task.size > WHOLE {
            return self.scan(move |scratch, sink| streamed(object, scratch, sink)).await;
        }
        let bytes = object.whole(task.size.max(UNIT) as usize).await?;
        self.scan(move |scratch, sink| scan_file(scratch, &bytes, sink)).await
    }

    /// Scans on a thread that may take its time.
    async fn scan<F>(&self, scan: F) -> Result<Vec<FileProblem>, Failure>
    where
        F: FnOnce(&mut Scratch, &mut Counted<'_>) -> FileReport + Send + 'static,
    {
        let _worker = self.workers.acquire().await;
        let (tally, scratches) = (Arc::clone(self.tally), Arc::clone(&self.scratches));
        let work = move || {
            let kept = || scratches.lock().unwrap_or_else(PoisonError::into_inner);
            let taken = kept().pop();
            let mut scratch = taken.unwrap_or_default();
            let report = scan(&mut scratch, &mut Counted::new(&tally));
            kept().push(scratch);
            report.problems
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| Failure::malformed(&error.to_string()))
    }
}

fn streamed(object: Object, scratch: &mut Scratch, sink: &mut Counted<'_>) -> FileReport {
    scan_reader(scratch, BufReader::new(object.reader(Handle::current())), sink)
}

/// What an object takes of the memory that all share.
fn units(size: u64) -> u32 {
    if size > WHOLE {
        return STREAMED;
    }
    u32::try_from(size.div_ceil(UNIT)).unwrap_or(UNITS).clamp(1, UNITS)
}

/// Whether a failure says something about the other objects, too.
fn counts(failure: &Failure) -> bool {
    matches!(failure.cause, GapCause::Refused | GapCause::Throttled | GapCause::Unreachable)
}
