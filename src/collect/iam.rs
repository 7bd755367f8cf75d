//! IAM: GetAccountAuthorizationDetails.

use std::collections::BTreeSet;

use aws_sdk_iam::operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput;
use aws_sdk_iam::types::{
    AttachedPermissionsBoundary, AttachedPolicy, EntityType, GroupDetail, ManagedPolicyDetail, PolicyDetail,
    RoleDetail, RoleLastUsed, Tag as SdkTag, UserDetail,
};
use percent_encoding::percent_decode_str;

use super::scope::{Answers, Scope, instant, non_empty, pages};
use crate::aws::Failure;
use crate::aws::operations::GET_ACCOUNT_AUTHORIZATION_DETAILS;
use crate::snapshot::records::{Authorization, Group, InlinePolicy, ManagedPolicy, Role, RoleUse, Tag, User};
use crate::snapshot::{Kind, SnapshotError};

/// The largest page that IAM gives.
const PAGE: i32 = 1_000;

/// Asks for everything that IAM knows about the principals of an account.
pub(super) async fn collect(scope: &Scope<'_>) -> Result<(), SnapshotError> {
    scope.once(Kind::Authorization, |_| true, ask(scope)).await.map(drop)
}

/// Pages that were heard before a failure are kept beside the gap: who is seen to have access has it.
///
/// Source: IAM API Reference, `GetAccountAuthorizationDetails`.
async fn ask(scope: &Scope<'_>) -> Answers<Authorization> {
    let clients = scope.clients();
    let client = clients.iam();
    let (heard, failure) = pages(|token| {
        let request = client
            .get_account_authorization_details()
            .set_filter(Some(filters()))
            .max_items(PAGE)
            .set_marker(token);
        async move {
            let page = request.send().await?;
            let marker = page.is_truncated.then(|| page.marker.clone()).flatten();
            Ok((vec![lists(page)?], marker))
        }
    })
    .await;
    let mut answers = Answers::new();
    if !heard.is_empty() {
        answers.records.push(join(heard));
    }
    if let Some(failure) = failure {
        answers.gaps.push(scope.gap(&GET_ACCOUNT_AUTHORIZATION_DETAILS, failure, None));
    }
    answers
}

fn filters() -> Vec<EntityType> {
    vec![
        EntityType::User,
        EntityType::Role,
        EntityType::Group,
        EntityType::LocalManagedPolicy,
        EntityType::AwsManagedPolicy,
    ]
}

fn lists(page: GetAccountAuthorizationDetailsOutput) -> Result<Authorization, Failure> {
    let nothing = page.user_detail_list.is_none()
        && page.group_detail_list.is_none()
        && page.role_detail_list.is_none()
        && page.policies.is_none();
    if nothing {
        return Err(Failure::malformed("no lists"));
    }
    Ok(Authorization {
        users: page.user_detail_list.unwrap_or_default().into_iter().filter_map(user).collect(),
        groups: page.group_detail_list.unwrap_or_default().into_iter().filter_map(group).collect(),
        roles: page.role_detail_list.unwrap_or_default().into_iter().filter_map(role).collect(),
        policies: page.policies.unwrap_or_default().into_iter().filter_map(managed).collect(),
    })
}

/// One record, sorted; managed policies only where somebody has them, as an account can hold a thousand of AWS's.
fn join(pages: Vec<Authorization>) -> Authorization {
    let mut all = Authorization::default();
    for page in pages {
        all.users.extend(page.users);
        all.groups.extend(page.groups);
        all.roles.extend(page.roles);
        all.policies.extend(page.policies);
    }
    all.users.sort_by(|a, b| a.arn.cmp(&b.arn));
    all.groups.sort_by(|a, b| a.arn.cmp(&b.arn));
    all.roles.sort_by(|a, b| a.arn.cmp(&b.arn));
    all.policies.sort_by(|a, b| a.arn.cmp(&b.arn));
    all.policies.dedup_by(|a, b| a.arn == b.arn);
    let used: BTreeSet<String> = used(&all).cloned().collect();
    all.policies.retain(|policy| used.contains(&policy.arn));
    all
}

/// The ARNs of managed policies that are attached to somebody or bound somebody.
fn used(all: &Authorization) -> impl Iterator<Item = &String> {
    let users = all.users.iter().flat_map(|user| user.attached.iter().chain(&user.boundary));
    let groups = all.groups.iter().flat_map(|group| &group.attached);
    let roles = all.roles.iter().flat_map(|role| role.attached.iter().chain(&role.boundary));
    users.chain(groups).chain(roles)
}

