"""SVG pictures that follow the colours of the page, and that every builder can use.

``.. image::`` and ``.. figure::`` stay what they are. In HTML the drawing becomes part of the page, so that
``currentColor`` and the style sheet's colours reach it, also when the reader switches between light and dark;
an ``<img>`` would know the colours of the system only. EPUB keeps the file. LaTeX and Texinfo get what
``rsvg-convert`` makes of it.
"""

from __future__ import annotations

import re
import subprocess
from html import escape
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.transforms.post_transforms.images import ImageConverter
from sphinx.util import logging

from rfg import builder, writers

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"

_logger = logging.getLogger(__name__)
_ROOT = re.compile(r"<svg\b[^>]*")
_ATTRIBUTE = re.compile(r'\s+([a-z-]+)="[^"]*"')
_HEAD = re.compile(r"\A\s*<\?xml.*?\?>|<style>.*?</style>\s*", re.DOTALL)


class _Inline(SphinxPostTransform):
    """Put the drawings into the pages. EPUB is left out: its pages would have to be declared as containing SVG."""

    default_priority = 90  # before the images are collected for copying

    def run(self, **_options: object) -> None:
        if not builder.writes_a_site(builder.of(self.env)):
            return
        for image in list(self.document.findall(nodes.image)):
            ours = image["uri"].endswith(".svg") and "://" not in image["uri"]
            if ours and (text := self._text(image)) is not None:
                image.replace_self(self._drawing(image, text))

    def _text(self, image: nodes.image) -> str | None:
        try:
            return Path(self.env.srcdir, image["uri"]).read_text(encoding="utf-8")
        except OSError:
            return None  # Sphinx has said it
        except UnicodeDecodeError:
            _logger.warning(
                "%s is not UTF-8; save it as such",
                image["uri"],
                location=image,
                type="inline_svg",
                subtype="encoding",
            )
            return None

    def _drawing(self, image: nodes.image, text: str) -> nodes.raw:
        alternative = image.get("alt", "")
        if not alternative:
            _logger.warning(
                "%s has no text alternative; say with :alt: what one would see",
                image["uri"],
                location=image,
                type="inline_svg",
                subtype="alt",
            )
        attributes = {"role": "img", "aria-label": alternative, **_of_the_node(image)}
        drawing = _ROOT.sub(lambda tag: _with(tag[0], attributes), _HEAD.sub("", text), count=1)
        others = "".join(f'<span id="{escape(one)}"></span>' for one in image["ids"][1:])
        return nodes.raw("", others + drawing, format="html")


def _of_the_node(image: nodes.image) -> dict[str, str]:
    """What an author can say of a picture, as attributes of its tag."""
    sizes = {side: image[side] for side in ("width", "height") if side in image}
    style = "; ".join(f"{side}: {size}{'px' if size.isdecimal() else ''}" for side, size in sizes.items())
    classes = [*image["classes"], *([f"align-{image['align']}"] if "align" in image else [])]
    said = {"style": style, "class": " ".join(classes), "id": "".join(image["ids"][:1])}
    return {name: value for name, value in said.items() if value}


def _with(tag: str, attributes: dict[str, str]) -> str:
    """The start of a tag with these attributes in the place of its own, without what it says to screen readers."""
    kept = _ATTRIBUTE.sub(
        lambda one: "" if one[1] in attributes or one[1].startswith("aria-") else one[0], tag.removeprefix("<svg")
    )
    return "<svg" + "".join(f' {name}="{escape(value)}"' for name, value in attributes.items()) + kept


class _Converter(ImageConverter):
    """`rsvg-convert <https://gitlab.gnome.org/GNOME/librsvg>`__, which a warning asks for where it is missing."""

    conversion_rules = [  # noqa: RUF012 – as Sphinx declares it
        ("image/svg+xml", "application/pdf"),
        ("image/svg+xml", "image/png"),
    ]

    def is_available(self) -> bool:
        return True  # Sphinx would pass over the picture in silence, and LaTeX would fail on it

    def convert(self, _from: str | PathLike[str], _to: str | PathLike[str]) -> bool:
        kind = Path(_to).suffix.removeprefix(".")
        command = ["rsvg-convert", f"--format={kind}", f"--output={fspath(_to)}", fspath(_from)]
        try:
            run = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            problem = f"only rsvg-convert can make {kind.upper()} of the picture; install librsvg2-bin"
        else:
            if not run.returncode:
                return True
            problem = f"rsvg-convert cannot use the picture: {run.stderr.strip()}"
        _logger.warning(problem, location=f"{fspath(_from)}:1", type="inline_svg", subtype="convert")
        return False


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform, the converter and the colours."""
    app.setup_extension("rfg")
    app.add_post_transform(_Inline)
    app.add_post_transform(_Converter)
    writers.ship_style_sheet(app, Path(__file__).parent / "inline_svg.css")
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
