//! What decided, in a sentence.

use super::because::{because, named, who};
use super::inquiry::Inquiry;
use super::path::{policy_name, scp_names, statement_name};
use super::principal::Held;
use super::stand_in::IDENTITY_POLICY;
use super::words::listed;
use crate::model::PrincipalType;
use crate::policy::{
    Caller, Considered, Decision, Effect, Explained, Layer, Match, Mismatch, Naming, Question, Tri,
};

/// So many names are named.
const NAMED: usize = 4;

/// One question that was answered.
#[derive(Clone, Copy)]
pub(super) struct Answered<'l, 'e, 's, 'q> {
    pub(super) inquiry: &'l Inquiry<'e, 's>,
    pub(super) question: &'l Question<'q>,
    pub(super) explained: &'l Explained<'q>,
    /// The action as AWS writes it.
    pub(super) action: &'l str,
}

impl Answered<'_, '_, '_, '_> {
    /// What decided.
    pub(super) fn reason(&self) -> String {
        match self.explained.decision {
            Decision::Allowed | Decision::Conditional => self.allowed(),
            Decision::ExplicitlyDenied => self.deciding("deny", "denies"),
            Decision::ImplicitlyDenied => self.nothing(),
            Decision::Denied => {
                let nothing = self.nothing();
                format!("{nothing}, and under some circumstances a statement denies it as well")
            }
        }
    }

    fn allowed(&self) -> String {
        let inquiry = self.inquiry;
        if self.question.layers.is_key && inquiry.key.is_some_and(|key| key.is_aws_managed) {
            let account = &inquiry.secret.account;
            return format!(
                "AWS's own key lets everybody of account {account} use it by way of Secrets Manager"
            );
        }
        let grant =
            self.explained.grant.and_then(|index| Some((index, self.question.layers.grants.get(index)?)));
        if let Some((index, grant)) = grant {
            let grantee = who(&grant.grantee, self.question.request.resource_account);
            return format!("grant {} to {grantee} allows it", index + 1);
        }
        match inquiry.principal.kind {
            PrincipalType::Outside | PrincipalType::Anyone => {
                format!("{}, and its own account has to allow it too", self.deciding_of(Layer::Resource))
            }
            _ => format!("{}{}", self.deciding("allow", "allows"), self.unless()),
        }
    }

