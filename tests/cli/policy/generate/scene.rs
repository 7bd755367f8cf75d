//! The request: who calls, for what, in which context.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

pub const OWNER: &str = "111122223333";
pub const OTHER_ACCOUNT: &str = "444455556666";
pub const STRANGER_ACCOUNT: &str = "999900001111";
pub const SECRET_VERSION: &str = "a1b2c3d4-5678-90ab-cdef-EXAMPLE11111";

const NAMES: [&str; 2] = ["alice", "bob"];
const ROLES: [&str; 2] = ["app", "deploy"];
const SERVICES: [&str; 2] = ["lambda.amazonaws.com", "rds.amazonaws.com"];
const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    User,
    RoleSession,
    Role,
    FederatedUser,
    Root,
    Service,
    ServiceLinkedSession,
    ServiceLinkedRole,
}

#[derive(Clone, Debug)]
pub struct Caller {
    pub kind: Kind,
    pub account: &'static str,
    pub principal: String,
    /// The role of a session or the user of a federated session.
    pub parent: Option<String>,
    /// The value of `aws:PrincipalArn`.
    principal_arn: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Scene {
    pub kind: Kind,
    pub caller: Caller,
    pub action: &'static str,
    pub resource: String,
    pub wildcard_only: bool,
    context: Map<String, Value>,
    key_context: Map<String, Value>,
}

impl Scene {
    pub fn is_same_account(&self) -> bool {
        self.kind != Kind::Service && (self.wildcard_only || self.caller.account == OWNER)
    }

    pub fn request(&self) -> Value {
        let mut request = json!({
            "principal": self.caller.principal,
            "action": self.action,
            "resource": self.resource,
            "resourceAccount": if self.wildcard_only { self.caller.account } else { OWNER },
            "context": self.context,
        });
        if self.wildcard_only {
            request["wildcardOnlyAction"] = json!(true);
        }
        request
    }

    /// The same caller before the key that encrypts the secret.
    pub fn key_scene(&self) -> Scene {
        let mut context = self.key_context.clone();
        context.insert("kms:EncryptionContext:SecretARN".into(), json!(self.resource));
        Scene { action: "kms:Decrypt", resource: KEY.into(), context, ..self.clone() }
    }

    pub fn key_request(&self) -> Value {
        json!({
            "action": self.action,
            "resource": self.resource,
            "resourceAccount": OWNER,
            "context": self.context,
        })
    }

