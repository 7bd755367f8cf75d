//! Reads conditions: `{ ($.a = "x*") && ($.b[0] > 3 || $.c NOT EXISTS) }`. "And" binds closer than "or".

use regex::Regex;

use super::super::wildcard;
use super::json::{Comparison, Condition, Step, Test, Wanted};

/// How deep parentheses may stand in each other; AWS allows patterns of 1,024 letters.
const DEEPEST: usize = 64;

/// The condition between the braces; nothing where it cannot be read.
pub(super) fn read(text: &str) -> Option<Condition> {
    let inside = text.strip_prefix('{')?.strip_suffix('}')?;
    let mut reader = Reader { rest: inside, depth: 0 };
    let condition = reader.any()?;
    reader.rest.trim_start().is_empty().then_some(condition)
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn any(&mut self) -> Option<Condition> {
        let mut conditions = vec![self.all()?];
        while self.take("||") {
            conditions.push(self.all()?);
        }
        Some(Condition::Any(conditions))
    }

    fn all(&mut self) -> Option<Condition> {
        let mut conditions = vec![self.one()?];
        while self.take("&&") {
            conditions.push(self.one()?);
        }
        Some(Condition::All(conditions))
    }

    fn one(&mut self) -> Option<Condition> {
        if !self.take("(") {
            let path = self.path()?;
            return Some(Condition::Field(path, self.test()?));
        }
        self.depth += 1;
        let condition = (self.depth <= DEEPEST).then(|| self.any())??;
        self.depth -= 1;
        self.take(")").then_some(condition)
    }

    /// `$.a.b[0]['c d'].*`.
    fn path(&mut self) -> Option<Vec<Step>> {
        self.take("$").then_some(())?;
        let mut path = Vec::new();
        loop {
            let dot = self.rest.strip_prefix('.');
            let rest = dot.unwrap_or(self.rest);
            let step = if let Some(inside) = rest.strip_prefix('[') {
                let (inside, behind) = bracket(inside)?;
                self.rest = behind;
                inside
            } else if dot.is_some() {
                let end = rest.find(is_end_of_name).unwrap_or(rest.len());
                let (name, behind) = rest.split_at_checked(end)?;
                self.rest = behind;
                if name == "*" { Step::Every } else { Step::Name(name.to_owned()) }
            } else {
                break;
            };
            path.push(step);
        }
        let nameless = |step: &Step| matches!(step, Step::Name(name) if name.is_empty());
        (!path.is_empty() && !path.iter().any(nameless)).then_some(path)
    }

    fn test(&mut self) -> Option<Test> {
        if self.word("NOT") {
            return self.word("EXISTS").then_some(Test::NotExists);
        }
        if self.word("IS") {
            let truths =
                [("NULL", Test::IsNull), ("TRUE", Test::IsTruth(true)), ("FALSE", Test::IsTruth(false))];
            return truths.into_iter().find(|(word, _)| self.word(word)).map(|(_, test)| test);
        }
        let comparisons = [
            ("<=", Comparison::AtMost),
            (">=", Comparison::AtLeast),
            ("<", Comparison::Less),
            (">", Comparison::More),
        ];
        if self.take("!=") {
            return self.wanted().map(Test::IsNot);
        }
        if self.take("=") {
            return self.wanted().map(Test::Is);
        }
        let (_, comparison) = comparisons.into_iter().find(|(sign, _)| self.take(sign))?;
        match self.wanted()? {
            Wanted::Number(limit, _) => Some(Test::Compare(comparison, limit)),
            Wanted::Text(_) | Wanted::Pattern(_) => None,
        }
    }

    /// A text in quotes, an expression between percent signs, a number or a bare word.
    fn wanted(&mut self) -> Option<Wanted> {
        let rest = self.rest.trim_start();
        if let Some(inside) = rest.strip_prefix('"') {
            let (text, behind) = quoted(inside)?;
            self.rest = behind;
            return Some(Wanted::Text(wildcard::pieces(&text)));
        }
        if let Some(inside) = rest.strip_prefix('%') {
            let (expression, behind) = inside.split_once('%')?;
            self.rest = behind;
            return Regex::new(expression).ok().map(Wanted::Pattern);
        }
        let end = rest.find(|letter: char| letter.is_whitespace() || "()&|\"".contains(letter));
        let (word, behind) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        self.rest = behind;
        match word.parse::<f64>() {
            _ if word.is_empty() => None,
            Ok(number) if number.is_finite() => Some(Wanted::Number(number, word.to_owned())),
            _ => Some(Wanted::Text(wildcard::pieces(word))),
        }
    }

    /// Steps over a sign, where it comes next.
    fn take(&mut self, sign: &str) -> bool {
        let behind = self.rest.trim_start().strip_prefix(sign);
        self.rest = behind.unwrap_or(self.rest);
        behind.is_some()
    }

    /// Steps over a word, where it comes next as a whole.
    fn word(&mut self, word: &str) -> bool {
        let whole = |behind: &&'a str| !behind.starts_with(|letter: char| letter.is_alphanumeric());
        let behind = self.rest.trim_start().strip_prefix(word).filter(whole);
        self.rest = behind.unwrap_or(self.rest);
        behind.is_some()
    }
}

