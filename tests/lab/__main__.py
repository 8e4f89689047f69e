"""Prepares the lab, runs a command with it, takes it down: python -m tests.lab -- COMMAND…"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

from . import contexts, hosting, images, other_engine, owner, store
from .compose_tool import compose_command
from .docker import docker, try_docker
from .errors import LabError
from .progress import say, step
from .settings import LAB, LABEL, base_images, cache_folder, image_store, keep, upstream, wanted_images

NOT_POSSIBLE = 2
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # SIGHUP: the terminal was closed
STOP_LIMIT = 60  # seconds for the command to take down what it has brought up


def prepare() -> dict[str, str]:
    """Everything that is costly and kept; returns what the compose file and the fixtures need to know."""
    machine = images.plan(LAB / "images" / "engine")
    registry = images.plan(LAB / "images" / "registry")
    remove_dead_labs()
    compose = compose_command()

    wanted, source = base_images(), upstream()
    kind = store.choose_kind(registry, wanted, wanted_images(), source)
    stand_ins: list[images.Image] = []
    # Without its store, the stand-ins are of no use, and with it they are not needed.
    if kind == "stand-in" and not images.exists(store.name(registry, wanted, kind, source)):
        stand_ins = images.plan_stand_ins([base.stand_in for base in wanted])
    images.ensure([machine, registry, *stand_ins])
    tag = store.ensure(registry, wanted, kind, source)
    tag_of_machine = other_engine.ensure(machine)
    contexts.share([tag_of_machine, tag])
    return {
        "LAB_COMPOSE": compose,
        "LAB_MACHINE_IMAGE": tag_of_machine,
        "LAB_STORE_IMAGE": tag,
        "LAB_IMAGES_USED": kind,
        "STORE": image_store(),
    }


def remove_dead_labs() -> None:
    """On every engine that labs are spread over, and that answers."""
    for _ in contexts.each():
        if hosting.answers():
            owner.remove_dead_labs()


def stop(number: int, _: FrameType | None) -> None:
    say("interrupted")
    sys.exit(128 + number)


def on_stop(handler: Callable[[int, FrameType | None], None]) -> None:
    """What was ignored from the start, as ``nohup`` has it, stays so."""
    for number in STOPS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def run(command: list[str], environment: dict[str, str]) -> int:
    """Run the command. To be stopped it is interrupted, since pytest takes down after that and nothing else."""
    stops: list[int] = []
    on_stop(lambda number, _: stops.append(number))
    child = subprocess.Popen(command, env={**os.environ, **environment})
    passed_on, until = 0, float("inf")
    while child.poll() is None:
        for number in stops[passed_on:]:
            passed_on += 1
            until = min(until, time.monotonic() + STOP_LIMIT)
            # Ctrl-C reaches the child by itself, being in the same terminal.
            if number != signal.SIGINT or not sys.stdin.isatty():
                child.send_signal(signal.SIGINT)
        if time.monotonic() > until:
            child.kill()
        with suppress(subprocess.TimeoutExpired):
            child.wait(0.2)
    if stops:
        say("interrupted")
        return 128 + stops[0]
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def end(host: hosting.Hosting) -> None:
    """Whatever the command has left goes, then the engine; nothing stops this half-way."""
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)
    if not keep():
        with suppress(LabError):
            remove_dead_labs()
    host.stop()


def clean() -> None:
    """Remove everything the lab left: its images on the engine, the engine of its own, the caches."""
    with hosting.preparing():
        hosting.check_unused()
        for _ in contexts.each():
            if hosting.answers():
                owner.remove_dead_labs()
                tags = docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", f"{LABEL}/*").split()
                for tag in tags:
                    try_docker("image", "rm", tag)  # not by force: a lab that lives may play on it
        hosting.end_own()
        hosting.remove_leftovers()
        with step(f"removing {cache_folder()}"):
            shutil.rmtree(cache_folder(), ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__)
    parser.add_argument("--clean", action="store_true", help="remove everything the lab left behind")
    parser.add_argument("--stop", action="store_true", help="end the engine that a run with KEEP=1 left")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what to run, after --")
    options = parser.parse_args()
    command = [word for index, word in enumerate(options.command) if index or word != "--"]
    try:
        if options.clean:
            clean()
            return 0
        if options.stop:
            hosting.stop_own()
            return 0
        on_stop(stop)
        host = hosting.Hosting()
        try:
            with hosting.preparing():
                if contexts.need_default():
                    host.start()
                contexts.check()
                with step("preparing the lab"):
                    environment = prepare()
            return run(command, environment) if command else 0
        finally:
            end(host)
    except LabError as error:
        say(str(error))
        return NOT_POSSIBLE


if __name__ == "__main__":
    sys.exit(main())
