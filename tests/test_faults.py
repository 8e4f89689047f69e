"""What a command can do to its terminal ends in one clear failure, and the next chapter is played."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import project
from tests.project import Outcome

CHAPTERS = {
    "01-exit": "#: step ends\n$ exit\n#: step later\n$ true\n",
    "02-kill": "#: step ends\n$ kill -9 $$\n",
    "03-flood": "#: step floods\n$ yes 0123456789 | head -c 200000000\n",
    "04-one-line": "#: step floods\n$ head -c 200000000 /dev/zero | tr '\\0' x\n",
    "05-screen": "#: step takes-the-screen\n#: limit 2\n$ printf '\\e[?1049h\\e[Hmenu'; sleep 60\n",
    "06-screen": "#: step gives-it-back\n$ printf 'a\\n\\e[?1049h\\e[Hmenu\\e[?1049l'; echo b\na\nb\n",
    "07-deaf": "#: step ignores\n#: limit 2\n$ sh -c 'trap \"\" INT TERM HUP QUIT; while :; do sleep 1; done'\n",
    "08-stopped": "#: step stops-itself\n#: limit 2\n$ sh -c 'kill -STOP $$'; sleep 60\n",
    "09-after": "#: step plays\n$ echo alive\nalive\n",
}

# Of itself a process would count, by getrusage, what its parent had in use when it was started: getrusage(2).
CONFTEST = """
import json, re, resource
from pathlib import Path

def pytest_unconfigure():
    own = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
    Path("memory.json").write_text(json.dumps([own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Path]:
    folder = tmp_path_factory.mktemp("faults")
    project.write(folder, CHAPTERS, CONFTEST, in_lab=False)
    return project.play(folder, limit=120), folder


@pytest.mark.parametrize(
    ("step", "cause", "seconds"),
    [
        ("01-exit: ends", "01-exit/steps.console:2: ended the shell itself", 5),
        ("01-exit: later", "not reached, because step 'ends' failed", 1),
        ("02-kill: ends", "02-kill/steps.console:2: ended the shell itself", 5),
        ("03-flood: floods", "03-flood/steps.console:2: showed more than 4 MB and was stopped", 10),
        ("04-one-line: floods", "04-one-line/steps.console:2: showed more than 4 MB and was stopped", 10),
        ("05-screen: takes-the-screen", "and took the whole screen, as an editor or a pager does", 10),
        ("07-deaf: ignores", "took longer than its limit of 2 s and was interrupted", 10),
        ("08-stopped: stops-itself", "took longer than its limit of 2 s and was interrupted", 10),
    ],
)
def test_a_fault_names_chapter_step_and_cause_in_time(
    played: tuple[Outcome, Path], step: str, cause: str, seconds: float
) -> None:
    outcome, _ = played
    assert cause in outcome.failures[step]
    assert "Traceback" not in outcome.failures[step]
    assert outcome.took[step] < seconds


def test_chapters_after_a_fault_are_played(played: tuple[Outcome, Path]) -> None:
    outcome, _ = played
    assert [step for step, failure in outcome.failures.items() if not failure] == [
        "06-screen: gives-it-back",
        "09-after: plays",
    ]


def test_memory_is_bounded_whatever_a_command_shows(played: tuple[Outcome, Path]) -> None:
    _, folder = played
    player, driver = json.loads((folder / "memory.json").read_text(encoding="utf-8"))
    assert player < 150_000, "kB of the process that plays, 200 MB having been shown twice"
    assert driver < 60_000, "kB of the process that holds the terminals"
