"""`python -m tests.lab` on machines that lack something: one sentence, status 2, nothing installed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.lab import hosting, owner
from tests.lab.errors import LabError
from tests.lab.settings import ROOT, base_images


def run_lab(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    bare = {
        "PATH": str(tmp_path),
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        **environment,
    }
    return subprocess.run(
        [sys.executable, "-m", "tests.lab", *arguments],
        cwd=ROOT,
        env=bare,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_no_docker_and_installing_forbidden(tmp_path: Path) -> None:
    result = run_lab(tmp_path, "--", "true", INSTALL="0")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "apt-get install docker.io iptables" in result.stderr


def test_no_docker_on_another_system(tmp_path: Path) -> None:
    result = run_lab(tmp_path, "--", "true")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "install it yourself" in result.stderr


def test_an_engine_that_does_not_answer(tmp_path: Path) -> None:
    result = run_lab(
        tmp_path, "--", "true", DOCKER_HOST="unix:///nowhere.sock", INSTALL="0", PATH=os.environ["PATH"]
    )
    assert result.returncode == 2
    assert "unset DOCKER_HOST" in result.stderr


def test_versions_are_complete_and_wrong_ones_one_sentence(tmp_path: Path) -> None:
    assert {"python:3.14-alpine", "redis:8-alpine"} <= {image.name for image in base_images()}
    broken = tmp_path / "versions.toml"
    broken.write_text("[images]\n'a:1' = 3\n", encoding="utf-8")
    with pytest.raises(LabError, match=r"\[images\.\"a:1\"\] is no table"):
        base_images(broken)


def test_newest_tags_have_no_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = tmp_path / "versions.toml"
    entry = 'digest = "sha256:1"\nend-of-life = 2030-01-01\nstand-in = "alpine"\n'
    versions.write_text(f'[images."a:1"]\n{entry}', encoding="utf-8")
    assert [image.digest for image in base_images(versions)] == ["sha256:1"]
    monkeypatch.setenv("LAB_TAGS", "newest")
    assert [image.digest for image in base_images(versions)] == [""]


def test_only_dead_owners_are_dead() -> None:
    assert not owner.is_dead(owner.owner())
    host, boot, process, start = owner.owner().split("/")
    assert owner.is_dead(f"{host}/{boot}/{process}/1{start}")
    assert owner.is_dead(f"{host}/other/{process}/{start}")
    assert not owner.is_dead(f"elsewhere/{boot}/{process}/1{start}")
    assert not owner.is_dead("nobody")


def test_containers_that_outlive_their_engine_are_found_by_their_command_line(tmp_path: Path) -> None:
    shim = [str(tmp_path / "containerd-shim-runc-v2"), "-c"]
    script = "import subprocess, sys; subprocess.run(['sleep', '60'])"
    run, beside = f"{tmp_path}/run/exec/", f"{tmp_path}/run2/exec/"
    processes = [
        subprocess.Popen([*shim, script, "-address", f"{folder}containerd.sock"], executable=sys.executable)
        for folder in (run, beside)
    ]
    try:
        until = time.monotonic() + 20
        while len(hosting.shims(run)) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        child, parent = hosting.shims(run)
        assert parent == processes[0].pid
        assert Path(f"/proc/{child}/cmdline").read_bytes().startswith(b"sleep")
        assert hosting.shims(f"{tmp_path}/elsewhere/") == []
    finally:
        for process in [*hosting.shims(run), *hosting.shims(beside)]:
            os.kill(process, signal.SIGKILL)
        for process in processes:
            process.wait(10)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_lets_its_command_take_down(number: signal.Signals) -> None:
    script = "import time\ntry:\n    print('up', flush=True); time.sleep(60)\nfinally:\n    print('taken down')"
    start = "import sys; from tests.lab.__main__ import run; sys.exit(run(sys.argv[1:], {}))"
    with subprocess.Popen(
        [sys.executable, "-c", start, sys.executable, "-c", script],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(number)
        assert process.communicate(timeout=20)[0] == "taken down\n"
    assert process.returncode == 128 + number
