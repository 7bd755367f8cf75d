//! Files and folders that only their owner may read, each written whole or not at all.
//!
//! In go bytes, or somebody who writes them; out comes a file that has its name only once every byte is on the disk.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// How many bytes go to the system at once.
const BUFFER: usize = 1 << 18;

/// Writes a file whole or not at all, readable by its owner only: temporary file beside it, fsync, rename.
///
/// # Errors
/// Where the folder is absent or closed, or the disk is full; what stood under the name before stays.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_whole_with(path, |file| file.write_all(bytes))
}

/// The same for what is written piece by piece, and need never be in memory as a whole.
///
/// # Errors
/// As for [`write_whole`], and whatever `write` fails with.
pub fn write_whole_with(
    path: &Path,
    write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = tempfile::NamedTempFile::new_in(folder)?;
    let mut buffer = BufWriter::with_capacity(BUFFER, file);
    write(&mut buffer)?;
    let file = buffer.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// As [`write_whole`], into a folder that is made where it is absent, closed to others.
///
/// # Errors
/// As for [`write_whole`], and where the folder cannot be made.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    create_private(path.parent().unwrap_or(Path::new(".")))?;
    write_whole(path, bytes)
}

/// Makes a folder and those above it, closed to others.
///
/// # Errors
/// Where the system refuses.
pub fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Brings the names in a folder down to the disk.
///
/// # Errors
/// Where the system refuses.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
