//! Which Regions are asked: those that the user names, or those that the account has switched on.

use aws_sdk_account::types::RegionOptStatus;

use super::error::CollectError;
use super::scope::{Scope, pages};
use crate::aws::Failure;
use crate::aws::operations::LIST_REGIONS;
use crate::model::{Gap, Partition, Region, nearest_region};

/// Why a Region is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The user named it.
    Given,
    /// The account says that it is on.
    Listed,
    /// The account did not say, so every Region of the partition is tried.
    Guessed,
}

/// The Regions of an account.
pub(super) struct Regions {
    pub(super) regions: Vec<Region>,
    pub(super) origin: Origin,
    /// Why the account did not say which Regions are on.
    pub(super) gaps: Vec<Gap>,
}

/// Finds the Regions of an account.
pub(super) async fn find(scope: &Scope<'_>, partition: Partition) -> Regions {
    let given = &scope.run.options.regions;
    if !given.is_empty() {
        return Regions { regions: sorted(given.clone()), origin: Origin::Given, gaps: Vec::new() };
    }
    match listed(scope).await {
        Ok(regions) => Regions { regions: sorted(regions), origin: Origin::Listed, gaps: Vec::new() },
        Err(failure) => {
            let gap = scope.gap(&LIST_REGIONS, failure, None);
            let regions = partition.regions().iter().copied().map(Region::new).collect();
            Regions { regions, origin: Origin::Guessed, gaps: vec![gap] }
        }
    }
}

fn sorted(mut regions: Vec<Region>) -> Vec<Region> {
    regions.sort();
    regions.dedup();
    regions
}

/// Source: Account Management API Reference, `ListRegions`.
async fn listed(scope: &Scope<'_>) -> Result<Vec<Region>, Failure> {
    let clients = scope.session.home();
    let client = clients.account();
    let (regions, failure) = pages(|token| {
        let request = client
            .list_regions()
            .max_results(50)
            .region_opt_status_contains(RegionOptStatus::Enabled)
            .region_opt_status_contains(RegionOptStatus::EnabledByDefault)
            .set_next_token(token);
        async move {
            let page = request.send().await?;
            let regions = page.regions.ok_or_else(|| Failure::malformed("no Regions"))?;
            Ok((regions, page.next_token))
        }
    })
    .await;
    match failure {
        Some(failure) => Err(failure),
        None if regions.is_empty() => Err(Failure::malformed("no Regions")),
        None => Ok(regions.into_iter().filter_map(|region| region.region_name).map(Region::new).collect()),
    }
}

/// Checks that every Region which the user named exists in the partition.
pub(super) fn check(regions: &[Region], partition: Partition) -> Result<(), CollectError> {
    let known = partition.regions();
    match regions.iter().find(|region| !known.contains(&region.as_str())) {
        None => Ok(()),
        Some(region) => Err(CollectError::UnknownRegion {
            region: region.to_string(),
            partition,
            nearest: nearest_region(region.as_str(), known.iter().copied()).map(str::to_owned),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_region_is_answered_with_the_nearest() {
        let error = check(&[Region::new("eu-wst-1")], Partition::Commercial).unwrap_err();
        assert_eq!(error.to_string(), "there is no Region `eu-wst-1` in partition `aws`");
        assert_eq!(error.help(), "did you mean `eu-west-1`?");
        let error = check(&[Region::new("somewhere")], Partition::Commercial).unwrap_err();
        assert_eq!(error.help(), "write a Region's code, such as `eu-west-1`");
        assert!(check(&[Region::new("eu-west-1")], Partition::Commercial).is_ok());
        assert!(check(&[Region::new("eu-west-1")], Partition::China).is_err());
    }
}
