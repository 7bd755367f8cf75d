//! What the files of an archive leave, wherever they lie: records for the tally, and days that are covered or broken.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::archive::{LogKey, RecordSink};
use super::coverage::of_days;
use super::gathered::Gathered;
use super::record::{Record, RecordError, read_record};
use super::tally::{Place, Tally, Window};
use crate::model::{Gap, GapCause};

/// What gaps of archives name as their call.
pub(super) const ARCHIVE: &str = "CloudTrail archive";

/// How many records a worker keeps before it hands them over.
const AT_ONCE: usize = 256;

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

/// The days of each place, and those of which not everything could be read.
#[derive(Debug, Default)]
pub(super) struct Days {
    there: BTreeMap<Place, BTreeSet<Date>>,
    broken: BTreeSet<(Place, Date)>,
    /// From this day on nobody knows what there is.
    cut: BTreeMap<Place, Date>,
}

impl Days {
    pub(super) fn has(&mut self, place: Place, date: Date) {
        self.there.entry(place).or_default().insert(date);
    }

    /// Of a day with a broken file nobody knows everything.
    pub(super) fn broken(&mut self, key: Option<&LogKey>) {
        self.broken.extend(key.map(|key| (place_of(key), key.day)));
    }

    /// The files of a day and of all later ones could not be listed.
    pub(super) fn cut(&mut self, place: Place, date: Date) {
        let known = self.cut.entry(place).or_insert(date);
        *known = date.min(*known);
    }

    /// Whether there is any day at all.
    pub(super) fn is_empty(&self) -> bool {
        self.there.is_empty()
    }

    /// The accounts of which there are days.
    pub(super) fn places(&self) -> impl Iterator<Item = &Place> {
        self.there.keys()
    }

    pub(super) fn tell(self, source: &str, window: &Window, gathered: &mut Gathered) {
        for (place, mut dates) in self.there {
            let end = self.cut.get(&place);
            dates.retain(|date| {
                end.is_none_or(|end| date < end) && !self.broken.contains(&(place.clone(), *date))
            });
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
