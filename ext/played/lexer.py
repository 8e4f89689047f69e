"""Colours for a transcript, by the rules of :mod:`played.format`.

Pygments has a lexer for shell sessions, but it takes the body of a here-document for output and output that
starts with ``#`` for a prompt (pygments#2497, #2749). What is copied depends on it, so the rules are exact
here: ``$`` starts a command, ``>`` goes on with it as long as no output came between, the rest is output.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from pygments.lexer import Lexer, do_insertions, inherit  # type: ignore[attr-defined]  # the stubs lack it
from pygments.lexers.shell import BashLexer
from pygments.token import Error, Generic, Operator, String, Text, Whitespace, _TokenType

from played import format

ELIDED = "…"
"""How a page shows ``...``: lines that the reader sees and the page leaves out."""

_NARROW = 32
"""Letters for which there is room on any screen."""

_OPTION = re.compile(rf"-.{{1,{_NARROW}}}")

_LINE = re.compile(r"[^\n]*\n|[^\n]+")  # str.splitlines() would begin a line, perhaps a command, at U+2028
_Token = tuple[int, _TokenType, str]


class _Shell(BashLexer):
    """Pygments' own, with other rules where its own do not come to an end: in a string that is not closed the time
    doubles with each octal number (as in pygments#3228), and each here-document is looked for to the very end.
    """

    tokens: ClassVar[dict[str, list[Any]]] = {
        "basic": [
            (r"<<<", Operator),
            (r"<<-?\s*('?)\\?(\w++)[\w\W]{1,5000}?\2", String),
            (r"<<", Text),
            inherit,
        ],
        "data": [
            (r"(?s)\$'[^'\\]*+(?:\\.[^'\\]*+)*+'", String.Single),
            (r"\$(?=')", Text),
            inherit,
        ],
    }


class TranscriptLexer(Lexer):
    """Prompts are ``Generic.Prompt``, everything else that nobody types is a ``Generic.Output``."""

    name = "Transcript of a terminal"
    aliases = ("transcript",)
    filenames = ("*.console",)
    url = ""
    version_added = ""
    prompts: tuple[str, str] = ("$", ">")
    language: type[Lexer] = _Shell

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"stripnl": False, **options})
        self._shell = self.language()

    def get_tokens_unprocessed(self, text: str) -> Iterator[_Token]:
        command: list[tuple[int, str]] = []
        prompt, continuation = self.prompts
        offset = 0
        for line in _LINE.findall(text):
            if _starts(line, prompt):
                yield from self._command(command)
                command = [(offset, line)]
            elif command and _starts(line, continuation):
                command.append((offset, line))
            else:
                yield from self._command(command)
                command = []
                yield offset, _output(line), line
            offset += len(line)
        yield from self._command(command)

    def _command(self, lines: list[tuple[int, str]]) -> Iterator[_Token]:
        """The tokens of one command: its prompts, and what the shell makes of the rest."""
        if not lines:
            return
        code = ""
        prompts: list[tuple[int, list[_Token]]] = []
        for (_, line), shown in zip(lines, (self.prompts[0], *[self.prompts[1]] * (len(lines) - 1)), strict=True):
            prompt = line[: len(shown) + 1].rstrip("\n")
            prompts.append((len(code), [(0, Generic.Prompt, prompt)]))
            code += line[len(prompt) :]
        start = lines[0][0]
        tokens = do_insertions(prompts, self._shell.get_tokens_unprocessed(code))
        fits = all(len(line) <= _NARROW for _, line in lines)
        for index, kind, value in tokens if fits else _whole(tokens):
            # what Pygments does not understand is still a command, and a blank has no colour
            yield start + index, Text if kind in (Error, Whitespace) else kind, value


class CommandLexer(_Shell):
    """A command without its prompt, that stands in a line of text or in a table."""

    name = "Command of a transcript"
    aliases: ClassVar[list[str]] = ["transcript-command"]
    filenames: ClassVar[list[str]] = []

    def get_tokens_unprocessed(self, text: str) -> Iterator[_Token]:  # type: ignore[override]  # no stack is handed in
        yield from _whole(super().get_tokens_unprocessed(text))


def _whole(tokens: Iterable[_Token]) -> Iterator[_Token]:
    """Marks options: a line may end behind a hyphen, and what is torn from its own looks like another word."""
    for index, kind, value in tokens:
        yield index, Text.Whole if kind is Text and _OPTION.fullmatch(value) else kind, value


def _starts(line: str, prompt: str) -> bool:
    return line.rstrip("\n") == prompt or line.startswith(f"{prompt} ")


def _output(line: str) -> _TokenType:
    if line.startswith("#: "):
        return Generic.Output.Marker
    if line.rstrip("\n") in (format.ELISION, ELIDED):
        return Generic.Output.Elision
    return Generic.Output
