//! What reports of a history need of the rest.

#[path = "../../../src/report/escape.rs"]
mod escape;
#[path = "../../../src/report/groups.rs"]
mod groups;
#[path = "../../../src/report/json.rs"]
pub(crate) mod json;
#[path = "../../../src/report/page.rs"]
mod page;
#[path = "../../../src/report/trend.rs"]
pub(crate) mod trend;
