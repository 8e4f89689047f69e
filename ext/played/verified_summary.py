"""The directive ``verified-summary``: in lines, on what and when the commands of all pages have passed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from played.ledger import Entry
from played.standing import host
from played.verification_report import ABOUT_ALL_PAGES, standings
from played.verified import day


class verified_summary(nodes.General, nodes.Element):
    """Where the lines will stand."""


class VerifiedSummary(SphinxDirective):
    """``.. verified-summary::`` – takes nothing, and shows nothing where nothing has passed."""

    def run(self) -> list[nodes.Node]:
        self.env.metadata[self.env.docname][ABOUT_ALL_PAGES] = True
        return [verified_summary()]


class FillSummary(SphinxPostTransform):
    """Puts the lines in their place when all pages have been read."""

    default_priority = 5

    def run(self, **_options: object) -> None:
        for place in list(self.document.findall(verified_summary)):
            entries = [entry for standing in standings(self.env) for entry in standing.valid]
            items = [nodes.list_item("", nodes.paragraph("", "", *line)) for line in lines(self.config, entries)]
            place.replace_self(nodes.bullet_list("", *items) if items else [])


def lines(config: Config, entries: Iterable[Entry]) -> Iterator[list[nodes.Node]]:
    """One for each host, that with the most commands first."""
    hosts: dict[str, list[Entry]] = {}
    for entry in entries:
        hosts.setdefault(host(config, entry), []).append(entry)
    totals = [(sum(one.commands for one in of), name, max(one.passed for one in of)) for name, of in hosts.items()]
    for commands, name, last in sorted(totals, key=lambda total: (-total[0], total[1])):
        yield [nodes.Text(f"{name}: {commands:,} commands passed, the last on "), day(last)]


def register(app: Sphinx) -> None:
    """Add the directive; a node that is left over is shown by no builder."""
    app.add_node(verified_summary)
    app.add_directive("verified-summary", VerifiedSummary)
    app.add_post_transform(FillSummary)
