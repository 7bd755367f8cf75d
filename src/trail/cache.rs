//! Event history of earlier runs, so that the next one asks only for what is new.
//!
//! One file for each account and Region: the spans that were asked, and the events in them. A file that is torn, or of
//! another version, counts as absent: everything is asked again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::coverage;
use super::event::TrailEvent;
use super::tally::Place;
use crate::files::write_private;
use crate::model::TrailSpan;

/// The version of the file that this program writes, and the only one that it reads.
const VERSION: u32 = 1;

/// What is known of Event history in one place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    version: u32,
    /// The spans that were read.
    pub spans: Vec<TrailSpan>,
    /// The events in them.
    pub events: Vec<TrailEvent>,
}

impl History {
    /// The part that lies in a span; an earlier run may have asked for another.
    pub fn within(mut self, whole: &TrailSpan) -> Self {
        self.events.retain(|event| (whole.from..=whole.to).contains(&event.time));
        let clipped =
            |span: &TrailSpan| TrailSpan { from: span.from.max(whole.from), to: span.to.min(whole.to) };
        self.spans = self.spans.iter().map(clipped).filter(|span| span.from < span.to).collect();
        self
    }
}

/// A folder of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache in a folder, which need not be there yet.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn path(&self, place: &Place) -> PathBuf {
        let file = format!("{}.json", place.region);
        self.folder.join("event-history").join(place.account.as_str()).join(file)
    }

    /// What earlier runs read; nothing where there is no file that can be read.
    pub fn load(&self, place: &Place) -> History {
        let read = fs::read(self.path(place)).ok();
        let history = read.and_then(|bytes| serde_json::from_slice::<History>(&bytes).ok());
        history.filter(|history| history.version == VERSION).unwrap_or_default()
    }

    /// Keeps what was read, without what lies before the window.
    ///
    /// # Errors
    /// Where the file cannot be written; what stood there before stays.
    pub fn keep(&self, place: &Place, window: &TrailSpan, history: History) -> io::Result<()> {
        let mut events = history.events;
        events.retain(|event| event.time >= window.from);
        events.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
        events.dedup_by(|a, b| !a.id.is_empty() && a.id == b.id);
        let clipped = |span: TrailSpan| TrailSpan { from: span.from.max(window.from), ..span };
        let spans = history.spans.into_iter().map(clipped).filter(|span| span.from < span.to);
        let spans = coverage::join(spans.collect());
        let kept = History { version: VERSION, spans, events };
        write_private(&self.path(place), &serde_json::to_vec(&kept)?)
    }
}
