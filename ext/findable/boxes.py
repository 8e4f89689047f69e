"""Enters the error messages of boxes into the index, so that the search leads to the box and not to its page.

A box is an admonition that shows a command which is expected to fail; ``played`` knows the messages. A message is
entered in parts, since nobody types what the engine writes in front of the part that tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

from played.error_index import MESSAGES

GROUP = "error message"
"""The heading of these entries in the index."""

_EVERY_MESSAGE_HAS = {"docker", "error", "error response from daemon"}
_BETWEEN = re.compile(r"[:,]\s+|\W*[0-9a-f]{12,}\W*")
_LENGTHS = range(8, 121)


def parts(messages: Iterable[str]) -> Iterator[str]:
    """The parts of messages that tell one error from another, each once; an id is different every time."""
    seen = set(_EVERY_MESSAGE_HAS)
    for message in messages:
        for part in _BETWEEN.split(message):
            words = part.strip(" .")
            if words.lower() not in seen and len(words) in _LENGTHS and " " in words:
                seen.add(words.lower())
                yield words


class IndexBoxes(SphinxTransform):
    """Gives each box an address, and its messages entries in the index."""

    default_priority = 400  # when a label in front of a box has become its address

    def apply(self, **_options: object) -> None:
        boxes = [node for node in self.document.findall(nodes.Element) if isinstance(node, nodes.Admonition)]
        for box in boxes:
            shown = [part for part in box.findall(nodes.container) if part.get(MESSAGES)]
            if not shown:
                continue
            if not box["ids"]:
                # a step that the page has shown before has no address; docutils makes one then
                box["ids"] += [f"box-{one}" for one in shown[0]["ids"][:1]]
                self.document.set_id(box)
            found = parts(message for block in shown for message in block[MESSAGES])
            entries = [("single", f"{GROUP}; {part.replace(';', ',')}", box["ids"][0], "", None) for part in found]
            if entries:
                box.parent.insert(box.parent.index(box), addnodes.index(entries=entries))
