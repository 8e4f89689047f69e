"""``llms.txt`` lists the pages in the order of the toctrees."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sphinx_site import Site


def test_captions_titles_addresses_and_first_paragraphs(tmp_path: Path) -> None:
    site = Site(tmp_path, {"html_baseurl": "https://docs.test/", "html_title": "Sample"}, extensions=("llms_txt",))
    site.page("What it\nis.\n\n.. toctree::\n   :caption: Read\n   :glob:\n\n   ch/*\n\n.. toctree::\n\n   more")
    site.page("The *second*.", "ch/b")
    site.page("The first.", "ch/a")
    site.page("More.\n\n.. toctree::\n\n   inner", "more")
    site.page(".. _inner:\n\nInside.", "inner")  # docutils leaves a message about the name before the paragraph
    assert (
        (site.build(jobs=2) / "llms.txt").read_text()
        == """# Sample

> What it is.

## Read

- [ch/a](https://docs.test/ch/a.html): The first.
- [ch/b](https://docs.test/ch/b.html): The second.

## Pages

- [more](https://docs.test/more.html): More.
- [inner](https://docs.test/inner.html): Inside.
"""
    )
    assert not (site.build("text") / "llms.txt").exists()


@pytest.mark.parametrize("base", ["https://docs.test/manual", "https://docs.test/manual/"])
def test_an_address_is_whole_whether_its_base_ends_in_a_slash_or_not(tmp_path: Path, base: str) -> None:
    site = Site(tmp_path, {"html_baseurl": base}, extensions=("llms_txt",))
    site.page(".. toctree::\n\n   ch")
    site.page("Text.", "ch")
    assert "- [ch](https://docs.test/manual/ch.html): Text." in (site.build() / "llms.txt").read_text()
