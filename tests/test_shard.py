"""Shares of the chapters: all of them together are everything, each once, and they take about as long."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from played import shard
from played.shard import Shard

ROOT = Path(__file__).parents[1]


@given(
    st.dictionaries(st.text("abc/", min_size=1), st.none() | st.floats(0, 1000), min_size=1),
    st.integers(1, 9),
)
def test_shares_are_everything_once_and_balanced(times: dict[str, float | None], of: int) -> None:
    known = {name: seconds for name, seconds in times.items() if seconds is not None}
    if of > len(times):
        with pytest.raises(shard.ShardError):
            Shard(1, of).chapters(times, known)
        return
    shares = [Shard(number, of).chapters(times, known) for number in range(1, of + 1)]
    assert sorted(name for share in shares for name in share) == sorted(times)
    average = sum(known.values()) / len(known) if known else 1.0
    loads = [sum(known.get(name, average) for name in share) for share in shares]
    longest = max(known.get(name, average) for name in times)
    assert max(loads) - min(loads) <= longest * 1.001  # longest first, each to the lightest
    dealt = [Shard(number, of).dealt(times) for number in range(1, of + 1)]
    assert sorted(name for share in dealt for name in share) == sorted(times)


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("CI", raising=False)
    pytester.makeini("[pytest]\naddopts = -p played.pytest_plugin --strict-markers\nplayed_ledger = ledger.json\n")
    numbers = ""
    for name, seconds in {"01-a": "2", "02-b": "0.1", "03-c": "0.1"}.items():
        folder = pytester.path / "examples" / name
        folder.mkdir(parents=True)
        (folder / "file").write_text("")
        (folder / "steps.console").write_text(f"#: step one\n#: files {name}/file\n$ sleep {seconds}\n")
        numbers += f'["{name}"]\nsteps = 1\ncommands = 1\n'
    (pytester.path / "expected.toml").write_text(numbers)
    for name in ("test_a", "test_b"):
        (pytester.path / f"{name}.py").write_text(f"def {name}(): pass\n")
    every = "import pytest\n@pytest.mark.every_shard\ndef test_e(): pass\n"
    (pytester.path / "test_c.py").write_text(every)
    return pytester


def played(result: pytest.RunResult) -> set[str]:
    return {line.split(" ")[0].partition("::")[0] for line in result.outlines if "PASSED" in line}


def test_shards_follow_the_times_of_the_ledger(project: pytest.Pytester) -> None:
    project.runpytest_inprocess("--expected=expected.toml").assert_outcomes(passed=6)
    shares = []
    for number in (1, 2):
        result = project.runpytest_inprocess("-v", f"--shard={number}/2", "--expected=expected.toml")
        assert result.ret == 0
        shares.append(played(result))
    assert shares == [
        {"examples/01-a/steps.console", "test_a.py", "test_c.py"},
        {"examples/02-b/steps.console", "examples/03-c/steps.console", "test_b.py", "test_c.py"},
    ]


def test_workers_of_a_shard_play_the_same(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(shard.__file__).parents[1]))
    project.runpytest_inprocess().assert_outcomes(passed=6)
    result = project.runpytest_subprocess("-n2", "--dist=loadscope", "--shard=2/2", "--expected=expected.toml")
    result.assert_outcomes(passed=4)
    assert result.ret == 0


def test_a_shard_that_loses_a_chapter_or_a_file_fails(project: pytest.Pytester) -> None:
    project.runpytest_inprocess().assert_outcomes(passed=6)
    (project.path / "examples/03-c/more").write_text("")
    result = project.runpytest_inprocess("--shard=1/2", "--expected=expected.toml")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*03-c/more: is neither played nor copied*"])
    (project.path / "examples/03-c/more").unlink()
    result = project.runpytest_inprocess("--shard=1/2", "--expected=expected.toml", "-k", "test_")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["01-a: 0 steps passed, 1 expected by *"])
    assert "02-b: 0 steps" not in result.stdout.str()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--shard=4/3"], "*--shard 4/3: write k/n, such as 1/3, with k from 1 to n"),
        (["--shard=1/4"], "*--shard 1/4: there are 3 chapters to share; n is no more than that"),
        (["--shard=1/2", "--chapter=01-a"], "*--shard shares all chapters out; leave --chapter out"),
    ],
)
def test_what_is_no_shard_is_one_sentence(project: pytest.Pytester, arguments: list[str], sentence: str) -> None:
    result = project.runpytest_inprocess(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([sentence])
