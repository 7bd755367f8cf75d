//! Exceptions and accepted gaps, checked.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};
use serde_saphyr::Spanned;

use super::Config;
use super::file::{AcceptedGapFile, ExceptionFile};
use crate::audit::{Acceptances, AcceptedGap, Exception, IdGlob, Term};
use crate::model::{AccountId, Arn, Partition, Region, Selector, Severity, nearest_region};
use crate::rules::{Diagnostic, RuleSet};

/// The longest an exception may hold where the settings do not say otherwise.
const LONGEST_DAYS: u16 = 180;

/// The days by which terms are checked.
#[derive(Clone, Copy)]
struct Days {
    /// The one that counts as today.
    as_of: Date,
    /// That one or the clock's, whichever is later: nothing was agreed after it.
    latest: Date,
}

impl Config {
    /// The exceptions and accepted gaps. The clock only bounds the day on which something was agreed, since a snapshot of
    /// last year may be judged with what is agreed today.
    ///
    /// # Errors
    /// Every one that is about no rule, has no term, or a term that is too long, and every one that stands there twice.
    pub fn acceptances(
        &self,
        rules: &RuleSet,
        as_of: Timestamp,
        clock: Timestamp,
    ) -> Result<Acceptances, Vec<Diagnostic>> {
        let date = |instant: Timestamp| instant.to_zoned(TimeZone::UTC).date();
        let today = Days { as_of: date(as_of), latest: date(as_of.max(clock)) };
        let (mut found, mut errors) = (Acceptances::default(), Vec::new());
        for exception in &self.file.exceptions {
            match self.exception(exception, rules, today) {
                Ok(exception) => found.exceptions.push(exception),
                Err(error) => errors.push(error),
            }
        }
        for gap in &self.file.accepted_gaps {
            match self.accepted_gap(gap, today) {
                Ok(gap) => found.gaps.push(gap),
                Err(error) => errors.push(error),
            }
        }
        errors.extend(self.twice());
        if errors.is_empty() { Ok(found) } else { Err(errors) }
    }

    fn exception(
        &self,
        file: &ExceptionFile<Spanned<String>>,
        rules: &RuleSet,
        today: Days,
    ) -> Result<Exception, Diagnostic> {
        let text = &file.rule;
        let rule = IdGlob::new(&text.value)
            .map_err(|reason| self.at(text, format!("`{}` is no glob: {reason}", text.value)))?;
        let known = rules.all();
        let about: Vec<Severity> = known
            .iter()
            .filter(|(info, _)| std::iter::once(&info.id).chain(&info.aliases).any(|id| rule.takes(id)))
            .filter(|(info, _)| info.table != "exceptions")
            .map(|(info, _)| info.severity)
            .collect();
        let Some(worst) = about.into_iter().max() else {
            let is_known = known.iter().any(|(info, _)| rule.takes(&info.id));
            let (message, help) = match rules.suggest(&text.value) {
                _ if is_known => ("findings about exceptions cannot be excepted".to_owned(), None),
                Some(close) if !text.value.contains('*') => {
                    (format!("no rule `{}`", text.value), Some(format!("did you mean `{close}`?")))
                }
                _ => {
                    let help = "`secrets-auditor rules list` shows the rules";
                    (format!("no rule `{}`", text.value), Some(help.to_owned()))
                }
            };
            return Err(self.at(text, message).with_help(help));
        };
        let longest = self.file.exception_days.get(&worst).copied().unwrap_or(LONGEST_DAYS);
        Ok(Exception {
            rule,
            scope: self.scope(&file.scope)?,
            account: self.account(file.account.as_ref())?,
            region: self.region(file.region.as_ref())?,
            term: Term {
                reason: self.words(&file.reason, "reason")?,
                owner: self.words(&file.owner, "owner")?,
                ticket: file.ticket.clone(),
                expires: self.expiry(&file.expires, file.added.as_ref(), longest, worst.as_str(), today)?,
            },
        })
    }

    fn accepted_gap(
        &self,
        file: &AcceptedGapFile<Spanned<String>>,
        today: Days,
    ) -> Result<AcceptedGap, Diagnostic> {
        let text = &file.call;
        if !text.value.contains([':', '*']) {
            return Err(self
                .at(text, format!("`{}` is no call", text.value))
                .with_help(Some("write it as IAM does, such as `kms:GetKeyPolicy` or `kms:*`".to_owned())));
        }
        let call = IdGlob::new(&text.value)
            .map_err(|reason| self.at(text, format!("`{}` is no glob: {reason}", text.value)))?;
        Ok(AcceptedGap {
            call,
            account: self.account(file.account.as_ref())?,
            region: self.region(file.region.as_ref())?,
            term: Term {
                reason: self.words(&file.reason, "reason")?,
                owner: self.words(&file.owner, "owner")?,
                ticket: file.ticket.clone(),
                expires: self.expiry(
                    &file.expires,
                    file.added.as_ref(),
                    LONGEST_DAYS,
                    "missing evidence",
                    today,
                )?,
            },
        })
    }

