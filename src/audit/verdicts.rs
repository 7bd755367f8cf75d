//! Conditions run as vectors over whole tables.

use polars::prelude::{BooleanChunked, DataFrame, IntoLazy, PolarsResult};

use crate::model::Verdict;
use crate::rules::CompiledRule;

/// The verdicts of one rule, one for each row of its table.
#[derive(Clone, Debug)]
pub struct RuleVerdicts {
    applies: BooleanChunked,
    require: BooleanChunked,
    height: usize,
}

impl RuleVerdicts {
    /// The verdict on a row, or `None` past the last one.
    pub fn get(&self, row: usize) -> Option<Verdict> {
        (row < self.height).then(|| Verdict::from_logic(at(&self.applies, row), at(&self.require, row)))
    }

    /// Whether it is the requirement, rather than the scope, that could not be decided on a row.
    pub fn applies(&self, row: usize) -> bool {
        at(&self.applies, row) == Some(true)
    }

    /// How many of the rows that `of` takes got each verdict, in the order of [`Verdict::ALL`].
    pub fn counts(&self, of: impl Fn(usize) -> bool) -> [u64; 4] {
        let mut counts = [0; 4];
        for (_, verdict) in self.iter().enumerate().filter(|(row, _)| of(*row)) {
            let place = Verdict::ALL.iter().position(|known| *known == verdict);
            if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
                *count += 1;
            }
        }
        counts
    }

    /// The verdicts of all rows in order.
    pub fn iter(&self) -> impl Iterator<Item = Verdict> {
        let applies = stretched(&self.applies, self.height);
        let require = stretched(&self.require, self.height);
        applies.zip(require).map(|(applies, require)| Verdict::from_logic(applies, require))
    }
}

/// A condition without columns gives one value for all rows.
fn at(values: &BooleanChunked, row: usize) -> Option<bool> {
    values.get(if values.len() == 1 { 0 } else { row })
}

fn stretched(values: &BooleanChunked, height: usize) -> impl Iterator<Item = Option<bool>> {
    let constant = (values.len() == 1).then(|| values.get(0));
    let mut rows = values.iter();
    (0..height).map(move |_| constant.unwrap_or_else(|| rows.next().flatten()))
}

/// Runs every rule over the table it judges. The rules must all belong to that table.
///
/// # Errors
/// Where polars refuses an expression, which loading should have found.
pub fn verdicts(rules: &[&CompiledRule], frame: &DataFrame) -> PolarsResult<Vec<RuleVerdicts>> {
    let height = frame.height();
    let conditions = rules.iter().enumerate().flat_map(|(index, rule)| {
        [rule.applies_to.clone().alias(format!("a{index}")), rule.require.clone().alias(format!("r{index}"))]
    });
    let judged = frame.clone().lazy().select(conditions.collect::<Vec<_>>()).collect()?;
    let column = |name: String| PolarsResult::Ok(judged.column(&name)?.bool()?.clone());
    let of_rule = |index: usize| {
        let (applies, require) = (column(format!("a{index}"))?, column(format!("r{index}"))?);
        Ok(RuleVerdicts { applies, require, height })
    };
    (0..rules.len()).map(of_rule).collect()
}
