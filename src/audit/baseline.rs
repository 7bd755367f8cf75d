//! Compares an assessment with a baseline, makes baselines, and brings them up to date.

use std::collections::{BTreeMap, BTreeSet};

use super::silence::settle;
use crate::model::{
    AccountId, Assessment, Baseline, BaselineCounts, BaselineEntry, BaselineState, BaselineSummary, Finding,
    Fingerprint, Region, RegionState, ResourceType, Run, Standing, Verdict,
};
use crate::tables::Tables;
use crate::tables::schema::Table;

/// Marks each failure and unknown as new, worsened or unchanged, and says what became of the rest of the baseline. Findings
/// under an exception are not compared: the exception decides about them, for as long as it holds.
pub fn compare(assessment: &mut Assessment, baseline: &Baseline, tables: &Tables, lists_unchanged: bool) {
    let known: BTreeMap<&Fingerprint, &BaselineEntry> =
        baseline.findings.iter().map(|entry| (&entry.fingerprint, entry)).collect();
    let mut worsened = Vec::new();
    for finding in assessment.findings.iter_mut().filter(|finding| is_problem(finding)) {
        let entry = known.get(&finding.fingerprint);
        finding.baseline = entry_state(finding, entry.copied());
        if finding.baseline == Some(BaselineState::Worsened) {
            worsened.extend(entry.map(|entry| (*entry).clone()));
        }
    }
    settle(&mut assessment.findings);
    let (fixed, not_audited) = gone(assessment, baseline, tables);
    let counts = counts(assessment, baseline, fixed.len() as u64, not_audited.len() as u64);
    assessment.baseline = Some(BaselineSummary { counts, fixed, worsened, not_audited, lists_unchanged });
}

fn entry_state(finding: &Finding, entry: Option<&BaselineEntry>) -> Option<BaselineState> {
    if finding.exception.is_some() {
        return None;
    }
    Some(match entry {
        None => BaselineState::New,
        Some(entry) if Standing::from(finding).is_worse_than(&entry.standing()) => BaselineState::Worsened,
        Some(_) => BaselineState::Unchanged,
    })
}

fn is_problem(finding: &Finding) -> bool {
    matches!(finding.verdict, Verdict::Fail | Verdict::Unknown)
}

fn counts(assessment: &Assessment, baseline: &Baseline, fixed: u64, not_audited: u64) -> BaselineCounts {
    let of = |state| assessment.findings.iter().filter(|found| found.baseline == Some(state)).count() as u64;
    let excepted = |found: &&Finding| is_problem(found) && found.exception.is_some();
    let accounts = assessment.run.accounts.iter().map(|account| &account.account);
    BaselineCounts {
        as_of: baseline.as_of,
        new: of(BaselineState::New),
        worsened: of(BaselineState::Worsened),
        unchanged: of(BaselineState::Unchanged),
        fixed,
        not_audited,
        excepted: assessment.findings.iter().filter(excepted).count() as u64,
        unknown_accounts: accounts.filter(|id| !baseline.accounts.contains_key(*id)).cloned().collect(),
    }
}

/// The entries of the baseline that are no finding any more: those that are fixed, and those of which nobody knows.
fn gone(
    assessment: &Assessment,
    baseline: &Baseline,
    tables: &Tables,
) -> (Vec<BaselineEntry>, Vec<BaselineEntry>) {
    let problems = assessment.findings.iter().filter(|finding| is_problem(finding));
    let still: BTreeSet<&Fingerprint> = problems.map(|finding| &finding.fingerprint).collect();
    let scope = Scope::new(assessment, baseline, tables);
    let gone = baseline.findings.iter().filter(|entry| !still.contains(&entry.fingerprint));
    gone.filter(|entry| scope.asks_for(entry)).cloned().partition(|entry| scope.covers(entry))
}

