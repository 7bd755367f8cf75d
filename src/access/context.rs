//! What is known of the circumstances of a call at the time of an audit, key by key.
//!
//! Source: IAM User Guide, "AWS global condition context keys"; Service Authorization Reference, "Condition keys for AWS
//! Secrets Manager" and "for AWS Key Management Service".

use super::estate::{Estate, KeyNode, SecretNode};
use super::principal::Principal;
use crate::model::PrincipalType;
use crate::policy::{Caller, Context, Value};

/// Keys about the way of a request, which nobody knows before it is made.
const OF_REQUESTS: &[&str] = &[
    "aws:calledvia*",
    "aws:currenttime",
    "aws:epochtime",
    "aws:referer",
    "aws:securetransport",
    "aws:sourceip",
    "aws:sourcevpc*",
    "aws:useragent",
    "aws:viaawsservice",
    "aws:vpce*",
    "aws:vpcsourceip",
    // What the caller chooses.
    "secretsmanager:blockpublicpolicy",
    "secretsmanager:description",
    "secretsmanager:forcedeletewithoutrecovery",
    "secretsmanager:kmskeyarn",
    "secretsmanager:kmskeyid",
    "secretsmanager:modifyrotationrules",
    "secretsmanager:recoverywindowindays",
    "secretsmanager:rotateimmediately",
    "secretsmanager:rotationlambdaarn",
    "aws:requesttag/*",
    "aws:tagkeys",
    "out-of-sight:*",
];

/// Keys about how a person or program proved who it is.
const OF_SIGN_IN: &[&str] = &["aws:multifactorauthage", "aws:multifactorauthpresent", "aws:tokenissuetime"];

/// Keys about sessions: how they were asked for, and from where.
const OF_SESSIONS: &[&str] = &[
    "accounts.google.com:*",
    "aws:federatedprovider",
    "aws:rolesessionname",
    "aws:sourceidentity",
    "aws:userid",
    "cognito-identity.amazonaws.com:*",
    "ec2:*",
    "ec2:roledelivery",
    "glue:roleassumedby",
    "graph.facebook.com:*",
    "lambda:sourcefunctionarn",
    "saml:*",
    "ssm:sourceinstancearn",
    "sts:*",
    "identitystore:*",
];

/// Keys about the resource on whose behalf a service calls.
const OF_SERVICES: &[&str] = &["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"];

