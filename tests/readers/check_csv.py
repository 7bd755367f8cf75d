"""The table by Python's csv, and by LibreOffice where it is installed: the same cells, and no formula."""

import csv
import shutil
import subprocess
import tempfile
from pathlib import Path

from common import files, is_harmless, require

FORMULA = tuple("=+-@\t\r＝＋－＠")
# Comma, quotes, UTF-8, from the first row on.
WRITE = "csv:Text - txt - csv (StarCalc):44,34,76,1"
# The same, with formulas worked out where there are any: the last of the options.
READ = "CSV:44,34,76,1,,0,false,true,false,false,false,0,true"


def read(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file, strict=True))


def by_libreoffice(path: Path) -> list[list[str]] | None:
    """The table as LibreOffice has it after opening it, with formulas worked out."""
    program = shutil.which("soffice") or shutil.which("libreoffice") or shutil.which("localc")
    if not program:
        return None
    with tempfile.TemporaryDirectory() as folder:
        home = f"-env:UserInstallation=file://{folder}/profile"
        command = [program, home, "--headless", f"--infilter={READ}", "--convert-to", WRITE, "--outdir", folder, path]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return read(Path(folder) / path.name)


def main() -> None:
    count, opened = 0, False
    for path in files(".csv"):
        text = path.read_text("utf-8")
        require(is_harmless(text.replace("\r\n", "\n")), f"{path}: unsafe characters")
        rows = read(path)
        head = rows[0]
        require(len(head) == len(set(head)), f"{path}: a column twice")
        for number, row in enumerate(rows, 1):
            require(len(row) == len(head), f"{path}: row {number} has {len(row)} cells")
            formulas = [cell for cell in row if cell.startswith(FORMULA)]
            require(not formulas, f"{path}: row {number}: {formulas}")
            require(all(len(cell) <= 32_767 for cell in row), f"{path}: row {number}: a cell is too long")
        other = by_libreoffice(path)
        if other is not None:
            opened = True
            require(len(other) == len(rows), f"{path}: LibreOffice has {len(other)} rows of {len(rows)}")
            texts = [head.index(name) for name in ("rule", "name", "arn", "message")]
            for ours, theirs in zip(rows, other):
                for at in texts:
                    # A leading apostrophe marks a cell as text, and is no part of it.
                    require(ours[at].lstrip("'") == theirs[at].lstrip("'"), f"{path}: {ours[at]!r}: {theirs[at]!r}")
        count += len(rows) - 1
    print(f"{count} rows, {'LibreOffice has the same' if opened else 'not checked by LibreOffice, which is not installed'}")


main()
