"""The order of chapters, and what is left out because it has passed as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from played import order
from played.ledger import Entry, Ledger


def chapter(item: str) -> str | None:
    return item.split("/")[0] if "/" in item else None


ITEMS = ["test", "a/1", "a/2", "b/1", "b/2", "c/1"]


def test_the_longest_chapter_comes_first_and_one_that_nobody_knows_before_it() -> None:
    items = [*ITEMS]
    order.longest_first(items, chapter, {"a": 1.0, "b": 9.0})
    assert items == ["c/1", "b/1", "b/2", "a/1", "a/2", "test"]


def test_a_seed_gives_one_order_and_the_steps_of_a_chapter_stay_together() -> None:
    orders = set()
    for seed in range(20):
        items, again = [*ITEMS], [*ITEMS]
        order.shuffled(items, chapter, seed)
        order.shuffled(again, chapter, seed)
        assert items == again
        assert items[0] == "test"
        assert items.index("a/2") == items.index("a/1") + 1
        assert items.index("b/2") == items.index("b/1") + 1
        orders.add(tuple(items))
    assert len(orders) == 6


def test_the_ledger_names_a_chapter_as_the_folder_does(tmp_path: Path) -> None:
    book = Ledger(tmp_path / "ledger.json")
    entry = Entry("x", {}, "2026-01-01", 1, 1, 1, 2.0)
    book.entries = {name: {"": entry} for name in ("x.console", "a/1.console", "a/2.console")}
    for name in book.entries:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert order.seconds_of(book) == {".": 2.0, "a": 4.0}
    assert order.chapters(tmp_path) == {".", "a"}


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("CI", raising=False)
    pytester.makeini("[pytest]\naddopts = -p played.pytest_plugin\nplayed_ledger = ledger.json\n")
    for name in ("01-a", "02-b"):
        folder = pytester.path / "examples" / name
        folder.mkdir(parents=True)
        (folder / "steps.console").write_text("#: step one\n$ echo hi\nhi\n")
    return pytester


def test_what_has_passed_as_it_is_can_be_left_out(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.runpytest_inprocess("--changed").assert_outcomes(passed=2)
    result = project.runpytest_inprocess("--changed")
    result.assert_outcomes(deselected=2)
    assert result.ret == 0
    steps = project.path / "examples/02-b/steps.console"
    steps.write_text(steps.read_text().replace("hi", "ho"))
    numbers = project.path / "expected.toml"
    numbers.write_text('["01-a"]\nsteps = 1\ncommands = 1\n["02-b"]\nsteps = 1\ncommands = 1\n')
    result = project.runpytest_inprocess("--changed=host=local", f"--expected={numbers}")
    result.assert_outcomes(passed=1, deselected=1)
    assert result.ret == 0
    project.runpytest_inprocess("--changed=host=another").assert_outcomes(passed=2)
    for fact in ("examples", "=local"):
        result = project.runpytest_inprocess("--changed", fact)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines([f"*--changed {fact}: a fact is written FACT=VALUE; without one, *"])
    monkeypatch.setenv("CI", "true")
    result = project.runpytest_inprocess("--changed")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*with CI=true everything is played*"])
