"""The findings in columns by DuckDB and by pyarrow: the same rows and types, with the leading zeros of accounts."""

import duckdb
import pyarrow
import pyarrow.parquet
from common import files, require

KINDS = {
    "account_id": pyarrow.string(),
    "gates": pyarrow.bool_(),
    "reach": pyarrow.int64(),
    "monthly_cost": pyarrow.decimal128(18, 4),
    "first_seen": pyarrow.timestamp("us", "UTC"),
    "as_of": pyarrow.timestamp("us", "UTC"),
    "excepted_until": pyarrow.date32(),
}


def main() -> None:
    rows = 0
    for folder in files(".parquet"):
        table = pyarrow.parquet.read_table(folder)
        for name, kind in KINDS.items():
            require(table.schema.field(name).type == kind, f"{folder}: {name} is {table.schema.field(name).type}")
        accounts = set(table.column("account_id").to_pylist())
        require(all(len(a) == 12 and a.isdigit() for a in accounts if a), f"{folder}: {accounts}")
        source = f"read_parquet('{folder}/**/*.parquet', hive_partitioning = true)"
        [(count, costs)] = duckdb.sql(f"SELECT count(*), sum(monthly_cost) FROM {source}").fetchall()
        require(count == table.num_rows, f"{folder}: {count} rows by DuckDB, {table.num_rows} by pyarrow")
        by_arrow = sum(cost for cost in table.column("monthly_cost").to_pylist() if cost is not None)
        require((costs or 0) == by_arrow, f"{folder}: {costs} by DuckDB, {by_arrow} by pyarrow")
        rows += count
    print(f"{rows} rows, DuckDB and pyarrow agree")


main()
