"""What each kind of builder writes for the nodes of :mod:`rfg.nodes`.

Only what differs from a ``strong`` and a ``literal_block`` is here. A page is read once for all builders, so
nothing depends on the builder before this point.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docutils import nodes
from docutils.utils import column_width
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.highlighting import PygmentsBridge
from sphinx.writers.html5 import HTML5Translator
from sphinx.writers.latex import LaTeXTranslator
from sphinx.writers.texinfo import TexinfoTranslator
from sphinx.writers.text import TextTranslator

from rfg.bridge import MarkingBridge
from rfg.nodes import rfg_block, rfg_mark
from rfg.phrases import Span

STATIC = Path(__file__).parent / "static"


def register(app: Sphinx) -> None:
    """Tell Sphinx about the nodes, the style sheet and the LaTeX package."""
    app.add_node(rfg_mark, latex=(_open_latex, _close_brace), texinfo=(_open_texinfo, _close_brace))
    app.add_node(
        rfg_block,
        html=(visit_block_html, None),
        latex=(_visit_block_latex, None),
        text=(_visit_block_text, None),
    )
    app.connect("config-inited", _ship_latex_package)
    app.add_latex_package("rfg")
    ship_style_sheet(app, STATIC / "rfg.css")


def _ship_latex_package(app: Sphinx, config: Config) -> None:
    config.latex_additional_files = [*config.latex_additional_files, str(STATIC / "rfg.sty")]


def ship(app: Sphinx, path: Path) -> None:
    """Put a file of an extension, or what is in a folder, beside the pages; only HTML builders have use for it."""

    def add(app: Sphinx, config: Config) -> None:
        config.html_static_path = [*config.html_static_path, str(path)]

    app.connect("config-inited", add)


def ship_style_sheet(app: Sphinx, path: Path) -> None:
    """Ship one style sheet, and let every page load it."""
    ship(app, path)
    app.add_css_file(path.name)


@contextmanager
def highlighter(translator: HTML5Translator | LaTeXTranslator, bridge: PygmentsBridge) -> Iterator[PygmentsBridge]:
    """Write one block with another highlighter."""
    before = translator.highlighter
    translator.highlighter = bridge
    try:
        yield bridge
    finally:
        translator.highlighter = before


def visit_block_html(translator: HTML5Translator, node: rfg_block) -> None:
    """Sphinx' own block, with ``<strong>`` around the marks."""
    bridge = MarkingBridge(translator.highlighter, node.spans, '<strong class="rfg">', "</strong>")
    with highlighter(translator, bridge):
        translator.visit_literal_block(node)


def _visit_block_latex(translator: LaTeXTranslator, node: rfg_block) -> None:
    bridge = MarkingBridge(translator.highlighter, node.spans, r"\rfgmark{", "}")
    with highlighter(translator, bridge):
        translator.visit_literal_block(node)


def _visit_block_text(translator: TextTranslator, node: rfg_block) -> None:
    """Carets under the marks, as compilers do: the code itself stays what it is."""
    translator.visit_literal_block(node)
    translator.add_text(underlined(node))
    translator.depart_literal_block(node)
    raise nodes.SkipNode


def underlined(node: rfg_block) -> str:
    """The text of a block, with a line of carets below every line that has a mark."""
    spans = deque(node.spans)
    lines: list[str] = []
    start = 0
    for line in node.astext().split("\n"):
        lines.append(line)
        end = start + len(line)
        here: list[Span] = []
        while spans and spans[0][0] < end:
            here.append((max(spans[0][0] - start, 0), min(spans[0][1], end) - start))
            if spans[0][1] > end:
                break  # goes on in the next line
            spans.popleft()
        here = [(first, last) for first, last in here if first < last]
        if here:
            lines.append(_carets(line, here))
        start = end + 1
    return "\n".join(lines)


def _carets(line: str, spans: list[tuple[int, int]]) -> str:
    below: list[str] = []
    at = 0
    for start, end in spans:
        below += (c if c == "\t" else " " * column_width(c) for c in line[at:start])
        below.append("^" * column_width(line[start:end]))
        at = end
    return "".join(below)


def _open_latex(translator: LaTeXTranslator, node: rfg_mark) -> None:
    translator.body.append(r"\rfgmark{")


def _open_texinfo(translator: TexinfoTranslator, node: rfg_mark) -> None:
    translator.body.append("@strong{")


def _close_brace(translator: LaTeXTranslator | TexinfoTranslator, node: rfg_mark) -> None:
    translator.body.append("}")
