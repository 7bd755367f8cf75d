//! What the secrets cost and what of that could be saved: amounts are exact decimals.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

/// Where the prices come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceSource {
    /// The day on which the list prices were read.
    pub as_of: Date,
    /// ISO 4217 code of the amounts that name no other.
    pub currency: String,
    /// What was read.
    pub source: String,
}

/// One kind of charge in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostLine {
    /// What is charged, such as `secrets and replicas`.
    pub item: String,
    /// How many units are charged; none where they could not be counted.
    pub quantity: Option<Decimal>,
    /// The unit of the quantity.
    pub unit: String,
    /// The list price of one unit: of the first that is not free where the price has tiers.
    pub unit_price: Decimal,
    /// Quantity times price, in a month; none where the quantity is not known.
    pub monthly: Option<Decimal>,
    /// ISO 4217 code.
    pub currency: String,
    /// How the quantity was counted; empty where it was seen as it is.
    pub basis: String,
}

/// An amount in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CostSum {
    /// ISO 4217 code.
    pub currency: String,
    /// In a month, if everything stays as it is.
    pub monthly: Decimal,
    /// What the calendar month of the audit comes to, if everything stays as it is until its end.
    pub this_month: Decimal,
}

/// The sum of a group such as an account, in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostGroup {
    /// The account, Region, owner, environment or tag value; empty where there is none.
    pub name: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Secrets and replicas that are charged.
    pub secrets: u64,
    /// Their sum in a month.
    pub monthly: Decimal,
    /// Customer managed keys that are charged.
    pub keys: u64,
    /// Everything that can be laid at its door: secrets, replicas, keys, and the calls for them that a trail shows.
    pub total: Decimal,
}

/// What is charged by the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChargeKind {
    /// A secret.
    Secret,
    /// A replica of a secret in another Region.
    Replica,
    /// A customer managed key.
    Key,
}

impl ChargeKind {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Replica => "replica",
            Self::Key => "key",
        }
    }
}

/// What one secret, replica or key costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// What it is.
    pub kind: ChargeKind,
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its account.
    pub account: String,
    /// Its Region.
    pub region: String,
    /// Who owns it; empty where nobody is known.
    pub owner: String,
    /// Its environment; empty where none is known.
    pub environment: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Keeping it for a month.
    pub monthly: Decimal,
    /// Keeping it in the calendar month of the audit.
    pub this_month: Decimal,
    /// Calls for its value in a month, as the trail shows them; none where no trail does.
    pub calls: Option<Decimal>,
    /// What these calls cost in a month, those to KMS included, as far as nothing is free.
    pub calls_monthly: Decimal,
}

/// By what money can be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SavingKind {
    /// A secret that nobody reads.
    UnusedSecret,
    /// A replica that nobody reads.
    UnusedReplica,
    /// A second secret for the same thing.
    DuplicateSecret,
    /// Configuration that is no secret.
    ParameterStore,
    /// Secrets with the same readers that could be one.
    Consolidation,
    /// A reader that asks again and again.
    ChattyReader,
    /// A rotation that fails and is tried again.
    FailedRotation,
    /// A key without a secret that is in use.
    IdleKey,
    /// Keys with one secret each.
    KeyPerSecret,
}

impl SavingKind {
    /// All, in the order in which reports list them.
    pub const ALL: [Self; 9] = [
        Self::UnusedSecret,
        Self::UnusedReplica,
        Self::DuplicateSecret,
        Self::ParameterStore,
        Self::Consolidation,
        Self::ChattyReader,
        Self::FailedRotation,
        Self::IdleKey,
        Self::KeyPerSecret,
    ];

    /// The word in documents for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnusedSecret => "unused-secret",
            Self::UnusedReplica => "unused-replica",
            Self::DuplicateSecret => "duplicate-secret",
            Self::ParameterStore => "parameter-store",
            Self::Consolidation => "consolidation",
            Self::ChattyReader => "chatty-reader",
            Self::FailedRotation => "failed-rotation",
            Self::IdleKey => "idle-key",
            Self::KeyPerSecret => "key-per-secret",
        }
    }

    /// What is to be done.
    pub fn title(self) -> &'static str {
        match self {
            Self::UnusedSecret => "delete a secret that nobody reads",
            Self::UnusedReplica => "remove a replica that nobody reads",
            Self::DuplicateSecret => "delete a second secret for the same thing",
            Self::ParameterStore => "keep configuration in Parameter Store",
            Self::Consolidation => "put secrets of the same readers into one",
            Self::ChattyReader => "let a reader keep what it read",
            Self::FailedRotation => "mend a rotation that fails again and again",
            Self::IdleKey => "delete a key that no live secret uses",
            Self::KeyPerSecret => "let secrets share a key",
        }
    }
}

