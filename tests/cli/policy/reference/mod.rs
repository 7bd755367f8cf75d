//! A naive evaluator of AWS IAM policies: it reads the JSON of a case again for every question and answers
//! in the words of the specification (FORMAT.md, "Semantics that the labels assume").

mod condition;
mod layers;
mod matching;
mod principal;

use layers::{AllowedBy, Request};
use principal::{How, Kind, Principal};
use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub decision: &'static str,
    pub kms: Option<&'static str>,
    pub effective: Option<&'static str>,
}

const ALLOWED: &str = "Allowed";
const IMPLICITLY_DENIED: &str = "ImplicitlyDenied";
const EXPLICITLY_DENIED: &str = "ExplicitlyDenied";

pub fn decide(case: &Value) -> Outcome {
    let decision = Evaluation::of_the_request(case).decision();
    let kms = case.get("kms").map(|kms| Evaluation::of_the_key(case, kms).decision());
    Outcome { decision, kms, effective: kms.map(|kms| effective(decision, kms)) }
}

/// FORMAT.md, "KMS block".
fn effective(decision: &str, kms: &str) -> &'static str {
    if decision == EXPLICITLY_DENIED || kms == EXPLICITLY_DENIED {
        EXPLICITLY_DENIED
    } else if decision == ALLOWED && kms == ALLOWED {
        ALLOWED
    } else {
        IMPLICITLY_DENIED
    }
}

/// One request and every policy that has a say in it. Documents are kept as the JSON they came in.
struct Evaluation<'a> {
    request: Request<'a>,
    identity: Vec<&'a Value>,
    session: Vec<&'a Value>,
    boundary: Vec<&'a Value>,
    resource: Vec<&'a Value>,
    scps: Vec<Vec<&'a Value>>,
    rcps: Vec<Vec<&'a Value>>,
    vpc_endpoint: Vec<&'a Value>,
    /// Present only for a KMS key.
    key_grants: Option<Vec<&'a Value>>,
    management_account: Option<&'a str>,
}

impl<'a> Evaluation<'a> {
    fn of_the_request(case: &'a Value) -> Self {
        let principal = Principal::parse(&case["request"]["principal"]);
        Evaluation {
            request: Request::new(principal, &case["request"]),
            identity: documents(case.get("identityPolicies")),
            session: case.get("sessionPolicy").into_iter().collect(),
            boundary: documents(case.get("permissionBoundaries")),
            resource: case.get("resourcePolicy").into_iter().collect(),
            scps: levels(case.get("scps")),
            rcps: levels(case.get("rcps")),
            vpc_endpoint: documents(case.get("vpcEndpointPolicies")),
            key_grants: None,
            management_account: case.pointer("/org/managementAccount").and_then(Value::as_str),
        }
    }

    /// The policies that follow the caller are shared with the main evaluation; those of the resource, and of
    /// the way to it, are not (FORMAT.md, "KMS block").
    fn of_the_key(case: &'a Value, kms: &'a Value) -> Self {
        let principal = Principal::parse(&case["request"]["principal"]);
        Evaluation {
            request: Request::new(principal, &kms["request"]),
            resource: kms.get("keyPolicy").into_iter().collect(),
            rcps: levels(kms.get("rcps")),
            vpc_endpoint: Vec::new(),
            key_grants: Some(documents(kms.get("grants"))),
            ..Evaluation::of_the_request(case)
        }
    }

    /// FORMAT.md, rule 6, line by line.
    fn decision(&self) -> &'static str {
        if self.is_explicitly_denied() {
            EXPLICITLY_DENIED
        } else if self.scps_allow() && self.vpc_endpoint_allows() && self.is_granted() {
            ALLOWED
        } else {
            IMPLICITLY_DENIED
        }
    }

    fn is_explicitly_denied(&self) -> bool {
        let request = &self.request;
        request.denied_by_any(&self.identity)
            || request.denied_by_any(&self.session)
            || request.denied_by_any(&self.boundary)
            || request.denied_to_principal_by_any(&self.resource)
            || request.denied_to_principal_by_any(&self.vpc_endpoint)
            || self.not_principal_denies_despite_being_listed()
            || (self.scps_apply() && self.scps.iter().any(|level| request.denied_by_any(level)))
            || (self.rcps_apply() && self.rcps.iter().any(|level| request.denied_to_principal_by_any(level)))
    }

    /// "Permissions boundaries for IAM entities": a NotPrincipal with Deny always denies a caller that has a
    /// boundary, whoever is listed.
    fn not_principal_denies_despite_being_listed(&self) -> bool {
        !self.boundary.is_empty() && self.request.denied_by_any_not_principal(&self.resource)
    }

    /// "Service control policies": they restrict the users and roles of member accounts only.
    fn scps_apply(&self) -> bool {
        self.request.principal.account().is_some()
            && !self.request.is_service_linked_role()
            && self.request.principal.account() != self.management_account
    }

    /// "Resource control policies": not for the management account's resources, not for service-linked roles.
    fn rcps_apply(&self) -> bool {
        !self.request.is_service_linked_role()
            && Some(self.request.resource_account) != self.management_account
    }

    fn scps_allow(&self) -> bool {
        !self.scps_apply() || self.scps.iter().all(|level| self.request.allowed_by_any(level))
    }

    fn vpc_endpoint_allows(&self) -> bool {
        self.vpc_endpoint.is_empty() || !self.request.ways_allowed(&self.vpc_endpoint).is_empty()
    }

    fn is_granted(&self) -> bool {
        let by_resource = self.request.ways_allowed(&self.resource);
        match self.request.principal.account() {
            None => by_resource.contains(How::Star) || by_resource.contains(How::Direct),
            Some(account) if account == self.request.resource_account => {
                self.is_granted_in_the_same_account(&by_resource)
            }
            Some(_) => self.has_key_grant() || (!by_resource.is_empty() && self.identity_ok()),
        }
    }

    fn is_granted_in_the_same_account(&self, by_resource: &AllowedBy) -> bool {
        let is_kms_key = self.key_grants.is_some();
        by_resource.contains(How::Star)
            || by_resource.contains(How::Direct)
            || (by_resource.contains(How::Parent) && self.boundary_allows() && self.session_allows())
            || self.has_key_grant()
            // "Default key policy": IAM policies count only if the key policy gives the account access.
            || (self.identity_ok() && (!is_kms_key || by_resource.contains(How::Account)))
    }

    fn identity_ok(&self) -> bool {
        self.identity_allows() && self.boundary_allows() && self.session_allows()
    }

    /// "Policy evaluation logic": the root user needs no policy; a federated user has no permissions of its
    /// own without a session policy.
    fn identity_allows(&self) -> bool {
        match self.request.principal.kind() {
            Kind::Root => true,
            Kind::FederatedUser if self.session.is_empty() => false,
            _ => self.request.allowed_by_any(&self.identity),
        }
    }

    fn boundary_allows(&self) -> bool {
        self.boundary.is_empty() || self.request.allowed_by_any(&self.boundary)
    }

    fn session_allows(&self) -> bool {
        self.session.is_empty() || self.request.allowed_by_any(&self.session)
    }

    fn has_key_grant(&self) -> bool {
        self.key_grants.iter().flatten().any(|grant| self.request.matches_key_grant(grant))
    }
}

fn documents(value: Option<&Value>) -> Vec<&Value> {
    value.and_then(Value::as_array).into_iter().flatten().collect()
}

fn levels(value: Option<&Value>) -> Vec<Vec<&Value>> {
    documents(value).into_iter().map(|level| documents(Some(level))).collect()
}
