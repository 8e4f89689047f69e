"""The driver: persistent shells on pseudo-terminals, run where the reader types.

This file is sent as it is to a Python on the other side (``docker exec -i``, ``ssh`` or none of them), so it
uses the standard library only and imports nothing of this package. It reads one JSON request per line on
standard input and answers each with one JSON line on standard output; when its input ends, it ends its shells
and itself. :mod:`played.remote` is its counterpart.

How a command gets into the shell: its text goes down a pipe (descriptor 9), and the terminal gets a short
constant line that reads and evaluates it. So there is no limit of 4,095 bytes for a line, unbalanced quotes do
not hang, and a program that reads its input does not eat the rest of a script. How its end is seen: the prompt
is an escape sequence with a secret and ``$?`` in it, in the same stream as the output, so nothing can overtake.

A driver starts with every transcript, so it goes without modules that take long to load: with ``pathlib``,
``secrets``, ``typing`` and ``base64`` it took almost twice as long to start.
"""

from __future__ import annotations

import binascii
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from contextlib import suppress

TYPE_CHECKING = False  # type checkers know the name
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

COMMAND_FD = 9
RUN = b'__t;eval "$__c"\n'
ECHO = RUN.replace(b"\n", b"\r\n")  # what the terminal itself shows of it, before any output
# __t keeps the exit status of the command before, so that `$?` is right in the next one.
SETUP = (
    "unset HISTFILE; set +H +o history; "
    "__t(){{ __s=$?; IFS= read -rd '' -u {fd} __c; return $__s; }}; "
    "PS2= PS1='\\[\\e]133;{nonce};$?\\a\\]'\n"
)
# variables that act at the prompt of bash; exported, they would also reach every shell that is started in this one
PROMPTING = {"PS0", "PS1", "PS2", "PROMPT_COMMAND", "TMOUT"}
START = 20.0  # seconds that a shell gets until its first prompt, however short the limit of the command is
FLOOD = 4 * 1024 * 1024  # bytes of output of one turn, beyond which a command is stopped
GRACE = 1.0  # seconds that a command gets to react to each stronger signal

_ANSI = re.compile(rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-Z\\-_=>]|\r")


