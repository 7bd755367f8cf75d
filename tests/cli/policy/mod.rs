//! The policy engine against labelled cases, a second opinion, and its own laws.

mod generate;
mod labelled;
mod laws;
mod reference;
mod simulate;
