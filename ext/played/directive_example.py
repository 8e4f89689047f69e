"""The directive ``example``: a file of the examples folder, shown by Sphinx' ``literalinclude``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx.directives.code import LiteralInclude

import rfg.option
from played import language
from played.copying import NO_BUTTON, transcript_block
from played.page import ExamplesDirective, UnusableError, read_text


class Example(ExamplesDirective, LiteralInclude):
    """``.. example:: PATH`` – the options of ``literalinclude``, paths from the examples folder."""

    option_spec: ClassVar[dict[str, Any]] = {**LiteralInclude.option_spec, **rfg.option.SPEC}

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        try:
            path = self._checked(name)
            old = self._checked(self.options["diff"]) if "diff" in self.options else None
        except UnusableError as error:
            self.warn(error)
            return []
        return self._shown(name, path, old)

    def _checked(self, name: str) -> Path:
        path = self.inside(name)
        self.depend_on(path)
        if "encoding" not in self.options:
            try:
                read_text(path)
            except ValueError as error:
                raise UnusableError(f"{name}: {error}") from None
        return path

    def _shown(self, name: str, path: Path, old: Path | None) -> list[nodes.Node]:
        self.arguments[0] = self._from_source(path)
        if old:
            self.options["diff"] = self._from_source(old)
        else:
            self.options.setdefault("language", language.of(path))
        # names are noted with the node that carries them, and the nodes are not final yet
        label = self.options.pop("name", None)
        result = super().run()
        block = next((block for node in result for block in node.findall(nodes.literal_block)), None)
        if block is None:  # Sphinx has said what is wrong
            self.env.note_reread()
            return result
        final = self._finished(block, name, old)
        outer: nodes.Element
        if block.parent is None:
            outer = self.captioned(final, name)
        else:
            outer = block.parent
            block.replace_self(final)
        if label is not None:
            self.options["name"] = label
            self.add_name(outer)
        return [outer]

    def _finished(self, block: nodes.literal_block, name: str, old: Path | None) -> nodes.literal_block:
        block["source"] = name
        if old:
            block["classes"].append(NO_BUTTON)
            block = _with_header(block, old.relative_to(self.examples.root).as_posix(), name)
        elif block["language"] == "transcript":
            block = transcript_block(block.rawsource, block.rawsource, **block.attributes)
            self.set_source_info(block)
        (block,) = rfg.option.emphasised(self, [block])
        return block

    def _from_source(self, path: Path) -> str:
        """The path as ``literalinclude`` takes it: from the source folder, wherever that is."""
        return "/" + Path(os.path.relpath(path, self.env.srcdir)).as_posix()


def _with_header(block: nodes.literal_block, old: str, new: str) -> nodes.literal_block:
    """A difference that names the files as the page does, not where they are on the machine that builds."""
    lines = block.rawsource.split("\n")
    text = "\n".join([f"--- {old}", f"+++ {new}", *lines[2:]])
    changed = nodes.literal_block(text, text, **block.attributes)
    changed.source, changed.line = block.source, block.line
    return changed
