"""Estimates of reading time come from the pages, and follow their changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from reading_time import SECONDS_PER_COMMAND, WORDS_PER_MINUTE, in_words
from tests.sphinx_site import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path, extensions=("sphinx_copybutton", "played.sphinx_extension", "reading_time"))
    site.write("examples/one/steps.console", "#: step a\n" + "$ echo 1\n1\n" * 30)
    site.page("It takes :minutes:`ch/one`, all take :minutes:`ch/`.\n\n.. toctree::\n\n   ch/one\n   ch/two")
    site.page("word " * WORDS_PER_MINUTE * 7, "ch/one")
    site.page("word " * WORDS_PER_MINUTE * 3, "ch/two")
    return site


def text(out: Path) -> str:
    page = (out / "index.html").read_text()
    return page[page.index("It takes") : page.index("</p>", page.index("It takes"))]


def test_words_are_counted(site: Site) -> None:
    assert text(site.build()) == "It takes 10\xa0minutes, all take 15\xa0minutes."
    assert site.warnings == ""


def test_commands_are_counted_and_a_change_of_another_page_is_noticed(site: Site) -> None:
    site.build()
    site.page("word " * WORDS_PER_MINUTE * 7 + "\n\n.. transcript:: a", "ch/one")
    assert 30 * SECONDS_PER_COMMAND == 600
    assert text(site.build()) == "It takes 20\xa0minutes, all take 25\xa0minutes."


def test_a_page_that_is_not_there_is_a_warning(site: Site) -> None:
    site.page(":minutes:`ch/three`")
    site.build()
    assert "there is no page 'ch/three'" in site.warnings


def test_a_pace_that_is_not_there_is_a_warning_with_its_place(site: Site) -> None:
    site.page(":pace:`words` :pace:`word`")
    site.build()
    assert "docs/index.rst:4: WARNING: there is no pace 'word'; write words or seconds" in site.warnings


@pytest.mark.parametrize(
    ("minutes", "words"), [(1, "5 minutes"), (60, "1 h"), (61, "1 h 5 min"), (385, "6 h 25 min")]
)
def test_no_more_exact_than_it_is(minutes: float, words: str) -> None:
    assert in_words(minutes) == words
