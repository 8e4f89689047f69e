"""Whether live output has the shape of recorded output, and the difference where it has not."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from played import fold
from played.format import ELISION

_HEX = re.compile(r"(?<![0-9a-zA-Z])(?:[0-9a-f]{12,64})(?![0-9a-zA-Z])")
SHORT = 12  # digits that name an id; its long form starts with them
_DIFF_LINES = 400  # lines beyond which a difference is cut, for people and for difflib's running time


class Ids:
    """Which live id stands for which recorded one, one to one, all through a play."""

    def __init__(self) -> None:
        self._live: dict[str, str] = {}  # first digits of the recorded id -> the longest live form seen
        self._recorded: dict[str, str] = {}

    def agree(self, recorded: Sequence[str], live: Sequence[str]) -> bool:
        """Note that the live ids stand for the recorded ones; ``False``, and nothing noted, if that clashes."""
        new: dict[str, str] = {}
        for one, other in zip(recorded, live, strict=True):
            if len(one) != len(other):
                return False
            key, value = one[:SHORT], other[:SHORT]
            if self._recorded.get(value, key) != key or new.get(key, other)[:SHORT] != value:
                return False
            if (known := self._live.get(key)) is not None and known[:SHORT] != value:
                return False
            if len(other) >= len(new.get(key, "")):
                new[key] = other
        if len({value[:SHORT] for value in new.values()}) != len(new):
            return False
        for key, value in new.items():
            self._live[key] = max(self._live.get(key, ""), value, key=len)
            self._recorded[value[:SHORT]] = key
        return True

    def in_command(self, command: str, prefixes: Sequence[str] = ()) -> str:
        """The command with recorded ids, and the prefixes that are said to be ids, replaced by live ones."""

        def live(found: re.Match[str]) -> str:
            value = self._live.get(found[0][:SHORT])
            return value[: len(found[0])] if value and len(value) >= len(found[0]) else found[0]

        command = _HEX.sub(live, command)
        for prefix in prefixes:
            value = next((value for key, value in self._live.items() if key.startswith(prefix)), None)
            if value is not None:
                command = re.sub(rf"(?<![0-9a-zA-Z]){prefix}(?![0-9a-zA-Z])", value[: len(prefix)], command)
        return command

    def as_typed(self, line: str, prefixes: Sequence[str]) -> str:
        """A live line with the prefixes that were typed written as recorded: some commands repeat them."""
        for prefix in prefixes:
            value = next((value for key, value in self._live.items() if key.startswith(prefix)), None)
            if value is not None:
                line = re.sub(rf"(?<![0-9a-zA-Z]){value[: len(prefix)]}(?![0-9a-zA-Z])", prefix, line)
        return line

    def in_record(self, line: str) -> str:
        """A live line with the ids that are known written as they were recorded."""

        def recorded(found: re.Match[str]) -> str:
            key = self._recorded.get(found[0][:SHORT])
            return key + found[0][SHORT:] if key else found[0]

        return _HEX.sub(recorded, line)

    def knows(self, prefix: str) -> bool:
        return any(key.startswith(prefix) for key in self._live)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome for one turn.

    Attributes:
        difference: lines of a readable difference, empty when the output has the recorded shape. Folded values
            are shown as ``‹kind›``.
        compared: number of recorded lines that a live line was held against.
        elided: number of live lines that ``...`` stood for.
        matches: for every recorded line the index of the live line that matched it, ``None`` for ``...``.
    """

    difference: tuple[str, ...] = ()
    compared: int = 0
    elided: int = 0
    matches: tuple[int | None, ...] = field(default=())


def compare(recorded: Sequence[str], live: Sequence[str], ids: Ids) -> Comparison:
    """Hold live output against recorded output, in which ``...`` stands for any number of lines.

    ``ids`` learns which ids belong together from the lines that match.
    """
    recorded = [line.rstrip() for line in recorded]
    live = [line.rstrip() for line in live]
    while recorded and not recorded[-1]:
        recorded.pop()
    while live and not live[-1]:
        live.pop()
    matches = _align(recorded, live, ids)
    if matches is None:
        return Comparison(difference=tuple(_difference(recorded, live, ids)))
    compared = sum(match is not None for match in matches)
    return Comparison((), compared, len(live) - compared, tuple(matches))


def _align(recorded: list[str], live: list[str], ids: Ids) -> list[int | None] | None:
    """Which live line matches which recorded one, each block between two ``...`` at its first place.

    A block is held against the live lines from left to right, the last one against the end, so the time grows
    with the product of block and output only where lines look alike.
    """
    want = [fold.shape(line) for line in recorded]
    have = [fold.shape(line) for line in live]
    blocks = _blocks(recorded)
    if len(blocks) == 1:
        return _block_at(recorded, live, want, have, blocks[0], 0, ids) if len(recorded) == len(live) else None
    matches: list[int | None] = []
    at = 0
    for number, (start, stop) in enumerate(blocks):
        size = stop - start
        if number == 0:
            places: Sequence[int] = [0]
        elif number == len(blocks) - 1:
            places = [len(live) - size]
        else:
            places = range(at, len(live) - size + 1)
        found = None
        for place in places:
            if at <= place <= len(live) - size:
                found = _block_at(recorded, live, want, have, (start, stop), place, ids)
                if found is not None:
                    at = place + size
                    break
        if found is None:
            return None
        matches += found if number == 0 else [None, *found]
    return matches


def _blocks(recorded: list[str]) -> list[tuple[int, int]]:
    """(start, stop) of the runs of lines between the ``...`` lines; a run may be empty."""
    cuts = [index for index, line in enumerate(recorded) if line == ELISION]
    return list(zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(recorded)], strict=True))


def _block_at(
    recorded: list[str],
    live: list[str],
    want: list[str],
    have: list[str],
    block: tuple[int, int],
    place: int,
    ids: Ids,
) -> list[int | None] | None:
    start, stop = block
    size = stop - start
    for offset in range(size):
        if want[start + offset] != have[place + offset]:
            return None
    old = [one for line in recorded[start:stop] for one in fold.ids(line)]
    new = [one for line in live[place : place + size] for one in fold.ids(line)]
    return list(range(place, place + size)) if ids.agree(old, new) else None


def _difference(recorded: list[str], live: list[str], ids: Ids) -> list[str]:
    """A difference of shapes; lines that differ in their ids only are shown as they are."""
    want = [fold.shape(line) if line != ELISION else ELISION for line in recorded][:_DIFF_LINES]
    have = [fold.shape(line) for line in live][:_DIFF_LINES]
    lines = []
    for mark in difflib.ndiff(want, have):
        if mark[0] != "?":
            lines.append(mark)
    if all(line.startswith("  ") for line in lines):
        lines = [f"- {line}" for line in recorded[:_DIFF_LINES]] + [f"+ {line}" for line in live[:_DIFF_LINES]]
        lines.append("  (the same shape, but an id stands for another one than earlier in the play)")
    if max(len(recorded), len(live)) > _DIFF_LINES:
        lines.append(f"  (cut after {_DIFF_LINES} lines)")
    return lines
