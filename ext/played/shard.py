"""A share of the work for each of several machines, by how long the chapters took when they were last played."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_WRITTEN = re.compile(r"([1-9]\d*)/([1-9]\d*)", re.ASCII)


class ShardError(ValueError):
    """Not a share that can be had; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Shard:
    """The ``number``-th of ``of`` shares. All of them together are the whole work, and no two share anything."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Read ``k/n``.

        Raises:
            ShardError: where it is something else.
        """
        found = _WRITTEN.fullmatch(text)
        if found is None or int(found[1]) > int(found[2]):
            raise ShardError("write k/n, such as 1/3, with k from 1 to n")
        return cls(int(found[1]), int(found[2]))

    def chapters(self, every: Iterable[str], seconds: Mapping[str, float]) -> set[str]:
        """This share of the chapters, about as long as the others.

        Args:
            seconds: how long each chapter took; one that was never played counts as an average one.

        Raises:
            ShardError: where there are fewer chapters than shares.
        """
        average = sum(seconds.values()) / len(seconds) if seconds else 1.0
        longest_first = sorted(every, key=lambda name: (-seconds.get(name, average), name))
        if self.of > len(longest_first):
            raise ShardError(f"there are {len(longest_first)} chapters to share; n is no more than that")
        loads = [0.0] * self.of
        mine = set()
        for name in longest_first:
            lightest = loads.index(min(loads))
            loads[lightest] += seconds.get(name, average)
            if lightest == self.number - 1:
                mine.add(name)
        return mine

    def dealt(self, every: Iterable[str]) -> set[str]:
        """This share of what nobody has timed, dealt like cards."""
        return set(sorted(every)[self.number - 1 :: self.of])
