"""Options stand in the index under their command as one types it, and commands under their options.

Sphinx writes ``docker-container-run command line option``, whatever the language says for the last three words.
"""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import _
from sphinx.transforms import SphinxTransform


class NameCommands(SphinxTransform):
    """In a section that is called like its ``program``, its options are entered with the title of the section."""

    default_priority = 400  # any: the directive ``option`` has made its entries

    def apply(self, **_options: object) -> None:
        for index in self.document.findall(addnodes.index):
            title = index.parent.next_node(nodes.title)
            if isinstance(index.parent, nodes.section) and title:
                command = title.astext()
                found = _("%s command line option") % command.replace(" ", "-")
                index["entries"] = [
                    (kind, text.replace(f"{found}; ", f"{command}; ", 1), *rest)
                    for kind, text, *rest in index["entries"]
                ]
