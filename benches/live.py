"""How much of a live audit is ours: calls, memory and CPU for N secrets on the test server.

    PYTHON benches/live.py [PROGRAM [N]]

PYTHON is an interpreter with the packages of tests/aws/requirements.txt, such as the one that the tests make under
target/tmp/. PROGRAM is target/release/secrets-auditor, N is 5000. The wall time is bound by the rate that the program
allows itself (half of AWS's quotas), so what counts is the CPU time beside it.
"""

import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target/release/secrets-auditor")
SECRETS = int(sys.argv[2]) if len(sys.argv) > 2 else 5000

server = subprocess.Popen(
    [sys.executable, str(ROOT / "tests/aws/server.py"), "--seed", f"big:{SECRETS}"],
    stdin=subprocess.PIPE,
    stdout=subprocess.PIPE,
)
port = json.loads(server.stdout.readline())["port"]
environment = {
    "PATH": os.environ["PATH"],
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}/~bench",
}
arguments = ["audit", "--quiet", "--format", "json", "--as-of", "2026-11-01", "--fail-on", "never"]
begin = time.monotonic()
audit = subprocess.Popen([PROGRAM, *arguments], env=environment, stdout=subprocess.PIPE)
document = json.load(audit.stdout)
_, status, usage = os.wait4(audit.pid, 0)
wall = time.monotonic() - begin
with urllib.request.urlopen(f"http://127.0.0.1:{port}/~control/bench/stats") as answer:
    calls = json.load(answer)["count"]
server.stdin.close()

found = document["summary"]["secrets"]
cpu = usage.ru_utime + usage.ru_stime
budget = 2 * found + found / 100
print(f"secrets      {found}")
print(f"calls        {calls} (2n + n/100 = {budget:.0f}, beyond it {calls - budget:.0f})")
print(f"wall time    {wall:.1f} s")
print(f"our CPU      {cpu:.2f} s ({100 * cpu / wall:.1f} % of the wall time)")
print(f"peak memory  {usage.ru_maxrss / 1024:.0f} MiB")
print(f"gaps         {len([gap for gap in document['evidence_gaps'] if gap['cause'] != 'not-collected'])}")
sys.exit(0 if status == 0 else 1)
