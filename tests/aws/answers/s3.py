"""Amazon S3 over the directories that a session registered; what is in no such bucket is up to moto."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

from answers import answers, page
from archives import REGISTRY, Archive
from model import AS_OF, iso
from protocol import Answer, ApiError, Call, headers

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
XML = b'<?xml version="1.0" encoding="UTF-8"?>\n'
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def parts(call: Call) -> tuple[str, str]:
    bucket, _, key = unquote(call.path.split("?", 1)[0]).lstrip("/").partition("/")
    return bucket, key


def archive(call: Call) -> Archive | None:
    return REGISTRY.buckets.get((call.session, parts(call)[0]))


def rolled_up(keys: list[str], prefix: str, delimiter: str) -> list[tuple[str, bool]]:
    """Keys and common prefixes in their order; a common prefix is listed once, and counts as one."""
    found: list[tuple[str, bool]] = []
    for key in keys:
        cut = key.find(delimiter, len(prefix)) if delimiter else -1
        entry = (key, False) if cut < 0 else (key[: cut + len(delimiter)], True)
        if not found or found[-1] != entry:
            found.append(entry)
    return found


@answers("s3", "ListObjectsV2")
def list_objects_v2(call: Call) -> Answer | None:
    found = archive(call)
    if found is None:
        return None
    prefix, delimiter = call.params.get("prefix", ""), call.params.get("delimiter", "")
    after = call.params.get("start-after", "")
    size = min(int(call.params.get("max-keys") or 1000), 1000)
    if size < 0:
        raise ApiError("InvalidArgument", "Argument maxKeys must be an integer between 0 and 2147483647", 400)
    keys = [k for k in found.keys if k.startswith(prefix) and k > after]
    token = call.params.get("continuation-token")
    if token == "":
        raise ApiError("InvalidArgument", "The continuation token provided is incorrect", 400)
    part, more = page(rolled_up(keys, prefix, delimiter), token, size, "InvalidArgument")
    encode = quote if call.params.get("encoding-type") == "url" else escape
    contents = "".join(entry(found, key, encode) for key, common in part if not common)
    prefixes = "".join(
        f"<CommonPrefixes><Prefix>{encode(key)}</Prefix></CommonPrefixes>" for key, common in part if common
    )
    fields: dict[str, Any] = {
        "Name": parts(call)[0],
        "Prefix": encode(prefix),
        "Delimiter": encode(delimiter) or None,
        "StartAfter": encode(after) or None,
        "MaxKeys": size,
        "EncodingType": call.params.get("encoding-type"),
        "KeyCount": len(part),
        "IsTruncated": str(more is not None).lower(),
        "ContinuationToken": token,
        "NextContinuationToken": more,
    }
    said = "".join(f"<{k}>{v}</{k}>" for k, v in fields.items() if v is not None)
    text = f'<ListBucketResult xmlns="{NAMESPACE}">{said}{contents}{prefixes}</ListBucketResult>'
    return Answer(200, headers("application/xml"), XML + text.encode())


def entry(found: Archive, key: str, encode: Any) -> str:
    file = found.directory / key
    fields = {
        "Key": encode(key),
        "LastModified": iso(AS_OF).replace("Z", ".000Z"),
        "ETag": f"&quot;{etag(key)}&quot;",
        "Size": file.stat().st_size,
        "StorageClass": storage_class(key),
    }
    return f"<Contents>{''.join(f'<{k}>{v}</{k}>' for k, v in fields.items())}</Contents>"


def storage_class(key: str) -> str:
    """What a test calls so has been moved by a lifecycle rule, and must be restored before it can be read."""
    return "DEEP_ARCHIVE" if "DEEP_ARCHIVE" in key else "GLACIER" if "GLACIER" in key else "STANDARD"


def etag(key: str) -> str:
    return hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()


@answers("s3", "GetObject", "HeadObject")
def get_object(call: Call) -> Answer | None:
    found = archive(call)
    if found is None:
        return None
    key = parts(call)[1]
    file = found.directory / key
    if ".." in key.split("/") or not file.is_file():
        raise ApiError("NoSuchKey", "The specified key does not exist.", 404)
    if storage_class(key) != "STANDARD" and call.operation == "GetObject":
        raise ApiError("InvalidObjectState", "The operation is not valid for the object's storage class", 403)
    body = file.read_bytes()
    more = [("ETag", f'"{etag(key)}"'), ("Last-Modified", "Sun, 01 Nov 2026 00:00:00 GMT"), ("Accept-Ranges", "bytes")]
    asked = RANGE.fullmatch(call.range or "")
    if asked and any(asked.groups()):
        first, last = asked.groups()
        start = int(first) if first else max(0, len(body) - int(last))
        end = min(int(last) + 1, len(body)) if first and last else len(body)
        if start >= len(body):
            raise ApiError("InvalidRange", "The requested range is not satisfiable", 416)
        more.append(("Content-Range", f"bytes {start}-{end - 1}/{len(body)}"))
        return Answer(206, headers("application/x-gzip", *more), body[start:end])
    return Answer(200, headers("application/x-gzip", *more), body)


@answers("s3", "HeadBucket", "GetBucketLocation")
def bucket(call: Call) -> Answer | None:
    if archive(call) is None:
        return None
    text = f'<LocationConstraint xmlns="{NAMESPACE}">{call.region}</LocationConstraint>'
    body = b"" if call.operation == "HeadBucket" else XML + text.encode()
    return Answer(200, headers("application/xml", ("x-amz-bucket-region", call.region)), body)
