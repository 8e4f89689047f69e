"""What became of the mutants, kept from one run to the next so that a campaign can be resumed."""

from __future__ import annotations

import json
import os
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.commands import ROOT

FOLDER = ROOT / "_build" / "mutants"
EQUIVALENT = Path(__file__).parent / "equivalent.toml"


def equivalent() -> dict[str, str]:
    """The mutants that change nothing a play could notice, with the reason for each."""
    table: dict[str, str] = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))
    return table


def kept(key: str) -> dict[str, str] | None:
    """The outcome of an earlier run on the same content, or ``None``."""
    path = FOLDER / f"{key}.json"
    if not path.exists():
        return None
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def keep(key: str, **outcome: str) -> None:
    """Write one outcome down; a file each, so that processes side by side do not meet."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    beside = FOLDER / f"{key}.{os.getpid()}"
    beside.write_text(json.dumps(outcome), encoding="utf-8")
    beside.replace(FOLDER / f"{key}.json")


def table(outcomes: list[dict[str, str]]) -> Iterator[str]:
    """Caught, survived and equivalent, for each kind and for all."""
    columns = ("caught", "survived", "equivalent")
    yield f"{'kind':26}" + "".join(f"{column:>12}" for column in columns)
    counted = Counter((one["kind"], one["outcome"]) for one in outcomes)
    for kind in sorted({one["kind"] for one in outcomes}):
        yield f"{kind:26}" + "".join(f"{counted[kind, column]:12}" for column in columns)
    totals = Counter(one["outcome"] for one in outcomes)
    yield f"{'all':26}" + "".join(f"{totals[column]:12}" for column in columns)
    judged = totals["caught"] + totals["survived"]
    if judged:
        yield f"caught of those that are no equivalents: {totals['caught']}/{judged} ({totals['caught'] / judged:.1%})"
    for one in outcomes:
        if one["outcome"] == "survived":
            yield f"survived: {one['name']}"
