//! Which statements of a layer apply to a request, and what they say.

use super::condition::conditions_hold;
use super::matching::{Context, Variables, action_matches, resource_matches, values};
use super::principal::{How, Kind, Principal};
use serde_json::Value;

pub struct Request<'a> {
    pub principal: Principal<'a>,
    pub resource_account: &'a str,
    action: &'a str,
    resource: &'a str,
    wildcard_only_action: bool,
    context: Context<'a>,
}

/// The ways in which the caller is named by the Allow statements that match.
pub struct AllowedBy(Vec<How>);

impl AllowedBy {
    pub fn contains(&self, how: How) -> bool {
        self.0.contains(&how)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A statement together with the version of its document, which decides whether variables are resolved.
#[derive(Clone, Copy)]
struct Statement<'a> {
    version: Option<&'a str>,
    body: &'a Value,
}

impl<'a> Request<'a> {
    pub fn new(principal: Principal<'a>, request: &'a Value) -> Self {
        let text = |field: &str| request[field].as_str().unwrap_or_else(|| panic!("no request.{field}"));
        Request {
            principal,
            resource_account: text("resourceAccount"),
            action: text("action"),
            resource: text("resource"),
            wildcard_only_action: request["wildcardOnlyAction"].as_bool().unwrap_or(false),
            context: Context::new(&request["context"]),
        }
    }

    /// Policies without a principal element: identity, session, boundary and service control policies.
    pub fn denied_by_any(&self, documents: &[&Value]) -> bool {
        statements(documents, "Deny").any(|statement| self.is_matched_by(statement))
    }

    pub fn allowed_by_any(&self, documents: &[&Value]) -> bool {
        statements(documents, "Allow").any(|statement| self.is_matched_by(statement))
    }

    /// Policies with a principal element: resource, resource control and VPC endpoint policies.
    pub fn denied_to_principal_by_any(&self, documents: &[&Value]) -> bool {
        statements(documents, "Deny")
            .any(|statement| self.is_denied_principal(statement) && self.is_matched_by(statement))
    }

    pub fn denied_by_any_not_principal(&self, documents: &[&Value]) -> bool {
        statements(documents, "Deny")
            .any(|statement| statement.body.get("NotPrincipal").is_some() && self.is_matched_by(statement))
    }

    /// NotPrincipal with Allow grants nothing here: FORMAT.md keeps it out of the cases.
    pub fn ways_allowed(&self, documents: &[&Value]) -> AllowedBy {
        let matching = statements(documents, "Allow").filter(|statement| self.is_matched_by(*statement));
        let elements = matching.filter_map(|statement| statement.body.get("Principal"));
        AllowedBy(elements.flat_map(|element| self.principal.ways_named(element)).collect())
    }

    fn is_denied_principal(&self, statement: Statement) -> bool {
        match (statement.body.get("Principal"), statement.body.get("NotPrincipal")) {
            (Some(element), _) => !self.principal.ways_named(element).is_empty(),
            (None, Some(element)) => !self.principal.is_wholly_listed(element),
            (None, None) => false,
        }
    }

    fn is_matched_by(&self, statement: Statement) -> bool {
        self.action_is_matched_by(statement)
            && self.resource_is_matched_by(statement)
            && conditions_hold(statement.body.get("Condition"), &self.variables(statement))
    }

    fn action_is_matched_by(&self, statement: Statement) -> bool {
        let named = |element| values(element).iter().any(|pattern| action_matches(pattern, self.action));
        match (statement.body.get("Action"), statement.body.get("NotAction")) {
            (Some(element), _) => named(element),
            (None, Some(element)) => !named(element),
            (None, None) => false,
        }
    }

    fn resource_is_matched_by(&self, statement: Statement) -> bool {
        let named = |element| values(element).iter().any(|pattern| self.is_resource(pattern, statement));
        match (statement.body.get("Resource"), statement.body.get("NotResource")) {
            (Some(element), _) => named(element),
            (None, Some(element)) => !named(element),
            (None, None) => false,
        }
    }

    /// An action without a resource type is covered by `*` alone (FORMAT.md, `wildcardOnlyAction`).
    fn is_resource(&self, pattern: &str, statement: Statement) -> bool {
        if self.wildcard_only_action {
            return pattern == "*";
        }
        resource_matches(pattern, self.resource, &self.variables(statement))
    }

    fn variables(&self, statement: Statement<'a>) -> Variables<'_> {
        Variables::new(statement.version, &self.context)
    }

    /// FORMAT.md, "Principals": recognised by the path of the role.
    pub fn is_service_linked_role(&self) -> bool {
        let role_arn = match self.principal.kind() {
            Kind::Role => Some(self.principal.name()),
            Kind::RoleSession => self.context.single("aws:PrincipalArn"),
            _ => None,
        };
        role_arn.is_some_and(|arn| arn.contains(":role/aws-service-role/"))
    }

    /// "Grants in AWS KMS": grantee, operation and encryption context constraints must all fit.
    pub fn matches_key_grant(&self, grant: &Value) -> bool {
        let grantee = grant["granteePrincipal"].as_str().unwrap_or_default();
        let operation = self.action.split(':').nth(1).unwrap_or_default();
        let constraints = &grant["constraints"];
        (grantee == self.principal.name() || self.principal.is_parent(grantee))
            && values(&grant["operations"]).iter().any(|granted| granted.eq_ignore_ascii_case(operation))
            && self.encryption_context_contains(&constraints["encryptionContextSubset"])
            && self.encryption_context_contains(&constraints["encryptionContextEquals"])
            && self.encryption_context_is_no_larger(&constraints["encryptionContextEquals"])
    }

    fn encryption_context_contains(&self, constraint: &Value) -> bool {
        let encryption_context = self.context.encryption_context();
        constraint.as_object().into_iter().flatten().all(|(name, value)| {
            encryption_context.iter().any(|(n, v)| n == name && Some(*v) == value.as_str())
        })
    }

    fn encryption_context_is_no_larger(&self, constraint: &Value) -> bool {
        constraint.as_object().is_none_or(|pairs| pairs.len() == self.context.encryption_context().len())
    }
}

fn statements<'a>(documents: &[&'a Value], effect: &'static str) -> impl Iterator<Item = Statement<'a>> {
    let every: Vec<Statement> = documents.iter().flat_map(|document| statements_of(document)).collect();
    every.into_iter().filter(move |statement| statement.body["Effect"] == effect)
}

fn statements_of(document: &Value) -> Vec<Statement<'_>> {
    let version = document.get("Version").and_then(Value::as_str);
    let bodies = match &document["Statement"] {
        Value::Array(bodies) => bodies.iter().collect(),
        body => vec![body],
    };
    bodies.into_iter().map(|body| Statement { version, body }).collect()
}
