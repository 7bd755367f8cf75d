"""Athena's SQL and its values: what sqlglot turns into DuckDB's, and where the two mean different things."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

# Where a function of the same purpose gives something else: NULL in place of empty text, whole hours in place of
# hands of the clock. Trino's functions: https://trino.io/docs/current/functions.html
MACROS = """
CREATE MACRO trino_scalar(j, p) AS CASE
    WHEN NOT json_valid(j) OR json_type(j, p) IN ('OBJECT', 'ARRAY', 'NULL') THEN NULL
    ELSE json_extract_string(j, p) END;
CREATE MACRO trino_json(j, p) AS CASE WHEN json_valid(j) THEN json_extract(j, p) END;
CREATE MACRO trino_regexp_extract(s, p, g) AS
    CASE WHEN regexp_matches(s, p) THEN regexp_extract(s, p, g) END;
CREATE MACRO trino_split_part(s, d, n) AS string_split(s, d)[n];
CREATE MACRO trino_date_diff(u, a, b) AS date_sub(u, a, b);
CREATE MACRO map_agg(k, v) AS map_from_entries(list((k, v)) FILTER (WHERE k IS NOT NULL));
CREATE MACRO multimap_agg(k, v) AS map_from_entries(list((k, [v])));
CREATE MACRO to_iso8601(t) AS strftime(t, '%Y-%m-%dT%H:%M:%S.%gZ');
CREATE MACRO numeric_histogram(b, v) AS histogram(v);
"""


class Refused(Exception):
    """A query that Athena takes and then fails, with its reason; `line 1:8: Column 'x' cannot be resolved`."""


def translated(sql: str, known: set[str]) -> tuple[str, str | None]:
    """The query for DuckDB, and the registered table that it reads."""
    try:
        statements = [s for s in sqlglot.parse(sql, read="athena") if s is not None]
    except (ParseError, TokenError) as e:
        raise Refused(f"mismatched input: {str(e).splitlines()[0]}") from None
    if len(statements) != 1:
        raise Refused("Only one sql statement is allowed.")
    tree = statements[0]
    if not isinstance(tree, exp.Query):
        raise Refused(f"Queries of this type are not supported: {tree.key.upper()}")
    for number, shown in enumerate(tree.selects):
        if not isinstance(shown, (exp.Alias, exp.Column, exp.Dot, exp.Star)):
            shown.replace(exp.alias_(shown.copy(), f"_col{number}"))
    local = {cte.alias_or_name.lower() for cte in tree.find_all(exp.CTE)}
    read: str | None = None
    for table in tree.find_all(exp.Table):
        name = table.name.lower()
        if not table.db and (name in local or not name):
            continue
        catalog, database = table.catalog.lower() or "awsdatacatalog", table.db.lower() or "default"
        if (catalog, database) != ("awsdatacatalog", "default") or name not in known:
            raise Refused(f"TABLE_NOT_FOUND: line 1:1: Table '{catalog}.{database}.{name}' does not exist")
        if read not in (None, name):
            raise NotImplementedError("one archive for each query")
        read = name
        # One archive stands behind a connection, under one name.
        alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(table.name))
        table.replace(exp.Table(this=exp.to_identifier("archive"), alias=alias, joins=table.args.get("joins")))
    return tree.transform(replaced).sql(dialect="duckdb"), read


def call(name: str, *arguments: Any) -> exp.Expression:
    return exp.Anonymous(this=name, expressions=[a for a in arguments if a is not None])


def replaced(node: exp.Expression) -> exp.Expression:
    if isinstance(node, (exp.JSONExtractScalar, exp.JSONExtract)):
        name = "trino_scalar" if isinstance(node, exp.JSONExtractScalar) else "trino_json"
        path = node.expression
        if isinstance(path, exp.JSONPath):
            text = path.sql(dialect="athena")
            path = exp.Literal.string(text.strip("'").replace("''", "'"))
        return call(name, node.this, path)
    if isinstance(node, exp.RegexpExtract):
        group = node.args.get("group") or exp.Literal.number(0)
        return call("trino_regexp_extract", node.this, node.expression, group)
    if isinstance(node, exp.SplitPart):
        return call("trino_split_part", node.this, node.args["delimiter"], node.args["part_index"])
    if isinstance(node, exp.DateDiff):
        unit = exp.Literal.string(str(node.args["unit"].name).lower())
        return call("trino_date_diff", unit, node.expression, node.this)
    return node


def type_name(duck: str) -> str:
    """Athena's name of a column's type."""
    upper = duck.upper()
    if upper.endswith("[]"):
        return "array"
    for start, name in (
        ("STRUCT", "row"), ("MAP", "map"), ("DECIMAL", "decimal"),
        ("TIMESTAMP WITH TIME ZONE", "timestamp with time zone"), ("TIMESTAMP", "timestamp"),
    ):  # fmt: skip
        if upper.startswith(start):
            return name
    names = {"BIGINT": "bigint", "HUGEINT": "bigint", "INTEGER": "integer", "BOOLEAN": "boolean", "DOUBLE": "double"}
    names |= {"DATE": "date", "JSON": "json", "UBIGINT": "bigint", "FLOAT": "float", "SMALLINT": "smallint"}
    return names.get(upper, "varchar")


def text(value: Any) -> str | None:
    """A value as GetQueryResults words it; there is no value for NULL, and none for NULL in a list but the word."""
    if value is None:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        shown = value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03}"
        return f"{shown} UTC" if value.tzinfo else shown
    if isinstance(value, (date, int, Decimal)):
        return str(value)
    if isinstance(value, float):
        return json.dumps(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{text(k)}={inner(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(inner(v) for v in value) + "]"
    return str(value)


def inner(value: Any) -> str:
    found = text(value)
    return "null" if found is None else found
