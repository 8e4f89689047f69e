"""The canary sees what is done to it, and the clean-up of dead labs takes what is dead and nothing else."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import project
from tests.lab import leaks, owner
from tests.lab.canary import Canary
from tests.lab.docker import docker, try_docker
from tests.lab.settings import LABEL

# Harms the hosting engine, where no transcript reaches. Nobody but the run itself looks at things with its name.
HARM = """
import subprocess

def pytest_runtest_setup(item):
    if item.name != "harms":
        return
    project = item._request.getfixturevalue("docker_compose_project_name")
    canary = project.replace("docker-workshop", "docker-workshop-canary")
    spoil = ["exec", canary, "sh", "-c", "echo gone > /data/word"]
    for words in (["volume", "create", f"{project}_stray"], spoil):
        subprocess.run(["docker", *words], check=True, timeout=30)
"""


@pytest.fixture
def canary(docker_compose_command: str) -> Iterator[Canary]:
    one = Canary(f"{LABEL}-{os.getpid()}-test", os.environ["LAB_STORE_IMAGE"])
    yield one
    one.remove()


def test_it_sees_each_part_change(canary: Canary) -> None:
    name = canary.name
    assert canary.harm() == []
    deeds = {
        "data": ["container", "exec", name, "sh", "-c", "echo gone > /data/word"],
        "image": ["image", "rm", name],
        "running": ["container", "stop", "--time", "0", name],
        "container": ["container", "rm", name],
        "network": ["network", "rm", name],
        "volume": ["volume", "rm", name],
    }
    for part, deed in deeds.items():
        docker(*deed)
        assert any(harm.startswith(f"the {part} of {name} was") for harm in canary.harm()), part


def test_it_leaves_nothing(docker_compose_command: str) -> None:
    one = Canary(f"{LABEL}-{os.getpid()}-test", os.environ["LAB_STORE_IMAGE"])
    assert {line.split()[0] for line in leaks.belonging_to({os.getpid()}) if "canary" in line} == {
        "container",
        "volume",
        "network",
        "image",
    }
    one.remove()
    assert {line for line in leaks.belonging_to({os.getpid()}) if f"canary-{os.getpid()}-test" in line} == set()


def test_what_a_dead_run_left_before_it_had_a_container_is_removed(docker_compose_command: str) -> None:
    living, name = owner.owner(), f"{LABEL}-{os.getpid()}-half"
    host, boot, process, start, _ = living.split("/")
    dead = f"{host}/{boot}/{process}/1{start}"
    try:
        for number, one in enumerate((living, dead)):
            docker("network", "create", "--label", f"{owner.OWNER}={one}", f"{name}-{number}")
            docker("volume", "create", "--label", f"{owner.OWNER}={one}", f"{name}-{number}")
        owner.remove_dead_labs()
        left = {line for line in leaks.belonging_to({os.getpid()}) if name in line}
        assert left == {f"network {name}-0", f"volume {name}-0"}
    finally:
        docker("network", "rm", f"{name}-0")
        docker("volume", "rm", f"{name}-0")


def test_a_run_that_leaves_or_harms_something_fails_and_names_it(
    docker_compose_command: str, tmp_path: Path
) -> None:
    project.write(tmp_path, {"01-a": "#: step first\n$ true\n#: step harms\n$ true\n"}, HARM)
    outcome = project.play(tmp_path)
    name = f"{outcome.process}-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"  # as the run inside names its lab
    stray = f"{LABEL}-{name}_stray"
    try_docker("volume", "rm", stray)
    spoilt = f"the data of {LABEL}-canary-{name} was 'do not touch' and is 'gone'"
    assert outcome.status == 1
    assert f"The hosting engine has changed: {spoilt}, volume {stray}\n" in outcome.said
    assert leaks.belonging_to({outcome.process}) == set()
