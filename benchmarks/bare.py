"""*bare*: from a clone to green, and once more: ``make test``, the first time and the second, split into parts.

The clone has no environment, and the lab an empty cache folder. Images that the lab has made on the hosting engine
would be found all the same, so there must be none: ``make clean-lab`` removes them. Distribution packages that are
there are not installed again, so where Docker is installed the first run is shorter than on a new machine.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.result import ROOT, Goal, Result, Row
from benchmarks.site import last_commit
from benchmarks.taken import taken

_PART = re.compile(r"^lab: (?P<what>.+): (?P<seconds>[\d.]+) s$", re.MULTILINE)
_RECIPE = re.compile(r"(?<=[a-z]):[0-9a-f]{12}$")
_PYTEST = re.compile(r"^=* ?\d+ passed.* in (?P<seconds>[\d.]+)s", re.MULTILINE)
_LABEL = "docker-workshop"


def refuse_images() -> None:
    """There must be nothing of the lab's on the engine.

    Raises:
        SystemExit: with what to do.
    """
    command = ["docker", "image", "ls", "--quiet", f"{_LABEL}/*"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    except OSError:  # no docker, no images
        return
    if found:
        raise SystemExit(f"{len(found)} images of the lab are on the engine; run make clean-lab first.")


def run_tests(clone: Path, cache: Path) -> dict[str, float]:
    """The parts of one ``make test``, in seconds, and all of it."""
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "MAKEFLAGS")}
    environment["XDG_CACHE_HOME"] = str(cache)
    began = time.perf_counter()
    subprocess.run(
        ["make", ".venv/requirements.stamp"], cwd=clone, env=environment, check=True, capture_output=True
    )
    parts = {"environment": time.perf_counter() - began}
    done = subprocess.run(
        ["make", "test"], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )
    whole = time.perf_counter() - began
    said = done.stdout + done.stderr
    if done.returncode:
        raise RuntimeError(f"make test failed:\n{said[-4000:]}")
    for part in _PART.finditer(said):
        what = _RECIPE.sub("", part["what"])
        parts[what] = parts.get(what, 0) + float(part["seconds"])
    if found := _PYTEST.search(said):
        parts["pytest"] = float(found["seconds"])
    return {"all": whole, **parts}


def run(_rounds: int | None = None, _scale: float = 1) -> Result:
    """One round: the first time comes once."""
    refuse_images()
    with tempfile.TemporaryDirectory() as temporary:
        clone = Path(temporary, "clone")
        subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
        first, second = (run_tests(clone, Path(temporary, "cache")) for _ in range(2))
        cleaned = {**os.environ, "XDG_CACHE_HOME": f"{temporary}/cache"}
        subprocess.run(["make", "clean-lab"], cwd=clone, env=cleaned, check=True)
    rows = [
        Row(part, name, (round(run.get(part, 0), 1),))
        for part in dict.fromkeys([*first, *second])
        for name, run in (("the first time", first), ("the second time", second))
    ]
    goals = (Goal("the second make test, against the first", second["all"] / first["all"], 0.35, "×", True),)
    return Result("bare", tuple(rows), goals, taken("one", ["pytest"], commit=last_commit()))
