//! Facts about accounts.

use std::collections::BTreeMap;

use super::context::AccountContext;
use super::secrets::{SecretFacts, naming};
use crate::model::{AccountId, Region, RegionState, Resource, ResourceType};

/// How many names in other styles are shown.
const EXAMPLES: usize = 3;

/// How many administrators are named.
const ADMINISTRATORS: usize = 10;

/// What is known of an account; `None` is "not known".
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AccountRow {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) regions_audited: i64,
    pub(crate) secrets: Option<i64>,
    pub(crate) names_judged: Option<i64>,
    pub(crate) main_style: Option<String>,
    pub(crate) other_style_share: Option<f64>,
    pub(crate) other_style_examples: Option<String>,
    pub(crate) administrators: Option<i64>,
    pub(crate) administrator_names: Option<String>,
}

impl AccountRow {
    /// The facts about an account, from those about its secrets.
    pub(super) fn new(account: &AccountContext<'_>, secrets: &[&SecretFacts]) -> Self {
        let entry = &account.data.entry;
        let audited = entry.regions.iter().filter(|region| region.state == RegionState::Audited).count();
        let mut row = Self {
            arn: format!("arn:{}:iam::{}:root", entry.partition, entry.account),
            name: entry.name.clone().unwrap_or_else(|| entry.account.to_string()),
            account: entry.account.to_string(),
            regions_audited: i64::try_from(audited).unwrap_or(i64::MAX),
            ..Self::default()
        };
        if account.regions.values().all(super::context::RegionContext::is_complete) {
            row.secrets = i64::try_from(secrets.len()).ok();
            row.styles(secrets);
        }
        row
    }

    /// Notes who can do everything in the account.
    pub(super) fn count_administrators(&mut self, names: &[String]) {
        self.administrators = i64::try_from(names.len()).ok();
        self.administrator_names =
            Some(names.iter().take(ADMINISTRATORS).cloned().collect::<Vec<_>>().join(", "));
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "an account holds fewer names than a double counts exactly"
    )]
    fn styles(&mut self, secrets: &[&SecretFacts]) {
        let judged = secrets.iter().filter(|secret| secret.customer_secret == Some(true));
        let mut by_style: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for secret in judged {
            if let Some(style) = naming::style(&secret.name) {
                by_style.entry(style).or_default().push(&secret.name);
            }
        }
        let total: usize = by_style.values().map(Vec::len).sum();
        let main = by_style.iter().max_by_key(|(style, names)| (names.len(), std::cmp::Reverse(**style)));
        let main = main.map(|(style, _)| *style).unwrap_or_default();
        let mut others: Vec<&str> = by_style
            .iter()
            .filter(|(style, _)| **style != main)
            .flat_map(|(_, names)| names.clone())
            .collect();
        others.sort_unstable();
        self.names_judged = i64::try_from(total).ok();
        self.main_style = Some(main.to_owned());
        self.other_style_share = Some(if total == 0 { 0.0 } else { others.len() as f64 / total as f64 });
        others.truncate(EXAMPLES);
        self.other_style_examples = Some(others.join(", "));
    }

    pub(super) fn resource(&self) -> Resource {
        Resource {
            kind: ResourceType::Account,
            arn: self.arn.clone(),
            name: self.name.clone(),
            account: AccountId::new(&self.account),
            region: Region::global(),
            second_key: None,
        }
    }
}
