"""The statement that closes a page: what its commands were verified against.

It comes from the ledger. A transcript that has no entry for what it is now is a warning, so that a page which was
not played cannot be published under ``-W``. A draft may be built all the same; it says on its face what it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.errors import ConfigError
from sphinx.util import logging

from played.standing import LedgerError, Source, Standing, check, host
from rfg.builder import writes_a_site

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment
    from sphinx.writers.html5 import HTML5Translator

_logger = logging.getLogger(__name__)

TRANSCRIPTS = "played_transcripts"
"""Attribute of the container of shown steps: the transcripts (``FOLDER/NAME.console``) that they are from."""

STATEMENT = "played-statement"
"""Metadata of a page: the transcripts that it shows, and a digest of what was said of them."""

MARKER = "DRAFT"  # file in the output folder of a draft
DRAFT = "This is a draft: it shows commands that have not been played since they were changed."


class proof_link(nodes.inline):
    """Text that leads to a folder's rows of the report, in HTML."""


class proof_mark(nodes.comment):
    """The link to the report that a block of a terminal bears. A comment, since only HTML has a place for it."""


def state(app: Sphinx, doctree: nodes.document) -> None:
    """Close a page with what it was verified against; without that: no marks, but a warning or a banner.

    A ledger that cannot be used proves nothing; that is said once, and of a draft too.
    """
    source = Source.of(app.config)
    shown = _shown(doctree)
    if source is None or not shown:
        return
    try:
        standings = [source.standing(transcript) for transcript in shown]
        warnings = [] if app.config.played_draft else [one for one in standings if one.problem]
        told = [(one.problem, source.examples / one.transcript) for one in warnings]
    except LedgerError as error:
        standings = [Standing(transcript, (), str(error)) for transcript in shown]
        told = [(str(error), source.ledger)]
    app.env.metadata[app.env.docname][STATEMENT] = (shown, _digest(standings))
    page = next(iter(doctree.findall(nodes.section)), doctree)
    problems = [one for one in standings if one.problem]
    for message, path in told:
        _warn(message, f"{path}:1")
    if problems:
        app.env.note_reread()
        for mark in list(doctree.findall(proof_mark)):
            mark.parent.remove(mark)
    if problems and app.config.played_draft:
        page.insert(1, nodes.warning("", nodes.paragraph("", DRAFT), classes=["played-draft"]))
    if any(one.valid for one in standings):
        page.append(_statement(app, standings))


def _shown(doctree: nodes.document) -> list[str]:
    names: list[str] = []
    for box in doctree.findall(nodes.container):
        names += box.get(TRANSCRIPTS, [])
    return list(dict.fromkeys(names))


def _warn(message: str, location: str) -> None:
    _logger.warning("%s", message, location=location, type="played", subtype="ledger")


def _digest(standings: Sequence[Standing]) -> str:
    return repr([(one.problem, [entry.seal for entry in one.valid]) for one in standings])


def _statement(app: Sphinx, standings: Sequence[Standing]) -> nodes.container:
    passed: dict[tuple[str, str], Counter[str]] = {}
    for one in standings:
        for entry in one.valid:
            commands = passed.setdefault((host(app.config, entry), entry.passed), Counter())
            commands[one.transcript.rpartition("/")[0]] += entry.commands
    items = [
        nodes.list_item("", nodes.paragraph("", "", *_sentence(*where, commands, app.config.played_report)))
        for where, commands in passed.items()
    ]
    return nodes.container(
        "", nodes.rubric("", "Verified"), nodes.bullet_list("", *items), classes=["played-verified"]
    )


def _sentence(host: str, passed: str, commands: Counter[str], report: str) -> Iterator[nodes.Node]:
    """On one kind of host on one day: how many commands of which folders, with links if there is a report."""
    for number, (folder, count) in enumerate(sorted(commands.items())):
        yield nodes.Text(f", {count} of " if number else f"{count} commands of ")
        yield proof_link("", folder, folder=folder) if report else nodes.Text(folder)
    yield nodes.Text(f" passed on {host}, on ")
    yield day(passed)
    yield nodes.Text(".")


