"""The reference names everything that the extensions offer, and nothing that they do not."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from docutils.parsers.rst import directives, roles
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from played import fold, format
from played.directive_example import Example
from played.directive_transcript import TranscriptSteps

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
EXT = ROOT / "ext"
REFERENCE = (DOCS / "reference/directives.rst").read_text()
FORMAT = (DOCS / "contributing/transcript-format.rst").read_text()


def section(title: str) -> str:
    """The text under a heading, up to the next heading of the same rank."""
    found = re.search(rf"^{title}\n-+\n(.*?)(?=^[^\n]+\n-+\n|\Z)", REFERENCE, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def terms(text: str, start: str = "") -> set[str]:
    """What a definition list defines, where it starts with some text."""
    lines = [line for line in text.splitlines() if line.startswith("``") and line.endswith("``")]
    return {term for line in lines for term in re.findall(r"``([^`]+)``", line) if term.startswith(start)}


@pytest.mark.parametrize(
    ("directive", "title"), [(TranscriptSteps, "A step of a transcript"), (Example, "A file")]
)
def test_every_option_of_a_directive(directive: type[Example | TranscriptSteps], title: str) -> None:
    assert terms(section(title), ":") == {f":{option}:" for option in directive.option_spec}


EXTENSIONS = sorted({path.parent.name for path in EXT.glob("*/__init__.py")} - {"played"})
"""Those beside ``played.sphinx_extension``."""


def test_every_directive_role_and_setting(tmp_path: Path) -> None:
    (tmp_path / "index.rst").write_text("x\n=\n")
    with patch_docutils(str(tmp_path)), docutils_namespace():
        app = Sphinx(tmp_path, None, tmp_path / "o", tmp_path / "d", "dummy", status=None, warning=StringIO())
        app.setup_extension("sphinx_tabs.tabs")
        tables = (directives._directives, roles._roles, app.config.values)
        before = [set(table) for table in tables]
        for extension in ("played.sphinx_extension", *EXTENSIONS):
            app.setup_extension(extension)
        new = [set(table) - known for table, known in zip(tables, before, strict=True)]
    shown = set(re.findall(r"\.\. ([a-z-]+)::", REFERENCE))
    assert new[0] == shown - {"code-block", "rst-class", "table", "tabs"}  # of others
    assert new[1] == set(re.findall(r":([a-z]+):`(?!`)", REFERENCE)) - {"doc", "ref"}
    of_sphinx = terms(REFERENCE.replace(section("pytest"), ""))
    assert new[2] == {term for term in of_sphinx if re.fullmatch(r"[a-z]+(_[a-z]+)+", term)}


def test_every_option_and_setting_of_pytest(pytester: pytest.Pytester) -> None:
    said = pytester.runpytest_inprocess("-p", "played.pytest_plugin", "--help").stdout.str()
    group = re.search(r"^transcripts of a terminal:\n(.*?)\n\n", said, re.MULTILINE | re.DOTALL)
    assert group
    options = re.findall(r"^ +(--[a-z-]+)(?:[ =](\S+))?", group[1], re.MULTILINE)
    assert {f"{name} {value}".strip() for name, value in options} == terms(section("pytest"), "--")
    assert set(re.findall(r"^ +(played_\w+) ", said, re.MULTILINE)) == terms(section("pytest"), "played_")


def test_every_value_that_is_folded() -> None:
    rows = re.findall(r"^   \* - ``‹(\w+)›``\n     - (.+)$", FORMAT, re.MULTILINE)
    assert rows == [(rule.kind, rule.meaning) for rule in fold.TABLE]


def test_every_marker_and_key() -> None:
    rows = set(re.findall(r"^ +\* - ``#: ([a-z-]+)", FORMAT, re.MULTILINE))
    assert (rows | {"step"}) - {"word"} == set(format.MARKERS)
    assert "``#: step NAME``" in FORMAT
    for key in format.KEYS:
        assert f"``{key}``" in FORMAT
