"""*chapter*: a chapter played, and the same commands as one bash script, in turns in the same lab.

The chapter is the one whose commands take the least, of those without waits, keys and ids: what is left is the
cost of typing and comparing. Both start on an empty engine, and pull the same images from the same hub. The
play is without pytest; what pytest adds to a step is in :mod:`benchmarks.workshop`, whose chapters it plays.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.result import ROOT, Goal, Result, Row
from benchmarks.taken import taken
from played import format
from played.compare import HEX
from played.ledger import Ledger

ROUNDS = 5
EXAMPLES = ROOT / "examples"


def quickest() -> str:
    """The chapter whose commands take the least, of those that wait for nothing."""
    ledger = Ledger.load(EXAMPLES / "ledger.json")
    found = {}
    for folder in sorted(EXAMPLES.glob("[0-9]*")):
        turns = [turn for one in format.load_folder(folder) for step in one.steps for turn in step.turns]
        if any(turn.retry or turn.interactions or turn.ids or HEX.search(turn.command or "") for turn in turns):
            continue
        entries = ledger.entries.get(f"{folder.name}/steps.console", {}).values()
        found[folder.name] = min(entry.seconds / entry.commands for entry in entries)
    return min(found, key=lambda name: found[name])


def in_lab(chapters: Sequence[str], ways: Sequence[str], rounds: int) -> dict[str, Any]:
    """Rounds in a lab of their own; see :mod:`benchmarks.lab_rounds`."""
    with tempfile.TemporaryDirectory() as temporary:
        plan = Path(temporary, "plan")
        plan.write_text(json.dumps({"chapters": chapters, "ways": ways, "rounds": rounds}))
        pytest = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "benchmarks/lab_rounds.py"]
        subprocess.run(pytest, cwd=ROOT, env={**os.environ, "PLAN": str(plan)}, check=True)
        done: dict[str, Any] = json.loads(plan.with_suffix(".done.json").read_text())
    return done


def on(facts: dict[str, str], wrong: Sequence[str]) -> dict[str, str]:
    """What the figures of a lab are about."""
    return {
        "played on": ", ".join(f"{key} {value}" for key, value in sorted(facts.items())),
        "commands of the scripts that ended otherwise than recorded": "; ".join(wrong) or "none",
    }


def run(rounds: int | None = None, _scale: float = 1) -> Result:
    rounds = rounds or ROUNDS
    chapter = quickest()
    done = in_lab([chapter], ["bash", "play"], rounds)
    turns = done["turns"]

    def row(name: str, way: str, key: str) -> Row:
        return Row(chapter, name, tuple(round(turn[key], 4) for turn in turns if turn["way"] == way))

    rows = [
        row("one bash script", "bash", "seconds"),
        row("played", "play", "seconds"),
        row("in commands", "play", "busy"),
    ]
    played = [turn for turn in turns if turn["way"] == "play"]
    outside = tuple(round((turn["seconds"] - turn["busy"]) / turn["commands"] * 1000, 3) for turn in played)
    rows.append(Row("outside the commands, for each", "played", outside, "ms"))
    goals = (
        Goal("wall time, against the bash script", rows[1].median / rows[0].median, 1.01, "×", True),
        Goal("outside the commands", (rows[1].median - rows[2].median) / rows[1].median * 100, 1, "%"),
    )
    wrong = [f"{turn['chapter']}:{one}" for turn in turns for one in turn.get("wrong", ())]
    how = taken(f"{rounds}, script and play in each", ["pytest", "pyte"], **on(done["facts"], wrong))
    return Result("chapter", tuple(rows), goals, how)
