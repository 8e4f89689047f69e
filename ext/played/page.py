"""What the directives have in common: where examples are, how to complain, how a path becomes a caption."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from docutils import nodes
from sphinx import addnodes
from sphinx.directives.code import container_wrapper
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from played import format, line_numbers
from played.examples import Examples, OutsideError

_logger = logging.getLogger(__name__)


class UnusableError(Exception):
    """Something that cannot be shown: what is wrong, and where.

    ``location`` is ``path:line`` of a file that is not the page, ``None`` for the page itself.
    """

    def __init__(self, message: str, location: str | None = None) -> None:
        super().__init__(message)
        self.location = location


class ExamplesDirective(SphinxDirective):
    """A directive that shows something from the examples folder."""

    @property
    def examples(self) -> Examples:
        return Examples(Path(self.config.played_examples))

    def inside(self, name: str) -> Path:
        """The path of something in the examples folder.

        Raises:
            UnusableError: where it would not be inside.
        """
        try:
            return self.examples.path(name)
        except OutsideError as error:
            raise UnusableError(str(error)) from None

    def transcripts(self, folder: str) -> tuple[format.Transcript, ...]:
        """The transcripts of a folder, looked at once for each page, and so are problems in them reported.

        Raises:
            UnusableError: where there are none.
        """
        known = cast(
            dict[str, tuple[format.Transcript, ...]], self.env.temp_data.setdefault("played_transcripts", {})
        )
        if folder not in known:
            known[folder] = self._transcripts(folder)
        return known[folder]

    def _transcripts(self, folder: str) -> tuple[format.Transcript, ...]:
        if not self.inside(folder).is_dir():
            raise UnusableError(
                f"there is no folder {self.examples.root.name}/{folder}; name the folder of the step: FOLDER/STEP"
            )
        try:
            return self.examples.transcripts(folder)
        except OutsideError as error:
            raise UnusableError(str(error)) from None
        except format.FormatError as error:
            self._report(error)
            raise UnusableError("") from None

    def _report(self, error: format.FormatError) -> None:
        """A page with many steps of a broken chapter says it once; another page says it again."""
        reported = cast(set[format.Problem], self.env.temp_data.setdefault("played_reported", set()))
        for problem in error.problems:
            if problem not in reported:
                reported.add(problem)
                self.warn(UnusableError(problem.message, f"{problem.path}:{problem.line}"))

    def warn(self, error: UnusableError) -> None:
        """One warning, and the page is read again by the next build, so that it fails again."""
        self.env.note_reread()
        if str(error):
            _logger.warning(
                "%s", error, location=error.location or self.get_location(), type="played", subtype="page"
            )

    def depend_on(self, path: Path) -> None:
        """Read the page again when this file changes."""
        self.env.note_dependency(os.path.relpath(path, self.env.srcdir))

    def emphasise_lines(self, blocks: Sequence[nodes.literal_block]) -> None:
        """The option ``:emphasize-lines:``; the lines are counted through all blocks of the directive."""
        spec = self.options.get("emphasize-lines")
        if spec is None:
            return
        counts = [block.rawsource.removesuffix("\n").count("\n") + 1 for block in blocks]
        try:
            wanted = line_numbers.parse(spec, sum(counts))
        except ValueError as error:
            self.warn(UnusableError(f":emphasize-lines: {error}"))
            return
        numbers = deque(sorted(set(wanted)))
        start = 0
        for block, count in zip(blocks, counts, strict=True):
            here: list[int] = []
            while numbers and numbers[0] < start + count:
                here.append(numbers.popleft() - start + 1)
            block["highlight_args"] = {**block.get("highlight_args", {}), "hl_lines": here}
            start += count

    def wrapped(self, block: nodes.literal_block, caption: str) -> nodes.container:
        """A block under the value of ``:caption:``.

        Raises:
            UnusableError: where that is no line of text, but a title or a list, or half of one.
        """
        try:
            return container_wrapper(self, block, caption)
        except (ValueError, IndexError):
            raise UnusableError(f":caption: {caption!r} is no line of text; write a few words") from None

    def captioned(self, block: nodes.literal_block, path: str, download: bool = False) -> nodes.container:
        """A block under the path of the file that it shows, in the structure of Sphinx' own captions.

        Args:
            download: whether the path is an example, so that builders with downloads can link it.
        """
        title: nodes.Element = nodes.literal(path, path)
        if download:
            target = os.path.relpath(self.examples.root / path, self.env.srcdir)
            # with a slash in front Sphinx looks from the source folder on, not from the page's
            title = addnodes.download_reference("", "", title, reftarget=f"/{target}", refdoc=self.env.docname)
        caption = nodes.caption(path, "", title, translatable=False)
        self.set_source_info(caption)
        return nodes.container("", caption, block, literal_block=True, classes=["literal-block-wrapper"])


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """The text of an example file.

    Raises:
        ValueError: where it cannot be read, has another encoding or other line ends than LF, or has characters
            that nobody sees; says what to do.
    """
    try:
        text = path.read_bytes().decode(encoding)
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read: {error.strerror}") from None
    except UnicodeError:
        name = encoding.upper()
        raise ValueError(f"{path.name} is not {name}; save the file as {name}") from None
    except LookupError as error:  # some codecs are for bytes
        raise ValueError(f"{encoding} is no encoding of text ({error})") from None
    if "\r" in text:
        raise ValueError(f"{path.name} has carriage returns (CRLF line ends?); save it with LF line ends")
    if (control := format.CONTROL.search(text)) is not None:
        line = text.count("\n", 0, control.start()) + 1
        code = f"U+{ord(control[0]):04X}"
        raise ValueError(f"{path.name} has the control character {code} in line {line}; take it out")
    return text
