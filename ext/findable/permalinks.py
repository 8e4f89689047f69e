"""A link beside each block of a terminal and each box to itself, as headings have one."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from rfg import builder


class permalink(nodes.General, nodes.Element):
    """A link to the element with the id ``to``."""


class _Permalinks(SphinxPostTransform):
    """Where the builder links headings to themselves: in HTML, but not in EPUB."""

    default_priority = 800
    formats = ("html",)

    def run(self, **_options: object) -> None:
        if not self.config.html_permalinks or builder.of(self.env).name == "epub":
            return
        for node in list(self.document.findall(nodes.Element)):
            if not node["ids"]:
                continue
            if isinstance(node, nodes.container) and "played" in node["classes"]:
                node.append(permalink(to=node["ids"][0], what="block"))
            elif isinstance(node, nodes.Admonition) and isinstance(node[0], nodes.title):
                node[0].append(permalink(to=node["ids"][0], what="box"))


def _visit(self: HTML5Translator, node: permalink) -> None:
    icon = self.config.html_permalinks_icon
    title = f"Link to this {node['what']}"
    self.body.append(f'<a class="headerlink" href="#{node["to"]}" title="{title}">{icon}</a>')
    raise nodes.SkipNode


def register(app: Sphinx) -> None:
    """Add the links; other builders never see one."""
    app.add_node(permalink, html=(_visit, None))
    app.add_post_transform(_Permalinks)
