//! Why somebody can act on a secret, or cannot: a tree of questions, policies and statements.

use anstyle::Style;

use super::words::{account, count, joined, principal, row, verb};
use crate::model::{Why, WhyDecision, WhyLayer, WhyOutcome, WhyPolicy, WhyQuestion, WhyStatement};
use crate::report::page::{BAD, BOLD, DIM, GOOD, OPEN, PLAIN, Page};

/// Shorter runs of statements and grants about something else are shown as they are.
const SHORTEST_FOLD: usize = 3;

/// Renders the answer for a terminal of this width; with `all`, statements and grants about something else are shown
/// one by one.
pub fn why(answer: &Why, width: usize, all: bool) -> String {
    let mut page = Page::new(width);
    let who = principal(&answer.principal, account(&answer.secret));
    let can = if answer.decision.is_possible() { "can" } else { "cannot" };
    page.paragraph(0, &format!("why {who} {can} {} {}", verb(&answer.action), answer.name), BOLD);
    page.labelled(2, "principal", &answer.principal, PLAIN);
    page.labelled(2, "secret", &answer.secret, PLAIN);
    page.deletion(answer.deleted);
    page.blank();
    let last = answer.questions.len().saturating_sub(1);
    for (index, question) in answer.questions.iter().enumerate() {
        let tree = Tree { all, branch: Branch::root(index == last) };
        let on = if question.resource == answer.secret { "the secret" } else { &question.resource };
        tree.question(&mut page, question, on);
    }
    page.blank();
    let (decision, style) = (&answer.decision, colour(answer.decision).bold());
    let only = if answer.conditions.is_empty() {
        String::new()
    } else {
        format!(", {}", joined(&answer.conditions))
    };
    let words = if only.is_empty() { decision.as_words() } else { "allowed" };
    page.paragraph(0, &format!("{words}{only}: {}", answer.reason), style);
    page.caveats(&answer.caveats);
    page.text
}

fn colour(decision: WhyDecision) -> Style {
    match decision {
        WhyDecision::Allowed => GOOD,
        WhyDecision::Conditional => OPEN,
        _ => BAD,
    }
}

/// A place in the tree: what stands before its first line, and before the lines below it.
#[derive(Clone)]
struct Branch {
    first: String,
    next: String,
}

impl Branch {
    fn root(is_last: bool) -> Self {
        Self { first: String::new(), next: String::new() }.below(is_last)
    }

    fn below(&self, is_last: bool) -> Self {
        let (first, next) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        Self { first: format!("{}{first}", self.next), next: format!("{}{next}", self.next) }
    }
}

struct Tree {
    all: bool,
    branch: Branch,
}

/// What stands below a question or a policy.
enum Leaf<'a> {
    Policy(Merged<'a>),
    Grants(usize),
    Statement(&'a WhyStatement),
    Others(usize),
}

/// A policy, with every place in which it is attached and says the same.
struct Merged<'a> {
    policy: &'a WhyPolicy,
    levels: Vec<String>,
}

impl Tree {
    fn question(&self, page: &mut Page, question: &WhyQuestion, on: &str) {
        let Branch { first, next } = &self.branch;
        page.hanging(first, next, &format!("{} on {on}", question.action), BOLD);
        let below = format!("{next}{}", if question.policies.is_empty() { "" } else { "│  " });
        let sentence = format!("{}: {}", question.decision.as_words(), question.reason);
        page.hanging(&below, &below, &sentence, colour(question.decision));
        self.leaves(page, &self.branch, &self.policies(&question.policies));
    }

