"""Writes live output back into a transcript, and leaves alone what still has the recorded shape."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from played import fold, format
from played.compare import Ids
from played.format import ELISION, Output, Turn
from played.play import TurnResult
from played.whole_file import write_whole

_PRODUCT = 1_000_000  # lines of one output times lines of another, of which the common ones are looked for

_NO_END = "\\ No newline at end of file\n"


def rewrite(path: Path, results: Sequence[TurnResult], ids: Ids) -> bool:
    """Put the live output of the turns that differed in the place of the recorded one.

    Returns:
        Whether the file changed.

    Raises:
        format.FormatError: see :func:`rewritten`; the file is left as it was.
    """
    text = rewritten(path, results, ids)
    if text is not None:
        write_whole(path, text)
    return text is not None


def difference(path: Path, results: Sequence[TurnResult], ids: Ids, root: Path) -> str:
    """What :func:`rewrite` would change, as a patch that applies in the folder ``root``; empty if nothing.

    Raises:
        format.FormatError: see :func:`rewritten`.
    """
    text = rewritten(path, results, ids)
    if text is None:
        return ""
    name = path.relative_to(root).as_posix()
    before, after = (one.splitlines(keepends=True) for one in (path.read_text(encoding="utf-8"), text))
    patch = difflib.unified_diff(before, after, f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_END}" for line in patch)


def rewritten(path: Path, results: Sequence[TurnResult], ids: Ids) -> str | None:
    """The transcript with live output where it differed, or ``None`` where nothing did.

    Raises:
        format.FormatError: when the output cannot be written as a transcript, for instance because a line of
            it starts with ``$``.
    """
    lines = path.read_text(encoding="utf-8").split("\n")
    changed = sorted((one for one in results if one.comparison.difference), key=lambda result: result.turn.line)
    if not changed:
        return None
    bodies = [_merged(result.turn, result.live, lines, ids) for result in changed]
    new: list[str] = []
    done = 0
    for result, body in zip(changed, bodies, strict=True):
        new += [*lines[done : _body(result.turn)], *body]
        # what follows the body: the exit status, and the blank lines that set off the next step
        done = result.turn.end - 1
    text = "\n".join([*new, *lines[done:]])
    if _said(format.parse(text, path)) != _said(format.load(path)):
        where = format.Problem(path, changed[0].turn.line, "has output that reads as a command or a marker")
        raise format.FormatError([where])
    return text


def _body(turn: Turn) -> int:
    """0-based index of the line after the command, where output and interactions start."""
    return turn.line - 1 + (0 if turn.command is None else turn.command.count("\n") + 1)


def _said(transcript: format.Transcript) -> list[object]:
    """What a transcript says apart from its output. Output that looks like a command would change that."""
    turns = ((step.name, turn) for step in transcript.steps for turn in step.turns)
    return [(name, turn.terminal, turn.command, turn.status, len(turn.interactions)) for name, turn in turns]


def _merged(turn: Turn, live: Sequence[str], lines: Sequence[str], ids: Ids) -> list[str]:
    """The new body of a turn: live output, with the interactions where they were and ``...`` where it fits."""
    recorded = [part.text for part in turn.output]
    new, places = merge(recorded, live, ids)
    body: list[str] = []
    done = 0
    seen = 0  # recorded output lines before the interaction at hand
    for part in turn.script:
        if isinstance(part, Output):
            seen += 1
        else:
            place = max(done, places[seen])
            body += new[done:place]
            done = place
            body.append(lines[part.line - 1])
    return body + new[done:]


def merge(recorded: Sequence[str], live: Sequence[str], ids: Ids) -> tuple[list[str], list[int]]:
    """Live output in the place of recorded output.

    A line whose shape is still there keeps its recorded text, unless an id in it stands for another one. ``...``
    stays, together with as many lines before and after it as the recorded part between two unchanged lines had.
    ``ids`` learns which ids belong together.

    Returns:
        The new lines, and for every number of recorded lines how many of the new ones stand for them.
    """
    old = [ELISION if line == ELISION else fold.shape(line) for line in recorded]
    common = _common(old, [fold.shape(line) for line in live])
    kept = {
        start + at
        for start, other, size in common
        for at in range(size)
        if ids.agree(fold.ids(recorded[start + at]), fold.ids(live[other + at]))
    }
    current = [ids.in_record(line) for line in live]
    new: list[str] = []
    places = [0] * (len(recorded) + 1)
    a = b = 0
    for start, other, size in common:
        new += _gap(list(recorded[a:start]), current[b:other])
        for index in range(a, start + 1):
            places[index] = len(new)
        for at in range(size):
            new.append(recorded[start + at] if start + at in kept else current[other + at])
            places[start + at + 1] = len(new)
        a, b = start + size, other + size
    places[0] = 0
    return new, places


def _common(old: list[str], new: list[str]) -> list[tuple[int, int, int]]:
    """Runs of common lines: where in the old ones, where in the new ones, how many; the last one is empty.

    Very long outputs are common at both ends only: difflib's time grows with the product of their lines, and more.
    """
    stop = min(len(old), len(new))
    head = next((at for at in range(stop) if old[at] != new[at]), stop)
    stop -= head
    tail = next((at for at in range(stop) if old[-1 - at] != new[-1 - at]), stop)
    runs = [(0, 0, head)]
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(middle[0]) * len(middle[1]) <= _PRODUCT:
        blocks = difflib.SequenceMatcher(None, *middle, autojunk=False).get_matching_blocks()
        runs += [(a + head, b + head, size) for a, b, size in blocks if size]
    return [*runs, (len(old) - tail, len(new) - tail, tail), (len(old), len(new), 0)]


def _gap(recorded: list[str], live: list[str]) -> list[str]:
    if ELISION not in recorded:
        return live
    before = recorded.index(ELISION)
    after = recorded[::-1].index(ELISION)
    if before + after >= len(live):
        return live
    return [*live[:before], ELISION, *live[len(live) - after :]]
