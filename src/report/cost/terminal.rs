//! Costs for people.

use std::fmt::Write;

use anstyle::Style;
use rust_decimal::Decimal;

use super::{cents, money};
use crate::model::{
    Charge, ChargeKind, CostGroup, CostLine, CostReport, Saving, SavingConfidence, SavingKind,
};
use crate::report::escape::printable;
use crate::report::page::{BOLD, DIM, GOOD, OPEN, PLAIN, Page, count};

/// How many savings of a confidence, and how many rows of a table, are shown; programs get all.
const SHOWN: usize = 20;

/// The widths of the columns of numbers.
const NUMBER: usize = 12;

/// How many columns of numbers a table has.
const COLUMNS: usize = 3;

/// By what costs are put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The account.
    Account,
    /// The Region.
    Region,
    /// Whoever owns it.
    Owner,
    /// The environment.
    Environment,
    /// Each secret and replica by itself.
    Secret,
    /// Each key by itself.
    Key,
    /// A tag.
    Tag(String),
}

impl By {
    fn title(&self) -> String {
        match self {
            Self::Account => "by account".to_owned(),
            Self::Region => "by Region".to_owned(),
            Self::Owner => "by owner".to_owned(),
            Self::Environment => "by environment".to_owned(),
            Self::Secret => "by secret".to_owned(),
            Self::Key => "by key".to_owned(),
            Self::Tag(key) => format!("by tag {key}"),
        }
    }
}

/// The page: the month, its lines, groups, savings, and what is left out.
pub fn render(cost: &CostReport, as_of: &str, by: &[By], width: usize) -> String {
    let mut page = Page::new(width);
    page.cost_head(cost, as_of);
    page.cost_lines(cost);
    for by in by {
        page.cost_groups(cost, by);
    }
    page.savings(cost);
    page.left_out(cost);
    page.cost_end(cost);
    page.text
}

/// What could be saved, in one line for the page of an audit; none where nothing could.
pub fn savings_line(cost: &CostReport) -> Option<String> {
    if cost.savings.list.is_empty() {
        return None;
    }
    let counts = SavingConfidence::ALL
        .into_iter()
        .map(|confidence| format!("{} {}", cost.savings.count(confidence), confidence.as_str()));
    let counts: Vec<String> = counts.collect();
    let currency = &cost.prices.currency;
    let amount = cents(cost.savings.net(currency));
    Some(format!("savings: {currency} {amount} a month ({}): `secrets-auditor cost`", counts.join(", ")))
}

impl Page {
    fn cost_head(&mut self, cost: &CostReport, as_of: &str) {
        let currency = &cost.prices.currency;
        let (monthly, this_month) = (cents(cost.monthly_total), cents(cost.this_month));
        self.paragraph(0, &format!("{currency} {monthly} a month"), BOLD);
        let month =
            format!("{} comes to {currency} {this_month}, if nothing changes until its end", cost.month);
        self.paragraph(0, &month, PLAIN);
        for other in &cost.other_currencies {
            let (monthly, this_month) = (cents(other.monthly), cents(other.this_month));
            let what = format!(
                "and {} {monthly} a month, {} {this_month} in {}",
                other.currency, other.currency, cost.month
            );
            self.paragraph(0, &what, PLAIN);
        }
        let day = as_of.split('T').next().unwrap_or_default();
        self.paragraph(0, &format!("as of {day}; list prices of {}", cost.prices.as_of), DIM);
    }

    /// A row of a table: a name that takes what is left of the width, and numbers.
    fn row(&mut self, name: &str, numbers: &[String], style: Style) {
        let room = self.width.saturating_sub(COLUMNS * NUMBER).max(NUMBER);
        let name = printable(name);
        let mut lines: Vec<String> = textwrap::wrap(&name, room.saturating_sub(1))
            .into_iter()
            .map(std::borrow::Cow::into_owned)
            .collect();
        let last = lines.pop().unwrap_or_default();
        for line in lines {
            let _ = writeln!(self.text, "{style}{line}{style:#}");
        }
        let _ = write!(self.text, "{style}{last}");
        let used = last.chars().count();
        let columns: String = numbers.iter().map(|number| format!("{number:>NUMBER$}")).collect();
        let pad = room.saturating_sub(used);
        let _ = writeln!(self.text, "{:pad$}{columns}{style:#}", "");
    }

