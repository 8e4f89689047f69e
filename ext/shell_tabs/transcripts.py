"""A block of a transcript as two tabs, where PowerShell has other words for one of its commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from played.copying import transcript_block
from rfg.nodes import marked
from rfg.phrases import Span
from shell_tabs.lexer import CONTINUATION, PROMPT, PowerShellTranscriptLexer
from shell_tabs.rewrite import powershell
from shell_tabs.rules import NoEquivalentError
from shell_tabs.tabs import tab_set

ONE_SHELL = "one-shell"
"""The class of a directive whose commands are for a POSIX shell only."""

SHELL, POWERSHELL = "Shell", "PowerShell"
"""The labels of the tabs."""

NOTE = "Generated from the tested command, not run."
NOTE_ON_OUTPUT = " The output is that of the tested command."


class powershell_block(transcript_block):
    """A block in the language ``transcript-powershell``."""

    lexer = PowerShellTranscriptLexer

    def __init__(self, rawsource: str = "", text: str = "", *children: nodes.Node, **attributes: Any) -> None:
        super().__init__(rawsource, text, *children, **{"language": "transcript-powershell", **attributes})


@dataclass(frozen=True, slots=True)
class Turn:
    """A command with its output, as a block shows them.

    Attributes:
        start: offset of the first line in the block.
        typed: the lines of the command, prompts included. Empty for output in front of the first command.
        answered: the lines of the output.
    """

    start: int
    typed: str
    answered: str

    @property
    def command(self) -> str:
        return "\n".join(line[2:] for line in self.typed.splitlines())


def turns(text: str) -> Iterator[Turn]:
    """The commands of a block, by the rules of :mod:`played.lexer`."""
    # a prompt, its continuations, and everything up to the next prompt
    for found in re.finditer(r"(\$(?: .*)?\n(?:>(?: .*)?\n)*|\A)((?:(?!\$[ \n]).*\n)*)", f"{text}\n"):
        if found[0]:
            yield Turn(found.start(), found[1], found[2])


class ShellTabs(SphinxPostTransform):
    """Puts every such block into tabs. The stored document stays as it is, so nothing is decided too early."""

    default_priority = 300

    def run(self, **kwargs: Any) -> None:
        programs = frozenset(self.config.shell_tabs_programs)
        for block in list(self.document.findall(transcript_block)):
            if any(ONE_SHELL in parent["classes"] for parent in _parents(block)):
                continue
            panel = powershell_panel(block, programs)
            if panel:
                # a captioned block moves with its caption
                shown: nodes.Element = block
                if isinstance(block.parent, nodes.container) and block.parent.get("literal_block"):
                    shown = block.parent
                    panel.insert(0, nodes.paragraph("", shown[0].astext(), classes=["played-label"]))
                tabs, (first, second) = tab_set(SHELL, POWERSHELL, name="The same commands in")
                shown.parent.replace(shown, tabs)  # replace_self would copy the ids
                first += shown
                second += panel


def powershell_panel(block: transcript_block, programs: frozenset[str]) -> list[nodes.Element]:
    """What the second tab shows; nothing where PowerShell has the same words."""
    text = block.rawsource
    pieces: list[tuple[str, list[Span]] | nodes.paragraph] = []
    note = ""
    differs = False
    for turn in turns(text):
        spans = [(start - turn.start, end - turn.start) for start, end in block.spans]
        try:
            command = powershell(turn.command, programs) if turn.typed else ""
        except NoEquivalentError as error:
            differs = True
            pieces.append(_nothing(turn.command, str(error)))
            continue
        differs |= command != turn.command
        note = NOTE + NOTE_ON_OUTPUT if turn.answered or NOTE_ON_OUTPUT in note else NOTE
        typed = _prompted(command) if turn.typed else ""
        pieces.append((typed + turn.answered, [*_kept(turn, typed, spans)]))
    if not differs:
        return []
    panel = list(_joined(pieces, block))
    if note:
        panel.insert(0, nodes.paragraph("", "", nodes.emphasis(note, note), classes=["played-note"]))
    return panel


def _parents(node: nodes.Node) -> Iterator[nodes.Element]:
    while (node := node.parent) is not None:
        yield node


def _prompted(command: str) -> str:
    first, *rest = command.split("\n")
    return "".join(
        [f"{PROMPT} {first}\n", *(f"{CONTINUATION} {line}\n" if line else f"{CONTINUATION}\n" for line in rest)]
    )


def _nothing(command: str, reason: str) -> nodes.paragraph:
    return nodes.paragraph(
        "",
        "",
        nodes.Text("No PowerShell for "),
        nodes.literal(command, command),
        nodes.Text(f": {reason}. Type it in WSL or Git Bash."),
        classes=["played-note"],
    )


def _kept(turn: Turn, typed: str, spans: Sequence[Span]) -> Iterator[Span]:
    """The marks that have a place in the new text: the same phrase, counted in the same way."""
    end = len(turn.typed)
    shift = len(typed) - end
    for start, stop in spans:
        if end <= start and stop <= end + len(turn.answered):
            yield start + shift, stop + shift
        elif start >= 0 and stop <= end:
            phrase = re.escape(turn.typed[start:stop])
            number = len(re.findall(phrase, turn.typed[:start]))
            places = [found.span() for found in re.finditer(phrase, typed)]
            yield from places[number : number + 1]


def _joined(
    pieces: Sequence[tuple[str, list[Span]] | nodes.paragraph], like: transcript_block
) -> Iterator[nodes.Element]:
    """Texts that follow each other as one block."""
    text, spans = "", list[Span]()
    for piece in [*pieces, None]:
        if isinstance(piece, tuple):
            spans += [(start + len(text), end + len(text)) for start, end in piece[1]]
            text += piece[0]
            continue
        if text:
            text = text.removesuffix("\n")
            block = powershell_block(text, text)
            block.source, block.line = like.source, like.line
            yield marked(block, sorted(spans)) if spans else block
        text, spans = "", []
        if piece is not None:
            yield piece
