"""Red foreground: emphasis in running text and inside code, in every builder.

``extensions = ["rfg"]`` gives a project the role ``:rfg:`` and the nodes behind it; a directive that shows
code offers the same emphasis as an option with :mod:`rfg.option`.

The modules, each knowing one thing:

- :mod:`rfg.phrases` – which characters of a text an author means
- :mod:`rfg.nodes` – how a document holds emphasis
- :mod:`rfg.bridge` – emphasis through Pygments, across its tokens
- :mod:`rfg.writers` – what each kind of builder writes
- :mod:`rfg.role`, :mod:`rfg.option` – what an author writes: the role, and the option for any directive
- :mod:`rfg.builder` – for transforms, the builder that they work for
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register role, nodes and the files that the builders ship."""
    from rfg import builder, role, writers

    app.add_role("rfg", role.Rfg())
    builder.register(app)
    writers.register(app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
