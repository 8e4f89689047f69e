"""Every block and claim that the workshop grew out of is demonstrated, corrected or listed with a reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import rows
from tests.rows import ROOT, Row

ROWS = rows.load()
UNSHOWABLE = ("1.1a", "1.1e", "5.p1", "8.p1", "12.p4")
"""The rows that no command can show, exactly. Each says why in its section's file."""


def marked_phrases() -> Iterator[tuple[str, str]]:
    """(what a directive shows, a phrase of its :rfg: option) over all pages."""
    for page in sorted((ROOT / "docs").rglob("*.rst")):
        lines = page.read_text().splitlines()
        for number, line in enumerate(lines):
            found = re.match(r"^( *)\.\. (transcript|example):: *(.*)$", line)
            if found is None:
                continue
            words, phrases, option = found[3].split(), [], ""
            for following in lines[number + 1 :]:
                if following.strip() and len(following) - len(following.lstrip()) <= len(found[1]):
                    break
                if start := re.match(r"^ *:([a-z-]+): ?(.*)$", following):
                    option, text = start[1], start[2]
                elif not following.strip():
                    if option:
                        break
                    continue
                else:
                    text = following
                if not option:
                    words += text.split()
                elif option == "rfg":
                    phrases.append(re.sub(r" \{(?:\d+|\*)\}$", "", text.strip()))
            for word in words:
                name = f"{page.stem}/{word}" if found[2] == "transcript" and "/" not in word else word
                yield from ((name, phrase) for phrase in phrases if phrase)


MARKED = set(marked_phrases())


def test_the_numbers_of_rows_blocks_and_highlights() -> None:
    assert Counter(row.verdict for row in ROWS.rows.values()) == rows.VERDICTS
    assert sum(row.block for row in ROWS.rows.values()) == rows.BLOCKS
    assert sum(len(row.highlights) for row in ROWS.rows.values()) == rows.HIGHLIGHTS


def test_no_step_covers_a_row_that_does_not_exist() -> None:
    assert not sorted(set(ROWS.covers) - set(ROWS.rows))


@pytest.mark.parametrize("row", ROWS.rows.values(), ids=lambda row: row.id)
def test_row(row: Row) -> None:
    assert not list(ROWS.problems(row))
    if row.anchor:
        page, _, label = row.anchor.partition("#")
        path = Path(ROOT, "docs", f"{page}.rst")
        assert path.is_file(), f"{row.id}: there is no page {page}"
        assert f".. _{label}:" in path.read_text(), f"{row.id}: {page} has no label {label}"
    for shown in row.shown:
        name, _, phrase = shown.partition(": ")
        assert any(name == one and phrase in marked for one, marked in MARKED), (
            f"{row.id}: {shown} is not highlighted"
        )


def test_the_rows_that_no_command_can_show_are_these() -> None:
    assert tuple(row.id for row in ROWS.rows.values() if row.unshowable) == UNSHOWABLE


def test_a_missing_cover_an_elided_proof_and_an_unplayed_step_are_noticed() -> None:
    from played import format

    def problems(text: str, **fields: object) -> list[str]:
        step = format.parse(text, Path("x.console")).steps[0]
        row = Row("1.1", "wrong", anchor="a#b", misconception="m", **fields)  # type: ignore[arg-type]
        return list(rows.Rows({"1.1": row}, {"1.1": [rows.Cover("x", step, Path("x"))]}).problems(row))

    played = "#: step a\n$ docker x\none error\n...\n[3]\n"
    assert problems(played, proof="one error") == []
    assert problems(played, status=3) == []
    assert problems(played, proof="two errors")
    assert problems(played, status=4)
    assert problems(played)
    assert problems(played.replace("#: step a\n", "#: step a\n#: not-played later\n"), proof="one error")
    row = Row("1.1", "correct", block=True)
    assert list(rows.Rows({"1.1": row}).problems(row)) == ["1.1: no played step covers it"]
