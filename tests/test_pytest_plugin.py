"""The pytest plugin: what is collected, what is reported, and that nothing is passed over in silence."""

from __future__ import annotations

import os

import pytest

GOOD = "#: step one\n$ echo hi\nhi\n$ true\n#: step two\n#: hidden a proof\n$ seq 9\n1\n...\n9\n"


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("CI", raising=False)
    pytester.makeini("[pytest]\naddopts = -p played.pytest_plugin\n")
    pytester.mkdir("examples")
    add(pytester, "01-a", GOOD)
    return pytester


def add(project: pytest.Pytester, chapter: str, text: str, name: str = "steps.console") -> None:
    folder = project.path / "examples" / chapter
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)


def expected(project: pytest.Pytester, text: str) -> str:
    (project.path / "expected.toml").write_text(text)
    return f"--expected={project.path}/expected.toml"


NUMBERS = '["01-a"]\nsteps = 2\ncommands = 3\n'


def test_a_step_is_an_item_and_the_figures_are_reported(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("-v", expected(project, NUMBERS))
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [
            "*01-a/steps.console::one PASSED*",
            "1 chapters, 1 transcripts, 2 steps, 3 commands; 3 output lines compared, 7 elided, 1 commands had*",
            "outside the commands: * ms per command*",
            "played on host local",
        ]
    )


def test_the_slowest_waits_are_named(project: pytest.Pytester) -> None:
    count = "n=$(($(cat n 2>/dev/null || echo 0) + 1)); echo $n | tee n"
    add(
        project,
        "02-b",
        f"#: step x\n#: wait\n$ {count}\n4\n$ sleep 0.2; echo up; read\nup\n#: wait up\n#: key Enter\n",
    )
    result = project.runpytest_inprocess()
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["2 waits, * s; the slowest:", "*0.? s  02-b/steps.console:*  $ *"])
    result.stdout.fnmatch_lines(["*02-b/steps.console:*  $ sleep 0.2; echo up; read"])


