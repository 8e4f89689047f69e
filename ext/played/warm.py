"""A chapter on a host that is kept between plays, so that what has not changed need not be played again.

A host cannot go back. It is used again only while it holds the very state after the steps that have not changed;
otherwise the chapter starts anew, on an emptied host.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from played.fingerprint import used_files
from played.format import FormatError, Step, Transcript, load_folder
from played.play import DEFAULT_LIMIT, Host, Player, PlayError


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
        yield self._prepare(pieces)
        for piece in pieces[len(self._done) :] if not self._why_not else ():
            yield from self._play(piece)
            if self._why_not:
                if left := len(pieces) - pieces.index(piece) - 1:
                    yield f"not reached: {left} more steps"
                return
            self._done.append(piece)

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

    def _prepare(self, pieces: list[Piece]) -> str:
        """See that the host holds the state after ``_done``, and that this is where ``pieces`` begin."""
        same = next(
            (at for at, (old, new) in enumerate(zip(self._done, pieces, strict=False)) if old != new),
            min(len(self._done), len(pieces)),
        )
        if not self._why_not and same < len(self._done):
            what = "has changed" if same < len(pieces) else "is gone"
            self._why_not = f"{self._done[same].name} {what}, and its old text has been played"
        if not self._why_not:
            if same == len(pieces):
                return f"{same} steps, none of which has changed"
            return f"from {pieces[same].name} on: the host still holds the state after {pieces[same - 1].name}"
        why, started = self._why_not, time.monotonic()
        self.close()
        self._done = []
        try:
            self._host.fresh()
        except Exception as error:  # whatever a host of somebody else's raises
            self._host.discard()
            self._why_not = "there was no empty host"
            return f"no empty host to play on: {error}"
        self._why_not = ""
        return f"from the start, on a host emptied in {time.monotonic() - started:.1f} s: {why}"

    def _play(self, piece: Piece) -> Iterator[str]:
        step = piece.step
        if step.not_played is not None:
            yield f"{step.name}: not played: {step.not_played}"
            return
        if step.only is not None and self._host.facts.get(step.only[0]) != step.only[1]:
            yield f"{step.name}: for another host: {step.only[0]}={step.only[1]}"
            return
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
        wrong = [player.complaint(result) for result in results if result.comparison.difference]
        for complaint in wrong:
            yield str(complaint)
        seconds = time.monotonic() - started
        yield f"{step.name}: {'differs' if wrong else 'as recorded'}, {seconds:.1f} s"
