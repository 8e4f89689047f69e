"""Which example file stands where in the reader's home, by what a chapter has put there so far."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from played.format import Action, Edit, Files


def source_of(target: str, actions: Iterable[Action]) -> str | None:
    """The file of the examples folder that ``target`` in the reader's home is a copy of.

    Args:
        target: path in the reader's home.
        actions: everything that was done before, in order.

    Returns:
        a path in the examples folder, which need not exist (a folder that was copied may not hold the file),
        or ``None`` where nothing was put there.
    """
    target = posixpath.normpath(target)
    source: str | None = None
    for action in actions:
        if isinstance(action, Edit) and posixpath.normpath(action.target) == target:
            source = action.source
        elif isinstance(action, Files):
            source = _copied(target, action) or source
    return source


def _copied(target: str, files: Files) -> str | None:
    rest = posixpath.relpath(target, posixpath.normpath(files.target))
    if rest == "..":
        return None
    return None if rest.startswith("../") else posixpath.normpath(posixpath.join(files.source, rest))
