//! Decisions where circumstances are known in part.

use std::collections::BTreeMap;

use super::context::{Context, Lookup, Value};
use super::decide::{Decision, Facts};
use super::need::{Unknown, Ways};
use super::possible::{Candidates, Uses};
use super::question::Question;
use super::tri::{Logic, Tri};

/// More combinations than these are not tried; what is left open then counts as possible.
const MOST_TRIES: usize = 4_000;

/// The keys that hold the time of a request.
const TIMES: &[&str] = &["aws:currenttime", "aws:epochtime"];

/// The decision about one or more questions that must all be allowed under the same circumstances.
///
/// Sound: whatever the unknown keys hold, the decision under full knowledge is this one, or this one is
/// [`Decision::Conditional`] ([`Decision::Denied`] stands for both kinds of denial). Sharp: a Conditional has
/// circumstances under which all are allowed, unless the search for them was cut short.
pub fn decide_partly(questions: &[Question<'_>]) -> Decision {
    let facts: Vec<Facts> = questions.iter().map(Question::facts).collect();
    let undenied = Tri::all(facts.iter().map(|facts| facts.undenied));
    let allowed = questions.iter().zip(&facts);
    let allowed = Tri::all(allowed.map(|(question, facts)| question.allowed(facts)));
    match (undenied, allowed) {
        (Tri::No, _) => Decision::ExplicitlyDenied,
        (_, Tri::Yes) => Decision::Allowed,
        (_, Tri::Unknown) if Search::new(questions).may_be_allowed() => Decision::Conditional,
        (Tri::Unknown, _) => Decision::Denied,
        (Tri::Yes, _) => Decision::ImplicitlyDenied,
    }
}

/// Circumstances under which all questions are allowed, as far as the unknown keys matter: key to value, `None` for its
/// absence. `None` where the search found none.
pub fn completion(questions: &[Question<'_>]) -> Option<Vec<(String, Option<Value>)>> {
    let mut search = Search::new(questions);
    search.finds(0).then_some(search.chosen)
}

/// The ways in which all questions come to be allowed under the same circumstances; those that no circumstances can
/// meet are left out.
pub fn ways<'a>(questions: &[Question<'a>]) -> Ways<'a> {
    let joined = questions.iter().map(Question::ways).reduce(Logic::and).unwrap_or_else(Ways::no);
    let is_possible = |needs: &Vec<super::need::Need<'a>>| {
        questions.first().is_none_or(|question| can_hold_together(question, needs))
    };
    let ways = joined.ways.into_iter().filter(is_possible).collect();
    Ways { ways, is_cut: joined.is_cut }
}

/// Whether each key has a value that meets all needs about it.
fn can_hold_together(question: &Question<'_>, needs: &[super::need::Need<'_>]) -> bool {
    let mut uses = Noted::default();
    for need in needs {
        uses.note(need.unknown, question);
    }
    uses.0.iter().all(|(key, uses)| {
        let candidates = uses.candidates(key);
        let meets = |value: &Option<Value>| {
            let mut context = question.request.context.clone();
            assign(&mut context, key, value.as_ref());
            needs.iter().all(|need| match need.unknown {
                Unknown::Condition(condition) => {
                    let wanted = Tri::from(need.holds);
                    let held = condition.holds(&context);
                    held == wanted || held == Tri::Unknown
                }
                _ => true,
            })
        };
        !candidates.is_complete || candidates.values.iter().any(meets)
    })
}

/// What is asked of each unknown key.
#[derive(Default)]
struct Noted(BTreeMap<String, Uses>);

impl Noted {
    fn note(&mut self, unknown: Unknown<'_>, question: &Question<'_>) {
        let mut note = |key: &str, add: &dyn Fn(&mut Uses)| {
            if question.request.context.get(key) == Lookup::Unknown {
                add(self.0.entry(key.to_owned()).or_default());
            }
        };
        unknown.note(&question.request, &mut note);
    }
}

fn assign(context: &mut Context, key: &str, value: Option<&Value>) {
    match value {
        Some(value) => context.set(key, value.clone()),
        None => context.set_absent(key),
    }
}

/// Looks for circumstances under which all questions are allowed.
struct Search<'q, 'a> {
    questions: &'q [Question<'a>],
    contexts: Vec<Context>,
    keys: Vec<(String, Candidates)>,
    /// What was put in for the first keys.
    chosen: Vec<(String, Option<Value>)>,
    tries: usize,
}

impl<'q, 'a> Search<'q, 'a> {
    fn new(questions: &'q [Question<'a>]) -> Self {
        let mut noted = Noted::default();
        for question in questions {
            for unknown in question.unknowns() {
                noted.note(unknown, question);
            }
        }
        let earliest =
            questions.iter().find_map(|question| question.request.context.earliest("aws:currenttime"));
        let keys = noted.0.into_iter().map(|(key, uses)| {
            let mut candidates = uses.candidates(&key);
            if let (true, Some(now)) = (TIMES.contains(&key.as_str()), earliest) {
                candidates.keep_from(now);
            }
            candidates.leave_out(|text| {
                questions.iter().any(|question| question.request.context.excludes(&key, text, true))
            });
            (key, candidates)
        });
        let contexts = questions.iter().map(|question| question.request.context.clone()).collect();
        Self { questions, contexts, keys: keys.collect(), chosen: Vec::new(), tries: 0 }
    }

    fn may_be_allowed(mut self) -> bool {
        let is_complete = self.keys.iter().all(|(_, candidates)| candidates.is_complete);
        self.finds(0) || !is_complete || self.tries >= MOST_TRIES
    }

    fn finds(&mut self, depth: usize) -> bool {
        self.tries += 1;
        match self.allowed() {
            Tri::Yes => return true,
            Tri::No => return false,
            Tri::Unknown if self.tries >= MOST_TRIES => return false,
            Tri::Unknown => {}
        }
        // What is unknown without any key stays so: AWS leaves it open.
        let Some((key, candidates)) = self.keys.get(depth) else { return true };
        let (key, values) = (key.clone(), candidates.values.clone());
        for value in values {
            let saved = self.contexts.clone();
            for (context, question) in self.contexts.iter_mut().zip(self.questions) {
                if question.request.context.get(&key) == Lookup::Unknown {
                    assign(context, &key, value.as_ref());
                }
            }
            self.chosen.push((key.clone(), value));
            if self.finds(depth + 1) {
                return true;
            }
            self.chosen.pop();
            self.contexts = saved;
        }
        false
    }

    fn allowed(&self) -> Tri {
        Tri::all(self.questions.iter().zip(&self.contexts).map(|(question, context)| {
            let question =
                Question { request: question.request.under(context), layers: question.layers.clone() };
            question.allowed(&question.facts())
        }))
    }
}
