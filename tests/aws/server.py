#!/usr/bin/env python3
"""AWS as far as an audit of secrets sees it, on the loopback interface, for the tests.

    python server.py --seed company|empty|reach|big:N[:region,region]
    python server.py --self-check

It prints one line, `{"port": N}`, when it can be asked, and ends when its standard input does, so that it never
outlives the tests. Credentials are not checked; the access key says which account calls, 123456789012 unless
AssumeRole handed the key out. `http://127.0.0.1:PORT` is the endpoint of every service; under
`http://127.0.0.1:PORT/~NAME` a session has faults and a log of its own:

    POST /~control/NAME/faults   a list of faults, in place of those before; see faults.py
    POST /~control/NAME/archive  a directory in CloudTrail's layout becomes a bucket of Amazon S3 and a table of Athena,
                                 for this session and no other, until it is registered anew:
                                 {"directory": "/abs/path", "table": "cloudtrail_logs", "bucket": "trail-archive"};
                                 table and bucket have these defaults; or {"company": true} for what the company's
                                 trails delivered, as bucket `company-trail`, also under the name that the trails
                                 have for it, `company-trail-logs`, and table `cloudtrail_logs`. Answers with
                                 {"directory", "table", "bucket"}; the company's directory lives as long as the server.
                                 "without" names columns that the table lacks, "partitions" its keys: timestamp, dt,
                                 year, month, day, account, region
    GET  /~control/NAME/calls    the calls in their order
    GET  /~control/NAME/stats    their number, and the peaks of concurrency and of calls in any one second
    GET  /~control/truth         which rules fail on, or cannot judge, which secret, key, account and principal;
                                 with the seed `reach` also who reads which secret; with `company` also what Event
                                 history comes to, see below

The clock stands at 2026-11-01T00:00:00Z, so that Event history goes from the 90 days before that to it. The truth about
the company's history was written beside each story in `seeds/history_*.py`:

    reads                [{account, region, secret, principal, event, outcome, count, first, last, archive}]: value
                         reads, joined and counted once, in Event history of source secretsmanager.amazonaws.com;
                         `secret` is the ARN, or the name as it was asked for where none is known; `archive` says
                         whether the company's bucket has them too
    reads_of_keys        likewise, what only the events of KMS show
    reads_before_window  likewise, what only the bucket has, since it is older than 90 days
    unjoined             ids of reads that do not say of what
    use                  {rule: [{secret, principal, account, region, hour, secrets, trail, event_id}]}, as far as each
                         applies: what must fail, with default parameters or those in `use_parameters`
    use_undecided        likewise, what the meaning of the rule leaves open

moto keeps the state and answers what nothing in `answers/` answers.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from typing import Any

sys.dont_write_bytecode = True

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: E402
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server  # noqa: E402

import model  # noqa: E402

model.install()

import seeds  # noqa: E402
from gateway import Gateway  # noqa: E402


class Handler(WSGIRequestHandler):
    """Says nothing, and does not wait for acknowledgements between the head and the body of an answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


def serve(seed: str) -> BaseWSGIServer:
    """Starts a server on a free port, in threads of its own."""
    seeds.load(seed)
    gateway = Gateway(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, gateway, threaded=True, request_handler=Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", default="company", help="company, empty, reach, or big:N[:region,region]")
    parser.add_argument("--self-check", action="store_true", help="ask every answer and every fault once, and end")
    arguments = parser.parse_args()
    if arguments.self_check:
        import self_check

        sys.exit(self_check.run(serve("company").port))
    print(json.dumps({"port": serve(arguments.seed).port}), flush=True)
    # Nobody reads on, and moto prints now and then.
    sys.stdout = sys.stderr
    sys.stdin.buffer.read()
    # Threads that still answer somebody must not keep the process.
    os._exit(0)


if __name__ == "__main__":
    main()
