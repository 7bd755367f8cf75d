//! The archive reader: what it finds is what reading everything finds, and what it cannot read it says.

mod bad_input;
mod kinds;
mod naive;
