"""The store of base images that `hub` serves, kept as an image of the hosting engine.

The layers lie in the registry image itself, so a lab starts without copying anything.
"""

import hashlib
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from . import images, owner
from .docker import checked, docker, last_line, try_docker
from .errors import LabError
from .images import Image
from .progress import say, step
from .settings import LABEL, UPSTREAM, BaseImage

KIND = f"{LABEL}.images"


def name(registry: Image, wanted: list[BaseImage], kind: str, source: str) -> str:
    """The store's own name: registry, images and where they come from."""
    key = hashlib.sha256(f"{registry.tag} {kind} {source}".encode())
    for base in wanted:
        content = images.plan_stand_in(base.stand_in).tag if kind == "stand-in" else base.digest
        key.update(f" {base.name}={content}".encode())
    return f"{LABEL}/store-{kind}:{key.hexdigest()[:12]}"


def reachable(source: str) -> bool:
    """Whether a registry answers at all, asked for a few seconds at most."""
    if source != UPSTREAM:
        return True
    try:
        with urllib.request.urlopen("https://registry-1.docker.io/v2/", timeout=5):
            return True
    except urllib.error.HTTPError as error:
        # Docker Hub asks for a token; a proxy that refuses says something else.
        return error.code == 401
    except OSError:
        return False


def fill(registry: Image, wanted: list[BaseImage], kind: str, source: str, tag: str) -> None:
    """Copy base images into a registry and keep the result under a name."""
    with step(f"store {tag}"), _seeding(registry) as container:
        for base in wanted:
            if kind == "official":
                _copy_official(container, base, source)
            else:
                _copy_stand_in(container, base)
        docker("stop", "--time", "5", container)
        labels = f"LABEL {KIND}={kind} {owner.OWNER}=nobody"  # the container's own would become the image's
        docker("commit", "--change", labels, container, tag, limit=300)


def choose_kind(registry: Image, wanted: list[BaseImage], kind: str, source: str) -> str:
    """`official` or `stand-in`; `auto` means what is there already, then what can be had."""
    if kind != "auto":
        return kind
    for one in ("official", "stand-in"):
        if images.exists(name(registry, wanted, one, source)):
            return one
    if reachable(source):
        return "official"
    say("Docker Hub cannot be reached, so stand-ins from Debian packages replace the official images")
    return "stand-in"


def ensure(registry: Image, wanted: list[BaseImage], kind: str, source: str) -> str:
    """The store of this kind, filled if it is not there; returns its name."""
    tag = name(registry, wanted, kind, source)
    if not images.exists(tag):
        fill(registry, wanted, kind, source, tag)
    return tag


@contextmanager
def _seeding(registry: Image) -> Iterator[str]:
    label = f"{owner.OWNER}={owner.owner()}"
    name = f"{LABEL}-seeding-{os.getpid()}"
    container = docker("run", "--detach", "--label", label, "--name", name, registry.tag, "seed")
    try:
        until = time.monotonic() + 20
        while (
            try_docker(
                "exec", container, "skopeo", "list-tags", "--tls-verify=false", "docker://localhost:5000/none"
            ).stderr.find("refused")
            >= 0
        ):
            if time.monotonic() > until:
                raise LabError("The registry of the lab does not answer; run `make clean-lab` and try again.")
            time.sleep(0.1)
        yield container
    finally:
        try_docker("rm", "--force", "--volumes", container)


def _target(base: BaseImage) -> str:
    return f"docker://localhost:5000/library/{base.name}"


def _copy_official(container: str, base: BaseImage, source: str) -> None:
    host = source.removeprefix("http://").removeprefix("https://")
    insecure = ["--src-tls-verify=false"] if source.startswith("http://") else []
    repository = base.name.partition(":")[0]
    reference = f"library/{repository}@{base.digest}" if base.digest else f"library/{base.name}"
    pinned = "" if base.digest else ", what its tag names today"
    with step(f"copying {base.name} from {host}{pinned}"):
        arguments = [
            "exec",
            container,
            "skopeo",
            "copy",
            "--quiet",
            "--preserve-digests",
            "--retry-times=2",
            *insecure,
            "--dest-tls-verify=false",
            f"docker://{host}/{reference}",
            _target(base),
        ]
        result = try_docker(*arguments, limit=900)
        if result.returncode:
            raise LabError(
                f"{base.name} could not be copied from {host}: {last_line(result.stderr)}; try again, or set "
                "LAB_IMAGES=stand-in."
            )


def _copy_stand_in(container: str, base: BaseImage) -> None:
    stand_in = images.plan_stand_in(base.stand_in)
    copy = [
        "docker",
        "exec",
        "--interactive",
        container,
        "skopeo",
        "copy",
        "--quiet",
        "--dest-tls-verify=false",
        "docker-archive:/dev/stdin",
        _target(base),
    ]
    with (
        step(f"storing {base.name}"),
        subprocess.Popen(["docker", "save", stand_in.tag], stdout=subprocess.PIPE) as saving,
    ):
        try:
            result = subprocess.run(copy, stdin=saving.stdout, capture_output=True, text=True, timeout=300)
        except subprocess.TimeoutExpired as error:
            saving.kill()
            raise LabError(f"Storing {base.name} took more than 5 minutes; is the disk full?") from error
        checked(result, copy[1:])
