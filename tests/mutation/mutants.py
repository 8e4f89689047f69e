"""Small wrong changes to the chapters, each of which a play has to notice by itself.

A mutant replaces a few characters of one file. Its name stays the same as long as what it changes does, so a list of
those that are no change at all can be kept.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from played import fold, format
from played.examples import files_in
from played.format import Edit, Files, Step, Transcript, Turn
from tests import commands

EXAMPLES = commands.EXAMPLES

# The parts of a command line that are one word for a shell, quotes included.
_WORD = re.compile(r"""(?:"[^"]*"|'[^']*'|[^\s"'])+""")
_TAG = re.compile(r"(?<![\w./-])([a-z][\w./-]*?):(\d[\w.-]*|latest)(?![\w:.-])")
_PORT = re.compile(r"(?<![\w.])\d{4,5}(?![\w.])")
_PATH = re.compile(r"(?<![\w/])/?(?:[\w.-]+/)+[\w.-]*[a-z]")
_INSTRUCTION = re.compile(r"^(?:[A-Z]+)\s(?:.*\\\n)*.*\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong change.

    Attributes:
        name: ``CHAPTER: STEP or FILE: what is changed``.
        kind: the group in the report.
        path: the file, relative to the examples folder.
        start, end: the characters that are replaced.
        text: what takes their place.
    """

    chapter: str
    name: str
    kind: str
    path: str
    start: int
    end: int
    text: str

    def apply(self, examples: Path) -> None:
        """Make the change in a copy of the examples folder."""
        file = examples / self.path
        content = file.read_text(encoding="utf-8")
        file.write_text(content[: self.start] + self.text + content[self.end :], encoding="utf-8")


def sample(number: int, seed: int, store: str) -> list[Mutant]:
    """So many mutants, taken in turn from every chapter and, there, from every kind.

    Args:
        store: image store of the engine; what is meant for another one is left as it is.
    """
    draw = random.Random(seed)
    by_chapter = []
    for folder in sorted(path.parent for path in EXAMPLES.glob("[0-9]*/steps.console")):
        kinds: dict[str, list[Mutant]] = {}
        for mutant in mutants(folder, store, draw):
            kinds.setdefault(mutant.kind, []).append(mutant)
        groups = list(kinds.values())
        draw.shuffle(groups)
        for group in groups:
            draw.shuffle(group)
        by_chapter.append(list(_in_turn(groups)))
    draw.shuffle(by_chapter)
    return list(_in_turn(by_chapter))[:number]


def _in_turn(groups: list[list[Mutant]]) -> Iterator[Mutant]:
    for at in range(max(map(len, groups), default=0)):
        yield from (group[at] for group in groups if at < len(group))


def mutants(folder: Path, store: str, draw: random.Random) -> Iterator[Mutant]:
    """Every mutant of one chapter. Where a character is to be changed, chance says which."""
    for transcript in format.load_folder(folder):
        text = transcript.path.read_text(encoding="utf-8")
        starts = [0, *(found.end() for found in re.finditer("\n", text))]
        played = [step for step in transcript.steps if step.not_played is None and _is_for(step, store)]
        for step in played:
            for turn in step.turns:
                yield from _of_turn(folder.name, transcript, step, turn, text, starts, draw)
        yield from _without_proofs(folder.name, transcript, played, text, starts)
        yield from _of_dockerfiles(folder.name, transcript)


def _is_for(step: Step, store: str) -> bool:
    return step.only is None or step.only == ("store", store)


# Transcripts ------------------------------------------------------------------------------------------


def _of_turn(
    chapter: str, transcript: Transcript, step: Step, turn: Turn, text: str, starts: list[int], draw: random.Random
) -> Iterator[Mutant]:
    path = transcript.path.relative_to(EXAMPLES).as_posix()

    def mutant(kind: str, what: str, start: int, end: int, new: str) -> Mutant:
        return Mutant(chapter, f"{chapter}: {step.name}: {what}", kind, path, start, end, new)

    if turn.command is not None and "\n" not in turn.command:
        at = starts[turn.line - 1] + 2  # behind the prompt
        line = text[at : at + len(turn.command)]
        assert line == turn.command, (path, turn.line)
        for start, end, flag in _flags(line):
            yield mutant("flag dropped", f"{line} – without {flag}", at + start, at + end, "")
        for found in _TAG.finditer(line):
            what = f"{line} – tag {found[0]}"
            yield mutant("tag", what, at + found.start(2), at + found.end(2), "0.none")
        for found in _PORT.finditer(line):
            new = str(int(found[0]) + 1)
            yield mutant("port", f"{line} – {found[0]} to {new}", at + found.start(), at + found.end(), new)
        for found in _PATH.finditer(line):
            yield mutant("path", f"{line} – {found[0]}", at + found.end(), at + found.end(), "x")
        behind = starts[turn.end - 1] if turn.end - 1 < len(starts) else len(text)
        if turn.status_line is not None:
            at = starts[turn.status_line - 1]
            other = "[3]" if turn.status != 3 else "[4]"
            yield mutant(
                "exit status", f"{line} – {turn.status} to {other}", at, at + len(f"[{turn.status}]"), other
            )
        elif not turn.interactions and text[behind - 1] == "\n":
            last = turn.output[-1].line if turn.output else turn.line
            at = starts[last]
            yield mutant("exit status", f"{line} – 0 to [1]", at, at, "[1]\n")
    for output in turn.output:
        changed = _changed(output.text, draw)
        if changed is not None:
            at = starts[output.line - 1]
            what = f"{turn.command or '…'} – expects {changed}"
            yield mutant("expected line", what, at, at + len(output.text), changed)


def _changed(line: str, draw: random.Random) -> str | None:
    """The line with one letter or digit changed that is not part of a folded value."""
    places = [at for at, char in enumerate(line) if char.isascii() and char.isalnum()]
    draw.shuffle(places)
    for at in places:
        changed = line[:at] + ("8" if line[at] == "7" else "7" if line[at].isdigit() else "q") + line[at + 1 :]
        if fold.shape(changed) != fold.shape(line) and line != format.ELISION:
            return changed
    return None


def _flags(line: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and text of every flag of the docker commands in a line, with its value."""
    known = commands.reference(commands.PAGE.read_text(encoding="utf-8"))
    words = list(_WORD.finditer(line))
    wanted = [name for docker in commands.docker_commands(line) for name in commands.flags(docker, known)]
    values = {flag: known.find(command, flag) for command, flag in wanted if flag}
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        long, _, inline = word[0].partition("=")
        names = [long] if long.startswith("--") else [f"-{char}" for char in word[0][1:]]
        options = [values.get(name) for name in names]
        if not word[0].startswith("-") or not names or None in options:
            continue
        end = word.end()
        last = options[-1]
        if last is not None and last.value and not inline and at < len(words):
            end = words[at].end()
            at += 1
        yield word.start(), end + (line[end : end + 1] == " "), line[word.start() : end]


def _without_proofs(
    chapter: str, transcript: Transcript, played: list[Step], text: str, starts: list[int]
) -> Iterator[Mutant]:
    path = transcript.path.relative_to(EXAMPLES).as_posix()
    ends = [*(starts[step.line - 1] for step in transcript.steps[1:]), len(text)]
    for step, end in zip(transcript.steps, ends, strict=True):
        if step in played and step.hidden is not None and step.commands:
            name = f"{chapter}: {step.name}: step deleted"
            yield Mutant(chapter, name, "proof step deleted", path, starts[step.line - 1], end, "")


# Dockerfiles ------------------------------------------------------------------------------------------


def _of_dockerfiles(chapter: str, transcript: Transcript) -> Iterator[Mutant]:
    actions = (action for step in transcript.steps if step.not_played is None for action in step.actions)
    sources = {EXAMPLES / action.source for action in actions if isinstance(action, Files | Edit)}
    for file in sorted({path for source in sources for path in files_in(source)}):
        if "Dockerfile" not in file.name:
            continue
        path = file.relative_to(EXAMPLES).as_posix()
        found = list(_INSTRUCTION.finditer(file.read_text(encoding="utf-8")))
        for one in found:
            name = f"{chapter}: {path}: without {one[0].splitlines()[0]}"
            yield Mutant(chapter, name, "Dockerfile instruction", path, one.start(), one.end(), "")
        for first, second in pairwise(found):
            if first.end() == second.start():
                name = f"{chapter}: {path}: {second[0].splitlines()[0]} before {first[0].splitlines()[0]}"
                both = second[0].rstrip("\n") + "\n" + first[0]
                yield Mutant(chapter, name, "Dockerfile order", path, first.start(), second.end(), both)
