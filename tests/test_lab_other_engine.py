"""The engine of another image takes the place of the machine's own."""

import os
from collections.abc import Iterator

import pytest

from tests.lab import images, other_engine
from tests.lab.docker import docker, try_docker
from tests.lab.errors import LabError
from tests.lab.images import Image
from tests.lab.settings import LAB, LABEL

# Laid out as docker:dind is; the programs are those of the machine, for want of others.
LAID_OUT = """\
FROM {machine}
RUN mkdir -p /usr/local/libexec/docker/cli-plugins \
 && cp /usr/libexec/docker/cli-plugins/* /usr/local/libexec/docker/cli-plugins/ \
 && cp /usr/bin/docker /usr/sbin/dockerd /usr/local/bin/
"""


@pytest.fixture(scope="module")
def machine(docker_compose_command: str) -> Image:
    return images.plan(LAB / "images" / "engine")


@pytest.fixture(scope="module")
def engine(machine: Image) -> Iterator[str]:
    tag = f"{LABEL}/laid-out-{os.getpid()}:1"
    built = try_docker(
        "build", "--quiet", "--tag", tag, "-", stdin=LAID_OUT.format(machine=machine.tag), limit=300
    )
    assert built.returncode == 0, built.stderr
    yield tag
    docker("image", "rm", "--force", tag)


def test_the_programs_of_the_image_come_first(
    machine: Image, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_ENGINE_IMAGE", engine)
    tag = other_engine.ensure(machine)
    try:
        assert other_engine.facts() == {"engine-image": engine}
        asked = "command -v dockerd; command -v docker; docker buildx version"
        # with a name of the lab's: a run beside this one would call it a leak
        name = f"{LABEL}-test-asked-{os.getpid()}"
        answer = docker("run", "--rm", "--name", name, "--network", "none", "--entrypoint", "sh", tag, "-c", asked)
        assert answer.splitlines()[:2] == ["/usr/local/bin/dockerd", "/usr/local/bin/docker"]
        assert "buildx" in answer
    finally:
        docker("image", "rm", "--force", tag)


@pytest.mark.parametrize(
    ("image", "reason"),
    [("store", "cli-plugins"), ("localhost:1/engine:29", "connection refused")],
    ids=["has no engine", "cannot be pulled"],
)
def test_an_image_that_cannot_be_used_is_one_sentence(
    machine: Image, monkeypatch: pytest.MonkeyPatch, image: str, reason: str
) -> None:
    image = os.environ["LAB_STORE_IMAGE"] if image == "store" else image
    monkeypatch.setenv("LAB_ENGINE_IMAGE", image)
    nameless = ["image", "ls", "--quiet", "--filter", "dangling=true", "--filter", f"label={LABEL}.recipe=engine"]
    before = docker(*nameless)
    with pytest.raises(LabError, match=rf"LAB_ENGINE_IMAGE={image} cannot be used: .*; name an image") as raised:
        other_engine.ensure(machine)
    assert reason in str(raised.value)
    assert "\n" not in str(raised.value)
    assert docker(*nameless) == before


def test_without_the_variable_the_machine_stays_as_it_is(machine: Image, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAB_ENGINE_IMAGE", raising=False)
    assert other_engine.ensure(machine) == machine.tag
    assert other_engine.facts() == {}
