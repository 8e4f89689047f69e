"""*workshop*: every chapter verified by 1, 2 and 3 workers, against the bash scripts of all, one after the other.

Both sides start their labs, empty the engine between two chapters and take everything down. The scripts verify
nothing but exit statuses. A chapter for this machine instead of the lab is left out on both sides.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time

from benchmarks.chapter import EXAMPLES, in_lab, on
from benchmarks.result import ROOT, Goal, Result, Row
from benchmarks.taken import taken

ROUNDS = 3
JOBS = (1, 2, 3)
ELSEWHERE = "your-own-workshop"
_OUTSIDE = re.compile(r"outside the commands: .*\((?P<part>[\d.]+)%\), (?P<each>[\d.]+) ms per command")


def chapters() -> list[str]:
    """The folders with transcripts that are played in the lab."""
    return sorted({path.parent.name for path in EXAMPLES.glob("*/*.console")} - {ELSEWHERE})


def scripts() -> tuple[float, float, dict[str, str]]:
    """Seconds of all, those of the scripts alone, and on what."""
    began = time.perf_counter()
    done = in_lab(chapters(), ["bash"], 1)
    seconds = time.perf_counter() - began
    wrong = [f"{turn['chapter']}:{one}" for turn in done["turns"] for one in turn["wrong"]]
    return seconds, sum(turn["seconds"] for turn in done["turns"]), on(done["facts"], wrong)


def played(jobs: int) -> tuple[float, re.Match[str] | None]:
    """Seconds of all, and what the run says of the time outside the commands."""
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "examples"]
    workers = ["-n", str(jobs), "--dist", "loadscope", "--no-loadscope-reorder"]
    began = time.perf_counter()
    done = subprocess.run(
        [*pytest, *workers, "--ignore", f"examples/{ELSEWHERE}", "-o", "played_ledger=", "-o", "played_log="],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"a play with {jobs} workers failed:\n{done.stdout[-4000:]}{done.stderr[-1000:]}")
    return seconds, _OUTSIDE.search(done.stdout)


def run(rounds: int | None = None, _scale: float = 1) -> Result:
    rounds = rounds or ROUNDS
    whole: list[float] = []
    alone: list[float] = []
    by_jobs: dict[int, list[float]] = {jobs: [] for jobs in JOBS}
    outside: list[re.Match[str]] = []
    about: dict[str, str] = {}
    for done in range(rounds):
        print(f"workshop: round {done + 1} of {rounds}", file=sys.stderr)
        seconds, only, about = scripts()
        whole.append(round(seconds, 2))
        alone.append(round(only, 2))
        for jobs in JOBS:
            seconds, said = played(jobs)
            by_jobs[jobs].append(round(seconds, 2))
            outside += [said] if said and jobs == 1 else []
    rows = [Row("all chapters", "bash scripts, one after the other", tuple(whole))]
    rows += [Row("all chapters", f"verified, JOBS={jobs}", tuple(values)) for jobs, values in by_jobs.items()]
    rows.append(Row("bash scripts", "without start, emptying and end of the lab", tuple(alone)))
    rows.append(
        Row("JOBS=1, outside the commands", "for each", tuple(float(one["each"]) for one in outside), "ms")
    )
    rows.append(Row("JOBS=1, outside the commands", "part", tuple(float(one["part"]) for one in outside), "%"))
    goals = [
        Goal(f"verified, JOBS={jobs}, against the bash scripts", rows[jobs].median / rows[0].median, 0.5, "×")
        for jobs in JOBS
        if jobs == 2
    ]
    goals.append(Goal("outside the commands, with pytest, JOBS=1", rows[-1].median, 1, "%"))
    how = taken(f"{rounds}, the scripts and each number of workers in each", ["pytest", "pytest-xdist"], **about)
    return Result("workshop", tuple(rows), tuple(goals), how)
