//! What a collection tells while it runs: a bar on a terminal, plain lines elsewhere, nothing when asked to be quiet.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::Printer;
use crate::collect::{Event, NoProgress, Progress};
use crate::model::{AccountId, Region, RegionState, reason};
use crate::trail::TrailSource;

/// How often the bar is drawn.
const TICK: Duration = Duration::from_millis(120);

/// The progress that suits the standard error stream.
pub(super) fn progress<'a>(quiet: bool, printer: &'a Printer) -> Box<dyn Progress + 'a> {
    if quiet {
        Box::new(NoProgress)
    } else if std::io::stderr().is_terminal() {
        Box::new(Bar::new())
    } else {
        Box::new(Lines { printer })
    }
}

/// A bar that counts the calls about single secrets.
struct Bar {
    bar: ProgressBar,
    secrets: AtomicU64,
}

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{spinner} {msg} [{bar:24}] {pos}/{len} {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
        bar.enable_steady_tick(TICK);
        bar.set_message("asking AWS who we are");
        Self { bar, secrets: AtomicU64::new(0) }
    }
}

impl Progress for Bar {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::AccountStarted { account, .. } => self.bar.set_message(format!("account {account}")),
            Event::SecretsFound { count, calls, .. } => {
                self.secrets.fetch_add(count as u64, Ordering::Relaxed);
                self.bar.inc_length(calls as u64);
            }
            Event::SecretAsked { count, .. } => self.bar.inc(count as u64),
            Event::Calls(counts) => {
                let secrets = self.secrets.load(Ordering::Relaxed);
                let (calls, throttled) = (counts.calls, counts.throttled);
                self.bar.set_message(format!("{secrets} secrets, {calls} calls, {throttled} throttled"));
            }
            Event::CacheNotKept { account, region, error } => {
                self.bar.println(not_kept(account, region, error));
            }
            Event::ArchiveRead { source, .. } => self.bar.set_message(format!("read {source}")),
            Event::Finished(_) => self.bar.finish_and_clear(),
            _ => {}
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// One line for each Region and each account, for logs.
struct Lines<'a> {
    printer: &'a Printer,
}

impl Progress for Lines<'_> {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::AccountsFound { count } if count > 1 => {
                self.printer.remark(&format!("asking {count} accounts"))
            }
            Event::SecretsFound { account, region, count, .. } if count > 0 => {
                let secrets = if count == 1 { "1 secret".to_owned() } else { format!("{count} secrets") };
                self.printer.remark(&format!("{account} {region}: {secrets}"));
            }
            Event::RegionFinished { account, region, state: RegionState::Refused } => {
                self.printer.remark(&format!("{account} {region}: listing was refused"));
            }
            Event::CacheNotKept { account, region, error } => {
                self.printer.remark(&not_kept(account, region, error));
            }
            Event::ArchiveRead { source, count, calls } => {
                let read = match (source, count) {
                    (TrailSource::Athena { .. }, 1) => "1 row".to_owned(),
                    (TrailSource::Athena { .. }, count) => format!("{count} rows"),
                    (_, 1) => "1 object".to_owned(),
                    (_, count) => format!("{count} objects"),
                };
                self.printer.remark(&format!("{source}: {read}, {} calls", calls.calls));
            }
            Event::Finished(counts) => {
                let (calls, throttled) = (counts.calls, counts.throttled);
                self.printer.remark(&format!("{calls} calls, {throttled} throttled"));
            }
            _ => {}
        }
    }
}

/// The audit goes on; only the next one has to ask more.
fn not_kept(account: &AccountId, region: &Region, error: &std::io::Error) -> String {
    format!("{account} {region}: the cache cannot keep Event history: {}", reason(error))
}
