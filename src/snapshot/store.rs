//! Where the bytes of a snapshot lie: a directory, memory, or the binary itself.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Mutex;

use include_dir::Dir;

use super::SnapshotError;
use crate::files::write_private;

/// A place for named byte strings, each replaced whole or not at all.
#[derive(Debug)]
pub(super) enum Store {
    /// A directory that only its owner may read.
    Directory(PathBuf),
    /// Memory, for an audit that leaves nothing behind.
    Memory(Mutex<BTreeMap<String, Vec<u8>>>),
    /// A directory inside the binary, read-only.
    Embedded(&'static Dir<'static>),
}

impl Store {
    /// The name under which errors speak of it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Directory(path) => path.display().to_string(),
            Self::Memory(_) => "memory".to_owned(),
            Self::Embedded(_) => "the embedded sample".to_owned(),
        }
    }

    /// The bytes under a name; `None` where there are none.
    pub(super) fn get(&self, name: &str) -> Result<Option<Vec<u8>>, SnapshotError> {
        match self {
            Self::Directory(root) => match fs::read(root.join(name)) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(SnapshotError::read(&root.join(name), &error)),
            },
            Self::Memory(map) => Ok(lock(map).get(name).cloned()),
            Self::Embedded(dir) => Ok(dir.get_file(name).map(|file| file.contents().to_vec())),
        }
    }

    /// Puts the bytes under a name: seen whole, or not at all.
    pub(super) fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), SnapshotError> {
        match self {
            Self::Directory(root) => {
                let path = root.join(name);
                write_private(&path, &bytes).map_err(|error| SnapshotError::write(&path, &error))
            }
            Self::Memory(map) => {
                lock(map).insert(name.to_owned(), bytes);
                Ok(())
            }
            Self::Embedded(_) => Err(SnapshotError::ReadOnly),
        }
    }
}

/// A poisoned map is still a map: every entry was put whole.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
