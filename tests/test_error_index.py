"""The index of error messages: what boxes show, with what they say of it, kept up to date."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from played import format
from played.error_index import messages
from tests.sphinx_site import Site

STEPS = (
    "#: step gone\n$ docker stop web9\nError: No such container: web9\n...\nrun 'docker stop --help'\n[1]\n"
    "#: step mute\n$ odd\nsome words\nlast words\n[3]\n"
    "#: step fine\n$ echo not found\nnot found\n"
)
BOX = ".. _box:\n\n.. admonition:: … No such container\n\n   .. transcript:: gone\n\n   Look with ``docker ps``, see :ref:`look`.\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    site.write("examples/ch/steps.console", STEPS)
    site.page(".. _look:\n\nTop\n---\n\n.. error-index::\n\n.. toctree::\n\n   ch")
    site.page(BOX + "\n.. transcript:: mute fine\n", "ch")
    return site


def test_the_telling_lines_of_failing_commands() -> None:
    steps = format.parse(STEPS, Path("s")).steps
    assert messages(steps[:1]) == ["Error: No such container: web9"]
    assert messages(steps[1:2]) == ["last words"]
    assert messages(steps[2:]) == []


def entries(out: Path) -> list[str]:
    page = BeautifulSoup((out / "index.html").read_text(), "html.parser")
    return [
        f"{term.get_text()} | {' '.join(term.find_next_sibling('dd').get_text().split())}"
        for term in page.select("dl.played-errors dt")
    ]


def test_a_box_is_listed_with_its_text_and_a_link(site: Site) -> None:
    out = site.build()
    assert site.warnings == ""
    assert entries(out) == ["Error: No such container: web9 | Look with docker ps, see Top. Shown in ch."]
    page = BeautifulSoup((out / "index.html").read_text(), "html.parser")
    assert [link["href"] for link in page.select("dl.played-errors a")] == ["#look", "ch.html#box"]


def test_a_message_is_listed_once_and_no_block_is_announced_that_is_not_there(site: Site) -> None:
    box = ".. admonition:: … No such container\n\n   Like this:\n\n   .. transcript:: gone\n\n   And again:\n\n   .. transcript:: gone\n\n   Two ways:\n\n   - one\n   - two\n"
    site.page(box, "ch")
    assert entries(site.build()) == [
        "Error: No such container: web9 | Like this. And again. Two ways: one two Shown in ch."
    ]


def test_the_index_follows_a_change_of_another_page(site: Site) -> None:
    site.build()
    site.page(BOX.replace("Look with", "Ask"), "ch")
    assert "Ask docker ps" in entries(site.build())[0]
    site.page("Nothing.", "ch")
    assert entries(site.build()) == []


@pytest.mark.parametrize(("builder", "name"), [("latex", "sample.tex"), ("texinfo", "sample.texi")])
def test_a_page_that_is_not_in_the_book_is_named_and_not_linked(site: Site, builder: str, name: str) -> None:
    site.page(".. error-index::\n")
    site.page(f":orphan:\n\n{BOX}\n   And there_.\n\n.. _there:\n\nThere\n-----\n", "ch")
    text = (site.build(builder) / name).read_text()
    assert "No such container: web9" in text
    assert "And there." in text
    assert "Shown in ch." in text


@pytest.mark.parametrize("builder", ["latex", "text", "man", "epub"])
def test_other_builders(site: Site, builder: str) -> None:
    site.build(builder)
    assert "error_index" not in site.warnings
    assert "unknown node" not in site.warnings
