"""Makes small things findable: flags and messages by search and index, blocks and boxes by an address.

Sets up ``played``, whose blocks it gives permalinks and whose boxes it enters into the index. The search page of a
theme has to load ``findable-search.js``, which ranks the results, after Sphinx' ``searchtools.js``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the language of the search, the index entries and the permalinks. Nothing is kept."""
    from findable import boxes, options, permalinks
    from findable.words import EnglishWithFlags
    from rfg import writers

    app.setup_extension("played.sphinx_extension")
    app.add_search_language(EnglishWithFlags)
    app.add_transform(boxes.IndexBoxes)
    app.add_transform(options.NameCommands)
    permalinks.register(app)
    writers.ship(app, Path(__file__).parent / "static")
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
