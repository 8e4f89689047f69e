"""Recording: only what changed is written, files are whole, failures are never recorded as expected."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from played.compare import Ids
from played.record import merge
from played.whole_file import write_whole


@pytest.mark.parametrize(
    ("recorded", "live", "new"),
    [
        (["a", "b"], ["a", "c"], ["a", "c"]),
        (["Up 3 seconds", "b"], ["Up 9 seconds", "c"], ["Up 3 seconds", "c"]),
        (["a", "...", "z"], ["A", "1", "2", "z"], ["A", "...", "z"]),
        (["a", "...", "z"], ["a", "1", "2", "Z"], ["a", "...", "Z"]),
        (["...", "m", "...", "z"], ["1", "m", "2", "Z"], ["...", "m", "...", "Z"]),
        ([], ["a", "b"], ["a", "b"]),
        (["a"], [], []),
    ],
)
def test_merge(recorded: list[str], live: list[str], new: list[str]) -> None:
    assert merge(recorded, live, Ids())[0] == new


def chapter(pytester: pytest.Pytester, text: str) -> tuple[pytest.Pytester, str]:
    pytester.makeini("[pytest]\naddopts = -p played.pytest_plugin\n")
    folder = pytester.mkdir("examples") / "01-a"
    folder.mkdir()
    (folder / "steps.console").write_text(text)
    return pytester, "examples/01-a/steps.console"


def test_record_then_play_then_record_again(pytester: pytest.Pytester) -> None:
    _, name = chapter(
        pytester,
        "#: step a\n$ seq 3\n$ echo 0123456789ab; echo Up 7 seconds\nUp 1 second\n\n#: step b\n$ read -p '? ' x; echo $x\n"
        "#: wait ?\n#: type y\nno\n$ echo 0123456789ab\n$ sh -c 'echo no; exit 3'\nyes\n[3]\n",
    )
    assert pytester.runpytest_inprocess("-q").ret == 1
    assert pytester.runpytest_inprocess("-q", "--record").ret == 0
    text = (pytester.path / name).read_text()
    assert text == (
        "#: step a\n$ seq 3\n1\n2\n3\n$ echo 0123456789ab; echo Up 7 seconds\n0123456789ab\nUp 1 second\n\n"
        "#: step b\n$ read -p '? ' x; echo $x\n#: wait ?\n#: type y\n? y\ny\n$ echo 0123456789ab\n0123456789ab\n"
        "$ sh -c 'echo no; exit 3'\nno\n[3]\n"
    )
    assert pytester.runpytest_inprocess("-q").ret == 0
    assert pytester.runpytest_inprocess("-q", "--record").ret == 0
    assert (pytester.path / name).read_text() == text


def test_an_unexpected_status_is_not_recorded(pytester: pytest.Pytester) -> None:
    text = "#: step a\n$ echo new\nold\n#: step b\n$ false\n"
    _, name = chapter(pytester, text)
    assert pytester.runpytest_inprocess("-q", "--record").ret == 1
    assert (pytester.path / name).read_text() == text
    assert [path.name for path in (pytester.path / "examples/01-a").iterdir()] == ["steps.console"]


def test_output_that_reads_as_markup_is_refused(pytester: pytest.Pytester) -> None:
    text = "#: step a\n$ echo '$ rm'\nold\n"
    _, name = chapter(pytester, text)
    result = pytester.runpytest_inprocess("-q", "--record")
    assert result.ret == 1
    assert (pytester.path / name).read_text() == text


@pytest.mark.parametrize("where", [(os, "fdopen"), (Path, "chmod"), (Path, "replace")], ids=lambda where: where[1])
def test_an_interrupted_write_leaves_the_old_file_and_nothing_beside(
    where: tuple[object, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    file = tmp_path / "steps.console"
    file.write_text("old")
    file.chmod(0o640)
    monkeypatch.setattr(*where, interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(file, "new")
    monkeypatch.undo()
    assert [(path, path.read_text()) for path in tmp_path.iterdir()] == [(file, "old")]
    write_whole(file, "new")
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("new", 0o640)


def test_a_file_is_whole_whenever_its_writer_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "steps.console"
    texts = ["a" * 3_000_000, "b" * 3_000_000]
    script = (
        "import sys, pathlib; from played.whole_file import write_whole\n"
        "while True:\n    for letter in 'ab':\n        write_whole(pathlib.Path(sys.argv[1]), letter * 3_000_000)\n"
    )
    ext = str(Path(__file__).parents[1] / "ext")
    for pause in range(10):
        with subprocess.Popen(
            [sys.executable, "-c", script, file], env={**os.environ, "PYTHONPATH": ext}
        ) as writer:
            until = time.monotonic() + 20
            while not file.exists() and time.monotonic() < until:
                time.sleep(0.005)
            time.sleep(pause / 300)
            writer.kill()
        assert file.read_text() in texts
        file.unlink()
