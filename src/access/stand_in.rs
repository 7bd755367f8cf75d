//! Policies that stand in for what is out of sight.
//!
//! Each allows under a condition key that is never known, so that whatever rests on it comes out as Conditional, and the
//! condition says what is out of sight.

use std::sync::Arc;

use serde_json::json;

use crate::policy::{Document, OneOrMany, Policy};

/// The policies of another account, which nobody asked.
pub(super) const OWN_ACCOUNT: &str = "out-of-sight:own-account";

/// The policy of a key that could not be read.
pub(super) const KEY_POLICY: &str = "out-of-sight:key-policy";

/// The grants on a key that could not be listed.
pub(super) const KEY_GRANTS: &str = "out-of-sight:key-grants";

/// A policy of a principal that could not be read.
pub(super) const IDENTITY_POLICY: &str = "out-of-sight:identity-policy";

/// Reads a policy of our own, which is never wrong.
fn policy(document: &serde_json::Value) -> Arc<Policy> {
    Arc::new(Policy::parse(&document.to_string()).unwrap_or_else(|_| Policy::empty()))
}

/// Allows everything under a key that is out of sight.
pub(super) fn allow_if(key: &str) -> Arc<Policy> {
    policy(&json!({
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {key: "true"}}},
    }))
}

/// Allows and denies everything, each under a key that is out of sight.
pub(super) fn unread_identity_policy() -> Arc<Policy> {
    let statement = |effect: &str, key: String| json!({"Effect": effect, "Action": "*", "Resource": "*", "Condition": {"Bool": {key: "true"}}});
    policy(&json!({
        "Version": "2012-10-17",
        "Statement": [
            statement("Allow", IDENTITY_POLICY.to_owned()),
            statement("Deny", format!("{IDENTITY_POLICY}-denies")),
        ],
    }))
}

/// Lets everybody use a key under a condition key that is out of sight: the policy may name anybody.
pub(super) fn unread_key_policy() -> Arc<Policy> {
    policy(&json!({
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*",
            "Condition": {"Bool": {KEY_POLICY: "true"}},
        },
    }))
}

/// A key's policy together with what unlisted grants may let in.
pub(super) fn with_unlisted_grants(own: &Policy) -> Arc<Policy> {
    let grants = policy(&json!({
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow", "Principal": "*", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*",
            "Condition": {"Bool": {KEY_GRANTS: "true"}},
        },
    }));
    let statements = own.document.statement.iter().chain(grants.document.statement.iter()).cloned();
    let statement = OneOrMany::Many(statements.collect());
    Arc::new(Policy::new(Document { statement, ..own.document.as_ref().clone() }))
}

/// The policy of `aws/secretsmanager`: everybody in the account may use the key, by way of Secrets Manager.
///
/// Source: Secrets Manager User Guide, "Secret encryption and decryption in AWS Secrets Manager".
pub(super) fn default_key_policy(account: &str, region: &str) -> Arc<Policy> {
    policy(&json!({
        "Version": "2012-10-17",
        "Statement": {
            "Sid": "Allow access through AWS Secrets Manager for all principals in the account that are authorized \
                    to use AWS Secrets Manager",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant",
                       "kms:DescribeKey"],
            "Resource": "*",
            "Condition": {"StringEquals": {
                "kms:CallerAccount": account,
                "kms:ViaService": format!("secretsmanager.{region}.amazonaws.com"),
            }},
        },
    }))
}

/// Everything is allowed: what an administrator of another account could be given.
pub(super) fn everything() -> Arc<Policy> {
    policy(&json!({
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
    }))
}
