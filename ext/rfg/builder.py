"""The builder that a post-transform works for.

Sphinx 9 deprecates every public way from a transform to it, and names no other one (sphinx#14119). Handlers of
events get the application from every Sphinx, so an event of our own asks for it.
"""

from __future__ import annotations

from typing import cast

from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment

_EVENT = "rfg-builder"


def of(env: BuildEnvironment) -> Builder:
    """The builder that is at work; for extensions that have set up ``rfg``."""
    return cast(Builder, env.events.emit_firstresult(_EVENT))


def writes_a_site(at_work: Builder) -> bool:
    """Whether pages are for a browser. An EPUB has their format, and is made of all that lies beside its pages."""
    return at_work.format == "html" and at_work.name != "epub"


def register(app: Sphinx) -> None:
    """Add the event and its answer."""
    app.add_event(_EVENT)
    app.connect(_EVENT, _builder)


def _builder(app: Sphinx) -> Builder:
    return app.builder
