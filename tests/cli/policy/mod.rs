//! The policy engine against labelled cases, a second opinion, and its own laws.

mod bad_input;
mod generate;
mod labelled;
mod laws;
mod managed;
mod reference;
mod simulate;