def test_after_a_failure_the_chapter_fails_and_the_next_one_is_played(project: pytest.Pytester) -> None:
    add(project, "00-bad", "#: step one\n$ echo hi\nho\n#: step two\n$ true\n")
    result = project.runpytest_inprocess()
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(
        ["*examples/00-bad/steps.console:2: the output differs", "  $ echo hi", "*- ho*", "*+ hi*"]
    )
    result.stdout.fnmatch_lines(["*steps.console:4: not reached, because step 'one' failed"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_chapter_starts_from_an_empty_home_and_shares_it_between_its_transcripts(
    project: pytest.Pytester,
) -> None:
    add(project, "02-b", "#: step left\n$ touch ~/f; cd /\n", "1.console")
    add(project, "02-b", "#: step found\n$ ls; pwd | grep -c /02-b\nf\n0\n[1]\n", "2.console")
    add(project, "03-c", "#: step gone\n$ ls\n")
    project.runpytest_inprocess().assert_outcomes(passed=5)


def test_the_home_of_a_chapter_is_nobody_elses(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    project.makepyfile(test_z="import os\ndef test_z(): assert 'HOME' not in os.environ\n")
    monkeypatch.delenv("HOME")
    project.runpytest_inprocess("examples", "test_z.py").assert_outcomes(passed=3)
    assert "HOME" not in os.environ


def test_selection(project: pytest.Pytester) -> None:
    add(project, "02-b", "#: step x\n$ true\n")
    project.runpytest_inprocess("--chapter=02-b").assert_outcomes(passed=1)
    project.runpytest_inprocess("--chapter=01-a", "--step=one").assert_outcomes(passed=1)
    for options, words in [
        (["--chapter=99-no"], "*--chapter 99-no: there is no examples/99-no/*.console"),
        (["--step=one"], "*--step needs --chapter*"),
    ]:
        result = project.runpytest_inprocess(*options)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines([words])
    result = project.runpytest_inprocess("--chapter=01-a", "--step=nope")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*there is no step 'nope'; the steps are one, two"])


def test_a_chapter_is_named_as_a_shell_completes_it(project: pytest.Pytester) -> None:
    add(project, "02-b", "#: step x\n$ true\n")
    project.runpytest_inprocess("--chapter=02-b/").assert_outcomes(passed=1)
    result = project.runpytest_inprocess("--chapter=./02-b")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--chapter ./02-b: there is no examples/./02-b/*.console"])


def test_up_to_a_step_of_the_second_transcript(project: pytest.Pytester) -> None:
    add(project, "02-b", "#: step left\n$ touch f\n", "1.console")
    add(project, "02-b", "#: step found\n$ ls\nf\n#: step more\n$ true\n", "2.console")
    add(project, "02-b", "#: step last\n$ true\n", "3.console")
    project.runpytest_inprocess("--chapter=02-b", "--step=found").assert_outcomes(passed=2)


# The steps before a step ----------------------------------------------------------------------------

CHAIN = (
    "#: step one\n$ echo 1 >f\n#: step elsewhere\n#: only host=other\n$ false\n"
    "#: step desktop\n#: not-played it opens a window\n$ whale\n#: step two\n$ cat f\n1\n#: step three\n$ cat f\n{}\n"
)


def alone(step: str, missing: str) -> list[str]:
    return [
        f"*02-b/steps.console:*: step '{missing}' has not been played before it; "
        f"use --chapter 02-b --step {step}, and with -n: --dist loadscope"
    ]


@pytest.mark.parametrize("selected", [["-k", "three"], ["examples/02-b/steps.console::three"]])
def test_a_step_is_not_played_without_those_before_it(project: pytest.Pytester, selected: list[str]) -> None:
    add(project, "02-b", CHAIN.format(1))
    result = project.runpytest_inprocess(*selected)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(alone("three", "one"))
    result.stdout.no_fnmatch_line("*Traceback*")


def test_the_last_failure_alone_and_first(project: pytest.Pytester) -> None:
    add(project, "02-b", CHAIN.format(2))
    project.runpytest_inprocess("--chapter=02-b").assert_outcomes(passed=4, failed=1)
    add(project, "02-b", CHAIN.format(1))
    result = project.runpytest_inprocess("--chapter=02-b", "--lf")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(alone("three", "one"))
    result = project.runpytest_inprocess("--chapter=02-b", "--ff")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(alone("three", "one"))
    result = project.runpytest_inprocess("--chapter=02-b", "--step=three")
    result.assert_outcomes(passed=5)


def test_workers_that_share_a_chapter_say_what_to_do(project: pytest.Pytester) -> None:
    add(project, "02-b", CHAIN.format(1))
    result = project.runpytest_inprocess("-n2", "--dist=load", "examples/02-b")
    assert result.parseoutcomes()["failed"] >= 1
    result.stdout.fnmatch_lines(["*has not been played before it*with -n: --dist loadscope"])
    result.stdout.no_fnmatch_line("*cat: f: *")


def test_one_transcript_of_a_chapter_is_played_by_its_name(project: pytest.Pytester) -> None:
    add(project, "02-b", "#: step left\n$ touch f\n", "1.console")
    add(project, "02-b", "#: step right\n$ true\n", "2.console")
    project.runpytest_inprocess("examples/02-b/2.console").assert_outcomes(passed=1)
    result = project.runpytest_inprocess("examples/02-b/2.console", "examples/02-b/1.console")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*02-b/2.console:1: step 'left' has not been played before it*"])


# Settings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", ["abc", "inf", "nan", "0", "-1", "1e9"])
def test_a_limit_that_is_none_is_one_sentence(project: pytest.Pytester, limit: str) -> None:
    result = project.runpytest_inprocess("-o", f"played_limit={limit}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*: played_limit = {limit}: write seconds, more than 0 and at most 86400"])


def test_examples_beside_the_root_folder(project: pytest.Pytester) -> None:
    root = project.mkdir("tests")
    (root / "pytest.ini").write_text(
        "[pytest]\naddopts = -p played.pytest_plugin\nplayed_examples = ../examples\n"
    )
    result = project.runpytest_inprocess(
        "-c", "tests/pytest.ini", "--rootdir=tests", "examples", "--record-check=p"
    )
    result.assert_outcomes(passed=2)
    add(project, "01-a", GOOD.replace("\nhi", "\nho"))
    project.runpytest_inprocess("-c", "tests/pytest.ini", "--rootdir=tests", "examples", "--record-check=p")
    assert (project.path / "p").read_text().startswith("--- a/examples/01-a/steps.console\n")


def test_expected_numbers_without_a_folder_of_examples(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("-o", "played_examples=gone", expected(project, NUMBERS))
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*/gone: there is no such folder; played_examples names the folder of*"])
    result.stdout.no_fnmatch_line("*INTERNALERROR*")


def test_a_mistake_in_a_transcript_is_a_collection_error(project: pytest.Pytester) -> None:
    add(project, "02-b", "#: step x\n#: hiden y\n$ true\n")
    result = project.runpytest_inprocess()
    assert result.ret != 0
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*02-b/steps.console:2: unknown marker 'hiden'*"])
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ('["01-a"]\nsteps = 3\ncommands = 3\n', "01-a: 2 steps passed, 3 expected by *"),
        ('["01-a"]\nsteps = 2\ncommands = 4\n', "01-a: 3 commands were accounted for, 4 expected by *"),
        (NUMBERS + 'not-played = ["one"]\n', "01-a: not played were (), expected by *: ('one',)"),
        (NUMBERS + '["02-b"]\nsteps = 1\ncommands = 1\n', "02-b: 0 steps passed, 1 expected by *"),
        ("", "*has no [[]01-a[]], which was played"),
        ('["01-a"]\nsteps = 2\n', "*needs whole numbers 'steps' and 'commands'*"),
        ("[", "*expected.toml: *"),
    ],
)
def test_numbers_that_are_not_reached_fail_the_run(project: pytest.Pytester, numbers: str, words: str) -> None:
    result = project.runpytest_inprocess(expected(project, numbers))
    assert result.ret == 1
    result.stdout.fnmatch_lines([words])


def test_nothing_played_fails_the_run(project: pytest.Pytester) -> None:
    (project.path / "examples/01-a/steps.console").unlink()
    result = project.runpytest_inprocess(expected(project, NUMBERS))
    assert result.ret == 1
    result.stdout.fnmatch_lines(["no transcript was played"])


def test_numbers_of_one_chapter(project: pytest.Pytester) -> None:
    add(project, "02-b", "#: step x\n$ true\n")
    numbers = expected(project, NUMBERS + '["02-b"]\nsteps = 1\ncommands = 1\n')
    assert project.runpytest_inprocess(numbers, "--chapter=02-b").ret == 0
    assert project.runpytest_inprocess(numbers, "--chapter=01-a", "--step=one").ret == 0


def test_a_skip_fails_a_ci_run(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    project.makepyfile(test_x="import pytest\ndef test_x(): pytest.skip('later')\n")
    assert project.runpytest_inprocess().ret == 0
    monkeypatch.setenv("CI", "true")
    result = project.runpytest_inprocess()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["skipped, which a CI run must not do: test_x.py::test_x"])


def test_steps_not_played_and_for_another_host_are_listed(project: pytest.Pytester) -> None:
    add(
        project,
        "02-b",
        "#: step here\n#: only host=local\n$ true\n#: step there\n#: only host=other\n$ false\n"
        "#: step desktop\n#: not-played needs Docker Desktop\n$ whale\nyes\n",
    )
    numbers = '["02-b"]\nsteps = 3\ncommands = 3\nnot-played = ["desktop"]\n'
    result = project.runpytest_inprocess("--chapter=02-b", expected(project, numbers))
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["*1 steps, 1 commands*", "meant for another host: 02-b: there", "not played: 02-b: desktop"]
    )


