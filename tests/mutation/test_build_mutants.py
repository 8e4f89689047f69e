"""A site with one small mistake in its sources does not build; each mistake is made in a copy of the real one."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.console import strip_colors  # type: ignore[attr-defined]
from sphinx.util.docutils import docutils_namespace, patch_docutils

from tests.commands import ROOT
from tests.mutation import results

CHAPTER = "04-deleting-an-image"
STEPS = f"examples/{CHAPTER}/steps.console"
PAGE = f"docs/workshop/{CHAPTER}.rst"
LEDGER = "examples/ledger.json"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project that has been built once."""
    root = tmp_path_factory.mktemp("site")
    for name in ("conf.py", "pyproject.toml", "docs", "examples", "tests/rows", "tests/lab"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, root / name)
    warnings = build(root)
    assert not warnings
    return root


def build(root: Path) -> str:
    """The warnings of an incremental build; each of them is an error in ``make html``."""
    warning = StringIO()
    with patch_docutils(str(root)), docutils_namespace():
        app = Sphinx(
            root / "docs", root, root / "out", root / "doctrees", "dummy", {"nitpicky": True}, StringIO(), warning
        )
        app.build()
    return strip_colors(warning.getvalue())


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        text = (root / name).read_text()
        assert old in text, f"{name} has no {old!r}"
        (root / name).write_text(text.replace(old, new, 1))

    return change


def renamed(name: str) -> Callable[[Path], None]:
    return lambda root: (root / name).rename(root / f"{name}.other")


def in_ledger(change: Callable[[dict[str, dict[str, dict[str, str]]]], object]) -> Callable[[Path], None]:
    def rewrite(root: Path) -> None:
        tables = json.loads((root / LEDGER).read_text())
        change(tables)
        (root / LEDGER).write_text(json.dumps(tables))

    return rewrite


def _other_hash(tables: dict[str, dict[str, dict[str, str]]]) -> None:
    for entry in tables[f"{CHAPTER}/steps.console"].values():
        entry["hash"] = "0" * 64


def _first_step() -> str:
    found = re.search(r"^\.\. transcript:: ([a-z0-9-]+)", (ROOT / PAGE).read_text(), re.MULTILINE)
    assert found
    return found[1]


MUTANTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "highlighted part": (replaced(STEPS, "CACHED", "KEPT"), "the text to emphasise is not in the code"),
    "step name": (replaced(STEPS, f"#: step {_first_step()}\n", "#: step other\n"), "there is no step"),
    "renamed file": (renamed("examples/apps/web1/app.py"), "cannot be read"),
    "renamed transcript": (renamed(STEPS), "there is no step"),
    "block typed by hand": (
        replaced(PAGE, "\n\n", "\n\n.. code-block:: console\n\n   $ docker image rm web1\n\n"),
        "this block is typed into the page",
    ),
    "hash in the ledger": (in_ledger(_other_hash), "was changed by hand"),
    "entry of the ledger": (in_ledger(lambda tables: tables.pop(f"{CHAPTER}/steps.console")), "never been played"),
    "changed command": (replaced(STEPS, "image rm web1:1.0", "image rm web1:1.1"), "has changed since it passed"),
    "changed output": (replaced(STEPS, "Untagged: web1:1.0", "Untagged: web1:1.1"), "has changed since it passed"),
    "changed application": (
        replaced("examples/apps/web1/Dockerfile", "WORKDIR /app", "WORKDIR /ap"),
        "has changed",
    ),
    "changed recipe": (
        replaced("tests/lab/compose.yaml", "mem_limit: 5g", "mem_limit: 4g"),
        "has changed since it",
    ),
    "emptied transcript": (lambda root: (root / STEPS).write_text(""), "steps.console:1: "),
    "skipped chapter": (lambda root: shutil.rmtree(root / f"examples/{CHAPTER}"), "there is no folder examples/"),
}


@pytest.mark.parametrize("kind", MUTANTS)
def test_a_mutant_is_caught_by_the_build(kind: str, site: Path) -> None:
    change, message = MUTANTS[kind]
    for folder in ("docs", "examples", "tests"):
        shutil.copytree(site / folder, site / "kept" / folder)
    try:
        change(site)
        warnings = build(site)
    finally:
        for folder in ("docs", "examples", "tests"):
            shutil.rmtree(site / folder)
            shutil.move(site / "kept" / folder, site / folder)
    caught = message in warnings
    results.keep(
        f"build-{kind}", name=kind, kind="build", outcome="caught" if caught else "survived", by=warnings[:300]
    )
    assert caught, warnings


def test_the_copy_builds_again_when_every_mistake_is_taken_back(site: Path) -> None:
    assert build(site) == ""
