//! Rule files: found, read, and told apart.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use include_dir::{Dir, DirEntry, include_dir};
use serde_saphyr::Spanned;

use super::diagnostic::Diagnostic;
use super::file::RuleFile;
use crate::model::{Anchor, reason};

/// The rule files inside the binary.
static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// A rule file with positions.
type Spelled = RuleFile<Spanned<String>>;

/// A rule file as it was found.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// The file, as errors name it.
    pub(super) path: String,
    /// The file from the root of the repository.
    place: PathBuf,
    pub(super) topic: String,
    pub(super) text: String,
    pub(super) rule: Spelled,
}

impl Source {
    /// Where the rule begins.
    pub(super) fn anchor(&self) -> Anchor {
        Anchor::new(&self.place, self.rule.id.referenced.line().max(1))
    }
}

/// A file that should hold a rule.
struct Found {
    path: String,
    place: PathBuf,
    topic: String,
    text: String,
    /// Whether it is the user's.
    is_own: bool,
}

/// Every rule file, by id; a file of the user's takes the place of an embedded one. `root` is that of the repository.
pub(super) fn sources(dirs: &[PathBuf], root: Option<&Path>) -> Result<Vec<Source>, Vec<Diagnostic>> {
    let mut errors = Vec::new();
    let mut files = Vec::new();
    embedded(&EMBEDDED, &mut files);
    for dir in dirs {
        match folder(dir, root) {
            Ok(found) => files.extend(found),
            Err(error) => errors.push(error),
        }
    }
    let mut by_id: BTreeMap<String, (Source, bool)> = BTreeMap::new();
    for file in files {
        let own = file.is_own;
        match parse(file) {
            Err(error) => errors.push(error),
            Ok(source) => {
                let id = source.rule.id.value.clone();
                match by_id.get(&id) {
                    Some((first, first_own)) if *first_own == own => {
                        errors.push(duplicate(&source, &first.path))
                    }
                    _ => drop(by_id.insert(id, (source, own))),
                }
            }
        }
    }
    if errors.is_empty() { Ok(by_id.into_values().map(|(source, _)| source).collect()) } else { Err(errors) }
}

fn embedded(dir: &Dir<'static>, files: &mut Vec<Found>) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(dir) => embedded(dir, files),
            DirEntry::File(file) => {
                let path = file.path();
                let text = file.contents_utf8().unwrap_or_default().to_owned();
                let place = Path::new("rules").join(path);
                let name = place.display().to_string();
                files.push(Found { path: name, place, topic: topic(path), text, is_own: false });
            }
        }
    }
}

fn topic(path: &Path) -> String {
    let folder = path.parent().and_then(Path::file_name);
    folder.map_or_else(|| "custom".to_owned(), |folder| folder.to_string_lossy().into_owned())
}

/// The YAML files in a folder and those below it, by path; or one file.
fn folder(dir: &Path, root: Option<&Path>) -> Result<Vec<Found>, Diagnostic> {
    let unreadable = |path: &Path, error: &std::io::Error| {
        let message = format!("cannot read rule files: {}", reason(error));
        Diagnostic::about_file(&path.display().to_string(), message)
            .with_help(Some("name a folder of rule files with `--rules DIR`".to_owned()))
    };
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
            ErrorKind::InvalidData => {
                Diagnostic::about_file(&path.display().to_string(), "not a rule file: it is not UTF-8 text")
                    .with_help(Some("save the file as UTF-8".to_owned()))
            }
            _ => unreadable(path, &error),
        })?;
        let place = place(path, dir, root);
        Ok(Found { path: path.display().to_string(), place, topic: topic(path), text, is_own: true })
    };
    if dir.is_file() {
        return Ok(vec![read(dir)?]);
    }
    let mut paths = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| unreadable(&folder, &error))?.path();
            match path.extension().and_then(|extension| extension.to_str()) {
                _ if path.is_dir() => folders.push(path),
                Some("yaml" | "yml") => paths.push(path),
                _ => {}
            }
        }
    }
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

/// A file of a folder from the root of the repository; from the folder where that lies elsewhere, since whoever reads a
/// report knows nothing of this machine.
fn place(file: &Path, dir: &Path, root: Option<&Path>) -> PathBuf {
    let below = |path: &Path, root: Option<&Path>| {
        let (path, root) = (path.canonicalize().ok()?, root?.canonicalize().ok()?);
        path.strip_prefix(root).ok().map(Path::to_owned)
    };
    let from_folder = || {
        let name = dir.canonicalize().ok().and_then(|dir| dir.file_name().map(PathBuf::from));
        let within = file.strip_prefix(dir).unwrap_or(file);
        name.unwrap_or_default().join(within)
    };
    below(file, root).unwrap_or_else(from_folder)
}

fn parse(file: Found) -> Result<Source, Diagnostic> {
    let Found { path, place, topic, text, .. } = file;
    let options = serde_saphyr::options! { with_snippet: false };
    let rule: Spelled = serde_saphyr::from_str_with_options(&text, options)
        .map_err(|error| Diagnostic::yaml(&path, &text, "rule file", &error))?;
    let source = Source { path, place, topic, text, rule };
    check_id(&source)?;
    Ok(source)
}

fn check_id(source: &Source) -> Result<(), Diagnostic> {
    let id = &source.rule.id.value;
    let is_kebab = !id.is_empty()
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !is_kebab {
        let message = format!("`{id}` is no rule id");
        return Err(located(source, &source.rule.id, message)
            .with_help(Some("write lower-case words joined by hyphens, such as `stale-value`".to_owned())));
    }
    let stem = Path::new(&source.path).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    if stem.as_deref() != Some(id) {
        let message = format!("the file of rule `{id}` has another name");
        return Err(
            located(source, &source.rule.id, message).with_help(Some(format!("name the file `{id}.yaml`")))
        );
    }
    Ok(())
}

fn duplicate(source: &Source, first: &str) -> Diagnostic {
    let message = format!("rule `{}` is defined twice", source.rule.id.value);
    located(source, &source.rule.id, message).with_help(Some(format!("it is also defined in {first}")))
}

/// An error about a value of the file.
pub(super) fn located(source: &Source, text: &Spanned<String>, message: String) -> Diagnostic {
    Diagnostic::at(&source.path, &source.text, text, message)
}
