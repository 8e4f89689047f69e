"""The hub gives and refuses what Docker Hub does, and says it in the same words."""

import base64
import json
import shlex
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lab.docker import docker, try_docker
from tests.lab.host import TranscriptHost

PASSWORD = "only-for-the-lab"
REALM = "https://auth.docker.io:444/token"
NOT_THERE = "library/not-there"
PULL_DENIED = {
    "overlay2": "pull access denied for not-there, repository does not exist or may require 'docker login': "
    "denied: requested access to the resource is denied",
    "containerd": "pull access denied for not-there, repository does not exist or may require 'docker login'",
}
PUSH_DENIED = {
    "overlay2": "denied: requested access to the resource is denied",
    "containerd": "push access denied, repository does not exist or may require authorization: "
    "server message: insufficient_scope: authorization failed",
}
# BuildKit asks by itself, whatever the engine stores images in.
BUILD_DENIED = (
    "pull access denied, repository does not exist or may require authorization: "
    "server message: insufficient_scope: authorization failed"
)


@pytest.fixture(scope="module")
def lab(transcript_host: TranscriptHost) -> Iterator[TranscriptHost]:
    transcript_host.fresh()
    yield transcript_host
    transcript_host.fresh()


def ask(lab: TranscriptHost, method: str, user: str, password: str, *scopes: str) -> dict[str, Any]:
    """What the token server answers, and with which status."""
    fields = [f"service=registry.docker.io&{'&'.join(f'scope={scope}' for scope in scopes)}"]
    if method == "POST":
        fields.append(f"grant_type=password&username={user}&password={password}")
        options = ["--data", "&".join(fields), REALM]
    else:
        options = [*(["--user", f"{user}:{password}"] if user else []), f"{REALM}?{fields[0]}"]
    asked = lab.run(shlex.join(["curl", "-s", "-w", r"\n%{http_code}", *options]))
    body, _, status = asked.stdout.rpartition("\n")
    return {"status": int(status), **json.loads(body)}


def access(token: str) -> list[str]:
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return [f"{one['name']}:{','.join(one['actions'])}" for one in claims["access"]]


def manifest(lab: TranscriptHost, repository: str, token: str) -> str:
    """The status with which the registry answers the bearer of a token."""
    url = f"https://registry-1.docker.io/v2/{repository}/manifests/3.23"
    command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", f"Authorization: Bearer {token}", url]
    return lab.run(shlex.join(command)).stdout


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("user", "scopes", "granted"),
    [
        ("", ["library/alpine:pull,push"], ["library/alpine:pull"]),
        ("", [f"{NOT_THERE}:pull"], []),
        ("", ["reader/new:pull,push"], []),
        ("reader", ["library/alpine:pull,push"], ["library/alpine:pull"]),
        ("reader", ["library/alpine:*", "library/alpine:delete"], []),
        ("reader", [f"{NOT_THERE}:pull,push"], []),
        ("reader", ["reader/new:pull,push,delete"], ["reader/new:pull,push"]),
        ("reader", ["readers/new:pull,push", "reader:push", "somebody/new:push"], []),
        ("reader", ["reader/../library/alpine:push", "reader/new", "nonsense"], []),
        ("reader", ["reader/new:push", "library/alpine:pull"], ["reader/new:push", "library/alpine:pull"]),
        ("reader", [], []),
    ],
)
def test_who_gets_what(lab: TranscriptHost, method: str, user: str, scopes: list[str], granted: list[str]) -> None:
    answer = ask(lab, method, user, PASSWORD, *(f"repository:{scope}" for scope in scopes), "registry:catalog:*")
    assert answer["status"] == 200
    assert answer["token"] == answer["access_token"]
    assert access(answer["token"]) == granted


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("user", "password"), [("reader", "wrong"), ("reader", ""), ("nobody", PASSWORD), ("nobody", "")]
)
def test_no_token_for_a_wrong_password(lab: TranscriptHost, method: str, user: str, password: str) -> None:
    answer = ask(lab, method, user, password, "repository:library/alpine:pull")
    assert answer == {"status": 401, "details": "incorrect username or password"}


def test_a_token_is_good_for_what_it_says_and_cannot_be_changed(lab: TranscriptHost) -> None:
    one = ask(lab, "GET", "", "", "repository:library/alpine:pull")["token"]
    assert manifest(lab, "library/alpine", one) == "200"
    assert manifest(lab, "library/python", one) == "401"
    assert manifest(lab, "library/alpine", ask(lab, "GET", "reader", PASSWORD)["token"]) == "401"
    head, claims, signature = one.split(".")
    other = ask(lab, "GET", "", "", "repository:library/python:pull")["token"].split(".")[1]
    assert manifest(lab, "library/alpine", f"{head}.{claims}.{signature}") == "200"
    assert manifest(lab, "library/python", f"{head}.{other}.{signature}") == "401"


def test_without_a_login_docker_says_what_it_says_at_docker_hub(lab: TranscriptHost) -> None:
    store = lab.facts["store"]
    lab.run(
        "docker pull --quiet alpine:3.23 && docker tag alpine:3.23 not-there && docker tag alpine:3.23 reader/a"
    )
    for name in ("not-there", "reader/a"):
        assert lab.run(f"docker push {name}").stderr.strip() == PUSH_DENIED[store]
    lab.run("docker image rm not-there")
    pulled = lab.run("docker pull not-there")
    assert pulled.stderr.strip() == f"Error response from daemon: {PULL_DENIED[store]}"
    ran = lab.run("docker run not-there")
    assert ran.stderr.startswith(
        f"Unable to find image 'not-there:latest' locally\ndocker: Error response from daemon: {PULL_DENIED[store]}\n"
    )
    assert BUILD_DENIED in lab.run("echo FROM not-there | docker build -").stderr


def test_what_has_been_pushed_is_for_everybody(lab: TranscriptHost) -> None:
    script = f"""
        set -e
        docker pull --quiet alpine:3.23
        docker tag alpine:3.23 reader/for-all
        echo {PASSWORD} | docker login --username reader --password-stdin
        docker push reader/for-all
        echo 'FROM reader/for-all' | docker build --pull -
        docker logout
        docker image rm reader/for-all
        docker pull reader/for-all
        docker buildx imagetools inspect reader/for-all
        docker manifest inspect reader/for-all
        echo 'FROM reader/for-all' | docker build --pull -
        """
    done = lab.run(script)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_tag_that_is_not_there_is_another_error(lab: TranscriptHost) -> None:
    said = lab.run("docker pull alpine:0.0").stderr
    assert "not found" in said
    assert "denied" not in said


@pytest.mark.parametrize("program", ["lab-tokens", "docker-registry"])
def test_one_half_of_the_hub_is_no_hub(
    lab: TranscriptHost, docker_compose_project_name: str, program: str
) -> None:
    hub = f"{docker_compose_project_name}-hub-1"
    kill = f'for one in /proc/[0-9]*; do [ "$(<"$one/comm")" = {program} ] && kill -9 "${{one##*/}}"; done; true'
    before = docker("container", "inspect", "--format", "{{.Id}}", hub)
    try_docker("exec", hub, "bash", "-c", kill)
    until = time.monotonic() + 10
    while docker("container", "inspect", "--format", "{{.State.Running}}", hub) == "true":
        assert time.monotonic() < until
        time.sleep(0.1)
    lab.fresh()
    assert docker("container", "inspect", "--format", "{{.Id}}", hub) != before
    assert lab.run("docker pull --quiet alpine:3.23").returncode == 0
