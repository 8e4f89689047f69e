"""Kills the engine that hosts a lab: python -m tests.lab -- python -m tests.chaos.engine

The engine is one of its own, with its own folder and in a network of its own, so nobody else's is hit. Only
Linux has such networks, and only root may make them.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import project
from tests.lab import hosting, images, leaks, owner
from tests.lab.docker import docker
from tests.lab.settings import LAB, ROOT, cache_folder

FOLDER = ROOT / "_build" / "chaos"
KILLED = "#: step killed\n$ touch started; sleep 50\n"
AFTER = "#: step plays\n$ docker container ls -q\n"


def outside() -> int:
    """Copy the lab's images into a new cache folder, and go on in a network without a way out."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        cache = Path(folder) / "docker-workshop"
        cache.mkdir()
        registry = images.plan(LAB / "images" / "registry").tag
        needed = [os.environ["LAB_MACHINE_IMAGE"], os.environ["LAB_STORE_IMAGE"], registry]
        docker("save", "--output", str(cache / "images.tar"), *needed, limit=600)
        if (cache_folder() / "docker-compose").exists():
            shutil.copy2(cache_folder() / "docker-compose", cache)
        environment = {key: value for key, value in os.environ.items() if key != "DOCKER_HOST"}
        environment["XDG_CACHE_HOME"] = folder
        script = 'ip link set lo up && exec "$@"'
        command = [
            "unshare",
            "--net",
            "sh",
            "-c",
            script,
            "sh",
            sys.executable,
            "-m",
            "tests.chaos.engine",
            "--inside",
        ]
        return subprocess.run(command, cwd=ROOT, env=environment, timeout=900).returncode


def inside() -> int:
    """Kill the engine under a run that goes on, and under one that is lost with it."""
    cache = cache_folder()
    start()
    outcome: dict[str, object] = {}
    try:
        docker("load", "--input", str(cache / "images.tar"), limit=600)
        (cache / "images.tar").unlink()
        outcome["the run goes on"] = goes_on(cache)
        outcome["the run is lost too"] = lost(cache)
    finally:
        with hosting.preparing():
            hosting.end_own()
            hosting.remove_leftovers()
        outcome["after the end"] = [f"still runs: process {process}" for process in ours(cache)]
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "engine.json").write_text(json.dumps(outcome, indent=1) + "\n", encoding="utf-8")
    for name, wrong in outcome.items():
        print(f"{name}: {wrong or 'clean'}")
    return 1 if any(outcome.values()) else 0


def start() -> None:
    """As a run does that finds no engine, or one that is dead."""
    os.environ.pop("DOCKER_HOST", None)
    with hosting.preparing():
        hosting.Hosting().start()


def ours(cache: Path) -> list[int]:
    """Everything that the engine started, containers included, by the folder or the network they are in."""
    network = Path("/proc/self/ns/net").readlink()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes()
            with_us = (entry / "ns" / "net").readlink() == network and int(entry.name) != os.getpid()
        except OSError:
            continue
        if words and (str(cache).encode() in words or with_us):
            found.append(int(entry.name))
    return found


def kill_engine(cache: Path) -> None:
    """SIGKILL to the engine and its containerd."""
    for pidfile in (cache / "run" / "dockerd.pid", *cache.glob("run/exec/containerd/*.pid")):
        os.kill(int(pidfile.read_text(encoding="ascii")), signal.SIGKILL)


def containers(cache: Path) -> list[int]:
    """The first process of each container of the engine, and the shim that holds it."""
    return hosting.shims(f"{cache}/run/exec/")


@contextmanager
def playing(cache: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A run whose first chapter has begun a long command."""
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        path = Path(folder)
        project.write(path, {"01-killed": KILLED, "02-after": AFTER})
        log = (path / "log").open("w+", encoding="utf-8")
        play = [
            sys.executable,
            "-m",
            "pytest",
            "-v",
            f"--rootdir={path}",
            "-c",
            str(path / "pytest.ini"),
            str(path),
        ]
        run = subprocess.Popen(
            [sys.executable, "-m", "tests.lab", "--", *play],
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        until = time.monotonic() + 120
        while not started() and run.poll() is None and time.monotonic() < until:
            time.sleep(0.2)
        log.flush()
        if run.poll() is not None:
            sys.exit("The run ended by itself:\n" + (path / "log").read_text(encoding="utf-8")[-2000:])
        yield run, path / "log"
        log.close()


def started() -> bool:
    names = docker("container", "ls", "--format", "{{.Names}}").split()
    engines = [name for name in names if name.endswith("-engine-1")]
    asked = ["exec", engines[0], "ls", "/home/reader"] if engines else ["version"]
    return "started" in subprocess.run(["docker", *asked], capture_output=True, text=True, timeout=20).stdout


def goes_on(cache: Path) -> list[str]:
    wrong = []
    with playing(cache) as (run, log):
        orphans = containers(cache)
        kill_engine(cache)
        try:
            status = run.wait(180)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            status = run.wait(10)
        said = log.read_text(encoding="utf-8")
    if not orphans:
        wrong.append("no container ran, so nothing was tried")
    if status != 1 or "the terminal went away" not in said:
        wrong.append(f"status {status}, and the failure does not say that the terminal went away")
    if "02-after/steps.console::plays PASSED" not in said:
        wrong.append("the next chapter was not played")
    if wrong:
        print(said[-4000:])
    return wrong + after(orphans)


def lost(cache: Path) -> list[str]:
    with playing(cache) as (run, _):
        os.killpg(run.pid, signal.SIGKILL)
        run.wait(10)
        kill_engine(cache)
        time.sleep(2)
        orphans = containers(cache)
    wrong = [] if orphans else ["no container outlived its engine, so nothing was tried"]
    following = subprocess.run(
        [sys.executable, "-m", "tests.lab", "--", "true"],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if key != "DOCKER_HOST"},
        capture_output=True,
        text=True,
        timeout=180,
    )
    if following.returncode:
        wrong.append(f"the next run failed: {following.stderr[-300:]}")
    return wrong + after(orphans)


def after(orphans: list[int]) -> list[str]:
    """What should not be there, when the run after the engine's death is over."""
    start()
    alive = [process for process in orphans if owner._start_time(process)]
    dead = [one for one in owner.owners() if owner.is_dead(one)]
    left = {line for line in leaks.snapshot("none") if not line.startswith("network ")}
    return [
        *(f"process {process} of the dead engine runs on" for process in alive),
        *(f"left by the dead run {one}" for one in dead),
        *(f"left behind: {thing}" for thing in sorted(left)),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.engine", description=__doc__)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    sys.exit(inside() if parser.parse_args().inside else outside())
