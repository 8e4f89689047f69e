"""The numbers that a run must reach, kept in a file so that a run that plays less cannot pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class Played(Protocol):
    """What is needed of a step that was played."""

    chapter: str
    step: str
    commands: int
    not_played: int
    unplayed: int


class ExpectedError(Exception):
    """The file with the numbers cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is expected of one chapter: its steps and commands, those for another host included."""

    steps: int
    commands: int
    not_played: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """The numbers of every chapter."""

    path: Path
    chapters: dict[str, Numbers]

    @classmethod
    def load(cls, path: Path, only: Set[str] | None = None) -> Expected:
        """Read the file; with ``only``, the numbers of these chapters.

        Raises:
            ExpectedError: when it cannot be read or lacks a number.
        """
        import tomllib  # which most runs do not need

        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ExpectedError(f"{path}: cannot be read: {error.strerror}") from None
        except tomllib.TOMLDecodeError as error:
            raise ExpectedError(f"{path}: {error}") from None
        except (UnicodeDecodeError, RecursionError) as error:
            raise ExpectedError(f"{path}: cannot be read: {error}") from None
        chapters = {
            name: _numbers(path, name, table) for name, table in tables.items() if only is None or name in only
        }
        return cls(path, chapters)

    def complaints(self, played: Sequence[Played]) -> Iterator[str]:
        """One sentence for each number that a run did not reach, or went beyond."""
        if not played:
            yield "no transcript was played"
        for name in sorted({one.chapter for one in played} - set(self.chapters)):
            yield f"{self.path}: has no [{name}], which was played"
        for name, numbers in self.chapters.items():
            steps = [one for one in played if one.chapter == name]
            commands = sum(one.commands + one.unplayed for one in steps)
            if len(steps) != numbers.steps:
                yield f"{name}: {len(steps)} steps passed, {numbers.steps} expected by {self.path}"
            if commands != numbers.commands:
                yield f"{name}: {commands} commands were accounted for, {numbers.commands} expected by {self.path}"
            skipped = tuple(one.step for one in steps if one.not_played)
            if skipped != numbers.not_played:
                yield f"{name}: not played were {skipped}, expected by {self.path}: {numbers.not_played}"


def _numbers(path: Path, name: str, table: object) -> Numbers:
    match table:
        case {"steps": int(steps), "commands": int(commands), "not-played": list(names)}:
            return Numbers(steps, commands, tuple(map(str, names)))
        case {"steps": int(steps), "commands": int(commands)}:
            return Numbers(steps, commands)
    raise ExpectedError(
        f"{path}: [{name}] needs whole numbers 'steps' and 'commands', such as steps = 4 and commands = 6"
    )
