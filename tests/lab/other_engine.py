"""Another engine for the reader's machine: the programs of the image that ``LAB_ENGINE_IMAGE`` names.

Images such as ``docker:29-dind`` keep the engine's programs, which need no library, in ``/usr/local/bin``:
https://github.com/docker-library/docker. They run on the reader's machine as well, so nothing else changes.
"""

import os

from .docker import docker, last_line, try_docker
from .errors import LabError
from .images import Image, exists
from .progress import step
from .settings import LAB, LABEL

FOLDER = LAB / "other-engine"


def wanted() -> str:
    """The image whose engine is wanted; empty for that of the reader's machine."""
    return os.environ.get("LAB_ENGINE_IMAGE", "")


def facts() -> dict[str, str]:
    """What makes a host with another engine another kind of host."""
    return {"engine-image": wanted()} if wanted() else {}


def ensure(machine: Image) -> str:
    """The tag of the machine with the wanted engine in it, which is built where it is missing."""
    engine = wanted()
    if not engine:
        return machine.tag
    tag = f"{machine.tag}-{_id(engine)[:12]}"
    if not exists(tag):
        with step(f"the engine of {engine}"):
            _build(tag, machine.tag, engine)
    return tag


def _id(engine: str) -> str:
    known = try_docker("image", "inspect", "--format", "{{.Id}}", engine)
    if known.returncode:
        pulled = try_docker("image", "pull", "--quiet", engine, limit=600)
        if pulled.returncode:
            raise _unusable(engine, last_line(pulled.stderr))
    return docker("image", "inspect", "--format", "{{.Id}}", engine).removeprefix("sha256:")


def _build(tag: str, machine: str, engine: str) -> None:
    arguments = ["--build-arg", f"BASE={machine}", "--build-arg", f"ENGINE={engine}"]
    label = ["--label", f"{LABEL}.recipe=engine"]
    result = try_docker("build", "--quiet", "--force-rm", "--tag", tag, *label, *arguments, str(FOLDER), limit=600)
    if result.returncode:
        # the layers before the one that failed; they have the label from the machine
        try_docker("image", "prune", "--force", "--filter", f"label={LABEL}.recipe=engine")
        raise _unusable(engine, last_line(result.stderr))


def _unusable(engine: str, reason: str) -> LabError:
    return LabError(
        f"LAB_ENGINE_IMAGE={engine} cannot be used: {reason}; name an image with the engine's programs in "
        "/usr/local/bin, such as docker:29-dind."
    )
