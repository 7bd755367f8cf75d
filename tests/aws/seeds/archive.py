"""Records as CloudTrail delivers them to a bucket: gzip files in folders of account, Region and day.

Source: AWS CloudTrail user guide, "Finding your CloudTrail log files".
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from model import AP, alphanumeric

Record = dict[str, Any]

# Each fifth event is delivered twice.
TWICE = 5
DIGEST = "2026-10-31"


def delivered(records: list[Record]) -> list[Record]:
    """What the trails of the company record: no reads in the Region whose trail leaves them out."""
    return [r for r in records if not (r["readOnly"] and r["awsRegion"] == AP)]


def key(prefix: str, account: str, region: str, stamp: str, kind: str = "CloudTrail") -> str:
    """Where a file of this minute lies; `stamp` is the time of an event."""
    day, minute = stamp[:10], stamp[:16].replace("-", "").replace(":", "") + "Z"
    unique = alphanumeric(kind, account, region, minute, length=16)
    name = f"{account}_{kind}_{region}_{minute}_{unique}.json.gz"
    return f"{prefix}AWSLogs/{account}/{kind}/{region}/{day.replace('-', '/')}/{name}"


def reordered(value: Any) -> Any:
    """Keys in the order of the alphabet, as tools write records that took them out of the archive."""
    if isinstance(value, dict):
        return {k: reordered(value[k]) for k in sorted(value)}
    return [reordered(v) for v in value] if isinstance(value, list) else value


def put(directory: Path, name: str, body: bytes) -> None:
    file = directory / name
    file.parent.mkdir(parents=True, exist_ok=True)
    # The time of the compression is no part of it, so that every run writes the same bytes.
    file.write_bytes(gzip.compress(body, 6, mtime=0))


def write(records: list[Record], directory: Path, prefix: str = "", organization: str | None = None) -> None:
    """Writes the archive of an organization's trail; the folder of each event is that of who received it.

    A few events stand in a second file too, an hour later; some files have their keys in another order; and beside the
    logs lies a digest, which holds no events.
    """
    if organization is None:
        from seeds.estate import ORGANIZATION

        organization = ORGANIZATION
    files: dict[tuple[str, str, str], list[Record]] = defaultdict(list)
    for number, record in enumerate(records):
        account, region, stamp = record["recipientAccountId"], record["awsRegion"], record["eventTime"]
        files[account, region, stamp[:13]].append(record)
        if number % TWICE == 0:
            files[account, region, f"{stamp[:11]}{min(int(stamp[11:13]) + 1, 23):02}"].append(record)
    logs: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for number, ((account, region, hour), found) in enumerate(sorted(files.items())):
        name = organized(key(prefix, account, region, f"{hour}:05"), organization)
        # Events are not in order in a file. The same event is in no file twice.
        unique = {r["eventID"]: r for r in sorted(found, key=lambda r: r["eventID"])}
        listed = [reordered(r) if number % 4 == 3 else r for r in unique.values()]
        body = json.dumps({"Records": listed}, ensure_ascii=False, separators=(",", ":")).encode()
        put(directory, name, body)
        logs[account, region].append({"s3Object": name, "hashValue": hashlib.sha256(body).hexdigest()})
    for (account, region), listed_logs in logs.items():
        digest = {"awsAccountId": account, "digestStartTime": f"{DIGEST}T00:00:00Z", "logFiles": listed_logs[:20]}
        name = organized(key(prefix, account, region, f"{DIGEST}T01:00", "CloudTrail-Digest"), organization)
        put(directory, name, json.dumps(digest).encode())


def organized(name: str, organization: str) -> str:
    return name.replace("AWSLogs/", f"AWSLogs/{organization}/", 1)
