//! Findings as AWS Security Hub takes them: the AWS Security Finding Format.
//!
//! The document is one JSON array with a finding a line. BatchImportFindings takes a hundred at once; `publish
//! security-hub` cuts the array and sends it. `finding.rs` has the types, `make.rs` fills them, `resource.rs` says what a
//! finding is about, `known.rs` what is there already, and `limits.rs` keeps within what AWS takes.
//!
//! Source: AWS Security Hub User Guide, "AWS Security Finding Format (ASFF)".

mod finding;
mod known;
mod limits;
mod make;
mod resource;

use std::io::{self, Write};

use serde::Serialize;

pub use finding::{
    Compliance, Details, Finding, ProviderFields, Recommendation, Remediation, Resource, RotationRules,
    SecretDetails, Severity, Standard,
};
pub use known::Known;
pub use make::{Hub, PRODUCT};

use super::escape::PrintableJson;
use crate::model::Audited;

/// Writes a finding for each of today, and an archived one for each that was fixed since the audit before.
///
/// # Errors
/// Where `out` fails.
pub(super) fn write(audited: &Audited, out: &mut dyn Write) -> io::Result<()> {
    let hub = Hub::new(audited);
    let mut between = "[\n";
    for finding in hub.findings() {
        out.write_all(between.as_bytes())?;
        finding
            .serialize(&mut serde_json::Serializer::with_formatter(&mut *out, PrintableJson::compact()))?;
        between = ",\n";
    }
    out.write_all(if between.starts_with('[') { b"[]\n" } else { b"\n]\n" })
}
