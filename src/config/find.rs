//! Where the settings file is.

use std::path::{Path, PathBuf};

use super::{Config, NAMES};
use crate::rules::Diagnostic;

/// Which file is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// This one.
    File(PathBuf),
    /// The one in this folder, or in the nearest above it up to the root of the repository.
    From(PathBuf),
    /// None.
    None,
}

/// Finds and reads the settings.
///
/// # Errors
/// Every mistake in the file, or that there are two.
pub fn find(wanted: &Wanted) -> Result<Config, Vec<Diagnostic>> {
    match wanted {
        Wanted::None => Ok(Config::default()),
        Wanted::File(path) => Config::read(path),
        Wanted::From(folder) => match nearest(folder).map_err(|error| vec![error])? {
            Some(path) => Config::read(&path),
            None => Ok(Config::default()),
        },
    }
}

/// The file in a folder, or in the nearest one above it within the repository. Outside of a repository only the folder
/// itself counts: what lies above it is nobody's intention.
fn nearest(folder: &Path) -> Result<Option<PathBuf>, Diagnostic> {
    let within = repository(folder).is_some();
    for (height, above) in folder.ancestors().enumerate() {
        let up: PathBuf = std::iter::repeat_n("..", height).collect();
        let mut found = NAMES.iter().filter(|name| above.join(name).is_file()).map(|name| up.join(name));
        if let Some(path) = found.next() {
            return match found.next() {
                None => Ok(Some(path)),
                Some(other) => Err(two(&path, &other)),
            };
        }
        if !within || is_root(above) {
            break;
        }
    }
    Ok(None)
}

/// The root of the repository in which a folder lies.
pub fn repository(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| is_root(folder))
}

fn is_root(folder: &Path) -> bool {
    folder.join(".git").exists()
}

fn two(one: &Path, other: &Path) -> Diagnostic {
    let message = format!("there are two settings files: `{}` and `{}`", one.display(), other.display());
    Diagnostic::about_file(&one.display().to_string(), message)
        .with_help(Some("delete one, or name one with `--config FILE`".to_owned()))
}
