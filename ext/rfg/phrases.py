"""What the ``:rfg:`` option of a directive means: phrases of the shown code, one on a line.

``-t web1`` is the first place where that text stands, ``web1 {2}`` the second place of ``web1``,
``web1 {*}`` every place. This module knows text only; it does not know Sphinx.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Span = tuple[int, int]
"""Offsets of the first character and of the one after the last."""

_OCCURRENCE = re.compile(r"\s+\{([1-9]\d*|\*)\}$")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase to emphasise. ``occurrence`` counts from 1; ``None`` stands for every one."""

    text: str
    occurrence: int | None = 1

    def __str__(self) -> str:
        return repr(self.text) if self.occurrence == 1 else f"{self.text!r} {{{self.occurrence or '*'}}}"


@dataclass(frozen=True, slots=True)
class Found:
    """Where phrases stand: spans per text, and the phrases that stand nowhere."""

    spans: tuple[tuple[Span, ...], ...]
    missing: tuple[Phrase, ...]


def parse(option: str | None) -> tuple[Phrase, ...]:
    """Read the value of an ``:rfg:`` option; made for a directive's ``option_spec``.

    Raises:
        ValueError: where the option names no phrase.
    """
    phrases = tuple(_phrase(line.strip()) for line in (option or "").split("\n") if line.strip())
    if not phrases:
        raise ValueError("name the parts of the code to emphasise, one on a line")
    return phrases


def find(phrases: Iterable[Phrase], texts: Sequence[str]) -> Found:
    """Look for the phrases in texts that are shown one after the other; occurrences are counted through."""
    spans: list[list[Span]] = [[] for _ in texts]
    missing: list[Phrase] = []
    for phrase in phrases:
        places = [(number, span) for number, text in enumerate(texts) for span in _places(phrase.text, text)]
        chosen = places if phrase.occurrence is None else places[phrase.occurrence - 1 : phrase.occurrence]
        if not chosen:
            missing.append(phrase)
        for number, span in chosen:
            spans[number].append(span)
    return Found(tuple(tuple(_merged(found)) for found in spans), tuple(missing))


def _phrase(line: str) -> Phrase:
    found = _OCCURRENCE.search(line)
    if found is None:
        return Phrase(line)
    return Phrase(line[: found.start()], None if found[1] == "*" else int(found[1]))


def _places(phrase: str, text: str) -> list[Span]:
    return [found.span() for found in re.finditer(re.escape(phrase), text)]


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, overlapping ones as one, so that marks never nest."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
