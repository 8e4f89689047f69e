"""The mistakes that authors make most: each is found, and told with its place and with what to do.

The tables are the list. A mistake that is met again and is not here belongs here.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

import end_of_life
from played import format
from played.expected import Expected, ExpectedError
from tests import chapter
from tests.lab.errors import LabError
from tests.lab.settings import base_images
from tests.new_chapter import NotPossibleError, begin
from tests.sphinx_site import Site

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What somebody wrote, the line of the message, what it says is wrong, and what it says to do."""

    written: str | bytes
    line: int
    wrong: str
    advice: str


def complaint(text: str, mistake: Mistake) -> str:
    """What a message lacks, for a readable failure."""
    missing = [part for part in (mistake.wrong, mistake.advice) if part not in text]
    return f"{missing} is not in:\n{text}" if missing else ""


# Transcripts -----------------------------------------------------------------------------------------

TRANSCRIPT = {
    "a marker misspelt": Mistake(
        "#: step a\n#: hiden x\n$ ls\n", 2, "unknown marker 'hiden'", "the markers are step,"
    ),
    "no blank in a marker": Mistake("#:step a\n$ ls\n", 1, "'#: word argument'", "with one blank after the colon"),
    "no step": Mistake("$ ls\n", 1, "comes before the first", "'#: step NAME'"),
    "a step's name in capitals": Mistake(
        "#: step Build\n$ ls\n", 1, "'Build' is no step name", "use small letters"
    ),
    "a name twice": Mistake("#: step a\n$ ls\n#: step a\n$ ls\n", 3, "already in line 1", "step names are unique"),
    "a step without a command": Mistake(
        "#: step a\n#: step b\n$ ls\n", 1, "'a' does nothing", "give it a command"
    ),
    "no prompt": Mistake("#: step a\nls\n", 2, "is output, but no command", "a command starts with '$ '"),
    "no blank after the prompt": Mistake("#: step a\n$ls\n", 2, "is output, but no command", "starts with '$ '"),
    "only dots": Mistake("#: step a\n$ ls\n...\n", 3, "compares nothing", "keep a line that proves something"),
    "a here-document without its end": Mistake(
        "#: step a\n$ cat <<EOF\n> x\nx\n", 2, "here-document ends with no line", "'> EOF'"
    ),
    "a backslash at the end": Mistake(
        "#: step a\n$ docker run \\\n", 2, "ends in a backslash", "no '> ' line follows"
    ),
    "a status of 0": Mistake("#: step a\n$ ls\n[0]\n", 3, "is 1 to 255", "0 is expected without saying so"),
    "hidden without a reason": Mistake("#: step a\n#: hidden\n$ ls\n", 2, "say why", "'#: hidden REASON'"),
    "a path out of the examples": Mistake("#: step a\n#: files ../x\n$ ls\n", 2, "'#: files PATH'", "stay inside"),
    "an edit without from": Mistake("#: step a\n#: edit a b\n$ ls\n", 2, "is written", "'#: edit PATH from PATH'"),
    "a server left running": Mistake(
        "#: step a\n$ cat\n#: wait x\n", 2, "still in front of terminal 1", "end it with '#: key Ctrl-C'"
    ),
    "a command while another one runs": Mistake(
        "#: step a\n$ cat\n#: wait x\n$ ls\n#: key Ctrl-C\n", 4, "busy with the command of line 2", "'#: terminal'"
    ),
    "a key by another name": Mistake(
        "#: step a\n$ cat\n#: key Strg-C\n", 3, "unknown key 'Strg-C'", "the keys are Ctrl-C"
    ),
    "a limit before nothing": Mistake(
        "#: step a\n$ ls\n#: limit 5\n", 3, "stands before no command", "put it above the command it is for"
    ),
    "line ends of Windows": Mistake(
        "#: step a\r\n$ ls\r\n", 1, "has a carriage return", "save the file with LF line ends"
    ),
    "another encoding": Mistake(b"#: step a\n$ echo caf\xe9\n", 2, "is not UTF-8", "save the file as UTF-8"),
    "colours pasted": Mistake("#: step a\n$ ls\n\x1b[31mx\n", 3, "U+001B", "write what the reader sees"),
}


@pytest.mark.parametrize("name", TRANSCRIPT)
def test_in_a_transcript(name: str, tmp_path: Path) -> None:
    mistake = TRANSCRIPT[name]
    path = tmp_path / "steps.console"
    path.write_bytes(mistake.written if isinstance(mistake.written, bytes) else mistake.written.encode())
    with pytest.raises(format.FormatError) as caught:
        format.load(path)
    told = [str(problem) for problem in caught.value.problems if problem.line == mistake.line]
    assert told, caught.value
    assert not complaint("\n".join(told), mistake)


