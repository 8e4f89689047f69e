"""The directive ``powershell-rules``: the table of :mod:`shell_tabs.rules`, as it is."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from shell_tabs.rules import NO_EQUIVALENT, RULES


class PowerShellRules(SphinxDirective):
    """``.. powershell-rules::`` – every rule with its example and its reference.

    With ``:missing:`` it is the programs without an equivalent, and why.
    """

    option_spec = {"missing": lambda argument: True}  # noqa: RUF012  # the base class declares it so

    def run(self) -> list[nodes.Node]:
        if "missing" in self.options:
            items = [
                nodes.list_item("", nodes.paragraph("", "", _code(program), nodes.Text(f" – {reason}")))
                for program, reason in sorted(NO_EQUIVALENT.items())
            ]
            return [nodes.bullet_list("", *items)]
        rows = [
            _row(
                _reference(rule.subject, rule.reference),
                _example(rule.shell),
                nodes.paragraph("", "the same") if rule.powershell == rule.shell else _example(rule.powershell),
            )
            for rule in RULES
        ]
        head = _row(*(nodes.paragraph("", text) for text in ("Rule", "Shell", "PowerShell")))
        group = nodes.tgroup("", *(nodes.colspec(colwidth=width) for width in (20, 40, 40)), cols=3)
        group += [nodes.thead("", head), nodes.tbody("", *rows)]
        return [nodes.table("", group, classes=["colwidths-given"])]


def _row(*cells: nodes.Node) -> nodes.row:
    return nodes.row("", *(nodes.entry("", cell) for cell in cells))


def _reference(text: str, target: str) -> nodes.paragraph:
    return nodes.paragraph("", "", nodes.reference("", text, refuri=target))


def _code(text: str) -> nodes.literal:
    return nodes.literal(text, text)


def _example(text: str) -> nodes.line_block:
    return nodes.line_block("", *(nodes.line("", "", _code(line)) for line in text.split("\n")))
