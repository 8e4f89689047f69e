"""Sites of any size, in two forms that show the same: with transcripts, and with Sphinx' ``literalinclude``."""

from __future__ import annotations

from pathlib import Path

from benchmarks.result import ROOT
from played import format
from played.fingerprint import fingerprint, of_recipes
from played.ledger import Entry, Ledger

BLOCKS = 10  # a page
FILES = 2  # of them show a file, the others a step: about the proportion of the workshop

_CONF = """import sys
sys.path.insert(0, {ext!r})
project = "Generated"
html_theme = "furo"
extensions = {extensions!r}
{more}
"""
_OURS = """played_ledger = "ledger.json"
played_only_examples = True
played_report = "report"
"""
_NO_NAVIGATION = """import furo
furo._compute_navigation_tree = lambda context: ""
"""
_TEXT = (
    "The shell reads the line, starts the program, and waits for its end. What you see is what it wrote, and the "
    "prompt that follows says that it has ended. Its exit status is a number; nought means that all went well.\n"
)


def write(folder: Path, pages: int, ours: bool, navigation: bool = True, ext: Path = ROOT / "ext") -> None:
    """A site of ``docs/``, ``examples/`` and ``conf.py``.

    Args:
        ours: with transcripts, provenance check, ledger and report.
        ext: the folder of the extensions.
        navigation: with furo's sidebar, which takes most of the time of a large site (furo#939).
    """
    docs, examples = folder / "docs", folder / "examples"
    docs.mkdir(parents=True)
    ledger = Ledger(folder / "ledger.json")
    for page in range(pages):
        name = f"{page:04}-page"
        chapter = examples / name
        chapter.mkdir(parents=True)
        steps = [_step(page, number) for number in range(BLOCKS - FILES)]
        for number in range(FILES):
            (chapter / f"file{number}.py").write_text(_file(page, number))
        if ours:
            path = chapter / "steps.console"
            path.write_text("\n".join(f"#: step step-{number}\n{step}" for number, step in enumerate(steps)))
            transcript = format.load(path)
            seal = fingerprint(examples, [transcript], transcript, of_recipes([]))
            ledger.add({f"{name}/steps.console": Entry(seal, {"host": "local"}, "2026-01-01", 8, 8, 24, 0.1)})
        else:
            for number, step in enumerate(steps):
                (chapter / f"step-{number}.console").write_text(step)
        (docs / f"{name}.rst").write_text(_page(name, ours))
    if ours:
        ledger.save()
        (docs / "report.rst").write_text("Report\n======\n\n.. verification-report::\n")
    title = "Index\n=====\n\n.. toctree::\n   :glob:\n\n   *\n"
    (docs / "index.rst").write_text(title)
    more = (_OURS if ours else "") + ("" if navigation else _NO_NAVIGATION)
    extensions = ["sphinx_copybutton", *(["played.sphinx_extension"] if ours else [])]
    (folder / "conf.py").write_text(_CONF.format(ext=str(ext), extensions=extensions, more=more))


def _step(page: int, number: int) -> str:
    lines = [f"line {line} of what command {number} on page {page} says, at some length" for line in range(3)]
    return f"$ docker container run --name web{number} app:{page} --flag {number}\n" + "\n".join(lines) + "\n"


def _file(page: int, number: int) -> str:
    body = "".join(f'    print("line", {line}, "of file {number} of page {page}")\n' for line in range(5))
    return f"def main() -> None:\n{body}\n\nmain()\n"


def _page(name: str, ours: bool) -> str:
    parts = [f"Page {name}\n{'=' * 40}\n"]
    for number in range(BLOCKS):
        step = number < BLOCKS - FILES
        file = f"step-{number}.console" if step else f"file{number - BLOCKS + FILES}.py"
        if not ours:
            block = (
                f".. literalinclude:: ../examples/{name}/{file}\n   :language: {'console' if step else 'python'}\n"
            )
            block += "" if step else f"   :caption: {name}/{file}\n"
        elif step:
            block = f".. transcript:: step-{number}\n"
        else:
            block = f".. example:: {name}/{file}\n"
        parts.append(f"Part {number}\n-------\n\n{_TEXT}\n{block}")
    return "\n".join(parts)
