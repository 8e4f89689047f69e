"""The link below a transcript opens an issue whose form is filled in."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup

from tests.sphinx_site import Site

FORM = yaml.safe_load((Path(__file__).parents[1] / ".github/ISSUE_TEMPLATE/output-differs.yml").read_text())
ISSUES = "https://forge.example/team/project/issues/new?template=output-differs.yml"
TRANSCRIPT = (
    "#: step list\n$ ls -1\na & b\n...\n\n#: step quiet\n$ true\n\n#: step long\n$ seq 2000\n"
    + "1234567890\n" * 400
)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path, {"played_issues": ISSUES, "played_issue_fields": {"engine": "28, mine is "}})
    site.write("examples/index/steps.console", TRANSCRIPT)
    site.page(
        ".. transcript:: list quiet\n\n.. transcript:: quiet\n\n.. transcript:: long\n\n"
        ".. transcript:: list\n   :show: commands\n"
    )
    return site


def links(out: Path) -> list[str]:
    page = BeautifulSoup((out / "index.html").read_text(), "html.parser")
    return [str(link["href"]) for link in page.select(".played-differs a")]


def test_a_block_with_output_has_the_link_with_a_filled_in_form(site: Site) -> None:
    first, second = links(site.build())
    assert first.startswith(f"{ISSUES}&")
    fields = {key: value[0] for key, value in parse_qs(urlsplit(first).query).items()}
    assert fields.pop("template") == "output-differs.yml"
    assert fields == {
        "title": "index: list quiet",
        "page": "index",
        "step": "list quiet",
        "engine": "28, mine is",
        "expected": "$ ls -1\na & b\n...\n$ true",
    } | {"engine": "28, mine is "}
    assert set(fields) - {"title"} <= {part.get("id") for part in FORM["body"]}
    assert len(second) < 8000
    assert site.warnings == ""


def test_there_is_none_without_an_address_and_none_in_books(site: Site) -> None:
    text = site.build("text") / "index.txt"
    assert "My output differs" not in text.read_text()
    book = site.build("epub")
    assert "My output differs" not in (book / "index.xhtml").read_text()
    site.conf = {}
    assert links(site.build()) == []


def test_it_is_not_searched_for(site: Site) -> None:
    assert "differs" not in (site.build() / "searchindex.js").read_text()


def test_an_address_without_a_template_gets_its_fields_all_the_same(site: Site) -> None:
    site.conf["played_issues"] = "https://forge.example/new"
    first, _ = links(site.build())
    assert urlsplit(first).path == "/new"
    assert parse_qs(urlsplit(first).query)["step"] == ["list quiet"]
