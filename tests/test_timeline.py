"""What each worker did when, and what a run has waited for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from played import timeline


@dataclass(frozen=True, slots=True)
class Report:
    worker_id: str
    nodeid: str
    start: float
    stop: float


@dataclass(frozen=True, slots=True)
class Step:
    chapter: str
    preparing: float
    waited: float


def test_the_critical_path_is_what_the_last_worker_did() -> None:
    told = timeline.Timeline()
    began = told._began
    for worker, nodeid, start, stop in [
        ("gw0", "examples/01-a/steps.console::one", 3, 5),
        ("gw0", "examples/01-a/steps.console::two", 5, 13),
        ("gw1", "examples/02-b/steps.console::one", 3, 4),
        ("gw1", "examples/02-b/more.console::two", 4, 6),
        ("gw0", "tests/test_a.py::test_a", 15, 16),
        ("gw0", "tests/test_b.py::test_b", 16, 18),
        ("gw1", "tests/test_c.py::test_c", 6, 7),
    ]:
        told.add(Report(worker, nodeid, began + start, began + stop))
    lines = list(told.lines([Step("01-a", 2.0, 0.0), Step("01-a", 0.0, 1.5), Step("02-b", 1.0, 0.0)]))
    assert lines == [
        "gw0: 01-a 3–13, 2 files of tests 15–18",
        "gw1: 02-b 3–6, test_c.py 6–7",
        "critical path: 18.0 s on gw0, which ended last; all took 17.0 s, so no split over 2 workers ends before 10.0 s",
        "     3.0 s  starting",
        "    10.0 s  01-a (2.0 s preparing its host, 1.5 s waiting)",
        "     2.0 s  idle",
        "     3.0 s  2 files of tests",
    ]


def test_workers_of_a_run_are_told_apart(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(timeline.__file__).parents[1]))
    pytester.makeini("[pytest]\naddopts = -p played.pytest_plugin\n")
    for name, command in {"01-quick": "true", "02-slow": "sleep 3", "03-wrong": "false"}.items():
        folder = pytester.path / "examples" / name
        folder.mkdir(parents=True)
        (folder / "steps.console").write_text(f"#: step one\n$ {command}\n")
    result = pytester.runpytest_subprocess("-n2", "--dist=loadscope")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        ["* hosts started, *", "2 times emptied or replaced before a chapter, *", "gw0: *", "gw1: *"]
    )
    result.stdout.re_match_lines(
        [r"critical path: [\d.]+ s on gw\d, which ended last; .* over 2 workers ends before [\d.]+ s"]
    )
    path = result.outlines[result.outlines.index(next(one for one in result.outlines if "critical" in one)) :]
    assert [line for line in path if re.fullmatch(r" +[3-9]\.\d s  02-slow.*", line)]
    assert sum("03-wrong" in line for line in result.outlines if line.startswith("gw")) == 1


def test_without_workers_nothing_is_told(pytester: pytest.Pytester) -> None:
    told = timeline.Timeline()
    told.add(type("One", (), {"nodeid": "a.py::b", "start": 1.0, "stop": 2.0})())
    assert list(told.lines([])) == []
