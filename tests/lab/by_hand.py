"""One lab without pytest, for somebody in front of a terminal."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_docker.plugin import DockerComposeExecutor

from . import hosting, owner
from .docker import last_line
from .errors import LabError
from .host import TranscriptHost
from .settings import LAB, LABEL


@contextmanager
def lab(name: str, *overrides: Path) -> Iterator[TranscriptHost]:
    """A fresh lab, removed at the end; the name tells it from others of this process.

    Args:
        overrides: compose files that change what that of the lab says.

    Raises:
        LabError: when it cannot be brought up, or nothing is prepared.
    """
    if "LAB_COMPOSE" not in os.environ:
        raise LabError("No lab is prepared; start this with `python -m tests.lab -- …`, as the Makefile does.")
    project = f"{LABEL}-{os.getpid()}-{name}"
    os.environ["LAB_OWNER"] = owner.owner()
    files = [str(path) for path in (LAB / "compose.yaml", *overrides)]
    compose = DockerComposeExecutor(os.environ["LAB_COMPOSE"], files, project)

    def bring_up() -> None:
        try:
            compose.execute("up --detach --quiet-pull")
        except Exception as error:  # pytest-docker raises nothing more special
            raise LabError(
                f"The lab cannot be brought up: {last_line(str(error).rstrip(chr(34) + '.'))}"
            ) from error

    def replace() -> None:
        hosting.revive()
        owner.remove_project(project)
        bring_up()

    try:
        bring_up()
        yield TranscriptHost(project, os.environ["LAB_IMAGES_USED"], replace)
    finally:
        owner.remove_project(project)
