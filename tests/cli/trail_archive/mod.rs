//! The archive reader: what it finds is what reading everything finds, and what it cannot read it says.

pub mod archives;
mod bad_input;
mod kinds;
mod laws;
mod naive;
mod sizes;
