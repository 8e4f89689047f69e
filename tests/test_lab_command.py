"""`python -m tests.lab` on machines that lack something: one sentence, status 2, nothing installed."""

import fcntl
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
    digest = f"sha256:{'1' * 64}"
    entry = f'digest = "{digest}"\nend-of-life = 2030-01-01\nstand-in = "alpine"\n'
    versions.write_text(f'[images."a:1"]\n{entry}', encoding="utf-8")
    assert [image.digest for image in base_images(versions)] == [digest]
    monkeypatch.setenv("LAB_TAGS", "newest")
    assert [image.digest for image in base_images(versions)] == [""]


@pytest.mark.parametrize("digest", ["sha256:1", "latest", "1" * 64, f"sha256:{'1' * 64} "])
def test_a_digest_is_one_or_nothing(tmp_path: Path, digest: str) -> None:
    versions = tmp_path / "versions.toml"
    entry = 'end-of-life = 2030-01-01\nstand-in = "alpine"\n'
    versions.write_text(f'[images."a:1"]\ndigest = "{digest}"\n{entry}', encoding="utf-8")
    with pytest.raises(LabError, match="64 hexadecimal digits"):
        base_images(versions)


def test_only_dead_owners_are_dead() -> None:
    assert not owner.is_dead(owner.owner())
    host, boot, process, start, table = owner.owner().split("/")
    assert owner.is_dead(f"{host}/{boot}/{process}/1{start}/{table}")
    assert owner.is_dead(f"{host}/{boot}/{process}/1{start}"), "what an older version of this file wrote"
    assert not owner.is_dead(f"{host}/{boot}/{process}/{start}")
    assert owner.is_dead(f"{host}/other/{process}/{start}")
    assert not owner.is_dead(f"elsewhere/{boot}/{process}/1{start}")
    assert not owner.is_dead("nobody")
    assert owner.is_dead(f"{host}/{boot}/{'9' * 30}/1"), "no process has such a number"


def test_a_number_of_another_table_of_processes_says_nothing() -> None:
    """A run in another container of the same machine may have the same host name."""
    host, boot, process, start, table = owner.owner().split("/")
    assert table.isdigit()
    assert not owner.is_dead(f"{host}/{boot}/{process}/1{start}/{table}1")


def test_a_process_that_is_hidden_lives_and_one_that_is_gone_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    host, boot, _, start, _ = owner.owner().split("/")
    gone = subprocess.Popen(["true"])
    there = Path(f"/proc/{gone.pid}/stat")
    until = time.monotonic() + 20
    while ") Z " not in there.read_text() and time.monotonic() < until:
        time.sleep(0.01)
    assert owner.is_dead(f"{host}/{boot}/{gone.pid}/{start}"), "it has ended, but nobody has asked how"
    gone.wait()
    assert owner.is_dead(f"{host}/{boot}/{gone.pid}/{start}")

    def forbidden(_process: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", forbidden)  # what another user's process answers
    assert not owner.is_dead(f"{host}/{boot}/{gone.pid}/{start}")


def test_an_engine_that_a_run_uses_is_neither_stopped_nor_cleaned_away(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "docker-workshop"
    (folder / "run").mkdir(parents=True)
    with (folder / "run" / "users.lock").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        for option in ("--stop", "--clean"):
            result = run_lab(tmp_path, option)
            assert (result.returncode, result.stderr.count("\n")) == (2, 1)
            assert "Another run uses the lab's own engine" in result.stderr
    assert run_lab(tmp_path, "--stop").returncode == 0
    assert run_lab(tmp_path, "--clean").returncode == 0
    assert not folder.exists()


def test_progress_that_nobody_reads_stops_nothing() -> None:
    """As `make test 2>&1 | head` leaves it, or a terminal that was closed."""
    start = "from tests.lab.progress import say, step\nwith step('a'):\n    say('b')\nprint('done')"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", start], cwd=ROOT, stdout=subprocess.PIPE, stderr=writer, text=True
    )
    os.close(writer)
    assert (done.returncode, done.stdout) == (0, "done\n")


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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
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
        # the tests themselves may have been started by nohup
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(number)
        assert process.communicate(timeout=20)[0] == "taken down\n"
    assert process.returncode == 128 + number


def test_what_nohup_ignores_stays_ignored() -> None:
    """A run that was started so outlives its terminal."""
    script = "import sys; print('up', flush=True); sys.stdin.readline(); print('ended by itself')"
    start = "import sys; from tests.lab.__main__ import run; sys.exit(run(sys.argv[1:], {}))"
    with subprocess.Popen(
        ["nohup", sys.executable, "-c", start, sys.executable, "-c", script],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGHUP)
        assert process.communicate("\n", timeout=20)[0] == "ended by itself\n"
    assert process.returncode == 0
