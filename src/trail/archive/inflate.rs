//! Gzip, member by member: at once where that is possible, otherwise piece by piece.

use std::io::{self, BufRead, ErrorKind, Read};
use std::sync::LazyLock;

use flate2::bufread::GzDecoder;
use libdeflater::{DecompressionError, Decompressor, crc32};
use memchr::memmem::Finder;

use super::problem::FileProblem;
use crate::model::reason;

/// What inflates to more than this is read through a window.
pub(super) const WHOLE: usize = 32 << 20;

/// How a member starts, with the only method there is.
const MEMBER: [u8; 3] = [0x1F, 0x8B, 8];

/// Deflate cannot do better.
const BEST_RATIO: usize = 1_032;

static MEMBERS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(&MEMBER));

/// Whether bytes are gzip.
pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B])
}

/// Inflates all members, and says how much of the buffer they fill. `None` is for the slow way, which says what is
/// wrong: too long, damaged, or followed by something.
///
/// libdeflate stops behind the first member without saying where that is. It is where a member can start and the
/// checksum and the length of the text stand in front of it.
pub(super) fn inflate_whole(
    decompressor: &mut Decompressor,
    gzip: &[u8],
    text: &mut Vec<u8>,
) -> Option<usize> {
    let mut rest = gzip;
    let mut filled = 0;
    loop {
        let inflated = inflate_member(decompressor, rest, text, filled)?;
        let member = text.get(filled..filled + inflated)?;
        filled += inflated;
        let mut starts = MEMBERS.find_iter(rest.get(MEMBER.len()..)?).map(|at| at + MEMBER.len());
        match starts.find(|&at| rest.get(..at).is_some_and(|gzip| ends_with_padding(gzip, member))) {
            Some(at) => rest = rest.get(at..)?,
            None if has_length(rest, member) => return Some(filled),
            None => return None,
        }
    }
}

fn inflate_member(
    decompressor: &mut Decompressor,
    gzip: &[u8],
    text: &mut Vec<u8>,
    from: usize,
) -> Option<usize> {
    let left = WHOLE.checked_sub(from)?;
    let longest = gzip.len().saturating_mul(BEST_RATIO).min(left);
    let mut room = last_length(gzip).filter(|length| *length <= left)?.min(longest);
    loop {
        grow(text, from, from + room);
        match decompressor.gzip_decompress(gzip, text.get_mut(from..from + room)?) {
            Ok(inflated) => return Some(inflated),
            Err(DecompressionError::InsufficientSpace) if room < longest => {
                room = (room * 2).max(1 << 16).min(longest);
            }
            Err(_) => return None,
        }
    }
}

/// Makes room in a buffer behind what is filled. A new buffer comes from the system as zeros, so it is not cleared.
fn grow(text: &mut Vec<u8>, filled: usize, length: usize) {
    if text.len() >= length {
        return;
    }
    let length = length.next_power_of_two();
    if filled == 0 {
        *text = Vec::new();
        *text = vec![0; length];
    } else {
        text.resize(length, 0);
    }
}

/// The length of the text that the last four bytes give: only a hint, since they may be anything.
fn last_length(gzip: &[u8]) -> Option<usize> {
    gzip.last_chunk().map(|length| u32::from_le_bytes(*length) as usize)
}

fn has_length(gzip: &[u8], text: &[u8]) -> bool {
    last_length(gzip) == Some(text.len())
}

/// Whether gzip ends with the checksum and the length of a text, or zeros follow them. Some of the eight bytes may be
/// zeros themselves.
fn ends_with_padding(gzip: &[u8], text: &[u8]) -> bool {
    let padding = gzip.iter().rev().take_while(|&&byte| byte == 0).count();
    let end = gzip.len() - padding;
    (end..=gzip.len().min(end + 8)).any(|end| gzip.get(..end).is_some_and(|gzip| ends_with(gzip, text)))
}

fn ends_with(gzip: &[u8], text: &[u8]) -> bool {
    has_length(gzip, text)
        && gzip
            .split_last_chunk::<4>()
            .and_then(|(gzip, _)| gzip.last_chunk())
            .is_some_and(|sum| u32::from_le_bytes(*sum) == crc32(text))
}

/// A text that comes piece by piece.
pub(super) trait Source {
    /// Fills a buffer as far as there is text. Less than that means that there is no more.
    fn read(&mut self, into: &mut [u8]) -> (usize, Option<FileProblem>);
}

/// A text that is not compressed.
pub(super) struct Plain<R>(pub(super) R);

impl<R: BufRead> Source for Plain<R> {
    fn read(&mut self, into: &mut [u8]) -> (usize, Option<FileProblem>) {
        let mut filled = 0;
        while let Some(room) = into.get_mut(filled..).filter(|room| !room.is_empty()) {
            match self.0.read(room) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return (filled, Some(FileProblem::Unreadable(reason(&error)))),
            }
        }
        (filled, None)
    }
}

/// The text of all members of a gzip file.
pub(super) struct Members<R> {
    /// `None` behind the last one.
    member: Option<GzDecoder<R>>,
    text: u64,
}

impl<R: BufRead> Members<R> {
    pub(super) fn new(gzip: R) -> Self {
        Self { member: Some(GzDecoder::new(gzip)), text: 0 }
    }

    /// Goes on behind the end of a member. Zeros there are padding.
    fn next_member(&mut self) -> io::Result<Option<FileProblem>> {
        let Some(member) = self.member.take() else { return Ok(None) };
        let mut gzip = member.into_inner();
        loop {
            let ahead = gzip.fill_buf()?;
            let (length, padding) = (ahead.len(), ahead.iter().take_while(|&&byte| byte == 0).count());
            gzip.consume(padding);
            if length == 0 || padding < length {
                break;
            }
        }
        let ahead = gzip.fill_buf()?;
        if ahead.is_empty() {
            return Ok(None);
        }
        if ahead.first() == MEMBER.first() {
            // The second byte may be out of sight. If it is another one, the header is not that of a member.
            self.member = Some(GzDecoder::new(gzip));
            return Ok(None);
        }
        Ok(Some(FileProblem::Trailing { bytes: io::copy(&mut gzip, &mut io::sink())? }))
    }

    fn problem(&mut self, error: &io::Error) -> FileProblem {
        self.member = None;
        let text = self.text;
        match error.kind() {
            ErrorKind::UnexpectedEof => FileProblem::Torn { text },
            ErrorKind::InvalidData | ErrorKind::InvalidInput => FileProblem::Damaged { text },
            _ => FileProblem::Unreadable(reason(error)),
        }
    }
}

impl<R: BufRead> Source for Members<R> {
    fn read(&mut self, into: &mut [u8]) -> (usize, Option<FileProblem>) {
        let mut filled = 0;
        while let Some(room) = into.get_mut(filled..).filter(|room| !room.is_empty())
            && let Some(member) = &mut self.member
        {
            let next = match member.read(room) {
                Ok(0) => self.next_member(),
                Ok(read) => {
                    filled += read;
                    self.text += read as u64;
                    Ok(None)
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => Ok(None),
                Err(error) => Err(error),
            };
            match next {
                Ok(None) => {}
                Ok(problem) => return (filled, problem),
                Err(error) => return (filled, Some(self.problem(&error))),
            }
        }
        (filled, None)
    }
}