/// What an audit looked at.
struct Scope<'a> {
    /// The first ids of the rules that ran.
    rules: BTreeSet<&'a str>,
    /// Account to the Regions that answered.
    answered: BTreeMap<&'a AccountId, BTreeSet<&'a Region>>,
    /// The accounts of which every Region that the baseline knows was looked at.
    whole: BTreeSet<&'a AccountId>,
    /// First id of a rule, account and Region whose rows could not be listed.
    dark: BTreeSet<(&'a str, &'a AccountId, &'a Region)>,
    /// Where the audit was narrowed: the ARNs that it saw.
    seen: Option<BTreeSet<&'a str>>,
    /// Where only the findings of one owner are left: whose.
    owner: Option<&'a str>,
    /// There: ARN to the owner of today.
    owners: BTreeMap<&'a str, &'a str>,
}

impl<'a> Scope<'a> {
    fn new(assessment: &'a Assessment, baseline: &Baseline, tables: &'a Tables) -> Self {
        let first_ids: BTreeMap<&str, &str> =
            assessment.rules.iter().map(|rule| (rule.id.as_str(), rule.first_id())).collect();
        let scopes = assessment.findings.iter().filter(|f| f.resource.kind == ResourceType::Scope);
        let dark = scopes.filter_map(|finding| {
            let rule = first_ids.get(finding.rule.as_str())?;
            Some((*rule, &finding.resource.account, &finding.resource.region))
        });
        Self {
            dark: dark.collect(),
            answered: assessment
                .run
                .accounts
                .iter()
                .map(|account| {
                    let regions = account.regions.iter();
                    let answered = regions.filter(|region| region.state == RegionState::Audited);
                    (&account.account, answered.map(|region| &region.region).collect())
                })
                .collect(),
            whole: whole_accounts(&assessment.run, baseline),
            rules: first_ids.into_values().collect(),
            seen: (!assessment.run.selection.is_empty()).then(|| arns(tables)),
            owner: assessment.options.owner.as_deref(),
            owners: if assessment.options.owner.is_some() { owners(tables) } else { BTreeMap::new() },
        }
    }

    /// Whether the audit would have found the entry again if it were still there.
    fn covers(&self, entry: &BaselineEntry) -> bool {
        let is_dark = |region: &Region| self.dark.contains(&(entry.rule.as_str(), &entry.account, region));
        // What the settings accept is of no account.
        let was_looked_at = if entry.account.as_str().is_empty() {
            true
        } else if entry.region == Region::global() {
            self.whole.contains(&entry.account)
        } else {
            self.answered.get(&entry.account).is_some_and(|regions| regions.contains(&entry.region))
        };
        (self.owner.is_none() || self.owner_of(entry).is_some())
            && self.rules.contains(entry.rule.as_str())
            && was_looked_at
            && !is_dark(&entry.region)
            && !is_dark(&Region::global())
            && self.is_in_selection(entry)
    }

    /// Whether the audit is about the entry at all. What nobody is known to own may be anybody's.
    fn asks_for(&self, entry: &BaselineEntry) -> bool {
        self.owner.is_none_or(|owner| self.owner_of(entry).is_none_or(|known| known == owner))
    }

    /// Who owns what the entry is about: today, or, where it is gone, when the baseline was made.
    fn owner_of<'e>(&self, entry: &'e BaselineEntry) -> Option<&'e str>
    where
        'a: 'e,
    {
        let then = Some(entry.owner.as_str()).filter(|owner| !owner.is_empty());
        self.owners.get(entry.arn.as_str()).copied().or(then)
    }

    /// Of a narrowed audit only the secrets that it saw say something: what is counted over all secrets counts less there.
    fn is_in_selection(&self, entry: &BaselineEntry) -> bool {
        let seen =
            |arns: &BTreeSet<&str>| entry.arn.contains(":secret:") && arns.contains(entry.arn.as_str());
        self.seen.as_ref().is_none_or(seen)
    }
}

