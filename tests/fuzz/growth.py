"""How time grows with the size of hostile input: ``make growth``.

Each shape is made in sizes of 0.1, 1 and 10 MB, and measured in seconds of processor time, each in a process of its own.
From the two larger ones comes the exponent of growth: 1 is linear, 2 quadratic. A measurement that would take longer than
:data:`LIMIT` is said to.
"""

from __future__ import annotations

import contextlib
import csv
import itertools
import math
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sphinx.highlighting import PygmentsBridge

from played import compare, fold, format, lexer, record, screen, show
from rfg import phrases
from rfg.bridge import MarkingBridge
from rfg.nodes import marked, rfg_block
from rfg.writers import underlined
from tests.fuzz.__main__ import KEPT, ROOT
from tests.fuzz.figures import Figures

SIZES = (100_000, 1_000_000, 10_000_000)
LIMIT = 600
HEAD = "#: step a\n$ ls\nx\n"
HERE = Path("chapter.console")


def _ids(size: int) -> str:
    return "".join(f"{number:012x}\n" for number in range(size // 13))


SHAPES: dict[str, Callable[[int], str]] = {
    "one line": lambda size: "x" * size,
    "one line of digits and dots": lambda size: "1.5/1 " * (size // 6),
    "one line of blanks": lambda size: "x" + " " * size + "x",
    "lines": lambda size: "line\n" * (size // 5),
    "ids": _ids,
    "one id": lambda size: "a1a1a1a1a1a1\n" * (size // 13),
    "elisions": lambda size: "...\nx\n" * (size // 6),
    "‹›": lambda size: "‹id›" * (size // 8),
    "brackets": lambda size: "[" * (size // 2) + "]" * (size // 2),
    "ANSI": lambda size: "\x1b[31mx\x1b[0m\x1b[K\x1b[1A\x1b[2C\r\n" * (size // 25),
    "letters inserted": lambda size: "x" * (size // 2) + "\r" + "\x1b[@" * (size // 6),
    "lines erased": lambda size: "x" * (size // 2) + "\x1b[K\x1b[1K" * (size // 14),
    "commands": lambda size: "$ a\nb\n" * (size // 6),
    "steps": lambda size: "".join(f"#: step s{number}\n$ a\nb\n" for number in range(size // 20)),
    "markers": lambda size: "#: nope\n" * (size // 8),
    "here-documents": lambda size: "$ a" + " <<x y" * (size // 6) + "\n",
    "quoted here-documents": lambda size: "$ a" + " <<x \"$( (\\'" * (size // 13) + "\n",
    "strings": lambda size: "$ a $'" + r"\11" * (size // 3) + "\n",
}


def _parsed(text: str) -> None:
    with contextlib.suppress(format.FormatError):
        format.parse(text if text[0] in "#" else HEAD + text, HERE)


def _compared(text: str) -> None:
    lines = text.split("\n")
    compare.compare([*lines[: len(lines) // 2], "...", *lines[len(lines) * 2 // 3 :]], lines, compare.Ids())


def _folded(text: str) -> None:
    for line in text.split("\n"):
        fold.shape(line)


def _recorded(text: str) -> None:
    lines = text.split("\n")
    record.merge(lines, [*lines[: len(lines) // 3], "another", *lines[len(lines) // 2 :]], compare.Ids())


def _lexed(text: str) -> None:
    for _ in lexer.TranscriptLexer().get_tokens(text):
        pass


def _marked(text: str) -> None:
    phrases.find(phrases.parse("x {*/9}\nx {...} nowhere\nl {...} e"), [text])


def _taken_apart(text: str) -> None:
    outputs = tuple(format.Output(number, line) for number, line in enumerate(text.split("\n"), 1))
    show.parts([(format.Step("a", 1, (format.Turn(1, "1", "ls", outputs),)), "1")], show.Selection(), 9)


def _coloured(text: str) -> None:
    """With a mark on every fiftieth character."""
    block = marked(rfg_block(text, text), [(at, at + 1) for at in range(0, len(text), 50)])
    underlined(block)
    MarkingBridge(PygmentsBridge("html"), block.spans, "<b>", "</b>").highlight_block(text, "text")


def _on_a_page(text: str) -> None:
    """A page that shows the step, written as HTML; what makes no transcript is shown as a file."""
    from tests.fuzz.markup import Markup

    page = Markup()
    try:
        format.parse(HEAD + text, HERE)
    except format.FormatError:
        (page.folder / "examples/app/long.txt").write_text(text)
        page.written(".. example:: app/long.txt\n")
    else:
        (page.folder / "examples/long").mkdir()
        (page.folder / "examples/long/steps.console").write_text(HEAD + text)
        page.written(".. transcript:: long/a\n   :rfg: x {...} nowhere\n")


WORK: dict[str, Callable[[str], object]] = {
    "parse": _parsed,
    "compare": _compared,
    "fold": _folded,
    "record": _recorded,
    "lex": _lexed,
    "look for phrases": _marked,
    "take apart": _taken_apart,
    "mark": _coloured,
    "show on a terminal": lambda text: screen.render(text.encode()),
}
PAGE = "show on a page"
SCRIPTS = ("commands", "steps", "markers", "here-documents", "quoted here-documents", "strings")
SCREENS = ("ANSI", "letters inserted", "lines erased")
FEW = ("one line", "lines", "one id", "elisions")
_TEXTS = tuple(shape for shape in SHAPES if shape not in (*SCRIPTS, *SCREENS))
_OF_WORK = {
    "parse": (*_TEXTS, *SCRIPTS),
    "compare": FEW,
    "record": FEW,
    "lex": (*_TEXTS, *SCRIPTS),
    "mark": FEW,
    "show on a terminal": (*_TEXTS, *SCREENS),
}
PAIRS = [(work, shape) for work in WORK for shape in _OF_WORK.get(work, _TEXTS)]


def measured(work: str, shape: str, size: int) -> float:
    """Seconds of processor time, ``inf`` for more than :data:`LIMIT`."""
    command = [sys.executable, "-m", "tests.fuzz.growth", work, shape, str(size)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return math.inf
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


def once(work: str, shape: str, size: int) -> float:
    """The same, in this process."""
    text = SHAPES[shape](size)
    run = _on_a_page if work == PAGE else WORK[work]
    started = time.process_time()
    run(text)
    return time.process_time() - started


def _row(figures: Figures, work: str, shape: str) -> tuple[list[float], float]:
    """Seconds for every size, and the exponent of growth; that is noise, and none, where all takes next to no time."""
    seconds: list[float] = []
    for size in SIZES:
        name = f"{work}, {shape}, {size}"
        seconds.append(math.inf if math.inf in seconds else figures.get(name, lambda: measured(work, shape, size)))  # noqa: B023
    return seconds, math.log(seconds[-1] / seconds[-2], SIZES[-1] / SIZES[-2]) if seconds[-1] > 0.1 else math.nan


def main() -> int:
    rows: list[tuple[str, str, list[float], float]] = []
    figures = Figures("growth")
    for work, shape in [*PAIRS, *((PAGE, shape) for shape in FEW)]:
        rows.append((work, shape, *_row(figures, work, shape)))
        print(*_shown(rows[-1]), sep="\t", flush=True)
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "growth.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(
            ["Work", "Slowest shape", "0.1 MB", "1 MB", "10 MB", "Exponent", "Largest exponent", "Its shape"]
        )
        for _, group in itertools.groupby(rows, lambda row: row[0]):
            same = list(group)
            slowest = max(same, key=lambda row: row[2][-1])
            steepest = max(same, key=lambda row: -math.inf if math.isnan(row[3]) else row[3])
            table.writerow([*_shown(slowest), _shown(steepest)[-1], steepest[1]])
    return 0 if all(math.isnan(row[3]) or row[3] < 1.5 for row in rows) else 1


def _shown(row: tuple[str, str, list[float], float]) -> list[str]:
    work, shape, seconds, exponent = row
    times = [f"{one:.2f} s" if one < math.inf else f"more than {LIMIT} s" for one in seconds]
    return [work, shape, *times, "–" if math.isnan(exponent) else f"{exponent:.2f}"]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(once(sys.argv[1], sys.argv[2], int(sys.argv[3])))
    else:
        sys.exit(main())
