//! What happened to secrets, by the records of CloudTrail: from a folder with a few records, and from Event history.

mod history;
mod shown;
mod traps;
