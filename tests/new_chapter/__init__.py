"""Begins a chapter: a page and a transcript that already play, and their numbers in ``examples/expected.toml``."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from played import format

TEMPLATES = Path(__file__).parent
_NAME = re.compile(r"(\d\d)-[a-z0-9]+(-[a-z0-9]+)*")


class NotPossibleError(Exception):
    """A chapter that cannot be begun; the message says what to do."""


def begin(root: Path, name: str) -> tuple[Path, Path]:
    """Write the chapter's page and transcript.

    Returns:
        The page and the transcript.

    Raises:
        NotPossibleError: for a name that is none, and for one whose page, folder or number is taken.
    """
    pages, examples = root / "docs" / "workshop", root / "examples"
    taken = sorted({path.stem[:2]: path.stem for path in pages.glob("[0-9][0-9]-*.rst")}.items())
    after = f"{int(taken[-1][0]) + 1 if taken else 1:02}"
    if (found := _NAME.fullmatch(name)) is None:
        what = f"CHAPTER={name} is no name of a chapter" if name else "which chapter?"
        raise NotPossibleError(
            f"{what}: write two digits and small letters, digits and hyphens, such as CHAPTER={after}-my-topic"
        )
    page, folder = pages / f"{name}.rst", examples / name
    for path in (page, folder):
        if path.exists():
            raise NotPossibleError(
                f"{path.relative_to(root)} is there already; choose another name, or change that"
            )
    if found[1] in dict(taken):
        raise NotPossibleError(
            f"{found[1]} is the number of {dict(taken)[found[1]]}; the next free one is {after}"
        )
    words = {
        "NN-SLUG": name,
        "TITLE": title(name),
        "UNDERLINE": "=" * len(title(name)),
        "ALPINE": _alpine(examples / "versions.toml"),
    }
    folder.mkdir()
    transcript = folder / "steps.console"
    for template, target in (("steps.console", transcript), ("page.rst", page)):
        text = (TEMPLATES / template).read_text(encoding="utf-8")
        for word, meaning in words.items():
            text = text.replace(word, meaning)
        target.write_text(text, encoding="utf-8")
    expected = examples / "expected.toml"
    numbers = section(name, format.load(transcript))
    expected.write_text(inserted(expected.read_text(encoding="utf-8"), name, numbers), encoding="utf-8")
    return page, transcript


def title(name: str) -> str:
    """``Names and tags`` for ``16-names-and-tags``."""
    return name[3:].replace("-", " ").capitalize()


def section(name: str, transcript: format.Transcript) -> str:
    """The numbers of a transcript as ``examples/expected.toml`` has them."""
    commands = sum(len(step.commands) for step in transcript.steps)
    return f'["{name}"]\nsteps = {len(transcript.steps)}\ncommands = {commands}\nnot-played = []\n'


def inserted(text: str, name: str, numbers: str) -> str:
    """The text with one more section, in the order of the names."""
    for found in re.finditer(r'^\["?([^"\]]+)"?\]$', text, re.MULTILINE):
        if found[1] > name:
            return f"{text[: found.start()]}{numbers}\n{text[found.start() :]}"
    return f"{text.rstrip()}\n\n{numbers}" if text.strip() else numbers


def _alpine(versions: Path) -> str:
    """The small image that chapters use."""
    images = tomllib.loads(versions.read_text(encoding="utf-8"))["images"]
    return next(image for image in images if image.startswith("alpine:"))
