//! The SQL of conditions: parsed, held to an allow-list, and taken apart.
//!
//! The allow-list is what keeps three-valued logic honest: nothing on it turns NULL into a value, so "not known"
//! reaches the verdict. Positions are 1-based line and column inside the expression.

use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, UnaryOperator,
    Value,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Span, Token};

use super::diagnostic::closest;
use super::macros::{ArgumentKind, MACROS, MacroSpec};

/// Functions of SQL that give NULL for NULL.
const FUNCTIONS: [&str; 6] = ["lower", "upper", "length", "abs", "starts_with", "ends_with"];

/// What is wrong with an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SqlError {
    pub(super) message: String,
    pub(super) line: u64,
    pub(super) column: u64,
    pub(super) width: usize,
    pub(super) help: Option<String>,
}

impl SqlError {
    fn at(span: Span, width: usize, message: String) -> Self {
        let (line, column) = (span.start.line.max(1), span.start.column.max(1));
        Self { message, line, column, width: width.max(1), help: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// An argument of a macro.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Argument {
    /// An expression that is compiled like the one around it.
    Expression(Parsed),
    /// A parameter whose value the macro takes whole.
    Parameter(String),
    /// A literal text.
    Text(String),
}

/// A call of a macro; in the SQL its place is taken by the column `"@n"`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MacroCall {
    pub(super) name: &'static str,
    pub(super) arguments: Vec<Argument>,
}

/// An expression that passed the allow-list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Parsed {
    /// The SQL with parameters as columns `":x"` and macros as columns `"@n"`.
    pub(super) sql: String,
    /// The columns that it names, in order, macros' arguments included.
    pub(super) columns: Vec<String>,
    /// The parameters that it names.
    pub(super) parameters: Vec<String>,
    /// The macros behind `"@n"`.
    pub(super) macros: Vec<MacroCall>,
}

/// What an expression may name.
pub(super) trait Scope {
    /// Whether there is such a column.
    fn has_column(&self, name: &str) -> bool;
    /// Every column, for suggestions.
    fn columns(&self) -> Vec<String>;
    /// Every parameter.
    fn parameters(&self) -> Vec<String>;
    /// What holds the columns, for errors.
    fn table(&self) -> &str;
}

/// Parses an expression.
pub(super) fn parse(text: &str, scope: &dyn Scope) -> Result<Parsed, SqlError> {
    let dialect = GenericDialect {};
    let mut parser = Parser::new(&dialect).try_with_sql(text).map_err(|error| syntax(&error))?;
    let mut tree = parser.parse_expr().map_err(|error| syntax(&error))?;
    let rest = parser.peek_token();
    if rest.token != Token::EOF {
        let word = rest.token.to_string();
        return Err(SqlError::at(rest.span, word.len(), format!("unexpected `{word}`")));
    }
    let mut walk = Walk { scope, parsed: Parsed::default(), at: rest.span };
    walk.at.start = sqlparser::tokenizer::Location { line: 1, column: 1 };
    walk.visit(&mut tree)?;
    walk.parsed.sql = tree.to_string();
    Ok(walk.parsed)
}

/// sqlparser writes the place into its sentence.
fn syntax(error: &ParserError) -> SqlError {
    let text = match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.as_str(),
        ParserError::RecursionLimitExceeded => "the expression is nested too deeply",
    };
    let (sentence, place) = text.split_once(" at Line: ").unwrap_or((text, "1, Column: 1"));
    let mut numbers = place.split(", Column: ").map(|number| number.trim().parse().unwrap_or(1));
    let sentence =
        sentence.trim_end_matches('.').replace("Expected: ", "expected ").replace("found: ", "found ");
    SqlError {
        message: format!("not a condition: {}", lower_first(&sentence)),
        line: numbers.next().unwrap_or(1),
        column: numbers.next().unwrap_or(1),
        width: 1,
        help: None,
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

struct Walk<'a> {
    scope: &'a dyn Scope,
    parsed: Parsed,
    /// The last place that was known: not every node has a span.
    at: Span,
}

