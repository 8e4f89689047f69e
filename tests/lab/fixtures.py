"""pytest fixtures that bring up a lab of its own for each worker; loaded with `-p` in `pyproject.toml`."""

import os
import signal
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType

import pytest
from pytest_docker.plugin import DockerComposeExecutor, Services, get_docker_services

from . import contexts, hosting, leaks, owner
from .canary import Canary
from .docker import docker, last_line
from .errors import LabError
from .host import HOME, TranscriptHost
from .progress import say
from .settings import LAB, LABEL, keep

UP_LIMIT = 180  # seconds
_HOST = pytest.StashKey[TranscriptHost]()
PREPARED = ("LAB_MACHINE_IMAGE", "LAB_STORE_IMAGE", "LAB_IMAGES_USED", "LAB_COMPOSE")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """What the machine allows, for ``-n auto``: a processor and 6 GB for each lab; of several engines, the smallest."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if not contexts.wanted():
        return _labs(len(os.sched_getaffinity(0)), memory)
    sizes = [docker("info", "--format", "{{.NCPU}} {{.MemTotal}}").split() for _ in contexts.each()]
    return len(contexts.wanted()) * min(_labs(int(processors), int(memory)) for processors, memory in sizes)


def _labs(processors: int, memory: int) -> int:
    return max(1, min(processors, int(memory / 6e9)))


def pytest_configure(config: pytest.Config) -> None:
    """Workers take the engines in turn. What is not a worker has the first one."""
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        contexts.use(int(worker.removeprefix("gw")))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Below a failure stands what the lab's engine complained of meanwhile. ``KEEP=1`` ends the run there.

    The next chapter would need another lab, and the one to look at would be gone.
    """
    report = yield
    host = item.config.stash.get(_HOST, None)
    if report.failed and call.when == "call" and host is not None:
        if complaints := host.complaints(call.start):
            report.sections.append(("What the lab's engine logged", "\n".join(complaints)))
        if keep():
            item.session.shouldfail = f"{item.nodeid} failed, and KEEP=1 keeps its lab"
    return report


def pytest_report_header() -> str | None:
    names = contexts.wanted()
    return f"labs: on the docker contexts {', '.join(names)}, worker by worker" if names else None


@contextmanager
def told() -> Iterator[None]:
    """Makes what is wrong with the lab one sentence of the report, instead of a traceback."""
    try:
        yield
    except LabError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


@contextmanager
def bringing_up() -> Iterator[None]:
    """Makes Compose, which pytest-docker calls without a limit, end in time and in one sentence."""

    def late(_number: int, _frame: FrameType | None) -> None:
        raise LabError(f"the hosting engine did not start it within {UP_LIMIT} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(UP_LIMIT)
    try:
        yield
    except Exception as error:  # pytest-docker raises nothing more special
        reason = last_line(str(error).rstrip('".')) or repr(error)
        raise LabError(f"The lab cannot be brought up: {reason}") from error
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def docker_compose_command() -> str:
    missing = [name for name in PREPARED if name not in os.environ]
    if missing:
        pytest.fail("No lab is prepared; run `make test`, or `python -m tests.lab -- pytest …`.", pytrace=False)
    return os.environ["LAB_COMPOSE"]


@pytest.fixture(scope="session")
def docker_compose_file() -> str:
    return os.environ.get("LAB_COMPOSE_FILE", str(LAB / "compose.yaml"))


@pytest.fixture(scope="session")
def docker_compose_project_name() -> str:
    return f"{LABEL}-{os.getpid()}-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.fixture(scope="session")
def docker_setup() -> list[str]:
    os.environ["LAB_OWNER"] = owner.owner()
    return ["up --detach --quiet-pull"]


@pytest.fixture(scope="session")
def nothing_left_behind(docker_compose_command: str, docker_compose_project_name: str) -> Iterator[None]:
    """Fails the run when the hosting engine holds anything after it that it did not hold before, or lacks it."""
    with told():
        before = leaks.snapshot(docker_compose_project_name)
        canary = Canary(docker_compose_project_name, os.environ["LAB_STORE_IMAGE"])
    try:
        yield
        with told():
            harm = canary.harm()
    finally:
        canary.remove()
    if not keep():
        with told():
            harm += sorted(leaks.snapshot(docker_compose_project_name) ^ before)
    if harm:
        pytest.fail(f"The hosting engine has changed: {', '.join(harm)}", pytrace=False)


@pytest.fixture(scope="session")
def docker_services(
    docker_compose_command: str,
    docker_compose_file: str,
    docker_compose_project_name: str,
    docker_setup: list[str],
    nothing_left_behind: None,
) -> Iterator[Services]:
    """As pytest-docker's, but a start that fails or is interrupted is taken down too, and all within limits."""
    services = get_docker_services(
        docker_compose_command, docker_compose_file, docker_compose_project_name, docker_setup, []
    )
    try:
        with ExitStack() as stack:
            with told(), bringing_up():
                running = stack.enter_context(services)
            yield running
    finally:
        if keep():
            say(
                f"KEEP=1: the lab stays until the next run; `docker {contexts.flag()}exec -it -u reader -w {HOME} "
                f"{docker_compose_project_name}-engine-1 bash` looks inside"
            )
        else:
            with suppress(LabError):
                owner.remove_project(docker_compose_project_name)


@pytest.fixture(scope="session")
def transcript_host(
    pytestconfig: pytest.Config,
    docker_compose_command: str,
    docker_compose_file: str,
    docker_compose_project_name: str,
    docker_setup: list[str],
    docker_services: Services,
) -> TranscriptHost:
    """Where the reader types."""
    compose = DockerComposeExecutor(docker_compose_command, docker_compose_file, docker_compose_project_name)

    def replace() -> None:
        hosting.revive()
        owner.remove_project(docker_compose_project_name)
        with bringing_up():
            for command in docker_setup:
                compose.execute(command)

    with told():
        host = TranscriptHost(docker_compose_project_name, os.environ["LAB_IMAGES_USED"], replace)
    pytestconfig.stash[_HOST] = host
    return host
