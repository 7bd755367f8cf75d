//! What a column is.

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnType {
    /// TRUE or FALSE.
    Boolean,
    /// A 64-bit integer.
    Integer,
    /// A 64-bit float.
    Decimal,
    /// UTF-8 text.
    Text,
}

impl ColumnType {
    /// The word in `secrets-auditor schema` and in errors.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Text => "text",
        }
    }
}

/// The call that a column rests on. Where the call was refused, all its columns are NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Known without asking: where the row is.
    Place,
    /// The inventory.
    Inventory,
    /// The parts of the inventory that AWS Config does not carry.
    InventoryDetail,
    /// The versions of a secret.
    Versions,
    /// The resource policy of a secret.
    ResourcePolicy,
    /// The replicas of a secret.
    Replication,
    /// The inventory of the Region that holds a replica's primary.
    Primary,
    /// The key that a secret names.
    Key,
    /// The keys of the current value.
    ValueKeys,
    /// Automatic rotation of a key.
    KeyRotation,
    /// When a secret was last read.
    Use,
    /// The trail itself.
    Trail,
    /// Whether a trail runs.
    TrailStatus,
    /// What a trail records.
    TrailSelectors,
    /// Whether a trail would record reads of secrets.
    Covering,
    /// Whether anything records reads in a Region.
    Recording,
    /// The event data stores.
    EventDataStores,
    /// The rules of AWS Config.
    ConfigRules,
    /// Who hears of an event in a Region.
    Alerts,
    /// Users and roles of an account.
    Principals,
    /// Passwords and access keys of users.
    Credentials,
    /// Everybody's policies, as far as they decide about a secret or a principal.
    Access,
    /// The policies of the organization, where a pass rests on them.
    Organization,
    /// The policy and grants of a key.
    KeyPolicy,
    /// The state of a rotation function.
    Function,
    /// The policy of a rotation function.
    FunctionPolicy,
    /// What CloudTrail recorded.
    History,
    /// What CloudTrail and IAM say of whoever made a call.
    Caller,
    /// Verdicts of AWS Config.
    Evaluations,
    /// What the settings say.
    Settings,
    /// What the rules of the first stage said.
    Verdicts,
}

impl Group {
    /// The call as IAM writes it.
    pub fn call(self) -> &'static str {
        match self {
            Self::Place => "sts:GetCallerIdentity",
            Self::Inventory | Self::InventoryDetail | Self::Primary => "secretsmanager:ListSecrets",
            Self::Versions => "secretsmanager:ListSecretVersionIds",
            Self::ResourcePolicy => "secretsmanager:GetResourcePolicy",
            Self::Replication => "secretsmanager:DescribeSecret",
            Self::Key | Self::ValueKeys => "kms:DescribeKey",
            Self::KeyRotation => "kms:GetKeyRotationStatus",
            Self::Use => "secretsmanager:ListSecrets",
            Self::Trail | Self::Recording => "cloudtrail:DescribeTrails",
            Self::TrailStatus => "cloudtrail:GetTrailStatus",
            Self::TrailSelectors | Self::Covering => "cloudtrail:GetEventSelectors",
            Self::EventDataStores => "cloudtrail:ListEventDataStores",
            Self::ConfigRules => "config:DescribeConfigRules",
            Self::Alerts => "events:ListRules",
            Self::Principals | Self::Access => "iam:GetAccountAuthorizationDetails",
            Self::Credentials => "iam:GetCredentialReport",
            Self::Organization => "organizations:ListPolicies",
            Self::KeyPolicy => "kms:GetKeyPolicy",
            Self::Function => "lambda:GetFunctionConfiguration",
            Self::FunctionPolicy => "lambda:GetPolicy",
            Self::History | Self::Caller => "cloudtrail:LookupEvents",
            Self::Evaluations => "config:GetComplianceDetailsByConfigRule",
            Self::Settings => "settings",
            Self::Verdicts => "rules",
        }
    }
}

/// A value of a row in a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Not known.
    Null,
    /// TRUE or FALSE.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// A float.
    Decimal(f64),
    /// Text.
    Text(String),
}

impl From<Option<bool>> for Cell {
    fn from(value: Option<bool>) -> Self {
        value.map_or(Self::Null, Self::Boolean)
    }
}

