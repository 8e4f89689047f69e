"""What may differ between two runs of the same commands without anything being wrong.

:data:`TABLE` is the whole list. Everything that is not in it is compared letter by letter: ``Up 3 seconds`` and
``Exited (1)`` differ, HTTP 200 and 500 differ, ``0B`` and ``4.1kB`` differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of value that varies.

    Attributes:
        kind: name, shown in differences as ``‹kind›``.
        pattern: regular expression of the value.
        meaning: for the documentation.
        when: regular expression that a line must match for the rule to apply in it.
    """

    kind: str
    pattern: str
    meaning: str
    when: str = ""


_UNIT = r"(?:second|minute|hour|day|week|month|year)s?"
_CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d+)?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"

TABLE: tuple[Rule, ...] = (
    Rule(
        "ref",
        r"(?<=checksum of ref )[0-9a-z-]{25,36}::[0-9a-z]{20,30}(?=:)",
        "BuildKit's name for a build context, in its messages",
    ),
    Rule(
        "id",
        r"(?<![0-9a-zA-Z])(?:[0-9a-f]{64}|[0-9a-f]{12})(?![0-9a-zA-Z])",
        "ids and digests, 12 or 64 hexadecimal digits; the same recorded id stands for the same live id",
    ),
    Rule(
        "date",
        rf"\d{{4}}-\d\d-\d\d[T ]{_CLOCK}(?:Z| ?[+-]\d\d:?\d\d)?(?: [A-Z]{{3,4}})?"
        rf"|\d\d/{_MONTH}/\d{{4}}[: ]{_CLOCK}(?: [+-]\d{{4}})?"
        rf"|(?:[A-Z][a-z][a-z], )?\d\d {_MONTH} \d{{4}} {_CLOCK}(?: GMT)?"
        rf"|[A-Z][a-z][a-z] {_MONTH} [ \d]\d {_CLOCK}(?: [A-Z]{{3,4}})? \d{{4}}"
        rf"|{_MONTH} [ \d]\d (?:\d\d:\d\d|  ?\d{{4}})(?!\S)"
        rf"|(?<!\S){_CLOCK}(?!\S)",
        "dates and times of day",
    ),
    Rule(
        "age",
        rf"(?:Less than an?|About an?|\b\d+) {_UNIT}(?![a-z])",
        "how long ago: 3 seconds, About a minute",
    ),
    Rule(
        "duration",
        r"\b\d+m\d+\.\d+s\b|\b\d+\.\d+(?:/\d+\.\d+)* ?(?:ms|s|µs)\b|\b\d+ ?(?:ms|µs)\b",
        "durations with a fraction or in milliseconds; whole seconds (10s) are compared",
    ),
    Rule(
        "size",
        r"(?<![\w.])(?!0(?:\.0+)?[kMG]?i?B\b)\d+(?:\.\d+)? ?[kKMGT]?i?B\b(?!/)",
        "sizes such as 7.79MB; 0B is compared",
    ),
    Rule("percentage", r"\b\d+\.\d+%|(?<=\()\d+%(?=\))", "percentages with a fraction or in brackets"),
    Rule(
        "address",
        r"\b(?:10\.\d+|172\.(?:1[6-9]|2\d|3[01])|192\.168)\.\d+\.\d+\b|\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b",
        "private IPv4 addresses and MAC addresses",
    ),
    Rule("port", r"(?<=:)(?:3[2-9]\d{3}|[45]\d{4}|60\d{3})\b", "host ports that the engine chose, 32768 and up"),
    Rule(
        "name",
        r"(?<=\s)[a-z]+_[a-z]+$",
        "generated container names, at the end of a line that starts with an id",
        when=r"[0-9a-f]{12}\s",
    ),
    Rule("pin", r"(?<=Debugger PIN: )\d{3}-\d{3}-\d{3}", "the PIN of Flask's debugger"),
    Rule("gap", r"(?<=\S) {2,}(?=\S)", "the width of a gap between columns, two blanks or more"),
)


def _compile(rules: tuple[Rule, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{rule.kind}>{rule.pattern})" for rule in rules))


_ALWAYS = _compile(tuple(rule for rule in TABLE if not rule.when))
_WITH_NAMES = _compile(TABLE)
# The pattern of a duration would look for a unit at the end of such a row again from each of its numbers.
_ROW = re.compile(r"\b(?:\d+\.\d+/){9}")
_NAMES_WHEN = re.compile("|".join(rule.when for rule in TABLE if rule.when))


def pieces(line: str) -> Iterator[tuple[str | None, str]]:
    """Cut a line into (kind, text); the kind is ``None`` for text that is compared letter by letter."""
    if _ROW.search(line):
        yield None, line
        return
    at = 0
    for found in (_WITH_NAMES if _NAMES_WHEN.match(line) else _ALWAYS).finditer(line):
        if found.start() > at:
            yield None, line[at : found.start()]
        yield found.lastgroup, found[0]
        at = found.end()
    if at < len(line):
        yield None, line[at:]


def shape(line: str) -> str:
    """The line with every folded value replaced by ``‹kind›``, and with ``‹‹`` for each ``‹`` that it had.

    So lines of one shape differ in folded values and in nothing else. A shape is not folded again: what stands
    beside a ``‹kind›`` may look like a value, which it was not beside the letters of the value.
    """
    return folded(line)[0]


def ids(line: str) -> list[str]:
    """The ids in a line, in order."""
    return folded(line)[1]


def folded(line: str) -> tuple[str, list[str]]:
    """The shape of a line, and the ids in it."""
    cut = list(pieces(line))
    shown = (_shown(kind, text) for kind, text in cut)
    return "".join(shown), [text for kind, text in cut if kind == "id"]


def _shown(kind: str | None, text: str) -> str:
    if kind is None:
        return text.replace("‹", "‹‹")
    return "  " if kind == "gap" else f"‹{kind}›"
