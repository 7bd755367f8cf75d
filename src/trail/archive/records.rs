//! Text of a file to the records in it that may matter.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::blocks::{BATCH, BLOCK, Carry, Lanes};
use super::dump::{self, is_insight};
use super::problem::FileProblem;
use super::shape::{ContentKind, Outline, Shape, string};
use super::sink::RecordSink;

/// What a record of Secrets Manager contains whatever wrote it. The name of the key is no part of it: there may be a
/// space behind the colon.
pub(super) const MARK: &str = "secretsmanager.amazonaws.com";

static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(MARK));

/// Where the mark stands first.
pub(super) fn find_mark(text: &[u8]) -> Option<usize> {
    FINDER.find(text)
}

/// How far a walk goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// To the last record that matters. The text is whole.
    LastMark,
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
    /// How many braces are open.
    depth: usize,
    outline: Outline,
    /// Where the value at the top starts, and within a list the record.
    start: usize,
    /// Behind the last brace that mattered.
    behind: usize,
    /// How much was moved out of the window.
    gone: u64,
    kind: Option<ContentKind>,
    candidates: u64,
    unwrapped: u64,
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

/// The next place of the mark in a window.
struct Marks<'a> {
    text: &'a [u8],
    next: Option<usize>,
}

impl<'a> Marks<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self { text, next: find_mark(text) }
    }

    /// Whether the mark stands in a range. Ranges come in order.
    #[inline]
    fn stands_in(&mut self, range: &Range<usize>) -> bool {
        if self.next.is_some_and(|next| next < range.start) {
            self.seek(range.start);
        }
        self.next.is_some_and(|next| next < range.end)
    }

    fn seek(&mut self, from: usize) {
        self.next = self.text.get(from..).and_then(find_mark).map(|at| from + at);
    }
}

impl Walker {
    pub(super) fn new(lanes: Lanes) -> Self {
        Self {
            lanes,
            carry: Carry::default(),
            next: 0,
            depth: 0,
            outline: Outline::new(),
            start: 0,
            behind: 0,
            gone: 0,
            kind: None,
            candidates: 0,
            unwrapped: 0,
            foreign: None,
            stray: None,
            has_looked: false,
            is_over: false,
            is_done: false,
        }
    }

    /// What the file turned out to hold.
    pub(super) fn kind(&self) -> ContentKind {
        self.kind.unwrap_or(ContentKind::Unknown)
    }

    /// How many records were delivered.
    pub(super) fn candidates(&self) -> u64 {
        self.candidates
    }

    /// Whether nothing that may follow matters.
    pub(super) fn is_done(&self) -> bool {
        self.is_done
    }

    /// Walks over what of a text was not walked over yet.
    pub(super) fn walk(&mut self, text: &[u8], until: Until, sink: &mut dyn RecordSink) {
        let mut marks = Marks::new(text);
        let mut braces = [0; BATCH];
        while !self.is_done && (until != Until::LastMark || marks.next.is_some()) {
            let ahead = text.get(self.next..).unwrap_or_default();
            let blocks = ahead.as_chunks::<BLOCK>().0;
            let blocks = blocks.get(..BATCH).unwrap_or(blocks);
            if !blocks.is_empty() {
                self.lanes.mark(blocks, &mut self.carry, &mut braces);
                self.step(text, braces.get(..blocks.len()).unwrap_or_default(), &mut marks, sink);
            } else if until == Until::Window {
                break;
            } else {
                self.lanes.mark(&[padded(ahead)], &mut self.carry, &mut braces);
                self.step(text, braces.get(..1).unwrap_or_default(), &mut marks, sink);
                self.next = text.len();
                self.is_over = true;
                break;
            }
        }
        if self.depth == 0 && (self.is_over || until == Until::Window) {
            self.between_values(text.get(self.behind..self.next).unwrap_or_default());
            self.behind = self.next;
        }
    }

