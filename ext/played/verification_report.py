"""The directive ``verification-report``: every transcript with what it passed on, as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from played.error_index import link
from played.standing import LedgerError, Source, Standing, host
from played.verified import STATEMENT, anchor
from rfg import builder

ABOUT_ALL_PAGES = "played-about-all-pages"
"""Metadata of a page that says something of the transcripts of all pages."""

_COLUMNS = ("Shown on", "Played on", "Passed", "Steps", "Commands", "Lines", "Seconds")
_WIDTHS = (28, 19, 12, 8, 13, 8, 12)


class verification_report(nodes.General, nodes.Element):
    """Where the report will stand."""


class VerificationReport(SphinxDirective):
    """``.. verification-report::`` – takes nothing."""

    def run(self) -> list[nodes.Node]:
        self.env.metadata[self.env.docname][ABOUT_ALL_PAGES] = True
        return [verification_report()]


class FillReport(SphinxPostTransform):
    """Puts the table in its place when all pages have been read."""

    default_priority = 5

    def run(self, **_options: object) -> None:
        for place in list(self.document.findall(verification_report)):
            self._pages = pages(self.env)
            anchors: set[str] = set()
            rows = [row for standing in standings(self.env) for row in self._rows(standing, anchors)]
            place.replace_self(_table(rows) if rows else [])

    def _rows(self, standing: Standing, anchors: set[str]) -> Iterator[nodes.row]:
        """The rows of one transcript. The first row of a folder bears its anchor; a folder may have several."""
        ids = [one for one in [anchor(standing.transcript.rpartition("/")[0])] if one not in anchors]
        anchors.update(ids)
        shown = nodes.paragraph("", "", *self._shown_on(standing.transcript))
        if not standing.valid:
            yield _row(shown, standing.problem, *[""] * (len(_COLUMNS) - 2), ids=ids)
        for entry in standing.valid:
            figures = (entry.steps, entry.commands, entry.compared, entry.seconds)
            yield _row(shown.deepcopy(), host(self.config, entry), entry.passed, *map(str, figures), ids=ids)
            ids = []

    def _shown_on(self, transcript: str) -> Iterator[nodes.Node]:
        """The pages, the one that has the transcript's name first, and the file."""
        own = transcript.rpartition("/")[0]
        for docname in sorted(self._pages.get(transcript, ()), key=lambda name: not name.endswith(own)):
            yield from link(self.env, docname, "", nodes.Text(self.env.titles[docname].astext()))
            yield nodes.Text(", ")
        yield nodes.literal(transcript, transcript)


def pages(env: BuildEnvironment) -> dict[str, list[str]]:
    """The pages that show each transcript."""
    found: dict[str, list[str]] = {}
    for docname, data in sorted(env.metadata.items()):
        for transcript in data.get(STATEMENT, ((), ""))[0]:
            found.setdefault(transcript, []).append(docname)
    return found


def standings(env: BuildEnvironment) -> list[Standing]:
    """Every transcript that some page shows; none where there is no ledger that can be used."""
    source = Source.of(env.config)
    try:
        return [source.standing(transcript) for transcript in sorted(pages(env))] if source else []
    except LedgerError:
        return []  # said of every page already


def _table(rows: Sequence[nodes.row]) -> nodes.table:
    group = nodes.tgroup("", *(nodes.colspec(colwidth=width) for width in _WIDTHS), cols=len(_COLUMNS))
    group += nodes.thead("", _row(*_COLUMNS))
    group += nodes.tbody("", *rows)
    return nodes.table("", group, classes=["played-report", "colwidths-given"])


def _row(*cells: str | nodes.Element, ids: Sequence[str] = ()) -> nodes.row:
    contents = [nodes.paragraph("", cell) if isinstance(cell, str) else cell for cell in cells]
    contents[0]["ids"] = list(ids)  # HTML writers drop the ids of a row
    return nodes.row("", *(nodes.entry("", content) for content in contents))


def rewrite_report(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """What is about all pages, every build writes anew."""
    return [docname for docname, data in env.metadata.items() if ABOUT_ALL_PAGES in data]


def write_json(app: Sphinx, failure: Exception | None) -> None:
    """The report for programs: ``verified.json`` beside the pages."""
    if failure is not None or not builder.writes_a_site(app.builder) or not app.config.played_ledger:
        return
    shown_on = pages(app.env)
    tables = {
        one.transcript: {"pages": shown_on[one.transcript], "passed": [asdict(entry) for entry in one.valid]}
        for one in standings(app.env)
    }
    text = json.dumps(tables, indent=1, sort_keys=True) + "\n"
    Path(app.outdir, "verified.json").write_text(text, encoding="utf-8")


def register(app: Sphinx) -> None:
    """Add the directive; a node that is left over is shown by no builder."""
    app.add_node(verification_report)
    app.add_directive("verification-report", VerificationReport)
    app.add_post_transform(FillReport)
    app.connect("env-updated", rewrite_report)
    app.connect("build-finished", write_json)
