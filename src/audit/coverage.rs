//! How far an audit covers a framework.

use std::sync::Arc;

use crate::model::{
    Assessment, Control, ControlCoverage, ControlVerdict, CoveringRule, Framework, RuleInfo, VerdictCounts,
};

/// The known controls of a framework, each with the rules behind it and what they say. The rules are all that were found;
/// those that did not run say nothing.
pub fn coverage(
    framework: &Framework,
    rules: &[(Arc<RuleInfo>, bool)],
    assessment: &Assessment,
) -> Vec<ControlCoverage> {
    framework.controls.iter().map(|control| one(framework, control, rules, assessment)).collect()
}

fn one(
    framework: &Framework,
    control: &Control,
    rules: &[(Arc<RuleInfo>, bool)],
    assessment: &Assessment,
) -> ControlCoverage {
    let behind = |(rule, ran): &(Arc<RuleInfo>, bool)| {
        let source = rule.frameworks.get(&framework.id)?.get(&control.id)?;
        let counts = assessment.summary.rules.get(&rule.id).map(VerdictCounts::of).unwrap_or_default();
        Some(CoveringRule { rule: rule.id.clone(), source: source.clone(), ran: *ran, counts })
    };
    let rules: Vec<CoveringRule> = rules.iter().filter_map(behind).collect();
    let counts: VerdictCounts = rules.iter().map(|rule| rule.counts).sum();
    let verdict = if rules.is_empty() { ControlVerdict::NotCovered } else { ControlVerdict::of(counts) };
    ControlCoverage { id: control.id.clone(), title: control.title.clone(), verdict, counts, rules }
}
