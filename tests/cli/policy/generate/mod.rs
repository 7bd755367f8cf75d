//! Random cases in the neutral format (FORMAT.md), from small alphabets so that names collide often. What AWS
//! leaves undefined is not generated.

mod condition;
mod policy;
mod scene;

use policy::{Document, Layer};
use proptest::prelude::*;
use proptest::sample::select;
use scene::{Kind, SECRET_VERSION, Scene};
use serde_json::{Map, Value, json};

pub fn case() -> impl Strategy<Value = Value> {
    scene::scene().prop_flat_map(case_of)
}

/// A top-level field that may be missing.
type Field = (&'static str, Option<Value>);

fn case_of(scene: Scene) -> impl Strategy<Value = Value> {
    let request = scene.request();
    let fields = (
        caller_fields(&scene),
        resource_policy_field(&scene),
        organization_fields(&scene),
        vpc_endpoint_field(&scene),
        kms_field(&scene),
    );
    fields.prop_map(move |(caller, resource, organization, vpc_endpoint, kms)| {
        let mut case =
            Map::from_iter([("id".into(), json!("generated")), ("request".into(), request.clone())]);
        let fields = caller.into_iter().chain([resource]).chain(organization).chain([vpc_endpoint, kms]);
        case.extend(fields.filter_map(|(name, value)| Some((name.to_string(), value?))));
        Value::Object(case)
    })
}

/// Present in this share of the cases; proptest refuses a share of 0.
fn maybe<T: Clone + std::fmt::Debug + 'static>(
    share: f64,
    strategy: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Option<T>> {
    if share == 0.0 { Just(None).boxed() } else { prop::option::weighted(share, strategy).boxed() }
}

/// Identity and session policies and the boundary: what the kind of caller can have.
fn caller_fields(scene: &Scene) -> BoxedStrategy<Vec<Field>> {
    let documents = |layer, count| prop::collection::vec(policy::document(scene, layer), count);
    let has_policies = !matches!(scene.kind, Kind::Root | Kind::Service);
    let has_session =
        matches!(scene.kind, Kind::RoleSession | Kind::ServiceLinkedSession | Kind::FederatedUser);
    let session_share = if scene.kind == Kind::FederatedUser { 0.75 } else { 0.35 };
    let identity = if has_policies { documents(Layer::Caller, 0..=3).boxed() } else { Just(vec![]).boxed() };
    let boundary = maybe(if has_policies { 0.4 } else { 0.0 }, documents(Layer::Limit, 1..=2));
    let session = maybe(if has_session { session_share } else { 0.0 }, policy::document(scene, Layer::Limit));
    (identity, boundary, session)
        .prop_map(|(identity, boundary, session)| {
            vec![
                ("identityPolicies", Some(json!(identity))),
                ("permissionBoundaries", boundary.map(|documents| json!(documents))),
                ("sessionPolicy", session),
            ]
        })
        .boxed()
}

fn resource_policy_field(scene: &Scene) -> impl Strategy<Value = Field> + use<> {
    let share = match scene.kind {
        _ if scene.wildcard_only => 0.0,
        Kind::Service => 0.95,
        _ if scene.is_same_account() => 0.75,
        _ => 0.9,
    };
    maybe(share, policy::document(scene, Layer::Resource)).prop_map(|document| ("resourcePolicy", document))
}

fn organization_fields(scene: &Scene) -> impl Strategy<Value = Vec<Field>> + use<> {
    let management = select(vec![scene::OWNER, scene::OTHER_ACCOUNT]);
    let management = maybe(0.15, management.prop_map(|account| json!({ "managementAccount": account })));
    (maybe(0.4, scps(scene)), maybe(0.3, rcps(scene)), management)
        .prop_map(|(scps, rcps, org)| vec![("scps", scps), ("rcps", rcps), ("org", org)])
}

/// Most levels hold an unrestricted Allow, as FullAWSAccess does; an empty level allows nothing.
fn scps(scene: &Scene) -> impl Strategy<Value = Value> + use<> {
    let open = Just(policy::full_access(false)).prop_map(|document| vec![document]);
    let restricted = policy::document(scene, Layer::Limit);
    let open_and_restricted = restricted.clone().prop_map(|other| vec![policy::full_access(false), other]);
    let level = prop_oneof![
        6 => open,
        3 => open_and_restricted,
        2 => restricted.prop_map(|document| vec![document]),
        1 => Just(Vec::<Document>::new()),
    ];
    prop_oneof![
        1 => Just(json!([])),
        9 => prop::collection::vec(level, 1..=3).prop_map(|levels| json!(levels)),
    ]
}

fn rcps(scene: &Scene) -> impl Strategy<Value = Value> + use<> {
    let full_access = Just(policy::full_access(true));
    let document = prop_oneof![1 => full_access, 3 => policy::document(scene, Layer::ResourceControl)];
    let level = prop::collection::vec(document, 0..=2);
    prop::collection::vec(level, 0..=2).prop_map(|levels| json!(levels))
}

fn vpc_endpoint_field(scene: &Scene) -> impl Strategy<Value = Field> + use<> {
    let document = prop_oneof![
        2 => Just(policy::full_access(true)),
        3 => policy::document(scene, Layer::VpcEndpoint),
    ];
    maybe(0.12, prop::collection::vec(document, 0..=2))
        .prop_map(|documents| ("vpcEndpointPolicies", documents.map(|documents| json!(documents))))
}

fn kms_field(scene: &Scene) -> impl Strategy<Value = Field> + use<> {
    let block = prop_oneof![
        4 => customer_key(scene).boxed(),
        1 => aws_managed_key(scene).boxed(),
    ];
    maybe(if scene.wildcard_only { 0.0 } else { 0.35 }, block).prop_map(|block| ("kms", block))
}

fn customer_key(scene: &Scene) -> impl Strategy<Value = Value> + use<> {
    let key = scene.key_scene();
    let grants = prop::collection::vec(grant(scene), 0..=2);
    let parts = (policy::document(&key, Layer::Resource), maybe(0.2, rcps(&key)), maybe(0.5, grants));
    let (request, has_grants) = (key.key_request(), scene.kind != Kind::Service);
    parts.prop_map(move |(key_policy, rcps, grants)| {
        let mut block = json!({ "request": request, "keyPolicy": key_policy });
        if let Some(rcps) = rcps {
            block["rcps"] = rcps;
        }
        if let Some(grants) = grants.filter(|_| has_grants) {
            block["grants"] = json!(grants);
        }
        block
    })
}

/// The policy of aws/secretsmanager: everybody in the owner's account, through Secrets Manager.
fn aws_managed_key(scene: &Scene) -> impl Strategy<Value = Value> + use<> {
    let through_the_service = json!({"StringEquals": {
        "kms:CallerAccount": scene::OWNER,
        "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com",
    }});
    let statement = json!({
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": ["kms:Encrypt", "kms:Decrypt", "kms:CreateGrant", "kms:DescribeKey"],
        "Resource": "*",
        "Condition": through_the_service,
    });
    let key_policy =
        json!({"Version": "2012-10-17", "Id": "auto-secretsmanager-2", "Statement": [statement]});
    Just(json!({ "request": scene.key_scene().key_request(), "keyPolicy": key_policy }))
}

fn grant(scene: &Scene) -> impl Strategy<Value = Value> + use<> {
    let operations = select(vec![
        json!(["Decrypt"]),
        json!(["Encrypt", "Decrypt"]),
        json!(["GenerateDataKey"]),
        json!(["Encrypt"]),
    ]);
    let (arn, version) = (scene.resource.clone(), SECRET_VERSION);
    let constraints = select(vec![
        json!({"encryptionContextSubset": {"SecretARN": arn}}),
        json!({"encryptionContextSubset": {"SecretARN": format!("{arn}x")}}),
        json!({"encryptionContextSubset": {"Purpose": "backup"}}),
        json!({"encryptionContextEquals": {"SecretARN": arn, "SecretVersionId": version}}),
        json!({"encryptionContextEquals": {"SecretARN": arn}}),
    ]);
    let parts = (select(scene.grantees()), operations, maybe(0.5, constraints));
    parts.prop_map(|(grantee, operations, constraints)| {
        let mut grant = json!({ "granteePrincipal": grantee, "operations": operations });
        if let Some(constraints) = constraints {
            grant["constraints"] = constraints;
        }
        grant
    })
}
