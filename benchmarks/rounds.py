"""Contenders take turns, so that what else the machine does befalls all of them alike."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.result import ROOT, Row


@dataclass(frozen=True, slots=True)
class Took:
    """What something needed.

    Attributes:
        seconds: by the clock.
        processor: seconds of processors, those of all its processes. A busy machine disturbs them less.
        memory: of its largest process, in MB.
    """

    seconds: float
    processor: float = 0.0
    memory: float = 0.0


Contender = Callable[[], Took]
_UNITS = {"processor": "s", "memory": "MB"}


def interleaved(
    group: str, contenders: Mapping[str, Contender], rounds: int, also: Iterable[str] = ()
) -> list[Row]:
    """A B C A B C …: each contender has one turn in each round.

    Args:
        also: what to list besides the seconds, in groups of its own: ``processor``, ``memory``.
    """
    found: dict[str, list[Took]] = {name: [] for name in contenders}
    for done in range(rounds):
        print(f"{group}: round {done + 1} of {rounds}", file=sys.stderr)
        for name, contender in contenders.items():
            found[name].append(contender())
    rows = [Row(group, name, tuple(round(one.seconds, 5) for one in took)) for name, took in found.items()]
    for what in also:
        for name, took in found.items():
            values = tuple(round(getattr(one, what), 3) for one in took)
            rows.append(Row(f"{group}, {what}", name, values, _UNITS[what]))
    return rows


def measured(argv: Sequence[str | Path], folder: Path = ROOT, **environment: str) -> Took:
    """Run a command to its end.

    Raises:
        RuntimeError: with what it said, where it failed: a failure may be fast.
    """
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            argv,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            end = said.read().decode(errors="replace")[-4000:]
            raise RuntimeError(f"{argv} ended with {process.returncode}:\n{end}")
    return Took(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
