"""``make watch``: after a save, only what has changed is played again, and never on a state that is not right."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path

import pytest

from played.hosts import LocalHost
from played.warm import WarmChapter
from tests.watch import follow, saves

STEPS = """\
#: step count
#: files 01-a/file
$ x=$((x + 1)); echo $x; cat file
1
one

#: step more
$ x=$((x + 1)); echo $x
2
"""
LATER = "\n#: step later\n$ x=$((x + 1)); echo $x\n3\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "examples/01-a"
    folder.mkdir(parents=True)
    (folder / "file").write_text("one\n")
    (folder / "steps.console").write_text(STEPS)
    return folder


@pytest.fixture
def chapter(folder: Path, tmp_path: Path) -> Iterator[WarmChapter]:
    warm = WarmChapter(folder.parent, "01-a", LocalHost(tmp_path), limit=10)
    yield warm
    warm.close()


def told(chapter: WarmChapter) -> list[str]:
    """What a play says, without its seconds."""
    return [line.partition(", 0.")[0].partition(" in 0.")[0] for line in chapter.play()]


def why(chapter: WarmChapter) -> str:
    """The reason for a new start, which the first line of a play gives; only where it plays everything."""
    first, *rest = chapter.play()
    assert first.startswith("from the start, on a host emptied in ")
    assert rest[0].startswith(("count: ", "/"))
    return first.partition(" s: ")[2]


def save(folder: Path, text: str) -> None:
    (folder / "steps.console").write_text(text)


def test_what_follows_is_played_where_the_state_is_right(folder: Path, chapter: WarmChapter) -> None:
    assert told(chapter) == ["from the start, on a host emptied", "count: as recorded", "more: as recorded"]
    assert not chapter.changed()
    save(folder, STEPS + LATER)
    assert chapter.changed()
    assert told(chapter) == [
        "from later on: the host still holds the state after more",
        "later: as recorded",
    ]
    save(folder, "\n" + STEPS + LATER)  # other lines, the same steps
    assert told(chapter) == ["nothing to play: the host still holds the state after all 3 steps"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda folder: save(folder, STEPS.replace("cat file", "cat  file")), "count has changed"),
        (lambda folder: save(folder, STEPS.replace("\n2\n", "\n2\n[1]\n")), "more has changed"),
        (lambda folder: save(folder, STEPS.replace("\n$ x", "\n#: wait\n$ x")), "count has changed"),
        (lambda folder: (folder / "file").write_text("two\n"), "count has changed"),
        (lambda folder: (folder / "file").chmod(0o755), "count has changed"),
        (lambda folder: save(folder, STEPS.partition("\n#: step more")[0]), "more is gone"),
    ],
)
def test_a_step_that_was_played_otherwise_starts_the_chapter_anew(
    folder: Path, chapter: WarmChapter, change: Callable[[Path], None], reason: str
) -> None:
    told(chapter)
    change(folder)
    assert why(chapter) == f"{reason}, and its old text has been played"


def test_a_difference_is_shown_and_the_steps_after_it_are_played(folder: Path, chapter: WarmChapter) -> None:
    save(folder, STEPS.replace("\n1\none\n", "\n1\neins\n"))
    _, difference, count, more = chapter.play()
    assert difference.startswith(f"{folder}/steps.console:3: the output differs\n  $ x=")
    assert "    - eins\n    + one" in difference
    assert count.startswith("count: differs, ")
    assert more.startswith("more: as recorded, ")


def test_what_is_expected_is_compared_without_playing(folder: Path, chapter: WarmChapter) -> None:
    save(folder, STEPS.replace("\n2\n", "\n3\n"))
    assert "    - 3\n    + 2" in list(chapter.play())[2]
    save(folder, STEPS)
    assert list(chapter.play()) == [
        "nothing to play: the host still holds the state after all 2 steps",
        "more: as recorded, compared once more",
    ]
    save(folder, "\n" + STEPS.replace("\none\n", "\neins\n") + LATER)
    first, difference, count, later = chapter.play()
    assert first == "from later on: the host still holds the state after more"
    assert difference.startswith(f"{folder}/steps.console:4: the output differs")  # its line is the new one
    assert count == "count: differs, compared once more"
    assert later.startswith("later: as recorded, ")


def test_an_id_that_stands_for_another_one_starts_the_chapter_anew(folder: Path, chapter: WarmChapter) -> None:
    steps = "#: step id\n$ sha256sum /proc/sys/kernel/random/uuid | cut -c -64\n{}\n\n#: step use\n$ echo {}\n{}\n"
    one, other = "0123456789ab" * 5 + "cdef", "ba9876543210" * 5 + "fedc"
    save(folder, steps.format(one, one, one))
    assert told(chapter)[1:] == ["id: as recorded", "use: as recorded"]
    save(folder, steps.format(one[:-1] + "c", one, one))
    assert told(chapter)[0].startswith("nothing to play: ")
    save(folder, steps.format(other, one, one))
    first, *_ = chapter.play()
    assert first.endswith(": use would type another id")


def test_after_a_failure_the_chapter_starts_anew(folder: Path, chapter: WarmChapter) -> None:
    save(folder, STEPS.replace("cat file", "cat file; false"))
    _, failure, left = chapter.play()
    assert "steps.console:3: exit status 1, expected 0" in failure
    assert left == "not reached: 1 more steps"
    assert not chapter.changed()
    save(folder, STEPS)
    assert why(chapter) == "count failed half-way"


def test_a_transcript_that_cannot_be_read_leaves_the_host_as_it_is(folder: Path, chapter: WarmChapter) -> None:
    told(chapter)
    save(folder, STEPS + LATER + "#: stop\n")
    (mistake,) = chapter.play()
    assert mistake.startswith(f"{folder}/steps.console:14: unknown marker 'stop'")
    save(folder, STEPS + LATER)
    assert told(chapter)[0] == "from later on: the host still holds the state after more"
    (folder / "steps.console").unlink()
    assert told(chapter) == [f"{folder}: there is no *.console file with a step in it"]


def test_steps_for_others_are_named(folder: Path, chapter: WarmChapter) -> None:
    save(folder, "#: step a\n#: only store=containerd\n$ false\n#: step b\n#: not-played too big\n$ false\nx\n")
    assert told(chapter)[1:] == ["a: for another host: store=containerd", "b: not played: too big"]


def test_no_host_is_one_sentence(folder: Path) -> None:
    class Broken(LocalHost):
        def fresh(self) -> None:
            raise RuntimeError("the engine does not start")

    warm = WarmChapter(folder.parent, "01-a", Broken(folder))
    assert list(warm.play()) == ["no empty host to play on: the engine does not start"]
    assert list(warm.play()) == ["no empty host to play on: the engine does not start"]


def test_a_save_is_followed(folder: Path, chapter: WarmChapter) -> None:
    """With real events of the file system; another chapter's save is none of its business."""
    other = folder.parent / "02-b"
    other.mkdir()
    with saves(folder.parent) as saved:
        lines = follow(chapter, saved)
        assert [*takewhile(lambda line: not line.startswith("waiting"), lines)]
        timers = [
            threading.Timer(0.3, (other / "steps.console").write_text, [STEPS]),
            threading.Timer(1.0, save, [folder, STEPS + LATER]),
            threading.Timer(30.0, save, [folder, ""]),  # so that it fails where it would hang
        ]
        for timer in timers:
            timer.start()
        first, *rest = takewhile(lambda line: not line.startswith("waiting"), lines)
        timers[-1].cancel()
    assert first == "from later on: the host still holds the state after more"
    assert len(rest) == 1
    assert rest[0].startswith("later: as recorded, ")
