"""``python -m benchmarks [NAME …]``: measure, print a table, and write ``_build/bench/NAME.json``.

Without a name: all that need no lab. Settings come from the environment: ``ROUNDS``, ``SCALE`` (a part of the
full size, for a try), ``SAVE=1`` (the documentation shows these figures from now on), ``BESIDE`` (what else ran).
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from benchmarks import NAMES, NO_LAB
from benchmarks.result import ROOT, Result, keep


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=f"BENCH is one of {', '.join(NAMES)}.")
    parser.add_argument("names", nargs="*", metavar="NAME")
    names = parser.parse_args().names or NO_LAB
    if unknown := [name for name in names if name not in NAMES]:
        parser.error(f"there is no benchmark {unknown[0]!r}; they are {', '.join(NAMES)}")
    for name in names:
        rounds = os.environ.get("ROUNDS")
        result: Result = import_module(f"benchmarks.{name}").run(
            int(rounds) if rounds else None, float(os.environ.get("SCALE") or 1)
        )
        result.save(ROOT / f"_build/bench/{name}.json")
        print(f"\n{name}\n{result.text()}\n", flush=True)
        if os.environ.get("SAVE"):
            keep([result])
    return 0


if __name__ == "__main__":
    sys.exit(main())
