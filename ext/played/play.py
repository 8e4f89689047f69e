"""Plays the steps of a transcript on a driver, turn by turn."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from played import screen
from played.compare import Comparison, Ids, compare
from played.examples import files_in
from played.format import KEYS, Edit, Files, Key, Step, Transcript, Turn, Wait

if TYPE_CHECKING:  # it needs the terminals of Linux and macOS, which nobody has to have who does not play
    from played.remote import Reply

DEFAULT_LIMIT = 60.0  # seconds
DIFFERS = "the output differs"
ENDED = "ended the shell itself"
RETRY_PAUSE = 0.1  # seconds between two tries of a command that is repeated until it matches


class Host(Protocol):
    """Where transcripts are played: a machine that can be brought back to a known empty state."""

    @property
    def argv(self) -> Sequence[str]:
        """Command that starts a program where the reader types; see :class:`played.remote.Remote`."""

    @property
    def facts(self) -> Mapping[str, str]:
        """What ``#: only FACT=VALUE`` asks for, and what a report says of the host."""

    def fresh(self) -> None:
        """Bring the host to its known empty state, before a chapter."""

    def discard(self) -> None:
        """Say that the host is in an unknown state: the next :meth:`fresh` must not trust it."""


class PlayError(Exception):
    """A step that did not do what the transcript says. The message is for people and complete."""


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What one turn did.

    Attributes:
        command: the text that was typed, live ids in it, or ``None``. It is what the driver says it ran.
        live: the lines that the terminal showed.
        seconds: how long the terminal was busy with it.
        waited: seconds until what the turn waits for was there, repetitions included; 0 for one that does not.
    """

    turn: Turn
    command: str | None
    live: tuple[str, ...]
    seconds: float
    comparison: Comparison
    waited: float = 0.0


@dataclass(slots=True)
class _Front:
    """A terminal as far as it has been compared: what it showed, and how many lines of that are done."""

    raw: bytes = b""
    done: int = 0
    last: str = ""
    lines: list[str] = field(default_factory=list)

    def show(self, output: bytes) -> list[str]:
        """The lines that are new since the last cut."""
        self.raw += output
        self.lines = screen.render(self.raw)
        # a line that has grown since the cut (a prompt that was answered) is shown again
        grown = 0 < self.done <= len(self.lines) and self.lines[self.done - 1] != self.last
        return self.lines[self.done - grown :]

    def cut(self, fresh: list[str], text: str) -> list[str]:
        """Of the new lines those up to the last one with the awaited text; later ones may or may not be
        there yet, so they belong to the next turn."""
        stop = max((at for at, line in enumerate(fresh) if text.strip() in line), default=len(fresh) - 1) + 1
        self.done = len(self.lines) - len(fresh) + stop
        self.last = fresh[stop - 1] if stop else ""
        return fresh[:stop]


class Player:
    """Plays one transcript in fresh shells.

    Args:
        root: folder that the paths of ``files`` and ``edit`` are relative to.
        argv: see :class:`played.remote.Remote`.
        keep_going: play on where only the output differs, for recording; the results carry the difference.

    Attributes:
        ids: which live id stands for which recorded one.
        used: the files of ``root`` that were copied, with the bytes that went to the reader's home.
        busy: seconds that terminals were busy with commands, pauses between repetitions included.

    Raises:
        PlayError: when no shell can be had.
    """

    def __init__(
        self,
        transcript: Transcript,
        root: Path,
        argv: Sequence[str],
        limit: float = DEFAULT_LIMIT,
        keep_going: bool = False,
    ) -> None:
        self.transcript = transcript
        self.root = root
        self.limit = limit
        self.keep_going = keep_going
        self.ids = Ids()
        self.used: dict[Path, bytes] = {}
        self.busy = 0.0
        self._fronts: dict[str, _Front] = {}
        try:
            from played.remote import DriverError, Remote
        except ModuleNotFoundError as error:
            raise PlayError(f"{transcript.path}: playing needs Linux or macOS: {error}") from None
        try:
            self._remote = Remote(argv)
        except DriverError as error:
            raise PlayError(f"{transcript.path}: {error}") from None

    def close(self) -> None:
        self._remote.close()

    def play(self, step: Step) -> list[TurnResult]:
        """Do everything a step says.

        Raises:
            PlayError: at the first thing that went another way.
        """
        from played.remote import DriverError

        results = []
        for action in step.actions:
            try:
                if isinstance(action, Files):
                    self._copy(action)
                elif isinstance(action, Edit):
                    self._edit(action)
                else:
                    results.append(self._turn(action))
            except DriverError as error:
                command = action.command if isinstance(action, Turn) else None
                raise self._error(action.line, command, str(error)) from None
        return results

    def complaint(self, result: TurnResult) -> PlayError:
        """What ``keep_going`` went past: that the output of a turn differs."""
        return self._error(result.turn.line, result.command, DIFFERS, result)

    # Files -------------------------------------------------------------------------------------------

    def _copy(self, files: Files) -> None:
        source = self._source(files.source, files.line)
        for path in files_in(source):
            self._inside(path, files.line)
            name = Path(files.target) / path.relative_to(source) if path != source else Path(files.target)
            mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
            self.used[path] = path.read_bytes()
            self._remote.put(name.as_posix(), self.used[path], mode)

    def _edit(self, edit: Edit) -> None:
        path = self._source(edit.source, edit.line)
        self.used[path] = path.read_bytes()
        self._remote.put(edit.target, self.used[path], edit=True)

    def _source(self, name: str, line: int) -> Path:
        path = self.root / name
        if not path.exists():
            raise self._error(line, None, f"there is no {name} in {self.root.name}/")
        return self._inside(path, line)

    def _inside(self, path: Path, line: int) -> Path:
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise self._error(line, None, f"{path.relative_to(self.root)} leads out of {self.root.name}/")
        return path

    # Turns -------------------------------------------------------------------------------------------

    def _turn(self, turn: Turn) -> TurnResult:
        for prefix in turn.ids:
            if not self.ids.knows(prefix):
                raise self._error(turn.line, turn.command, f"no output before shows an id that starts {prefix}")
        command = None if turn.command is None else self.ids.in_command(turn.command, turn.ids)
        began = time.monotonic()
        deadline = began + (turn.limit or self.limit)
        while True:
            ids = self.ids.copy()  # a try that fails teaches nothing
            result, problem = self._once(turn, command, max(0.1, deadline - time.monotonic()), ids)
            if problem in (None, ENDED) or not turn.retry or time.monotonic() >= deadline:
                break
            time.sleep(RETRY_PAUSE)
            self.busy += RETRY_PAUSE  # the transcript waits here, not the machinery
        if problem is not None and not (problem == DIFFERS and self.keep_going):
            raise self._error(turn.line, command, problem, result)
        self.ids = ids
        if turn.retry or _last_wait(turn):
            result = replace(result, waited=time.monotonic() - began)
        return result

    def _once(self, turn: Turn, command: str | None, limit: float, ids: Ids) -> tuple[TurnResult, str | None]:
        reply = self._remote.turn(turn.terminal, command, list(_script(turn)), limit)
        self.busy += reply.seconds
        front = self._fronts.setdefault(turn.terminal, _Front())
        if command is not None:
            self._fronts[turn.terminal] = front = _Front()
        live = front.show(reply.output)
        if turn.stays_in_front and reply.stopped is None:
            live = front.cut(live, _last_wait(turn))
        live = [ids.as_typed(line, turn.ids) for line in live]
        comparison = compare([line.text for line in turn.output], live, ids)
        result = TurnResult(turn, reply.typed, tuple(live), reply.seconds, comparison)
        return result, self._problem(turn, reply, comparison, limit)

    def _problem(self, turn: Turn, reply: Reply, comparison: Comparison, limit: float) -> str | None:
        match reply.stopped:
            case "limit":
                waited = f", and never showed {wait!r}" if (wait := _last_wait(turn)) else ""
                if screen.takes_whole_screen(reply.output):
                    waited += ", and took the whole screen, as an editor or a pager does"
                return f"took longer than its limit of {turn.limit or self.limit:g} s and was interrupted{waited}"
            case "flood":
                return "showed more than 4 MB and was stopped"
            case "closed":
                return ENDED
            case "early":
                return f"ended (exit status {reply.status}) before everything in its script had happened"
        if not turn.stays_in_front and reply.status != turn.status:
            return f"exit status {reply.status}, expected {turn.status}"
        return DIFFERS if comparison.difference else None

    def _error(self, line: int, command: str | None, reason: str, result: TurnResult | None = None) -> PlayError:
        text = [f"{self.transcript.path}:{line}: {reason}"]
        if command is not None:
            text += [f"  {mark} {part}" for mark, part in zip(_marks(), command.split("\n"), strict=False)]
        if result is not None and result.comparison.difference:
            text.append("  - recorded, + live; ‹…› folds what may differ")
            text += [f"    {part}" for part in result.comparison.difference]
        elif result is not None:
            text.append("  the terminal showed")
            text += [f"    {part}" for part in result.live[-50:]]
        return PlayError("\n".join(text))


def _script(turn: Turn) -> Iterator[list[str]]:
    """The turn's interactions as the driver takes them."""
    for part in turn.interactions:
        if isinstance(part, Wait):
            yield ["wait", part.text]
        elif isinstance(part, Key):
            yield ["send", KEYS[part.name]]
        else:
            yield ["send", part.text + "\r"]


def _last_wait(turn: Turn) -> str:
    return next((part.text for part in reversed(turn.interactions) if isinstance(part, Wait)), "")


def _marks() -> Iterator[str]:
    yield "$"
    while True:
        yield ">"
