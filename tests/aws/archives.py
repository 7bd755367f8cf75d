"""Directories in CloudTrail's layout that a session sees as buckets of Amazon S3 and tables of Athena."""

from __future__ import annotations

import os
import re
import tempfile
import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from model import WORLD

TABLE, BUCKET = "cloudtrail_logs", "trail-archive"
# The trail names the second; both show the same.
COMPANY_BUCKETS = ("company-trail", "company-trail-logs")
FIELDS = {"directory", "table", "bucket", "company", "without", "partitions"}


@dataclass
class Archive:
    directory: Path
    # Columns that the table lacks, as older tables do.
    without: tuple[str, ...] = ()
    # The keys of its partitions; `lake.py` says which there are.
    partitions: tuple[str, ...] | list[str] = ("timestamp",)

    @cached_property
    def keys(self) -> list[str]:
        """Every file as S3 would name and sort it, by the bytes of its key."""
        found = [
            (Path(folder, name)).relative_to(self.directory).as_posix()
            for folder, _, names in os.walk(self.directory)
            for name in names
        ]
        return sorted(found, key=str.encode)

    @classmethod
    def nothing(cls) -> Archive:
        """For queries that read no table."""
        made = cls(Path(os.devnull))
        made.keys = []
        return made


class Registry:
    """What each session registered; a session sees nobody else's."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.buckets: dict[tuple[str | None, str], Archive] = {}
        self.tables: dict[tuple[str | None, str], Archive] = {}
        self.company: tempfile.TemporaryDirectory[str] | None = None

    def company_directory(self) -> str:
        """Written once, when somebody first asks; it goes with the server."""
        from seeds import archive

        with self.lock:
            if self.company is None:
                made = tempfile.TemporaryDirectory(prefix="company-trail-")
                archive.write(archive.delivered(WORLD.events), Path(made.name))
                self.company = made
            return self.company.name

    def add(self, session: str, archive: Archive, table: str, buckets: tuple[str, ...]) -> None:
        # Registering anew reads anew: the files may have changed.
        with self.lock:
            self.tables[session, table] = archive
            self.buckets |= {(session, bucket): archive for bucket in buckets}


REGISTRY = Registry()


def register(session: str, given: Any) -> dict[str, Any]:
    """The control route: what is registered, with defaults filled in."""
    from lake import COLUMNS, PARTITIONS

    if not isinstance(given, dict) or not set(given) <= FIELDS:
        raise ValueError(f"an archive is an object with fields of {sorted(FIELDS)}")
    table = given.get("table", TABLE)
    if given.get("company"):
        if not WORLD.events:
            raise ValueError("the company's archive comes with the seed `company` only")
        directory, buckets = REGISTRY.company_directory(), COMPANY_BUCKETS
    else:
        directory, buckets = str(given.get("directory", "")), (given.get("bucket", BUCKET),)
    if not os.path.isabs(directory) or not os.path.isdir(directory):
        raise ValueError(f"not the absolute path of a directory: {directory!r}")
    if not re.fullmatch(r"[a-z0-9_]+", table):
        raise ValueError(f"not the name of a table: {table!r}")
    without, partitions = given.get("without", ()), given.get("partitions", ["timestamp"])
    if not set(without) <= set(COLUMNS) or not set(partitions) <= set(PARTITIONS):
        raise ValueError(f"columns are of {sorted(COLUMNS)}, partitions of {sorted(PARTITIONS)}")
    REGISTRY.add(session, Archive(Path(directory), tuple(without), list(partitions)), table, buckets)
    return {"directory": directory, "table": table, "bucket": buckets[0]}
