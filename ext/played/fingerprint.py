"""What a play of a transcript depends on, as one hash: whoever changes any of it has to play again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from played import fold
from played.examples import files_in
from played.format import Edit, Files, Step, Transcript


def fingerprint(root: Path, folder: Sequence[Transcript], transcript: Transcript, recipes: Sequence[Path]) -> str:
    """The hash of a transcript.

    It covers the transcript and those that are played before it in its folder, every file they copy with its
    name and mode, the folding table, and the recipes of the place where it is played.

    Args:
        root: the examples folder.
        folder: the transcripts of the transcript's folder, in the order of playing.
        recipes: files and folders, outside the examples folder as a rule.

    Returns:
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    _add(digest, repr(fold.TABLE).encode())
    _add(digest, _of_recipes(tuple(_stamps(recipes))))
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


def _stamps(recipes: Iterable[Path]) -> Iterator[tuple[Path, Path, int, int]]:
    for recipe in recipes:
        for path in files_in(recipe):
            stat = path.stat()
            yield path, path.relative_to(recipe.parent), stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=8)
def _of_recipes(stamps: tuple[tuple[Path, Path, int, int], ...]) -> bytes:
    """Read once for a whole build, since every transcript has the same recipes."""
    digest = hashlib.sha256()
    for path, name, _, _ in stamps:
        _add(digest, name.as_posix().encode(), *_content(path))
    return digest.digest()