def test_an_unknown_fact_fails(project: pytest.Pytester) -> None:
    add(project, "02-b", "#: step here\n#: only planet=mars\n$ true\n")
    result = project.runpytest_inprocess("--chapter=02-b")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*nothing is known of 'planet'*"])


HOST = """
import pytest
from played.hosts import LocalHost

class Host(LocalHost):
    log = []
    def fresh(self):
        self.log.append("fresh")
        if {broken}:
            raise RuntimeError("the engine does not start")
        super().fresh()
    def discard(self):
        self.log.append("discard")

@pytest.fixture(scope="session")
def transcript_host(tmp_path_factory):
    yield Host(tmp_path_factory.mktemp("x"))
    print("LOG", *Host.log)
"""


def test_another_host_is_used_freshened_and_discarded(project: pytest.Pytester) -> None:
    add(project, "00-bad", "#: step one\n$ false\n")
    (project.path / "conftest.py").write_text(HOST.format(broken=False))
    result = project.runpytest_inprocess("-s")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*LOG fresh discard fresh*"])


def test_a_host_that_cannot_be_had_is_one_sentence(project: pytest.Pytester) -> None:
    (project.path / "conftest.py").write_text(HOST.format(broken=True))
    result = project.runpytest_inprocess()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*steps.console:1: no empty host to play on: the engine does not start"])
    result.stdout.fnmatch_lines(["*not reached, because step 'one' failed"])


