"""The emulated screen, for output that moves the cursor: progress bars, BuildKit's live view, ``stats``."""

from __future__ import annotations

import functools
import inspect
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

import pyte
import pyte.modes
import pyte.screens
from wcwidth import wcwidth

# More rows than a terminal has, so that little moves up and out of reach; what does is done.
_ROWS = 200
_COLUMNS = 2_000  # as far as the cursor can be sent; text may go on
_ACCENTS = 8  # characters on one place, a letter and what stands above and below it


class _Screen(pyte.Screen):
    """A screen that keeps the text only, and never works longer on a few bytes than on the rows that there are.

    BuildKit draws its progress anew ten times a second, and a cell made of ten attributes for each letter of that
    took longer than everything else around a command. A hostile program can send a million short orders, each of
    which would make pyte go through every cell.

    Attributes:
        above: the lines that have moved up and out of the window.
    """

    def __init__(self, columns: int, lines: int) -> None:
        self.above: list[str] = []
        super().__init__(columns, lines)
        self.dirty = _Nothing()
        for order in set(pyte.ByteStream.csi.values()):
            setattr(self, order, _forgiving(getattr(self, order)))

    def draw(self, data: str) -> None:
        """No line is wrapped, and a letter that has no width keeps none of the others from being shown."""
        row, x = self.buffer[self.cursor.y], self.cursor.x
        for letter in data:
            width = 1 if letter.isascii() else wcwidth(letter)
            if width > 0:
                if pyte.modes.IRM in self.mode:
                    self.cursor.x = x
                    self.insert_characters(width)
                row[x] = _cell(letter)
                if width == 2:
                    row[x + 1] = _cell("")
                x += width
            elif x and unicodedata.combining(letter) and len(row[x - 1].data) < _ACCENTS:
                row[x - 1] = _cell(unicodedata.normalize("NFC", row[x - 1].data + letter))
        self.cursor.x = x

    def index(self) -> None:
        if self.margins is None and self.cursor.y == self.lines - 1:
            self.above.append(self.text(0))
        super().index()

    def text(self, y: int) -> str:
        """The text of a row."""
        row = self.buffer[y]
        return "".join(row[x].data for x in range(max(row, default=-1) + 1))

    def tab(self) -> None:
        self.cursor.x = min(self.cursor.x // 8 * 8 + 8, max(self.columns - 1, self.cursor.x))

    def insert_characters(self, count: int | None = None) -> None:
        row, at = self.buffer[self.cursor.y], self.cursor.x
        moved = {x + (count or 1): row.pop(x) for x in [x for x in row if x >= at]}
        row.update(moved)

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        row, at = self.buffer[self.cursor.y], self.cursor.x
        for x in [x for x in row if how == 2 or (x >= at if how == 0 else x <= at)]:
            del row[x]

    def erase_in_display(self, how: int = 0, *args: Any, **kwargs: Any) -> None:
        at = self.cursor.y
        for y in [y for y in self.buffer if how in (2, 3) or (y > at if how == 0 else y < at)]:
            del self.buffer[y]
        if how in (0, 1):
            self.erase_in_line(how)

    def alignment_display(self) -> None:
        """A test of the tube: the window full of the letter E."""

    def resize(self, lines: int | None = None, columns: int | None = None) -> None:
        """The window keeps its size."""

    def report_device_status(self, mode: int = 0, **kwargs: Any) -> None:
        """Nobody listens to an answer."""


def _forgiving(order: Callable[..., None]) -> Callable[..., None]:
    """An order that does nothing where it comes with more than it takes: pyte would end with a ``TypeError``."""
    signature = inspect.signature(order)

    def obeyed(*args: int, **kwargs: bool) -> None:
        try:
            signature.bind(*args, **kwargs)
        except TypeError:
            return
        order(*args, **kwargs)

    return obeyed


class _Nothing(set[int]):
    """What has changed since the last look: nobody looks before the end."""

    def update(self, *others: Iterable[int]) -> None:
        pass

    def add(self, element: int) -> None:
        pass


@functools.lru_cache(maxsize=4096)
def _cell(letter: str) -> pyte.screens.Char:
    return pyte.screens.Char(letter)


def after_movements(raw: bytes) -> list[str]:
    """The lines that are on a screen, and above it, when it has done all that ``raw`` orders."""
    longest = max(map(len, re.split(rb"[\r\n]", raw)))
    # two spare columns: a character in the last one would leave the cursor waiting to wrap
    screen = _Screen(min(max(200, longest + 2), _COLUMNS), _ROWS)
    # the line of the command is above the output: BuildKit goes up into it and down again
    pyte.ByteStream(screen).feed(b"\r\n" + raw.replace(b"\n", b"\r\n"))
    lines = [*screen.above, *(screen.text(y) for y in range(max(screen.buffer, default=-1) + 1))]
    # a program that goes home with the cursor, as docker container stats does, has the whole window for itself
    return ["".join(filter(str.isprintable, line)) for line in lines[0 if b"\x1b[H" in raw else 1 :]]