/// How sure a saving is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SavingConfidence {
    /// The evidence is whole and says nothing against it.
    Proven,
    /// The evidence says so, and something that it cannot show might be against it.
    Likely,
    /// It looks like it; somebody who knows the secrets has to say.
    Possible,
}

impl SavingConfidence {
    /// All, the surest first.
    pub const ALL: [Self; 3] = [Self::Proven, Self::Likely, Self::Possible];

    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}

/// A way to pay less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saving {
    /// By what.
    pub kind: SavingKind,
    /// How sure.
    pub confidence: SavingConfidence,
    /// The ARNs of the secrets or keys that it is about.
    pub resources: Vec<String>,
    /// What it is about, as people call it.
    pub name: String,
    /// The account.
    pub account: String,
    /// The Region.
    pub region: String,
    /// Who owns it; empty where nobody is known.
    pub owner: String,
    /// The environment; empty where none is known.
    pub environment: String,
    /// Sentences with the numbers that it rests on.
    pub evidence: Vec<String>,
    /// What to think of first; empty where there is nothing.
    pub warnings: Vec<String>,
    /// What it saves in a month by itself.
    pub gross: Decimal,
    /// What it saves in a month on top of the savings that come before it.
    pub net: Decimal,
    /// ISO 4217 code.
    pub currency: String,
    /// Commands to copy, in their order.
    pub commands: Vec<String>,
}

/// A kind of saving that could not be looked for somewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotJudged {
    /// Which.
    pub kind: SavingKind,
    /// Why, and for how many.
    pub why: String,
}

/// What could be saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Savings {
    /// Each way, the surest first, then the largest.
    pub list: Vec<Saving>,
    /// What could not be looked for.
    pub not_judged: Vec<NotJudged>,
}

impl Savings {
    /// What all of them save in a month in this currency.
    pub fn net(&self, currency: &str) -> Decimal {
        self.list.iter().filter(|saving| saving.currency == currency).map(|saving| saving.net).sum()
    }

    /// How many there are of a confidence.
    pub fn count(&self, confidence: SavingConfidence) -> u64 {
        self.list.iter().filter(|saving| saving.confidence == confidence).count() as u64
    }
}

/// What the audit itself asked for, and what that costs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditCalls {
    /// Calls by service, as the snapshot counts them.
    pub by_service: BTreeMap<String, u64>,
    /// Their sum.
    pub calls: u64,
    /// What they cost, those to KMS without regard to what is free.
    pub cost: Decimal,
    /// Services whose calls have no price here.
    pub unpriced: Vec<String>,
}

/// The monthly estimate of what was audited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CostReport {
    /// The price book in force.
    pub prices: PriceSource,
    /// The calendar month of the audit, such as `2026-11`.
    pub month: String,
    /// What is charged, one line per kind and currency.
    pub lines: Vec<CostLine>,
    /// The sum of all lines whose quantity is known, in a month, in the currency of `prices`.
    pub monthly_total: Decimal,
    /// What the calendar month of the audit comes to, likewise.
    pub this_month: Decimal,
    /// Sums in other currencies, which are never added to the first.
    pub other_currencies: Vec<CostSum>,
    /// What the total leaves out because it could not be seen or priced, in words.
    pub not_included: Vec<String>,
    /// Each secret, replica and key with its price.
    pub charges: Vec<Charge>,
    /// ARN of a secret to its monthly price.
    pub by_secret: BTreeMap<String, Decimal>,
    /// Sums by account.
    pub by_account: Vec<CostGroup>,
    /// Sums by Region.
    pub by_region: Vec<CostGroup>,
    /// Sums by owner.
    pub by_owner: Vec<CostGroup>,
    /// Sums by environment.
    pub by_environment: Vec<CostGroup>,
    /// Tag key to the sums by that tag's values.
    pub by_tag: BTreeMap<String, Vec<CostGroup>>,
    /// What could be saved.
    pub savings: Savings,
    /// What the audit itself cost; none where nobody counted its calls.
    pub audit_calls: Option<AuditCalls>,
}
