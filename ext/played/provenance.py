"""No block from elsewhere: what a page shows as code comes out of the examples folder, or the build says so.

What a page offers for a download does so, too.

Only samples of markup, which show what a page is written in, may be typed into a page, and only on the pages that
the configuration names.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.matching import patmatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

_logger = logging.getLogger(__name__)

FROM = "played_from"
"""Attribute of a block that a directive took out of the examples folder, or made from what it took there."""

MARKUP = ("rst", "rest", "restructuredtext")

_CODE = (nodes.literal_block, nodes.doctest_block, nodes.raw)


def check(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of every block of code that was typed into a page, and of every download of another file."""
    if not app.config.played_only_examples:
        return
    for link in downloads(doctree):
        if not Path(app.env.relfn2path(link["reftarget"])[1]).is_relative_to(
            Path(app.config.played_examples).resolve()
        ):
            app.env.note_reread()
            _logger.warning(
                "the download %s is not from the examples folder, so nothing tests it; put it there",
                link["reftarget"],
                location=link,
                type="played",
                subtype="foreign",
            )
    samples = any(patmatch(app.env.docname, pattern) for pattern in app.config.played_markup_pages)
    for block in foreign(doctree):
        if not (samples and block.get("language") in MARKUP):
            app.env.note_reread()
            _logger.warning(
                "this block is typed into the page, so nothing tests it; put it into the examples folder and "
                "show it with 'transcript' or 'example'",
                location=block,
                type="played",
                subtype="foreign",
            )


def foreign(doctree: nodes.document) -> Iterator[nodes.Element]:
    """The blocks of code, raw output for a builder among them, that are not from the examples folder."""
    for kind in _CODE:
        for block in doctree.findall(kind):
            if FROM not in block:
                yield block


def downloads(doctree: nodes.document) -> Iterator[addnodes.download_reference]:
    """The links to files that lie here; what has an address of its own lies elsewhere."""
    for link in doctree.findall(addnodes.download_reference):
        if "://" not in link["reftarget"]:
            yield link


def register(app: Sphinx) -> None:
    """Tell Sphinx about configuration and event."""
    app.add_config_value("played_only_examples", False, "env", bool, "whether all code comes from the examples")
    app.add_config_value("played_markup_pages", [], "env", list, "pages that may hold samples of markup")
    app.connect("doctree-read", check)
