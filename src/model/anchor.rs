//! Lines of files in the repository at which findings stand, for readers that know of code only.

use std::path::{Component, Path};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Resource, Selector};

/// What stands for itself in a path that is a URI reference. A colon does not: in the first segment it would end a scheme.
///
/// Source: RFC 3986, sections 2.3 "Unreserved Characters" and 4.2 "Relative Reference".
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A line of a file in the repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor {
    /// The path from the root of the repository: with slashes, not absolute, without `./` and `..`.
    pub path: String,
    /// The line, from 1.
    pub line: u64,
}

impl Anchor {
    /// A line of a file at a path from the root of the repository.
    pub fn new(path: &Path, line: u64) -> Self {
        let names = path.components().filter_map(|component| match component {
            Component::Normal(name) => Some(name.to_string_lossy()),
            _ => None,
        });
        Self { path: names.collect::<Vec<_>>().join("/"), line }
    }

    /// The path as a relative URI reference.
    ///
    /// ```
    /// use secrets_auditor::model::Anchor;
    /// let anchor = Anchor { path: "infra/my rules:1.yaml".to_owned(), line: 1 };
    /// assert_eq!(anchor.uri(), "infra/my%20rules%3A1.yaml");
    /// ```
    pub fn uri(&self) -> String {
        utf8_percent_encode(&self.path, PATH).to_string()
    }
}

/// Resources to the lines that define them; the first entry that takes a resource counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchors(pub Vec<(Selector, Anchor)>);

impl Anchors {
    /// The line that defines a resource, where one is known.
    pub fn of(&self, resource: &Resource) -> Option<&Anchor> {
        self.find(&resource.name, &resource.arn)
    }

    /// The same by name and ARN.
    pub fn find(&self, name: &str, arn: &str) -> Option<&Anchor> {
        self.0.iter().find(|(scope, _)| scope.takes(name, arn, |_| None)).map(|(_, anchor)| anchor)
    }
}
