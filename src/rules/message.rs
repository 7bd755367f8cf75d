//! Messages with SQL in braces.

use polars::prelude::{AnyValue, DataFrame, IntoLazy, PolarsResult};

use super::condition::Condition;

/// A message, compiled: texts, with expressions between them.
#[derive(Clone, Debug)]
pub struct Message {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Expression(Box<Condition>),
}

/// A message taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Sql(String),
}

/// Cuts a message at its braces; the error is the byte of a brace without its partner.
pub(super) fn pieces(message: &str) -> Result<Vec<Piece>, usize> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut letters = message.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let doubled = letters.peek().is_some_and(|(_, next)| *next == letter);
        match letter {
            '{' | '}' if doubled => {
                letters.next();
                text.push(letter);
            }
            '{' => {
                let start = at + 1;
                let end = letters.find(|(_, letter)| *letter == '}').map(|(end, _)| end).ok_or(at)?;
                pieces.push(Piece::Text(std::mem::take(&mut text)));
                let sql = message.get(start..end).unwrap_or_default().to_owned();
                pieces.push(Piece::Sql(sql));
            }
            '}' => return Err(at),
            letter => text.push(letter),
        }
    }
    pieces.push(Piece::Text(text));
    Ok(pieces)
}

impl Message {
    pub(super) fn new(pieces: impl Iterator<Item = Result<String, Condition>>) -> Self {
        let part = |piece| match piece {
            Ok(text) => Part::Text(text),
            Err(condition) => Part::Expression(Box::new(condition)),
        };
        Self { parts: pieces.map(part).collect() }
    }

    /// The message of every row of a frame.
    ///
    /// # Errors
    /// Where polars refuses an expression, which loading should have found.
    pub fn render(&self, frame: &DataFrame) -> PolarsResult<Vec<String>> {
        let named =
            |(index, condition): (usize, &Condition)| condition.expr.clone().alias(format!("@{index}"));
        let expressions: Vec<_> = self.expressions().enumerate().map(named).collect();
        let height = frame.height();
        let values = if expressions.is_empty() {
            DataFrame::empty_with_height(height)
        } else {
            frame.clone().lazy().with_columns(expressions).collect()?
        };
        let mut columns = Vec::new();
        for index in 0..self.expressions().count() {
            columns.push(values.column(&format!("@{index}"))?.as_materialized_series().clone());
        }
        let mut messages = vec![String::new(); height];
        for (row, message) in messages.iter_mut().enumerate() {
            let mut columns = columns.iter();
            for part in &self.parts {
                match part {
                    Part::Text(text) => message.push_str(text),
                    Part::Expression(_) => {
                        if let Some(column) = columns.next() {
                            message.push_str(&show(&column.get(row)?));
                        }
                    }
                }
            }
        }
        Ok(messages)
    }

    fn expressions(&self) -> impl Iterator<Item = &Condition> {
        self.parts.iter().filter_map(|part| match part {
            Part::Expression(condition) => Some(condition.as_ref()),
            Part::Text(_) => None,
        })
    }

    /// The conditions inside, for checks and for the tag columns that they need.
    pub(super) fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.expressions()
    }
}

/// A cell as text: NULL is `unknown`, decimals lose their idle zeros.
pub fn show(value: &AnyValue<'_>) -> String {
    match value {
        AnyValue::Null => "unknown".to_owned(),
        AnyValue::Boolean(value) => value.to_string(),
        AnyValue::String(text) => (*text).to_owned(),
        AnyValue::StringOwned(text) => text.to_string(),
        AnyValue::Float64(number) => trimmed(*number),
        AnyValue::Float32(number) => trimmed(f64::from(*number)),
        other => other.to_string(),
    }
}

fn trimmed(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    fn sql(text: &str) -> Piece {
        Piece::Sql(text.to_owned())
    }

    #[test]
    fn cuts_messages() {
        assert_eq!(pieces("plain"), Ok(vec![text("plain")]));
        assert_eq!(pieces("a {b} c"), Ok(vec![text("a "), sql("b"), text(" c")]));
        assert_eq!(pieces("{{x}}"), Ok(vec![text("{x}")]));
        assert_eq!(pieces("a {b"), Err(2));
        assert_eq!(pieces("a } b"), Err(2));
    }

    #[test]
    fn shows_numbers_without_idle_zeros() {
        for (number, shown) in [(184.0, "184"), (1.5, "1.5"), (0.125, "0.12"), (100.0, "100"), (0.0, "0")] {
            assert_eq!(show(&AnyValue::Float64(number)), shown);
        }
    }
}
