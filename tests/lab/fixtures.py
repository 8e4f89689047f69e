"""pytest fixtures that bring up a lab of its own for each worker; to be named in `pytest_plugins`."""

import os
from collections.abc import Iterator
from contextlib import suppress

import pytest
from pytest_docker.plugin import DockerComposeExecutor, Services, get_docker_services

from . import leaks, owner
from .errors import LabError
from .host import HOME, TranscriptHost
from .progress import say
from .settings import LAB, LABEL, keep

DOWN = "down --volumes --timeout 2"
PREPARED = ("LAB_ENGINE_IMAGE", "LAB_STORE_IMAGE", "LAB_IMAGES_USED", "LAB_COMPOSE")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """What the machine allows, for ``-n auto``: a processor and 6 GB for each lab."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return max(1, min(len(os.sched_getaffinity(0)), int(memory / 6)))


@pytest.fixture(scope="session")
def docker_compose_command() -> str:
    missing = [name for name in PREPARED if name not in os.environ]
    if missing:
        pytest.fail("No lab is prepared; run `make test`, or `python -m tests.lab -- pytest …`.", pytrace=False)
    return os.environ["LAB_COMPOSE"]


@pytest.fixture(scope="session")
def docker_compose_file() -> str:
    return str(LAB / "compose.yaml")


@pytest.fixture(scope="session")
def docker_compose_project_name() -> str:
    return f"{LABEL}-{os.getpid()}-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.fixture(scope="session")
def docker_setup() -> list[str]:
    os.environ["LAB_OWNER"] = owner.owner()
    return ["up --detach --quiet-pull"]


@pytest.fixture(scope="session")
def docker_cleanup() -> list[str]:
    return [] if keep() else [DOWN]


@pytest.fixture(scope="session")
def nothing_left_behind(docker_compose_command: str, docker_compose_project_name: str) -> Iterator[None]:
    """Fails the run when the hosting engine holds anything after it that it did not hold before."""
    before = leaks.snapshot(docker_compose_project_name)
    yield
    if keep():
        return
    difference = sorted(leaks.snapshot(docker_compose_project_name) ^ before)
    if difference:
        pytest.fail(f"The hosting engine has changed: {', '.join(difference)}", pytrace=False)


@pytest.fixture(scope="session")
def docker_services(
    docker_compose_command: str,
    docker_compose_file: str,
    docker_compose_project_name: str,
    docker_setup: list[str],
    docker_cleanup: list[str],
    nothing_left_behind: None,
) -> Iterator[Services]:
    """As pytest-docker's, but a failed start is taken down too."""
    try:
        with get_docker_services(
            docker_compose_command,
            docker_compose_file,
            docker_compose_project_name,
            docker_setup,
            docker_cleanup,
        ) as services:
            yield services
    finally:
        if keep():
            say(
                f"KEEP=1: the lab stays until the next run; `docker exec -it -u reader -w {HOME} "
                f"{docker_compose_project_name}-engine-1 bash` looks inside"
            )
        else:
            with suppress(LabError):
                owner.remove_project(docker_compose_project_name)


@pytest.fixture(scope="session")
def transcript_host(
    docker_compose_command: str,
    docker_compose_file: str,
    docker_compose_project_name: str,
    docker_setup: list[str],
    docker_services: Services,
) -> TranscriptHost:
    """Where the reader types."""
    compose = DockerComposeExecutor(docker_compose_command, docker_compose_file, docker_compose_project_name)

    def replace() -> None:
        for command in [DOWN, *docker_setup]:
            compose.execute(command)

    return TranscriptHost(docker_compose_project_name, os.environ["LAB_IMAGES_USED"], replace)
