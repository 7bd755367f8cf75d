//! Findings and gaps that somebody accepted for a time.
//!
//! An exception never hides: the finding stays in every report, says why it does not count and until when, and is counted.
//! Exceptions that have expired, match nothing or match too much are findings themselves, by rules over the table
//! `exceptions`.

use globset::GlobMatcher;
use jiff::Unit;
use jiff::civil::Date;

use crate::model::{
    AccountId, Arn, Excepted, ExceptionInfo, ExceptionKind, ExceptionState, Finding, Gap, Ownership, Region,
    Resource, RuleInfo, Run, Selector, glob_covers,
};

/// What the house accepts for a time.
#[derive(Clone, Debug, Default)]
pub struct Acceptances {
    /// Findings.
    pub exceptions: Vec<Exception>,
    /// Missing evidence.
    pub gaps: Vec<AcceptedGap>,
}

/// Within how many days an end is soon.
const SOON_DAYS: i64 = 14;

impl Acceptances {
    /// What there is to say about each of them on a day, those that end first at the top.
    pub fn infos(&self, today: Date) -> Vec<ExceptionInfo> {
        let exceptions = self.exceptions.iter().map(|exception| {
            let other = self.exceptions.iter().find(|other| other.covers(exception));
            let by = other.map(|other| format!("{} for {}", other.rule.as_str(), other.place_in_words()));
            let (rule, scope) = (exception.rule.as_str().to_owned(), exception.place_in_words());
            info((ExceptionKind::Finding, rule, scope), &exception.term, by, today)
        });
        let gaps = self.gaps.iter().map(|gap| {
            let (call, place) = (gap.call.as_str().to_owned(), gap.place_in_words());
            info((ExceptionKind::Gap, call, place), &gap.term, None, today)
        });
        let mut infos: Vec<ExceptionInfo> = exceptions.chain(gaps).collect();
        infos.sort_by(|a, b| (a.expires, &a.rule, &a.scope).cmp(&(b.expires, &b.rule, &b.scope)));
        infos
    }
}

fn info(
    (kind, rule, scope): (ExceptionKind, String, String),
    term: &Term,
    covered: Option<String>,
    today: Date,
) -> ExceptionInfo {
    let days_left = term.days_left(today);
    let state = match covered {
        _ if days_left < 0 => ExceptionState::Expired,
        Some(by) => ExceptionState::Covered { by },
        None if days_left <= SOON_DAYS => ExceptionState::EndsSoon,
        None => ExceptionState::Holds,
    };
    ExceptionInfo {
        kind,
        rule,
        scope,
        reason: term.reason.clone(),
        owner: term.owner.clone(),
        ticket: term.ticket.clone(),
        expires: term.expires,
        days_left,
        state,
    }
}

/// A scope with the account and Region that it is narrowed to.
fn narrowed(scope: &str, account: Option<&AccountId>, region: Option<&Region>) -> String {
    let place = [account.map(AccountId::as_str), region.map(Region::as_str)];
    let place: Vec<&str> = place.into_iter().flatten().collect();
    if place.is_empty() { scope.to_owned() } else { format!("{scope} in {}", place.join(" ")) }
}

/// Why something is accepted, who answers for it, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The ticket, where there is one.
    pub ticket: Option<String>,
    /// The last day on which it holds.
    pub expires: Date,
}

impl Term {
    /// Days left on a day; below 0 once it has expired.
    pub fn days_left(&self, today: Date) -> i64 {
        today.until((Unit::Day, self.expires)).map_or(0, |span| i64::from(span.get_days()))
    }

    pub(super) fn holds(&self, today: Date) -> bool {
        self.expires >= today
    }

    pub(super) fn excepted(&self, today: Date) -> Excepted {
        Excepted {
            reason: self.reason.clone(),
            owner: self.owner.clone(),
            ticket: self.ticket.clone(),
            expires: self.expires,
            days_left: self.days_left(today),
        }
    }
}

/// A glob over ids, in which nothing but whole ids match.
#[derive(Clone, Debug)]
pub struct IdGlob {
    text: String,
    matcher: GlobMatcher,
}

impl IdGlob {
    /// Reads a glob.
    ///
    /// # Errors
    /// Where it is none; the text says why.
    pub fn new(text: &str) -> Result<Self, String> {
        let glob = globset::Glob::new(text).map_err(|error| error.kind().to_string())?;
        Ok(Self { text: text.to_owned(), matcher: glob.compile_matcher() })
    }

