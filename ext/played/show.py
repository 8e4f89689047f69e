"""What a reader sees of a step, in parts. This module does not know Sphinx."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from played.format import DEFAULT_TERMINAL, Edit, Key, Output, Step, Turn, Type, Wait
from played.lexer import ELIDED


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of a terminal, prompts included. ``typed`` says whether there is a command to copy in them."""

    lines: tuple[str, ...]
    typed: bool


@dataclass(frozen=True, slots=True)
class Folded:
    """Lines of output that a reader may want to see later."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terminal:
    """What follows happens in another terminal."""

    name: str


@dataclass(frozen=True, slots=True)
class Only:
    """What follows is for hosts of which ``fact`` has the ``value``."""

    fact: str
    value: str


@dataclass(frozen=True, slots=True)
class NotPlayed:
    """What follows was not played, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Press:
    """The reader presses a key, where ``cue`` is given: when the terminal shows it."""

    key: str
    cue: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The reader types a line, where ``cue`` is given: when the terminal shows it."""

    text: str
    cue: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """What follows is too early when it is pasted together with what is above, so it is no part of that block."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What follows is for a reader who has got the answer above."""


@dataclass(frozen=True, slots=True)
class Status:
    """The command above ends with this exit status, which is not 0."""

    status: int


@dataclass(frozen=True, slots=True)
class Change:
    """The reader changes a file. ``step`` is where the transcript does it."""

    step: Step
    edit: Edit


Part = Block | Folded | Terminal | Only | NotPlayed | Press | Answer | Later | Answered | Status | Change


@dataclass(frozen=True, slots=True)
class Selection:
    """Which side of the conversation is shown."""

    typed: bool = True
    answered: bool = True


SELECTIONS: dict[str, Selection] = {
    "all": Selection(),
    "commands": Selection(answered=False),
    "output": Selection(typed=False),
}
"""The values of the directive's ``:show:``."""


def parts(steps: Iterable[tuple[Step, str]], selection: Selection, fold: int | None = None) -> tuple[Part, ...]:
    """What the reader sees of some steps.

    Args:
        steps: each with the terminal that was used last before it.
        selection: which side of the conversation to show.
        fold: output of more lines than that is folded; ``None`` folds nothing.
    """
    answers = _joined(_all(steps, selection), lambda first, second: not first.typed and not second.typed)
    return tuple(_joined(_folded(answers, fold), lambda _first, _second: True))


def prompted(command: str) -> tuple[str, ...]:
    """The lines of a command as a shell shows them."""
    first, *rest = command.split("\n")
    return (f"$ {first}", *(f"> {line}" if line else ">" for line in rest))


def _all(steps: Iterable[tuple[Step, str]], selection: Selection) -> Iterator[Part]:
    shown: str | None = None
    before: Turn | None = None
    for step, last in steps:
        if step.only:
            yield Only(*step.only)
        if step.not_played is not None:
            yield NotPlayed(step.not_played)
        for action in step.actions:
            if isinstance(action, Turn):
                turn = tuple(_turn(action, selection))
                if turn and action.terminal != shown:
                    # a page that knows one terminal only has no need to speak of terminals
                    if {action.terminal, shown or last} != {DEFAULT_TERMINAL}:
                        yield Terminal(action.terminal)
                    shown = action.terminal
                elif turn and before and selection.typed:
                    yield from _patience(before, action, selection)
                last = action.terminal
                yield from turn
                before = action
            elif isinstance(action, Edit) and selection.typed:
                yield Change(step, action)


def _patience(before: Turn, turn: Turn, selection: Selection) -> Iterator[Part]:
    """What a player repeats, a reader waits for. Neither it nor what comes after it is pasted with the rest."""
    if turn.retry:
        yield Later()
    elif before.retry and selection.answered:
        yield Answered()


def _turn(turn: Turn, selection: Selection) -> Iterator[Part]:
    if turn.command is not None and selection.typed:
        yield Block(prompted(turn.command), True)
    cue: str | None = None
    for part in turn.script:
        if isinstance(part, Output) and selection.answered:
            yield Block((ELIDED if part.elided else part.text,), False)
        elif isinstance(part, Key) and selection.typed:
            yield Press(part.name, cue)
        elif isinstance(part, Type) and selection.typed:
            yield Answer(part.text, cue) if part.text else Press("Enter", cue)
        # a terminal echoes what is typed on the line of the question, so the question is recorded after it
        cue = part.text if isinstance(part, Wait) else None
    # a program that the reader ended reports that it was ended, which says nothing new
    if turn.status and selection.answered and not turn.interactions:
        yield Status(turn.status)


def _folded(stream: Iterable[Part], fold: int | None) -> Iterator[Part]:
    for part in stream:
        if fold is not None and isinstance(part, Block) and not part.typed and len(part.lines) > fold:
            yield Folded(part.lines)
        else:
            yield part


def _joined(stream: Iterable[Part], belong: Callable[[Block, Block], bool]) -> Iterator[Part]:
    """Lines that follow each other as one block, where they belong together."""
    blocks: list[Block] = []
    for part in stream:
        if blocks and not (isinstance(part, Block) and belong(blocks[-1], part)):
            yield _one(blocks)
            blocks = []
        if isinstance(part, Block):
            blocks.append(part)
        else:
            yield part
    if blocks:
        yield _one(blocks)


def _one(blocks: list[Block]) -> Block:
    return Block(tuple(chain.from_iterable(block.lines for block in blocks)), any(block.typed for block in blocks))
