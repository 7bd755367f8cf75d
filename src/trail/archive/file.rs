//! The bytes of one file to the records in it that may matter.

use std::io::BufRead;
use std::mem;

use libdeflater::Decompressor;
use memchr::memrchr_iter;

use super::blocks::Lanes;
use super::dump;
use super::host::{find_hosts, has_host};
use super::inflate::{Members, Plain, Source, inflate_whole, is_gzip};
use super::problem::FileProblem;
use super::records::{Found, Until, Walker, printable};
use super::shape::{ContentKind, starts_as_record};
use super::sink::RecordSink;
use crate::model::reason;

/// The window through which long texts are read, at first: it stays in the processor's cache.
const WINDOW: usize = 256 << 10;

/// The longest value that a window grows for. CloudTrail's events have 256 KB at most, and 1 MB with enrichment.
const LONGEST_VALUE: usize = 16 << 20;

/// The longest text: 50 MB, the most that CloudTrail writes, at a ratio that no log reaches.
const LONGEST_TEXT: u64 = 8 << 30;

/// A buffer that grew beyond this is given back before the next file.
const KEPT: usize = 16 << 20;

/// Ways that are shorter than this are walked.
const SHORTEST_WAY: usize = 4 << 10;

/// How many braces are looked at for the start of a record.
const MOST_BRACES: usize = 64;

/// What some editors put in front of UTF-8.
const BYTE_ORDER: &[u8] = &[0xEF, 0xBB, 0xBF];

/// How many bytes at the start tell what a file is.
const HEAD: usize = 2 << 10;

/// Buffers that files are read with, one after the other.
pub struct Scratch {
    decompressor: Decompressor,
    lanes: Lanes,
    text: Vec<u8>,
    window: Vec<u8>,
    hits: Vec<usize>,
}

impl Scratch {
    /// With the best instructions that this machine has.
    pub fn new() -> Self {
        Self::with(Lanes::detect())
    }

