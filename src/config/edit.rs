//! Adding an exception to a settings file, whose comments and order stay as they are.

use std::path::Path;

use serde_json::{Value, json};
use serde_saphyr::Spanned;

use super::Config;
use super::file::{ConfigFile, ExceptionFile};
use super::yaml::scalar;
use crate::rules::Diagnostic;

/// An exception to add; texts as people write them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewException {
    /// The rule, as id or glob.
    pub rule: String,
    /// What it is about.
    pub scope: String,
    /// In which account; none for all.
    pub account: Option<String>,
    /// In which Region; none for all.
    pub region: Option<String>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it holds, as YYYY-MM-DD.
    pub expires: String,
    /// The day on which it is added, as YYYY-MM-DD.
    pub added: String,
    /// The ticket, where there is one.
    pub ticket: Option<String>,
}

impl NewException {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        let fields = [
            ("rule", Some(&self.rule)),
            ("scope", Some(&self.scope)),
            ("account", self.account.as_ref()),
            ("region", self.region.as_ref()),
            ("reason", Some(&self.reason)),
            ("owner", Some(&self.owner)),
            ("expires", Some(&self.expires)),
            ("added", Some(&self.added)),
            ("ticket", self.ticket.as_ref()),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name, value?.as_str()))).collect()
    }

    /// The item of a YAML list, indented by so many spaces.
    fn item(&self, indent: usize) -> String {
        let space = " ".repeat(indent);
        let mut text = String::new();
        for (place, (name, value)) in self.fields().into_iter().enumerate() {
            let lead = if place == 0 { "- " } else { "  " };
            text.push_str(&format!("{space}{lead}{name}: {}\n", scalar(value)));
        }
        text
    }
}

/// The text of a settings file with one more exception at the end of its list.
///
/// # Errors
/// Where the file is no settings file, or writes its list in a way to which nothing can be added.
pub fn add(path: &Path, text: &str, exception: &NewException) -> Result<String, Vec<Diagnostic>> {
    let before = Config::parse(path, text.to_owned())?;
    let written = inserted(text, exception);
    // Whatever the lines looked like, only what is read back decides.
    let after = Config::parse(path, written.clone()).ok();
    let is_right = after.is_some_and(|after| {
        let mut expected = described(before.file());
        expected.push(described_new(exception));
        described(after.file()) == expected
    });
    if is_right {
        return Ok(written);
    }
    let message = "cannot add to the list under `exceptions`";
    let help = "write the list with one `- rule: …` a line, or add the exception by hand";
    let name = path.display().to_string();
    Err(vec![Diagnostic::about_file(&name, message).with_help(Some(help.to_owned()))])
}

/// The text with the item behind the last line of the list, or with a list at its end.
fn inserted(text: &str, exception: &NewException) -> String {
    let written = inserted_plainly(text, exception);
    // Every line of a file ends as its first one does.
    let ends_as_windows =
        text.find('\n').is_some_and(|end| text.get(..end).is_some_and(|line| line.ends_with('\r')));
    if ends_as_windows { written.replace("\r\n", "\n").replace('\n', "\r\n") } else { written }
}

fn inserted_plainly(text: &str, exception: &NewException) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_key = |line: &&str| line.starts_with("exceptions:");
    let Some(key) = lines.iter().position(is_key) else {
        let ends_empty = text.ends_with("\n\n") || text.ends_with("\n\r\n");
        let gap = if text.is_empty() || ends_empty { "" } else { "\n" };
        let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        return format!("{text}{end}{gap}exceptions:\n{}", exception.item(2));
    };
    let rest = lines.get(key + 1..).unwrap_or_default();
    let first =
        rest.iter().take_while(|line| is_inside(line)).find(|line| line.trim_start().starts_with('-'));
    let indent = first.map_or(2, |line| indent_of(line));
    let mut written: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    if let Some(line) = written.get_mut(key) {
        *line = line.replacen("exceptions: []", "exceptions:", 1);
    }
    let at = key + 1 + length_of_list(rest);
    if let Some(last) = at.checked_sub(1).and_then(|last| written.get_mut(last))
        && !last.ends_with('\n')
    {
        last.push('\n');
    }
    written.insert(at, exception.item(indent));
    written.concat()
}

