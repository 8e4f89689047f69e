"""What the ``:rfg:`` option of a directive means: phrases of the shown code, one on a line.

``-t web1`` is the only place of that text, ``web1 {2/3}`` the second of three places of ``web1``, ``web1 {*/3}``
all three. ``RUN {...} EOF`` is the text from one to the other, over line breaks. How often a text stands is part
of the phrase, so that no text can be taken away unnoticed. This module knows text only; it does not know Sphinx.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Span = tuple[int, int]
"""Offsets of the first character and of the one after the last."""

_OCCURRENCE = re.compile(r"(?<!\s)\s+\{([1-9]\d*|\*)/([1-9]\d*)\}$")
_TO = " {...} "


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase to emphasise. ``occurrence`` counts from 1; ``None`` stands for every one of ``total``."""

    text: str
    occurrence: int | None = 1
    total: int = 1

    def __str__(self) -> str:
        return self.text if self.total == 1 else f"{self.text} {{{self.occurrence or '*'}/{self.total}}}"


@dataclass(frozen=True, slots=True)
class Miscounted:
    """A phrase that stands in the code ``places`` times, which is not what it says."""

    phrase: Phrase
    places: int

    def __str__(self) -> str:
        if not self.places:
            return f"the text to emphasise is not in the code: {str(self.phrase)!r}; name text that is shown"
        example = Phrase(self.phrase.text, 1, self.places)
        return (
            f"the text to emphasise is {_times(self.places)} in the code, not {_times(self.phrase.total)}: "
            f"{str(self.phrase)!r}; say which it is, for example {str(example)!r}"
        )


@dataclass(frozen=True, slots=True)
class Found:
    """Where phrases stand: spans per text, and the phrases that cannot be told from it."""

    spans: tuple[tuple[Span, ...], ...]
    missing: tuple[Miscounted, ...]


def parse(option: str | None) -> tuple[Phrase, ...]:
    """Read the value of an ``:rfg:`` option; made for a directive's ``option_spec``.

    Raises:
        ValueError: where the option names no phrase, or the third of two.
    """
    phrases = tuple(_phrase(line.strip()) for line in (option or "").split("\n") if line.strip())
    if not phrases:
        raise ValueError("name the parts of the code to emphasise, one on a line")
    return phrases


def find(phrases: Iterable[Phrase], texts: Sequence[str]) -> Found:
    """Look for the phrases in texts that are shown one after the other; occurrences are counted through."""
    spans: list[list[Span]] = [[] for _ in texts]
    missing: list[Miscounted] = []
    for phrase in phrases:
        places = [(number, span) for number, text in enumerate(texts) for span in _places(phrase.text, text)]
        if len(places) != phrase.total:
            missing.append(Miscounted(phrase, len(places)))
            continue
        chosen = places if phrase.occurrence is None else places[phrase.occurrence - 1 : phrase.occurrence]
        for number, span in chosen:
            spans[number].append(span)
    return Found(tuple(tuple(_merged(found)) for found in spans), tuple(missing))


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _phrase(line: str) -> Phrase:
    found = _OCCURRENCE.search(line)
    if found is None:
        return Phrase(line)
    phrase = Phrase(line[: found.start()], None if found[1] == "*" else int(found[1]), int(found[2]))
    if phrase.occurrence and phrase.occurrence > phrase.total:
        raise ValueError(f"there is no {found[1]} of {found[2]}: {line}")
    return phrase


def _places(phrase: str, text: str) -> list[Span]:
    """Places that do not overlap, each part of the phrase at its first place after the one before.

    A regular expression would look for a part that is nowhere again from every place of the first one.
    """
    first, *others = phrase.split(_TO)
    places: list[Span] = []
    end = 0
    while (start := text.find(first, end)) >= 0:
        end = start + len(first)
        for other in others:
            at = text.find(other, end)
            if at < 0:
                return places
            end = at + len(other)
        places.append((start, end))
    return places


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, overlapping ones as one, so that marks never nest."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