/// What is said of a whole account, such as how much a principal can read, compares only where no Region is left out.
fn whole_accounts<'a>(run: &'a Run, baseline: &Baseline) -> BTreeSet<&'a AccountId> {
    let accounts = run.accounts.iter().filter(|account| {
        let looked_at = |region: &Region| {
            account.regions.iter().any(|run| run.region == *region && run.state != RegionState::Refused)
        };
        baseline.accounts.get(&account.account).is_some_and(|regions| regions.iter().all(looked_at))
    });
    accounts.map(|account| &account.account).collect()
}

/// The secrets that were listed. Other tables name secrets, too, that the selection does not take.
fn arns(tables: &Tables) -> BTreeSet<&str> {
    let rows = tables.get(Table::Secrets).into_iter().flat_map(|data| &data.rows);
    rows.map(|row| row.resource.arn.as_str()).collect()
}

/// Who owns what stands in the tables.
fn owners(tables: &Tables) -> BTreeMap<&str, &str> {
    let rows = Table::ALL.into_iter().filter_map(|table| tables.get(table)).flat_map(|data| &data.rows);
    let mut owners = BTreeMap::new();
    for row in rows {
        owners.entry(row.resource.arn.as_str()).or_insert(row.ownership.owner.as_str());
    }
    owners
}

/// A baseline of everything that an assessment found. Findings under an exception are left out, so that they count again
/// when the exception ends.
pub fn baseline_of(assessment: &Assessment) -> Baseline {
    let mut findings: Vec<BaselineEntry> = assessment
        .findings
        .iter()
        .filter(|f| is_problem(f) && f.exception.is_none())
        .map(entry_of(assessment))
        .collect();
    sort(&mut findings);
    Baseline { as_of: assessment.run.as_of, accounts: audited(&assessment.run), findings }
}

fn entry_of(assessment: &Assessment) -> impl Fn(&Finding) -> BaselineEntry {
    let first_ids: BTreeMap<String, String> =
        assessment.rules.iter().map(|rule| (rule.id.clone(), rule.first_id().to_owned())).collect();
    move |finding| BaselineEntry::new(finding, first_ids.get(&finding.rule).unwrap_or(&finding.rule))
}

fn audited(run: &Run) -> BTreeMap<AccountId, BTreeSet<Region>> {
    let of = |account: &crate::model::AccountRun| {
        let answered = account.regions.iter().filter(|region| region.state == RegionState::Audited);
        (account.account.clone(), answered.map(|region| region.region.clone()).collect())
    };
    run.accounts.iter().map(of).collect()
}

/// By place and then by rule, so that a secret's lines stand together.
fn sort(entries: &mut [BaselineEntry]) {
    entries.sort_by(|a, b| place(a).cmp(&place(b)));
}

fn place(entry: &BaselineEntry) -> (&AccountId, &Region, &str, &str, Option<&str>, &Fingerprint) {
    let BaselineEntry { account, region, arn, rule, second_key, fingerprint, .. } = entry;
    (account, region, arn, rule, second_key.as_deref(), fingerprint)
}

/// What bringing a baseline up to date may take in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accepting {
    /// Findings that it does not know.
    pub new: bool,
    /// Findings that are worse than it knows them.
    pub worsened: bool,
}

/// A baseline that was brought up to date, and what changed in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Updated {
    /// The baseline of now.
    pub baseline: Baseline,
    /// Entries whose severity or reach fell.
    pub improved: u64,
    /// Entries that were taken out because an exception covers them.
    pub excepted: u64,
}

