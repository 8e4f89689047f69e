"""A tiny Sphinx project in a temporary folder, built by the tests of the extensions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.console import strip_colors  # type: ignore[attr-defined]
from sphinx.util.docutils import docutils_namespace, patch_docutils

# what sphinx-copybutton leaves out before it copies, see filterText() in its copybutton_funcs.js
SETTING = re.compile(r"let exclude = '([^']*)'")


@dataclass
class Site:
    """``conf.py`` beside ``docs/`` and ``examples/``, as on the real site."""

    root: Path
    conf: dict[str, object] = field(default_factory=dict)
    extensions: tuple[str, ...] = ("sphinx_copybutton", "played.sphinx_extension")
    app: Sphinx | None = None
    warnings: str = ""

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def page(self, text: str, name: str = "index") -> None:
        self.write(f"docs/{name}.rst", f"{name}\n{'=' * len(name)}\n\n{text}\n")

    def build(self, builder: str = "html", jobs: int = 1, fresh: bool = False) -> Path:
        """Build, keep the warnings without their colours, and say where the output is."""
        status, warning = StringIO(), StringIO()
        out = self.root / "out" / builder
        self.write("conf.py", "")
        with patch_docutils(str(self.root)), docutils_namespace():
            self.app = Sphinx(
                self.root / "docs",
                self.root,
                out,
                self.root / "doctrees" / ("gettext" if builder == "gettext" else "all"),
                builder,
                {
                    "extensions": list(self.extensions),
                    "project": "Sample",
                    "version": "1",
                    "copyright": "x",
                    **self.conf,
                },
                status,
                warning,
                freshenv=fresh,
                parallel=jobs,
            )
            self.app.build()
        self.warnings = strip_colors(warning.getvalue())
        self.status = strip_colors(status.getvalue())
        return out

    def doctree(self, name: str = "index") -> nodes.document:
        assert self.app is not None
        return self.app.env.get_doctree(name)


def copied(out: Path, page: str = "index.html") -> list[str]:
    """What the copy buttons of a page give: a re-implementation of what sphinx-copybutton does in the browser."""
    from bs4 import BeautifulSoup

    script = (out / "_static" / "copybutton.js").read_text()
    exclude = SETTING.search(script)
    selector = re.search(r"const COPYBUTTON_SELECTOR = '([^']*)'", script)
    assert exclude
    assert selector
    texts = []
    for block in BeautifulSoup((out / page).read_text(), "html.parser").select(selector[1]):
        for node in block.select(exclude[1]):
            node.decompose()
        texts.append(block.get_text().removesuffix("\n"))
    return texts
