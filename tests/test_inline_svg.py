"""Pictures: part of the page in HTML, a file in EPUB, converted elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from tests.sphinx_site import Site

ROOT = Path(__file__).parents[1]
PICTURES = sorted((ROOT / "docs/images").glob("*.svg"))
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img" aria-labelledby="t"><style>svg:root {color: red}</style><path d="M0,0H9"/></svg>'


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path, extensions=("inline_svg",))
    site.write("docs/a.svg", SVG)
    site.page('.. figure:: a.svg\n   :alt: A "line"\n\n   What one sees.')
    return site


def test_the_drawing_is_part_of_the_page(site: Site) -> None:
    page = BeautifulSoup((site.build() / "index.html").read_text(), "html.parser")
    assert site.warnings == ""
    drawing = page.select_one("figure svg")
    assert drawing is not None
    assert (drawing["role"], drawing["aria-label"]) == ("img", 'A "line"')
    assert page.select("figure img, figure style") == []
    assert str(drawing).count("role=") == 1
    assert not drawing.has_attr("aria-labelledby")


def test_an_epub_has_the_file(site: Site) -> None:
    out = site.build("epub")
    assert (
        '<img alt="A &#34;line&#34;"' in (out / "index.xhtml").read_text()
        or 'src="_images/a.svg"' in (out / "index.xhtml").read_text()
    )
    assert (out / "_images/a.svg").exists()


@pytest.mark.parametrize(("builder", "kind"), [("latex", "pdf"), ("texinfo", "png")])
def test_other_builders_get_a_converted_file_where_that_is_possible(site: Site, builder: str, kind: str) -> None:
    out = site.build(builder)
    if shutil.which("rsvg-convert"):
        assert list(out.rglob(f"a.{kind}"))
        assert "suitable image" not in site.warnings
    else:
        assert "a suitable image for" in site.warnings


def test_a_picture_needs_words(site: Site) -> None:
    site.page(".. image:: a.svg")
    site.build()
    assert "a.svg has no text alternative" in site.warnings


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_the_pictures_of_the_site(path: Path) -> None:
    """Ids are unique among all of them, since several can stand on one page; colours follow the text."""
    drawing = ElementTree.parse(path).getroot()
    ids = [node.get("id", "") for node in drawing.iter() if node.get("id")]
    assert all(name.startswith(f"{path.stem}-") for name in ids)
    assert drawing.get("fill") == "currentColor"
    assert "http" not in path.read_text().replace("http://www.w3.org/2000/svg", "").replace("http://localhost", "")


def test_there_are_pictures() -> None:
    assert len(PICTURES) >= 4