class Terminal:
    """One pseudo-terminal with a bash on it.

    Attributes:
        output: bytes shown since the last command started, as far as they are kept.
        told: how many of these an answer has told of. What comes while another terminal has its turn belongs
            to the next one of this terminal.
        status: exit status of the last command, ``None`` while one is in front.
        alive: whether the shell still runs.
    """

    def __init__(self, columns: int, rows: int) -> None:
        nonce = os.urandom(8).hex()
        self._end = re.compile(rb"\x1b\]133;" + nonce.encode() + rb";(\d+)\x07")
        self.output = bytearray()
        self.told = 0
        self.typed = b""
        self.status: int | None = None
        self.alive = True
        self.flooded = False
        self._echo_due = False
        self._closed = False
        reader, self._commands = os.pipe()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            self._become_shell(reader, columns, rows)
        os.close(reader)
        os.set_blocking(self.fd, False)
        os.set_blocking(self._commands, False)
        self._setup = SETUP.format(nonce=nonce, fd=COMMAND_FD).encode()
        with suppress(OSError):  # EIO: the shell is gone already; whoever waits for its prompt sees that
            os.write(self.fd, self._setup)

    @staticmethod
    def _become_shell(reader: int, columns: int, rows: int) -> None:
        what = home = _home()
        try:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.dup2(reader, COMMAND_FD)
            os.closerange(3, COMMAND_FD)
            os.closerange(COMMAND_FD + 1, 256)
            # ignored signals stay ignored over exec, and Python ignores some
            for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
                signal.signal(number, signal.SIG_DFL)
            environment = {key: value for key, value in os.environ.items() if key not in PROMPTING}
            environment["TERM"] = "xterm-256color"
            os.chdir(home)
            what = "bash"
            os.execvpe("bash", ["bash", "--norc", "--noprofile", "--noediting", "-i"], environment)
        except OSError as error:
            os.write(2, f"{error.strerror}: {what}\n".encode())
        os._exit(127)

    def start(self, command: str) -> None:
        """Hand a command to the shell, which must be at its prompt."""
        self.output.clear()
        self.told = 0
        self.flooded = False
        self._echo_due = True
        self.status = None
        self.send(RUN)
        self.typed = command.encode()
        _write(self._commands, self.typed + b"\0", self.drain)

    def send(self, data: bytes) -> None:
        _write(self.fd, data, self.drain)

    def drain(self) -> None:
        """Take what the terminal has shown until now, without waiting."""
        while True:
            try:
                data = os.read(self.fd, 1 << 16)
            except BlockingIOError:
                return
            except OSError:  # EIO: the shell and all that had the terminal open are gone
                data = b""
            if not data:
                self.alive = False
                return
            seen = max(0, len(self.output) - 64)
            self.output += data
            if self._echo_due and len(self.output) >= len(ECHO):
                self._echo_due = False
                if self.output.startswith(ECHO):
                    del self.output[: len(ECHO)]
            if (end := self._end.search(self.output, seen)) is not None:
                self.status = int(end[1])
                del self.output[end.start() :]
                return
            if len(self.output) > FLOOD:
                self.flooded = True
                del self.output[: len(self.output) - 4096]
                self.told = 0
                return  # a flood would never let this loop end
            if len(data) < 1024:
                return  # as a rule that was all; select says so when it was not

    def said(self) -> str:
        """The last line of what came instead of the first prompt."""
        lines = _ANSI.sub(b"", bytes(self.output)).replace(self._setup, b"").decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def shown(self, text: bytes, since: int) -> bool:
        return text in _ANSI.sub(b"", bytes(self.output[since:]))

    def interrupt(self) -> None:
        """Bring the shell back to its prompt, with signals of growing strength; end it if none helps."""
        with suppress(OSError):
            self.send(b"\x03")
        if self._prompt_within(GRACE):
            return
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            if (group := self._front_group()) != self.pid:
                _kill_group(group, number)
            if self._prompt_within(GRACE):
                return
        self.close()

    def _front_group(self) -> int:
        """The process group in front of the terminal, 0 when there is none any more."""
        try:
            return os.tcgetpgrp(self.fd)
        except OSError:
            return 0

    def _prompt_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.alive and self.status is None and time.monotonic() < deadline:
            select.select([self.fd], [], [], 0.05)
            self.drain()
        return self.status is not None or not self.alive

    def close(self) -> None:
        """Hang up, as a terminal window that is closed does, then end what did not end by itself.

        What cannot be ended, because it is another user's, is left.
        """
        self.alive = False
        if self._closed:
            return
        self._closed = True
        for fd in (self.fd, self._commands):
            os.close(fd)
        deadline = time.monotonic() + GRACE / 2
        while (members := _session(self.pid)) and time.monotonic() < deadline + GRACE:
            if time.monotonic() > deadline:
                for pid in members:
                    with suppress(ProcessLookupError, PermissionError):
                        os.kill(pid, signal.SIGKILL)
            time.sleep(0.005)
        os.waitpid(self.pid, os.WNOHANG if members else 0)  # what is left may be the shell, if it ran `exec sudo`


def _home() -> str:
    return os.path.expanduser("~")


def _session(leader: int) -> list[int]:
    """The processes of a session that still run; none are seen where there is no /proc (macOS)."""
    if not os.path.exists("/proc/1"):
        return []
    found = [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]
    return [pid for pid in found if _session_of(pid) == leader and _runs(pid)]


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0


