//! Which rules run.

use globset::{Glob, GlobMatcher};
use serde_saphyr::Spanned;

use super::diagnostic::closest;
use super::file::RuleFile;

/// Rules chosen by id or glob, and by framework.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    only: Vec<Pattern>,
    skip: Vec<Pattern>,
    frameworks: Vec<String>,
}

#[derive(Clone, Debug)]
struct Pattern {
    text: String,
    matcher: GlobMatcher,
}

impl Selection {
    /// Reads the texts of `--only` and `--skip`.
    ///
    /// # Errors
    /// Where one is no glob; the text says which.
    pub fn new(only: &[String], skip: &[String]) -> Result<Self, String> {
        Ok(Self { only: patterns(only)?, skip: patterns(skip)?, frameworks: Vec::new() })
    }

    /// Keeps to the rules that stand behind a control of one of these frameworks; none keeps to nothing.
    #[must_use]
    pub fn within(mut self, frameworks: &[String]) -> Self {
        self.frameworks.extend_from_slice(frameworks);
        self
    }

    /// The frameworks that it keeps to.
    pub fn frameworks(&self) -> &[String] {
        &self.frameworks
    }

    /// Whether a rule runs. A rule that is off by default runs only where its full id was asked for, or a parameter
    /// of it was given.
    pub fn takes(&self, rule: &RuleFile<Spanned<String>>, configured: bool) -> bool {
        let id = rule.id.value.as_str();
        let matches =
            |pattern: &Pattern| pattern.matcher.is_match(id) || rule.aliases.contains(&pattern.text);
        let named = self.only.iter().any(|pattern| pattern.text == id);
        let chosen = self.only.is_empty() || self.only.iter().any(matches);
        let mapped = |name: &String| rule.frameworks.0.iter().any(|(framework, _)| framework.value == *name);
        let chosen = chosen && (self.frameworks.is_empty() || self.frameworks.iter().any(mapped));
        chosen && !self.skip.iter().any(matches) && (rule.enabled || named || configured)
    }

    /// The first pattern that matches none of these ids, with a suggestion.
    pub fn unmatched<'a>(&self, ids: &[&'a str]) -> Option<(String, Option<&'a str>)> {
        let idle = |pattern: &&Pattern| !ids.iter().any(|id| pattern.matcher.is_match(id));
        let pattern = self.only.iter().chain(&self.skip).find(idle)?;
        Some((pattern.text.clone(), closest(&pattern.text, ids.iter().copied())))
    }
}

fn patterns(texts: &[String]) -> Result<Vec<Pattern>, String> {
    let compile = |text: &String| {
        let matcher = Glob::new(text).map_err(|error| format!("`{text}` is not a glob: {}", error.kind()))?;
        Ok(Pattern { text: text.clone(), matcher: matcher.compile_matcher() })
    };
    texts.iter().map(compile).collect()
}
