"""Somebody else's objects on the hosting engine, for the time of a run: whatever a lab does, they stay as they are."""

import subprocess
import time
from typing import NamedTuple

from . import owner
from .docker import docker, last_line, try_docker
from .errors import LabError
from .settings import LABEL

WORD = "do not touch"


class State(NamedTuple):
    """What must be the same after a run as before it."""

    container: str
    started: str
    running: str
    network: str
    volume: str
    image: str
    data: str


class Canary:
    """A running container, a volume with data, a network and an image, all with one name of this run.

    The label is the one that labs have. So the canary of a run that was killed is removed with its lab, and a
    clean-up that goes too far in a run that lives is noticed.
    """

    def __init__(self, project: str, image: str) -> None:
        self.name = f"{owner.CANARY}{project.removeprefix(LABEL)}"
        self._label = f"{owner.PROJECT}={self.name}"
        try:
            self.before = self._set_up(image)
        except LabError:
            self.remove()
            raise

    def _set_up(self, image: str) -> State:
        both = [f"{owner.OWNER}={owner.owner()}", self._label]
        labels = [word for label in both for word in ("--label", label)]
        empty = subprocess.run(
            ["docker", "import", "--change", f"LABEL {' '.join(both)}", "-", self.name],
            input=bytes(10240),  # a tar file of nothing
            capture_output=True,
            timeout=60,
        )
        if empty.returncode:
            raise LabError(f"No image could be imported: {last_line(empty.stderr.decode())}")
        docker("network", "create", *labels, self.name)
        docker("volume", "create", *labels, self.name)
        options = ["--detach", "--pull", "never", "--name", self.name, "--network", self.name, *labels]
        mount = ["--volume", f"{self.name}:/data", "--entrypoint", "sh"]
        script = f"echo '{WORD}' > /data/word; exec sleep infinity"
        docker("run", *options, *mount, "--memory", "64m", "--init", image, "-c", script)
        until = time.monotonic() + 20
        while self.state().data != WORD:
            if time.monotonic() > until:
                raise LabError("A container that writes one word did not do so within 20 s.")
            time.sleep(0.05)
        return self.state()  # anew, since the volume's date is that of the last write

    def state(self) -> State:
        """What there is now; empty where something is gone."""
        asked = "{{.Id}} {{.State.StartedAt}} {{.State.Running}}"
        container = _one("container", "inspect", "--format", asked, self.name).split()
        return State(
            *(container or ["", "", ""]),
            _one("network", "inspect", "--format", "{{.Id}}", self.name),
            _one("volume", "inspect", "--format", "{{.CreatedAt}}", self.name),
            _one("image", "inspect", "--format", "{{.Id}}", self.name),
            _one("exec", self.name, "cat", "/data/word"),
        )

    def harm(self) -> list[str]:
        """What a run did to it, a few words each; nothing, if all is well."""
        now = self.state()._asdict()
        return [
            f"the {part} of {self.name} was {before!r} and is {now[part]!r}"
            for part, before in self.before._asdict().items()
            if now[part] != before
        ]

    def remove(self) -> None:
        owner.remove(self._label)


def _one(*arguments: str) -> str:
    result = try_docker(*arguments, limit=20)
    return result.stdout.strip() if result.returncode == 0 else ""
