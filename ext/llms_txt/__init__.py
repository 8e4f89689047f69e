"""``llms.txt``: a list of the pages for language models, as `llmstxt.org <https://llmstxt.org>`__ describes it.

The pages are those of the root document's toctrees, in their order and under their captions, each with its first
paragraph. sphinx-llms-txt 0.7.1 was tried first: it works only where the sources are published, and the order of
its pages changes when pages are read in parallel, because it guesses relatives of a page that has no toctree.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"

NAME = "llms.txt"
_PARAGRAPH = "llms-txt-paragraph"
"""Metadata of a page: its first paragraph. Kept when the page is read, so that nobody has to load it again."""


def lines(app: Sphinx) -> Iterator[str]:
    """The file, line by line."""
    env, root = app.env, app.config.root_doc
    yield f"# {app.config.html_title}"
    yield ""
    yield f"> {env.metadata[root][_PARAGRAPH]}"
    for tree in env.get_doctree(root).findall(addnodes.toctree):
        yield ""
        yield f"## {tree.get('caption') or 'Pages'}"
        yield ""
        for page in tree["includefiles"]:
            yield from _page(app, page)


def _page(app: Sphinx, page: str) -> Iterator[str]:
    base = app.config.html_baseurl
    uri = (f"{base.rstrip('/')}/" if base else "") + app.builder.get_target_uri(page)
    yield f"- [{app.env.titles[page].astext()}]({uri}): {app.env.metadata[page][_PARAGRAPH]}"
    for child in app.env.toctree_includes.get(page, ()):
        yield from _page(app, child)


def _note(app: Sphinx, document: nodes.document) -> None:
    paragraphs = document.findall(nodes.paragraph)
    paragraph = next((one for one in paragraphs if not isinstance(one.parent, nodes.system_message)), None)
    text = " ".join(paragraph.astext().split()) if paragraph is not None else ""
    app.env.metadata[app.env.docname][_PARAGRAPH] = text


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.name in ("html", "dirhtml"):
        Path(app.outdir, NAME).write_text("\n".join(lines(app)) + "\n", encoding="utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Write the file when the pages are written."""
    app.connect("doctree-read", _note, priority=900)  # with what other extensions have added to the page
    app.connect("build-finished", _write)
    return {"version": __version__, "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
