"""The directive ``example``: a file of the examples folder, shown as Sphinx' ``literalinclude`` shows it."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx.directives.code import LiteralInclude, LiteralIncludeReader
from sphinx.errors import PycodeError

import rfg.option
from played import language, line_numbers
from played.copying import NO_BUTTON, transcript_block
from played.page import ExamplesDirective, UnusableError, read_text
from played.provenance import FROM

_WIDEST_TAB = 80


class Example(ExamplesDirective, LiteralInclude):
    """``.. example:: PATH`` – the options of ``literalinclude``, paths from the examples folder.

    Reading is Sphinx' own. The directive is not, because that one knows the source folder only, shows where
    the files are on the machine that builds, and names a page that does not exist in some of its warnings.
    """

    option_spec: ClassVar[dict[str, Any]] = {**LiteralInclude.option_spec, **rfg.option.SPEC}
    # what is shown is what was tested, no line more
    del option_spec["prepend"], option_spec["append"]

    def run(self) -> list[nodes.Node]:
        try:
            return [self._shown(self.arguments[0])]
        except UnusableError as error:
            self.warn(error)
        except (ValueError, OSError, PycodeError) as error:  # the mistakes that Sphinx' reader finds
            self.warn(UnusableError(str(error)))
        return []

    def _shown(self, name: str) -> nodes.Element:
        path = self._checked(name)
        if self.options.get("tab-width", 0) > _WIDEST_TAB:  # blanks for a wider one may take all the memory
            raise UnusableError(f":tab-width: is at most {_WIDEST_TAB}")
        reader = _Reader(path, self.options, self.config)
        if "diff" in self.options:
            before = self.options["diff"]
            reader.compare(before, self._checked(before), name)
        text, _ = reader.read()
        return self._named(self._block(text, name, reader.lineno_start))

    def _checked(self, name: str) -> Path:
        path = self.inside(name)
        self.depend_on(path)
        if not path.exists():
            root = self.examples.root.name
            raise UnusableError(
                f"there is no file {root}/{name}; name one inside {root}/, such as NN-slug/Dockerfile"
            )
        read_text(path, self.options.get("encoding", "utf-8"))
        return path

    def _block(self, text: str, name: str, first_line: int) -> nodes.literal_block:
        block: nodes.literal_block
        tongue = self.options.get("language") or language.of(Path(name))
        if "diff" in self.options:
            block = nodes.literal_block(text, text, language="udiff", classes=[NO_BUTTON])
        elif tongue == "transcript":
            block = transcript_block(text, text)
        else:
            block = nodes.literal_block(text, text, language=tongue)
        block["force"] = "force" in self.options
        block["source"] = block[FROM] = name
        block["classes"] += self.options.get("class", [])
        if {"linenos", "lineno-start", "lineno-match"} & self.options.keys():
            block["linenos"] = True
        block["highlight_args"] = {"linenostart": first_line}
        self.set_source_info(block)
        self.emphasise_lines([block])
        return rfg.option.emphasised(self, [block])[0]

    def _named(self, block: nodes.literal_block) -> nodes.Element:
        caption = self.options.get("caption")
        name = self.arguments[0]
        box = self.wrapped(block, caption) if caption else self.captioned(block, name, download=True)
        self.add_name(box)
        return box


class _Reader(LiteralIncludeReader):
    """Sphinx' reader, with names instead of paths in a difference, and with one warning for one mistake."""

    def compare(self, old_name: str, old: Path, new_name: str) -> None:
        self._compared = old_name, old, new_name

    def show_diff(self, location: tuple[str, int] | None = None) -> list[str]:
        old_name, old, new_name = self._compared
        before, after = self.read_file(old), self.read_file(self.filename)
        if before == after:
            raise ValueError(f"{new_name} is the same as {old_name}; there is no difference to show")
        return list(unified_diff(before, after, old_name, new_name))

    def lines_filter(self, lines: list[str], location: tuple[str, int] | None = None) -> list[str]:
        spec = self.options.get("lines")
        if spec:
            try:
                line_numbers.parse(spec, len(lines))
            except ValueError as error:
                raise ValueError(f":lines: {error}") from None
        return super().lines_filter(lines, location)

    def dedent_filter(self, lines: list[str], location: tuple[str, int] | None = None) -> list[str]:
        width = self.options.get("dedent")
        if width and any(line[:width].strip() for line in lines):
            raise ValueError(f":dedent: {width} would take more than blanks away")
        return super().dedent_filter(lines, location)
