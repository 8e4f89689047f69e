"""*scale*: generated sites of 10, 100 and 1,000 pages, 10 blocks each, with transcripts and ``literalinclude``.

furo renders its navigation anew for every page (furo#939), so the time for it grows with the square of the pages.
Sites are built with it and without it, that of 1,000 pages without it only: with it, four builds take an hour.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks import generated
from benchmarks.result import Goal, Result, Row
from benchmarks.rounds import Took, interleaved, measured
from benchmarks.taken import taken

SIZES = {10: 5, 100: 5, 1000: 1}  # pages, rounds
WITH_NAVIGATION = 100  # pages at most
PACKAGES = ["sphinx", "docutils", "furo"]
STOCK, OURS = "literalinclude", "transcript and example"


def build(site: Path, jobs: int) -> Took:
    """Build everything anew."""
    for folder in ("out", "doctrees"):
        shutil.rmtree(site / folder, ignore_errors=True)
    sphinx = [sys.executable, "-m", "sphinx", "-q", "-c", ".", "-d", "doctrees", "-j", str(jobs), "docs", "out"]
    return measured(sphinx, site)


def fastest(site: Path) -> int:
    """The number of jobs to build with. Sphinx reads with all of them, and writes with one less."""
    return min((2, 3, 4), key=lambda jobs: build(site, jobs).seconds)


def run(rounds: int | None = None, scale: float = 1) -> Result:
    rows: list[Row] = []
    sizes = {max(2, int(pages * scale)): rounds or usual for pages, usual in SIZES.items()}
    *_, small, large = sizes
    jobs = 0
    with tempfile.TemporaryDirectory() as temporary:
        for pages, times in sizes.items():
            for navigation in (True, False) if pages <= WITH_NAVIGATION else (False,):
                sites = {}
                for name in (STOCK, OURS):
                    sites[name] = Path(temporary, f"{pages}-{navigation}", name.replace(" ", "-"))
                    generated.write(sites[name], pages, name == OURS, navigation)
                jobs = jobs or fastest(sites[STOCK])
                for number in (1, jobs):
                    group = f"{pages:,} pages, -j {number}{'' if navigation else ', no navigation'}"
                    turns = {
                        name: lambda site=site, number=number: build(site, number) for name, site in sites.items()
                    }
                    rows += interleaved(group, turns, times, ("processor", "memory"))
                shutil.rmtree(Path(temporary, f"{pages}-{navigation}"))
    result = Result("scale", tuple(rows), ())

    def ratio(group: str) -> float:
        return result.row(group, OURS).median / result.row(group, STOCK).median

    def each(pages: int) -> float:
        """A page with transcripts. What it costs more than another is less than what rounds differ by."""
        return result.row(f"{pages:,} pages, -j 1, no navigation, processor", OURS).median / pages

    goals = [
        Goal(f"with transcripts, against literalinclude: {group}", ratio(group), 1.1, "×", "processor" in group)
        for group in dict.fromkeys(row.group for row in rows)
    ]
    linear = f"a page with transcripts, processor: of {large:,} pages, against of {small:,}"
    goals.append(Goal(linear, each(large) / each(small), 1.25, "×"))
    how = taken(", ".join(f"{times} of {pages:,} pages" for pages, times in sizes.items()), PACKAGES)
    return Result("scale", result.rows, tuple(goals), how)
