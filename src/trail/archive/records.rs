//! Text of a file to the records in it that may matter.

use std::mem;
use std::ops::Range;

use super::blocks::{BATCH, BLOCK, Carry, LEVEL, Lanes, Marked};
use super::dump::is_insight;
use super::problem::FileProblem;
use super::shape::{ContentKind, Outline, Shape, string};

/// How far a walk goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// Until no more than so many hits are left, or a little further.
    Left(usize),
    /// To the end, which is the end of the file.
    End,
    /// To the end of what was read so far.
    Window,
}

/// Walks from brace to brace. It can stop at the end of a window and go on in the next one, so all places are counted
/// from the start of the window.
pub(super) struct Walker {
    lanes: Lanes,
    carry: Carry,
    /// The next byte that was not walked over.
    next: usize,
    outline: Outline,
    /// Where the value at the top starts, and within a list the record.
    start: usize,
    /// Behind the last brace that mattered.
    behind: usize,
    /// How many arrays are open around values at the top.
    arrays: u64,
    /// Where the first of them was opened.
    array_from: u64,
    /// How much was moved out of the window.
    gone: u64,
    kind: Option<ContentKind>,
    found: Vec<Found>,
    /// What a value without records is.
    foreign: Option<FileProblem>,
    stray: Option<FileProblem>,
    /// Whether the first record was looked at.
    has_looked: bool,
    /// Whether the text came to its end.
    is_over: bool,
    /// Whether nothing that may follow matters.
    is_done: bool,
}

/// A value with the host name in it.
pub(super) struct Found {
    pub(super) place: Range<usize>,
    /// Whether it is an event with a record in it, and not a record.
    pub(super) is_event: bool,
}

/// The places of the host name in a window that were not passed yet.
struct Hits<'a>(&'a [usize]);

impl Hits<'_> {
    /// Whether there is one in a range, which is then passed. Ranges come in order.
    fn are_in(&mut self, range: &Range<usize>) -> bool {
        self.pass(range.start);
        let before = self.0.len();
        self.pass(range.end);
        self.0.len() < before
    }

    fn pass(&mut self, to: usize) {
        while let Some((_, rest)) = self.0.split_first().filter(|(hit, _)| **hit < to) {
            self.0 = rest;
        }
    }
}

impl Walker {
    pub(super) fn new(lanes: Lanes) -> Self {
        Self {
            lanes,
            carry: Carry::default(),
            next: 0,
            outline: Outline::new(),
            start: 0,
            behind: 0,
            arrays: 0,
            array_from: 0,
            gone: 0,
            kind: None,
            found: Vec::new(),
            foreign: None,
            stray: None,
            has_looked: false,
            is_over: false,
            is_done: false,
        }
    }

    /// In the middle of a log: the next brace opens an element of its list.
    pub(super) fn in_log(lanes: Lanes, at: usize) -> Self {
        Self {
            carry: Carry::at(1),
            next: at,
            behind: at,
            outline: Outline::in_log(),
            has_looked: true,
            ..Self::new(lanes)
        }
    }

    /// How far it came.
    pub(super) fn next(&self) -> usize {
        self.next
    }

    /// Whether it came to the end of the text, and what was open at its start was closed there.
    pub(super) fn came_out(&self) -> bool {
        self.is_over && self.carry.depth == 0 && !self.carry.is_in_string() && self.stray.is_none()
    }

    /// Takes out what was found since this was last asked.
    pub(super) fn take_found(&mut self) -> Vec<Found> {
        mem::take(&mut self.found)
    }

    /// What the file turned out to hold.
    pub(super) fn kind(&self) -> ContentKind {
        self.kind.unwrap_or(ContentKind::Unknown)
    }

    /// Whether nothing that may follow matters.
    pub(super) fn is_done(&self) -> bool {
        self.is_done
    }

