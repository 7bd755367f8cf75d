"""How much CPU reading a CloudTrail archive needs, beside the limit and beside others that answer the same question.

    python3 benches/archive.py [MEGABYTES ...]

The question: how many events are of Secrets Manager? MEGABYTES are 10 30 100 300 1000 by default: JSON before it is
compressed. The limit inflates the same files with libdeflate and does nothing else. Everything is built, installed and
made below target/archive-bench; peers come from pip. Programs run one after the other, in rounds; each figure is the
least of its rounds. CPU is user and system time, so a busy machine disturbs it little.
"""

import json
import os
import pathlib
import random
import subprocess
import sys
import time
import venv
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "target/archive-bench"
BINARIES = WORK / "build/release"
PYTHON = WORK / "venv/bin/python"
PEERS = ["duckdb", "isal", "orjson"]
HOST = "secretsmanager.amazonaws.com"
LOGS = "AWSLogs/*/*/CloudTrail/*/*/*/*/*.json.gz"

# Peers, run as `python -c SOURCE DIRECTORY`. Each prints a number of events.

ORJSON = f"""
import glob, sys, orjson
from isal import igzip
events = 0
for path in glob.iglob(sys.argv[1] + "/{LOGS}"):
    with open(path, "rb") as file:
        text = igzip.decompress(file.read())
    if b"{HOST}" in text:
        events += sum(record["eventSource"] == "{HOST}" for record in orjson.loads(text)["Records"])
print(events)
"""

# The question in three ways; the fastest counts.
QUERIES = {
    "JSON[]": f"""
        SELECT count(*) FROM (
            SELECT unnest(Records) AS record FROM read_json('GLOB', columns = {{Records: 'JSON[]'}},
                format = 'unstructured', maximum_object_size = 100000000)
        ) WHERE record->>'eventSource' = '{HOST}'""",
    "typed": f"""
        SELECT count(*) FROM (
            SELECT unnest(Records) AS record FROM read_json('GLOB',
                columns = {{Records: 'STRUCT(eventSource VARCHAR, eventName VARCHAR)[]'}},
                format = 'unstructured', maximum_object_size = 100000000)
        ) WHERE record.eventSource = '{HOST}'""",
    "objects": f"""
        SELECT count(*) FROM (
            SELECT unnest(json->'$.Records[*].eventSource') AS source
            FROM read_json_objects('GLOB', format = 'unstructured', maximum_object_size = 100000000)
            WHERE contains(json::VARCHAR, '{HOST}')
        ) WHERE source->>'$' = '{HOST}'""",
}

DUCKDB = """
import sys, duckdb
connection = duckdb.connect(config={"threads": 1})
connection.execute("SET enable_progress_bar = false")
print(connection.execute(sys.argv[2].replace("GLOB", sys.argv[1] + "/%s")).fetchone()[0])
""" % LOGS


def prepare():
    # As the program is built: for any x86-64, whatever this machine has.
    environment = {**os.environ, "CARGO_TARGET_DIR": str(WORK / "build"), "RUSTFLAGS": ""}
    manifest = str(ROOT / "benches/archive/Cargo.toml")
    subprocess.run(["cargo", "build", "--release", "--manifest-path", manifest], env=environment, check=True)
    if not PYTHON.exists():
        venv.create(WORK / "venv", with_pip=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", *PEERS], check=True)


def archive(megabytes):
    folder = WORK / str(megabytes)
    if not folder.exists():
        making = WORK / f"{megabytes}.making"
        subprocess.run(["rm", "-rf", making], check=True)
        subprocess.run([BINARIES / "make", str(megabytes), making], check=True, stdout=subprocess.DEVNULL)
        making.rename(folder)
    return folder


def single(name, start, middle, count, end):
    """A directory with one file of so many parts."""
    folder = WORK / name
    folder.mkdir(exist_ok=True)
    gzip = zlib.compressobj(6, zlib.DEFLATED, 31)
    with open(folder / "log.json.gz", "wb") as file:
        file.write(gzip.compress(start))
        for part in range(count):
            file.write(gzip.compress(middle(part)))
        file.write(gzip.compress(end) + gzip.flush())
    return folder


def run(command):
    """CPU seconds, wall seconds, peak MiB, and what was printed."""
    begin = time.monotonic()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE)
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - begin, usage.ru_maxrss / 1024, json.loads(printed)


