"""The Sphinx extension: ``extensions = ["played.sphinx_extension"]``.

It gives a project the directives ``transcript``, ``example``, ``error-index``, ``verification-report`` and
``verified-summary``, the Pygments language ``transcript``, and the configuration values whose names start with
``played_``. The reference is ``docs/reference/directives.rst``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import played

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata

_STYLE_SHEET = Path(__file__).parent / "static" / "played.css"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register configuration, directives, nodes and the lexer. What is kept of a page is in its metadata."""
    from played import (
        copying,
        differs,
        error_index,
        folding,
        provenance,
        verification_report,
        verified,
        verified_summary,
    )
    from played.directive_example import Example
    from played.directive_transcript import TranscriptSteps
    from played.lexer import CommandLexer, TranscriptLexer
    from rfg import writers

    app.setup_extension("rfg")
    app.add_config_value("played_examples", "examples", "env", str, "the folder of the examples")
    app.add_config_value("played_only_labels", {}, "env", dict, "what a page says above '#: only' steps")
    app.add_lexer("transcript", TranscriptLexer)
    app.add_lexer("transcript-command", CommandLexer)
    app.add_directive("transcript", TranscriptSteps)
    app.add_directive("example", Example)
    copying.register(app)
    differs.register(app)
    error_index.register(app)
    folding.register(app)
    provenance.register(app)
    verified.register(app)
    verification_report.register(app)
    verified_summary.register(app)
    app.connect("config-inited", _locate_examples)
    app.connect("doctree-read", _read_again)
    writers.ship_style_sheet(app, _STYLE_SHEET)
    return {
        "version": played.__version__,
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }


def _read_again(app: Sphinx, doctree: nodes.document) -> None:
    """Sphinx would not read a page with a mistake again, and so call the next build a success (sphinx#725).

    The directives ask for it themselves; this is for what docutils finds, such as an unknown option.
    """
    if doctree.reporter.max_level >= doctree.reporter.WARNING_LEVEL:
        app.env.note_reread()


def _locate_examples(app: Sphinx, config: Config) -> None:
    """Directives know the source folder, but not the folder of ``conf.py``."""
    config.played_examples = str(Path(app.confdir, config.played_examples))