/// Brings a baseline up to date with an assessment that was compared with it. It never grows unless told to: what is fixed
/// goes out, what got better is noted down, so that it cannot get as bad again unnoticed.
pub fn update(assessment: &Assessment, baseline: &Baseline, accepting: Accepting) -> Updated {
    let problems = assessment.findings.iter().filter(|finding| is_problem(finding));
    let today: BTreeMap<&Fingerprint, &Finding> =
        problems.clone().map(|finding| (&finding.fingerprint, finding)).collect();
    let fixed: BTreeSet<&Fingerprint> = assessment
        .baseline
        .iter()
        .flat_map(|summary| &summary.fixed)
        .map(|entry| &entry.fingerprint)
        .collect();
    let is_narrowed = !assessment.run.selection.is_empty();
    let (mut improved, mut excepted, mut findings) = (0, 0, Vec::new());
    for entry in baseline.findings.iter().filter(|entry| !fixed.contains(&entry.fingerprint)) {
        let finding = today.get(&entry.fingerprint);
        if finding.is_some_and(|finding| finding.exception.is_some()) {
            excepted += 1;
            continue;
        }
        let now = finding
            .map_or_else(|| entry.clone(), |finding| taken_over(entry, finding, accepting, is_narrowed));
        improved += u64::from(entry.standing().is_worse_than(&now.standing()));
        findings.push(now);
    }
    let mut accounts = baseline.accounts.clone();
    if accepting.new {
        findings
            .extend(problems.filter(|f| f.baseline == Some(BaselineState::New)).map(entry_of(assessment)));
        for (account, regions) in audited(&assessment.run) {
            accounts.entry(account).or_default().extend(regions);
        }
    }
    sort(&mut findings);
    let baseline = Baseline { as_of: assessment.run.as_of, accounts, findings };
    Updated { baseline, improved, excepted }
}

