//! The file that says where resources are defined as code.

use std::path::{Component, Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::model::{Anchor, Anchors, Selector, reason};
use crate::rules::Diagnostic;

/// Where a resource is defined.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(bound = "Text: JsonSchema, Line: JsonSchema")]
#[serde(bound(deserialize = "Text: Deserialize<'de>, Line: Deserialize<'de>"))]
pub struct IacEntry<Text = String, Line = u64> {
    /// Which resources: a glob on the whole name, an ARN or ARN glob.
    pub scope: Text,
    /// The file, from the folder of the map.
    pub file: Text,
    /// The line at which the definition begins, from 1.
    pub line: Line,
}

type Spelled = IacEntry<Spanned<String>, Spanned<u64>>;

/// Reads a map. `root` is that of the repository, or else the working directory: what lies outside of it is no place at
/// which a reader of the report finds anything.
///
/// # Errors
/// Every mistake, with its line.
pub fn read_iac_map(path: &Path, root: Option<&Path>) -> Result<Anchors, Vec<Diagnostic>> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let help = "name a YAML list of `{ scope, file, line }` with `--iac-map FILE`";
        let message = format!("cannot read the map of resources: {}", reason(&error));
        vec![Diagnostic::about_file(&name, message).with_help(Some(help.to_owned()))]
    })?;
    let options = serde_saphyr::options! { with_snippet: false };
    let entries: Option<Vec<Spelled>> = serde_saphyr::from_str_with_options(&text, options)
        .map_err(|error| vec![Diagnostic::yaml(&name, &text, "map of resources", &error)])?;
    let map = Map { name: &name, text: &text, folder: path.parent().unwrap_or(Path::new("")), root };
    let (mut anchors, mut errors) = (Vec::new(), Vec::new());
    for entry in entries.unwrap_or_default() {
        match map.entry(&entry) {
            Ok(anchor) => anchors.push(anchor),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(Anchors(anchors)) } else { Err(errors) }
}

/// A map that is being read.
struct Map<'a> {
    name: &'a str,
    text: &'a str,
    folder: &'a Path,
    root: Option<&'a Path>,
}

impl Map<'_> {
    fn entry(&self, entry: &Spelled) -> Result<(Selector, Anchor), Diagnostic> {
        let scope = self.scope(&entry.scope)?;
        let path = self.path(&entry.file)?;
        if entry.line.value == 0 {
            return Err(self.at(&entry.line, "there is no line 0", "lines are counted from 1"));
        }
        Ok((scope, Anchor::new(&path, entry.line.value)))
    }

    fn scope(&self, text: &Spanned<String>) -> Result<Selector, Diagnostic> {
        let help = "write a name such as `prod/*`, or an ARN";
        if text.value.starts_with("tag:") {
            return Err(self.at(text, format!("`{}` is a tag", text.value), help));
        }
        text.value
            .parse()
            .map_err(|error: crate::model::SelectorError| self.at(text, error.to_string(), help))
    }

    /// The file from the root of the repository.
    fn path(&self, text: &Spanned<String>) -> Result<PathBuf, Diagnostic> {
        let file = &text.value;
        if Path::new(file).components().any(|part| matches!(part, Component::RootDir | Component::Prefix(_)))
        {
            let help = "write the path from the folder of the map, so that it is one on every machine";
            return Err(self.at(text, format!("`{file}` is an absolute path"), help));
        }
        let found = self.folder.join(file);
        if !found.is_file() {
            let help = format!("paths start at the folder of the map, so `{}` is meant", found.display());
            return Err(self.at(text, format!("there is no file `{file}`"), &help));
        }
        self.below_root(&found).ok_or_else(|| {
            let help = "a report can point at files of the repository in which the audit runs";
            self.at(text, format!("`{file}` lies outside of the repository"), help)
        })
    }

    fn below_root(&self, file: &Path) -> Option<PathBuf> {
        let (file, root) = (file.canonicalize().ok()?, self.root?.canonicalize().ok()?);
        file.strip_prefix(root).ok().map(Path::to_owned)
    }

    fn at<T>(&self, place: &Spanned<T>, message: impl Into<String>, help: &str) -> Diagnostic {
        Diagnostic::at(self.name, self.text, place, message.into()).with_help(Some(help.to_owned()))
    }
}
