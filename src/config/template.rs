//! A first settings file, with comments, from what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use jiff::Timestamp;

use super::yaml::scalar;
use crate::model::{Gap, GapCause, Settings, words};
use crate::snapshot::Snapshot;
use crate::snapshot::records::Secret;

/// A tag is proposed as required where one of so many secrets has it.
const COMMON: usize = 2;

/// Words in tag keys that mean an owner, and an environment.
const OWNER_WORDS: [&str; 6] = ["owner", "team", "contact", "squad", "department", "costcenter"];
const ENVIRONMENT_WORDS: [&str; 3] = ["environment", "env", "stage"];

/// What a snapshot shows of the house.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    accounts: Vec<(String, String)>,
    regions: Vec<String>,
    secrets: usize,
    /// Tag key to how many secrets have it, the commonest first.
    tags: Vec<(String, usize)>,
    /// Environment to the words in names and tags that mean it.
    environments: BTreeMap<String, BTreeSet<String>>,
    /// Calls that were refused.
    refused: BTreeSet<Refused>,
}

/// A call that was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Refused {
    call: String,
    account: Option<String>,
    region: Option<String>,
}

impl From<&Gap> for Refused {
    fn from(gap: &Gap) -> Self {
        let (account, region) = (gap.account.as_ref(), gap.region.as_ref());
        Self {
            call: gap.call.clone(),
            account: account.map(ToString::to_string),
            region: region.map(ToString::to_string),
        }
    }
}

impl Seen {
    /// Looks at a snapshot.
    pub fn new(snapshot: &Snapshot) -> Self {
        let accounts = snapshot.accounts.iter().map(|account| {
            (account.entry.account.to_string(), account.entry.name.clone().unwrap_or_default())
        });
        let mut seen = Self { accounts: accounts.collect(), ..Self::default() };
        let mut tags: BTreeMap<String, usize> = BTreeMap::new();
        let mut regions: BTreeSet<String> = BTreeSet::new();
        let settings = Settings::new(Timestamp::UNIX_EPOCH);
        for region in snapshot.accounts.iter().flat_map(|account| &account.regions) {
            let secrets = &region.secrets.records;
            seen.secrets += secrets.len();
            if !secrets.is_empty() {
                regions.insert(region.region.to_string());
            }
            for secret in secrets {
                for tag in secret.tags.iter().filter(|tag| !tag.key.starts_with("aws:")) {
                    *tags.entry(tag.key.clone()).or_default() += 1;
                }
                seen.look_for_environments(secret, &settings);
            }
        }
        let refused = snapshot.gaps().filter(|gap| gap.cause == GapCause::Refused);
        seen.refused = refused.map(Refused::from).collect();
        seen.regions = regions.into_iter().collect();
        seen.tags = tags.into_iter().collect();
        seen.tags.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        seen
    }

    fn look_for_environments(&mut self, secret: &Secret, settings: &Settings) {
        let is_environment = |key: &str| ENVIRONMENT_WORDS.contains(&key.to_lowercase().as_str());
        let tagged = secret.tags.iter().filter(|tag| is_environment(&tag.key)).map(|tag| tag.value.as_str());
        for word in words(&secret.name).into_iter().chain(tagged) {
            if let Some(environment) = settings.environment_of(word) {
                self.environments.entry(environment.to_owned()).or_default().insert(word.to_lowercase());
            }
        }
    }

    /// Tag keys with one of these words in them, each in its commonest letter case, the commonest first.
    fn keys_like(&self, wanted: &[&str]) -> Vec<&str> {
        let is_like =
            |key: &str| words(key).iter().any(|word| wanted.contains(&word.to_lowercase().as_str()));
        let mut seen = BTreeSet::new();
        let like = self.tags.iter().map(|(key, _)| key.as_str()).filter(|key| is_like(key));
        like.filter(|key| seen.insert(key.to_lowercase())).collect()
    }

    /// The settings file. Everything that is not a comment is what holds anyway, or what was seen.
    pub fn yaml(&self) -> String {
        let mut text = format!(
            "# Settings of secrets-auditor. Options on the command line come before them.\n\
             # Seen: {}, {} in {}.\n\
             # Editors complete it with reports/schema/config.schema.json of secrets-auditor.\n",
            plural(self.secrets, "secret"),
            plural(self.accounts.len(), "account"),
            plural(self.regions.len(), "Region"),
        );
        self.places(&mut text);
        self.words(&mut text);
        self.rules(&mut text);
        self.acceptances(&mut text);
        text.push_str(GATE);
        text
    }

