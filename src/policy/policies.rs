//! The policies of a layer, without copying the list that holds them.

use super::prepared::Policy;

/// Policies of one kind.
#[derive(Clone, Debug)]
pub enum Policies<'a> {
    /// As their owner keeps them.
    Kept(&'a [Policy]),
    /// Gathered from several owners.
    Gathered(Vec<&'a Policy>),
}

impl<'a> Policies<'a> {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Kept(policies) => policies.is_empty(),
            Self::Gathered(policies) => policies.is_empty(),
        }
    }

    /// The policies in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a Policy> {
        let (kept, gathered): (&'a [Policy], &[&'a Policy]) = match self {
            Self::Kept(policies) => (policies, &[]),
            Self::Gathered(policies) => (&[], policies),
        };
        kept.iter().chain(gathered.iter().copied())
    }
}

impl Default for Policies<'_> {
    fn default() -> Self {
        Self::Kept(&[])
    }
}

impl<'a> FromIterator<&'a Policy> for Policies<'a> {
    fn from_iter<I: IntoIterator<Item = &'a Policy>>(policies: I) -> Self {
        Self::Gathered(policies.into_iter().collect())
    }
}

/// Policies in the levels of an organization: the root's first, the account's last.
#[derive(Clone, Debug)]
pub enum PolicyLevels<'a> {
    /// As their owner keeps them.
    Kept(&'a [Vec<Policy>]),
    /// Gathered from several owners.
    Gathered(Vec<Policies<'a>>),
}

impl<'a> PolicyLevels<'a> {
    /// How many levels there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Kept(levels) => levels.len(),
            Self::Gathered(levels) => levels.len(),
        }
    }

    /// Whether there are none: no organization has a say.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The policies of a level.
    pub fn level<'s>(&'s self, place: usize) -> impl Iterator<Item = &'a Policy> + use<'s, 'a> {
        let (kept, gathered): (&'a [Policy], &'s [&'a Policy]) = match self {
            Self::Kept(levels) => (levels.get(place).map(Vec::as_slice).unwrap_or_default(), &[]),
            Self::Gathered(levels) => match levels.get(place) {
                Some(Policies::Kept(policies)) => (policies, &[]),
                Some(Policies::Gathered(policies)) => (&[], policies),
                None => (&[], &[]),
            },
        };
        kept.iter().chain(gathered.iter().copied())
    }
}

impl Default for PolicyLevels<'_> {
    fn default() -> Self {
        Self::Kept(&[])
    }
}

impl<'a> FromIterator<Policies<'a>> for PolicyLevels<'a> {
    fn from_iter<I: IntoIterator<Item = Policies<'a>>>(levels: I) -> Self {
        Self::Gathered(levels.into_iter().collect())
    }
}
