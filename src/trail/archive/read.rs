//! Many files, with several workers.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::num::NonZero;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::file::{FileReport, Scratch, scan_file, scan_reader};
use super::problem::FileProblem;
use super::sink::RecordSink;
use crate::model::reason;

/// Into how many portions the files are cut. It does not depend on the number of workers, so neither does the result.
const PORTIONS: usize = 32;

/// What is longer than this on disk is read through a window.
const WHOLE: usize = 16 << 20;

/// What came of many files.
#[derive(Clone, Debug, Default)]
pub struct Reading<S> {
    /// What took the records: one for each portion of the files, in the order of the files.
    pub sinks: Vec<S>,
    /// What became of each file, in the same order.
    pub reports: Vec<FileReport>,
}

/// Reads files. Each worker takes one portion after the other, and makes a sink for each of them; which worker that is
/// changes nothing.
pub fn read_files<P, S>(
    files: &[P],
    workers: NonZero<usize>,
    scratch: impl Fn() -> Scratch + Sync,
    sink: impl Fn() -> S + Sync,
) -> Reading<S>
where
    P: AsRef<Path> + Sync,
    S: RecordSink + Send,
{
    let portions: Vec<&[P]> = files.chunks(files.len().div_ceil(PORTIONS).max(1)).collect();
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(portions.len()));
    let work = || {
        let (mut scratch, mut bytes) = (scratch(), Vec::new());
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(portion) = portions.get(at) else { break };
            let mut sink = sink();
            let read =
                portion.iter().map(|file| read_file(file.as_ref(), &mut scratch, &mut bytes, &mut sink));
            let reports: Vec<FileReport> = read.collect();
            done.lock().unwrap_or_else(|poison| poison.into_inner()).push((at, sink, reports));
        }
    };
    thread::scope(|scope| {
        for _ in 1..workers.get().min(portions.len()) {
            scope.spawn(work);
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_else(|poison| poison.into_inner());
    done.sort_by_key(|(at, ..)| *at);
    let mut reading = Reading { sinks: Vec::new(), reports: Vec::new() };
    for (_, sink, reports) in done {
        reading.sinks.push(sink);
        reading.reports.extend(reports);
    }
    reading
}

fn read_file(
    path: &Path,
    scratch: &mut Scratch,
    bytes: &mut Vec<u8>,
    sink: &mut dyn RecordSink,
) -> FileReport {
    match read_whole(path, bytes) {
        Ok(Whole::Read(length)) => scan_file(scratch, bytes.get(..length).unwrap_or_default(), sink),
        Ok(Whole::TooLong(rest)) => {
            let start = std::mem::take(bytes);
            scan_reader(scratch, BufReader::new(start.as_slice().chain(rest)), sink)
        }
        Err(error) => FileReport::failed(FileProblem::Unreadable(reason(&error))),
    }
}

enum Whole {
    /// So many bytes were read.
    Read(usize),
    /// There is more than the buffer may hold.
    TooLong(File),
}

/// Reads a file into a buffer that only grows, so that it is neither allocated nor cleared for each file.
fn read_whole(path: &Path, bytes: &mut Vec<u8>) -> io::Result<Whole> {
    let mut file = File::open(path)?;
    let mut length = 0;
    loop {
        if length == bytes.len() {
            if length >= WHOLE {
                return Ok(Whole::TooLong(file));
            }
            bytes.resize((length * 2).max(64 << 10), 0);
        }
        match file.read(bytes.get_mut(length..).unwrap_or_default()) {
            Ok(0) => return Ok(Whole::Read(length)),
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
