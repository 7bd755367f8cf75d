//! A glob in pieces.
//!
//! Source: the documentation of `globset`, "Syntax", for globs without a separator and with escapes.

use std::iter::Peekable;
use std::str::Chars;

/// A piece of a glob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// One byte.
    One(Sign),
    /// Any text.
    Any,
    /// One of several.
    Either(Vec<Vec<Piece>>),
}

/// What one byte may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// This one.
    Byte(u8),
    /// Any.
    Any,
    /// One of these ranges, or, negated, one of no such range.
    Class { negated: bool, ranges: Vec<(u8, u8)> },
}

impl Sign {
    pub(super) fn takes(&self, byte: u8) -> bool {
        match self {
            Self::Byte(own) => *own == byte,
            Self::Any => true,
            Self::Class { negated, ranges } => {
                ranges.iter().any(|(from, to)| (*from..=*to).contains(&byte)) != *negated
            }
        }
    }
}

/// The pieces of a glob; none where it is no glob, or is written in a way that is not read here: with letters beyond ASCII
/// in brackets, or with `**` where it stands for whole folders.
pub(super) fn read(glob: &str) -> Option<Vec<Piece>> {
    if glob == "**" {
        return Some(vec![Piece::Any]);
    }
    let mut reader = Reader { letters: glob.chars().peekable(), before: None };
    let pieces = reader.pieces(0)?;
    // A brace that closes nothing ended it.
    reader.letters.next().is_none().then_some(pieces)
}

struct Reader<'a> {
    letters: Peekable<Chars<'a>>,
    /// The letter before the one that was read last.
    before: Option<char>,
}

impl Reader<'_> {
    /// Pieces up to the end, or within braces up to a comma or the brace that closes them.
    fn pieces(&mut self, depth: usize) -> Option<Vec<Piece>> {
        let mut pieces = Vec::new();
        while let Some(letter) = self.letters.peek().copied() {
            if letter == '}' || (letter == ',' && depth > 0) {
                break;
            }
            self.letters.next();
            match letter {
                '?' => pieces.push(Piece::One(Sign::Any)),
                '*' => pieces.push(self.star(depth, pieces.is_empty())?),
                '[' => pieces.push(Piece::One(self.class()?)),
                '{' => pieces.push(self.either(depth + 1)?),
                '\\' => {
                    let escaped = self.letters.next()?;
                    text(escaped, &mut pieces);
                    self.before = Some(escaped);
                    continue;
                }
                letter => text(letter, &mut pieces),
            }
            self.before = Some(letter);
        }
        Some(pieces)
    }

    /// What stands for any text. Two stars are as one, but where they stand for whole folders.
    fn star(&mut self, depth: usize, is_first: bool) -> Option<Piece> {
        if self.letters.next_if_eq(&'*').is_some() {
            let begins = is_first || self.before == Some('/');
            let ends = self.letters.peek().is_none_or(|next| *next == '/');
            let is_suffix = !is_first && self.letters.peek().is_none();
            if depth > 0 || (begins && ends && !is_suffix) {
                return None;
            }
        }
        Some(Piece::Any)
    }

    fn either(&mut self, depth: usize) -> Option<Piece> {
        let mut branches = Vec::new();
        self.before = None;
        loop {
            branches.push(self.pieces(depth)?);
            match self.letters.next()? {
                ',' => {}
                _ => break,
            }
        }
        // An empty one counts for nothing.
        branches.retain(|branch| !branch.is_empty());
        Some(Piece::Either(branches))
    }

    fn class(&mut self) -> Option<Sign> {
        let negated = self.letters.next_if(|letter| matches!(letter, '!' | '^')).is_some();
        let mut ranges: Vec<(u8, u8)> = Vec::new();
        let mut is_range = false;
        loop {
            let letter = u8::try_from(self.letters.next()?).ok().filter(u8::is_ascii)?;
            match (letter, ranges.last_mut()) {
                (b']', Some(_)) => break,
                (b'-', Some(_)) if !is_range => is_range = true,
                (letter, Some(last)) if is_range => {
                    last.1 = letter;
                    is_range = false;
                }
                (letter, _) => ranges.push((letter, letter)),
            }
        }
        if is_range {
            ranges.push((b'-', b'-'));
        }
        Some(Sign::Class { negated, ranges })
    }
}

fn text(letter: char, pieces: &mut Vec<Piece>) {
    let mut bytes = [0; 4];
    pieces.extend(letter.encode_utf8(&mut bytes).bytes().map(|byte| Piece::One(Sign::Byte(byte))));
}
