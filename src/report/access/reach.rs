//! What a principal can act on.

use super::words::{account, count, levels, limits, principal, region};
use crate::model::{Reach, ReachedSecret};
use crate::report::page::{BOLD, PLAIN, Page};

/// Renders the answer for a terminal of this width.
pub fn reach(answer: &Reach, width: usize) -> String {
    let mut page = Page::new(width);
    page.paragraph(
        0,
        &format!("what {} can reach", principal(&answer.principal, account(&answer.principal))),
        BOLD,
    );
    page.labelled(2, "principal", &answer.principal, PLAIN);
    page.labelled(2, "answer", &sum(answer), PLAIN);
    if answer.administrator {
        page.labelled(2, "note", "an administrator: it can do everything in its account", PLAIN);
    }
    let home = account(&answer.principal);
    let has_regions = answer.secrets.iter().any(|other| {
        answer.secrets.first().is_some_and(|first| region(&first.secret) != region(&other.secret))
    });
    for group in groups(&answer.secrets) {
        show(&mut page, &group, home, has_regions);
    }
    page.caveats(&answer.caveats);
    page.text
}

fn sum(answer: &Reach) -> String {
    let home = account(&answer.principal);
    let own = answer.secrets.iter().filter(|secret| account(&secret.secret) == home).count();
    let foreign = answer.secrets.len() - own;
    let total = usize::try_from(answer.secrets_in_account).unwrap_or(usize::MAX);
    let share = match own.saturating_mul(100).checked_div(total) {
        _ if home.is_empty() || total == 0 => None,
        Some(percent) if own > 0 => {
            Some(format!("{own} of the {} of account {home} ({percent} %)", secrets(total)))
        }
        _ => Some(format!("none of the {} of account {home}", secrets(total))),
    };
    match (share, foreign) {
        (Some(share), 0) => share,
        (Some(share), foreign) => format!("{share}, and {foreign} of other accounts"),
        (None, 0) => "no secret".to_owned(),
        (None, foreign) => secrets(foreign),
    }
}

fn secrets(number: usize) -> String {
    count(number, "secret", "secrets")
}

/// Secrets that are reached in the same way stand together.
fn groups(secrets: &[ReachedSecret]) -> Vec<Vec<&ReachedSecret>> {
    let is_same = |a: &ReachedSecret, b: &ReachedSecret| {
        (a.decision, &a.access, &a.conditions) == (b.decision, &b.access, &b.conditions)
            && (&a.path, &a.key_path) == (&b.path, &b.key_path)
    };
    let mut groups: Vec<Vec<&ReachedSecret>> = Vec::new();
    for secret in secrets {
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| is_same(first, secret))) {
            Some(group) => group.push(secret),
            None => groups.push(vec![secret]),
        }
    }
    groups
}

fn show(page: &mut Page, group: &[&ReachedSecret], home: &str, has_regions: bool) {
    let Some(first) = group.first() else { return };
    page.blank();
    page.paragraph(0, &format!("{}: {}", levels(&first.access), secrets(group.len())), BOLD);
    page.limits(limits(first.decision, &first.conditions).as_deref());
    page.way(&first.path, &first.key_path);
    for secret in group {
        page.paragraph(2, &format!("{}{}", secret.name, place(secret, home, has_regions)), PLAIN);
    }
}

/// Where a secret is, as far as that needs to be told.
fn place(secret: &ReachedSecret, home: &str, has_regions: bool) -> String {
    let own = account(&secret.secret);
    let mut place: Vec<&str> = Vec::new();
    if has_regions {
        place.push(region(&secret.secret));
    }
    if own != home {
        place.push(own);
    }
    if place.is_empty() { String::new() } else { format!("  ({})", place.join(", ")) }
}
