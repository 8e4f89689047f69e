"""A living lab beside the runs that are killed, with a container in it that nobody may touch."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from pytest_docker.plugin import DockerComposeExecutor

from tests.lab import owner
from tests.lab.canary import Canary
from tests.lab.docker import docker
from tests.lab.host import TranscriptHost
from tests.lab.settings import LAB, LABEL

NAME = f"{LABEL}-{os.getpid()}-witness"


class Witness:
    """Knows how everything was at the beginning."""

    def __init__(self) -> None:
        self._host = TranscriptHost(NAME, os.environ["LAB_IMAGES_USED"], lambda: None)
        self._host.run("docker run --detach --name witness alpine:3.23 sleep infinity")
        self._canary = Canary(NAME, os.environ["LAB_STORE_IMAGE"])
        self._before = self._state()

    def _state(self) -> str:
        containers = [f"{NAME}-{service}-1" for service in ("engine", "hub")]
        asked = "{{.Id}} {{.State.StartedAt}} {{.State.Running}}"
        inside = self._host.run(f"docker container inspect --format '{asked}' witness").stdout
        return docker("container", "inspect", "--format", asked, *containers) + "\n" + inside

    def harm(self) -> list[str]:
        changed = [] if self._state() == self._before else ["the lab that lives beside was touched"]
        return changed + self._canary.harm()

    def remove(self) -> None:
        self._canary.remove()


@contextmanager
def witness() -> Iterator[Witness]:
    """Belongs to this process, as the labs of a run belong to theirs."""
    os.environ["LAB_OWNER"] = owner.owner()
    compose = DockerComposeExecutor(os.environ["LAB_COMPOSE"], str(LAB / "compose.yaml"), NAME)
    one = None
    try:
        compose.execute("up --detach --quiet-pull")
        one = Witness()
        yield one
    finally:
        if one is not None:
            one.remove()
        owner.remove_project(NAME)