    /// The glob as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it takes an id.
    pub fn takes(&self, id: &str) -> bool {
        self.matcher.is_match(id)
    }

    /// Whether it takes every id that another one takes. Where that cannot be told it says no.
    fn covers(&self, other: &Self) -> bool {
        glob_covers(&self.text, &other.text)
    }
}

/// Findings that are accepted for a time.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Of which rules: ids, former ids too.
    pub rule: IdGlob,
    /// About which resources.
    pub scope: Selector,
    /// In which account; none for all.
    pub account: Option<AccountId>,
    /// In which Region; none for all.
    pub region: Option<Region>,
    /// Why and until when.
    pub term: Term,
}

impl Exception {
    /// Whether it is about a rule.
    pub fn is_about(&self, rule: &RuleInfo) -> bool {
        let mut names = std::iter::once(&rule.id).chain(&rule.aliases);
        names.any(|name| self.rule.takes(name))
    }

    /// What it is about, in words.
    pub fn place_in_words(&self) -> String {
        narrowed(&self.scope.to_string(), self.account.as_ref(), self.region.as_ref())
    }

    /// Whether it is about all that another one is about, and holds longer; as far as the texts tell.
    fn covers(&self, other: &Self) -> bool {
        let is_within = (self.account.is_none() || self.account == other.account)
            && (self.region.is_none() || self.region == other.region);
        self.rule.covers(&other.rule)
            && self.scope.covers(&other.scope)
            && is_within
            && self.term.expires > other.term.expires
    }

    pub(super) fn takes(&self, finding: &Finding, ownership: &Ownership) -> bool {
        let resource = &finding.resource;
        let tag = |key: &str| ownership.tags.get(key).map(String::as_str);
        self.account.as_ref().is_none_or(|account| *account == resource.account)
            && self.region.as_ref().is_none_or(|region| *region == resource.region)
            && self.scope.takes(&resource.name, &resource.arn, tag)
    }

    /// Whether what it is about was audited: only then it can be said that it matches nothing.
    pub(super) fn is_audited(&self, run: &Run) -> bool {
        let (account, region) = self.place();
        let accounts = run
            .accounts
            .iter()
            .filter(|known| account.as_deref().is_none_or(|account| account == known.account.as_str()));
        let mut regions = accounts.flat_map(|account| &account.regions);
        run.selection.is_empty()
            && regions.any(|known| region.as_deref().is_none_or(|region| region == known.region.as_str()))
    }

    /// Whether what it is about may lie in the place of a resource; what is global lies in every Region.
    pub(super) fn may_be_in(&self, place: &Resource) -> bool {
        let (account, region) = self.place();
        let global = Region::global();
        account.is_none_or(|account| account == place.account.as_str())
            && (place.region == global || region.is_none_or(|region| region == place.region.as_str()))
    }

    /// The account and Region that it names, by themselves or within its ARN.
    fn place(&self) -> (Option<String>, Option<String>) {
        let arn: Option<Arn> = self.scope.to_string().parse().ok();
        let plain =
            |part: &str| (!part.is_empty() && !part.contains(['*', '?', '[', '{'])).then(|| part.to_owned());
        let account = self.account.as_ref().map(ToString::to_string);
        let region = self.region.as_ref().map(ToString::to_string);
        (
            account.or_else(|| arn.as_ref().and_then(|arn| plain(&arn.account))),
            region.or_else(|| arn.as_ref().and_then(|arn| plain(&arn.region))),
        )
    }
}

/// Missing evidence that is accepted for a time.
#[derive(Clone, Debug)]
pub struct AcceptedGap {
    /// Of which calls, as IAM writes them.
    pub call: IdGlob,
    /// In which account; none for all.
    pub account: Option<AccountId>,
    /// In which Region; none for all.
    pub region: Option<Region>,
    /// Why and until when.
    pub term: Term,
}

impl AcceptedGap {
    /// What it is about, in words.
    pub fn place_in_words(&self) -> String {
        let place = [self.account.as_ref().map(AccountId::as_str), self.region.as_ref().map(Region::as_str)];
        let place: Vec<&str> = place.into_iter().flatten().collect();
        if place.is_empty() { "all accounts".to_owned() } else { place.join(" ") }
    }

    pub(super) fn takes(&self, gap: &Gap) -> bool {
        self.call.takes(&gap.call)
            && self.account.as_ref().is_none_or(|account| Some(account) == gap.account.as_ref())
            && self.region.as_ref().is_none_or(|region| Some(region) == gap.region.as_ref())
    }
}
