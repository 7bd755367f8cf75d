//! Values that are more than a word.

use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

use crate::model::Severity;
use crate::report::ReportFormat;

/// From which severity on failures decide the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Threshold(pub(in crate::cli) Option<Severity>);

/// From when on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::cli) enum Since {
    /// An instant.
    At(Timestamp),
    /// So long before now.
    Back(SignedDuration),
}

pub(super) fn since(text: &str) -> Result<Since, String> {
    let back = |text: &str| {
        let span: Span = text.parse().ok()?;
        let days = SpanRelativeTo::days_are_24_hours();
        span.to_duration(days).ok().filter(SignedDuration::is_positive)
    };
    match back(text) {
        Some(back) => Ok(Since::Back(back)),
        None => instant(text).map(Since::At).map_err(|error| format!("{error}, or a span such as 7d or 12h")),
    }
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let positive = text.parse::<SignedDuration>().ok().filter(SignedDuration::is_positive);
    let duration = positive.and_then(|duration| Duration::try_from(duration).ok());
    duration.ok_or_else(|| "expected a time such as 90s, 5m or 1h".to_owned())
}

pub(super) fn instant(text: &str) -> Result<Timestamp, String> {
    let of_date = |date: Date| date.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    text.parse::<Timestamp>().or_else(|_| text.parse::<Date>().and_then(of_date)).map_err(|_| {
        "expected a date such as 2026-11-01, or an instant such as 2026-11-01T06:00:00Z".to_owned()
    })
}

pub(super) fn output(text: &str) -> Result<(ReportFormat, PathBuf), String> {
    let (format, path) = text.split_once('=').ok_or("expected FORMAT=FILE, such as json=report.json")?;
    if path.is_empty() {
        return Err("expected a file behind `=`".to_owned());
    }
    let format = ReportFormat::from_name(format)
        .ok_or_else(|| format!("no format `{format}`: expected {}", ReportFormat::names()))?;
    Ok((format, PathBuf::from(path)))
}

pub(super) fn threshold(text: &str) -> Result<Threshold, String> {
    if text == "never" {
        return Ok(Threshold(None));
    }
    let severity = Severity::WORST_FIRST.into_iter().find(|severity| severity.as_str() == text);
    severity
        .map(|severity| Threshold(Some(severity)))
        .ok_or_else(|| "expected critical, high, medium, low, info or never".to_owned())
}
