"""The lab does what a reader's machine with Docker Hub does."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.docker import docker
from tests.lab.host import TranscriptHost
from tests.lab.settings import ROOT, base_images

PASSWORD = "only-for-the-lab"


@pytest.fixture(scope="module")
def lab(transcript_host: TranscriptHost) -> Iterator[TranscriptHost]:
    transcript_host.fresh()
    yield transcript_host
    transcript_host.fresh()


def ok(lab: TranscriptHost, script: str, limit: float = 60) -> str:
    result = lab.run(script, limit)
    assert result.returncode == 0, f"{script}\n{result.stdout}{result.stderr}"
    return result.stdout.strip()


def test_every_image_comes_without_a_login(lab: TranscriptHost) -> None:
    for image in base_images():
        ok(lab, f"docker pull --quiet {image.name}")


def test_facts(lab: TranscriptHost) -> None:
    assert tuple(map(int, lab.facts["engine"].split(".")[:2])) >= (28, 5)
    assert lab.facts["store"] == os.environ["STORE"]
    assert lab.facts["images"] in ("stand-in", "official")


def test_the_reader_has_the_tools(lab: TranscriptHost) -> None:
    ok(lab, "docker compose version && docker buildx version && curl --version && python3 --version")
    assert ok(lab, "id -un; id -u; pwd; echo $HOME; sudo id -u").split() == [
        "reader",
        "1000",
        "/home/reader",
        "/home/reader",
        "0",
    ]


def test_others_play_in_a_container_with_a_setting_alone(lab: TranscriptHost, tmp_path: Path) -> None:
    steps = tmp_path / "examples/hello/steps.console"
    steps.parent.mkdir(parents=True)
    steps.write_text(
        '#: step hello\n$ cd && echo "I am $(id -un)"\nI am reader\n$ test -t 1 && cat /absent\n'
        "cat: /absent: No such file or directory\n[1]\n"
    )
    (tmp_path / "pytest.ini").write_text(
        f"[pytest]\nplayed_command = docker exec --interactive --user reader {lab.container}\n"
    )
    played = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "played.pytest_plugin", "examples"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "ext")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert played.returncode == 0, played.stdout + played.stderr
    assert f"played on host docker exec --interactive --user reader {lab.container}" in played.stdout
    assert "1 steps, 2 commands" in played.stdout


def test_pip_works_in_a_build(lab: TranscriptHost) -> None:
    ok(
        lab,
        """
        mkdir web && cd web
        printf '%s\\n' 'FROM python:3.14-alpine' 'WORKDIR /app' 'RUN pip install flask' \\
            'CMD ["flask", "--version"]' > Dockerfile
        docker build --quiet --tag web1 .
    """,
        120,
    )
    assert "Flask" in ok(lab, "docker run --rm web1")


def test_push_and_pull_with_a_login(lab: TranscriptHost) -> None:
    ok(lab, f"echo {PASSWORD} | docker login --username reader --password-stdin")
    assert "https://index.docker.io/v1/" in json.loads(ok(lab, "cat ~/.docker/config.json"))["auths"]
    ok(
        lab,
        """
        docker pull --quiet python:3.14-alpine
        docker tag python:3.14-alpine reader/web1
        docker push reader/web1 && docker image rm reader/web1 && docker pull reader/web1 && docker logout
    """,
    )


def test_a_wrong_password_is_refused(lab: TranscriptHost) -> None:
    result = lab.run("echo wrong | docker login --username reader --password-stdin")
    assert result.returncode != 0
    assert "unauthorized: incorrect username or password" in result.stderr


def test_an_image_nobody_has_is_a_clear_error(lab: TranscriptHost) -> None:
    start = time.monotonic()
    result = lab.run("docker pull no-such-image:1.0")
    assert result.returncode == 1
    assert "no-such-image" in result.stderr
    assert time.monotonic() - start < 10


def test_the_daemon_can_be_restarted(lab: TranscriptHost) -> None:
    ok(lab, "docker run --detach --name kept --stop-timeout 1 --restart always alpine:3.23 sleep 1000")
    ok(lab, "sudo service docker restart && docker version")
    assert ok(lab, "docker ps --format '{{.Names}}'") == "kept"


def test_published_ports_and_names_of_a_network(lab: TranscriptHost) -> None:
    ok(
        lab,
        """
        docker network create friends
        docker run --detach --name web --network friends --publish 8080:80 nginx:1.30-alpine
        until curl --silent --fail http://localhost:8080 > /dev/null; do sleep 0.1; done
        docker run --rm --network friends alpine:3.23 wget -q -O - http://web/ | grep -q nginx
    """,
    )


def test_fresh_leaves_nothing(lab: TranscriptHost) -> None:
    ok(lab, "docker volume create data && echo x > ~/file && (sleep 1000 > /dev/null 2>&1 & )")
    start = time.monotonic()
    lab.fresh()
    seconds = time.monotonic() - start
    listings = ("container ls --all -q", "image ls --all -q", "volume ls -q", "network ls -q -f type=custom")
    left = "; ".join([*(f"docker {listing}" for listing in listings), "ls ~", "pgrep -u reader sleep"])
    assert ok(lab, f"{left} || true") == ""
    assert "0B" in ok(lab, "docker builder du | tail -1 || true")
    assert seconds < 5


def test_what_fresh_leaves_over_is_named_and_counted(lab: TranscriptHost) -> None:
    """By the script that empties the lab, with what empties taken out."""
    only_looks = (
        "sed '/^subprocess.run/d; /^empty_home()/d; s/^    empty_engine()$/    pass/' $(command -v lab-fresh)"
    )
    left = ok(
        lab, f"docker pull -q alpine:3.23 && docker create alpine:3.23 && {only_looks} | python3 -"
    ).splitlines()
    assert [line.partition(":")[0] for line in left[2:]] == ["containers", "images", "containers that are counted"]


def test_prune_and_stop_everything_harm_nothing(lab: TranscriptHost) -> None:
    ok(lab, "docker run --detach --name one alpine:3.23 sleep 1000")
    ok(lab, "docker stop --time 0 $(docker container ls -q) && docker system prune --all --volumes --force")
    ok(lab, "docker run --rm alpine:3.23 true")


@pytest.mark.parametrize("image", ["alpine:3.23", "python:3.14-alpine", "redis:8-alpine", "nginx:1.30-alpine"])
def test_an_alpine_has_no_tools_of_gnu(lab: TranscriptHost, image: str) -> None:
    run = f"docker run --rm --entrypoint sh {image} -c"
    assert "BusyBox" in ok(lab, f"{run} 'ls --help 2>&1 | head -1'")
    for program in ("bash", "apt", "dpkg", "perl", "systemctl"):
        assert lab.run(f"{run} 'command -v {program}'").returncode != 0, program


def test_programs_of_the_base_images(lab: TranscriptHost) -> None:
    assert ok(lab, "docker run --rm python:3.14-slim python --version").startswith("Python 3.14")
    assert ok(lab, "docker run --rm redis:8-alpine redis-server --version").startswith("Redis server v=8")
    assert "nginx/1.30" in lab.run("docker run --rm nginx:1.30-alpine nginx -v").stderr
    ok(
        lab,
        """
        docker run --detach --name cache redis:8-alpine
        until docker exec cache redis-cli ping | grep -q PONG; do sleep 0.1; done
        test "$(docker exec cache id -u redis)" = 999
        docker run --detach --name db --env POSTGRES_PASSWORD=x --env POSTGRES_DB=shop postgres:18-alpine
        ask="docker exec db psql -h 127.0.0.1 -U postgres -d shop"
        until $ask -c 'SELECT 1' > /dev/null 2>&1; do sleep 0.2; done
        docker stop cache db
    """,
    )


CONFIGURATION: dict[str, dict[str, object]] = {
    "alpine:3.23": {"Cmd": ["/bin/sh"]},
    "python:3.14-alpine": {"Cmd": ["python3"]},
    "python:3.14-slim": {"Cmd": ["python3"]},
    "redis:8-alpine": {
        "Cmd": ["redis-server"],
        "Entrypoint": ["docker-entrypoint.sh"],
        "WorkingDir": "/data",
        "Volumes": {"/data": {}},
        "ExposedPorts": {"6379/tcp": {}},
    },
    "nginx:1.30-alpine": {
        "Cmd": ["nginx", "-g", "daemon off;"],
        "Entrypoint": ["/docker-entrypoint.sh"],
        "ExposedPorts": {"80/tcp": {}},
        "StopSignal": "SIGQUIT",
    },
    "postgres:18-alpine": {
        "Cmd": ["postgres"],
        "Entrypoint": ["docker-entrypoint.sh"],
        "StopSignal": "SIGINT",
        "Volumes": {"/var/lib/postgresql": {}},
        "ExposedPorts": {"5432/tcp": {}},
    },
}


@pytest.mark.parametrize("image", list(CONFIGURATION))
def test_configuration_of_the_base_images(lab: TranscriptHost, image: str) -> None:
    ok(lab, f"docker pull --quiet {image}")
    config = json.loads(ok(lab, f"docker image inspect --format '{{{{json .Config}}}}' {image}"))
    expected = CONFIGURATION[image]
    assert {key: config.get(key) for key in expected} == expected


def test_a_full_disk_is_a_clear_error(lab: TranscriptHost) -> None:
    ok(
        lab,
        """
        docker pull --quiet alpine:3.23
        docker image rm --force python:3.14-slim > /dev/null 2>&1
        free=$(df --output=avail --block-size=M /var/lib/docker | tail -1 | tr -d ' M')
        sudo fallocate --length $((free - 20))M /var/lib/docker/filler
        """,
    )
    try:
        result = lab.run("docker run --rm alpine:3.23 dd if=/dev/zero of=/big bs=1M count=100")
        assert result.returncode == 1
        assert "No space left on device" in result.stderr
        assert lab.run("docker pull python:3.14-slim").returncode == 1
    finally:
        ok(lab, "sudo rm -f /var/lib/docker/filler")
    ok(lab, "docker pull --quiet python:3.14-slim")


def test_a_discarded_lab_is_replaced_and_its_hub_has_another_key(
    lab: TranscriptHost, docker_compose_project_name: str
) -> None:
    def public_key() -> str:
        show = ["openssl", "pkey", "-in", "/tmp/hub.key", "-pubout"]
        return docker("exec", f"{docker_compose_project_name}-hub-1", *show)

    before = public_key()
    ok(lab, "sudo touch /spoilt")
    lab.discard()
    lab.fresh()
    ok(lab, "test ! -e /spoilt && docker run --rm alpine:3.23 true")
    assert "PUBLIC KEY" in before
    assert public_key() != before
    changes = docker("container", "diff", f"{docker_compose_project_name}-hub-1").splitlines()
    assert {"A /tmp/ca.key", "A /tmp/hub.key"} <= set(changes), "keys are made in the container, no image has them"


def test_a_dead_daemon_is_replaced(lab: TranscriptHost) -> None:
    ok(lab, "sudo service docker stop")
    lab.fresh()
    ok(lab, "docker version")