def test_a_step_of_another_file_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a.console").write_text("#: step x\n$ true\n")
    (tmp_path / "b.console").write_text("#: step x\n$ true\n")
    with pytest.raises(format.FormatError, match=r"b\.console:1: step 'x' is already in a\.console:1; .* unique"):
        format.load_folder(tmp_path)


# Pages -----------------------------------------------------------------------------------------------

PAGE = {
    "a step that is not there": Mistake(".. transcript:: bild", 4, "no step 'bild'", "the steps are build"),
    "a hidden step": Mistake(
        ".. transcript:: proof", 4, "'proof' of examples/ch is hidden", "take '#: hidden' out"
    ),
    "a folder that is not there": Mistake(
        ".. transcript:: cg/build", 4, "no folder examples/cg", "name the folder of the step: FOLDER/STEP"
    ),
    "a file that is not there": Mistake(
        ".. example:: ch/a.py", 4, "no file examples/ch/a.py", "name one inside examples/"
    ),
    "a path from the page": Mistake(
        ".. example:: ../examples/ch/app.py", 4, "leads out of examples/", "name a file inside it"
    ),
    "a highlight that is not in the code": Mistake(
        ".. transcript:: build\n   :rfg: biuld", 4, "'biuld'", "name text that is shown"
    ),
    "an option misspelt": Mistake(".. transcript:: build\n   :captoin: x", 4, 'unknown option: "captoin"', ""),
    "another side of the conversation": Mistake(
        ".. transcript:: build\n   :show: answers", 4, '"answers"', '"all", "commands", or "output"'
    ),
    "lines that are not there": Mistake(
        ".. example:: ch/app.py\n   :lines: 9", 4, ":lines: 9 is more than the 1 lines", ""
    ),
}


@pytest.mark.parametrize("name", PAGE)
def test_on_a_page(name: str, tmp_path: Path) -> None:
    mistake = PAGE[name]
    site = Site(tmp_path)
    site.write(
        "examples/ch/steps.console", "#: step build\n$ build it\nbuilt\n\n#: step proof\n#: hidden why\n$ true\n"
    )
    site.write("examples/ch/app.py", "x\n")
    site.page(".. toctree::\n\n   ch")
    site.page(str(mistake.written), "ch")
    site.build()
    assert f"docs/ch.rst:{mistake.line}: " in site.warnings
    assert not complaint(site.warnings, mistake)


# The command line ------------------------------------------------------------------------------------

COMMANDS = {
    "a chapter that is not there": (["CHAPTER=02-building"], "did you mean CHAPTER=02-building-an-image?"),
    "a step without its chapter": (["STEP=again"], "STEP=again needs its chapter: CHAPTER=NN-slug STEP=again"),
    "a step that is not there": (["CHAPTER=02-building-an-image", "STEP=agian"], "the steps are start, build,"),
}


