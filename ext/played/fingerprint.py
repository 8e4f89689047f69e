"""What a play of a transcript depends on, as one hash: whoever changes any of it has to play again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from played import fold
from played.examples import files_in
from played.format import Edit, Files, Step, Transcript


def fingerprint(root: Path, folder: Sequence[Transcript], transcript: Transcript, recipes: bytes) -> str:
    """The hash of a transcript.

    It covers the transcript and those that are played before it in its folder, every file they copy with its
    name and mode, the folding table, and the recipes of the place where it is played.

    Args:
        root: the examples folder.
        folder: the transcripts of the transcript's folder, in the order of playing.
        recipes: what :func:`of_recipes` says of the place where it is played.

    Returns:
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    _add(digest, repr(fold.TABLE).encode())
    _add(digest, recipes)
    for one in folder:
        _add(digest, one.path.name.encode(), one.path.read_bytes())
        for path in used_files(root, one.steps):
            _add(digest, path.relative_to(root).as_posix().encode(), *_content(path))
        if one is transcript:
            break
    return digest.hexdigest()


def used_files(root: Path, steps: Iterable[Step]) -> list[Path]:
    """The files of the examples folder that steps copy; those that do not exist are left out."""
    actions = (action for step in steps for action in step.actions)
    sources = {root / action.source for action in actions if isinstance(action, Files | Edit)}
    return sorted({path for source in sources for path in files_in(source)})


def _content(path: Path) -> tuple[bytes, bytes]:
    return (b"x" if path.stat().st_mode & 0o100 else b"-", path.read_bytes())


def _add(digest: hashlib._Hash, *parts: bytes) -> None:
    """Lengths keep ``ab`` + ``c`` apart from ``a`` + ``bc``."""
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)


def of_recipes(recipes: Iterable[Path]) -> bytes:
    """The hash of files and folders with their names, for all transcripts that are played by them."""
    digest = hashlib.sha256()
    for recipe in recipes:
        for path in files_in(recipe):
            _add(digest, path.relative_to(recipe.parent).as_posix().encode(), *_content(path))
    return digest.digest()
