"""``make new``: what it writes is complete, and it overwrites nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from played import format
from tests.new_chapter import NotPossibleError, begin, inserted
from tests.sphinx_site import Site


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "docs/workshop").mkdir(parents=True)
    (tmp_path / "examples/15-old").mkdir(parents=True)
    (tmp_path / "docs/workshop/15-old.rst").write_text("Old\n===\n")
    (tmp_path / "examples/versions.toml").write_text('[images."alpine:9.9"]\n')
    (tmp_path / "examples/expected.toml").write_text('# numbers\n\n["15-old"]\nsteps = 1\n\n[later]\nsteps = 2\n')
    return tmp_path


def test_a_new_chapter_is_complete(project: Path) -> None:
    page, transcript = begin(project, "16-names-and-tags")
    text = page.read_text()
    assert text.startswith(".. _16-names-and-tags:\n\nNames and tags\n==============\n")
    steps = format.load(transcript).steps
    assert all(f".. transcript:: {step.name}\n" in text for step in steps)
    assert "alpine:9.9" in transcript.read_text()
    expected = tomllib.loads((project / "examples/expected.toml").read_text())
    assert list(expected) == ["15-old", "16-names-and-tags", "later"]
    assert expected["16-names-and-tags"] == {
        "steps": len(steps),
        "commands": sum(len(step.commands) for step in steps),
        "not-played": [],
    }
    site = Site(project)
    site.page(".. toctree::\n   :glob:\n\n   workshop/*\n")
    site.build()
    assert site.warnings == ""


def test_a_section_comes_last_where_no_name_is_greater() -> None:
    assert inserted("# a\n\n[a]\nb = 1\n", "c", "[c]\n") == "# a\n\n[a]\nb = 1\n\n[c]\n"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "",
            "which chapter?: write two digits and small letters, digits and hyphens, such as CHAPTER=16-my-topic",
        ),
        ("Names", "CHAPTER=Names is no name of a chapter"),
        ("../16-x", "CHAPTER=../16-x is no name of a chapter"),
        ("15-old", "docs/workshop/15-old.rst is there already"),
        ("15-new", "15 is the number of 15-old; the next free one is 16"),
    ],
)
def test_what_cannot_be_begun_is_one_sentence(project: Path, name: str, sentence: str) -> None:
    before = sorted(project.rglob("*"))
    with pytest.raises(NotPossibleError) as caught:
        begin(project, name)
    assert sentence in str(caught.value)
    assert sorted(project.rglob("*")) == before
