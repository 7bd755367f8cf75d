//! What reports show beyond findings: the secrets, who can read them and who did, and the frameworks.

use std::collections::HashMap;

use super::error::CliError;
use super::frameworks;
use crate::access::{Estate, readers};
use crate::model::{Assessment, FrameworkCoverage, Ownership, SecretProfile};
use crate::report::ReportFormat;
use crate::rules::{Frameworks, RuleSet};
use crate::snapshot::Snapshot;
use crate::tables::Tables;
use crate::tables::schema::Table;

/// The secrets as the formats show them; those of others are left out where the audit is one owner's.
pub(super) fn secrets(
    formats: &[ReportFormat],
    (snapshot, estate, tables): (&Snapshot, &Estate<'_>, &Tables),
    owner: Option<&str>,
) -> Vec<SecretProfile> {
    if !formats.iter().any(|format| format.shows_secrets()) {
        return Vec::new();
    }
    let mut profiles = crate::access::profiles(snapshot);
    let rows = tables.get(Table::Secrets).into_iter().flat_map(|data| &data.rows);
    let known: HashMap<&str, &Ownership> =
        rows.map(|row| (row.resource.arn.as_str(), &row.ownership)).collect();
    for profile in &mut profiles {
        if let Some(ownership) = known.get(profile.arn.as_str()) {
            profile.owner.clone_from(&ownership.owner);
            profile.environment.clone_from(&ownership.environment);
        }
    }
    if formats.iter().any(|format| format.shows_access()) {
        let readers = readers(snapshot, estate);
        profiles.iter_mut().zip(readers).for_each(|(profile, readers)| profile.readers = Some(readers));
    }
    profiles.retain(|profile| owner.is_none_or(|owner| profile.owner == owner));
    profiles
}

/// The frameworks that a rule in force stands behind, as the formats show them.
pub(super) fn coverage(
    formats: &[ReportFormat],
    rules: &RuleSet,
    assessment: &Assessment,
) -> Result<Vec<FrameworkCoverage>, CliError> {
    if !formats.iter().any(|format| format.shows_access()) {
        return Ok(Vec::new());
    }
    let known = Frameworks::embedded().map_err(|error| CliError::defect(&error))?;
    let is_behind = |id: &str| assessment.rules.iter().any(|rule| rule.frameworks.contains_key(id));
    let of = known.frameworks.iter().filter(|framework| is_behind(&framework.id));
    Ok(of.map(|framework| frameworks::answer(&known, framework, rules, assessment)).collect())
}