    /// A text that must say something.
    fn words(&self, text: &Spanned<String>, what: &str) -> Result<String, Diagnostic> {
        let words = text.value.trim();
        if words.is_empty() {
            return Err(self.at(text, format!("the {what} is empty")));
        }
        // It may have been written in several lines.
        Ok(words.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    pub(super) fn account(&self, text: Option<&Spanned<String>>) -> Result<Option<AccountId>, Diagnostic> {
        let Some(text) = text else { return Ok(None) };
        let is_account = text.value.len() == 12 && text.value.bytes().all(|byte| byte.is_ascii_digit());
        if !is_account {
            return Err(self
                .at(text, format!("`{}` is no account", text.value))
                .with_help(Some("write its twelve digits in quotes".to_owned())));
        }
        Ok(Some(AccountId::new(&text.value)))
    }

    fn region(&self, text: Option<&Spanned<String>>) -> Result<Option<Region>, Diagnostic> {
        let Some(text) = text else { return Ok(None) };
        self.known_region(text, &text.value)?;
        Ok(Some(Region::new(&text.value)))
    }

    /// A scope; the Region in an ARN must be one, too.
    fn scope(&self, text: &Spanned<String>) -> Result<Selector, Diagnostic> {
        let selector = self.selector(text)?;
        if let Ok(Arn { region, .. }) = text.value.parse()
            && !region.contains(['*', '?', '[', '{'])
            && !region.is_empty()
        {
            self.known_region(text, &region)?;
        }
        Ok(selector)
    }

    /// What is accepted in a Region that does not exist matches nothing, and nobody would learn that.
    pub(super) fn known_region(&self, text: &Spanned<String>, region: &str) -> Result<(), Diagnostic> {
        let known = || Partition::ALL.into_iter().flat_map(|partition| partition.regions()).copied();
        if region == Region::global().as_str() || known().any(|code| code == region) {
            return Ok(());
        }
        let help = match nearest_region(region, known()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "write a Region's code, such as `eu-west-1`, or `global`".to_owned(),
        };
        Err(self.at(text, format!("there is no Region `{region}`")).with_help(Some(help)))
    }

    fn date(&self, text: &Spanned<String>) -> Result<Date, Diagnostic> {
        // An instant would be read as a date, too.
        let is_plain = text.value.len() == "2027-01-31".len();
        text.value.parse::<Date>().ok().filter(|_| is_plain).ok_or_else(|| {
            self.at(text, format!("`{}` is no date", text.value))
                .with_help(Some("write YYYY-MM-DD, such as 2027-01-31".to_owned()))
        })
    }

    fn expiry(
        &self,
        text: &Spanned<String>,
        added: Option<&Spanned<String>>,
        longest: u16,
        what: &str,
        today: Days,
    ) -> Result<Date, Diagnostic> {
        let expires = self.date(text)?;
        let from = added.map(|added| self.date(added)).transpose()?;
        if let (Some(text), Some(from)) = (added, from) {
            let wrong = match from {
                from if from > today.latest => Some("lies in the future"),
                from if from > expires => Some("is later than the last day"),
                _ => None,
            };
            if let Some(wrong) = wrong {
                let help = "write the day on which it was agreed, or leave out `added`".to_owned();
                return Err(self.at(text, format!("`{from}` {wrong}")).with_help(Some(help)));
            }
        }
        let today = today.as_of;
        let days = from.unwrap_or(today).until((Unit::Day, expires)).map_or(0, |span| span.get_days());
        if days > i32::from(longest) {
            let since = from.map_or_else(|| "from now".to_owned(), |from| format!("after {from}"));
            let last = from.unwrap_or(today).saturating_add(jiff::Span::new().days(longest));
            return Err(self
                .at(
                    text,
                    format!("`{expires}` is {days} days {since}, and {what} may be accepted for {longest}"),
                )
                .with_help(Some(format!("write {last} at the latest, or change `exception_days`"))));
        }
        Ok(expires)
    }

    /// Exceptions for the same rule and scope: one of them is of no use.
    fn twice(&self) -> Vec<Diagnostic> {
        let value = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
        let mut seen = std::collections::BTreeSet::new();
        let mut errors = Vec::new();
        for exception in &self.file.exceptions {
            let key = (
                exception.rule.value.clone(),
                exception.scope.value.clone(),
                value(&exception.account),
                value(&exception.region),
            );
            if !seen.insert(key) {
                let (rule, scope) = (&exception.rule.value, &exception.scope.value);
                errors.push(
                    self.at(&exception.rule, format!("`{rule}` for `{scope}` is excepted twice"))
                        .with_help(Some("keep the one that shall hold".to_owned())),
                );
            }
        }
        errors
    }
}
