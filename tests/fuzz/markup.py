"""Arguments and options of the role and the directives, through docutils and Sphinx: one application for all inputs."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Callable
from copy import copy
from io import StringIO
from pathlib import Path

from docutils.frontend import Values
from docutils.nodes import document
from sphinx.application import Sphinx
from sphinx.testing import restructuredtext
from sphinx.util import docutils
from sphinx.util.docutils import docutils_namespace, patch_docutils
from sphinx.util.logging import WarningLogRecordTranslator

EXAMPLES = {
    "index/steps.console": "#: step build\n#: files app as app\n$ docker build -t web1 .\nStep 1\n...\n#: step run\n$ cat\n"
    "#: wait ?\n#: type y\n#: key Ctrl-C\n[1]\n#: step edit\n#: edit app/app.py from app/app.v2.py\n$ false\nError: no\n[1]\n"
    "#: step secret\n#: hidden not for you\n$ ls\n#: step other\n#: only store=overlay2\n#: not-played slow\n#: terminal 2\n$ ls\n",
    "app/app.py": "import x\n\n\ndef one():\n    return 1\n\n\ndef two():\n\treturn 2\n",
    "app/app.v2.py": "import x\n\n\ndef one():\n    return 11\n",
    "broken/steps.console": "#: step a\n#: nope\n",
    "broken/binary": b"\x00\xff\x1b[31m",
    "broken/crlf": b"a\r\nb\r\n",
}
ROOT = Path(__file__).resolve().parents[2]
DIRECTIVES = ("role", "transcript", "example", "error-index")
_PLACE = re.compile(r".+:\d+$")


class Place(logging.Handler):
    """Sees to it that every warning says file and line."""

    def emit(self, record: logging.LogRecord) -> None:
        location = getattr(record, "location", None)
        if not (isinstance(location, str) and _PLACE.match(location)):
            self.missing = f"no file and line, but {location!r}: {record.getMessage()}"

    missing = ""


_settings: list[Values] = []


def _kept(make: Callable[..., Values], *given: object, **more: object) -> Values:
    if not _settings:
        _settings.append(make(*given, **more))
    return _settings[0]


class Markup:
    """Reads and writes one page for every input."""

    def __init__(self) -> None:
        # a folder of its own that is used again: libFuzzer ends the process without a chance to remove it
        self.folder = folder = ROOT / "_build/fuzz/markup/site"
        shutil.rmtree(folder, ignore_errors=True)
        for name, text in EXAMPLES.items():
            path = folder / "examples" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        (folder / "examples/broken/link").symlink_to("/etc/hostname")
        (folder / "examples/broken/up").symlink_to("../..")
        (folder / "docs").mkdir()
        (folder / "docs/index.rst").write_text("index\n=====\n\n.. error-index::\n")
        (folder / "conf.py").write_text("")
        # never left: the directives stay registered as long as inputs come
        docutils_namespace().__enter__()
        patch_docutils(str(folder)).__enter__()
        self.app = Sphinx(
            folder / "docs",
            folder,
            folder / "out",
            folder / "doctrees",
            "html",
            {"extensions": ["played.sphinx_extension"]},
            StringIO(),
            StringIO(),
        )
        self.app.build()
        self.app.builder.prepare_writing({"index"})
        # the same for every input, and a third of the time
        settings = docutils._get_settings
        docutils._get_settings = lambda *given, **more: copy(_kept(settings, *given, **more))  # type: ignore[assignment]
        self.place = Place(logging.WARNING)
        self.place.addFilter(WarningLogRecordTranslator(self.app))
        logger = logging.getLogger("sphinx")
        for handler in list(logger.handlers):
            logger.removeHandler(handler)
        logger.addHandler(self.place)

    def __call__(self, data: bytes) -> None:
        html = self.written(page(data))
        assert not self.place.missing, self.place.missing
        assert "<script" not in html

    def written(self, text: str) -> str:
        """The HTML of a page."""
        self.place.missing = ""
        app, env = self.app, self.app.env
        env.clear_doc("index")
        tree = restructuredtext.parse(app, text)
        env.current_document.clear()
        env.current_document.docname = "index"
        env.apply_post_transforms(tree, "index")
        return self._html(tree)

    def _html(self, tree: document) -> str:
        builder = self.app.builder
        builder.current_docname = "index"  # type: ignore[attr-defined]
        tree.settings = builder.docsettings  # type: ignore[attr-defined]
        visitor = builder.create_translator(tree, builder)
        tree.walkabout(visitor)
        return "".join(visitor.body)


def page(data: bytes) -> str:
    """A page with one role or directive: the first letter says which, the rest is argument, options and content."""
    kind = DIRECTIVES[data[0] % len(DIRECTIVES)] if data else "error-index"
    first, *options = data[1:].decode("utf-8", "replace").split("\n")
    if kind == "role":
        text = " ".join([first, *options]).replace("`", "'")
        return f"Text :rfg:`{text}` and more.\n"
    return "\n".join([f".. {kind}:: {first}", *(f"   {line}" for line in options), "", "End.", ""])
