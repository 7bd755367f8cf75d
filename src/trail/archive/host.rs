//! The host name of Secrets Manager in a text.

use std::sync::LazyLock;

use memchr::arch::all::packedpair::HeuristicFrequencyRank;
use memchr::memmem::{Finder, FinderBuilder};

/// What a record of Secrets Manager contains whatever wrote it. The name of the key is no part of it: there may be a
/// space behind the colon.
pub(super) const HOST: &str = "secretsmanager.amazonaws.com";

static FINDER: LazyLock<Finder<'static>> =
    LazyLock::new(|| FinderBuilder::new().build_forward_with_ranker(Rare, HOST));

/// By which of its letters it is looked for: `g` and the first dot. The two that are rarest in most texts, `z` and `w`,
/// stand in every host name of AWS.
struct Rare;

impl HeuristicFrequencyRank for Rare {
    fn rank(&self, byte: u8) -> u8 {
        match byte {
            b'g' => 0,
            b'.' => 1,
            _ => u8::MAX,
        }
    }
}

/// Whether it stands in a text.
pub(super) fn has_host(text: &[u8]) -> bool {
    FINDER.find(text).is_some()
}

/// Puts into a list where it stands in a text.
pub(super) fn find_hosts(text: &[u8], found: &mut Vec<usize>) {
    found.clear();
    found.extend(FINDER.find_iter(text));
}
