"""What the server starts with: `company`, `empty`, `reach`, or `big:N[:region,region]`."""

from __future__ import annotations


def load(name: str) -> None:
    kind, _, rest = name.partition(":")
    if kind == "company" and not rest:
        from seeds import company

        company.seed()
    elif kind == "empty" and not rest:
        from seeds import people

        people.minimal()
    elif kind == "reach" and not rest:
        from seeds import reach

        reach.seed()
    elif kind == "big" and rest:
        from seeds import big

        count, _, regions = rest.partition(":")
        big.seed(int(count), regions.split(",") if regions else None)
    else:
        raise SystemExit(f"unknown seed {name!r}: company, empty, reach, big:N or big:N:region,region")