def _runs(pid: int) -> bool:
    """Whether a process is more than a zombie that waits for its parent."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _kill_group(group: int, number: signal.Signals) -> None:
    """Signal a process group, unless it is another user's. Group 0, the driver's own, is left alone."""
    if group > 0:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)


def _write(fd: int, data: bytes, make_room: Callable[[], object]) -> None:
    """Write all of ``data`` to what does not block; ``make_room`` is called while the other side does not read."""
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(fd, view) :]
        except BlockingIOError:
            make_room()
            select.select([], [fd], [], 0.05)


class Driver:
    """Serves the requests. Every answer is a dictionary; ``error`` in it is a sentence for a person."""

    def __init__(self) -> None:
        self.terminals: dict[str, Terminal] = {}
        self.columns, self.rows = 80, 50

    def size(self, columns: int, rows: int) -> dict[str, Any]:
        """Set the size of the terminals that are opened from now on."""
        self.columns, self.rows = columns, rows
        return {}

    def turn(self, terminal: str, command: str | None, script: list[list[str]], limit: float) -> dict[str, Any]:
        """Type a command, or go on with the one in front, and react to what it shows.

        Args:
            script: ``["wait", TEXT]`` and ``["send", KEYS]`` in order. After a last wait the command stays in
                front; otherwise the turn lasts until the prompt is back.
            limit: seconds for the whole turn. After them the command is interrupted.

        Returns:
            ``output`` (base64, what was shown since the turn started), ``status`` (``None`` while a command is
            in front), ``seconds``, and ``stopped``: ``None`` or why the turn did not go as told – ``limit``,
            ``flood``, ``closed`` (the shell ended) or ``early`` (the command ended before a wait came true).
            ``typed`` is what the shell was given to run, for those who have to know it to the byte.
        """
        shell = self._shell(terminal)
        started = time.monotonic()
        deadline = started + limit
        if command is not None:
            shell.start(command)
        stopped = None
        mark = start = shell.told
        for word, text in script:
            if word == "wait":
                wanted = text.encode()
                stopped = self._until(shell, deadline, lambda: shell.shown(wanted, mark))  # noqa: B023
            else:
                if shell.status is not None:
                    stopped = "early"
                    break
                mark = len(shell.output)
                shell.send(text.encode())
            if stopped:
                break
        if stopped is None and not (script and script[-1][0] == "wait"):
            stopped = self._until(shell, deadline, None)
        if stopped in ("limit", "flood"):
            shell.interrupt()
        output = bytes(shell.output[min(start, shell.told) :])
        shell.told = len(shell.output)
        return {
            "output": binascii.b2a_base64(output, newline=False).decode(),
            "status": shell.status,
            "seconds": time.monotonic() - started,
            "stopped": stopped,
            "typed": None if command is None else shell.typed.decode(),
        }

    def _shell(self, name: str) -> Terminal:
        shell = self.terminals.get(name)
        if shell is not None and shell.alive:
            return shell
        if shell is not None:
            shell.close()
        self.terminals[name] = shell = Terminal(self.columns, self.rows)
        if self._until(shell, time.monotonic() + START, None) is not None:
            said = shell.said()
            shell.close()
            raise OSError(0, "bash did not start", said or "it showed no prompt")
        return shell

    def _until(self, shell: Terminal, deadline: float, shown: Callable[[], bool] | None) -> str | None:
        """Wait until a text is shown or, without one, until the prompt is back. Says why it gave up."""
        while True:
            if shown is not None and shown():
                return None
            if shell.status is not None:
                return "early" if shown is not None else None
            if not shell.alive:
                return "closed"
            if shell.flooded:
                return "flood"
            left = deadline - time.monotonic()
            if left <= 0:
                return "limit"
            # the other terminals are emptied too: a server in front must not block on a full terminal
            fds = {other.fd: other for other in self.terminals.values() if other.alive}
            for fd in select.select(list(fds), [], [], left)[0]:
                fds[fd].drain()

    def put(self, path: str, data: str, mode: int, edit: bool) -> dict[str, Any]:
        """Write a file below the home folder. An edit keeps the file, its inode and its mode."""
        target = os.path.join(_home(), path)
        if edit:
            if not os.path.isfile(target):
                return {"error": f"~/{path} cannot be edited: there is no such file"}
        else:
            os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(binascii.a2b_base64(data))
        if not edit:
            os.chmod(target, mode)
        return {}

    def close(self) -> dict[str, Any]:
        """End every shell."""
        for shell in self.terminals.values():
            shell.close()
        self.terminals.clear()
        return {}

    def serve(self) -> None:
        _answer({"ready": True})
        for line in sys.stdin:
            request = json.loads(line)
            try:
                answer = getattr(self, request.pop("do"))(**request)
            except OSError as error:
                answer = {"error": f"{error.strerror}: {error.filename or 'terminal'}"}
            _answer(answer)
        self.close()


def _answer(answer: dict[str, Any]) -> None:
    """One write: ``print`` makes another one of the end of the line, and wakes the reader twice."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve, whatever key is pressed where this was started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Driver().serve()


if __name__ == "__main__":
    main()
