"""In front of moto: sessions with faults and a log of calls, the control routes, and the answers that moto lacks."""

from __future__ import annotations

import io
import json
import re
import socket
import sys
import threading
import time
import traceback
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any

from werkzeug.test import run_wsgi_app

import archives
import faults
from answers import ANSWERS
from faults import Fault
from model import WORLD
from protocol import Answer, ApiError, Call, failure, identify, result

SESSION = re.compile(r"/~([A-Za-z0-9._-]+)(/.*)?", re.DOTALL)
CONTROL = re.compile(
    r"/~control/(?:(?P<session>[A-Za-z0-9._-]+)/(?P<what>faults|archive|calls|stats)|(?P<truth>truth))"
)

GLOBAL_SERVICES = {"iam", "sts", "organizations", "account", "pricing"}


class Session:
    """The faults and the log of the calls under one prefix."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.faults: list[Fault] = []
        self.calls: list[dict[str, Any]] = []
        self.concurrent = self.peak_concurrent = 0
        self.windows: dict[tuple[str, str, str], deque[float]] = defaultdict(deque)
        self.peaks: dict[tuple[str, str, str], int] = defaultdict(int)

    def enter(self, call: Call) -> list[Fault]:
        """Logs a call and gives the faults that apply to it: delays, then the first of any other kind."""
        now = time.monotonic()
        with self.lock:
            entry = call.log()
            self.calls.append(entry)
            self.concurrent += 1
            self.peak_concurrent = max(self.peak_concurrent, self.concurrent)
            key = (call.service, call.operation, call.region)
            window = self.windows[key]
            window.append(now)
            while now - window[0] >= 1:
                window.popleft()
            self.peaks[key] = max(self.peaks[key], len(window))
            applied: list[Fault] = []
            for fault in self.faults:
                if fault.hits(call):
                    applied.append(fault)
                    entry["fault"] = fault.action
                    if fault.action != "delay":
                        break
            return applied

    def leave(self) -> None:
        with self.lock:
            self.concurrent -= 1

    def replace(self, given: Any) -> None:
        if not isinstance(given, list):
            raise faults.Invalid("the faults are a list")
        parsed = [Fault.parse(one) for one in given]
        with self.lock:
            self.faults = parsed

    def stats(self) -> dict[str, Any]:
        with self.lock:
            peaks = [
                {"service": s, "operation": o, "region": r, "peak": n} for (s, o, r), n in sorted(self.peaks.items())
            ]
            return {
                "count": len(self.calls),
                "peak_concurrent": self.peak_concurrent,
                "peak_per_second": peaks,
            }


class Gateway:
    """The WSGI application."""

    def __init__(self, moto: Any):
        self.moto = moto
        self.sessions: dict[str, Session] = defaultdict(Session)
        self.lock = threading.Lock()

    def session(self, name: str) -> Session:
        with self.lock:
            return self.sessions[name]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = read(environ)
        path = environ["PATH_INFO"]
        if path.startswith("/~control/"):
            return send(self.control(environ["REQUEST_METHOD"], path, body), start_response)
        name = None
        if found := SESSION.fullmatch(path):
            name = found[1]
            strip(environ, f"/~{name}", found[2] or "/")
        call = identify(name, environ, environ["RAW_URI"], body)
        if call is None:
            return send(unsigned(), start_response)
        if name is None:
            return send(self.answer(call, environ), start_response)
        session = self.session(name)
        applied = session.enter(call)
        try:
            return self.with_faults(call, applied, environ, start_response)
        finally:
            session.leave()

    def with_faults(
        self, call: Call, applied: list[Fault], environ: dict[str, Any], start_response: Any
    ) -> Iterable[bytes]:
        actions = [fault.action for fault in applied if fault.action != "delay"]
        time.sleep(sum(fault.seconds for fault in applied))
        if "drop" in actions:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionAbortedError
        if actions and actions[0] in faults.HEEDED:
            call.fault, call.fault_reason = actions.pop(0), applied[-1].reason
        if actions and actions[0] == "elsewhere":
            return send(faults.elsewhere(call, applied[-1].to), start_response)
        if actions and actions[0] != "truncate":
            return send(faults.answer(actions[0], call), start_response)
        answer = self.answer(call, environ)
        if actions:
            return send(answer, start_response, answer.body[: len(answer.body) // 2])
        return send(answer, start_response)

    def answer(self, call: Call, environ: dict[str, Any]) -> Answer:
        if call.service not in GLOBAL_SERVICES and WORLD.regions.get(call.region, "DISABLED") == "DISABLED":
            return faults.answer("region-off", call)
        try:
            if known := ANSWERS.get((call.service, call.operation)):
                fields = known(call)
                if isinstance(fields, Answer):
                    return fields
                if fields is not None:
                    return result(call, fields)
            return self.ask_moto(call, environ)
        except ApiError as e:
            return failure(call, e.code, e.message, e.status)
        except NotImplementedError:
            # Not a server error, which an SDK would ask again.
            text = f"{call.service}:{call.operation} is not played here."
            return failure(call, "UnknownOperationException", text, 400)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            return failure(call, "TestServerDefect", traceback.format_exc(limit=-2), 400)

    def ask_moto(self, call: Call, environ: dict[str, Any]) -> Answer:
        host = f"http://{call.service}.{call.region}.amazonaws.com"
        if not any(pattern.match(host) for _, pattern in self.moto.backend_url_patterns):
            raise NotImplementedError
        environ["wsgi.input"] = io.BytesIO(call.body)
        environ["CONTENT_LENGTH"] = str(len(call.body))
        parts, status, found = run_wsgi_app(self.moto, environ, buffered=True)
        body = b"".join(parts)
        if status.startswith("404") and not body.startswith((b"{", b"<?xml", b"<ErrorResponse")):
            raise NotImplementedError
        kept = [(k, v) for k, v in found.items() if k.lower() not in ("content-length", "connection", "date")]
        return Answer(int(status.split()[0]), kept, body)

    def control(self, method: str, path: str, body: bytes) -> Answer:
        found = CONTROL.fullmatch(path)
        if not found:
            return as_json(404, {"error": f"no such route: {path}"})
        if found["truth"]:
            return as_json(200, WORLD.truth)
        session = self.session(found["session"])
        if found["what"] == "faults" and method == "POST":
            try:
                session.replace(json.loads(body))
            except ValueError as e:
                return as_json(400, {"error": str(e)})
            return as_json(200, {})
        if found["what"] == "archive" and method == "POST":
            try:
                return as_json(200, archives.register(found["session"], json.loads(body)))
            except ValueError as e:
                return as_json(400, {"error": str(e)})
        if method != "GET" or found["what"] in ("faults", "archive"):
            return as_json(405, {"error": f"{method} {path}"})
        if found["what"] == "stats":
            return as_json(200, session.stats())
        with session.lock:
            return as_json(200, list(session.calls))


def as_json(status: int, value: Any) -> Answer:
    return Answer(status, [("Content-Type", "application/json")], json.dumps(value).encode())


def unsigned() -> Answer:
    body = b'{"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"}'
    return Answer(403, [("Content-Type", "application/x-amz-json-1.1")], body)


def read(environ: dict[str, Any]) -> bytes:
    """The whole body: it is read several times, and a connection closed over unread data loses the answer."""
    source = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        return source.read()
    return source.read(int(environ.get("CONTENT_LENGTH") or 0))


def strip(environ: dict[str, Any], prefix: str, path: str) -> None:
    """Hides the prefix from moto, which finds REST operations by the raw path."""
    environ["PATH_INFO"] = path
    for name in ("RAW_URI", "REQUEST_URI"):
        raw = environ[name].split(prefix, 1)[-1]
        environ[name] = raw if raw.startswith("/") else f"/{raw}"


def send(answer: Answer, start_response: Any, body: bytes | None = None) -> list[bytes]:
    start_response(
        f"{answer.status} {'OK' if answer.status < 400 else 'Error'}",
        [*answer.headers, ("Content-Length", str(len(answer.body)))],
    )
    return [answer.body if body is None else body]
