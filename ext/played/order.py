"""In which order chapters are played, and which of them have nothing new to show.

The steps of a chapter always stay together and in their order.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Protocol, TypeVar

from played.ledger import Ledger


class Played(Protocol):
    """What is needed of a transcript."""

    @property
    def key(self) -> str:
        """``FOLDER/NAME.console``."""

    @property
    def hash(self) -> str:
        """Its fingerprint."""

    @property
    def chapter(self) -> str:
        """The folder."""


Item = TypeVar("Item")


def is_step(nodeid: str) -> bool:
    """Whether a test's name is that of a step of a chapter."""
    return nodeid.partition("::")[0].endswith(".console")


def scope(nodeid: str) -> str:
    """What always stays with one worker: the folder of a step, which may hold several files; else the file."""
    path = nodeid.partition("::")[0]
    return path.rpartition("/")[0] if is_step(nodeid) else path


def shuffled(items: list[Item], chapter: Callable[[Item], str | None], seed: int) -> None:
    """Put the chapters into the random order of a seed, behind everything that is in none."""
    draw = random.Random(seed)
    places: dict[str, float] = {}
    for item in items:
        if (name := chapter(item)) is not None:
            places.setdefault(name, draw.random())
    _sort(items, chapter, places, other=-1.0)


def longest_first(items: list[Item], chapter: Callable[[Item], str | None], seconds: Mapping[str, float]) -> None:
    """Put the chapters that took longest in front, so that workers side by side end at about the same time.

    Chapters of which nothing is known come first, since they may be the longest.
    """
    names = {name for item in items if (name := chapter(item)) is not None}
    _sort(items, chapter, {name: -seconds.get(name, float("inf")) for name in names}, other=0.0)


def _sort(
    items: list[Item], chapter: Callable[[Item], str | None], places: Mapping[str, float], other: float
) -> None:
    """``sort`` is stable, so what has the same place stays in its order."""

    def place(item: Item) -> tuple[float, str]:
        name = chapter(item)
        return (other, "") if name is None else (places[name], name)

    items.sort(key=place)


def seconds_of(ledger: Ledger) -> dict[str, float]:
    """How long each chapter took, where it took longest."""
    seconds: dict[str, float] = {}
    for transcript, kinds in ledger.entries.items():
        chapter = PurePosixPath(transcript).parent.as_posix()  # as `chapters` names it
        slowest = max((entry.seconds for entry in kinds.values()), default=0.0)
        seconds[chapter] = seconds.get(chapter, 0.0) + slowest
    return seconds


def chapters(root: Path) -> set[str]:
    """The folders of an examples folder that hold transcripts."""
    return {path.parent.relative_to(root).as_posix() for path in root.rglob("*.console")}


def unchanged(transcripts: Iterable[Played], ledger: Ledger, fact: tuple[str, str] | None) -> set[str]:
    """The chapters that have passed as they are, on a host with the fact if one is given."""
    seen: dict[str, bool] = {}
    for one in transcripts:
        facts = [entry.facts for entry in ledger.valid(one.key, one.hash)]
        passed = any(fact is None or each.get(fact[0]) == fact[1] for each in facts)
        seen[one.chapter] = passed and seen.get(one.chapter, True)
    return {chapter for chapter, passed in seen.items() if passed}
