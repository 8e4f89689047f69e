"""The directive ``engine-state``: what is on the engine now, recorded in the same play as the steps around it.

A state is a step of a transcript whose name starts with ``state-``. Its commands are listings, ``docker container
ls`` and the like; each line that they print is a thing, in parts separated by `` | ``, the first of which tells it
from all others. What was not so in the state before is marked.

The directive makes a collapsible admonition of `Sphinx
<https://www.sphinx-doc.org/en/master/usage/restructuredtext/directives.html#directive-option-note-collapsible>`__,
so it folds without JavaScript, and every builder knows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes

from played.format import Step, Transcript
from played.page import ExamplesDirective, UnusableError
from rfg import writers
from rfg.nodes import rfg_mark

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"

PREFIX = "state-"
"""What the name of a step that records a state starts with."""

_LISTING = re.compile(r"docker (container|image|network|volume) ls\b")
_ANONYMOUS = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")

Parts = tuple[str, ...]
State = dict[str, tuple[Parts, ...]]
"""Kind of thing → what there is of it; the kinds in the order of the commands."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing: its parts, whether it is there no longer, and which of its parts were not so before."""

    parts: Parts
    gone: bool = False
    changed: frozenset[int] = frozenset()

    @property
    def new(self) -> bool:
        return 0 in self.changed


def state(step: Step) -> State:
    """What a step lists.

    Raises:
        UnusableError: where a command of the step lists nothing that is known.
    """
    found: State = {}
    for turn in step.turns:
        listing = _LISTING.search(turn.command or "")
        if listing is None or any(line.elided for line in turn.output):
            raise UnusableError(
                f"step {step.name!r} is no state: its commands have to be listings such as "
                "'docker volume ls', with their whole output"
            )
        lines = (line.text for line in turn.output if line.text.strip())
        found[listing[1]] = tuple(tuple(part.strip() for part in line.split(" | ")) for line in lines)
    return found


def differences(now: Iterable[Parts], before: Iterable[Parts] | None) -> Iterator[Difference]:
    """What there is now and what is gone; nothing has changed where there is no state before."""
    now = list(now)
    if before is None:
        yield from map(Difference, now)
        return
    old = list(before)
    for parts in now:
        same = next((known for known in old if known[0] == parts[0]), None)
        if same is None:
            yield Difference(parts, changed=frozenset(range(len(parts))))
        else:
            old.remove(same)
            yield Difference(parts, changed=frozenset(at for at, part in enumerate(parts) if part not in same))
    yield from (Difference(parts, gone=True) for parts in old)


class EngineState(ExamplesDirective):
    """``.. engine-state:: STEP`` – a step of the page's transcripts whose name starts with ``state-``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        try:
            return [self._shown(self.arguments[0])]
        except UnusableError as error:
            self.warn(error)
            return []

    def _shown(self, name: str) -> nodes.admonition:
        transcript, step, previous = self._found(name)
        self.depend_on(transcript.path)
        before: Mapping[str, tuple[Parts, ...]] | None = state(previous) if previous else None
        rows = [
            _row(kind, list(differences(things, None if before is None else before.get(kind, ()))))
            for kind, things in state(step).items()
        ]
        title = nodes.title("", "On the engine now")
        box = nodes.admonition("", title, nodes.field_list("", *rows), collapsible="closed")
        box["classes"] = ["engine-state"]
        for node in box.findall(nodes.TextElement):
            node["translatable"] = False
        self.set_source_info(box)
        return box

    def _found(self, name: str) -> tuple[Transcript, Step, Step | None]:
        folder = self.env.docname.rpartition("/")[2]
        states: list[str] = []
        for transcript in self.transcripts(folder):
            previous: Step | None = None
            for step in (step for step in transcript.steps if step.name.startswith(PREFIX)):
                if step.name == name:
                    return transcript, step, previous
                states.append(step.name)
                previous = step
        raise UnusableError(
            f"there is no state {name!r} in {self.examples.root.name}/{folder}; "
            f"the states are {', '.join(states) or 'none'}"
        )


def _row(kind: str, things: list[Difference]) -> nodes.field:
    """Containers one below the other, for there is something to say of each; the rest in one line."""
    body: nodes.Element = nodes.paragraph()
    if kind == "container" and things:
        body = nodes.bullet_list(
            "", *(nodes.list_item("", nodes.paragraph("", "", *_words(one))) for one in things)
        )
    else:
        for thing in things:
            if body.children:
                body += nodes.Text(", ")
            body.extend(_words(thing))
        if not things:
            body += nodes.Text("none")
    return nodes.field("", nodes.field_name("", f"{kind}s".capitalize()), nodes.field_body("", body))


def _words(thing: Difference) -> Iterator[nodes.Node]:
    parts = [(at, _ANONYMOUS.sub(r"\1…", part)) for at, part in enumerate(thing.parts)]
    for at, text in parts:
        if at:
            yield nodes.Text(", ")
        word = nodes.literal(text, text) if at == 0 else nodes.Text(text)
        marked = at == 0 if thing.new else at in thing.changed
        yield rfg_mark("", "", word) if marked else word
    if thing.gone or thing.new:
        yield nodes.Text(" ")
        remark = "(gone)" if thing.gone else "(new)"
        yield nodes.emphasis(remark, remark)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive and its style sheet."""
    app.setup_extension("played.sphinx_extension")
    app.add_directive("engine-state", EngineState)
    writers.ship_style_sheet(app, Path(__file__).parent / "engine_state.css")
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
