//! Why somebody can, or cannot.

use super::because::{because, who};
use super::can::Asking;
use super::estate::{Attached, Estate, SecretNode};
use super::inquiry::{Inquiry, SecretAction};
use super::organization::LevelNames;
use super::path::{above_principal, above_resource, statement_name};
use super::principal::{Held, Principal};
use super::reason::Answered;
use super::stand_in;
use crate::model::{
    PrincipalType, Why, WhyDecision, WhyLayer, WhyOutcome, WhyPolicy, WhyQuestion, WhyStatement,
};
use crate::policy::{Considered, Decision, Grant, Layer, Match, Mismatch, Policy, Question, Tri};

/// Every statement that has a say in an action of a principal on a secret, and the decision.
pub fn why<'s>(
    estate: &Estate<'s>,
    principal: &Principal,
    secret: &SecretNode<'s>,
    action: &SecretAction,
) -> Why {
    let asking = Asking::new(estate, principal);
    let (inquiry, answer) = asking.best(secret, action);
    let decision = decision(answer.decision);
    let questions = questions(&inquiry, action);
    let mut caveats = super::answers::principal_caveats(estate, principal);
    caveats.extend(super::answers::caveats(estate, secret));
    let mut seen = std::collections::BTreeSet::new();
    caveats.retain(|caveat| seen.insert(caveat.clone()));
    Why {
        principal: principal.arn.clone(),
        secret: secret.record.arn.clone(),
        name: secret.record.name.clone(),
        action: format!("secretsmanager:{}", action.name),
        deleted: secret.record.deleted,
        decision,
        conditions: if decision == WhyDecision::Conditional { inquiry.conditions() } else { Vec::new() },
        reason: reason(decision, &questions),
        questions,
        caveats,
    }
}

fn questions(inquiry: &Inquiry<'_, '_>, action: &SecretAction) -> Vec<WhyQuestion> {
    let names = [format!("secretsmanager:{}", action.name), key_action(action).to_owned()];
    let asked = inquiry.questions();
    let mut questions: Vec<WhyQuestion> =
        asked.iter().zip(&names).map(|(question, name)| explained(inquiry, question, name)).collect();
    if action.key_action.is_some() && inquiry.key.is_none() {
        questions.push(without_key(inquiry, key_action(action)));
    }
    questions
}

/// The action on the key as AWS writes it.
fn key_action(action: &SecretAction) -> &'static str {
    match action.key_action {
        Some("kms:decrypt") => "kms:Decrypt",
        Some("kms:generatedatakey") => "kms:GenerateDataKey",
        Some(other) => other,
        None => "",
    }
}

/// Where no key of the secret exists.
fn without_key(inquiry: &Inquiry<'_, '_>, action: &str) -> WhyQuestion {
    WhyQuestion {
        action: action.to_owned(),
        resource: inquiry.secret.record.kms_key_id.clone().unwrap_or_default(),
        decision: WhyDecision::ImplicitlyDenied,
        reason: "no key of the current value exists".to_owned(),
        policies: Vec::new(),
    }
}

fn decision(decision: Decision) -> WhyDecision {
    match decision {
        Decision::Allowed => WhyDecision::Allowed,
        Decision::Conditional => WhyDecision::Conditional,
        Decision::ImplicitlyDenied => WhyDecision::ImplicitlyDenied,
        Decision::ExplicitlyDenied => WhyDecision::ExplicitlyDenied,
        Decision::Denied => WhyDecision::Denied,
    }
}

/// What decided over all questions: for what is denied the reason of the question that is.
fn reason(decision: WhyDecision, questions: &[WhyQuestion]) -> String {
    if decision.is_possible() {
        let reasons: Vec<&str> = questions.iter().map(|question| question.reason.as_str()).collect();
        return reasons.join("; ");
    }
    let same = questions.iter().find(|question| question.decision == decision);
    let denied = same.or_else(|| questions.iter().find(|question| !question.decision.is_possible()));
    match denied {
        Some(question) => question.reason.clone(),
        None => "no circumstances meet what the secret and the key ask for together".to_owned(),
    }
}

fn explained(inquiry: &Inquiry<'_, '_>, question: &Question<'_>, action: &str) -> WhyQuestion {
    let explained = question.explain_partly();
    let answered = Answered { inquiry, question, explained: &explained, action };
    WhyQuestion {
        action: action.to_owned(),
        resource: question.request.resource.to_owned(),
        decision: decision(explained.decision),
        reason: answered.reason(),
        policies: answered.policies(),
    }
}

fn note(layer: WhyLayer, policy: &str, note: impl Into<String>) -> WhyPolicy {
    let (policy, level) = (policy.to_owned(), String::new());
    WhyPolicy { layer, policy, level, note: note.into(), statements: Vec::new() }
}