def programs(folder, megabytes):
    """Name to command and number of rounds."""
    scan = BINARIES / "scan"
    fast = max(3, min(15, 3000 // megabytes))
    yield "limit: libdeflate", [BINARIES / "limit", folder], fast
    yield "reader", [scan, folder, 1], fast
    yield "reader, AVX2", [scan, folder, 1, "half"], fast
    yield "reader, SSE2", [scan, folder, 1, "baseline"], fast
    yield "reader, portable", [scan, folder, 1, "portable"], min(fast, 5)
    yield "reader, 2 workers", [scan, folder, 2], fast
    yield "orjson + isal", [PYTHON, "-c", ORJSON, folder], min(fast, 5)
    if megabytes <= 300:
        for name, query in QUERIES.items():
            yield f"DuckDB, {name}", [PYTHON, "-c", DUCKDB, folder, query], 2


def measure(folder, megabytes):
    best, counts = {}, {}
    rounds = list(programs(folder, megabytes))
    for turn in range(max(rounds for _, _, rounds in rounds)):
        for name, command, times in rounds:
            if turn < times:
                *figures, printed = run(command)
                best[name] = [min(pair) for pair in zip(best.get(name, figures), figures)]
                counts[name] = printed["events"] if isinstance(printed, dict) and "events" in printed else printed
    limit = best["limit: libdeflate"][0]
    print(f"\n{megabytes} MB of JSON")
    print(f"  {'':24}{'CPU s':>8}{'÷ limit':>9}{'wall s':>8}{'peak MiB':>10}{'events':>9}")
    for name, (cpu, wall, peak) in best.items():
        events = counts[name] if isinstance(counts[name], int) else "-"
        print(f"  {name:24}{cpu:8.3f}{cpu / limit:9.2f}{wall:8.2f}{peak:10.1f}{events:>9}", flush=True)
    numbers = {count for count in counts.values() if isinstance(count, int)}
    if len(numbers) != 1:
        sys.exit(f"the programs do not agree: {counts}")
    return best


def large_files():
    record = b'{"eventVersion":"1.09","eventSource":"%s","eventName":"GetSecretValue"}' % HOST.encode()
    chance = random.Random(1)
    noise = lambda part: b'%s%s,{"x":"%s"}' % (b"," * (part > 0), record, chance.randbytes(500_000).hex().encode())
    spaces = lambda part: b" " * 1_000_000
    same = lambda part: b"%s%s" % (b"," * (part > 0), b",".join([record] * 13_000))
    files = {
        "50 MB of one file": single("long", b'{"Records":[', noise, 92, b"]}"),
        "1 GB of spaces in 1 MB": single("spaces", b'{"Records":[', spaces, 1_000, b"]}"),
        "1 GB of records in 3 MB": single("same", b'{"Records":[', same, 1_000, b"]}"),
    }
    print(f"\nlarge files\n  {'':24}{'MB':>8}{'CPU s':>9}{'peak MiB':>10}{'events':>10}{'problems':>10}")
    for name, folder in files.items():
        size = (folder / "log.json.gz").stat().st_size / 1e6
        cpu, _, peak, printed = run([BINARIES / "scan", folder, 2])
        print(f"  {name:24}{size:8.1f}{cpu:9.2f}{peak:10.1f}{printed['events']:10}{printed['problems']:10}")


def main():
    sizes = [int(argument) for argument in sys.argv[1:]] or [10, 30, 100, 300, 1000]
    WORK.mkdir(parents=True, exist_ok=True)
    prepare()
    growth = []
    for megabytes in sizes:
        best = measure(archive(megabytes), megabytes)
        growth.append((megabytes, best["reader"][0]))
    print("\ngrowth of the reader: " + ", ".join(f"{1e3 * cpu / size:.2f} ms/MB at {size} MB" for size, cpu in growth))
    large_files()


main()