@pytest.mark.parametrize("target", ["test", "record"])
@pytest.mark.parametrize("name", COMMANDS)
def test_on_the_command_line(name: str, target: str) -> None:
    """One sentence, before any lab is started."""
    words, sentence = COMMANDS[name]
    environment = {
        **os.environ,
        "PATH": "/usr/bin:/bin",
        "DOCKER_HOST": "unix:///nowhere.sock",
        "MAKEFLAGS": "",
        "SHARD": "",
    }
    done = subprocess.run(
        ["make", target, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "DOCKER_HOST" not in done.stderr
    assert done.stderr.replace("make: ***", "").count("\n") == 2  # the sentence, and make's own line


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "which chapter? make watch CHAPTER=NN-slug"),
        (["CHAPTER=02-building"], "did you mean CHAPTER=02-building-an-image?"),
    ],
)
def test_nothing_to_watch(words: list[str], sentence: str) -> None:
    environment = {**os.environ, "DOCKER_HOST": "unix:///nowhere.sock", "MAKEFLAGS": "", "CHAPTER": ""}
    done = subprocess.run(
        ["make", "watch", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "DOCKER_HOST" not in done.stderr


def test_a_file_that_no_folder_has(tmp_path: Path) -> None:
    (tmp_path / "01-a").mkdir()
    (tmp_path / "01-a/steps.console").write_text("#: step a\n#: files Dockerfile\n$ ls\n")
    (sentence,) = chapter.mistakes(tmp_path, "01-a", "")
    assert sentence.startswith(f"{tmp_path}/01-a/steps.console:2: there is no {tmp_path.name}/Dockerfile; ")
    assert sentence.endswith("such as 01-a/Dockerfile")


@pytest.mark.parametrize(
    ("shard", "name", "sentence"),
    [
        ("3", "", "SHARD=3: write k/n, such as 1/3, with k from 1 to n"),
        ("0/2", "", "SHARD=0/2: write k/n, such as 1/3, with k from 1 to n"),
        ("3/2", "", "SHARD=3/2: write k/n, such as 1/3, with k from 1 to n"),
        ("1/2", "", "SHARD=1/2: there are 1 chapters to share; n is no more than that"),
        ("1/1", "01-a", "SHARD=1/1 shares all chapters out; leave out CHAPTER=01-a, or SHARD"),
    ],
)
def test_a_shard_that_is_none(tmp_path: Path, shard: str, name: str, sentence: str) -> None:
    (tmp_path / "01-a").mkdir()
    (tmp_path / "01-a/steps.console").write_text("#: step a\n$ ls\n")
    assert list(chapter.mistakes(tmp_path, name, "", shard)) == [sentence]


def test_a_store_by_another_name() -> None:
    done = subprocess.run(
        ["make", "shell", "STORE=overlay"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "STORE=overlay is unknown; set it to overlay2 or containerd." in done.stderr


def test_a_new_chapter_without_a_name() -> None:
    with pytest.raises(NotPossibleError, match=r"which chapter\?: write two digits"):
        begin(ROOT, "")


# The tables ------------------------------------------------------------------------------------------

EXPECTED = {
    "a number missing": ('["01-a"]\nsteps = 2\n', "[01-a] needs whole numbers 'steps' and 'commands'"),
    "a word for a number": ('["01-a"]\nsteps = "two"\ncommands = 2\n', "[01-a] needs whole numbers"),
    "no quotation marks": ("[01-a\n", "expected.toml: Expected ']' at the end of a table declaration (at line 1"),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_in_the_expected_numbers(name: str, tmp_path: Path) -> None:
    text, sentence = EXPECTED[name]
    path = tmp_path / "expected.toml"
    path.write_text(text)
    with pytest.raises(ExpectedError) as caught:
        Expected.load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert sentence in str(caught.value)


@dataclass(frozen=True, slots=True)
class Played:
    """A step that was played."""

    chapter: str
    step: str
    commands: int
    not_played: int = 0
    unplayed: int = 0


def test_numbers_that_are_not_reached(tmp_path: Path) -> None:
    path = tmp_path / "expected.toml"
    path.write_text('["01-a"]\nsteps = 2\ncommands = 2\n')
    told = list(Expected.load(path).complaints([Played("01-a", "one", 3), Played("02-b", "two", 1)]))
    assert f"{path}: has no [02-b], which was played" in told[0]
    assert f"01-a: 1 steps passed, 2 expected by {path}" in told
    assert f"01-a: 3 commands were accounted for, 2 expected by {path}" in told


ENTRY = 'digest = ""\nend-of-life = 2030-01-01\nstand-in = "alpine"\n'
VERSIONS = {
    "no digest": (ENTRY.replace("digest", "digets"), "needs digest, a text in quotation marks"),
    "a date in quotation marks": (
        ENTRY.replace("2030-01-01", '"2030-01-01"'),
        "needs end-of-life, a date such as 2030-12-31",
    ),
    "a stand-in that is not there": (ENTRY.replace("alpine", "alpin"), "there is no tests/lab/stand-ins/alpin"),
}


@pytest.mark.parametrize("name", VERSIONS)
def test_in_the_versions(name: str, tmp_path: Path) -> None:
    entry, sentence = VERSIONS[name]
    path = tmp_path / "versions.toml"
    path.write_text(f'[images."a:1"]\n{entry}')
    with pytest.raises(LabError) as caught:
        base_images(path)
    assert str(caught.value).startswith(f'{path}: [images."a:1"]')
    assert sentence in str(caught.value)


def test_a_version_without_support() -> None:
    (told,) = end_of_life.ended(f'[images."a:1"]\n{ENTRY}', date(2031, 1, 1))
    assert told == (3, "a:1 is without support since 2030-01-01; take a newer version and record its chapters")


def test_there_are_enough() -> None:
    assert sum(map(len, (TRANSCRIPT, PAGE, COMMANDS, EXPECTED, VERSIONS))) >= 25
