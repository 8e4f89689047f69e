"""What every builder writes for the same page, compared with recorded files: ``tests/snapshots/``.

``make snapshots`` records them anew; read the difference before you commit it. They are those of the Sphinx in
requirements.txt.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.util.docutils import SphinxTranslator

from rfg.nodes import rfg_mark
from tests.sphinx_site import Site

SNAPSHOTS = Path(__file__).parent / "snapshots"

TRANSCRIPT = """#: step list
$ docker image ls
IMAGE   ID
web1    1f0c

#: step build
$ docker build \\
>     -t web1 .
[+] Building 0.7s
...
 => naming to web1

#: step fails
$ docker run nope
no such image
[125]
"""
PAGE = """
Words with :rfg:`--tag "x"` and :ref:`dockerfile`.

.. transcript:: list build
   :caption: Two steps
   :name: listing
   :rfg:
      web1 {2/3}
      build {...} -t
   :emphasize-lines: 1

- in a list

  .. transcript:: list
     :show: commands

  .. transcript:: build
     :show: output

.. note::

   In an admonition.

   .. transcript:: fails
      :rfg: no such

.. transcript:: list build
   :fold: 2

.. example:: Dockerfile
   :lines: 2-
   :lineno-match:
   :name: dockerfile
   :rfg: pip install

.. example:: Dockerfile.v2
   :diff: Dockerfile
"""

# where the page starts and ends in what a builder writes; what is around it belongs to Sphinx or to a theme
BODIES = {
    "html": ("index.html", r'<section id="index">.*</section>'),
    "epub": ("index.xhtml", r'<section id="index">.*</section>'),
    "latex": ("sample.tex", r"\\phantomsection.*(?=\\renewcommand)"),
    "text": ("index.txt", r".*"),
    "man": ("sample.1", r"\.SH NAME.*(?=\.SH Author)"),
    "texinfo": ("sample.texi", r"(?<=start of body).*(?=@c %\*\*end of body)"),
    "gettext": ("index.pot", r"#: .*"),
}

_ANCHORS = re.compile(r"(?:^@anchor\{[^}]*\}@w\{ +\}\n){2,}", re.MULTILINE)
_LINKS = re.compile(r' (?:id|href)="[^"]*"')  # what may differ between the HTML builders


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path, conf={"nitpicky": True})
    site.write("examples/index/steps.console", TRANSCRIPT)
    site.write("examples/Dockerfile", "FROM a\nRUN pip install x\nCMD b\n")
    site.write("examples/Dockerfile.v2", "FROM a\nRUN pip install x y\nCMD b\n")
    site.page(PAGE)
    return site


def body(site: Site, builder: str) -> str:
    out = site.build(builder)
    assert site.warnings == ""
    name, pattern = BODIES[builder]
    text = (out / name).read_text()
    found = re.search(pattern, text, re.DOTALL)
    assert found, text
    return _ANCHORS.sub(_sorted, found[0].replace(str(site.root), "ROOT"))


def _sorted(anchors: re.Match[str]) -> str:
    """Sphinx writes the anchors of one place out of a set."""
    return "".join(sorted(anchors[0].splitlines(keepends=True)))


def compare(name: str, text: str) -> None:
    path = SNAPSHOTS / name
    text = text.rstrip("\n") + "\n"
    if os.environ.get("SNAPSHOTS") == "record":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert text == path.read_text(), f"tests/snapshots/{name} differs; 'make snapshots' records it anew"


@pytest.mark.parametrize("builder", BODIES)
def test_what_a_builder_writes(site: Site, builder: str) -> None:
    compare(f"{builder}.txt", body(site, builder))


def test_the_document_before_and_after_it_is_finished_for_a_builder(site: Site) -> None:
    for builder in ("html", "latex"):
        site.build(builder)
        assert site.app
        # what depends on the builder is decided after reading, or the next builder gets it, too (sphinx#8974)
        compare("doctree.txt", pformat(site.doctree()))
        finished = site.doctree()
        site.app.env.apply_post_transforms(finished, "index")
        compare(f"doctree-{builder}.txt", pformat(finished))


def pformat(document: nodes.document) -> str:
    for node in document.findall(nodes.Element):
        if "source" in node:
            node["source"] = Path(node["source"]).name
        for name in [name for name in node.attributes if name.startswith("played_")]:
            del node[name]  # notes of the extension to itself, which no builder writes
    return document.pformat()


def test_other_html_builders_write_what_html_writes(site: Site) -> None:
    expected = body(site, "html")
    for builder in ("dirhtml", "singlehtml"):
        text = (site.build(builder) / "index.html").read_text()
        assert site.warnings == ""
        found = re.search(BODIES["html"][1], text, re.DOTALL)
        assert found
        assert _LINKS.sub("", found[0]) == _LINKS.sub("", expected)


class _PlainTranslator(SphinxTranslator):
    """Knows docutils' own nodes, and of these only a few."""

    def __init__(self, document: nodes.document, builder: Builder) -> None:
        super().__init__(document, builder)
        self.written: list[str] = []

    def visit_Text(self, node: nodes.Text) -> None:
        self.written.append(node.astext())

    def visit_strong(self, node: nodes.strong) -> None:
        self.written.append("<")

    def depart_strong(self, node: nodes.strong) -> None:
        self.written.append(">")

    def unknown_visit(self, node: nodes.Node) -> None:
        pass

    unknown_departure = unknown_visit


class _PlainBuilder(Builder):
    name = "plain"
    default_translator_class = _PlainTranslator

    def get_outdated_docs(self) -> str:
        return "all"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        return ""

    def prepare_writing(self, docnames: set[str]) -> None:
        pass

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        translator = self.create_translator(doctree, self)
        doctree.walkabout(translator)
        Path(self.outdir, "plain.txt").write_text("".join(translator.written))


def test_a_builder_that_nobody_knows(site: Site) -> None:
    site.extensions = (*site.extensions, "tests.test_builders")
    text = (site.build("plain") / "plain.txt").read_text()
    assert site.warnings == ""
    assert '<--tag "x">' in text
    assert "$ docker <build \\\n>     -t> <web1> ." in text
    assert "RUN <pip install> x" in text


def setup(app: Sphinx) -> None:
    """This module is the extension with the builder."""
    app.add_builder(_PlainBuilder)


TABS = """
.. tabs::

   .. tab:: one

      .. transcript:: list
         :rfg: ls

   .. tab:: two

      .. example:: Dockerfile
         :rfg: pip install
"""


@pytest.mark.parametrize("builder", ["html", "latex", "epub", "text", "man"])
def test_in_tabs(site: Site, builder: str) -> None:
    site.extensions = (*site.extensions, "sphinx_tabs.tabs")
    site.page(TABS)
    site.build(builder)
    assert site.warnings == ""
    assert len(list(site.doctree().findall(rfg_mark))) == 2


def test_search_sees_plain_text(site: Site) -> None:
    index = (site.build() / "searchindex.js").read_text()
    for word in ("tag", "admonit"):
        assert f'"{word}":' in index
    assert "rfg" not in index
