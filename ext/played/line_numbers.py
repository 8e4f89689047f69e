"""Numbers of lines as Sphinx' options write them: ``1,3,5-7,9-``. Sphinx has a parser, but no public one."""

from __future__ import annotations

import re

_ITEM = re.compile(r"(\d+)|(\d*)-(\d*)")


def parse(spec: str, total: int) -> list[int]:
    """The numbers in a specification, counted from 0.

    Args:
        total: how many lines there are; where an open range ends.

    Raises:
        ValueError: where it is none, or a number is more than there are. Nothing is made of such a number, since
            the list that ``1-9999999999`` means would take all the memory.
    """
    if any(int(number) > total for number in re.findall(r"\d+", spec)):
        raise ValueError(f"{spec} is more than the {total} lines there are")
    numbers: list[int] = []
    for item in spec.split(","):
        found = _ITEM.fullmatch(item.strip())
        if found is None or found[0] == "-" or "0" in found.groups():
            raise ValueError(f"invalid line number spec: {spec!r}")
        if found[1]:
            numbers.append(int(found[1]) - 1)
        else:
            first = int(found[2] or 1)
            last = int(found[3] or max(first, total))
            if last < first:
                raise ValueError(f"invalid line number spec: {spec!r}")
            numbers += range(first - 1, last)
    return numbers
