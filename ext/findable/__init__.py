"""Makes small things findable: flags and messages by search and index, blocks and boxes by an address.

Needs ``played``, whose blocks it gives permalinks and whose boxes it enters into the index.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"

RANKING = "findable-search.js"
"""The script that a theme's search page has to load after Sphinx' ``searchtools.js``."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the language of the search, the index entries and the permalinks. Nothing is kept."""
    from findable import boxes, options, permalinks
    from findable.words import EnglishWithFlags
    from rfg import writers

    app.add_search_language(EnglishWithFlags)
    app.add_transform(boxes.IndexBoxes)
    app.add_transform(options.NameCommands)
    permalinks.register(app)
    writers.ship(app, Path(__file__).parent / "static")
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
