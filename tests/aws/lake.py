"""Athena's table over an archive, with the columns of AWS's documented DDL for CloudTrail logs, played by DuckDB.

Source: Amazon Athena user guide, "Create a table for CloudTrail logs".
"""

from __future__ import annotations

import os
import re
import threading
import zlib
from dataclasses import dataclass, field
from typing import Any

from archives import Archive

SESSION_ISSUER = "struct<type:string,principalid:string,arn:string,accountid:string,username:string>"
SESSION_CONTEXT = (
    "struct<attributes:struct<mfaauthenticated:string,creationdate:string>,"
    f"sessionissuer:{SESSION_ISSUER},ec2roledelivery:string,"
    "webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>>"
)
ON_BEHALF_OF = "struct<userid:string,identitystorearn:string>"
IDENTITY = (
    "struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,"
    f"username:string,onbehalfof:{ON_BEHALF_OF},sessioncontext:{SESSION_CONTEXT}>"
)
COLUMNS = {
    "eventversion": "string",
    "useridentity": IDENTITY,
    "eventtime": "string",
    "eventsource": "string",
    "eventname": "string",
    "awsregion": "string",
    "sourceipaddress": "string",
    "useragent": "string",
    "errorcode": "string",
    "errormessage": "string",
    "requestparameters": "string",
    "responseelements": "string",
    "additionaleventdata": "string",
    "requestid": "string",
    "eventid": "string",
    "resources": "array<struct<arn:string,accountid:string,type:string>>",
    "eventtype": "string",
    "apiversion": "string",
    "readonly": "string",
    "recipientaccountid": "string",
    "serviceeventdetails": "string",
    "sharedeventid": "string",
    "vpcendpointid": "string",
    "vpcendpointaccountid": "string",
    "eventcategory": "string",
    "addendum": "struct<reason:string,updatedfields:string,originalrequestid:string,originaleventid:string>",
    "sessioncredentialfromconsole": "string",
    "edgedevicedetails": "string",
    "tlsdetails": "struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>",
}
# JSON has its own letter case, and DuckDB heeds it when it reads.
WRITTEN = {
    name.lower(): name
    for name in (
        "eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent errorCode "
        "errorMessage requestParameters responseElements additionalEventData requestID eventID eventType apiVersion "
        "readOnly recipientAccountId serviceEventDetails sharedEventID vpcEndpointId vpcEndpointAccountId "
        "eventCategory sessionCredentialFromConsole edgeDeviceDetails tlsDetails principalId accountId invokedBy "
        "accessKeyId userName onBehalfOf sessionContext sessionIssuer mfaAuthenticated creationDate ec2RoleDelivery "
        "webIdFederationData "
        "federatedProvider userId identityStoreArn tlsVersion cipherSuite clientProvidedHostHeader updatedFields "
        "originalRequestID originalEventID"
    ).split()
}
# Objects that the DDL calls strings are their own text.
AS_TEXT = {"requestparameters", "responseelements", "additionaleventdata", "serviceeventdetails", "edgedevicedetails"}
# What the path of a file says, by the name of the partition's key.
PARTITIONS = {
    "timestamp": "day",
    "dt": "replace(day, '/', '-')",
    "year": "string_split(day, '/')[1]",
    "month": "string_split(day, '/')[2]",
    "day": "string_split(day, '/')[3]",
    "account": "regexp_extract(filename, '/(\\d{12})/CloudTrail/', 1)",
    "region": "regexp_extract(filename, '/CloudTrail/([^/]+)/', 1)",
}

GZIP = b"\x1f\x8b"
DAY_OF_PATH = r"/CloudTrail/[^/]+/(\d{4}/\d{2}/\d{2})/"


def duck_type(hive: str, written: bool) -> str:
    """A type of Hive's in DuckDB's words, with names as the DDL has them or as records write them."""
    if hive == "string":
        return "VARCHAR"
    kind, inner = hive.split("<", 1)
    inner = inner[:-1]
    if kind == "array":
        return f"{duck_type(inner, written)}[]"
    if kind == "map":
        return "MAP(VARCHAR, VARCHAR)"
    fields = [one.split(":", 1) for one in apart(inner)]
    return "STRUCT(" + ", ".join(f'"{name_of(n, written)}" {duck_type(t, written)}' for n, t in fields) + ")"


