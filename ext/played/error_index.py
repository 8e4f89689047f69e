"""The directive ``error-index``: every error message that a page shows in a box, with what the box says of it.

A box is an admonition that shows a step with a command that is expected to fail. The page with the index looks the
boxes up in the finished doctrees of the pages that have some, and is written anew when any page changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import NoUri
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from played.format import Step
from rfg import builder

MESSAGES = "played_messages"
"""Attribute of the container of shown steps: the error messages in them."""

_METADATA = "played-error-index"
_BOXES = "played-error-boxes"
"""Metadata of a page that has boxes. No other page has to be loaded for the index."""

_TELLING = re.compile(
    r"error|denied|conflict|fail|not found|cannot|can't|could not|couldn't|invalid|unknown|unable|no such|"
    r"requires|refused|unauthorized|must |already|not running|bad address|read-only|unterminated",
    re.IGNORECASE,
)


def messages(steps: Sequence[Step]) -> list[str]:
    """The lines that tell what went wrong, of the commands that are expected to fail; else their last lines."""
    found: list[str] = []
    for turn in (turn for step in steps for turn in step.turns if turn.status):
        lines = [line.text.strip() for line in turn.output if not line.elided and line.text.strip()]
        found += [line for line in lines if _TELLING.search(line)] or lines[-1:]
    return list(dict.fromkeys(found))


def link(env: BuildEnvironment, docname: str, anchor: str, *content: nodes.Node) -> Sequence[nodes.Node]:
    """What leads to a place of a page; where the book that is written does not have the page, what would lead."""
    try:
        return [make_refnode(builder.of(env), env.docname, docname, anchor, list(content))]
    except NoUri:
        return content


class error_index(nodes.General, nodes.Element):
    """Where the index will stand."""


class ErrorIndex(SphinxDirective):
    """``.. error-index::`` – takes nothing."""

    def run(self) -> list[nodes.Node]:
        self.env.metadata[self.env.docname][_METADATA] = True
        return [error_index()]


class _Fill(SphinxPostTransform):
    default_priority = 5  # before the references in copied text are resolved

    def run(self, **_options: object) -> None:
        for place in list(self.document.findall(error_index)):
            pages = sorted(page for page, data in self.env.metadata.items() if _BOXES in data)
            entries = [entry for page in pages for entry in self._entries(page)]
            place.replace_self(nodes.definition_list("", *entries, classes=["played-errors"]) if entries else [])

    def _entries(self, docname: str) -> Iterator[nodes.definition_list_item]:
        if docname == self.env.docname:
            return
        for box, found in _boxes(self.env.get_doctree(docname)):
            yield self._entry(docname, box, found)

    def _entry(self, docname: str, box: nodes.Element, found: list[str]) -> nodes.definition_list_item:
        terms = [nodes.term("", "", nodes.literal(text, text)) for text in dict.fromkeys(found)]
        text = list(_told(box))
        for part in text:
            for pending in part.findall(addnodes.pending_xref):
                pending["refdoc"] = self.env.docname
            for reference in list(part.findall(nodes.reference)):
                if anchor := reference.get("refid"):
                    reference.parent.replace(reference, link(self.env, docname, anchor, *reference.children))
        title = self.env.titles[docname].astext()
        target = box["ids"][0] if box["ids"] else _section(box)
        shown_in = link(self.env, docname, target, nodes.Text(title))
        where = nodes.paragraph("", "", nodes.Text("Shown in "), *shown_in, nodes.Text("."))
        return nodes.definition_list_item("", *terms, nodes.definition("", *text, where))


def _boxes(document: nodes.document) -> Iterator[tuple[nodes.Element, list[str]]]:
    """The boxes of a page, each with the messages in it."""
    for box in document.findall(nodes.Element):
        if isinstance(box, nodes.Admonition):
            found: list[str] = []
            for part in box.findall(nodes.container):
                found += part.get(MESSAGES, [])
            if found:
                yield box, found


def _told(box: nodes.Element) -> Iterator[nodes.Element]:
    """Copies of a box's paragraphs and lists. A block that a colon announces is not copied, so the colon goes."""
    lists = (nodes.bullet_list, nodes.enumerated_list)
    for part, following in pairwise([*box.children, None]):
        if isinstance(part, (nodes.paragraph, *lists)):
            copy: nodes.Element = part.deepcopy()
            last = copy.children[-1] if copy.children else None
            if isinstance(last, nodes.Text) and last.endswith(":") and not isinstance(following, lists):
                copy.replace(last, nodes.Text(last.removesuffix(":") + "."))
            yield copy


def _section(node: nodes.Node | None) -> str:
    """The id of the section around a node."""
    while node is not None and not isinstance(node, nodes.section):
        node = node.parent
    return node["ids"][0] if node is not None else ""


def _note(app: Sphinx, document: nodes.document) -> None:
    if any(_boxes(document)):
        app.env.metadata[app.env.docname][_BOXES] = True


def _outdated(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    return [docname for docname, data in env.metadata.items() if _METADATA in data]


def register(app: Sphinx) -> None:
    """Add the directive; a node that is left over is shown by no builder."""
    app.add_node(error_index)
    app.add_directive("error-index", ErrorIndex)
    app.add_post_transform(_Fill)
    app.connect("doctree-read", _note)
    app.connect("env-updated", _outdated)
