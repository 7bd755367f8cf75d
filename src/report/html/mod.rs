//! The report as one HTML file, for the weekly meeting and for those who must mend things.
//!
//! It needs no network and no script: all tables are in the text, and whatever is long is folded. A script of our own adds
//! search, sorting and filters. The page forbids itself everything else by its Content-Security-Policy. Templates, style
//! and script stand in `reports/templates/`; what they show is made here, piece by piece, since an estate may be large:
//! `overview.rs` the page down to the list of secrets, `secrets.rs` each secret, `posture.rs` the numbers on top.

mod charts;
mod exceptions;
mod findings;
mod gaps;
mod history;
mod money;
mod news;
mod overview;
mod posture;
mod risks;
mod rotation;
mod rules;
mod secrets;
mod text;
mod who;

use std::io::{self, Write};

use askama::Template;

use crate::model::Audited;
use overview::{Overview, Tail};
use secrets::Subjects;

/// Writes the report.
///
/// # Errors
/// Where `out` fails.
pub fn write(audited: &Audited, out: &mut dyn Write) -> io::Result<()> {
    let subjects = Subjects::new(audited);
    Overview::new(audited, &subjects).write_into(out)?;
    for secret in subjects.secrets() {
        secret.write_into(out)?;
    }
    Tail::new(audited, &subjects).write_into(out)
}
