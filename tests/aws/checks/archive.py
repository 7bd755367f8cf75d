"""Archives in Amazon S3 and under Athena, whose queries really run."""

from __future__ import annotations

import gzip
import json
import tempfile
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from checks import Asker, check, refused
from checks.history import Join, meant, same
from model import EU, HOME

ORGANIZATION = "AWSLogs/o-exampleorg1/"


@contextmanager
def archive(ask: Asker, count: int, **more: Any) -> Iterator[tuple[Path, dict[str, Any]]]:
    """An archive of so many days, with a record in each; registered with its default names."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for number in range(count):
            day = f"{number // 28 + 1:02}/{number % 28 + 1:02}"
            file = root / f"AWSLogs/{HOME}/CloudTrail/{EU}/2026/{day}/{HOME}_CloudTrail_{EU}_{number:04}+x.json.gz"
            file.parent.mkdir(parents=True)
            record = {
                "eventVersion": "1.11",
                "eventTime": f"2026-{day.replace('/', '-')}T00:00:00Z",
                "eventName": "GetSecretValue",
                "eventSource": "secretsmanager.amazonaws.com",
                "eventID": f"{number:04}",
                "requestParameters": {"secretId": f"secret-{number % 3}"} if number % 5 else None,
            }
            file.write_bytes(gzip.compress(json.dumps({"Records": [record]}).encode()))
        yield root, ask.control(f"{ask.name}/archive", {"directory": folder, **more})


def s3(ask: Asker) -> Any:
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, read_timeout=5)
    return botocore.session.get_session().create_client(
        "s3",
        region_name=EU,
        endpoint_url=f"{ask.root}/~{ask.name}",
        aws_access_key_id=ask.keys[0],
        aws_secret_access_key=ask.keys[1],
        config=config,
    )


@check
def objects_are_listed_in_pages_and_folders(ask: Asker) -> None:
    with archive(ask, 60) as (root, made):
        assert (made["bucket"], made["table"]) == ("trail-archive", "cloudtrail_logs")
        client, keys, token = s3(ask), [], {}
        while True:
            page = client.list_objects_v2(Bucket="trail-archive", MaxKeys=25, Prefix="AWSLogs/", **token)
            keys += [o["Key"] for o in page["Contents"]]
            if not page["IsTruncated"]:
                break
            token = {"ContinuationToken": page["NextContinuationToken"]}
        assert len(keys) == 60 and keys == sorted(keys) and page["KeyCount"] == 10
        assert all(
            (root / key).stat().st_size == o["Size"] for key, o in zip(keys[-10:], page["Contents"], strict=True)
        )
        folder = f"AWSLogs/{HOME}/CloudTrail/{EU}/2026/"
        months = client.list_objects_v2(Bucket="trail-archive", Prefix=folder, Delimiter="/")
        assert [p["Prefix"] for p in months["CommonPrefixes"]] == [f"{folder}{m}/" for m in ("01", "02", "03")]
        assert "Contents" not in months and months["KeyCount"] == 3
        after = client.list_objects_v2(Bucket="trail-archive", StartAfter=keys[57])
        assert [o["Key"] for o in after["Contents"]] == keys[58:]
        body = client.get_object(Bucket="trail-archive", Key=keys[0])["Body"].read()
        assert body == (root / keys[0]).read_bytes()
        part = client.get_object(Bucket="trail-archive", Key=keys[0], Range="bytes=0-1")
        assert part["Body"].read() == b"\x1f\x8b" and part["ResponseMetadata"]["HTTPStatusCode"] == 206
        logged = [(c["service"], c["operation"], c["resource"]) for c in ask.calls()]
        assert logged[0] == ("s3", "ListObjectsV2", "trail-archive/AWSLogs/")
        assert logged[-1] == ("s3", "GetObject", f"trail-archive/{keys[0]}")
        with refused("InvalidArgument"):
            client.list_objects_v2(Bucket="trail-archive", ContinuationToken="1")
        with refused("NoSuchKey", status=404):
            client.get_object(Bucket="trail-archive", Key="../../etc/passwd")
        with refused("NoSuchBucket", status=404):
            client.list_objects_v2(Bucket="no-such-bucket-here")
        with refused("NoSuchBucket", status=404):
            s3(Asker(int(ask.root.rsplit(":", 1)[1]), "a-neighbour")).list_objects_v2(Bucket="trail-archive")


@check
def faults_of_s3(ask: Asker) -> None:
    with archive(ask, 2) as (_, made):
        client, bucket = s3(ask), made["bucket"]
        [key, _] = [o["Key"] for o in client.list_objects_v2(Bucket=bucket)["Contents"]]
        for action, code, status in (
            ("deny", "AccessDenied", 403),
            ("throttle", "SlowDown", 503),
            ("not-found", "NoSuchBucket", 404),
            ("internal", "InternalError", 500),
            ("expired-token", "ExpiredToken", 403),
            ("invalid-token", "InvalidAccessKeyId", 403),
        ):
            ask.faults({"service": "s3", "action": action})
            with refused(code, status=status):
                client.get_object(Bucket=bucket, Key=key)
            with refused(code, status=status):
                client.list_objects_v2(Bucket=bucket)
        for action in ("drop", "truncate"):
            ask.faults({"service": "s3", "operation": "GetObject", "resource_contains": key[-20:], "action": action})
            try:
                client.get_object(Bucket=bucket, Key=key)["Body"].read()
            except (ClientError, BotoCoreError, ResponseParserError):
                continue
            raise AssertionError(action)


def finished(client: Any, sql: str, **more: Any) -> dict[str, Any]:
    started = client.start_query_execution(QueryString=sql, WorkGroup="primary", **more)["QueryExecutionId"]
    while True:
        execution = client.get_query_execution(QueryExecutionId=started)["QueryExecution"]
        if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
            return execution
        time.sleep(0.02)


def answered(client: Any, sql: str) -> tuple[list[str], list[list[str | None]]]:
    """The names of the columns, and the rows."""
    execution = finished(client, sql)
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    rows, token = [], {}
    while True:
        page = client.get_query_results(QueryExecutionId=execution["QueryExecutionId"], **token)
        rows += [[d.get("VarCharValue") for d in row["Data"]] for row in page["ResultSet"]["Rows"]]
        assert len(page["ResultSet"]["Rows"]) <= 1000
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    names = [c["Name"] for c in page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]]
    assert rows[0] == names
    return names, rows[1:]


PRINCIPAL = """COALESCE(NULLIF(useridentity.sessioncontext.sessionissuer.arn, ''), NULLIF(useridentity.arn, ''),
    useridentity.invokedby, useridentity.principalid)"""
ONCE = f"""
WITH found AS (
    SELECT COALESCE(sharedeventid, eventid) AS event, recipientaccountid, awsregion,
        MIN(eventtime) AS at,
        MAX_BY(COALESCE(json_extract_scalar(requestparameters, '$.secretId'),
            regexp_extract(errormessage, 'on resource: (\\S+)', 1)), eventid) AS secret,
        MAX_BY({PRINCIPAL}, eventid) AS principal,
        MAX_BY(CASE WHEN errorcode IS NULL THEN 'allowed' WHEN errorcode LIKE 'AccessDenied%' THEN 'refused'
            ELSE 'failed' END, eventid) AS outcome
    FROM cloudtrail_logs
    WHERE "timestamp" BETWEEN '2026/08/03' AND '2026/10/31' AND eventsource = 'secretsmanager.amazonaws.com'
        AND eventname = 'GetSecretValue' AND COALESCE(eventcategory, 'Management') = 'Management'
        AND useridentity.type <> 'AWSAccount'
    GROUP BY 1, 2, 3
)
SELECT recipientaccountid, awsregion, secret, principal, outcome, COUNT(*) AS reads, MIN(at) AS first, MAX(at) AS last,
    map_agg(event, substr(at, 1, 13)) AS hours
