"""*weight*: what a reader's browser loads for a page: its HTML, the style sheets and the scripts, raw and gzipped.

No clock is needed, so one build tells. A page with ten blocks and nothing else, generated, stands beside the same
page with ``literalinclude``.
"""

from __future__ import annotations

import gzip
import statistics
import sys
import tempfile
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from benchmarks import generated, scale
from benchmarks.result import ROOT, Goal, Result, Row
from benchmarks.rounds import measured
from benchmarks.taken import taken

LIMIT = 50_000  # bytes of a page with all it loads, gzipped


class _Loaded(HTMLParser):
    """The files of the site that a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.css: list[str] = []
        self.js: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "link" and "stylesheet" in (values.get("rel") or "") and values.get("media") != "print":
            self.css.append(values.get("href") or "")
        if tag == "script" and values.get("src"):
            self.js.append(values["src"] or "")


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes of a page, as they are sent with gzip and without."""

    html: int
    css: int
    js: int
    raw: int

    @property
    def all(self) -> int:
        return self.html + self.css + self.js


def weigh(page: Path) -> Weight:
    """Weigh a page of a built site with what it loads from the same site."""
    loaded = _Loaded()
    loaded.feed(page.read_text(encoding="utf-8"))
    css, js = ([_file(page, address) for address in files] for files in (loaded.css, loaded.js))
    every = [page, *css, *js]
    return Weight(_zipped([page]), _zipped(css), _zipped(js), sum(path.stat().st_size for path in every))


def _file(page: Path, address: str) -> Path:
    return page.parent / address.partition("?")[0]


def _zipped(paths: list[Path]) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 6, mtime=0)) for path in paths)


def run(rounds: int | None = None, _scale: float = 1) -> Result:
    """``rounds`` says nothing here."""
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        ten = {}
        for name in (scale.STOCK, scale.OURS):
            site = Path(temporary, name.replace(" ", "-"))
            generated.write(site, 1, name == scale.OURS)
            scale.build(site, 1)
            ten[name] = weigh(site / "out/0000-page.html")
        out = Path(temporary, "out")
        measured(
            [
                sys.executable,
                "-m",
                "sphinx",
                "-q",
                "-c",
                ".",
                "-d",
                f"{temporary}/trees",
                "-j",
                "3",
                "docs",
                str(out),
            ],
            ROOT,
        )
        chapters = {path.stem: weigh(path) for path in sorted((out / "workshop").glob("[0-9]*.html"))}
    for part in ("html", "css", "js", "all"):
        for name, weight in ten.items():
            rows.append(Row(f"a page with ten blocks, {part}, gzipped", name, (getattr(weight, part),), "B"))
    for name, weight in chapters.items():
        rows.append(Row("the chapters, with all they load, gzipped", name, (weight.all,), "B"))
    heaviest = max(weight.all for weight in chapters.values())
    goals = [
        Goal("the heaviest chapter, with all it loads, gzipped", heaviest, LIMIT, "B"),
        Goal(
            "a page with ten blocks, against literalinclude",
            ten[scale.OURS].all / ten[scale.STOCK].all,
            1.1,
            "×",
            True,
        ),
    ]
    median = statistics.median(weight.html for weight in chapters.values())
    how = taken(
        "one: nothing here depends on time",
        ["sphinx", "furo"],
        median=f"{median:,.0f} B of HTML in a chapter, gzipped",
    )
    return Result("weight", tuple(rows), tuple(goals), how)
