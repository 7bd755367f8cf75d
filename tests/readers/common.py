"""What the checks share."""

import sys
from pathlib import Path
from typing import NoReturn

# With these a check ends that has nothing to say of the report.
NOT_CHECKED = 3
ABSENT = 4

HERE = Path(__file__).parent.absolute()
# Schemas of third parties are not in the repository; they may lie beside the checkout.
BESIDE = HERE.parent.parent.parent / "shared" / "schemas"


def folder() -> Path:
    """The folder that was named."""
    return Path(sys.argv[1])


def files(ending: str) -> list[Path]:
    """The reports of a format in the folder; without one the check ends."""
    found = sorted(path for path in folder().glob("sample.*") if path.name.endswith(ending))
    if not found:
        sys.exit(ABSENT)
    return found


def not_checked(why: str) -> NoReturn:
    """Ends the check where this machine lacks the reader."""
    print(why)
    sys.exit(NOT_CHECKED)


def beside(name: str) -> Path | None:
    """A schema beside the checkout, if it is there."""
    path = BESIDE / name
    return path if path.is_file() else None


def require(holds: object, what: str) -> None:
    """Ends the check unless something holds."""
    if not holds:
        sys.exit(what)


def is_harmless(text: str) -> bool:
    """Whether a text holds nothing that steers a terminal or reorders what it shows."""
    return not any(
        (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) <= 0x9F
        or 0x200B <= ord(c) <= 0x200F or 0x2028 <= ord(c) <= 0x202E or 0x2060 <= ord(c) <= 0x206F
        or c in "\u00ad\u061c\u180e\ufeff\ufffe\uffff" or 0xE0000 <= ord(c) <= 0xE007F
        for c in text
    )
