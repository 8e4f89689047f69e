"""*echo*: many commands that do next to nothing, so that what is left is the cost of whoever types them.

Everything is a process of its own, from its start to its end, and compares the output of each command, save bash, which
is the floor. A transcript is played twice: by pytest, as a project does it, and by a few lines without pytest, as
pexpect is used.
"""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.result import ROOT, Goal, Result, Row
from benchmarks.rounds import Contender, interleaved, measured
from benchmarks.taken import taken
from played.remote import Remote

HERE = Path(__file__).parent
RIVALS = ROOT / ".venv/bench/bin"
ROUNDS = 7
BASH, TERMINAL, PLAYED, PYTEST = "bash", "bash on a terminal", "played, without pytest", "played, by pytest"
ON_TERMINAL = ("pexpect", "byexample")
SYBIL = """from sybil import Sybil
from sybil.parsers.rest import CodeBlockParser
from subprocess import check_output

def evaluate(example):
    command, expected = example.parsed.strip().split("\\n")
    assert check_output(["bash", "-c", command[2:]], text=True).strip() == expected

pytest_collect_file = Sybil([CodeBlockParser("bash", evaluate)], patterns=["*.rst"]).pytest()
"""


def write(folder: Path, count: int) -> None:
    """The same commands for each contender, in its own format."""
    files = {
        "echo.sh": "".join(f"echo {n}\n" for n in range(count)),
        "echo.t": "".join(f"  $ echo {n}\n  {n}\n" for n in range(count)),
        "echo.md": "".join(f"```shell\n$ echo {n}\n{n}\n\n```\n\n" for n in range(count)),
        "sybil/echo.rst": "".join(f".. code-block:: bash\n\n   $ echo {n}\n   {n}\n\n" for n in range(count)),
        "sybil/conftest.py": SYBIL,
        "played/examples/echo/steps.console": "#: step echo\n"
        + "".join(f"$ echo {n}\n{n}\n" for n in range(count)),
        "played/pytest.ini": "[pytest]\naddopts = -p played.pytest_plugin\n",
        "nothing/test_nothing.py": "def test_nothing():\n    pass\n",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def on_terminal(argv: list[str]) -> float:
    """Seconds that a program takes whose output is a terminal that somebody reads."""
    began = time.perf_counter()
    near, far = pty.openpty()
    with subprocess.Popen(argv, stdin=far, stdout=far, stderr=far):
        os.close(far)
        with suppress(OSError):  # EIO: nobody has the terminal open any more
            while os.read(near, 1 << 16):
                pass
    os.close(near)
    return time.perf_counter() - began


def contenders(folder: Path) -> dict[str, Contender]:
    """All of them, by name, the floor first."""
    lean = {"PYTHONPATH": str(ROOT / "ext"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    theirs = [RIVALS / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    commands = {
        PYTEST: lambda: measured(pytest, folder / "played", **lean),
        PLAYED: lambda: measured(
            [sys.executable, HERE / "echo_played.py", "steps.console"], folder / "played/examples/echo", **lean
        ),
        "cram": lambda: measured([RIVALS / "cram", "--shell=/bin/bash", "echo.t"], folder),
        "prysk": lambda: measured([RIVALS / "prysk", "--shell=/bin/bash", "echo.t"], folder),
        "byexample": lambda: measured([RIVALS / "byexample", "-q", "-l", "shell", "echo.md"], folder),
        "pexpect": lambda: measured([RIVALS / "python", HERE / "echo_pexpect.py", "echo.sh"], folder),
        "Sybil, bash -c for each": lambda: measured(theirs, folder / "sybil"),
        "pytest with one empty test": lambda: measured(pytest, folder / "nothing", **lean),
    }
    script = str(folder / "echo.sh")
    return {
        BASH: lambda: measured(["bash", script]).seconds,
        TERMINAL: lambda: on_terminal(["bash", script]),
        **{name: lambda run=run: run().seconds for name, run in commands.items()},  # type: ignore[misc]
    }


def ready() -> dict[str, Contender]:
    """Until a shell has answered to nothing."""

    def bare() -> float:
        return on_terminal(["bash", "--norc", "--noprofile", "-c", ":"])

    def ours() -> float:
        began = time.perf_counter()
        remote = Remote()
        remote.turn("1", ":", [], 5)
        seconds = time.perf_counter() - began
        remote.close()
        return seconds

    def another() -> float:
        remote = Remote()
        remote.turn("1", ":", [], 5)
        began = time.perf_counter()
        remote.turn("2", ":", [], 5)
        seconds = time.perf_counter() - began
        remote.close()
        return seconds

    return {
        "bash -c : on a terminal": bare,
        "the first shell, its driver included": ours,
        "another shell": another,
    }


def run(rounds: int | None = None, scale: float = 1) -> Result:
    """Two lengths, which tell what starting costs and what each command does."""
    few, many = max(2, int(200 * scale)), max(4, int(2000 * scale))
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as temporary:
        for count in (few, many):
            folder = Path(temporary, str(count))
            write(folder, count)
            rows += interleaved(f"{count} commands", contenders(folder), rounds or ROUNDS)
    rows += interleaved("until a shell is ready", ready(), 3 * (rounds or ROUNDS))
    median = {(row.group, row.name): row.median for row in rows}

    def each(name: str) -> float:
        return (median[f"{many} commands", name] - median[f"{few} commands", name]) / (many - few)

    def nearest(count: int, name: str) -> float:
        group = f"{count} commands"
        return median[group, name] / min(median[group, other] for other in ON_TERMINAL)

    goals = [
        Goal(f"{few} commands by pytest, its start included", median[f"{few} commands", PYTEST], 0.4, "s"),
        Goal("each further command, beyond bash on a terminal", (each(PLAYED) - each(TERMINAL)) * 1000, 0.1, "ms"),
        Goal(
            "a shell is ready",
            median["until a shell is ready", "the first shell, its driver included"] * 1000,
            10,
            "ms",
        ),
        *(
            Goal(
                f"{name}, against the fastest other that has a terminal, {count} commands",
                nearest(count, name),
                1,
                "×",
                True,
            )
            for count in (few, many)
            for name in (PLAYED, PYTEST)
        ),
    ]
    how = taken(
        f"{rounds or ROUNDS}, each contender once in each",
        ["pytest", "pyte"],
        ["cram", "prysk", "byexample", "pexpect", "sybil"],
    )
    return Result("echo", tuple(rows), tuple(goals), how)
