"""What the lab's containers may do and see on the hosting engine, as the engine itself says it."""

import json
from typing import Any

import pytest

from tests.caps import capabilities
from tests.lab.docker import docker
from tests.lab.host import TranscriptHost

GIB = 1024**3


@pytest.fixture(scope="module", params=["engine", "hub"])
def service(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def container(service: str, transcript_host: TranscriptHost, docker_compose_project_name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        docker("container", "inspect", f"{docker_compose_project_name}-{service}-1")
    )[0]
    return found


def test_nothing_of_the_hosting_engine_is_in_it(container: dict[str, Any]) -> None:
    host = container["HostConfig"]
    assert not host["Privileged"]
    assert not host["Binds"]
    assert not host["Devices"]
    assert {mount["Type"] for mount in container["Mounts"]} <= {"volume", "tmpfs"}
    assert "host" not in (
        host["NetworkMode"],
        host["PidMode"],
        host["IpcMode"],
        host["UTSMode"],
        host["CgroupnsMode"],
    )
    assert "docker.sock" not in json.dumps(container["Mounts"])


def test_nothing_is_published(container: dict[str, Any]) -> None:
    assert not container["HostConfig"]["PortBindings"]
    assert not any(container["NetworkSettings"]["Ports"].values())


def test_the_capabilities_are_those_of_the_documentation(container: dict[str, Any], service: str) -> None:
    host = container["HostConfig"]
    assert host["CapDrop"] == ["ALL"]
    given = sorted(name.removeprefix("CAP_") for name in host["CapAdd"] or [])
    assert given == (capabilities() if service == "engine" else [])
    assert ("no-new-privileges:true" in host["SecurityOpt"]) == (service != "engine")


def test_memory_and_processes_are_limited(container: dict[str, Any], service: str) -> None:
    host = container["HostConfig"]
    assert 0 < host["Memory"] <= (5 * GIB if service == "engine" else GIB // 2)
    assert 0 < host["PidsLimit"] <= (2000 if service == "engine" else 200)
    if service == "engine":
        assert "size=" in host["Tmpfs"]["/var/lib/docker"]


def test_a_fork_bomb_in_the_lab_stays_in_the_lab(transcript_host: TranscriptHost) -> None:
    transcript_host.fresh()
    # children end with their parent, or they would go on with the loop
    child = "os.close(write); os.read(read, 1); os._exit(0)"
    fork = f"import os\nread, write = os.pipe()\nfor number in range(3000):\n    if os.fork() == 0: {child}"
    result = transcript_host.run(f'python3 -c "{fork}"')
    transcript_host.discard()
    assert "Resource temporarily unavailable" in result.stderr
    docker("version")
