"""The examples folder: every path that a page or a transcript names stays inside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from played import format


class OutsideError(ValueError):
    """A path that is not inside the examples folder; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Examples:
    """The folder that holds everything a page shows."""

    root: Path

    def path(self, name: str) -> Path:
        """The file or folder ``name``, a path relative to the examples folder. It need not exist.

        Raises:
            OutsideError: where the name, or a symbolic link on its way, leads out of the folder.
        """
        path = self.root / name
        try:
            inside = path.resolve().is_relative_to(self.root.resolve())
            with suppress(FileNotFoundError, NotADirectoryError):
                path.stat()  # says what no system takes: a name that is too long
        except (OSError, ValueError, RuntimeError):
            raise OutsideError(f"{name!r} is no path that can be followed") from None
        if name.startswith("/") or ".." in name.split("/") or not inside:
            raise OutsideError(f"{name!r} leads out of {self.root.name}/; name a file inside it, relative to it")
        return path

    def transcripts(self, folder: str) -> tuple[format.Transcript, ...]:
        """The transcripts of a folder, parsed once as long as they do not change.

        Raises:
            OutsideError: where the folder or one of its transcripts is not inside the examples folder.
            format.FormatError: with everything that is wrong with the transcripts.
        """
        files = sorted(self.path(folder).glob("*.console"))
        for file in files:
            self.path(file.relative_to(self.root).as_posix())
        return _load(self.root / folder, tuple(map(_stamp, files)))


def files_in(path: Path) -> Iterator[Path]:
    """A file, or the files below a folder, in a stable order and without Python's caches."""
    if path.is_dir():
        yield from sorted(one for one in path.rglob("*") if one.is_file() and "__pycache__" not in one.parts)
    elif path.is_file():
        yield path


def _stamp(file: Path) -> tuple[Path, int, int]:
    try:
        stat = file.stat()
    except OSError:
        return file, 0, 0  # the parser says what is wrong with it
    return file, stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=64)  # 10 KB and more of memory each, which the largest sites would notice
def _load(folder: Path, stamps: tuple[tuple[Path, int, int], ...]) -> tuple[format.Transcript, ...]:
    return format.load_folder(folder)
