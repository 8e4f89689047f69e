"""No highlighted text of the site can be taken out of an example without failing the build."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

import rfg.option
from rfg import phrases

ROOT = Path(__file__).parents[1]
Use = tuple[tuple[phrases.Phrase, ...], list[str]]


@pytest.fixture(scope="module")
def uses(tmp_path_factory: pytest.TempPathFactory) -> list[Use]:
    """Every ``:rfg:`` option of the site, with the blocks that it is about; the site is read once."""
    seen: list[Use] = []
    find = phrases.find

    def note(wanted: Sequence[phrases.Phrase], texts: list[str]) -> phrases.Found:
        if wanted:
            seen.append((tuple(wanted), texts))
        return find(wanted, texts)

    out = tmp_path_factory.mktemp("site")
    warnings = StringIO()
    with pytest.MonkeyPatch.context() as patch, patch_docutils(str(ROOT)), docutils_namespace():
        patch.setattr(rfg.option.phrases, "find", note)
        app = Sphinx(ROOT / "docs", ROOT, out, out / "doctrees", "dummy", status=None, warning=warnings)
        app.build()
    assert warnings.getvalue() == ""
    return seen


def without(texts: list[str], number: int, span: phrases.Span) -> list[str]:
    changed = list(texts)
    changed[number] = texts[number][: span[0]] + texts[number][span[1] :]
    return changed


def test_every_highlight_fails_without_its_text(uses: list[Use]) -> None:
    removed = 0
    for wanted, texts in uses:
        for phrase in wanted:
            for number, spans in enumerate(phrases.find([phrase], texts).spans):
                for span in spans:
                    assert phrases.find([phrase], without(texts, number, span)).missing, (phrase, texts)
                    removed += 1
    assert removed >= 400


def test_the_whole_build_fails_and_fails_again(uses: list[Use], tmp_path: Path) -> None:
    """That it fails again is the extension's doing, not the Makefile's (sphinx#725)."""
    site = tmp_path / "site"
    shutil.copytree(
        ROOT, site, ignore=shutil.ignore_patterns("__pycache__", "_build", ".*_cache", ".venv", ".git")
    )
    highlighted = {texts[0]: wanted[0].text for wanted, texts in uses if len(texts) == 1}
    file = next(file for file in (site / "examples").rglob("Dockerfile") if file.read_text() in highlighted)
    text = file.read_text()
    file.write_text(text.replace(highlighted[text], ""))
    build = [
        sys.executable,
        "-m",
        "sphinx",
        "-M",
        "dummy",
        "docs",
        "_build",
        "-c",
        ".",
        "-q",
        "-n",
        "-W",
        "--keep-going",
    ]
    for _ in range(2):
        done = subprocess.run(build, cwd=site, capture_output=True, text=True)
        assert done.returncode == 1, done.stderr
        assert "the text to emphasise" in done.stderr
    file.write_text(text)
    assert subprocess.run(build, cwd=site, capture_output=True, text=True).returncode == 0