/// What a stranger's account would tell of itself.
const OF_STRANGERS: &[&str] = &[
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principaltag/*",
    "aws:principaltype",
    "aws:username",
    "aws:userid",
];

/// What is known of a principal whatever it calls.
pub(super) fn of_principal(estate: &Estate<'_>, principal: &Principal) -> Context {
    let mut context = Context::new();
    context.not_before(estate.as_of);
    context.unknown_unless_given(OF_REQUESTS);
    if principal.kind == PrincipalType::Service {
        context.set("aws:PrincipalIsAWSService", "true");
        context.set("aws:PrincipalServiceName", principal.arn.as_str());
        context.set("aws:PrincipalServiceNamesList", vec![principal.arn.clone()]);
        context.unknown_unless_given(OF_SERVICES);
        return context;
    }
    context.set("aws:PrincipalIsAWSService", "false");
    context.unknown_unless_given(OF_SIGN_IN);
    match principal.kind {
        PrincipalType::User => user(principal, &mut context),
        PrincipalType::Role | PrincipalType::Session => role(principal, &mut context),
        PrincipalType::Outside | PrincipalType::Anyone | PrincipalType::Service => {
            outside(estate, principal, &mut context);
        }
    }
    organization(estate, principal, &mut context);
    context
}

fn user(principal: &Principal, context: &mut Context) {
    context.set("aws:PrincipalArn", principal.arn.as_str());
    context.set("aws:PrincipalType", "User");
    context.set("aws:username", principal.name.as_str());
    context.set("aws:userid", principal.unique_id.as_str());
    tags(principal, context);
}

fn role(principal: &Principal, context: &mut Context) {
    let arn = match (&principal.caller, principal.kind) {
        (Caller::Session { role, session }, PrincipalType::Session) => {
            context.set("aws:userid", format!("{}:{session}", principal.unique_id));
            format!("arn:{}:iam::{}:role/{}", role.partition, role.account, role.name)
        }
        _ => principal.arn.clone(),
    };
    context.set("aws:PrincipalArn", arn);
    context.set("aws:PrincipalType", "AssumedRole");
    context.unknown_unless_given(OF_SESSIONS);
    if principal.takes_session_tags {
        // A session tag takes the place of the role's own.
        context.unknown_unless_given(&["aws:principaltag/*"]);
    } else {
        tags(principal, context);
    }
}

fn tags(principal: &Principal, context: &mut Context) {
    for tag in &principal.tags {
        context.set(&format!("aws:PrincipalTag/{}", tag.key), tag.value.as_str());
    }
}

fn outside(estate: &Estate<'_>, principal: &Principal, context: &mut Context) {
    context.unknown_unless_given(OF_STRANGERS);
    context.unknown_unless_given(OF_SESSIONS);
    match &principal.caller {
        Caller::User(_) | Caller::Role(_) => context.set("aws:PrincipalArn", principal.arn.as_str()),
        _ => {}
    }
    context.never_from(estate.accounts.keys().map(ToString::to_string));
    let audited = |account: &str| estate.accounts.keys().any(|known| known.as_str() == account);
    let is_member =
        |id: &str, account: &str| estate.organizations.accounts_of(id).any(|known| known == account);
    for id in estate.organizations.ids() {
        let is_excluded = match &principal.account {
            Some(account) => !is_member(id, account.as_str()),
            // Nobody is left in an organization of which every account was audited.
            None => estate.organizations.accounts_of(id).all(audited),
        };
        if is_excluded && estate.organizations.is_listed(id) {
            context.never("aws:PrincipalOrgID", id);
        }
    }
}

fn organization(estate: &Estate<'_>, principal: &Principal, context: &mut Context) {
    let Some(account) = principal.account.as_ref().filter(|_| principal.kind != PrincipalType::Anyone) else {
        return;
    };
    context.set("aws:PrincipalAccount", account.as_str());
    let Some(above) = estate.organizations.above(account.as_str()) else {
        context.unknown_unless_given(&["aws:principalorgid", "aws:principalorgpaths"]);
        return;
    };
    match above.id.as_deref() {
        Some("") => {}
        Some(id) => context.set("aws:PrincipalOrgID", id),
        None => context.unknown_unless_given(&["aws:principalorgid"]),
    }
    match &above.path {
        Some(path) => context.set("aws:PrincipalOrgPaths", vec![path.clone()]),
        None if above.id.as_deref() == Some("") => {}
        None => context.unknown_unless_given(&["aws:principalorgpaths"]),
    }
}

/// What a call about a secret adds.
pub(super) fn about_secret(estate: &Estate<'_>, secret: &SecretNode<'_>, context: &mut Context) {
    owner(estate, secret.account.as_str(), context);
    context.set("aws:RequestedRegion", secret.region.as_str());
    context.set("secretsmanager:SecretId", secret.record.arn.as_str());
    context.set("secretsmanager:VersionStage", "AWSCURRENT");
    for tag in &secret.record.tags {
        context.set(&format!("aws:ResourceTag/{}", tag.key), tag.value.as_str());
        context.set(&format!("secretsmanager:ResourceTag/{}", tag.key), tag.value.as_str());
    }
    if let Some(function) = &secret.record.rotation_lambda_arn {
        context.set("secretsmanager:resource/AllowRotationLambdaArn", function.as_str());
    }
    if let Some(region) = &secret.record.primary_region {
        context.set("secretsmanager:SecretPrimaryRegion", region.as_str());
    }
}

/// What a call to a key by way of Secrets Manager adds.
pub(super) fn about_key(
    estate: &Estate<'_>,
    principal: &Principal,
    secret: &SecretNode<'_>,
    key: &KeyNode,
    context: &mut Context,
) {
    owner(estate, key.account.as_str(), context);
    let region = secret.region.as_str();
    context.set("aws:RequestedRegion", region);
    context.set("kms:ViaService", format!("secretsmanager.{region}.amazonaws.com"));
    // Secrets Manager calls on the caller's behalf.
    context.set("aws:ViaAWSService", "true");
    context.set("aws:CalledVia", vec!["secretsmanager.amazonaws.com".to_owned()]);
    context.set("aws:CalledViaFirst", "secretsmanager.amazonaws.com");
    context.set("aws:CalledViaLast", "secretsmanager.amazonaws.com");
    match (&principal.account, principal.kind) {
        (_, PrincipalType::Anyone) => context.unknown_unless_given(&["kms:calleraccount"]),
        (Some(account), _) => context.set("kms:CallerAccount", account.as_str()),
        (None, _) => context.set_absent("kms:CallerAccount"),
    }
    context.set("kms:EncryptionContext:SecretARN", secret.record.arn.as_str());
    // The tags of the key are not collected.
    context.unknown_unless_given(&["aws:resourcetag/*", "kms:encryptioncontext:secretversionid"]);
    context.unknown_unless_given(&["kms:keyorigin", "kms:keyspec", "kms:resourcealiases"]);
    let keys = ["SecretARN", "SecretVersionId"].map(str::to_owned).to_vec();
    context.set("kms:EncryptionContextKeys", Value::Many(keys));
    context.set("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT");
    context.set("kms:GrantIsForAWSResource", "false");
}

fn owner(estate: &Estate<'_>, account: &str, context: &mut Context) {
    context.set("aws:ResourceAccount", account);
    let above = estate.organizations.above(account);
    match above.and_then(|above| above.id.as_deref()) {
        Some("") => {}
        Some(id) => context.set("aws:ResourceOrgID", id),
        None => context.unknown_unless_given(&["aws:resourceorgid"]),
    }
    match above.and_then(|above| above.path.as_ref()) {
        Some(path) => context.set("aws:ResourceOrgPaths", vec![path.clone()]),
        None => context.unknown_unless_given(&["aws:resourceorgpaths"]),
    }
}
