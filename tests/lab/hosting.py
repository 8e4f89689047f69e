"""The engine that hosts the lab: the one that answers, or one of the lab's own."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .docker import try_docker
from .errors import LabError
from .packages import install
from .progress import say, step
from .settings import cache_folder, keep

START_LIMIT = 60
WAIT_LIMIT = 3600


def _run_folder() -> Path:
    return cache_folder() / "run"


def _socket() -> Path:
    return _run_folder() / "docker.sock"


def _pidfile() -> Path:
    return _run_folder() / "dockerd.pid"


def answers() -> bool:
    return try_docker("version", "--format", "{{.Server.Version}}", limit=20).returncode == 0


@contextmanager
def preparing() -> Iterator[None]:
    """Only one run at a time starts or stops the engine and builds images; the others wait."""
    cache_folder().mkdir(parents=True, exist_ok=True)
    with (cache_folder() / "prepare.lock").open("w") as lock:
        until = time.monotonic() + WAIT_LIMIT
        said = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise LabError("Another run has been preparing the lab for an hour; end it first.") from None
                if not said:
                    say("another run is preparing the lab; waiting for it")
                    said = True
                time.sleep(0.5)
        yield


class Hosting:
    """The hosting engine for the time of one run."""

    def __init__(self) -> None:
        self._own = False
        self._users = -1

    def start(self) -> None:
        """Make an engine answer; to be called while `preparing`."""
        if not os.environ.get("DOCKER_HOST") and _socket().exists():
            # One that an earlier run of the lab left, with KEEP=1 or because it was killed.
            os.environ["DOCKER_HOST"] = f"unix://{_socket()}"
            if answers():
                self._adopt()
                return
            del os.environ["DOCKER_HOST"]
        if answers():
            self._own = os.environ.get("DOCKER_HOST") == f"unix://{_socket()}"
            if self._own:
                self._adopt()
            return
        if os.environ.get("DOCKER_HOST"):
            raise LabError(
                f"No Docker Engine answers at DOCKER_HOST={os.environ['DOCKER_HOST']}; "
                "start it, or unset DOCKER_HOST."
            )
        needed = {"dockerd": "docker.io", "docker": "docker.io", "iptables": "iptables"}
        missing = sorted({package for program, package in needed.items() if shutil.which(program) is None})
        if missing:
            install(missing, "No Docker Engine answers")
        if shutil.which("docker") is None:  # from Debian 13 on a package of its own, only recommended by docker.io
            install(["docker-cli"], "Docker's command line is missing")
        if os.geteuid() != 0:
            raise LabError("No Docker Engine answers; start one (only root can start one of the lab's own).")
        self.start_own()

    def _adopt(self) -> None:
        self._own = True
        self._users = os.open(_run_folder() / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._users, fcntl.LOCK_SH)

    def start_own(self) -> None:
        """Start an engine of the lab's own, after removing what an earlier one left; to be called as `start`."""
        folder = _run_folder()
        if len(str(folder)) > 60:
            raise LabError(f"{folder} is too long a path for sockets; set XDG_CACHE_HOME to a shorter one.")
        end_own()
        remove_leftovers()
        folder.mkdir(parents=True, exist_ok=True)
        log = cache_folder() / "dockerd.log"
        with step("starting a Docker Engine of the lab's own"), log.open("wb") as output:
            process = subprocess.Popen(
                [
                    "dockerd",
                    "--data-root",
                    str(cache_folder() / "engine"),
                    "--exec-root",
                    str(folder / "exec"),
                    "--pidfile",
                    str(_pidfile()),
                    "--host",
                    f"unix://{_socket()}",
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Ctrl-C in the terminal is for the tests; the engine has to outlive them to clean up.
                start_new_session=True,
            )
            os.environ["DOCKER_HOST"] = f"unix://{_socket()}"
            until = time.monotonic() + START_LIMIT
            try:
                while not answers():
                    if process.poll() is not None or time.monotonic() > until:
                        raise LabError(f"The lab's own Docker Engine did not start; the reason is in {log}.")
                    time.sleep(0.1)
            except BaseException:
                end(process.pid, lambda: process.poll() is None)
                raise
        self._adopt()

    def stop(self) -> None:
        """End the lab's own engine, unless it is to be kept or another run uses it."""
        if not self._own:
            return
        if keep():
            say(f"KEEP=1: the engine stays, with DOCKER_HOST=unix://{_socket()}")
            say(f"`{sys.executable} -m tests.lab --stop` ends it")
            return
        # Asked twice: a run that prepares for minutes uses the engine already and is not waited for, and one
        # that begins just now must not lose the engine between its start and its first use.
        if self._alone():
            fcntl.flock(self._users, fcntl.LOCK_SH)
            with preparing():
                if self._alone():
                    end_own()
                    return
        say("another run uses the engine, which therefore stays")

    def _alone(self) -> bool:
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def revive() -> None:
    """Wait for an engine that is being restarted; start the lab's own again when it died under a run."""
    if os.environ.get("DOCKER_HOST") == f"unix://{_socket()}" and _own_process() is None:
        with preparing():
            if _own_process() is None:
                Hosting().start_own()
    until = time.monotonic() + START_LIMIT
    while not answers() and time.monotonic() < until:
        time.sleep(0.2)


def _own_process() -> int | None:
    """The process id of the lab's own engine, if that is what the pid file names."""
    try:
        process = int(_pidfile().read_text(encoding="ascii"))
        command = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return process if str(_pidfile()).encode() in command else None


def end_own() -> None:
    process = _own_process()
    if process is None:
        return
    with step("stopping the lab's own Docker Engine"):
        end(process, lambda: _own_process() is not None)


def end(process: int, runs: Callable[[], bool]) -> None:
    """Terminate a process; kill it when it does not end within half a minute."""
    for number, seconds in ((signal.SIGTERM, 30), (signal.SIGKILL, 5)):
        with suppress(ProcessLookupError):
            os.kill(process, number)
        until = time.monotonic() + seconds
        while runs() and time.monotonic() < until:
            time.sleep(0.05)
        if not runs():
            return


def stop_own() -> None:
    """End an engine that a run with KEEP=1 left."""
    with preparing():
        check_unused()
        end_own()


def check_unused() -> None:
    """See that no run plays on the lab's own engine; to be called while `preparing`.

    Raises:
        LabError: when one does.
    """
    try:
        users = os.open(_run_folder() / "users.lock", os.O_RDWR)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LabError("Another run uses the lab's own engine; end that run first.") from None
    finally:
        os.close(users)


def remove_leftovers() -> None:
    """What a killed engine leaves: its containerd, containers that run on, sockets, pid files and mounts."""
    folder = _run_folder()
    for process in [*shims(f"{folder}/exec/"), *_containerds(folder)]:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    cache = str(cache_folder())
    try:
        mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    except OSError:
        mounts = []
    for mount in reversed(mounts):
        if mount.startswith(cache + "/"):
            subprocess.run(["umount", "--lazy", mount], capture_output=True, timeout=20)
    if folder.is_dir():
        shutil.rmtree(folder / "exec", ignore_errors=True)
        _pidfile().unlink(missing_ok=True)
        _socket().unlink(missing_ok=True)


def _containerds(folder: Path) -> Iterator[int]:
    for pidfile in folder.glob("exec/containerd/*.pid"):
        with suppress(OSError, ValueError):
            process = int(pidfile.read_text(encoding="ascii"))
            if str(folder).encode() in Path(f"/proc/{process}/cmdline").read_bytes():
                yield process


def shims(below: str) -> list[int]:
    """The containers of an engine by the folder of its sockets, which the command line of each shim names.

    A shim comes after the first process of the container that it holds; with that one the kernel ends all of them.
    """
    parents: dict[int, list[int]] = {}
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            parent = int((entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(entry.name))
            program, *words = (entry / "cmdline").read_text(errors="replace").split("\0")
            if Path(program).name.startswith("containerd-shim") and any(word.startswith(below) for word in words):
                found.append(int(entry.name))
    return [process for shim in found for process in [*parents.get(shim, []), shim]]
