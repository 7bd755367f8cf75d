"""Reads reports with readers that are not ours, and prints one line for each.

    python tests/readers/run.py FOLDER...

Every `check_*.py` beside this file is run with each folder. It exits with 0 and a sentence on standard output if it could
read what the folder holds of its format, and with 1 and what is wrong if not.
"""

import subprocess
import sys
from pathlib import Path


def main() -> int:
    failed = 0
    for folder in map(Path, sys.argv[1:]):
        for check in sorted(Path(__file__).parent.glob("check_*.py")):
            run = subprocess.run(
                [sys.executable, check, folder], capture_output=True, text=True, check=False
            )
            name = check.stem.removeprefix("check_")
            said = (run.stdout + run.stderr).strip()
            print(f"{'ok' if run.returncode == 0 else 'FAILED'} {folder}: {name}: {said}")
            failed += run.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
