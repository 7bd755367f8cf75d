//! Policy variables: `${key}`, `${key, 'default'}`, and `${*}`, `${?}`, `${$}` for the plain characters.
//!
//! Source: IAM User Guide, "IAM policy elements: Variables and tags".

use super::context::{Context, Lookup};
use super::glob::{Glob, Sign};

/// A text with wildcards and variables, taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Template {
    pieces: Box<[Piece]>,
    /// The finished pattern, where there is no variable.
    fixed: Option<Glob>,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Piece {
    /// Text that stands for itself.
    Text(Box<str>),
    /// `*`
    Star,
    /// `?`
    Any,
    /// `${key}`
    Variable {
        /// The key, in lower case.
        key: Box<str>,
        /// What stands for it where it has no value.
        default: Option<Box<str>>,
    },
}

/// What a template is for a request.
pub(super) enum Filled {
    /// A pattern.
    Pattern(Glob),
    /// Nothing: a variable has no value.
    Nothing,
    /// Not known: it rests on unknown keys. This pattern has a star for each, so what it does not match, none does.
    Loose(Glob),
}

/// How wildcards are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wildcards {
    /// `*` and `?` are wildcards.
    Live,
    /// They are characters like any other.
    Plain,
}

/// Whether a text may hold a variable, whatever the version of its document.
pub(super) fn may_hold_variable(text: &str) -> bool {
    text.as_bytes().contains(&b'$') && text.contains("${")
}

impl Template {
    /// Takes a text apart; without `variables`, `${…}` is text.
    pub(super) fn new(text: &str, wildcards: Wildcards, variables: bool) -> Self {
        if !(variables && may_hold_variable(text)) {
            let fixed = match wildcards {
                Wildcards::Live => Glob::new(text),
                Wildcards::Plain => Glob::from_signs([Sign::Text(text)]),
            };
            return Self { pieces: Box::default(), fixed: Some(fixed) };
        }
        let pieces = pieces(text, wildcards);
        let fixed = glob(&pieces);
        let pieces = if fixed.is_some() { Box::default() } else { pieces.into_boxed_slice() };
        Self { pieces, fixed }
    }

    /// The pattern, where it holds no variable.
    pub(super) fn fixed(&self) -> Option<&Glob> {
        self.fixed.as_ref()
    }

    /// The plain text before the only variable with this key; none where a wildcard or another variable stands there.
    pub(super) fn text_before(&self, key: &str) -> Option<&str> {
        let is_own = |piece: &&Piece| matches!(piece, Piece::Variable { key: own, .. } if **own == *key);
        if self.pieces.iter().filter(is_own).count() != 1 {
            return None;
        }
        match &*self.pieces {
            [Piece::Variable { .. }, ..] => Some(""),
            [Piece::Text(text), Piece::Variable { key: own, .. }, ..] if **own == *key => Some(text),
            _ => None,
        }
    }

    /// The keys of its variables, in lower case.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable { key, .. } => Some(&**key),
            _ => None,
        })
    }

    /// Puts in the values of the variables. A value is text: its `*` and `?` are no wildcards.
    pub(super) fn fill(&self, context: &Context) -> Filled {
        let mut signs = Vec::with_capacity(self.pieces.len());
        let mut unknown = false;
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => signs.push(Sign::Text(text)),
                Piece::Star => signs.push(Sign::Star),
                Piece::Any => signs.push(Sign::Any),
                Piece::Variable { key, default } => match (context.get(key), default) {
                    (Lookup::One(value), _) => signs.push(Sign::Text(value)),
                    (Lookup::Unknown, _) => {
                        unknown = true;
                        signs.push(Sign::Star);
                    }
                    (Lookup::Absent | Lookup::Many(_), Some(default)) => signs.push(Sign::Text(default)),
                    (Lookup::Absent | Lookup::Many(_), None) => return Filled::Nothing,
                },
            }
        }
        let glob = Glob::from_signs(signs);
        if unknown { Filled::Loose(glob) } else { Filled::Pattern(glob) }
    }
}

/// The finished pattern, where no piece is a variable.
fn glob(pieces: &[Piece]) -> Option<Glob> {
    let signs: Option<Vec<Sign<'_>>> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => Some(Sign::Text(text)),
            Piece::Star => Some(Sign::Star),
            Piece::Any => Some(Sign::Any),
            Piece::Variable { .. } => None,
        })
        .collect();
    signs.map(Glob::from_signs)
}

fn pieces(text: &str, wildcards: Wildcards) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut left = text;
    while let Some(at) = left.find("${") {
        let (before, behind) = left.split_at(at);
        let Some(end) = behind.find('}') else { break };
        plain(before, wildcards, &mut pieces);
        let (variable, after) = behind.split_at(end + 1);
        let inner = variable.trim_start_matches("${").trim_end_matches('}');
        pieces.push(variable_piece(inner));
        left = after;
    }
    plain(left, wildcards, &mut pieces);
    pieces
}

fn variable_piece(inner: &str) -> Piece {
    if matches!(inner, "*" | "?" | "$") {
        return Piece::Text(inner.into());
    }
    let (key, default) = match inner.split_once(',') {
        Some((key, default)) => (key, Some(default.trim())),
        None => (inner, None),
    };
    let unquoted = |text: &str| {
        let text = text.strip_prefix('\'').unwrap_or(text);
        Box::from(text.strip_suffix('\'').unwrap_or(text))
    };
    Piece::Variable { key: key.trim().to_lowercase().into(), default: default.map(unquoted) }
}

fn plain(text: &str, wildcards: Wildcards, pieces: &mut Vec<Piece>) {
    if wildcards == Wildcards::Plain {
        pieces.extend((!text.is_empty()).then(|| Piece::Text(text.into())));
        return;
    }
    for part in text.split_inclusive(['*', '?']) {
        let (part, sign) = match part.strip_suffix('*') {
            Some(part) => (part, Some(Piece::Star)),
            None => part.strip_suffix('?').map_or((part, None), |part| (part, Some(Piece::Any))),
        };
        pieces.extend((!part.is_empty()).then(|| Piece::Text(part.into())));
        pieces.extend(sign);
    }
}
