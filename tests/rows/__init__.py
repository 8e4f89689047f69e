"""The rows that the workshop must show, and what shows them; see README.rst."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from played import format

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
HERE = Path(__file__).parent

VERDICTS = {"correct": 143, "wrong": 52, "outdated": 14, "open": 3}
BLOCKS = 76
HIGHLIGHTS = 47


@dataclass(frozen=True, slots=True)
class Row:
    """One block or claim; the fields are those of README.rst."""

    id: str
    verdict: str
    block: bool = False
    highlights: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    proof: str = ""
    status: int | None = None
    anchor: str = ""
    misconception: str = ""
    unshowable: str = ""

    @property
    def needs_proof(self) -> bool:
        return self.verdict in ("wrong", "outdated")


@dataclass(frozen=True, slots=True)
class Cover:
    """A step that says it demonstrates rows."""

    folder: str
    step: format.Step
    path: Path

    @property
    def compared(self) -> list[str]:
        """The output lines that a play holds against live ones."""
        if self.step.not_played is not None:
            return []
        return [line.text for turn in self.step.turns for line in turn.output if not line.elided]


@dataclass(slots=True)
class Rows:
    """All rows, with the steps that cover each."""

    rows: dict[str, Row]
    covers: dict[str, list[Cover]] = field(default_factory=dict)

    def problems(self, row: Row) -> Iterator[str]:
        """What is missing for one row, a sentence each."""
        covers = self.covers.get(row.id, [])
        played = [cover for cover in covers if cover.step.not_played is None]
        if not played and not row.unshowable and (row.block or row.needs_proof):
            yield f"{row.id}: no played step covers it"
        if row.needs_proof and not row.unshowable:
            if not row.proof and row.status is None:
                yield f"{row.id}: has neither 'proof' nor 'status' nor 'unshowable'"
            if row.proof and not any(row.proof in line for cover in played for line in cover.compared):
                yield f"{row.id}: no covering step compares a line with {row.proof!r}"
            if row.status is not None and not any(
                turn.status == row.status for cover in played for turn in cover.step.turns
            ):
                yield f"{row.id}: no covering step expects exit status {row.status}"
        if (row.needs_proof or row.verdict == "open") and not row.anchor:
            yield f"{row.id}: has no 'anchor'"
        if row.needs_proof and not row.misconception:
            yield f"{row.id}: has no 'misconception'"
        if len(row.shown) != len(row.highlights):
            yield f"{row.id}: {len(row.highlights)} highlights, {len(row.shown)} of them shown"


def load() -> Rows:
    """Read the rows and find the steps that cover them."""
    rows = Rows({})
    for path in sorted(HERE.glob("section-*.toml")):
        for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            values = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
            rows.rows[name] = Row(name, **values)
    for folder in sorted(path for path in EXAMPLES.iterdir() if path.is_dir()):
        for transcript in format.load_folder(folder):
            for step in transcript.steps:
                for name in step.covers:
                    rows.covers.setdefault(name, []).append(Cover(folder.name, step, transcript.path))
    return rows


def counts(rows: Rows) -> Iterator[str]:
    """The lines that `make rows` and the end of a test run print."""
    blocks = [row for row in rows.rows.values() if row.block]
    covered = [row for row in blocks if row.id in rows.covers]
    wrong = [row for row in rows.rows.values() if row.needs_proof]
    unshowable = [row for row in rows.rows.values() if row.unshowable]
    yield f"blocks covered by a played step: {len(covered)}/{len(blocks)}"
    proven = sum(not row.unshowable and not list(rows.problems(row)) for row in wrong)
    yield (
        f"wrong and outdated rows: {proven}/{len(wrong)} proven by compared output, "
        f"{sum(bool(row.unshowable) for row in wrong)} that no command can show"
    )
    right = [row for row in rows.rows.values() if row.verdict == "correct"]
    yield f"right rows: {sum(row.id in rows.covers for row in right)}/{len(right)} shown by a step"
    shown = sum(len(row.shown) for row in rows.rows.values())
    yield f"highlights: {shown}/{sum(len(row.highlights) for row in rows.rows.values())}"
    yield f"rows that no command can show: {', '.join(row.id for row in unshowable) or 'none'}"
