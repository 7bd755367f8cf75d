"""Reads reports with readers that are not ours, and prints one line for each.

    python tests/readers/run.py FOLDER...

Every `check_*.py` beside this file is run with each folder, in which reports are called `sample.…`. It says what it read in
one sentence and ends with 0, with 3 if this machine lacks the reader, with 4 if the folder has no report of its format, and
with anything else if something is wrong. A check that no folder has a report for is wrong as well: it would never fail.
"""

import subprocess
import sys
from pathlib import Path

from common import ABSENT, NOT_CHECKED

WORDS = {0: "ok", NOT_CHECKED: "not checked"}


def run(check: Path, folder: Path) -> int:
    """The exit code of a check, which is printed with what it said."""
    done = subprocess.run([sys.executable, check, folder], capture_output=True, text=True, check=False)
    name = check.stem.removeprefix("check_")
    if done.returncode != ABSENT:
        said = (done.stdout + done.stderr).strip()
        print(f"{WORDS.get(done.returncode, 'FAILED')} {folder.name}: {name}: {said}", flush=True)
    return done.returncode


def main() -> int:
    folders = [Path(argument) for argument in sys.argv[1:]]
    failed = 0
    for check in sorted(Path(__file__).parent.glob("check_*.py")):
        codes = [run(check, folder) for folder in folders]
        failed += sum(code not in (*WORDS, ABSENT) for code in codes)
        if all(code == ABSENT for code in codes):
            print(f"FAILED {check.stem.removeprefix('check_')}: no folder has a report of this format")
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