def test_parallel_workers_keep_a_chapter_together_and_the_figures_add_up(project: pytest.Pytester) -> None:
    for number in range(4):
        add(project, f"1{number}-x", "#: step a\n$ echo 1 > f\n", "1.console")
        add(project, f"1{number}-x", "#: step b\n$ cat f\n1\n", "2.console")
    numbers = NUMBERS + "".join(f'["1{number}-x"]\nsteps = 2\ncommands = 2\n' for number in range(4))
    result = project.runpytest_inprocess("-n2", "--dist=loadscope", expected(project, numbers))
    result.assert_outcomes(passed=10)
    result.stdout.fnmatch_lines(["5 chapters, 9 transcripts, 10 steps, 11 commands*"])


def test_this_machine_can_be_forbidden(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\naddopts = -p played.pytest_plugin\nplayed_local = false\n")
    result = project.runpytest_inprocess()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["no fixture says where to play, and played_local forbids this machine"])


def test_chapters_are_shuffled_and_steps_are_not(project: pytest.Pytester) -> None:
    for number in range(2, 7):
        add(project, f"0{number}-x", "#: step a\n$ true\n#: step b\n$ true\n")
    orders = set()
    for seed in range(4):
        result = project.runpytest_inprocess("-v", f"--shuffle={seed}")
        result.assert_outcomes(passed=12)
        order = [line.split("/")[1].split(" ")[0] for line in result.outlines if "::" in line]
        assert [name.split("-")[0] for name in order[::2]] == [name.split("-")[0] for name in order[1::2]]
        orders.add(tuple(order))
    assert len(orders) > 1


@pytest.mark.parametrize("name", ["steps.console", "f"])
@pytest.mark.parametrize("option", ["--verbose", "--record"])
def test_what_changes_while_it_is_played_has_not_passed(project: pytest.Pytester, name: str, option: str) -> None:
    """Somebody saves a file while a long run is under way."""
    changed = project.path / "examples/02-b" / name
    text = f"#: step x\n#: files 02-b/f f\n$ echo '# new' >>{changed}\n$ echo new\nold\n"
    add(project, "02-b", "old\n", "f")
    add(project, "02-b", text if option == "--record" else text.replace("old", "new"))
    result = project.runpytest_inprocess("--chapter=02-b", option)
    if option == "--record" and name == "f":  # what came out of it is written all the same
        assert result.ret == 0
        return
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*02-b/steps.console: it, or what it uses, was changed while it was played*"])
    assert changed.read_text().endswith("# new\n"), "the save is not undone"


def test_a_host_that_needs_a_fixture_that_is_not_there_is_one_sentence(project: pytest.Pytester) -> None:
    """A plugin that was not loaded, as with ``-p no:docker``."""
    project.makeconftest(
        "import pytest\n@pytest.fixture(scope='session')\ndef transcript_host(docker_services): pass\n"
    )
    result = project.runpytest_inprocess("-p", "no:docker")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        ["*01-a/steps.console:1: there is no fixture 'docker_services', so no place to play"]
    )
