"""*site*: the pages of this site, built cold, warm and after one edit, against the same with ``literalinclude``.

Three sites are made of a clone of the last commit:

- *stock*: the pages with what their blocks show as ``literalinclude`` of a file for each block
- *played*: the same pages with ``transcript`` and ``example``, with provenance check and ledger
- *whole*: this site as it is, with everything else that its own extensions add: blocks for PowerShell, states of
  the engine, the error index, the cheat sheet and so on

In the first two, other directives of this project stand for nothing.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, docutils_namespace, patch_docutils

from benchmarks.result import ROOT, Goal, Result, Row
from benchmarks.rounds import Took, interleaved, measured
from benchmarks.scale import PACKAGES
from benchmarks.taken import taken
from played.directive_example import Example
from played.directive_transcript import TranscriptSteps

ROUNDS = 5
STOCK, PLAYED, WHOLE = "literalinclude", "transcript and example", "the whole site"
EDITED = "workshop/06-running-containers.rst"

_DIRECTIVE = re.compile(r"( *)\.\. (transcript|example):: ")
_SAMPLE = re.compile(r"( *)\.\. code-block:: ")
_THEIR_NAMES = {"transcript": "console"}
_OTHERS = (
    "cheat-sheet chapter-files engine-state error-index misconceptions powershell-rules verification-report "
    "verified-summary benchmark"
)
_CONF = """import sys
from pathlib import Path
from docutils import nodes
from docutils.parsers.rst import Directive, directives

sys.path.insert(0, str(Path(__file__).parent / "ext"))
project, author, html_theme, highlight_language = "Docker workshop", "x", "furo", "text"
exclude_patterns, templates_path, toc_object_entries = ["_build"], ["docs/_templates"], False
html_static_path, html_css_files = ["docs/_static"], ["site.css"]
html_js_files = [("site.js", {{"defer": "defer"}})]
extensions = {extensions!r}
{more}

class Nothing(Directive):
    has_content, optional_arguments, final_argument_whitespace = True, 1, True

    def run(self):
        return []

def word(name, rawtext, text, lineno, inliner, options={{}}, content=[]):
    return [nodes.literal(text, text)], []

def setup(app):
    for name in {others!r}.split():
        app.add_directive(name, Nothing, override=True)
    for name in {roles!r}.split():
        app.add_role(name, word, override=True)
