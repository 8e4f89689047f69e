"""A short real run that is going to be killed, and the phase it is in."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.lab.settings import ROOT

CHAPTER = "04-deleting-an-image"
STEP = "two-tags"  # the first step of the chapter that comes after a second build
RUN = [sys.executable, "-m", "tests.lab", "--"]
PLAY = [*RUN, sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider"]
PHASES = {  # each begins when the run prints these words
    "preparation": "lab: preparing the lab …",
    "start": "lab: preparing the lab: ",
    "play": " PASSED ",
    "tear-down": "[100%]",
}
LIMIT = 300  # seconds


class Victim:
    """A run in a session of its own, so that nothing else is hit.

    Attributes:
        began: when each phase began that has been reached.
        processes: every process that was seen in it.
        said: what it has printed.
    """

    def __init__(self) -> None:
        self.began: dict[str, float] = {}
        self.processes: set[int] = set()
        self.said: list[str] = []
        self._process = subprocess.Popen(
            [*PLAY, f"examples/{CHAPTER}", "--chapter", CHAPTER, "--step", STEP],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line)
            for phase, words in PHASES.items():
                if words in line:
                    self.began.setdefault(phase, time.monotonic())

    @property
    def phase(self) -> str:
        return max(self.began, key=lambda phase: self.began[phase], default="before")

    def wait_for(self, phase: str, seconds: float) -> None:
        """Return so many seconds after a phase began, or when the run is over."""
        until = time.monotonic() + LIMIT
        while self._process.poll() is None and time.monotonic() < until:
            self.living()
            if phase in self.began and time.monotonic() - self.began[phase] >= seconds:
                return
            time.sleep(0.02)

    def living(self) -> set[int]:
        """The processes of its session."""
        now = set()
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == self._process.pid and fields[0] != "Z":
                now.add(int(entry.name))
        self.processes |= now
        return now

    def kill(self, number: signal.Signals) -> None:
        """SIGKILL hits the whole session, as a machine does that is lost; the others hit `python -m tests.lab`."""
        for process in self.living() if number == signal.SIGKILL else [self._process.pid]:
            try:
                os.kill(process, number)
            except ProcessLookupError:
                continue

    def end(self) -> tuple[int | None, float]:
        """Wait for it; its exit status (``None``: it had to be killed) and the seconds that took."""
        began = time.monotonic()
        try:
            status = self._process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self.kill(signal.SIGKILL)
            self._process.wait(10)
            return None, time.monotonic() - began
        self._reader.join(5)
        return status, time.monotonic() - began