fn user(detail: UserDetail) -> Option<User> {
    let mut groups = detail.group_list.unwrap_or_default();
    groups.sort();
    Some(User {
        arn: detail.arn?,
        id: detail.user_id.unwrap_or_default(),
        name: detail.user_name?,
        inline: inline(detail.user_policy_list),
        attached: attached(detail.attached_managed_policies),
        groups,
        boundary: boundary(detail.permissions_boundary),
        tags: tags(detail.tags),
    })
}

fn group(detail: GroupDetail) -> Option<Group> {
    Some(Group {
        arn: detail.arn?,
        id: detail.group_id.unwrap_or_default(),
        name: detail.group_name?,
        inline: inline(detail.group_policy_list),
        attached: attached(detail.attached_managed_policies),
    })
}

fn role(detail: RoleDetail) -> Option<Role> {
    Some(Role {
        arn: detail.arn?,
        id: detail.role_id.unwrap_or_default(),
        name: detail.role_name?,
        trust: detail.assume_role_policy_document.as_deref().map(decoded),
        inline: inline(detail.role_policy_list),
        attached: attached(detail.attached_managed_policies),
        boundary: boundary(detail.permissions_boundary),
        tags: tags(detail.tags),
        last_used: detail.role_last_used.and_then(last_used),
    })
}

fn managed(detail: ManagedPolicyDetail) -> Option<ManagedPolicy> {
    let arn = detail.arn?;
    let name = detail.policy_name.or_else(|| arn.rsplit('/').next().map(str::to_owned))?;
    let default = detail.policy_version_list?.into_iter().find(|version| version.is_default_version)?;
    Some(ManagedPolicy { name, document: decoded(&default.document?), arn })
}

fn inline(list: Option<Vec<PolicyDetail>>) -> Vec<InlinePolicy> {
    let mut policies: Vec<_> = list
        .unwrap_or_default()
        .into_iter()
        .filter_map(|policy| {
            Some(InlinePolicy { name: policy.policy_name?, document: decoded(&policy.policy_document?) })
        })
        .collect();
    policies.sort_by(|a, b| a.name.cmp(&b.name));
    policies
}

fn attached(list: Option<Vec<AttachedPolicy>>) -> Vec<String> {
    let mut arns: Vec<_> =
        list.unwrap_or_default().into_iter().filter_map(|policy| policy.policy_arn).collect();
    arns.sort();
    arns
}

fn boundary(boundary: Option<AttachedPermissionsBoundary>) -> Option<String> {
    boundary.and_then(|boundary| boundary.permissions_boundary_arn)
}

fn tags(list: Option<Vec<SdkTag>>) -> Vec<Tag> {
    let list = list.unwrap_or_default();
    let mut tags: Vec<_> = list.into_iter().map(|tag| Tag { key: tag.key, value: tag.value }).collect();
    tags.sort_by(|a, b| a.key.cmp(&b.key));
    tags
}

/// IAM answers with an empty element for a role that was not used within the tracking period.
fn last_used(used: RoleLastUsed) -> Option<RoleUse> {
    let used = RoleUse { at: instant(used.last_used_date.as_ref()), region: non_empty(used.region) };
    (used.at.is_some() || used.region.is_some()).then_some(used)
}

/// IAM sends documents URL-encoded by RFC 3986.
fn decoded(document: &str) -> String {
    percent_decode_str(document).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(arn: &str) -> ManagedPolicy {
        ManagedPolicy { arn: arn.to_owned(), name: "n".to_owned(), document: "{}".to_owned() }
    }

    #[test]
    fn documents_are_decoded_and_a_plus_stays_a_plus() {
        assert_eq!(decoded("%7B%22a%22%3A%20%22b+c%22%7D"), r#"{"a": "b+c"}"#);
    }

    #[test]
    fn managed_policies_are_kept_where_somebody_has_them() {
        let role = RoleDetail::builder()
            .arn("role")
            .role_name("r")
            .attached_managed_policies(AttachedPolicy::builder().policy_arn("attached").build())
            .permissions_boundary(
                AttachedPermissionsBoundary::builder().permissions_boundary_arn("bound").build(),
            )
            .build();
        let first = Authorization {
            policies: vec![policy("bound"), policy("idle"), policy("attached")],
            ..Authorization::default()
        };
        let second = Authorization { roles: vec![super::role(role).unwrap()], ..Authorization::default() };
        let joined = join(vec![first, second]);
        let arns: Vec<_> = joined.policies.iter().map(|policy| policy.arn.as_str()).collect();
        assert_eq!(arns, ["attached", "bound"]);
    }

    #[test]
    fn an_empty_page_is_no_empty_account() {
        let page = GetAccountAuthorizationDetailsOutput::builder().build();
        assert_eq!(lists(page).unwrap_err().message, "no lists");
    }
}
