//! The two languages in which AWS chooses events: EventBridge's event patterns and CloudWatch Logs' filter patterns.
//!
//! In goes a pattern as somebody wrote it and an event as JSON; out comes an [`Answer`]. What a pattern says beyond what
//! AWS documents is "not known" and never "no", since a false "nothing would raise an alarm" is as bad as its opposite.
//! To add an operator: one arm in `event_pattern.rs`, or in the reader of `filter_pattern/`, with cases in its tests.

mod answer;
mod event_pattern;
mod filter_pattern;
mod wildcard;

pub(crate) use answer::Answer;
pub(crate) use event_pattern::EventPattern;
pub(crate) use filter_pattern::FilterPattern;
