//! Requests with all their policies as JSON, for simulation: one case a line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::context::Context;
use super::decide::{Decision, Layers};
use super::grant::Grant;
use super::parse_error::{ParseError, from_bytes};
use super::policies::{Policies, PolicyLevels};
use super::prepared::Policy;
use super::principal::Caller;
use super::question::Question;
use super::request::Request;

/// A request together with every policy that has a say in it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Case {
    /// Its name.
    pub id: String,
    request: Object<RequestFields>,
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
    org: Object<Organization>,
    kms: Option<Object<KeyQuestion>>,
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
    #[serde(default)]
    context: Context,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyRequest {
    #[serde(deserialize_with = "lower")]
    action: String,
    resource: String,
    resource_account: String,
    #[serde(default)]
    context: Context,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyQuestion {
    request: Object<KeyRequest>,
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
    /// Reads a case.
    ///
    /// # Errors
    /// With the place of the first mistake: what is no UTF-8, no JSON, or no case.
    pub fn parse(line: &[u8]) -> Result<Self, ParseError> {
        from_bytes::<Object<Self>>(line).map(|Object(case)| case)
    }

    /// The name of what may be no case otherwise, as far as it can be read.
    pub fn id_in(line: &[u8]) -> Option<String> {
        let mut id = None;
        // What is wrong with the line is told by `parse`.
        let _ = IdSeed(&mut id).deserialize(&mut serde_json::Deserializer::from_slice(line));
        id
    }

    /// The decisions.
    pub fn decide(&self) -> CaseOutcome {
        CaseOutcome {
            decision: self.question().decide(),
            key: self.key_question().map(|question| question.decide()),
        }
    }

    /// The circumstances of the request, to be changed.
    pub fn context_mut(&mut self) -> &mut Context {
        &mut self.request.0.context
    }

    /// The circumstances of the request to the key, to be changed.
    pub fn key_context_mut(&mut self) -> Option<&mut Context> {
        self.kms.as_mut().map(|Object(kms)| &mut kms.request.0.context)
    }

    /// What is asked of the resource.
    pub fn question(&self) -> Question<'_> {
        let Object(fields) = &self.request;
        let caller = &fields.principal;
        let request =
            Request::new(caller, &fields.action, &fields.resource, &fields.resource_account, &fields.context);
        let request = if fields.wildcard_only_action { request.without_resource_type() } else { request };
        let layers = Layers {
            resource: self.resource_policy.as_ref(),
            rcps: PolicyLevels::Kept(&self.rcps),
            endpoint: Policies::Kept(&self.vpc_endpoint_policies),
            ..self.shared_layers()
        };
        Question { request, layers }
    }

    /// What is asked of the key.
    pub fn key_question(&self) -> Option<Question<'_>> {
        let Object(kms) = self.kms.as_ref()?;
        let Object(fields) = &kms.request;
        let caller = &self.request.0.principal;
        let request =
            Request::new(caller, &fields.action, &fields.resource, &fields.resource_account, &fields.context);
        let layers = Layers {
            resource: kms.key_policy.as_ref(),
            rcps: PolicyLevels::Kept(&kms.rcps),
            grants: kms.grants.iter().collect(),
            is_key: true,
            ..self.shared_layers()
        };
        Some(Question { request, layers })
    }

    /// Policies of the caller and its account: they have a say in both questions.
    fn shared_layers(&self) -> Layers<'_> {
        Layers {
            identity: Policies::Kept(&self.identity_policies),
            session: self.session_policy.as_ref(),
            boundary: Policies::Kept(&self.permission_boundaries),
            scps: PolicyLevels::Kept(&self.scps),
            management_account: self.org.0.management_account.as_deref(),
            is_service_linked: self.is_service_linked(),
            ..Layers::default()
        }
    }

    /// A service-linked role is known by its path, which a session carries in aws:PrincipalArn only.
    fn is_service_linked(&self) -> bool {
        let principal_arn = match (&self.request.0.principal, self.request.0.context.get("aws:principalarn"))
        {
            (Caller::Role(role), _) => return role.name.starts_with("aws-service-role/"),
            (Caller::Session { .. }, super::context::Lookup::One(arn)) => arn,
            _ => return false,
        };
        principal_arn.contains(":role/aws-service-role/")
    }
}

/// What must be written as an object: by itself, serde takes a list of the values as well.
#[derive(Debug, Default)]
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

/// Looks for the name in an object and keeps it, whatever comes behind.
struct IdSeed<'a>(&'a mut Option<String>);

impl<'de> DeserializeSeed<'de> for IdSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for IdSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            if name == "id" {
                *self.0 = Some(map.next_value()?);
                break;
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

fn lower<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let mut text = String::deserialize(deserializer)?;
    text.make_ascii_lowercase();
    Ok(text)
}

fn caller<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Caller, D::Error> {
    deserializer.deserialize_any(CallerVisitor)
}

struct CallerVisitor;

impl<'de> Visitor<'de> for CallerVisitor {
    type Value = Caller;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an ARN, the name of a service, or {\"type\": \"Anonymous\"}")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Caller, E> {
        Caller::parse(text).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Caller, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Typed {
            #[serde(rename = "type")]
            kind: String,
        }
        let Typed { kind } = Typed::deserialize(MapAccessDeserializer::new(map))?;
        match kind.as_str() {
            "Anonymous" => Ok(Caller::Anonymous),
            _ => Err(de::Error::custom(format!("unknown type of principal `{kind}`, expected Anonymous"))),
        }
    }
}

fn grants<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Grant>, D::Error> {
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
        constraints: Object<Constraints>,
    }
    let written = Vec::<Object<Written>>::deserialize(deserializer)?;
    let grant = |Object(grant): Object<Written>| Grant {
        grantee: grant.grantee_principal,
        operations: grant.operations,
        context_subset: grant.constraints.0.encryption_context_subset,
        context_equals: grant.constraints.0.encryption_context_equals,
    };
    Ok(written.into_iter().map(grant).collect())
}
