"""The commands of a chapter as one bash script: what someone would write who wants them run and nothing more.

It is made of the transcripts, never by hand, and does the same in the same order: it copies the files, waits for
what a transcript waits for, answers questions and presses keys. It compares exit statuses and says which were
others, since a chapter that fails early is a fast one; it compares output only where a transcript waits for one.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from played import fold
from played.compare import HEX, SHORT
from played.examples import files_in
from played.format import DEFAULT_TERMINAL, KEYS, Edit, Files, Key, Step, Transcript, Turn, Wait
from played.play import DEFAULT_LIMIT, RETRY_PAUSE

STAGE = "/var/tmp/stage"
"""Where the examples folder lies, from which the script copies."""

_COLOURS = "(\x1b\\[[0-9;]*m)*"
"""What a log may have around a line; a transcript has what a terminal shows of it."""

WRONG = f"{STAGE}/wrong"
"""Where the script says which commands ended otherwise than recorded."""

_START = f"""mkdir -p {STAGE}/out
export SHELL=/bin/bash
cd; declare -A folder; terminal=1
set -a  # a program on a terminal of its own is started by another bash, which needs the variables too
: > {WRONG}

check() {{
  local status=$?
  [ "$status" = "$1" ] || echo "$2: exit status $status instead of $1" >> {WRONG}
  return "$status"
}}

go_to() {{
  folder[$terminal]=$PWD; cd "${{folder[$1]:-$HOME}}" || exit; terminal=$1
}}

seen() {{  # FILE OFFSET TEXT
  local try
  for ((try = 0; try < 3000; try++)); do
    tail -c "+$(($2 + 1))" "$1" | grep -qF -- "$3" && return
    sleep 0.02
  done
  echo "never saw $3" >> {WRONG}
}}

