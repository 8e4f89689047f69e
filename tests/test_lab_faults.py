"""Parts of the lab that die under a chapter: one clear failure each, in time, and the next chapter is played."""

import re
from pathlib import Path

import pytest

from tests import project
from tests.lab import leaks, owner
from tests.project import Outcome

READY = "#: step ready\n$ docker container ls -q\n"
PULLED = "#: step ready\n$ docker image pull -q alpine:3.23\ndocker.io/library/alpine:3.23\n"

CHAPTERS = {
    "01-daemon": PULLED + "#: step killed\n"
    "$ sh -c '(sleep 1; sudo kill -9 $(cat /run/docker.pid)) & exec docker run --rm alpine:3.23 sleep 50'\n"
    "#: step later\n$ true\n",
    "02-hub": READY + "#: step hub-stops\n$ docker image pull -q alpine:3.23\ndocker.io/library/alpine:3.23\n",
    "03-disk": PULLED
    + "#: step fill\n$ sudo fallocate -l $(($(df --output=avail -BM /var/lib/docker | tail -1 | tr -d M) - 5))M /var/lib/docker/f\n"
    "#: step full\n$ docker run --rm alpine:3.23 dd if=/dev/zero of=/big bs=1M count=100\n",
    "04-dns": PULLED + "#: step cut\n$ sudo kill $(pgrep dnsmasq)\n"
    "#: step no-names\n$ docker run --rm alpine:3.23 ping -q -c 1 hub\nPING hub (172.20.0.2): 56 data bytes\n...\n",
    "05-deaf": PULLED
    + "#: step stops\n$ docker run -d --name deaf alpine:3.23 sh -c 'trap \"\" TERM; while :; do sleep 1; done'\n"
    f"{'0123456789abcdef' * 4}\n$ docker container stop deaf\ndeaf\n"
    "#: step in-front\n#: limit 2\n"
    "$ docker run --rm -it alpine:3.23 sh -c 'trap \"\" INT TERM HUP; while :; do sleep 1; done'\n",
    "06-frozen": READY + "#: step engine-freezes\n#: limit 2\n$ true\n",
    "07-gone": READY + "#: step engine-goes\n$ true\n",
    "08-after": PULLED + "#: step plays\n$ docker run --rm alpine:3.23 echo alive\nalive\n",
}

# Stands on the side of the hosting engine, where no transcript reaches.
CONFTEST = """
import subprocess

DEED = {
    "hub-stops": ("kill", "hub"),
    "engine-freezes": ("pause", "engine"),
    "engine-goes": ("kill", "engine"),
}

def pytest_runtest_setup(item):
    if item.name in DEED:
        verb, service = DEED[item.name]
        project = item._request.getfixturevalue("docker_compose_project_name")
        subprocess.run(["docker", "container", verb, f"{project}-{service}-1"], check=True, timeout=30)
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("faults")
    project.write(folder, CHAPTERS, CONFTEST)
    return project.play(folder)


@pytest.mark.parametrize(
    ("step", "cause", "seconds"),
    [
        ("01-daemon: killed", "01-daemon/steps.console:5: exit status 125, expected 0", 20),
        ("01-daemon: later", "not reached, because step 'killed' failed", 1),
        ("02-hub: hub-stops", "02-hub/steps.console:4: exit status 1, expected 0", 40),
        ("03-disk: full", "No space left on device", 40),
        ("04-dns: no-names", "ping: bad address 'hub'", 40),
        ("05-deaf: in-front", "took longer than its limit of 2 s and was interrupted", 20),
        ("06-frozen: engine-freezes", "the terminal gave no answer within 11 s", 40),
        ("07-gone: engine-goes", "the terminal went away", 20),
    ],
)
def test_a_fault_names_chapter_step_and_cause_in_time(
    played: Outcome, step: str, cause: str, seconds: float
) -> None:
    assert cause in played.failures[step]
    assert re.search(r"examples/\d\d-[a-z]+/steps\.console:\d+: ", played.failures[step])
    assert "Traceback" not in played.failures[step]
    assert played.took[step] < seconds


def test_chapters_after_a_fault_are_played(played: Outcome) -> None:
    assert played.failures["08-after: plays"] == ""
    failed = {step for step, failure in played.failures.items() if failure}
    ends = ("killed", "later", "-stops", "full", "no-names", "in-front", "-freezes", "-goes")
    assert {step for step in played.failures if step.endswith(ends)} == failed
    assert played.took["05-deaf: stops"] >= 10, "the stop that a container ignores takes its grace period"


def test_what_the_engine_logged_stands_below_a_failure(played: Outcome) -> None:
    told = re.search(r"_ 02-hub: hub-stops _.*?\n_{3,} ", played.said, re.DOTALL)
    assert told is not None
    assert re.search(r"What the lab's engine logged -+\n(warning|error): .*registry-1\.docker\.io", told[0])


def test_a_run_that_keeps_its_lab_ends_at_the_first_failure(tmp_path: Path) -> None:
    project.write(tmp_path, {"01-a": "#: step fails\n$ echo 1\n2\n", "02-b": READY})
    try:
        outcome = project.play(tmp_path, limit=120, KEEP="1")
        assert outcome.status == 1
        assert list(outcome.failures) == ["01-a: fails"]
        assert "KEEP=1 keeps its lab" in outcome.said
        assert leaks.belonging_to({outcome.process}) != set()
    finally:
        owner.remove_dead_labs()
    assert leaks.belonging_to({outcome.process}) == set()


def test_a_lab_that_cannot_start_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    project.write(tmp_path, {"01-a": READY, "02-b": READY})
    outcome = project.play(tmp_path, limit=120, LAB_DISK="nonsense")
    assert outcome.status == 1
    assert outcome.failures["01-a: ready"].startswith("The lab cannot be brought up: ")
    assert "nonsense" in outcome.failures["01-a: ready"]
    assert "\n" not in outcome.failures["01-a: ready"].strip()
    assert leaks.belonging_to({outcome.process}) == set()
