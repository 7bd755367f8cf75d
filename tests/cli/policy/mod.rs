//! The policy engine against labelled cases, a second opinion, and its own laws.

mod labelled;