live_id() {{  # FILE WHICH DIGITS: an id that a command has printed
  grep -oE '[0-9a-f]{{12,64}}' "{STAGE}/out/$1" | sed -n "$2p" | cut -c "1-$3"
}}
"""


def of(folder: Sequence[Transcript], facts: Mapping[str, str]) -> str:
    """The script of a chapter, for a host with these facts."""
    writer = _Writer(folder, facts)
    return _START + "\n".join(writer.lines()) + "\n"


class _Writer:
    def __init__(self, folder: Sequence[Transcript], facts: Mapping[str, str]) -> None:
        self.steps = [step for one in folder for step in one.steps if _played(step, facts)]
        self.front: dict[str, int] = {}  # terminal -> number of the program in front
        self.number = 0
        self.sources = self._sources()

    def lines(self) -> Iterator[str]:
        terminal = DEFAULT_TERMINAL
        for step in self.steps:
            yield f"# {step.name}"
            for action in step.actions:
                if isinstance(action, Files):
                    yield from _copied(action)
                elif isinstance(action, Edit):
                    yield f"cat {STAGE}/examples/{action.source} > ~/{shlex.quote(action.target)}"
                else:
                    if action.terminal != terminal:
                        terminal = action.terminal
                        yield f"go_to {terminal}"
                    yield from self._turn(action)

    def _turn(self, turn: Turn) -> Iterator[str]:
        command = None if turn.command is None else self._with_live_ids(turn.command, turn.ids)
        if command is None or turn.interactions:
            yield from self._interactive(turn, command)
            return
        if turn.retry:
            yield from _repeated(turn, command)
        elif turn.line in self.sources:
            yield f"{{ {command}\n}} > {STAGE}/out/{turn.line}"
        else:
            yield command
        yield f"check {turn.status} {turn.line}"

    def _interactive(self, turn: Turn, command: str | None) -> Iterator[str]:
        """A program on a terminal of its own, which reads what is typed from a pipe."""
        if command is not None:
            self.number += 1
            self.front[turn.terminal] = number = self.number
            keys, shown = f"{STAGE}/keys{number}", f"{STAGE}/shown{number}"
            yield f"mkfifo {keys}; : > {shown}"
            yield f"{STAGE}/on_terminal {shlex.quote(command)} < {keys} > {shown} 2>&1 &"
            yield f"pid{number}=$!; exec {{keys{number}}}> {keys}; since{number}=0"
        number = self.front[turn.terminal]
        shown = f"{STAGE}/shown{number}"
        for part in turn.interactions:
            if isinstance(part, Wait):
                yield f"seen {shown} $since{number} {shlex.quote(part.text)}"
            else:
                text = KEYS[part.name] if isinstance(part, Key) else part.text + "\r"
                yield f"since{number}=$(stat -c %s {shown}); printf %b {_escaped(text)} >&$keys{number}"
        if not turn.stays_in_front:
            yield f"wait $pid{number}; check {turn.status} {turn.line}; exec {{keys{number}}}>&-"
            del self.front[turn.terminal]

    # Ids ---------------------------------------------------------------------------------------------

    def _sources(self) -> dict[int, list[str]]:
        """By the line of a command, the ids that it prints and a later one uses."""
        wanted = set()
        for turn in (turn for step in self.steps for turn in step.turns):
            wanted |= {found[:SHORT] for found in HEX.findall(turn.command or "")} | set(turn.ids)
        found: dict[int, list[str]] = {}
        for turn in (turn for step in self.steps for turn in step.turns):
            ids = [one for line in turn.output for one in HEX.findall(line.text)]
            new = {prefix for prefix in wanted if any(one.startswith(prefix) for one in ids)}
            if new and not turn.interactions and not turn.retry:
                found[turn.line] = ids
                wanted -= new
        return found

    def _with_live_ids(self, command: str, prefixes: Sequence[str]) -> str:
        def live(match: re.Match[str]) -> str:
            for line, ids in self.sources.items():
                for which, one in enumerate(ids, 1):
                    if one.startswith(match[0][:SHORT]):
                        return f"$(live_id {line} {which} {len(match[0])})"
            return match[0]

        for prefix in prefixes:
            command = re.sub(rf"(?<![0-9a-zA-Z]){prefix}(?![0-9a-zA-Z])", live, command)
        return HEX.sub(live, command)


def _played(step: Step, facts: Mapping[str, str]) -> bool:
    return step.not_played is None and (step.only is None or facts.get(step.only[0]) == step.only[1])


def _copied(files: Files) -> Iterator[str]:
    source, target = f"{STAGE}/examples/{files.source}", f"$HOME/{files.target}"
    yield f"mkdir -p $(dirname {target})"
    yield f"if [ -d {source} ]; then mkdir -p {target}; cp -R {source}/. {target}; else cp {source} {target}; fi"


def _repeated(turn: Turn, command: str) -> Iterator[str]:
    """Until status and output are as recorded."""
    patterns = [shlex.quote(_pattern(line.text)) for line in turn.output if not line.elided and line.text.strip()]
    tests = "".join(f' && grep -qE -- {pattern} <<< "$shown"' for pattern in patterns)
    yield f"limit=$((SECONDS + {turn.limit or DEFAULT_LIMIT:.0f}))"
    yield f"until shown=$({command}\n); status=$?; [ $status = {turn.status} ]{tests}; do"
    yield f"  [ $SECONDS -lt $limit ] || {{ echo '{turn.line}: its output never came' >> {WRONG}; break; }}"
    yield f"  sleep {RETRY_PAUSE}; done; (exit $status)"


def _pattern(line: str) -> str:
    parts = (re.escape(text).replace("\\ ", " ") if kind is None else ".*" for kind, text in fold.pieces(line))
    return f"^{_COLOURS}{''.join(parts)}{_COLOURS} *$"


def _escaped(text: str) -> str:
    return shlex.quote("".join(f"\\0{ord(char):03o}" if char < " " or char == "\\" else char for char in text))


ON_TERMINAL = """#!/usr/bin/python3
import os, pty, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell has what it starts beside itself ignore it
sys.exit(os.waitstatus_to_exitcode(pty.spawn(["bash", "-c", sys.argv[1]])))
"""
"""What gives a program a terminal of its own; ``script`` of util-linux is not on every machine."""


def staged(examples: Path, text: str) -> dict[str, bytes]:
    """The files that have to lie in :data:`STAGE`."""
    found = {f"examples/{path.relative_to(examples).as_posix()}": path.read_bytes() for path in files_in(examples)}
    return {**found, "chapter.sh": text.encode(), "on_terminal": ON_TERMINAL.encode()}