    /// With instructions of one's choice, to compare them.
    pub fn with(lanes: Lanes) -> Self {
        Self {
            decompressor: Decompressor::new(),
            lanes,
            text: Vec::new(),
            window: Vec::new(),
            hits: Vec::new(),
        }
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// What it holds.
    pub kind: ContentKind,
    /// How many records were delivered.
    pub candidates: u64,
    /// How long its text is, as far as it was read.
    pub text: u64,
    /// What kept it from being read to its end.
    pub problems: Vec<FileProblem>,
}

impl FileReport {
    /// Nothing was read.
    pub(super) fn failed(problem: FileProblem) -> Self {
        Self { kind: ContentKind::Unknown, candidates: 0, text: 0, problems: vec![problem] }
    }
}

/// Delivers all records in a file that contain the host name of Secrets Manager, in their order. The file may be
/// compressed or not, and each record may stand where it likes: see [`ContentKind`].
///
/// Whatever comes before a problem is delivered. A file without problems was understood to its end.
pub fn scan_file(scratch: &mut Scratch, bytes: &[u8], sink: &mut dyn RecordSink) -> FileReport {
    scratch.text.truncate(KEPT);
    scratch.text.shrink_to(KEPT);
    if is_gzip(bytes) {
        scan_gzip(scratch, bytes, true, sink)
    } else {
        scan_text(scratch.lanes, bytes, &mut scratch.hits, false, sink)
    }
}

fn scan_gzip(scratch: &mut Scratch, gzip: &[u8], may_nest: bool, sink: &mut dyn RecordSink) -> FileReport {
    let Some(length) = inflate_whole(&mut scratch.decompressor, gzip, &mut scratch.text) else {
        return scan_stream(scratch, Members::new(gzip), sink);
    };
    let text = scratch.text.get(..length).unwrap_or_default();
    if !is_gzip(text) {
        return scan_text(scratch.lanes, text, &mut scratch.hits, true, sink);
    }
    if !may_nest {
        return FileReport::failed(FileProblem::Nested);
    }
    let inner = mem::take(&mut scratch.text);
    scan_gzip(scratch, inner.get(..length).unwrap_or_default(), false, sink)
}

/// Reads a text that lies in memory.
fn scan_text(
    lanes: Lanes,
    text: &[u8],
    hits: &mut Vec<usize>,
    is_compressed: bool,
    sink: &mut dyn RecordSink,
) -> FileReport {
    let length = text.len() as u64;
    let text = text.strip_prefix(BYTE_ORDER).unwrap_or(text);
    if let Some(problem) = first_problem(text) {
        return FileReport { text: length, ..FileReport::failed(problem) };
    }
    if let Some(records) = dump::records(text) {
        return scan_strings(&records, length, sink);
    }
    find_hosts(text, hits);
    let mut delivery = Delivery::new(sink);
    let mut walker = Walker::new(lanes);
    if is_compressed && is_plain_log(text) {
        scan_log(&mut walker, lanes, text, hits, &mut delivery);
        return FileReport { kind: ContentKind::Log, ..delivery.report(&walker, length, None) };
    }
    walker.walk(text, hits, Until::End);
    delivery.take(&mut walker, text);
    delivery.report(&walker, length, None)
}

/// Reads a log that holds its list and nothing else. The longest way between two hits is left out: behind it the walk
/// starts where a record seems to start, and goes to the end of the text. If as much is closed on the way as the end
/// asks for, that was an element of the list.
fn scan_log(walker: &mut Walker, lanes: Lanes, text: &[u8], hits: &[usize], delivery: &mut Delivery<'_>) {
    let before = longest_way(hits, text.len());
    let left = walker.walk(text, hits, Until::Left(hits.len() - before));
    delivery.take(walker, text);
    let Some(entry) = entry(text, walker.next(), left) else {
        walker.walk(text, left, Until::Left(0));
        return delivery.take(walker, text);
    };
    let mut end = Walker::in_log(lanes, entry);
    end.walk(text, left, Until::End);
    if end.came_out() {
        delivery.take(&mut end, text);
    } else {
        walker.walk(text, left, Until::Left(0));
        delivery.take(walker, text);
    }
}

/// How many hits there are before the longest way without one.
fn longest_way(hits: &[usize], end: usize) -> usize {
    let from = [0].iter().chain(hits);
    let ways = from.zip(hits.iter().chain([&end])).map(|(from, to)| to - from);
    ways.enumerate().max_by_key(|(_, way)| *way).map_or(0, |(before, _)| before)
}

/// Where the record with the next hit seems to start.
fn entry(text: &[u8], from: usize, hits: &[usize]) -> Option<usize> {
    let hit = *hits.first()?;
    let way = text.get(from..hit).filter(|way| way.len() > SHORTEST_WAY)?;
    let mut braces = memrchr_iter(b'{', way).take(MOST_BRACES).map(|at| from + at);
    braces.find(|&at| {
        text.split_at_checked(at)
            .is_some_and(|(before, text)| before.ends_with(b"},") && starts_as_record(text))
    })
}

/// Hands on what was found.
struct Delivery<'a> {
    sink: &'a mut dyn RecordSink,
    candidates: u64,
    /// Events without a record.
    unwrapped: u64,
}

impl<'a> Delivery<'a> {
    fn new(sink: &'a mut dyn RecordSink) -> Self {
        Self { sink, candidates: 0, unwrapped: 0 }
    }

    fn take(&mut self, walker: &mut Walker, text: &[u8]) {
        for Found { place, is_event } in walker.take_found() {
            let value = text.get(place).unwrap_or_default();
            if !is_event {
                self.record(value);
                continue;
            }
            match dump::record(value) {
                Some(record) if has_host(&record) => self.record(&record),
                Some(_) => {}
                None => self.unwrapped += 1,
            }
        }
    }

    fn record(&mut self, json: &[u8]) {
        self.candidates += 1;
        self.sink.record(json);
    }

    fn report(self, walker: &Walker, text: u64, problem: Option<FileProblem>) -> FileReport {
        let cut = walker.cut().map(|from| FileProblem::Cut { from });
        let unwrapped = (self.unwrapped > 0).then_some(FileProblem::Unwrapped { events: self.unwrapped });
        let problems = problem.or(cut).into_iter().chain(walker.problems()).chain(unwrapped);
        FileReport { kind: walker.kind(), candidates: self.candidates, text, problems: problems.collect() }
    }
}

/// The same for a file that is too long for memory.
pub fn scan_reader(scratch: &mut Scratch, mut bytes: impl BufRead, sink: &mut dyn RecordSink) -> FileReport {
    match bytes.fill_buf() {
        Err(error) => FileReport::failed(FileProblem::Unreadable(reason(&error))),
        Ok(start) if is_gzip(start) => scan_stream(scratch, Members::new(bytes), sink),
        Ok(_) => scan_stream(scratch, Plain(bytes), sink),
    }
}

