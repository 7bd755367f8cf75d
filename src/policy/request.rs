//! What is asked.

use super::arn::ArnParts;
use super::context::Context;
use super::principal::Caller;
use super::statement::parts;

/// A request: who wants to do what to which resource, under which circumstances.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Who calls.
    pub caller: &'a Caller,
    /// The action, in lower case.
    pub action: &'a str,
    /// The resource's ARN; `*` for an action without a resource type.
    pub resource: &'a str,
    /// The account that owns the resource; for `*` the caller's.
    pub resource_account: &'a str,
    /// The circumstances.
    pub context: &'a Context,
    pub(super) arn: Option<ArnParts<'a>>,
}

impl<'a> Request<'a> {
    /// A request for an action, in lower case, on a resource. `*` stands for no resource.
    pub fn new(
        caller: &'a Caller,
        action: &'a str,
        resource: &'a str,
        resource_account: &'a str,
        context: &'a Context,
    ) -> Self {
        Self { caller, action, resource, resource_account, context, arn: parts(resource, resource == "*") }
    }

    /// The same request for an action that has no resource type, such as ListSecrets, whatever its resource says.
    pub fn without_resource_type(self) -> Self {
        Self { arn: None, ..self }
    }

    /// Whether the action has a resource type: only `*` covers one that has none.
    pub fn has_resource_type(&self) -> bool {
        self.arn.is_some()
    }

    /// The same request under other circumstances.
    pub fn under(self, context: &'a Context) -> Self {
        Self { context, ..self }
    }

    /// Whether the caller belongs to the account that owns the resource.
    pub fn is_same_account(&self) -> bool {
        self.caller.account() == Some(self.resource_account)
    }
}
