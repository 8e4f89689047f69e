"""The proof that the fuzzing reaches the code: bugs are planted, one at a time, and each has to be found.

Each is a mistake that somebody could make, or has made, in one line. A copy of ``ext/`` gets it, so that atheris sees the
broken module as it sees the others. The seeds of the target, played alone, must not find it; otherwise it proves
nothing. Then a campaign starts from the seeds, with three different random seeds; each may take :data:`INPUTS`.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz import seeds
from tests.fuzz.__main__ import KEPT, ROOT, flags
from tests.fuzz.figures import Figures

INPUTS = 100_000
SEEDS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Bug:
    """A mistake in one line of a module that a target plays."""

    what: str
    target: str
    module: str
    right: str
    wrong: str


BUGS = (
    Bug(
        "what stands before a command is kept for a later one when a key comes first",
        "format",
        "played/format.py",
        "            draft.limit = None\n            self.refuse_pending(draft)\n",
        "            draft.limit = None\n",
    ),
    Bug(
        "an exit status may have no digits",
        "format",
        "played/format.py",
        "and (found := _STATUS.fullmatch(last.text)):",
        "and (found := re.fullmatch(r'\\[([0-9]{0,3})\\]', last.text)):",
    ),
    Bug(
        "after a mismatch a block between two elisions is looked for from its first line on",
        "compare",
        "played/compare.py",
        "lines[index] != block[length]):\n            length = back[length - 1]\n",
        "lines[index] != block[length]):\n            length = 0\n",
    ),
    Bug(
        "two ids of one output may stand for the same live one",
        "compare",
        "played/compare.py",
        "        if len({other[:SHORT] for _, other in new.values()}) != len(new):\n            return False\n",
        "",
    ),
    Bug(
        "a line is kept as recorded though its id stands for another one",
        "record",
        "played/record.py",
        "new.append(recorded[start + at] if start + at in kept else current[other + at])",
        "new.append(recorded[start + at])",
    ),
    Bug(
        "a mark ends where the last phrase in it ends",
        "phrases",
        "rfg/phrases.py",
        "(merged[-1][0], max(end, merged[-1][1]))",
        "(merged[-1][0], end)",
    ),
    Bug(
        "lines are counted from a top margin that is not there",
        "screen",
        "played/emulator.py",
        "        if self.margins is None:\n            self.cursor.y",
        "        if self.margins is None and pyte.modes.DECOM not in self.mode:\n            self.cursor.y",
    ),
    Bug(
        "a caption is given to the first block where there is none",
        "markup",
        "played/directive_transcript.py",
        '        if first is None:\n            if "caption" in self.options or',
        '        if first is None and not self.options:\n            if "caption" in self.options or',
    ),
)


def plant(bug: Bug, folder: Path) -> Path:
    """A copy of ``ext/`` with the bug."""
    copy = folder / "ext"
    shutil.copytree(ROOT / "ext", copy)
    module = copy / bug.module
    text = module.read_text(encoding="utf-8")
    assert text.count(bug.right) == 1, (
        f"{bug.module} has changed: {bug.right!r} is in it {text.count(bug.right)} times"
    )
    module.write_text(text.replace(bug.right, bug.wrong), encoding="utf-8")
    return copy


def by_seeds(bug: Bug) -> bool:
    """Whether the seeds alone find the bug."""
    with tempfile.TemporaryDirectory() as name:
        copy = plant(bug, Path(name))
        seeds.write(bug.target, Path(name) / "seeds")
        command = [sys.executable, "-m", "tests.fuzz.replay", bug.target, Path(name) / "seeds"]
        return subprocess.run(command, env=_environment(copy), capture_output=True, cwd=ROOT).returncode != 0


def search(bug: Bug, seed: int) -> int | None:
    """The number of inputs until the bug was found, those of the seeds included; ``None`` where it was not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy = plant(bug, folder)
        seeds.write(bug.target, folder / "seeds")
        (folder / "corpus").mkdir()
        command = [sys.executable, "-m", "tests.fuzz.run", bug.target, *flags(bug.target, INPUTS, seed, folder)]
        done = subprocess.run(
            [*command, folder / "corpus", folder / "seeds"],
            env=_environment(copy),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        if done.returncode == 0:
            return None
        assert "Uncaught Python exception" in done.stdout, done.stdout
        played = re.search(r"stat::number_of_executed_units: (\d+)", done.stdout)
        assert played, done.stdout
        return int(played[1])


def _environment(copy: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(copy), str(ROOT)])}


def main() -> int:
    KEPT.mkdir(parents=True, exist_ok=True)
    good = True
    figures = Figures("planted")
    with (KEPT / "planted.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["Planted bug", "Target", "By the seeds alone", "Found after inputs"])
        for bug in BUGS:
            alone = figures.get(f"seeds: {bug.what}", lambda: int(by_seeds(bug)))  # noqa: B023
            found = [figures.get(f"{seed}: {bug.what}", lambda: search(bug, seed)) for seed in SEEDS]  # noqa: B023
            good = good and not alone and all(found)
            numbers = ", ".join(f"{one:,}" if one else f"not in {INPUTS:,}" for one in found)
            table.writerow([bug.what, bug.target, "found" if alone else "not found", numbers])
            print(f"{bug.target}: {bug.what}: {numbers}{', and by the seeds alone' if alone else ''}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