fn is_end_of_name(letter: char) -> bool {
    letter.is_whitespace() || ".[]()=!<>&|\"'".contains(letter)
}

/// What stands between brackets, and the rest behind them.
fn bracket(inside: &str) -> Option<(Step, &str)> {
    for quote in ['\'', '"'] {
        if let Some(name) = inside.strip_prefix(quote) {
            let (name, behind) = name.split_once(quote)?;
            return Some((Step::Name(name.to_owned()), behind.strip_prefix(']')?));
        }
    }
    let (index, behind) = inside.split_once(']')?;
    let step = if index.trim() == "*" { Step::Every } else { Step::Index(index.trim().parse().ok()?) };
    Some((step, behind))
}

/// A text up to its closing quote, and the rest behind it.
pub(super) fn quoted(inside: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut letters = inside.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((text, inside.get(at + 1..)?)),
            '\\' => match letters.next()?.1 {
                escaped @ ('"' | '\\') => text.push(escaped),
                other => text.extend(['\\', other]),
            },
            other => text.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::super::Answer::{self, No, Unknown, Yes};
    use super::super::FilterPattern;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn event() -> Value {
        json!({
            "eventName": "DeleteSecret", "eventSource": "secretsmanager.amazonaws.com", "readOnly": false,
            "sourceIPAddress": "203.0.113.10", "days": 7, "nothing": null, "code": "404",
            "errorMessage": "You can't do this because it was marked for deletion.",
            "userIdentity": {"type": "AssumedRole", "a b": 1},
            "names": ["x", "y"], "tags": [{"key": "a"}, {"key": "b"}], "dash-ed": "x",
        })
    }

    fn takes(pattern: &str) -> Answer {
        FilterPattern::new(pattern).takes(&event())
    }

    #[test]
    fn conditions() {
        let cases = [
            (r#"{ $.eventName = "DeleteSecret" }"#, Yes),
            (r#"{$.eventName="DeleteSecret"}"#, Yes),
            ("{ $.eventName = DeleteSecret }", Yes),
            ("{ ($.eventSource = secretsmanager.amazonaws.com) && ($.eventName = DeleteSecret) }", Yes),
            (r#"{ $.eventName = "deletesecret" }"#, No),
            (r#"{ $.eventName = "Delete*" }"#, Yes),
            (r#"{ $.eventName = "*" }"#, Yes),
            ("{ $.sourceIPAddress = 203.0.* }", Yes),
            ("{ $.sourceIPAddress != 123.123.* }", Yes),
            (r#"{ $.eventName != "DeleteSecret" }"#, No),
            (r#"{ $.errorCode != "x" }"#, Unknown),
            (r#"{ $.errorCode = "x" }"#, No),
            ("{ $.errorCode NOT EXISTS }", Yes),
            ("{ $.eventName NOT EXISTS }", No),
            ("{ $.nothing IS NULL }", Yes),
            ("{ $.errorCode IS NULL }", No),
            ("{ $.nothing NOT EXISTS }", No),
            ("{ $.readOnly IS FALSE }", Yes),
            ("{ $.readOnly IS TRUE }", No),
            ("{ $.readOnly = false }", Unknown),
            ("{ $.days = 7 }", Yes),
            ("{ $.days = 7.0 }", Yes),
            ("{ $.days != 7 }", No),
            ("{ $.days > 6 && $.days < 8 && $.days >= 7 && $.days <= 7 }", Yes),
            ("{ $.days > 7 }", No),
            ("{ $.days > many }", Unknown),
            ("{ $.code > 400 }", Unknown),
            ("{ $.code = 404 }", Unknown),
            ("{ $.code = 500 }", No),
            ("{ $.days = seven }", Unknown),
            ("{ $.userIdentity = x }", Unknown),
            (r#"{ $.userIdentity.type = "AssumedRole" }"#, Yes),
            (r#"{ $.userIdentity['type'] = "AssumedRole" && $['userIdentity'].['a b'] = 1 }"#, Yes),
            (r#"{ $.dash-ed = "x" }"#, Yes),
            (r#"{ $.names[0] = "x" }"#, Yes),
            (r#"{ $.names[2] = "x" }"#, No),
            (r#"{ $.names[*] = "y" }"#, Yes),
            (r#"{ $.tags[1].key = "b" }"#, Yes),
            (r#"{ $.*.type = "AssumedRole" }"#, Yes),
            (r#"{ $.errorMessage = "*because it was marked for deletion*" }"#, Yes),
            (r#"{ $.errorMessage = %marked for (deletion|ever)% }"#, Yes),
            (r#"{ $.eventName = %^Delete% }"#, Yes),
            (r#"{ $.eventName = %^Secret% }"#, No),
            (r#"{ $.eventName = %(unclosed% }"#, Unknown),
        ];
        for (pattern, expected) in cases {
            assert_eq!(takes(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn and_binds_closer_than_or() {
        let (yes, no, unknown) = ("$.days = 7", "$.days = 8", "$.absent != 1");
        let cases = [
            (format!("{{ {yes} || {no} && {no} }}"), Yes),
            (format!("{{ ({yes} || {no}) && {no} }}"), No),
            (format!("{{ {no} || {unknown} }}"), Unknown),
            (format!("{{ {yes} || {unknown} }}"), Yes),
            (format!("{{ {no} && {unknown} }}"), No),
            (format!("{{ (({yes})) && ({yes}) }}"), Yes),
        ];
        for (pattern, expected) in cases {
            assert_eq!(takes(&pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_known() {
        let patterns = [
            "{",
            "{}",
            "{ }",
            "{ $.a }",
            "{ $ = 1 }",
            "{ $.a = }",
            "{ $.a = \"x }",
            "{ ($.a = 1 }",
            "{ $.a = 1) }",
            "{ $.a ~ 1 }",
            "{ $.a = 1 && }",
            "{ $.a IS NOT NULL }",
            "{ a = 1 }",
            "{ $.a[x] = 1 }",
            "{ $..a = 1 }",
            "{ $.a = 1 $.b = 2 }",
            "[ip, user, ...]",
            "{ $.a IN (1, 2) }",
        ];
        for pattern in patterns {
            assert_eq!(takes(pattern), Unknown, "{pattern}");
        }
        assert_eq!(takes(&format!("{{ {}$.days = 7{} }}", "(".repeat(900), ")".repeat(900))), Unknown);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_stumble(text in "[{}()$.a\"'%=!<>&|\\[\\]* 0-9-]{0,40}") {
            takes(&text);
            takes(&format!("{{{text}}}"));
        }

        /// A condition and its opposite on a field that is there.
        #[test]
        fn unequal_is_the_opposite(name in "[A-Za-z*]{1,12}") {
            let event = event();
            let equal = FilterPattern::new(&format!(r#"{{ $.eventName = "{name}" }}"#)).takes(&event);
            let unequal = FilterPattern::new(&format!(r#"{{ $.eventName != "{name}" }}"#)).takes(&event);
            prop_assert_eq!(equal, !unequal);
        }
    }
}
