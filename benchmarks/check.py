"""``python -m benchmarks.check``: measure the ratios again, in few rounds, and hold them against what is kept.

It is no test: how long something takes depends on what else a machine does. So it looks at ratios only, of things
that took turns, and lets each be :data:`TOLERANCE` times what is kept; what is beyond that has got worse.
"""

from __future__ import annotations

import sys
from importlib import import_module

from benchmarks.result import KEPT, Result, kept, number

TOLERANCE = 1.3
CHECKED = {"weight": 1.0, "echo": 1.0, "scale": 0.1}
"""The benchmarks, and the part of their full size that is enough."""

ROUNDS = 3


def worse(now: Result, before: Result) -> list[str]:
    """One sentence for each ratio that is beyond the tolerance."""
    known = {goal.what: goal.value for goal in before.goals if goal.relative}
    compared = [goal for goal in now.goals if goal.what in known]
    if not compared:
        return [f"{now.name}: there is no ratio of the same name in {KEPT.name}, so nothing is compared"]
    return [
        f"{now.name}: {goal.what}: {number(goal.value)} {goal.unit}, kept is {number(known[goal.what])}"
        for goal in compared
        if goal.value > TOLERANCE * known[goal.what]
    ]


def main() -> int:
    """The exit status: 1 where something has got worse."""
    found: list[str] = []
    for name, scale in CHECKED.items():
        now: Result = import_module(f"benchmarks.{name}").run(ROUNDS, scale)
        print(f"\n{name}\n{now.text()}\n", flush=True)
        before = kept().get(name)
        lacking = f"{name}: there are no figures to compare with; take them with make bench BENCH={name} SAVE=1"
        found += worse(now, before) if before else [lacking]
    for sentence in found:
        print(sentence, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
