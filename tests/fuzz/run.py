"""One piece of a campaign, in a process of its own: libFuzzer ends the process that it runs in.

``python -m tests.fuzz.run TARGET [FLAG …] [FOLDER …]`` takes libFuzzer's flags; a FILE instead of a folder is played once.
"""

from __future__ import annotations

import sys

import atheris

# also what Sphinx loads when it starts: a module that comes in later would not be seen by the fuzzing
with atheris.instrument_imports(include=["played", "rfg"]):
    from tests.fuzz.lines import Lines
    from tests.fuzz.targets import target

    play = target(sys.argv[1])

if __name__ == "__main__":
    atheris.Setup([sys.argv[0], *sys.argv[2:]], play, custom_mutator=Lines(sys.argv[1]))
    atheris.Fuzz()
