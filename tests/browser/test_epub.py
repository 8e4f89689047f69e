"""The EPUB is correct, by the checker of the W3C, and has nothing of the theme of the site."""

import zipfile

from tests import formats

from . import tools
from .conftest import Need


def test_epubcheck_finds_no_error(need: Need) -> None:
    need(tools.java)
    need(tools.epubcheck)
    with zipfile.ZipFile(formats.epub()) as book:
        pages = [name for name in book.namelist() if name.endswith(".xhtml")]
        assert "workshop/06-running-containers.xhtml" in pages
        assert [name for name in pages if b"breadcrumbs" in book.read(name)] == []
