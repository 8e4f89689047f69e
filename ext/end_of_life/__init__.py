"""Warns when the support of a version has ended: ``extensions = ["end_of_life"]``.

``end_of_life_file`` names a TOML file, relative to ``conf.py``. Every table in it that has a key ``end-of-life``,
be it in an array, is a version, and its date the last day with fixes. A warning names file, line and version, so
that under ``-W`` no site recommends what nobody mends any more. ``end_of_life_today`` (``YYYY-MM-DD``) is the day
to compare with, where it is not today.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"

KEY = "end-of-life"

_logger = logging.getLogger(__name__)


def ended(text: str, today: date) -> Iterator[tuple[int, str]]:
    """(line, sentence) for every version without support on a day, and for every date that is none.

    Raises:
        tomllib.TOMLDecodeError: where the text is not TOML.
    """
    for line, name, last in _dates(text):
        if type(last) is not date:  # a time of day is a date, too, but cannot be compared with one
            yield line, f"the {KEY} of {name} is no date; write it as 2030-12-31, without quotation marks"
        elif last < today:
            yield (
                line,
                f"{name} is without support since {last}; take a newer version and record its chapters",
            )


def _dates(text: str) -> Iterator[tuple[int, str, object]]:
    seen: Counter[tuple[str, ...]] = Counter()

    def walk(table: dict[str, object], path: tuple[str, ...]) -> Iterator[tuple[int, str, object]]:
        if KEY in table:
            yield _line(text, path, seen[path]), path[-1] if path else "the file", table[KEY]
        seen[path] += 1
        for name, value in table.items():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict):
                    yield from walk(one, (*path, name))

    yield from walk(tomllib.loads(text), ())


def _line(text: str, path: tuple[str, ...], before: int) -> int:
    """Where the date of a table is, after so many of the same name; 1 where it is not below a header."""
    inside = not path
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("[") and (header := _header(line)):
            inside = header == path and (before := before - 1) < 0
        elif inside and line.startswith(KEY):
            return number
    return 1


def _header(line: str) -> tuple[str, ...]:
    """The path that a header such as ``[images."python:3.14"]`` names; empty where it is none."""
    try:
        table = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    path: tuple[str, ...] = ()
    while table:
        [(name, inner)] = table.items()
        path = (*path, name)
        table = inner[0] if isinstance(inner, list) else inner
    return path


def _check(app: Sphinx) -> None:
    if not app.config.end_of_life_file:
        return
    path = Path(app.confdir, app.config.end_of_life_file)
    try:
        today = date.fromisoformat(app.config.end_of_life_today) if app.config.end_of_life_today else date.today()
        found = list(ended(path.read_text(encoding="utf-8"), today))
    except OSError as error:
        found = [(1, f"cannot be read: {error.strerror}")]
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        found = [(1, f"cannot be used: {error}")]
    except ValueError:
        found = [(1, f"end_of_life_today = {app.config.end_of_life_today!r} is no date; write it as 2030-12-31")]
    for line, sentence in found:
        _logger.warning("%s", sentence, location=f"{path}:{line}", type="end_of_life")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the configuration; the check comes with every build, also of one that has no page to read."""
    app.add_config_value("end_of_life_file", "", "", str, "the TOML file with the versions")
    app.add_config_value("end_of_life_today", "", "", str, "the day to compare with, YYYY-MM-DD")
    app.connect("builder-inited", _check)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
