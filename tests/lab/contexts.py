"""The engines that labs are spread over, as docker contexts: ``LAB_CONTEXTS=default,far``.

The environment says which one this process talks to, so that nothing else in the lab has to know:
https://docs.docker.com/engine/manage-resources/contexts/
"""

import os
import shutil
import subprocess
from collections.abc import Iterator

from .docker import last_line, try_docker
from .errors import LabError
from .progress import step

DEFAULT = "default"  # what every docker command line has: DOCKER_HOST, or this machine's socket
LOCAL = "LAB_LOCAL_HOST"  # keeps DOCKER_HOST, which would win over any context, for those who use the default


def wanted() -> list[str]:
    """The contexts; empty where the one engine is meant that ``docker`` finds by itself."""
    return [name.strip() for name in os.environ.get("LAB_CONTEXTS", "").split(",") if name.strip()]


def need_default() -> bool:
    """Whether the engine of this machine is needed; if so, this process talks to it from now on."""
    names = wanted()
    if DEFAULT in names:
        _use(DEFAULT)
    return not names or DEFAULT in names


def environment(name: str) -> dict[str, str]:
    """The variables with which docker talks to the engine of a context."""
    local = os.environ.get("DOCKER_HOST") or os.environ.get(LOCAL)
    others = {key: value for key, value in os.environ.items() if key != "DOCKER_HOST"}
    kept = {LOCAL: local} if local else {}
    here = {"DOCKER_HOST": local} if local and name == DEFAULT else {}
    return {**others, **kept, **here, "DOCKER_CONTEXT": name}


def use(number: int) -> None:
    """Make this process, and what it starts, talk to the context of a worker: one after the other, in turn."""
    if names := wanted():
        _use(names[number % len(names)])


def _use(name: str) -> None:
    new = environment(name)
    os.environ.pop("DOCKER_HOST", None)
    os.environ.update(new)


def flag() -> str:
    """What somebody types after ``docker`` to reach the engine that this process talks to."""
    return f"--context {os.environ['DOCKER_CONTEXT']} " if wanted() else ""


def each() -> Iterator[str]:
    """Talk to every engine once, and to the first one in the end."""
    for name in dict.fromkeys(wanted()) or [DEFAULT]:
        if wanted():
            _use(name)
        yield name
    use(0)


def check() -> None:
    """See that every context is there, and that its engine answers and is like the others.

    Raises:
        LabError: with what to do.
    """
    if not wanted():
        return
    if shutil.which("docker") is None:
        raise LabError("LAB_CONTEXTS needs Docker's command line; install it, for instance docker-cli of Debian.")
    known = try_docker("--context", DEFAULT, "context", "ls", "--format", "{{.Name}}").stdout.split()
    for name in wanted():
        if name not in known:
            raise LabError(
                f"LAB_CONTEXTS names {name}, which is no docker context (there are {', '.join(known)}); "
                f"`docker context create {name} --docker host=ssh://…` makes one."
            )
    kinds: dict[str, str] = {}
    for name in each():
        asked = try_docker("version", "--format", "{{.Server.Os}}/{{.Server.Arch}}", limit=20)
        if asked.returncode:
            raise LabError(
                f"The engine of the docker context {name} does not answer: {last_line(asked.stderr)}; "
                f"start it, or leave {name} out of LAB_CONTEXTS."
            )
        kinds[asked.stdout.strip()] = name
    if len(kinds) > 1:
        told = ", ".join(f"{name} is {kind}" for kind, name in kinds.items())
        raise LabError(f"The engines of LAB_CONTEXTS need one architecture, since they share images: {told}.")


def share(tags: list[str]) -> None:
    """Copy images from the first engine to those that lack them.

    Raises:
        LabError: when an engine does not take them.
    """
    for name in each():
        missing = [tag for tag in tags if try_docker("image", "inspect", tag).returncode]
        if missing:
            with step(f"copying {', '.join(missing)} to {name}"):
                _copy(missing, environment(wanted()[0]), environment(name), name)


def _copy(tags: list[str], source: dict[str, str], target: dict[str, str], name: str) -> None:
    with subprocess.Popen(["docker", "save", *tags], env=source, stdout=subprocess.PIPE) as saving:
        try:
            command = ["docker", "load", "--quiet"]
            result = subprocess.run(
                command, env=target, stdin=saving.stdout, capture_output=True, text=True, timeout=900
            )
        except subprocess.TimeoutExpired:
            saving.kill()
            raise LabError(f"Copying the lab's images to {name} took more than 15 minutes.") from None
    if result.returncode or saving.returncode:
        raise LabError(f"The engine of {name} does not take the lab's images: {last_line(result.stderr)}")
