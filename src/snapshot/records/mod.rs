//! What AWS said, in AWS's words: one type per kind of answer.
//!
//! A field is `Option` where AWS leaves it out. "Could not be read" is never said here: it is a gap beside the records.

mod account;
mod iam;
mod keys;
mod monitoring;
mod secrets;
mod trail;

pub use account::{
    AdvancedSelector, BasicSelector, Compliance, ConfigRule, EventSelectors, FieldSelector, Function,
    FunctionPolicy, FunctionState, Identity, OrgAccount, OrgPolicy, OrgUnit, Organization, Trail,
    TrailStatus,
};
pub use iam::{
    AccessKey, Authorization, Credential, Group, InlinePolicy, ManagedPolicy, Role, RoleUse, User,
};
pub use keys::{Grant, Key, KeyFacts, KeyRotation};
pub use monitoring::{Alarm, EventDataStore, EventRule, LogGroup, Metric, MetricFilter};
pub use secrets::{
    Replica, Replication, ResourcePolicy, RotationRules, Secret, SecretVersions, Tag, Version,
};
pub use trail::{AccessGroup, Actor, Coverage, LifecycleEvent};
