"""Whether live output has the shape of recorded output, and the difference where it has not."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from played import fold
from played.format import ELISION

HEX = re.compile(r"(?<![0-9a-zA-Z])(?:[0-9a-f]{12,64})(?![0-9a-zA-Z])")
"""What may be an id in a command or in a line."""
SHORT = 12  # digits that name an id; its long form starts with them
LONG = 64
_DIFF_LINES = 400  # lines beyond which a difference is cut, for people and for difflib's running time
_TRIES = 1_000_000  # ids held against each other for one output, before it counts as different


class Ids:
    """Which live id stands for which recorded one, one to one, all through a play."""

    def __init__(self) -> None:
        self._live: dict[str, str] = {}  # first digits of the recorded id -> the longest live form seen
        self._recorded: dict[str, str] = {}  # first digits of the live id -> the longest recorded form seen

    def copy(self) -> Ids:
        """What is known now, to be kept or thrown away with what is learnt from here on."""
        other = Ids()
        other._live, other._recorded = self._live.copy(), self._recorded.copy()
        return other

    def agree(self, recorded: Sequence[str], live: Sequence[str]) -> bool:
        """Note that the live ids stand for the recorded ones; ``False``, and nothing noted, if that clashes."""
        new: dict[str, tuple[str, str]] = {}
        for pair in zip(recorded, live, strict=True):
            one, other = pair
            if len(one) != len(other):
                return False
            key, value = one[:SHORT], other[:SHORT]
            before = new.get(key, pair)
            if self._recorded.get(value, key)[:SHORT] != key or before[1][:SHORT] != value:
                return False
            if (known := self._live.get(key)) is not None and known[:SHORT] != value:
                return False
            new[key] = pair if len(other) >= len(before[1]) else before
        if len({other[:SHORT] for _, other in new.values()}) != len(new):
            return False
        for key, (one, other) in new.items():
            self._live[key] = max(self._live.get(key, ""), other, key=len)
            self._recorded[other[:SHORT]] = max(self._recorded.get(other[:SHORT], ""), one, key=len)
        return True

    def in_command(self, command: str, prefixes: Sequence[str] = ()) -> str:
        """The command with recorded ids, and the prefixes that are said to be ids, replaced by live ones."""

        def live(found: re.Match[str]) -> str:
            value = self._live.get(found[0][:SHORT])
            return value[: len(found[0])] if value and len(value) >= len(found[0]) else found[0]

        command = HEX.sub(live, command)
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
            if len(found[0]) not in (SHORT, LONG):
                return found[0]  # compared letter by letter
            known = self._recorded.get(found[0][:SHORT], "")
            return known[: len(found[0])] + found[0][len(known) :]

        return HEX.sub(recorded, line)

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

    The first block starts where the output does, the last one ends where it does. The time grows with the sum of
    the lines, however much they look alike.
    """
    folded = {line: fold.folded(line) for line in {*recorded, *live}}  # most lines come as they were recorded
    want, have = [folded[line][0] for line in recorded], [folded[line][0] for line in live]
    old, new = [folded[line][1] for line in recorded], [folded[line][1] for line in live]
    blocks = _blocks(recorded)
    matches: list[int | None] = []
    at = tries = 0
    for number, (start, stop) in enumerate(blocks):
        size = stop - start
        block = want[start:stop]
        last = len(live) - size
        places: Iterable[int]
        if last < at or (len(blocks) == 1 and last != at):
            return None
        if number == 0:
            places = [0] if have[:size] == block else []
        elif number == len(blocks) - 1:
            places = [last] if have[last:] == block else []
        else:
            places = _places(block, have, at)
        # at every place only the lines with ids are looked at: the others are the same, or it were no place
        with_ids = [index for index in range(start, stop) if old[index]]
        wanted = [one for index in with_ids for one in old[index]]
        for place in places:
            found = [one for index in with_ids for one in new[place - start + index]]
            tries += len(wanted)
            if tries - len(wanted) > _TRIES:
                return None
            if ids.agree(wanted, found):
                break
        else:
            return None
        at = place + size
        matches += [*([None] if number else []), *range(place, at)]
    return matches


def _places(block: Sequence[str], lines: Sequence[str], at: int) -> Iterator[int]:
    """Where the block stands in the lines from ``at`` on, after Knuth, Morris and Pratt: no line is read twice."""
    if not block:
        yield at
        return
    back = [0]  # for each line of the block, how many lines before it are also its first ones
    length = 0
    for line in block[1:]:
        while length and line != block[length]:
            length = back[length - 1]
        length += line == block[length]
        back.append(length)
    length = 0
    for index in range(at, len(lines)):
        while length and (length == len(block) or lines[index] != block[length]):
            length = back[length - 1]
        length += lines[index] == block[length]
        if length == len(block):
            yield index - length + 1


def _blocks(recorded: list[str]) -> list[tuple[int, int]]:
    """(start, stop) of the runs of lines between the ``...`` lines; a run may be empty."""
    cuts = [index for index, line in enumerate(recorded) if line == ELISION]
    return list(zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(recorded)], strict=True))


def _difference(recorded: list[str], live: list[str], ids: Ids) -> list[str]:
    """A difference of shapes; lines that differ in their ids only are shown as they are."""
    want = [fold.shape(line) for line in recorded[:_DIFF_LINES]]
    have = [fold.shape(line) for line in live[:_DIFF_LINES]]
    lines: list[str] = []
    # difflib.ndiff would pair lines that resemble each other, which takes minutes where many or long ones do
    for what, a, b, c, d in difflib.SequenceMatcher(None, want, have, autojunk=False).get_opcodes():
        if what == "equal":
            lines += [f"  {line}" for line in want[a:b]]
        else:
            lines += [*(f"- {line}" for line in want[a:b]), *(f"+ {line}" for line in have[c:d])]
    if all(line.startswith("  ") for line in lines):
        lines = [f"- {line}" for line in recorded[:_DIFF_LINES]] + [f"+ {line}" for line in live[:_DIFF_LINES]]
        lines.append("  (the same shape, but an id stands for another one than earlier in the play)")
    if max(len(recorded), len(live)) > _DIFF_LINES:
        lines.append(f"  (cut after {_DIFF_LINES} lines)")
    return lines
