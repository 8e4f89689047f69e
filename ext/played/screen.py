"""What a terminal shows in the end, after all cursor movements, as lines of text."""

from __future__ import annotations

import re

from played.format import CONTROL

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
        lines = [line.expandtabs() for line in raw.decode(errors="replace").split("\n")]
    else:
        from played import emulator  # loading it takes as long as a hundred commands that do not need it

        lines = emulator.after_movements(raw)
    lines = [CONTROL.sub("", line).rstrip() for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def takes_whole_screen(raw: bytes) -> bool:
    """Whether a program has switched to the alternate screen, as those do that have the window for themselves."""
    return _ALTERNATE.search(raw) is not None
