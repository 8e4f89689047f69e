"""The emulated screen, for output that moves the cursor: progress bars, BuildKit's live view, ``stats``."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pyte
import pyte.modes
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

    Orders that move letters within a line cut it at the last column, as a terminal does: otherwise each of them
    would move all of a line that has no end.

    Attributes:
        above: the lines that have moved up and out of the window.
    """

    def __init__(self, columns: int, lines: int) -> None:
        self.above: list[str] = []
        super().__init__(columns, lines)
        # a letter for each column; whatever reads or writes the cells that pyte would have there is below
        self.rows: defaultdict[int, list[str]] = defaultdict(list)
        self.buffer = self.rows  # type: ignore[assignment]
        self.dirty = _Nothing()

    def draw(self, data: str) -> None:
        """No line is wrapped, and a letter that has no width keeps none of the others from being shown."""
        row, x = self._row(), self.cursor.x
        inserted = pyte.modes.IRM in self.mode and x < self.columns
        for letters in [data] if data.isascii() else data:
            width = len(letters) if letters.isascii() else wcwidth(letters)
            if width > 0:
                cells = letters if letters.isascii() else [letters, *[""] * (width - 1)]
                row[x : x if inserted else x + width] = cells
                x += width
            elif 0 < x <= len(row) and unicodedata.combining(letters) and len(row[x - 1]) < _ACCENTS:
                row[x - 1] = unicodedata.normalize("NFC", row[x - 1] + letters)
        if inserted:
            del row[max(x, self.columns) :]
        self.cursor.x = x

    def _row(self) -> list[str]:
        """The row of the cursor, with blanks as far as the cursor."""
        row = self.rows[self.cursor.y]
        row += [" "] * (self.cursor.x - len(row))
        return row

    def index(self) -> None:
        if self.margins is None and self.cursor.y == self.lines - 1:
            self.above.append(self.text(0))
        super().index()

    def text(self, y: int) -> str:
        """The text of a row."""
        return "".join(self.rows[y]).rstrip(" ")

    def cursor_to_line(self, line: int | None = None) -> None:
        """Lines may be counted from the top margin, where there is one: pyte takes that for granted."""
        if self.margins is None:
            self.cursor.y = (line or 1) - 1
            self.ensure_vbounds()
        else:
            super().cursor_to_line(line)

    def tab(self) -> None:
        self.cursor.x = min(self.cursor.x // 8 * 8 + 8, max(self.columns - 1, self.cursor.x))

    def insert_characters(self, count: int | None = None) -> None:
        row, at = self._row(), self.cursor.x
        if at < self.columns:
            row[at:at] = [" "] * min(count or 1, self.columns)
            del row[self.columns :]

    def delete_characters(self, count: int | None = None) -> None:
        row, at = self._row(), self.cursor.x
        if at < self.columns:
            del row[self.columns :]
            del row[at : at + (count or 1)]

    def erase_characters(self, count: int | None = None) -> None:
        row, at = self._row(), self.cursor.x
        stop = min(at + (count or 1), self.columns)
        row[at:stop] = [" "] * (stop - at)

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        row, at = self.rows[self.cursor.y], self.cursor.x
        if how in (0, 2):
            del row[at if how == 0 else 0 :]
        elif how == 1:
            stop = min(at + 1, self.columns)
            row[:stop] = [" "] * stop

    def erase_in_display(self, how: int = 0, *args: Any, **kwargs: Any) -> None:
        at = self.cursor.y
        for y in [y for y in self.rows if how in (2, 3) or (y > at if how == 0 else y < at)]:
            del self.rows[y]
        if how in (0, 1):
            self.erase_in_line(how)

    def alignment_display(self) -> None:
        """A test of the tube: the window full of the letter E."""

    def resize(self, lines: int | None = None, columns: int | None = None) -> None:
        """The window keeps its size."""

    def select_graphic_rendition(self, *attrs: int, **kwargs: Any) -> None:
        """Colours are not kept."""

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        super().set_mode(*_without_colours(modes), **kwargs)

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        super().reset_mode(*_without_colours(modes), **kwargs)

    def report_device_status(self, mode: int = 0, **kwargs: Any) -> None:
        """Nobody listens to an answer."""


def _without_colours(modes: Iterable[int]) -> Iterator[int]:
    """All but the mode that swaps the colours of every cell there is; 5, which pyte knows as 5 << 5."""
    return (mode for mode in modes if mode not in (5, pyte.modes.DECSCNM))


class _Stream(pyte.ByteStream):
    """The bytes, cut into orders.

    An order that comes with more than it takes does nothing, nor does one with a number that is none: pyte gives
    ``²`` to ``int``, since it is a digit, and rows of more digits than ``int`` takes.
    """

    def _send_to_parser(self, data: str) -> bool | None:
        try:
            return super()._send_to_parser(data)
        except (TypeError, ValueError):
            return True  # pyte has begun anew, as if plain text came next


class _Nothing(set[int]):
    """What has changed since the last look: nobody looks before the end."""

    def update(self, *others: Iterable[int]) -> None:
        pass

    def add(self, element: int) -> None:
        pass


def after_movements(raw: bytes) -> list[str]:
    """The lines that are on a screen, and above it, when it has done all that ``raw`` orders."""
    longest = max(map(len, re.split(rb"[\r\n]", raw)))
    # two spare columns: a character in the last one would leave the cursor waiting to wrap
    screen = _Screen(min(max(200, longest + 2), _COLUMNS), _ROWS)
    # the line of the command is above the output: BuildKit goes up into it and down again
    _Stream(screen).feed(b"\r\n" + raw.replace(b"\n", b"\r\n"))
    lines = [*screen.above, *(screen.text(y) for y in range(max(screen.rows, default=-1) + 1))]
    # a program that goes home with the cursor, as docker container stats does, has the whole window for itself
    return ["".join(filter(str.isprintable, line)) for line in lines[0 if b"\x1b[H" in raw else 1 :]]
