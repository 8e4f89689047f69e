"""The directive ``cheat-sheet``: what one wants to do, and the command that was played for it.

Each line of its content names a step, ``:2`` where its second command is meant, and says in words what it is for::

    .. cheat-sheet::

       06-running-containers/detached Run in the background
       07-watching-and-restarting-containers/stop-sooner:2 Stop within a second

A command is never typed here: it comes out of the transcript, so the sheet cannot hold one that was not played.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes

from played.format import Step
from played.page import ExamplesDirective, UnusableError
from played.verified import TRANSCRIPTS
from rfg import writers

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"


class CheatSheet(ExamplesDirective):
    """``.. cheat-sheet::`` with lines of ``FOLDER/STEP WORDS``."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        rows = []
        self._used: dict[str, None] = {}
        for line in self.content:
            word, _, purpose = line.strip().partition(" ")
            if not word:
                continue
            try:
                rows.append(self._row(self._command(word), purpose.strip()))
            except UnusableError as error:
                self.warn(error)
        if not rows:
            return []
        box = nodes.container("", self._table(rows))
        box[TRANSCRIPTS] = list(self._used)  # what was not played since it changed is not for this page either
        return [box]

    def _command(self, word: str) -> str:
        place, _, number = word.partition(":")
        folder, _, name = place.rpartition("/")
        for transcript in self.transcripts(folder):
            for step in transcript.steps:
                if step.name == name:
                    self.depend_on(transcript.path)
                    self._used[transcript.path.relative_to(self.examples.root).as_posix()] = None
                    return _played(step, int(number or 1) if number.isdigit() or not number else 0)
        raise UnusableError(f"there is no step {word!r}; write FOLDER/STEP and what the command is for")

    def _row(self, command: str, purpose: str) -> nodes.row:
        if not purpose:
            raise UnusableError(f"say in words what {command!r} is for, after the name of the step")
        literal = nodes.literal(command, command, language="transcript-command", classes=["code"])
        cells = (nodes.paragraph(purpose, purpose), nodes.paragraph("", "", literal))
        return nodes.row("", *(nodes.entry("", cell) for cell in cells))

    def _table(self, rows: list[nodes.row]) -> nodes.table:
        widths = (nodes.colspec(colwidth=40), nodes.colspec(colwidth=60))
        head = [nodes.entry("", nodes.paragraph(text, text)) for text in ("You want to", "Type")]
        group = nodes.tgroup(
            "", *widths, nodes.thead("", nodes.row("", *head)), nodes.tbody("", *rows), cols=len(widths)
        )
        table = nodes.table("", group, classes=["cheat-sheet", "colwidths-given"])
        self.set_source_info(table)
        return table


def _played(step: Step, number: int) -> str:
    """One command of a step, on one line.

    Raises:
        UnusableError: where there is none, or nobody has seen it work.
    """
    turns = [turn for turn in step.turns if turn.command is not None]
    if not 1 <= number <= len(turns):
        raise UnusableError(
            f"step {step.name!r} has {len(turns)} commands; after a colon stands the number of one"
        )
    turn = turns[number - 1]
    if step.not_played is not None or turn.status or turn.command is None:
        raise UnusableError(
            f"command {number} of step {step.name!r} is not played, or it fails; choose another one"
        )
    return " ".join(turn.command.replace("\\\n", " ").split())


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive and its style sheet."""
    app.setup_extension("played.sphinx_extension")
    app.add_directive("cheat-sheet", CheatSheet)
    writers.ship_style_sheet(app, Path(__file__).parent / "cheat_sheet.css")
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
