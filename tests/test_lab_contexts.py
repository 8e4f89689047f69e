"""Labs on other engines, by docker contexts: what is wrong with the list is one sentence, and workers take turns."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.lab import contexts, fixtures
from tests.lab.settings import ROOT


@pytest.fixture
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A command line of docker that knows no context yet."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", contexts.LOCAL, "LAB_CONTEXTS"):
        monkeypatch.setenv(name, "")  # so that it is restored, whatever the code under test does with it
        monkeypatch.delenv(name)
    return tmp_path


def create(name: str, address: str) -> None:
    subprocess.run(["docker", "context", "create", name, "--docker", f"host={address}"], check=True)


def run_lab(names: str) -> str:
    """What a run that cannot begin says."""
    result = subprocess.run(
        [sys.executable, "-m", "tests.lab", "--", "true"],
        cwd=ROOT,
        env={**os.environ, "LAB_CONTEXTS": names, "INSTALL": "0"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    return result.stderr


@pytest.fixture
def engines() -> Iterator[list[str]]:
    """Addresses of two servers that say of themselves what engines say, of different architectures."""
    servers = []
    for architecture in ("amd64", "arm64"):

        class Engine(BaseHTTPRequestHandler):
            kind = architecture

            def do_GET(self) -> None:
                answer = {"Version": "29.0.0", "ApiVersion": "1.41", "Os": "linux", "Arch": self.kind}
                if self.path.endswith("/info"):
                    answer = {"NCPU": 8, "MemTotal": {"amd64": 12_500_000_000, "arm64": 64_000_000_000}[self.kind]}
                self.send_response(200)
                self.send_header("Api-Version", "1.41")
                self.end_headers()
                self.wfile.write(b"OK" if self.path.endswith("_ping") else json.dumps(answer).encode())

            do_HEAD = do_GET

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Engine)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
    yield [f"tcp://127.0.0.1:{server.server_address[1]}" for server in servers]
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_context_that_is_not_there(configuration: Path) -> None:
    create("near", "tcp://127.0.0.1:1")
    said = run_lab("near,fra")
    assert "LAB_CONTEXTS names fra, which is no docker context (there are default, near); " in said
    assert "`docker context create fra --docker host=ssh://…`" in said


def test_a_context_that_does_not_answer(configuration: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        create("far", f"tcp://127.0.0.1:{nobody.getsockname()[1]}")
    said = run_lab("far")
    assert "The engine of the docker context far does not answer: " in said
    assert "leave far out of LAB_CONTEXTS" in said


def test_engines_of_two_architectures(configuration: Path, engines: list[str]) -> None:
    for name, address in zip(("near", "far"), engines, strict=True):
        create(name, address)
    assert "need one architecture, since they share images: near is linux/amd64, far is linux/arm64" in run_lab(
        "near,far"
    )


def test_engines_say_how_many_labs_they_hold(
    configuration: Path, engines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, address in zip(("near", "far"), engines, strict=True):
        create(name, address)
    monkeypatch.setenv("LAB_CONTEXTS", "near,far,far")
    assert fixtures.pytest_xdist_auto_num_workers() == 3 * 2
    assert fixtures.pytest_report_header() == "labs: on the docker contexts near, far, far, worker by worker"


def test_without_the_command_line(configuration: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(configuration))
    assert "LAB_CONTEXTS needs Docker's command line" in run_lab("far")


def test_workers_take_turns_and_the_default_keeps_its_host(
    configuration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///here.sock")
    monkeypatch.setenv("LAB_CONTEXTS", "far, default,")
    seen = []
    for worker in range(3):
        contexts.use(worker)
        seen.append((os.environ["DOCKER_CONTEXT"], os.environ.get("DOCKER_HOST")))
    assert seen == [("far", None), ("default", "unix:///here.sock"), ("far", None)]
    assert list(contexts.each()) == ["far", "default"]
    assert os.environ["DOCKER_CONTEXT"] == "far"
    assert contexts.flag() == "--context far "


def test_without_a_list_nothing_changes(configuration: Path) -> None:
    before = dict(os.environ)
    contexts.use(3)
    contexts.check()
    assert list(contexts.each()) == ["default"]
    assert contexts.need_default()
    assert dict(os.environ) == before
