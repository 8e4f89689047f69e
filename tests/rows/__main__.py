"""Prints every row with its verdict, the steps that cover it and what is missing: make rows."""

from __future__ import annotations

from tests.rows import counts, load


def main() -> None:
    rows = load()
    for row in rows.rows.values():
        steps = ", ".join(f"{cover.folder}/{cover.step.name}" for cover in rows.covers.get(row.id, []))
        print(f"{row.id:7} {'block ' if row.block else '      '}{row.verdict:9} {steps or row.unshowable or '-'}")
        for problem in rows.problems(row):
            print(f"        ! {problem}")
    for line in counts(rows):
        print(line)


if __name__ == "__main__":
    main()
