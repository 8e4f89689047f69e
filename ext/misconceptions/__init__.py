"""The directive ``misconceptions``: what older tutorials get wrong, each with a link to its proof.

The sentences are data: TOML files in the folder that ``misconceptions_folder`` names (relative to ``conf.py``),
with a table per claim, of which two keys are read: ``misconception`` (a sentence of reStructuredText),
``anchor`` (``PAGE#LABEL``, where the site words and shows it). Claims without a
``misconception`` are passed over.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"

_logger = logging.getLogger(__name__)
_METADATA = "misconceptions"
"""Metadata of a page that lists claims: the names of the files that it read."""


class Misconceptions(SphinxDirective):
    """``.. misconceptions::`` – takes nothing."""

    def run(self) -> list[nodes.Node]:
        claims: dict[str, list[str]] = {}
        folder = Path(self.config.misconceptions_folder)
        self.env.metadata[self.env.docname][_METADATA] = files = _files(folder)
        for path in map(folder.joinpath, files):
            self.env.note_dependency(os.path.relpath(path, self.env.srcdir))
            for page, sentence in self._claims(path):
                claims.setdefault(page, []).append(sentence)
        if not claims:
            self._warn(f"there is no misconception in {folder.name}/*.toml", None)
        lines: list[str] = []
        for page in sorted(claims):
            lines += [f".. rubric:: :doc:`/{page}`", "   :heading-level: 2", ""]
            lines += [*(f"- {sentence}" for sentence in dict.fromkeys(claims[page])), ""]
        return self.parse_text_to_nodes("\n".join(lines))

    def _claims(self, path: Path) -> list[tuple[str, str]]:
        """(page, sentence with its link) of one file; a claim without a place is a warning."""
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            self._warn(f"cannot be used: {error}", f"{path}:1")
            return []
        found = []
        for name, table in tables.items():
            if not isinstance(table, dict):
                self._warn(
                    f"{name} stands in no table; write it into that of a claim, or take it out", f"{path}:1"
                )
                continue
            sentence, (page, _, label) = table.get("misconception"), str(table.get("anchor", "")).partition("#")
            if sentence and not (page and label):
                self._warn(f"[{name}] needs an anchor: PAGE#LABEL", f"{path}:1")
            elif sentence:
                found.append((page, f"{sentence} :ref:`Proof <{label}>`"))
        return found

    def _warn(self, message: str, location: str | None) -> None:
        self.env.note_reread()
        _logger.warning("%s", message, location=location or self.get_location(), type="misconceptions")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive and its folder."""
    app.add_config_value("misconceptions_folder", "claims", "env", str, "the folder of the TOML files")
    app.add_directive("misconceptions", Misconceptions)
    app.connect("config-inited", _locate)
    app.connect("env-get-outdated", _outdated)
    return {"version": __version__, "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.toml"))


def _outdated(app: Sphinx, env: BuildEnvironment, *_docnames: set[str]) -> list[str]:
    """The pages that do not know a new file. Sphinx sees only what happens to files that a page depends on."""
    now = _files(Path(app.config.misconceptions_folder))
    return [page for page, data in env.metadata.items() if data.get(_METADATA, now) != now]


def _locate(app: Sphinx, config: object) -> None:
    app.config.misconceptions_folder = str(Path(app.confdir, app.config.misconceptions_folder))
