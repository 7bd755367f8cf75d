//! What all sources of a run say together.

use std::collections::BTreeMap;

use super::finish::{Evidence, PlaceEvidence};
use super::tally::{Place, Tally, Window};
use crate::model::{Gap, TrailCounts, TrailSpan};
use crate::snapshot::records::{AccessGroup, Coverage, LifecycleEvent};

/// How far one source shows one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shown {
    spans: Vec<TrailSpan>,
    reads: Option<bool>,
    gaps: Vec<Gap>,
}

/// Events of all sources, and how far each source shows which place.
#[derive(Debug)]
pub struct Gathered {
    /// The events.
    pub tally: Tally,
    shown: BTreeMap<(Place, String), Shown>,
    /// What is missing nobody knows where.
    general: Vec<Gap>,
    sources: Vec<String>,
}

/// What the trails say about one account and Region, with how far they show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceTrail {
    /// Who read what.
    pub accesses: Vec<AccessGroup>,
    /// Changes and rotations.
    pub lifecycle: Vec<LifecycleEvent>,
    /// How far each source shows it.
    pub coverage: Vec<Coverage>,
    /// What could not be seen.
    pub gaps: Vec<Gap>,
}

/// What the trails say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrailEvidence {
    /// By account and Region.
    pub places: BTreeMap<Place, PlaceTrail>,
    /// What is missing nobody knows where.
    pub general: Vec<Gap>,
    /// Records that do not say where they belong.
    pub placeless: TrailCounts,
    /// The sources, as the user named them.
    pub sources: Vec<String>,
}

impl Gathered {
    /// Nothing yet.
    pub fn new(window: Window) -> Self {
        Self { tally: Tally::new(window), shown: BTreeMap::new(), general: Vec::new(), sources: Vec::new() }
    }

    /// Names a source that is being read.
    pub fn source(&mut self, name: &str) {
        if !self.sources.iter().any(|known| known == name) {
            self.sources.push(name.to_owned());
        }
    }

    /// Whether any source was named.
    pub fn has_sources(&self) -> bool {
        !self.sources.is_empty()
    }

    /// A source shows these spans of a place; `reads` says whether reads are recorded there, where that is known.
    pub fn shows(&mut self, place: Place, source: &str, spans: Vec<TrailSpan>, reads: Option<bool>) {
        let shown = self.shown.entry((place, source.to_owned())).or_default();
        shown.spans.extend(spans);
        shown.reads = reads.or(shown.reads);
    }

    /// A source does not show something of a place.
    pub fn lacks(&mut self, place: Option<Place>, source: &str, gap: Gap) {
        match place {
            Some(place) => self.shown.entry((place, source.to_owned())).or_default().gaps.push(gap),
            None => self.general.push(gap),
        }
    }

    /// All of it by place; `arns` are further secrets by which names are joined, such as those of an inventory.
    pub fn finish(mut self, arns: impl IntoIterator<Item = String>) -> TrailEvidence {
        for sentence in [self.tally.unreadable(), self.tally.future()].into_iter().flatten() {
            self.general.push(super::files::file_gap(None, &self.sources.join(", "), &sentence));
        }
        let Evidence { places, placeless } = self.tally.finish(arns);
        let mut by_place: BTreeMap<Place, PlaceTrail> = BTreeMap::new();
        let mut counts: BTreeMap<Place, TrailCounts> = BTreeMap::new();
        for (place, PlaceEvidence { accesses, lifecycle, counts: seen }) in places {
            counts.insert(place.clone(), seen);
            by_place.insert(place, PlaceTrail { accesses, lifecycle, ..PlaceTrail::default() });
        }
        for ((place, source), Shown { spans, reads, mut gaps }) in self.shown {
            // The counts of a place are told once, with its first source.
            let counts = counts.remove(&place).unwrap_or_default();
            let of_place = by_place.entry(place).or_default();
            let spans = super::coverage::join(spans);
            of_place.coverage.push(Coverage { source, spans, reads, counts });
            of_place.gaps.append(&mut gaps);
        }
        for (place, counts) in counts {
            let source = String::new();
            let nothing = Coverage { source, spans: Vec::new(), reads: None, counts };
            by_place.entry(place).or_default().coverage.push(nothing);
        }
        TrailEvidence { places: by_place, general: self.general, placeless, sources: self.sources }
    }
}
