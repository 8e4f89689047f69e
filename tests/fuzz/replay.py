"""Plays every kept input of a target once, without atheris: for the coverage report."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.fuzz.targets import target

if __name__ == "__main__":
    play = target(sys.argv[1])
    for path in sorted(path for folder in sys.argv[2:] for path in Path(folder).iterdir()):
        play(path.read_bytes())
