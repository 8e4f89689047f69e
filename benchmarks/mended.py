"""*mended*: the extensions as they were before profiles were taken of them, and as they are, in turns."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import echo, generated, scale
from benchmarks.result import ROOT, Result, Row
from benchmarks.rounds import Took, interleaved, measured
from benchmarks.taken import taken

ROUNDS = 5
BEFORE = "7161d77"
"""The last commit before."""

_START = "from played.remote import Remote; remote = Remote(); remote.turn('1', ':', [], 5); remote.close()"


def run(rounds: int | None = None, scale_by: float = 1) -> Result:
    """Starting a driver, 200 commands through pytest, and a site of 100 pages and that of this project, cold."""
    rounds = rounds or ROUNDS
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as temporary:
        old = Path(temporary, "old")
        subprocess.run(["git", "clone", "-q", "--shared", ROOT, old], check=True)
        subprocess.run(["git", "checkout", "-q", BEFORE], cwd=old, check=True)
        trees = {"before": old, "after": ROOT}
        echo.write(Path(temporary, "echo"), int(200 * scale_by))
        sites = {}
        for name, tree in trees.items():
            sites[name] = Path(temporary, name)
            generated.write(sites[name], int(100 * scale_by), ours=True, navigation=False, ext=tree / "ext")

        def python(tree: Path, *arguments: str | Path, folder: Path = ROOT) -> Took:
            lean = {"PYTHONPATH": str(tree / "ext"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
            return measured([sys.executable, *arguments], folder, **lean)

        pytest = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
        played = Path(temporary, "echo/played")
        out = Path(temporary, "out")
        build: list[str | Path] = ["-m", "sphinx", "-q", "-E", "-d", out / "trees", "-c", ".", "docs", out]
        for group, turn in {
            "a process that starts a driver": lambda name: python(trees[name], "-c", _START),
            f"{int(200 * scale_by)} echo through pytest": lambda name: python(trees[name], *pytest, folder=played),
            f"a site of {int(100 * scale_by)} pages": lambda name: scale.build(sites[name], 1),
            "this site": lambda name: python(trees[name], *build, folder=trees[name]),
        }.items():
            turns = {name: lambda name=name, turn=turn: turn(name) for name in trees}
            rows += interleaved(group, turns, rounds, ["processor"])
    return Result("mended", tuple(rows), (), taken(f"{rounds}", scale.PACKAGES, before=BEFORE))
