//! Which rules run.

use globset::{Glob, GlobMatcher};

use super::diagnostic::closest;
use super::file::RuleFile;

/// Rules chosen by id or glob.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    only: Vec<Pattern>,
    skip: Vec<Pattern>,
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
        Ok(Self { only: patterns(only)?, skip: patterns(skip)? })
    }

    /// Whether a rule runs. A rule that is off by default runs only where its full id was asked for, or a parameter
    /// of it was given.
    pub fn takes<T>(&self, rule: &RuleFile<T>, id: &str, configured: bool) -> bool {
        let matches =
            |pattern: &Pattern| pattern.matcher.is_match(id) || rule.aliases.contains(&pattern.text);
        let named = self.only.iter().any(|pattern| pattern.text == id);
        let chosen = self.only.is_empty() || self.only.iter().any(matches);
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
