"""The transcript format: a text file of what a reader sees in a terminal, parsed into steps.

A line that starts with ``$`` is a command, ``>`` continues it, ``...`` stands for any number of lines,
``[3]`` after the output is the exit status, and ``#: word …`` is a marker. Everything else is output.
``docs/contributing/transcript-format.rst`` is the manual; :data:`MARKERS` is the whole grammar.

This module reads text. It does not know how a command is run, shown or compared.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

ELISION = "..."
DEFAULT_TERMINAL = "1"

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_STATUS = re.compile(r"\[([0-9]{1,3})\]")
_WORD = re.compile(r"[0-9a-zA-Z]+")
# What a shell sees in a command, as far as it says where a here-document starts. A text in quotation marks and a
# calculation that do not end take in the rest, so that no place is read twice.
_SHELL = re.compile(
    r"""
      \\. | '[^']*+'?+ | \$'(?:[^'\\]++|\\.)*+'?+       # quoted
    | (?<![^\s;&|()])\#[^\n]*+                          # a comment
    | \$?\(\(.*?(?:\)\)|\Z)                             # arithmetic, where << shifts
    | <<<                                              # a here-string
    | <<(?P<dash>-?)[ \t]*+(?P<word>(?:'[^'\n]*'|"[^"\n]*"|\\[^\n]|[^\s;&|<>()'"\\])++)
    | " | \$?\( | \) | \n
    """,
    re.VERBOSE | re.DOTALL,
)
_SHELL_IN_QUOTES = re.compile(r"""\\.|"|\$\(\(.*?(?:\)\)|\Z)|\$\(""", re.DOTALL)
_QUOTED = re.compile(r"""'([^']*)'|"([^"]*)"|\\(.)""")

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What no transcript holds, since it is what the reader sees: control characters other than a tab, line ends of
other kinds, and what turns the direction of writing, so that a command reads as another one than it is
(`Trojan Source <https://trojansource.codes/>`__)."""

KEYS: dict[str, str] = {
    "Ctrl-C": "\x03",
    "Ctrl-D": "\x04",
    "Ctrl-Z": "\x1a",
    "Ctrl-\\": "\x1c",
    "Ctrl-P": "\x10",
    "Ctrl-Q": "\x11",
    "Enter": "\r",
    "Escape": "\x1b",
    "Tab": "\t",
    "Up": "\x1b[A",
    "Down": "\x1b[B",
    "q": "q",
}
"""The keys a transcript can press, with the bytes that a terminal sends for them."""


@dataclass(frozen=True, slots=True)
class Output:
    """One line of expected output. ``...`` alone stands for any number of lines."""

    line: int
    text: str

    @property
    def elided(self) -> bool:
        return self.text == ELISION


@dataclass(frozen=True, slots=True)
class Wait:
    """Go on when the terminal has shown ``text``."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Key:
    """Press a key of :data:`KEYS`."""

    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Type:
    """Type a line at a question of the program in front, and Enter."""

    line: int
    text: str


Reaction = Output | Wait | Key | Type


@dataclass(frozen=True, slots=True)
class Turn:
    """What is typed in a terminal once, and what it answers.

    ``command`` is ``None`` where the turn goes on with the program that an earlier turn left in front.
    A turn whose last wait, key or typed line is a wait leaves its program in front.

    Attributes:
        line: 1-based line of the transcript where the turn starts.
        status: expected exit status, 0 to 255.
        status_line: line of ``[status]``, ``None`` where 0 is expected.
        limit: seconds until the command is interrupted, ``None`` for the player's default.
        ids: short prefixes of recorded ids in the command, to be played with the live id.
        retry: play the command again until status and output are the recorded ones, within the limit.
        end: 1-based line after the turn's last line.
    """

    line: int
    terminal: str
    command: str | None
    script: tuple[Reaction, ...] = ()
    status: int = 0
    status_line: int | None = None
    limit: float | None = None
    ids: tuple[str, ...] = ()
    retry: bool = False
    end: int = 0

    @property
    def output(self) -> tuple[Output, ...]:
        return tuple(part for part in self.script if isinstance(part, Output))

    @property
    def interactions(self) -> tuple[Wait | Key | Type, ...]:
        return tuple(part for part in self.script if not isinstance(part, Output))

    @property
    def stays_in_front(self) -> bool:
        return bool(self.interactions) and isinstance(self.interactions[-1], Wait)


@dataclass(frozen=True, slots=True)
class Files:
    """Copy a file or folder of the examples folder into the reader's home."""

    line: int
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the content of one file in the reader's home, as an editor does."""

    line: int
    target: str
    source: str


Action = Turn | Files | Edit


@dataclass(frozen=True, slots=True)
class Step:
    """A named part of a transcript.

    Attributes:
        hidden: why the reader does not see the step, or ``None`` for a step that a page shows.
        only: (fact, value) of the host for which the step is meant, ``None`` for every host.
        covers: the rows of a fact list that the step demonstrates.
        not_played: why the step is not played, ``None`` for a step that is.
    """

    name: str
    line: int
    actions: tuple[Action, ...]
    hidden: str | None = None
    only: tuple[str, str] | None = None
    covers: tuple[str, ...] = ()
    not_played: str | None = None

    @property
    def turns(self) -> tuple[Turn, ...]:
        return tuple(action for action in self.actions if isinstance(action, Turn))

    @property
    def commands(self) -> tuple[str, ...]:
        return tuple(turn.command for turn in self.turns if turn.command is not None)


@dataclass(frozen=True, slots=True)
class Transcript:
    """A transcript file, parsed."""

    path: Path
    steps: tuple[Step, ...]

    def step(self, name: str) -> Step:
        """The step called ``name``; ``KeyError`` where there is none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a transcript: where it is, and a sentence that says what to do."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class FormatError(ValueError):
    """A transcript that cannot be used, with every problem that was found in it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


def load(path: Path) -> Transcript:
    """Read and parse a transcript.

    Raises:
        FormatError: for everything that is wrong with the file, a missing one included.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FormatError([Problem(path, 1, f"cannot be read: {error.strerror}")]) from None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError([Problem(path, line, "is not UTF-8; save the file as UTF-8")]) from None
    return parse(text, path)


def load_folder(folder: Path) -> tuple[Transcript, ...]:
    """Parse every ``*.console`` file of a folder, in the order of their names.

    Step names are unique in the folder, so that one name is enough to point at a step.

    Raises:
        FormatError: with the problems of all the files together.
    """
    transcripts: list[Transcript] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.console")):
        try:
            transcripts.append(load(path))
        except FormatError as error:
            problems.extend(error.problems)
    seen: dict[str, tuple[Path, int]] = {}
    for transcript in transcripts:
        for step in transcript.steps:
            first = seen.setdefault(step.name, (transcript.path, step.line))
            if first[0] != transcript.path:
                problems.append(
                    Problem(
                        transcript.path,
                        step.line,
                        f"step {step.name!r} is already in {first[0].name}:{first[1]}; "
                        "step names are unique in a folder",
                    )
                )
    if problems:
        raise FormatError(problems)
    return tuple(transcripts)


def parse(text: str, path: Path) -> Transcript:
    """Parse the text of a transcript. ``path`` is used in messages only.

    Raises:
        FormatError: with every problem found.
    """
    return _Parser(text, path).transcript()


@dataclass
class _Draft:
    """The step being read. Its markers are checked here, its turns when the step is complete."""

    name: str
    line: int
    actions: list[Action] = field(default_factory=list)
    hidden: str | None = None
    only: tuple[str, str] | None = None
    covers: list[str] = field(default_factory=list)
    not_played: str | None = None
    terminal: str = DEFAULT_TERMINAL
    scripts: dict[int, list[Reaction]] = field(default_factory=dict)  # by the line of the turn
    # what the next command will carry, with the line of the marker that said so
    limit: tuple[int, float] | None = None
    ids: list[str] = field(default_factory=list)
    ids_line: int = 0
    retry: int | None = None

    def begin(self, turn: Turn) -> None:
        self.actions.append(turn)
        self.scripts[turn.line] = []

    def pending(self) -> Iterator[tuple[int, str]]:
        if self.limit:
            yield self.limit[0], "limit"
        if self.ids:
            yield self.ids_line, "id"
        if self.retry:
            yield self.retry, "wait"


class _Parser:
    def __init__(self, text: str, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.steps: list[Step] = []
        self.draft: _Draft | None = None
        self.names: dict[str, int] = {}
        self.front: dict[str, int] = {}  # terminal -> line of the command that is in front there
        if "\r" in text:
            line = text.count("\n", 0, text.index("\r")) + 1
            self.problem(line, "has a carriage return (CRLF line ends?); save the file with LF line ends")
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.lines = text.split("\n")
        if self.lines and self.lines[-1] == "":
            self.lines.pop()
        self.at = 0  # index of the next line

    def problem(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.path, line, message))

    def transcript(self) -> Transcript:
        while self.at < len(self.lines):
            self.line()
        self.close_step()
        for terminal, line in self.front.items():
            self.problem(
                line,
                f"the command is still in front of terminal {terminal} at the end; end it with '#: key Ctrl-C'",
            )
        if not self.steps and not self.problems:
            self.problem(1, "has no step; start one with '#: step NAME'")
        if self.steps and not self.problems and not any(step.commands for step in self.steps):
            self.problem(1, "has no command; a command starts with '$ '")
        if self.problems:
            raise FormatError(sorted(self.problems, key=lambda problem: problem.line))
        return Transcript(self.path, tuple(self.steps))

    # Lines -------------------------------------------------------------------------------------------

    def line(self) -> None:
        text, number = self.lines[self.at], self.at + 1
        self.at += 1
        if self.unreadable(text, number):
            return
        if text.startswith("#:"):
            self.marker(text, number)
        elif self.draft is None:
            if text.strip():
                self.problem(number, "comes before the first '#: step NAME'")
        elif text == "$" or text.startswith("$ "):
            self.command(text[2:], number)
        else:
            self.output(text, number)

    def unreadable(self, text: str, number: int) -> bool:
        control = CONTROL.search(text)
        if control:
            self.problem(number, f"has the control character U+{ord(control[0]):04X}; write what the reader sees")
        return control is not None

    def command(self, first: str, number: int) -> None:
        draft = self.step_draft()
        lines = [first]
        while self.at < len(self.lines) and (self.lines[self.at] == ">" or self.lines[self.at].startswith("> ")):
            self.at += 1
            if not self.unreadable(self.lines[self.at - 1], self.at):
                lines.append(self.lines[self.at - 1][2:])
        if not first.strip():
            self.problem(number, "has a prompt without a command")
        self.check_complete(lines, number)
        if draft.terminal in self.front:
            self.problem(
                number,
                f"terminal {draft.terminal} is busy with the command of line "
                f"{self.front[draft.terminal]}; end that with '#: key', or name another "
                "terminal with '#: terminal'",
            )
        command = "\n".join(lines)
        turn = Turn(
            number,
            draft.terminal,
            command,
            limit=draft.limit[1] if draft.limit else None,
            ids=tuple(draft.ids),
            retry=draft.retry is not None,
        )
        words = set(_WORD.findall(command)) if draft.ids else set()
        for prefix in draft.ids:
            if prefix not in words:
                self.problem(draft.ids_line, f"'#: id {prefix}' names an id that the next command does not use")
        draft.limit, draft.ids, draft.retry = None, [], None
        draft.begin(turn)

    def check_complete(self, lines: list[str], number: int) -> None:
        """A heredoc or a continued line that never ends would make the shell wait for ever."""
        command = "".join(f"{line}\n" for line in lines)
        missing = _missing_end(command) if "<<" in command else None
        if missing is not None:
            self.problem(number, f"the here-document ends with no line '> {missing}'")
        elif (len(lines[-1]) - len(lines[-1].rstrip("\\"))) % 2:
            self.problem(number, "the command ends in a backslash, but no '> ' line follows")

    def output(self, text: str, number: int) -> None:
        draft = self.step_draft()
        turn = self.open_turn()
        if turn is None:
            if text.strip():
                self.problem(
                    number,
                    "is output, but no command stands before it; a command starts with '$ ', a marker with '#: '",
                )
            return
        script = draft.scripts[turn.line]
        # from the end, where most scripts have something that a page shows
        follows = turn.command is not None and all(isinstance(part, Wait) for part in reversed(script))
        if follows and (text == ">" or text.startswith("> ")):
            self.problem(
                number,
                f"would be shown as a line of the command of line {turn.line}; put it behind a '#: type' or a "
                "'#: key', or let the program ask otherwise"
                if script
                else f"continues the command of line {turn.line}; put what stands between them before that line",
            )
        script.append(Output(number, text))

    # Markers -----------------------------------------------------------------------------------------

    def marker(self, text: str, number: int) -> None:
        word, _, argument = text[2:].strip().partition(" ")
        argument = argument.strip()
        if not text.startswith("#: ") or not word:
            self.problem(number, "a marker is written '#: word argument', with one blank after the colon")
        elif word not in MARKERS:
            self.problem(number, f"unknown marker {word!r}; the markers are {', '.join(MARKERS)}")
        elif word != "step" and self.draft is None:
            self.problem(number, "comes before the first '#: step NAME'")
        else:
            MARKERS[word](self, argument, number)

    def step_draft(self) -> _Draft:
        assert self.draft is not None
        return self.draft

    def open_turn(self) -> Turn | None:
        """The turn that the next line belongs to, if there is one."""
        draft = self.step_draft()
        last = draft.actions[-1] if draft.actions else None
        if isinstance(last, Turn) and last.terminal == draft.terminal and not any(draft.pending()):
            return last
        return None

    def mark_step(self, argument: str, number: int) -> None:
        self.close_step()
        if not _NAME.fullmatch(argument):
            self.problem(number, f"{argument!r} is no step name; use small letters, digits and hyphens")
        first = self.names.setdefault(argument, number)
        if first != number:
            self.problem(number, f"step {argument!r} is already in line {first}; step names are unique")
        self.draft = _Draft(argument, number)

    def in_head(self, word: str, number: int) -> _Draft:
        draft = self.step_draft()
        if draft.actions:
            self.problem(number, f"'#: {word}' belongs directly under '#: step'")
        return draft

    def first(self, word: str, before: object, number: int) -> None:
        """A second marker of a kind would take the place of the first one without a word."""
        if before is not None:
            self.problem(number, f"'#: {word}' has been said already; take one of the two out")

    def mark_hidden(self, argument: str, number: int) -> None:
        if not argument:
            self.problem(number, "say why the reader does not see the step: '#: hidden REASON'")
        draft = self.in_head("hidden", number)
        self.first("hidden", draft.hidden, number)
        draft.hidden = argument

    def mark_not_played(self, argument: str, number: int) -> None:
        if not argument:
            self.problem(number, "say why the step is not played: '#: not-played REASON'")
        draft = self.in_head("not-played", number)
        self.first("not-played", draft.not_played, number)
        draft.not_played = argument

    def mark_only(self, argument: str, number: int) -> None:
        draft = self.in_head("only", number)
        fact, equals, value = argument.partition("=")
        if not (equals and re.fullmatch(r"[a-z]+", fact) and re.fullmatch(r"\S+", value)):
            self.problem(number, "is written '#: only FACT=VALUE'")
        self.first("only", draft.only, number)
        draft.only = (fact, value)

    def mark_covers(self, argument: str, number: int) -> None:
        draft = self.in_head("covers", number)
        if not argument:
            self.problem(number, "name the rows: '#: covers ROW [ROW …]'")
        draft.covers += argument.split()

    def mark_files(self, argument: str, number: int) -> None:
        words = argument.split()
        if len(words) == 3 and words[1] == "as":
            words = [words[0], words[2]]
        elif len(words) == 1:
            words = [words[0], words[0].rstrip("/").rpartition("/")[2]]
        if len(words) != 2 or not all(map(_inside, words)):
            self.problem(
                number,
                "is written '#: files PATH' or '#: files PATH as PATH'; both are relative "
                "and stay inside (the examples folder, the reader's home)",
            )
            return
        self.step_draft().actions.append(Files(number, words[0].rstrip("/"), words[1]))

    def mark_edit(self, argument: str, number: int) -> None:
        words = argument.split()
        if len(words) != 3 or words[1] != "from" or not all(map(_inside, words[::2])):
            self.problem(
                number,
                "is written '#: edit PATH from PATH'; the first is in the reader's home, "
                "the second in the examples folder, neither leaves it",
            )
            return
        self.step_draft().actions.append(Edit(number, words[0], words[2]))

    def mark_terminal(self, argument: str, number: int) -> None:
        if not _NAME.fullmatch(argument):
            self.problem(number, f"{argument!r} is no terminal; number or name it: '#: terminal 2'")
        self.step_draft().terminal = argument

    def mark_limit(self, argument: str, number: int) -> None:
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", argument) or not 0 < float(argument) <= 3600:
            self.problem(number, "is written '#: limit SECONDS', more than 0 and at most 3600")
            return
        draft = self.step_draft()
        self.first("limit", draft.limit, number)
        draft.limit = (number, float(argument))

    def mark_id(self, argument: str, number: int) -> None:
        words = tuple(argument.split())
        if not words or not all(re.fullmatch(r"[0-9a-f]{2,64}", word) for word in words):
            self.problem(number, "is written '#: id PREFIX', the first hexadecimal digits of a recorded id")
            return
        draft = self.step_draft()
        draft.ids += words
        draft.ids_line = number

    def mark_wait(self, argument: str, number: int) -> None:
        if not argument:
            self.step_draft().retry = number
        else:
            self.react(Wait(number, argument))

    def mark_key(self, argument: str, number: int) -> None:
        if argument not in KEYS:
            self.problem(number, f"unknown key {argument!r}; the keys are {', '.join(KEYS)}")
            return
        self.react(Key(number, argument))

    def mark_type(self, argument: str, number: int) -> None:
        self.react(Type(number, argument))

    def react(self, reaction: Wait | Key | Type) -> None:
        draft = self.step_draft()
        turn = self.open_turn()
        if turn is None:
            if draft.terminal not in self.front:
                self.problem(
                    reaction.line,
                    f"nothing runs in terminal {draft.terminal} that could be waited for or answered",
                )
            turn = Turn(reaction.line, draft.terminal, None, limit=draft.limit[1] if draft.limit else None)
            draft.limit = None
            self.refuse_pending(draft)
            draft.begin(turn)
        draft.scripts[turn.line].append(reaction)
        if isinstance(reaction, Wait):
            self.front.setdefault(turn.terminal, turn.line)
        else:
            self.front.pop(turn.terminal, None)

    def refuse_pending(self, draft: _Draft) -> None:
        for line, word in draft.pending():
            self.problem(line, f"'#: {word}' stands before no command; put it above the command it is for")
        draft.limit, draft.ids, draft.retry = None, [], None

    # Whole steps -------------------------------------------------------------------------------------

    def close_step(self) -> None:
        draft = self.draft
        if draft is None:
            return
        self.draft = None
        self.refuse_pending(draft)
        actions = tuple(
            self.finished(action, draft) if isinstance(action, Turn) else action for action in draft.actions
        )
        if not actions:
            self.problem(draft.line, f"step {draft.name!r} does nothing; give it a command ('$ …')")
        self.steps.append(
            Step(draft.name, draft.line, actions, draft.hidden, draft.only, tuple(draft.covers), draft.not_played)
        )

    def finished(self, turn: Turn, draft: _Draft) -> Turn:
        """The turn with its script, without blank lines at its end, with its exit status, and checked."""
        script = draft.scripts[turn.line]
        while script and isinstance(script[-1], Output) and not script[-1].text.strip():
            script.pop()
        status, status_line = 0, None
        if script and isinstance(last := script[-1], Output) and (found := _STATUS.fullmatch(last.text)):
            script.pop()
            status, status_line = int(found[1]), last.line
            if not 1 <= status <= 255:
                self.problem(last.line, "an exit status is 1 to 255; 0 is expected without saying so")
        turn = replace(
            turn,
            script=tuple(script),
            status=status,
            status_line=status_line,
            end=(script[-1].line if script else turn.line) + 1,
        )
        if turn.output and all(line.elided for line in turn.output) and draft.not_played is None:
            self.problem(
                turn.output[0].line,
                "compares nothing: '...' is the whole expected output; keep a line that proves something",
            )
        for one, two in zip(turn.output, turn.output[1:], strict=False):
            if one.elided and two.elided and two.line == one.line + 1:
                self.problem(two.line, "'...' twice in a row says no more than once")
        if turn.stays_in_front and status_line is not None:
            self.problem(status_line, "the command is still in front, so it has no exit status yet")
        if turn.retry and turn.interactions:
            self.problem(
                turn.line,
                "a command that is repeated ('#: wait') cannot be waited for, typed at or stopped by a key",
            )
        return turn


def _missing_end(command: str) -> str | None:
    """The end of a here-document that a command lacks, if it does. Each of its lines has a line end."""
    waiting: deque[tuple[bool, str]] = deque()
    inside: list[str] = []  # the quotation marks and parentheses that are open
    at = 0
    while found := (_SHELL_IN_QUOTES if inside[-1:] == ['"'] else _SHELL).search(command, at):
        token, at = found[0], found.end()
        if found.lastgroup == "word":
            waiting.append((found["dash"] == "-", _QUOTED.sub(r"\1\2\3", found["word"])))
        elif token == "\n":
            at = _behind(waiting, command, at)
        elif inside and (inside[-1], token) in (('"', '"'), ("(", ")")):
            inside.pop()
        elif token in ('"', "(", "$("):
            inside.append(token[-1])
    return waiting[0][1] if waiting else None


def _behind(waiting: deque[tuple[bool, str]], command: str, at: int) -> int:
    """Where a command goes on behind the here-documents that start at ``at``; those that end are taken out."""
    while waiting and at < len(command):
        end = command.index("\n", at)
        line = command[at:end]
        tabs, word = waiting[0]
        if (line.lstrip("\t") if tabs else line) == word:
            waiting.popleft()
        at = end + 1
    return at


def _inside(path: str) -> bool:
    """Whether a relative path stays where it starts."""
    return not path.startswith(("/", "~", "-")) and ".." not in path.split("/")


MARKERS: dict[str, Callable[[_Parser, str, int], None]] = {
    "step": _Parser.mark_step,
    "hidden": _Parser.mark_hidden,
    "only": _Parser.mark_only,
    "covers": _Parser.mark_covers,
    "not-played": _Parser.mark_not_played,
    "files": _Parser.mark_files,
    "edit": _Parser.mark_edit,
    "terminal": _Parser.mark_terminal,
    "limit": _Parser.mark_limit,
    "id": _Parser.mark_id,
    "wait": _Parser.mark_wait,
    "key": _Parser.mark_key,
    "type": _Parser.mark_type,
}
"""The closed grammar of markers. An unknown one is an error, never ignored."""
