//! A local archive: the files of a folder to events, and the days on which it has any.

use std::io;
use std::num::NonZero;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::archive::{Archive, FileReport, Reading, Scratch, read_files, walk};
use super::files::{Counted, Days, days, file_gap, place_of};
use super::gathered::Gathered;
use super::tally::{Place, Tally, Window};

/// Inflating bounds the pace, and the machines that audits run on have two cores.
const WORKERS: NonZero<usize> = NonZero::new(2).unwrap();

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
