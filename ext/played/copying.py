"""What the copy button gives for a transcript: the commands, byte for byte, and nothing else.

sphinx-copybutton copies the text of a block without the elements that a selector excludes. Pygments leaves
the line end of a line of output outside of the element, so that copying would give a blank line for each line
of output; here every such line stands in one element together with its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import copy
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from pygments.formatters import HtmlFormatter
from pygments.token import Generic, _TokenType, is_token_subtype
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.highlighting import PygmentsBridge
from sphinx.writers.html5 import HTML5Translator

from played.lexer import TranscriptLexer
from rfg import writers
from rfg.nodes import rfg_block

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

NOT_COPIED = "played-output"
"""The class of a line that is left out when a block is copied."""

COLUMNS = "played-columns"
"""The class of a block with output that is set in columns; others may be wrapped."""

_GAP = re.compile(r"\S {3,}\S")  # Docker puts three blanks between two columns

NO_BUTTON = "no-copybutton"
"""The class of a block that has nothing to copy; sphinx-copybutton's manual uses this name, too."""

RECOMMENDED = {
    "copybutton_selector": f"div:not(.{NO_BUTTON}) > div.highlight pre",
    "copybutton_exclude": f".linenos, .gp, .go, .{NOT_COPIED}",
}
"""Settings of sphinx-copybutton, used wherever a project leaves them as they are."""


class transcript_block(rfg_block):
    """A block in the language ``transcript``."""

    lexer: ClassVar[type[TranscriptLexer]] = TranscriptLexer
    """Knows what stands in front of a command."""

    def __init__(self, rawsource: str = "", text: str = "", *children: nodes.Node, **attributes: Any) -> None:
        attributes = {"language": "transcript", "force": False, "linenos": False, **attributes}
        super().__init__(rawsource, text, *children, **attributes)
        if _in_columns(text, self.lexer.prompts):
            self["classes"].append(COLUMNS)


def _in_columns(text: str, prompts: tuple[str, str]) -> bool:
    """Whether a line of output is; a command may have as many blanks where it goes on."""
    typed = tuple(f"{prompt} " for prompt in prompts)
    return any(_GAP.search(line) and not line.startswith(typed) for line in text.split("\n"))


class TranscriptFormatter(HtmlFormatter[str]):
    """Puts every line that nobody types into an element of its own, line end included."""

    def format(self, tokensource: Iterable[tuple[_TokenType, str]], outfile: SupportsWrite[str]) -> None:
        tokens = list(tokensource)
        self._output = _lines_of_output(tokens)
        super().format(tokens, outfile)

    def wrap(self, source: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        wrapped: Iterator[tuple[int, str]] = super().wrap(self._marked(source))  # type: ignore[no-untyped-call]
        return wrapped

    def _marked(self, source: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        number = 0
        for is_code, line in source:
            number += is_code
            if is_code and number in self._output:
                line = f'<span class="{NOT_COPIED}">{line}</span>'
            yield is_code, line


def _lines_of_output(tokens: list[tuple[_TokenType, str]]) -> set[int]:
    lines: set[int] = set()
    number = 1
    for kind, value in tokens:
        if is_token_subtype(kind, Generic.Output):
            lines.add(number)
        number += value.count("\n")
    return lines


def register(app: Sphinx) -> None:
    """Tell Sphinx about the block, and sphinx-copybutton what to copy."""
    app.add_node(transcript_block, html=(_visit_html, None))
    # before sphinx-copybutton reads its settings, which it does with the usual priority
    app.connect("config-inited", _recommend, priority=400)


@lru_cache(maxsize=4)
def _bridge(highlighter: PygmentsBridge) -> PygmentsBridge:
    """The highlighter of a builder, with formatters for transcripts that are kept from block to block.

    A new formatter goes through every token of the style first, which takes longer than to format a block.
    """
    bridge = copy(highlighter)
    known: dict[str, HtmlFormatter[str]] = {}

    def get_formatter(**kwargs: Any) -> HtmlFormatter[str]:
        key = repr(sorted(kwargs.items()))
        if key not in known:
            known[key] = TranscriptFormatter(**{**kwargs, **highlighter.formatter_args})
        return known[key]

    bridge.get_formatter = get_formatter  # type: ignore[method-assign]
    return bridge


def _visit_html(translator: HTML5Translator, node: transcript_block) -> None:
    with writers.highlighter(translator, _bridge(translator.highlighter)):
        writers.visit_block_html(translator, node)


def _recommend(app: Sphinx, config: Config) -> None:
    for name, value in RECOMMENDED.items():
        if name in config and config[name] == config.values[name].default:
            config[name] = value
