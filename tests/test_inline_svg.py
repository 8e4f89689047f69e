"""Pictures: part of the page in HTML, a file in EPUB, converted elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from tests.lab import packages
from tests.lab.errors import LabError
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


def test_what_an_author_says_of_a_picture_is_on_it(site: Site) -> None:
    site.page(
        ".. _there:\n\n.. image:: a.svg\n   :alt: see C:\\data\n   :width: 50%\n   :height: 40\n"
        "   :align: left\n   :class: wide\n   :name: picture\n\n:ref:`Here <there>`, `picture`_."
    )
    page = BeautifulSoup((site.build() / "index.html").read_text(), "html.parser")
    assert site.warnings == ""
    drawing = page.select_one("svg")
    assert drawing is not None
    assert drawing["aria-label"] == "see C:\\data"
    assert drawing["style"] == "width: 50%; height: 40px"
    assert drawing["class"] == ["wide", "align-left"]
    for link in page.select("a.internal[href*='#']"):
        assert page.select(str(link["href"])) != []
    assert page.select("a[href='#there']") != []


@pytest.mark.parametrize(
    ("content", "warning"), [(None, "image file not readable"), (b"\xff", "a.svg is not UTF-8")]
)
def test_a_picture_that_cannot_be_read_is_a_warning(site: Site, content: bytes | None, warning: str) -> None:
    picture = site.root / "docs/a.svg"
    picture.unlink()
    if content is not None:
        picture.write_bytes(content)
    site.build()
    assert warning in site.warnings


def test_an_epub_has_the_file(site: Site) -> None:
    out = site.build("epub")
    assert (
        '<img alt="A &#34;line&#34;"' in (out / "index.xhtml").read_text()
        or 'src="_images/a.svg"' in (out / "index.xhtml").read_text()
    )
    assert (out / "_images/a.svg").exists()


@pytest.fixture
def without_converter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")


@pytest.fixture(scope="module")
def converter() -> None:
    if shutil.which("rsvg-convert") is None:
        try:
            packages.install(["librsvg2-bin"], "tests of pictures need rsvg-convert")
        except LabError as error:
            pytest.fail(str(error), pytrace=False)


BUILDERS = pytest.mark.parametrize(("builder", "kind"), [("latex", "pdf"), ("texinfo", "png")])


@BUILDERS
@pytest.mark.usefixtures("converter")
def test_other_builders_get_a_converted_file(site: Site, builder: str, kind: str) -> None:
    assert list(site.build(builder).rglob(f"a.{kind}"))
    assert site.warnings == ""


@BUILDERS
@pytest.mark.usefixtures("without_converter")
def test_what_converts_is_asked_for(site: Site, builder: str, kind: str) -> None:
    site.build(builder)
    assert (
        f"a.svg:1: WARNING: only rsvg-convert can make {kind.upper()} of the picture; install librsvg2-bin"
        in site.warnings
    )


@pytest.mark.usefixtures("converter")
def test_a_picture_that_cannot_be_converted_is_named(site: Site) -> None:
    site.write("docs/a.svg", "no drawing")
    site.build("latex")
    assert "a.svg:1: WARNING: rsvg-convert cannot use the picture" in site.warnings


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
