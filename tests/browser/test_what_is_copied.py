"""What is copied is what was played: every copy button of the site against what the driver and the lab were given.

It needs the logs of a run, so it waits for the chapters that other workers still play.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from played import format, order
from played.fingerprint import fingerprint, of_recipes
from played.play_log import PlayLog, Typed
from played.tally import SHARE
from shell_tabs.rewrite import powershell
from shell_tabs.rules import NoEquivalentError
from tests.commands import EXAMPLES, ROOT
from tests.test_consistency import PAGES, directives

LOGS = ROOT / "_build" / "played"
RECIPES = ["examples/versions.toml", "tests/lab/compose.yaml", "tests/lab/images", "tests/lab/stand-ins"]
WAIT_LIMIT = 600  # seconds for chapters that other workers play
PROGRAMS = frozenset(["docker"])
_ID = re.compile(r"[0-9a-f]{4,64}")

# Presses every button. What was in the clipboard before is overwritten, so a button without effect is found out.
PRESS = """async () => {
  const found = [];
  for (const button of document.querySelectorAll("button.copybtn")) {
    await navigator.clipboard.writeText("nothing was copied");
    button.click();
    const block = button.closest("div[class*=highlight-]");
    const boxes = [...document.querySelectorAll(".played")];
    found.push({
      box: boxes.indexOf(button.closest(".played")),
      tabs: [...document.querySelectorAll(".tab-set")].indexOf(button.closest(".played .tab-set")),
      language: block.className.match(/highlight-([\\w-]+)/)[1],
      text: await navigator.clipboard.readText(),
    });
  }
  return found;
}"""
# Blocks with something to copy: a prompt in front of a command, or a file. Samples of markup show no command.
BLOCKS = """() => [...document.querySelectorAll("article div.highlight")].filter(block =>
  !block.parentElement.matches(".highlight-udiff, .highlight-rst") && (
    block.querySelector(".gp") || !block.parentElement.className.match(/highlight-transcript/))).length"""


@dataclass(frozen=True)
class Pressed:
    """One button: where it is (-1: in no box, in no tabs), the language of its block, and what it gave."""

    box: int
    tabs: int
    language: str
    text: str


@pytest.fixture(scope="module")
def logs(pytestconfig: pytest.Config) -> dict[str, list[PlayLog]]:
    """The logs of every transcript of the run's shard as it is now, by folder."""
    share = pytestconfig.stash[SHARE]
    until = time.monotonic() + (WAIT_LIMIT if "LAB_COMPOSE" in os.environ else 0)
    found: dict[str, list[PlayLog]] = {}
    recipes = of_recipes(ROOT / recipe for recipe in RECIPES)
    for folder in (EXAMPLES / name for name in sorted(order.chapters(EXAMPLES) if share is None else share)):
        transcripts = format.load_folder(folder)
        for transcript in transcripts:
            if all(step.only == ("host", "local") for step in transcript.steps):
                continue  # not for the lab
            name = transcript.path.relative_to(EXAMPLES).as_posix()
            now = fingerprint(EXAMPLES, transcripts, transcript, recipes)
            while not (current := [log for log in PlayLog.load(LOGS, name) if log.hash == now]):
                assert time.monotonic() < until, f"{name} has not been played as it is; run make test"
                time.sleep(0.5)
            assert all(log.passed for log in current), f"{name} did not pass, so there is nothing to compare with"
            found.setdefault(folder.relative_to(EXAMPLES).as_posix(), []).extend(current)
    return found


def commands(folder: str, name: str, logs: dict[str, list[PlayLog]]) -> list[str]:
    """The commands of a step, as the driver's shell was given them; recorded ids stand for the live ones."""
    for log in logs.get(folder, ()):
        if name in log.steps:
            return [_typed(one) for one in log.steps[name]]
    step = next(step for one in format.load_folder(EXAMPLES / folder) for step in one.steps if step.name == name)
    assert step.only is not None or step.not_played is not None, f"{folder}/{name} was not played"
    return list(step.commands)


def _typed(one: Typed) -> str:
    assert _ID.sub("id", one.recorded) == _ID.sub("id", one.typed)
    return one.recorded


