"""A version without support is a warning of the build, with file and line."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

import end_of_life
from tests.sphinx_site import Site

TEXT = (
    '[engine]\nminimum = "1"\nend-of-life = 2030-01-31\n\n[images."a:1"]\ndigest = ""\nend-of-life = 2030-06-30\n'
)
VERSIONS = Path(__file__).parents[1] / "examples" / "versions.toml"


@pytest.mark.parametrize(
    ("today", "lines"), [("2030-01-31", []), ("2030-02-01", [3]), ("2030-06-30", [3]), ("2030-07-01", [3, 7])]
)
def test_support_ends_after_its_last_day(today: str, lines: list[int]) -> None:
    assert [line for line, _ in end_of_life.ended(TEXT, date.fromisoformat(today))] == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("[old-engine]\nminimum = 1\n[engine]\nend-of-life = 2029-01-01\n", [4]),
        ('[images."a:1.2"]\nend-of-life = 2029-01-01\n[images."b:2"]\nend-of-life = 2029-01-01\n', [2, 4]),
        ("[[image]]\nend-of-life = 2031-01-01\n[[image]]\nend-of-life = 2029-01-01\n", [4]),
        ("list = [\n[1],\n]\nend-of-life = 2029-01-01\n", [4]),
    ],
)
def test_a_date_is_found_where_it_is(text: str, lines: list[int]) -> None:
    assert [line for line, _ in end_of_life.ended(text, date(2030, 1, 1))] == lines


def build(tmp_path: Path, text: str | None, today: str = "2030-02-01") -> str:
    site = Site(tmp_path, extensions=("end_of_life",))
    site.conf = {"end_of_life_file": "versions.toml", "end_of_life_today": today}
    site.page("Text.")
    if text is not None:
        site.write("versions.toml", text)
    site.build()
    return site.warnings


def test_the_build_warns_each_time(tmp_path: Path) -> None:
    sentence = "WARNING: engine is without support since 2030-01-31; take a newer version"
    for _ in range(2):
        assert f"{tmp_path / 'versions.toml'}:3: {sentence}" in build(tmp_path, TEXT)


@pytest.mark.parametrize(
    ("text", "today", "sentence"),
    [
        (TEXT, "soon", "end_of_life_today = 'soon' is no date; write it as 2030-12-31"),
        (None, "", "versions.toml:1: WARNING: cannot be read: No such file or directory"),
        ("[a\n", "", "versions.toml:1: WARNING: cannot be used: "),
        (
            TEXT.replace("2030-06-30", '"June"'),
            "2029-01-01",
            "versions.toml:7: WARNING: the end-of-life of a:1 is no date",
        ),
        (
            TEXT.replace("2030-06-30", "2030-06-30T00:00:00Z"),
            "2029-01-01",
            "versions.toml:7: WARNING: the end-of-life of a:1 is no date",
        ),
    ],
)
def test_what_cannot_be_used_is_one_sentence(tmp_path: Path, text: str | None, today: str, sentence: str) -> None:
    warnings = build(tmp_path, text, today)
    assert sentence in warnings
    assert warnings.count("WARNING") == 1


def test_every_version_of_the_workshop_has_its_date() -> None:
    text = VERSIONS.read_text()
    tables = tomllib.loads(text)
    late = list(end_of_life.ended(text, date(9999, 12, 31)))
    assert len(late) == len(tables["images"])
    assert all(text.splitlines()[line - 1].startswith("end-of-life") for line, _ in late)
