"""Mutations of whole lines, beside libFuzzer's own ones of bytes: a transcript is made of lines, a screen of orders.

See the `custom mutators <https://github.com/google/atheris#custom-mutators-and-crossovers>`__ of atheris.
"""

from __future__ import annotations

import random

import atheris

from tests.fuzz import seeds


class Lines:
    """Takes, doubles, moves and inserts lines; what is inserted comes from the seeds of the target and the grammar."""

    def __init__(self, target: str) -> None:
        self.end = b"\x1b" if target == "screen" else b"\n"
        self.stock = sorted(
            {*seeds.lines(target), *(one for seed in seeds.seeds(target) for one in seed.split(self.end))}
        )

    def __call__(self, data: bytes, max_size: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if chance.random() < 0.5:
            return atheris.Mutate(data, max_size)
        lines = data.split(self.end)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(lines) + 1)
            match chance.randrange(6):
                case 0:
                    del lines[at : at + 1]
                case 1:
                    lines[at:at] = lines[at : at + chance.randint(1, 3)]
                case 2:
                    lines.insert(chance.randrange(len(lines) + 1), lines.pop(at) if at < len(lines) else b"")
                case 3:
                    lines[at : at + 1] = [chance.choice(self.stock)]
                case _:
                    lines.insert(at, chance.choice(self.stock))
        return self.end.join(lines)[:max_size]
