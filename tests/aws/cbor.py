"""The part of CBOR (RFC 8949) that Smithy RPC v2 uses, which CloudWatch speaks; botocore has the reader."""

from __future__ import annotations

import io
import struct
from typing import Any

from botocore.parsers import RpcV2CBORParser


class Timestamp(float):
    """Seconds since the epoch, tagged as such."""


def loads(body: bytes) -> dict[str, Any]:
    found = RpcV2CBORParser().parse_data_item(io.BufferedReader(io.BytesIO(body))) if body else {}
    return found if isinstance(found, dict) else {}


def head(major: int, value: int) -> bytes:
    if value < 24:
        return bytes([major << 5 | value])
    for extra, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if value < 1 << 8 * size:
            return bytes([major << 5 | extra]) + value.to_bytes(size, "big")
    raise ValueError(value)


def dumps(value: Any) -> bytes:
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if value is None:
        return b"\xf6"
    if isinstance(value, Timestamp):
        return head(6, 1) + dumps(float(value))
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, str):
        text = value.encode()
        return head(3, len(text)) + text
    if isinstance(value, dict):
        return head(5, len(value)) + b"".join(dumps(k) + dumps(v) for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return head(4, len(value)) + b"".join(dumps(one) for one in value)
    raise TypeError(type(value))
