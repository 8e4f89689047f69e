"""Emphasis through Pygments: sentinels at the offsets of the marks, replaced when the code is formatted.

What an author marks is rarely one token (``image build -t`` is five), so nothing that works token by token
can mark it. A filter puts a private-use character before and after each mark; after formatting, the two
characters become what the builder writes around emphasis.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pygments.filter import Filter
from pygments.lexer import Lexer
from pygments.token import Generic, Text, _TokenType, is_token_subtype
from sphinx.highlighting import PygmentsBridge

from rfg.phrases import Span

_PRIVATE_USE = range(0xE000, 0xF900)


class MarkingBridge(PygmentsBridge):
    """Another bridge, with marks. It lives while one block is written, and delegates the work."""

    def __init__(self, bridge: PygmentsBridge, spans: Sequence[Span], opening: str, closing: str) -> None:
        self.bridge = bridge
        self.spans = spans
        self.tags = opening, closing

    def highlight_block(
        self,
        source: str,
        lang: str,
        opts: dict[str, Any] | None = None,
        force: bool = False,
        location: object = None,
        **kwargs: Any,
    ) -> str:
        sentinels = _unused(source)
        edges = _edges(source, self.spans, sentinels)
        # a lexer that strips or expands anything would move the offsets
        opts = {**(opts or {}), "stripnl": False, "stripall": False, "tabsize": 0}
        opts["filters"] = [*opts.get("filters", []), _Sentinels(edges)]
        code = self.bridge.highlight_block(source, lang, opts, force, location, **kwargs)
        for sentinel, tag in zip(sentinels, self.tags, strict=True):
            code = code.replace(sentinel, tag)
        return code


class _Sentinels(Filter):
    """Splits the tokens at the edges of the marks."""

    def __init__(self, edges: Sequence[tuple[int, str]]) -> None:
        super().__init__()
        self.edges = edges

    def filter(
        self, lexer: Lexer | None, stream: Iterable[tuple[_TokenType, str]]
    ) -> Iterator[tuple[_TokenType, str]]:
        edges = list(reversed(self.edges))
        inside = False
        offset = 0
        for kind, value in stream:
            end = offset + len(value)
            while edges and edges[-1][0] < end:
                at, sentinel = edges.pop()
                if at > offset:
                    yield _kind(kind, inside), value[: at - offset]
                yield Text, sentinel
                value, offset, inside = value[at - offset :], at, not inside
            yield _kind(kind, inside), value
            offset = end
        for _, sentinel in reversed(edges):
            yield Text, sentinel


def _kind(kind: _TokenType, inside: bool) -> _TokenType:
    """The colours of the language would win over the mark; prompts and output stay what they are."""
    return Text if inside and not is_token_subtype(kind, Generic) else kind


def _edges(source: str, spans: Sequence[Span], sentinels: tuple[str, str]) -> list[tuple[int, str]]:
    """Where a mark opens and closes. Formatters close everything at a line end, so marks do it too."""
    edges: list[tuple[int, str]] = []
    for start, end in spans:
        for line in source[start:end].splitlines(keepends=True):
            length = len(line.rstrip("\n"))
            if length:
                edges += [(start, sentinels[0]), (start + length, sentinels[1])]
            start += len(line)
    return edges


def _unused(source: str) -> tuple[str, str]:
    """Two private-use characters that the code does not have."""
    free = (char for char in map(chr, _PRIVATE_USE) if char not in source)
    return next(free), next(free)