    /// Whether an account or a federated user's user can be a grantee is not in FORMAT.md.
    pub fn grantees(&self) -> Vec<String> {
        let mut grantees = vec![format!("arn:aws:iam::{STRANGER_ACCOUNT}:role/app")];
        if self.kind != Kind::Root {
            grantees.extend([self.caller.principal.clone(), self.caller.principal.clone()]);
        }
        if matches!(self.kind, Kind::RoleSession | Kind::ServiceLinkedSession) {
            grantees.extend(self.caller.parent.clone());
        }
        grantees
    }
}

pub fn scene() -> impl Strategy<Value = Scene> {
    caller().prop_flat_map(|caller| {
        let context = context(&caller);
        (Just(caller), action_and_resource(), context.clone(), key_context(context)).prop_map(assemble)
    })
}

type Parts = (Caller, (&'static str, String), Map<String, Value>, Map<String, Value>);

/// An action without a resource type belongs to the caller's account, which a service does not have.
fn assemble((caller, (action, resource), context, mut key_context): Parts) -> Scene {
    let wildcard_only = action.ends_with(":ListSecrets") && caller.kind != Kind::Service;
    let action = if action.ends_with(":ListSecrets") && !wildcard_only {
        "secretsmanager:GetSecretValue"
    } else {
        action
    };
    let resource = if wildcard_only { "*".to_string() } else { resource };
    if caller.kind != Kind::Service {
        key_context.insert("kms:CallerAccount".into(), json!(caller.account));
    }
    Scene { kind: caller.kind, caller, action, resource, wildcard_only, context, key_context }
}

fn action_and_resource() -> impl Strategy<Value = (&'static str, String)> {
    let action = prop_oneof![
        6 => Just("secretsmanager:GetSecretValue"),
        2 => Just("secretsmanager:PutSecretValue"),
        1 => Just("SecretsManager:describesecret"),
        1 => Just("secretsmanager:ListSecrets"),
    ];
    let name = select(vec!["db-AbCdEf", "red/db-AbCdEf", "alice/db-XyZ123", "r*-AbCdEf"]);
    let region = select(vec!["us-east-1", "eu-west-1"]);
    (action, name, region).prop_map(|(action, name, region)| {
        (action, format!("arn:aws:secretsmanager:{region}:{OWNER}:secret:{name}"))
    })
}

fn caller() -> impl Strategy<Value = Caller> {
    let kind = prop_oneof![
        5 => Just(Kind::User),
        7 => Just(Kind::RoleSession),
        3 => Just(Kind::Role),
        4 => Just(Kind::FederatedUser),
        1 => Just(Kind::Root),
        2 => Just(Kind::Service),
        1 => Just(Kind::ServiceLinkedSession),
        1 => Just(Kind::ServiceLinkedRole),
    ];
    let account = prop_oneof![3 => Just(OWNER), 1 => Just(OTHER_ACCOUNT)];
    (kind, account, 0..2usize, any::<bool>())
        .prop_map(|(kind, account, choice, with_path)| caller_of(kind, account, choice, with_path))
}

fn caller_of(kind: Kind, account: &'static str, choice: usize, with_path: bool) -> Caller {
    let (name, role, service) = (NAMES[choice], ROLES[choice], SERVICES[choice]);
    let iam = |rest: String| format!("arn:aws:iam::{account}:{rest}");
    let sts = |rest: String| format!("arn:aws:sts::{account}:{rest}");
    let role_arn = match kind {
        Kind::ServiceLinkedSession | Kind::ServiceLinkedRole => {
            iam(format!("role/aws-service-role/{service}/AWSServiceRoleFor{role}"))
        }
        _ => iam(format!("role/{}{role}", if with_path { "svc/" } else { "" })),
    };
    let (principal, parent) = match kind {
        Kind::User => (iam(format!("user/{}{name}", if with_path { "team/" } else { "" })), None),
        Kind::RoleSession => (sts(format!("assumed-role/{role}/s1")), Some(role_arn.clone())),
        Kind::ServiceLinkedSession => {
            (sts(format!("assumed-role/AWSServiceRoleFor{role}/s1")), Some(role_arn.clone()))
        }
        Kind::Role | Kind::ServiceLinkedRole => (role_arn.clone(), None),
        Kind::FederatedUser => (sts(format!("federated-user/{name}")), Some(iam(format!("user/{name}")))),
        Kind::Root => (iam("root".into()), None),
        Kind::Service => (service.to_string(), None),
    };
    let principal_arn = match kind {
        Kind::Service => None,
        Kind::RoleSession | Kind::ServiceLinkedSession => Some(role_arn),
        _ => Some(principal.clone()),
    };
    Caller { kind, account, principal, parent, principal_arn }
}

/// The region is always known, and so is the role of a session; every other key may be absent.
fn context(caller: &Caller) -> BoxedStrategy<Map<String, Value>> {
    let keys = (text_keys(), typed_keys(), multivalued_keys(), select(vec!["us-east-1", "eu-west-1"]));
    let caller = caller.clone();
    keys.prop_map(move |(text, typed, multivalued, region)| {
        let mut context = Map::from_iter(text.into_iter().chain(typed).chain(multivalued));
        context.insert("aws:RequestedRegion".into(), json!(region));
        if let Some(arn) = &caller.principal_arn {
            context.insert("aws:PrincipalArn".into(), json!(arn));
            context.insert("aws:PrincipalAccount".into(), json!(caller.account));
        }
        if caller.kind == Kind::User {
            context.insert("aws:username".into(), json!(caller.principal.rsplit('/').next()));
        }
        context
    })
    .boxed()
}

fn key_context(context: BoxedStrategy<Map<String, Value>>) -> impl Strategy<Value = Map<String, Value>> {
    context.prop_map(|mut context| {
        context.insert("kms:ViaService".into(), json!("secretsmanager.us-east-1.amazonaws.com"));
        context.insert("kms:EncryptionContext:SecretVersionId".into(), json!(SECRET_VERSION));
        context.insert("kms:EncryptionContextKeys".into(), json!(["SecretARN", "SecretVersionId"]));
        context
    })
}

type Pairs = Vec<(String, Value)>;

fn single(
    key: &'static str,
    values: &[&'static str],
) -> impl Strategy<Value = Option<(String, Value)>> + use<> {
    let spelling = prop_oneof![4 => Just(key.to_string()), 1 => Just(key.to_uppercase())];
    prop::option::weighted(0.65, (spelling, select(values.to_vec()).prop_map(|value| json!(value))))
}

pub const WORDS: [&str; 5] = ["red", "RED", "blue", "r*", "r?d"];

fn text_keys() -> impl Strategy<Value = Pairs> {
    let keys = (
        single("aws:PrincipalTag/team", &WORDS),
        single("aws:PrincipalTag/env", &["red", "Red"]),
        single("secretsmanager:ResourceTag/team", &WORDS),
        single("aws:PrincipalOrgID", &["o-red", "o-blue"]),
        single("secretsmanager:VersionStage", &["red", "blue"]),
        single("app:Blob", &["cmVk", "Ymx1ZQ=="]),
    );
    keys.prop_map(|(a, b, c, d, e, f)| [a, b, c, d, e, f].into_iter().flatten().collect())
}

fn typed_keys() -> impl Strategy<Value = Pairs> {
    let keys = (
        single("aws:SecureTransport", &["true", "false", "True"]),
        single("aws:MultiFactorAuthPresent", &["true", "false"]),
        single("aws:MultiFactorAuthAge", &["-1", "0", "99.5", "100", "100.0", "3600"]),
        single("aws:CurrentTime", &["2026-06-15T12:00:00Z", "2026-06-15T00:00:00Z", "2026-12-31T23:59:59Z"]),
        single("aws:EpochTime", &["1781524800", "1781481600", "1798761599"]),
        single(
            "aws:SourceIp",
            &["10.1.2.3", "192.0.2.127", "192.0.2.128", "2001:db8::5", "2001:DB8:0:0::5", "::1"],
        ),
        single(
            "aws:SourceArn",
            &["arn:aws:sns:us-east-1:111122223333:topic", "arn:aws:sns:us-east-1:111122223333:topic:sub"],
        ),
    );
    keys.prop_map(|(a, b, c, d, e, f, g)| [a, b, c, d, e, f, g].into_iter().flatten().collect())
}

fn multivalued_keys() -> impl Strategy<Value = Pairs> {
    let multivalued = |key: &'static str| {
        let values = prop::collection::vec(select(WORDS.to_vec()), 1..=3);
        prop::option::weighted(0.7, values.prop_map(move |values| (key.to_string(), json!(values))))
    };
    (multivalued("aws:TagKeys"), multivalued("aws:CalledVia"))
        .prop_map(|(a, b)| [a, b].into_iter().flatten().collect())
}