"""
_PLAYED = """
import tomllib
_pytest = tomllib.loads((Path(__file__).parent / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
played_ledger, played_recipes = _pytest["played_ledger"], _pytest["played_recipes"]
played_only_examples, played_markup_pages = True, ["contributing/*", "reference/directives"]
played_report = "reference/verification"
"""
_THEIRS = ["sphinx_copybutton", "sphinx_tabs.tabs", "notfound.extension"]


def write(folder: Path) -> dict[str, Path]:
    """The three sites."""
    sites = {name: folder / name.replace(" ", "-") for name in (STOCK, PLAYED, WHOLE)}
    for site in sites.values():
        subprocess.run(["git", "clone", "-q", "--shared", ROOT, site], check=True)
    _configure(sites[STOCK], _THEIRS, "", f"{_OTHERS} transcript example", "minutes pace rfg")
    _configure(sites[PLAYED], [*_THEIRS, "played.sphinx_extension"], _PLAYED, _OTHERS, "minutes pace")
    _use_literalinclude(sites[STOCK], _shown(sites[PLAYED]))
    return sites


def _configure(site: Path, extensions: list[str], more: str, others: str, roles: str) -> None:
    conf = _CONF.format(extensions=extensions, more=more, others=others, roles=roles)
    (site / "conf.py").write_text(conf, encoding="utf-8")


Blocks = list[tuple[str, str]]
"""Language and text of what a directive shows."""


def _shown(site: Path) -> dict[str, list[Blocks]]:
    """For each page, what each of its directives shows, as they come. sphinx-tabs parses what is in tabs twice."""
    found: dict[str, dict[int, Blocks]] = {}

    def recording(directive: type[SphinxDirective]) -> type[SphinxDirective]:
        class Recording(directive):  # type: ignore[valid-type,misc]  # a base that is a variable
            def run(self) -> list[nodes.Node]:
                shown: list[nodes.Node] = super().run()
                blocks = [block for node in shown for block in node.findall(nodes.literal_block)]
                here = [
                    (_THEIR_NAMES.get(block["language"], block["language"]), block.astext()) for block in blocks
                ]
                found.setdefault(self.env.docname, {})[self.lineno] = here
                return shown

        return Recording

    with tempfile.TemporaryDirectory() as out, patch_docutils(str(site)), docutils_namespace():
        app = Sphinx(site / "docs", site, out, Path(out, "trees"), "dummy", status=None, warning=StringIO())
        app.add_directive("transcript", recording(TranscriptSteps), override=True)
        app.add_directive("example", recording(Example), override=True)
        app.build()
    return {docname: list(shown.values()) for docname, shown in found.items()}


def _use_literalinclude(site: Path, shown: dict[str, list[Blocks]]) -> None:
    for path in sorted((site / "docs").rglob("*.rst")):
        waiting = iter(shown.get(path.relative_to(site / "docs").with_suffix("").as_posix(), []))
        lines = list(
            _translated(path.read_text(encoding="utf-8").split("\n"), waiting, path.with_suffix(".blocks"))
        )
        path.write_text("\n".join(lines), encoding="utf-8")
        if next(waiting, None) is not None:
            raise RuntimeError(f"{path}: not every block has found its place")


def _translated(lines: list[str], shown: Iterator[Blocks], folder: Path) -> Iterator[str]:
    """The page with Sphinx' own directives; samples of markup stay."""
    folder.mkdir()
    at = number = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if found := _DIRECTIVE.match(line):
            at = _end(lines, at, found[1], blank=False)
            for language, text in next(shown):
                number += 1
                (folder / f"{number}.txt").write_text(text + "\n", encoding="utf-8")
                yield f"{found[1]}.. literalinclude:: {folder.name}/{number}.txt"
                yield f"{found[1]}   :language: {language}"
                yield ""
            continue
        yield line
        if found := _SAMPLE.match(line):
            end = _end(lines, at, found[1], blank=True)
            yield from lines[at:end]
            at = end


def _end(lines: list[str], at: int, indent: str, blank: bool) -> int:
    """Where what belongs to a directive ends: its options, or with ``blank`` its content too."""
    while at < len(lines) and (lines[at].startswith(f"{indent} ") if lines[at].strip() else blank):
        at += 1
    return at


def build(site: Path, cold: bool = False) -> Took:
    """What ``make html`` does."""
    if cold:
        shutil.rmtree(site / "_build", ignore_errors=True)
    sphinx = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-b",
        "html",
        "-c",
        ".",
        "-d",
        "_build/doctrees",
        "-n",
        "-j",
        "3",
    ]
    return measured([*sphinx, "docs", "_build/html"], site, PYTHONPATH="")


def edit(site: Path) -> Took:
    """A build after one page has got a sentence more."""
    with (site / "docs" / EDITED).open("a", encoding="utf-8") as page:
        page.write("\nOne sentence more.\n")
    return build(site)


def rewritten(site: Path) -> list[str]:
    """The pages that a build writes after one was edited."""
    pages = [path for path in (site / "_build/html").rglob("*.html") if "_static" not in path.parts]
    before = {path: path.stat().st_mtime_ns for path in pages}
    edit(site)
    return sorted(path.name for path in pages if path.stat().st_mtime_ns != before[path])


def run(rounds: int | None = None, _scale: float = 1) -> Result:
    """A round builds each site cold, then each again, then each after an edit."""
    rounds = rounds or ROUNDS
    kinds: dict[str, Callable[[Path], Took]] = {
        "cold": lambda site: build(site, cold=True),
        "warm": build,
        "after one edit": edit,
    }
    with tempfile.TemporaryDirectory() as temporary:
        sites = write(Path(temporary))
        turns = {
            f"{kind}: {name}": lambda once=once, site=site: once(site)
            for kind, once in kinds.items()
            for name, site in sites.items()
        }
        rows = [
            Row(row.group.replace("site", row.name.partition(": ")[0]), row.name.partition(": ")[2], row.values)
            for row in interleaved("site", turns, rounds, ["processor"])
        ]
        written = {name: rewritten(site) for name, site in sites.items()}
    result = Result("site", tuple(rows), ())
    goals = []
    for clock in ("", ", processor"):
        stock = result.row(f"cold{clock}", STOCK).median
        for name in (PLAYED, WHOLE):
            cold = result.row(f"cold{clock}", name).median
            goals.append(
                Goal(f"cold{clock}, {name}, against literalinclude", cold / stock, 1.05, "×", bool(clock))
            )
        for name in sites:
            ratio = result.row(f"after one edit{clock}", name).median / result.row(f"cold{clock}", name).median
            goals.append(Goal(f"after one edit, against cold{clock}, {name}", ratio, 0.25, "×", bool(clock)))
    pages = {f"written after one edit, {name}": ", ".join(names) for name, names in written.items()}
    how = taken(
        f"{rounds}, of which each builds every site cold, warm and edited",
        PACKAGES,
        commit=last_commit(),
        **pages,
    )
    return Result("site", result.rows, tuple(goals), how)


def last_commit() -> str:
    """What was cloned."""
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
