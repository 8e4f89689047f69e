"""The option ``:rfg:`` for directives that show code.

A directive takes it over with two lines: ``option_spec = {…, **rfg.option.SPEC}``, and
``blocks = rfg.option.emphasised(self, blocks)`` before it returns its blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from rfg import phrases
from rfg.nodes import marked

SPEC: dict[str, Callable[[str | None], tuple[phrases.Phrase, ...]]] = {"rfg": phrases.parse}
"""What a directive adds to its ``option_spec``."""

_logger = logging.getLogger(__name__)


def emphasised(directive: SphinxDirective, blocks: Sequence[nodes.literal_block]) -> list[nodes.literal_block]:
    """The blocks of a directive with the phrases of its ``:rfg:`` option marked.

    A phrase that is not in the code as often as it says is a warning with file and line, and the page is read
    again by the next build, so that emphasis cannot drift away from the code.
    """
    found = phrases.find(directive.options.get("rfg", ()), [block.rawsource for block in blocks])
    for miscounted in found.missing:
        _logger.warning("%s", miscounted, location=directive.get_location(), type="rfg", subtype="phrase")
        directive.env.note_reread()
    return [marked(block, spans) if spans else block for block, spans in zip(blocks, found.spans, strict=True)]
