"""Contenders take turns, so that what else the machine does befalls all of them alike."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.result import ROOT, Row

Contender = Callable[[], float]


def interleaved(group: str, contenders: Mapping[str, Contender], rounds: int) -> list[Row]:
    """A B C A B C …: each contender says what it took, once a round."""
    values: dict[str, list[float]] = {name: [] for name in contenders}
    for done in range(rounds):
        print(f"{group}: round {done + 1} of {rounds}", file=sys.stderr)
        for name, contender in contenders.items():
            values[name].append(round(contender(), 6))
    return [Row(group, name, tuple(taken)) for name, taken in values.items()]


@dataclass(frozen=True, slots=True)
class Took:
    """What a process needed: seconds by the clock and on processors, and the memory of its largest process in MB."""

    seconds: float
    processor: float
    memory: float


def measured(argv: Sequence[str | Path], folder: Path = ROOT, check: bool = True, **environment: str) -> Took:
    """Run a command to its end.

    Raises:
        RuntimeError: with what it said, where it failed: what goes wrong in a hurry is no measurement.
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
        if check and process.returncode:
            said.seek(0)
            raise RuntimeError(
                f"{argv} ended with {process.returncode}:\n{said.read().decode(errors='replace')[-4000:]}"
            )
    return Took(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
