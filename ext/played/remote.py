"""The near end of the driver: starts :mod:`played.terminal` somewhere and talks to it over a pipe."""

from __future__ import annotations

import base64
import json
import select
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from played import terminal

STARTING = 20.0  # seconds that a driver gets to answer for the first time
# seconds beyond a command's own limit before the driver itself is given up: interrupting takes up to four times
# terminal.GRACE, and closing a terminal whose program cannot be ended another one and a half
PATIENCE = 4 * terminal.GRACE + 5

# the standard library and nothing else, be it a module in the folder or what an environment loads at its start
_PYTHON = ("-I", "-S", "-u", "-c")
# on this machine the driver has been compiled already
_HERE = f"import sys; sys.path.append({str(Path(terminal.__file__).parent)!r}); import terminal; terminal.main()"


class DriverError(Exception):
    """The driver cannot be reached or refused a request; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a turn did; see :meth:`played.terminal.Driver.turn`."""

    output: bytes
    status: int | None
    seconds: float
    stopped: str | None
    typed: str | None


class Remote:
    """A running driver.

    Args:
        argv: command that starts a program where the reader types, for instance
            ``["docker", "exec", "-i", "lab"]`` or ``["ssh", "host"]``; empty, or ``env`` with variables and
            nothing else, for this machine. ``sh``, ``bash`` and ``python3`` must be there.
        columns, rows: size of the terminals.

    Raises:
        DriverError: when no driver answers.
    """

    def __init__(self, argv: Sequence[str] = (), columns: int = 88, rows: int = 50) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 – lives as long as the process
        here = _stays_here(argv)
        try:
            self._process = subprocess.Popen(
                [*argv, *([sys.executable, *_PYTHON, _HERE] if here else ["sh"])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                bufsize=0,
            )
        except OSError as error:
            self._errors.close()
            raise DriverError(f"{error.filename} cannot be started: {error.strerror}") from None
        self._pending = b""
        self._ready: set[str] = set()  # terminals in which a shell was at work at the end of their last turn
        try:
            if not here:
                # ssh has a shell split its arguments once more, so the driver itself cannot be one of them
                source = Path(terminal.__file__).read_text(encoding="utf-8")
                self._send(f"exec python3 {' '.join(_PYTHON)} {shlex.quote(source)}\n".encode())
            self._answer(STARTING)
            self._ask(5, do="size", columns=columns, rows=rows)
        except BaseException:
            self._kill()  # it has no shells yet that it would have to end
            self.close()
            raise

    def turn(self, name: str, command: str | None, script: list[list[str]], limit: float) -> Reply:
        """Play one turn in the terminal called ``name``; see :meth:`played.terminal.Driver.turn`."""
        seconds = limit if name in self._ready else terminal.START + limit
        self._ready.discard(name)
        answer = self._ask(seconds, do="turn", terminal=name, command=command, script=script, limit=limit)
        if answer["stopped"] is None:
            self._ready.add(name)
        output = base64.b64decode(answer["output"])
        return Reply(output, answer["status"], answer["seconds"], answer["stopped"], answer["typed"])

    def put(self, path: str, data: bytes, mode: int = 0o644, edit: bool = False) -> None:
        """Write a file below the reader's home; with ``edit``, into the file that is there."""
        self._ask(30, do="put", path=path, data=base64.b64encode(data).decode(), mode=mode, edit=edit)

    def close(self) -> None:
        """End the shells and the driver."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            # wait() with a limit looks at ever longer intervals, and so takes up to twice as long as the driver
            select.select([process.stdout], [], [], 5)
            process.wait(5)
        except subprocess.TimeoutExpired:
            self._kill()
        process.stdout.close()
        self._errors.close()

    def _kill(self) -> None:
        """End the process without asking. One of another user, such as sudo, can only be left."""
        with suppress(PermissionError):
            self._process.kill()
            self._process.wait()

    def _ask(self, seconds: float, /, **request: object) -> dict[str, Any]:
        self._send(json.dumps(request).encode() + b"\n")
        answer = self._answer(seconds + PATIENCE)
        if "error" in answer:
            raise DriverError(answer["error"])
        return answer

    def _send(self, data: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(data)
        except (OSError, ValueError):
            raise DriverError(self._gone()) from None

    def _answer(self, seconds: float) -> dict[str, Any]:
        assert self._process.stdout is not None
        deadline = time.monotonic() + seconds
        parts = [self._pending]
        while b"\n" not in parts[-1]:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                raise DriverError(f"the terminal gave no answer within {seconds:.0f} s")
            data = self._process.stdout.read(1 << 16)
            if not data:
                raise DriverError(self._gone())
            parts.append(data)
        line, _, self._pending = b"".join(parts).partition(b"\n")
        answer: dict[str, Any] = json.loads(line.decode())  # of bytes, it would guess the encoding
        return answer

    def _gone(self) -> str:
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._kill()
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip().splitlines()
        return "the terminal went away" + (f": {said[-1]}" if said else "")


def _stays_here(argv: Sequence[str]) -> bool:
    """Whether the command starts programs on this machine, with other variables at most."""
    return not argv or (argv[0] == "env" and all("=" in word for word in argv[1:]))