def name_of(name: str, written: bool) -> str:
    # Resources call it `ARN`, identities `arn`; see the record's type below.
    return WRITTEN.get(name, name) if written else name


def apart(text: str) -> list[str]:
    """The fields of a struct, cut at the commas that are not in one of them."""
    found, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter == "<") - (letter == ">")
        if letter == "," and not depth:
            found.append(text[start:at])
            start = at + 1
    return [*found, text[start:]]


def record_type() -> str:
    def of(name: str) -> str:
        if name in AS_TEXT:
            return "JSON"
        if name == "resources":
            return 'STRUCT("ARN" VARCHAR, "accountId" VARCHAR, "type" VARCHAR)[]'
        return duck_type(COLUMNS[name], True)

    return "STRUCT(" + ", ".join(f'"{name_of(name, True)}" {of(name)}' for name in COLUMNS) + ")[]"


def column(name: str) -> str:
    source = f'r."{name_of(name, True)}"'
    if name in AS_TEXT:
        return f"CASE WHEN json_type({source}) <> 'NULL' THEN CAST({source} AS VARCHAR) END AS {name}"
    if name == "resources":
        kind = duck_type(COLUMNS[name], False)
        row = "{'arn': x.\"ARN\", 'accountid': x.\"accountId\", 'type': x.\"type\"}"
        return f"CAST(list_transform({source}, LAMBDA x : {row}) AS {kind}) AS {name}"
    return f"{renamed(source, COLUMNS[name])} AS {name}"


def renamed(source: str, hive: str) -> str:
    """A struct under the names of the DDL: DuckDB casts structs by name, letter case included."""
    if not hive.startswith("struct<"):
        return source
    packed = []
    for name, kind in (one.split(":", 1) for one in apart(hive[7:-1])):
        inner = f'{source}."{name_of(name, True)}"'
        packed.append(f'"{name}" := {renamed(inner, kind)}')
    return f"CASE WHEN {source} IS NOT NULL THEN struct_pack({', '.join(packed)}) END"


@dataclass
class Lake:
    """One archive as a table, read when the first query comes."""

    archive: Archive
    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: Any = None
    size: int = 0

    def files(self) -> list[str]:
        return [
            str(self.archive.directory / key)
            for key in self.archive.keys
            if re.search(DAY_OF_PATH, f"/{key}") and key.endswith((".json.gz", ".json"))
        ]

    def cursor(self) -> Any:
        with self.lock:
            if self.connection is None:
                self.connection = self.load()
            return self.connection.cursor()

    def load(self) -> Any:
        import duckdb

        import trino

        connection = duckdb.connect(config={"threads": 2})
        connection.execute("SET GLOBAL TimeZone = 'UTC'; SET GLOBAL integer_division = true")
        connection.execute(trino.MACROS)
        files = self.files()
        kept = [name for name in COLUMNS if name not in self.archive.without]
        columns = ", ".join(column(name) for name in kept)
        if not files:
            keys = "".join(f', "{key}" VARCHAR' for key in self.archive.partitions)
            empty = ", ".join(f"{name} {duck_type(COLUMNS[name], False)}" for name in kept)
            connection.execute(f"CREATE TABLE archive ({empty}{keys})")
            return connection
        self.size = sum(map(os.path.getsize, files))
        largest = max(map(inflated, files))
        day = f"regexp_extract(filename, '{DAY_OF_PATH}', 1)"
        keys = "".join(f', {PARTITIONS[key]} AS "{key}"' for key in self.archive.partitions)
        connection.execute(
            f"CREATE TABLE archive AS SELECT {columns}{keys} FROM ("
            f"SELECT unnest(Records) AS r, filename, {day} AS day FROM read_json($files, filename = true, "
            f"format = 'unstructured', maximum_object_size = {largest + 1024}, "
            f"columns = {{'Records': '{record_type()}'}}))",
            {"files": files},
        )
        return connection


def inflated(file: str) -> int:
    """How much a file holds; the size at the end of a gzip is that of its last member only."""
    with open(file, "rb") as found:
        rest = found.read()
    total = 0
    while rest.startswith(GZIP):
        inflate = zlib.decompressobj(31)
        total += len(inflate.decompress(rest))
        rest = inflate.unused_data
    return total + len(rest)
