//! A glob as an automaton over bytes.

use std::collections::BTreeSet;

use super::reader::{Piece, Sign};

/// The places in which an automaton may be at once.
pub(super) type Places = BTreeSet<usize>;

/// A place: where it leads without a byte, and where with one.
#[derive(Debug, Default)]
struct Place<'a> {
    free: Vec<usize>,
    step: Option<(&'a Sign, usize)>,
}

#[derive(Debug)]
pub(super) struct Automaton<'a> {
    places: Vec<Place<'a>>,
    end: usize,
}

impl<'a> Automaton<'a> {
    pub(super) fn new(pieces: &'a [Piece]) -> Self {
        let mut automaton = Self { places: vec![Place::default()], end: 0 };
        automaton.end = automaton.put(0, pieces);
        automaton
    }

    /// Lays pieces behind a place, and says where they end.
    fn put(&mut self, from: usize, pieces: &'a [Piece]) -> usize {
        pieces.iter().fold(from, |from, piece| match piece {
            Piece::One(sign) => {
                let to = self.add();
                self.step_to(from, sign, to);
                to
            }
            Piece::Any => {
                let (around, to) = (self.add(), self.add());
                self.step_to(around, &Sign::Any, around);
                self.free_to(from, around);
                self.free_to(around, to);
                to
            }
            Piece::Either(branches) => {
                let to = self.add();
                for branch in branches {
                    let start = self.add();
                    self.free_to(from, start);
                    let end = self.put(start, branch);
                    self.free_to(end, to);
                }
                if branches.is_empty() {
                    self.free_to(from, to);
                }
                to
            }
        })
    }

    fn add(&mut self) -> usize {
        self.places.push(Place::default());
        self.places.len() - 1
    }

    fn free_to(&mut self, from: usize, to: usize) {
        if let Some(place) = self.places.get_mut(from) {
            place.free.push(to);
        }
    }

    fn step_to(&mut self, from: usize, sign: &'a Sign, to: usize) {
        if let Some(place) = self.places.get_mut(from) {
            place.step = Some((sign, to));
        }
    }

    /// Every sign by which a place is left.
    pub(super) fn signs(&self) -> impl Iterator<Item = &'a Sign> {
        self.places.iter().filter_map(|place| Some(place.step?.0))
    }

    /// Where it is before the first byte.
    pub(super) fn start(&self) -> Places {
        self.closed([0])
    }

    /// Where it is behind one more byte.
    pub(super) fn step(&self, places: &Places, byte: u8) -> Places {
        let steps = places.iter().filter_map(|place| self.places.get(*place)?.step);
        self.closed(steps.filter(|(sign, _)| sign.takes(byte)).map(|(_, to)| to))
    }

    /// Whether what was read may end here.
    pub(super) fn is_end(&self, places: &Places) -> bool {
        places.contains(&self.end)
    }

    /// The places with all to which they lead without a byte.
    fn closed(&self, places: impl IntoIterator<Item = usize>) -> Places {
        let mut open: Vec<usize> = places.into_iter().collect();
        let mut closed = Places::new();
        while let Some(place) = open.pop() {
            if closed.insert(place) {
                open.extend(self.places.get(place).into_iter().flat_map(|place| &place.free));
            }
        }
        closed
    }
}