    /// Over the braces of some blocks.
    fn step(&mut self, text: &[u8], braces: &[u64], marks: &mut Marks<'_>, sink: &mut dyn RecordSink) {
        for &bits in braces {
            let mut bits = bits;
            while bits != 0 {
                let at = self.next + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                match text.get(at) {
                    Some(b'{') => {
                        self.depth += 1;
                        if self.depth <= 2 {
                            self.open(text, at);
                        }
                    }
                    Some(b'}') => {
                        if self.depth <= 2 {
                            self.close(text, at, marks, sink);
                        }
                        self.depth = self.depth.saturating_sub(1);
                    }
                    _ => {}
                }
            }
            self.next += BLOCK;
            if self.is_done {
                return;
            }
        }
    }

    fn open(&mut self, text: &[u8], at: usize) {
        let between = text.get(self.behind..at).unwrap_or_default();
        if self.depth == 1 {
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

    fn close(&mut self, text: &[u8], at: usize, marks: &mut Marks<'_>, sink: &mut dyn RecordSink) {
        let between = self.behind..at;
        let value = self.start..at + 1;
        match self.depth {
            2 => {
                if self.outline.is_in_list() {
                    self.element(text, value, marks, sink);
                }
                self.behind = at + 1;
            }
            1 => {
                if self.outline.shape == Shape::Open {
                    self.read_outline(text.get(between).unwrap_or_default());
                }
                match self.outline.shape {
                    Shape::Open => self.foreign(text.get(value).unwrap_or_default()),
                    Shape::Record => self.record(text, &value, marks, sink),
                    Shape::Event => self.event(text, &value, marks, sink),
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

    fn element(
        &mut self,
        text: &[u8],
        value: Range<usize>,
        marks: &mut Marks<'_>,
        sink: &mut dyn RecordSink,
    ) {
        if self.outline.shape == Shape::Dump {
            self.event(text, &value, marks, sink);
        } else {
            self.record(text, &value, marks, sink);
        }
    }

    #[inline]
    fn record(
        &mut self,
        text: &[u8],
        value: &Range<usize>,
        marks: &mut Marks<'_>,
        sink: &mut dyn RecordSink,
    ) {
        if !self.has_looked {
            self.has_looked = true;
            if is_insight(text.get(value.clone()).unwrap_or_default()) {
                self.kind = Some(ContentKind::Insight);
                self.is_done = true;
                return;
            }
        }
        if marks.stands_in(value) {
            self.candidates += 1;
            sink.record(text.get(value.clone()).unwrap_or_default());
            marks.seek(value.end);
        }
    }

    fn event(&mut self, text: &[u8], value: &Range<usize>, marks: &mut Marks<'_>, sink: &mut dyn RecordSink) {
        if marks.stands_in(value) {
            match dump::record(text.get(value.clone()).unwrap_or_default()) {
                Some(record) if find_mark(&record).is_some() => {
                    self.candidates += 1;
                    sink.record(&record);
                }
                Some(_) => {}
                None => self.unwrapped += 1,
            }
            marks.seek(value.end);
        }
    }

    /// What stands between values at the top: separators of lines and of arrays.
    fn between_values(&mut self, between: &[u8]) {
        let is_separator = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b'[' | b']');
        if let Some(at) = between.iter().position(|byte| !is_separator(byte)) {
            self.stray(self.behind + at);
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
        match (self.depth, self.outline.shape) {
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
    pub(super) fn problems(&self) -> Vec<FileProblem> {
        let unwrapped = (self.unwrapped > 0).then_some(FileProblem::Unwrapped { events: self.unwrapped });
        [self.stray.clone(), self.foreign.clone(), unwrapped].into_iter().flatten().collect()
    }

    /// Whether the text came to its end within a value.
    pub(super) fn is_cut(&self) -> bool {
        self.is_over && !self.is_done && (self.depth > 0 || self.carry.is_in_string())
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