    /// Walks over what of a text was not walked over yet, and says which hits are left.
    pub(super) fn walk<'m>(&mut self, text: &[u8], hits: &'m [usize], until: Until) -> &'m [usize] {
        let mut hits = Hits(hits);
        let mut marked = Marked::new();
        while !self.is_done && !matches!(until, Until::Left(left) if hits.0.len() <= left) {
            let ahead = text.get(self.next..).unwrap_or_default();
            let blocks = ahead.as_chunks().0;
            let blocks = blocks.get(..BATCH).unwrap_or(blocks);
            let last = [padded(ahead)];
            let is_last = blocks.is_empty();
            if is_last && until == Until::Window {
                break;
            }
            let blocks = if is_last { &last } else { blocks };
            self.lanes.mark(blocks, &mut self.carry, &mut marked);
            let walked = self.step(text, &marked, &mut hits).unwrap_or(blocks.len() * BLOCK);
            self.next = text.len().min(self.next + walked);
            self.is_over = self.next == text.len() && until != Until::Window;
            if self.is_over {
                break;
            }
        }
        if self.carry.depth == 0 && (self.is_over || until == Until::Window) {
            self.between_values(text.get(self.behind..self.next).unwrap_or_default());
            self.behind = self.next;
        }
        hits.0
    }

    /// Over the braces of some blocks that matter. Where one closes what is not open, it starts anew behind it, and
    /// says where that is.
    fn step(&mut self, text: &[u8], marked: &Marked, hits: &mut Hits<'_>) -> Option<usize> {
        for found in marked.iter() {
            let (mut depth, mut braces) = (found.depth, found.braces);
            while braces != 0 {
                let offset = found.block * BLOCK + braces.trailing_zeros() as usize;
                let at = self.next + offset;
                braces &= braces - 1;
                match text.get(at) {
                    Some(b'{') => {
                        depth += 1;
                        if depth <= LEVEL {
                            self.open(text, depth, at);
                        }
                    }
                    Some(b'}') => {
                        if depth <= LEVEL {
                            self.close(text, depth, at, hits);
                        }
                        depth -= 1;
                    }
                    _ => {}
                }
                if depth < 0 {
                    self.carry = Carry::default();
                    return Some(offset + 1);
                }
            }
            if self.is_done {
                break;
            }
        }
        None
    }

    fn open(&mut self, text: &[u8], depth: i64, at: usize) {
        let between = text.get(self.behind..at).unwrap_or_default();
        if depth == 1 {
            self.between_values(between);
            self.outline = Outline::new();
            self.start = at;
            self.behind = at + 1;
        } else if !matches!(self.outline.shape, Shape::Record | Shape::Event | Shape::LeftOut(_)) {
            self.read_outline(between);
            if self.outline.is_in_list() {
                self.start = at;
            }
        }
    }

    fn close(&mut self, text: &[u8], depth: i64, at: usize, hits: &mut Hits<'_>) {
        let between = self.behind..at;
        let value = self.start..at + 1;
        match depth {
            2 => {
                if self.outline.is_in_list() {
                    self.close_record(text, value, self.outline.shape == Shape::Dump, hits);
                }
                self.behind = at + 1;
            }
            1 => {
                if self.outline.shape == Shape::Open {
                    self.read_outline(text.get(between).unwrap_or_default());
                }
                match self.outline.shape {
                    Shape::Open => self.foreign(text.get(value).unwrap_or_default()),
                    Shape::Record => self.close_record(text, value, false, hits),
                    Shape::Event => self.close_record(text, value, true, hits),
                    Shape::Log | Shape::Dump | Shape::Spent(_) | Shape::LeftOut(_) => {}
                }
                self.behind = at + 1;
            }
            _ => {
                self.stray(at);
                self.behind = at + 1;
            }
        }
    }

    /// Keys of the value at the top, or what separates the elements of its list.
    fn read_outline(&mut self, between: &[u8]) {
        let was = self.outline.shape;
        self.outline.read(between);
        if was != Shape::Open {
            return;
        }
        let kind = match self.outline.shape {
            Shape::Open => return,
            Shape::Log => ContentKind::Log,
            Shape::Dump | Shape::Event => ContentKind::Dump,
            Shape::Record => ContentKind::Records,
            Shape::Spent(kind) => kind,
            Shape::LeftOut(kind) => {
                self.is_done = true;
                kind
            }
        };
        self.kind.get_or_insert(kind);
    }

    fn close_record(&mut self, text: &[u8], place: Range<usize>, is_event: bool, hits: &mut Hits<'_>) {
        if !self.has_looked {
            self.has_looked = true;
            if is_insight(text.get(place.clone()).unwrap_or_default()) {
                self.kind = Some(ContentKind::Insight);
                self.is_done = true;
                return;
            }
        }
        if hits.are_in(&place) {
            self.found.push(Found { place, is_event });
        }
    }

    /// What stands between values at the top: separators of lines and of arrays.
    fn between_values(&mut self, between: &[u8]) {
        for (at, byte) in between.iter().enumerate() {
            let at = self.behind + at;
            match byte {
                b'[' => {
                    if self.arrays == 0 {
                        self.array_from = self.gone + at as u64;
                    }
                    self.arrays += 1;
                }
                b']' if self.arrays > 0 => self.arrays -= 1,
                b',' | b' ' | b'\t' | b'\r' | b'\n' => {}
                _ => return self.stray(at),
            }
        }
    }

    fn stray(&mut self, at: usize) {
        let at = self.gone + at as u64;
        self.stray.get_or_insert(FileProblem::Stray { at });
    }

    fn foreign(&mut self, value: &[u8]) {
        self.foreign.get_or_insert_with(|| FileProblem::Foreign { key: first_key(value) });
    }

    /// From where on the window is still needed.
    pub(super) fn needed_from(&self) -> usize {
        match (self.carry.depth, self.outline.shape) {
            (1.., Shape::Open | Shape::Record | Shape::Event) => self.start,
            (2.., _) if self.outline.is_in_list() => self.start,
            (0 | 1, _) => self.behind,
            _ => self.next,
        }
    }

    /// So many bytes were moved out of the window at its start.
    pub(super) fn forget(&mut self, bytes: usize) {
        self.next = self.next.saturating_sub(bytes);
        self.start = self.start.saturating_sub(bytes);
        self.behind = self.behind.saturating_sub(bytes);
        self.gone += bytes as u64;
    }

    /// Where the value is that is open, counted from the start of the text.
    pub(super) fn open_from(&self) -> u64 {
        self.gone + self.needed_from() as u64
    }

    /// What was wrong so far.
    pub(super) fn problems(&self) -> impl Iterator<Item = FileProblem> {
        [self.stray.clone(), self.foreign.clone()].into_iter().flatten()
    }

    /// Where the value starts, counted from the start of the text, within which the text came to its end.
    pub(super) fn cut(&self) -> Option<u64> {
        let is_within = self.carry.depth > 0 || self.carry.is_in_string();
        let from = is_within.then(|| self.open_from()).or((self.arrays > 0).then_some(self.array_from));
        from.filter(|_| self.is_over && !self.is_done)
    }
}

/// The end of a text as a block.
fn padded(end: &[u8]) -> [u8; BLOCK] {
    let mut block = [b' '; BLOCK];
    block.iter_mut().zip(end).for_each(|(to, from)| *to = *from);
    block
}

/// The first key of an object as far as it can be printed.
fn first_key(value: &[u8]) -> Option<String> {
    let at = value.iter().position(|&byte| byte == b'"')?;
    let (key, _) = string(value.get(at + 1..)?);
    Some(printable(key))
}

/// The start of what a stranger wrote, without anything that could steer a terminal or end a quotation.
pub(super) fn printable(text: &[u8]) -> String {
    const LONGEST: usize = 24;
    let shown = text.iter().take(LONGEST).map(|&byte| match byte {
        b'`' => '\'',
        b' '..=b'~' => char::from(byte),
        _ => '?',
    });
    let dots = if text.len() > LONGEST { "…" } else { "" };
    shown.chain(dots.chars()).collect()
}