def boxes(page: Path) -> Iterator[list[tuple[str, str]]]:
    """Folder and name of the steps of every transcript directive of a page, in order."""
    for argument in directives(page, "transcript"):
        words = [word.rpartition("/") for word in argument.split()]
        yield [(folder or page.stem, name) for folder, _, name in words]


def copied_files(logs: dict[str, list[PlayLog]]) -> set[str]:
    """The content of every file that went into the lab, checked by the sum that was noted then."""
    content = set()
    for log in (log for each in logs.values() for log in each):
        for name, digest in log.files.items():
            data = (EXAMPLES / name).read_bytes()
            assert hashlib.sha256(data).hexdigest() == digest, f"{name} has changed since it was copied"
            content.add(data.decode(errors="replace"))
    return content


def check_box(steps: list[tuple[str, str]], pressed: list[Pressed], logs: dict[str, list[PlayLog]]) -> int:
    """Hold the buttons of one box against its steps; returns the number of commands."""
    typed = [one for one in pressed if one.language == "transcript"]
    expected = [command for folder, name in steps for command in commands(folder, name, logs)]
    assert "\n".join(one.text for one in typed) == "\n".join(expected), steps
    rest = list(expected)
    for one in typed:
        own: list[str] = []
        while "\n".join(own) != one.text:
            own.append(rest.pop(0))
        generated = [
            each for each in pressed if each.language == "transcript-powershell" and each.tabs == one.tabs
        ]
        if one.tabs >= 0:
            assert "\n".join(each.text for each in generated) == "\n".join(_generated(own)), steps
    return len(expected)


def _generated(commands: list[str]) -> Iterator[str]:
    for command in commands:
        try:
            yield powershell(command, PROGRAMS)
        except NoEquivalentError:
            continue


def is_played(text: str, files: set[str]) -> bool:
    """Whether a copied file, or a part of one made of whole lines, is one that went into the lab."""
    return any(f"\n{text.rstrip(chr(10))}\n" in f"\n{content}\n" for content in files)


@pytest.mark.every_shard
def test_every_button_copies_what_was_played(
    module_page: Page, logs: dict[str, list[PlayLog]], pytestconfig: pytest.Config
) -> None:
    """A shard has the logs of its own chapters, so it looks at their pages; a whole run looks at all."""
    whole = pytestconfig.stash[SHARE] is None
    files = copied_files(logs)
    buttons = blocks = played = 0
    for source in PAGES:
        steps = list(boxes(source))
        if not steps and not list(directives(source, "example")):
            continue
        if source.stem not in logs and ((EXAMPLES / source.stem).is_dir() or not whole):
            continue  # another shard's, or for another host than the lab, which has a test of its own
        name = source.relative_to(ROOT / "docs").with_suffix(".html").as_posix()
        module_page.goto(name)
        pressed = [
            one for one in (Pressed(**each) for each in module_page.evaluate(PRESS)) if one.language != "rst"
        ]
        assert "nothing was copied" not in [one.text for one in pressed], name
        buttons += len(pressed)
        blocks += module_page.evaluate(BLOCKS)
        for number, each in enumerate(steps):
            if each[0][0] in logs:
                played += check_box(each, [one for one in pressed if one.box == number], logs)
        for one in pressed:
            if not one.language.startswith("transcript"):
                assert is_played(one.text, files), f"{name}: {one.text}"
    assert buttons == blocks, "as many buttons as blocks with commands or files"
    assert played >= (800 if whole else len(logs))
    if whole:
        (ROOT / "_build" / "copied.json").write_text(json.dumps({"buttons": buttons, "commands": played}))


def test_every_directive_is_a_box_and_a_block_of_output_only_has_no_button(module_page: Page) -> None:
    """A directive for another builder only shows nothing."""
    silent = 0
    for source in PAGES:
        if named := len(list(boxes(source))):
            module_page.goto(source.relative_to(ROOT / "docs").with_suffix(".html").as_posix())
            assert module_page.locator(".played").count() == named, source
            silent += module_page.locator(".played .highlight-transcript:not(:has(.gp))").count()
            assert module_page.locator(".played .highlight-transcript:not(:has(.gp)) button").count() == 0
    assert silent > 10
