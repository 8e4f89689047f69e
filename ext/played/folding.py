"""Long output that a reader unfolds: ``details`` in HTML, which needs no script; elsewhere the output itself."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from rfg.nodes import rfg_mark


class folded_output(nodes.container):
    """One block of output. A writer that does not know this node writes a container."""


def register(app: Sphinx) -> None:
    """Tell the HTML builders about the node."""
    app.add_node(folded_output, html=(_visit_html, _depart_html))


def _visit_html(translator: HTML5Translator, node: folded_output) -> None:
    # what is emphasised must be seen, and not every reader of e-books can unfold
    unfolded = any(node.findall(rfg_mark)) or translator.builder.name == "epub"
    attribute = ' open="open"' if unfolded else ""
    translator.body.append(f'<details class="played-fold"{attribute}><summary>Show output</summary>\n')


def _depart_html(translator: HTML5Translator, node: folded_output) -> None:
    translator.body.append("</details>\n")
