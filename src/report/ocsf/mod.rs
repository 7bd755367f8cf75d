//! Findings as events of the class Compliance Finding (2003) of the Open Cybersecurity Schema Framework, one a line.
//!
//! Each finding is an event: created where it is new, updated where the audit before knew it, and closed where only that
//! one did. `told.rs` says what there is to tell of either, `make.rs` puts it into attributes, and `event.rs` has their types.
//! What the class has no attribute for stands under `unmapped`.
//!
//! Source: OCSF Schema, class `compliance_finding` with the profiles `cloud` and `datetime`.

mod event;
mod make;
mod told;

use std::collections::HashMap;
use std::io::{self, Write};

use super::escape::json_line;
use crate::model::{Audited, SecretProfile};
use told::Told;

/// A version of the schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum OcsfVersion {
    /// What many pipelines still read
    #[value(name = "1.5.0")]
    V1_5,
    /// What AWS Security Hub and Amazon Security Lake read
    #[default]
    #[value(name = "1.6.0")]
    V1_6,
    /// The newest
    #[value(name = "1.8.0")]
    V1_8,
}

impl OcsfVersion {
    /// The number.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1_5 => "1.5.0",
            Self::V1_6 => "1.6.0",
            Self::V1_8 => "1.8.0",
        }
    }
}

/// What all events share.
struct Stream<'a> {
    audited: &'a Audited,
    version: OcsfVersion,
    secrets: HashMap<&'a str, &'a SecretProfile>,
}

/// Writes an event for each finding, and for each that was fixed since the audit before.
///
/// # Errors
/// Where `out` fails.
pub(super) fn write(audited: &Audited, version: OcsfVersion, out: &mut dyn Write) -> io::Result<()> {
    let secrets = audited.secrets.iter().map(|secret| (secret.arn.as_str(), secret)).collect();
    let stream = Stream { audited, version, secrets };
    for finding in &audited.assessment.findings {
        json_line(&stream.event(Told::open(audited, finding)), out)?;
    }
    if let Some(since) = audited.past.as_ref().and_then(|past| past.since.as_ref()) {
        for fixed in &since.fixed {
            json_line(&stream.event(Told::closed(audited, fixed, since.before.as_of)), out)?;
        }
    }
    Ok(())
}
