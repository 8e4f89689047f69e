"""The role ``:rfg:`` for running text."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxRole

from rfg.nodes import rfg_mark


class Rfg(SphinxRole):
    """``:rfg:`text``` – the text, emphasised in red."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        mark = rfg_mark(self.rawtext, self.text)
        mark["classes"] += self.options.get("classes", [])
        # what is marked is often a piece of code: no dash and no quotation mark of it may change
        mark["support_smartquotes"] = False
        self.set_source_info(mark)
        return [mark], []
