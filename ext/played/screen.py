"""What a terminal shows in the end, after all cursor movements, as lines of text."""

from __future__ import annotations

import functools
import re

import pyte
import pyte.modes
import pyte.screens

# The alternate screen of full-screen programs is gone when they end.
_ALTERNATE = re.compile(rb"\x1b\[\?(?:1049|47|1047)h.*?(?:\x1b\[\?(?:1049|47|1047)l|\Z)", re.DOTALL)
_PLAIN = re.compile(rb"[^\x00-\x08\x0b-\x1f\x7f]*\Z")


def render(raw: bytes) -> list[str]:
    """The lines that ``raw`` leaves on a screen that is large enough for all of them.

    Lines are not wrapped: a program sees the real width of its terminal, a reader's copy does not.
    Blanks at the ends of lines and empty lines at the end are dropped.
    """
    raw = _ALTERNATE.sub(b"", raw.replace(b"\r\n", b"\n"))
    if _PLAIN.match(raw):  # no cursor movement: the screen would show the same, only slower
        lines = [line.expandtabs().rstrip() for line in raw.decode(errors="replace").split("\n")]
    else:
        lines = _on_screen(raw)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def takes_whole_screen(raw: bytes) -> bool:
    """Whether a program has switched to the alternate screen, as those do that have the window for themselves."""
    return _ALTERNATE.search(raw) is not None


class _Screen(pyte.Screen):
    """A screen that keeps the text only: BuildKit draws its progress anew ten times a second, and a cell made of
    ten attributes for each letter of that took longer than everything else around a command."""

    def draw(self, data: str) -> None:
        if not data.isascii() or pyte.modes.IRM in self.mode:
            super().draw(data)
            return
        row, x = self.buffer[self.cursor.y], self.cursor.x
        for offset, letter in enumerate(data):
            row[x + offset] = _cell(letter)
        self.cursor.x = x + len(data)


@functools.cache
def _cell(letter: str) -> pyte.screens.Char:
    return pyte.screens.Char(letter)


def _on_screen(raw: bytes) -> list[str]:
    runs = re.split(rb"[\r\n]", raw)
    # two spare columns: a character in the last one would leave the cursor waiting to wrap
    screen = _Screen(max(200, max(map(len, runs)) + 2), raw.count(b"\n") + 51)
    # the line of the command is above the output: BuildKit goes up into it and down again
    pyte.ByteStream(screen).feed(b"\r\n" + raw.replace(b"\n", b"\r\n"))
    lines = []
    # a program that goes home with the cursor, as docker container stats does, has the whole window for itself
    for y in range(0 if b"\x1b[H" in raw else 1, max(screen.buffer, default=-1) + 1):
        row = screen.buffer[y]
        text = "".join(row[x].data for x in range(max(row, default=-1) + 1))
        lines.append("".join(char for char in text if char.isprintable()).rstrip())
    return lines
