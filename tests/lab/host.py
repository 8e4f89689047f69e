"""The machine in front of the reader: where commands are typed, and how it becomes empty again."""

import re
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime

from . import other_engine
from .docker import docker, last_line, try_docker
from .errors import LabError

READY_LIMIT = 60
FRESH_LIMIT = 60
LOG_LIMIT = 10
HOME = "/home/reader"
_LOGGED = re.compile(r'time="(?P<time>[^"Z]+)Z" level=(?P<level>\w+) (?P<text>.*)')


class TranscriptHost:
    """One lab, as those who play transcripts see it."""

    def __init__(self, project: str, images: str, replace: Callable[[], None]) -> None:
        self.container = f"{project}-engine-1"
        self._hub = f"{project}-hub-1"
        self._images = images
        self._replace = replace
        self._spoilt = False
        self.facts: dict[str, str] = {}
        self._wait_until_ready()

    @property
    def argv(self) -> list[str]:
        """The command prefix that runs a program where the reader types."""
        return [
            "docker",
            "exec",
            "--interactive",
            "--user",
            "reader",
            "--workdir",
            HOME,
            "--env",
            f"HOME={HOME}",
            "--env",
            "USER=reader",
            "--env",
            "LOGNAME=reader",
            "--env",
            "LANG=C.UTF-8",
            "--env",
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            self.container,
        ]

    def run(self, script: str, limit: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a bash script as the reader; for tests."""
        return try_docker(*self.argv[1:], "timeout", f"{limit:g}", "bash", "-c", script, limit=limit + 10)

    def fresh(self) -> None:
        """Back to the empty machine that a chapter starts from; a spoilt lab is replaced."""
        if not self._spoilt and self._hub_runs():
            result = self._empty()
            if result.returncode == 0 and not result.stdout.strip():
                return
        self._replace()
        self._wait_until_ready()
        self._spoilt = False

    def discard(self) -> None:
        """After a failed chapter: nothing of this lab may be used for the next."""
        self._spoilt = True

    def complaints(self, since: float) -> list[str]:
        """What the lab's engine has logged as a warning or worse since a time, in seconds of the epoch.

        Transcripts show only what the command line said; output that gets lost in the engine is told of here alone.
        """
        log = try_docker("exec", self.container, "tail", "-n", "2000", "/var/log/docker.log", limit=LOG_LIMIT)
        begin = datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
        logged = [entry for line in log.stdout.splitlines() if (entry := _LOGGED.match(line))]
        return [
            f"{entry['level']}: {entry['text']}"
            for entry in logged
            if entry["time"] >= begin and entry["level"] not in ("debug", "info")
        ]

    def _hub_runs(self) -> bool:
        """A hub that died in a chapter that needed none would fail the next one."""
        asked = try_docker("container", "inspect", "--format", "{{.State.Running}}", self._hub, limit=20)
        return asked.stdout.strip() == "true"

    def _empty(self) -> subprocess.CompletedProcess[str]:
        return try_docker("exec", self.container, "timeout", "30", "lab-fresh", limit=FRESH_LIMIT)

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + READY_LIMIT
        while True:
            result = try_docker(
                "exec",
                self.container,
                "docker",
                "info",
                "--format",
                "{{.ServerVersion}} {{range .DriverStatus}}{{index . 1}},{{end}}",
                limit=20,
            )
            if result.returncode == 0 and result.stdout.strip():
                break
            state = try_docker("container", "inspect", "--format", "{{.State.Running}}", self.container)
            if state.stdout.strip() != "true" or time.monotonic() > until:
                log = docker("logs", "--tail", "20", self.container) if state.returncode == 0 else ""
                reason = last_line(log) or last_line(result.stderr) or "it gives no reason"
                raise LabError(f"The lab's engine does not start: {reason}; try again, or run `make clean-lab`.")
            time.sleep(0.1)
        version, _, status = result.stdout.strip().partition(" ")
        store = "containerd" if "io.containerd.snapshotter" in status else "overlay2"
        self.facts = {
            "engine": version.partition("+")[0],
            "store": store,
            "images": self._images,
            **other_engine.facts(),
        }
