//! The shape of the settings file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::model::Severity;

/// The settings of `secrets-auditor`, such as `secrets-auditor.yaml`. Options on the command line come before them.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(bound = "Text: JsonSchema")]
#[serde(bound(deserialize = "Text: Deserialize<'de>"))]
pub struct ConfigFile<Text = String> {
    /// Which accounts are audited; the caller's own where nothing is said.
    #[serde(default)]
    pub accounts: Option<AccountsFile<Text>>,
    /// Regions to audit; every Region that is switched on where none is named.
    #[serde(default)]
    pub regions: Vec<Text>,
    /// Narrow every run to secrets by name glob, ARN, or `tag:Key=Value`.
    #[serde(default)]
    pub select: Vec<Text>,
    /// Where to learn who did read secrets.
    #[serde(default)]
    pub trail: Option<TrailFile<Text>>,
    /// Rule id to its parameters, and to `severity`. A parameter may be a list of `{when, value}`.
    #[serde(default)]
    pub rules: BTreeMap<String, BTreeMap<String, Value>>,
    /// Run only rules with these ids or globs.
    #[serde(default)]
    pub only: Vec<Text>,
    /// Leave out rules with these ids or globs.
    #[serde(default)]
    pub skip: Vec<Text>,
    /// Run only rules that stand behind a control of these frameworks.
    #[serde(default)]
    pub frameworks: Vec<Text>,
    /// Folders with rule files that add to ours or take the place of one with the same id.
    #[serde(default)]
    pub rule_dirs: Vec<Text>,
    /// Accounts outside the organization that may be named in policies and keys.
    #[serde(default)]
    pub trusted_accounts: Vec<Text>,
    /// Environment to the words that mean it in names and tags, such as `production: [prod, production, prd]`. Those that
    /// are not named keep their words.
    #[serde(default)]
    pub environments: BTreeMap<String, Vec<Text>>,
    /// The environment whose secrets count as production.
    #[serde(default)]
    pub production: Option<Text>,
    /// Tag keys, in any letter case, that name the environment of a secret.
    #[serde(default)]
    pub environment_tags: Vec<String>,
    /// What makes a secret sensitive.
    #[serde(default)]
    pub classification: Option<ClassificationFile>,
    /// Who owns what.
    #[serde(default)]
    pub owners: Option<OwnersFile<Text>>,
    /// Findings that are accepted for a time.
    #[serde(default)]
    pub exceptions: Vec<ExceptionFile<Text>>,
    /// Severity to the most days for which an exception may hold; 180 where nothing is said.
    #[serde(default)]
    pub exception_days: BTreeMap<Severity, u16>,
    /// Missing evidence that is accepted for a time.
    #[serde(default)]
    pub accepted_gaps: Vec<AcceptedGapFile<Text>>,
    /// A file with prices, in place of the list prices in the program.
    #[serde(default)]
    pub price_book: Option<Text>,
    /// API calls to Secrets Manager in a month, for the cost estimate.
    #[serde(default)]
    pub monthly_calls: Option<u64>,
    /// Exit with 1 for failures at or above this severity, or `never`.
    #[serde(default)]
    pub fail_on: Option<Text>,
    /// Whether findings about events decide the exit code too.
    #[serde(default)]
    pub gate_events: Option<bool>,
    /// A baseline: findings that it knows do not decide the exit code.
    #[serde(default)]
    pub baseline: Option<Text>,
    /// A folder that keeps each audit.
    #[serde(default)]
    pub history: Option<Text>,
    /// A YAML list of `{ scope, file, line }` that says where resources are defined as code.
    #[serde(default)]
    pub iac_map: Option<PathBuf>,
    /// Format to the file into which a report is written at each audit.
    #[serde(default)]
    pub outputs: BTreeMap<String, Text>,
}

// By hand, since a text with a place has no default, and none is needed.
impl<Text> Default for ConfigFile<Text> {
    fn default() -> Self {
        Self {
            accounts: None,
            regions: Vec::new(),
            select: Vec::new(),
            trail: None,
            rules: BTreeMap::new(),
            only: Vec::new(),
            skip: Vec::new(),
            frameworks: Vec::new(),
            rule_dirs: Vec::new(),
            trusted_accounts: Vec::new(),
            environments: BTreeMap::new(),
            production: None,
            environment_tags: Vec::new(),
            classification: None,
            owners: None,
            exceptions: Vec::new(),
            exception_days: BTreeMap::new(),
            accepted_gaps: Vec::new(),
            price_book: None,
            monthly_calls: None,
            fail_on: None,
            gate_events: None,
            baseline: None,
            history: None,
            iac_map: None,
            outputs: BTreeMap::new(),
        }
    }
}

