//! A local archive: the files of a folder to events, and the days on which it has any.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::num::NonZero;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::archive::{Archive, FileReport, LogKey, Reading, RecordSink, Scratch, read_files, walk};
use super::coverage::of_days;
use super::gathered::Gathered;
use super::record::{Record, RecordError, read_record};
use super::tally::{Place, Tally, Window};
use crate::model::{Gap, GapCause};

/// What gaps of archives name as their call.
pub(super) const ARCHIVE: &str = "CloudTrail archive";

/// Inflating bounds the pace, and the machines that audits run on have two cores.
const WORKERS: NonZero<usize> = NonZero::new(2).unwrap();

/// How many records a worker keeps before it hands them over.
const AT_ONCE: usize = 256;

/// Reads all records of a folder, or of one file, in a window of time.
///
/// # Errors
/// Where the folder is not there. Whatever else cannot be read becomes a gap with its name.
pub fn read_directory(root: &Path, window: &Window, gathered: &mut Gathered) -> io::Result<()> {
    root.metadata()?;
    let source = root.display().to_string();
    gathered.source(&source);
    let archive = walk(root, days(window));
    let tally = Mutex::new(std::mem::replace(&mut gathered.tally, Tally::new(*window)));
    let sink = || Counted::new(&tally);
    let Reading { sinks, reports } = read_files(&archive.files, WORKERS, Scratch::new, sink);
    drop(sinks);
    gathered.tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    shown(&source, &archive, &reports, window, gathered);
    Ok(())
}

/// The days whose files can hold events of a window; a file is named after the day of its delivery, which may be the next.
pub(super) fn days(window: &Window) -> RangeInclusive<Date> {
    let date = |time: Timestamp| time.to_zoned(TimeZone::UTC).date();
    let from = window.from.map_or(Date::MIN, date);
    let to = window.to.map_or(Date::MAX, date);
    from..=to.tomorrow().unwrap_or(Date::MAX)
}

/// Hands records over to the tally that all workers share.
pub(super) struct Counted<'a> {
    tally: &'a Mutex<Tally>,
    records: Vec<Result<Record, RecordError>>,
}

impl<'a> Counted<'a> {
    pub(super) fn new(tally: &'a Mutex<Tally>) -> Self {
        Self { tally, records: Vec::with_capacity(AT_ONCE) }
    }

    fn hand_over(&mut self) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        for record in self.records.drain(..) {
            tally.record(record);
        }
    }
}

impl RecordSink for Counted<'_> {
    fn record(&mut self, json: &[u8]) {
        match read_record(json) {
            Ok(Record::Foreign) => {}
            read => self.records.push(read),
        }
        if self.records.len() >= AT_ONCE {
            self.hand_over();
        }
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.hand_over();
    }
}

/// Notes which days the archive has, and what could not be read.
fn shown(source: &str, archive: &Archive, reports: &[FileReport], window: &Window, gathered: &mut Gathered) {
    let mut days = Days::default();
    for (account, region, date) in archive.days.keys() {
        days.has(Place { account: account.clone(), region: region.clone() }, *date);
    }
    for (file, report) in archive.files.iter().zip(reports) {
        for problem in &report.problems {
            days.broken(file.key.as_ref());
            let gap = file_gap(file.key.as_ref(), &file.path.display().to_string(), &problem.to_string());
            gathered.lacks(file.key.as_ref().map(place_of), source, gap);
        }
    }
    for (path, problem) in &archive.problems {
        gathered.lacks(None, source, file_gap(None, &path.display().to_string(), &problem.to_string()));
    }
    for path in &archive.unplaced {
        let why = "it stands outside of the layout of CloudTrail that other files are in, and was not read";
        gathered.lacks(None, source, file_gap(None, &path.display().to_string(), why));
    }
    if archive.files.iter().any(|file| file.key.is_none()) {
        let why = "the files do not say of which account, Region and day they are, so nobody knows when reads were \
                   recorded";
        gathered.lacks(None, source, file_gap(None, source, why));
    }
    days.tell(source, window, gathered);
}

/// The days of each place, and those of which a file is broken.
#[derive(Default)]
pub(super) struct Days {
    there: BTreeMap<Place, BTreeSet<Date>>,
    broken: BTreeSet<(Place, Date)>,
}

impl Days {
    pub(super) fn has(&mut self, place: Place, date: Date) {
        self.there.entry(place).or_default().insert(date);
    }

    /// Of a day with a broken file nobody knows everything.
    pub(super) fn broken(&mut self, key: Option<&LogKey>) {
        self.broken.extend(key.map(|key| (place_of(key), key.day)));
    }

    pub(super) fn tell(self, source: &str, window: &Window, gathered: &mut Gathered) {
        for (place, mut dates) in self.there {
            dates.retain(|date| !self.broken.contains(&(place.clone(), *date)));
            let spans = of_days(&dates, Some(window.to.unwrap_or(window.now)));
            gathered.shows(place, source, spans, None);
        }
    }
}

pub(super) fn place_of(key: &LogKey) -> Place {
    Place { account: key.account.clone(), region: key.region.clone() }
}

/// The gap that a file leaves.
pub(super) fn file_gap(key: Option<&LogKey>, name: &str, sentence: &str) -> Gap {
    Gap {
        call: ARCHIVE.to_owned(),
        cause: GapCause::Unreadable,
        account: key.map(|key| key.account.clone()),
        region: key.map(|key| key.region.clone()),
        resource: Some(name.to_owned()),
        error: "unreadable".to_owned(),
        message: sentence.to_owned(),
        permission: None,
    }
}
