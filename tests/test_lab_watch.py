"""``make watch`` in a lab of its own: it plays, waits, and leaves nothing when Ctrl-C ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from tests.lab import leaks
from tests.lab.host import TranscriptHost
from tests.lab.settings import LABEL, ROOT


def test_a_chapter_is_played_and_the_lab_is_gone_afterwards(transcript_host: TranscriptHost) -> None:
    """The fixture is not played on; it says that a lab is prepared."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.watch", "transcript-format"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "ext")},
        stdout=subprocess.PIPE,
        text=True,
    ) as watching:
        assert watching.stdout is not None
        said = []
        for line in watching.stdout:
            said.append(line.rstrip())
            if line.startswith("waiting for a save"):
                watching.send_signal(signal.SIGINT)
    assert watching.returncode == 0
    assert said[0].startswith("from the start, on a host emptied in ")
    assert said[0].endswith(": nothing has been played yet")
    assert [line for line in said if "differs" in line or "examples/" in line] == []
    assert len([line for line in said if ": as recorded, " in line]) > 15
    assert not [thing for thing in leaks.belonging_to({watching.pid}) if LABEL in thing]
