"""A chapter on a host that is kept between plays, so that what has not changed need not be played again.

A host cannot go back. It is used again only while it holds the very state after the steps that have not changed;
otherwise the chapter starts anew, on an emptied host. What a step expects is no part of that state: where only
this has changed, what came is compared once more.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from played.compare import Ids, compare
from played.fingerprint import used_files
from played.format import Action, FormatError, Step, Transcript, Turn, load_folder
from played.play import DEFAULT_LIMIT, Host, Player, PlayError, TurnResult


@dataclass(frozen=True, slots=True)
class Piece:
    """A step, and all that a play of it depends on beside the state before it."""

    transcript: Transcript = field(compare=False)
    step: Step = field(compare=False)
    path: Path
    text: str
    files: tuple[tuple[str, int, bytes], ...]

    @property
    def name(self) -> str:
        return self.step.name

    @property
    def does(self) -> tuple[object, ...]:
        """What the step does to a host, without the output that it expects."""
        step = self.step
        return self.path, self.files, step.only, step.not_played, [_does(action) for action in step.actions]


def _does(action: Action) -> list[object]:
    if not isinstance(action, Turn):
        return [type(action), action.source, action.target]
    reactions = [(type(one), getattr(one, "text", ""), getattr(one, "name", "")) for one in action.interactions]
    until = [one.text for one in action.output] if action.retry else []
    how = [action.terminal, action.command, action.status, action.limit, action.ids, action.retry]
    return [*how, *reactions, *until]


class WarmChapter:
    """Plays a chapter, and later again what has changed of it.

    Args:
        root: the examples folder.
        chapter: a folder of it.
        host: where to play; nobody else may use it meanwhile.
    """

    def __init__(self, root: Path, chapter: str, host: Host, limit: float = DEFAULT_LIMIT) -> None:
        self._root = root
        self._folder = root / chapter
        self._host = host
        self._limit = limit
        self._seen: list[Piece] | str = []
        self._done: list[Piece] = []
        self._results: list[list[TurnResult]] = []  # of the steps that are done
        self._why_not = "nothing has been played yet"  # why the host does not hold the state after `_done`
        self._players: dict[Path, Player] = {}

    def changed(self) -> bool:
        """Whether the chapter is another one than at the last :meth:`play`."""
        return self._read() != self._seen

    def play(self) -> Iterator[str]:
        """Play what has changed and what follows it. What there is to say comes in lines, while it plays."""
        self._seen = pieces = self._read()
        if isinstance(pieces, str):
            yield pieces
            return
        yield from self._prepare(pieces)
        for piece in pieces[len(self._done) :] if not self._why_not else ():
            yield from self._play(piece)
            if self._why_not:
                if left := len(pieces) - pieces.index(piece) - 1:
                    yield f"not reached: {left} more steps"
                return

    def close(self) -> None:
        """End the shells."""
        for player in self._players.values():
            player.close()
        self._players.clear()

    # -------------------------------------------------------------------------------------------------

    def _read(self) -> list[Piece] | str:
        """The steps of the chapter as they are now, or what is wrong with them."""
        try:
            pieces = [piece for one in load_folder(self._folder) for piece in self._pieces(one)]
        except (FormatError, OSError) as error:
            return str(error)
        return pieces or f"{self._folder}: there is no *.console file with a step in it"

    def _pieces(self, transcript: Transcript) -> Iterator[Piece]:
        lines = transcript.path.read_text(encoding="utf-8").split("\n")
        ends = [step.line - 1 for step in transcript.steps[1:]] + [len(lines)]
        for step, end in zip(transcript.steps, ends, strict=True):
            files = tuple(
                (path.relative_to(self._root).as_posix(), path.stat().st_mode & 0o100, path.read_bytes())
                for path in used_files(self._root, [step])
            )
            yield Piece(transcript, step, transcript.path, "\n".join(lines[step.line - 1 : end]).rstrip(), files)

    def _prepare(self, pieces: list[Piece]) -> Iterator[str]:
        """See that the host holds the state after ``_done``, and that this is where ``pieces`` begin."""
        both = list(zip(self._done, pieces, strict=False))
        same = next((at for at, (old, new) in enumerate(both) if old.does != new.does), len(both))
        judged: list[str] = []
        if not self._why_not and same < len(self._done):
            what = "has changed" if same < len(pieces) else "is gone"
            self._why_not = f"{self._done[same].name} {what}, and its old text has been played"
        elif not self._why_not:
            changed = [new for old, new in both if old != new]
            judged = list(self._judge(pieces[:same], changed)) if changed else []
        if not self._why_not:
            self._done = pieces[:same]
            if same < len(pieces):
                yield f"from {pieces[same].name} on: the host still holds the state after {pieces[same - 1].name}"
            else:
                yield f"nothing to play: the host still holds the state after all {same} steps"
            yield from judged
            return
        why, started = self._why_not, time.monotonic()
        self.close()
        self._done, self._results = [], []
        try:
            self._host.fresh()
        except Exception as error:  # whatever a host of somebody else's raises
            self._host.discard()
            self._why_not = "there was no empty host"
            yield f"no empty host to play on: {error}"
            return
        self._why_not = ""
        yield f"from the start, on a host emptied in {time.monotonic() - started:.1f} s: {why}"

    def _judge(self, pieces: list[Piece], changed: list[Piece]) -> Iterator[str]:
        """Compare what came with what is expected now, from the first step on, since what ids stand for is kept.

        A step that would have typed another id may not have done what it says now: that is a reason to start anew.
        """
        ids = {path: Ids() for path in self._players}
        for at, piece in enumerate(pieces):
            again = []
            for turn, result in zip(piece.step.turns, self._results[at], strict=False):
                known = ids[piece.path]
                if turn.command is not None and known.in_command(turn.command, turn.ids) != result.command:
                    self._why_not = f"{piece.name} would type another id"
                    return
                comparison = compare([line.text for line in turn.output], result.live, known)
                again.append(replace(result, turn=turn, comparison=comparison))
            self._results[at] = again
            if piece in changed and again:
                yield from self._told(piece, again, "compared once more")
        for path, player in self._players.items():
            player.ids = ids[path]

    def _play(self, piece: Piece) -> Iterator[str]:
        step = piece.step
        results: list[TurnResult] = []
        if step.not_played is not None:
            yield f"{step.name}: not played: {step.not_played}"
        elif step.only is not None and self._host.facts.get(step.only[0]) != step.only[1]:
            yield f"{step.name}: for another host: {step.only[0]}={step.only[1]}"
        else:
            started = time.monotonic()
            try:
                player = self._players.get(piece.path)
                if player is None:
                    player = Player(piece.transcript, self._root, self._host.argv, self._limit, keep_going=True)
                    self._players[piece.path] = player
                player.transcript = piece.transcript
                results = player.play(step)
            except PlayError as error:
                self._why_not = f"{step.name} failed half-way"
                yield str(error)
                return
            yield from self._told(piece, results, f"{time.monotonic() - started:.1f} s")
        self._done.append(piece)
        self._results.append(results)

    def _told(self, piece: Piece, results: list[TurnResult], how: str) -> Iterator[str]:
        wrong = [result for result in results if result.comparison.difference]
        for result in wrong:
            yield str(self._players[piece.path].complaint(result))
        yield f"{piece.name}: {'differs' if wrong else 'as recorded'}, {how}"
