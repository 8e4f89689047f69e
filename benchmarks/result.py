"""What a benchmark has found: numbers by row, and the goals that they are held against."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "benchmarks/results.json"
"""The results that the documentation shows, by name."""


@dataclass(frozen=True, slots=True)
class Row:
    """The values of one contender, one for each round. Those of a group are compared with the group's first."""

    group: str
    name: str
    values: tuple[float, ...]
    unit: str = "s"

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def spread(self) -> str:
        """The smallest and the largest value."""
        return f"{number(min(self.values))}–{number(max(self.values))}" if len(self.values) > 1 else "one round"


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure that is to stay at or below a limit.

    Attributes:
        relative: whether it is a ratio that means about the same on another machine, and so is checked there.
        why: what is known about a goal that is missed.
    """

    what: str
    value: float
    limit: float
    unit: str = ""
    relative: bool = False
    why: str = ""

    @property
    def met(self) -> bool:
        return self.value <= self.limit


@dataclass(frozen=True, slots=True)
class Result:
    """A benchmark, done.

    Attributes:
        taken: day, machine, versions and load, by their names.
    """

    name: str
    rows: tuple[Row, ...]
    goals: tuple[Goal, ...]
    taken: Mapping[str, str] = field(default_factory=dict)

    def row(self, group: str, name: str) -> Row:
        return next(row for row in self.rows if (row.group, row.name) == (group, name))

    def table(self) -> Iterator[tuple[Row, str]]:
        """Each row, and how many times the first of its group it is."""
        for _, group in groupby(self.rows, lambda row: row.group):
            first = None
            for row in group:
                first = first or row
                same = first.unit == row.unit and first is not row and first.median
                yield row, f"{row.median / first.median:.2f} ×" if same else ""

    def text(self) -> str:
        """The result for a terminal."""
        lines = [f"{key}: {value}" for key, value in self.taken.items()]
        for row, ratio in self.table():
            measured = f"{number(row.median):>9} {row.unit:3}  {row.spread:>19}  {ratio:>9}"
            lines.append(f"{row.group:34} {row.name:44} {measured}")
        for goal in self.goals:
            verdict = "met" if goal.met else "MISSED"
            found = f"{number(goal.value)} {goal.unit}".strip()
            lines.append(f"{verdict:6}  {goal.what}: {found}, goal {number(goal.limit)}")
        return "\n".join(lines)

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Result:
        rows = tuple(Row(**{**row, "values": tuple(row["values"])}) for row in table["rows"])
        return cls(table["name"], rows, tuple(Goal(**goal) for goal in table["goals"]), table["taken"])


def number(value: float) -> str:
    """Three digits that count, more before the point."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def kept() -> dict[str, Result]:
    """The results that are shown."""
    tables = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    return {name: Result.of(table) for name, table in tables.items()}


def keep(results: Iterable[Result]) -> None:
    """Show these from now on, in the place of earlier ones."""
    new = {**kept(), **{result.name: result for result in results}}
    tables = {name: asdict(result) for name, result in sorted(new.items())}
    KEPT.write_text(json.dumps(tables, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
