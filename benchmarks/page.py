"""A Sphinx extension, the directive ``benchmark``: the figures of one benchmark, from ``results.json``.

``.. benchmark:: echo`` shows its goals and what was measured, each as a table, and how the figures were taken.
No number is typed into the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

import played
from benchmarks import NAMES
from benchmarks.result import KEPT, Result, kept, number

_GOALS = ("Goal", "Found", "At most", "Outcome")
_SPACE = "\N{NO-BREAK SPACE}"
_ROWS = ("Of", "What", "Median", "Smallest and largest", "Times the first")


class Benchmark(SphinxDirective):
    """``.. benchmark:: NAME``"""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(KEPT))
        name = self.arguments[0]
        if name not in NAMES:
            raise self.error(f"there is no benchmark {name!r}; they are {', '.join(NAMES)}")
        result = kept().get(name)
        if result is None:
            command = f"make bench BENCH={name} SAVE=1"
            taking = nodes.literal(command, command)
            return [
                nodes.paragraph(
                    "", "", nodes.Text("There are no figures yet; take them with "), taking, nodes.Text(".")
                )
            ]
        goals = [_goals(result)] if result.goals else []
        return [*goals, *_missed(result), _rows(result), _taken(result)]


def _goals(result: Result) -> nodes.table:
    return _table(
        _GOALS,
        (
            (goal.what, _measured(goal.value, goal.unit), number(goal.limit), "met" if goal.met else "missed")
            for goal in result.goals
        ),
        (56, 16, 13, 15),
    )


def _missed(result: Result) -> list[nodes.Node]:
    """What is known of the goals that are missed."""
    items = [
        nodes.list_item("", nodes.paragraph("", f"{goal.what}: {goal.why}"))
        for goal in result.goals
        if not goal.met and goal.why
    ]
    return [nodes.bullet_list("", *items)] if items else []


def _rows(result: Result) -> nodes.table:
    before = ""
    cells = []
    for row, ratio in result.table():
        group = row.group if row.group != before else ""
        cells.append((group, row.name, _measured(row.median, row.unit), row.spread, ratio.replace(" ", _SPACE)))
        before = row.group
    return _table(_ROWS, cells, (23, 28, 14, 19, 16))


def _measured(value: float, unit: str) -> str:
    return f"{number(value)}{_SPACE}{unit}"


def _taken(result: Result) -> nodes.field_list:
    fields = [
        nodes.field("", nodes.field_name("", key.capitalize()), nodes.field_body("", nodes.paragraph("", value)))
        for key, value in result.taken.items()
    ]
    return nodes.field_list("", *fields)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> nodes.table:
    group = nodes.tgroup("", *(nodes.colspec(colwidth=width) for width in widths), cols=len(widths))
    group += nodes.thead("", _row(head))
    group += nodes.tbody("", *map(_row, rows))
    return nodes.table("", group, classes=["colwidths-given"])


def _row(cells: Sequence[str]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", cell)) for cell in cells))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.add_directive("benchmark", Benchmark)
    return {"version": played.__version__, "parallel_read_safe": True, "parallel_write_safe": True}
