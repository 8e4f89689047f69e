"""The page of the first chapter and the script that follows it say the same."""

from __future__ import annotations

import re
from pathlib import Path

from played import format
from tests.new_chapter import TEMPLATES

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/contributing/first-chapter.rst").read_text()
SCRIPT = (ROOT / "tests/newcomer.sh").read_text()


def written(name: str) -> str:
    """What the script writes into a file of the chapter."""
    found = re.search(rf"/{re.escape(name)}\" <<'EOF'\n(.*?)^EOF$", SCRIPT, re.MULTILINE | re.DOTALL)
    assert found, name
    return found[1]


def test_the_files_are_those_of_the_page() -> None:
    lines = [line for line in written("steps.console").splitlines() if line]
    assert re.findall(r"^   \* - ``(.*)``$", PAGE, re.MULTILINE) == lines
    assert re.findall(r"^\| ``(.*)``$", PAGE, re.MULTILINE) == written("greeting/Dockerfile").splitlines()
    assert 'echo "Good morning."' in SCRIPT
    assert "*Good morning.*" in PAGE


def test_the_commands_are_those_of_the_page() -> None:
    typed = set(re.findall(r"make (?:new|test|record|html|lint)(?: CHAPTER=16-a-greeting)?", SCRIPT))
    assert typed <= set(re.findall(r"``(make [^`]*)``", PAGE))


def test_the_numbers_differ_as_the_page_says() -> None:
    begun = format.load(TEMPLATES / "steps.console")
    mended = format.parse(written("steps.console").replace("biuld", "build"), Path("steps.console"))
    counts = [sum(len(step.commands) for step in one.steps) for one in (begun, mended)]
    assert counts == [4, 5]
    assert len(begun.steps) == len(mended.steps)
    assert "there are five commands now, and ``examples/expected.toml`` says four" in " ".join(PAGE.split())


def test_what_the_script_changes_in_the_page_is_there() -> None:
    page = (TEMPLATES / "page.rst").read_text()
    changed = re.findall(r"-e 's/\^?(.*?)/", SCRIPT)
    assert len(changed) == 4
    assert [text for text in changed if text.replace("\\", "") not in page] == []
