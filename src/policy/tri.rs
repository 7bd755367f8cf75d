//! Truth with a third value.

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

impl Tri {
    /// Both hold.
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// At least one holds.
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

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
