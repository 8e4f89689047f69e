"""The role ``minutes``: how long a page takes, estimated from what is on it whenever the site is built.

``:minutes:`workshop/06-running-containers``` is one page, ``:minutes:`workshop/``` all the pages of a folder.
An estimate is words of prose divided by :data:`WORDS_PER_MINUTE`, and :data:`SECONDS_PER_COMMAND` for each command
to type and its answer to read. ``:pace:`words``` and ``:pace:`seconds``` write these two numbers, so that the text
that explains the estimate cannot differ from it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from played.copying import transcript_block

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"

WORDS_PER_MINUTE = 200
"""Adults read English prose at about 240 words a minute (`Brysbaert 2019
<https://doi.org/10.1016/j.jml.2019.104047>`__); who learns something reads more slowly."""

SECONDS_PER_COMMAND = 20

_PACE = {"words": WORDS_PER_MINUTE, "seconds": SECONDS_PER_COMMAND}
_logger = logging.getLogger(__name__)
_METADATA = "reading-time"
"""Metadata of a page that shows an estimate."""

_MINUTES = "reading-time-minutes"
"""Metadata of every page: how long it takes. Kept when the page is read, so that nobody has to load it again."""


def minutes(document: nodes.document) -> float:
    """The estimate for one page, unrounded."""
    prose = (node for node in document.findall(nodes.TextElement) if _is_prose(node))
    words = sum(len(node.astext().split()) for node in prose)
    lines = (line for block in document.findall(transcript_block) for line in block.astext().split("\n"))
    commands = sum(line.startswith("$ ") for line in lines)
    return words / WORDS_PER_MINUTE + commands * SECONDS_PER_COMMAND / 60


def _is_prose(node: nodes.TextElement) -> bool:
    return isinstance(node, nodes.paragraph | nodes.title | nodes.term)


def in_words(estimate: float) -> str:
    """Rounded up to five minutes: nobody should take it for more exact than it is."""
    hours, rest = divmod(math.ceil(estimate / 5) * 5, 60)
    if not hours:
        return f"{rest} minutes"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


class minutes_node(nodes.Inline, nodes.TextElement):
    """Where an estimate will stand."""


class Minutes(SphinxRole):
    """``:minutes:`PAGE``` or ``:minutes:`FOLDER/```."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        self.env.metadata[self.env.docname][_METADATA] = True
        node = minutes_node(self.rawtext, target=self.text)
        self.set_source_info(node)
        return [node], []


class Pace(SphinxRole):
    """``:pace:`words``` and ``:pace:`seconds```."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        number = _PACE.get(self.text)
        if number is None:
            self.env.note_reread()
            _logger.warning(
                "there is no pace %r; write %s",
                self.text,
                " or ".join(_PACE),
                location=self.get_location(),
                type="reading_time",
            )
            return [], []
        return [nodes.Text(str(number))], []


class _Fill(SphinxPostTransform):
    default_priority = 5

    def run(self, **_options: object) -> None:
        for place in list(self.document.findall(minutes_node)):
            pages = list(self._pages(place["target"]))
            if not pages:
                _logger.warning(
                    "there is no page %r; name one as in a toctree, or a folder with a slash at its end",
                    place["target"],
                    location=place,
                    type="reading_time",
                )
            total = sum(self.env.metadata[page][_MINUTES] for page in pages)
            place.replace_self(nodes.Text(in_words(total).replace(" ", "\N{NO-BREAK SPACE}")))

    def _pages(self, target: str) -> Iterable[str]:
        if target.endswith("/"):
            return (page for page in self.env.found_docs if page.startswith(target))
        return (page for page in self.env.found_docs if page == target)


def _estimate(app: Sphinx, doctree: nodes.document) -> None:
    app.env.metadata[app.env.docname][_MINUTES] = minutes(doctree)


def _outdated(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    return [page for page, data in env.metadata.items() if _METADATA in data]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the roles; pages with an estimate are written anew when any other page has changed."""
    app.add_node(minutes_node)
    app.add_role("minutes", Minutes())
    app.add_role("pace", Pace())
    app.add_post_transform(_Fill)
    app.connect("doctree-read", _estimate, priority=900)  # with what other extensions have added to the page
    app.connect("env-updated", _outdated)
    return {"version": __version__, "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