impl From<Option<i64>> for Cell {
    fn from(value: Option<i64>) -> Self {
        value.map_or(Self::Null, Self::Integer)
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::Null, Self::Decimal)
    }
}

impl From<Option<String>> for Cell {
    fn from(value: Option<String>) -> Self {
        value.map_or(Self::Null, Self::Text)
    }
}

/// The value that a column has in an example that does not mention it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ordinary {
    /// For boolean columns.
    Boolean(bool),
    /// For integer columns.
    Integer(i64),
    /// For decimal columns.
    Decimal(f64),
    /// For text columns.
    Text(&'static str),
    /// For a boolean column that is never known.
    NeverKnown,
}

impl Ordinary {
    /// The value as a cell.
    pub fn cell(self) -> Cell {
        match self {
            Self::Boolean(value) => Cell::Boolean(value),
            Self::Integer(value) => Cell::Integer(value),
            Self::Decimal(value) => Cell::Decimal(value),
            Self::Text(value) => Cell::Text(value.to_owned()),
            Self::NeverKnown => Cell::Null,
        }
    }
}

/// What a reader needs to know about a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColumnInfo {
    /// Its name.
    pub name: &'static str,
    /// Its unit, empty where it has none.
    pub unit: &'static str,
    /// One line of meaning.
    pub meaning: &'static str,
    /// The call it rests on.
    pub group: Group,
    /// The value in examples that do not mention it.
    pub ordinary: Ordinary,
}

impl ColumnInfo {
    /// Its type.
    pub fn kind(&self) -> ColumnType {
        match self.ordinary {
            Ordinary::Boolean(_) | Ordinary::NeverKnown => ColumnType::Boolean,
            Ordinary::Integer(_) => ColumnType::Integer,
            Ordinary::Decimal(_) => ColumnType::Decimal,
            Ordinary::Text(_) => ColumnType::Text,
        }
    }
}

/// A column together with how a row's facts become its cell.
#[derive(Debug)]
pub struct Column<R> {
    /// What a reader needs to know about it.
    pub info: ColumnInfo,
    /// The cell of a row.
    pub cell: fn(&R) -> Cell,
}

/// A boolean column.
pub(super) const fn flag<R>(
    name: &'static str,
    group: Group,
    ordinary: bool,
    meaning: &'static str,
    cell: fn(&R) -> Cell,
) -> Column<R> {
    let ordinary = Ordinary::Boolean(ordinary);
    Column { info: ColumnInfo { name, unit: "", meaning, group, ordinary }, cell }
}

/// Whether something happened before the days that the trail shows: never known. With it a rule whose window is longer than
/// what the trail shows comes out unknown, and the gaps of the group explain it.
pub(super) const fn beyond_trail<R>() -> Column<R> {
    let meaning = "never known: whether something happened before the days that the trail shows; for rules with a window of \
                   time";
    let (name, unit, group, ordinary) = ("beyond_trail", "", Group::History, Ordinary::NeverKnown);
    Column { info: ColumnInfo { name, unit, meaning, group, ordinary }, cell: |_| Cell::Null }
}

/// An integer column with its unit.
pub(super) const fn number<R>(
    name: &'static str,
    unit: &'static str,
    group: Group,
    ordinary: i64,
    meaning: &'static str,
    cell: fn(&R) -> Cell,
) -> Column<R> {
    let ordinary = Ordinary::Integer(ordinary);
    Column { info: ColumnInfo { name, unit, meaning, group, ordinary }, cell }
}

/// A decimal column with its unit.
pub(super) const fn decimal<R>(
    name: &'static str,
    unit: &'static str,
    group: Group,
    ordinary: f64,
    meaning: &'static str,
    cell: fn(&R) -> Cell,
) -> Column<R> {
    let ordinary = Ordinary::Decimal(ordinary);
    Column { info: ColumnInfo { name, unit, meaning, group, ordinary }, cell }
}

/// A text column.
pub(super) const fn text<R>(
    name: &'static str,
    group: Group,
    ordinary: &'static str,
    meaning: &'static str,
    cell: fn(&R) -> Cell,
) -> Column<R> {
    let ordinary = Ordinary::Text(ordinary);
    Column { info: ColumnInfo { name, unit: "", meaning, group, ordinary }, cell }
}
