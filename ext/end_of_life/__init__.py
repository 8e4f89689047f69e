"""Warns when the support of a version has ended: ``extensions = ["end_of_life"]``.

``end_of_life_file`` names a TOML file, relative to ``conf.py``. Every table in it that has a key ``end-of-life``
is a version, and its date the last day with fixes. A warning names file, line and version, so that under ``-W``
no site recommends what nobody mends any more. ``end_of_life_today`` (``YYYY-MM-DD``) is the day to compare with,
where it is not today.
"""

from __future__ import annotations

import tomllib
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
        if not isinstance(last, date):
            yield line, f"the {KEY} of {name} is no date; write it as 2030-12-31, without quotation marks"
        elif last < today:
            yield (
                line,
                f"{name} is without support since {last}; take a newer version and record its chapters",
            )


def _dates(text: str) -> Iterator[tuple[int, str, object]]:
    lines = text.splitlines()

    def walk(table: dict[str, object], path: tuple[str, ...]) -> Iterator[tuple[int, str, object]]:
        if KEY in table:
            yield _line(lines, path), path[-1] if path else "the file", table[KEY]
        for name, value in table.items():
            if isinstance(value, dict):
                yield from walk(value, (*path, name))

    yield from walk(tomllib.loads(text), ())


def _line(lines: list[str], path: tuple[str, ...]) -> int:
    """Where the date of a table is; 1 where it is written in a way that this does not know."""
    inside = not path
    for number, line in enumerate(lines, 1):
        if line.startswith("["):
            inside = bool(path) and line.strip("[] ").strip("\"'").endswith(path[-1])
        elif inside and line.startswith(KEY):
            return number
    return 1


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
