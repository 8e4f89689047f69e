"""The directive ``transcript``: named steps of the transcripts in the examples folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import PurePosixPath
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives

import rfg.option
from played import differs, language, show
from played.copying import NO_BUTTON, transcript_block
from played.error_index import MESSAGES, messages
from played.folding import folded_output
from played.format import DEFAULT_TERMINAL, Action, Edit, Step, Transcript
from played.home import source_of
from played.page import ExamplesDirective, UnusableError, read_text
from played.provenance import FROM
from played.verified import TRANSCRIPTS, proof_mark

_ORDINALS = {"1": "First", "2": "Second", "3": "Third", "4": "Fourth"}


@dataclass(frozen=True, slots=True)
class _Shown:
    """A step that the page shows, with the transcripts of its folder."""

    step: Step
    transcript: Transcript
    folder: tuple[Transcript, ...]

    @property
    def terminal_before(self) -> str:
        """The terminal that was used last before the step."""
        name = DEFAULT_TERMINAL
        for step in self.transcript.steps:
            if step is self.step:
                break
            for turn in step.turns:
                name = turn.terminal
        return name

    def actions_before(self, edit: Edit) -> Iterator[Action]:
        """Everything the folder does before an edit of this step."""
        for transcript in self.folder:
            for step in transcript.steps:
                for action in step.actions:
                    if action is edit:
                        return
                    yield action


def _selection(argument: str) -> show.Selection:
    return show.SELECTIONS[directives.choice(argument, tuple(show.SELECTIONS))]


class TranscriptSteps(ExamplesDirective):
    """``.. transcript:: STEP [STEP …]`` – what the reader sees of these steps."""

    has_content = False
    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Any]] = {
        "caption": directives.unchanged_required,
        "class": directives.class_option,
        "emphasize-lines": directives.unchanged_required,
        "fold": directives.nonnegative_int,
        "name": directives.unchanged,
        "show": _selection,
        **rfg.option.SPEC,
    }

    def run(self) -> list[nodes.Node]:
        found = [shown for word in self.arguments[0].split() if (shown := self._found(word))]
        steps = {id(shown.step): shown for shown in found}
        selection = self.options.get("show", show.Selection())
        fold = self.options.get("fold")
        parts = show.parts([(shown.step, shown.terminal_before) for shown in found], selection, fold)
        content: list[nodes.Element] = []
        for part in parts:
            if isinstance(part, show.Only) and not self._only(part):
                continue
            try:
                content.append(self._node(part, steps))
            except UnusableError as error:
                self.warn(error)
        if not content:
            return []
        box = self._assembled(content)
        box[MESSAGES] = messages([shown.step for shown in found])
        self._prove(box, found)
        if self.config.played_issues and selection.answered:
            box += differs.links(self.env.docname, [shown.step for shown in found])
        self._address(box, f"step-{found[0].step.name}")
        return [box]

    # Steps -------------------------------------------------------------------------------------------

    def _found(self, word: str) -> _Shown | None:
        try:
            return self._looked_up(word)
        except UnusableError as error:
            self.warn(error)
            return None

    def _looked_up(self, word: str) -> _Shown:
        folder, slash, name = word.rpartition("/")
        folder = folder if slash else self.env.docname.rpartition("/")[2]
        transcripts = self.transcripts(folder)
        where = f"{self.examples.root.name}/{folder}"
        for transcript in transcripts:
            for step in transcript.steps:
                if step.name == name:
                    self.depend_on(transcript.path)
                    if step.hidden is not None:
                        raise UnusableError(
                            f"step {name!r} of {where} is hidden ({step.hidden}); "
                            "show another one, or take '#: hidden' out of the transcript"
                        )
                    return _Shown(step, transcript, transcripts)
        names = [step.name for transcript in transcripts for step in transcript.steps if step.hidden is None]
        raise UnusableError(f"there is no step {name!r} in {where}; the steps are {', '.join(names) or 'none'}")

    def _prove(self, box: nodes.container, found: list[_Shown]) -> None:
        """Note what the steps are from, and lead from them to what is known of their play."""
        names = dict.fromkeys(shown.transcript.path.relative_to(self.examples.root).as_posix() for shown in found)
        box[TRANSCRIPTS] = list(names)
        proves = self.config.played_ledger and self.config.played_report
        if proves and all(shown.step.not_played is None for shown in found):
            box += proof_mark(folder=found[0].transcript.path.parent.relative_to(self.examples.root).as_posix())

    # Parts -------------------------------------------------------------------------------------------

    def _node(self, part: show.Part, steps: dict[int, _Shown]) -> nodes.Element:
        match part:
            case show.Block():
                return self._block("\n".join(part.lines), part.typed)
            case show.Folded():
                return folded_output("", self._block("\n".join(part.lines), False))
            case show.Terminal():
                return self._line("label", _strong(_terminal(part.name)))
            case show.Only():
                return self._line("label", _strong(self._only(part)))
            case show.NotPlayed():
                return self._line("note", _emphasis(f"Not tested: {part.reason}"))
            case show.Press():
                return self._line("key", *_when(part.cue, "press "), *_keys(part.key), ".")
            case show.Answer():
                typed = _code(part.text)
                return self._line("key", *_when(part.cue, "type "), typed, " and press ", *_keys("Enter"), ".")
            case show.Later():
                return self._line("note", "A moment later:")
            case show.Answered():
                return self._line("note", "When it has answered like this:")
            case show.Status():
                return self._line("status", _emphasis(f"Exit status {part.status}"))
            case show.Change():
                return self._change(steps[id(part.step)], part.edit)

    def _block(self, text: str, typed: bool) -> transcript_block:
        block = transcript_block(text, text, classes=[] if typed else [NO_BUTTON])
        self.set_source_info(block)
        return block

    def _line(self, kind: str, *content: str | nodes.Node) -> nodes.paragraph:
        children = [nodes.Text(part) if isinstance(part, str) else part for part in content]
        line = nodes.paragraph("", "", *children, classes=[f"played-{kind}"], translatable=False)
        self.set_source_info(line)
        return line

    def _only(self, part: show.Only) -> str:
        fact = f"{part.fact}={part.value}"
        label: str = self.config.played_only_labels.get(fact, f"Only where {fact}")
        return label

    def _change(self, shown: _Shown, edit: Edit) -> nodes.container:
        """The change of a file, as a difference; the whole file where there was none before."""
        location = f"{shown.transcript.path}:{edit.line}"
        for transcript in shown.folder:
            self.depend_on(transcript.path)
            if transcript is shown.transcript:
                break
        try:
            new = self._text(edit.source)
            old = self._text_before(edit.target, shown.actions_before(edit))
        except (UnusableError, ValueError) as error:
            raise UnusableError(str(error), location) from None
        if old is not None and _lines(old) == _lines(new):
            raise UnusableError(f"{edit.source} is what {edit.target} already is; nothing to show", location)
        if old is None:
            block = nodes.literal_block(new, new, language=language.of(PurePosixPath(edit.target)))
        else:
            text = "\n".join(list(unified_diff(_lines(old), _lines(new), lineterm=""))[2:])
            block = nodes.literal_block(text, text, language="udiff", classes=[NO_BUTTON])
        self.set_source_info(block)
        return self.captioned(block, edit.target)

    def _text(self, name: str) -> str:
        path = self.inside(name)
        self.depend_on(path)
        return read_text(path)

    def _text_before(self, target: str, before: Iterator[Action]) -> str | None:
        source = source_of(target, before)
        return self._text(source) if source and self.inside(source).exists() else None

    # The whole ---------------------------------------------------------------------------------------

    def _assembled(self, content: list[nodes.Element]) -> nodes.container:
        box = nodes.container("", *content, classes=["played", *self.options.get("class", [])])
        self.set_source_info(box)
        blocks = list(box.findall(nodes.literal_block))
        for block in blocks:
            block[FROM] = self.arguments[0]
        self.emphasise_lines(blocks)
        for block, final in zip(blocks, rfg.option.emphasised(self, blocks), strict=True):
            if final is not block:
                block.replace_self(final)
        self._name(box)
        return box

    def _address(self, box: nodes.container, identifier: str) -> None:
        """The first block that shows a step on a page can be linked to."""
        if identifier not in self.state.document.ids:
            box["ids"].append(identifier)
            self.state.document.set_id(box)

    def _name(self, box: nodes.container) -> None:
        """Caption and name belong to the first block, as they do in Sphinx' own directives."""
        first = next((child for child in box.children if isinstance(child, nodes.literal_block)), None)
        if first is None:
            if "caption" in self.options or "name" in self.options:
                self.warn(UnusableError(":caption: and :name: need lines of a terminal; the steps show none"))
            return
        target: nodes.Element = first
        if "caption" in self.options:
            at = box.index(first)
            try:
                target = self.wrapped(first, self.options["caption"])
                box[at] = target
            except UnusableError as error:
                self.warn(error)
        self.add_name(target)


def _terminal(name: str) -> str:
    return f"{_ORDINALS[name]} terminal" if name in _ORDINALS else f"Terminal “{name}”"


def _when(cue: str | None, verb: str) -> list[str | nodes.Node]:
    return [verb.capitalize()] if cue is None else ["When you see ", _code(cue), f", {verb}"]


def _strong(text: str) -> nodes.strong:
    return nodes.strong(text, text)


def _emphasis(text: str) -> nodes.emphasis:
    return nodes.emphasis(text, text)


def _code(text: str) -> nodes.literal:
    return nodes.literal(text, text)


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _keys(name: str) -> Iterator[nodes.Node]:
    """The nodes that the role ``kbd`` makes of ``Ctrl-C``: one for each key."""
    for number, key in enumerate(name.split("-")):
        if number:
            yield nodes.Text("-")
        yield nodes.literal(key, key, classes=["kbd"])
