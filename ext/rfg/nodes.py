"""How a document holds emphasis: two nodes that every writer understands without knowing them.

Translators look for a visitor along the classes of a node, so a subclass of ``strong`` is at least bold and a
subclass of ``literal_block`` at least a code block in a builder that this extension has never heard of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docutils import nodes

from rfg.phrases import Span


class rfg_mark(nodes.strong):
    """Emphasised text, in a paragraph or in a code block."""

    def __init__(self, rawsource: str = "", text: str = "", *children: nodes.Node, **attributes: Any) -> None:
        attributes.setdefault("classes", ["rfg"])
        super().__init__(rawsource, text, *children, **attributes)


class rfg_block(nodes.literal_block):
    """A code block with marks in it: its children are texts and :class:`rfg_mark` nodes.

    ``rawsource`` is the same as ``astext()``, which is how Sphinx knows that a block may be highlighted. The
    transform that gives blocks their language looks at the class itself, so ``language``, ``force`` and
    ``linenos`` are always set here.
    """

    @property
    def spans(self) -> list[Span]:
        """The marked characters."""
        spans: list[Span] = []
        offset = 0
        for child in self.children:
            length = len(child.astext())
            if isinstance(child, rfg_mark):
                spans.append((offset, offset + length))
            offset += length
        return spans


def marked(block: nodes.literal_block, spans: Sequence[Span]) -> rfg_block:
    """The block again, with the characters of ``spans`` marked.

    The spans are in order and do not overlap, as :func:`rfg.phrases.find` gives them. The old block must not
    have a name yet: names are noted with the node that carries them.
    """
    text = block.rawsource
    kind = type(block) if isinstance(block, rfg_block) else rfg_block
    new = kind(text, "", **block.attributes)
    new.source, new.line = block.source, block.line
    for attribute, default in {"language": "default", "force": False, "linenos": False}.items():
        new.setdefault(attribute, default)
    # Sphinx would replace the children when it takes doctest flags out of the text
    new["trim_flags"] = False
    at = 0
    for start, end in spans:
        new += _texts(text[at:start])
        new += rfg_mark(text[start:end], text[start:end])
        at = end
    new += _texts(text[at:])
    return new


def _texts(text: str) -> list[nodes.Node]:
    return [nodes.Text(text)] if text else []