    /// What an answer under conditions rests on: circumstances of what allows, or statements that may deny.
    fn unless(&self) -> String {
        if self.explained.decision == Decision::Allowed {
            return String::new();
        }
        let deciding =
            self.explained.deciding.iter().filter_map(|place| self.explained.statements.get(*place));
        let open = deciding.filter(|considered| considered.outcome.outcome() == Tri::Unknown);
        let only: String =
            open.map(|considered| format!(" {}", because(self.question, considered))).collect();
        let may_deny = |considered: &&Considered<'_>| {
            considered.statement.effect == Effect::Deny && considered.outcome.outcome() == Tri::Unknown
        };
        let denials: Vec<String> = self
            .explained
            .statements
            .iter()
            .filter(may_deny)
            .map(|considered| self.denial(considered))
            .collect();
        let verb = if denials.len() > 1 { "deny" } else { "denies" };
        let unless =
            (!denials.is_empty()).then(|| format!(", unless {} {verb} it", listed(&denials, "or", NAMED)));
        format!("{only}{}", unless.unwrap_or_default())
    }

    /// A statement that may deny; one that stands in for what is out of sight has no name.
    fn denial(&self, considered: &Considered<'_>) -> String {
        let conditions = &considered.statement.conditions;
        let stands_in = conditions.iter().any(|condition| condition.key().starts_with(IDENTITY_POLICY));
        if stands_in { "a policy that is out of sight".to_owned() } else { self.link(considered) }
    }

    /// The statements that decided, with the verb for several and for one.
    fn deciding(&self, many: &str, one: &str) -> String {
        let deciding =
            self.explained.deciding.iter().filter_map(|place| self.explained.statements.get(*place));
        let links: Vec<String> = deciding.map(|considered| self.link(considered)).collect();
        let verb = if links.len() > 1 { many } else { one };
        match links.is_empty() {
            true => "the root user may do everything in its account".to_owned(),
            false => format!("{} {verb} it", listed(&links, "and", NAMED)),
        }
    }

    /// The statements of a layer that let it pass.
    fn deciding_of(&self, layer: Layer) -> String {
        let deciding =
            self.explained.deciding.iter().filter_map(|place| self.explained.statements.get(*place));
        let links: Vec<String> = deciding
            .filter(|considered| considered.layer == layer)
            .map(|considered| self.link(considered))
            .collect();
        format!("{} allows it", listed(&links, "and", NAMED))
    }

    /// A statement with its policy.
    fn link(&self, considered: &Considered<'_>) -> String {
        let statement = statement_name(considered.statement, considered.index);
        let policy = match considered.layer {
            Layer::Identity => {
                let held = self.inquiry.principal.identity.get(considered.policy);
                held.map(of_group).unwrap_or_default()
            }
            Layer::Resource => format!("the {}", policy_name(self.inquiry, self.question, considered)),
            _ => policy_name(self.inquiry, self.question, considered),
        };
        format!("{statement} of {policy}")
    }

    /// Why nothing allows it.
    fn nothing(&self) -> String {
        match self.explained.blocked_by {
            Some(Layer::ServiceControl) => self.no_scp(),
            Some(Layer::Resource) => self.not_let_in(),
            Some(Layer::Identity) => self.no_identity_policy(),
            Some(Layer::Boundary) => {
                let boundary = self.inquiry.principal.boundary.as_ref();
                let name = boundary.map_or("the boundary", |held| held.name.as_str());
                format!("{name} does not allow {}", self.action)
            }
            Some(Layer::Session) => format!("the session policy does not allow {}", self.action),
            Some(Layer::Endpoint) => format!("the VPC endpoint policy does not allow {}", self.action),
            Some(Layer::ResourceControl) | None => {
                "no circumstances meet all that its policies ask for".to_owned()
            }
        }
    }

    fn no_scp(&self) -> String {
        let allows = |level: usize| {
            self.explained.statements.iter().any(|considered| {
                considered.layer == Layer::ServiceControl
                    && considered.level == level
                    && considered.statement.effect == Effect::Allow
                    && considered.outcome.outcome() != Tri::No
            })
        };
        let names = scp_names(self.inquiry);
        let level = names.iter().enumerate().find(|(level, _)| !allows(*level));
        match level {
            Some((_, level)) if level.policies.is_empty() => {
                format!("no SCP is attached to {}, so nothing is allowed there", level.place)
            }
            Some((_, level)) => format!("no SCP of {} allows {}", level.place, self.action),
            None => format!("no SCP allows {}", self.action),
        }
    }

    /// The policy of the secret or key does not let the caller in.
    fn not_let_in(&self) -> String {
        if !self.question.layers.is_key {
            let account = self.question.request.caller.account();
            let whom = account.map_or_else(|| "it".to_owned(), |account| format!("account {account}"));
            return match self.question.layers.resource {
                None => format!("the secret has no resource policy, which alone could let {whom} in"),
                Some(_) => format!("no statement of the resource policy allows it {}", self.action),
            };
        }
        if self.inquiry.key.is_some_and(|key| key.is_aws_managed) {
            return "AWS's own key never works for another account".to_owned();
        }
        let others = self.others();
        if others.is_empty() {
            return format!("the key policy allows nobody {}", self.action);
        }
        format!("the key policy allows {} only to {}", self.action, listed(&others, "and", NAMED))
    }

    /// Whom else statements of the resource's policy allow the action.
    fn others(&self) -> Vec<String> {
        let home = self.question.request.resource_account;
        let is_for_others = |considered: &&Considered<'_>| {
            considered.layer == Layer::Resource
                && considered.statement.effect == Effect::Allow
                && considered.outcome == Match::No(Mismatch::Principal)
                && considered.statement.covers_action(self.question.request.action)
        };
        let statements = self.explained.statements.iter().filter(is_for_others);
        let principals = statements.filter_map(|considered| considered.statement.principals.as_ref());
        let mut names: Vec<String> = Vec::new();
        for name in principals.flat_map(|principals| principals.names.iter()) {
            let name = named(name, home);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn no_identity_policy(&self) -> String {
        let action = self.action;
        let whose = match self.question.request.caller {
            Caller::User(_) => "the user",
            Caller::Role(_) | Caller::Session { .. } => "the role",
            Caller::Service(_) | Caller::Anonymous => {
                return format!("no policy of the resource allows it {action}");
            }
            Caller::Root(_) | Caller::Federated(_) => "its own",
        };
        if self.question.layers.is_key && self.is_left_to_iam() {
            return format!(
                "the key policy leaves {action} to policies of IAM, and none of {whose} allows it"
            );
        }
        if !self.question.layers.is_key && self.question.layers.resource.is_some() {
            return format!("no policy of {whose} allows {action}, nor does the resource policy");
        }
        format!("no policy of {whose} allows {action}")
    }

    /// Whether the resource's policy allows it to the account.
    fn is_left_to_iam(&self) -> bool {
        self.explained.statements.iter().any(|considered| {
            considered.layer == Layer::Resource && considered.outcome.naming() == Some(Naming::Account)
        })
    }
}

fn of_group(held: &Held) -> String {
    match &held.group {
        Some(group) => format!("{} of group {group}", held.name),
        None => held.name.clone(),
    }
}
