"""Athena, whose queries run: SQL is translated for DuckDB and read from the archive that the session registered."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Any

from answers import answers, page
from archives import REGISTRY, Archive
from lake import COLUMNS, Lake
from model import AS_OF, uuid
from protocol import ApiError, Call, present

ROWS = 1000
# One has a place for results, one leaves that to whoever asks, one is switched off.
WORKGROUPS = {"primary": "s3://company-athena-results/", "audit": "s3://company-athena-results/audit/", "bare": None}
DISABLED = "retired"
FINISHED = {"SUCCEEDED", "FAILED", "CANCELLED"}
ERROR_OF_USER, ERROR_OF_SYSTEM = 2, 1

REASON = "HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: Unterminated string at 4096"


@dataclass
class Execution:
    id: str
    sql: str
    workgroup: str
    output: str
    context: dict[str, str]
    state: str = "QUEUED"
    reason: str | None = None
    category: int = ERROR_OF_USER
    columns: list[dict[str, Any]] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)
    scanned: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def end(self, state: str, reason: str | None = None, category: int = ERROR_OF_USER) -> None:
        with self.lock:
            if self.state not in FINISHED:
                self.state, self.reason, self.category = state, reason, category


EXECUTIONS: dict[tuple[str, str, str], Execution] = {}
TOKENS: dict[tuple[str, str, str], str] = {}
LAKES: dict[int, tuple[Archive, Lake]] = {}
LOCK = threading.Lock()


def invalid(text: str) -> ApiError:
    return ApiError("InvalidRequestException", text)


def lake_of(archive: Archive) -> Lake:
    """The table of an archive; kept with it, so that no other takes its place in memory."""
    with LOCK:
        return LAKES.setdefault(id(archive), (archive, Lake(archive)))[1]


def tables(call: Call) -> dict[str, Archive]:
    return {name: archive for (session, name), archive in REGISTRY.tables.items() if session == call.session}


def output(call: Call, workgroup: str) -> str:
    if workgroup == DISABLED:
        raise invalid(f"WorkGroup {workgroup} is disabled.")
    if workgroup not in WORKGROUPS:
        raise invalid(f"WorkGroup {workgroup} is not found.")
    asked = (call.params.get("ResultConfiguration") or {}).get("OutputLocation") or WORKGROUPS[workgroup]
    if not asked:
        raise invalid(
            "No output location provided. An output location is required either through the Workgroup result "
            "configuration setting or as an API input."
        )
    if not asked.startswith("s3://"):
        raise invalid("outputLocation is not a valid S3 path.")
    return asked


@answers("athena", "StartQueryExecution")
def start_query_execution(call: Call) -> dict[str, Any]:
    sql, token = call.params.get("QueryString", ""), call.params.get("ClientRequestToken")
    if not 1 <= len(sql.encode()) <= 262144:
        raise invalid("QueryString must be between 1 and 262144 bytes.")
    if call.params.get("ExecutionParameters"):
        raise NotImplementedError
    workgroup = call.params.get("WorkGroup") or "primary"
    place = output(call, workgroup)
    where = (call.account, call.region)
    with LOCK:
        if token and (*where, token) in TOKENS:
            return {"QueryExecutionId": TOKENS[(*where, token)]}
        made = Execution(
            uuid("query", *where, len(EXECUTIONS)),
            sql,
            workgroup,
            place,
            call.params.get("QueryExecutionContext") or {},
        )
        made.output = f"{place.rstrip('/')}/{made.id}.csv"
        EXECUTIONS[(*where, made.id)] = made
        if token:
            TOKENS[(*where, token)] = made.id
    if call.fault == "fail-query":
        made.end("FAILED", call.fault_reason or REASON, ERROR_OF_SYSTEM)
    elif call.fault == "cancel-query":
        made.end("CANCELLED", "Query cancelled! : Bytes scanned limit was exceeded")
    elif call.fault == "hang-query":
        made.state = "RUNNING"
    else:
        threading.Thread(target=run, args=(made, tables(call)), daemon=True).start()
    return {"QueryExecutionId": made.id}


def run(execution: Execution, known: dict[str, Archive]) -> None:
    import duckdb

    import trino

    execution.state = "RUNNING"
    try:
        sql, table = trino.translated(execution.sql, set(known))
        lake = lake_of(known[table] if table else Archive.nothing())
        cursor = lake.cursor().execute(sql)
        execution.columns = [column(name, str(kind)) for name, kind, *_ in cursor.description]
        execution.rows = [[trino.text(value) for value in row] for row in cursor.fetchall()]
        execution.scanned = lake.size
        execution.end("SUCCEEDED")
    except trino.Refused as e:
        execution.end("FAILED", str(e))
    except duckdb.Error as e:
        kind = "HIVE_BAD_DATA" if "JSON" in str(e) and "read" in str(e) else "SYNTAX_ERROR"
        execution.end("FAILED", f"{kind}: {' '.join(str(e).split())}")
    except Exception as e:
        # A defect of this server, which a test shall see at once.
        execution.end("FAILED", f"TEST_SERVER_DEFECT: {e!r}", ERROR_OF_SYSTEM)


def column(name: str, duck: str) -> dict[str, Any]:
    import trino

    kind = trino.type_name(duck)
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": kind,
        "Precision": 2147483647 if kind == "varchar" else 19 if kind == "bigint" else 0,
        "Scale": 0,
        "Nullable": "UNKNOWN",
        "CaseSensitive": kind == "varchar",
    }


def execution(call: Call) -> Execution:
    given = call.params.get("QueryExecutionId", "")
    found = EXECUTIONS.get((call.account, call.region, given))
    if found is None:
        raise invalid(f"QueryExecution {given} was not found")
    return found


@answers("athena", "GetQueryExecution")
def get_query_execution(call: Call) -> dict[str, Any]:
    found = execution(call)
    with found.lock:
        over = found.state in FINISHED
        error = {
            "ErrorCategory": found.category,
            "ErrorType": 1 if found.category == ERROR_OF_SYSTEM else 1006,
            "Retryable": found.category == ERROR_OF_SYSTEM,
            "ErrorMessage": found.reason,
        }
        return {
            "QueryExecution": {
                "QueryExecutionId": found.id,
                "Query": found.sql,
                "StatementType": "DML",
                "ResultConfiguration": {"OutputLocation": found.output},
                "QueryExecutionContext": found.context,
                "Status": present(
                    {
                        "State": found.state,
                        "StateChangeReason": found.reason,
                        "SubmissionDateTime": AS_OF,
                        "CompletionDateTime": AS_OF if over else None,
                        "AthenaError": error if found.state == "FAILED" else None,
                    }
                ),
                "Statistics": {"DataScannedInBytes": found.scanned, "EngineExecutionTimeInMillis": 1},
                "WorkGroup": found.workgroup,
                "EngineVersion": {
                    "SelectedEngineVersion": "AUTO",
                    "EffectiveEngineVersion": "Athena engine version 3",
                },
            }
        }


@answers("athena", "GetQueryResults")
def get_query_results(call: Call) -> dict[str, Any]:
    found = execution(call)
    if found.state in ("FAILED", "CANCELLED"):
        raise invalid(f"Query did not finish successfully. Final query state: {found.state}")
    if found.state != "SUCCEEDED":
        raise invalid(f"Query has not yet finished. Current state: {found.state}")
    size = call.limit("MaxResults", ROWS, ROWS, "InvalidRequestException")
    rows: list[list[str | None]] = [[c["Label"] for c in found.columns], *found.rows]
    part, more = page(rows, call.params.get("NextToken"), size, "InvalidRequestException")
    data = [{"Data": [{} if value is None else {"VarCharValue": value} for value in row]} for row in part]
    return present(
        {
            "UpdateCount": 0,
            "ResultSet": {"Rows": data, "ResultSetMetadata": {"ColumnInfo": found.columns}},
            "NextToken": more,
        }
    )


@answers("athena", "StopQueryExecution")
def stop_query_execution(call: Call) -> dict[str, Any]:
    execution(call).end("CANCELLED", "Query was cancelled by user.")
    return {}


PROJECTION = {
    "projection.enabled": "true",
    "projection.timestamp.format": "yyyy/MM/dd",
    "projection.timestamp.interval": "1",
    "projection.timestamp.interval.unit": "DAYS",
    "projection.timestamp.range": "2020/01/01,NOW",
    "projection.timestamp.type": "date",
}


@answers("athena", "GetTableMetadata")
def get_table_metadata(call: Call) -> dict[str, Any]:
    catalog, database = call.params.get("CatalogName", ""), call.params.get("DatabaseName", "")
    name = call.params.get("TableName", "").lower()
    if catalog.lower() != "awsdatacatalog":
        raise invalid(f"DataCatalog {catalog} was not found")
    known = tables(call)
    if database.lower() != "default" or name not in known:
        raise ApiError("MetadataException", f"EntityNotFoundException: Entity Not Found: Table {database}.{name}")
    return {"TableMetadata": metadata(call, name, known[name])}


def metadata(call: Call, name: str, archive: Archive) -> dict[str, Any]:
    bucket = next(b for (s, b), a in REGISTRY.buckets.items() if s == call.session and a is archive)
    # The folder above the accounts, which is the organization's in an organization's trail.
    roots = {found[1] for key in archive.keys if (found := re.match(r"((?:.*/)?AWSLogs/(?:o-[^/]+/)?)\d{12}/", key))}
    location = f"s3://{bucket}/{min(roots, default='AWSLogs/')}"
    return {
        "Name": name,
        "CreateTime": AS_OF - 700 * 86400,
        "LastAccessTime": 0,
        "TableType": "EXTERNAL_TABLE",
        "Columns": [{"Name": c, "Type": kind} for c, kind in COLUMNS.items() if c not in archive.without],
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in archive.partitions],
        "Parameters": {
            "EXTERNAL": "TRUE",
            "classification": "cloudtrail",
            "inputformat": "com.amazon.emr.cloudtrail.CloudTrailInputFormat",
            "outputformat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            "location": location,
            **(PROJECTION if archive.partitions == ["timestamp"] else {}),
            "serde.serialization.lib": "org.apache.hive.hcatalog.data.JsonSerDe",
        },
    }
