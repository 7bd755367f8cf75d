//! A directory to the files in it that are to be read.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{self, DirEntry};
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::layout::{KeyKind, LogKey, Place};
use super::problem::FileProblem;
use crate::model::{AccountId, Region, reason};

/// What a directory holds.
#[derive(Clone, Debug, Default)]
pub struct Archive {
    /// The files to read, in the order of their paths.
    pub files: Vec<ArchiveFile>,
    /// How many files there are for each day that was asked for.
    pub days: Days,
    /// Folders that could not be read.
    pub problems: Vec<(PathBuf, FileProblem)>,
    /// Files that look like logs and stand outside of the layout that others are in. They are not read.
    pub unplaced: Vec<PathBuf>,
    /// Folders and files that hold something else, such as insights: for each kind how many.
    pub left_out: BTreeMap<KeyKind, u64>,
}

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveFile {
    /// Where it is.
    pub path: PathBuf,
    /// Where it belongs, where the directory has the layout of CloudTrail.
    pub key: Option<LogKey>,
}

impl AsRef<Path> for ArchiveFile {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

/// The files of one account, Region and day.
pub type Days = BTreeMap<(AccountId, Region, Date), DayFiles>;

/// How many files a day has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayFiles {
    /// Logs.
    pub logs: u64,
    /// Digests. There is one every hour whether there were calls or not.
    pub digests: u64,
}

impl DayFiles {
    fn add(&mut self, other: Self) {
        self.logs += other.logs;
        self.digests += other.digests;
    }
}

/// Looks for logs of certain days in a directory, or takes one file.
///
/// The directory may be the whole bucket, or any folder within it. Where nothing in it has the layout of CloudTrail,
/// every file that could be a log is taken, of whatever day. Links are followed, once.
pub fn walk(root: &Path, days: RangeInclusive<Date>) -> Archive {
    let seen = root.canonicalize().into_iter().collect();
    let mut walk = Walk { days, archive: Archive::default(), seen };
    match fs::metadata(root) {
        Err(error) => walk.problem(root, &error),
        Ok(found) if found.is_dir() => walk.folder(root, &place_of(root)),
        Ok(_) => walk.archive.unplaced.push(root.to_owned()),
    }
    let mut archive = walk.archive;
    if archive.files.is_empty() && archive.days.is_empty() && archive.left_out.is_empty() {
        let unplaced = std::mem::take(&mut archive.unplaced);
        archive.files = unplaced.into_iter().map(|path| ArchiveFile { path, key: None }).collect();
    }
    archive
}

/// What the path of the directory itself says.
fn place_of(root: &Path) -> Place {
    let mut place = Place::default();
    let path = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let names: Vec<&str> = path.iter().filter_map(OsStr::to_str).collect();
    if let Some(at) = names.iter().rposition(|name| *name == "AWSLogs") {
        names.iter().skip(at).for_each(|name| place.enter(name));
    }
    place
}

struct Walk {
    days: RangeInclusive<Date>,
    archive: Archive,
    /// The root, and folders that links led to.
    seen: BTreeSet<PathBuf>,
}

impl Walk {
    fn problem(&mut self, path: &Path, error: &io::Error) {
        self.archive.problems.push((path.to_owned(), FileProblem::Unreadable(reason(error))));
    }

    fn leave_out(&mut self, kind: KeyKind) {
        *self.archive.left_out.entry(kind).or_default() += 1;
    }

    fn folder(&mut self, folder: &Path, place: &Place) {
        let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<DirEntry>>>);
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => return self.problem(folder, &error),
        };
        entries.sort_by_cached_key(DirEntry::file_name);
        let mut day = DayFiles::default();
        for entry in entries {
            match self.is_folder(&entry) {
                Ok(Some(true)) => self.enter(&entry, place),
                Ok(Some(false)) => self.file(&entry, place, &mut day),
                Ok(None) => {}
                Err(error) => self.problem(&entry.path(), &error),
            }
        }
        if let Some(key) = place.key() {
            self.count(key, day);
        }
    }

    /// Whether an entry is a folder; `None` if it is neither a folder nor a file, or was seen.
    fn is_folder(&mut self, entry: &DirEntry) -> io::Result<Option<bool>> {
        let found = entry.file_type()?;
        if !found.is_symlink() {
            return Ok(found.is_dir().then_some(true).or(found.is_file().then_some(false)));
        }
        let path = entry.path();
        let found = fs::metadata(&path)?;
        if found.is_dir() {
            let is_new = self.seen.insert(path.canonicalize()?);
            return Ok(is_new.then_some(true));
        }
        Ok(found.is_file().then_some(false))
    }

    fn enter(&mut self, entry: &DirEntry, place: &Place) {
        let mut place = place.clone();
        entry.file_name().to_str().inspect(|name| place.enter(name));
        match place.kind {
            Some(kind @ (KeyKind::Insight | KeyKind::Config | KeyKind::Other)) => self.leave_out(kind),
            Some(KeyKind::Log | KeyKind::Digest) | None if self.is_asked(&place) => {
                self.folder(&entry.path(), &place);
            }
            _ => {}
        }
    }

    /// Whether a folder can hold a day that was asked for.
    fn is_asked(&self, place: &Place) -> bool {
        let (from, to) = (self.days.start(), self.days.end());
        match (place.year, place.month, place.day) {
            (_, _, Some(day)) => self.days.contains(&day),
            (Some(year), Some(month), None) => {
                ((from.year(), from.month())..=(to.year(), to.month())).contains(&(year, month))
            }
            (Some(year), None, None) => (from.year()..=to.year()).contains(&year),
            (None, _, None) => true,
        }
    }

    fn file(&mut self, entry: &DirEntry, folders: &Place, day: &mut DayFiles) {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| could_be_a_log(name)) else { return };
        let key = folders.key().or_else(|| {
            let mut place = folders.clone();
            place.fill(name);
            place.key()
        });
        let Some(key) = key else {
            self.archive.unplaced.push(entry.path());
            return;
        };
        let one = match key.kind {
            KeyKind::Log => DayFiles { logs: 1, digests: 0 },
            KeyKind::Digest => DayFiles { logs: 0, digests: 1 },
            kind => return self.leave_out(kind),
        };
        if !self.days.contains(&key.day) {
            return;
        }
        if folders.is_whole() {
            day.add(one);
        } else {
            self.count(key.clone(), one);
        }
        if key.kind == KeyKind::Log {
            self.archive.files.push(ArchiveFile { path: entry.path(), key: Some(key) });
        }
    }

    fn count(&mut self, key: LogKey, files: DayFiles) {
        if files != DayFiles::default() {
            self.archive.days.entry((key.account, key.region, key.day)).or_default().add(files);
        }
    }
}

fn could_be_a_log(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default();
    ["json", "gz", "jsonl", "ndjson"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}