impl Answered<'_, '_, '_, '_> {
    fn policies(&self) -> Vec<WhyPolicy> {
        let mut policies = self.identity();
        policies.extend(self.boundary());
        policies.push(self.resource());
        policies
            .extend(self.question.layers.grants.iter().enumerate().map(|(at, grant)| self.grant(at, grant)));
        policies.extend(self.service_control());
        policies.extend(self.resource_control());
        policies
    }

    fn statements(&self, layer: Layer, level: usize, policy: usize) -> Vec<WhyStatement> {
        let all = self.explained.statements.iter().enumerate();
        let is_of = |considered: &Considered<'_>| {
            considered.layer == layer && considered.level == level && considered.policy == policy
        };
        let own = all.filter(|(_, considered)| is_of(considered));
        own.map(|(place, considered)| self.statement(considered, self.explained.deciding.contains(&place)))
            .collect()
    }

    fn statement(&self, considered: &Considered<'_>, decided: bool) -> WhyStatement {
        WhyStatement {
            statement: statement_name(considered.statement, considered.index),
            effect: considered.statement.effect.as_str().to_owned(),
            outcome: outcome(considered.outcome),
            because: because(self.question, considered),
            decided,
        }
    }

    fn identity(&self) -> Vec<WhyPolicy> {
        let principal = self.inquiry.principal;
        let layer = WhyLayer::Identity;
        match (principal.kind, &principal.account) {
            (PrincipalType::Service, _) => return Vec::new(),
            (PrincipalType::Outside, Some(account)) => {
                let why = format!("out of sight: account {account} was not audited");
                return vec![note(layer, "", why)];
            }
            (PrincipalType::Outside | PrincipalType::Anyone, _) => {
                return vec![note(layer, "", "out of sight: nobody knows its account")];
            }
            _ if principal.identity.is_empty() => return vec![note(layer, "", "none")],
            _ => {}
        }
        let held = principal.identity.iter().enumerate();
        held.map(|(index, held)| self.held(layer, Layer::Identity, index, held)).collect()
    }

    fn held(&self, layer: WhyLayer, from: Layer, index: usize, held: &Held) -> WhyPolicy {
        let bare = held.name.strip_prefix("boundary ").unwrap_or(&held.name);
        let name = match &held.group {
            Some(group) => format!("{bare} of group {group}"),
            None => bare.to_owned(),
        };
        if stands_in(&held.policy) {
            let prefix = format!("{}: ", held.name);
            let unread = self.inquiry.principal.unread.iter();
            let reason = unread.filter_map(|reason| reason.strip_prefix(&prefix)).next().unwrap_or_default();
            return note(layer, &name, format!("out of sight: {reason}"));
        }
        WhyPolicy { statements: self.statements(from, 0, index), ..note(layer, &name, "") }
    }

    fn boundary(&self) -> Option<WhyPolicy> {
        let held = self.inquiry.principal.boundary.as_ref()?;
        Some(self.held(WhyLayer::Boundary, Layer::Boundary, 0, held))
    }

    /// The policy of the secret, or of the key.
    fn resource(&self) -> WhyPolicy {
        let statements = || self.statements(Layer::Resource, 0, 0);
        if !self.question.layers.is_key {
            let layer = WhyLayer::Resource;
            return match &self.inquiry.secret.policy {
                Attached::None => note(layer, "", "none"),
                Attached::Unread(reason) => note(layer, "", format!("out of sight: {reason}")),
                Attached::Read(_) => WhyPolicy { statements: statements(), ..note(layer, "", "") },
            };
        }
        match self.inquiry.key.and_then(|key| key.unread.as_ref()) {
            Some(reason) => note(WhyLayer::Key, "", format!("out of sight: {reason}")),
            None => WhyPolicy { statements: statements(), ..note(WhyLayer::Key, "", "") },
        }
    }

    fn grant(&self, index: usize, grant: &Grant) -> WhyPolicy {
        let (outcome, because) = self.grant_outcome(grant);
        let statement = WhyStatement {
            statement: format!("grant of {}", grant.operations.join(", ")),
            effect: "Allow".to_owned(),
            outcome,
            because,
            decided: self.explained.grant == Some(index),
        };
        let grantee = who(&grant.grantee, self.question.request.resource_account);
        let policy = format!("{} to {grantee}", index + 1);
        WhyPolicy { statements: vec![statement], ..note(WhyLayer::Grant, &policy, "") }
    }

    fn grant_outcome(&self, grant: &Grant) -> (WhyOutcome, String) {
        let request = &self.question.request;
        match grant.allows(request) {
            Tri::Yes => return (WhyOutcome::Matched, String::new()),
            Tri::Unknown => {
                return (WhyOutcome::Depends, "only if the encryption context fits the grant".to_owned());
            }
            Tri::No => {}
        }
        let open =
            Grant { context_subset: Default::default(), context_equals: Default::default(), ..grant.clone() };
        let operation = request.action.trim_start_matches("kms:").to_owned();
        let of_all = Grant { operations: vec![operation], ..open.clone() };
        if of_all.allows(request) == Tri::No {
            return (WhyOutcome::OtherPrincipal, "is to somebody else".to_owned());
        }
        if open.allows(request) == Tri::No {
            return (WhyOutcome::OtherAction, format!("does not cover {}", self.action));
        }
        let pairs = grant.context_subset.iter().chain(&grant.context_equals);
        let pairs: Vec<String> = pairs.map(|(key, value)| format!("{key} {value}")).collect();
        (WhyOutcome::ConditionFails, format!("needs the encryption context {}", pairs.join(" and ")))
    }

    fn service_control(&self) -> Vec<WhyPolicy> {
        let (principal, layer) = (self.inquiry.principal, WhyLayer::ServiceControl);
        let layers = &self.question.layers;
        if principal.account.is_none() || principal.kind == PrincipalType::Anyone {
            return Vec::new();
        }
        if layers.is_service_linked {
            return vec![note(layer, "", "have no say over service-linked roles")];
        }
        if self.question.request.caller.account() == layers.management_account {
            return vec![note(layer, "", "have no say over the account that manages the organization")];
        }
        match above_principal(self.inquiry) {
            Some(above) if above.scps.is_some() => {
                self.levels(layer, Layer::ServiceControl, &above.scp_names)
            }
            above => vec![note(layer, "", out_of_sight(above.map(|above| above.unread.as_slice())))],
        }
    }

    fn resource_control(&self) -> Vec<WhyPolicy> {
        let layer = WhyLayer::ResourceControl;
        let layers = &self.question.layers;
        if layers.is_key && self.inquiry.key.is_some_and(|key| key.is_aws_managed) {
            return vec![note(layer, "", "have no say over keys of AWS")];
        }
        if layers.is_service_linked {
            return vec![note(layer, "", "have no say over service-linked roles")];
        }
        if layers.management_account == Some(self.question.request.resource_account) {
            return vec![note(layer, "", "have no say over the account that manages the organization")];
        }
        match above_resource(self.inquiry, self.question) {
            Some(above) if above.rcps.is_some() => {
                self.levels(layer, Layer::ResourceControl, &above.rcp_names)
            }
            above => vec![note(layer, "", out_of_sight(above.map(|above| above.unread.as_slice())))],
        }
    }

    /// The policies of an organization, level by level; none where it has none of that kind.
    fn levels(&self, layer: WhyLayer, from: Layer, names: &[LevelNames]) -> Vec<WhyPolicy> {
        if names.iter().all(|level| level.policies.is_empty()) {
            return Vec::new();
        }
        let mut policies = Vec::new();
        for (level, names) in names.iter().enumerate() {
            let at = |policy: WhyPolicy| WhyPolicy { level: names.place.clone(), ..policy };
            if names.policies.is_empty() && layer == WhyLayer::ServiceControl {
                policies.push(at(note(layer, "", "none, so nothing is allowed here")));
            }
            for (index, name) in names.policies.iter().enumerate() {
                let statements = self.statements(from, level, index);
                policies.push(at(WhyPolicy { statements, ..note(layer, name, "") }));
            }
        }
        policies
    }
}

fn out_of_sight(unread: Option<&[String]>) -> String {
    match unread.and_then(<[String]>::first) {
        Some(reason) => format!("out of sight: {reason}"),
        None => "out of sight".to_owned(),
    }
}

/// Whether a policy stands in for one that is out of sight.
fn stands_in(policy: &Policy) -> bool {
    let mut conditions = policy.statements().iter().flat_map(|statement| statement.conditions.iter());
    conditions.any(|condition| condition.key() == stand_in::IDENTITY_POLICY)
}

fn outcome(found: Match) -> WhyOutcome {
    match found {
        Match::Yes(_) => WhyOutcome::Matched,
        Match::Unknown(_) => WhyOutcome::Depends,
        Match::No(Mismatch::Principal) => WhyOutcome::OtherPrincipal,
        Match::No(Mismatch::Action) => WhyOutcome::OtherAction,
        Match::No(Mismatch::Resource) => WhyOutcome::OtherResource,
        Match::No(Mismatch::Condition(_)) => WhyOutcome::ConditionFails,
    }
}