    fn cost_lines(&mut self, cost: &CostReport) {
        self.blank();
        let head = ["quantity", "unit price", "a month"].map(str::to_owned);
        self.row("", &head, DIM);
        for line in &cost.lines {
            self.cost_line(line, &cost.prices.currency);
        }
    }

    fn cost_line(&mut self, line: &CostLine, main: &str) {
        let quantity = line.quantity.map_or_else(|| "?".to_owned(), |number| number.normalize().to_string());
        let monthly = line.monthly.map_or_else(|| "?".to_owned(), cents);
        let other = if line.currency == main { String::new() } else { format!(" ({})", line.currency) };
        self.row(&format!("{}{other}", line.item), &[quantity, money(line.unit_price), monthly], PLAIN);
        if !line.basis.is_empty() {
            self.paragraph(2, &line.basis, DIM);
        }
    }

    fn cost_groups(&mut self, cost: &CostReport, by: &By) {
        let main = cost.prices.currency.as_str();
        let groups = match by {
            By::Account => &cost.by_account,
            By::Region => &cost.by_region,
            By::Owner => &cost.by_owner,
            By::Environment => &cost.by_environment,
            By::Tag(key) => cost.by_tag.get(key).map(Vec::as_slice).unwrap_or_default(),
            By::Secret | By::Key => return self.cost_charges(cost, by),
        };
        self.blank();
        self.row(&by.title(), &["secrets", "keys", "a month"].map(str::to_owned), BOLD);
        let mut groups: Vec<&CostGroup> = groups.iter().collect();
        groups.sort_by(|a, b| b.total.cmp(&a.total).then_with(|| a.name.cmp(&b.name)));
        for group in groups.iter().take(SHOWN) {
            let name = if group.name.is_empty() { "(none)" } else { &group.name };
            let name = named(name, &group.currency, main);
            let numbers = [group.secrets.to_string(), group.keys.to_string(), cents(group.total)];
            self.row(&name, &numbers, PLAIN);
        }
        self.more(groups.len());
    }

    fn cost_charges(&mut self, cost: &CostReport, by: &By) {
        let is_key = *by == By::Key;
        let mut charges: Vec<&Charge> =
            cost.charges.iter().filter(|charge| (charge.kind == ChargeKind::Key) == is_key).collect();
        let total = |charge: &Charge| charge.monthly + charge.calls_monthly;
        charges.sort_by(|a, b| total(b).cmp(&total(a)).then_with(|| a.arn.cmp(&b.arn)));
        self.blank();
        self.row(&by.title(), &["kept", "calls", "a month"].map(str::to_owned), BOLD);
        for charge in charges.iter().take(SHOWN) {
            let calls = charge.calls.map_or_else(|| "?".to_owned(), |calls| calls.normalize().to_string());
            let calls = if is_key { String::new() } else { calls };
            let name = named(&charge.name, &charge.currency, &cost.prices.currency);
            self.row(&name, &[cents(charge.monthly), calls, cents(total(charge))], PLAIN);
            self.paragraph(2, &format!("{} {}", charge.account, charge.region), DIM);
        }
        self.more(charges.len());
    }

    fn more(&mut self, all: usize) {
        if let Some(more) = all.checked_sub(SHOWN).filter(|more| *more > 0) {
            self.paragraph(0, &format!("… and {more} more: `--format json` or `--format csv`"), DIM);
        }
    }