/// An entry as it stands today. A failure that cannot be judged today stays a failure: it would otherwise be worse when it
/// is seen again.
fn taken_over(
    entry: &BaselineEntry,
    finding: &Finding,
    accepting: Accepting,
    is_narrowed: bool,
) -> BaselineEntry {
    let is_hidden = entry.verdict == Verdict::Fail && finding.verdict == Verdict::Unknown;
    let is_refused = finding.baseline == Some(BaselineState::Worsened) && !accepting.worsened;
    if is_hidden || is_refused {
        return entry.clone();
    }
    // Of a narrowed audit every count is of a part.
    let reach = if is_narrowed { entry.reach.or(finding.reach) } else { finding.reach.or(entry.reach) };
    BaselineEntry { verdict: finding.verdict, severity: finding.severity, reach, ..entry.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{SECRET, assessment, entry, excepted, fail, unknown};
    use crate::model::Severity;

    fn compared(findings: Vec<Finding>, entries: Vec<BaselineEntry>) -> Assessment {
        let mut assessment = assessment(findings);
        let baseline = baseline_with(entries);
        compare(&mut assessment, &baseline, &Tables::default(), false);
        assessment
    }

    fn baseline_with(findings: Vec<BaselineEntry>) -> Baseline {
        let accounts = audited(&assessment(Vec::new()).run);
        Baseline { as_of: "2026-10-01T00:00:00Z".parse().unwrap(), accounts, findings }
    }

    #[test]
    fn findings_are_marked() {
        let reached = |reach| Finding { reach: Some(reach), ..fail("reach", Severity::High) };
        let cases = [
            (fail("a", Severity::High), None, Some(BaselineState::New)),
            (unknown("a", Severity::High), None, Some(BaselineState::New)),
            (fail("a", Severity::High), Some(fail("a", Severity::High)), Some(BaselineState::Unchanged)),
            (fail("a", Severity::High), Some(fail("a", Severity::Low)), Some(BaselineState::Worsened)),
            (fail("a", Severity::High), Some(unknown("a", Severity::High)), Some(BaselineState::Worsened)),
            (unknown("a", Severity::High), Some(fail("a", Severity::High)), Some(BaselineState::Unchanged)),
            (reached(6), Some(reached(5)), Some(BaselineState::Worsened)),
            (reached(5), Some(reached(6)), Some(BaselineState::Unchanged)),
            (excepted(fail("a", Severity::High)), None, None),
            (excepted(fail("a", Severity::High)), Some(fail("a", Severity::High)), None),
        ];
        for (finding, before, expected) in cases {
            let entries = before.iter().map(entry).collect();
            let assessment = compared(vec![finding.clone()], entries);
            assert_eq!(assessment.findings.first().unwrap().baseline, expected, "{finding:?} {before:?}");
        }
    }

    #[test]
    fn only_what_was_looked_at_can_be_fixed() {
        let of = |rule: &str, account: &str, region: &str| BaselineEntry {
            account: AccountId::new(account),
            region: Region::new(region),
            ..entry(&fail(rule, Severity::High))
        };
        let cases = [
            (of("a", "111122223333", "eu-west-1"), true),
            (of("a", "111122223333", "global"), true),
            (of("not-run", "111122223333", "eu-west-1"), false),
            (of("a", "444455556666", "eu-west-1"), false),
            (of("a", "111122223333", "eu-west-2"), false),
            (of("a", "111122223333", "us-east-1"), false),
        ];
        for (entry, is_fixed) in cases {
            let assessment = compared(Vec::new(), vec![entry.clone()]);
            let counts = assessment.baseline.unwrap().counts;
            assert_eq!(
                (counts.fixed, counts.not_audited),
                (is_fixed.into(), (!is_fixed).into()),
                "{entry:?}"
            );
        }
    }

    #[test]
    fn what_could_not_be_listed_is_not_fixed() {
        let mut scope = unknown("a", Severity::High);
        scope.resource.kind = ResourceType::Scope;
        scope.resource.arn = "arn:aws:secretsmanager:eu-west-1:111122223333:*".to_owned();
        scope.fingerprint = Fingerprint::of("a", &scope.resource);
        let assessment = compared(vec![scope], vec![entry(&fail("a", Severity::High))]);
        let counts = assessment.baseline.unwrap().counts;
        assert_eq!((counts.fixed, counts.not_audited, counts.new), (0, 1, 1));
    }

    #[test]
    fn a_narrowed_audit_fixes_only_what_it_saw() {
        let mut narrowed = assessment(Vec::new());
        narrowed.run.selection = vec!["prod/*".to_owned()];
        compare(
            &mut narrowed,
            &baseline_with(vec![entry(&fail("a", Severity::High))]),
            &Tables::default(),
            false,
        );
        let counts = narrowed.baseline.unwrap().counts;
        assert_eq!((counts.fixed, counts.not_audited), (0, 1));
    }

    #[test]
    fn a_baseline_leaves_out_what_an_exception_covers() {
        let findings =
            vec![fail("a", Severity::High), excepted(fail("b", Severity::High)), unknown("c", Severity::Low)];
        let rules: Vec<String> =
            baseline_of(&assessment(findings)).findings.into_iter().map(|entry| entry.rule).collect();
        assert_eq!(rules, ["a", "c"]);
    }

    #[test]
    fn an_update_shrinks_and_grows_only_when_told() {
        let before = [
            fail("a", Severity::High),
            fail("b", Severity::High),
            fail("worse", Severity::Low),
            fail("better", Severity::High),
            fail("hidden", Severity::High),
            fail("excepted", Severity::High),
        ];
        let now = vec![
            fail("a", Severity::High),
            fail("worse", Severity::High),
            fail("better", Severity::Low),
            unknown("hidden", Severity::High),
            excepted(fail("excepted", Severity::High)),
            fail("c", Severity::Medium),
        ];
        let baseline = baseline_with(before.iter().map(entry).collect());
        let mut assessment = assessment(now);
        compare(&mut assessment, &baseline, &Tables::default(), false);
        let kept = |accepting| {
            let updated = update(&assessment, &baseline, accepting);
            let lines = updated.baseline.findings.iter();
            let lines = lines.map(|entry| format!("{} {} {}", entry.rule, entry.verdict, entry.severity));
            (lines.collect::<Vec<_>>().join(", "), updated.improved, updated.excepted)
        };
        insta::assert_debug_snapshot!(
            [kept(Accepting::default()), kept(Accepting { new: true, worsened: true })],
            @r#"
            [
                (
                    "a fail high, better fail low, hidden fail high, worse fail low",
                    1,
                    1,
                ),
                (
                    "a fail high, better fail low, c fail medium, hidden fail high, worse fail high",
                    1,
                    1,
                ),
            ]
            "#
        );
        assert_eq!(SECRET, baseline.findings.first().unwrap().arn);
    }
}