/// Which accounts are audited: those of these roles, or all of the organization.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(bound = "Text: JsonSchema")]
#[serde(bound(deserialize = "Text: Deserialize<'de>"))]
pub struct AccountsFile<Text = String> {
    /// Roles to assume, one for each account.
    #[serde(default)]
    pub roles: Vec<Text>,
    /// Every active account of the organization.
    #[serde(default)]
    pub organization: Option<OrganizationFile>,
    /// External id that the roles ask for.
    #[serde(default)]
    pub external_id: Option<String>,
}

/// Every active account of the organization.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationFile {
    /// The role to assume in each of them.
    pub role_name: String,
}

/// Where to learn who did read secrets.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(bound = "Text: JsonSchema")]
#[serde(bound(deserialize = "Text: Deserialize<'de>"))]
pub struct TrailFile<Text = String> {
    /// `lookup`, a folder, `s3://BUCKET/PREFIX`, `athena:TABLE[@WORKGROUP]` or `none`.
    #[serde(default)]
    pub sources: Vec<Text>,
    /// How long all of them together may take, such as `5m`.
    #[serde(default)]
    pub budget: Option<Text>,
    /// A folder that keeps Event history.
    #[serde(default)]
    pub cache: Option<PathBuf>,
}

/// What makes a secret sensitive.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClassificationFile {
    /// Tag keys, in any letter case, that hold the classification.
    pub tags: Vec<String>,
    /// Classifications, in any letter case, that mean sensitive.
    pub sensitive: Vec<String>,
}

/// Who owns what.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(bound = "Text: JsonSchema")]
#[serde(bound(deserialize = "Text: Deserialize<'de>"))]
pub struct OwnersFile<Text = String> {
    /// Tag keys, in any letter case, that name the owner; the first that is there and not empty counts.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Owners of what no tag says the owner of; the first that matches counts.
    #[serde(default)]
    pub otherwise: Vec<OwnerFile<Text>>,
}

/// The owner of what no tag says the owner of.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(bound = "Text: JsonSchema")]
#[serde(bound(deserialize = "Text: Deserialize<'de>"))]
pub struct OwnerFile<Text = String> {
    /// What it is about: a name glob, an ARN or ARN glob, or `tag:Key=Value`.
    #[serde(default)]
    pub scope: Option<Text>,
    /// The account.
    #[serde(default)]
    pub account: Option<String>,
    /// The owner.
    pub owner: String,
}

/// Findings that are accepted for a time.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(bound = "Text: JsonSchema")]
#[serde(bound(deserialize = "Text: Deserialize<'de>"))]
pub struct ExceptionFile<Text = String> {
    /// The rule, as id or glob.
    pub rule: Text,
    /// What it is about: a glob on the whole name, an ARN or ARN glob, or `tag:Key=Value`.
    pub scope: Text,
    /// In which account; in all where nothing is said.
    #[serde(default)]
    pub account: Option<Text>,
    /// In which Region; in all where nothing is said.
    #[serde(default)]
    pub region: Option<Text>,
    /// Why.
    pub reason: Text,
    /// Who answers for it.
    pub owner: Text,
    /// The last day on which it holds, as YYYY-MM-DD.
    pub expires: Text,
    /// The day on which it was added, as YYYY-MM-DD: from then on the longest time counts, else from today.
    #[serde(default)]
    pub added: Option<Text>,
    /// The ticket in which it was agreed.
    #[serde(default)]
    pub ticket: Option<String>,
}

/// Missing evidence that is accepted for a time.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(bound = "Text: JsonSchema")]
#[serde(bound(deserialize = "Text: Deserialize<'de>"))]
pub struct AcceptedGapFile<Text = String> {
    /// The call as IAM writes it, such as `kms:GetKeyPolicy`, or a glob.
    pub call: Text,
    /// In which account; in all where nothing is said.
    #[serde(default)]
    pub account: Option<Text>,
    /// In which Region; in all where nothing is said.
    #[serde(default)]
    pub region: Option<Text>,
    /// Why.
    pub reason: Text,
    /// Who answers for it.
    pub owner: Text,
    /// The last day on which it holds, as YYYY-MM-DD.
    pub expires: Text,
    /// The day on which it was added, as YYYY-MM-DD.
    #[serde(default)]
    pub added: Option<Text>,
    /// The ticket in which it was agreed.
    #[serde(default)]
    pub ticket: Option<String>,
}
