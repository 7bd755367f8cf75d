//! Exit codes: the same for every format, and part of what the program promises.

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: audited, nothing at or above `--fail-on`.
    Clean,
    /// 1: failures at or above `--fail-on`.
    Findings,
    /// 2: could not run: usage, configuration, rule file, snapshot, credentials.
    CannotRun,
    /// 3: no such failure, but evidence is missing for rules at or above `--fail-on`.
    Incomplete,
    /// 4: nothing in scope: every ListSecrets answered, and there is no secret.
    NothingInScope,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::CannotRun => 2,
            Self::Incomplete => 3,
            Self::NothingInScope => 4,
        }
    }
}
