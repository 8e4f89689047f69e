"""*echo*: many commands that do next to nothing, so that what is left is the cost of whoever types them.

Everything is a process of its own, from its start to its end, and compares the output of each command, save bash,
which is the floor. A transcript is played twice: by pytest, as a project does it, and by a few lines without
pytest, as pexpect is used. pytest loads no plugins but the one that plays.
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
from benchmarks.rounds import Contender, Took, interleaved, measured
from benchmarks.taken import taken
from played.remote import Remote

HERE = Path(__file__).parent
RIVALS = ROOT / ".venv/bench/bin"
ROUNDS = 7
BASH, TERMINAL, PLAYED, PYTEST = "bash", "bash on a terminal", "played without pytest", "played by pytest"
READY, DRIVER, SHELL = "until a shell is ready", "the first, its driver included", "another one of the driver"
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


def on_terminal(argv: list[str]) -> Took:
    """What a program takes whose output is a terminal that somebody reads."""
    began = time.perf_counter()
    near, far = pty.openpty()
    process = subprocess.Popen(argv, stdin=far, stdout=far, stderr=far)
    os.close(far)
    with suppress(OSError):  # EIO: nobody has the terminal open any more
        while os.read(near, 1 << 16):
            pass
    os.close(near)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Took(time.perf_counter() - began, usage.ru_utime + usage.ru_stime)


def contenders(folder: Path) -> dict[str, Contender]:
    """All of them, by name, the floor first."""
    lean = {"PYTHONPATH": str(ROOT / "ext"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    pytest = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
    ours, theirs = Path(sys.executable), RIVALS / "python"
    played = folder / "played/examples/echo/steps.console"
    script = str(folder / "echo.sh")
    return {
        BASH: lambda: measured(["bash", script]),
        TERMINAL: lambda: on_terminal(["bash", script]),
        PLAYED: lambda: measured([ours, HERE / "echo_played.py", played], folder, **lean),
        PYTEST: lambda: measured([ours, *pytest], folder / "played", **lean),
        "pexpect": lambda: measured([theirs, HERE / "echo_pexpect.py", script], folder),
        "byexample": lambda: measured([RIVALS / "byexample", "-q", "-l", "shell", "echo.md"], folder),
        "cram": lambda: measured([RIVALS / "cram", "--shell=/bin/bash", "echo.t"], folder),
        "prysk": lambda: measured([RIVALS / "prysk", "--shell=/bin/bash", "echo.t"], folder),
        "Sybil, a bash for each": lambda: measured([theirs, *pytest], folder / "sybil"),
        "pytest with one empty test": lambda: measured([ours, *pytest], folder / "nothing", **lean),
    }


def ready() -> dict[str, Contender]:
    """Until a shell has answered to nothing."""

    def shell(name: str) -> Took:
        remote = Remote() if name == "1" else drivers.pop()
        began = time.perf_counter()
        remote.turn(name, ":", [], 5)
        seconds = time.perf_counter() - began
        drivers.append(remote)
        return Took(seconds)

    def first() -> Took:
        began = time.perf_counter()
        shell("1")
        return Took(time.perf_counter() - began)

    def second() -> Took:
        took = shell("2")
        drivers.pop().close()
        return took

    drivers: list[Remote] = []
    return {
        "bash -c :, on a terminal": lambda: on_terminal(["bash", "--norc", "--noprofile", "-c", ":"]),
        DRIVER: first,
        SHELL: second,
    }


def run(rounds: int | None = None, scale: float = 1) -> Result:
    """Two lengths tell what starting costs and what each command does."""
    rounds = rounds or ROUNDS
    few, many = max(2, int(200 * scale)), max(4, int(2000 * scale))
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as temporary:
        for count in (few, many):
            folder = Path(temporary, str(count))
            write(folder, count)
            rows += interleaved(f"{count} commands", contenders(folder), rounds, ["processor"])
    rows += interleaved(READY, ready(), 3 * rounds)
    result = Result("echo", tuple(rows), ())

    def took(count: int, name: str, clock: str = "") -> float:
        return result.row(f"{count} commands{clock}", name).median

    def further(clock: str = "") -> float:
        """Milliseconds of a further command, beyond those of bash on a terminal."""
        played, bash = (took(many, name, clock) - took(few, name, clock) for name in (PLAYED, TERMINAL))
        return (played - bash) / (many - few) * 1000

    goals = [
        Goal(f"{few} commands by pytest, its start included", took(few, PYTEST), 0.4, "s"),
        Goal("a further command, beyond bash on a terminal", further(), 0.1, "ms"),
        Goal("a further command, beyond bash on a terminal, processor", further(", processor"), 0.1, "ms"),
        Goal("a shell is ready, where the driver runs", result.row(READY, SHELL).median * 1000, 10, "ms"),
        Goal("a shell is ready, its driver included", result.row(READY, DRIVER).median * 1000, 10, "ms"),
    ]
    for count in (few, many):
        for clock in ("", ", processor"):
            fastest = min(took(count, other, clock) for other in ON_TERMINAL)
            for name in (PLAYED, PYTEST):
                what = f"{count} commands {name}, against the fastest other on a terminal{clock}"
                goals.append(Goal(what, took(count, name, clock) / fastest, 1, "×", bool(clock)))
    how = taken(
        f"{rounds}, each contender once in each; {3 * rounds} for the start of a shell",
        ["pytest", "pyte"],
        ["cram", "prysk", "byexample", "pexpect", "sybil"],
    )
    return Result("echo", result.rows, tuple(goals), how)
