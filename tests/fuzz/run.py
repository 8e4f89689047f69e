"""One piece of a campaign, in a process of its own: libFuzzer ends the process that it runs in.

``python -m tests.fuzz.run TARGET [FLAG …] [FOLDER …]`` takes libFuzzer's flags; a FILE instead of a folder is played once.
"""

from __future__ import annotations

import os
import sys

import atheris

# blind is for comparison: without coverage to go by
_GUIDE = ["no such module"] if os.environ.get("BLIND") else ["played", "rfg"]
with atheris.instrument_imports(include=_GUIDE):
    from tests.fuzz.targets import target

if __name__ == "__main__":
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target(sys.argv[1], planted=os.environ.get("PLANTED") == "1"))
    atheris.Fuzz()