    fn places(&self, text: &mut String) {
        text.push_str("\n# Accounts to audit; without this the one of your credentials.\n");
        text.push_str("# accounts:\n#   roles:\n");
        for (account, name) in &self.accounts {
            let name = if name.is_empty() { String::new() } else { format!(" # {}", one_line(name)) };
            let _ = writeln!(text, "#     - arn:aws:iam::{account}:role/secrets-auditor{name}");
        }
        text.push_str("#   # or every account of the organization:\n#   # organization: { role_name: secrets-auditor }\n");
        text.push_str(
            "\n# Regions to audit; without this every one that is switched on. Secrets were seen in these.\n",
        );
        let _ = writeln!(text, "# regions: {}", list(&self.regions));
        text.push_str(
            "\n# Accounts outside the organization that policies and keys may name.\n# trusted_accounts: [\"999988887777\"]\n",
        );
    }

    fn words(&self, text: &mut String) {
        let settings = Settings::new(Timestamp::UNIX_EPOCH);
        text.push_str("\n# Words in names and tags that mean an environment.\nenvironments:\n");
        for (environment, words) in &settings.environments {
            let seen = self.environments.get(environment).map_or(0, BTreeSet::len);
            let note = if seen == 0 { " # none seen" } else { "" };
            let _ = writeln!(text, "  {environment}: {}{note}", list(words));
        }
        let _ = writeln!(text, "production: {}", settings.production);
        let own = self.keys_like(&ENVIRONMENT_WORDS);
        let keys: Vec<String> = if own.is_empty() { settings.environment_tags } else { strings(&own) };
        let _ = writeln!(text, "environment_tags: {}", list(&keys));
        let own = self.keys_like(&OWNER_WORDS);
        let keys: Vec<String> = if own.is_empty() { settings.owner_tags } else { strings(&own) };
        text.push_str("\n# Who owns what: `--group-by owner` and `--owner` go by this.\nowners:\n");
        let _ = writeln!(text, "  tags: {}", list(&keys));
        text.push_str("  # otherwise:\n  #   - { scope: \"payments/*\", owner: payments }\n");
        if let Some((account, _)) = self.accounts.first() {
            let _ = writeln!(text, "  #   - {{ account: \"{account}\", owner: platform }}");
        }
    }

    fn rules(&self, text: &mut String) {
        text.push_str(
            "\n# Parameters and severities of rules: `secrets-auditor rules explain RULE` shows what there is.\nrules:\n",
        );
        text.push_str(
            "  stale-value:\n    max_age_days:\n      - { when: \"production\", value: 30 }\n      - { when: \"class = 'database'\", \
             value: 60 }\n      - { value: 90 }\n",
        );
        let common = self.tags.iter().filter(|(_, count)| count * COMMON >= self.secrets);
        let common: Vec<String> = common.map(|(key, _)| key.clone()).collect();
        if !common.is_empty() {
            let _ = writeln!(text, "  # At least half of the secrets have these tags.");
            let _ = writeln!(text, "  missing-required-tags: {{ keys: {} }}", list(&common));
        }
        text.push_str(
            "  # name-against-convention: { pattern: '^(prod|staging|dev)/[a-z0-9-]+/[a-z0-9-]+$' }\n",
        );
    }

    fn acceptances(&self, text: &mut String) {
        text.push_str(
            "\n# Findings that are accepted for a time: `secrets-auditor exceptions add` writes them here.\nexceptions: []\n\
             #   - rule: stale-value\n#     scope: \"prod/legacy/*\"    # a name glob, an ARN, or tag:Key=Value\n#     reason: the \
             vendor rotates twice a year\n#     owner: payments\n#     expires: YYYY-MM-DD\n#     ticket: SEC-123\n\n# The most \
             days for which an exception may hold, by severity; 180 where nothing is said.\n# exception_days: { critical: 30, \
             high: 90 }\n\n# Missing evidence that is accepted for a time.\naccepted_gaps: []\n",
        );
        for Refused { call, account, region } in &self.refused {
            let account =
                account.as_ref().map(|account| format!(" account: \"{account}\",")).unwrap_or_default();
            let region = region.as_ref().map(|region| format!(" region: {region},")).unwrap_or_default();
            let _ = writeln!(
                text,
                "#   - {{ call: \"{call}\",{account}{region} reason: …, owner: …, expires: YYYY-MM-DD }} # refused now"
            );
        }
    }
}

const GATE: &str = "
# When the exit code says that a build fails.
fail_on: high
gate_events: false

# Where to learn who did read secrets.
# trail: { sources: [lookup], budget: 5m, cache: .secrets-auditor/cache }
";

fn plural(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// A list in brackets; strangers wrote what is in it.
fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| scalar(text)).collect::<Vec<_>>().join(", "))
}

/// What strangers wrote, fit for a comment.
fn one_line(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}