impl Walk<'_> {
    fn visit(&mut self, tree: &mut Expr) -> Result<(), SqlError> {
        match tree {
            Expr::Identifier(ident) => self.column(ident),
            Expr::Value(value) => {
                self.at = value.span;
                if let Value::Placeholder(name) = &value.value {
                    let name = name.clone();
                    self.parameter(&name)?;
                    *tree = Expr::Identifier(Ident::with_quote('"', name));
                    return Ok(());
                }
                self.literal(&value.value)
            }
            Expr::Nested(inner) => self.visit(inner),
            Expr::UnaryOp { op: UnaryOperator::Not | UnaryOperator::Minus | UnaryOperator::Plus, expr } => {
                self.visit(expr)
            }
            Expr::BinaryOp { left, op, right } => {
                self.visit(left)?;
                self.operator(op)?;
                self.visit(right)?;
                self.divisor(op, right)
            }
            Expr::Between { expr, low, high, .. } => {
                self.visit(expr)?;
                self.visit(low)?;
                self.visit(high)
            }
            Expr::InList { expr, list, .. } => {
                self.visit(expr)?;
                list.iter_mut().try_for_each(|item| self.item(item))
            }
            Expr::Like { expr, pattern, .. } | Expr::ILike { expr, pattern, .. } => {
                self.visit(expr)?;
                self.visit(pattern)
            }
            Expr::Floor { expr, .. } | Expr::Ceil { expr, .. } => self.visit(expr),
            Expr::Function(function) => {
                if let Some(place) = self.function(function)? {
                    *tree = Expr::Identifier(Ident::with_quote('"', place));
                }
                Ok(())
            }
            other => Err(self.forbidden(other)),
        }
    }

    /// An item behind IN: polars takes literals only.
    fn item(&mut self, item: &mut Expr) -> Result<(), SqlError> {
        let is_literal =
            |expr: &Expr| matches!(expr, Expr::Value(value) if !matches!(value.value, Value::Placeholder(_)));
        match item {
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } if is_literal(expr) => self.visit(expr),
            literal if is_literal(literal) => self.visit(literal),
            other => Err(SqlError::at(self.at, 1, format!("a list behind IN holds literals, not `{other}`"))
                .help("join comparisons by OR, or write is_listed(text, :list)")),
        }
    }

    fn column(&mut self, ident: &mut Ident) -> Result<(), SqlError> {
        self.at = ident.span;
        if !self.scope.has_column(&ident.value) {
            let message = format!("no column `{}` in table `{}`", ident.value, self.scope.table());
            let known = self.scope.columns();
            let error = SqlError::at(ident.span, ident.value.len(), message);
            return Err(match closest(&ident.value, known.iter().map(String::as_str)) {
                Some(name) => error.help(format!("did you mean `{name}`?")),
                None => {
                    error.help(format!("`secrets-auditor schema {}` lists the columns", self.scope.table()))
                }
            });
        }
        ident.quote_style = Some('"');
        self.parsed.columns.push(ident.value.clone());
        Ok(())
    }

    fn parameter(&mut self, placeholder: &str) -> Result<(), SqlError> {
        let name = placeholder.trim_start_matches(':');
        let known = self.scope.parameters();
        if placeholder.starts_with(':') && known.iter().any(|parameter| parameter == name) {
            self.parsed.parameters.push(name.to_owned());
            return Ok(());
        }
        let message = format!("no parameter `{placeholder}` in this rule");
        let error = SqlError::at(self.at, placeholder.len(), message);
        Err(match closest(name, known.iter().map(String::as_str)) {
            Some(name) => error.help(format!("did you mean `:{name}`?")),
            None => error.help("declare it under `parameters`"),
        })
    }

    fn literal(&self, value: &Value) -> Result<(), SqlError> {
        match value {
            Value::Number(..) | Value::SingleQuotedString(_) | Value::Boolean(_) => Ok(()),
            Value::Null => Err(SqlError::at(self.at, 4, "`NULL` cannot be written in a rule".to_owned())
                .help("NULL means \"not known\"; compare with the value that the column's meaning names")),
            other => {
                let text = other.to_string();
                Err(SqlError::at(self.at, text.len(), format!("`{text}` is no literal that a rule may hold")))
            }
        }
    }

    fn operator(&self, op: &BinaryOperator) -> Result<(), SqlError> {
        use BinaryOperator::{
            And, Divide, Eq, Gt, GtEq, Lt, LtEq, Minus, Modulo, Multiply, NotEq, Or, PGRegexMatch, Plus,
        };
        match op {
            And | Or | Eq | NotEq | Lt | LtEq | Gt | GtEq | Plus | Minus | Multiply | Divide | Modulo
            | PGRegexMatch => Ok(()),
            other => Err(SqlError::at(self.at, 1, format!("operator `{other}` is not allowed in a rule"))),
        }
    }

    /// Division by zero is NULL, and no call would explain that NULL.
    fn divisor(&self, op: &BinaryOperator, right: &Expr) -> Result<(), SqlError> {
        let divides = matches!(op, BinaryOperator::Divide | BinaryOperator::Modulo);
        let number = match right {
            Expr::Value(value) => value.value.to_string().parse::<f64>().ok(),
            _ => None,
        };
        if divides && number.is_none_or(|number| number == 0.0) {
            let text = right.to_string().replace('"', "");
            let message = format!("a rule divides by numbers other than 0 only, not by `{text}`");
            return Err(SqlError::at(self.at, text.len(), message)
                .help("division by zero is NULL, which would mean \"not known\""));
        }
        Ok(())
    }

    /// A function of SQL stays; a macro is taken out, and the name of the column in its place is given back.
    fn function(&mut self, function: &mut Function) -> Result<Option<String>, SqlError> {
        let name = function.name.to_string().to_lowercase();
        let span =
            function.name.0.first().and_then(|part| part.as_ident()).map_or(self.at, |ident| ident.span);
        self.at = span;
        let arguments = arguments(function).ok_or_else(|| {
            let message = format!("`{name}` takes plain arguments only: no OVER, FILTER, DISTINCT or names");
            SqlError::at(span, name.len(), message)
        })?;
        if let Some(spec) = MACROS.iter().find(|spec| spec.name == name) {
            return self.expand(spec, arguments, span).map(Some);
        }
        if FUNCTIONS.contains(&name.as_str()) {
            arguments.into_iter().try_for_each(|argument| self.visit(argument))?;
            return Ok(None);
        }
        let known = FUNCTIONS.iter().copied().chain(MACROS.iter().map(|spec| spec.name));
        let error = SqlError::at(span, name.len(), format!("function `{name}` is not allowed in a rule"));
        Err(match closest(&name, known.clone()) {
            Some(close) => error.help(format!("did you mean `{close}`?")),
            None => error.help(format!("allowed are {}", known.collect::<Vec<_>>().join(", "))),
        })
    }

    fn expand(
        &mut self,
        spec: &'static MacroSpec,
        given: Vec<&mut Expr>,
        span: Span,
    ) -> Result<String, SqlError> {
        if given.len() != spec.arguments.len() {
            let message = format!(
                "`{}` takes {}, not {}",
                spec.name,
                arguments_in_words(spec.arguments.len()),
                given.len()
            );
            return Err(SqlError::at(span, spec.name.len(), message).help(format!("write {}", spec.usage)));
        }
        let mut arguments = Vec::new();
        for (kind, argument) in spec.arguments.iter().zip(given) {
            arguments.push(self.argument(*kind, argument, spec, span)?);
        }
        self.parsed.macros.push(MacroCall { name: spec.name, arguments });
        Ok(format!("@{}", self.parsed.macros.len() - 1))
    }

    fn argument(
        &mut self,
        kind: ArgumentKind,
        argument: &mut Expr,
        spec: &MacroSpec,
        span: Span,
    ) -> Result<Argument, SqlError> {
        let wrong = |what: &str| {
            let message = format!("`{}` takes {what} here, not `{argument}`", spec.name);
            SqlError::at(span, spec.name.len(), message).help(format!("write {}", spec.usage))
        };
        match (kind, &argument) {
            (ArgumentKind::Parameter, Expr::Value(value)) => match &value.value {
                Value::Placeholder(name) => {
                    let name = name.clone();
                    self.at = value.span;
                    self.parameter(&name)?;
                    Ok(Argument::Parameter(name.trim_start_matches(':').to_owned()))
                }
                _ => Err(wrong("a parameter")),
            },
            (ArgumentKind::Parameter, _) => Err(wrong("a parameter")),
            (ArgumentKind::Text, Expr::Value(value)) => match &value.value {
                Value::SingleQuotedString(text) => Ok(Argument::Text(text.clone())),
                _ => Err(wrong("a text in single quotes")),
            },
            (ArgumentKind::Text, _) => Err(wrong("a text in single quotes")),
            (ArgumentKind::Expression, _) => {
                let mut inner = Walk { scope: self.scope, parsed: Parsed::default(), at: self.at };
                inner.visit(argument)?;
                inner.parsed.sql = argument.to_string();
                self.parsed.columns.extend(inner.parsed.columns.iter().cloned());
                self.parsed.parameters.extend(inner.parsed.parameters.iter().cloned());
                Ok(Argument::Expression(inner.parsed))
            }
        }
    }

    fn forbidden(&self, tree: &Expr) -> SqlError {
        let text = tree.to_string();
        let (what, why) = match tree {
            Expr::IsNull(_) | Expr::IsNotNull(_) => ("IS [NOT] NULL", true),
            Expr::IsDistinctFrom(..) | Expr::IsNotDistinctFrom(..) => ("IS [NOT] DISTINCT FROM", true),
            Expr::IsTrue(_) | Expr::IsNotTrue(_) | Expr::IsFalse(_) | Expr::IsNotFalse(_) => {
                ("IS TRUE", true)
            }
            Expr::IsUnknown(_) | Expr::IsNotUnknown(_) => ("IS UNKNOWN", true),
            Expr::Case { .. } => ("CASE", true),
            Expr::Position { .. } => ("POSITION", true),
            Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => ("a subquery", false),
            _ => ("this expression", false),
        };
        let error = SqlError::at(self.at, 1, format!("{what} is not allowed in a rule: `{text}`"));
        if why { error.help("it would turn \"not known\" into a verdict") } else { error }
    }
}

fn arguments_in_words(count: usize) -> String {
    if count == 1 { "1 argument".to_owned() } else { format!("{count} arguments") }
}

/// The positional arguments of a plain call.
fn arguments(function: &mut Function) -> Option<Vec<&mut Expr>> {
    let plain = function.over.is_none() && function.filter.is_none() && function.within_group.is_empty();
    match &mut function.args {
        FunctionArguments::List(list)
            if plain && list.duplicate_treatment.is_none() && list.clauses.is_empty() =>
        {
            let positional = |argument| match argument {
                &mut FunctionArg::Unnamed(FunctionArgExpr::Expr(ref mut expr)) => Some(expr),
                _ => None,
            };
            list.args.iter_mut().map(positional).collect()
        }
        _ => None,
    }
}
