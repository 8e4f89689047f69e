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
    return "".join(difflib.unified_diff(before, after, f"a/{name}", f"b/{name}"))


def rewritten(path: Path, results: Sequence[TurnResult], ids: Ids) -> str | None:
    """The transcript with live output where it differed, or ``None`` where nothing did.

    Raises:
        format.FormatError: when the output cannot be written as a transcript, for instance because a line of
            it starts with ``$``.
    """
    lines = path.read_text(encoding="utf-8").split("\n")
    changed = [result for result in results if result.comparison.difference]
    if not changed:
        return None
    for result in sorted(changed, key=lambda result: result.turn.line, reverse=True):
        turn = result.turn
        first = _body(turn)
        # what follows the body: the exit status, and the blank lines that set off the next step
        lines[first : turn.end - 1] = _merged(turn, [ids.in_record(line) for line in result.live], lines)
    text = "\n".join(lines)
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


def _merged(turn: Turn, live: list[str], lines: Sequence[str]) -> list[str]:
    """The new body of a turn: live output, with the interactions where they were and ``...`` where it fits."""
    recorded = [part.text for part in turn.output]
    new, places = merge(recorded, live)
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


def merge(recorded: Sequence[str], live: Sequence[str]) -> tuple[list[str], list[int]]:
    """Live output in the place of recorded output.

    A line whose shape is still there keeps its recorded text. ``...`` stays, together with as many lines before
    and after it as the recorded part between two unchanged lines had.

    Returns:
        The new lines, and for every number of recorded lines how many of the new ones stand for them.
    """
    old = [ELISION if line == ELISION else fold.shape(line) for line in recorded]
    matcher = difflib.SequenceMatcher(None, old, [fold.shape(line) for line in live], autojunk=False)
    new: list[str] = []
    places = [0] * (len(recorded) + 1)
    a = b = 0
    for block in matcher.get_matching_blocks():
        new += _gap(list(recorded[a : block.a]), list(live[b : block.b]))
        for index in range(a, block.a + 1):
            places[index] = len(new)
        for offset in range(block.size):
            new.append(recorded[block.a + offset])
            places[block.a + offset + 1] = len(new)
        a, b = block.a + block.size, block.b + block.size
    places[0] = 0
    return new, places


def _gap(recorded: list[str], live: list[str]) -> list[str]:
    if ELISION not in recorded:
        return live
    before = recorded.index(ELISION)
    after = recorded[::-1].index(ELISION)
    if before + after >= len(live):
        return live
    return [*live[:before], ELISION, *live[len(live) - after :]]
