"""Emphasis through Pygments: sentinels at the offsets of the marks, replaced when the code is formatted.

What an author marks is rarely one token (``image build -t`` is five), so nothing that works token by token
can mark it. A filter puts a private-use character before and after each mark; after formatting, the two
characters become what the builder writes around emphasis.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from pygments.filter import Filter
from pygments.lexer import Lexer
from pygments.token import Generic, Text, _TokenType, is_token_subtype
from sphinx.highlighting import PygmentsBridge

from rfg.phrases import Span

_PRIVATE_USE = (range(0xE000, 0xF900), range(0xF0000, 0xFFFFE), range(0x100000, 0x10FFFE))


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
        if sentinels is None:
            return self.bridge.highlight_block(source, lang, opts, force, location, **kwargs)
        edges = _edges(source, self.spans, sentinels)
        # a lexer that strips or expands anything would move the offsets
        opts = {**(opts or {}), "stripnl": False, "stripall": False, "tabsize": 0}
        opts["filters"] = [*opts.get("filters", []), _Sentinels(edges, self.bridge.dest == "html")]
        code = self.bridge.highlight_block(source, lang, opts, force, location, **kwargs)
        for sentinel, tag in zip(sentinels, self.tags, strict=True):
            code = code.replace(sentinel, tag)
        return code


class _Sentinels(Filter):
    """Splits the tokens at the edges of the marks, and takes the colours of the language out of them.

    In HTML prompts and output keep their element (``keep_generic``), so that copying can leave them out; the
    style sheet takes their colour. In LaTeX the colour of a token would win over that of the mark.
    """

    def __init__(self, edges: Sequence[tuple[int, str]], keep_generic: bool) -> None:
        super().__init__()
        self.edges = edges
        self.keep_generic = keep_generic

    def filter(
        self, lexer: Lexer | None, stream: Iterable[tuple[_TokenType, str]]
    ) -> Iterator[tuple[_TokenType, str]]:
        edges = list(reversed(self.edges))
        inside = False
        offset = 0
        for kind, value in stream:
            end = offset + len(value)
            done = 0
            while edges and edges[-1][0] < end:
                at, sentinel = edges.pop()
                if at - offset > done:
                    yield self._kind(kind, inside), value[done : at - offset]
                yield Text, sentinel
                done, inside = at - offset, not inside
            yield self._kind(kind, inside), value[done:]
            offset = end
        for _, sentinel in reversed(edges):
            yield Text, sentinel

    def _kind(self, kind: _TokenType, inside: bool) -> _TokenType:
        if not inside or (self.keep_generic and is_token_subtype(kind, Generic)):
            return kind
        return Text


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


def _unused(source: str) -> tuple[str, str] | None:
    """Two private-use characters that the code does not have; ``None`` for code that has them all."""
    used = set(source)
    free = (char for char in map(chr, chain(*_PRIVATE_USE)) if char not in used)
    two = tuple(islice(free, 2))
    return (two[0], two[1]) if len(two) == 2 else None
