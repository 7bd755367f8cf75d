//! The columns of the table `secrets` about who can do what with a secret, and about its rotation function.

use super::column::{Column, Group, flag, number, text};
use crate::tables::secrets::SecretFacts;

/// Further columns of one row for each secret in each Region.
pub(in crate::tables) static SECRET_ACCESS: &[Column<SecretFacts>] = &[
    number(
        "readers_min",
        "principals",
        Group::Access,
        4,
        "how many principals can read it at least; administrators do not count, what holds under conditions does",
        |r| r.access.readers_min.into(),
    ),
    number(
        "readers",
        "principals",
        Group::Access,
        4,
        "how many principals can read it; not known where a policy is out of sight that could change it",
        |r| r.access.readers.into(),
    ),
    number(
        "readers_max",
        "principals",
        Group::Access,
        4,
        "how many principals can read it at most; not known where nothing bounds it",
        |r| r.access.readers_max.into(),
    ),
    flag(
        "anybody_reads",
        Group::Organization,
        true,
        "whether anybody at all can read it, administrators and the root user included",
        |r| r.access.anybody_reads.into(),
    ),
    flag(
        "anybody_changes_policy",
        Group::Organization,
        true,
        "whether anybody at all can change its resource policy, the root user included",
        |r| r.access.anybody_changes_policy.into(),
    ),
    text(
        "outside_readers",
        Group::ResourcePolicy,
        "",
        "principals of accounts outside the organization that can read it if their own account allows, separated by \
         commas",
        |r| r.access.outside_readers.clone().into(),
    ),
    text(
        "outside_accounts",
        Group::ResourcePolicy,
        "",
        "the accounts of those principals, separated by commas",
        |r| r.access.outside_accounts.clone().into(),
    ),
    text(
        "readers_without_key",
        Group::Access,
        "",
        "principals that a policy lets read this secret by its name and that every key of it refuses, by the policies or \
         by what CloudTrail shows, separated by \
         commas",
        |r| r.access.readers_without_key.clone().into(),
    ),
    flag(
        "rotation_function_exists",
        Group::Function,
        true,
        "whether its rotation function exists; true where it names none",
        |r| r.function.exists.into(),
    ),
    text(
        "rotation_function_failure",
        Group::Function,
        "",
        "why its rotation function is in a failed state; empty where it is not",
        |r| r.function.failure.clone().into(),
    ),
    flag(
        "rotation_function_lets_in",
        Group::FunctionPolicy,
        true,
        "whether Secrets Manager may invoke its rotation function; true where it names none",
        |r| r.function.lets_in.into(),
    ),
    flag(
        "rotation_function_source_limited",
        Group::FunctionPolicy,
        true,
        "whether the function lets Secrets Manager in for some account or secret only; true where it lets nobody in",
        |r| r.function.source_limited.into(),
    ),
    text(
        "rotation_role",
        Group::Function,
        "",
        "the ARN of the rotation function's role; empty where there is no function",
        |r| r.function.role.clone().into(),
    ),
    text(
        "rotation_role_lacks",
        Group::Organization,
        "",
        "the actions that rotation needs and the function's role may not do, separated by commas; empty where it may do \
         all",
        |r| r.function.role_lacks.clone().into(),
    ),
    text(
        "unless",
        Group::Place,
        "",
        "` unless an SCP or RCP denies it` where the organization's policies are out of sight, else empty",
        |r| super::Cell::Text(r.access.unless.to_owned()),
    ),
];