/// Reads a text through a window.
fn scan_stream(scratch: &mut Scratch, mut source: impl Source, sink: &mut dyn RecordSink) -> FileReport {
    let mut window = mem::take(&mut scratch.window);
    window.resize(WINDOW, 0);
    let mut walker = Walker::new(scratch.lanes);
    let mut delivery = Delivery::new(sink);
    let (mut filled, mut length, mut has_begun) = (0, 0, false);
    let problem = loop {
        let (read, mut problem) = source.read(window.get_mut(filled..).unwrap_or_default());
        filled += read;
        length += read as u64;
        let is_last = filled < window.len() || problem.is_some();
        let text = window.get_mut(..filled).unwrap_or_default();
        if !has_begun && (is_last || !text.trim_ascii().is_empty()) {
            has_begun = true;
            if let Some(order) = text.get_mut(..BYTE_ORDER.len()).filter(|text| *text == BYTE_ORDER) {
                order.fill(b' ');
            }
            if let Some(first) = first_problem(text) {
                break problem.filter(|_| first == FileProblem::Empty).or(Some(first));
            }
        }
        find_hosts(text, &mut scratch.hits);
        walker.walk(text, &scratch.hits, if is_last { Until::End } else { Until::Window });
        delivery.take(&mut walker, text);
        if length > LONGEST_TEXT {
            problem.get_or_insert(FileProblem::Endless { text: LONGEST_TEXT });
        }
        if is_last || walker.is_done() || problem.is_some() {
            break problem;
        }
        let needed = walker.needed_from().min(filled);
        window.copy_within(needed..filled, 0);
        walker.forget(needed);
        filled -= needed;
        if filled == window.len() {
            if filled >= LONGEST_VALUE {
                break Some(FileProblem::TooLong { from: walker.open_from() });
            }
            window.resize(filled * 2, 0);
        }
    };
    window.truncate(WINDOW);
    window.shrink_to(WINDOW);
    scratch.window = window;
    delivery.report(&walker, length, problem)
}

/// Reads records that are written as texts.
fn scan_strings(records: &[String], length: u64, sink: &mut dyn RecordSink) -> FileReport {
    let (texts, others): (Vec<&String>, Vec<&String>) =
        records.iter().partition(|record| record.trim_start().starts_with('{'));
    let matching = texts.iter().filter(|record| has_host(record.as_bytes()));
    let candidates = matching.map(|record| sink.record(record.trim_ascii().as_bytes())).count() as u64;
    let events = others.len() as u64;
    let problems = if events > 0 { vec![FileProblem::Unwrapped { events }] } else { Vec::new() };
    FileReport { kind: ContentKind::Dump, candidates, text: length, problems }
}

/// Why a text is not JSON from the start.
fn first_problem(text: &[u8]) -> Option<FileProblem> {
    let start = text.trim_ascii_start();
    let begins =
        |with: &str| start.get(..with.len()).is_some_and(|s| s.eq_ignore_ascii_case(with.as_bytes()));
    match start.first() {
        None => Some(FileProblem::Empty),
        Some(b'{' | b'[') => None,
        Some(0xFE | 0xFF) => Some(FileProblem::Utf16),
        Some(_) if is_gzip(start) => Some(FileProblem::Nested),
        Some(_) if begins("<!doctype html") || begins("<html") => Some(FileProblem::WebPage),
        Some(_) => Some(FileProblem::NotJson { start: printable(start) }),
    }
}

/// Whether a text starts and ends as CloudTrail's logs do, so that nothing else can be in it. It was compressed, so it
/// is what was once written.
fn is_plain_log(text: &[u8]) -> bool {
    let starts = [&b"{"[..], b"\"Records\"", b":", b"["];
    let ends = [&b"}"[..], b"]"];
    let head = text.get(..HEAD).unwrap_or(text);
    starts.iter().try_fold(text, |text, start| text.trim_ascii_start().strip_prefix(*start)).is_some()
        && ends.iter().try_fold(text, |text, end| text.trim_ascii_end().strip_suffix(*end)).is_some()
        && !dump::mentions_insight(head)
}