    fn savings(&mut self, cost: &CostReport) {
        let list = &cost.savings.list;
        if list.is_empty() {
            return;
        }
        let currency = &cost.prices.currency;
        for confidence in SavingConfidence::ALL {
            let of_it: Vec<&Saving> = list.iter().filter(|saving| saving.confidence == confidence).collect();
            if of_it.is_empty() {
                continue;
            }
            let here = of_it.iter().filter(|saving| saving.currency == *currency);
            let sum: Decimal = here.map(|saving| saving.net).sum();
            let what = count(of_it.len() as u64, "saving", "savings");
            self.blank();
            let title = format!("{}: {what}, {currency} {} a month", confidence.as_str(), cents(sum));
            self.paragraph(0, &title, BOLD);
            for saving in of_it.iter().take(SHOWN) {
                self.saving(saving);
            }
            self.more(of_it.len());
        }
    }

    fn saving(&mut self, saving: &Saving) {
        let amount = amount(saving);
        let title = format!("{}: {amount}", saving.kind.title());
        self.blank();
        let style = if saving.confidence == SavingConfidence::Proven { GOOD } else { PLAIN };
        self.hanging("  ", "    ", &title, style);
        self.paragraph(4, &saving.name, BOLD);
        self.paragraph(4, &place(saving), DIM);
        for evidence in &saving.evidence {
            self.hanging("    - ", "      ", evidence, PLAIN);
        }
        for warning in &saving.warnings {
            self.hanging("    ! ", "      ", warning, OPEN);
        }
        for command in &saving.commands {
            // On one line, so that it can be copied.
            let _ = writeln!(self.text, "    $ {}", printable(command));
        }
    }

    fn left_out(&mut self, cost: &CostReport) {
        if !cost.savings.not_judged.is_empty() {
            self.blank();
            self.paragraph(0, "not looked for:", BOLD);
            for left in &cost.savings.not_judged {
                self.paragraph(2, &format!("{}: {}", left.kind.as_str(), left.why), PLAIN);
            }
        }
        if !cost.not_included.is_empty() {
            self.blank();
            self.paragraph(0, "not included:", BOLD);
            for left in &cost.not_included {
                self.paragraph(2, left, PLAIN);
            }
        }
    }

    fn cost_end(&mut self, cost: &CostReport) {
        let currency = &cost.prices.currency;
        self.blank();
        let saved = cents(cost.savings.net(currency));
        let end = format!(
            "{currency} {} a month, of which {currency} {saved} could be saved; nothing is counted twice",
            cents(cost.monthly_total)
        );
        self.paragraph(0, &end, BOLD);
        let Some(calls) = &cost.audit_calls else { return };
        let price = money(calls.cost.round_dp(4));
        let unpriced = match calls.unpriced.as_slice() {
            [] => String::new(),
            services => format!(", those to {} without a price", services.join(", ")),
        };
        let what = count(calls.calls, "call", "calls");
        self.paragraph(0, &format!("this audit: {what}, {currency} {price}{unpriced}"), DIM);
    }
}

fn named(name: &str, currency: &str, main: &str) -> String {
    if currency == main { name.to_owned() } else { format!("{name} ({currency})") }
}

/// What a saving comes to, and what others take of it.
fn amount(saving: &Saving) -> String {
    let (currency, net) = (&saving.currency, cents(saving.net));
    if saving.net == saving.gross {
        return format!("{currency} {net} a month");
    }
    let by_itself = cents(saving.gross);
    if saving.net.is_zero() {
        return format!("{currency} 0.00 more, since another one saves its {by_itself}");
    }
    let alone = if saving.kind == SavingKind::IdleKey { "at most" } else { "by itself" };
    format!("{currency} {net} a month on top of the others, {by_itself} {alone}")
}

fn place(saving: &Saving) -> String {
    let mut place = format!("{} {}", saving.account, saving.region);
    if !saving.environment.is_empty() {
        let _ = write!(place, ", {}", saving.environment);
    }
    if !saving.owner.is_empty() {
        let _ = write!(place, ", owner {}", saving.owner);
    }
    place
}