def day(date: str) -> nodes.inline:
    """A date, which no line ends in."""
    return nodes.inline("", date, classes=["played-day"])


def outdated(
    app: Sphinx, env: BuildEnvironment, _added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """The pages of which the ledger says something else than when they were read."""
    source = Source.of(app.config)
    if source is None:
        return []
    source.look()
    found = []
    for docname, data in env.metadata.items():
        if STATEMENT in data and docname not in changed | removed:
            shown, before = data[STATEMENT]
            try:
                now = _digest([source.standing(transcript) for transcript in shown])
            except LedgerError:
                now = ""
            if now != before:
                found.append(docname)
    return found


def look_for_report(app: Sphinx, env: BuildEnvironment, _docnames: list[str]) -> None:
    """Without the page every block would lead nowhere."""
    report = app.config.played_report
    if report and report not in env.found_docs:
        _warn(
            f"there is no page {report!r} for played_report; name one as in a toctree", f"{app.confdir}/conf.py:1"
        )


def anchor(folder: str) -> str:
    """The id of a folder's row in the report."""
    return nodes.make_id(f"verified-{folder}")


def visit_link(translator: HTML5Translator, node: proof_link) -> None:
    translator.body.append(f'<a class="reference internal" href="{_address(translator, node)}">')


def depart_link(translator: HTML5Translator, _node: proof_link) -> None:
    translator.body.append("</a>")


def visit_mark(translator: HTML5Translator, node: proof_mark) -> None:
    translator.body.append(f'<p class="played-proof"><a href="{_address(translator, node)}">played</a></p>')
    raise nodes.SkipNode


def _address(translator: HTML5Translator, node: nodes.Element) -> str:
    builder = translator.builder
    address = builder.get_relative_uri(builder.current_docname, translator.config.played_report)
    return f"{address}#{anchor(node['folder'])}"


def no_index(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    """Search engines are to pass over a draft."""
    if app.config.played_draft:
        context["metatags"] = context.get("metatags", "") + '<meta name="robots" content="noindex">'


def mark_draft(app: Sphinx, failure: Exception | None) -> None:
    """Leave a marker beside the pages of a draft, for those who publish."""
    if failure is not None or not writes_a_site(app.builder):
        return
    marker = Path(app.outdir, MARKER)
    marker.unlink(missing_ok=True)
    if app.config.played_draft:
        marker.write_text(f"{DRAFT}\n", encoding="utf-8")


def locate(app: Sphinx, config: Config) -> None:
    """Paths are given from the folder of ``conf.py``; texts with a field that nothing fills in are found here."""
    check(config)
    if config.played_ledger:
        config.played_ledger = str(Path(app.confdir, config.played_ledger))
    config.played_recipes = [str(Path(app.confdir, recipe)) for recipe in config.played_recipes]
    for recipe in config.played_recipes:
        if not Path(recipe).exists():
            raise ConfigError(f"conf.py: played_recipes: there is no {recipe}; name what is there")


def register(app: Sphinx) -> None:
    """Tell Sphinx about configuration, nodes and events."""
    app.add_config_value("played_ledger", "", "env", str, "the file of what passed where and when")
    app.add_config_value("played_recipes", [], "env", list, "files and folders that say what the host is")
    app.add_config_value("played_report", "", "env", str, "the page with the verification report")
    app.add_config_value("played_fact_labels", {}, "env", dict, "the words for facts about a host")
    app.add_config_value("played_hint", "pytest --chapter {folder}", "env", str, "the command that plays a folder")
    app.add_config_value("played_draft", False, "env", bool, "whether to build what has not been played")
    app.add_node(proof_link, html=(visit_link, depart_link))
    app.add_node(proof_mark, html=(visit_mark, None))
    app.connect("config-inited", locate)
    app.connect("doctree-read", state)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", look_for_report)
    app.connect("html-page-context", no_index)
    app.connect("build-finished", mark_draft)
