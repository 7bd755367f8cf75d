"""The answers that moto lacks or gives otherwise than AWS, one file per service or family.

An answer takes the call and gives the fields of the output or a whole answer, raises `ApiError`, or gives nothing where
moto is right.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any

from protocol import Answer, ApiError, Call

Known = Callable[[Call], "dict[str, Any] | Answer | None"]

ANSWERS: dict[tuple[str, str], Known] = {}


def answers(service: str, *operations: str) -> Callable[[Known], Known]:
    def register(function: Known) -> Known:
        for operation in operations:
            ANSWERS[service, operation] = function
        return function

    return register


def page(items: Sequence[Any], token: str | None, size: int, error: str) -> tuple[Sequence[Any], str | None]:
    """One page and the token of the next: opaque, as AWS's are, so that nobody counts with it."""
    start = 0
    if token:
        try:
            prefix, start_text = base64.urlsafe_b64decode(token).decode().split(":")
            start = int(start_text)
        except (binascii.Error, ValueError):
            prefix = ""
        if prefix != "page" or not 0 < start <= len(items):
            raise ApiError(error, "The token provided is invalid.")
    end = start + size
    more = base64.urlsafe_b64encode(f"page:{end}".encode()).decode() if end < len(items) else None
    return items[start:end], more


from answers import (  # noqa: E402, F401
    account,
    alerts,
    athena,
    config,
    events,
    iam,
    kms,
    organizations,
    pricing,
    s3,
    secrets,
    securityhub,
    sts,
    trails_and_functions,
)
