//! Truth with a third value.

/// What can be joined by "and" and "or".
pub trait Logic: Clone {
    /// What holds.
    fn yes() -> Self;
    /// What does not hold.
    fn no() -> Self;
    /// That both hold.
    fn and(self, other: Self) -> Self;
    /// That at least one holds.
    fn or(self, other: Self) -> Self;
}

/// Whether something holds, as far as the circumstances are known. Kleene's logic, as in SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tri {
    /// It does not hold.
    No,
    /// It depends on what is unknown.
    Unknown,
    /// It holds.
    Yes,
}

impl Logic for Tri {
    fn yes() -> Self {
        Self::Yes
    }

    fn no() -> Self {
        Self::No
    }

    fn and(self, other: Self) -> Self {
        self.min(other)
    }

    fn or(self, other: Self) -> Self {
        self.max(other)
    }
}

impl Tri {
    /// At least one of many holds.
    pub fn any(all: impl IntoIterator<Item = Self>) -> Self {
        let mut outcome = Self::No;
        for one in all {
            outcome = outcome.or(one);
            if outcome == Self::Yes {
                break;
            }
        }
        outcome
    }

    /// All hold.
    pub fn all(all: impl IntoIterator<Item = Self>) -> Self {
        let mut outcome = Self::Yes;
        for one in all {
            outcome = outcome.and(one);
            if outcome == Self::No {
                break;
            }
        }
        outcome
    }
}

impl std::ops::Not for Tri {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
            Self::Yes => Self::No,
        }
    }
}

impl From<bool> for Tri {
    fn from(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }
}
