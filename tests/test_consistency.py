"""One key joins page, example folder and expected numbers; every step is shown or hidden."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from played import format

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
EXAMPLES = ROOT / "examples"
CHAPTERS = sorted(path.parent.name for path in EXAMPLES.glob("[0-9]*-*/steps.console"))
FOLDERS = sorted({path.parent.name for path in EXAMPLES.rglob("*.console")})
PAGES = sorted(DOCS.rglob("*.rst"))
VERSIONS = tomllib.loads((EXAMPLES / "versions.toml").read_text())
EXPECTED = tomllib.loads((EXAMPLES / "expected.toml").read_text())

_DIRECTIVE = re.compile(r"^( *)\.\. (transcript|example|engine-state):: *(.*)$")
# A sample of markup, or a comment: what stands below is not shown as what it says.
_UNSEEN = re.compile(r"^( *)\.\.(?: code-block:: rst| (?!\S+::|_|\[|\|).*)?$")
_IMAGE = re.compile(
    r"(?<![\w./-])(?:python|redis|nginx|postgres|alpine|debian|busybox|httpd|node):(?!\d{4,5}\b)\w[\w.-]*\w"
)


def directives(page: Path, name: str) -> Iterator[str]:
    """The arguments of every ``name`` directive of a page, those on its following lines included."""
    lines = list(seen(page.read_text().splitlines()))
    for number, line in enumerate(lines):
        found = _DIRECTIVE.match(line)
        if found is None or found[2] != name:
            continue
        argument = [found[3]]
        for following in lines[number + 1 :]:
            if not following.strip() or following.lstrip().startswith(":"):
                break
            argument.append(following.strip())
        yield " ".join(argument)


def seen(lines: list[str]) -> Iterator[str]:
    """The lines without samples of markup and comments."""
    unseen = -1  # the indentation of the one that the lines stand below
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        indentation = len(line) - len(line.lstrip())
        if line.strip() and indentation <= unseen:
            unseen = -1
        if unseen < 0:
            yield line
            found = _UNSEEN.match(line)
            if found and (line.strip() != ".." or following.strip()):  # alone it is an empty comment
                unseen = len(found[1])


def test_samples_and_comments_show_no_step(tmp_path: Path) -> None:
    page = tmp_path / "page.rst"
    page.write_text(
        ".. transcript:: a\n   b\n\n.. code-block:: rst\n\n   .. transcript:: no\n\n.. note::\n\n   .. transcript:: c\n\n"
        "..\n   .. transcript:: no\n\n.. words\n   .. transcript:: no\n\n..\n\n   .. transcript:: d\n\n.. _e:\n\n"
        ".. transcript:: e\n"
    )
    assert list(directives(page, "transcript")) == ["a b", "c", "d", "e"]


def shown_steps() -> set[str]:
    """``folder/step`` of every step that a page shows."""
    return {
        word if "/" in word else f"{page.stem}/{word}"
        for page in PAGES
        for name in ("transcript", "engine-state")
        for argument in directives(page, name)
        for word in argument.split()
    }


def test_there_is_something_to_check() -> None:
    assert len(CHAPTERS) >= 4
    assert shown_steps()


def test_every_chapter_has_its_page_and_every_numbered_page_its_example() -> None:
    assert [path.stem for path in sorted((DOCS / "workshop").glob("[0-9]*.rst"))] == CHAPTERS


def test_the_expected_numbers_are_those_of_the_transcripts() -> None:
    assert sorted(EXPECTED) == FOLDERS
    for folder in FOLDERS:
        steps = [step for transcript in format.load_folder(EXAMPLES / folder) for step in transcript.steps]
        numbers = {
            "steps": len(steps),
            "commands": sum(len(step.commands) for step in steps),
            "not-played": [step.name for step in steps if step.not_played is not None],
        }
        assert numbers == EXPECTED[folder], f"examples/expected.toml, [{folder}]"


def test_every_step_is_shown_or_hidden() -> None:
    shown = shown_steps()
    lost = [
        f"{transcript.path.relative_to(ROOT)}:{step.line}: step {step.name!r} is neither shown nor hidden"
        for folder in FOLDERS
        for transcript in format.load_folder(EXAMPLES / folder)
        for step in transcript.steps
        if step.hidden is None and f"{folder}/{step.name}" not in shown
    ]
    assert not lost, "\n".join(lost)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_checkpoint_shows_what_the_reader_should_see(chapter: str) -> None:
    page = DOCS / "workshop" / f"{chapter}.rst"
    section = re.search(r"^Checkpoint\n-+\n(.*?)^Clean up\n-+$", page.read_text(), re.MULTILINE | re.DOTALL)
    assert section, f"{page.name} has no section Checkpoint before Clean up"
    shown = [
        word
        for found in re.findall(r"^\.\. transcript:: (.*)$", section[1], re.MULTILINE)
        for word in found.split()
    ]
    steps = {step.name: step for transcript in format.load_folder(EXAMPLES / chapter) for step in transcript.steps}
    assert any(step.not_played is None for step in map(steps.__getitem__, shown)), (
        f"{page.name}: show a played step under Checkpoint, so that readers see when they have it right"
    )


def test_the_landing_page_leads_to_every_chapter_and_says_how_long_it_takes() -> None:
    landing = (DOCS / "index.rst").read_text()
    for name in CHAPTERS:
        entry = f":doc:`workshop/{name}` · :minutes:`workshop/{name}`"
        assert landing.count(f"\n{entry}\n") == 1, (
            f"docs/index.rst: give the chapter one entry, with the line {entry}"
        )


def test_every_chapter_with_files_offers_them_as_one_archive() -> None:
    for chapter in CHAPTERS:
        steps = [
            step for one in format.load_folder(EXAMPLES / chapter) for step in one.steps if step.hidden is None
        ]
        copies = any(isinstance(action, format.Files) for step in steps for action in step.actions)
        offered = ".. chapter-files::" in (DOCS / "workshop" / f"{chapter}.rst").read_text()
        what = "offer its files with" if copies else "it copies no files, so leave out"
        assert copies == offered, f"docs/workshop/{chapter}.rst: {what} `.. chapter-files::`"


def image_names() -> Iterator[tuple[str, int, str]]:
    files = [path for path in EXAMPLES.rglob("*") if path.is_file() and path.parent != EXAMPLES]
    for path in [*files, *PAGES, ROOT / "README.md"]:
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            for found in _IMAGE.finditer(line):
                yield str(path.relative_to(ROOT)), number, found[0]


def test_every_image_tag_is_one_of_versions_toml() -> None:
    known = set(VERSIONS["images"]) | set(VERSIONS.get("named-only", {}))
    names = list(image_names())
    assert len(names) > 10
    unknown = [
        f"{path}:{line}: {name} is not in examples/versions.toml"
        for path, line, name in names
        if name not in known
    ]
    assert not unknown, "\n".join(unknown)