/// Whether a line may belong to the list above it.
fn is_inside(line: &str) -> bool {
    line.starts_with([' ', '\t', '-', '#']) || line.trim().is_empty()
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// How many lines below its key the list takes. Comments right below its last entry that are indented belong to it; others
/// at the end, and empty lines, belong to what follows.
fn length_of_list(rest: &[&str]) -> usize {
    let block = rest.iter().take_while(|line| is_inside(line)).count();
    let block = rest.get(..block).unwrap_or_default();
    let is_comment = |line: &&str| line.trim_start().starts_with('#');
    let is_content = |line: &&str| !line.trim().is_empty() && !is_comment(line);
    let length = block.iter().rposition(is_content).map_or(0, |last| last + 1);
    let behind = block.get(length..).unwrap_or_default().iter();
    let own = behind.take_while(|line| is_comment(line) && indent_of(line) > 0 && length > 0);
    length + own.count()
}

/// The exceptions of a file as values.
fn described(file: &ConfigFile<Spanned<String>>) -> Vec<Value> {
    let text = |text: &Spanned<String>| text.value.clone();
    let maybe = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
    let one = |exception: &ExceptionFile<Spanned<String>>| {
        json!([
            text(&exception.rule),
            text(&exception.scope),
            maybe(&exception.account),
            maybe(&exception.region),
            text(&exception.reason),
            text(&exception.owner),
            text(&exception.expires),
            maybe(&exception.added),
            exception.ticket,
        ])
    };
    file.exceptions.iter().map(one).collect()
}

fn described_new(new: &NewException) -> Value {
    json!([
        new.rule,
        new.scope,
        new.account,
        new.region,
        new.reason,
        new.owner,
        new.expires,
        Some(&new.added),
        new.ticket,
    ])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn new() -> NewException {
        NewException {
            rule: "stale-value".to_owned(),
            scope: "prod/legacy/*".to_owned(),
            reason: "the vendor rotates twice a year: see #12".to_owned(),
            owner: "payments".to_owned(),
            expires: "2027-01-31".to_owned(),
            added: "2026-11-01".to_owned(),
            ticket: Some("SEC-123".to_owned()),
            ..NewException::default()
        }
    }

    fn added(text: &str) -> String {
        add(Path::new("s.yaml"), text, &new()).unwrap()
    }

    #[test]
    fn comments_and_order_stay() {
        let text = "# ours\nexceptions: # for a time\n  # the ERP\n  - rule: rotation-off # why\n    scope: erp\n    reason: x\n    \
                    owner: erp\n    expires: 2026-12-31\n\n# gate\nfail_on: high\n";
        insta::assert_snapshot!(added(text), @r#"
        # ours
        exceptions: # for a time
          # the ERP
          - rule: rotation-off # why
            scope: erp
            reason: x
            owner: erp
            expires: 2026-12-31
          - rule: stale-value
            scope: "prod/legacy/*"
            reason: "the vendor rotates twice a year: see #12"
            owner: payments
            expires: 2027-01-31
            added: 2026-11-01
            ticket: SEC-123

        # gate
        fail_on: high
        "#);
    }

    #[test]
    fn every_way_to_write_a_list_takes_one_more() {
        let item = "- rule: a\n  scope: b\n  reason: c\n  owner: d\n  expires: 2026-12-31\n";
        let texts = [
            String::new(),
            "# nothing yet\n".to_owned(),
            "fail_on: high".to_owned(),
            "exceptions: []\nfail_on: high\n".to_owned(),
            "exceptions:\nfail_on: high\n".to_owned(),
            format!("exceptions:\n{item}fail_on: high\n"),
            format!("fail_on: high\nexceptions:\n{}", item.trim_end()),
        ];
        for text in texts {
            let text = added(&text);
            assert!(text.contains("rule: stale-value"), "{text}");
        }
    }

    #[test]
    fn a_comment_stays_with_the_entry_above_it() {
        let item = "  - rule: a\n    scope: b\n    reason: c\n    owner: d\n    expires: 2026-12-31\n";
        let text = format!(
            "exceptions:\n{item}    # until the ERP is gone\n  # ask d\n\n  # the gate\n# it fails\nfail_on: high\n"
        );
        let new = new().item(2);
        let expected = format!(
            "exceptions:\n{item}    # until the ERP is gone\n  # ask d\n{new}\n  # the gate\n# it fails\nfail_on: high\n"
        );
        assert_eq!(added(&text), expected);
    }

    #[test]
    fn lines_end_as_they_did() {
        let texts = [
            "# ours\nfail_on: high\n",
            "exceptions: []\n",
            "exceptions:\n- rule: a\n  scope: b\n  reason: c\n  \
                     owner: d\n  expires: 2026-12-31\n\nfail_on: high\n",
        ];
        for text in texts {
            let windows = text.replace('\n', "\r\n");
            assert_eq!(added(&windows), added(text).replace('\n', "\r\n"));
        }
    }

    #[test]
    fn a_list_in_brackets_is_refused() {
        let text = "exceptions: [{rule: a, scope: b, reason: c, owner: d, expires: 2026-12-31}]\n";
        let errors = add(Path::new("s.yaml"), text, &new()).unwrap_err();
        assert_eq!(errors[0].message, "cannot add to the list under `exceptions`");
    }

    proptest! {
        #[test]
        fn whatever_the_texts_are_they_are_read_back(rule in ".*", scope in ".*", reason in ".*", owner in ".*") {
            let exception = NewException { rule, scope, reason, owner, ..new() };
            prop_assert!(add(Path::new("s.yaml"), "fail_on: high\n", &exception).is_ok());
        }
    }
}
