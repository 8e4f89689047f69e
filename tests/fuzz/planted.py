"""The proof that fuzzing reaches the code: a bug is planted deep in the parser, and has to be found.

Only a command that is repeated, has a time limit of its own, names an id and is expected to fail meets it.
With the coverage of the parser to go by, the fuzzing gets there one condition after the other. Blind, with as many inputs,
it does not. ``python -m tests.fuzz.planted`` does both, with an empty corpus.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from played import format
from played.format import Turn
from tests.fuzz import seeds

INPUTS = 200_000


class PlantedError(Exception):
    """The planted bug."""


def plant() -> None:
    """Put the bug into the parser of this process."""
    import atheris

    finished = format._Parser.finished

    def broken(parser: format._Parser, turn: Turn, draft: format._Draft) -> Turn:
        turn = finished(parser, turn, draft)
        if turn.retry:  # noqa: SIM102  each condition is a branch of its own, which the coverage shows
            if turn.limit is not None:  # noqa: SIM102
                if turn.ids:  # noqa: SIM102
                    if turn.status:
                        raise PlantedError
        return turn

    guided = broken if os.environ.get("BLIND") else atheris.instrument_func(broken)
    format._Parser.finished = guided  # type: ignore[method-assign]


def search(seed: int, blind: bool) -> int | None:
    """The number of inputs until the bug was found, ``None`` where it was not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "words").write_text(seeds.dictionary())
        flags = [
            f"-runs={INPUTS}",
            f"-seed={seed}",
            "-max_len=200",
            f"-dict={folder / 'words'}",
            "-print_final_stats=1",
        ]
        (folder / "corpus").mkdir()
        (folder / "corpus/first").write_text("#: step a\n$ a\nb\n")
        command = [
            sys.executable,
            "-m",
            "tests.fuzz.run",
            "format",
            *flags,
            f"-artifact_prefix={folder}/",
            folder / "corpus",
        ]
        environment = {**os.environ, "PLANTED": "1", "BLIND": "1" if blind else ""}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace")
        played = re.search(r"^stat::number_of_executed_units: (\d+)", done.stderr, re.MULTILINE)
        if done.returncode == 0:
            return None
        assert "PlantedError" in done.stderr, done.stderr
        return int(played[1]) if played else 0


if __name__ == "__main__":
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    guided, blind = search(seed, False), search(seed, True)
    print(
        f"seed {seed}, {INPUTS} inputs each: guided by coverage found after {guided}, blind {blind or 'not found'}"
    )
    sys.exit(guided is None)
