"""The link “My output differs” below what a page shows of a transcript: a new issue with its form filled in.

Only sites on the web have it, and only where ``played_issues`` says where issues are opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxTranslator
from sphinx.writers.html5 import HTML5Translator

from played.format import ELISION, Step
from played.show import prompted

# Servers refuse long addresses, many of them above 8,000 characters; encoding makes three of some characters.
MOST = 2000


class differs(nodes.General, nodes.Element):
    """Where the link will stand. It has no text, so neither the search nor a translator sees it."""


def links(docname: str, steps: Sequence[Step]) -> list[nodes.Node]:
    """The link for these steps; none where there is no output that could differ."""
    if not any(turn.output for step in steps for turn in step.turns):
        return []
    return [differs(page=docname, step=" ".join(step.name for step in steps), expected=expected(steps))]


def expected(steps: Sequence[Step]) -> str:
    """Commands and recorded output, cut after :data:`MOST` characters."""
    lines: list[str] = []
    for turn in (turn for step in steps for turn in step.turns):
        lines += prompted(turn.command) if turn.command is not None else ()
        lines += [line.text for line in turn.output]
    text = "\n".join(lines)
    return text if len(text) <= MOST else f"{text[:MOST]}\n{ELISION}"


def _visit(translator: HTML5Translator, node: differs) -> None:
    # a book has no server to ask, and no browser either
    if not getattr(translator.builder, "embedded", False):
        fields = {
            "title": f"{node['page']}: {node['step']}",
            "page": node["page"],
            "step": node["step"],
            "expected": node["expected"],
            **translator.config.played_issue_fields,
        }
        issues = translator.config.played_issues
        address = escape(f"{issues}{'&' if '?' in issues else '?'}{urlencode(fields)}")
        text = "My output differs"
        name = escape(f"{text}: {node['step']}")
        link = f'<a href="{address}" rel="nofollow" aria-label="{name}">{text}</a>'
        translator.body.append(f'<p class="played-differs">{link}</p>\n')
    raise nodes.SkipNode


def _skip(_translator: SphinxTranslator, _node: differs) -> None:
    raise nodes.SkipNode


def register(app: Sphinx) -> None:
    """Add the node, and the values that say where issues are opened and what else is filled in."""
    app.add_config_value("played_issues", "", "env", str, "the address of a new issue, with '?template=…'")
    app.add_config_value("played_issue_fields", {}, "html", dict, "more fields of its form, by their ids")
    skipped = dict.fromkeys(("latex", "text", "man", "texinfo"), (_skip, None))
    app.add_node(differs, html=(_visit, None), **skipped)  # type: ignore[arg-type]
