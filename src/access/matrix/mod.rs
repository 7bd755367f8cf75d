//! All principals against all secrets at once.
//!
//! Principals whose policies and circumstances cannot be told apart are one class; for each class the secrets that no
//! statement tells apart are one block; each block is asked about once, by its first secret, through the same engine as
//! everything else. So the work grows with the number of different policies, not with the number of pairs.

mod blocks;
mod classes;
mod features;

use std::collections::BTreeMap;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::estate::Estate;
use super::inquiry::Answer;
use crate::model::AccessLevel;

/// Secrets, by their places in the estate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Members {
    /// Few of them, in order.
    Few(Box<[u32]>),
    /// Many of them.
    Many(FixedBitSet),
}

impl Members {
    fn new(mut places: Vec<u32>, of: usize) -> Self {
        places.sort_unstable();
        if places.len() * 32 < of {
            return Self::Few(places.into_boxed_slice());
        }
        let mut set = FixedBitSet::with_capacity(of);
        set.extend(places.into_iter().map(|place| place as usize));
        Self::Many(set)
    }

    /// The places in order.
    pub fn iter(&self) -> Box<dyn Iterator<Item = usize> + '_> {
        match self {
            Self::Few(places) => Box::new(places.iter().map(|place| *place as usize)),
            Self::Many(set) => Box::new(set.ones()),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Few(places) => places.len(),
            Self::Many(set) => set.count_ones(..),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What somebody can do with the secrets of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Powers {
    /// By level, in the order of [`AccessLevel::ALL`].
    pub levels: [Answer; 4],
    /// Whether reading is possible without multi-factor authentication.
    pub reads_without_mfa: bool,
    /// Whether deleting for good, without a recovery window, is possible.
    pub deletes_for_good: bool,
    /// Where reading is not possible: whether its key alone is in the way.
    pub key_refuses: bool,
    /// Where reading is not possible: the calls on the secret, its key or its function that would make it so.
    pub steps: Steps,
}

/// Calls by which somebody who cannot read a secret comes to read it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Steps(u8);

/// The calls, in the order of their bits.
const CALLS: [&str; 4] =
    ["secretsmanager:PutResourcePolicy", "kms:PutKeyPolicy", "kms:CreateGrant", "lambda:UpdateFunctionCode"];

impl Steps {
    fn new<'a>(calls: impl IntoIterator<Item = &'a str>) -> Self {
        let bit = |call: &str| CALLS.iter().position(|known| *known == call).map_or(0, |place| 1 << place);
        Self(calls.into_iter().fold(0, |bits, call| bits | bit(call)))
    }

    /// The names of the calls.
    pub fn calls(self) -> impl Iterator<Item = &'static str> {
        CALLS.into_iter().enumerate().filter(move |(place, _)| self.0 >> place & 1 == 1).map(|(_, call)| call)
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl Powers {
    /// The answer at a level.
    pub fn at(&self, level: AccessLevel) -> Answer {
        let [read, write, delete, permissions] = self.levels;
        match level {
            AccessLevel::Read => read,
            AccessLevel::Write => write,
            AccessLevel::Delete => delete,
            AccessLevel::Permissions => permissions,
        }
    }

    fn are_any(&self) -> bool {
        self.levels.iter().any(|answer| answer.is_possible()) || self.key_refuses || !self.steps.is_empty()
    }
}

/// Secrets with which the principals of a class can do the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The secrets.
    pub secrets: Arc<Members>,
    /// What can be done with them.
    pub powers: Powers,
}

/// Principals that can do the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrincipalClass {
    /// The principals, by their places in the estate.
    pub principals: Vec<usize>,
    /// What they can do; secrets with which they can do nothing stand in no block.
    pub blocks: Arc<Vec<Block>>,
}

/// Who can do what with every secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    /// The classes of principals, in the order of their first members.
    pub classes: Vec<PrincipalClass>,
}

impl Matrix {
    /// Works out every pair of a principal and a secret, on two threads.
    pub fn new(estate: &Estate<'_>) -> Self {
        let classes = classes::classes(estate);
        let world = features::World::new(estate);
        let half = classes.len().div_ceil(2);
        let (first, second) = classes.split_at(half.min(classes.len()));
        let work = |part: &[Vec<usize>]| blocks::work_out(&world, part);
        let (mut done, rest) = std::thread::scope(|scope| {
            let other = scope.spawn(|| work(second));
            (work(first), other.join().unwrap_or_else(|_| work(second)))
        });
        done.extend(rest);
        Self { classes: share(done) }
    }

    /// The class of each principal.
    pub fn by_principal(&self) -> BTreeMap<usize, &PrincipalClass> {
        let pairs =
            self.classes.iter().flat_map(|class| class.principals.iter().map(move |place| (*place, class)));
        pairs.collect()
    }
}

/// Keeps equal sets of secrets once.
fn share(mut classes: Vec<PrincipalClass>) -> Vec<PrincipalClass> {
    let mut known: std::collections::HashMap<Arc<Members>, ()> = std::collections::HashMap::new();
    for class in &mut classes {
        let mut blocks = class.blocks.as_ref().clone();
        for block in &mut blocks {
            match known.get_key_value(&block.secrets) {
                Some((same, ())) => block.secrets = Arc::clone(same),
                None => drop(known.insert(Arc::clone(&block.secrets), ())),
            }
        }
        class.blocks = Arc::new(blocks);
    }
    classes
}
