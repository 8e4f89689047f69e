"""The directive ``chapter-files``: every file of a chapter as one download.

What is in it is read from the transcripts: what their shown steps copy into the reader's home stands under the
same path. What replaces a file on the way, or comes alone into a folder that earlier steps have already worked
with, stands in the folder ``later``. The archive is made when the site is built; the same files give
the same bytes.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.osutil import relative_uri

from played.examples import Examples, OutsideError, files_in
from played.format import Edit, Files, FormatError, Step
from played.page import ExamplesDirective, UnusableError
from rfg import builder

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"

FOLDER = "files"
"""Where the archives are on the site."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every file in an archive, the earliest that the format knows."""

_METADATA = "chapter-files"


def contents(steps: Iterable[Step], examples: Examples) -> dict[str, Path]:
    """Path in the archive → file of the examples folder.

    Raises:
        OutsideError: where something is not inside the examples folder, which a published archive would give away.
        UnusableError: where it is not there.
    """
    found: dict[str, Path] = {}
    for step in steps:
        if step.hidden is not None:
            continue
        in_use = {posixpath.dirname(target) for target in found}
        for action in step.actions:
            if isinstance(action, Files):
                source = _there(examples, action.source)
                for path in files_in(source):
                    target = posixpath.join(action.target, path.relative_to(source).as_posix())
                    examples.path(path.relative_to(examples.root).as_posix())
                    _add(found, posixpath.normpath(target), path, in_use if path == source else set())
            elif isinstance(action, Edit):
                _add(found, posixpath.normpath(action.target), _there(examples, action.source), set())
    return found


def _there(examples: Examples, name: str) -> Path:
    path = examples.path(name)
    if not path.exists():
        raise UnusableError(f"there is no {examples.root.name}/{name}, which a transcript copies")
    return path


def _add(found: dict[str, Path], target: str, path: Path, in_use: set[str]) -> None:
    """The first file under a path is the one to begin with, unless what was typed before would meet it."""
    if target not in found and posixpath.dirname(target) not in in_use:
        found[target] = path
    elif path not in found.values():
        found[f"later/{path.name}"] = path


def write(archive: Path, top: str, files: dict[str, Path]) -> None:
    """Make an archive with everything in the folder ``top``."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
        for target, path in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{top}/{target}", _EPOCH)
            entry.create_system = 3  # Unix, wherever the site is built
            entry.external_attr = (0o100755 if path.stat().st_mode & 0o100 else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, path.read_bytes())


class chapter_files(nodes.General, nodes.Element):
    """Where the link will stand."""


class ChapterFiles(ExamplesDirective):
    """``.. chapter-files::`` – takes nothing; the chapter is the page's."""

    def run(self) -> list[nodes.Node]:
        folder = self.env.docname.rpartition("/")[2]
        try:
            transcripts = self.transcripts(folder)
            files = contents((step for one in transcripts for step in one.steps), self.examples)
            if not files:
                raise UnusableError(f"the transcripts of {folder} copy no files, so there is nothing to download")
        except OutsideError as error:
            self.warn(UnusableError(str(error)))
            return []
        except UnusableError as error:
            self.warn(error)
            return []
        for path in (*(one.path for one in transcripts), *files.values()):
            self.depend_on(path)
        self.env.metadata[self.env.docname][_METADATA] = folder
        return [chapter_files(folder=folder)]


class _Link(SphinxPostTransform):
    """A link where the archives are: beside the pages, or on the hosted site. Elsewhere there is none."""

    default_priority = 5

    def run(self, **_options: object) -> None:
        for place in list(self.document.findall(chapter_files)):
            place.replace_self(self._line(place["folder"]))

    def _line(self, folder: str) -> list[nodes.Node]:
        name = f"{folder}.zip"
        at_work = builder.of(self.env)
        if builder.writes_a_site(at_work):
            uri = relative_uri(at_work.get_target_uri(self.env.docname), f"{FOLDER}/{name}")
        elif self.config.html_baseurl:
            uri = f"{self.config.html_baseurl.rstrip('/')}/{FOLDER}/{name}"
        else:
            return []
        link = nodes.reference(name, name, refuri=uri, internal=False)
        return [
            nodes.paragraph(
                "", "", nodes.Text("All files of this chapter in one archive: "), link, nodes.Text(".")
            )
        ]


def _write_all(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or not builder.writes_a_site(app.builder):
        return
    examples = Examples(Path(app.config.played_examples))
    for data in app.env.metadata.values():
        if folder := data.get(_METADATA):
            try:
                steps = [step for one in examples.transcripts(folder) for step in one.steps]
                files = contents(steps, examples)
            except (FormatError, OutsideError, UnusableError):
                continue  # reported by the page
            write(Path(app.outdir, FOLDER, f"{folder}.zip"), folder, files)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive; the archives are written when the pages are."""
    app.setup_extension("played.sphinx_extension")
    app.add_node(chapter_files)
    app.add_directive("chapter-files", ChapterFiles)
    app.add_post_transform(_Link)
    app.connect("build-finished", _write_all)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