    fn leaves(&self, page: &mut Page, branch: &Branch, leaves: &[Leaf<'_>]) {
        for (index, leaf) in leaves.iter().enumerate() {
            let branch = branch.below(index + 1 == leaves.len());
            match leaf {
                Leaf::Policy(merged) => self.policy(page, &branch, merged),
                Leaf::Grants(number) => {
                    let what = format!("{number} grants to others, or for other operations");
                    page.hanging(&branch.first, &branch.next, &what, DIM);
                }
                Leaf::Statement(found) => statement(page, &branch, found),
                Leaf::Others(number) => {
                    let what = count(*number, "statement covers", "statements cover");
                    let what = format!("· {what} other actions or resources");
                    page.hanging(&branch.first, &format!("{}  ", branch.next), &what, DIM);
                }
            }
        }
    }

    fn policy(&self, page: &mut Page, branch: &Branch, merged: &Merged<'_>) {
        let title = title(merged);
        page.hanging(&branch.first, &branch.next, &title, PLAIN);
        self.leaves(page, branch, &self.statements(&merged.policy.statements));
    }

    /// The policies in order; those of an organization that say the same at several levels stand once.
    fn policies<'a>(&self, policies: &'a [WhyPolicy]) -> Vec<Leaf<'a>> {
        let is_idle = |policy: &WhyPolicy| {
            policy.layer == WhyLayer::Grant
                && policy.statements.iter().all(|statement| {
                    matches!(statement.outcome, WhyOutcome::OtherPrincipal | WhyOutcome::OtherAction)
                })
        };
        let idle = policies.iter().filter(|policy| is_idle(policy)).count();
        let folds = !self.all && idle >= SHORTEST_FOLD;
        let mut merged: Vec<Merged<'a>> = Vec::new();
        for policy in policies.iter().filter(|policy| !(folds && is_idle(policy))) {
            let level = (!policy.level.is_empty()).then(|| policy.level.clone());
            let same = merged.iter_mut().find(|known| {
                let known = known.policy;
                !policy.level.is_empty()
                    && (known.layer, &known.policy, &known.note)
                        == (policy.layer, &policy.policy, &policy.note)
                    && known.statements == policy.statements
            });
            match same {
                Some(known) => known.levels.extend(level),
                None => merged.push(Merged { policy, levels: level.into_iter().collect() }),
            }
        }
        let mut leaves: Vec<Leaf<'a>> = merged.into_iter().map(Leaf::Policy).collect();
        leaves.extend(folds.then_some(Leaf::Grants(idle)));
        leaves
    }

    fn statements<'a>(&self, statements: &'a [WhyStatement]) -> Vec<Leaf<'a>> {
        let is_other = |statement: &WhyStatement| {
            matches!(statement.outcome, WhyOutcome::OtherAction | WhyOutcome::OtherResource)
        };
        let mut leaves = Vec::new();
        for run in statements.chunk_by(|a, b| is_other(a) == is_other(b)) {
            let folds = !self.all && run.len() >= SHORTEST_FOLD && run.iter().all(is_other);
            if folds {
                leaves.push(Leaf::Others(run.len()));
            } else {
                leaves.extend(run.iter().map(Leaf::Statement));
            }
        }
        leaves
    }
}

/// The policy's kind and name, where it is attached, and why it has no statements.
fn title(merged: &Merged<'_>) -> String {
    let policy = merged.policy;
    let mut title = policy.layer.as_words().to_owned();
    if !policy.policy.is_empty() {
        let joint = if policy.layer == WhyLayer::Grant { " " } else { ": " };
        title.push_str(&format!("{joint}{}", policy.policy));
    }
    if !merged.levels.is_empty() {
        title.push_str(&format!(" of {}", row(&merged.levels)));
    }
    let joint = match policy.note.as_str() {
        "" => "",
        note if note.starts_with("have ") => "s ",
        note if note.starts_with("none") => ": ",
        _ => ", ",
    };
    format!("{title}{joint}{}", policy.note)
}

fn statement(page: &mut Page, branch: &Branch, found: &WhyStatement) {
    let denies = found.effect == "Deny";
    let does = if denies { "denies it" } else { "allows it" };
    let because = |joint: &str| match found.because.as_str() {
        "" => String::new(),
        because => format!("{joint}{because}"),
    };
    let (text, style) = match found.outcome {
        WhyOutcome::Matched => {
            let mark = if denies { "✗" } else { "✓" };
            let style = if denies { BAD } else { GOOD };
            (format!("{mark} {} {does}{}", found.statement, because(": ")), style)
        }
        WhyOutcome::Depends if denies => {
            (format!("? {} denies calls{}", found.statement, because(" ")), OPEN)
        }
        WhyOutcome::Depends => (format!("? {} allows it{}", found.statement, because(" ")), OPEN),
        _ => (format!("· {} {}{}", found.effect, found.statement, because(" ")), DIM),
    };
    let style = if found.decided { style.bold() } else { style };
    page.hanging(&branch.first, &format!("{}  ", branch.next), &text, style);
}
