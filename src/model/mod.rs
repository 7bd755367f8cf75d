//! The nouns of the program and the documents that its modules hand each other.
//!
//! Nothing here performs I/O, names an AWS SDK type, or knows polars. Everything else imports this module and this
//! module imports nothing, so a type that two modules share belongs here.

mod access;
mod anchor;
mod arn;
mod assessment;
mod audited;
mod baseline;
mod change;
mod cost;
mod cover;
mod diff;
mod evidence;
mod exception;
mod finding;
mod framework;
mod ids;
mod ownership;
mod profile;
mod published;
mod rule_info;
pub mod schedule;
mod selector;
mod settings;
mod severity;
mod text;
mod time;
mod trail;
mod trend;
mod verdict;
mod words;

pub use access::{
    Access, AccessLevel, Becomes, PastReader, PathTree, PrincipalType, Reach, ReachedSecret, Reader, Related,
    WhoCan, Why, WhyDecision, WhyLayer, WhyOutcome, WhyPolicy, WhyQuestion, WhyStatement,
};
pub use anchor::{Anchor, Anchors};
pub use arn::{Arn, ArnError, LogGroupArn, secret_name};
pub use assessment::{
    AccountRun, Assessment, AuditOptions, GroupBy, IdleFailures, RegionRun, RegionState, Run, SeenGap,
    Summary,
};
pub use audited::{Audited, Past};
pub use baseline::{Baseline, BaselineCounts, BaselineEntry, BaselineState, BaselineSummary, Standing};
pub use change::SecretChange;
pub use cost::{
    AuditCalls, Charge, ChargeKind, CostGroup, CostLine, CostReport, CostSum, NotJudged, PriceSource, Saving,
    SavingConfidence, SavingKind, Savings,
};
pub use cover::covers as glob_covers;
pub use diff::{Diff, DiffBefore, DiffFinding, DiffSide};
pub use evidence::{Evidence, Gap, GapCause, GapId, Gaps, MissingEvidence};
pub use exception::{Excepted, ExceptionInfo, ExceptionKind, ExceptionState};
pub use finding::{Finding, Fingerprint, Resource, ResourceType, StandIn};
pub use framework::{
    Control, ControlCoverage, ControlVerdict, CoveringRule, Framework, FrameworkCoverage, FrameworkList,
    FrameworkMappings, FrameworkSummary, FrameworksAnswer, MadeBy, MappingSource, VerdictCounts,
};
pub use ids::{AccountId, Partition, Region, nearest_region};
pub use ownership::Ownership;
pub use profile::{
    ReaderProfile, ReadersProfile, ReplicaProfile, RotationProfile, SecretProfile, VersionProfile,
};
pub use published::{PublishedPlace, Rejected};
pub use rule_info::{ParameterInfo, Remediation, RuleInfo, RuleKind};
pub use selector::{Selector, SelectorError};
pub use settings::{OwnerRule, Settings};
pub use severity::{Confidence, Severity};
pub use text::{reason, without_number, without_place};
pub use time::{date, whole_days_between};
pub use trail::{CoveredPlace, DayCount, Outcome, ReadRow, Reads, SourceClass, TrailCounts, TrailSpan};
pub use trend::{AccountCounts, AuditSummary, Trend, TrendPoint};
pub use verdict::Verdict;
pub use words::words;
