//! Requests with all their policies as JSON, for simulation: one case a line.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::context::{Context, Value};
use super::decide::{Decision, Layers};
use super::grant::Grant;
use super::policy::Policy;
use super::principal::Caller;
use super::question::Question;
use super::request::Request;

/// A request together with every policy that has a say in it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Case {
    /// Its name.
    pub id: String,
    request: RequestFields,
    #[serde(default)]
    identity_policies: Vec<Policy>,
    session_policy: Option<Policy>,
    #[serde(default)]
    permission_boundaries: Vec<Policy>,
    resource_policy: Option<Policy>,
    #[serde(default)]
    scps: Vec<Vec<Policy>>,
    #[serde(default)]
    rcps: Vec<Vec<Policy>>,
    #[serde(default)]
    vpc_endpoint_policies: Vec<Policy>,
    #[serde(default)]
    org: Organization,
    kms: Option<KeyQuestion>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Organization {
    management_account: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestFields {
    #[serde(deserialize_with = "caller")]
    principal: Caller,
    #[serde(deserialize_with = "lower")]
    action: String,
    resource: String,
    resource_account: String,
    #[serde(default)]
    wildcard_only_action: bool,
    #[serde(default, deserialize_with = "context")]
    context: Context,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyRequest {
    #[serde(deserialize_with = "lower")]
    action: String,
    resource: String,
    resource_account: String,
    #[serde(default, deserialize_with = "context")]
    context: Context,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyQuestion {
    request: KeyRequest,
    key_policy: Option<Policy>,
    #[serde(default)]
    rcps: Vec<Vec<Policy>>,
    #[serde(default, deserialize_with = "grants")]
    grants: Vec<Grant>,
}

/// The decisions of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseOutcome {
    /// About the request.
    pub decision: Decision,
    /// About the key, where the case asks.
    pub key: Option<Decision>,
}

impl CaseOutcome {
    /// Both together.
    pub fn effective(&self) -> Option<Decision> {
        self.key.map(|key| self.decision.and(key))
    }
}

impl Case {
    /// The decisions.
    pub fn decide(&self) -> CaseOutcome {
        CaseOutcome {
            decision: self.question().decide(),
            key: self.key_question().map(|question| question.decide()),
        }
    }

    /// The circumstances of the request, to be changed.
    pub fn context_mut(&mut self) -> &mut Context {
        &mut self.request.context
    }

    /// The circumstances of the request to the key, to be changed.
    pub fn key_context_mut(&mut self) -> Option<&mut Context> {
        self.kms.as_mut().map(|kms| &mut kms.request.context)
    }

    /// What is asked of the resource.
    pub fn question(&self) -> Question<'_> {
        let fields = &self.request;
        let caller = &fields.principal;
        let request =
            Request::new(caller, &fields.action, &fields.resource, &fields.resource_account, &fields.context);
        let request = if fields.wildcard_only_action { request.without_resource_type() } else { request };
        let layers = Layers {
            resource: self.resource_policy.as_ref(),
            rcps: levels(&self.rcps),
            endpoint: self.vpc_endpoint_policies.iter().collect(),
            ..self.shared_layers()
        };
        Question { request, layers }
    }

    /// What is asked of the key.
    pub fn key_question(&self) -> Option<Question<'_>> {
        let kms = self.kms.as_ref()?;
        let fields = &kms.request;
        let caller = &self.request.principal;
        let request =
            Request::new(caller, &fields.action, &fields.resource, &fields.resource_account, &fields.context);
        let layers = Layers {
            resource: kms.key_policy.as_ref(),
            rcps: levels(&kms.rcps),
            grants: kms.grants.iter().collect(),
            is_key: true,
            ..self.shared_layers()
        };
        Some(Question { request, layers })
    }

    /// Policies of the caller and its account: they have a say in both questions.
    fn shared_layers(&self) -> Layers<'_> {
        Layers {
            identity: self.identity_policies.iter().collect(),
            session: self.session_policy.as_ref(),
            boundary: self.permission_boundaries.iter().collect(),
            scps: levels(&self.scps),
            management_account: self.org.management_account.as_deref(),
            is_service_linked: self.is_service_linked(),
            ..Layers::default()
        }
    }

    /// A service-linked role is known by its path, which a session carries in aws:PrincipalArn only.
    fn is_service_linked(&self) -> bool {
        let principal_arn = match (&self.request.principal, self.request.context.get("aws:principalarn")) {
            (Caller::Role(role), _) => return role.name.starts_with("aws-service-role/"),
            (Caller::Session { .. }, super::context::Lookup::One(arn)) => arn,
            _ => return false,
        };
        principal_arn.contains(":role/aws-service-role/")
    }
}

fn levels(levels: &[Vec<Policy>]) -> Vec<Vec<&Policy>> {
    levels.iter().map(|level| level.iter().collect()).collect()
}

fn lower<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let mut text = String::deserialize(deserializer)?;
    text.make_ascii_lowercase();
    Ok(text)
}

fn caller<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Caller, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Text(String),
        Typed {
            #[serde(rename = "type")]
            kind: String,
        },
    }
    match Written::deserialize(deserializer)? {
        Written::Text(text) => Caller::parse(&text).map_err(serde::de::Error::custom),
        Written::Typed { kind } if kind == "Anonymous" => Ok(Caller::Anonymous),
        Written::Typed { kind } => {
            Err(serde::de::Error::custom(format!("unknown type of principal `{kind}`, expected Anonymous")))
        }
    }
}

fn context<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Context, D::Error> {
    struct Visitor;
    impl<'de> serde::de::Visitor<'de> for Visitor {
        type Value = Context;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object with condition keys and their values")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Context, A::Error> {
            let mut context = Context::new();
            while let Some((key, value)) = map.next_entry::<String, Value>()? {
                context.set(&key, value);
            }
            Ok(context)
        }
    }
    deserializer.deserialize_map(Visitor)
}

fn grants<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Grant>, D::Error> {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Constraints {
        encryption_context_subset: BTreeMap<String, String>,
        encryption_context_equals: BTreeMap<String, String>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Written {
        #[serde(deserialize_with = "caller")]
        grantee_principal: Caller,
        operations: Vec<String>,
        #[serde(default)]
        constraints: Constraints,
    }
    let written = Vec::<Written>::deserialize(deserializer)?;
    let grant = |grant: Written| Grant {
        grantee: grant.grantee_principal,
        operations: grant.operations,
        context_subset: grant.constraints.encryption_context_subset,
        context_equals: grant.constraints.encryption_context_equals,
    };
    Ok(written.into_iter().map(grant).collect())
}
