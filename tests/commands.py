"""The docker commands and flags of the transcripts, and those that ``docs/reference/commands.rst`` explains.

The page is the grammar as well: from its ``option`` entries it is known which flags take a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from played import format

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/reference/commands.rst"
EXAMPLES = ROOT / "examples"

GROUPS = {
    *("builder", "buildx", "buildx imagetools", "compose", "container"),
    *("context", "image", "network", "system", "volume"),
}
"""The words after ``docker`` that need another word to be a command."""

OWN_ARGUMENTS = {"docker container create", "docker container exec", "docker container run"}
"""Commands whose flags end at the first argument: what follows is the container's."""

_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1([^\n]*)\n(?:.*?\n)??\s*\2(?=\n|$)", re.DOTALL)
_ENTRY = re.compile(r"^\.\. (program|option):: (.+)$|^The short forms? (?:is|are) (.+)\.$", re.MULTILINE)
_HELP = re.compile(r"^  (?:(-\w), |    )(--[\w-]+)(?: (\S+))?(?: {2,}|$)", re.MULTILINE)
# What may stand before a command that another command runs.
_WRAPPER = re.compile(r"(?:(?:sudo(?: -u \w+)?|time|timeout \d+|xargs(?: -r)?|do|then|if|!|\w+=\S*) )*(?=docker )")


@dataclass(frozen=True, slots=True)
class Option:
    """A flag with all its names."""

    names: tuple[str, ...]
    value: bool


@dataclass(slots=True)
class Reference:
    """What the page explains: the options of each command, and the command behind each short form."""

    options: dict[str, list[Option]]
    short: dict[str, str]

    def find(self, command: str, flag: str) -> Option | None:
        return next((option for option in self.options.get(command, ()) if flag in option.names), None)


@dataclass(frozen=True, slots=True)
class Use:
    """A command of a transcript, or one of its flags. ``place`` is the file, the line and the exit status."""

    command: str
    flag: str | None
    place: str
    status: int


def reference(text: str) -> Reference:
    """Parse the ``program`` and ``option`` directives of the page."""
    found = Reference({}, {})
    command = ""
    for kind, argument, short in _ENTRY.findall(text):
        if short:
            found.short |= dict.fromkeys(re.findall("``(.+?)``", short), command)
        elif kind == "program":
            command = argument
            assert command not in found.options, f"{command} has two sections"
            found.options[command] = []
        else:
            parts = [name.partition(" ") for name in argument.split(", ")]
            found.options[command].append(Option(tuple(part[0] for part in parts), any(part[2] for part in parts)))
    return found


def helped(text: str) -> list[Option]:
    """The options in what ``--help`` prints."""
    return [Option(tuple(filter(None, (short, long))), bool(value)) for short, long, value in _HELP.findall(text)]


def simple_commands(script: str) -> Iterator[list[str]]:
    """The words of every command of a shell script, those inside ``$( )`` included. Quotes are removed."""
    script = _HEREDOC.sub(r"\3", script).replace("\\\n", " ")
    words: list[str] = []
    word: str | None = None  # the word being read, None between words
    quote = ""
    skip = False  # the next word is the file of a redirection
    at = 0
    while at <= len(script):
        char = script[at] if at < len(script) else "\n"
        at += 1
        if char == quote and quote:
            quote = ""
        elif quote != "'" and char == "$" and script[at : at + 1] == "(":
            end = closing(script, at)
            yield from simple_commands(script[at + 1 : end])
            word = f"{word or ''}$()"
            at = end + 1
        elif quote != "'" and char == "\\":
            word = (word or "") + script[at : at + 1]
            at += 1
        elif quote:
            word = (word or "") + char
        elif char in "'\"":
            quote, word = char, word or ""
        elif char not in " \t\n;|&()<>":
            word = (word or "") + char
        else:
            if char in "<>" and word is not None and word.isdigit():
                word = None  # the number of a file descriptor
            if word is not None and not skip:
                words.append(word)
            skip = skip and word is None
            word = None
            if char in "<>":
                skip = True
                at += script[at : at + 1] in ("&", ">")
            elif char not in " \t":
                if words:
                    yield words
                words, skip = [], False
    if quote:
        raise ValueError(f"a quotation mark is open: {script}")


def docker_commands(script: str) -> Iterator[list[str]]:
    """The words of every docker command of a shell script, without what stands before ``docker``."""
    for words in simple_commands(script):
        wrapper = _WRAPPER.match(" ".join(words) + " ")
        if wrapper is not None:
            yield words[len(wrapper[0].split()) :]


def closing(script: str, start: int) -> int:
    """Where the parenthesis that opens at ``start`` closes; quotes protect."""
    depth, quote = 0, ""
    for at in range(start, len(script)):
        char = script[at]
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        else:
            depth += (char == "(") - (char == ")")
            if depth == 0:
                return at
    raise ValueError(f"a parenthesis is open: {script}")


def flags(words: list[str], known: Reference) -> Iterator[tuple[str, str | None]]:
    """(command, flag) for each flag of one docker command, and (command, None) for the command. An unknown flag ends the search."""
    command, at = "docker", 1
    name: list[str] = []
    while at < len(words):
        word = words[at]
        at += 1
        if word == "--":
            break
        if word == "--help":
            yield "docker", word
        elif word.startswith("-") and word != "-":
            long, equals, _ = word.partition("=") if word.startswith("--") else ("", "", "")
            for place, flag in enumerate([long] if long else [f"-{char}" for char in word[1:]], 2):
                yield command, flag
                option = known.find(command, flag)
                if option is None:
                    return
                if option.value:
                    at += not (equals or (not long and place < len(word)))
                    break
        elif command == "docker":
            name.append(word)
            if " ".join(name) not in GROUPS:
                command = " ".join(["docker", *name])
                command = known.short.get(command, command)
                yield command, None
        elif command in OWN_ARGUMENTS:
            break


def scripts(examples: Path = EXAMPLES) -> Iterator[tuple[str, str, int]]:
    """Place, command line and expected exit status of every turn of every transcript, shown or hidden."""
    for folder in sorted(path for path in examples.iterdir() if path.is_dir()):
        for transcript in format.load_folder(folder):
            for turn in (turn for step in transcript.steps for turn in step.turns):
                if turn.command is not None:
                    yield f"{folder.name}/{transcript.path.name}:{turn.line}", turn.command, turn.status


def uses(known: Reference) -> list[Use]:
    """Every docker command of every transcript with its flags."""
    return [
        Use(command, flag, place, status)
        for place, script, status in scripts()
        for words in docker_commands(script)
        for command, flag in flags(words, known)
    ]
