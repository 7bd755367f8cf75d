//! What CloudTrail recorded: who read, tried to read and changed each secret.

pub mod archive;
