"""The list of misconceptions: from the rows, with links, and a warning for a claim without a place."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.sphinx_site import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path, extensions=("misconceptions",), conf={"misconceptions_folder": "claims"})
    site.page(".. misconceptions::\n\n.. toctree::\n\n   ch")
    site.page(".. _there:\n\nThere\n-----\n\nText.", "ch")
    return site


def test_a_claim_is_listed_under_its_page_with_a_link(site: Site) -> None:
    site.write(
        "claims/a.toml",
        '["1.1"]\nmisconception = "``x`` is not y."\nanchor = "ch#there"\n["1.2"]\nverdict = "ok"\n',
    )
    out = site.build()
    assert site.warnings == ""
    page = BeautifulSoup((out / "index.html").read_text(), "html.parser")
    assert [item.get_text() for item in page.select("article li, div.body li") if "not y" in item.get_text()] == [
        "x is not y. Proof"
    ]
    assert page.select_one("a[href='ch.html#there']") is not None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('["1.1"]\nmisconception = "x"\n', "claims/a.toml:1: WARNING: [1.1] needs an anchor: PAGE#LABEL"),
        (
            'title = "x"\n["1.1"]\nmisconception = "x"\nanchor = "ch#there"\n',
            "claims/a.toml:1: WARNING: title stands in no table;",
        ),
        ('["1.1"]\nmisconception = "x"\nanchor = 5\n', "claims/a.toml:1: WARNING: [1.1] needs an anchor"),
        ("[", "claims/a.toml:1: WARNING: cannot be used:"),
        ("", "index.rst:4: WARNING: there is no misconception in claims/*.toml"),
        ('["1.1"]\nmisconception = "x"\nanchor = "ch#nowhere"\n', "undefined label: 'nowhere'"),
    ],
)
def test_bad_claims(site: Site, text: str, words: str) -> None:
    site.write("claims/a.toml", text)
    site.build()
    assert words in site.warnings
    assert "Traceback" not in site.warnings


def test_a_new_file_is_seen_by_the_next_build(site: Site) -> None:
    claim = '["1"]\nmisconception = "Claim {}."\nanchor = "ch#there"\n'
    site.write("claims/a.toml", claim.format("one"))
    site.build()
    site.build()
    assert "no targets are out of date" in site.status
    site.write("claims/b.toml", claim.format("two"))
    assert "Claim two." in (site.build() / "index.html").read_text()