FROM found WHERE secret IS NOT NULL GROUP BY 1, 2, 3, 4, 5 ORDER BY 3, 4
"""


@check
def athena_counts_what_a_plain_reader_counts(ask: Asker) -> None:
    made = ask.control(f"{ask.name}/archive", {"company": True})
    assert (made["bucket"], made["table"]) == ("company-trail", "cloudtrail_logs")
    names, rows = answered(ask.client("athena"), ONCE)
    assert names == [
        "recipientaccountid",
        "awsregion",
        "secret",
        "principal",
        "outcome",
        "reads",
        "first",
        "last",
        "hours",
    ]
    join = Join(ask)
    found: dict[tuple[str, ...], list[Any]] = {}
    for account, region, secret, principal, outcome, count, first, last, hours in rows:
        assert hours and hours.startswith("{") and "=2026-" in hours and count is not None
        key = (join(str(secret), str(account), str(region)), str(principal), "GetSecretValue", str(outcome))
        held = found.setdefault(key, [0, first, last])
        found[key] = [held[0] + int(count), min(held[1], first), max(held[2], last)]
    # Of those who come from outside the organization there is no second record.
    wanted = [r for r in meant(ask, "reads", archive=True) if r[2] == "GetSecretValue" and not r[1].startswith("AROA")]
    same([(*k, *v) for k, v in found.items()], sorted(wanted))


@check
def athena_speaks_trino(ask: Asker) -> None:
    with archive(ask, 40, table="trail_of_mine", bucket="mine"):
        client = ask.client("athena")
        for sql, wanted in (
            ("SELECT count(*) FROM trail_of_mine", [["40"]]),
            ("SELECT 7 / 2, 1 = 1, CAST(NULL AS varchar), ARRAY['a', NULL]", [["3", "true", None, "[a, null]"]]),
            (
                "SELECT split_part('a:b', ':', 2), split_part('a:b', ':', 3), regexp_extract('xyz', '(q)', 1), "
                "json_extract_scalar('{\"a\":{\"b\":1}}', '$.a'), json_extract_scalar('no json', '$.a')",
                [["b", None, None, None, None]],
            ),
            (
                "SELECT date_diff('hour', from_iso8601_timestamp('2026-01-01T00:59:00Z'), "
                "from_iso8601_timestamp('2026-01-01T02:00:00Z')), "
                "date_format(date_parse('2026-01-02T03:04:05Z', '%Y-%m-%dT%H:%i:%sZ'), '%H:%i'), "
                "to_iso8601(from_iso8601_timestamp('2026-01-01T00:59:00Z'))",
                [["1", "03:04", "2026-01-01T00:59:00.000Z"]],
            ),
            (
                "SELECT json_extract_scalar(requestparameters, '$.secretId') AS s, count(*) AS n, min(eventtime), "
                "array_join(array_agg(eventid ORDER BY eventid), '+') "
                'FROM "awsdatacatalog"."default"."trail_of_mine" '
                "WHERE \"timestamp\" >= '2026/02/01' AND requestparameters IS NOT NULL GROUP BY 1 ORDER BY 1",
                [
                    ["secret-0", "3", "2026-02-06T00:00:00Z", "0033+0036+0039"],
                    ["secret-1", "4", "2026-02-01T00:00:00Z", "0028+0031+0034+0037"],
                    ["secret-2", "3", "2026-02-02T00:00:00Z", "0029+0032+0038"],
                ],
            ),
            (
                "SELECT t.s, count(*) FROM trail_of_mine "
                'CROSS JOIN UNNEST(CAST(json_parse(\'["a","b"]\') AS array(varchar))) '
                "AS t(s) GROUP BY 1 ORDER BY 1",
                [["a", "40"], ["b", "40"]],
            ),
            (
                "SELECT approx_distinct(eventname), max_by(eventid, eventtime), element_at(histogram(eventname), "
                "'GetSecretValue'), count_if(errorcode IS NULL), "
                "count(DISTINCT eventid) FILTER (WHERE eventid < '0010'), "
                "arbitrary(eventname), cardinality(array_agg(DISTINCT eventsource)) FROM trail_of_mine",
                [["1", "0039", "40", "40", "10", "GetSecretValue", "1"]],
            ),
        ):
            assert answered(client, sql)[1] == wanted, (sql, answered(client, sql)[1])
        names, rows = answered(
            client, "SELECT a.eventid, n FROM trail_of_mine a CROSS JOIN UNNEST(sequence(1, 60)) AS t(n)"
        )
        assert names == ["eventid", "n"] and len(rows) == 2400


@check
def athena_describes_the_table(ask: Asker) -> None:
    with archive(ask, 1):
        client = ask.client("athena")
        arguments = {"CatalogName": "AwsDataCatalog", "DatabaseName": "default"}
        table = client.get_table_metadata(TableName="cloudtrail_logs", **arguments)["TableMetadata"]
        assert table["PartitionKeys"] == [{"Name": "timestamp", "Type": "string"}]
        assert table["Parameters"]["projection.timestamp.format"] == "yyyy/MM/dd"
        columns = {c["Name"]: c["Type"] for c in table["Columns"]}
        assert columns["requestparameters"] == "string" and "sessionissuer:struct<" in columns["useridentity"]
        with refused("MetadataException"):
            client.get_table_metadata(TableName="absent", **arguments)


@check
def queries_fail_hang_and_are_refused(ask: Asker) -> None:
    with archive(ask, 1):
        client = ask.client("athena")
        for sql, reason in (
            ("SELECT * FROM absent", "TABLE_NOT_FOUND"),
            ("SELECT nope FROM cloudtrail_logs", "SYNTAX_ERROR"),
            ("SELECT FROM WHERE", "mismatched input"),
            ("DROP TABLE cloudtrail_logs", "not supported"),
        ):
            status = finished(client, sql)["Status"]
            assert status["State"] == "FAILED" and reason in status["StateChangeReason"], (sql, status)
            assert status["AthenaError"]["ErrorCategory"] == 2
        sql = "SELECT 1"
        ask.faults({"operation": "StartQueryExecution", "action": "fail-query"})
        failed = finished(client, sql)
        assert failed["Status"]["State"] == "FAILED" and failed["Status"]["AthenaError"]["ErrorCategory"] == 1
        with refused("InvalidRequestException", "FAILED"):
            client.get_query_results(QueryExecutionId=failed["QueryExecutionId"])
        ask.faults({"operation": "StartQueryExecution", "action": "hang-query"})
        started = client.start_query_execution(QueryString=sql)["QueryExecutionId"]
        assert client.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]["State"] == "RUNNING"
        with refused("InvalidRequestException", "not yet finished"):
            client.get_query_results(QueryExecutionId=started)
        client.stop_query_execution(QueryExecutionId=started)
        assert client.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]["State"] == "CANCELLED"
        for action, code in (("throttle", "TooManyRequestsException"), ("deny", "AccessDeniedException")):
            ask.faults({"service": "athena", "action": action})
            with refused(code):
                client.start_query_execution(QueryString=sql)
        ask.faults()
        for workgroup, text in (("absent", "not found"), ("bare", "No output location"), ("retired", "disabled")):
            with refused("InvalidRequestException", text):
                client.start_query_execution(QueryString=sql, WorkGroup=workgroup)
        elsewhere = Asker(int(ask.root.rsplit(":", 1)[1]), "a-neighbour").client("athena")
        assert "TABLE_NOT_FOUND" in finished(elsewhere, "SELECT 1 FROM cloudtrail_logs")["Status"]["StateChangeReason"]


@check
def tables_of_other_makes_and_buckets_elsewhere(ask: Asker) -> None:
    keys = ["account", "region", "year", "month", "day", "dt"]
    with archive(ask, 2, without=["vpcendpointid"], partitions=keys):
        client = ask.client("athena")
        arguments = {"CatalogName": "AwsDataCatalog", "DatabaseName": "default", "TableName": "cloudtrail_logs"}
        table = client.get_table_metadata(**arguments)["TableMetadata"]
        assert [key["Name"] for key in table["PartitionKeys"]] == keys
        assert "projection.enabled" not in table["Parameters"]
        assert "vpcendpointid" not in [column["Name"] for column in table["Columns"]]
        assert "SYNTAX_ERROR" in finished(client, "SELECT vpcendpointid FROM cloudtrail_logs")["Status"]["StateChangeReason"]
        names = ", ".join(f'"{key}"' for key in keys)
        rows = answered(client, f"SELECT {names} FROM cloudtrail_logs ORDER BY dt")[1]
        assert rows[1] == [HOME, EU, "2026", "01", "02", "2026-01-02"], rows
        ask.faults({"operation": "StartQueryExecution", "action": "cancel-query"})
        assert finished(client, "SELECT 1")["Status"]["State"] == "CANCELLED"
        ask.faults({"operation": "StartQueryExecution", "action": "fail-query", "reason": "because"})
        assert finished(client, "SELECT 1")["Status"]["StateChangeReason"] == "because"
        ask.faults({"service": "s3", "region": EU, "action": "elsewhere", "to": "us-east-1"})
        try:
            s3(ask).list_objects_v2(Bucket="trail-archive")
        except ClientError as e:
            assert e.response["Error"]["Code"] == "PermanentRedirect", e
            assert e.response["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"] == "us-east-1"
        assert {c["region"] for c in ask.calls() if c["service"] == "s3"} >= {EU}


@check
def a_torn_file_fails_the_query(ask: Asker) -> None:
    with archive(ask, 2) as (root, _):
        file = next(root.rglob("*.json.gz"))
        file.write_bytes(file.read_bytes()[:-12])
        status = finished(ask.client("athena"), "SELECT count(*) FROM cloudtrail_logs")["Status"]
        assert status["State"] == "FAILED" and "HIVE" in status["StateChangeReason"], status


@check
def archives_are_registered_by_right_paths_only(ask: Asker) -> None:
    for wrong in ({"directory": "relative"}, {"directory": "/nowhere/at/all"}, {"dir": "/tmp"}, [], {"table": "A b"}):
        try:
            ask.control(f"{ask.name}/archive", wrong)
        except urllib.error.HTTPError as e:
            assert e.code == 400
            continue
        raise AssertionError(wrong)
    made = ask.control(f"{ask.name}/archive", {"company": True})
    client = s3(ask)
    for bucket in ("company-trail", "company-trail-logs"):
        found = client.list_objects_v2(Bucket=bucket, Prefix=ORGANIZATION, Delimiter="/")
        assert [p["Prefix"][-13:-1] for p in found["CommonPrefixes"]] == [HOME, "210987654321"]
    assert Path(made["directory"]).is_dir()
